"""Weighs what the rules and the tuned encoder say of the facts that have few values (`employment_status`, …).

People hardly ever say "I am employed": they complain of a shift.  The encoder has learned such signs, the
rules the plain words.  How far each is to be believed is learned from messages that neither has read.
"""

import datetime as dt
from typing import Any, Dict, List, NamedTuple, Sequence

import numpy as np

from bot.encoder.reader import Encoded
from bot.engine.joint import MOST_ODDS, encoder_odds
from bot.engine.judge import Judge, fit_by_author
from bot.engine.thresholds import best_recall_threshold

SETS = frozenset({"target_groups"})
# The client is shown all facts and asked to confirm them: a missed one costs a question, a wrong one a correction.
FOUND_RECALL = 1.2
PREFIX = "fact:"


class Candidate(NamedTuple):
    """A value that a message may state."""

    fact: str
    value: str


class FactJudge:
    """Decides value by value; picklable."""

    def __init__(self, encoder_labels: Sequence[str]) -> None:
        self.candidates: List[Candidate] = [
            Candidate(*label[len(PREFIX) :].split("=", 1)) for label in encoder_labels if label.startswith(PREFIX)
        ]
        self.places = [place for place, label in enumerate(encoder_labels) if label.startswith(PREFIX)]
        self.facts = sorted({candidate.fact for candidate in self.candidates})
        own = np.array([self.facts.index(candidate.fact) for candidate in self.candidates])
        self._identity = np.eye(len(self.facts))[own]
        self._rivals = (own[:, None] == own[None, :]) & ~np.eye(len(own), dtype=bool)
        self.judge = Judge(leaf=30, rounds=60)
        self.believed = 0.5

    def fit(
        self,
        ruled: Sequence[Dict[str, Any]],
        encoded: Sequence[Encoded],
        told: Sequence[Dict[str, Any]],
        authors: Sequence[str],
    ) -> np.ndarray:
        """Learn from messages: what the rules read, what the encoder says, and what the annotator wrote."""
        truth = np.array([[_holds(facts, candidate) for candidate in self.candidates] for facts in told], dtype=np.int8)
        signals = [self._signals(facts, own) for facts, own in zip(ruled, encoded)]
        honest = fit_by_author(self.judge, signals, truth, authors)
        self.believed = best_recall_threshold(honest, truth, FOUND_RECALL)
        return honest

    def weigh(self, ruled: Dict[str, Any], encoded: Encoded, left_alone: Sequence[str] = ()) -> Dict[str, Any]:
        """The facts of a message: those of the rules, corrected and completed.

        Args:
            ruled: What the rules read.
            encoded: What the encoder says.
            left_alone: Facts that had just been asked for; an answer is read by the rules alone.
        """
        chances = self.judge.chances(self._signals(ruled, encoded))
        found = dict(ruled)
        for fact in self.facts:
            if fact in left_alone:
                continue
            own = [(chance, c.value) for chance, c in zip(chances, self.candidates) if c.fact == fact]
            believed = sorted((item for item in own if item[0] >= self.believed), reverse=True)
            known = {value for _, value in own}
            if fact in SETS:
                kept = [value for value in ruled.get(fact) or [] if value not in known]
                values = kept + [value for _, value in believed]
                if values:
                    found[fact] = values
                else:
                    found.pop(fact, None)
            elif believed:
                found[fact] = believed[0][1]
            elif ruled.get(fact) in known:
                del found[fact]
        return found

    def _signals(self, ruled: Dict[str, Any], encoded: Encoded) -> np.ndarray:
        odds = encoder_odds(encoded, self.places)
        rivals = np.where(self._rivals, odds[None, :], -MOST_ODDS).max(axis=1)
        holds = np.array([_holds(ruled, candidate) for candidate in self.candidates], dtype=float)
        otherwise = np.array([float(ruled.get(candidate.fact) is not None) for candidate in self.candidates]) - holds
        said = [odds, rivals, holds, otherwise, odds * holds]
        return np.hstack([np.stack(said, axis=1), self._identity, self._identity * holds[:, None]])


def _holds(facts: Dict[str, Any], candidate: Candidate) -> int:
    said = facts.get(candidate.fact)
    return int(candidate.value in said if isinstance(said, list) else said == candidate.value)


ANNOTATED_ON = dt.date(2026, 11, 24)  # The day on which all annotated messages are read.
