"""Orders of one step: refused where the mathematics differs, and compared run by run and start by start."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import bfloat16, binary32, binary64, e4m3fn
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import InputError
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.runs.run import run
from infinitesimal.runs.starts.orders import compare_orders
from infinitesimal.terms.evaluate import evaluate
from infinitesimal.terms.term import Apply, Var


def test_halving_in_two_orders() -> None:
    found = compare_orders("x/2", "x - 0.25*(2*x)", start=1)
    assert [r.halt.step for r in found.runs] == [1076, 1075]
    assert [r.halt.value for r in found.runs] == [0, binary64("4.9e-324")]
    difference = found.differences[1]
    assert difference is not None
    assert difference.step == 1075
    assert found.differences[0] is None
    assert not found.atlases


@pytest.mark.parametrize("format", [bfloat16, e4m3fn], ids=repr)
@pytest.mark.parametrize(
    "orders", [("x - 0.1*(9*x)", "0.1*x", "x - 0.9*x"), ("x*x - x", "x*(x - 1)"), ("2*x", "x + x")]
)
def test_differences_by_walking_both(format: object, orders: tuple[str, ...]) -> None:
    found = compare_orders(*orders, start="5/9", machine=format)
    first = [repr(v) for v in found.runs[0].values]
    for i, text in enumerate(orders):
        expected = run(recurrence({"x": text}, {"x": "5/9"}), format)
        assert str(found.runs[i].halt) == str(expected.halt)
        values = [repr(v) for v in expected.values]
        where = next((n for n, (a, b) in enumerate(zip(first, values, strict=False)) if a != b), None)
        difference = found.differences[i]
        if where is not None:
            assert difference is not None
            assert difference.step == where
        starts = (
            sum(
                one(text, format, bits) != one(orders[0], format, bits)
                for bits in range(1 << format.width)  # type: ignore[attr-defined]
            )
            if format == e4m3fn
            else found.changed[i]
        )
        assert found.changed[i] == starts


def one(text: str, format: object, bits: int) -> object:
    """The value after one step; all NaN are one, and so are the zeros."""
    machine = floats(format)  # type: ignore[arg-type]
    value = evaluate(text, {"x": machine.export(format.decode(bits))}, machine)  # type: ignore[attr-defined]
    return "nan" if value.is_nan else value.exact


def test_the_same_order_twice_differs_nowhere() -> None:
    found = compare_orders("3.9*x*(1 - x)", "3.9*x*(1 - x)", start="0.1", machine=bfloat16)
    assert found.differences == (None, None)
    assert found.changed == (0, 0)
    assert np.array_equal(found.atlases[0].tail, found.atlases[1].tail)


def test_several_variables_terms_and_quotients() -> None:
    x, v = Var("x"), Var("v")
    half = Fraction(1, 2)
    first, second = {"x": x + v, "v": "v - x/2"}, {"v": v - x * half, "x": v + x}
    found = compare_orders(first, second, start={"x": 1, "v": 0}, machine=e4m3fn)
    assert str(found.runs[0].halt) == str(found.runs[1].halt)
    assert compare_orders("(x + 2/x)/2", "x - (x*x - 2)/(2*x)", start=1, machine=binary32).runs


@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 9))
def test_polynomials_that_differ_are_refused(a: int, b: int, c: int) -> None:
    first = f"x*(const({a})*x + const({b}))"
    equal, other = f"const({a})*x*x + const({b})*x", f"const({a})*x*x + const({b})*x + const({c})"
    assert compare_orders(first, equal, machine=e4m3fn).recurrences
    with pytest.raises(InputError, match="not the same mathematics"):
        compare_orders(first, other, machine=e4m3fn)


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="two steps"):
        compare_orders("x/2")
    with pytest.raises(InputError, match="rounds nothing"):
        compare_orders("x/2", "0.5*x", machine=QQ)
    with pytest.raises(InputError, match="variables x, y"):
        compare_orders("x/2 + y", "y + x/2")
    with pytest.raises(InputError, match="one way"):
        compare_orders("x/2", {"x": "x/2"})
    with pytest.raises(InputError, match="updates"):
        compare_orders({"x": "x/2"}, {"y": "y/2"})
    with pytest.raises(InputError, match="cannot be compared"):
        compare_orders(Apply("exp", (Var("x"),)), Apply("exp", (Var("x"),)))
