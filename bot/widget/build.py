"""Build the chat window: npm packages and `src/` become `dist/mulgil.js`.

Run as ``python -m bot.widget.build``; set-up calls it.  Nothing is committed that a registry serves.  A second run with
the same sources does nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIST = HERE / "dist"
STAMP = DIST / ".built-from"
NOTICE = "/*! 물길 (Mulgil) chat window, Apache-2.0. Holds lit (BSD-3-Clause) and eventsource-parser (MIT). */"


def digest() -> str:
    """Hash of everything the result depends on."""
    sources = [HERE / "package.json", HERE / "package-lock.json", Path(__file__)]
    sources += sorted((HERE / "src").glob("*.js")) + sorted((HERE / "page").iterdir())
    total = hashlib.sha256()
    for path in sources:
        total.update(path.read_bytes())
    return total.hexdigest()


def find_npm() -> list[str]:
    """The command that starts npm: `MULGIL_NPM` if set, else npm on the path."""
    found = os.environ.get("MULGIL_NPM", "").split() or [shutil.which("npm") or ""]
    if not found[0]:
        sys.exit("npm was not found. Install Node.js 20 or newer, or name npm in MULGIL_NPM.")
    return found


def build() -> None:
    """Install exactly what the lock file names, without its scripts, and bundle.

    Raises:
        subprocess.CalledProcessError: npm or esbuild failed; what they said stands on stderr.
    """
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*find_npm(), "ci", *quiet], cwd=HERE, check=True, stdout=sys.stderr)
    shutil.rmtree(DIST, ignore_errors=True)
    # esbuild's own start script would download a binary where none fits; the package's static binary is called itself.
    esbuild = str(next((HERE / "node_modules" / "@esbuild").glob("*/bin/esbuild")))
    options = ["--bundle", "--minify", "--format=iife", "--target=es2022", "--charset=utf8", "--log-level=warning"]
    options += ["--legal-comments=eof", f"--banner:js={NOTICE}", "--outfile=dist/mulgil.js"]
    subprocess.run([esbuild, "src/mulgil.js", *options], cwd=HERE, check=True, stdout=sys.stderr)
    for file in (HERE / "page").iterdir():
        shutil.copy2(file, DIST / file.name)
    STAMP.write_text(digest(), encoding="ascii")


def main() -> None:
    """Build unless what stands in `dist` was built from the present sources."""
    if not STAMP.is_file() or STAMP.read_text(encoding="ascii") != digest():
        build()


if __name__ == "__main__":
    main()
