"""The copied style sheets, script and fonts: complete, made once, and loading nothing from elsewhere."""

import json
import re
import shutil
from pathlib import Path

import pytest

from api.console import build
from api.console.pages import STATIC


def test_building_twice_does_the_work_once() -> None:
    build.build()
    assert build.is_built() and build.build() is False


def test_a_missing_file_or_another_lock_file_builds_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build.build()
    vendor = tmp_path / "vendor"
    build.copy_vendor_files(vendor)
    assert build.is_built(vendor)
    (vendor / "htmx" / "htmx.min.js").unlink()
    assert not build.is_built(vendor)
    build.copy_vendor_files(vendor)
    monkeypatch.setattr(build, "source_digest", lambda: "another lock file")
    assert not build.is_built(vendor)


def test_without_npm_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MULGIL_NPM", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(build.BuildError, match="MULGIL_NPM"):
        build.find_npm()


def test_the_lock_file_names_hashes_and_no_host() -> None:
    text = (build.HERE / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in text and "http" not in text
    packages = json.loads(text)["packages"]
    assert all(entry.get("integrity") for name, entry in packages.items() if name)


def test_no_style_sheet_loads_from_another_host_or_a_missing_file() -> None:
    build.build()
    sheets = [STATIC / "console.css", *STATIC.glob("vendor/krds/css/**/*.css")]
    assert len(sheets) >= 3
    for sheet in sheets:
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text(encoding="utf-8")):
            assert not re.match(r"(?:https?:)?//", address), (sheet.name, address)
            assert address.startswith("data:") or (sheet.parent / address).resolve().is_file(), (sheet.name, address)
