"""Our quick reader of training data against Rasa's own."""

from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from bot.engine.importer import TrainingDataError, read_messages
from bot.engine.paths import DATA

FEW = 20


def _first_entries(source: Path, target: Path) -> Path:
    """The first entries of a training file; Rasa's reader needs a second for fifty."""
    head, *entries = source.read_text(encoding="utf-8").split("\n- intent: ")
    target.write_text("\n- intent: ".join([head, *entries[:FEW]]) + "\n", encoding="utf-8")
    return target


GIVEN_FILES = [DATA / "needs" / "d.yml", DATA / "needs" / "z.yml", min((DATA / "moves").glob("*.yml"))]


@pytest.mark.parametrize("given_file", GIVEN_FILES, ids=lambda path: path.stem)
def test_the_quick_reader_reads_what_rasa_reads(given_file: Path, tmp_path: Path) -> None:
    # GIVEN a part of a real file
    given = _first_entries(given_file, tmp_path / "part.yml")
    # WHEN both read it
    ours = [message.as_dict() for message in read_messages(given)]
    theirs = [message.as_dict() for message in RasaYAMLReader().read(given).training_examples]
    # THEN they have read the same
    assert ours == theirs
    assert len(ours) >= FEW


def test_a_file_with_something_unknown_is_refused_by_name(tmp_path: Path) -> None:
    # GIVEN an example without its dash
    given = tmp_path / "odd.yml"
    given.write_text('version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    안녕하세요\n', encoding="utf-8")
    # WHEN it is read, THEN file and intent are named
    with pytest.raises(TrainingDataError, match=r"odd\.yml.*greet"):
        read_messages(given)
