"""Verdicts on series against a table of textbook answers; SymPy's own verdicts play no part.

Sources: Knopp, *Theory and Application of Infinite Series*; Hardy, *A Course of Pure Mathematics*; Rudin, *Principles*,
chapter 3; Bromwich; Demidovich, *Problems*, 2546-2700; Polya and Szego. Each line: start, term, kind.
"""

import time
from fractions import Fraction

import pytest
import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.verdicts.convergence import verdict
from infinitesimal.truth import Truth

ABSOLUTE = """
1 1/n**2
1 1/n**Rational(3,2)
1 1/n**Rational(11,10)
1 1/n**pi
1 1/(n*(n+1))
1 1/(n**2+n+1)
1 (2*n+1)/(n**2*(n+1)**2)
2 1/(n**2-1)
1 (n**2-3*n+1)/(n**4+5)
1 1/(4*n**2-1)
1 1/(n*sqrt(n+1))
1 (sqrt(n+1)-sqrt(n))/n
1 (sqrt(n+1)-sqrt(n-1))/n
1 n**Rational(1,3)/(n**2+1)
1 sqrt(n**4+1)-n**2
1 1/n-1/(n+1)
1 1/sqrt(n)-1/sqrt(n+1)
1 2/n-1/(n+1)-1/(n+2)
1 log(1+1/n**2)
1 1/n-log(1+1/n)
1 1/n-sin(1/n)
1 1/n-atan(1/n)
1 1-cos(1/n)
1 tan(1/n)-sin(1/n)
1 1-n*sin(1/n)
1 sinh(1/n)/n
1 exp(1/n)-1-1/n
1 log(n)*sin(1/n**2)
1 (1-cos(1/n))*log(n+1)
1 E-(1+1/n)**n-E/(2*n)
1 log(n)/n**2
1 log(n)**10/n**Rational(11,10)
2 1/(n*log(n)**2)
2 1/(n*log(n)**Rational(3,2))
3 1/(n*log(n)*log(log(n))**2)
17 1/(n*log(n)*log(log(n))*log(log(log(n)))**2)
2 log(log(n))/(n*log(n)**2)
2 1/log(n)**log(n)
2 1/log(n)**n
3 1/log(log(n))**log(n)**2
1 1/3**log(n)
1 exp(-sqrt(n))
1 exp(-log(n)**2)
1 exp(-n)
1 exp(-n**2)
2 exp(-sqrt(log(n)))/n
1 n*exp(-n)
1 n**100/2**n
0 2**(-n)
0 (2**n+3**n)/5**n
1 n**2*Rational(2,3)**n
1 (-1)**n*n/3**n
1 n**3*(-Rational(1,2))**n
0 1/factorial(n)
1 2**n/factorial(n)
1 n**2/factorial(n)
1 factorial(n)/n**n
1 3**n*factorial(n)/(2*n)**n/(E-1)**n
1 n**n/(factorial(n)*3**n)
1 factorial(n)**2/factorial(2*n)
1 factorial(n)**2*3**n/factorial(2*n)
1 binomial(2*n,n)/5**n
1 1/binomial(2*n,n)
1 (binomial(2*n,n)/4**n)/n
1 (binomial(2*n,n)/4**n)**3
1 binomial(2*n,n)/4**n/(2*n-1)
1 factorial2(2*n-1)/factorial2(2*n)/(2*n+1)
1 factorial(n)*gamma(n+Rational(1,2))/gamma(n+2)/factorial(n)
1 rf(Rational(1,3),n)/factorial(n)/n
1 rf(Rational(1,2),n)**2/(factorial(n)*rf(3,n))
1 gamma(n+Rational(1,3))/gamma(n+2)
1 binomial(Rational(1,2),n)
0 binomial(-Rational(1,2),n)/(2*n+1)
1 (1-1/n)**(n**2)
1 (n/(n+1))**(n**2)
1 (n/(2*n+1))**n
1 (log(n)/n)**n
1 (n**(1/n)-1)**n
1 1/n**n
1 (1+1/n)**n/n**2
1 n**(1/n)/n**2
1 (n**(1/n)-1)**2
1 1/n**(2+sin(1/n))
1 1/n**(2-1/n)
1 fibonacci(n)/2**n
1 1/fibonacci(n)
1 lucas(n)/3**n
1 n*fibonacci(n)/10**n
1 (-1)**n/(fibonacci(n)*fibonacci(n+1))
1 harmonic(n)/n**2
1 harmonic(n)/2**n
1 harmonic(n)**2/n**2
1 1/(n*harmonic(n)**2)
1 (harmonic(n)-log(n)-EulerGamma)/n
1 harmonic(n)-log(n)-EulerGamma-1/(2*n)
1 sin(n)/n**2
1 sin(n**2)/n**2
1 cos(n**3)/n**Rational(3,2)
1 Abs(cos(n))/n**2
1 (2+sin(n))/n**2
1 1/(n**2*(2+sin(n)))
1 1/(n**2+sin(n))
1 sin(n)**n/n**2
1 atan(n)/n**2
1 atan(1/n**2)
1 pi/2-atan(n**2)
1 atan(2/n**2)
1 sin(1/n)/n
1 sin(1/n)**2
1 tanh(n)/n**2
1 1/sinh(n)
1 1/cosh(n)
1 1-tanh(n)
1 (-1)**n/n**2
1 (-1)**n*log(n)/n**2
0 (-1)**n/(2*n+1)**3
1 (-1)**floor(n/2)/n**2
1 Mod(n,3)/n**2
1 floor(n/2)/n**3
1 floor(sqrt(n))/n**2
0 (3+(-1)**n)**(-n)
1 1/(2+(-1)**n)**n*2**(-n)
1 ((1+cos(n))/3)**4/n**2
1 (-1)**n*(sqrt(n+1)-sqrt(n))/n
1 (-1)**n*(n**(1/n)-1)/n
0 1/2**(2**n)
0 2**n/(3**(2**n)+1)
1 cos(2*pi*n/3)/n**2
1 sin(n)**2/n**2
1 cos(1/n)**(n**3)
1 exp(sin(n))/n**2
1 1/n-1/(n+1)-1/(n*(n+1))
1 1/fibonacci(2**n)
1 log(1-1/(n+1)**2)
1 log(n+1)-log(n)-1/n
1 1/(n**2*log(n+1))
1 factorial(n)**3*27**n/(factorial(3*n)*n**3)
1 log(factorial(n))/n**3
1 (log(factorial(n))-n*log(n)+n-log(2*pi*n)/2)/n
1 sin(pi*n**2/(n+1))/n**2
1 sin(pi*sqrt(n**2+1))**2
1 log(1+(-1)**n/n)-(-1)**n/n
"""

