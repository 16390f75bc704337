"""Runs the tuned encoder: one text in, the odds of every label, the words that speak for it, and of every move out.

Needs onnxruntime and numpy only.  One text a call and one thread: with dynamic int8 a text's numbers
would depend on what else is in its batch.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from bot.encoder.pieces import Pieces, PieceTokenizer, windows

WEIGHTS = Path(__file__).with_name("weights")
MODEL, PIECES, MANIFEST, REFERENCE = "encoder.onnx", "pieces.json", "manifest.json", "reference.json"


class DamagedEncoder(ValueError):
    """A file of the encoder is missing or is not the one that its manifest names."""


class Encoded(NamedTuple):
    """What the encoder says of one text."""

    odds: np.ndarray  # (labels)
    weights: np.ndarray  # (labels, pieces)
    moves: np.ndarray  # (moves): scores, to be compared with each other only
    spans: List[Tuple[int, int]]  # of the pieces, in the text


class SentenceEncoder:
    """The encoder, loaded.  Safe to share between threads."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        """Load and check the files.

        Raises:
            DamagedEncoder: See there.
        """
        import onnxruntime

        self.manifest = read_manifest(folder)
        self.labels: List[str] = self.manifest["labels"]
        self._at: Dict[str, int] = {label: number for number, label in enumerate(self.labels)}
        self.moves: List[str] = self.manifest["moves"]
        self._questions: Dict[str, int] = {asks: number for number, asks in enumerate(self.manifest["questions"])}
        self._tokenizer = PieceTokenizer.load(folder / PIECES)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"])

    def encode(self, text: str, asks: Optional[str] = None) -> Encoded:
        """Read one text in the light of what had been asked; an empty one is read as no words at all."""
        read = [self._read(window, asks) for window in windows(self.cut(text))]
        if len(read) == 1:
            return read[0]
        # A long story holds a need where one of its windows does; the move is made at its beginning.
        odds = np.stack([part.odds for part in read])
        best = odds.argmax(axis=0)
        weights = [part.weights * (best == number)[:, None] for number, part in enumerate(read)]
        spans = [span for part in read for span in part.spans]
        return Encoded(odds.max(axis=0), np.concatenate(weights, axis=1), read[0].moves, spans)

    def cut(self, text: str) -> Pieces:
        """The word pieces of a text."""
        return self._tokenizer.cut(text)

    def _read(self, pieces: Pieces, asks: Optional[str]) -> Encoded:
        given = {
            "ids": np.array([pieces.ids], dtype=np.int64),
            "question": np.array([self._questions.get(asks or "", 0)], dtype=np.int64),
        }
        odds, weights, moves = self._session.run(None, given)
        return Encoded(odds[0], weights[0], moves[0], pieces.spans)

    def places(self, names: Sequence[str]) -> List[int]:
        """Where labels stand among the odds.

        Raises:
            DamagedEncoder: The encoder was tuned without one of them.
        """
        try:
            return [self._at[name] for name in names]
        except KeyError as error:
            raise DamagedEncoder(f"the encoder was tuned without {error}; make it anew with `make encoder`") from None


def read_manifest(folder: Path = WEIGHTS) -> Dict[str, Any]:
    """Labels and checksums, once the files fit them.

    Raises:
        DamagedEncoder: See there.
    """
    try:
        manifest: Dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        for name, wanted in manifest["sha256"].items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != wanted:
                raise DamagedEncoder(
                    f"{name} is not the file that the manifest names; fetch the repository's file again"
                )
    except (OSError, ValueError, KeyError) as error:
        if isinstance(error, DamagedEncoder):
            raise
        raise DamagedEncoder(f"the encoder's files are not whole: {type(error).__name__}") from None
    return manifest


@lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """The encoder of this process."""
    return SentenceEncoder()
