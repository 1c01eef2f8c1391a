"""What exact claims say is so: sums added up, iterates made, limits found by other engines of the toolkit."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate, count, islice, pairwise

import pytest

import infinitesimal as inf
from infinitesimal.proofs.check import compiled
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import certificate, theorem
from infinitesimal.proofs.families.contractions import IntervalContraction
from infinitesimal.proofs.families.descents import DescentLimit
from infinitesimal.proofs.families.harmonic import HarmonicDivergence
from infinitesimal.proofs.families.hypergeometric import HypergeometricDivergence, HypergeometricLimit
from infinitesimal.proofs.families.polynomials import shifted, value
from infinitesimal.proofs.families.reals import RealLimit
from infinitesimal.proofs.families.sublinear import SublinearLimit
from infinitesimal.proofs.families.systems import SystemLimit
from infinitesimal.proofs.families.telescoping import TelescopingSum
from infinitesimal.proofs.families.tolerances import ToleranceStop, tolerance_claim
from tests.proofs.exact_claims import SERIES, SLOW, exact_samples

LONGEST = 400


def _sums(terms: Iterator[Fraction]) -> list[Fraction]:
    return [Fraction(0), *accumulate(islice(terms, LONGEST))]


def _terms(term: str, start: int) -> Iterator[Fraction]:
    for n in count(start):
        found = inf.evaluate(term.replace("**n", f"**({n})"), {"n": Fraction(n)}, inf.QQ)
        yield Fraction(int(found.numerator), int(found.denominator))


@pytest.mark.parametrize(("term", "start"), SERIES)
def test_sums(term: str, start: int) -> None:
    """The closed form is the sum, term by term; the limit is that of the summation engine; the modulus holds."""
    series = inf.series(term, start)
    claim, s = inf.claim(series), _sums(_terms(term, start))
    if isinstance(claim, HarmonicDivergence | HypergeometricDivergence):
        assert inf.converges(series).truth is inf.Truth.FALSE
        return
    assert isinstance(claim, TelescopingSum | HypergeometricLimit)
    assert str(inf.limit(series)) == str(claim.limit)
    for n, found in enumerate(s):
        if isinstance(claim, TelescopingSum):
            assert found == value(claim.closed_top, n) / value(claim.closed_bottom, n)
        else:
            assert found == claim.limit + value(claim.antidifference, n) * claim.ratio**n
        assert not claim.never or found != claim.limit
    for m in range(8):
        enough = 2 ** (m + claim.shift) if isinstance(claim, TelescopingSum) else claim.modulus(m)
        assert all(abs(found - claim.limit) <= Fraction(1, 2**m) for found in s[enough:])


def test_a_ratio_near_one() -> None:
    """The sum of n r**n is r/(1 - r)**2."""
    r, claim = 1 - Fraction(1, 10**9), inf.claim(inf.series(*SLOW))
    assert isinstance(claim, HypergeometricLimit) and claim.limit == r / (1 - r) ** 2
    assert claim.ratio == r and claim.modulus.halving < 10**10


def test_harmonic_sums() -> None:
    claim = inf.claim(inf.series("3/(2*n - 1)"))
    assert isinstance(claim, HarmonicDivergence) and (claim.first, claim.difference) == (Fraction(1, 3), Fraction(2, 3))
    s = _sums(1 / (claim.first + claim.difference * k) for k in count())
    for m in range(8):
        assert s[2**m] >= m / (2 * (claim.first + claim.difference))


def _iterates(claim: SublinearLimit | IntervalContraction, steps: int) -> list[Fraction]:
    x = [claim.start]
    for _ in range(steps):
        found = inf.evaluate(claim.step, {claim.name: x[-1]}, inf.QQ)
        x.append(Fraction(int(found.numerator), int(found.denominator)))
    return x


@pytest.mark.parametrize("claim", exact_samples(), ids=lambda c: type(c).__name__)
def test_iterates(claim: Claim) -> None:
    """Seven exact iterates of polynomial steps: they approach the limit as the claim says."""
    claim = claim.exact if isinstance(claim, RealLimit) else claim
    if isinstance(claim, SublinearLimit):
        away = [abs(x - claim.limit) for x in _iterates(claim, 7)]
        for n, d in enumerate(away):
            assert d**2 * (1 + 2 * claim.rate * n * away[0] ** 2) <= away[0] ** 2
        assert all(0 < later < earlier for earlier, later in pairwise(away))
    if isinstance(claim, IntervalContraction):
        x = _iterates(claim, 7)
        assert all(claim.low <= y <= claim.high for y in x)
        for y, following in pairwise(x):
            assert abs(following - claim.limit) <= claim.factor * abs(y - claim.limit)
        for m in range(3):
            assert all(abs(y - claim.limit) <= Fraction(1, 2**m) for y in x[claim.modulus(m) :])


@pytest.mark.parametrize("claim", [c for c in exact_samples() if isinstance(c, SystemLimit)], ids=str)
def test_systems(claim: SystemLimit) -> None:
    """The modulus holds along an exact run, which is at the limit only where the claim allows it."""
    process = inf.recurrence(
        dict(zip(claim.names, claim.step, strict=True)), dict(zip(claim.names, claim.start, strict=True))
    )
    enough = [claim.modulus.halving * (2 * m + claim.modulus.shift) for m in range(4)]
    for n in range(min(enough[-1], 300) + 1):
        state = inf.at(process, n)
        x = [Fraction(str(state[name])) for name in claim.names]
        assert not claim.never or x != list(claim.limit)
        for m, k in enumerate(enough):
            assert n < k or all(abs(a - c) <= Fraction(1, 2**m) for a, c in zip(x, claim.limit, strict=True))


def test_stops_are_those_of_the_run() -> None:
    for loss, start, rate, tolerance in (("9/2*x**2", "5/9", "0.1", "1e-6"), ("(x - 3)**2", 5, "1/100", "1/1000")):
        d = inf.descent(loss, start, rate)
        walked = inf.claim(inf.run(d, inf.QQ, stop=inf.tolerance(tolerance)))
        assert walked == inf.claim(inf.steps_until(d, "abs_dx", tolerance))
        assert isinstance(walked, ToleranceStop)


def test_a_stop_after_billions_of_steps() -> None:
    claim = inf.claim(inf.steps_until(inf.descent("x**2", 1, "1e-9"), "abs_dx", "1e-15"))
    assert isinstance(claim, ToleranceStop)
    assert claim.steps == 7_254_328_863
    exact = inf.claim(inf.descent("x**2", 1, "1e-9"))
    assert isinstance(exact, DescentLimit)
    for wrong in (claim.steps - 1, claim.steps + 1):
        with pytest.raises(inf.Undecided, match="do not show"):
            tolerance_claim(exact, claim.tolerance, wrong)


def test_real_limits_are_of_one_sequence() -> None:
    for made in (inf.series("n**3"), inf.descent("x**2 + y**2", {"x": 1, "y": 1}, "1/5")):
        with pytest.raises(inf.Undecided, match="one sequence"):
            inf.over_reals(made)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: inf.descent("x**4", 1, 1), "between 0 and 1"),
        (lambda: inf.descent("x**2 + y**2", {"x": 1, "y": 1}, 1), "spectral radius"),
        (lambda: inf.descent("x**2 + y**2", {"x": 0, "y": 0}, "1/5"), "fixed point"),
        (lambda: inf.descent("exp(x) - x", 1, "1/5"), "none of the families"),
        (lambda: inf.series("-1/n"), "positive a and b"),
        (lambda: inf.series("1/n**2"), "telescopes"),
        (lambda: inf.series("(n - 5)*2**n"), "some of them are 0"),
    ],
)
def test_refusals(made, reason: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(inf.Undecided, match=reason):
        inf.claim(made())


def test_one_certificate_of_every_family_stands_alone(rocq: None) -> None:
    claims = list({type(claim): claim for claim in exact_samples()}.values())
    lists = tuple({name for claim in claims for name in theorem(claim).axioms})
    made = compiled(certificate(claims, ["" for _ in claims], standalone=True), allowed=lists)
    assert made.truth is inf.Truth.TRUE, made
    assert len(made.axioms) == 2 and lists == ("reals",)


def test_shifted() -> None:
    p = (Fraction(1), Fraction(-2), Fraction(0), Fraction(5, 3))
    assert all(value(shifted(p, 7), x) == value(p, x + 7) for x in range(-3, 4))
