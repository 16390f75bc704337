"""A PostgreSQL server of our own for the length of the tests: no network, no password, gone afterwards."""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def _other_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as the user its package made."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a server and give its URL."""
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
    folder = tempfile.mkdtemp(prefix="pg-")
    who = _other_user()
    if who:
        os.chown(folder, who["user"], who["group"])
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": folder}
    first = [f"{programs}/initdb", "-D", f"{folder}/data", "-U", "mulgil", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(first, check=True, cwd=folder, env=environment, stdout=subprocess.DEVNULL, **who)
    server = subprocess.Popen(
        [f"{programs}/postgres", "-D", f"{folder}/data", "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"],
        cwd=folder, env=environment, start_new_session=True, stderr=subprocess.DEVNULL, **who,
    )  # fmt: skip
    try:
        ready = [f"{programs}/pg_isready", "-q", "-h", folder, "-U", "mulgil", "-d", "postgres"]
        deadline = time.monotonic() + 30
        while subprocess.run(ready, check=False).returncode:
            if time.monotonic() > deadline or server.poll() is not None:
                raise RuntimeError("PostgreSQL did not start within 30 seconds.")
            time.sleep(0.1)
        yield f"postgresql+psycopg://mulgil@/postgres?host={folder}"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
