"""Whether a series converges, by one procedure, and the named test that a textbook would give as the reason.

A term is written as a sum of monomials with phases, a(n) = sum of e^(i theta n) h(n), with the exact leading
terms of `germs`. Then:

- The leading size is summable on the scale of Abel and Bertrand: absolute convergence.
- The terms do not tend to 0, since a trigonometric polynomial that is not zero does not: divergence.
- Else every part with theta != 0 modulo 2 pi converges by Dirichlet (Leibniz for theta = pi), and the series
  converges with its part theta = 0. It does not converge absolutely, since the modulus of a trigonometric
  polynomial has a positive mean.
- Abel's test and the telescope only give a verdict its name, and are checked by themselves.
- A slow phase e^(i psi), psi' -> 0: the sum converges with the integral (Euler and Maclaurin), and that one if
  and only if h/psi' -> 0 (by parts).

What the terms do at finitely many indices is of no concern here; see `domain`.
Sources: K. Knopp, *Theory and Application of Infinite Series*, chapters 3, 9, 10; G. H. Hardy, *Orders of Infinity*.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import sympy

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.dominant import factored_exponentials
from infinitesimal.sums.asymptotics.germ_constants import sign, vanishes
from infinitesimal.sums.asymptotics.germs import Germ
from infinitesimal.sums.asymptotics.germs_of_terms import ORDERS, expand, is_hardy
from infinitesimal.sums.asymptotics.monomials import (
    INDEX,
    LEVEL,
    UNIT,
    Large,
    Monomial,
    as_expression,
    compare,
    describe,
    summable,
    times,
    to_power,
)
from infinitesimal.sums.summands.evaluation import rational_at
from infinitesimal.sums.summands.residue_classes import classes, period
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.verdicts.abel_test import by_abel
from infinitesimal.sums.verdicts.bounded_factors import BOUNDED_FACTORS
from infinitesimal.sums.verdicts.convergence_tests import (
    convergent_test,
    divergent_test,
    leibniz_threshold,
    size_evidence,
)
from infinitesimal.sums.verdicts.phases import Phase, oscillation, phase_of, positive_mean, require_convergence
from infinitesimal.sums.verdicts.rotations import by_rotation
from infinitesimal.sums.verdicts.slow_floors import by_floors
from infinitesimal.sums.verdicts.visible_differences import by_difference
from infinitesimal.truth import Hypothesis, Truth, Verdict

SECONDS = 8.0
"""When this time is over the answer is unknown."""

MOST_SUMMANDS = 6
"""Longer sums are not decided part by part."""

PROBE = 1009
"""An index where a rational term that is not identically 0 is looked at."""


def verdict(a: Summand, seconds: float = SECONDS) -> Verdict:
    """Whether the series of the terms converges, with the deciding test and its hypotheses.

    How a divergent series diverges (`manner`): "to +oo" or "to -oo" when the partial sums do, also when the terms
    do not tend to 0; "oscillates" when the partial sums have no limit, not even an infinite one; "terms do not
    vanish" when that is all that is proved. Unknown, with what was tried, for terms outside the class.

    >>> from infinitesimal.arithmetics.symbolic import n
    >>> print(verdict(Summand((-1) ** n / sympy.sqrt(n))))
    converges conditionally by the Leibniz test: the signs alternate and 1/sqrt(n) decreases to 0
      1. the terms alternate in sign: the phase is (-1)**n
      2. the sizes decrease to 0 in the end: 1/sqrt(n), a germ of a Hardy field, is monotone;
         abs(a(n)) decreases from n = 1 on: its derivative is negative from there
      3. the moduli have a divergent series: the leading size is 1/sqrt(n)
    """
    if a.parameters:
        from infinitesimal.sums.verdicts.parametric_convergence import parametric_verdict

        return parametric_verdict(a, seconds)
    return decide(a.expr, time.monotonic() + seconds)


def decide(expr: sympy.Expr, deadline: float) -> Verdict:
    """The verdict on a term without parameters."""
    if _is_identically_zero(expr):
        return _ALL_ZERO
    reasons: list[str] = []
    attempts: tuple[Callable[[sympy.Expr, float], Verdict], ...] = (
        _plain,
        _by_largest_part,
        _by_reciprocal,
        by_difference,
        by_rotation,
        _by_classes,
        by_floors,
        *(partial(bounded, decide) for bounded in BOUNDED_FACTORS),
        _by_summands,
    )
    for attempt in attempts:
        try:
            return _named_like_a_textbook(attempt(expr, deadline), expr, deadline)
        except Undecided as error:
            reasons.append(str(error))
        except (ArithmeticError, ValueError, TypeError, AttributeError, RecursionError) as error:
            reasons.append(f"{type(error).__name__}: {error}")
        if time.monotonic() > deadline:
            reasons.append("the time is over")
            break
    return Verdict(Truth.UNKNOWN, None, "", "; ".join(dict.fromkeys(reasons)))


def _named_like_a_textbook(found: Verdict, expr: sympy.Expr, deadline: float) -> Verdict:
    """The same verdict under the name of Abel, or of the telescope, where the term shows such a shape."""
    if found.kind == "conditional":
        return by_abel(found, _plain, expr, deadline)
    if found.test not in {"limit comparison test", "p-series", "integral test"}:
        return found
    try:
        other = by_difference(expr, deadline)
    except Undecided:
        return found
    return other if (other.kind, other.manner) == (found.kind, found.manner) else found


_ALL_ZERO = Verdict(Truth.TRUE, "absolute", "comparison test", "all terms are 0")


def _is_identically_zero(expr: sympy.Expr) -> bool:
    """Whether a rational term is 0 everywhere: seldom, so that one value answers before anything is multiplied out."""
    if not (expr.is_Add and expr.is_rational_function()):
        return False
    value = rational_at(expr, PROBE)
    return (value is None or value == 0) and bool(sympy.cancel(sympy.together(expr)) == 0)


def _plain(expr: sympy.Expr, deadline: float) -> Verdict:
    for order in ORDERS:
        try:
            return _judge(expr, *_leading_form(expr, order, deadline))
        except Undecided:
            if order == ORDERS[-1] or time.monotonic() > deadline:
                raise
    raise Undecided("no expansion")


def _leading_form(expr: sympy.Expr, order: int, deadline: float) -> tuple[Germ, bool]:
    """The expansion of the term, and whether its leading terms decide whatever follows them.

    They do when the term is one Hardy germ times a finite sum of waves of one size: each part of it is then a
    multiple of that germ, which has the sign and the monotony of its leading term.
    """
    smooth: list[sympy.Expr] = []
    waves: list[sympy.Expr] = []
    for factor in sympy.Mul.make_args(expr):
        (smooth if is_hardy(factor, deadline) else waves).append(factor)
    try:
        wave = expand(sympy.Mul(*waves), order, deadline)
    except Undecided:  # an exponential that only a smooth one makes small
        return expand(expr, order, deadline), False
    factor = expand(sympy.Mul(*smooth), order, deadline)
    product = wave * factor
    if not factor.terms or wave.error is not None or factor.error is None or len({m.size for m, _ in wave.terms}) > 1:
        return product, False
    top = Germ((factor.first(),), None, order) * wave
    return Germ(top.terms, product.error, order), True


def _by_largest_part(expr: sympy.Expr, deadline: float) -> Verdict:
    """Sums of exponentials with their largest part in front: 1/(1 + 2**factorial(n))."""
    written = factored_exponentials(expr)
    if written == expr:
        raise Undecided("no sum of exponentials")
    return _plain(written, deadline)


def _by_reciprocal(expr: sympy.Expr, deadline: float) -> Verdict:
    """Terms of which only a bound from below is known, such as 2**factorial(n): their reciprocals tend to 0."""
    found = expand(1 / expr, ORDERS[0], deadline)
    if found.is_zero or not all(compare(m, UNIT) < 0 for m in [m for m, _ in found.terms] + [found.error or UNIT]):
        raise Undecided("the terms are not seen to tend to infinity")
    assert found.error is not None
    evidence = Hypothesis("the terms do not tend to 0", f"1/a(n) = O({describe(found.error)})")
    manner = "to +oo" if expr.is_positive else "to -oo" if expr.is_negative else "terms do not vanish"
    return Verdict(Truth.FALSE, "divergent", "n-th term test", "the terms tend to infinity", (evidence,), manner)


Terms = list[tuple[Monomial, sympy.Expr]]


# The procedure.


def _judge(expr: sympy.Expr, g: Germ, settled: bool) -> Verdict:
    if g.is_zero:
        return Verdict(Truth.TRUE, "absolute", "comparison test", "all terms from some index on are 0")
    if g.error is not None and summable(g.error) and all(summable(m.size) for m, _ in g.terms):
        return convergent_test(expr, g)
    top = g.leading()
    size = top[0][0].size
    if summable(size):
        return convergent_test(expr, g)
    if not positive_mean(top):
        raise Undecided(f"the phases of the leading terms {describe(top[0][0])} are not in a class that is decided")
    if compare(size, UNIT) >= 0:
        return _terms_do_not_vanish(g, top, settled)
    known = settled or g.error is None or summable(g.error)
    return _conditional_or_divergent(expr, g, size, known)


def _terms_do_not_vanish(g: Germ, top: Large, settled: bool) -> Verdict:
    monomial, c = top[0]
    if len(top) == 1 and not monomial.phase:
        limit = str(c) if monomial == UNIT else "+oo" if sign(c) > 0 else "-oo"
        reason = f"the terms tend to {limit}"
        manner = "to +oo" if sign(c) > 0 else "to -oo"
    else:
        reason = "the terms do not tend to 0"
        manner = _manner(g, top, settled)
    evidence = f"a(n) ~ {_written(top)}"
    if not (len(top) == 1 and not monomial.phase):
        evidence += ", a trigonometric polynomial that is not zero times a size that does not tend to 0"
    hypothesis = Hypothesis("the terms do not tend to 0", evidence)
    return Verdict(Truth.FALSE, "divergent", "n-th term test", reason, (hypothesis,), manner)


def _manner(g: Germ, top: Large, settled: bool) -> str:
    """How the partial sums behave when the terms do not vanish and change their sign."""
    size = top[0][0].size
    slowly = [(m, c) for m, c in g.terms if not summable(m.size)]
    if not all(phase_of(m).tame for m, _ in slowly):
        return "terms do not vanish"
    mean = next(((m, c) for m, c in slowly if not m.phase and not vanishes(c)), None)
    if mean is not None:
        # The waves sum to at most a multiple of their size; the mean sums to the order of n times its own, if
        # there are no exponentials, and in any case to infinity.
        fast = any(compare(k, LEVEL[1]) > 0 for k, _ in mean[0].exponent)
        outgrows = size == UNIT or (not fast and compare(times(mean[0], INDEX), size) > 0)
        return "terms do not vanish" if not outgrows else "to +oo" if sign(mean[1]) > 0 else "to -oo"
    known = settled or g.error is None or summable(g.error)
    return "oscillates" if known else "terms do not vanish"


def _conditional_or_divergent(expr: sympy.Expr, g: Germ, size: Monomial, known: bool) -> Verdict:
    """The verdict on terms that tend to 0; `known` when what the germ leaves out cannot change it.

    A mean decides anyhow: what is left out is smaller, and the mean has one sign.
    """
    slowly = [(m, c) for m, c in g.terms if not summable(m.size) and not vanishes(c)]
    means: Terms = []
    waves: Terms = []
    drifts: Terms = []
    for m, c in slowly:
        phase = phase_of(m)
        if phase.wild:
            raise Undecided(f"the phase of {describe(m)} is too fast for Dirichlet's test")
        (waves if phase.theta != 0 else drifts if phase.slow else means).append((m, c))
    for m, _ in waves:
        require_convergence(m)
    oscillating = [m for m, _ in drifts if compare(oscillation(m), UNIT) >= 0]
    if not known and (oscillating or not means):
        raise Undecided("more terms of the expansion are needed")
    if means:
        found = divergent_test(expr, g, means[0])
        return replace(found, manner=_manner_beside(means[0][0], oscillating, found.manner))
    if oscillating:
        m = oscillating[0]
        reason = f"the integral of {describe(m)} oscillates"
        evidence = f"the variation of {describe(m)} is summable, and its size over psi' does not tend to 0"
        hypothesis = Hypothesis("the sum and the integral converge together", evidence)
        return Verdict(Truth.FALSE, "divergent", "integral test", reason, (hypothesis,), "oscillates")
    return _conditional(expr, waves, drifts, size)


def _manner_beside(mean: Monomial, drifts: list[Monomial], manner: str) -> str:
    """How the sums of a mean diverge beside slow oscillations: the larger one wins; empty where that is not seen.

    The partial sums of the mean tend to infinity, at least like n times the mean, and at most log(n) times faster.
    """
    low = times(mean, INDEX)
    high = times(low if compare(low, UNIT) > 0 else UNIT, to_power(LEVEL[1], sympy.Integer(2)))
    reached = [oscillation(m) for m in drifts]
    if all(compare(size, UNIT) <= 0 or compare(low, size) > 0 for size in reached):
        return manner
    return "oscillates" if any(compare(size, high) > 0 for size in reached) else ""


def _conditional(expr: sympy.Expr, waves: Terms, drifts: Terms, size: Monomial) -> Verdict:
    shown = describe(size)
    moduli = Hypothesis("the moduli have a divergent series", size_evidence(size))
    if drifts:
        reason = f"the sum converges with its integral, whose phase is slow, and the size is {shown}"
        evidence = "the size over psi' tends to 0"
        tests = ("integral test", reason, Hypothesis("the sum and the integral converge together", evidence))
        return Verdict(Truth.TRUE, "conditional", tests[0], tests[1], (tests[2], moduli))
    monotone = f"{shown}, a germ of a Hardy field, is monotone"
    if all(phase_of(m) == Phase(sympy.pi, (), False) for m, _ in waves):
        threshold = leibniz_threshold(expr)
        monotone = f"{monotone}{threshold}"
        hypotheses = (
            Hypothesis("the terms alternate in sign", "the phase is (-1)**n"),
            Hypothesis("the sizes decrease to 0 in the end", monotone),
            moduli,
        )
        reason = f"the signs alternate and {shown} decreases to 0"
        return Verdict(Truth.TRUE, "conditional", "Leibniz test", reason, hypotheses)
    angles = sorted({str(sympy.Abs(phase_of(m).theta)) for m, _ in waves})
    hypotheses = (
        Hypothesis(
            "the block sums of the oscillating factors are bounded",
            "at most 1/abs(sin(theta/2)), theta = " + ", ".join(angles) + ", not a multiple of 2*pi",
        ),
        Hypothesis("the sizes decrease to 0 in the end", monotone),
        moduli,
    )
    reason = f"bounded block sums against {shown}, which decreases to 0"
    return Verdict(Truth.TRUE, "conditional", "Dirichlet test", reason, hypotheses)


def _written(top: Large) -> str:
    return " + ".join(str(c * as_expression(m)) for m, c in top)


# Residue classes, and moduli.


def _by_classes(expr: sympy.Expr, deadline: float) -> Verdict:
    q = period(expr)
    if q == 1:
        raise Undecided("no period to split by")
    parts = [decide_class(part, deadline) for part in classes(expr, q)]
    if all(part.kind == "absolute" for part in parts):
        reason = f"each of the {q} series over a residue class of n modulo {q} converges absolutely: {parts[0].reason}"
        return replace(parts[0], reason=reason)
    for part in parts:
        if part.kind == "divergent" and part.test == "n-th term test":
            manner = part.manner if all(p.manner == part.manner or p.kind == "absolute" for p in parts) else ""
            reason = f"along a residue class of n modulo {q} {part.reason}"
            return replace(part, reason=reason, manner=manner or "terms do not vanish")
    if any(part.kind is None for part in parts):
        raise Undecided("a residue class is not decided: " + next(p.reason for p in parts if p.kind is None))
    block = decide_class(sympy.Add(*classes(expr, q)), deadline)
    grouped = f"the terms tend to 0; the sums of {q} consecutive terms form a series that "
    if block.kind is None:
        raise Undecided(block.reason)
    if block.kind == "divergent":
        return replace(block, reason=grouped + f"diverges: {block.reason}")
    moduli = next(part for part in parts if part.kind != "absolute")
    evidence = f"along a residue class of n modulo {q}: {moduli.reason}"
    hypotheses = (*block.hypotheses, Hypothesis("the moduli have a divergent series", evidence))
    alternating = q == 2 and block.test != "Dirichlet test"
    return Verdict(
        Truth.TRUE,
        "conditional",
        "Leibniz test" if alternating and _alternates(expr) else "Dirichlet test",
        grouped + f"converges: {block.reason}",
        hypotheses,
    )


def _alternates(expr: sympy.Expr) -> bool:
    return any(p.is_Pow and p.base == -1 for p in sympy.preorder_traversal(expr))


def decide_class(expr: sympy.Expr, deadline: float) -> Verdict:
    """The verdict on the terms of a residue class, or on their sum: nothing is left to split."""
    try:
        return _plain(expr, deadline)
    except Undecided as error:
        if _is_identically_zero(expr):
            return _ALL_ZERO
        return Verdict(Truth.UNKNOWN, None, "", str(error))


# Sums of terms that are decided one by one.


def _by_summands(expr: sympy.Expr, deadline: float) -> Verdict:
    """Convergent series added, or a convergent part beside parts that diverge to one infinity.

    Two conditionally convergent parts may add up to absolute convergence, which is left open.
    """
    summands = sympy.Add.make_args(sympy.expand(expr))
    if not 1 < len(summands) <= MOST_SUMMANDS:
        raise Undecided("the term is not a sum of a few terms")
    found = [decide(part, deadline) for part in summands]
    if any(v.kind is None for v in found):
        raise Undecided("a part of the term is not decided: " + next(v.reason for v in found if v.kind is None))
    manners = {v.manner for v in found if v.kind == "divergent"}
    conditional = [v for v in found if v.kind == "conditional"]
    if manners and manners not in ({"to +oo"}, {"to -oo"}) and len([v for v in found if v.kind == "divergent"]) > 1:
        raise Undecided("several parts of the term diverge, and may cancel")
    if not manners and len(conditional) > 1:
        raise Undecided("several parts of the term converge conditionally, and may add up to absolute convergence")
    top = next(iter([v for v in found if v.kind == "divergent"] or conditional or found))
    reason = f"the sum of {len(found)} series, of which one decides: {top.reason}"
    evidence = (
        Hypothesis(f"the series of {part}", str(replace(v, hypotheses=())))
        for part, v in zip(summands, found, strict=True)
    )
    return replace(top, reason=reason, hypotheses=(*top.hypotheses, *evidence))
