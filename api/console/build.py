"""Build the console's static/vendor folder from its npm packages.

Run as ``python -m api.console.build``.  It calls ``npm ci --ignore-scripts`` in this folder and copies the few plain
files that the pages link: KRDS tokens, components, icons and fonts, and htmx.  It never copies the
packages' own CDN bundles, whose addresses load from another host.  The copy is not committed (the KRDS terms of use
are not an open licence), so set-up calls this; a second run with the same lock file and sources does nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE_MODULES = HERE / "node_modules"
VENDOR = HERE / "static" / "vendor"
STAMP = ".built-from"

#: (path under node_modules, path under static/vendor).  The relative layout of KRDS is kept because its style sheet
#: names icons and tokens by relative addresses.
COPIES: tuple[tuple[str, str], ...] = (
    ("krds-uiux/resources/css/token", "krds/css/token"),
    ("krds-uiux/resources/css/component/output.css", "krds/css/component/output.css"),
    ("krds-uiux/resources/img/component", "krds/img/component"),
    ("krds-uiux/resources/fonts/PretendardGOV-Regular.subset.woff2", "krds/fonts/PretendardGOV-Regular.subset.woff2"),
    ("krds-uiux/resources/fonts/PretendardGOV-Medium.subset.woff2", "krds/fonts/PretendardGOV-Medium.subset.woff2"),
    ("krds-uiux/resources/fonts/PretendardGOV-Bold.subset.woff2", "krds/fonts/PretendardGOV-Bold.subset.woff2"),
    ("htmx.org/dist/htmx.min.js", "htmx/htmx.min.js"),
)


class BuildError(RuntimeError):
    """The vendor folder could not be built; the message says why and what to do."""


def source_digest() -> str:
    """Digest of everything the result depends on: the lock file and this module."""
    digest = hashlib.sha256()
    for path in (HERE / "package.json", HERE / "package-lock.json", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_built(vendor: Path = VENDOR) -> bool:
    """Whether ``vendor`` was made from the present lock file and still holds every copied path."""
    stamp = vendor / STAMP
    if not stamp.is_file() or stamp.read_text(encoding="ascii").strip() != source_digest():
        return False
    return all((vendor / target).exists() for _, target in COPIES)


def find_npm() -> list[str]:
    """The command that starts npm: ``MULGIL_NPM`` if set, else ``npm`` on the path.

    Raises:
        BuildError: Neither exists.
    """
    named = os.environ.get("MULGIL_NPM", "").strip()
    if named:
        return named.split()
    found = shutil.which("npm")
    if found is None:
        raise BuildError("npm was not found. Install Node.js 20 or newer, or name npm in MULGIL_NPM.")
    return [found]


def install_packages() -> None:
    """Install exactly what the lock file names, without running any package's scripts.

    Raises:
        BuildError: npm could not be started or failed.
    """
    command = [*find_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run(command, cwd=HERE, check=True, stdout=sys.stderr)
    except OSError as error:
        raise BuildError(f"npm could not be started ({error}). Check MULGIL_NPM.") from error
    except subprocess.CalledProcessError as error:
        raise BuildError(f"npm ci failed with status {error.returncode}; its message stands above.") from error


def copy_vendor_files(vendor: Path = VENDOR) -> None:
    """Copy the listed files beside the old folder, then put the new folder in its place.

    Raises:
        BuildError: A package lacks a listed file; names it.
    """
    fresh = vendor.with_name(f".{vendor.name}-{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    for source, target in COPIES:
        origin, copy = NODE_MODULES / source, fresh / target
        if not origin.exists():
            raise BuildError(f"The npm package file {source} is missing. Check the versions in package.json.")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, copy)
        else:
            shutil.copyfile(origin, copy)
    (fresh / STAMP).write_text(source_digest() + "\n", encoding="ascii")
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)


def build() -> bool:
    """Make static/vendor if it is not already made from the present lock file; say whether work was done."""
    if is_built():
        return False
    if not all((NODE_MODULES / source).exists() for source, _ in COPIES) or not _installed_matches_lock():
        install_packages()
    copy_vendor_files()
    return True


def _installed_matches_lock() -> bool:
    """npm writes a hidden lock when it installs; it is older than the lock file when the latter has changed."""
    installed = NODE_MODULES / ".package-lock.json"
    return installed.is_file() and installed.stat().st_mtime >= (HERE / "package-lock.json").stat().st_mtime


def main() -> int:
    """Entry point of ``python -m api.console.build``."""
    try:
        worked = build()
    except BuildError as error:
        print(f"console build: {error}", file=sys.stderr)
        return 1
    print("console build: static/vendor made." if worked else "console build: nothing to do.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
