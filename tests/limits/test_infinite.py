"""Series by name: limit, partial sums, remainder, enough and enclosure agree with one another, and with brute force."""

from fractions import Fraction
from math import factorial

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import bfloat16, binary16
from infinitesimal.arithmetics.symbolic import n
from infinitesimal.contrasts.contrast import contrast
from infinitesimal.errors import BudgetSpent, Diverges, InputError, Undecided, Undefined
from infinitesimal.interval import Interval
from infinitesimal.limits.enclosures import enclose
from infinitesimal.limits.enough import enough
from infinitesimal.limits.limit import converges, limit, rate
from infinitesimal.limits.remainders import partial_sum, remainder
from infinitesimal.limits.summation import accelerate, summation
from infinitesimal.limits.values import at, steps, values
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import geometric, series, zeno
from infinitesimal.runs.run import run
from infinitesimal.sums.enclosures.remainders import RemainderBounds
from infinitesimal.truth import Truth

KNOWN = {
    "1/n**2": sympy.pi**2 / 6,
    "(-1)**(n+1)/n": sympy.log(2),
    "1/factorial(n)": sympy.E - 1,
    "n/2**n": Fraction(2),
    "1/(n*(n+1))": Fraction(1),
    "fibonacci(n)/2**n": Fraction(2),
    "harmonic(n)/n**2": 2 * sympy.zeta(3),
    "(-1)**(n+1)/(2*n-1)": sympy.pi / 4,
    "1/n**(3/2)": sympy.zeta(sympy.Rational(3, 2)),
    "sin(n)/n": (sympy.pi - 1) / 2,
}


def close(a: object, b: object) -> bool:
    return abs(sympy.N(sympy.sympify(a) - sympy.sympify(b), 40)) < sympy.Rational(1, 10**35)


@pytest.mark.parametrize("term", KNOWN)
def test_sums_that_everybody_knows(term: str) -> None:
    assert close(limit(series(term)), KNOWN[term])
    assert type(limit(series(term))) is Fraction or not limit(series(term)).is_Rational


@pytest.mark.parametrize("term", KNOWN)
def test_an_enclosure_contains_the_sum_and_is_narrow(term: str) -> None:
    found = enclose(series(term), 40)
    value = sympy.N(sympy.sympify(KNOWN[term]), 60)
    assert found.width <= Fraction(1, 10**40)
    assert (
        sympy.Rational(found.lower) - sympy.Rational(1, 10**50)
        <= value
        <= sympy.Rational(found.upper) + sympy.Rational(1, 10**50)
    )


@pytest.mark.parametrize("term", KNOWN)
@pytest.mark.parametrize("count", [0, 1, 7])
def test_partial_sum_and_remainder_make_the_limit(term: str, count: int) -> None:
    s = series(term)
    assert close(partial_sum(s, count) + remainder(s, count), KNOWN[term])
    brute = sum((sympy.sympify(term.replace("abs", "Abs")).subs("n", k) for k in range(1, count + 1)), sympy.Integer(0))
    assert close(partial_sum(s, count), brute)


@pytest.mark.parametrize("term", KNOWN)
def test_a_formula_for_the_rest_agrees_with_numbers(term: str) -> None:
    s = series(term)
    try:
        rest = remainder(s, n)
    except Undecided:
        pytest.skip("no formula, which is an honest answer")
    for count in (1, 5, 12):
        exact = sympy.N(sympy.sympify(remainder(s, count)), 40)
        if isinstance(rest, RemainderBounds):
            if count >= rest.first:
                low, high = rest.at(count)
                assert sympy.N(low, 40) <= exact <= sympy.N(high, 40)
        else:
            assert close(rest.subs(n, count), exact)


@pytest.mark.parametrize("start", [-4, 0, 2, 5])
def test_the_start_shifts_and_only_shifts(start: int) -> None:
    s, moved = series(f"1/2**(n - {start})" if start >= 0 else f"1/2**(n + {-start})", start), series("1/2**(n-1)", 1)
    assert limit(s) == limit(moved) == 2
    assert partial_sum(s, 5) == partial_sum(moved, 5) == Fraction(31, 16)
    assert remainder(s, 5) == Fraction(1, 16)
    assert enough(s, "1e-3") == enough(moved, "1e-3") == 11
    assert sympy.simplify(partial_sum(s, n) - (2 - sympy.Integer(2) ** (1 - n))) == 0


