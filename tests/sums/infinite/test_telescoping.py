"""Telescoping, geometric, lacunary and Fibonacci sums: values of the literature and partial sums."""

import pytest
import sympy
from sympy import E, Rational, S, atan, cos, cot, coth, log, pi, sin, sqrt, tanh

from infinitesimal.sums.infinite import fibonacci_sums, geometric, lacunary, telescoping
from infinitesimal.sums.infinite.arctangents import combined
from tests.sums.closed_form_checks import meets_partial_sum, read

GEOMETRIC = [
    ("n/2**n", 0, S(2)),
    ("exp(-n)", 0, E / (E - 1)),
    ("(pi/4)**n", 0, 4 / (4 - pi)),
    ("(2**n+3**n)/6**n", 0, Rational(7, 2)),
    ("n**5/2**n", 0, S(1082)),
    ("2**(-n/2)", 0, 2 + sqrt(2)),
    ("(-1)**n*(2*n+1)/3**(2*n+1)", 3, Rational(-17, 6075)),
    ("cos(n)/2**n", 0, (4 - 2 * cos(1)) / (5 - 4 * cos(1))),
    ("cos(pi*n/3)/2**n", 0, S(1)),
    ("n**2*(sqrt(2)-1)**n", 0, sqrt(2) + Rational(3, 2)),
]

TELESCOPING = [
    ("n/(n**4+n**2+1)", 1, Rational(1, 2)),
    ("1/(n*(n+1)*(n+2))", 1, Rational(1, 4)),
    ("(2*n+1)/(n**2*(n+1)**2)", 1, S(1)),
    ("2**n/((2**n-1)*(2**(n+1)-1))", 1, S(1)),
    ("6**n/((3**n-2**n)*(3**(n+1)-2**(n+1)))", 1, S(2)),
    ("3**n/((3**n-1)*(3**(n+2)-1))", 1, Rational(5, 64)),
    ("atan(1/(n**2+n+1))", 1, pi / 4),
    ("atan(2/n**2)", 1, 3 * pi / 4),
    ("atan(1/(2*n**2))", 1, pi / 4),
    ("atan(8*n/(n**4-2*n**2+5))", 1, pi - atan(Rational(1, 2))),
    ("atan(2*n/(n**4+n**2+2))", 1, pi / 4),
    ("(-1)**(n+1)*atan(2/n**2)", 1, pi / 4),
    ("(-1)**n*atan(1/(2*n+1))", 0, atan(tanh(pi / 4))),
    ("(-1)**(n+1)*atan(1/(2*n**2))", 1, 2 * atan(tanh(pi / 4)) - pi / 4),
    ("atan(1/n**2)", 1, pi / 4 - atan(tanh(pi / sqrt(2)) / sympy.tan(pi / sqrt(2)))),
    ("1/(sqrt(n)*(n+1)+n*sqrt(n+1))", 1, S(1)),
    ("(sqrt(n+1)-sqrt(n))/sqrt(n**2+n)", 1, S(1)),
    ("sqrt(n+2)-2*sqrt(n+1)+sqrt(n)", 0, S(-1)),
    ("sqrt(1+1/n**2+1/(n+1)**2)-1", 1, S(1)),
    ("sqrt(n**2+1)-sqrt((n+1)**2+1)+1", 0, S(1)),
    ("tan(2**(-n))/2**n", 1, 1 - cot(1)),
    ("3**n*sin(3**(-n))**3", 0, (3 - sin(3)) / 4),
    ("log(cos(2**(-n)))", 1, log(sin(1))),
    ("1/sinh(2**n)", 1, coth(1) - 1),
    ("(-1)**n*cos(3**n)**3/3**n", 0, 3 * cos(1) / 4),
    ("4**n*sin(2**(-n))**4", 0, 1 - sin(2) ** 2 / 4),
    ("log((1+2*cos(2*3**(-n)))/3)", 1, log(sin(1))),
]

LACUNARY = [
    ("2**n/(2**(2**n)+1)", 0, S(1)),
    ("3**(-2**n)/(1-3**(-2**(n+1)))", 0, Rational(1, 2)),
    ("log(1+3**(-2**n))", 0, log(Rational(3, 2))),
    ("1/fibonacci(2**n)", 0, (7 - sqrt(5)) / 2),
    ("1/fibonacci(3*2**n)", 0, Rational(7, 4) - sqrt(5) / 2),
]

