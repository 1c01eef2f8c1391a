"""The fast paths have the bits of the soft core, operation by operation and number by number."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import FORMATS, NAN, Format, Pair, binary16, binary32, binary64
from infinitesimal.arithmetics.floating.native import Native, float_of_pair, native, pair_of_float
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from tests.oracles import hardware
from tests.oracles.rounding import OPERATIONS
from tests.strategies import pairs, rationals

NATIVE = (binary16, binary32, binary64)
KINDS = {binary16: np.float16, binary32: np.float32, binary64: float}


def fast(format: Format) -> Native:
    found = native(floats(format))
    assert found is not None
    return found


def test_the_processor_is_taken_for_three_formats_under_nearest_even_only() -> None:
    """Other fast paths go through MPFR, where it has the format and the rounding: see its own tests."""
    found = {(f.name, r): native(floats(f, r)) for f in FORMATS.values() for r in Rounding}
    processor = {key for key, engine in found.items() if type(engine) is Native}
    assert processor == {(f.name, Rounding.NEAREST_EVEN) for f in NATIVE}
    assert native(floats(Format(53, -1022, 1023, subnormals=False))) is None
    assert native(floats(Format(24, -126, 127, overflow="saturate"))) is None
    assert native(QQ) is None
    assert native(binary64) is None


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("format", NATIVE, ids=repr)
def test_an_operation_has_the_bits_of_the_soft_core(format: Format, operation: str) -> None:
    quick, soft = fast(format), floats(format)
    layout = hardware.Layout.of(format)
    a, b = (layout.pairs(c) for c in layout.operands(np.random.default_rng(23), operation, 8000))
    with np.errstate(all="ignore"):
        for x, y in zip(a, b, strict=True):
            left, right = quick.from_pair(x), quick.from_pair(y)
            assert quick.to_pair(getattr(quick, operation)(left, right)) == getattr(soft, operation)(x, y), (x, y)


@pytest.mark.parametrize("format", NATIVE, ids=repr)
def test_corners_have_the_bits_of_the_soft_core(format: Format) -> None:
    """Every pair of corners in every operation; signs, powers, and comparisons."""
    quick, soft = fast(format), floats(format)
    layout = hardware.Layout.of(format)
    corners = layout.pairs(layout.corners())
    with np.errstate(all="ignore"):
        for x in corners:
            left = quick.from_pair(x)
            assert quick.to_pair(quick.neg(left)) == soft.neg(x)
            for k in (-3, -2, -1, 0, 1, 2, 3, 5):
                assert quick.to_pair(quick.pow(left, k)) == soft.pow(x, k), (x, k)
            for y in corners:
                right = quick.from_pair(y)
                assert quick.equal(left, right) is soft.equal(x, y)
                assert quick.less(left, right) is soft.less(x, y)
                for operation in OPERATIONS:
                    found = quick.to_pair(getattr(quick, operation)(left, right))
                    assert found == getattr(soft, operation)(x, y), (operation, x, y)


def test_every_binary16_number_goes_in_and_comes_out() -> None:
    quick = fast(binary16)
    for bits in range(1 << 16):
        pair = binary16.decode(bits)
        element = quick.from_pair(pair)
        assert type(element) is np.float16
        assert quick.to_pair(element) == pair
        if pair != NAN:
            assert int(element.view(np.uint16)) == bits


@given(st.data(), st.sampled_from(NATIVE))
def test_conversions_are_exact_both_ways(data: st.DataObject, format: Format) -> None:
    quick = fast(format)
    pair = data.draw(pairs(format))
    element = quick.from_pair(pair)
    assert type(element) is KINDS[format]
    assert quick.to_pair(element) == quick.key(element) == pair
    assert quick.export(element).bits == format.encode(pair)
    assert quick.element_exact(element) == floats(format).element_exact(pair)


@given(st.data())
def test_a_python_float_and_its_pair_say_the_same(data: st.DataObject) -> None:
    value = data.draw(st.floats())
    pair = pair_of_float(value)
    assert float_of_pair(pair).hex() == value.hex()
    if math.isfinite(value):
        assert binary64.value(pair) == Fraction(value)


@given(rationals(), st.integers(-(2**70), 2**70), st.sampled_from(NATIVE))
def test_numbers_come_in_with_the_rounding_of_the_soft_core(value: Fraction, k: int, format: Format) -> None:
    quick, soft = fast(format), floats(format)
    with np.errstate(all="ignore"):
        assert quick.to_pair(quick.const(value)) == soft.const(value)
        assert quick.to_pair(quick.embed(value)) == soft.const(value)
        assert quick.to_pair(quick.integer(k)) == soft.integer(k)
        if value > 0:
            assert quick.to_pair(quick.upper_bound(value)) == soft.upper_bound(value)


@pytest.mark.parametrize(
    "k",
    [
        0,
        1,
        -1,
        2049,
        2051,
        65519,
        65520,
        2**24 + 1,
        2**24 + 3,
        2**53 - 1,
        2**53 + 1,
        2**54 + 2,
        2**60 + 2**36 + 1,
        2**1023,
    ],
    ids=lambda k: f"{k:.6g}",
)
@pytest.mark.parametrize("format", NATIVE, ids=repr)
def test_step_numbers_are_rounded_once(format: Format, k: int) -> None:
    with np.errstate(all="ignore"):
        assert fast(format).to_pair(fast(format).integer(k)) == floats(format).const(Fraction(k))


@given(st.data(), st.sampled_from(NATIVE))
def test_a_number_of_the_boundary_comes_in_as_it_went_out(data: st.DataObject, format: Format) -> None:
    quick = fast(format)
    pair = data.draw(pairs(format))
    assert quick.to_pair(quick.embed(quick.export(quick.from_pair(pair)))) == pair


@pytest.mark.parametrize(("symbol", "operation"), [("+", "add"), ("-", "sub"), ("*", "mul")])
@pytest.mark.parametrize("format", NATIVE, ids=repr)
def test_the_operators_of_generated_source_are_the_operations(format: Format, symbol: str, operation: str) -> None:
    quick = fast(format)
    assert quick.infix[operation] == symbol
    assert "div" not in quick.infix
    layout = hardware.Layout.of(format)
    operators: dict[str, Any] = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}
    corners: list[Pair] = layout.pairs(layout.corners())
    with np.errstate(all="ignore"):
        for x in corners:
            assert quick.to_pair(-quick.from_pair(x)) == floats(format).neg(x)
            for y in corners:
                found = operators[symbol](quick.from_pair(x), quick.from_pair(y))
                assert quick.to_pair(found) == getattr(floats(format), operation)(x, y)


def test_the_name_and_the_format_are_those_of_the_soft_core() -> None:
    quick = fast(binary32)
    assert (quick.name, quick.format, repr(quick)) == ("binary32", binary32, "native(floats(binary32))")
    assert quick.exact is False


@pytest.mark.parametrize("with_mpfr", [True, False])
@pytest.mark.parametrize("format", NATIVE, ids=repr)
def test_functions_have_the_bits_of_the_soft_core(
    format: Format, with_mpfr: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through MPFR, where gmpy2 is installed, and without it."""
    from infinitesimal.arithmetics.floating import multiprecision

    if not with_mpfr:
        monkeypatch.setattr(multiprecision, "multiprecision", lambda soft: None)
    quick, soft = fast(format), floats(format)
    layout = hardware.Layout.of(format)
    numbers = [soft.const(Fraction(k, 37)) for k in range(-60, 60, 3)]
    with np.errstate(all="ignore"):
        for x in [*layout.pairs(layout.corners()), *numbers]:
            for name in ("exp", "log", "sqrt", "sin", "tanh", "softplus", "logistic", "relu", "sign"):
                assert quick.to_pair(quick.function(name, quick.from_pair(x))) == soft.function(name, x), (name, x)
            assert quick.to_pair(quick.sqrt(quick.from_pair(x))) == soft.sqrt(x)
            for y in (soft.const(Fraction(1, 2)), soft.const(Fraction(-3))):
                found = quick.function("power", quick.from_pair(x), quick.from_pair(y))
                assert quick.to_pair(found) == soft.function("power", x, y)
