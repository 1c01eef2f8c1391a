"""Stopping rules by plain iteration over Python's fractions, to the letter of their definitions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

Vector = list[Fraction]


@dataclass(frozen=True)
class Bowl:
    """x.Ax/2 - b.x, with a symmetric A."""

    hessian: list[Vector]
    slope: Vector

    def gradient(self, x: Vector) -> Vector:
        return [
            sum((a * y for a, y in zip(row, x, strict=True)), Fraction(0)) - b
            for row, b in zip(self.hessian, self.slope, strict=True)
        ]

    def value(self, x: Vector) -> Fraction:
        ax = [sum((a * y for a, y in zip(row, x, strict=True)), Fraction(0)) for row in self.hessian]
        return sum((y * (z / 2 - b) for y, z, b in zip(x, ax, self.slope, strict=True)), Fraction(0))

    def text(self, names: Sequence[str]) -> str:
        parts = []
        for i, a in enumerate(names):
            parts.append(f"({self.hessian[i][i]}/2)*{a}**2 - ({self.slope[i]})*{a}")
            parts += [f"({self.hessian[i][j]})*{a}*{names[j]}" for j in range(i)]
        return " + ".join(parts)


def iterates(bowl: Bowl, start: Vector, method: str, rate: Fraction, beta: Fraction = Fraction(0)) -> Iterator[Vector]:
    """x_0, x_1, ... by the definition of each method."""
    x, previous, velocity = start, start, [Fraction(0)] * len(start)
    while True:
        yield x
        if method == "gradient":
            x = [a - rate * g for a, g in zip(x, bowl.gradient(x), strict=True)]
        elif method == "momentum":
            velocity = [beta * v - rate * g for v, g in zip(velocity, bowl.gradient(x), strict=True)]
            x = [a + v for a, v in zip(x, velocity, strict=True)]
        elif method == "nesterov":
            y = [a + beta * (a - p) for a, p in zip(x, previous, strict=True)]
            previous, x = x, [a - rate * g for a, g in zip(y, bowl.gradient(y), strict=True)]
        elif method == "coordinate":
            x = list(x)
            for i in range(len(x)):
                x[i] -= rate * bowl.gradient(x)[i]
        elif method == "newton":
            x = [a - rate * d for a, d in zip(x, solved(bowl.hessian, bowl.gradient(x)), strict=True)]
        else:
            g = bowl.gradient(x)
            if any(g):
                curved = sum(
                    (a * b for a, b in zip(g, Bowl(bowl.hessian, [Fraction(0)] * len(g)).gradient(g), strict=True)),
                    Fraction(0),
                )
                t = sum((a * a for a in g), Fraction(0)) / curved
                x = [a - t * b for a, b in zip(x, g, strict=True)]


def solved(matrix: list[Vector], right: Vector) -> Vector:
    """Gauss and Jordan."""
    rows = [[*row, b] for row, b in zip(matrix, right, strict=True)]
    for k in range(len(rows)):
        pivot = next(i for i in range(k, len(rows)) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        rows = [
            rows[i] if i == k else [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
            for i in range(len(rows))
        ]
    return [row[-1] for row in rows]


def quantity(name: str, bowl: Bowl | None, before: Vector | None, x: Vector, norm: str = "max") -> Fraction | None:
    """What a rule compares with its tolerance; the square of it in the Euclidean norm. None where there is none.

    For rel_dx it is the step.
    """

    def size(values: Vector) -> Fraction:
        return max(map(abs, values)) if norm == "max" else sum((v * v for v in values), Fraction(0))

    if name == "grad":
        assert bowl is not None
        return size(bowl.gradient(x))
    if before is None:
        return None
    if name == "loss_diff":
        assert bowl is not None
        return abs(bowl.value(x) - bowl.value(before))
    return size([a - b for a, b in zip(x, before, strict=True)])


def fires(
    name: str, bowl: Bowl | None, before: Vector | None, x: Vector, tolerance: Fraction, strict: bool, norm: str
) -> bool:
    found = quantity(name, bowl, before, x, norm)
    if found is None:
        return False
    bound = tolerance * max(map(abs, x)) if name == "rel_dx" else tolerance if norm == "max" else tolerance * tolerance
    return found < bound or (found == bound and not strict)


def count(
    points: Iterator[Vector],
    name: str,
    bowl: Bowl | None,
    tolerance: Fraction,
    strict: bool,
    most: int,
    norm: str = "max",
) -> int | None:
    """The first n up to `most` where a rule fires."""
    before = None
    for n, x in enumerate(points):
        if n > most:
            return None
        if fires(name, bowl, before, x, tolerance, strict, norm):
            return n
        before = x
    return None


def patient(losses: Iterator[Fraction], patience: int, least: Fraction, most: int) -> int | None:
    """The n up to `most` at which patience ends."""
    best, wait = next(losses), 0
    for n, f in enumerate(losses, 1):
        if n > most:
            return None
        if f < best - least:
            best, wait = f, 0
        else:
            wait += 1
        if wait >= patience:
            return n
    return None
