"""Validates the training data and trains the model, when anything it depends on has changed.

    .venv-engine/bin/python -m bot.engine.train [--force]

Progress goes to stderr.  Exit status 0: the model is there and fits the data; 1: the data is not valid.
"""

import argparse
import fcntl
import hashlib
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any, Iterator, List, Optional

from bot.engine import paths
from bot.engine.quiet import set_environment

# Rasa says this of every domain that has slots, whatever they hold.
SAID_OF_EVERY_DOMAIN = "Slot auto-fill has been removed"
SUFFIXES = {".py", ".yml", ".tsv", ".json", ".jsonl"}
# Files beside the trained readers; Rasa runs them from disk as they are.
NOT_IN_A_MODEL = frozenset(
    [
        "train.py",
        "understand.py",
        "serve.py",
        "quiet.py",
        "tracker_store.py",
        "paths.py",
        "credentials.yml",
        "endpoints.yml",
    ]
)


# Our responses are named by custom actions, which Rasa cannot see; tests/house holds the two against each other.
SPOKEN_BY_ACTIONS = "is not used in any story or rule."


def say(words: str) -> None:
    """One line of progress."""
    print(f"train: {words}", file=sys.stderr, flush=True)


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    else:
        yield from (path for path in place.rglob("*") if path.suffix in SUFFIXES and path.name not in NOT_IN_A_MODEL)


def content_hash(root: Path = paths.ROOT) -> str:
    """One hash over everything that the model is made from; the same for the same contents anywhere."""
    digest = hashlib.sha256()
    places = [paths.CONFIG, paths.DOMAIN, paths.DATA, *paths.SOURCES]
    for path in sorted({path for place in places if place.exists() for path in _files(place)}):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_up_to_date() -> bool:
    """Whether a model is there that was made from the present contents."""
    return paths.MODEL.is_file() and paths.STAMP.is_file() and paths.STAMP.read_text().strip() == content_hash()


def complaints_about(importer: Any) -> List[str]:
    """What Rasa's validator finds wrong, its mere warnings included; empty when all is well."""
    from rasa.validator import Validator

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        validator = Validator.from_importer(importer)
        checks = {
            "domain": validator.verify_domain_validity(),
            "intents and responses": validator.verify_nlu(ignore_warnings=False),
            "actions": validator.verify_actions_in_stories_rules(),
            "forms": validator.verify_forms_in_stories_rules() and validator.verify_form_slots(),
            "slot mappings": validator.verify_slot_mappings(),
            "rules": validator.verify_story_structure(ignore_warnings=False),
        }
    found = [f"the check of {name} failed" for name, passed in checks.items() if not passed]
    said = [str(warning.message) for warning in caught if issubclass(warning.category, UserWarning)]
    harmless = [w for w in said if w.endswith(SPOKEN_BY_ACTIONS) or w.startswith(SAID_OF_EVERY_DOMAIN)]
    return found + [words for words in said if words not in harmless]


def train() -> int:
    """Validate and train.  Returns the exit status."""
    started = time.monotonic()
    fingerprint = content_hash()
    say("loading Rasa")
    import rasa.model_training
    from rasa.shared.importers.importer import TrainingDataImporter

    importer = TrainingDataImporter.load_from_config(str(paths.CONFIG), str(paths.DOMAIN), [str(paths.DATA)])
    say("reading and validating the data")
    complaints = complaints_about(importer)
    for complaint in complaints:
        say(f"NOT VALID: {complaint}")
    if complaints:
        return 1
    say(f"valid after {time.monotonic() - started:.0f} s; training")
    # The data takes half a minute to read: Rasa is handed the importer that has read it already.
    TrainingDataImporter.load_from_config = staticmethod(lambda *args, **kwargs: importer)  # type: ignore[method-assign]
    paths.MODELS.mkdir(exist_ok=True)
    fresh = paths.MODELS / f".{paths.MODEL_NAME}.{os.getpid()}"
    fresh.mkdir()
    try:
        result = rasa.model_training.train(
            str(paths.DOMAIN),
            str(paths.CONFIG),
            [str(paths.DATA)],
            output=str(fresh),
            fixed_model_name=paths.MODEL_NAME,
        )
        if result.code != 0 or not result.model:
            say(f"Rasa ended with {result.code}")
            return 1
        os.replace(result.model, paths.MODEL)
        paths.STAMP.write_text(f"{fingerprint}\n")
    finally:
        for left in fresh.iterdir():
            left.unlink()
        fresh.rmdir()
    say(f"done in {time.monotonic() - started:.0f} s, {paths.MODEL.stat().st_size / 1e6:.1f} MB")
    return 0


def main(arguments: Optional[List[str]] = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="bot.engine.train", description=__doc__.splitlines()[0])
    parser.add_argument("--force", action="store_true", help="train even if nothing has changed")
    wanted = parser.parse_args(arguments)
    if is_up_to_date() and not wanted.force:
        say("the model fits the data; nothing to do")
        return 0
    set_environment()
    os.chdir(paths.ROOT)
    paths.MODELS.mkdir(exist_ok=True)
    with (paths.MODELS / ".lock").open("w") as lock:
        # Two trainings at once would take twice as long and end with the same model.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_up_to_date() and not wanted.force:
            say("another training has just made the model")
            return 0
        return train()


if __name__ == "__main__":
    # Rasa prints on stdout; progress belongs to stderr.
    os.dup2(2, 1)
    sys.exit(main())
