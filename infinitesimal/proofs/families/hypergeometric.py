"""Sums of p(k) r^k: closed form, never at the limit, a modulus; or no limit."""

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import comb

from infinitesimal.errors import Undecided
from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, modulus_text, theorem
from infinitesimal.proofs.families.polynomials import (
    MAX_EARLY,
    Polynomial,
    added,
    below,
    least_early,
    never_zero,
    nonnegative,
    polynomial_text,
    sentence,
    shifted,
    value,
)
from infinitesimal.proofs.mirror import condition, decays, hypotheses
from infinitesimal.proofs.moduli import Modulus, modulus
from infinitesimal.proofs.printing import rational
from infinitesimal.proofs.wording import decay, factor, no_limit, number, plus, within
from infinitesimal.rational import brief, show
from infinitesimal.truth import Hypothesis

MAX_PEAK = 1 << 64


@dataclass(frozen=True)
class HypergeometricLimit(Claim):
    """The sums s(n) of p(k)*ratio**k over k < n are limit + antidifference(n)*ratio**n, and converge to `limit`.

    With `never` they are never equal to it. The other fields are witnesses of the modulus: |ratio| <= growth*decay,
    and the antidifference, its coefficients taken in size, times growth**n does not grow from `peak` on.
    """

    polynomial: Polynomial
    ratio: Fraction
    antidifference: Polynomial
    limit: Fraction
    modulus: Modulus
    growth: Fraction
    decay: Fraction
    peak: int
    never: bool
    early: int

    @property
    def sizes(self) -> Polynomial:
        """The antidifference with its coefficients in absolute value."""
        return tuple(map(abs, self.antidifference))


@dataclass(frozen=True)
class HypergeometricDivergence(Claim):
    """The sums of p(k)*ratio**k have no limit: no term is below `size` in absolute value."""

    polynomial: Polynomial
    ratio: Fraction
    size: Fraction
    early: int


def hypergeometric_sum(p: Polynomial, ratio: Fraction) -> Claim:
    """The claim about the sums of p(k)*ratio**k. Raises `Undecided` where a term that is 0 stands in the way."""
    if abs(ratio) >= 1:
        return _divergence(p, ratio)
    a = _antidifference(p, ratio)
    sizes = tuple(map(abs, a))
    rate = abs(ratio) if len(a) == 1 else _simple(abs(ratio) + (1 - abs(ratio)) / 4)
    growth = abs(ratio) / rate
    peak = 0 if _tamed(sizes, growth, 0) else 1
    while not _tamed(sizes, growth, peak):
        peak *= 2
        if peak > MAX_PEAK:
            raise Undecided(f"no proof: the ratio {show(ratio)} is too near 1 in size for a modulus to be written down")
    early = least_early(lambda e: never_zero(e, a))
    found = modulus(value(sizes, peak), rate)
    return HypergeometricLimit(p, ratio, a, -a[0], found, growth, rate, peak, early is not None, early or 0)


def _divergence(p: Polynomial, ratio: Fraction) -> Claim:
    for k in (0, 8, 64) if all(value(p, i) for i in range(MAX_EARLY)) else ():
        early = least_early(partial(_stays, p, Fraction(1, 1 << k)))
        if early is not None:
            return HypergeometricDivergence(p, ratio, Fraction(1, 1 << k), early)
    raise Undecided("no proof: the terms grow, but some of them are 0 or not shown to stay away from it")


def _stays(p: Polynomial, size: Fraction, early: int) -> bool:
    return below(early, (size,), p) or below(early, (size,), added((), p, -1))


