"""Logs that can never say what a client wrote.

Rasa and its libraries quote messages in their error lines, so nobody else's words reach a log: a
third-party record keeps its logger, level, place and the type of its exception, and loses its text.
Only our own loggers ("mulgil.…") speak, and they speak of ids and counts.
"""

import logging
import os
import sys
import threading
import traceback
import warnings
from types import TracebackType
from typing import Any, Optional, TextIO, Tuple, Type

import structlog

OUR_PREFIX = "mulgil"
LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"

_Trouble = Tuple[Type[BaseException], BaseException, Optional[TracebackType]]


def describe_error(error: BaseException) -> str:
    """The type of an error and the place it came from; never its message."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


class QuietRecord(logging.LogRecord):
    """A log record that has forgotten what a third party meant to say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.name == OUR_PREFIX or self.name.startswith(f"{OUR_PREFIX}."):
            trouble = self.exc_info
            if trouble and trouble[1] is not None:
                self.msg = f"{self.getMessage()} ({describe_error(trouble[1])})"
                self.args = None
        else:
            trouble = self.exc_info
            said = describe_error(trouble[1]) if trouble and trouble[1] is not None else "message withheld"
            self.msg = f"[{self.filename}:{self.lineno}] {said}"
            self.args = None
        self.exc_info = None
        self.exc_text = None
        self.stack_info = None


def _show_warning(
    message: Any,
    category: Type[Warning],
    filename: str,
    lineno: int,
    file: Optional[TextIO] = None,
    line: Optional[str] = None,
) -> None:
    print(f"{category.__name__} at {os.path.basename(filename)}:{lineno}", file=sys.stderr)


def _on_crash(kind: Type[BaseException], error: BaseException, place: Optional[TracebackType]) -> None:
    print(f"stopped by {describe_error(error.with_traceback(place))}", file=sys.stderr)


def keep_quiet() -> None:
    """Make this process unable to log what a client wrote.  Call it before anything of Rasa runs."""
    logging.setLogRecordFactory(QuietRecord)
    logging.basicConfig(level=logging.WARNING, format=LINE, stream=sys.stderr)
    logging.getLogger(OUR_PREFIX).setLevel(logging.INFO)
    warnings.showwarning = _show_warning
    sys.excepthook = _on_crash
    threading.excepthook = lambda trouble: print(
        f"a thread was stopped by {trouble.exc_type.__name__}", file=sys.stderr
    )
    structlog.configure(
        processors=[structlog.processors.KeyValueRenderer()],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        cache_logger_on_first_use=False,
    )


def set_environment() -> None:
    """The environment in which Rasa and TensorFlow are small, single and silent."""
    for name, value in {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "OMP_NUM_THREADS": "1",
        "TF_INTRA_OP_PARALLELISM_THREADS": "1",
        "TF_INTER_OP_PARALLELISM_THREADS": "1",
        "SANIC_WORKERS": "1",
        "LOG_LEVEL": "ERROR",
        "LOG_LEVEL_LIBRARIES": "ERROR",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "CUDA_VISIBLE_DEVICES": "-1",
    }.items():
        os.environ[name] = value
    # TensorFlow imports jax only to convert models that we do not have, and that takes three seconds of each start.
    sys.modules.setdefault("jax", None)  # type: ignore[arg-type]
