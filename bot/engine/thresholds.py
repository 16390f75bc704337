"""Turns probabilities into decisions: the threshold that serves unknown authors best."""

from typing import Sequence

import numpy as np


def label_matrix(labels: Sequence[Sequence[str]], ids: Sequence[str]) -> np.ndarray:
    """Rows × ids, 1 where the row carries the label.  Labels outside `ids` are left out."""
    place = {label: column for column, label in enumerate(ids)}
    truth = np.zeros((len(labels), len(ids)), dtype=np.int8)
    for row, carried in enumerate(labels):
        for label in carried:
            if label in place:
                truth[row, place[label]] = 1
    return truth


def best_threshold(scores: np.ndarray, truth: np.ndarray, false_need_weight: float) -> float:
    """The threshold with the best F1 over all labels, less what false needs of need-free messages cost.

    Args:
        scores: Rows × labels, honest probabilities (of authors unknown to the model).
        truth: Rows × labels.
        false_need_weight: What one need-free row that gets a label costs, in wrong labels.
    """
    right = truth.astype(bool)
    free = ~right.any(axis=1)
    best, best_value = 0.5, -1.0
    for threshold in np.arange(0.30, 0.66, 0.01):
        found = scores >= threshold
        hits = float((found & right).sum())
        wrong = float((found & ~right).sum()) + float((~found & right).sum())
        wrong += false_need_weight * float(found[free].any(axis=1).sum())
        value = 2 * hits / (2 * hits + wrong) if hits else 0.0
        if value > best_value:
            best, best_value = float(threshold), value
    return best


def best_recall_threshold(scores: np.ndarray, truth: np.ndarray, beta: float) -> float:
    """The threshold with the best F-beta: a label that is missed weighs beta squared as much as one too many."""
    right = truth.astype(bool)
    best, best_value = 0.5, -1.0
    for threshold in np.arange(0.10, 0.66, 0.01):
        found = scores >= threshold
        hits = float((found & right).sum())
        value = (1 + beta**2) * hits / (beta**2 * right.sum() + found.sum()) if hits else 0.0
        if value > best_value:
            best, best_value = float(threshold), value
    return best


def threshold_at_false_alarms(scores: np.ndarray, truth: np.ndarray, share: float) -> float:
    """The lowest threshold at which at most `share` of the label-free rows get any label.

    Args:
        scores: Rows × labels, honest probabilities.
        truth: Rows × labels.
        share: Between 0 and 1.
    """
    harmless = ~truth.astype(bool).any(axis=1)
    highest = np.sort(scores[harmless].max(axis=1))[::-1] if harmless.any() else np.zeros(1)
    allowed = int(share * len(highest))
    return float(min(0.9, max(0.05, highest[min(allowed, len(highest) - 1)] + 1e-6)))
