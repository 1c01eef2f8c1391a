"""Descents with a polynomial step that maps an interval into itself and contracts it to a rational fixed point."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product as pairs

from flint import fmpq_poly

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, modulus_text, theorem
from infinitesimal.proofs.families.bernstein import MAX_RAISE, bernstein, bernstein_sentence, bounds, shown
from infinitesimal.proofs.families.descents import step_definitions
from infinitesimal.proofs.families.polynomials import Polynomial, added, polynomial_text, product, sentence, value
from infinitesimal.proofs.families.steps import polynomial_step
from infinitesimal.proofs.mirror import condition, decays, hypotheses
from infinitesimal.proofs.moduli import Modulus, modulus
from infinitesimal.proofs.printing import rational
from infinitesimal.proofs.wording import decay, factor, iteration, minus, number, sequence_name, within
from infinitesimal.rational import brief, show
from infinitesimal.terms.term import Term
from infinitesimal.truth import Hypothesis

MAX_DEGREE = 12
_ROUND = 10


@dataclass(frozen=True)
class IntervalContraction(Claim):
    """`step` maps [low, high] into itself, and brings its points nearer to `limit` at least by `factor`.

    The iterates from `start`, a point of the interval, converge to the limit; with a `floor` they never reach it: the
    slope of the chord to the limit is at least that in size. `degree` is a witness, that of the Bernstein forms.
    """

    name: str
    step: Term
    start: Fraction
    low: Fraction
    high: Fraction
    limit: Fraction
    factor: Fraction
    modulus: Modulus
    floor: Fraction | None
    degree: int

    @property
    def polynomial(self) -> Polynomial:
        """The step as a polynomial; no coefficients where it is none."""
        return polynomial_step(self.name, self.step) or ()

    @property
    def slope(self) -> Polynomial:
        """The slope of the chord from a point to the limit: (step - limit)/(x - limit), the rest left out."""
        return _chord(self.polynomial, self.limit)

    @property
    def parts(self) -> tuple[Polynomial, ...]:
        """What is not negative on the interval: distances from its ends, the factor minus and plus the slope."""
        g, h, q = self.polynomial, self.slope, (self.factor,)
        return added(g, (self.low,), -1), added((self.high,), g, -1), added(q, h, -1), added(q, h)

    @property
    def away(self) -> tuple[Polynomial, Polynomial]:
        """The slope, and minus the slope, less the floor: one of them is not negative where there is a floor."""
        floor = (self.floor or Fraction(0),)
        return added(self.slope, floor, -1), added(added((), self.slope, -1), floor, -1)


def interval_contraction(name: str, step: Term, start: Fraction) -> IntervalContraction | None:
    """The claim of a polynomial step of degree 2 or more; None where no interval that contracts was found."""
    g = polynomial_step(name, step)
    if g is None or not 3 <= len(g) <= MAX_DEGREE + 1:
        return None
    for limit, symmetric in pairs(_fixed_points(g), (False, True)):
        if limit == start:
            continue
        reach = abs(start - limit)
        low, high = (limit - reach, limit + reach) if symmetric else sorted((start, limit))
        found = _on(name, step, start, limit, (low, high))
        if found is not None:
            return found
    return None


def _on(
    name: str, step: Term, start: Fraction, limit: Fraction, interval: tuple[Fraction, Fraction]
) -> IntervalContraction | None:
    low, high = interval
    g = polynomial_step(name, step) or ()
    h = _chord(g, limit)
    for degree in range(len(g) - 1, len(g) + MAX_RAISE, 3):
        least, most = bounds(h, low, high, degree)
        size = max(abs(least), abs(most))
        rounded = Fraction(-((-size.numerator << _ROUND) // size.denominator), 1 << _ROUND)
        q = rounded if rounded < 1 else size
        if not 0 < q < 1:
            continue
        floor = max(least, -most)
        made = IntervalContraction(
            name, step, start, low, high, limit, q, modulus(abs(start - limit), q), floor if floor > 0 else None, degree
        )
        if all(shown(p, low, high, degree) for p in made.parts):
            return made
    return None


def _fixed_points(g: Polynomial) -> list[Fraction]:
    """The rational fixed points of a polynomial."""
    moved = fmpq_poly([to_fmpq(a) for a in added(g, (Fraction(0), Fraction(1)), -1)])
    if moved == 0:
        return []
    _, factors = (moved * moved.denom()).numer().factor()
    lines = [f for f, _ in factors if f.degree() == 1]
    return sorted(Fraction(-int(f[0]), int(f[1])) for f in lines)


def _chord(g: Polynomial, c: Fraction) -> Polynomial:
    """The quotient of g - g(c) by x - c, by Horner's rule."""
    found, carry = [], Fraction(0)
    for a in reversed(g[1:]):
        carry = carry * c + a
        found.append(carry)
    return tuple(reversed(found))


