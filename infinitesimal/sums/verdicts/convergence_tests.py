"""The named test for a verdict that the leading term has decided, with its hypotheses and their evidence.

Which test is named is a matter of style, not of truth: the one a textbook would apply to a term of that shape.
"""

import sympy
from sympy.functions.combinatorial.factorials import CombinatorialFunction

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.asymptotics.germ_constants import sign
from infinitesimal.sums.asymptotics.germs import Germ
from infinitesimal.sums.asymptotics.monomials import (
    INDEX,
    LEVEL,
    UNIT,
    Monomial,
    as_expression,
    compare,
    describe,
    to_power,
)
from infinitesimal.sums.asymptotics.signs import decreasing_from, sign_from
from infinitesimal.sums.enclosures.remainders import alternating_part
from infinitesimal.truth import Hypothesis, Truth, Verdict


def convergent_test(expr: sympy.Expr, g: Germ) -> Verdict:
    """Absolute convergence, for a germ whose size is summable."""
    size = g.terms[0][0].size if g.terms else g.error or UNIT
    test, reason, hypotheses = _named(expr, g, size, True)
    return Verdict(Truth.TRUE, "absolute", test, reason, hypotheses)


def divergent_test(expr: sympy.Expr, g: Germ, mean: tuple[Monomial, sympy.Expr]) -> Verdict:
    """Divergence to infinity of terms that tend to 0, for the leading one of the terms without phase."""
    monomial, c = mean
    test, reason, hypotheses = _named(expr, g, monomial, False)
    if len(g.terms) > 1 and any(m.phase for m, _ in g.terms):
        others = Hypothesis("the oscillating part converges", "bounded block sums, sizes decreasing to 0")
        hypotheses = (*hypotheses, others)
    return Verdict(Truth.FALSE, "divergent", test, reason, hypotheses, "to +oo" if sign(c) > 0 else "to -oo")


Named = tuple[str, str, tuple[Hypothesis, ...]]


def _named(expr: sympy.Expr, g: Germ, size: Monomial, converges: bool) -> Named:
    oscillates = any(m.phase and compare(m, size) == 0 for m, _ in g.terms) or not g.terms
    rate = _geometric_rate(size)
    if rate is not None:
        return _by_rate(expr, g, size, rate)
    if oscillates:
        word = "convergent" if converges else "divergent"
        bound = Hypothesis(f"the comparison series is {word}", size_evidence(size))
        return "comparison test", f"a bounded factor times {describe(size)}", (_leading(g, size), bound)
    if size.exponent:
        return _by_comparison(g, size, converges)
    if _is_hypergeometric(expr) and not any(size.powers[1:]):
        return _by_raabe(g, -size.powers[0])
    if len(g.terms) == 1 and g.error is None and not any(size.powers[1:]):
        p = -size.powers[0]
        relation = "> 1" if converges else "<= 1"
        evidence = f"a(n) = {g.terms[0][1] * as_expression(size)}, exact"
        return "p-series", f"the exponent is {p} {relation}", (Hypothesis("a multiple of 1/n**p", evidence),)
    if any(size.powers[1:]) and size.powers[0] == -1:
        return _on_log_scale(g, size, converges)
    return _by_comparison(g, size, converges)


def _leading(g: Germ, size: Monomial) -> Hypothesis:
    top = [(m, c) for m, c in g.terms if compare(m, size) == 0]
    if not top or top[0][0].phase:
        return Hypothesis("the size of the terms", f"a(n) = O({describe(size)})")
    return Hypothesis("the leading term", f"a(n) ~ {top[0][1] * as_expression(top[0][0])}, nonzero coefficient")


def size_evidence(size: Monomial) -> str:
    """Why the series of a size converges or diverges: where it stands on the scale."""
    return f"the leading size is {describe(size)}"


def _geometric_rate(size: Monomial) -> sympy.Expr | None:
    """The limit of a(n + 1)/a(n) when it is not 1: a positive constant, 0 or oo."""
    if not size.exponent:
        return None
    monomial, c = size.exponent[0]
    side = compare(monomial, INDEX)
    if side < 0:
        return None
    if monomial == INDEX:
        return sympy.exp(c)
    return sympy.oo if c.is_positive else sympy.S.Zero


