"""Definiteness of a symmetric matrix over the rationals, by LDL^T with exact witnesses; convexity of losses."""

from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.linear.quadratics import quadratic_of
from infinitesimal.rational import show
from infinitesimal.recurrences.losses import Loss
from infinitesimal.recurrences.losses import loss as as_loss
from infinitesimal.truth import Hypothesis, Truth, Verdict

Direction = tuple[fmpq, ...]


@dataclass(frozen=True)
class Definiteness:
    """The signs of the pivots of a symmetric matrix A, and directions that prove them. Exact.

    `pivots` are t.A t along directions t that are orthogonal with respect to A (their numbers of signs are the inertia,
    by Sylvester's law). `falling` is one with a negative pivot, None if there is none; `flat` span the null space.
    """

    pivots: tuple[fmpq, ...]
    falling: Direction | None
    flat: tuple[Direction, ...]

    @property
    def name(self) -> str:
        """In words: positive or negative, definite or semidefinite, indefinite, or zero."""
        above, below = (any(sign * p > 0 for p in self.pivots) for sign in (1, -1))
        if above and below:
            return "indefinite"
        if not above and not below:
            return "zero"
        return f"{'positive' if above else 'negative'} {'semi' if self.flat else ''}definite"


def definiteness(matrix: fmpq_mat) -> Definiteness:
    """The definiteness of a symmetric matrix over Q, by symmetric elimination.

    Where all pivots that are left are zero but an entry s off the diagonal is not, the directions t + u and t - u
    have the pivots 2*s and -2*s. Source: Bunch and Parlett 1971, over a field.

    >>> definiteness(fmpq_mat(2, 2, [0, 1, 1, 0])).name, definiteness(fmpq_mat(2, 2, [1, 1, 1, 1])).flat
    ('indefinite', ((-1, 1),))
    """
    size = matrix.nrows()
    rows = matrix.tolist()
    vectors = [[fmpq(int(i == j)) for j in range(size)] for i in range(size)]
    left = list(range(size))
    pivots: list[fmpq] = []
    falling: Direction | None = None
    while left:
        k = next((i for i in left if rows[i][i] != 0), None)
        if k is None:
            pair = next(((i, j) for i in left for j in left if i < j and rows[i][j] != 0), None)
            if pair is None:
                break
            _turn(rows, vectors, left, *pair)
            continue
        left.remove(k)
        pivot = rows[k][k]
        pivots.append(pivot)
        if pivot < 0 and falling is None:
            falling = tuple(vectors[k])
        for i in left:
            factor = rows[i][k] / pivot
            if factor != 0:
                vectors[i] = [a - factor * b for a, b in zip(vectors[i], vectors[k], strict=True)]
                for j in left:
                    rows[i][j] -= factor * rows[k][j]
    return Definiteness(tuple(pivots), falling, tuple(tuple(vectors[i]) for i in left))


def _turn(rows: list[list[fmpq]], vectors: list[list[fmpq]], left: list[int], i: int, j: int) -> None:
    """t, u become t + u, t - u: rows, columns and directions alike."""
    for table in (rows, vectors):
        table[i], table[j] = (
            [a + b for a, b in zip(table[i], table[j], strict=True)],
            [a - b for a, b in zip(table[i], table[j], strict=True)],
        )
    for k in left:
        rows[k][i], rows[k][j] = rows[k][i] + rows[k][j], rows[k][i] - rows[k][j]


def convexity(loss: object) -> Verdict:
    """Whether a loss is convex, with a proof: LDL^T of the Hessian over the rationals for quadratic losses.

    `kind` is "strongly convex", "convex" or "not convex"; a loss that is not has a direction along which it bends
    down. Other losses are decided by rules of composition and by enclosures of the Hessian, where those decide; else
    UNKNOWN.

    >>> print(convexity("x**2 + x*y + y**2"))
    is strongly convex by the LDL^T factorisation of the Hessian: it is positive definite
      1. the pivots: 2, 3/2
    >>> print(convexity("x**2 + 4*x*y + y**2"))
    is not convex by the LDL^T factorisation of the Hessian: it is indefinite
      1. a direction in which the loss bends down: x = -2, y = 1
      2. the second derivative along it: -6
    """
    chosen = as_loss(loss)
    quadratic = quadratic_of(chosen)
    test = "LDL^T factorisation of the Hessian"
    if quadratic is None:
        return _by_enclosures(chosen)
    found = definiteness(quadratic.hessian)
    if found.falling is not None:
        along = fmpq_mat([[c] for c in found.falling])
        bend = (along.transpose() * (quadratic.hessian * along))[0, 0]
        evidence = (
            Hypothesis("a direction in which the loss bends down", shown(direction_of(quadratic.names, found.falling))),
            Hypothesis("the second derivative along it", show(to_fraction(bend))),
        )
        return Verdict(Truth.FALSE, "not convex", test, f"it is {found.name}", evidence)
    pivots = Hypothesis("the pivots", ", ".join(show(to_fraction(p)) for p in found.pivots) or "none")
    flat = tuple(
        Hypothesis("a direction without curvature", shown(direction_of(quadratic.names, t))) for t in found.flat
    )
    kind = "convex" if found.flat else "strongly convex"
    return Verdict(Truth.TRUE, kind, test, f"it is {found.name}", (pivots, *flat))


def _by_enclosures(loss: Loss) -> Verdict:
    from infinitesimal.optimization.convergence.hessians import shape

    found = shape(loss)
    if found.truth is Truth.UNKNOWN:
        return Verdict(Truth.UNKNOWN, None, "", found.reason)
    evidence = () if found.witness is None else (Hypothesis("a place where it bends down", shown(found.witness)),)
    kind = "convex" if found.truth is Truth.TRUE else "not convex"
    return Verdict(found.truth, kind, "shape of its formula and its Hessian", found.reason, evidence)


def direction_of(names: tuple[str, ...], vector: Direction) -> dict[str, Fraction]:
    """A direction by the names of the variables."""
    return {name: to_fraction(c) for name, c in zip(names, vector, strict=True)}


def shown(point: dict[str, Fraction]) -> str:
    """A point or direction in words; coordinates that are 0 are left out of long ones."""
    parts = [f"{name} = {show(c)}" for name, c in point.items() if c or len(point) <= 4]
    return ", ".join(parts) or "0"
