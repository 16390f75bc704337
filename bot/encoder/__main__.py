"""Makes the encoder anew from the data.

    python -m bot.encoder [--epochs N] [--without AUTHOR,AUTHOR] [--to FOLDER]

Progress goes to stderr.  Stopped and begun again, it goes on after the last whole epoch.
"""

import argparse
import json
import sys
from pathlib import Path

from bot.encoder.examples import ROOT, Example, Outputs, message_labels, read_messages, read_moves, read_phrases
from bot.encoder.export import export
from bot.encoder.learn import Recipe, say, tune
from bot.encoder.pieces import PieceTokenizer
from bot.encoder.reader import WEIGHTS
from bot.encoder.source import default_path, read_source

KEPT = ROOT / "build" / "encoder"


def held_out(path: Path) -> list[Example]:
    """Labelled messages of a JSON lines file."""
    notes = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Example(note["text"], path.stem, message_labels(note), frozenset({"need"})) for note in notes]


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="bot.encoder", description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument("--without", default="", help="authors (file names) to leave out, for honest figures")
    parser.add_argument("--to", type=Path, default=WEIGHTS, help="the folder that takes the result")
    parser.add_argument("--measure", type=Path, nargs="*", default=[], help="labelled files to score after each epoch")
    wanted = parser.parse_args(arguments)
    left_out = set(filter(None, wanted.without.split(",")))
    source = read_source(default_path())
    tokenizer = PieceTokenizer(source.pieces, source.scores)
    everything = read_messages()
    messages = [message for message in everything if message.author not in left_out]
    moves = read_moves()
    outputs = Outputs.of(messages, moves)
    say(f"{len(messages)} messages, {len(moves)} moves, {len(outputs.labels)} outputs")
    kept = KEPT / f"{wanted.to.name}.pt"
    kept.parent.mkdir(parents=True, exist_ok=True)
    measured = [message for message in everything if message.author in left_out]
    measured += [message for path in wanted.measure for message in held_out(path)]
    recipe = Recipe(epochs=wanted.epochs)
    reader = tune(source, tokenizer, outputs, messages, moves, read_phrases(), recipe, kept, measured)
    export(reader, source, outputs, wanted.to)
    return 0


if __name__ == "__main__":
    sys.exit(main())
