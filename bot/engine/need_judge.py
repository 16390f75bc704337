"""Decides which needs a message states, and which it refuses."""

from typing import Any, Dict, List, Mapping, Sequence, Tuple

import numpy as np

from bot.encoder.reader import shared_encoder
from bot.engine.heads import Heads, Reading, rank_and_rival
from bot.engine.joint import Look, encoder_odds, evidence_of, found_item, joint_signals, log_odds
from bot.engine.judge import Judge, fit_by_author
from bot.engine.lexicon import Said
from bot.engine.negation import TakenBackReader
from bot.engine.thresholds import best_recall_threshold, best_threshold, label_matrix

PLAIN_SCORE = 0.75  # Of a need that a short message states by its name.
REFUSED_RECALL = 2.0  # A refusal that is missed costs the client an unwanted offer; one too many costs a question.


class NeedJudge:
    """Heads over the words, a reader of what is taken back, and two judges that join them with the encoder; picklable."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = list(labels)
        self.heads = Heads(labels)
        self.taken_back = TakenBackReader(labels)
        self.joint = Judge(leaf=60, rounds=60)
        self.refusals = Judge(leaf=60, rounds=60)
        self.threshold = self.refusal_threshold = 0.5

    def fit_words(
        self,
        said: Mapping[int, Said],
        truth: np.ndarray,
        authors: Sequence[str],
        texts: Mapping[int, str],
        refused: Mapping[int, Sequence[str]],
    ) -> None:
        """Learn what the words say.

        Args:
            said: By the row's place, what views that have not read its author say of the needs.
            truth: Rows × needs.
            authors: Per row.
            texts: By place.
            refused: By place, the needs that the message refuses.
        """
        honest = self.heads.fit(said, truth, authors)
        places = [place for place in sorted(said) if said[place].spans and place in honest]
        self.taken_back.fit(
            [texts[place] for place in places],
            [Reading(honest[place], *_parts(said[place])) for place in places],
            [honest[place] for place in places],
            [refused[place] for place in places],
        )

    def fit_joint(
        self, looks: Sequence[Look], notes: Sequence[Dict[str, Any]], authors: Sequence[str], false_need_weight: float
    ) -> None:
        """Learn, from messages that neither views nor encoder have read, how far to believe whom, and where to draw the lines.

        Args:
            looks: What views and encoder say of each message, about the needs.
            notes: Its annotations.
            authors: Per message.
            false_need_weight: See `best_threshold`.
        """
        readings = [self.heads.read(look.said) for look in looks]
        wanted = label_matrix([note["needs"] for note in notes], self.labels)
        odds = [self._encoder(look) for look in looks]
        signals = [self._signals(*each) for each in zip(looks, readings, odds)]
        chances = fit_by_author(self.joint, signals, wanted, authors)
        self.threshold = best_threshold(chances, wanted, false_need_weight)
        refused = label_matrix([note["negated"] for note in notes], self.labels)
        signals = [self._refusal_signals(*each) for each in zip(looks, readings, odds, chances)]
        doubts = fit_by_author(self.refusals, signals, refused, authors)
        self.refusal_threshold = best_recall_threshold(doubts, refused, REFUSED_RECALL)

    def _places(self, kind: str) -> List[int]:
        return shared_encoder().places([f"{kind}:{need}" for need in self.labels])

    def _encoder(self, look: Look) -> Dict[str, np.ndarray]:
        """The encoder's odds of each need's being stated, refused, spoken of; and of any being stated, any refused."""
        odds = {kind: encoder_odds(look.encoded, self._places(kind)) for kind in ("need", "refused", "mentioned")}
        for kind in ("need", "refused"):
            (any_odds,) = encoder_odds(look.encoded, shared_encoder().places([f"any:{kind}"]))
            odds[f"any:{kind}"] = np.full(len(self.labels), any_odds)
        return odds

    def _signals(self, look: Look, reading: Reading, odds: Dict[str, np.ndarray]) -> np.ndarray:
        """What the judge of needs looks at, labels × signals."""
        any_word = np.full(len(self.labels), look.said.any_odds)
        extra = [odds["refused"], odds["mentioned"], odds["any:need"], odds["any:refused"], any_word]
        extra += list(np.eye(len(self.labels)))  # Which need it is: some are told from their neighbours less easily.
        return joint_signals(reading, odds["need"], look.said.length, extra)

    def _refusal_signals(
        self, look: Look, reading: Reading, odds: Dict[str, np.ndarray], chances: np.ndarray
    ) -> np.ndarray:
        """What the judge of refusals looks at, labels × signals."""
        plain = set(self.taken_back.plainly_refused(look.text, reading))
        return np.stack(
            [
                log_odds(self.taken_back.chances(look.text, reading)),
                odds["refused"],
                odds["need"],
                odds["mentioned"],
                odds["any:refused"],
                np.minimum(odds["mentioned"], odds["any:refused"]) - np.maximum(odds["need"], -4.0),
                log_odds(reading.scores),
                log_odds(chances),
                np.array([float(need in plain) for need in self.labels]),
                rank_and_rival(odds["refused"])[0],
            ],
            axis=1,
        )

    def read(self, look: Look) -> Tuple[List[Dict[str, Any]], List[str]]:
        """The needs of a message, best first, and the ids of those it refuses."""
        reading = self.heads.read(look.said)
        odds = self._encoder(look)
        chances = self.joint.chances(self._signals(look, reading, odds))
        doubts = self.refusals.chances(self._refusal_signals(look, reading, odds, chances))
        stated = self.taken_back.plainly_stated(look.text, reading)
        chances[stated], doubts[stated] = np.maximum(chances[stated], PLAIN_SCORE), 0.0
        asked = self._places("need")
        found = []
        for place in np.argsort(-chances):
            if chances[place] < self.threshold:
                break
            if doubts[place] > max(chances[place], self.refusal_threshold):
                continue  # Named in order to be refused.
            span = evidence_of(reading, look.encoded, asked[place], int(place))
            found.append(found_item(self.labels[place], float(chances[place]), look.text, span))
        kept = {item["id"] for item in found}
        refused = [need for need, doubt in zip(self.labels, doubts) if doubt >= self.refusal_threshold]
        return found, [need for need in refused if need not in kept]


def _parts(said: Said) -> Tuple[np.ndarray, np.ndarray, List[Tuple[int, int]]]:
    return said.parts[:, :-1], said.taken_back, said.spans
