"""Which needs a message explicitly does not want, or says are no problem.

"빚은 없어요" names a need and takes it back.  A need is a candidate where a clause that takes something
back speaks of its topic; a small judge, trained on the annotated messages, decides.
"""

import re
from typing import List, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.engine.facts.people import OTHERS
from bot.engine.heads import Reading
from bot.engine.lexicon import NOTHING
from bot.engine.topics import PLAIN_REFUSALS, PLAIN_STATEMENTS, SHORT_MESSAGE, TOPICS, WAYS

LEAST_CLAUSE_ODDS = -2.0
LONGEST_CLAUSE = 60


class TakenBackReader:
    """Decides need by need; picklable."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = list(labels)
        self.judge = LogisticRegression(C=0.5, max_iter=1000)
        self.centre = np.zeros(0)
        self.scale = np.ones(0)
        self.trained = False

    def fit(
        self,
        texts: Sequence[str],
        readings: Sequence[Reading],
        scores: Sequence[np.ndarray],
        negated: Sequence[Sequence[str]],
    ) -> None:
        """Learn from what the heads honestly said of annotated messages."""
        rows, answers = [], []
        for text, reading, honest, taken in zip(texts, readings, scores, negated):
            for label in self._candidates(text, reading):
                rows.append(self._features(text, reading, honest, label))
                answers.append(self.labels[label] in taken)
        if not any(answers) or all(answers):
            return
        matrix = np.stack(rows)
        self.centre, self.scale = matrix.mean(axis=0), matrix.std(axis=0) + 1e-6
        scaled = (matrix - self.centre) / self.scale
        self.judge.fit(scaled, answers)
        self.trained = True

    def chances(self, text: str, reading: Reading) -> np.ndarray:
        """For each need, how likely it is that the message takes it back."""
        found = np.zeros(len(self.labels))
        candidates = self._candidates(text, reading) if self.trained else []
        if candidates:
            matrix = np.stack([self._features(text, reading, reading.scores, label) for label in candidates])
            found[candidates] = self.judge.predict_proba((matrix - self.centre) / self.scale)[:, 1]
        return found

    def plainly_refused(self, text: str, reading: Reading) -> List[str]:
        """The needs that are refused in so many words; the heads' opinion of these does not count."""
        return [need for need in self.labels if self._is_plainly_refused(need, text, reading)]

    def plainly_stated(self, text: str, reading: Reading) -> List[int]:
        """The places of needs that a short message states by their names, in a clause that takes nothing back."""
        if len(text) > SHORT_MESSAGE or re.search(OTHERS, text):
            return []
        clauses = [text[start:end] for (start, end), back in zip(reading.spans, reading.taken_back) if not back]
        return [
            place
            for place, need in enumerate(self.labels)
            if need in PLAIN_STATEMENTS and any(PLAIN_STATEMENTS[need].search(clause) for clause in clauses)
        ]

    @staticmethod
    def _is_plainly_refused(need: str, text: str, reading: Reading) -> bool:
        """Whether the words refuse a need in so many words, and no other clause comes back to it."""
        refusal = PLAIN_REFUSALS.get(need)
        clauses = [text[start:end] for start, end in reading.spans]
        refused = [bool(refusal and refusal.search(clause)) for clause in clauses]
        others = [clause for clause, is_refused in zip(clauses, refused) if not is_refused]
        return any(refused) and not any(TOPICS[need].search(clause) for clause in others)

    def _back_clauses(self, text: str, reading: Reading, label: int) -> List[int]:
        """The clauses that take something back and name the need's topic."""
        topic = TOPICS[self.labels[label]]
        return [
            place
            for place in np.flatnonzero(reading.taken_back)
            if topic.search(text[reading.spans[place][0] : reading.spans[place][1]])
        ]

    def _candidates(self, text: str, reading: Reading) -> List[int]:
        if not reading.taken_back.any():
            return []
        odds = reading.parts[reading.taken_back].max(axis=0)
        return [
            label
            for label in range(len(self.labels))
            if odds[label] >= LEAST_CLAUSE_ODDS or self._back_clauses(text, reading, label)
        ]

    def _features(self, text: str, reading: Reading, scores: np.ndarray, label: int) -> np.ndarray:
        named = self._back_clauses(text, reading, label)
        back = np.flatnonzero(reading.taken_back)
        place = named[0] if named else int(back[reading.parts[back, label].argmax()])
        start, end = reading.spans[place]
        words = text[start:end]
        stated = reading.parts[~reading.taken_back, label]
        rivals = np.delete(reading.parts[place], label)
        topics = sum(bool(pattern.search(words)) for pattern in TOPICS.values())
        topic = TOPICS[self.labels[label]].search(words)
        ways = [float(bool(pattern.search(words))) for pattern in WAYS.values()]
        after = [float(bool(topic and pattern.search(words, topic.end()))) for pattern in WAYS.values()]
        identity = np.zeros(len(self.labels))
        identity[label] = 1.0
        return np.concatenate(
            [
                [
                    float(bool(named)), reading.parts[place, label], stated.max() if len(stated) else NOTHING,
                    rivals.max() - reading.parts[place, label], scores[label], float(scores.max()), float(topics),
                    float(len(words) > LONGEST_CLAUSE), float(reading.taken_back.mean()), float(place == len(reading.spans) - 1),
                ],
                ways, after, identity,
            ]
        )  # fmt: skip