CONDITIONAL = """
1 (-1)**n/n
1 (-1)**(n+1)/sqrt(n)
2 (-1)**n/log(n)
3 (-1)**n/log(log(n))
0 (-1)**n/(2*n+1)
1 (-1)**n*log(n)/n
1 (-1)**n*log(n)**5/n**Rational(1,10)
1 (-1)**n*n/(n**2+1)
1 (-1)**n*sqrt(n)/(n+100)
1 (-1)**n*(n**(1/n)-1)
1 (-1)**n*sin(1/n)
1 (-1)**n*atan(1/n)
1 (-1)**n*(1-n*log(1+1/n))
1 (-1)**n*(sqrt(n+1)-sqrt(n))
1 (-1)**n*(sqrt(n**2+1)-n)
1 (-1)**n*(E-(1+1/n)**n)
1 (-1)**n*harmonic(n)/n
1 (-1)**n*binomial(2*n,n)/4**n
1 (-1)**n*(binomial(2*n,n)/4**n)**2
1 (-1)**n*rf(Rational(1,3),n)/factorial(n)
1 (-1)**n*factorial2(2*n-1)/factorial2(2*n)
1 binomial(-Rational(1,2),n)
1 (-1)**n*factorial(n)*E**n/n**(n+1)
1 (-1)**n/n**(1+1/n)
1 (-1)**n*n**(1/n)/n
1 (-1)**n*(1+1/n)**n/n
2 (-1)**n/(n+(-1)**n)
2 (-1)**n/(n*log(n))
1 (-1)**n/(n+sin(n))
2 log(1+(-1)**n/n)
2 (-1)**n/(n**Rational(2,3)+(-1)**n)
1 (-1)**n*log(1+1/n)
1 (-1)**n*pi/2-(-1)**n*atan(n)
1 (-1)**n/log(factorial(n+1))
1 sin(n)/n
1 cos(n)/sqrt(n)
2 sin(n)/log(n)
1 sin(2*n)*log(n)/n
1 sin(n)*cos(n)/n
1 sin(n)*sin(n**2)/n**2+sin(n)/n
1 sin(n)**3/n
1 sin(n)/(n+sin(n))
1 sin(n)*sin(1/n)
1 cos(n)*atan(n)/n
1 cos(n)/n*(1+1/n)**n
1 sin(n+1/n)/n
1 (-1)**n*sin(n)/n
1 (-1)**n*cos(2*n)/sqrt(n)
1 (-1)**n*cos(n)**2/n
1 sin(sqrt(2)*n)/n
1 cos(2*pi*n/3)/n
1 sin(pi*n/4)/n
1 sin(pi*n/3)/sqrt(n)
1 cos(pi*n/2)/n
2 cos(2*pi*n/5)/log(n)
1 (-1)**floor(n/2)/n
1 (-1)**floor(n/3)/sqrt(n)
2 (-1)**floor(n/2)/log(n)
1 (-1)**(n*(n+1)/2)/n
1 (-1)**(n*(n-1)/2)/sqrt(n)
1 (Mod(n,3)-1)/n
1 sin(pi*sqrt(n**2+1))
1 cos(pi*sqrt(n**2+n))
1 cos(pi*n)*sin(1/n)
1 sin(sqrt(n))/n
1 cos(log(n))/n*0+sin(n)/n
1 sin(n)/harmonic(n)
1 sin(n)*harmonic(n)/n
1 cos(n)*binomial(2*n,n)/4**n
1 (-1)**n/n+1/n**2
1 sin(n)/sqrt(n)+(-1)**n/n
"""

