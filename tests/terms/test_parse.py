"""Text to terms: exact numbers, the order written, and one quick refusal for everything else."""

import builtins
import os
import sys
import time
import warnings
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infinitesimal.errors import InputError
from infinitesimal.terms.parse import check_name, constant, read
from infinitesimal.terms.term import Apply, Const, Var
from tests.strategies.recurrences import meaning, terms

a, b, c, x = Var("a"), Var("b"), Var("c"), Var("x")


def number(top: int, bottom: int = 1) -> Const:
    return Const(Fraction(top, bottom))


def power(base: object, k: int) -> Apply:
    return Apply("pow", (base, number(k)))


NUMBERS = {
    "0": (0, 1),
    "7": (7, 1),
    "0.1": (1, 10),
    ".5": (1, 2),
    "5.": (5, 1),
    "0.30": (3, 10),
    "1e3": (1000, 1),
    "1E-3": (1, 1000),
    "2.5e-2": (1, 40),
    "1.e2": (100, 1),
    "0.1000000000000000055511151231257827": (1000000000000000055511151231257827, 10**34),
    "9007199254740993": (9007199254740993, 1),
    "const(1/3)": (1, 3),
    "const(-1/3)": (-1, 3),
    "const(-2)": (-2, 1),
    "const(0.1)": (1, 10),
    "const(1.5/0.5)": (3, 1),
    "const( 1 / 3 )": (1, 3),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_numeral_is_the_exact_rational_that_is_written(text: str) -> None:
    assert read(text) == number(*NUMBERS[text])


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**6, places=9))
def test_decimals_mean_what_the_decimal_module_says(value: Decimal) -> None:
    assert read(f"{value:f}") == Const(Fraction(value))


