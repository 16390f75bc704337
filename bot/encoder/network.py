"""The network that is tuned: the pretrained encoder, and over it one attention query for each label.

A label's query weighs the pieces of the text ("which words speak of this?"), its vector weighs what they
say.  The weights are handed out with the answer: they are the evidence.  Refusals share one direction
besides their own, because few needs are refused often enough to learn it alone.
"""

import math
from typing import List, NamedTuple, Tuple

import torch
from torch import Tensor, nn

from bot.encoder.source import Source

FIRST_BIAS = -2.5
FIRST_LENGTH = 3.0
SOFTNESS = 4.0


class Answer(NamedTuple):
    """Per text: log-odds of each label, the weight of each piece for each label, and one vector."""

    odds: Tensor  # (batch, labels)
    weights: Tensor  # (batch, labels, pieces)
    vector: Tensor  # (batch, hidden)


class Layer(nn.Module):
    """One transformer layer: attention, then two linear maps, each added and normed."""

    def __init__(self, hidden: int, heads: int, inner: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(hidden, hidden) for _ in range(4))
        self.attention_norm = nn.LayerNorm(hidden, eps=epsilon)
        self.wide, self.narrow = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.norm = nn.LayerNorm(hidden, eps=epsilon)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """(batch, pieces, hidden) to the same; `mask` is added to the attention's scores."""
        batch, length, hidden = tokens.shape

        def split(values: Tensor) -> Tensor:
            return values.view(batch, length, self.heads, hidden // self.heads).transpose(1, 2)

        query, key, value = split(self.query(tokens)), split(self.key(tokens)), split(self.value(tokens))
        scores = query @ key.transpose(-1, -2) / math.sqrt(hidden // self.heads) + mask
        seen = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, length, hidden)
        tokens = self.attention_norm(tokens + self.out(seen))
        return self.norm(tokens + self.narrow(nn.functional.gelu(self.wide(tokens))))


class Encoder(nn.Module):
    """multilingual-e5-small, its vocabulary pruned."""

    def __init__(self, source: Source, layers: int, *, dropout: float = 0.1, frozen: int = 0) -> None:
        """`layers`: how many are kept, from the lowest up; `frozen`: how many of these stay as they are, as they know the language."""
        super().__init__()
        if not 0 <= frozen <= layers <= source.layers:
            raise ValueError(f"{frozen} frozen of {layers} layers: the source has {source.layers}")
        self.frozen = frozen
        tensors = {name: torch.from_numpy(values.copy()) for name, values in source.tensors.items()}
        hidden = source.hidden
        self.word = nn.Embedding.from_pretrained(tensors["emb.word"], freeze=True)
        place = tensors["emb.pos"].view(-1, hidden) + tensors["emb.type"].view(-1, hidden)[0]
        self.place = nn.Embedding.from_pretrained(place, freeze=True)
        self.norm = nn.LayerNorm(hidden, eps=source.epsilon)
        self.dropout = nn.Dropout(dropout)
        inner = len(tensors["l0.fi.b"])
        self.layers = nn.ModuleList(Layer(hidden, source.heads, inner, source.epsilon) for _ in range(layers))
        with torch.no_grad():
            _fill(self.norm, tensors, "emb.ln")
            for number, layer in enumerate(self.layers):
                for name, part in (
                    ("q", layer.query), ("k", layer.key), ("v", layer.value), ("ao", layer.out), ("fi", layer.wide),
                    ("fo", layer.narrow), ("aln", layer.attention_norm), ("oln", layer.norm),
                ):  # fmt: skip
                    _fill(part, tensors, f"l{number}.{name}")
        if frozen:
            self.freeze()

    def forward(self, ids: Tensor, present: Tensor) -> Tensor:
        """Ids and 1 where a piece is: (batch, pieces) each; to (batch, pieces, hidden)."""
        mask = (1.0 - present[:, None, None, :].float()) * -1e4
        places = torch.arange(ids.shape[1], device=ids.device)
        tokens = self.dropout(self.norm(self.word(ids) + self.place(places)[None]))
        for layer in self.layers:
            tokens = layer(tokens, mask)
        return tokens

    def freeze(self) -> None:
        """Let the lowest layers learn nothing."""
        for part in [self.norm, *self.layers[: self.frozen]]:
            for parameter in part.parameters():
                parameter.requires_grad_(False)


def _fill(part: nn.Module, tensors: dict, name: str) -> None:
    part.weight.copy_(tensors[f"{name}.w"].view(part.weight.shape))
    part.bias.copy_(tensors[f"{name}.b"])


class Reader(nn.Module):
    """The encoder and the heads over it."""

    def __init__(self, encoder: Encoder, starts: Tensor, refusals: List[int], moves: int, questions: int) -> None:
        """`starts`: (labels, hidden), unit length, what each label's query and vector start from."""
        super().__init__()
        labels, hidden = starts.shape
        self.encoder = encoder
        self.query = nn.Parameter(FIRST_LENGTH * starts)
        self.weight = nn.Parameter(FIRST_LENGTH * starts)
        self.key, self.value = nn.Linear(hidden, hidden), nn.Linear(hidden, hidden)
        self.bias = nn.Parameter(torch.full((labels,), FIRST_BIAS))
        self.shared = nn.Parameter(torch.zeros(hidden))
        self.register_buffer("refuses", torch.tensor([float(label in set(refusals)) for label in range(labels)]))
        self.dropout = nn.Dropout(0.1)
        self.move = nn.Linear(hidden, moves)
        self.question = nn.Embedding(questions, hidden)
        with torch.no_grad():
            for part in (self.key, self.value):
                part.weight.copy_(torch.eye(hidden))
                part.bias.zero_()
            self.question.weight.zero_()

    def forward(self, ids: Tensor, present: Tensor) -> Answer:
        """See `Answer`."""
        tokens = self.dropout(self.encoder(ids, present))
        scores = torch.einsum("blh,kh->bkl", self.key(tokens), self.query) / SOFTNESS
        weights = (scores + (1.0 - present[:, None, :].float()) * -1e4).softmax(-1)
        seen = weights @ self.value(tokens)
        vectors = self.weight + self.refuses[:, None] * self.shared[None]
        odds = (seen * vectors[None]).sum(-1) + self.bias
        share = present.float() / present.float().sum(1, keepdim=True)
        return Answer(odds, weights, (tokens * share[..., None]).sum(1))

    def moves(self, vector: Tensor, questions: Tensor) -> Tensor:
        """Scores of each move, (batch, moves), from the answer's vector and what had been asked (batch)."""
        asked = self.question(questions)
        return self.move(vector * (1.0 + asked) + asked)


def layer_groups(reader: Reader, rate: float, head_rate: float, decay: float) -> List[Tuple[List[nn.Parameter], float]]:
    """Parameters with their learning rates: lower layers, which know the language, move less."""
    layers = list(reader.encoder.layers)
    groups = [
        ([p for p in layer.parameters() if p.requires_grad], rate * decay ** (len(layers) - 1 - number))
        for number, layer in enumerate(layers)
    ]
    groups.append(([p for p in reader.encoder.norm.parameters() if p.requires_grad], rate * decay ** len(layers)))
    below = {id(p) for p in reader.encoder.parameters()}
    groups.append(([p for p in reader.parameters() if id(p) not in below], head_rate))
    return [(parameters, own) for parameters, own in groups if parameters]
