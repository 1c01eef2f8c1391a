"""Series: partial sums from the term, whatever the index starts from."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitesimal.errors import InputError, Undefined
from infinitesimal.limits.limit import limit
from infinitesimal.limits.remainders import partial_sum, remainder
from infinitesimal.limits.values import at, steps, values
from infinitesimal.recurrences.series import geometric, series, zeno
from tests.strategies.recurrences import rationals


def test_zeno_goes_half_of_the_way_each_time() -> None:
    assert values(zeno(), 6) == [1 - Fraction(1, 2**k) for k in range(6)]
    assert steps(zeno(), 6) == tuple(Fraction(1, 2**k) for k in range(1, 7))
    assert limit(zeno()) == 1 and str(zeno()) == "1/2 + 1/4 + 1/8 + 1/16 + ..."
    assert (partial_sum(zeno(), 10), remainder(zeno(), 10)) == (Fraction(1023, 1024), Fraction(1, 1024))


@settings(deadline=None, max_examples=60)
@given(rationals(), rationals())
def test_the_geometric_partial_sums_are_sums_of_powers(first: Fraction, ratio: Fraction) -> None:
    expected = [sum((first * ratio**j for j in range(k)), start=Fraction(0)) for k in range(7)]
    assert values(geometric(first, ratio), 7) == expected
    assert [at(geometric(first, ratio), k) for k in range(7)] == expected


TERMS = {
    "1/n**2": lambda n: Fraction(1, n**2),
    "1/n": lambda n: Fraction(1, n),
    "n": lambda n: Fraction(n),
    "1/(n*(n + 1))": lambda n: Fraction(1, n * (n + 1)),
    "(2*n - 1)**3": lambda n: Fraction(2 * n - 1) ** 3,
    "0.1": lambda n: Fraction(1, 10),
    "n**-2 - n/3": lambda n: Fraction(1, n**2) - Fraction(n, 3),
}


@pytest.mark.parametrize("text", TERMS)
@pytest.mark.parametrize("start", [1, 2, 5])
def test_a_series_is_summed_from_its_start(text: str, start: int) -> None:
    sums = [sum((TERMS[text](n) for n in range(start, start + k)), start=Fraction(0)) for k in range(8)]
    assert values(series(text, start=start), 8) == sums
    assert at(series(text, start=start), 7) == sums[7]


def test_a_series_may_start_at_zero_or_below() -> None:
    assert values(series("1/(n + 1)", start=0), 4) == [0, 1, Fraction(3, 2), Fraction(11, 6)]
    assert values(series("n**2", start=-2), 6) == [0, 4, 5, 5, 6, 10]


def test_a_term_without_a_value_is_met_when_it_is_reached() -> None:
    assert values(series("1/(3 - n)"), 3) == [0, Fraction(1, 2), Fraction(3, 2)]
    with pytest.raises(Undefined):
        values(series("1/(3 - n)"), 4)
    with pytest.raises(Undefined):
        values(series("1/n", start=0), 2)


@pytest.mark.parametrize("start", ["1", 1.0, None, True, Fraction(1)])
def test_the_index_starts_at_an_integer(start: object) -> None:
    with pytest.raises(InputError, match="integer"):
        series("1/n", start=start)  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [lambda: geometric(0.5, 1), lambda: geometric(1, 0.5), lambda: series(0.5)])
def test_a_float_is_refused(make: object) -> None:
    with pytest.raises(InputError, match="is a float"):
        make()  # type: ignore[operator]


@pytest.mark.parametrize("name", ["n", "s", "d", "2*s", "d - n"])
def test_the_names_of_a_geometric_series_are_its_own(name: str) -> None:
    with pytest.raises(InputError):
        geometric(1, name)
    with pytest.raises(InputError):
        geometric(name, "1/2")


@pytest.mark.parametrize("term", ["s", "s*n", "1/(n + s)"])
def test_a_parameter_may_be_called_s(term: str) -> None:
    """`s` in a term must not become the sum so far."""
    assert series(term).recurrence.names == ("total",)
    assert series(term).recurrence.parameters == ("s",)
    assert str(values(series(term), 2)[1].free_symbols) == "{s}"


def test_both_names_of_the_sum_are_not_taken_from_the_term() -> None:
    with pytest.raises(InputError, match="total"):
        series("s + total")


@pytest.mark.parametrize("text", ["1/n^2", "", "sine(n)", "n!", "9**9**9"])
def test_what_is_not_a_term_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(InputError, match="term of the series"):
        series(text)


def test_a_parameter_stays_a_symbol() -> None:
    assert geometric("a", "r").recurrence.parameters == ("a", "r")
    assert series("c*n").recurrence.parameters == ("c",)


@settings(deadline=None, max_examples=40)
@given(rationals().filter(lambda r: abs(r) < 1), rationals(), st.integers(0, 12))
def test_partial_sum_and_remainder_make_the_limit(ratio: Fraction, first: Fraction, k: int) -> None:
    whole = geometric(first, ratio)
    assert limit(whole) == first / (1 - ratio)
    assert partial_sum(whole, k) + remainder(whole, k) == limit(whole)
    assert remainder(whole, k) == first * ratio**k / (1 - ratio)


@pytest.mark.parametrize(
    ("first", "ratio", "written"),
    [
        (1, "-1/3", "1 - 1/3 + 1/9 - 1/27 + ..."),
        (-1, "1/2", "-1 - 1/2 - 1/4 - 1/8 - ..."),
        ("a", "r", "a + a*r + a*r**2 + ..."),
        (3, 0, "3 + 0 + 0 + 0 + ..."),
    ],
)
def test_a_geometric_series_shows_its_terms(first: object, ratio: object, written: str) -> None:
    assert str(geometric(first, ratio)) == written


def test_a_series_shows_its_term() -> None:
    assert str(series("1/(n*n)", start=2)) == "sum of 1/(n*n) for n = 2, 3, ..."
