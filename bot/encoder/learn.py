"""The tuning itself: epochs over shuffled, varied examples; resumable after each, seeded throughout."""

import random
import sys
import time
import zlib
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor, nn

from bot.encoder.examples import Example, Outputs
from bot.encoder.network import Encoder, Reader, layer_groups
from bot.encoder.noise import varied
from bot.encoder.pieces import PAD, UNKNOWN, PieceTokenizer, windows
from bot.encoder.source import Source

KIND_SHARE = {"need": 1.0, "risk": 1.0, "refused": 0.7, "mentioned": 0.5, "any": 0.7, "fact": 0.5}
MOVE_SHARE = 0.3
NEEDS_COUNTED = 32.0
POOL = 150  # Batches whose messages are sorted by length together.
WARM_UP = 0.08
LAST_RATE = 0.02


class Recipe(NamedTuple):
    """How to tune: of the pretrained layers the lowest `layers` are kept, and of these `frozen` stay as they are.  Rates are those of the top layer and of the heads; each layer below moves `decay` times as much."""

    epochs: int = 6
    batch: int = 16
    layers: int = 9
    rate: float = 1.2e-4
    head_rate: float = 1e-3
    decay: float = 0.95
    weight_decay: float = 0.01
    frozen: int = 3
    lost_pieces: float = 0.06
    seed: int = 20261124


class Batch(NamedTuple):
    """Padded tensors of some examples."""

    ids: Tensor
    present: Tensor
    truth: Tensor  # (batch, labels)
    counts: Tensor  # (batch, labels): how much each label weighs; 0 where nobody has looked for it
    move: Tensor  # (batch): number of the move, -1 without one
    question: Tensor


def say(words: str) -> None:
    """One line of progress."""
    print(f"encoder: {words}", file=sys.stderr, flush=True)


def collate(examples: Sequence[Example], tokenizer: PieceTokenizer, outputs: Outputs) -> Batch:
    """Cut and pad examples, and spread their labels."""
    cut = [windows(tokenizer.cut(example.text))[0].ids for example in examples]
    longest = max(map(len, cut))
    place = {label: number for number, label in enumerate(outputs.labels)}
    truth = torch.zeros(len(examples), len(outputs.labels))
    counts = torch.zeros(len(examples), len(outputs.labels))
    kinds = [label.split(":", 1)[0] for label in outputs.labels]
    for row, example in enumerate(examples):
        for label in example.labels & place.keys():
            truth[row, place[label]] = 1.0
        counts[row] = torch.tensor([KIND_SHARE[kind] if kind in example.known else 0.0 for kind in kinds])
    return Batch(
        torch.tensor([ids + [PAD] * (longest - len(ids)) for ids in cut]),
        torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids in cut]),
        truth,
        counts,
        torch.tensor([outputs.moves.index(e.move) if e.move else -1 for e in examples]),
        torch.tensor([outputs.questions.index(e.asks or "") for e in examples]),
    )


def batches(examples: Sequence[Example], size: int, dice: random.Random) -> List[List[Example]]:
    """Shuffled batches of examples of like length."""
    order = list(examples)
    dice.shuffle(order)
    found = []
    for start in range(0, len(order), size * POOL):
        pool = sorted(order[start : start + size * POOL], key=lambda example: len(example.text))
        found += [pool[first : first + size] for first in range(0, len(pool), size)]
    dice.shuffle(found)
    return found


def starting_vectors(
    encoder: Encoder,
    tokenizer: PieceTokenizer,
    outputs: Outputs,
    phrases: Sequence[Example],
    messages: Sequence[Example],
) -> Tensor:
    """What each label's query starts from: the middle of its phrases, or of some messages that carry it."""
    encoder.eval()

    def vector(text: str) -> Tensor:
        ids = torch.tensor([tokenizer.cut(text).ids])
        return encoder(ids, torch.ones_like(ids))[0].mean(0)

    with torch.no_grad():
        texts: Dict[str, List[str]] = {}
        for phrase in phrases:
            for label in phrase.labels:
                texts.setdefault(label, []).append(phrase.text)
        for label in outputs.labels:
            topic = label.replace("refused:", "need:")
            if label not in texts and topic in texts:
                texts[label] = texts[topic]
            elif label not in texts:
                texts[label] = [message.text for message in messages if label in message.labels][:24]
        known = {text: vector(text) for text in sorted({text for own in texts.values() for text in own})}
        starts = torch.stack([torch.stack([known[text] for text in texts[label]]).mean(0) for label in outputs.labels])
        starts = starts - starts.mean(0)
        return starts / starts.norm(dim=1, keepdim=True)


def loss_of(reader: Reader, batch: Batch) -> Tensor:
    """What one batch costs."""
    answer = reader(batch.ids, batch.present)
    each = nn.functional.binary_cross_entropy_with_logits(answer.odds, batch.truth, reduction="none")
    cost = (each * batch.counts).sum(1).mean() / NEEDS_COUNTED
    moved = batch.move >= 0
    if moved.any():
        scores = reader.moves(answer.vector[moved], batch.question[moved])
        cost = cost + MOVE_SHARE * moved.float().mean() * nn.functional.cross_entropy(scores, batch.move[moved])
    return cost