def _by_rate(expr: sympy.Expr, g: Germ, size: Monomial, rate: sympy.Expr) -> Named:
    """Geometric, root or ratio test."""
    exact = g.error is None and all(not any(m.powers) and [k for k, _ in m.exponent] == [INDEX] for m, _ in g.terms)
    if exact:
        return (
            "geometric series",
            f"the ratio has modulus {rate} < 1",
            (Hypothesis("a geometric series, or a sum of some", f"the largest modulus of a ratio is {rate}"),),
        )
    leading = _leading(g, size)
    if any(m.phase and compare(m, size) == 0 for m, _ in g.terms) or not g.terms:
        bound = Hypothesis("compared with", f"a constant times {describe(size)}, of ratio {rate}")
        return (
            "comparison test",
            f"a bounded factor times {describe(size)}",
            (leading, bound),
        )
    if _has_power_of_index(expr):
        hypothesis = Hypothesis("the limit of the roots", f"abs(a(n))**(1/n) -> {rate} < 1")
        return "root test", f"the n-th roots tend to {rate} < 1", (leading, hypothesis)
    hypothesis = Hypothesis("the limit of the ratios", f"abs(a(n + 1)/a(n)) -> {rate} < 1")
    return "ratio test", f"the ratios tend to {rate} < 1", (leading, hypothesis)


def _by_raabe(g: Germ, s: sympy.Expr) -> Named:
    relation = "> 1" if s > 1 else "< 1" if s < 1 else "= 1"
    hypothesis = Hypothesis("the ratios", f"a(n)/a(n + 1) = 1 + ({s})/n + O(1/n**2)")
    test = "Gauss test" if s == 1 else "Raabe test"
    return test, f"n*(a(n)/a(n + 1) - 1) tends to {s} {relation}", (_leading(g, to_power(INDEX, -s)), hypothesis)


def _on_log_scale(g: Germ, size: Monomial, converges: bool) -> Named:
    word = "converges" if converges else "diverges"
    exponents = ", ".join(str(p) for p in size.powers[: 1 + max(k for k, p in enumerate(size.powers) if p != 0)])
    scale = Hypothesis(
        "the exponents of n, log(n), log(log(n)), ... against -1, -1, -1, ...",
        f"({exponents}): the first that differs from -1 is {'below' if converges else 'above'} it, or none differs",
    )
    decreasing = Hypothesis("positive and decreasing in the end", "a germ of a Hardy field is monotone")
    shape = f"the integral of {describe(size)} {word}"
    test = "integral test" if sum(p != 0 for p in size.powers) <= 2 else "Bertrand test"
    return test, shape, (_leading(g, size), decreasing, scale)


def _by_comparison(g: Germ, size: Monomial, converges: bool) -> Named:
    other, word = _comparison_series(size, converges)
    compared = Hypothesis("the comparison series", f"{word} {'converges' if converges else 'diverges'}")
    relation = f"the terms are of the size of {describe(size)}"
    if other:
        side = "below" if converges else "above"
        relation += f", which is in the end {side} {word}"
    return "limit comparison test", relation, (_leading(g, size), compared)


def _comparison_series(size: Monomial, converges: bool) -> tuple[bool, str]:
    """A p-series to compare with, and whether it is a different one than the size itself."""
    if not size.exponent and not any(size.powers[1:]):
        return False, describe(size)
    if size.exponent and compare(Monomial((), LEVEL[1].powers), size.exponent[0][0]) < 0:
        return True, "1/n**2"
    p = size.powers[0]
    return True, describe(to_power(INDEX, (p - 1) / 2))


def _is_hypergeometric(expr: sympy.Expr) -> bool:
    functions = expr.atoms(sympy.Function) if not expr.is_Add else set()
    return any(isinstance(f, CombinatorialFunction | sympy.gamma) and f.has(n) for f in functions)


def _has_power_of_index(expr: sympy.Expr) -> bool:
    """Whether the term is a power of a changing base with an exponent in n, and no factorial."""
    if expr.atoms(CombinatorialFunction):
        return False
    return any(p.is_Pow and p.base.has(n) and p.exp.has(n) for p in expr.atoms(sympy.Pow))


def leibniz_threshold(expr: sympy.Expr) -> str:
    """From where the sizes of alternating terms decrease, in words; empty where that is not seen."""
    size = alternating_part(expr)[1]
    direction = sign_from(size)
    start = decreasing_from(size * direction[0]) if direction and direction[0] else None
    return "" if start is None else f"; abs(a(n)) decreases from n = {start} on: its derivative is negative from there"
