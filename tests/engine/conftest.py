"""These tests run in the engine's Python (3.10): `.venv-engine/bin/python -m pytest tests/engine`."""

import importlib.util

# The application's Python has no Rasa; there, this folder holds no tests.
collect_ignore_glob = [] if importlib.util.find_spec("rasa") else ["test_*.py"]
