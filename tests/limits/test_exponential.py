"""Exponential polynomials are an arithmetic of sequences: every operation is that of the values."""

from fractions import Fraction

import pytest
import sympy
from flint import fmpq, fmpq_poly
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from infinitesimal.limits.exponential import (
    ONE,
    ExponentialPolynomial,
    ExponentialPolynomials,
    NotClosed,
    from_parts,
    polynomial_text,
    power_sums,
    rational_key,
    text,
)
from infinitesimal.limits.expressions import expression
from tests.strategies.recurrences import rationals

sequences = ExponentialPolynomials()
IRREDUCIBLE = [(-2, 0, 1), (-1, -1, 1), (1, 1, 1), ("1/3", "-1/2", 1), (-2, 0, 0, 1), (2, "1/2", 0, 0, 1)]
INDICES = range(7)


def fmpq_of(value: object) -> fmpq:
    value = Fraction(value)  # type: ignore[arg-type]
    return fmpq(value.numerator, value.denominator)


def key_of(coefficients: tuple[object, ...]) -> tuple[fmpq, ...]:
    return tuple(map(fmpq_of, coefficients))


bases = rationals(3, 3).filter(bool)
weights = st.lists(rationals(4, 3), min_size=1, max_size=3)


def rational_sequence(parts: dict[Fraction, list[Fraction]]) -> ExponentialPolynomial:
    return from_parts({rational_key(fmpq_of(r)): tuple(fmpq_poly([fmpq_of(c)]) for c in cs) for r, cs in parts.items()})


def values_of(parts: dict[Fraction, list[Fraction]]) -> list[Fraction]:
    return [
        sum((c * n**i * r**n for r, cs in parts.items() for i, c in enumerate(cs)), start=Fraction(0)) for n in INDICES
    ]


def called(sequence: ExponentialPolynomial) -> list[Fraction]:
    return [Fraction(int(v.p), int(v.q)) for v in map(sequence, INDICES)]


rational_parts = st.dictionaries(bases, weights, max_size=3)


@st.composite
def irrational(draw: st.DrawFn) -> ExponentialPolynomial:
    key = key_of(draw(st.sampled_from(IRREDUCIBLE)))
    count = len(key) - 1
    polynomials = [
        fmpq_poly([fmpq_of(draw(rationals(3, 2))) for _ in range(count)]) for _ in range(draw(st.integers(1, 2)))
    ]
    rest = rational_sequence(draw(st.dictionaries(bases, weights, max_size=1)))
    return sequences.add(from_parts({key: tuple(polynomials)}), rest)


@settings(deadline=None, max_examples=150)
@given(rational_parts, rational_parts)
def test_sums_differences_and_products_are_those_of_the_values(a: dict, b: dict) -> None:
    f, g = rational_sequence(a), rational_sequence(b)
    u, v = values_of(a), values_of(b)
    assert called(f) == u
    assert called(sequences.add(f, g)) == [x + y for x, y in zip(u, v, strict=True)]
    assert called(sequences.sub(f, g)) == [x - y for x, y in zip(u, v, strict=True)]
    assert called(sequences.mul(f, g)) == [x * y for x, y in zip(u, v, strict=True)]
    assert called(sequences.neg(f)) == [-x for x in u]
    assert called(sequences.pow(f, 3)) == [x**3 for x in u]


@settings(deadline=None, max_examples=100)
@given(irrational())
def test_shifting_moves_every_value(f: ExponentialPolynomial) -> None:
    assert called(f.shifted())[:-1] == called(f)[1:]
    assert called(f.shifted().shifted())[:-2] == called(f)[2:]


@settings(deadline=None, max_examples=60)
@given(irrational(), irrational())
def test_sequences_with_irrational_bases_are_added_by_their_values(
    f: ExponentialPolynomial, g: ExponentialPolynomial
) -> None:
    assert called(sequences.add(f, g)) == [x + y for x, y in zip(called(f), called(g), strict=True)]
    assert sequences.sub(sequences.add(f, g), g) == f


