"""Becomes one process of the house: reads its command and environment from a private file, and dies with its parent.

usage: python -m deploy.launch FILE NAME

The file keeps secrets out of the supervisor's configuration and of every command line. The process keeps its id, so the
supervisor's signals reach the real program.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(signal_number: int) -> None:
    """Ask the kernel to signal this process when its parent ends, however it ends; survives exec, not fork.

    Where there is no prctl (not Linux) nothing happens: `make down` and the next start then clean up.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)


def main(file: Path, name: str) -> None:
    """Exec the named process; does not return."""
    parent = os.getppid()
    # The processes are built to survive a kill at any moment, and a hard one is sure to leave none behind.
    die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("The supervisor ended while this process was starting.")
    process = json.loads(file.read_text(encoding="utf-8"))[name]
    os.execve(process["argv"][0], process["argv"], process["env"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
