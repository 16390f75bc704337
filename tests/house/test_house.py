"""`make run`, `make up` and `make down` with real processes: the real house, stand-ins for its parts."""

from __future__ import annotations

import os
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.houses import Instance, end, wait_for

MakeInstance = Callable[..., Instance]


@pytest.fixture
def make_instance(tmp_path: Path) -> Iterator[MakeInstance]:
    made: list[Instance] = []

    def make(name: str = "data", **settings: str) -> Instance:
        made.append(Instance(tmp_path / name, settings=settings))
        return made[-1]

    yield make
    for instance in made:
        instance.call("down")
        assert instance.left() == []


def test_up_returns_when_everything_is_healthy_and_down_leaves_nothing(make_instance: MakeInstance) -> None:
    # GIVEN a machine where nothing runs
    given_instance = make_instance()
    # WHEN the house is brought up, once more, and down, and once more
    actual_first = given_instance.call("up")
    actual_health = given_instance.answers()
    actual_second = given_instance.call("up")
    actual_down = given_instance.call("down")
    # THEN every command succeeds, the addresses are printed once, and no process is left
    assert actual_first.returncode == 0, actual_first.stderr
    assert actual_health
    for path in ("/", "/console", "/api/v1/docs"):
        assert f"{given_instance.url}{path}\n" in actual_first.stdout
    assert (actual_second.returncode, actual_second.stdout) == (0, "")
    assert actual_down.returncode == 0
    assert not given_instance.answers()
    assert given_instance.left() == []
    assert given_instance.call("down").returncode == 0


def test_a_foreground_house_is_left_alone_until_ctrl_c_stops_everything(make_instance: MakeInstance) -> None:
    # GIVEN a house in the foreground
    given_instance = make_instance()
    given_run = given_instance.begin("run")
    assert wait_for(given_instance.answers)
    # WHEN somebody calls down and a second run in another window
    actual_down = given_instance.call("down")
    actual_run = given_instance.call("run")
    # THEN both say so, and the first goes on
    assert actual_down.returncode == 0
    assert actual_run.returncode == 1
    assert given_instance.url in actual_run.stderr
    assert given_instance.answers()
    # WHEN somebody presses Ctrl-C
    actual_words = end(given_run, signal.SIGINT)
    # THEN it ends well and nothing is left
    assert given_run.returncode == 0
    assert "Everything is stopped." in actual_words
    assert given_instance.left() == []


def test_ctrl_c_while_it_starts_leaves_nothing(make_instance: MakeInstance) -> None:
    # GIVEN a house that is still waiting for a part
    given_instance = make_instance(MULGIL_TEST_FAILS="rasa")
    given_run = given_instance.begin("run")
    assert wait_for(lambda: len(given_instance.left()) > 1)
    # WHEN somebody presses Ctrl-C
    actual_words = end(given_run, signal.SIGINT)
    # THEN it says that it was stopped, and nothing is left
    assert given_run.returncode == 1
    assert "Stopped before everything was ready." in actual_words
    assert given_instance.left() == []


def test_a_killed_foreground_house_takes_its_parts_with_it(make_instance: MakeInstance) -> None:
    # GIVEN a house in the foreground
    given_instance = make_instance()
    given_run = given_instance.begin("run")
    assert wait_for(given_instance.answers)
    # WHEN it is killed without a chance to clean up
    end(given_run, signal.SIGKILL)
    # THEN supervisord notices and stops the parts
    assert wait_for(lambda: given_instance.left() == [])


def test_what_is_killed_is_started_again_or_leaves_nothing_behind(make_instance: MakeInstance) -> None:
    # GIVEN a healthy house
    given_instance = make_instance()
    assert given_instance.call("up").returncode == 0
    given_pid = given_instance.pids()["rasa"]
    given_token = given_instance.seen_by("api")["MULGIL_SERVICE_TOKEN"]
    # WHEN a part is killed
    os.kill(given_pid, signal.SIGKILL)
    # THEN another takes its place and the house is healthy again
    assert wait_for(lambda: given_instance.pids().get("rasa") not in (None, given_pid))
    assert wait_for(given_instance.answers)
    # WHEN supervisord is killed
    os.kill(given_instance.supervisor(), signal.SIGKILL)
    # THEN its parts end with it, and the next up starts a healthy house with the same secrets
    assert wait_for(lambda: given_instance.left() == [])
    assert given_instance.call("up").returncode == 0
    assert given_instance.answers()
    assert given_instance.seen_by("api")["MULGIL_SERVICE_TOKEN"] == given_token


def test_a_part_that_cannot_start_is_named_with_the_end_of_its_log(make_instance: MakeInstance) -> None:
    # GIVEN an api that dies at once
    given_instance = make_instance(MULGIL_TEST_FAILS="api")
    # WHEN the house is brought up
    actual = given_instance.call("up")
    # THEN it fails, says who and why, and has stopped everything
    assert actual.returncode == 1
    assert "'api' does not start" in actual.stderr
    assert "api cannot find its rudder" in actual.stderr
    assert given_instance.left() == []


def test_two_instances_live_side_by_side(make_instance: MakeInstance) -> None:
    # GIVEN two instances, one in a data folder too deep for a socket
    given_one = make_instance("one")
    given_other = make_instance("/".join(["a folder with 한글 and a long name"] * 4))
    # WHEN both run and one is stopped
    assert given_one.call("up").returncode == 0
    actual_other = given_other.call("up")
    assert given_one.call("down").returncode == 0
    # THEN the other goes on
    assert actual_other.returncode == 0, actual_other.stderr
    assert not given_one.answers()
    assert given_other.answers()


def test_a_taken_port_is_said_before_anything_starts(make_instance: MakeInstance) -> None:
    # GIVEN another program on the public port
    given_instance = make_instance()
    with socket.socket() as given_other:
        given_other.bind(("127.0.0.1", given_instance.port))
        given_other.listen()
        # WHEN the house is brought up
        actual = given_instance.call("up")
    # THEN it names the address and the cure, and starts nothing
    assert actual.returncode == 1
    assert f"127.0.0.1:{given_instance.port}" in actual.stderr
    assert "MULGIL_PORT" in actual.stderr
    assert given_instance.left() == []


def test_a_part_sees_only_the_secrets_it_needs(make_instance: MakeInstance) -> None:
    # GIVEN an instance with a Telegram bot
    given_instance = make_instance(MULGIL_TELEGRAM_TOKEN="123:TEST", MULGIL_CENTER="mapo")
    # WHEN it runs
    assert given_instance.call("up").returncode == 0
    assert wait_for((given_instance.data_dir / "seen-telegram.json").exists)
    # THEN Rasa has no secret, the door has only its own, and what is no secret reaches all
    secrets = {"MULGIL_SERVICE_TOKEN", "MULGIL_SECRET_KEY", "MULGIL_KEYSET_FILE", "MULGIL_TELEGRAM_TOKEN"}
    assert secrets & given_instance.seen_by("rasa").keys() == set()
    assert secrets & given_instance.seen_by("telegram").keys() == {"MULGIL_TELEGRAM_TOKEN"}
    assert secrets & given_instance.seen_by("actions").keys() == {"MULGIL_SERVICE_TOKEN"}
    assert given_instance.seen_by("rasa")["MULGIL_CENTER"] == "mapo"
    # AND what was written down is for the owner only
    for path in given_instance.data_dir.glob("[rs]*/*.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(given_instance.data_dir.stat().st_mode) == 0o700
