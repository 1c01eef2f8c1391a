"""Momentum and Nesterov's method on a quadratic: critical damping, and two different borders of stability.

Setting
    A quadratic loss of curvature 1, and an inertia beta from 0 to 1.
Algorithm
    Momentum (the heavy ball) and Nesterov's method with a fixed rate h.
Guarantee
    Momentum is monotone up to h = (1 - sqrt(beta))**2, where its two multipliers meet in sqrt(beta) (critical damping),
    and converges up to h = 2*(1 + beta). Nesterov's method is monotone up to ((1 - beta)/(1 + beta))**2 and converges
    only up to (2 + 2*beta)/(1 + 2*beta): a rate below 2 is enough for gradient descent, and not for it.
Reference
    Polyak 1964; Nesterov 1983; O'Donoghue and Candes, *Adaptive restart for accelerated gradient schemes*, 2015.
"""

from fractions import Fraction

import sympy

import infinitesimal as inf

BETAS = (Fraction(1, 4), Fraction(1, 2), Fraction(4, 9), Fraction(9, 10))
LOSS = "x**2/2"


def critical_damping() -> tuple[list[object], list[object]]:
    """The borders of momentum, and the double multiplier where the first is rational."""
    computed: list[object] = []
    theoretical: list[object] = []
    for beta in BETAS:
        b = sympy.Rational(beta.numerator, beta.denominator)
        first, last = inf.rates(LOSS, "momentum", beta).critical
        computed += [sympy.expand(first - sympy.expand((1 - sympy.sqrt(b)) ** 2)), last]
        theoretical += [0, 2 * (1 + beta)]
    for root in (Fraction(1, 2), Fraction(2, 3)):
        found = inf.regime(inf.descent(LOSS, {"x": 1}, (1 - root) ** 2, "momentum", beta=root**2))
        computed += [found.name, found.multipliers]
        theoretical += ["monotone", (root,)]
    return computed, theoretical


def smaller_interval() -> tuple[list[object], list[object]]:
    """Where Nesterov's method alternates for ever, and a rate below 2 at which it runs away."""
    computed: list[object] = []
    theoretical: list[object] = []
    for beta in BETAS:
        border = (2 + 2 * beta) / (1 + 2 * beta)
        names = [
            inf.regime(inf.descent(LOSS, {"x": 1}, rate, "nesterov", beta=beta)).name
            for rate in (border - Fraction(1, 10**9), border, border + Fraction(1, 10**9))
        ]
        computed += [inf.rates(LOSS, "nesterov", beta).critical[-1], border < 2, *names]
        theoretical += [border, True, "oscillating", "two-cycle", "divergent"]
    return computed, theoretical


if __name__ == "__main__":
    for method in ("momentum", "nesterov"):
        print(method, inf.rates(LOSS, method, "1/2"), sep="\n")
