"""The short way to the limit of gradient descent is taken exactly where every start converges to one minimiser."""

import random
from fractions import Fraction as F

import numpy as np

from infinitesimal.limits.convex_limits import convex_limit
from infinitesimal.linear.quadratics import quadratic_of
from infinitesimal.recurrences.descents import descent
from infinitesimal.regression.least_squares import least_squares


def test_it_is_the_minimiser_where_every_multiplier_is_inside() -> None:
    """The eigenvalues are those of numpy; the limit has an exact gradient of zero."""
    draw, taken, left = random.Random(5), 0, 0
    for _ in range(300):
        d = draw.randint(1, 5)
        rows = [[draw.randint(-3, 3) for _ in range(d)] for _ in range(d)]
        square = [
            [sum(r[i] * r[j] for r in rows) - draw.choice([0, 0, 0, 1]) * (i == j) for j in range(d)] for i in range(d)
        ]
        names = [f"x{i}" for i in range(d)]
        loss = " + ".join(f"({square[i][j]})/2*{names[i]}*{names[j]}" for i in range(d) for j in range(d))
        loss += "".join(f" + {draw.randint(1, 3)}*{name}" for name in names)
        rate = F(draw.randint(1, 20), draw.choice([20, 50, 100, 200]))
        made = descent(loss, draw.randint(-3, 3), rate)
        found = convex_limit(made)
        sizes = np.linalg.eigvalsh(np.array(square, dtype=float))
        inside = sizes.min() > 1e-9 and sizes.max() * float(rate) < 2 - 1e-9
        marginal = abs(sizes).min() < 1e-9 or abs(sizes.max() * float(rate) - 2) < 1e-9
        assert (found is not None) == inside or marginal
        if found is None:
            left += 1
            continue
        taken += 1
        quadratic = quadratic_of(made.loss)
        assert quadratic is not None
        for i in range(d):
            slope = sum(F(square[i][j]) * found[names[j]] for j in range(d)) - F(str(quadratic.slope[i, 0]))
            assert slope == 0
    assert min(taken, left) > 60


def test_borders_and_singular_data_go_the_long_way() -> None:
    assert convex_limit(descent("x**2 + y**2/3", 1, 1)) is None  # 2/L exactly
    assert convex_limit(descent("(x - y)**2 + z**2", 1, "1/10")) is None
    assert convex_limit(descent(least_squares([[1, 2], [2, 4]], [1, 1]), 0, "1/100")) is None
    fit = least_squares([[1, 2], [2, 5]], [1, 1])
    assert convex_limit(descent(fit, 0, "1/100")) == fit.minimiser
