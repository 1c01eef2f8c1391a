"""Powers with any exponent, correctly rounded: beside MPFR, and beside exact powers of rationals."""

from collections import Counter
from contextlib import suppress
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import infinitesimal as inf
from infinitesimal.arithmetics.floating.format import (
    Format,
    Pair,
    bfloat16,
    binary16,
    binary32,
    binary64,
    binary128,
    e2m1,
    e4m3,
    e4m3fn,
    e5m2,
)
from infinitesimal.arithmetics.floating.functions import result
from infinitesimal.arithmetics.floating.powers import correctly_rounded_power
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.floating.stochastic import stochastic
from infinitesimal.errors import InputError
from tests.arithmetics.test_functions import drawn
from tests.oracles.rounding import ROUNDINGS, meaning, rounded
from tests.strategies import pairs, roundings


@pytest.mark.parametrize("rounding", ["nearest_even", "toward_zero", "up", "down", "away"])
@pytest.mark.parametrize("format", [e5m2, e4m3, bfloat16, binary32, binary64, binary128], ids=repr)
def test_powers_agree_with_mpfr(format: Format, rounding: str) -> None:
    from tests.oracles import multiprecision

    machine = floats(format, rounding)
    if format.width == 8:
        every = list(map(format.decode, range(0, 256, 3)))
        cases: list[tuple[Pair, Pair]] = list(product(every, every))
    else:
        bases = list(drawn(format, 60))
        small = [machine.const(Fraction(n, d)) for n in (-5, -3, -1, 1, 2, 3, 7, 100) for d in (1, 2, 4, 8)]
        cases = [*zip(bases, reversed(bases), strict=True), *product(bases[::3], small), *product(small, small)]
    with multiprecision.gmpy2.context(multiprecision.context(format, rounding)) as current:
        for x, y in cases:
            numbers = (multiprecision.number(meaning(z)) for z in (x, y))
            assert meaning(correctly_rounded_power(machine, x, y)) == multiprecision.read(current.pow(*numbers)), (x, y)


@given(
    st.data(),
    st.sampled_from([binary16, e4m3fn, e2m1, Format(6, -9, 9, subnormals=False), Format(1, -9, 9)]),
    roundings(),
    st.integers(-40, 40),
)
def test_an_integer_power_is_the_exact_one_rounded_once(
    data: st.DataObject, format: Format, rounding: str, k: int
) -> None:
    x = data.draw(pairs(format).filter(lambda pair: pair[0] != 0))
    machine = floats(format, rounding)
    y = machine.integer(k)
    if format.is_finite(y) and format.value(y) == k:
        expected = rounded(format.value(x) ** k, format, rounding)
        assert meaning(correctly_rounded_power(machine, x, y)) == expected
        assert result(machine, "power", x, y) is not None


def test_roots_are_exact_where_they_are_rational() -> None:
    for rounding in ROUNDINGS:
        machine = floats(binary64, rounding)
        for root, y in ((3, "1/2"), (10, "1/4"), (7, "3/2"), (2, "-5/8"), (5, "1/8")):
            exponent = Fraction(y)
            x = Fraction(root) ** exponent.denominator
            found = correctly_rounded_power(machine, machine.const(x), machine.const(exponent))
            assert meaning(found) == rounded(Fraction(root) ** exponent.numerator, binary64, rounding)


def test_the_dichotomy_as_a_series_with_a_power() -> None:
    """The same machine as halving: it reaches 1 after 54 terms and stays (research value for nearest-even)."""
    halt = inf.run(inf.series("1/2**n"), binary64).halt
    assert (halt.step, halt.value.exact, halt.forever) == (55, 1, inf.Truth.TRUE)
    down = inf.run(inf.series("1/2**n"), floats(binary32, "down")).halt
    assert (down.step, down.value.exact) == (25, 1 - Fraction(1, 2**24))
    for other in ("(1/3)**n", "n**(-3/2)", "2**(-n)"):
        assert inf.run(inf.series(other), bfloat16).halt.forever is inf.Truth.TRUE
    with pytest.raises(InputError, match="factorial has no correctly rounded value"):
        inf.run(inf.series("1/factorial(n)"), binary64)


def test_stochastic_powers() -> None:
    silent = stochastic(e5m2, [])
    assert silent.function("power", (4, -1), (6, -1)) == (4, 1)  # 2**3, exact
    assert silent.function("power", (-5, 0), (4, -3)) == e5m2.decode(0x7E)  # no real square root
    found: Counter[Pair] = Counter()
    for bits in product((0, 1), repeat=9):
        with suppress(InputError):  # too few bits
            found[stochastic(e5m2, bits).function("power", (4, -1), (4, -3))] += 1
    assert abs(found[6, -2] / sum(found.values()) - (2**0.5 - 1.25) * 4) < 0.01
