"""Verdicts on h(n) times a function of an irrational rotation: F(n) = G(n mod q, e^(i alpha n)), as exp(sin(n)).

With h a germ of a Hardy field that decreases to 0 and has a divergent series, and M the mean of F over a turn
of the circle and over the residues modulo q:

- M != 0: sum h F ~ M sum h diverges, for the values of F are equidistributed (Weyl);
- M = 0 by a symmetry and F analytic on the circle: F has bounded sums, since its Fourier coefficients decrease
  geometrically and its small divisors at most like a power (Mahler 1953 for a rational alpha, by the irrationality
  measure of pi; Liouville for pi times an algebraic number). So Dirichlet's test applies;
- M = 0 and F of bounded variation, alpha rational: sums of at most n**(6/7) (Koksma's inequality, the discrepancy of a
  number of type below 7; the irrationality measure of pi is below 7.11, Zeilberger & Zudilin 2020). By parts it is
  enough that h n**(-1/7) has a convergent series.

The convergence is never absolute then: abs(F) has a positive mean. Source: L. Kuipers & H. Niederreiter, *Uniform
Distribution of Sequences*, chapter 2.
"""

from dataclasses import dataclass
from math import lcm

import sympy
from flint import acb, arb, ctx, fmpq

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germ_constants import sign
from infinitesimal.sums.asymptotics.germs_of_terms import germ, is_hardy
from infinitesimal.sums.asymptotics.monomials import INDEX, UNIT, Monomial, compare, describe, summable, times, to_power
from infinitesimal.sums.summands.evaluation import compiled
from infinitesimal.sums.summands.residue_classes import classes, period
from infinitesimal.truth import Hypothesis, Truth, Verdict

PIECES = 512
"""Into so many parts the circle is cut where a mean or a bound is enclosed."""

ANALYTIC = (sympy.sin, sympy.cos, sympy.tan, sympy.exp, sympy.log, sympy.sinh, sympy.cosh, sympy.tanh, sympy.atan)
SMALL_POWER = sympy.Rational(-1, 7)


@dataclass(frozen=True, slots=True)
class Rotation:
    """For each residue of n a function of the real variable n: `turn` is their common period, `angle` = 2 pi/turn."""

    parts: tuple[sympy.Expr, ...]
    angle: sympy.Expr

    @property
    def turn(self) -> sympy.Expr:
        return 2 * sympy.pi / self.angle

    @property
    def total(self) -> sympy.Expr:
        return sympy.Add(*self.parts)


def by_rotation(expr: sympy.Expr, deadline: float) -> Verdict:
    """The verdict on h(n) F(n), see the module; `Undecided` for other terms, and where the mean is not settled."""
    h, wave = sympy.S.One, sympy.S.One
    for factor in sympy.Mul.make_args(sympy.factor_terms(expr)):
        if is_hardy(factor, deadline):
            h *= factor
        else:
            wave *= factor
    rotation = rotation_of(wave)
    pieces = [_values(part, rotation.turn) for part in rotation.parts]
    monomial, c = germ(h, deadline).first()
    leading = Hypothesis("the size of the smooth factor", describe(monomial))
    bounded = Hypothesis(
        "a function of a rotation", f"{wave}: bounded, of period {rotation.turn} in n for each residue"
    )
    if summable(monomial):
        reason = f"a bounded factor times {describe(monomial)}"
        return Verdict(Truth.TRUE, "absolute", "comparison test", reason, (bounded, leading))
    if not any(value > 0 or value < 0 for values in pieces for value in values):
        raise Undecided(f"whether {wave} vanishes is not seen")
    mean = sum((value for values in pieces for value in values), arb(0))
    direction = (1 if mean > 0 else -1 if mean < 0 else 0) * sign(c)
    manner = "to +oo" if direction > 0 else "to -oo"
    if compare(monomial, UNIT) >= 0:
        manner = manner if direction and not monomial.exponent else "terms do not vanish"
        reason = "the terms do not tend to 0"
        return Verdict(Truth.FALSE, "divergent", "n-th term test", reason, (bounded, leading), manner)
    if direction:
        word = "positive" if mean > 0 else "negative"
        evidence = Hypothesis("equidistribution (Weyl)", f"the mean of {wave} over the circle is {word}")
        reason = f"a factor with a mean that is not 0 times {describe(monomial)}, which has a divergent series"
        return Verdict(Truth.FALSE, "divergent", "comparison test", reason, (bounded, leading, evidence), manner)
    return _with_mean_zero(rotation, wave, monomial, (bounded, leading))


