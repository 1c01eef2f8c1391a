"""Series of exponential type: P(n) z**n over n!, (2n)!, (mn+r)!, n!**2, also with a factor cos(t n) or sin(t n).

Everything without sines goes through the families of `hypergeometric`. With an angle the sum over n! is the real part
of exp(z) times a polynomial at z = r e^(i t). Sources: Graham, Knuth, Patashnik, *Concrete Mathematics*, 7.4; Comtet,
*Advanced Combinatorics*, 5.1 (Dobinski).
"""

import sympy
from sympy import S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite import geometric, hypergeometric
from infinitesimal.sums.summands.hypergeometric_terms import NotHypergeometric, read_sum
from infinitesimal.sums.summands.summand import Summand


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of a term with more factorials below than above, exact; None for other terms.

    >>> closed_form(Summand(n**3 / sympy.factorial(n), 0))
    5*E
    >>> closed_form(Summand(sympy.cos(n) / sympy.factorial(n), 0))
    exp(cos(1))*cos(sin(1))
    """
    if a.expr.has(sympy.sin, sympy.cos) and any(f.has(n) for f in a.expr.atoms(sympy.sin, sympy.cos)):
        return _with_angle(a)
    try:
        products = read_sum(a.expr)
    except NotHypergeometric:
        return None
    return hypergeometric.closed_form(a) if all(p.family.balance < 0 for p in products) else None


def _with_angle(a: Summand) -> sympy.Expr | None:
    """Waves times 1/(n + k)!: each wave c(n) r**n e^(i t n) by the sum with a symbol in the place of its base."""
    numbers, factorials = S.One, S.One
    for factor in sympy.Mul.make_args(a.expr):
        if factor.has(sympy.factorial, sympy.gamma):
            factorials *= factor
        else:
            numbers *= factor
    waves = geometric.read(numbers)
    if waves is None or not _is_factorial(factorials):
        return None
    total = S.Zero
    for (base, angle), factor in waves.items():
        z = sympy.Dummy("z")
        value = hypergeometric.closed_form(Summand(z**n * factorials * factor, a.start))
        if value is None or z not in value.free_symbols:
            return None
        point = base * (sympy.cos(angle) + sympy.I * sympy.sin(angle))
        total += value.subs(z, point)
    real, imaginary = sympy.expand(total, complex=True).as_real_imag()
    return sympy.expand(real) if sympy.expand(imaginary) == 0 else None


def _is_factorial(factor: sympy.Expr) -> bool:
    """Whether the factor is 1/(n + k)! up to a rational function."""
    try:
        products = read_sum(factor)
    except NotHypergeometric:
        return False
    return len(products) == 1 and products[0].family.classes == ((S.One, -1),)
