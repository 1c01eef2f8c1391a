"""Hypergeometric sums: the values of the literature, enclosures of the series, and exact partial sums."""

import pytest
import sympy
from flint import fmpq
from sympy import Rational, S, exp, log, pi, sqrt

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.constant_table import TABLE
from infinitesimal.sums.infinite.contiguous import Known, reduce
from infinitesimal.sums.infinite.exponential_type import closed_form as exponential_form
from infinitesimal.sums.infinite.hypergeometric import closed_form
from infinitesimal.sums.infinite.summation_theorems import theorem_values
from infinitesimal.sums.summands.evaluation import rational_at
from infinitesimal.sums.summands.gamma_values import gamma_value
from infinitesimal.sums.summands.hypergeometric_terms import Family, NotHypergeometric, read_product, read_sum
from infinitesimal.sums.summands.summand import Summand
from tests.sums.closed_form_checks import meets_enclosure, read

SQRT5 = sqrt(5)

EXACT = [
    ("1/binomial(2*n,n)", 1, Rational(1, 3) + 2 * sqrt(3) * pi / 27),
    ("binomial(2*n,n)/4**n/(2*n+1)", 0, pi / 2),
    ("binomial(2*n,n)/8**n", 0, sqrt(2)),
    ("2**n/binomial(2*n,n)", 0, 2 + pi / 2),
    ("1/(n**2*binomial(2*n,n))", 1, pi**2 / 18),
    ("1/(n*binomial(2*n,n))", 1, sqrt(3) * pi / 9),
    ("(-1)**n/(n**3*binomial(2*n,n))", 1, -2 * sympy.zeta(3) / 5),
    ("catalan(n)/4**n", 0, S(2)),
    ("binomial(2*n,n)**2/16**n/(n+1)", 0, 4 / pi),
    ("binomial(2*n,n)**3*(42*n+5)/2**(12*n+4)", 0, 1 / pi),
    ("(-1)**n*(4*n+1)*binomial(2*n,n)**3/64**n", 0, 2 / pi),
    ("factorial(n)**2*2**(n+1)/factorial(2*n+1)", 0, pi),
    ("(-1)**n/binomial(2*n,n)", 0, Rational(4, 5) - 4 * SQRT5 * log((1 + SQRT5) / 2) / 25),
    ("binomial(Rational(1,2),n)*(-1)**n", 0, S(0)),
    ("1/binomial(n+3,3)", 0, Rational(3, 2)),
    ("n**3/factorial(n)", 0, 5 * sympy.E),
    ("1/factorial(n)/(n+2)", 0, S(1)),
    ("(-1)**n*pi**(2*n+1)/factorial(2*n+1)", 0, S(0)),
    ("(-1)**n*4**n/factorial(2*n)", 0, sympy.cos(2)),
    ("1/factorial(n)**2", 0, sympy.besseli(0, 2)),
    ("sinh(n)/factorial(n)", 0, (exp(sympy.E) - exp(exp(-1))) / 2),
]

ENCLOSED = [
    ("n/binomial(2*n,n)", 1),
    ("n**2*2**n/binomial(2*n,n)", 0),
    ("4**n/(n**2*binomial(2*n,n))", 1),
    ("1/((2*n-1)*binomial(2*n,n))", 1),
    ("1/(n*2**n*binomial(2*n,n))", 3),
    ("(-1)**n/(n*binomial(2*n,n))", 1),
    ("binomial(2*n,n)**2/32**n", 0),
    ("n*binomial(2*n,n)**2/32**n", 0),
    ("(-1)**n*binomial(2*n,n)**2/16**n", 0),
    ("binomial(2*n,n)**2/20**n", 0),
    ("binomial(2*n,n)**2/16**n/(2*n-1)**2", 0),
    ("binomial(2*n,n)**3/64**n", 0),
    ("binomial(3*n,n)/8**n", 0),
    ("n*binomial(3*n,n)/8**n", 0),
    ("(-1)**n*binomial(3*n,n)/8**n", 2),
    ("rf(Rational(1,3),n)*rf(Rational(1,2),n)/factorial(n)/rf(2,n)", 0),
    ("binomial(Rational(1,3),n)/3**n", 0),
    ("rf(Rational(1,4),n)*rf(Rational(3,4),n)/factorial(n)**2/2**n", 0),
    ("binomial(2*n,n)/(n*8**n)", 1),
    ("gamma(n+Rational(1,3))**2/gamma(n+1)/gamma(n+Rational(5,2))", 0),
    ("binomial(2*n,n)**2/(16**n*(2*n+3))", 0),
    ("1/factorial(3*n+1)", 0),
    ("(-1)**n/factorial(4*n)", 0),
    ("1/factorial(5*n+2)", 1),
    ("n**2/factorial(n+2)", 0),
    ("1/(n*factorial(n))", 1),
    ("(-2)**n/(n*factorial(n))", 1),
    ("1/(factorial(n)*(2*n+1))", 0),
    ("(-2)**n*factorial(n)/factorial(2*n+1)", 0),
    ("factorial(n)/factorial(2*n)", 0),
    ("n/(factorial(n)*factorial(n+2))", 0),
    ("binomial(2*n,n)/factorial(n)", 0),
    ("(-1)**n/(factorial(n)*factorial(n+1))", 0),
    ("n**4/factorial(2*n+1)", 2),
]


@pytest.mark.parametrize(("text", "start", "value"), EXACT)
def test_values_of_the_literature(text: str, start: int, value: sympy.Expr) -> None:
    found = closed_form(read(text, start))
    assert found is not None
    assert sympy.expand(found - value) == 0


