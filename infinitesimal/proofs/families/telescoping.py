"""Telescoping sums of rational functions: closed form, never at the limit, a modulus."""

from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from infinitesimal.errors import Undecided
from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, theorem
from infinitesimal.proofs.families.polynomials import (
    Polynomial,
    added,
    below,
    least_early,
    never_zero,
    polynomial_text,
    product,
    sentence,
    shifted,
    value,
)
from infinitesimal.proofs.mirror import condition, hypotheses
from infinitesimal.proofs.printing import rational
from infinitesimal.proofs.wording import minus, number
from infinitesimal.rational import brief, show
from infinitesimal.truth import Hypothesis

_ONE: Polynomial = (Fraction(1),)
_STEPS: Polynomial = (Fraction(1), Fraction(1))  # n + 1


@dataclass(frozen=True)
class TelescopingSum(Claim):
    """The sums s(n) of top(k)/bottom(k) over k < n are closed_top(n)/closed_bottom(n), and converge to `limit`.

    From 2**(m + shift) on they are within 2**-m of it; with `never` they are never equal to it. `early` is a witness:
    from there on the signs of coefficients decide what is claimed of polynomials, and before it their values do.
    """

    top: Polynomial
    bottom: Polynomial
    closed_top: Polynomial
    closed_bottom: Polynomial
    limit: Fraction
    shift: int
    never: bool
    early: int

    @property
    def rest(self) -> Polynomial:
        """The numerator of s(n) - limit, over `closed_bottom`."""
        return added(self.closed_top, self.closed_bottom, -self.limit)


def telescoping_sum(top: Polynomial, bottom: Polynomial, closed_top: Polynomial, closed_bottom: Polynomial) -> Claim:
    """The claim of a sum of top/bottom with the closed form given. Raises `Undecided` where there is no limit."""
    if len(closed_top) > len(closed_bottom):
        raise Undecided("no proof: the closed form of the sum grows, and sums that converge are proved")
    if closed_bottom[-1] < 0:
        closed_top, closed_bottom = added((), closed_top, -1), added((), closed_bottom, -1)
    limit = closed_top[-1] / closed_bottom[-1] if len(closed_top) == len(closed_bottom) else Fraction(0)
    rest = added(closed_top, closed_bottom, -limit)
    weighted = product(rest, _STEPS)
    bound = abs(weighted[-1] / closed_bottom[-1]) if len(weighted) == len(closed_bottom) else Fraction(0)
    shift = 0
    while (1 << shift) < bound:
        shift += 1
    for never in (True, False):
        for j in range(shift, shift + 12):
            made = TelescopingSum(top, bottom, closed_top, closed_bottom, limit, j, never, 0)
            early = least_early(partial(_decided, made))
            if early is not None:
                return TelescopingSum(top, bottom, closed_top, closed_bottom, limit, j, never, early)
    raise Undecided("no proof: the signs of the polynomials in the closed form are not decided by coefficients")


def _decided(claim: TelescopingSum, early: int) -> bool:
    return (
        never_zero(early, claim.bottom)
        and never_zero(early, claim.closed_bottom)
        and below(early, product(claim.rest, _STEPS), added((), claim.closed_bottom, 1 << claim.shift))
        and (not claim.never or never_zero(early, claim.rest))
    )


@argument.register
def _(claim: TelescopingSum) -> Argument:
    limit, rest, bottom = number(claim.limit), sentence(claim.rest, "n"), sentence(claim.closed_bottom, "n")
    closed = _fraction(claim.closed_top, claim.closed_bottom)
    after = _fraction(shifted(claim.closed_top, 1), shifted(claim.closed_bottom, 1))
    common = product(claim.closed_bottom, shifted(claim.closed_bottom, 1))
    bound = f"2^{{{claim.shift}}}" if claim.shift else "1"
    enough = f"2^{{m + {claim.shift}}}" if claim.shift else "2^{m}"
    never = [rf"$s_n \ne {limit}$ for all $n$"] if claim.never else []
    return Argument(
        f"A telescoping sum with the limit {show(claim.limit)}",
        rf"Let $s_0 = 0$ and $s_{{k+1}} = s_k + {_fraction(claim.top, claim.bottom, 'k')}$",
        (
            f"$s_n = {closed}$ for all $n$",
            *never,
            rf"$s_n \to {limit}$; for every $m$, $|s_n{minus(claim.limit)}| \le 2^{{-m}}$ for all $n \ge {enough}$",
        ),
        (
            Step(
                rf"${sentence(claim.bottom, 'n')} \ne 0$ and ${bottom} \ne 0$ for all $n$",
                _signs(claim.early, (claim.bottom, claim.closed_bottom)),
            ),
            Step(
                rf"${after} - {closed} = {_fraction(claim.top, claim.bottom)}$",
                rf"over the common denominator ${sentence(common, 'n')}$ the left side has the numerator "
                rf"${sentence(_difference(claim), 'n')}$; multiplied crosswise, both sides are the same polynomial",
            ),
            Step(f"$s_n = {closed}$", "induction with step 2; for $n = 0$ both sides are 0"),
            Step(
                rf"$s_n{minus(claim.limit)} = \frac{{{rest}}}{{{bottom}}}$" + (", which is not 0" if never else ""),
                "step 3, over one denominator"
                + (f"; of the numerator: {_signs(claim.early, (claim.rest,))}" if never else ""),
            ),
            Step(rf"$|{rest}| \cdot (n + 1) \le {bound} \cdot |{bottom}|$ for all $n$", _comparison(claim)),
            Step(
                rf"for $n \ge {enough}$ the distance is at most $2^{{-m}}$",
                rf"by steps 4 and 5 it is at most $\frac{{{bound}}}{{n + 1}}$",
            ),
        ),
    )


