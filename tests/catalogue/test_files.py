"""The shipped catalogue loads, says its version, and keeps what must be checked visible."""

import shutil
import time

import pytest

from api.catalogue.files import DATA, CatalogueError, load_catalogue, load_centers
from api.planning.conditions import conditions_of


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def test_the_shipped_catalogue_is_whole():
    catalogue = load_catalogue()
    assert (len(catalogue.needs), len(catalogue.risks), len(catalogue.facts)) == (32, 5, 25)
    assert (len(catalogue.services), len(catalogue.roles), len(catalogue.indicators)) == (94, 13, 33)
    assert (len(catalogue.stages), len(catalogue.combinations)) == (10, 49)


def test_it_is_read_once_for_each_centre():
    assert load_catalogue("demo") is load_catalogue("demo")


def test_the_version_follows_the_content(copy):
    before = load_catalogue(root=copy).version
    same = copy.parent / "same"
    shutil.copytree(copy, same)
    changed = copy.parent / "changed"
    shutil.copytree(copy, changed)
    needs = changed / "needs.yml"
    needs.write_text(needs.read_text(encoding="utf-8").replace("label: 부채·신용", "label: 빚·신용"), encoding="utf-8")
    assert load_catalogue(root=same).version == before
    assert load_catalogue(root=changed).version != before
    assert before.startswith("1-")


def test_the_demo_centre_says_how_to_reach_it_and_how_long_it_keeps_records():
    centre = load_centers()["demo"]
    assert (centre.label, centre.phone) == ("물길 시연 센터", "02-0000-0100")
    assert set(centre.opening) == {"mon", "tue", "wed", "thu", "fri"}
    assert centre.opening["mon"] == ("09:00", "18:00")
    assert centre.closed_on_holidays
    assert (centre.retention_days, centre.retention_verify) == (1095, True)


def test_an_unknown_centre_is_refused_by_name():
    with pytest.raises(CatalogueError, match="no centre 'nowhere'; known are demo"):
        load_catalogue("nowhere")


def test_what_must_be_checked_stays_visible():
    catalogue = load_catalogue()
    assert any(service.verify for service in catalogue.services.values())
    assert any(confirm.verify for service in catalogue.services.values() for confirm in service.confirm)
    assert any(one.verify for service in catalogue.services.values() for one in conditions_of(service.eligibility))
    assert all(one.source for service in catalogue.services.values() for one in conditions_of(service.eligibility))
    assert any(rule.verify for rule in catalogue.combinations)


def test_health_needs_are_marked_as_sensitive():
    sensitive = {need.id for need in load_catalogue().needs.values() if need.sensitive}
    assert sensitive == {"physical_health", "mental_health", "addiction"}


def test_a_centre_may_lack_services_and_wait_longer(copy):
    centers = copy / "centers.yml"
    text = centers.read_text(encoding="utf-8")
    text = text.replace("lacks: []", "lacks: [career_group_program]").replace("{visit: 4}", "{visit: 9}")
    centers.write_text(text, encoding="utf-8")
    actual = load_catalogue(root=copy)
    assert "career_group_program" not in actual.services
    assert actual.services["career_counseling"].modes["visit"].wait_days == 9


def test_reading_is_quick_enough_for_a_command(copy):
    begun = time.process_time()
    load_catalogue(root=copy)
    assert time.process_time() - begun < 2  # about 0.2 s of processor time
