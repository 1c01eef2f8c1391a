"""Abel's test: a convergent series times a monotone bounded factor converges.

The verdict is settled already by the leading terms; here the theorem that a textbook would apply is named, with its
own hypotheses checked by themselves: the factor is a germ of a Hardy field with a finite limit that is not 0, and
the series without it gets its own verdict. Where the two disagree nothing is believed.
Source: K. Knopp, *Theory and Application of Infinite Series*, section 43.
"""

from collections.abc import Callable

import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germs import Germ
from infinitesimal.sums.asymptotics.germs_of_terms import germ, is_hardy
from infinitesimal.sums.asymptotics.monomials import UNIT
from infinitesimal.truth import Hypothesis, Verdict

Decide = Callable[[sympy.Expr, float], Verdict]


def by_abel(found: Verdict, decide: Decide, expr: sympy.Expr, deadline: float) -> Verdict:
    """The verdict `found` on a conditionally convergent series under Abel's name, where his test applies; else `found`.

    `decide` gives the verdict on the term without its monotone factors.

    >>> from infinitesimal.sums.verdicts.convergence import verdict
    >>> from infinitesimal.sums.summands.summand import Summand
    >>> verdict(Summand((-1) ** n * sympy.atan(n) / n)).test
    'Abel test'
    """
    if found.kind != "conditional" or found.test not in {"Leibniz test", "Dirichlet test"}:
        return found
    monotone: list[tuple[sympy.Expr, sympy.Expr]] = []
    rest: list[sympy.Expr] = []
    for factor in sympy.Mul.make_args(expr):
        limit = _finite_limit(factor, deadline)
        if limit is None:
            rest.append(factor)
        else:
            monotone.append((factor, limit))
    if not monotone:
        return found
    other = sympy.Mul(*rest)
    try:
        inner = decide(other, deadline)
    except Undecided:
        return found
    if inner.kind != "conditional":
        return found
    evidence = f"{inner.test}: {inner.reason}"
    hypotheses = [Hypothesis(f"the series of {other} converges", evidence)]
    for factor, limit in monotone:
        shown = f"it tends to {limit}, and a germ of a Hardy field is monotone in the end"
        hypotheses.append(Hypothesis(f"{factor} is monotone and bounded in the end", shown))
    moduli = found.hypotheses[-1]
    factors = " times ".join(str(factor) for factor, _ in monotone)
    reason = f"the series of {other} converges, and {factors} is monotone and bounded"
    return Verdict(found.truth, "conditional", "Abel test", reason, (*hypotheses, moduli))


def _finite_limit(factor: sympy.Expr, deadline: float) -> sympy.Expr | None:
    """The limit of a smooth factor in n that tends to a finite value other than 0; None for other factors."""
    if not factor.has(n) or not is_hardy(factor, deadline):
        return None
    try:
        found: Germ = germ(factor, deadline)
        monomial, c = found.first()
    except Undecided:
        return None
    return c if monomial == UNIT else None
