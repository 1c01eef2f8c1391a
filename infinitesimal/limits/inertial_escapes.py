"""Proofs that momentum or Nesterov's method on a polynomial in one variable runs away.

Let |rate*f'(t)| >= K |t| for all |t| >= R. Momentum with |x_(n-1)| <= |x_n|, |x_n| >= R and K = 3 + 2 |beta| has

    |x_(n+1)| >= |rate*f'(x_n)| - |x_n| - |beta| |x_n - x_(n-1)| >= (K - 1 - 2 |beta|) |x_n| = 2 |x_n|.

Nesterov's method with beta >= 0, |x_(n-1)| <= |x_n|/2, |x_n| >= R and K = 3 looks at a y with |y| >= |x_n|, and has
|x_(n+1)| >= |rate*f'(y)| - |y| >= 2 |y| >= 2 |x_n|. Either way the same holds one step later, and so for ever.
"""

from itertools import islice

from flint import arb, ctx, fmpq_poly

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.limits.wandering import Wandering
from infinitesimal.optimization.convergence.mean_value import walk
from infinitesimal.optimization.polynomials import polynomial_of
from infinitesimal.recurrences.descents import Descent

_BITS = 192
_STEPS = 1000


def inertial_escape(descent: Descent) -> Wandering | None:
    """The manner in which a descent with inertia on a polynomial in one variable runs away; None without a proof.

    >>> from infinitesimal.recurrences.descents import descent
    >>> inertial_escape(descent("x**4", 3, 1, "momentum", beta="1/2")).manner
    'it oscillates with growing size'
    """
    p, rate, beta = polynomial_of(descent.loss), descent.fixed_rate, descent.fixed_beta
    if p is None or rate is None or beta is None or descent.method not in ("momentum", "nesterov"):
        return None
    pull = p.derivative() * to_fmpq(rate)
    if pull.degree() < 2 or (descent.method == "nesterov" and beta < 0):
        return None
    least, share = (3 + 2 * abs(to_fmpq(beta)), 1) if descent.method == "momentum" else (3, 2)
    with ctx.workprec(_BITS):
        before: arb | None = None
        for x, _ in islice(walk(descent.recurrence), _STEPS):
            size = x.abs_lower()
            if before is not None and share * before.abs_upper() <= size and _is_far(pull, least, size):
                return Wandering(_manner(pull, bool(x > 0)))
            before = x
    return None


def _is_far(pull: fmpq_poly, least: object, size: arb) -> bool:
    """Whether |pull(t)| >= least*|t| for all |t| >= size: the difference of both sides has one change of sign."""
    degree = pull.degree()
    rest = sum((abs(arb(pull[i])) * size**i for i in range(degree)), start=arb(least) * size)
    return bool(size > 0 and abs(arb(pull[degree])) * size**degree >= rest)


def _manner(pull: fmpq_poly, above: bool) -> str:
    """The sign of each point is that of -pull at the one before."""
    degree, rises = pull.degree(), pull[pull.degree()] > 0
    if degree % 2 and rises:
        return "it oscillates with growing size"
    return "it grows to +oo" if (above if degree % 2 else not rises) else "it falls to -oo"
