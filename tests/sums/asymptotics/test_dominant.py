"""Sums of exponentials with the largest part in front: the value is the same at every index."""

import pytest
import sympy
from sympy import cosh, exp, factorial, fibonacci, lucas, pi, sin, sinh

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.asymptotics.dominant import Divided, factored_exponentials
from infinitesimal.sums.summands.evaluation import value_ball

TERMS = [
    1 / (2**n + 1),
    n / (3**n - n),
    (2**n + n) / (3**n + n**2),
    1 / fibonacci(n),
    1 / (lucas(2 * n) + 1),
    1 / fibonacci(2**n),
    1 / cosh(n),
    1 / sinh(pi * n) ** 2,
    1 / (factorial(n) + 2**n),
    (exp(n) - exp(-n)) ** -3,
    3 ** (2**n) / (9 ** (2**n) - 1),
    n**2 + 1 / n,
]


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_the_value_does_not_change(term: sympy.Expr) -> None:
    for index in (1, 2, 5):
        assert value_ball(term, index, 80).overlaps(value_ball(factored_exponentials(term), index, 80))


def test_small_arguments_come_out_of_odd_functions() -> None:
    found = factored_exponentials(2**n * sin(3**-n))
    assert found == 2**n * 3**-n * Divided(sin(3**-n))