@pytest.mark.parametrize("coefficients", IRREDUCIBLE, ids=str)
def test_power_sums_are_those_of_the_roots(coefficients: tuple[object, ...]) -> None:
    t = sympy.Symbol("t")
    polynomial = sympy.Poly([sympy.Rational(str(c)) for c in reversed(coefficients)], t)
    companion = sympy.zeros(polynomial.degree(), polynomial.degree())
    for i in range(polynomial.degree()):
        companion[i, polynomial.degree() - 1] = -polynomial.all_coeffs()[::-1][i]
        if i:
            companion[i, i - 1] = 1
    found = power_sums(key_of(coefficients), 9)
    assert [sympy.Rational(int(s.p), int(s.q)) for s in found] == [(companion**n).trace() for n in range(9)]


@settings(deadline=None, max_examples=40)
@given(irrational())
def test_the_expression_has_the_same_values(f: ExponentialPolynomial) -> None:
    formula = expression(f)
    for index, value in enumerate(called(f)[:4]):
        exact = sympy.Rational(value.numerator, value.denominator)
        at = formula.subs(sympy.Symbol("n", integer=True, nonnegative=True), index).doit()
        difference = sympy.expand(at - exact)
        assert difference == 0 or sympy.simplify(difference) == 0


@given(rational_parts)
@settings(deadline=None)
def test_the_text_is_the_sequence(a: dict) -> None:
    formula = sympy.sympify(text(rational_sequence(a)), locals={"n": sympy.Symbol("n")}, rational=True)
    found = [formula.subs(sympy.Symbol("n"), k) for k in INDICES]
    assert [Fraction(int(v.p), int(v.q)) for v in found] == values_of(a)


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        ({}, "0"),
        ({1: [1], "1/2": [-1]}, "1 - 2**(-n)"),
        ({"1/10": ["5/9"]}, "5/(9*10**n)"),
        ({2: [1]}, "2**n"),
        ({-1: [1]}, "(-1)**n"),
        ({1: [0, "1/2", "1/2"]}, "n**2/2 + n/2"),
        ({"-2/3": [-3]}, "-3*(-1)**n*2**n/3**n"),
        ({1: [-5]}, "-5"),
    ],
)
def test_closed_forms_are_written_plainly(parts: dict, written: str) -> None:
    assert text(rational_sequence({Fraction(r): list(map(Fraction, cs)) for r, cs in parts.items()})) == written


def test_the_number_of_the_update_is_one_more_than_the_index() -> None:
    assert called(sequences.number()) == [n + 1 for n in INDICES]


@given(rational_parts)
def test_equal_sequences_are_equal_and_hash_alike(a: dict) -> None:
    f = rational_sequence(a)
    again = sequences.sub(sequences.add(f, sequences.number()), sequences.number())
    assert f == again and hash(f) == hash(again)
    assert f != sequences.add(f, sequences.const(Fraction(1)))


@given(rational_parts, rationals().filter(bool))
def test_dividing_by_a_constant_divides_the_values(a: dict, c: Fraction) -> None:
    assert called(sequences.div(rational_sequence(a), sequences.const(c))) == [x / c for x in values_of(a)]


def test_what_is_no_exponential_polynomial_is_refused() -> None:
    root = from_parts({key_of((-2, 0, 1)): (fmpq_poly([1]),)})
    half = rational_sequence({Fraction(1, 2): [Fraction(1)]})
    one = sequences.const(Fraction(1))
    for make in (
        lambda: sequences.div(one, sequences.number()),
        lambda: sequences.div(one, sequences.const(Fraction(0))),
        lambda: sequences.div(one, half),
        lambda: sequences.mul(root, half),
        lambda: sequences.mul(root, root),
        lambda: sequences.pow(sequences.number(), 65),
    ):
        with pytest.raises(NotClosed):
            make()


@given(rational_parts)
def test_a_sequence_without_a_base_lacks_its_terms(a: dict) -> None:
    assume(Fraction(1) in a)
    rest = {r: cs for r, cs in a.items() if r != 1}
    assert called(rational_sequence(a).without(ONE)) == values_of(rest)


@pytest.mark.parametrize(
    ("coefficients", "written"),
    [([], "0"), ([1], "1"), ([0, 1], "t"), ([-1, -1, 1], "t**2 - t - 1"), ([Fraction(1, 2), 0, -3], "-3*t**2 + 1/2")],
)
def test_polynomials_are_written_from_the_highest_power(coefficients: list, written: str) -> None:
    assert polynomial_text(list(map(Fraction, coefficients)), "t") == written
