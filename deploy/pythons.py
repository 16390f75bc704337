"""Finds the two interpreters the house needs, wherever a machine keeps them.

Runs on the standard library of any Python from 3.10 on: it is part of the set-up and stands before every environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

# A shim of pyenv without a chosen version is found on the PATH and then fails, so every candidate is really started.
_PROBE = "import sys, ssl, sqlite3, ctypes, lzma; print('%d.%d' % sys.version_info[:2], sys.executable)"
_PROBE_SECONDS = 20


def find_python(version: str, managed: Path | None = None) -> Path | None:
    """Find an interpreter of exactly this minor version that really runs.

    Args:
        version: Major and minor, such as ``"3.10"``.
        managed: Folder where uv keeps interpreters it downloaded, searched last.

    Returns:
        The full path of the interpreter (never a shim), or None when the machine has none.
    """
    for candidate in _candidates(version, managed):
        real = _probe(candidate, version)
        if real is not None:
            return real
    return None


def _candidates(version: str, managed: Path | None) -> Iterator[Path]:
    name = f"python{version}"
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    home = Path(os.environ.get("HOME", "/nonexistent"))
    pyenv = Path(os.environ.get("PYENV_ROOT") or home / ".pyenv")
    folders = [
        pyenv / "versions",
        home / ".asdf" / "installs" / "python",
        home / ".local" / "share" / "mise" / "installs" / "python",
        home / ".local" / "share" / "uv" / "python",
    ]
    if managed is not None:
        folders.append(managed)
    for folder in folders:
        yield from (path / "bin" / name for path in _newest_first(folder, version))
    yield from (Path("/usr/bin") / name, Path("/usr/local/bin") / name, Path(f"/opt/python{version}/bin") / name)


def _newest_first(folder: Path, version: str) -> list[Path]:
    """List the installations of a minor version in a folder, newest patch first (3.10.13 before 3.10.9)."""
    pattern = re.compile(rf"(?:cpython-)?{re.escape(version)}(?:\.(\d+))?(?:-.*)?$")
    found = [(int(match[1] or 0), path) for path in _children(folder) if (match := pattern.match(path.name))]
    return [path for _, path in sorted(found, key=lambda item: item[0], reverse=True)]


def _children(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _probe(candidate: Path, version: str) -> Path | None:
    if not candidate.exists():
        return None
    try:
        answer = subprocess.run(
            [str(candidate), "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found, _, executable = answer.stdout.strip().partition(" ")
    return Path(executable) if found == version and executable else None
