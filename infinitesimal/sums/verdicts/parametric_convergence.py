"""Verdicts on terms with parameters: the region of absolute convergence, and what happens on its edge.

A term is split into z**n (z made of parameters), n**s (s made of parameters), waves sin(n x) and cos(n x), and a
rest without parameters. The radius of convergence comes from the rest by the ratio test (Cauchy and Hadamard),
the half-plane in s from its power of n. Conditions are on complex parameters; a wave takes a real one.
"""

import time
from dataclasses import dataclass, field, replace

import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germs_of_terms import germ
from infinitesimal.sums.asymptotics.monomials import INDEX, Monomial, compare, describe
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.verdicts.convergence import decide
from infinitesimal.truth import Hypothesis, Truth, Verdict


def parametric_verdict(a: Summand, seconds: float) -> Verdict:
    """The verdict with the condition on the parameters under which it holds; unknown outside the class.

    >>> x = sympy.Symbol("x")
    >>> print(parametric_verdict(Summand(x**n / n), 5))
    converges absolutely by the ratio test: the ratios tend to x times 1, where Abs(x) < 1
      1. the ratios of the factor 1/n: tend to 1
      2. on the edge x = 1: diverges to +oo by the p-series: the exponent is 1 <= 1
      3. on the edge x = -1: converges conditionally by the Leibniz test: the signs alternate and 1/n decreases to 0
    """
    deadline = time.monotonic() + seconds
    try:
        parts = _split(a.expr)
        answer = _verdict(parts, deadline)
        if parts.constant.free_symbols and answer.kind == "divergent":
            # The sign of the factor decides the direction, and nothing diverges where it vanishes.
            answer = _times_constant(answer, parts)
        return answer
    except (Undecided, ArithmeticError, ValueError, TypeError, AttributeError) as error:
        return Verdict(Truth.UNKNOWN, None, "", f"terms with parameters: {error}")


def _times_constant(answer: Verdict, parts: "_Parts") -> Verdict:
    """A divergent verdict on the terms without their constant factor, said of the terms themselves."""
    shown = sympy.powsimp(parts.rest * n**parts.power)
    hypotheses: tuple[Hypothesis, ...] = ()
    if shown == 1:
        reason = f"all terms are {parts.constant}"
    else:
        reason, hypotheses = f"times the constant {parts.constant}: {answer.reason}", answer.hypotheses
    factor = Hypothesis(f"the factor {parts.constant}", "a constant, and not 0")
    return replace(
        answer, reason=reason, hypotheses=(factor, *hypotheses), manner="", condition=sympy.Ne(parts.constant, 0)
    )


@dataclass(slots=True)
class _Parts:
    """The factors of a term: base**n, n**power, waves in n times an angle, and the rest."""

    base: sympy.Expr = sympy.S.One
    power: sympy.Expr = sympy.S.Zero
    angles: list[sympy.Expr] = field(default_factory=list)
    rest: sympy.Expr = sympy.S.One
    constant: sympy.Expr = sympy.S.One


def _split(expr: sympy.Expr) -> _Parts:
    parts = _Parts()
    for factor in sympy.Mul.make_args(sympy.powsimp(sympy.expand_power_exp(expr), combine="base", force=False)):
        for piece in sympy.Mul.make_args(sympy.expand_power_base(factor)):
            _sort(piece, parts)
    return parts


def _sort(factor: sympy.Expr, parts: _Parts) -> None:
    if not factor.has(n):
        parts.constant *= factor
        return
    if factor.free_symbols == {n}:
        parts.rest *= factor
    elif factor.is_Pow and not factor.base.has(n):
        step, rest = _linear(factor.exp)
        if rest.has(n):
            raise Undecided(f"the exponent of {factor} is not linear in n")
        parts.base *= factor.base**step
    elif isinstance(factor, sympy.exp):
        step, _ = _linear(factor.args[0])
        parts.base *= sympy.exp(step)
    elif factor.is_Pow and factor.base == n:
        parts.power += factor.exp
    elif isinstance(factor, sympy.sin | sympy.cos):
        parts.angles.append(_linear(factor.args[0])[0])
    else:
        _gamma_or_rational(factor, parts)


