"""Whether a series converges, by one procedure, and the named test that a textbook would give as the reason.

A term is written as a sum of monomials with phases, a(n) = sum of e^(i theta n) h(n), with the exact leading
terms of `germs`. Then:

- The leading size is summable on the scale of Abel and Bertrand: absolute convergence.
- The terms do not tend to 0, since a trigonometric polynomial that is not zero does not: divergence.
- Else every part with theta != 0 modulo 2 pi converges by Dirichlet (Leibniz for theta = pi), and the series
  converges with its part theta = 0. It does not converge absolutely, since the modulus of a trigonometric
  polynomial has a positive mean.
- A slow phase e^(i psi), psi' -> 0: the sum converges with the integral (Euler and Maclaurin), and that one if
  and only if h/psi' -> 0 (by parts).

What the terms do at finitely many indices is of no concern here; see `domain`.
Sources: K. Knopp, *Theory and Application of Infinite Series*, chapters 3, 9, 10; G. H. Hardy, *Orders of Infinity*.
"""

import time
from dataclasses import replace

import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.convergence_tests import (
    convergent_test,
    divergent_test,
    leibniz_threshold,
    size_evidence,
)
from infinitesimal.sums.germ_constants import sign, vanishes
from infinitesimal.sums.germs import Germ
from infinitesimal.sums.germs_of_terms import ORDERS, expand, is_hardy
from infinitesimal.sums.monomials import (
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
from infinitesimal.sums.phases import Phase, phase_of, positive_mean, require_bounded_variation, slow_phase_converges
from infinitesimal.sums.residue_classes import classes, period
from infinitesimal.sums.summand import Summand
from infinitesimal.truth import Hypothesis, Truth, Verdict

SECONDS = 8.0
"""When this time is over the answer is unknown."""


def verdict(a: Summand, seconds: float = SECONDS) -> Verdict:
    """Whether the series of the terms converges, with the deciding test and its hypotheses.

    How a divergent series diverges (`manner`): "to +oo" or "to -oo" when the partial sums do, also when the terms
    do not tend to 0; "oscillates" when the partial sums have no limit, not even an infinite one; "terms do not
    vanish" when that is all that is proved. Unknown, with what was tried, for terms outside the class.

    >>> print(verdict(Summand((-1) ** n / sympy.sqrt(n))))
    converges conditionally by the Leibniz test: the signs alternate and 1/sqrt(n) decreases to 0
      1. the terms alternate in sign: the phase is (-1)**n
      2. the sizes decrease to 0 in the end: 1/sqrt(n), a germ of a Hardy field, is monotone;
         abs(a(n)) decreases from n = 1 on: its derivative is negative from there
      3. the moduli have a divergent series: the leading size is 1/sqrt(n)
    """
    if a.parameters:
        from infinitesimal.sums.parametric_convergence import parametric_verdict

        return parametric_verdict(a, seconds)
    return decide(a.expr, time.monotonic() + seconds)


def decide(expr: sympy.Expr, deadline: float) -> Verdict:
    """The verdict on a term without parameters."""
    if _is_identically_zero(expr):
        return _ALL_ZERO
    reasons: list[str] = []
    for attempt in (_plain, _by_classes, _by_modulus, _by_bounds, _without_waves):
        try:
            return attempt(expr, deadline)
        except Undecided as error:
            reasons.append(str(error))
        except (ArithmeticError, ValueError, TypeError, AttributeError, RecursionError) as error:
            reasons.append(f"{type(error).__name__}: {error}")
        if time.monotonic() > deadline:
            reasons.append("the time is over")
            break
    return Verdict(Truth.UNKNOWN, None, "", "; ".join(dict.fromkeys(reasons)))


_ALL_ZERO = Verdict(Truth.TRUE, "absolute", "comparison test", "all terms are 0")


def _is_identically_zero(expr: sympy.Expr) -> bool:
    return bool(expr.is_Add and expr.is_rational_function() and sympy.cancel(sympy.together(expr)) == 0)


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
    wave = expand(sympy.Mul(*waves), order, deadline)
    factor = expand(sympy.Mul(*smooth), order, deadline)
    product = wave * factor
    if wave.error is not None or factor.error is None or len({m.size for m, _ in wave.terms}) > 1:
        return product, False
    top = Germ((factor.first(),), None, order) * wave
    return Germ(top.terms, product.error, order), True


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
    if not settled and g.error is not None and not summable(g.error):
        raise Undecided("more terms of the expansion are needed")
    return _conditional_or_divergent(expr, g, size)


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


def _conditional_or_divergent(expr: sympy.Expr, g: Germ, size: Monomial) -> Verdict:
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
        require_bounded_variation(m)
    oscillating = [m for m, _ in drifts if not slow_phase_converges(m)]
    if means and oscillating:
        raise Undecided("a divergent mean and a divergent oscillation")
    if means:
        return divergent_test(expr, g, means[0])
    if oscillating:
        m = oscillating[0]
        reason = f"the integral of {describe(m)} oscillates"
        evidence = f"the variation of {describe(m)} is summable, and its size over psi' does not tend to 0"
        hypothesis = Hypothesis("the sum and the integral converge together", evidence)
        return Verdict(Truth.FALSE, "divergent", "integral test", reason, (hypothesis,), "oscillates")
    return _conditional(expr, waves, drifts, size)


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


def _by_modulus(expr: sympy.Expr, deadline: float) -> Verdict:
    """Terms with a modulus as a factor, not negative in the end: decided by absolute convergence without it."""
    moduli = [f for f in sympy.Mul.make_args(expr) if isinstance(f, sympy.Abs)]
    moduli += [f for f in sympy.Mul.make_args(expr) if f.is_Pow and isinstance(f.base, sympy.Abs) and f.exp.is_Integer]
    if not moduli:
        raise Undecided("no modulus to take away")
    rest = sympy.Mul(*[f for f in sympy.Mul.make_args(expr) if f not in moduli])
    monomial, c = expand(rest, ORDERS[0], deadline).first()
    if monomial.phase:
        raise Undecided("a modulus times an oscillating factor")
    inside = sympy.Mul(*[f.args[0] if isinstance(f, sympy.Abs) else f.base.args[0] ** f.exp for f in moduli])
    answer = decide(rest * inside, deadline)
    if answer.kind == "absolute":
        return answer
    if answer.kind is None:
        raise Undecided(answer.reason)
    manner = "to +oo" if sign(c) > 0 else "to -oo"
    reason = "the modulus of the oscillating factor has a positive mean, and the sizes have a divergent series"
    return Verdict(Truth.FALSE, "divergent", "comparison test", reason, answer.hypotheses[-1:], manner)


def _by_bounds(expr: sympy.Expr, deadline: float) -> Verdict:
    """Factors such as 2 + sin(n), which stay between positive multiples of a size, are replaced by that size."""
    rest, bounded = sympy.S.One, []
    for factor in sympy.Mul.make_args(expr):
        base, exponent = factor.as_base_exp()
        size = None if exponent.has(n) or not exponent.is_real else _size_without_zeros(base, deadline)
        if size is None:
            rest *= factor
        else:
            bounded.append(factor)
            rest *= as_expression(to_power(size, exponent))
    if not bounded:
        raise Undecided("no factor between positive multiples of a size")
    answer = decide(rest, deadline)
    shown = ", ".join(map(str, bounded))
    between = Hypothesis("bounded factors", f"{shown}: between positive multiples of their sizes")
    if answer.kind == "absolute":
        reason = f"bounded factors times the terms {rest}"
        return Verdict(Truth.TRUE, "absolute", "comparison test", reason, (between, *answer.hypotheses))
    monomial, _ = expand(rest, ORDERS[0], deadline).first()
    if answer.kind != "divergent" or monomial.phase:
        raise Undecided("a bounded factor times terms that do not converge absolutely")
    reason = f"positive factors, bounded from below, times the terms {rest}"
    return Verdict(Truth.FALSE, "divergent", "comparison test", reason, (between, *answer.hypotheses), answer.manner)


def _size_without_zeros(base: sympy.Expr, deadline: float) -> Monomial | None:
    """The size of a positive trigonometric polynomial whose mean outweighs its waves; None for other terms."""
    top = expand(base, ORDERS[0], deadline).leading() if base.has(n) else ()
    mean = next((c for m, c in top if not m.phase), None)
    if len(top) < 2 or mean is None:
        return None
    waves = sympy.Add(*[sympy.Abs(c) for m, c in top if m.phase])
    return top[0][0].size if sign(mean - waves) > 0 else None


def _without_waves(expr: sympy.Expr, deadline: float) -> Verdict:
    """Sines and cosines to positive integer powers are at most 1: absolute convergence without them is enough."""
    factors = sympy.Mul.make_args(expr)
    waves = [f for f in factors if _is_wave(f)]
    rest = sympy.Mul(*(f for f in factors if not _is_wave(f)))
    answer = decide(rest, deadline) if waves else None
    if answer is None or answer.kind != "absolute":
        raise Undecided("no sines or cosines on terms that converge absolutely")
    shown = ", ".join(map(str, waves))
    bounded = Hypothesis("bounded factors", f"{shown}: at most 1 in size, for the argument is real")
    reason = f"factors of size at most 1 times the terms {rest}"
    return Verdict(Truth.TRUE, "absolute", "comparison test", reason, (bounded, *answer.hypotheses))


def _is_wave(factor: sympy.Expr) -> bool:
    base, exponent = factor.as_base_exp()
    real = isinstance(base, sympy.sin | sympy.cos) and not base.has(sympy.I)
    return bool(real and exponent.is_Integer and exponent > 0)
