"""Decides which dangers a message speaks of: views, encoder and the guard's rules, joined for recall.

The guard speaks for itself where it is sure.  Where it doubts, or says nothing, the judge decides; the
guard's opinion is one of the things it looks at.
"""

from typing import Any, Dict, Iterable, List, Mapping, Sequence, Tuple

import numpy as np

from bot.encoder.reader import shared_encoder
from bot.engine.heads import Heads, Reading
from bot.engine.joint import Look, encoder_odds, evidence_of, found_item, joint_signals
from bot.engine.judge import Judge, fit_by_author
from bot.engine.lexicon import Said
from bot.engine.thresholds import label_matrix, threshold_at_false_alarms
from bot.guard.danger import Danger, find_danger

GUARD_SCORE = 0.99
DOUBT_DISCOUNT = 0.5  # A doubt of the guard halves what the judge must be sure of.
ASKED_IN_DOUBT = frozenset({"self_harm", "violence"})


class RiskJudge:
    """Heads over the words, and a judge that joins them with encoder and guard; picklable."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = list(labels)
        self.heads = Heads(labels)
        self.joint = Judge(leaf=40, rounds=60)
        self.threshold = 0.5

    def fit_words(
        self, said: Mapping[int, Said], truth: np.ndarray, authors: Sequence[str], texts: Mapping[int, str]
    ) -> None:
        """Learn what the words say; see `NeedJudge.fit_words`."""
        guard = {place: self._guard_columns(find_danger(text)) for place, text in texts.items()}
        self.heads.fit(said, truth, authors, guard)

    def fit_joint(
        self, looks: Sequence[Look], notes: Sequence[Dict[str, Any]], authors: Sequence[str], false_alarm_share: float
    ) -> None:
        """Learn how far to believe whom; the threshold keeps false alarms at the wanted share.  See `NeedJudge.fit_joint`."""
        truth = label_matrix([note["risks"] for note in notes], self.labels)
        dangers = [find_danger(look.text) for look in looks]
        signals = [self._look(look, own)[1] for look, own in zip(looks, dangers)]
        chances = fit_by_author(self.joint, signals, truth, authors)
        scores = np.stack([self._scores(own, said) for own, said in zip(chances, dangers)])
        self.threshold = threshold_at_false_alarms(scores, truth, false_alarm_share)

    def _scores(self, chances: np.ndarray, dangers: Iterable[Danger]) -> np.ndarray:
        """The judge's probabilities, raised where the guard is sure, and where it doubts and a gentle question would do."""
        scores = np.array(chances)
        for danger in dangers:
            place = self.labels.index(danger.risk)
            if danger.certainty == "sure":
                scores[place] = max(scores[place], GUARD_SCORE)
            elif danger.risk in ASKED_IN_DOUBT:
                scores[place] = min(1.0, scores[place] / DOUBT_DISCOUNT)
        return scores

    def _guard_columns(self, dangers: Iterable[Danger]) -> np.ndarray:
        """Two rows for the judge: what the guard is sure of, and what it doubts, label by label."""
        columns = np.zeros((2, len(self.labels)))
        for danger in dangers:
            columns[0 if danger.certainty == "sure" else 1, self.labels.index(danger.risk)] = 1.0
        return columns

    def _look(self, look: Look, dangers: Iterable[Danger]) -> Tuple[Reading, np.ndarray]:
        """What the heads read, and what the judge looks at, labels × signals."""
        guard = self._guard_columns(dangers)
        reading = self.heads.read(look.said, guard)
        (any_odds,) = encoder_odds(look.encoded, shared_encoder().places(["any:risk"]))
        extra = [*guard, np.full(len(self.labels), any_odds), np.full(len(self.labels), look.said.any_odds)]
        return reading, joint_signals(reading, encoder_odds(look.encoded, self._places()), look.said.length, extra)

    def _places(self) -> List[int]:
        return shared_encoder().places([f"risk:{risk}" for risk in self.labels])

    def read(self, look: Look) -> List[Dict[str, Any]]:
        """The dangers of a message, most certain first."""
        dangers = {danger.risk: danger for danger in find_danger(look.text)}
        reading, signals = self._look(look, dangers.values())
        scores = self._scores(self.joint.chances(signals), dangers.values())
        asked = self._places()
        found = []
        for place in np.flatnonzero(scores >= self.threshold):
            risk = self.labels[place]
            span = _span_of(dangers.get(risk), look.text, evidence_of(reading, look.encoded, asked[place], int(place)))
            found.append(found_item(risk, float(scores[place]), look.text, span))
        return sorted(found, key=lambda item: -item["score"])


def _span_of(danger: Any, text: str, otherwise: Tuple[int, int]) -> Tuple[int, int]:
    """Where the guard's evidence stands in the text; the head's clause where it was normalised away."""
    start = text.find(danger.evidence) if danger is not None else -1
    return (start, start + len(danger.evidence)) if start >= 0 else otherwise