def tune(
    source: Source,
    tokenizer: PieceTokenizer,
    outputs: Outputs,
    messages: Sequence[Example],
    moves: Sequence[Example],
    phrases: Sequence[Example],
    recipe: Recipe,
    kept: Path,
    measured: Optional[Sequence[Example]] = None,
) -> Reader:
    """Tune, saving after each epoch to `kept`; goes on from there when it was begun with the same recipe and data.

    Args:
        measured: Messages to measure after each epoch; nothing is chosen by them.
    """
    torch.manual_seed(recipe.seed)
    encoder = Encoder(source, recipe.layers, frozen=recipe.frozen)
    starts = starting_vectors(encoder, tokenizer, outputs, phrases, messages)
    refusals = [number for number, label in enumerate(outputs.labels) if label.startswith("refused:")]
    reader = Reader(encoder, starts, refusals, len(outputs.moves), len(outputs.questions))
    groups = layer_groups(reader, recipe.rate, recipe.head_rate, recipe.decay)
    optimizer = torch.optim.AdamW(
        [{"params": params, "lr": rate, "first": rate} for params, rate in groups],
        weight_decay=recipe.weight_decay,
        fused=True,
    )
    examples = [*messages, *moves, *phrases]
    steps = recipe.epochs * ((len(examples) + recipe.batch - 1) // recipe.batch)
    mark = repr((recipe, len(examples), outputs.labels, sum(hash_of(example) for example in examples)))
    begun, step = _resume(kept, mark, reader, optimizer)
    for epoch in range(begun, recipe.epochs):
        dice = random.Random(recipe.seed + epoch)
        torch.manual_seed(recipe.seed + epoch)
        started, total, seen = time.monotonic(), 0.0, 0
        reader.train()
        chosen = batches([varied(example, messages, dice) for example in examples], recipe.batch, dice)
        for number, group in enumerate(chosen, start=1):
            batch = collate(group, tokenizer, outputs)
            if dice.random() < 1 / 3:
                lost = (torch.rand(batch.ids.shape) < recipe.lost_pieces) & (batch.ids > UNKNOWN)
                batch = batch._replace(ids=batch.ids.masked_fill(lost, UNKNOWN))
            step += 1
            _set_rate(optimizer, step / steps)
            optimizer.zero_grad(set_to_none=True)
            cost = loss_of(reader, batch)
            cost.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimizer.step()
            total += cost.item()
            seen += int(batch.present.sum())
            if number % 100 == 0:
                took = time.monotonic() - started
                say(
                    f"epoch {epoch + 1} {number}/{len(chosen)} loss {total / number:.4f} {1000 * took / seen:.2f} ms a piece"
                )
        torch.save(
            {
                "mark": mark,
                "epoch": epoch + 1,
                "step": step,
                "reader": reader.state_dict(),
                "optimizer": optimizer.state_dict(),
            },
            kept,
        )
        heard = "" if not measured else f", micro-F1 {micro_f1(reader, tokenizer, outputs, measured):.4f}"
        say(
            f"epoch {epoch + 1} of {recipe.epochs} in {time.monotonic() - started:.0f} s, loss {total / len(chosen):.4f}{heard}"
        )
    return reader.eval()


def hash_of(example: Example) -> int:
    """A number that is the same on every run."""
    return zlib.crc32(
        repr((example.text, sorted(example.labels), sorted(example.known), example.move, example.asks)).encode()
    )


def _resume(kept: Path, mark: str, reader: Reader, optimizer: torch.optim.Optimizer) -> Tuple[int, int]:
    if not kept.is_file():
        return 0, 0
    found = torch.load(kept, weights_only=True)
    if found["mark"] != mark:
        say("what was begun there had other data or another recipe; starting anew")
        return 0, 0
    reader.load_state_dict(found["reader"])
    optimizer.load_state_dict(found["optimizer"])
    say(f"going on after epoch {found['epoch']}")
    return found["epoch"], found["step"]


def _set_rate(optimizer: torch.optim.Optimizer, done: float) -> None:
    share = done / WARM_UP if done < WARM_UP else 1 - (1 - LAST_RATE) * (done - WARM_UP) / (1 - WARM_UP)
    for group in optimizer.param_groups:
        group["lr"] = group["first"] * share


def odds_of(reader: Reader, tokenizer: PieceTokenizer, texts: Sequence[str]) -> Tensor:
    """Log-odds of every label, (texts, labels)."""
    reader.eval()
    found = []
    with torch.no_grad():
        for text in texts:
            ids = torch.tensor([tokenizer.cut(text).ids])
            found.append(reader(ids, torch.ones_like(ids)).odds[0])
    return torch.stack(found)


def micro_f1(reader: Reader, tokenizer: PieceTokenizer, outputs: Outputs, measured: Sequence[Example]) -> float:
    """F1 over all needs at even odds."""
    odds = odds_of(reader, tokenizer, [example.text for example in measured])
    hits = wrong = 0
    for row, example in zip(odds, measured):
        found = {label for label, value in zip(outputs.labels, row) if value > 0 and label.startswith("need:")}
        wanted = {label for label in example.labels if label.startswith("need:")}
        hits += len(found & wanted)
        wrong += len(found ^ wanted)
    return 2 * hits / max(1, 2 * hits + wrong)