@pytest.mark.parametrize(("text", "start"), ENCLOSED)
def test_closed_forms_meet_the_enclosure(text: str, start: int) -> None:
    a = read(text, start)
    value = closed_form(a)
    assert value is not None
    assert meets_enclosure(a, value)


@pytest.mark.parametrize(("text", "start", "value", "source"), TABLE)
def test_every_line_of_the_table(text: str, start: int, value: str, source: str) -> None:
    assert source
    assert meets_enclosure(read(text, start), sympy.sympify(value), 200)


@pytest.mark.parametrize(
    "text", ["binomial(2*n,n)/4**n", "factorial(n)/2**n", "binomial(2*n,n)**4*(4*n+1)/256**n", "2**n"]
)
def test_divergent_terms_have_no_sum(text: str) -> None:
    assert closed_form(read(text, 0)) is None


@pytest.mark.parametrize(
    ("text", "start"), [("1/factorial(n)**3", 0), ("1/(n-3)/factorial(n)", 1), ("log(n)/factorial(n)", 1)]
)
def test_none_outside_the_class(text: str, start: int) -> None:
    assert closed_form(read(text, start)) is None


@pytest.mark.parametrize("start", range(5))
def test_the_start_only_takes_terms_away(start: int) -> None:
    text = "(n**2+3)*binomial(2*n,n)/10**n/(n+1)"
    whole, rest = (closed_form(read(text, k)) for k in (0, start))
    assert whole is not None
    assert rest is not None
    prefix = sum((rational_at(read(text, 0).expr, k) or fmpq(0) for k in range(start)), fmpq(0))
    assert sympy.expand(whole - rest - Rational(int(prefix.p), int(prefix.q))) == 0


@pytest.mark.parametrize(
    "text",
    [
        "binomial(2*n,n)/(2*n+1)",
        "factorial(3*n+2)/factorial(n)**3",
        "factorial2(2*n-1)/factorial2(2*n)",
        "catalan(n+1)",
        "gamma(n+Rational(7,2))/gamma(Rational(7,2))",
        "rf(n+1,n)/factorial(n+3)",
        "binomial(2*n,n+2)",
        "binomial(n+5,n)",
        "binomial(Rational(-1,2),n)",
        "(n-2)/factorial(2*n-3)",
        "sinh(n)/factorial(n)",
        "binomial(-3,n)",
    ],
)
def test_the_normal_form_is_the_term(text: str) -> None:
    expr = read(text, 0).expr
    products = read_sum(expr)
    for k in range(3, 9):
        value = sympy.Add(*(p.constant * p.rational.subs(n, k) * p.family.value(k) for p in products))
        assert sympy.expand((value - expr.subs(n, k)).rewrite(sympy.exp)) == 0


def test_shifted_terms_share_their_family() -> None:
    families = {read_product(read(t, 0).expr).family for t in ("binomial(2*n,n)", "binomial(2*n+4,n+1)", "catalan(n)")}
    assert families == {Family(S(4), ((S.One, -1), (S.Half, 1)))}


def test_other_functions_are_refused() -> None:
    with pytest.raises(NotHypergeometric):
        read_product(sympy.sin(n) / sympy.factorial(n))


def test_a_reduction_is_an_identity_of_terms() -> None:
    family = Family(Rational(1, 3), ((S.Half, 2), (S.One, -2)))
    known = [Known(S.One, S.Zero), Known(n, S.Zero)]
    rational = (n**3 + 1) / (n + 1) ** 2
    found = reduce(family, rational, known)
    assert found is not None
    for k in range(6):
        difference = found.telescope.subs(n, k + 1) * family.value(k + 1) - found.telescope.subs(n, k) * family.value(k)
        combined = sum(w * item.rational.subs(n, k) * family.value(k) for w, item in found.weights)
        assert rational.subs(n, k) * family.value(k) == combined + difference


@pytest.mark.parametrize(
    ("z", "classes"),
    [
        (S.One, ((S(1) / 3, 1), (S(1) / 2, 1), (S.One, -2))),
        (S.NegativeOne, ((S(1) / 3, 1), (S(1) / 3, 1), (S.One, -2))),
        (S.Half, ((S(1) / 4, 1), (S(3) / 4, 1), (S.One, -2))),
        (S.One, ((S.Half, 3), (S.One, -3))),
        (S.NegativeOne, ((S.Half, 3), (S.One, -3))),
        (S.One, ((S(1) / 3, 3), (S.One, -3))),
    ],
)
def test_summation_theorems_meet_the_enclosure(z: sympy.Expr, classes: tuple[tuple[sympy.Expr, int], ...]) -> None:
    found = theorem_values(Family(z, classes), frozenset())
    assert found
    term = sympy.Mul(z**n, *(sympy.RisingFactorial(c, n) ** e for c, e in classes))
    for known in found[:3]:
        assert meets_enclosure(Summand(sympy.factor(known.rational) * term, 0), known.value, 100)


@pytest.mark.parametrize(
    "x", [Rational(1, 6), Rational(3, 8), Rational(11, 8), Rational(2, 3), Rational(-7, 4), Rational(17, 5)]
)
def test_gamma_values(x: sympy.Rational) -> None:
    assert abs((gamma_value(x) - sympy.gamma(x)).evalf(40)) < 10**-35


@pytest.mark.parametrize("text", ["cos(n)/factorial(n)", "n*sin(2*n)/factorial(n)", "sin(n)**2/(3**n*factorial(n))"])
def test_waves_over_factorials(text: str) -> None:
    value = exponential_form(read(text, 0))
    assert value is not None
    assert meets_enclosure(read(text, 0), value, 100)
