"""Rasa is imported and reads a message although TensorFlow is absent."""

import subprocess
import sys

from bot.engine import paths

READS = """
import asyncio, sys
from bot.engine.quiet import keep_quiet, set_environment
set_environment()
from bot.engine.without_tensorflow import leave_tensorflow_out
leave_tensorflow_out()
from rasa.core.agent import Agent
keep_quiet()
agent = Agent.load(str(sys.argv[1]))
read = asyncio.run(agent.parse_message("월세도 밀렸고 빚도 있어요"))
assert not any(name.startswith("tensorflow.python.framework._") for name in sys.modules), "the real package was loaded"
print(sorted(need["id"] for need in read["needs"]))
"""


def test_the_model_reads_the_same_without_tensorflow():
    # GIVEN a process in which TensorFlow is absent
    # WHEN it loads the model and reads a message
    run = subprocess.run(
        [sys.executable, "-c", READS, str(paths.MODEL)], cwd=paths.ROOT, capture_output=True, text=True, timeout=180
    )
    # THEN both needs are there
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout.strip().splitlines()[-1] == "['debt', 'housing']"
