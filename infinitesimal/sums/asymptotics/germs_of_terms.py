"""The germ of a term: its expansion for n -> oo, function by function.

The expansions at infinity are those of Stirling for log-gamma and of Euler and Maclaurin for digamma, harmonic
numbers and their kin (NIST DLMF 5.11, 2.10, 25.11); at finite points they are Taylor series. `expand` raises
`Undecided` when a function, an argument or a cancellation is out of its reach; more terms may help.
"""

import time
from collections.abc import Callable

import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germ_constants import sign
from infinitesimal.sums.asymptotics.germs import Germ, compose
from infinitesimal.sums.asymptotics.germs_at_infinity import arctangent, digamma, hurwitz, log_gamma, zeta
from infinitesimal.sums.asymptotics.monomials import INDEX, ONE, UNIT, ZERO, Monomial, compare
from infinitesimal.sums.summands.residue_classes import fourier_coefficients

ORDERS = (4, 8, 12)
"""How many sizes of terms a germ keeps: the first attempt and those that follow when all of them cancel."""


def germ(expr: sympy.Expr, deadline: float = float("inf")) -> Germ:
    """The germ of a term with a leading coefficient that was proved not to vanish, or an exact zero.

    >>> print(germ(sympy.sqrt(n**2 + 1) - n))
    1/(2*n) + -1/(8*n**3) + 1/(16*n**5) + O(n**(-7))
    """
    for order in ORDERS:
        try:
            result = expand(expr, order, deadline)
            result.leading()
        except Undecided:
            if order == ORDERS[-1] or time.monotonic() > deadline:
                raise
        else:
            return result
    raise Undecided(f"no leading term of {expr}")


def expand(expr: sympy.Expr, order: int, deadline: float = float("inf")) -> Germ:
    """The first `order` sizes of terms of `expr`; they may cancel to nothing but an error term."""
    return _Expansion(order, deadline).of(expr)


def is_hardy(expr: sympy.Expr, deadline: float = float("inf")) -> bool:
    """Whether the term was expanded without any oscillation: a germ of a Hardy field, of one sign and monotone in
    the end, which its leading term decides whatever follows.

    >>> is_hardy(1 / sympy.harmonic(n)), is_hardy(1 / (n + (-1) ** n))
    (True, False)
    """
    expansion = _Expansion(ORDERS[0], deadline)
    try:
        expansion.of(expr)
    except Undecided:
        return False
    return not expansion.oscillates


