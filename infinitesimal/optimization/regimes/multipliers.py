"""Multipliers of a descent as numbers for the reader: exact values, the largest modulus, the manner of growth."""

from fractions import Fraction
from math import lcm
from typing import Any

from flint import fmpq_poly

from infinitesimal.arithmetics.rationals import to_fmpq, to_fraction
from infinitesimal.optimization.algebraic import RealAlgebraic
from infinitesimal.optimization.regimes.curvatures import Curvatures
from infinitesimal.optimization.regimes.modes import Law
from infinitesimal.optimization.spectra import Spectrum, spectrum


def curvature_multipliers(law: Law, curvatures: Curvatures, rate: Fraction) -> tuple[Any, ...]:
    """The multipliers of the excited curvatures, one or two for each, in ascending order of the curvature."""
    found: list[Any] = []
    if curvatures.drifts and law.method != "newton":
        found.append(Fraction(1))
        if law.has_inertia:
            found.append(law.beta)
    for c in _active(law, curvatures):
        if not law.has_inertia:
            found.append(c.scaled(-rate).shifted(Fraction(1)).value)
        else:
            found += _pair(law, c, rate)
    return tuple(dict.fromkeys(found))


def _active(law: Law, curvatures: Curvatures) -> tuple[RealAlgebraic, ...]:
    if law.method == "newton":
        return (RealAlgebraic.of(1),) if curvatures.excited or curvatures.drifts else ()
    return curvatures.excited


def _pair(law: Law, curvature: RealAlgebraic, rate: Fraction) -> list[Any]:
    """The two roots of t**2 - s*t + q."""
    import sympy

    x = curvature.value
    h = _symbolic(x) * _symbolic(rate)
    b = _symbolic(law.beta)
    s, q = (1 + b - h, b) if law.method == "momentum" else ((1 + b) * (1 - h), b * (1 - h))
    spread = sympy.sqrt(sympy.expand(s * s - 4 * q))
    roots = (
        [s / 2 - spread / 2]
        if law.discriminant_sign(curvature, rate) == 0
        else [s / 2 - spread / 2, s / 2 + spread / 2]
    )
    return [to_fraction(r) if r.is_Rational else r for r in roots]


def _symbolic(value: Any) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else value


def spectrum_multipliers(place: Spectrum) -> tuple[Any, ...]:
    """The distinct roots, the real ones ascending, then the complex ones."""
    import sympy

    found: list[Any] = [root.value for root in place.real]
    for factor, _ in place.factors:
        degree = factor.degree()
        real = sum(1 for root in place.real if root.degree == degree and list(root.key) == factor.coeffs())
        if real == degree:
            continue
        coefficients = [sympy.Integer(int(c)) for c in factor.coeffs()]
        if degree == 2:
            c, b, a = coefficients
            spread = sympy.sqrt(b * b - 4 * a * c) / (2 * a)
            found += [-b / (2 * a) - spread, -b / (2 * a) + spread]
        else:
            polynomial = sympy.Poly(coefficients[::-1], sympy.Symbol("x"))
            found += [sympy.CRootOf(polynomial, i) for i in range(real, degree)]
    return tuple(found)


def largest_radius(law: Law, curvatures: Curvatures, rate: Fraction) -> RealAlgebraic | None:
    """The largest modulus of the multipliers; None if nothing moves.

    The modulus falls with h up to some place and rises from there, so that an extreme curvature has the largest.
    """
    return max((size for size, _ in _sizes(law, curvatures, rate)), default=None)


def _sizes(law: Law, curvatures: Curvatures, rate: Fraction) -> list[tuple[RealAlgebraic, bool]]:
    """The modulus at the extreme curvatures (and of a drift), and whether it belongs to a single positive root."""
    found = []
    if curvatures.drifts and law.method != "newton":
        found.append((RealAlgebraic.of(1), True))
        if law.has_inertia:
            found.append((RealAlgebraic.of(abs(law.beta)), law.beta > 0))
    active = _active(law, curvatures)
    for c in dict.fromkeys([*active[:1], *active[-1:]]):
        s, _ = law.coefficients(fmpq_poly([0, to_fmpq(rate)]))
        positive = c.sign_of(s) > 0 and (not law.has_inertia or law.discriminant_sign(c, rate) >= 0)
        found.append((law.radius(c, rate), positive))
    return found


def growth(law: Law, curvatures: Curvatures, rate: Fraction) -> str:
    """The manner in which a descent runs away: monotone, oscillating, or drifting with a swing of constant size."""
    sizes = _sizes(law, curvatures, rate)
    largest = max(size for size, _ in sizes)
    if largest == 1 and curvatures.drifts and not (law.has_inertia and law.beta == 1):
        return "drifting"
    if largest == 1 and curvatures.drifts:
        return "monotone"  # steps that grow like n outrun everything of constant size
    return "monotone" if all(positive for size, positive in sizes if size == largest) else "oscillating"


def period(law: Law, curvatures: Curvatures, rate: Fraction) -> int | None:
    """The least k with t**k = 1 for all multipliers, or None."""
    found = []
    for key in dict.fromkeys(c.key for c in curvatures.excited):
        order = spectrum(law.multiplier_polynomial(fmpq_poly(list(key)), rate)).period
        if order is None:
            return None
        found.append(order)
    return lcm(*found)