def _fraction(top: Polynomial, bottom: Polynomial, x: str = "n") -> str:
    return rf"\frac{{{sentence(top, x)}}}{{{sentence(bottom, x)}}}"


def _difference(claim: TelescopingSum) -> Polynomial:
    p, q = claim.closed_top, claim.closed_bottom
    return added(product(shifted(p, 1), q), product(p, shifted(q, 1)), -1)


def _signs(early: int, polynomials: tuple[Polynomial, ...]) -> str:
    """Why polynomials have no zero at a natural number, with their coefficients."""
    if not early:
        return "all coefficients have one sign, and the constant one is not 0"
    late = " and ".join(f"${sentence(shifted(p, early), 't')}$" for p in polynomials)
    values = "; ".join(", ".join(f"${number(value(p, i))}$" for i in range(early)) for p in polynomials)
    one = "it is" if len(polynomials) == 1 else "they are"
    return (
        f"at $n = {early} + t$ {one} {late}, with coefficients of one sign; "
        f"the values at $n = 0$ to ${early - 1}$ are {values}"
    )


def _comparison(claim: TelescopingSum) -> str:
    left, right = product(claim.rest, _STEPS), added((), claim.closed_bottom, 1 << claim.shift)
    gaps = [shifted(added(right, left, sign), claim.early) for sign in (-1, 1)]
    where = f"at $n = {claim.early} + t$ " if claim.early else ""
    shown = " and ".join(f"${sentence(gap, 't' if claim.early else 'n')}$" for gap in gaps)
    before = "; for the smaller $n$ both sides are computed" if claim.early else ""
    return (
        f"{where}the right side, taken without the bars, minus and plus the left one is {shown}, "
        f"with no negative coefficient{before}"
    )


@theorem.register
def _(claim: TelescopingSum) -> Theorem:
    top, bottom, limit = polynomial_text(claim.top), polynomial_text(claim.bottom), rational(claim.limit)
    closed = f"polynomial {polynomial_text(claim.closed_top)} (number n) / "
    closed += f"polynomial {polynomial_text(claim.closed_bottom)} (number n)"
    never = f"  (forall n, ~ s n == {limit}) /\\\n" if claim.never else ""
    word = "telescoping_never_sound" if claim.never else "telescoping_sound"
    return Theorem(
        (f"Definition s := partial_sum (fun k => polynomial {top} (number k) / polynomial {bottom} (number k)).",),
        f"(forall n, s n == {closed}) /\\\n{never}  converges s {limit} (fun m => 2 ^ (m + {claim.shift}))%nat",
        f"apply ({word} _ _ _ _ _ _ {claim.early}); {COMPUTE}",
        ("Sums",),
    )


@hypotheses.register
def _(claim: TelescopingSum) -> tuple[Hypothesis, ...]:
    early, rest = claim.early, claim.rest
    left = product(_difference(claim), claim.bottom)
    right = product(claim.top, product(claim.closed_bottom, shifted(claim.closed_bottom, 1)))
    bound = added((), claim.closed_bottom, Fraction(2) ** claim.shift)
    found = (
        condition("the denominator of the term has no zero", never_zero(early, claim.bottom)),
        condition("the denominator of the closed form has no zero", never_zero(early, claim.closed_bottom)),
        condition("the closed form is 0 at 0", value(claim.closed_top, 0) == 0),
        condition("its difference is the term", added(left, right, -1) == ()),
        condition(f"the distance times n + 1 is at most 2**{claim.shift}", below(early, product(rest, _STEPS), bound)),
    )
    if not claim.never:
        return found
    return (*found, condition("the distance has no zero", never_zero(early, rest), brief(claim.limit)))