class _Expansion:
    """One expansion: how many terms to keep, and the germs of the subexpressions seen so far."""

    def __init__(self, order: int, deadline: float) -> None:
        self.order = order
        self.deadline = deadline
        self.seen: dict[sympy.Expr, Germ] = {}
        self.oscillates = False

    def of(self, expr: sympy.Expr) -> Germ:
        if expr not in self.seen:
            if time.monotonic() > self.deadline:
                raise Undecided("out of time")
            self.seen[expr] = result = self._new(expr)
            self.oscillates = self.oscillates or any(m.phase for m, _ in result.terms)
        return self.seen[expr]

    def constant(self, c: sympy.Expr) -> Germ:
        return Germ.constant(c, self.order)

    def single(self, monomial: Monomial, c: sympy.Expr = ONE) -> Germ:
        return Germ(((monomial, c),), None, self.order)

    def bounded(self) -> Germ:
        """A quantity of which only a bound is known: O(1)."""
        self.oscillates = True
        return Germ((), UNIT, self.order)

    def _new(self, expr: sympy.Expr) -> Germ:
        if expr == n:
            return self.single(INDEX)
        if not expr.has(n):
            if expr.free_symbols:
                raise Undecided(f"{expr} is a parameter")
            return self.constant(sympy.expand(expr.replace(sympy.GoldenRatio, (1 + sympy.sqrt(5)) / 2)))
        waves = self.periodic(expr)
        if waves is not None:
            return waves
        if expr.is_Add:
            terms = [self.of(arg) for arg in expr.args]
            return Germ.of([t for g in terms for t in g.terms], _largest(g.error for g in terms), self.order)
        if expr.is_Mul:
            return self._product(expr)
        if expr.is_Pow:
            return self._power(expr.base, expr.exp)
        rule = _RULES.get(expr.func.__name__)
        if rule is None:
            raise Undecided(f"the behaviour of {expr.func.__name__} at infinity is not built in")
        return rule(self, *expr.args)

    def _product(self, expr: sympy.Expr) -> Germ:
        """The product of the germs; exponentials that have none of their own are joined into one."""
        try:
            factors = [self.of(arg) for arg in expr.args]
        except Undecided:
            powers = [arg for arg in expr.args if (arg.is_Pow or isinstance(arg, sympy.exp)) and _exponent(arg).has(n)]
            if len(powers) < 2:
                raise
            logarithms = [self.logarithm(p) for p in powers]
            joined = sum(logarithms[1:], logarithms[0]).exp()
            factors = [joined, *(self.of(arg) for arg in expr.args if arg not in powers)]
        result = self.constant(ONE)
        for factor in factors:
            result *= factor
        return result

    def periodic(self, expr: sympy.Expr) -> Germ | None:
        """A term with a period in n as a sum of waves; None for other terms, and for (-1)**n itself."""
        if not expr.has(*_SPLIT) or expr.is_Add or expr.is_Mul:
            return None
        if expr.is_Pow and expr.base == -1 and expr.exp.is_polynomial(n) and expr.exp.as_poly(n).degree() == 1:
            return None
        coefficients = fourier_coefficients(expr)
        if coefficients is None:
            return None
        result = self.constant(ZERO)
        turn = self.of(2 * sympy.pi * n / len(coefficients)).scaled(sympy.I)
        for k, c in enumerate(coefficients):
            result += turn.scaled(sympy.Integer(k)).exp().scaled(c)
        return result

    def _power(self, base: sympy.Expr, exponent: sympy.Expr) -> Germ:
        if base == sympy.E:
            return self.exp(exponent)
        if not exponent.has(n):
            try:
                return self.of(base).power(sympy.expand(exponent))
            except Undecided:
                return self.logarithm(base).scaled(sympy.expand(exponent)).exp()
        below, above = self.of(base), self.of(exponent)
        waves = isinstance(base, sympy.sin | sympy.cos) and any(m.phase for m, _ in below.terms)
        if waves and exponent.is_integer and sign(above.first()[1]) > 0:
            return self.bounded()
        if below.is_zero and sign(above.first()[1]) > 0:
            return self.constant(ZERO)
        monomial, c = below.first()
        if monomial.phase:
            raise Undecided("a symbolic power of an oscillating term")
        if sign(c) > 0:
            return (above * below.log()).exp()
        if exponent.is_integer is not True:
            raise Undecided("a power of a negative number with an exponent that is not an integer")
        modulus = self.constant(ONE) if base == -1 else (above * (-below).log()).exp()
        return self.alternation(above) * modulus

    def alternation(self, exponent: Germ) -> Germ:
        """(-1)**exponent for an exponent that takes integer values."""
        if exponent.error is not None:
            return self.bounded()
        return exponent.scaled(sympy.pi * sympy.I).exp()

    def logarithm(self, x: sympy.Expr) -> Germ:
        """The logarithm of a factorial or of a power, of which itself only a bound may be known."""
        if isinstance(x, sympy.exp):
            return self.of(x.args[0])
        if x.is_Pow and sign(self.of(x.base).first()[1]) > 0:
            return self.of(x.exp) * self.logarithm(x.base)
        return self.log(x)

    def exp(self, x: sympy.Expr) -> Germ:
        argument = self.of(x)
        if argument.error is not None and compare(argument.error, UNIT) >= 0:
            return argument.exp()
        large = argument.parts()[0]
        if large and all(m.phase and compare(m, UNIT) == 0 for m, _ in large):
            return self.bounded()
        return argument.exp()

    def log(self, x: sympy.Expr) -> Germ:
        if isinstance(x, sympy.factorial | sympy.gamma):
            return log_gamma(self.of(x.args[0] + (1 if isinstance(x, sympy.factorial) else 0)))
        return self.of(x).log()

    # Circular functions: of a finite limit by Taylor, of a growing argument as phases e^(i x).

    def cos_sin(self, x: sympy.Expr) -> tuple[Germ, Germ]:
        argument = self.of(x)
        if argument.error is not None and compare(argument.error, UNIT) >= 0:
            return self.bounded(), self.bounded()
        large, c, small = argument.parts()
        if any(m.phase for m, _ in large):
            return self.bounded(), self.bounded()
        if not large:
            even, odd = [], []
            for k in range(self.order):
                value = ONE / sympy.factorial(k) * (-1) ** (k // 2)
                even.append(ZERO if k % 2 else value)
                odd.append(value if k % 2 else ZERO)
            cos, sin = compose(small, even), compose(small, odd)
            a, b = sympy.cos(c), sympy.sin(c)
            return cos.scaled(a) - sin.scaled(b), sin.scaled(a) + cos.scaled(b)
        wave = argument.scaled(sympy.I).exp()
        mirror = argument.scaled(-sympy.I).exp()
        half = sympy.S.Half
        return (wave + mirror).scaled(half), (wave - mirror).scaled(-sympy.I * half)

    def cos(self, x: sympy.Expr) -> Germ:
        return self.cos_sin(x)[0]

    def sin(self, x: sympy.Expr) -> Germ:
        return self.cos_sin(x)[1]

    def tan(self, x: sympy.Expr) -> Germ:
        cos, sin = self.cos_sin(x)
        return sin * cos.power(-ONE)

    def cot(self, x: sympy.Expr) -> Germ:
        cos, sin = self.cos_sin(x)
        return cos * sin.power(-ONE)

    def sec(self, x: sympy.Expr) -> Germ:
        return self.cos(x).power(-ONE)

    def csc(self, x: sympy.Expr) -> Germ:
        return self.sin(x).power(-ONE)

    def acot(self, x: sympy.Expr) -> Germ:
        return self.atan(1 / x)

    def cosh_sinh(self, x: sympy.Expr) -> tuple[Germ, Germ]:
        up, down = self.of(x).exp(), self.of(-x).exp()
        return (up + down).scaled(sympy.S.Half), (up - down).scaled(sympy.S.Half)

    def cosh(self, x: sympy.Expr) -> Germ:
        return self.cosh_sinh(x)[0]

    def sinh(self, x: sympy.Expr) -> Germ:
        return self.cosh_sinh(x)[1]

    def tanh(self, x: sympy.Expr) -> Germ:
        cosh, sinh = self.cosh_sinh(x)
        return sinh * cosh.power(-ONE)

    def coth(self, x: sympy.Expr) -> Germ:
        cosh, sinh = self.cosh_sinh(x)
        return cosh * sinh.power(-ONE)

    def sech(self, x: sympy.Expr) -> Germ:
        return self.cosh(x).power(-ONE)

    def csch(self, x: sympy.Expr) -> Germ:
        return self.sinh(x).power(-ONE)

    # Inverse hyperbolic functions by their logarithms, for arguments in their domains.

    def asinh(self, x: sympy.Expr) -> Germ:
        if sign(self.of(x).first()[1]) < 0:
            return -self.asinh(-x)
        return self.of(sympy.log(x + sympy.sqrt(x**2 + 1)))

    def atanh(self, x: sympy.Expr) -> Germ:
        return self.of(sympy.log(1 + x) - sympy.log(1 - x)).scaled(sympy.S.Half)

    def atan(self, x: sympy.Expr) -> Germ:
        self.oscillates = self.oscillates or any(m.phase for m, _ in self.of(x).terms)
        return arctangent(self.of(x))

    def asin(self, x: sympy.Expr) -> Germ:
        square = self.of(x).power(sympy.Integer(2))
        return arctangent(self.of(x) * (self.constant(ONE) - square).power(-sympy.S.Half))

    def acos(self, x: sympy.Expr) -> Germ:
        return arctangent(self.of((1 - x) / (1 + x)).power(sympy.S.Half)).scaled(sympy.Integer(2))

    # Factorials and their kin, by Stirling.

    def gamma(self, x: sympy.Expr) -> Germ:
        argument = self.of(x)
        if argument.error is not None and compare(argument.error, UNIT) >= 0:
            return log_gamma(argument).exp()
        large, c, small = argument.parts()
        if large:
            return log_gamma(argument).exp()
        if c.is_Integer and c <= 0:
            return self.gamma(x + 1) * argument.power(-ONE)
        coefficients = [ZERO, *[sympy.polygamma(k - 1, c) / sympy.factorial(k) for k in range(1, self.order)]]
        return compose(small, coefficients).exp().scaled(sympy.gamma(c))

    def factorial(self, x: sympy.Expr) -> Germ:
        return self.gamma(x + 1)

    def binomial(self, x: sympy.Expr, k: sympy.Expr) -> Germ:
        if not k.has(n) and k.is_Integer:
            return self.of(sympy.ff(x, k) / sympy.factorial(k)) if k >= 0 else self.constant(ZERO)
        if not x.has(n):
            return self.rising(-x, k) * self.alternation(self.of(k)) * self.factorial(k).power(-ONE)
        return self.factorial(x) * (self.factorial(k) * self.factorial(x - k)).power(-ONE)

    def rising(self, x: sympy.Expr, k: sympy.Expr) -> Germ:
        if not k.has(n) and k.is_Integer:
            return self.of(sympy.expand_func(sympy.rf(x, k)))
        if not x.has(n):
            if x.is_Integer and x <= 0:
                return self.constant(ZERO)
            return self.gamma(x + k).scaled(1 / sympy.gamma(x))
        return self.gamma(x + k) * self.gamma(x).power(-ONE)

    def falling(self, x: sympy.Expr, k: sympy.Expr) -> Germ:
        if not x.has(n):
            return self.rising(-x, k) * self.alternation(self.of(k))
        return self.gamma(x + 1) * self.gamma(x - k + 1).power(-ONE)

    def factorial2(self, x: sympy.Expr) -> Germ:
        if x.is_even:
            half = x / 2
            return self.factorial(half) * self.of(2**half)
        if x.is_odd:
            half = (x + 1) / 2
            return self.gamma(half + sympy.S.Half) * self.of(2**half / sympy.sqrt(sympy.pi))
        raise Undecided("a double factorial whose parity changes")

    def catalan(self, x: sympy.Expr) -> Germ:
        return self.binomial(2 * x, x) * self.of(1 / (x + 1))

    def loggamma(self, x: sympy.Expr) -> Germ:
        return log_gamma(self.of(x))

    def harmonic(self, x: sympy.Expr, m: sympy.Expr = ONE) -> Germ:
        argument = self.of(x)
        if m == 1:
            return digamma(argument + self.constant(ONE)) + self.constant(sympy.EulerGamma)
        if not m.is_Rational or m <= 0:
            raise Undecided("a harmonic number of this order")
        return self.constant(sympy.zeta(m)) - hurwitz(argument + self.constant(ONE), m)

    def polygamma(self, k: sympy.Expr, x: sympy.Expr) -> Germ:
        if k == 0:
            return digamma(self.of(x))
        if not k.is_Integer:
            raise Undecided("a polygamma function of this order")
        return hurwitz(self.of(x), k + 1).scaled((-1) ** (k + 1) * sympy.factorial(k))

    def digamma(self, x: sympy.Expr) -> Germ:
        return digamma(self.of(x))

    def zeta(self, s: sympy.Expr, a: sympy.Expr = ONE) -> Germ:
        if a == 1:
            return zeta(self.of(s))
        if s.has(n) or not (s.is_Rational and s > 1):
            raise Undecided("a Hurwitz zeta function of this order")
        return hurwitz(self.of(a), s)

    def fibonacci(self, x: sympy.Expr) -> Germ:
        return self.binet(x, -ONE).scaled(1 / sympy.sqrt(5))

    def lucas(self, x: sympy.Expr) -> Germ:
        return self.binet(x, ONE)

    def binet(self, x: sympy.Expr, s: sympy.Expr) -> Germ:
        """phi**x + s (-1)**x phi**(-x), phi the golden ratio (Binet)."""
        golden = (1 + sympy.sqrt(5)) / 2
        rise = (self.of(x).scaled(sympy.log(golden))).exp()
        fall = (self.of(x).scaled(-sympy.log(golden))).exp()
        return rise + fall * self.alternation(self.of(x)).scaled(s)

    # Functions with jumps.

    def abs(self, x: sympy.Expr) -> Germ:
        argument = self.of(x)
        if argument.is_zero:
            return argument
        leading = argument.leading()
        monomial, c = leading[0]
        if len(leading) == 1 and not monomial.phase:
            return argument if sign(c) > 0 else -argument
        if len(leading) == 1 and len(argument.terms) == 1 and monomial.phase == _HALF_TURN:
            return Germ(((monomial.size, sympy.Abs(c)),), argument.error, self.order)
        self.oscillates = True
        return Germ((), monomial.size, self.order)

    def sign(self, x: sympy.Expr) -> Germ:
        monomial, c = self.of(x).first()
        if monomial.phase:
            return self.bounded()
        return self.constant(sympy.Integer(sign(c)))

    def floor(self, x: sympy.Expr) -> Germ:
        argument = self.of(x)
        whole = all(_is_power_of_n(m) and c.is_Integer for m, c in argument.terms if m != UNIT)
        if argument.error is None and whole:
            constant = next((c for m, c in argument.terms if m == UNIT), ZERO)
            return argument + self.constant(sympy.floor(constant) - constant)
        remainder = sympy.Mod(x, 1, evaluate=False)
        waves = fourier_coefficients(remainder)
        if waves is not None:
            return argument - self.of(remainder)
        large, c, small = argument.parts()
        if not large and not c.is_integer and c.is_real:
            return self.constant(sympy.floor(c))
        if not large and c.is_Integer and small.terms and not small.first()[0].phase:
            return self.constant(c if sign(small.first()[1]) > 0 else c - 1)
        return argument + self.bounded()

    def ceiling(self, x: sympy.Expr) -> Germ:
        return -self.floor(-x)

    def mod(self, x: sympy.Expr, m: sympy.Expr) -> Germ:
        if m.has(n):
            raise Undecided("a remainder with a changing modulus")
        found = self.periodic(sympy.Mod(x, m, evaluate=False))
        return self.bounded() if found is None else found


_SPLIT = (sympy.Pow, sympy.Mod, sympy.tan, sympy.Abs)
"""What makes a periodic term more than a trigonometric polynomial."""

_HALF_TURN = ((INDEX, sympy.pi),)


def _exponent(power: sympy.Expr) -> sympy.Expr:
    return power.as_base_exp()[1]


def _largest(errors: object) -> Monomial | None:
    found: Monomial | None = None
    for error in errors:  # type: ignore[attr-defined]
        if error is not None and (found is None or compare(error, found) > 0):
            found = error
    return found


def _is_power_of_n(m: Monomial) -> bool:
    return not m.exponent and not m.phase and bool(m.powers[0].is_Integer) and m.powers[0] > 0 and not any(m.powers[1:])


_RULES: dict[str, Callable[..., Germ]] = {
    "Abs": _Expansion.abs,
    "FallingFactorial": _Expansion.falling,
    "Mod": _Expansion.mod,
    "RisingFactorial": _Expansion.rising,
    **{
        name: getattr(_Expansion, name)
        for name in (
            *("acos", "acot", "asin", "asinh", "atan", "atanh", "binomial", "catalan", "ceiling", "cos"),
            *("cosh", "cot", "coth", "csc", "csch", "digamma", "exp", "factorial", "factorial2", "fibonacci", "floor"),
            *("gamma", "harmonic", "log", "loggamma", "lucas", "polygamma", "sec", "sech", "sign", "sin", "sinh"),
            *("tan", "tanh", "zeta"),
        )
    },
}