@pytest.mark.parametrize(
    ("term", "rest"),
    [
        ("1/(n*(n+1))", lambda k: Fraction(1, k + 1)),
        ("n/2**n", lambda k: Fraction(k + 2, 2**k)),
        ("(-1)**n/2**n", lambda k: Fraction((-1) ** (k + 1), 3 * 2**k)),
    ],
)
@pytest.mark.parametrize("tolerance", ["1/7", "1/1000", "1e-4"])
def test_enough_is_the_smallest_number_of_terms(term: str, rest: object, tolerance: str) -> None:
    goal = Fraction(tolerance)
    found = enough(series(term), tolerance)
    assert all(abs(rest(k)) < goal for k in range(found, found + 200))  # type: ignore[operator]
    assert found == 0 or abs(rest(found - 1)) >= goal  # type: ignore[operator]


def test_enough_at_an_equal_tolerance_needs_one_more_term() -> None:
    assert enough(series("1/(n*(n+1))"), "1/10") == 10
    assert enough(series("1/(n*(n+1))"), "1/11") == 11


@pytest.mark.parametrize("tolerance", ["1e-2", "1e-5"])
def test_enough_of_irrational_sums(tolerance: str) -> None:
    goal = mpmath.mpf(tolerance)
    found = enough(series("1/n**2"), tolerance)
    assert mpmath.zeta(2, found + 1) < goal <= mpmath.zeta(2, found)
    found = enough(series("(-1)**(n+1)/n"), tolerance)
    partial = [mpmath.mpf(0)]
    for k in range(1, found + 50):
        partial.append(partial[-1] + mpmath.mpf((-1) ** (k + 1)) / k)
    assert all(abs(mpmath.log(2) - s) < goal for s in partial[found:])
    assert abs(mpmath.log(2) - partial[found - 1]) >= goal


@pytest.mark.parametrize(
    ("term", "kind", "manner"),
    [
        ("1/n**2", "absolute", ""),
        ("(-1)**n/n", "conditional", ""),
        ("sin(n)/sqrt(n)", "conditional", ""),
        ("1/n", "divergent", "to +oo"),
        ("-1/sqrt(n)", "divergent", "to -oo"),
        ("(-1)**n", "divergent", None),
    ],
)
def test_verdicts_carry_their_kind_test_and_evidence(term: str, kind: str, manner: str | None) -> None:
    verdict = converges(series(term))
    assert verdict.kind == kind
    assert verdict.truth is Truth.of(kind != "divergent")
    assert verdict.test and verdict.reason and verdict.hypotheses
    assert verdict.manner if manner is None else verdict.manner == manner
    assert verdict.test in str(verdict)


def test_verdicts_on_other_processes() -> None:
    assert converges(zeno()).kind == "absolute"
    assert converges(recurrence({"x": "x/2"}, {"x": 1})).truth is Truth.TRUE
    assert converges(recurrence({"x": "2*x"}, {"x": 1})).truth is Truth.FALSE
    assert converges(recurrence({"x": "x**2"}, {"x": "1/2"})).truth is Truth.UNKNOWN
    assert converges(geometric(1, 3)).kind == "divergent"


@pytest.mark.parametrize(
    "word", [limit, lambda s: remainder(s, n), lambda s: enough(s, 1), lambda s: enclose(s, 10), rate]
)
def test_a_divergent_series_says_how_it_diverges(word: object) -> None:
    with pytest.raises(Diverges, match="diverges") as caught:
        word(series("1/n"))  # type: ignore[operator]
    assert caught.value.manner == "to +oo"


def test_parameters_give_conditional_answers() -> None:
    x = sympy.Symbol("x")
    assert limit(series("x**n/factorial(n)", 0)).subs(x, 2) == sympy.exp(2)
    geometric_sum = limit(series("x**n", 0))
    assert geometric_sum.subs(x, sympy.Rational(1, 3)) == sympy.Rational(3, 2)
    with pytest.raises(Undecided):
        enough(series("x**n", 0), "1e-3")
    with pytest.raises(InputError, match="x"):
        enclose(series("x**n", 0), 10)


