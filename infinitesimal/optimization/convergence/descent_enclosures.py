"""Enclosures of descents on any differentiable loss: after n updates, for any n, and of the limit.

The first updates are walked rigorously; once a certificate of contraction says that the rest of the way is shorter than
the width asked for, the certified minimum stands for every later update.
"""

from fractions import Fraction

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.errors import BudgetSpent, Undecided
from infinitesimal.interval import Interval
from infinitesimal.optimization.convergence.contraction import Contraction, contraction, resting_place
from infinitesimal.optimization.convergence.mean_value import enclosure_at
from infinitesimal.recurrences.descents import Descent
from infinitesimal.truth import Truth, Verdict

WALKED = 20_000
"""Up to this many updates are walked."""


def descent_enclosure(
    descent: Descent, digits: int, n: int | None = None, budget: Budget = DEFAULT_BUDGET
) -> dict[str, Interval]:
    """Each variable after n updates, or in the limit where n is None, in an interval no wider than 10**-digits.

    Raises `Undecided` where no proof of convergence is found for what lies beyond the walk, `BudgetSpent` where the
    time allowed runs out.

    >>> from infinitesimal.recurrences.descents import descent
    >>> found = descent_enclosure(descent("exp(x) - 2*x", 0, "1/10"), 30, 10**12)
    >>> round(float(found["x"].middle), 12)
    0.69314718056
    """
    if n is not None and n <= WALKED:
        return enclosure_at(descent.recurrence, n, digits, budget)
    certificate = contraction(descent, budget=budget)
    if certificate.truth is not Truth.TRUE:
        raise Undecided(f"no proof that {descent} converges: {certificate.reason}")
    assert certificate.limit is not None
    near = {name: side.middle for name, side in certificate.limit.items()}
    place = resting_place(descent, near, digits + 1, budget).place
    if any(
        side.upper < place[name].lower or place[name].upper < side.lower for name, side in certificate.limit.items()
    ):
        raise Undecided(f"{digits} digits of the limit of {descent} are not found: the search leads elsewhere")
    if n is None:
        return place
    away = _distance_after(certificate, n, digits)
    if away is None:
        raise BudgetSpent(
            f"after {n} updates the distance to the minimum is not shown to be below 10**-{digits}, and at most "
            f"{WALKED} updates are walked: ask for fewer digits, or a smaller n"
        )
    return {name: Interval(side.lower - away, side.upper + away) for name, side in place.items()}


def _distance_after(certificate: Contraction, n: int, digits: int) -> Fraction | None:
    """A bound of the distance after n updates, if it is below a third of 10**-digits: powers rounded up."""
    goal = Fraction(1, 3 * 10**digits)
    assert certificate.constant is not None
    assert certificate.factor is not None
    rest, square, bound = n - certificate.entered, certificate.factor, certificate.constant
    while rest:
        if rest & 1:
            bound = _above(bound * square)
            if bound <= goal:  # the factors still to come are below 1
                return goal
        rest >>= 1
        square = _above(square * square)
        if rest and bound * square <= goal:
            return goal
    return None


def _above(value: Fraction) -> Fraction:
    """A fraction that is not smaller than a positive value, close to it, with about 200 bits above or below."""
    bits = max(0, min(value.numerator.bit_length(), value.denominator.bit_length()) - 200)
    return Fraction((value.numerator >> bits) + 1, value.denominator >> bits) if bits else value


def convergence_of(descent: Descent, budget: Budget = DEFAULT_BUDGET) -> Verdict:
    """Whether a descent converges, by a certificate of contraction; UNKNOWN where there is none."""
    found = contraction(descent, budget=budget)
    if found.truth is not Truth.TRUE:
        return Verdict(Truth.UNKNOWN, None, "", found.reason, found.hypotheses)
    return Verdict(Truth.TRUE, "absolute", "contraction theorem", found.reason, found.hypotheses)