@argument.register
def _(claim: IntervalContraction) -> Argument:
    x, c, q = sequence_name(claim.name), number(claim.limit), factor(claim.factor)
    low, high, degree = claim.low, claim.high, claim.degree
    inside = rf"{number(low)} \le y \le {number(high)}"
    g, h = sentence(claim.polynomial, "y"), sentence(claim.slope, "y")
    ends = rf"$s = y{minus(low)}$ and $t = {number(high)} - y$, which are not negative on the interval"
    size = abs(claim.start - claim.limit)

    def form(p: Polynomial) -> str:
        return bernstein_sentence(p, low, high, degree)

    stays, rest, less, more = claim.parts
    never = (rf"${x}_n \ne {c}$ for all $n$",) if claim.floor is not None else ()
    steps = [
        Step(
            rf"with $g(y) = {g}$, the step, and $h(y) = {h}$: $g(y){minus(claim.limit)} = "
            rf"(y{minus(claim.limit)}) \cdot h(y)$",
            "expand both sides: they are the same polynomial",
        ),
        Step(
            rf"${number(low)} \le g(y) \le {number(high)}$ for ${inside}$",
            rf"with {ends}, $g(y){minus(low)} = {form(stays)}$ and ${number(high)} - g(y) = {form(rest)}$: "
            "no coefficient is negative",
        ),
        Step(
            rf"$|h(y)| \le {number(claim.factor)}$ for ${inside}$",
            rf"in the same way ${number(claim.factor)} - h(y) = {form(less)}$ and "
            rf"${number(claim.factor)} + h(y) = {form(more)}$",
        ),
    ]
    if claim.floor is not None:
        below = 0 if shown(claim.away[0], low, high, degree) else 1
        sign = "-" if below else ""
        steps.append(
            Step(
                rf"$h(y) \ne 0$ for ${inside}$, so ${x}_n \ne {c}$ for all $n$",
                rf"in the same way ${sign}h(y) - {number(claim.floor)} = {form(claim.away[below])}$; "
                "by step 1 an iterate other than the limit is followed by another one",
            )
        )
    steps += [
        Step(
            rf"$|{x}_n{minus(claim.limit)}| \le {factor(size)} \cdot {q}^{{n}}$",
            "induction with steps 1 to 3: the iterates stay in the interval",
        ),
        *decay(size, claim.factor, claim.modulus),
    ]
    return Argument(
        f"A step that contracts [{show(low)}, {show(high)}] to {show(claim.limit)}",
        iteration(claim.name, claim.step, claim.start),
        (
            rf"the step takes every $y$ with ${inside}$ to such a number, and brings it nearer to ${c}$ "
            rf"at least by the factor ${number(claim.factor)}$",
            *never,
            within(f"{x}_n", claim.limit, claim.modulus),
        ),
        tuple(steps),
    )


@theorem.register
def _(claim: IntervalContraction) -> Theorem:
    low, high, c, q = map(rational, (claim.low, claim.high, claim.limit, claim.factor))

    def form(p: Polynomial) -> str:
        return polynomial_text(bernstein(p, claim.low, claim.high, max(claim.degree, len(p) - 1)))

    inside = f"{low} <= y <= {high}"
    never = f"  (forall n, ~ x n == {c}) /\\\n" if claim.floor is not None else ""
    witnesses = [polynomial_text(claim.polynomial), polynomial_text(claim.slope), low, high, c, q, "_"]
    witnesses += [*map(form, claim.parts), f"{claim.modulus.halving}%positive", str(claim.modulus.shift)]
    if claim.floor is not None:
        p = next((p for p in claim.away if shown(p, claim.low, claim.high, claim.degree)), claim.away[0])
        witnesses += [rational(claim.floor), form(p)]
    word = "contraction_sound" if claim.floor is None else "contraction_never_sound"
    return Theorem(
        step_definitions(claim.name, claim.step, claim.start),
        f"(forall y, {inside} -> {low} <= step y <= {high}) /\\\n"
        f"  (forall y, {inside} -> Qabs (step y - {c}) <= {q} * Qabs (y - {c})) /\\\n"
        f"{never}  converges x {c} {modulus_text(claim.modulus)}",
        f"apply ({word} step {' '.join(witnesses)}); [polynomial_step step|{COMPUTE}]",
        ("Contractions",),
    )


@hypotheses.register
def _(claim: IntervalContraction) -> tuple[Hypothesis, ...]:
    g, low, high = claim.polynomial, claim.low, claim.high
    wide = low < high and claim.degree >= len(g) - 1
    names = ("above its lower end", "below its upper end")
    sizes = ("at most the factor", "at least minus the factor")
    texts = [*(f"the step stays {n}" for n in names), *(f"the slope to the limit is {s}" for s in sizes)]
    found = [condition(t, wide and shown(p, low, high, claim.degree)) for t, p in zip(texts, claim.parts, strict=True)]
    whole = added(product((-claim.limit, Fraction(1)), claim.slope), (claim.limit,))
    found += [
        condition("the limit is a fixed point", bool(g) and whole == g and value(g, claim.limit) == claim.limit),
        condition("the start is in the interval", low <= claim.start <= high, brief(claim.start)),
        condition("the factor is not negative", claim.factor >= 0, brief(claim.factor)),
        *decays(abs(claim.start - claim.limit), claim.factor, claim.modulus),
    ]
    if claim.floor is None:
        return tuple(found)
    away = wide and claim.floor > 0 and any(shown(p, low, high, claim.degree) for p in claim.away)
    return (
        *found,
        condition("the slope to the limit is never 0", away),
        condition("the start is not the limit", claim.start != claim.limit, brief(claim.start)),
    )
