"""Double factorials as factorials: (2m)!! = 2**m m! and (2m - 1)!! = (2m)!/(2**m m!) (NIST DLMF 5.4.2).

Where the parity of the argument changes with n, `residue_classes` takes the even and the odd indices apart.
"""

import sympy


def without_double_factorials(expr: sympy.Expr) -> sympy.Expr:
    """The expression with factorials for those double factorials whose argument has a parity.

    The identities hold wherever the argument is an integer >= -1.

    >>> from infinitesimal.arithmetics.symbolic import n
    >>> without_double_factorials(sympy.factorial2(2 * n - 1))
    factorial(2*n)/(2**n*factorial(n))
    """
    return expr.replace(sympy.factorial2, _rewritten)


def _rewritten(argument: sympy.Expr) -> sympy.Expr:
    if argument.is_even:
        half = sympy.expand(argument / 2)
        return 2**half * sympy.factorial(half)
    if argument.is_odd:
        half = sympy.expand((argument + 1) / 2)
        return sympy.factorial(2 * half) / (2**half * sympy.factorial(half))
    return sympy.factorial2(argument)
