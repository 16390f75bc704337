"""The one public port: pages, the way through to the api, health, headers, settings."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from bot.gateway.app import create_app
from bot.gateway.settings import Settings
from tests.bot.gateway.servers import FakeApi, FakeRasa, Served, free_port, served


@pytest.fixture
def web(gateway: Served) -> httpx.Client:
    return httpx.Client(base_url=gateway.url, timeout=10, trust_env=False)


def test_the_console_and_the_api_are_handed_through(web: httpx.Client):
    page = web.get("/console")
    assert page.text == "<h1>상담</h1>" and page.headers["set-cookie"] == "a=1"
    assert web.get("/static/a.css").text == "css"
    sent = {"Connection": "keep-alive, X-Hop", "X-Hop": "1", "X-Forwarded-For": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
    actual = web.post("/api/v1/echo?a=1&b=%ED%95%9C", content="몸".encode(), headers=sent).json()
    assert actual["body"] == "몸" and actual["query"] == "a=1&b=%ED%95%9C"
    assert actual["headers"]["x-forwarded-for"] == "127.0.0.1" and actual["headers"]["x-forwarded-proto"] == "http"
    assert actual["headers"]["x-forwarded-host"] == actual["headers"]["host"] == str(web.base_url.netloc, "ascii")
    assert "x-hop" not in actual["headers"] and "forwarded" not in actual["headers"]
    # AND nobody gets the gateway's own key to the api
    assert "authorization" not in actual["headers"]


def test_a_stream_of_the_api_is_not_held_back(web: httpx.Client):
    started, arrived = time.monotonic(), []
    with web.stream("GET", "/api/v1/stream") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        arrived = [time.monotonic() - started for line in stream.iter_lines() if line]
    assert len(arrived) == 3 and arrived[2] - arrived[0] > 0.3


def test_an_api_that_is_away_is_said_plainly(make_settings: Callable[..., Settings]):
    with served(create_app(make_settings(api_url=f"http://127.0.0.1:{free_port()}"))) as gateway:
        page = httpx.get(f"{gateway.url}/console/clients")
        data = httpx.get(f"{gateway.url}/api/v1/intakes")
        ready = httpx.get(f"{gateway.url}/readyz")
    assert page.status_code == 503 and 'lang="ko"' in page.text and "지금은 상담 기록 화면을 열 수 없어요." in page.text
    assert data.status_code == 503 and data.headers["content-type"] == "application/problem+json"
    assert ready.status_code == 503 and "api" in ready.json()["parts"]
    assert "127.0.0.1" not in page.text + data.text + ready.text


def test_ready_says_which_part_is_away_and_asks_rasa_rarely(
    make_settings: Callable[..., Settings], rasa: FakeRasa, api: FakeApi
):
    with served(create_app(make_settings(actions_url=api.server.url))) as gateway:
        assert [httpx.get(f"{gateway.url}/readyz").status_code for _ in range(3)] == [200] * 3
        assert httpx.get(f"{gateway.url}/healthz").json() == {"status": "ok"}
    rasa.mode = "empty"
    with served(create_app(make_settings(actions_url=f"http://127.0.0.1:{free_port()}"))) as gateway:
        actual = httpx.get(f"{gateway.url}/readyz")
    assert actual.status_code == 503 and actual.json()["parts"] == ["rasa", "actions"]


@pytest.mark.parametrize(
    "path",
    ["/webhooks/rest/webhook", "/model", "/conversations/x/tracker", "/docs", "/openapi.json", "/apiX", "/consoleX",
     "/widget/../settings.py", "/widget/%2e%2e/%2e%2e/settings.py", "/widget/x%00.js", "/chat/other"],
)  # fmt: skip
def test_nothing_inner_is_reachable(web: httpx.Client, path: str):
    actual = web.get(path)
    assert actual.status_code == 404 and actual.headers["content-type"] == "application/problem+json"


def test_the_page_and_the_widgets_files_are_served_once_they_are_built(web: httpx.Client, data_dir: Path):
    assert web.get("/").status_code == 503 and "<h1>물길</h1>" in web.get("/").text
    (data_dir / "dist").mkdir()
    (data_dir / "demo.html").write_text("<h1>시연</h1>", encoding="utf-8")
    (data_dir / "dist" / "mulgil-chat.js").write_text("export {}", encoding="utf-8")
    assert "시연" in web.get("/").text
    script = web.get("/widget/mulgil-chat.js")
    assert "javascript" in script.headers["content-type"]
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"


def test_every_answer_carries_the_security_headers(web: httpx.Client):
    for path in ("/", "/healthz", "/chat/conversations/x", "/console", "/nowhere"):
        headers = web.get(path).headers
        assert headers["x-content-type-options"] == "nosniff" and "content-security-policy" in headers
        assert "server" not in headers
    assert web.get("/chat/conversations/x").headers["cache-control"] == "no-store"


def test_the_chat_api_is_described(web: httpx.Client):
    described = web.get("/chat/openapi.json").json()
    assert set(described["paths"]) == {
        "/chat/conversations",
        "/chat/conversations/{conversation_id}",
        "/chat/conversations/{conversation_id}/messages",
        "/chat/conversations/{conversation_id}/events",
        "/chat/conversations/{conversation_id}/intake",
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"MULGIL_PORT": "99999"}, "port"),
        ({"MULGIL_RASA_URL": "rasa"}, "rasa_url"),
        ({"MULGIL_ALLOWED_ORIGINS": "*"}, "allowed_origins"),
        ({"MULGIL_ALLOWED_ORIGINS": "https://a.example,https://*.b.example"}, "allowed_origins"),
        ({"MULGIL_ENV": "production"}, "MULGIL_SERVICE_TOKEN, MULGIL_KEYSET_FILE"),
        ({"MULGIL_CENTER": "../x"}, "center"),
    ],
)
def test_settings_that_do_not_fit_stop_the_start(given: dict[str, str], expected: str):
    with pytest.raises(ValidationError, match=expected):
        Settings.from_env(given)


def test_settings_have_safe_defaults_and_are_frozen(tmp_path: Path):
    settings = Settings.from_env({"MULGIL_DATA_DIR": str(tmp_path), "MULGIL_JOURNAL_URL": "", "OTHER": "x"})
    assert settings.host == "127.0.0.1" and settings.journal == f"sqlite:///{tmp_path / 'journal.db'}"
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]
