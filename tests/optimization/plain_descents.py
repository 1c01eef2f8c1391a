"""Descents on quadratic losses with plain integers, by their definitions: the oracle of the regimes."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm

Matrix = list[list[Fraction]]


@dataclass(frozen=True)
class Plain:
    """x.Ax/2 - b.x, a method, a rate, a beta, a start."""

    hessian: tuple[tuple[Fraction, ...], ...]
    slope: tuple[Fraction, ...]
    start: tuple[Fraction, ...]
    method: str
    rate: Fraction | None
    beta: Fraction = Fraction(0)

    @property
    def text(self) -> str:
        names = "xyz"
        d = len(self.slope)
        parts = [f"({self.hessian[i][j]})/2*{names[i]}*{names[j]}" for i in range(d) for j in range(d)]
        return " + ".join(parts + [f"({-b})*{name}" for b, name in zip(self.slope, names, strict=False)])

    def _gradient(self, x: list[int], q: int) -> list[int]:
        """q times the common denominator times the gradient at x/q."""
        return [
            sum(int(a * self._below) * v for a, v in zip(row, x, strict=True)) - int(b * self._below) * q
            for row, b in zip(self.hessian, self.slope, strict=True)
        ]

    @property
    def _below(self) -> int:
        numbers = [*(a for row in self.hessian for a in row), *self.slope]
        return lcm(*(v.denominator for v in numbers))

    def changes(self, count: int) -> list[list[Fraction]]:
        """x(1) - x(0), x(2) - x(1), ..., by the definitions, over one denominator without any gcd."""
        return [
            [Fraction(b, q) - Fraction(a, p) for a, b in zip(x, y, strict=True)]
            for (x, p), (y, q) in pairwise(self.points(count + 1))
        ]

    def points(self, count: int) -> list[tuple[list[int], int]]:
        """The first points as integers over a denominator."""
        if self.method == "coordinate":
            return self._sweeps(count)
        assert self.rate is not None
        q0 = lcm(*(v.denominator for v in self.start))
        x, q = [int(v * q0) for v in self.start], q0
        move = lcm((self.rate / self._below).denominator, self.beta.denominator)
        eta, b = int(self.rate / self._below * move), int(self.beta * move)
        points = [(x, q)]
        velocity, before = [0] * len(x), x  # velocity over q, the point before over q
        for _ in range(count - 1):
            if self.method == "gradient":
                g = self._gradient(x, q)
                x = [v * move - eta * s for v, s in zip(x, g, strict=True)]
            elif self.method == "momentum":
                g = self._gradient(x, q)
                velocity = [b * v - eta * s for v, s in zip(velocity, g, strict=True)]
                x = [v * move + w for v, w in zip(x, velocity, strict=True)]
            else:
                ahead = [v * move + b * (v - u) for v, u in zip(x, before, strict=True)]
                g = self._gradient(ahead, q * move)
                x, before = [v * move - eta * s for v, s in zip(ahead, g, strict=True)], [v * move * move for v in x]
                q *= move
            q *= move
            points.append((x, q))
        return points

    def _sweeps(self, count: int) -> list[tuple[list[int], int]]:
        x = list(self.start)
        found = []
        for _ in range(count):
            q = lcm(*(v.denominator for v in x))
            found.append(([int(v * q) for v in x], q))
            for i, row in enumerate(self.hessian):
                slope = sum((a * v for a, v in zip(row, x, strict=True)), start=-self.slope[i])
                x[i] -= slope / row[i] if self.rate is None else self.rate * slope
        return found


def bits(change: list[Fraction]) -> float:
    """The base 2 logarithm of the largest entry, up to one bit; -inf for zero."""
    sizes = [c.numerator.bit_length() - c.denominator.bit_length() for c in map(abs, change) if c]
    return max(sizes, default=float("-inf"))