def _simple(rate: Fraction) -> Fraction:
    """A number a little above the rate and below 1, with a small denominator."""
    bits = 4 + (1 / (1 - rate)).__ceil__().bit_length()
    return Fraction(-((-rate.numerator << bits) // rate.denominator), 1 << bits)


def _antidifference(p: Polynomial, r: Fraction) -> Polynomial:
    """A with r*A(k+1) - A(k) = p(k): its coefficients from the highest one down, r*A(k+1) written in powers of k."""
    a = [Fraction(0)] * len(p)
    for k in reversed(range(len(p))):
        higher = sum((a[i] * comb(i, k) for i in range(k + 1, len(p))), Fraction(0))
        a[k] = (p[k] - r * higher) / (r - 1)
    return tuple(a)


def _tamed(sizes: Polynomial, growth: Fraction, peak: int) -> bool:
    return nonnegative(shifted(added(sizes, shifted(sizes, 1), -growth), peak))


def _term(claim: HypergeometricLimit | HypergeometricDivergence) -> str:
    return rf"\left({sentence(claim.polynomial, 'k')}\right) \cdot {factor(claim.ratio)}^{{k}}"


@argument.register
def _(claim: HypergeometricLimit) -> Argument:
    r, t, q, limit = factor(claim.ratio), factor(claim.growth), factor(claim.decay), number(claim.limit)
    a, b = sentence(claim.antidifference, "n"), sentence(claim.sizes, "n")
    closed = "s_n = " + plus(claim.limit, rf"\left({a}\right) \cdot {r}^{{n}}")
    after = sentence(shifted(claim.antidifference, 1), "n")
    least = value(claim.sizes, claim.peak)
    gap = sentence(shifted(added(claim.sizes, shifted(claim.sizes, 1), -claim.growth), claim.peak), "x")
    never = (rf"$s_n \ne {limit}$ for all $n$",) if claim.never else ()
    from_peak = rf"n \ge {claim.peak}"
    steps = [
        Step(
            rf"${r} \cdot \left({after}\right) - \left({a}\right) = {sentence(claim.polynomial, 'n')}$",
            "expand both sides: they are the same polynomial",
        ),
        Step(
            f"${closed}$",
            rf"induction: for $n = 0$ both sides are 0, and by step 1, times ${r}^{{n}}$, both grow by the same term",
        ),
    ]
    if claim.never:
        steps.append(
            Step(
                rf"$s_n \ne {limit}$",
                rf"the difference is $\left({a}\right) \cdot {r}^{{n}}$ by step 2, and the polynomial has no zero: "
                + _signs(claim),
            )
        )
    steps += [
        Step(
            rf"$\left({b}\right) \cdot {t}^{{n}} \le {number(least)}$ for all $n$",
            rf"for ${from_peak}$ it does not grow with $n$: at $n = {claim.peak} + x$ the polynomial minus "
            rf"${number(claim.growth)}$ times its next value is ${gap}$, with no negative coefficient; "
            rf"for smaller $n$ the polynomial is at most its value ${number(least)}$ at ${claim.peak}$, "
            rf"and ${t}^{{n}} \le 1$",
        ),
        Step(
            rf"the distance to the limit is at most ${factor(least)} \cdot {q}^{{n}}$",
            rf"its size is at most that of $\left({b}\right) \cdot {factor(abs(claim.ratio))}^{{n}}$, "
            rf"and ${number(abs(claim.ratio))} \le {t} \cdot {q}$; then the step before",
        ),
        *decay(least, claim.decay, claim.modulus),
    ]
    return Argument(
        f"A sum with the limit {show(claim.limit)}",
        rf"Let $s_0 = 0$ and $s_{{k+1}} = s_k + {_term(claim)}$",
        (f"${closed}$ for all $n$", *never, within("s_n", claim.limit, claim.modulus)),
        tuple(steps),
    )


def _signs(claim: HypergeometricLimit) -> str:
    if not claim.early:
        return "its coefficients have one sign, and the constant one is not 0"
    late = sentence(shifted(claim.antidifference, claim.early), "t")
    values = ", ".join(f"${number(value(claim.antidifference, i))}$" for i in range(claim.early))
    return (
        f"at $n = {claim.early} + t$ it is ${late}$, with coefficients of one sign; "
        f"the values for smaller $n$ are {values}"
    )


@argument.register
def _(claim: HypergeometricDivergence) -> Argument:
    where = f"at $k = {claim.early} + t$ " if claim.early else ""
    shown = sentence(shifted(claim.polynomial, claim.early), "t" if claim.early else "k")
    before = "; for smaller $k$ the values are computed" if claim.early else ""
    return Argument(
        "A sum without a limit",
        rf"Let $s_0 = 0$ and $s_{{k+1}} = s_k + {_term(claim)}$",
        ("no number is the limit of $s_n$",),
        (
            Step(
                rf"$|s_{{k+1}} - s_k| \ge {number(claim.size)}$ for all $k$",
                rf"the factor is {where}${shown}$, whose coefficients show it to be at least "
                rf"${number(claim.size)}$ in size{before}; and $|{number(claim.ratio)}| \ge 1$",
            ),
            no_limit("s", claim.size),
        ),
    )


def _sum_definition(claim: HypergeometricLimit | HypergeometricDivergence) -> str:
    p, r = polynomial_text(claim.polynomial), rational(claim.ratio)
    return f"Definition s := partial_sum (fun k => polynomial {p} (number k) * power {r} k)."


@theorem.register
def _(claim: HypergeometricLimit) -> Theorem:
    limit, r, a = rational(claim.limit), rational(claim.ratio), polynomial_text(claim.antidifference)
    never = f"  (forall n, ~ s n == {limit}) /\\\n" if claim.never else ""
    witnesses = f"{rational(claim.growth)} {rational(claim.decay)} {claim.peak}%N {claim.modulus.halving}%positive"
    word, last = ("hypergeometric_never_sound", f" {claim.early}") if claim.never else ("hypergeometric_sound", "")
    return Theorem(
        (_sum_definition(claim),),
        f"(forall n, s n == {limit} + polynomial {a} (number n) * power {r} n) /\\\n"
        f"{never}  converges s {limit} {modulus_text(claim.modulus)}",
        f"apply ({word} _ _ _ _ {witnesses} {claim.modulus.shift}{last}); {COMPUTE}",
        ("Sums",),
    )


@theorem.register
def _(claim: HypergeometricDivergence) -> Theorem:
    return Theorem(
        (_sum_definition(claim),),
        "forall L, ~ tends_to s L",
        f"apply (hypergeometric_diverges_sound _ _ {rational(claim.size)} {claim.early}); {COMPUTE}",
        ("Sums",),
    )


@hypotheses.register
def _(claim: HypergeometricLimit) -> tuple[Hypothesis, ...]:
    a, r, t, q = claim.antidifference, claim.ratio, claim.growth, claim.decay
    difference = added(added((), shifted(a, 1), r), a, -1)
    found = (
        condition("r*A(k+1) - A(k) is the factor of the power", added(difference, claim.polynomial, -1) == ()),
        condition("the limit is -A(0)", claim.limit == -value(a, 0), brief(claim.limit)),
        condition("|ratio| <= growth*decay", abs(r) <= t * q and 0 <= t <= 1 and q >= 0),
        condition(f"the sizes times growth**n do not grow from {claim.peak} on", _tamed(claim.sizes, t, claim.peak)),
        *decays(value(claim.sizes, claim.peak), q, claim.modulus),
    )
    if not claim.never:
        return found
    return (*found, condition("the distance is never 0", r != 0 and never_zero(claim.early, a)))


@hypotheses.register
def _(claim: HypergeometricDivergence) -> tuple[Hypothesis, ...]:
    away = claim.size > 0 and _stays(claim.polynomial, claim.size, claim.early)
    return (
        condition("the ratio is at least 1 in size", abs(claim.ratio) >= 1, brief(claim.ratio)),
        condition(f"no term is below {show(claim.size)} in size", away),
    )