FIBONACCI = [
    ("fibonacci(n)/2**n", 0, S(2)),
    ("n*fibonacci(n)/3**n", 0, Rational(6, 5)),
    ("fibonacci(n)**2/3**n", 0, Rational(3, 2)),
    ("fibonacci(n)/10**(n+1)", 0, Rational(1, 89)),
    ("lucas(n)/2**n", 0, S(6)),
    ("fibonacci(n)*lucas(n)/3**n", 0, S(3)),
    ("(-1)**(n+1)/(fibonacci(n)*fibonacci(n+1))", 1, (sqrt(5) - 1) / 2),
    ("1/(fibonacci(n)*fibonacci(n+2))", 1, S(1)),
    ("fibonacci(n+1)/(fibonacci(n)*fibonacci(n+2))", 1, S(2)),
    ("1/(fibonacci(2*n-1)*fibonacci(2*n+1))", 1, (sqrt(5) - 1) / 2),
    ("(-1)**n/(lucas(n)*lucas(n+1))", 0, sqrt(5) / 10),
    ("1/(fibonacci(n)*fibonacci(n+4))", 1, Rational(7, 18)),
    ("fibonacci(n)/(n*2**n)", 1, 4 * sqrt(5) * log((1 + sqrt(5)) / 2) / 5),
    ("atan(1/fibonacci(2*n+1))", 0, pi / 2),
    ("1/(1+fibonacci(2*n+1))", 0, sqrt(5) / 2),
    ("1/(3+lucas(2*n))", 0, sqrt(5) / 5 + Rational(1, 10)),
    ("2/(fibonacci(2*n+1)-2)", 2, Rational(21, 8) - 3 * sqrt(5) / 4),
]


@pytest.mark.parametrize(
    ("module", "cases"),
    [(geometric, GEOMETRIC), (telescoping, TELESCOPING), (lacunary, LACUNARY), (fibonacci_sums, FIBONACCI)],
)
def test_values_of_the_literature(module: object, cases: list[tuple[str, int, sympy.Expr]]) -> None:
    for text, start, value in cases:
        found = module.closed_form(read(text, start))  # type: ignore[attr-defined]
        assert found is not None, text
        assert abs((found - value).evalf(50, maxn=200, strict=False)) < 10**-45, text


@pytest.mark.parametrize(
    ("module", "text", "start", "count", "distance"),
    [
        (geometric, "n*sin(2*n+1)/3**n", 2, 150, "1e-30"),
        (geometric, "sinh(n)/3**n", 0, 400, "1e-15"),
        (geometric, "n**3/sqrt(2)**n", 1, 300, "1e-30"),
        (telescoping, "exp(n)/((exp(n)+1)*(exp(n+1)+1))", 0, 90, "1e-30"),
        (telescoping, "1/(cosh(n)*cosh(n+1))", 0, 60, "1e-30"),
        (telescoping, "tan(pi/2**n)/2**n", 2, 60, "1e-30"),
        (telescoping, "atan(8/(n+1)**2)", 1, 400, "2.1e-2"),
        (telescoping, "1/(n*sqrt(n+2)+(n+2)*sqrt(n))", 1, 400, "6e-2"),
        (lacunary, "2**n/(exp(2**n)+1)", 0, 8, "1e-30"),
        (lacunary, "log(1-3**(-2**n)+3**(-2**(n+1)))", 1, 8, "1e-30"),
        (fibonacci_sums, "fibonacci(n)/factorial(n)", 0, 60, "1e-30"),
        (fibonacci_sums, "1/(lucas(2*n-1)*lucas(2*n+1))", 1, 80, "1e-30"),
        (fibonacci_sums, "lucas(n)/(n*3**n)", 1, 150, "1e-30"),
    ],
)
def test_values_are_near_partial_sums(module: object, text: str, start: int, count: int, distance: str) -> None:
    value = module.closed_form(read(text, start))  # type: ignore[attr-defined]
    assert value is not None
    assert meets_partial_sum(read(text, start), value, count, distance)


@pytest.mark.parametrize(
    ("module", "text", "start"),
    [
        (geometric, "2**n", 0),
        (geometric, "1/n", 1),
        (geometric, "cos(n)", 0),
        (telescoping, "1/n**2", 1),
        (telescoping, "1/(2**n+1)", 0),
        (telescoping, "atan(1/n)", 1),
        (telescoping, "sqrt(n+1)-sqrt(n)", 0),
        (telescoping, "log(cos(1/n))", 1),
        (lacunary, "1/2**(2**n)", 0),
        (fibonacci_sums, "1/fibonacci(n)", 1),
        (fibonacci_sums, "fibonacci(n)", 0),
        (lacunary, "1/fibonacci(n)", 1),
    ],
)
def test_none_outside_the_class(module: object, text: str, start: int) -> None:
    assert module.closed_form(read(text, start)) is None  # type: ignore[attr-defined]


def test_the_start_only_takes_terms_away() -> None:
    for module, text in ((telescoping, "atan(2/(n+1)**2)"), (fibonacci_sums, "1/(fibonacci(n+1)*fibonacci(n+3))")):
        whole, rest = (module.closed_form(read(text, start)) for start in (0, 4))
        prefix = sympy.Add(*(read(text, 0).value(k) for k in range(4)))
        assert abs((whole - rest - prefix).evalf(60)) < 10**-50


def test_arctangents_are_combined_with_their_multiple_of_pi() -> None:
    assert combined(atan(S(1)) + atan(S(2)) + atan(S(3))) == pi
    assert combined(4 * atan(Rational(1, 5)) - atan(Rational(1, 239))) == pi / 4
