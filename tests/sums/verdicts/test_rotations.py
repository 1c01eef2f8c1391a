"""Functions of an irrational rotation, floors, bounded factors: verdicts by hand, with means and sums beside them."""

import math

import pytest
import sympy
from flint import arb

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.verdicts.bounded_factors import band
from infinitesimal.sums.verdicts.convergence import verdict
from infinitesimal.sums.verdicts.rotations import rotation_of
from infinitesimal.sums.verdicts.slow_floors import by_floors


def read(text):
    return sympy.sympify(text, locals={"n": n})


MEAN_ZERO = [
    "sin(sin(n))", "sin(cos(n))", "(-1)**n*exp(sin(n))", "(-1)**n*Abs(sin(n))", "sin(n)/(3 + cos(n))", "tan(sin(n))",
    "sin(n + sin(n))", "Abs(sin(n)) - Abs(cos(n))", "(-1)**n/(2 + sin(2*n))", "atan(sin(n/2))",
    "cos(2*pi*n/3)*exp(cos(n))", "sin(sin(sqrt(2)*pi*n))",
]  # fmt: skip
MEAN_NOT_ZERO = [
    "exp(sin(n))", "cos(sin(n))", "cos(n + sin(n))", "Abs(sin(n)) - 1/2", "1/(2 + cos(n))", "log(2 + sin(n))",
    "sin(n)*exp(sin(n))", "(1 + (-1)**n)*exp(-cos(n))", "log(1 + cos(n)/2)",
]  # fmt: skip


def mean_of(wave, count=40_000):
    function = sympy.lambdify(n, wave, "math")
    return math.fsum(function(k) for k in range(1, count + 1)) / count


@pytest.mark.parametrize("text", MEAN_ZERO)
@pytest.mark.parametrize("size", ["n", "sqrt(n)*log(n)**2"])
def test_a_mean_of_zero_converges(text, size):
    wave = read(text)
    if wave.has(sympy.Abs) and size != "n":
        return
    assert abs(mean_of(wave)) < 0.002
    assert verdict(Summand(wave / read(size), 2)).kind == "conditional"


@pytest.mark.parametrize("text", MEAN_NOT_ZERO)
def test_another_mean_diverges_with_its_sign(text):
    wave = read(text)
    mean = mean_of(wave)
    assert abs(mean) > 0.01
    found = verdict(Summand(wave / n, 1))
    assert (found.kind, found.manner) == ("divergent", "to +oo" if mean > 0 else "to -oo")
    assert verdict(Summand(wave / n**2, 1)).kind == "absolute"
    assert verdict(Summand(wave, 1)).kind == "divergent"


@pytest.mark.parametrize(
    "text",
    [
        "(-1)**n*Abs(sin(n))/log(n)",  # only sums of n**(6/7) are known for a function of bounded variation
        "(-1)**n*Abs(sin(sqrt(2)*pi*n))/n",  # the discrepancy is known for a rational angle here
        "sin(n)/(2 + sin(sqrt(2)*n))/n",  # two angles
        "(exp(sin(n)) - besseli(0, 1))/n",  # a mean of zero that no symmetry shows
        "tan(n)/n",  # not bounded
        "sin(sin(E*n))/n",  # E/pi is not known to be badly approximable
        "sin(sin(n**2))/n",
    ],
)
def test_what_is_left_open(text):
    assert verdict(Summand(read(text), 2)).kind is None


def test_a_rotation_and_its_period():
    found = rotation_of(read("(-1)**n*exp(sin(2*n/3) + cos(n))"))
    assert found.angle == sympy.Rational(1, 3) and len(found.parts) == 2
    with pytest.raises(Undecided):
        rotation_of(read("sin(n) + log(n)"))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2 + sin(n**2)", 1, 3), ("exp(cos(n**2))", math.exp(-1), math.e), ("1/(3 + sin(n) + 1/n)", 0.25, 0.5),
        ("Abs(sin(n)) + 1", 1, 2), ("(2 + sin(n))**(1/2)", 1, math.sqrt(3)), ("2**sin(n**2)", 0.5, 2),
    ],
)  # fmt: skip
def test_bands_hold_the_values(text, low, high):
    found = band(read(text))
    assert found.contains(arb(low + high) / 2)
    function = sympy.lambdify(n, read(text), "math")
    assert all(found.overlaps(arb(function(k))) for k in range(2000, 2200))
    assert float(found.rad()) < 1.6 * (high - low) / 2 + 0.01


@pytest.mark.parametrize("text", ["sin(n)*n", "1/sin(n)", "log(sin(n))", "tan(sin(n) * 2)"])
def test_no_band(text):
    with pytest.raises(Undecided):
        band(read(text))


@pytest.mark.parametrize(
    ("text", "kind", "manner"),
    [
        ("(-1)**floor(sqrt(n))/n", "conditional", ""),
        ("(-1)**floor(n**(1/3))/n**(5/6)", "conditional", ""),  # 1/n**(5/6 - 2/3) between two jumps
        ("(-1)**floor(log(n))/n", "divergent", "oscillates"),
        ("(-1)**floor(log(n))/(n*log(n))", "conditional", ""),
        ("(-1)**floor(sqrt(n))/sqrt(n)", None, ""),
        ("(-1)**floor(n/log(n))/n", None, ""),
        ("(-1)**floor(log(n))/n**2", "absolute", ""),
        ("(sqrt(n) - floor(sqrt(n)))/n", "divergent", "to +oo"),
        ("(floor(n**(3/2)) - n**(3/2))/n", "divergent", "to -oo"),
        ("(sqrt(2)*n - floor(sqrt(2)*n))/n", "divergent", "to +oo"),
        ("(log(n) - floor(log(n)))/n", None, ""),  # not equidistributed
        ("(sqrt(n) - floor(sqrt(n)) - 1/2)/n", None, ""),  # a mean of zero
    ],
)
def test_floors(text, kind, manner):
    found = verdict(Summand(read(text), 2))
    assert (found.kind, found.manner) == (kind, manner)


def test_sums_between_jumps():
    """The sums of 1/n between two jumps of floor(sqrt(n)) approach 2/m, of which the verdict makes use."""
    for m in (20, 50, 100):
        assert abs(math.fsum(1 / k for k in range(m * m, (m + 1) ** 2)) - 2 / m) < 2 / m**2
    with pytest.raises(Undecided):
        by_floors(read("floor(sqrt(n))*floor(log(n))/n**2"), math.inf)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("sin(n)/n + 1/n**2", "conditional"), ("sin(sin(n))/n + 1/n", "divergent"),
        ("sin(sin(n))/n - sin(sin(sqrt(2)*pi*n))/n", None), ("sin(sin(n))/n + (-1)**n*exp(sin(n))/n**2", "conditional"),
    ],
)  # fmt: skip
def test_sums_of_parts(text, kind):
    assert verdict(Summand(read(text), 1)).kind == kind
