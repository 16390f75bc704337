"""What must stand in no file of the checkout, and what must: paths, hosts, lengths, marks, settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.checkout import ROOT, files, texts

HERE = Path("tests/house/test_paper.py")
LOCKS = ("requirements/", "package-lock.json")
LONGEST_PYTHON_FILE = 600
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|tmp|home/\w+)/|\.pyenv/versions/\d")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|npmjs\.com|deb\.debian\.org|archive\.ubuntu|unpkg\.com|jsdelivr|cdnjs"
)
LEFT_OVER = re.compile(r"#\s*(?:TODO|FIXME|XXX)\b|//\s*(?:TODO|FIXME|XXX)\b")
NOT_RUN = re.compile(r"pytest\.(?:skip|mark\.skip|mark\.xfail|importorskip)|unittest\.skip")
SILENT = re.compile(r"^\s*except(?: (?:Base)?Exception)?:\s*(?:#.*)?\n\s*(?:pass|\.\.\.)\s*(?:#.*)?$", re.MULTILINE)


def lines_with(pattern: re.Pattern[str], *endings: str, but: tuple[str, ...] = ()) -> list[str]:
    """List `file:line text` for every hit outside this file."""
    return [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1} {match.group().strip()}"
        for path, text in texts(*endings).items()
        if path != HERE and not any(part in str(path) for part in but)
        for match in pattern.finditer(text)
    ]


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert lines_with(MACHINE_PATH) == []


def test_no_file_names_the_host_of_a_registry_or_of_a_cdn() -> None:
    # Lock files included: their hashes say what is meant, and the reader's own settings say where from.
    assert lines_with(REGISTRY) == []


def test_lock_files_pin_every_package_with_a_hash() -> None:
    # GIVEN the lock files of both Pythons and of the tools
    for path, text in texts(".txt").items():
        if path.parent != Path("requirements") or path.name == "overrides.txt":
            continue
        # WHEN their entries are read
        entries = re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip())
        # THEN each has one version and at least one hash
        for entry in entries:
            assert re.match(r"[\w.\-\[\],]+==\S+", entry), f"{path}: {entry[:60]}"
            assert "--hash=sha256:" in entry, f"{path}: {entry[:60]}"


def test_front_end_lock_files_have_hashes_and_no_address() -> None:
    for path, text in texts("package-lock.json").items():
        assert '"resolved"' not in text, path
        assert text.count('"integrity"') > 0, path


def test_files_are_short_enough_to_read() -> None:
    too_long = {
        str(path): text.count("\n") for path, text in texts(".py").items() if text.count("\n") > LONGEST_PYTHON_FILE
    }
    assert too_long == {}


def test_nothing_is_left_for_later_and_no_test_is_left_out() -> None:
    assert lines_with(LEFT_OVER) == []
    assert lines_with(NOT_RUN, ".py") == []


def test_no_error_is_swallowed_without_a_name() -> None:
    assert lines_with(SILENT, ".py") == []


def test_no_foreign_front_end_code_is_committed() -> None:
    assert [path for path in files() if {"node_modules", "vendor", "dist"}.intersection(path.parts)] == []
    assert [path for path in files() if path.name.endswith((".min.js", ".min.css", ".woff2", ".ttf"))] == []


def described_settings() -> dict[str, str]:
    """The settings of `.env.example` with the comment above each."""
    described, comment = {}, ""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        setting = re.match(r"#?(MULGIL_[A-Z_]+)=", line)
        if setting:
            described[setting[1]] = comment
        comment = line.removeprefix("# ") if line.startswith("# ") else ""
    return described


def test_every_setting_that_code_names_has_its_line() -> None:
    # GIVEN every MULGIL_ name in product code
    named = {
        name
        for path, text in texts(".py", ".ts", ".js", ".sh", "Makefile").items()
        if path.parts[0] != "tests"
        for name in re.findall(r"MULGIL_[A-Z]+(?:_[A-Z]+)*", text)
    }
    # THEN `.env.example` has a line for each
    assert named - described_settings().keys() == set()


@pytest.mark.parametrize("module", ["api.settings", "bot.gateway.settings"])
def test_every_field_of_the_settings_models_has_its_line(module: str) -> None:
    # GIVEN settings whose names are made from the fields of a model
    settings = __import__(module, fromlist=["Settings"]).Settings
    names = {f"MULGIL_{field.upper()}" for field in settings.model_fields}
    # THEN `.env.example` has a line for each
    assert names - described_settings().keys() == set()


def test_every_line_of_the_settings_file_says_a_sentence() -> None:
    for name, sentence in described_settings().items():
        assert re.match(r"[A-Zd].{15,}[.)0-9a-z]$", sentence), f"{name}: '{sentence}'"