@pytest.mark.parametrize(
    ("term", "start"), [("1/(n-3)", 1), ("log(n-2)", 1), ("1/log(n)", 1), ("sqrt(2-n)", 1), ("1/(n**2-16)", 0)]
)
def test_a_bad_index_is_named(term: str, start: int) -> None:
    with pytest.raises((InputError, Undefined)):
        limit(series(term, start))


@pytest.mark.parametrize("start", [0.5, "1", True, None, 10**9])
def test_a_start_is_an_integer(start: object) -> None:
    with pytest.raises(InputError, match="start"):
        series("1/n**2", start)  # type: ignore[arg-type]


def test_bad_tolerances_digits_and_counts() -> None:
    s = series("1/n**2")
    for tolerance in (0, -1, "0", "x", 0.5):
        with pytest.raises(InputError):
            enough(s, tolerance)
    for digits in (0, -3, 2.5, 10**9, True):
        with pytest.raises(InputError):
            enclose(s, digits)  # type: ignore[arg-type]
    for count in (-1, 0.5, "3"):
        with pytest.raises(InputError):
            partial_sum(s, count)
    with pytest.raises(BudgetSpent):
        partial_sum(series("1/sqrt(n)"), 10**7)


def test_values_and_steps_of_a_series_with_functions() -> None:
    s = series("1/factorial(n)", 0)
    assert values(s, 4) == [0, 1, 2, Fraction(5, 2)]
    assert all(type(v) is Fraction for v in values(s, 4))
    assert steps(s, 3) == (1, 1, Fraction(1, 2))
    assert at(s, 30) == sum(Fraction(1, factorial(k)) for k in range(30))
    with pytest.raises(InputError, match="factorial"):
        run(s, binary16)


def test_a_symbolic_expression_is_a_term() -> None:
    assert series(1 / n**2) == series("n**(-2)")
    assert limit(series(sympy.exp(-n))) == limit(series("exp(-n)"))


def test_the_harmonic_sum_halts_on_machines_and_diverges_exactly() -> None:
    table = contrast(series("1/n"), binary16, bfloat16)
    assert table.limit is None and "+oo" in table.limit_note
    assert [t.halt.arrival for t in table.trajectories] == [512, 64]
    assert [t.halt.exact_value for t in table.trajectories] == [Fraction(907, 128), Fraction(81, 16)]


def test_the_gap_to_an_irrational_limit_is_exact() -> None:
    halt = run(series("1/n**2"), binary16).halt
    assert halt.gap == sympy.pi**2 / 6 - sympy.Rational(halt.exact_value)


def test_rates() -> None:
    assert (rate(series("1/n**3")).kind, rate(series("1/n**3")).exponent) == ("sublinear", 2)
    assert rate(series("n/3**n")).ratio == sympy.Rational(1, 3)
    assert rate(series("1/factorial(n)")).kind == "superlinear"
    assert rate(series("1/((n+1)*log(n+1)**2)")).exponent == 0
    assert str(rate(zeno())) == "linear with ratio 1/2: the rest ~ 2**(-n)"
    with pytest.raises(InputError):
        rate(recurrence({"x": "x/2"}, {"x": 1}))


@pytest.mark.parametrize("term", ["1/n**2", "n/3**n", "1/((n+1)*log(n+1)**2)", "1/factorial(n)", "1/binomial(2*n, n)"])
def test_a_sharp_order_is_that_of_the_rest(term: str) -> None:
    found = rate(series(term))
    assert found.sharp
    exact = remainder(series(term), 400) if term[2] != "(" else enclose(series(term, 401), 20)
    value = (exact.lower + exact.upper) / 2 if isinstance(exact, Interval) else exact
    ratio = sympy.N(sympy.sympify(value), 250, maxn=3000) / sympy.N(found.order.subs(n, 400), 50)
    assert abs(ratio - 1) < 0.02


def test_finite_sums() -> None:
    k = sympy.Symbol("k")
    assert summation("binomial(n, k)**2", "k", 0, "n") == sympy.binomial(2 * n, n)
    assert summation("k**2", k, 1, 10) == 385
    assert type(summation("k**2", "k", 1, 10)) is Fraction
    assert sympy.expand(summation("k", "k", 1, n) - n * (n + 1) / 2) == 0
    assert summation("1/k**2", "k", 1, sympy.oo) == sympy.pi**2 / 6
    with pytest.raises(Undecided):
        summation("binomial(n, k)**3", "k", 0, "n")


