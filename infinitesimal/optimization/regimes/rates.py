"""Rates of a quadratic loss: the critical ones, what happens between them, the best one; a quadratic from its steps."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from infinitesimal.errors import InputError
from infinitesimal.linear.quadratics import Quadratic, quadratic_of
from infinitesimal.optimization.algebraic import RealAlgebraic
from infinitesimal.optimization.regimes.curvatures import curvatures
from infinitesimal.optimization.regimes.modes import Law
from infinitesimal.optimization.regimes.partitions import CONVERGENT, RateInterval, partition
from infinitesimal.rational import rational, show
from infinitesimal.recurrences.descents import Descent, descent
from infinitesimal.recurrences.losses import Loss
from infinitesimal.recurrences.losses import loss as as_loss

METHODS = ("gradient", "momentum", "nesterov", "newton")


@dataclass(frozen=True)
class Rates:
    """The rates of a method on a quadratic loss, from almost every start. Every number is exact.

    `smallest` and `largest` are the positive curvatures mu and L at the ends; `critical` has the borders of the
    regimes in ascending order; `regions` cuts all positive rates into intervals with the name of the regime on each.
    """

    method: str
    smallest: Any
    largest: Any
    critical: tuple[Any, ...]
    regions: tuple[tuple[RateInterval, str], ...]

    @property
    def convergent(self) -> tuple[RateInterval, ...]:
        """The intervals of rates from which almost every start converges."""
        return tuple(interval for interval, name in self.regions if name in CONVERGENT)

    def __str__(self) -> str:
        return "\n".join(f"{interval}: {name}" for interval, name in self.regions)


@dataclass(frozen=True)
class BestRate:
    """The fixed rate of gradient descent with the smallest spectral radius, and that radius, `factor`. Exact."""

    rate: Any
    factor: Any


def rates(loss: object, method: str = "gradient", beta: object = None) -> Rates:
    """The critical rates of a quadratic loss and the regimes between them, from almost every start.

    For gradient descent these are 1/L, where it begins to overshoot, and 2/L, where it alternates for ever, with the
    largest curvature L. Momentum overshoots from (1 - sqrt(beta))**2/L on (critical damping) and alternates at 2*(1 +
    beta)/L; Nesterov's method from ((1 - beta)/(1 + beta))**2/L on and at (2 + 2*beta)/((1 + 2*beta)*L), for beta
    from 0 to 1. Raises `InputError` for losses that are not quadratic, and other methods. Sources: see `modes`.

    >>> print(rates("9/2*x**2"))
    (0, 1/9): monotone
    {1/9}: one step
    (1/9, 2/9): oscillating
    {2/9}: two-cycle
    (2/9, oo): divergent
    >>> rates("x**2 + x*y + 2*y**2", "nesterov", "1/2").critical[-1]
    9/14 - 3*sqrt(2)/14
    """
    if method not in METHODS:
        raise InputError(
            f"method {method!r}: rates are known for {', '.join(METHODS)}; a descent of any method has a regime"
        )
    chosen = as_loss(loss)
    made = descent(chosen, None, 1, method, beta=beta)
    if made.beta is not None and made.fixed_beta is None:
        raise InputError(f"beta {made.beta} is not a number: write one, such as '0.9'")
    found = curvatures(_quadratic(chosen))
    if method == "newton" and found.zero:
        made.recurrence  # noqa: B018 (it raises the error that says what is singular)
    regions = partition(found, Law(method, made.fixed_beta or Fraction(0)))
    borders = dict.fromkeys(piece.high for piece, _ in regions if piece.high is not None)
    rising = found.rising
    return Rates(
        method,
        rising[0].value if rising else None,
        rising[-1].value if rising else None,
        tuple(border.value for border in borders),
        regions,
    )


def best_rate(loss: object) -> BestRate:
    """The fixed rate 2/(mu + L) of gradient descent, and its factor (L - mu)/(L + mu) per step.

    mu and L are the smallest and largest positive curvature: along flat directions of a valley nothing moves. The
    factor is also that of steepest descent from its worst start. Raises `InputError` where not every start converges.
    Source: Polyak 1964.

    >>> best_rate("x**2 + x*y + y**2")
    BestRate(rate=Fraction(1, 2), factor=Fraction(1, 2))
    >>> best_rate("x**2 + x*y + 2*y**2")
    BestRate(rate=Fraction(1, 3), factor=sqrt(2)/3)
    """
    chosen = as_loss(loss)
    found = curvatures(_quadratic(chosen))
    if found.landscape not in ("minimum", "valley"):
        raise InputError(f"the loss {chosen} is a {found.landscape}: no rate makes every start converge to a minimum")
    small, large = found.rising[0], found.rising[-1]
    total = rational_sum(small, large)
    if total is not None:
        # L - mu = total - 2*mu, so the factor has the degree of mu
        factor = small.scaled(-2 / total).shifted(Fraction(1))
        return BestRate(2 / total, factor.value)
    a, b = (_symbolic(x.value) for x in (small, large))
    return BestRate(2 / (a + b), (b - a) / (b + a))


def rational_sum(a: RealAlgebraic, b: RealAlgebraic) -> Fraction | None:
    """The sum a + b if it is rational, r: then b = r - a, and r is the mean of the sums of their conjugates."""
    if a.degree != b.degree:
        return None
    n = a.degree
    total = sum((Fraction(-int(x.key[n - 1]), int(x.key[n])) for x in (a, b)), start=Fraction(0)) / n
    return total if a.scaled(Fraction(-1)).shifted(total) == b else None


def _symbolic(value: Any) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else value


def _quadratic(loss: Loss) -> Quadratic:
    found = quadratic_of(loss)
    if found is None:
        raise InputError(f"the loss {loss} is not a quadratic with numbers: its curvature changes from place to place")
    return found


@dataclass(frozen=True)
class QuadraticFromSteps:
    """The one quadratic along a line on which gradient descent has these steps. Exact.

    `curvature` is its second derivative, `multiplier` the factor from step to step, `distance` how far the start is
    from the stationary point (negative: the gradient leads away from it), None on a straight line.
    """

    gradient: Fraction
    rate: Fraction
    multiplier: Fraction
    curvature: Fraction
    distance: Fraction | None

    def descent(self, minimum: object = 0) -> Descent:
        """The descent with these steps, with its stationary point at a given place."""
        if self.distance is None:
            return descent(f"({show(self.gradient)})*x", {"x": rational(minimum, "start")}, self.rate)
        place = rational(minimum, "minimum")
        loss = f"({show(self.curvature / 2)})*(x - ({show(place)}))**2"
        return descent(loss, {"x": place + self.distance}, self.rate)


def quadratic_from_steps(gradient: object, rate: object, *steps: object) -> QuadraticFromSteps:
    """The quadratic that the first gradient, the rate and two or more steps of gradient descent force.

    A step is the way gone against the gradient: the first is rate*gradient, and the others follow with the multiplier
    1 - rate*curvature. Raises `InputError` for steps that no quadratic has.

    >>> found = quadratic_from_steps(5, "0.1", "0.5", "0.05")
    >>> found.curvature, found.distance
    (Fraction(9, 1), Fraction(5, 9))
    """
    g, eta = rational(gradient, "gradient"), rational(rate, "rate")
    taken = [rational(step, f"step {i}") for i, step in enumerate(steps, 1)]
    if eta <= 0:
        raise InputError(f"rate {show(eta)}: give a positive number")
    if not g:
        raise InputError("gradient 0: nothing moves, and nothing is learnt about the curvature")
    if len(taken) < 2:
        raise InputError(f"{len(taken)} steps: two are needed, the first is rate*gradient for every loss")
    if taken[0] != eta * g:
        raise InputError(f"step 1 is {show(taken[0])}, but rate*gradient is {show(eta * g)}")
    ratio = taken[1] / taken[0]
    for i, (a, b) in enumerate(pairwise(taken), 2):
        if b != ratio * a:
            raise InputError(
                f"step {i} is {show(b)}, but a quadratic with the first two steps has {show(ratio * a)}: "
                "no quadratic has these steps"
            )
    curvature = (1 - ratio) / eta
    return QuadraticFromSteps(g, eta, ratio, curvature, g / curvature if curvature else None)
