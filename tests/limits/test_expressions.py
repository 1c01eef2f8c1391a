"""Polynomials handed to SymPy without its constructors are what its constructors make, in the same order."""

import random

import sympy
from flint import fmpq, fmpq_mpoly_ctx

from infinitesimal.limits.expressions import polynomial_expression


def test_a_polynomial_is_the_sum_that_sympy_makes() -> None:
    draw = random.Random(3)
    for _ in range(300):
        names = ["eta", "a", "x"][: draw.randint(1, 3)]
        terms = {
            tuple(draw.randint(0, 3) for _ in names): fmpq(
                draw.choice([1, 1, -1, 2, -2, 3, 5]), draw.choice([1, 1, 2, 3])
            )
            for _ in range(draw.randint(2, 9))
        }
        found = fmpq_mpoly_ctx.get(names, "lex").from_dict(terms)
        made = polynomial_expression(found)
        symbols = sympy.symbols(names)
        expected = sympy.Add(
            *(
                sympy.Rational(int(c.p), int(c.q)) * sympy.Mul(*(s**e for s, e in zip(symbols, key, strict=True)))
                for key, c in terms.items()
            )
        )
        if len(terms) > 1:
            assert made == expected and made.args == expected.args
