"""Hypergeometric sums that are known constants at single arguments: central binomials, series for 1/pi and for zeta(3).

Every line is a theorem of the source named; the tests confirm each to sixty digits.
"""

from functools import lru_cache

import sympy

from infinitesimal.sums.infinite.contiguous import Known
from infinitesimal.sums.summands.hypergeometric_terms import Family, read_product

_APERY = "R. Apery, 1979; A. van der Poorten, A proof that Euler missed, 1979"
_LEHMER = "D. H. Lehmer, Interesting series involving the central binomial coefficient, 1985"
_COMTET = "L. Comtet, Advanced Combinatorics, 1974, p. 89"
_RAMANUJAN = (
    "S. Ramanujan, Modular equations and approximations to pi, 1914; proofs: J. and P. Borwein, Pi and the AGM, 1987"
)
_CLAUSEN = "Clausen's formula with Kummer's theorem: W. Bailey, Generalized Hypergeometric Series, 1935, 10.1"
_HARDY = "G. H. Hardy, A chapter from Ramanujan's note-book, 1923; W. Bailey, 1935, 4.4"
_CHUDNOVSKY = "D. and G. Chudnovsky, Approximations and complex multiplication according to Ramanujan, 1988"
_GUILLERA = "J. Guillera, Some binomial series obtained by the WZ-method, 2002"
_ZEILBERGER = "T. Amdeberhan, D. Zeilberger, Hypergeometric series acceleration via the WZ method, 1997"
_ELLIPTIC = "J. Campbell, M. Cantarini, J. D'Aurizio, Symbolic computations via Fourier-Legendre expansions, 2019"
_ARCSINE = "I. Gradshteyn, I. Ryzhik, Table of Integrals: integrals of log(sin), 4.224"
_GOSPER = "R. W. Gosper, 1974, in: G. Almkvist, C. Krattenthaler, J. Petersson, Some new formulas for pi, 2003"

