"""Proofs that a rule never ends a gradient descent that runs away, in one variable on a polynomial loss.

From the step of its escape on |x_(n+1)| >= 2 |x_n|. With s at most |x_(n-1)| this gives |x_n - x_(n-1)| >= s, which is
at least |x_n|/2, and rate*|f'(x_(n-1))| >= s. If the terms of f below the leading one c*x**q are together at most
|c|*s**q/2 in size at s, they are so beyond (Descartes), and |f(x_n) - f(x_(n-1))| >= (2**q/2 - 3/2)*|c|*s**q. All of
these grow with s, so what excludes one step excludes all later ones.
"""

from flint import arb, ctx, fmpq

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.limits.wandering import escape
from infinitesimal.optimization.polynomials import polynomial_of
from infinitesimal.optimization.stopping.rules import Condition, Rule, combined
from infinitesimal.recurrences.descents import Descent

_BITS = 192


def why_escaped(descent: Descent, rule: Rule, step: int) -> str | None:
    """Why a rule without patience is not met at `step` or later; None where no escape shows it.

    >>> from infinitesimal.optimization.stopping.rules import as_rule
    >>> from infinitesimal.recurrences.descents import descent
    >>> why_escaped(descent("x**4", 10, 1), as_rule("grad<=1e-3"), 5)
    'from step 0 on each point is at least twice as far from 0 as the one before, so what the rule looks at only grows'
    """
    p, rate = polynomial_of(descent.loss), descent.fixed_rate
    if p is None or rate is None or descent.method not in ("gradient", "coordinate"):
        return None
    found = escape(descent.recurrence)
    if found is None or step <= found.step:
        return None
    with ctx.workprec(_BITS):
        size = found.size * arb(2) ** (step - 1 - found.step)
        least = {"abs_dx": size, "rel_dx": arb(1) / 2, "grad": size / to_fmpq(rate), "loss_diff": arb(0)}
        degree, leading = p.degree(), abs(p[p.degree()])
        if sum((abs(p[i]) * size**i for i in range(degree)), start=arb(0)) <= leading * size**degree / 2:
            least["loss_diff"] = (fmpq(2**degree, 2) - fmpq(3, 2)) * leading * size**degree

        def excludes(condition: Condition) -> bool:
            return bool(least[condition.quantity] > to_fmpq(condition.tolerance))

        if not combined(rule, excludes, lambda a, b: a and b, lambda a, b: a or b):
            return None
    return (
        f"from step {found.step} on each point is at least twice as far from 0 as the one before, so what the rule "
        "looks at only grows"
    )