DIVERGENT = """
1 1/n|to +oo
1 1/sqrt(n)|to +oo
1 -1/n**Rational(9,10)|to -oo
1 n/(n+1)|to +oo
1 1|to +oo
1 -n**2|to -oo
0 2**n|to +oo
0 (-1)**n|oscillates
1 (-1)**n+1/n|to +oo
1 1-2*(-1)**n|to +oo
1 (-1)**n*n-1|terms do not vanish
1 2**n*(1+3*(-1)**n)|terms do not vanish
0 (-2)**n|oscillates
1 (-1)**n*n/(n+1)|oscillates
1 (-1)**n*(1+1/n)**n|oscillates
1 (-1)**n*n**(1/n)|oscillates
1 (-1)**n*atan(n)|oscillates
1 (-1)**n*log(n)|oscillates
1 sin(n)|oscillates
1 cos(pi*n/3)|oscillates
1 cos(n**2)|terms do not vanish
1 n*sin(1/n)|to +oo
1 cos(1/n)|to +oo
1 n**(1/n)|to +oo
1 (1-1/n)**n|to +oo
1 1/n**(1/n)|to +oo
1 1/n**(1+1/n)|to +oo
1 1/(2*n-1)|to +oo
1 (n+1)/(n**2+1)|to +oo
1 sqrt(n+1)-sqrt(n)|to +oo
1 sqrt(n**2+1)-n|to +oo
1 log(1+1/n)|to +oo
1 log(n/(n+1))|to -oo
1 sin(1/n)|to +oo
1 tan(1/n)|to +oo
1 atan(1/n)|to +oo
1 exp(1/n)-1|to +oo
1 n**(1/n)-1|to +oo
1 2**(1/n)-1|to +oo
1 E-(1+1/n)**n|to +oo
2 1/log(n)|to +oo
2 1/(n*log(n))|to +oo
3 1/(n*log(n)*log(log(n)))|to +oo
17 1/(n*log(n)*log(log(n))*log(log(log(n))))|to +oo
2 1/(n*sqrt(log(n)))|to +oo
2 1/log(n)**10|to +oo
2 1/log(factorial(n))|to +oo
2 1/log(n)**log(log(n))|to +oo
1 log(n)/n|to +oo
1 1/2**log(n)|to +oo
1 1/(n*harmonic(n))|to +oo
1 harmonic(n)/n|to +oo
1 1/harmonic(n)|to +oo
1 factorial(n)/10**n|to +oo
1 n**n/factorial(n)|to +oo
1 n**n/(factorial(n)*2**n)|to +oo
1 factorial(n)*E**n/n**n|to +oo
1 factorial(n)*E**n/n**(n+1)|to +oo
1 binomial(2*n,n)/4**n|to +oo
1 (binomial(2*n,n)/4**n)**2|to +oo
1 factorial(n)**2*4**n/factorial(2*n)|to +oo
1 rf(Rational(1,2),n)/factorial(n)|to +oo
1 gamma(n+Rational(1,2))/gamma(n+Rational(3,2))|to +oo
1 fibonacci(n)/Rational(3,2)**n|to +oo
1 sin(n)**2/n|to +oo
1 Abs(sin(n))/n|to +oo
1 Abs(cos(n))/sqrt(n)|to +oo
1 (1+sin(n))/n|to +oo
1 1/(n*(2+sin(n)))|to +oo
1 1/(n+sin(n))|to +oo
1 (1+(-1)**n)/n|to +oo
1 1/(n+2*(-1)**n+3)|to +oo
2 (-1)**n/(sqrt(n)+(-1)**n)|to -oo
2 log(1+(-1)**n/sqrt(n))|to -oo
1 (-1)**n/n+1/(n+1)|to +oo
1 (-1)**n/sqrt(n)+1/n|to +oo
1 sin(log(n))/n|oscillates
1 cos(log(n))/n|oscillates
1 sin(sqrt(n))/sqrt(n)|oscillates
1 Mod(n,3)/n|to +oo
1 floor(n/2)/n**2|to +oo
1 Abs(cos(pi*n/3))/n|to +oo
1 (2+(-1)**n)**n/3**n|to +oo
1 exp(-sqrt(log(n)))|to +oo
1 1/exp(log(log(n+2))**2)|to +oo
1 tanh(n)|to +oo
1 cos(1/n)**(n**2)|to +oo
1 atan(n)/n|to +oo
"""


