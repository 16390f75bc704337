"""The real house (deploy/house.py) with stand-ins for its parts.  usage: python -m tests.house.tiny_house COMMAND"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from deploy.house import PARTS, main

STAND_IN = str(Path(__file__).with_name("stand_in.py"))
TINY_PARTS = tuple(replace(part, argv=(sys.executable, STAND_IN, part.name)) for part in PARTS)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], TINY_PARTS))
