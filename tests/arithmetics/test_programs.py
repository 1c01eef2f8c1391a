"""One meaning, four ways to it: the fold, the program, the program without powers, generated source.

The bits agree in every arithmetic that has a definite result.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import NAN, Format, binary16, binary32, binary64, e4m3fn
from infinitesimal.arithmetics.floating.native import native
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import Undefined
from infinitesimal.terms.program import Program, compile_terms, source
from infinitesimal.terms.term import Const, Term, Var, fold
from tests.oracles import rounding as oracle
from tests.strategies import formats, pairs, roundings, small_rationals, terms

NAMES = ("x", "y")


def generated(program: Program, arithmetic: Any) -> Callable[..., tuple[Any, ...]]:
    """The program as a Python function, the way runs compile it."""
    lines, outputs = source(program, NAMES, arithmetic.infix, "    ")
    text = "\n".join([f"def run({', '.join(NAMES)}):", *lines, f"    return ({', '.join(outputs)},)"])
    scope = {f"c{i}": arithmetic.const(value) for i, value in enumerate(program.constants)}
    scope |= {name: getattr(arithmetic, name) for name in ("add", "sub", "mul", "div", "neg", "pow")}
    exec(compile(text, "<generated>", "exec"), scope)
    run: Callable[..., tuple[Any, ...]] = scope["run"]
    return run


def four_ways(roots: list[Term], arithmetic: Any, values: tuple[Any, Any]) -> list[list[Any] | str]:
    """The keys of the results by each way, or that there is none."""
    by_name = dict(zip(NAMES, values, strict=True))
    program = compile_terms(roots, NAMES)
    lowered = program.lowered()
    assert all(instruction.operation != "pow" for instruction in lowered.instructions)
    ways: list[Callable[[], Any]] = [
        lambda: [fold(root, arithmetic, by_name.__getitem__) for root in roots],
        lambda: program.execute(arithmetic, values),
        lambda: lowered.execute(arithmetic, values),
        lambda: generated(program, arithmetic)(*values),
        lambda: generated(lowered, arithmetic)(*values),
    ]
    found: list[list[Any] | str] = []
    for way in ways:
        try:
            found.append([arithmetic.key(element) for element in way()])
        except Undefined:
            found.append("undefined")
    return found


def agree(results: list[list[Any] | str]) -> bool:
    return all(result == results[0] for result in results)


ROOTS = st.lists(terms(), min_size=1, max_size=3)


@example([(Var("y") / Var("y")) ** 0], Fraction(0), Fraction(0))
@given(ROOTS, small_rationals(), small_rationals())
def test_every_way_gives_the_same_rational(roots: list[Term], x: Fraction, y: Fraction) -> None:
    assert agree(four_ways(roots, QQ, (QQ.const(x), QQ.const(y))))


@given(st.data(), ROOTS, formats(), roundings())
def test_every_way_gives_the_same_bits_in_soft_floats(
    data: st.DataObject, roots: list[Term], format: Format, rounding: Rounding
) -> None:
    values = data.draw(pairs(format)), data.draw(pairs(format))
    assert agree(four_ways(roots, floats(format, rounding), values))


@given(st.data(), ROOTS, st.sampled_from([binary64, binary32, binary16]))
def test_every_way_gives_the_bits_of_the_soft_core_in_native_floats(
    data: st.DataObject, roots: list[Term], format: Format
) -> None:
    soft, quick = floats(format), native(floats(format))
    assert quick is not None
    values = data.draw(pairs(format)), data.draw(pairs(format))
    with np.errstate(all="ignore"):
        results = four_ways(roots, quick, (quick.from_pair(values[0]), quick.from_pair(values[1])))
    assert agree(results + four_ways(roots, soft, values))


class ByDefinition:
    """The arithmetic of a format from the definition of rounding; elements are `Real`s of the oracle."""

    def __init__(self, format: Format, rounding: str) -> None:
        self.format, self.rounding = format, rounding

    def const(self, value: Fraction) -> oracle.Real:
        return oracle.rounded(value, self.format, self.rounding) if value else (0, Fraction(0))

    def operate(self, operation: str, a: oracle.Real, b: oracle.Real) -> oracle.Real:
        return oracle.operate(operation, a, b, self.format, self.rounding)

    def add(self, a: oracle.Real, b: oracle.Real) -> oracle.Real:
        return self.operate("add", a, b)

    def sub(self, a: oracle.Real, b: oracle.Real) -> oracle.Real:
        return self.operate("sub", a, b)

    def mul(self, a: oracle.Real, b: oracle.Real) -> oracle.Real:
        return self.operate("mul", a, b)

    def div(self, a: oracle.Real, b: oracle.Real) -> oracle.Real:
        return self.operate("div", a, b)

    def neg(self, a: oracle.Real) -> oracle.Real:
        return a if a[1] == "nan" else (1 - a[0], a[1])

    def pow(self, a: oracle.Real, k: int) -> oracle.Real:
        one = self.const(Fraction(1))
        if k == 0:
            return one
        result = a
        for _ in range(abs(k) - 1):
            result = self.mul(result, a)
        return result if k > 0 else self.div(one, result)


@given(st.data(), terms(), formats(), roundings())
def test_a_term_is_rounded_after_every_operation_and_nowhere_else(
    data: st.DataObject, term: Term, format: Format, rounding: Rounding
) -> None:
    values = {name: data.draw(pairs(format)) for name in NAMES}
    found = fold(term, floats(format, rounding), values.__getitem__)
    defined = fold(term, ByDefinition(format, rounding), lambda name: oracle.meaning(values[name]))
    assert oracle.meaning(found) == defined


def test_the_order_written_decides_the_bits() -> None:
    """Three ways to three tenths of x: three different machines, and one rational."""
    x = Var("x")
    tenth = Const(Fraction(1, 10))
    ways = [x - tenth * (7 * x), x - (tenth * 7) * x, x - Const(Fraction(7, 10)) * x]
    machine = floats(binary64)
    starts = [Fraction(k, 9) for k in range(1, 40)]
    tables = [[fold(way, machine, lambda _: machine.const(start)) for start in starts] for way in ways]  # noqa: B023 (used at once)
    assert tables[0] != tables[1] != tables[2] != tables[0]
    for way in ways:
        assert fold(way, QQ, lambda _: QQ.const(Fraction(5, 9))) == QQ.const(Fraction(1, 6))


def test_equal_subterms_are_computed_once() -> None:
    x, y = Var("x"), Var("y")
    shared = (x + y) * 3
    program = compile_terms([shared * shared, shared - x], NAMES)
    assert [i.operation for i in program.instructions] == ["add", "mul", "mul", "sub"]
    assert program.constants == (3,)
    assert program.cone(program.outputs[1]) == [0, 1, 3]


def test_a_lowered_power_is_its_products() -> None:
    x = Var("x")
    operations = {
        k: [i.operation for i in compile_terms([x**k], NAMES).lowered().instructions] for k in (-2, -1, 0, 1, 2, 4)
    }
    assert operations == {-2: ["mul", "div"], -1: ["div"], 0: [], 1: [], 2: ["mul"], 4: ["mul"] * 3}


def test_deep_terms_are_computed_every_way() -> None:
    """Deeper than generated expressions may nest, and than recursion would go."""
    x, y = Var("x"), Var("y")
    root: Term = x
    for i in range(1200):
        root = root * y if i % 3 else root - x
    machine = floats(e4m3fn, "odd")
    results = four_ways([root], machine, (machine.const(Fraction(7, 4)), machine.const(Fraction(-9, 8))))
    assert agree(results)
    assert results[0] != [NAN]