@pytest.mark.parametrize(
    ("term", "index", "first", "last"),
    [
        ("k", "k", 0.5, "n"),
        ("k", "k", "1/2", "n"),
        ("k", "k", 1, "k"),
        ("k", "2k", 1, "n"),
        ("k.real", "k", 1, "n"),
        ("k", "k", True, 5),
        ("k", "k", 1, "n.x"),
    ],
)
def test_bad_finite_sums(term: str, index: str, first: object, last: object) -> None:
    with pytest.raises(InputError):
        summation(term, index, first, last)


def test_accelerations() -> None:
    found = accelerate(series("(-1)**(n+1)/n"), "levin", 16)
    assert abs(found.best - Fraction(str(mpmath.log(2)))) < Fraction(1, 10**10)
    with pytest.raises(InputError):
        accelerate(series("1/sqrt(n)"))
    with pytest.raises(InputError):
        accelerate(zeno(), "levin", 2)


@given(st.integers(2, 6), st.integers(-8, 8).filter(bool), st.integers(0, 4))
def test_a_constant_factor_and_finitely_many_terms(p: int, c: int, extra: int) -> None:
    whole, part = series(f"{c}/n**{p}"), series(f"{c}/n**{p}", 1 + extra)
    assert converges(whole).kind == converges(part).kind == "absolute"
    assert close(limit(whole), sympy.sympify(partial_sum(whole, extra)) + limit(part))
    assert close(limit(whole), c * sympy.zeta(p))


@pytest.mark.parametrize(
    "term",
    ["1/(2**n - 2**100)", "1/(n**(3/2) - 1000)", "1/(sqrt(n) - 10)**3", "log(abs(n - 100))/n**2", "(-8)**(1/3)/n**2"],
)
def test_a_pole_far_out_and_a_complex_constant_are_refused(term: str) -> None:
    with pytest.raises(InputError):
        converges(series(term))


def test_series_that_end_and_zero() -> None:
    assert limit(series("binomial(100, n)", 0)) == 2**100
    assert (limit(series("0")), enough(series("0"), "1/10")) == (0, 0)


def test_a_parameter_as_a_factor() -> None:
    a = sympy.Symbol("a")
    assert limit(series("a/n**2")) == a * sympy.pi**2 / 6
    with pytest.raises(Diverges):
        limit(series("a/n"))


@pytest.mark.parametrize(
    ("term", "exponent", "order"),
    [
        ("(2 + sin(n))/n**2", 1, "2/n"),
        ("sin(n)**2/n**2", 1, "1/(2*n)"),
        ("1/n**(3/2) + (-1)**n/n", "1/2", "2/sqrt(n)"),
        ("1/((n + 1)*log(n + 1)**2) + (-1)**n/n", 0, "1/log(n)"),
        ("exp(-sqrt(n))", None, "2*sqrt(n)*exp(-sqrt(n))"),
        ("(-1)**n/n + 1/n**3", 1, None),
    ],
)
def test_the_slower_part_of_a_term_decides_the_rate(term: str, exponent: object, order: str | None) -> None:
    found = rate(series(term))
    assert found.kind == "sublinear"
    assert found.exponent == (None if exponent is None else sympy.Rational(exponent))
    assert found.sharp is (order is not None)
    assert order is None or sympy.simplify(found.order - sympy.sympify(order, {"n": n})) == 0


@pytest.mark.parametrize("term", ["sin(sqrt(n))/n**2", "cos(log(n))/n**2"])
def test_slow_oscillations_have_no_rate_here(term: str) -> None:
    with pytest.raises(Undecided, match="slowly"):
        rate(series(term))


@pytest.mark.parametrize(("term", "count"), [("n**n", 10**5), ("2**(2**n)", 40), ("factorial(factorial(n))", 12)])
def test_enormous_partial_sums_are_refused(term: str, count: int) -> None:
    with pytest.raises(BudgetSpent):
        partial_sum(series(term), count)