def read(text: str) -> sympy.Expr:
    names = {"n": n, "rf": sympy.rf, "EulerGamma": sympy.EulerGamma, "fibonacci": sympy.fibonacci}
    return sympy.sympify(text, locals=names)


def rows(table: str) -> list[tuple[int, str, str]]:
    found = []
    for line in table.strip().splitlines():
        start, rest = line.split(" ", 1)
        term, _, manner = rest.partition("|")
        found.append((int(start), term, manner))
    return found


@pytest.mark.parametrize(("start", "term", "manner"), rows(ABSOLUTE))
def test_absolute(start, term, manner):
    answer = verdict(Summand(read(term), start))
    assert (answer.truth, answer.kind, answer.manner) == (Truth.TRUE, "absolute", "")
    assert answer.test and answer.reason


@pytest.mark.parametrize(("start", "term", "manner"), rows(CONDITIONAL))
def test_conditional(start, term, manner):
    answer = verdict(Summand(read(term), start))
    assert (answer.truth, answer.kind, answer.manner) == (Truth.TRUE, "conditional", "")
    assert answer.hypotheses


@pytest.mark.parametrize(("start", "term", "manner"), rows(DIVERGENT))
def test_divergent(start, term, manner):
    answer = verdict(Summand(read(term), start))
    assert (answer.truth, answer.kind, answer.manner) == (Truth.FALSE, "divergent", manner)


@pytest.mark.parametrize("term", ["sin(n**2)/n", "tan(n)/n**2", "1/(n**3*sin(n)**2)", "(-1)**floor(n*sqrt(2))/n"])
def test_outside_the_class_is_unknown(term):
    answer = verdict(Summand(read(term), 1))
    assert (answer.truth, answer.kind) == (Truth.UNKNOWN, None)
    assert answer.reason


ALL = [(s, t) for table in (ABSOLUTE, CONDITIONAL, DIVERGENT) for s, t, _ in rows(table)]


@pytest.mark.parametrize(("start", "term"), ALL[::3])
def test_start_and_constant_factors_leave_the_verdict_alone(start, term):
    a = Summand(read(term), start)
    kind = verdict(a).kind
    assert verdict(Summand(a.expr, start + 5)).kind == kind
    assert verdict(a.times(sympy.Rational(-7, 3))).kind == kind
    assert verdict(a.times(sympy.sqrt(2) - sympy.pi)).kind == kind
    assert verdict(Summand(a.expr.subs(n, n + 3), start)).kind == kind