def _with_mean_zero(rotation: Rotation, wave: sympy.Expr, size: Monomial, known: tuple[Hypothesis, ...]) -> Verdict:
    symmetry = _antisymmetry(rotation)
    if symmetry is None:
        raise Undecided(f"whether the mean of {wave} is zero is not seen")
    mean = Hypothesis("the mean over the circle is 0", symmetry)
    if _is_analytic(wave):
        bound = "analytic on the circle, and the small divisors are at least a power (Mahler; Liouville; Baker)"
    elif rotation.angle.is_Rational and summable(times(size, to_power(INDEX, SMALL_POWER))):
        bound = "of bounded variation: sums of at most n**(6/7) (Koksma; Zeilberger and Zudilin)"
    else:
        raise Undecided(f"the sums of {wave} are not known to be small enough")
    sums = Hypothesis("the sums of the oscillating factor", bound)
    moduli = Hypothesis("the moduli have a divergent series", "the modulus of the factor has a positive mean")
    reason = f"small sums of the oscillating factor against {describe(size)}, which decreases to 0"
    return Verdict(Truth.TRUE, "conditional", "Dirichlet test", reason, (*known, mean, sums, moduli))


def rotation_of(wave: sympy.Expr) -> Rotation:
    """The term as functions of one rotation, one for each residue; `Undecided` for another term.

    >>> rotation_of((-1) ** n / (2 + sympy.sin(2 * n))).parts
    (1/(sin(2*n) + 2), -1/(sin(2*n) + 2))
    """
    q = period(wave)
    parts = [part.subs(n, (n - r) / sympy.Integer(q)) for r, part in enumerate(classes(wave, q))]
    slopes = [slope for part in parts for slope in _slopes(part)]
    if not slopes:
        raise Undecided("no angle turns the term")
    ratios = [sympy.radsimp(slope / slopes[0]) for slope in slopes]
    if not all(ratio.is_Rational for ratio in ratios):
        raise Undecided("the angles are not multiples of one")
    angle = sympy.Abs(slopes[0]) / lcm(*(int(ratio.q) for ratio in ratios))
    if not (angle.is_Rational or ((angle / sympy.pi).is_algebraic and (angle / sympy.pi).is_irrational)):
        raise Undecided(f"whether {angle}/pi is badly approximable is not known")
    return Rotation(tuple(parts), angle)


def _slopes(part: sympy.Expr) -> list[sympy.Expr]:
    """The factors of n in the angles, from the inside out; `Undecided` when n occurs anywhere else."""
    found: list[sympy.Expr] = []
    while part.has(n):
        waves = {f: sympy.expand(f.args[0]).as_poly(n) for f in part.atoms(sympy.sin, sympy.cos, sympy.tan) if f.has(n)}
        linear = {f: p for f, p in waves.items() if p is not None and p.degree() == 1}
        if not linear or not all(p.LC().is_number and p.LC().is_real for p in linear.values()):
            raise Undecided(f"{part} is not a function of a rotation")
        found += [p.LC() for p in linear.values()]
        part = part.xreplace({f: sympy.Dummy(real=True) for f in linear})
    return found


def _values(part: sympy.Expr, turn: sympy.Expr) -> list[arb]:
    """Balls that contain the values of the part over each piece of a turn; `Undecided` if one is not finite."""
    with ctx.workprec(64):
        evaluate = compiled(part)
        length = compiled(turn)(acb(0)).real
        half = arb(0, 1) / (2 * PIECES)
        values = [evaluate(acb(length * (fmpq(2 * k + 1, 2 * PIECES) + half))) for k in range(PIECES)]
    if not all(value.is_finite() and value.imag.is_zero() for value in values):
        raise Undecided(f"{part} is not bounded, or not real, on the circle")
    return [value.real for value in values]


def _antisymmetry(rotation: Rotation) -> str | None:
    """Why the integral of the sum of the parts over a turn vanishes; None if that is not seen."""
    total, turn = sympy.expand(rotation.total), rotation.turn
    if total == 0:
        return "the functions of the residues add up to 0"
    for k in range(1, 7):
        # The mean of f(x) is that of the mean of f over k points; so it vanishes if these add up to 0.
        points = [total.subs(n, n + turn * sympy.Rational(j, k)) for j in range(k)]
        if k > 1 and sympy.expand(sympy.Add(*points)) == 0:
            return f"the values at {k} points that divide a turn add up to 0"
    for centre in (sympy.S.Zero, turn / 4, turn / 8):
        if sympy.expand(total + total.subs(n, 2 * centre - n)) == 0:
            return f"odd about n = {centre}"
    return None


def _is_analytic(wave: sympy.Expr) -> bool:
    """Whether the bounded function is made of analytic functions; a root or a logarithm then keeps clear of 0."""
    return all(isinstance(f, ANALYTIC) for f in wave.atoms(sympy.Function))