TABLE: tuple[tuple[str, int, str, str], ...] = (
    ("1/(n**3*binomial(2*n,n))*(-1)**n", 1, "-2*zeta(3)/5", _APERY),
    ("1/(n**4*binomial(2*n,n))", 1, "17*pi**4/3240", _COMTET),
    ("4**n/(n**3*binomial(2*n,n))", 1, "pi**2*log(2) - 7*zeta(3)/2", _LEHMER),
    ("2**n/(n**3*binomial(2*n,n))", 1, "pi*Catalan - 35*zeta(3)/16 + pi**2*log(2)/8", _LEHMER),
    ("1/((2*n+1)**2*binomial(2*n,n))", 0, "8*Catalan/3 - pi*log(2+sqrt(3))/3", _LEHMER),
    ("4**n/((2*n+1)**2*binomial(2*n,n))", 0, "2*Catalan", _LEHMER),
    ("binomial(2*n,n)/(4**n*(2*n+1)**2)", 0, "pi*log(2)/2", _ARCSINE),
    ("binomial(2*n,n)/(4**n*(2*n+1)**3)", 0, "pi**3/48 + pi*log(2)**2/4", _ARCSINE),
    ("binomial(2*n,n)/(16**n*(2*n+1)**3)", 0, "7*pi**3/216", _ARCSINE),
    ("binomial(2*n,n)/(4**n*n**2)", 1, "pi**2/6 - 2*log(2)**2", _LEHMER),
    ("binomial(2*n,n)/(8**n*(2*n+1)**2)", 0, "sqrt(2)*(Catalan/2 + pi*log(2)/8)", _ARCSINE),
    ("binomial(2*n,n)**2/(16**n*(2*n+1))", 0, "4*Catalan/pi", _ELLIPTIC),
    ("binomial(2*n,n)**2/(16**n*n)", 1, "4*log(2) - 8*Catalan/pi", _ELLIPTIC),
    ("16**n/(n**3*binomial(2*n,n)**2)", 1, "8*pi*Catalan - 14*zeta(3)", _ELLIPTIC),
    (
        "(-1)**n*binomial(2*n,n)**3/64**n",
        0,
        "(gamma(Rational(9,8))/(gamma(Rational(5,4))*gamma(Rational(7,8))))**2",
        _CLAUSEN,
    ),
    ("(-1)**n*(4*n+1)*binomial(2*n,n)**5/1024**n", 0, "2/gamma(Rational(3,4))**4", _HARDY),
    ("(6*n+1)*binomial(2*n,n)**3/256**n", 0, "4/pi", _RAMANUJAN),
    ("(6*n+1)*(-1)**n*binomial(2*n,n)**3/512**n", 0, "2*sqrt(2)/pi", _RAMANUJAN),
    ("(42*n+5)*binomial(2*n,n)**3/4096**n", 0, "16/pi", _RAMANUJAN),
    ("(8*n+1)*factorial(4*n)/factorial(n)**4/2304**n", 0, "2*sqrt(3)/pi", _RAMANUJAN),
    ("(10*n+1)*factorial(4*n)/factorial(n)**4/20736**n", 0, "9*sqrt(2)/(4*pi)", _RAMANUJAN),
    ("(40*n+3)*factorial(4*n)/factorial(n)**4/614656**n", 0, "49*sqrt(3)/(9*pi)", _RAMANUJAN),
    ("(280*n+19)*factorial(4*n)/factorial(n)**4/2509056**n", 0, "18*sqrt(11)/pi", _RAMANUJAN),
    ("(26390*n+1103)*factorial(4*n)/factorial(n)**4/396**(4*n)", 0, "9801*sqrt(2)/(4*pi)", _RAMANUJAN),
    ("(20*n+3)*(-1)**n*factorial(4*n)/factorial(n)**4/1024**n", 0, "8/pi", _RAMANUJAN),
    ("(28*n+3)*(-1)**n*factorial(4*n)/factorial(n)**4/12288**n", 0, "16*sqrt(3)/(3*pi)", _RAMANUJAN),
    ("(260*n+23)*(-1)**n*factorial(4*n)/factorial(n)**4/82944**n", 0, "72/pi", _RAMANUJAN),
    ("(644*n+41)*(-1)**n*factorial(4*n)/factorial(n)**4/6635520**n", 0, "288*sqrt(5)/(5*pi)", _RAMANUJAN),
    ("(21460*n+1123)*(-1)**n*factorial(4*n)/factorial(n)**4/199148544**n", 0, "3528/pi", _RAMANUJAN),
    ("(6*n+1)*factorial(2*n)*factorial(3*n)/factorial(n)**5/216**n", 0, "3*sqrt(3)/pi", _RAMANUJAN),
    ("(15*n+2)*factorial(2*n)*factorial(3*n)/factorial(n)**5/1458**n", 0, "27/(4*pi)", _RAMANUJAN),
    ("(33*n+4)*factorial(2*n)*factorial(3*n)/factorial(n)**5/3375**n", 0, "15*sqrt(3)/(2*pi)", _RAMANUJAN),
    ("(11*n+1)*factorial(6*n)/(factorial(3*n)*factorial(n)**3)/54000**n", 0, "5*sqrt(15)/(6*pi)", _RAMANUJAN),
    (
        "(545140134*n+13591409)*(-1)**n*factorial(6*n)/(factorial(3*n)*factorial(n)**3)/640320**(3*n)",
        0,
        "53360*sqrt(640320)/pi",
        _CHUDNOVSKY,
    ),
    ("(20*n**2+8*n+1)*(-1)**n*binomial(2*n,n)**5/4096**n", 0, "8/pi**2", _GUILLERA),
    ("(820*n**2+180*n+13)*(-1)**n*binomial(2*n,n)**5/2**(20*n)", 0, "128/pi**2", _GUILLERA),
    ("(120*n**2+34*n+3)*factorial(4*n)*binomial(2*n,n)**2/factorial(n)**4/2**(16*n)", 0, "32/pi**2", _GUILLERA),
    ("(205*n**2+250*n+77)*(-1)**n*factorial(n)**10/factorial(2*n+1)**5", 0, "64*zeta(3)", _ZEILBERGER),
    ("(56*n**2-32*n+5)*(-1)**(n-1)*factorial(n-1)**3/((2*n-1)**2*factorial(3*n))", 1, "4*zeta(3)", _ZEILBERGER),
    ("(30*n-11)/((2*n-1)*n**3*binomial(2*n,n)**2)", 1, "4*zeta(3)", _GOSPER),
    ("(21*n-8)/(n**3*binomial(2*n,n)**3)", 1, "pi**2/6", _ZEILBERGER),
    ("(50*n-6)/(binomial(3*n,n)*2**n)", 0, "pi", _GOSPER),
)
"""The term in n, the start, the sum, the source."""


def constants(family: Family, poles: frozenset[sympy.Expr]) -> list[Known]:
    """The lines of the table that belong to a family, whatever the poles."""
    return list(_by_family().get(family, ()))


@lru_cache(maxsize=1)
def _by_family() -> dict[Family, list[Known]]:
    from infinitesimal.arithmetics.symbolic import n

    found: dict[Family, list[Known]] = {}
    for text, start, value, _ in TABLE:
        product = read_product(sympy.sympify(text, locals={"n": n, "Catalan": sympy.Catalan}))
        known = Known(sympy.factor(product.rational), sympy.sympify(value) / product.constant, start)
        found.setdefault(product.family, []).append(known)
    return found