def test_the_tests_are_the_ones_of_the_textbooks():
    expected = {
        "1/n**2": "p-series", "2**(-n)": "geometric series", "n/2**n": "ratio test", "(n/(2*n+1))**n": "root test",
        "1/(n**2+1)": "limit comparison test", "1/((n+1)*log(n+1)**2)": "integral test", "(-1)**n/n": "Leibniz test",
        "sin(n)/n": "Dirichlet test", "n/(n+1)": "n-th term test", "binomial(2*n,n)/4**n": "Raabe test",
        "(binomial(2*n,n)/4**n)**2": "Gauss test", "sin(n)/n**2": "comparison test",
    }  # fmt: skip
    assert {term: verdict(Summand(read(term), 1)).test for term in expected} == expected


def test_no_verdict_is_slow():
    times = []
    for start, term in ALL:
        begin = time.perf_counter()
        verdict(Summand(read(term), start))
        times.append(time.perf_counter() - begin)
    assert sorted(times)[len(times) // 2] < 0.1
    assert max(times) < 10


X = sympy.Symbol("x")


@pytest.mark.parametrize(
    ("expr", "kind", "condition"),
    [
        (X**n / n, "absolute", sympy.Abs(X) < 1),
        (X**n / n**2, "absolute", sympy.Abs(X) <= 1),
        (X**n / sympy.factorial(n), "absolute", None),
        (sympy.factorial(n) * X**n, "absolute", sympy.Eq(X, 0)),
        (sympy.binomial(2 * n, n) * X**n, "absolute", sympy.Abs(X) < Fraction(1, 4)),
        ((-1) ** n * X ** (2 * n + 1) / (2 * n + 1), "absolute", sympy.Abs(X) < 1),
        (n**-X, "absolute", sympy.re(X) > 1),
        (sympy.exp(-n * X), "absolute", sympy.re(X) > 0),
        (sympy.binomial(X, n) / 2**n, "absolute", None),
    ],
)
def test_parameters(expr, kind, condition):
    answer = verdict(Summand(expr, 1))
    assert (answer.kind, answer.condition) == (kind, condition)


def test_the_edges_of_a_disc_are_reported():
    edges = [str(h) for h in verdict(Summand(X**n / n, 1)).hypotheses[1:]]
    assert "diverges to +oo" in edges[0]
    assert "converges conditionally" in edges[1]


def test_a_constant_term_with_a_parameter_is_named_as_such():
    found = verdict(Summand(X**-2, 1))
    assert (found.kind, found.condition) == ("divergent", sympy.Ne(X**-2, 0))
    assert found.reason == "all terms are x**(-2)"
    assert "times the constant x" in verdict(Summand(X / n, 1)).reason


def test_high_powers_are_not_multiplied_out():
    begin = time.perf_counter()
    term = (n + 1) ** 500 / n**600 - 1 / (n - sympy.Rational(1, 2)) ** 100
    assert verdict(Summand(term, 1)).kind == "absolute"
    assert time.perf_counter() - begin < 3
    assert verdict(Summand((n + 1) ** 2 - n**2 - 2 * n - 1, 1)).kind == "absolute"


@pytest.mark.parametrize(
    ("start", "term", "kind"),
    [
        (1, "1/2**factorial(n)", "absolute"), (1, "2**factorial(n)", "divergent"), (1, "exp(-gamma(n))", "absolute"),
        (1, "2**factorial(n)/3**factorial(n)", "absolute"), (1, "3**factorial(n)/2**factorial(n)", "divergent"),
        (1, "(1+2**factorial(n))/(1+3**factorial(n))", "absolute"), (1, "1/factorial(factorial(n))", "absolute"),
        (1, "coth(n)-1", "absolute"), (1, "sech(n)", "absolute"), (1, "csch(1/n)/n**2", "divergent"),
        (1, "zeta(n+1)-1", "absolute"), (1, "zeta(2*n)-1-1/4**n", "absolute"), (2, "zeta(log(n)+2)-1", "divergent"),
        (1, "asinh(1/n)-1/n", "absolute"), (2, "atanh(1/n)", "divergent"), (1, "cot(1/n)/n**3", "absolute"),
        (1, "1/factorial2(n)", "absolute"), (1, "factorial2(n)/factorial2(n+1)", "divergent"),
    ],
)  # fmt: skip
def test_functions_that_grow_fast_or_have_two_parities(start, term, kind):
    assert verdict(Summand(read(term), start)).kind == kind
