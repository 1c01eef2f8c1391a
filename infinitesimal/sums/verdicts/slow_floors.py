"""Verdicts on h(n) times a function of floor(g(n)), g a germ of a Hardy field: (-1)**floor(sqrt(n))/n.

- Signs (-1)**floor(g), g' -> 0. Between two jumps of the floor the terms have one sign, and their sum is the integral
  of h/g' over a unit of g, up to h at the jump. These are summable if h g' is; then the series converges, as an
  alternating one with the sizes h/g', if and only if h/g' -> 0.
- A function F of the fractional part g - floor(g), g equidistributed modulo 1 (Boshernitzan): sum h F ~ M sum h, where
  M is the mean of F over [0, 1]; it diverges with sum h unless M = 0.

Source: K. Knopp, *Theory and Application of Infinite Series*, exercises to chapters 3 and 10; L. Kuipers &
H. Niederreiter, *Uniform Distribution of Sequences*, chapter 1.
"""

import sympy
from flint import acb, arb, ctx, fmpq

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germ_constants import sign
from infinitesimal.sums.asymptotics.germs_of_terms import germ, is_hardy
from infinitesimal.sums.asymptotics.monomials import (
    INDEX,
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
from infinitesimal.sums.summands.evaluation import compiled
from infinitesimal.sums.verdicts.phases import derivative_size, equidistributed
from infinitesimal.truth import Hypothesis, Truth, Verdict

PIECES = 512
"""Into so many parts [0, 1] is cut where a mean is enclosed."""


def by_floors(expr: sympy.Expr, deadline: float) -> Verdict:
    """The verdict on h times signs or fractional parts of one g, see the module; `Undecided` for other terms."""
    smooth, steps = sympy.S.One, sympy.S.One
    for factor in sympy.Mul.make_args(sympy.factor_terms(expr)):
        if is_hardy(factor, deadline):
            smooth *= factor
        else:
            steps *= factor
    floors = steps.atoms(sympy.floor)
    if len(floors) != 1:
        raise Undecided("no function of a single floor")
    floor = floors.pop()
    growth = germ(floor.args[0], deadline).parts()[0]
    if not growth or any(m.phase for m, _ in growth) or sign(growth[0][1]) < 0:
        raise Undecided(f"{floor.args[0]} does not tend to +oo")
    size, c = germ(smooth, deadline).first()
    if compare(size, UNIT) >= 0:
        raise Undecided("the terms do not decrease to 0")
    if steps.is_Pow and steps.base == -1 and (steps.exp - floor).is_Integer:
        return _signs(floor, growth[0][0], size)
    return _fractions(steps, floor, growth, size, sign(c))


def _signs(floor: sympy.Expr, growth: Monomial, size: Monomial) -> Verdict:
    if compare(growth, INDEX) >= 0:
        raise Undecided(f"{floor} jumps too often")
    leading = Hypothesis("the size of the terms", describe(size))
    if summable(size):
        return Verdict(Truth.TRUE, "absolute", "comparison test", f"signs times {describe(size)}", (leading,))
    speed = derivative_size(growth)
    if not summable(times(size, speed)):
        raise Undecided(f"the sums of {describe(size)} between the jumps of {floor} are not close enough to integrals")
    block = times(size, to_power(speed, -sympy.S.One))
    jumps = Hypothesis(
        "sums between two jumps and integrals", f"differ by a summable series: {describe(times(size, speed))}"
    )
    shown = f"the sums between two jumps of {floor} alternate, with the size {describe(block)}"
    if compare(block, UNIT) >= 0:
        reason = f"{shown}, which does not tend to 0"
        return Verdict(Truth.FALSE, "divergent", "Cauchy criterion", reason, (leading, jumps), "oscillates")
    moduli = Hypothesis("the moduli have a divergent series", describe(size))
    reason = f"{shown}, which decreases to 0"
    return Verdict(Truth.TRUE, "conditional", "Leibniz test", reason, (leading, jumps, moduli))


def _fractions(steps: sympy.Expr, floor: sympy.Expr, growth: Large, size: Monomial, side: int) -> Verdict:
    fraction = sympy.Dummy("t", real=True)
    function = sympy.expand(steps.xreplace({floor: floor.args[0] - fraction}))
    if function.has(n):
        raise Undecided(f"{steps} is not a function of a fractional part")
    if not equidistributed(tuple((m, 2 * sympy.pi * c) for m, c in growth)):
        raise Undecided(f"{floor.args[0]} is not seen to be equidistributed modulo 1")
    with ctx.workprec(64):
        evaluate = compiled(function.xreplace({fraction: n}))
        half = arb(0, 1) / (2 * PIECES)
        values = [evaluate(acb(fmpq(2 * k + 1, 2 * PIECES) + half)) for k in range(PIECES)]
        if not all(value.is_finite() and value.imag.is_zero() for value in values):
            raise Undecided(f"{function} is not bounded on [0, 1]")
        mean = sum((value.real for value in values), arb(0)) / PIECES
    if summable(size):
        reason = f"a bounded factor times {describe(size)}"
        return Verdict(Truth.TRUE, "absolute", "comparison test", reason)
    if mean.contains(0):
        raise Undecided(f"the mean of {function} over [0, 1] may be 0")
    manner = "to +oo" if (side > 0) == (mean > 0) else "to -oo"
    known = (
        Hypothesis("equidistribution modulo 1 (Boshernitzan)", str(as_expression(growth[0][0]))),
        Hypothesis("the mean of the factor over [0, 1]", mean.str(5, radius=False)),
    )
    reason = f"a factor with a mean that is not 0 times {describe(size)}, which has a divergent series"
    return Verdict(Truth.FALSE, "divergent", "comparison test", reason, known, manner)
