"""Straight-line programs mean what the terms mean, in every way they can be run."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.terms.parse import read
from infinitesimal.terms.program import Instruction, compile_terms, source
from infinitesimal.terms.term import Apply, Const, Term, fold, postorder
from tests.strategies.recurrences import meaning, rationals, terms

NAMES = ("x", "y")
batches = st.lists(terms(NAMES, leaves=7), min_size=1, max_size=3)


class Traced:
    """An arithmetic whose elements are the texts of what was done to them."""

    const = staticmethod(lambda value: f"c{value}")
    add = staticmethod(lambda a, b: f"({a}+{b})")
    sub = staticmethod(lambda a, b: f"({a}-{b})")
    mul = staticmethod(lambda a, b: f"({a}*{b})")
    div = staticmethod(lambda a, b: f"({a}/{b})")
    neg = staticmethod(lambda a: f"(-{a})")
    pow = staticmethod(lambda a, k: f"({a}^{k})")


@settings(deadline=None, max_examples=150)
@given(batches)
def test_a_program_does_the_operations_of_the_terms_in_their_order(roots: list[Term]) -> None:
    program = compile_terms(roots, NAMES)
    assert program.execute(Traced(), NAMES) == tuple(fold(root, Traced(), lambda name: name) for root in roots)


@settings(deadline=None, max_examples=150)
@given(batches, rationals(), rationals())
def test_a_program_computes_the_values(roots: list[Term], a: Fraction, b: Fraction) -> None:
    try:
        expected = tuple(meaning(root, {"x": a, "y": b}) for root in roots)
    except ZeroDivisionError:
        assume(False)
    inputs = [QQ.const(a), QQ.const(b)]
    program = compile_terms(roots, NAMES)
    assert tuple(map(QQ.export, program.execute(QQ, inputs))) == expected
    assert tuple(map(QQ.export, program.lowered().execute(QQ, inputs))) == expected


@settings(deadline=None, max_examples=150)
@given(batches)
def test_equal_subterms_are_computed_once(roots: list[Term]) -> None:
    program = compile_terms(roots, NAMES)
    distinct = {node for root in roots for node in postorder(root)}
    assert len(program.instructions) == sum(isinstance(node, Apply) for node in distinct)
    assert Counter(program.constants) == Counter(node.value for node in distinct if isinstance(node, Const))


@settings(deadline=None, max_examples=150)
@given(batches)
def test_operands_come_before_their_results(roots: list[Term]) -> None:
    for program in (compile_terms(roots, NAMES), compile_terms(roots, NAMES).lowered()):
        for position, instruction in enumerate(program.instructions):
            assert all(i < program.first_result + position for i in instruction.operands)


@settings(deadline=None, max_examples=150)
@given(batches)
def test_a_lowered_program_has_powers_as_products_from_the_left(roots: list[Term]) -> None:
    class Products(Traced):
        @staticmethod
        def pow(a: str, k: int) -> str:
            if k == 0:
                return "c1"
            result = a
            for _ in range(abs(k) - 1):
                result = f"({result}*{a})"
            return result if k > 0 else f"(c1/{result})"

    lowered = compile_terms(roots, NAMES).lowered()
    assert all(instruction.operation != "pow" for instruction in lowered.instructions)
    assert lowered.execute(Traced(), NAMES) == tuple(fold(root, Products(), lambda name: name) for root in roots)


@settings(deadline=None, max_examples=150)
@given(batches, st.booleans())
def test_generated_source_does_the_same_operations(roots: list[Term], infix: bool) -> None:
    class Text(str):
        def __add__(self, other: str) -> "Text":  # type: ignore[override]
            return Text(f"({self!s}+{other!s})")

        def __sub__(self, other: str) -> "Text":
            return Text(f"({self!s}-{other!s})")

        def __neg__(self) -> "Text":
            return Text(f"(-{self!s})")

    program = compile_terms(roots, NAMES)
    table = {"add": "+", "sub": "-", "neg": "-"} if infix else {}
    lines, outputs = source(program, ["u", "v"], table, "    ")
    text = "\n".join(["def update(u, v):", *lines, f"    return ({', '.join(outputs)},)"])
    scope = {f"c{i}": Text(f"c{value}") for i, value in enumerate(program.constants)}
    for name in ("add", "sub", "mul", "div", "neg", "pow"):
        scope[name] = lambda *args, name=name: Text(getattr(Traced, name)(*map(str, args)))
    exec(text, scope)
    assert scope["update"](Text("x"), Text("y")) == program.execute(Traced(), NAMES)


def test_the_source_of_shared_parts_is_as_short_as_the_program() -> None:
    root = read("x")
    for _ in range(14):
        root = root * root
    lines, outputs = source(compile_terms([root], ("x",)), ["u"], {"mul": "*"}, "")
    assert len("".join([*lines, *outputs])) < 14 * 30
    wide = read("x" + " + 1" * 1_900)
    lines, outputs = source(compile_terms([wide], ("x",)), ["u"], {"add": "+"}, "")
    assert max(line.count("(") for line in [*lines, *outputs]) <= 21


def test_the_names_of_a_user_stay_out_of_the_source() -> None:
    program = compile_terms([read("alpha*beta + alpha")], ("alpha", "beta"))
    lines, outputs = source(program, ["x0", "x1"], {}, "")
    assert "alpha" not in "".join([*lines, *outputs])


def test_the_cone_is_what_a_register_depends_on() -> None:
    program = compile_terms([read("(x + y)*x"), read("x - y")], NAMES)
    assert [program.instructions[i].operation for i in program.cone(program.outputs[0])] == ["add", "mul"]
    assert [program.instructions[i].operation for i in program.cone(program.outputs[1])] == ["sub"]
    assert program.cone(0) == []


def test_an_input_or_a_constant_may_be_an_output() -> None:
    program = compile_terms([read("y"), read("3"), read("x")], NAMES)
    assert program.instructions == () and program.outputs == (1, 2, 0)
    assert program.execute(Traced(), NAMES) == ("y", "c3", "x")


def test_an_instruction_names_its_registers() -> None:
    program = compile_terms([read("x**3 - 2")], NAMES)
    assert program.instructions == (Instruction("pow", (0,), 3), Instruction("sub", (3, 2)))
    assert program.constants == (Fraction(2),) and program.first_result == 3


@pytest.mark.parametrize("k", [-3, -1, 0, 1, 2, 5])
def test_lowering_a_power_takes_one_product_fewer_than_its_exponent(k: int) -> None:
    lowered = compile_terms([read("y") ** k], NAMES).lowered()
    counts = Counter(instruction.operation for instruction in lowered.instructions)
    assert counts == Counter({"mul": max(abs(k) - 1, 0), "div": int(k < 0)})
