"""The whole api process with the demo's data: the login page tells how to get in; every seeded page is good."""

import re
from pathlib import Path

from starlette.testclient import TestClient

from api.app import create_app
from api.demo import DEMO_LOGINS
from api.settings import Settings
from tests.console.proofreader import Page, ProofReader


def test_whoever_follows_the_login_page_can_read_every_demo_intake(tmp_path: Path) -> None:
    # GIVEN a first start
    browser = ProofReader(TestClient(create_app(Settings(data_dir=tmp_path).with_demo_secrets())))
    login_page = browser.open("/console/login")
    assert all(
        account["login"] in login_page.words and account["password"] in login_page.words for account in DEMO_LOGINS
    )
    # WHEN somebody signs in with what the page shows
    queue = browser.sign_in(DEMO_LOGINS[0]["login"], DEMO_LOGINS[0]["password"])
    intakes = [href for href, words in queue.links if re.fullmatch("접수 [0-9A-F]{6}", words)]
    # THEN every seeded intake waits there, and each page shows a plan with its picture
    assert len(intakes) >= 3
    for address in intakes:
        page = browser.open(address)
        assert page.elements["svg"] == 1 and page.elements["circle"] >= 3
        assert "순서대로 보기" in page.words
    # AND addresses outside the console keep their own answers
    assert browser.client.get("/api/v1/nothing").headers["content-type"] == "application/problem+json"
    assert browser.client.get("/consoles").status_code == 404


def test_production_shows_no_accounts_and_no_demo(tmp_path: Path) -> None:
    given_settings = Settings(data_dir=tmp_path).with_demo_secrets().model_copy(update={"env": "production"})
    demo = create_app(Settings(data_dir=tmp_path).with_demo_secrets())
    demo.state.settings = given_settings
    page = Page(TestClient(demo).get("/console/login").text)
    assert page.faults() == [] and "시연용" not in page.words
    assert not any(account["password"] in page.text for account in DEMO_LOGINS)
