"""What the operator may set, and when the house refuses to start."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.house_settings import SettingsError, read_settings

NO_FILE = Path("no-such-file")
LONG = "x" * 32


def test_a_first_look_needs_no_setting() -> None:
    # GIVEN nothing
    # WHEN the settings are read
    actual = read_settings({}, NO_FILE)
    # THEN it is a demo on loopback
    assert (actual.env, actual.public_url, actual.data_dir.name) == ("demo", "http://127.0.0.1:8000", ".data")


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    # GIVEN a file and an environment that disagree about one setting
    given_file = tmp_path / ".env"
    given_file.write_text("MULGIL_PORT=9001\nMULGIL_CENTER=mapo\n")
    # WHEN the settings are read
    actual = read_settings({"MULGIL_PORT": "9002"}, given_file)
    # THEN the environment wins, and the file completes it
    assert (actual.port, actual.given["CENTER"]) == (9002, "mapo")


@pytest.mark.parametrize("port", ["0", "65536", "eight", "-1", "８０００"])
def test_a_port_that_is_none_is_refused_by_name(port: str) -> None:
    with pytest.raises(SettingsError, match="MULGIL_PORT"):
        read_settings({"MULGIL_PORT": port}, NO_FILE)


def test_an_unknown_environment_is_refused() -> None:
    with pytest.raises(SettingsError, match="MULGIL_ENV"):
        read_settings({"MULGIL_ENV": "prod"}, NO_FILE)


def test_production_names_everything_it_lacks_at_once() -> None:
    # GIVEN production with nothing but a short secret
    # WHEN the settings are read
    with pytest.raises(SettingsError) as actual:
        read_settings({"MULGIL_ENV": "production", "MULGIL_SECRET_KEY": "short"}, NO_FILE)
    # THEN all three are named, and no value is repeated
    for name in ("MULGIL_SERVICE_TOKEN", "MULGIL_SECRET_KEY", "MULGIL_KEYSET_FILE"):
        assert name in str(actual.value)
    assert "short" not in str(actual.value)


def test_production_refuses_a_keyset_others_may_read(tmp_path: Path) -> None:
    # GIVEN a keyset file with the usual permissions
    given_keyset = tmp_path / "keyset.json"
    given_keyset.write_text("{}")
    given_environ = {
        "MULGIL_ENV": "production",
        "MULGIL_SERVICE_TOKEN": LONG,
        "MULGIL_SECRET_KEY": LONG,
        "MULGIL_KEYSET_FILE": str(given_keyset),
    }
    given_keyset.chmod(0o644)
    # WHEN the settings are read, and again after the cure it names
    with pytest.raises(SettingsError, match="chmod 600"):
        read_settings(given_environ, NO_FILE)
    given_keyset.chmod(0o600)
    # THEN they are accepted
    assert read_settings(given_environ, NO_FILE).env == "production"


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:8000"), ("::", "http://[::1]:8000"), ("10.1.2.3", "http://10.1.2.3:8000")],
)
def test_the_address_shown_is_one_a_browser_can_open(host: str, url: str) -> None:
    assert read_settings({"MULGIL_HOST": host}, NO_FILE).public_url == url
