"""What a client wrote never reaches a log, whoever logs it."""

import subprocess
import sys

from bot.engine.paths import ROOT

SECRET = "죽고싶다고말한비밀"

SCRIPT = f"""
import logging, warnings, threading
from bot.engine.quiet import keep_quiet
keep_quiet()
import structlog
secret = {SECRET!r}
logging.getLogger("rasa.core").error("could not parse %s", secret)
logging.getLogger("sanic.error").error(secret, extra={{"text": secret}})
try:
    raise ValueError(secret)
except ValueError:
    logging.getLogger("rasa.core.processor").exception("failed for %s", secret)
    logging.getLogger("mulgil.engine").exception("a turn failed")
structlog.get_logger("rasa").error("processor.failed", text=secret)
warnings.warn(secret, UserWarning)
logging.getLogger("mulgil.engine").info("12 messages")
thread = threading.Thread(target=lambda: 1 / len(secret[:0]))
thread.start(); thread.join()
raise RuntimeError(secret)
"""


def test_no_log_line_warning_or_crash_quotes_the_client() -> None:
    # WHEN every kind of trouble quotes the client
    ended = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False)
    said = ended.stdout + ended.stderr
    # THEN the words are nowhere, while logger, type and place are
    assert SECRET not in said
    assert "rasa.core.processor" in said
    assert "ValueError at <string>:" in said
    assert "12 messages" in said
    assert "stopped by RuntimeError" in said
    assert ended.returncode == 1