def test_a_numeral_of_twenty_thousand_digits_is_exact() -> None:
    assert read("0." + "1" * 19_998) == Const(Fraction((10**19_998 - 1) // 9, 10**19_998))
    assert read("1" * 19_999) == Const(Fraction((10**19_999 - 1) // 9))


ORDERS = {
    "a + b + c": (a + b) + c,
    "a + (b + c)": a + (b + c),
    "a - b - c": (a - b) - c,
    "a - (b - c)": a - (b - c),
    "a*b*c": (a * b) * c,
    "a*(b*c)": a * (b * c),
    "a/b/c": (a / b) / c,
    "a/b*c": (a / b) * c,
    "a*b/c": (a * b) / c,
    "a/(b/c)": a / (b / c),
    "a + b*c": a + (b * c),
    "(a + b)*c": (a + b) * c,
    "1/3": Apply("div", (number(1), number(3))),
    "x - 0.1*(9*x)": x - number(1, 10) * (number(9) * x),
    "2*3": Apply("mul", (number(2), number(3))),
    "-x**2": -power(x, 2),
    "(-x)**2": power(-x, 2),
    "-x*a": Apply("mul", (-x, a)),
    "a - -x": a - (-x),
    "--x": -(-x),  # noqa: B002
    "+x": x,
    "-+-x": -(-x),  # noqa: B002
    "-1": Apply("neg", (number(1),)),
    "x**-2": power(x, -2),
    "x**(-2)": power(x, -2),
    "x**(1 + 1)": power(x, 2),
    "x**2**3": power(x, 8),
    "(x**2)**3": power(power(x, 2), 3),
    "x**0": power(x, 0),
    "x**const(3)": power(x, 3),
    "x**(6/2)": power(x, 3),
    "x**2.0": power(x, 2),
    "2**-1": power(number(2), -1),
    "x*-a": x * (-a),
    " x+1 ": x + number(1),
    "x\t+ 1": x + number(1),
    "x_1*x_2": Var("x_1") * Var("x_2"),
}


@pytest.mark.parametrize("text", ORDERS)
def test_operations_keep_the_order_written(text: str) -> None:
    assert read(text) == ORDERS[text]


@settings(deadline=None, max_examples=300)
@given(terms())
@example(Apply("neg", (number(-3),)))
@example(power(number(-1, 3), -3))
@example(power(power(x, 2), 3))
@example(a - (b - (c - x)))
@example(a / (b * c) / (a / x))
@example(Apply("neg", (-x,)) - (-power(-x, 2)))
@example(number(1, 10**21))
@example(number(-1, 8))
def test_reading_what_was_printed_gives_the_same_term(term: object) -> None:
    assert read(str(term)) == term


def test_a_term_is_read_as_itself() -> None:
    assert read(x + a) is not None and read(x) is x


def test_the_operators_of_python_build_what_the_text_says() -> None:
    assert 1 + x * 2 - Fraction(1, 3) / x == read("1 + x*2 - const(1/3)/x")
    assert (2 - x) ** -2 + (+x) == read("(2 - x)**-2 + x")


SMALL_TOWERS = [
    "2**3**4**5",
    "9**9**9",
    "9**9**9**9",
    "2**2**2**2**2**2",
    "10**10**10",
    "x**9**9**9",
    "x**10001",
    "x**-10001",
]
NESTED = [
    "((2**10000)**10000)",
    "(((9**9)**9)**9)**9**3",
    "((((((9**9)**9)**9)**9)**9)**9)**9",
    "(2**9999)**9999 - (2**9999)**9999",
    "((1/3)**9999)**9999",
    "(2**-9999)**9999",
    "(2**9000)**99*(3**9000)**99",
    "-((-(2**9999))**9999)",
    "0*(7**9999)**9999",
    "x*(7**9999)**9999",
    "x**((2**9999)**9999)",
    "x**(2**9999)",
    "x**-(2**9999)",
    "(2**(5000 + 4999))**9999",
    "x**((3**-9999)**-600)",
    "(2**--9999)**9999",
    "((2**3**2)**3**7)**3**8",
    "((1/2)**-9999)**(1 + 5000)",
]
ATTRIBUTES = [
    "x.real",
    "x.__class__",
    "().__class__",
    "().__class__.__bases__",
    "().__class__.__base__.__subclasses__()",
    "(1).real",
    "1 .real",
    "1..real",
    "1.0.hex()",
    "x.y.z",
    "const.func",
    "const(1/3).value",
    "(x).__init__.__globals__",
]
CALLS = [
    "canary()",
    "canary(1)",
    "x(1)",
    "const()",
    "const(1, 2)",
    "const(x)",
    "const(canary())",
    "const(const(1))",
    "const(1 + 1)",
    "const(2**3)",
    "const(1/0)",
    "const(0/0)",
    "const(1/2/3)",
    "const(*x)",
    "const(**x)",
    "const(nan)",
    "const(inf)",
    "const(1e999999999)",
    "const(1/1e999999999)",
    "const(9**9**9)",
    "const(0x10)",
    "const(1)(2)",
    "eval(x)",
    "exec(x)",
    "open(x)",
    "abs(x)",
    "exp(x)",
    "sqrt(x)",
    "pow(9, 9)",
    "print()",
    "exit()",
    "vars()",
    "globals()",
    "dir()",
    "3(4)",
    "x()()",
    "(x + 1)(2)",
]
QUOTED = [
    "'x'",
    '"x"',
    "'' + x",
    "__import__('os')",
    "__import__('os').system('true')",
    "eval('canary()')",
    "f'{canary()}'",
    "rb'x'",
    "'''",
    "`x`",
    "getattr(x, 'y')",
]
PYTHON = [
    "lambda: canary()",
    "(lambda: 1)()",
    "lambda x, y",
    "[canary() for x in (1,)]",
    "(canary() for x in (1,))",
    "(x for x in x)",
    "{x: 1}",
    "{x}",
    "[1]",
    "x[0]",
    "x[canary()]",
    "x[1:2]",
    "(x := 1)",
    "x := canary()",
    "x = 1",
    "x += 1",
    "1 if x else 2",
    "canary() if x else 2",
    "x and y",
    "x or y",
    "not x",
    "x in y",
    "x is y",
    "x is not y",
    "x not in y",
    "await x",
    "(yield)",
    "(yield x)",
    "(yield from x)",
    "*x",
    "(*x,)",
    "**x",
    "x, y",
    "x,",
    "()",
    "(x, y)",
    "import os",
    "del x",
    "pass",
    "return x",
    "raise x",
    "assert x",
    "global x",
    "x; y",
    "...",
    "x // y",
    "x % y",
    "x @ y",
    "x ^ 2",
    "x | y",
    "x & y",
    "x << 2",
    "x >> 2",
    "~x",
    "x < 1",
    "x == 1",
    "x != 1",
    "x <= y",
    "x!",
    "x -> y",
    "@x",
]
BROKEN = [
    "",
    "   ",
    "\t",
    "\n",
    "(",
    ")",
    "()()",
    "(x",
    "x)",
    ")x(",
    "((x)",
    "x +",
    "* x",
    "/ x",
    "x + * y",
    "x ** ** 2",
    "x***2",
    "x y",
    "2x",
    "2 x",
    "x 2",
    "1 2",
    "1.2.3",
    ".",
    "..",
    "1e",
    "1e+",
    "e5.",
    "x\n+ 1",
    "x\n",
    "x\r+ 1",
    "(x\n)",
    "x # comment",
    "# comment",
    "x \\\n + 1",
    "x\\",
    "x$",
    "$x",
    "x?",
    "100%",
    "\\frac{1}{2}",
]
BROKEN.remove("x\n")  # the end of a line is stripped, as the ends of any text are
LITERALS = [
    "0x10",
    "0b1",
    "0o7",
    "017",
    "1_000",
    "1j",
    "1.5j",
    "1e5j",
    "0xFFe5",
    "1_0.0_1",
    "True",
    "False",
    "None",
    "1e999999999",
    "1e-999999999",
    "1e9999999999999",
    "1e99999999999999999999999999",
    "9e1300000",
    "1.0e-1300000",
    "1e999999999 - 1e999999999",
    "x*1e999999999",
    "x**1e999999999",
]
RESERVED = [
    "inf",
    "Inf",
    "INF",
    "nan",
    "NaN",
    "NAN",
    "infinity",
    "Infinity",
    "oo",
    "zoo",
    "pi",
    "E",
    "I",
    "x + nan",
    "x*inf",
    "print",
    "eval",
    "exec",
    "open",
    "int",
    "float",
    "abs",
    "sum",
    "max",
    "len",
    "type",
    "object",
    "Exception",
    "Ellipsis",
    "NotImplemented",
    "copyright",
    "__debug__",
    "__name__",
    "__builtins__",
    "__import__",
    "__class__",
    "a__b",
    "_",
    "_x",
    "__",
    "if",
    "for",
    "lambda",
    "class",
    "async",
    "x" * 101,
]
STRANGE = [
    "x\x00",
    "\x00",
    "x\x00+ 1",
    "x + \x00 1",
    "x\x01y",
    "x + \x7f1",
    "x\x08",
    "\x1b[31mx",
    "x\x0b+ 1",
    "x\x0c+ 1",
    "x\x1f",
    "\x1cx",
    "\u0661 + 1",
    "x + \u0662",
    "\uff11",
    "\uff18*x",
    "\U0001d7d8",
    "x\u00b2",
    "x\u2082",
    "\u00bd",
    "\u2167",
    "\u0445",
    "x + \u0430",
    "\u212f",
    "\U0001d465",
    "\uff58",
    "\u03c0",
    "\u221e",
    "x \u2212 1",
    "x \u00d7 2",
    "x \u00f7 2",
    "x \u22c5 2",
    "x\u2044y",
    "\uff08x\uff09",
    "x\u200b",
    "\u202ex",
    "\ufeffx",
    "x\u00a0+ 1",
    "x\u3000+ 1",
    "\ud800",
    "\U0001f600",
    "\u00e9",
    "x\u0301",
]
LARGE = [
    "(" * 5000 + "x" + ")" * 5000,
    "(" * 81 + "x" + ")" * 81,
    "(" * 5000,
    ")" * 5000,
    "-" * 5000 + "x",
    "+" * 5000 + "x",
    "-(" * 81 + "x" + ")" * 81,
    "x" * 1_000_000,
    "1" * 1_000_000,
    "x+" * 500_000 + "x",
    "x" + " " * 1_000_000 + "+ x",
    "x**" * 2000 + "2",
    "x**" * 600 + "2",
    "2**" * 600 + "2",
    "x+" * 3000 + "x",
    "const(" * 300 + "1" + ")" * 300,
    "1e" + "9" * 10_000,
    "[" * 5000,
    "x." * 5000 + "x",
    "x," * 9000,
    "not " * 4000 + "x",
    "x if x else " * 1500 + "x",
    "x and " * 3000 + "x",
    "lambda " * 2000,
    "*".join(["x**((3**9999)**12 - (3**9999)**12 + x)"] * 300),
]
HOSTILE = [
    *SMALL_TOWERS, *NESTED, *ATTRIBUTES, *CALLS, *QUOTED, *PYTHON, *BROKEN, *LITERALS, *RESERVED, *STRANGE, *LARGE,
]  # fmt: skip
NOT_TEXT = [
    None,
    3,
    3.5,
    True,
    [],
    ["x"],
    ("x",),
    {"x": 1},
    {"x"},
    b"x",
    bytearray(b"x"),
    Fraction(1, 2),
    Decimal(1),
    object(),
    str,
    read,
]

_ear = {"open": False}
_events: list[str] = []


def _hook(event: str, args: tuple[object, ...]) -> None:
    if _ear["open"] and (
        event in {"exec", "import", "open", "os.system", "subprocess.Popen", "builtins.input"}
        or event.startswith("ctypes")
    ):
        _events.append(f"{event} {args!r:.80}")


sys.addaudithook(_hook)


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """A builtin that sings when it is called, and an ear for code, imports, files and processes."""
    sung: list[object] = []
    monkeypatch.setattr(builtins, "canary", lambda *args: sung.append(args), raising=False)
    monkeypatch.setattr(os, "system", lambda *args: sung.append(args))
    with pytest.raises(InputError):
        read("x**x")  # whatever is imported lazily is imported now
    _events.clear()
    _ear["open"] = True
    try:
        yield sung
    finally:
        _ear["open"] = False


def test_the_canary_sings(canary: list[object]) -> None:
    eval("canary(1)", {})
    assert canary == [(1,)] and any(event.startswith("exec") for event in _events)


def test_the_table_of_hostile_texts_is_long_and_has_no_repeats() -> None:
    assert len(HOSTILE) >= 250
    assert len(set(HOSTILE)) == len(HOSTILE)


def _refused(text: object) -> InputError:
    began = time.process_time()
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        with pytest.raises(InputError) as caught:
            read(text)  # type: ignore[arg-type]
    took = time.process_time() - began
    assert took < 1, f"refused only after {took:.1f} s"
    assert not heard, "a warning beside the error"
    return caught.value


@pytest.mark.parametrize("position", range(len(HOSTILE)), ids=lambda i: f"{i}-{HOSTILE[i][:24]!a}")
def test_hostile_text_gets_one_quick_error_and_runs_nothing(position: int, canary: list[object]) -> None:
    error = _refused(HOSTILE[position])
    assert canary == [] and _events == []
    assert error.__cause__ is None and (error.__context__ is None or error.__suppress_context__)
    assert "\n" not in str(error) and 10 < len(str(error)) < 1000


@pytest.mark.parametrize("value", NOT_TEXT, ids=lambda value: type(value).__name__)
def test_what_is_not_text_gets_one_quick_error(value: object) -> None:
    assert "is not text" in str(_refused(value))


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="xy019.e+-*/() _c,onst", max_size=25))
def test_any_text_is_a_term_or_an_input_error(text: str) -> None:
    try:
        term = read(text)
    except InputError:
        return
    assert read(str(term)) == term


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=12))
def test_any_unicode_text_is_a_term_or_an_input_error(text: str) -> None:
    try:
        term = read(text)
    except InputError:
        return
    assert text.strip().isascii() and read(str(term)) == term


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("x^2", "**"),
        ("", "empty"),
        ("x**y", "integer constant"),
        ("x**0.5", "integer constant"),
        ("x**(1/0)", "integer constant"),
        ("9**9**9", "387420489"),
        ("print", "reserved"),
        ("1/2 + nan", "reserved"),
        ("sin(x)", "const(1/3)"),
        ("(" * 100 + "x" + ")" * 100, "nested 100 deep"),
        ("x" + "+x" * 2_001, "2001 operators"),
        ("x" * 20_001, "20001 characters"),
    ],
)
def test_the_error_says_what_is_wrong(text: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "+".join(["12345678"] * 1_700),
        "x" + "*x" * 1_999,
        "-" * 2_000 + "x",
        "(" * 80 + "x" + ")" * 80,
        "+".join(["x*1.5"] * 900),
    ],
    ids=["many long numerals", "many variables", "many signs", "deep", "many decimals"],
)
def test_the_largest_texts_that_are_read_are_read_quickly(text: str) -> None:
    began = time.process_time()
    term = read(text)
    assert time.process_time() - began < 1
    assert read(str(term)) == term