def _linear(expr: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    polynomial = sympy.expand(expr).as_poly(n)
    if polynomial is None or polynomial.degree() > 1:
        raise Undecided(f"{expr} is not linear in n")
    return polynomial.coeff_monomial(n), polynomial.coeff_monomial(1)


def _gamma_or_rational(factor: sympy.Expr, parts: _Parts) -> None:
    """Gamma(k n + b) has the size of Gamma(k n) (k n)**b; a rational factor that of its leading terms."""
    inner, sign = (factor.base, factor.exp) if factor.is_Pow and factor.exp.is_Integer else (factor, sympy.S.One)
    rewritten = _as_gammas(inner)
    if rewritten is not None:
        for piece in sympy.Mul.make_args(rewritten):
            inside, exponent = piece.as_base_exp()
            if piece.free_symbols <= {n}:
                parts.rest *= piece**sign
                continue
            if not piece.has(n):
                continue
            if not isinstance(inside, sympy.gamma):
                raise Undecided(f"the size of {piece} is not known")
            step, shift = _linear(inside.args[0])
            if not (step.is_Integer and step > 0):
                raise Undecided(f"the size of {piece} is not known")
            parts.rest *= sympy.gamma(step * n) ** (exponent * sign)
            parts.power += shift * exponent * sign
        return
    if not factor.is_rational_function(n):
        raise Undecided(f"the size of {factor} is not known")
    for polynomial, s in zip(sympy.fraction(sympy.together(factor)), (1, -1), strict=True):
        leading = sympy.Poly(polynomial, n)
        if leading.LC().free_symbols:
            raise Undecided(f"the leading coefficient of {polynomial} is a parameter")
        parts.power += s * leading.degree()
        parts.rest *= leading.LC() ** s


def _as_gammas(factor: sympy.Expr) -> sympy.Expr | None:
    """Factorials, binomials and rising factorials as products of gammas, constant factors aside."""
    if isinstance(factor, sympy.gamma):
        return factor
    if isinstance(factor, sympy.factorial):
        return sympy.gamma(factor.args[0] + 1)
    if isinstance(factor, sympy.RisingFactorial):
        x, k = factor.args
        return sympy.gamma(x + k) / sympy.gamma(x)
    if isinstance(factor, sympy.binomial):
        x, k = factor.args
        if x.has(n):
            return sympy.gamma(x + 1) / (sympy.gamma(k + 1) * sympy.gamma(x - k + 1))
        return (-1) ** k * sympy.gamma(k - x) / sympy.gamma(k + 1)
    return None


def _verdict(parts: _Parts, deadline: float) -> Verdict:
    size, shown = _size(parts.rest, deadline), parts.rest
    if parts.power != 0:
        shown *= n**parts.power
    reality = [sympy.Eq(sympy.im(x), 0) for x in parts.angles if x.is_real is not True]
    if parts.base != 1:
        answer = _with_radius(parts, size, shown, deadline)
    elif not parts.power.free_symbols:
        answer = decide(sympy.powsimp(shown), deadline)
        if parts.angles and answer.kind != "absolute":
            return _wave(parts, shown, reality, deadline)
    else:
        answer = _half_plane(parts, size, shown)
    if reality:
        conditions = reality if answer.condition is None else [answer.condition, *reality]
        answer = replace(answer, condition=sympy.And(*conditions))
    if parts.angles and answer.kind == "absolute":
        return replace(answer, test="comparison test", reason=f"a bounded wave times the size of {shown}")
    if parts.angles:
        raise Undecided("a wave whose angle is a parameter")
    return answer


def _size(rest: sympy.Expr, deadline: float) -> Monomial:
    found = germ(rest, deadline)
    return found.leading()[0][0].size


def _rate(size: Monomial) -> sympy.Expr:
    """The limit of the moduli of the ratios."""
    if not size.exponent:
        return sympy.S.One
    monomial, c = size.exponent[0]
    side = compare(monomial, INDEX)
    if side < 0:
        return sympy.S.One
    return sympy.exp(c) if side == 0 else sympy.S.Zero if c.is_negative else sympy.oo


def _with_radius(parts: _Parts, size: Monomial, shown: sympy.Expr, deadline: float) -> Verdict:
    z, rate = parts.base, sympy.simplify(_rate(size)) if not _rate(size).is_Rational else _rate(size)
    ratios = Hypothesis(f"the ratios of the factor {shown}", f"tend to {rate}")
    reason = f"the ratios tend to {z} times {rate}"
    if rate == 0:
        return Verdict(Truth.TRUE, "absolute", "ratio test", "the ratios tend to 0 for every value", (ratios,))
    if rate == sympy.oo:
        reason = "the ratios tend to infinity, unless all terms but one vanish"
        return Verdict(Truth.TRUE, "absolute", "ratio test", reason, (ratios,), condition=sympy.Eq(z, 0))
    radius = sympy.radsimp(1 / rate)
    hypotheses, closed = [ratios], False
    if not parts.power.free_symbols and not parts.angles:
        for edge in (radius, -radius) if z.is_Symbol else (radius,):
            found = decide(sympy.powsimp(shown * edge**n), deadline)
            hypotheses.append(Hypothesis(f"on the edge {z} = {edge}", str(replace(found, hypotheses=()))))
            closed = closed or found.kind == "absolute"
    condition = _disc(z, radius, closed)
    return Verdict(Truth.TRUE, "absolute", "ratio test", reason, tuple(hypotheses), condition=condition)


def _disc(z: sympy.Expr, radius: sympy.Expr, closed: bool) -> sympy.Expr:
    """The region abs(z) < radius, or <= where the edge belongs to it, in the plainest variable."""
    if isinstance(z, sympy.exp):
        left, right = sympy.re(-z.args[0]), -sympy.log(radius)
        return left >= right if closed else left > right
    if z.is_Pow and z.exp.is_Integer and z.exp < 0:
        return sympy.Abs(1 / z) >= 1 / radius if closed else sympy.Abs(1 / z) > 1 / radius
    if z.is_Pow and z.exp.is_Integer:
        z, radius = z.base, radius ** (1 / z.exp)
    return sympy.Abs(z) <= radius if closed else sympy.Abs(z) < radius


def _half_plane(parts: _Parts, size: Monomial, shown: sympy.Expr) -> Verdict:
    rate = _rate(size)
    evidence = Hypothesis("the size of the factor without parameters", describe(size))
    if rate != 1:
        if rate.is_finite and rate < 1:
            return Verdict(Truth.TRUE, "absolute", "ratio test", f"the ratios tend to {rate} < 1", (evidence,))
        reason = f"the ratios tend to {rate} > 1"
        return Verdict(Truth.FALSE, "divergent", "ratio test", reason, (evidence,), "terms do not vanish")
    if size.exponent:
        raise Undecided("a size between the powers and the exponentials")
    exponent = sympy.re(sympy.expand(-parts.power - size.powers[0]))
    reason = f"the terms have the size of 1/n**({exponent}), up to logarithms"
    return Verdict(Truth.TRUE, "absolute", "p-series", reason, (evidence,), condition=exponent > 1)


def _wave(parts: _Parts, shown: sympy.Expr, reality: list[sympy.Expr], deadline: float) -> Verdict:
    """A single wave sin(n x) or cos(n x) over sizes that decrease to 0."""
    if len(parts.angles) != 1:
        raise Undecided("a product of waves whose angles are parameters")
    sizes = germ(shown, deadline)
    if any(m.phase for m, _ in sizes.terms) or compare(sizes.first()[0], Monomial()) >= 0:
        raise Undecided("a wave whose angle is a parameter")
    x = parts.angles[0]
    size = describe(sizes.first()[0])
    hypotheses = (
        Hypothesis("the block sums of the wave are bounded", f"by 1/abs(sin({x}/2))"),
        Hypothesis("the sizes decrease to 0 in the end", f"{size}, a germ of a Hardy field, is monotone"),
    )
    reason = f"bounded block sums against {size}, which decreases to 0"
    condition = sympy.And(sympy.Ne(sympy.sin(x), 0), *reality)
    return Verdict(Truth.TRUE, "conditional", "Dirichlet test", reason, hypotheses, condition=condition)
