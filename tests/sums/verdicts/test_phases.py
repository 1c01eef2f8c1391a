"""Which oscillations average out, against means over many terms and verdicts derived by hand."""

import cmath
import math

import pytest
import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germs_of_terms import expand
from infinitesimal.sums.asymptotics.monomials import INDEX, LEVEL, Monomial, compare, to_power
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.verdicts.convergence import verdict
from infinitesimal.sums.verdicts.phases import bounded_by_parts, equidistributed, oscillation, phase_of, positive_mean

ROOT = to_power(INDEX, sympy.S.Half)


def top_of(text):
    return expand(sympy.sympify(text, locals={"n": n}), 4).leading()


@pytest.mark.parametrize(
    "text",
    [
        "sin(n)/n", "sin(n)*sin(sqrt(n))/n", "(1 + cos(log(n)))/n", "sin(n)*sin(log(n))/log(n)", "sin(n**2)/n",
        "(-1)**n*cos(sqrt(n))", "cos(log(log(n)))", "sin(n**2)*sin(n)", "cos(n**(3/2))", "cos(n + sqrt(n))",
        "1 + cos(log(log(n))) + cos(2*log(log(n)))",
    ],
)  # fmt: skip
def test_a_positive_mean(text):
    assert positive_mean(top_of(text))


@pytest.mark.parametrize("text", ["(cos(log(n)) + cos(log(log(n))))/log(n)", "cos(log(n)) + cos(log(n) + log(log(n)))"])
def test_slow_phases_that_are_not_multiples_of_one_are_left_open(text):
    assert not positive_mean(top_of(text))
    assert verdict(Summand(sympy.sympify(text, locals={"n": n}), 3)).kind is None


def test_equal_phases_are_left_open():
    """Two terms of one phase may cancel."""
    one, other = (Monomial((), INDEX.powers, ((INDEX, 2 * sympy.pi * k), (LEVEL[1], sympy.S.One))) for k in (1, 2))
    assert not positive_mean(((one, sympy.S.One), (other, sympy.S.One)))


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        ([(2, 1)], True), ([(2, 2 * sympy.pi / 3)], False), ([(2, sympy.pi), (1, 1)], True),
        ([(2, sympy.sqrt(2) * sympy.pi)], True), ([(sympy.Rational(3, 2), sympy.pi)], True),
        ([(3, sympy.pi / 5), (sympy.S.Half, 1)], True), ([(2, sympy.sqrt(2))], True),
    ],
)  # fmt: skip
def test_equidistribution_against_a_mean(phase, expected):
    """The criterion of Boshernitzan beside the mean of e^(i p) over 200 000 terms."""
    assert equidistributed(tuple((to_power(INDEX, sympy.sympify(p)), sympy.sympify(c)) for p, c in phase)) is expected
    numbers = [(float(p), float(c)) for p, c in phase]
    mean = sum(cmath.exp(1j * math.fmod(sum(c * k**p for p, c in numbers), 2 * math.pi)) for k in range(1, 200_001))
    assert (abs(mean) / 200_000 < 0.05) is expected


def test_phases_too_slow_or_unknown():
    assert not equidistributed(((LEVEL[1], sympy.S.One),))
    assert not equidistributed(())
    with pytest.raises(Undecided):
        equidistributed(((to_power(INDEX, sympy.Integer(2)), sympy.E),))


def test_the_parts_of_a_phase():
    found = phase_of(Monomial((), INDEX.powers, ((INDEX, sympy.pi), (ROOT, sympy.S.One))))
    assert (found.theta, found.slow, found.wild) == (sympy.pi, ((ROOT, sympy.S.One),), False)
    assert phase_of(Monomial((), INDEX.powers, ((to_power(INDEX, sympy.Integer(2)), sympy.S.One),))).wild
    assert phase_of(Monomial((), INDEX.powers, ((INDEX, sympy.S.One),))).tame


def test_repeated_summation_by_parts():
    """p' = 1/(2 sqrt(n)): one step is enough below 1/sqrt(n), three below 1; p' = 1/log(n) is never enough."""
    slow = ((INDEX, sympy.S.One), (ROOT, sympy.S.One))
    for power in (-1, -sympy.S.Half, -sympy.Rational(1, 10)):
        assert bounded_by_parts(Monomial((), to_power(INDEX, sympy.sympify(power)).powers, slow))
    over_log = Monomial((), (sympy.S.One, -sympy.S.One, sympy.S.Zero, sympy.S.Zero))
    fast = Monomial((), to_power(LEVEL[1], -sympy.S.One).powers, ((INDEX, sympy.S.One), (over_log, sympy.S.One)))
    assert not bounded_by_parts(fast)
    assert verdict(Summand(sympy.sin(n + n / sympy.log(n)) / sympy.log(n), 2)).kind is None


def test_the_size_of_a_slow_oscillation():
    """Sums of cos(sqrt(n))/n**(1/3) are as large as n**(-1/3)/(1/(2 sqrt(n)))."""
    m = Monomial((), to_power(INDEX, -sympy.Rational(1, 3)).powers, ((ROOT, sympy.S.One),))
    assert compare(oscillation(m), to_power(INDEX, sympy.Rational(1, 6))) == 0


@pytest.mark.parametrize(
    ("text", "kind", "manner"),
    [
        ("sin(n)/(log(n) + sin(n))", "divergent", "to -oo"),  # the mean is -1/(2 log(n)**2)
        ("(-1)**n/(log(n) + sin(n))", None, ""),  # no order of the expansion is summable
        ("sin(n)/(log(n) + sin(n)**2)", None, ""),
        ("cos(sqrt(n))/n**(1/3) + 1/n", "divergent", "oscillates"),
        ("cos(log(n))/n + 1/n", "divergent", "to +oo"),
        ("(cos(log(n)) + 2)/log(n)", "divergent", ""),  # both sums are of the size n/log(n)
    ],
)
def test_means_beside_waves(text, kind, manner):
    found = verdict(Summand(sympy.sympify(text, locals={"n": n}), 2))
    assert (found.kind, found.manner) == (kind, manner)