def test_powers_of_variables_may_be_high_where_constants_may_not() -> None:
    assert read("x**10000") == power(x, 10_000)
    with pytest.raises(InputError):
        read("x**10001")


@given(terms(names=(), leaves=6))
@settings(deadline=None)
def test_a_constant_term_is_the_number_it_computes(term: object) -> None:
    try:
        expected = meaning(term, {})
    except ZeroDivisionError:
        with pytest.raises(InputError):
            constant(str(term))
        return
    assert constant(str(term)) == expected


@pytest.mark.parametrize("value", ["x", "1/0", "0**-1", "1/(2 - 2)", 0.1, None, "1e999999999", True])
def test_a_constant_that_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="start of x"):
        constant(value, "start of x")


@pytest.mark.parametrize("name", ["x", "x1", "x_1", "alpha", "e", "N", "X" * 100, "n"])
def test_ordinary_names_are_names(name: str) -> None:
    assert check_name(name) == name and read(name) == Var(name)


@pytest.mark.parametrize(
    "name",
    [None, 3, "", "1x", "x y", "x__y", "_x", "x-y", "\u0445", "pi", "nan", "NaN", "lambda", "len", "x" * 101, b"x"],
)
def test_other_names_are_refused(name: object) -> None:
    with pytest.raises(InputError):
        check_name(name)


@pytest.mark.parametrize(
    "text", ["1if 1else 1", "0xfor x", "2x", "1or x", "1.5in x", "1e5x", "1_000", "x + 1and 1", "1e"]
)
def test_a_numeral_that_runs_into_a_word_is_refused_without_a_warning(text: str) -> None:
    """Python's own parser takes some of these and warns on standard error."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(InputError, match="neither a number nor a name"):
            read(text)
    assert not caught


@pytest.mark.parametrize(
    ("text", "value"), [("1e5", 10**5), ("1.e2", 100), ("x1 - x1 + 2", None), ("1E-1*10", 1), (".5e1", 5)]
)
def test_a_numeral_with_an_exponent_runs_into_no_word(text: str, value: int | None) -> None:
    assert value is None or constant(text) == value
    read(text)
