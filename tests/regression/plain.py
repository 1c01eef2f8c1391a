"""Least squares by plain fractions, from the definition: the oracle of this folder."""

from collections.abc import Sequence
from fractions import Fraction

Rows = Sequence[Sequence[Fraction]]


def model_rows(rows: Rows, intercept: bool) -> list[list[Fraction]]:
    return [[*row, Fraction(1)] if intercept else list(row) for row in rows]


def half_mean_square(rows: Rows, labels: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    total = sum((r * r for r in _residuals(rows, labels, weights)), Fraction(0))
    return total / (2 * len(rows))


def gradient_at(rows: Rows, labels: Sequence[Fraction], weights: Sequence[Fraction]) -> list[Fraction]:
    residuals = _residuals(rows, labels, weights)
    columns = zip(*rows, strict=True)
    return [sum((x * r for x, r in zip(c, residuals, strict=True)), Fraction(0)) / len(rows) for c in columns]


def _residuals(rows: Rows, labels: Sequence[Fraction], weights: Sequence[Fraction]) -> list[Fraction]:
    return [
        sum((x * w for x, w in zip(row, weights, strict=True)), Fraction(0)) - y
        for row, y in zip(rows, labels, strict=True)
    ]
