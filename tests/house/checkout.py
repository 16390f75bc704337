"""What the house tests look at: the tracked files of this checkout, and the new ones git would take."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=1)
def files() -> tuple[Path, ...]:
    """Every file of the checkout that is tracked or would be (not ignored), as a path below the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (Path(name) for name in listed.stdout.split("\0") if name)
    return tuple(sorted({path for path in paths if (ROOT / path).is_file()}))


def texts(*endings: str) -> dict[Path, str]:
    """The text of every file with one of these endings (all text files when none is given)."""
    found = {}
    for path in files():
        if not endings or path.name.endswith(endings):
            content = (ROOT / path).read_bytes()
            if b"\0" not in content:
                found[path] = content.decode("utf-8")
    return found
