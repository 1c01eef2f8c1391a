"""Finite sums with known values: the term in k, the bounds, the closed form in n, and where it is from.

The closed form holds for every n >= `least`. The sources are those of `series_corpus`, and

G       Gould, Combinatorial Identities
Maxima  the documentation and tests of zeilberger and simplify_sum
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class FiniteCase:
    """One sum: of `term` over k = first, ..., last, which is `value` for every n >= least."""

    kind: str
    term: str
    first: str
    last: str
    value: str
    source: str
    least: int = 0


def _cases(kind: str, *rows: tuple[str, str, str, str, str] | tuple[str, str, str, str, str, int]) -> list[FiniteCase]:
    return [FiniteCase(kind, *row) for row in rows]


FINITE_CORPUS: tuple[FiniteCase, ...] = tuple(
    _cases(
        "polynomial",
        ("k", "1", "n", "n*(n + 1)/2", "GKP 2"),
        ("k**2", "0", "n", "n*(n + 1)*(2*n + 1)/6", "GKP 2.5"),
        ("k**3", "0", "n", "n**2*(n + 1)**2/4", "GKP 6.5"),
        ("k**4", "0", "n", "n*(n + 1)*(2*n + 1)*(3*n**2 + 3*n - 1)/30", "GKP 6.5; AS 23.1.4"),
        ("k**5", "1", "n", "n**2*(n + 1)**2*(2*n**2 + 2*n - 1)/12", "GR 0.121.5"),
        ("2*k - 1", "1", "n", "n**2", "GR 0.122"),
        ("(2*k - 1)**3", "1", "n", "n**2*(2*n**2 - 1)", "GR 0.122.3"),
        ("k*(k + 1)", "1", "n", "n*(n + 1)*(n + 2)/3", "GKP 2.50"),
        ("k*(n - k)", "0", "n", "n*(n - 1)*(n + 1)/6", "derived"),
        ("k**7", "0", "n", "n**2*(n + 1)**2*(3*n**4 + 6*n**3 - n**2 - 4*n + 2)/24", "GR 0.121.7"),
        ("k**2", "n", "2*n", "n*(n + 1)*(14*n + 1)/6", "derived"),
        ("(-1)**k*k**2", "1", "n", "(-1)**n*n*(n + 1)/2", "GKP 2, exercise"),
        ("(-1)**k*k", "0", "n", "((-1)**n*(2*n + 1) - 1)/4", "GKP 2"),
    )
    + _cases(
        "geometric",
        ("2**k", "0", "n", "2**(n + 1) - 1", "GKP 2.25"),
        ("1/2**k", "0", "n", "2 - 2**(-n)", "GKP 2.25"),
        ("(-3)**k", "0", "n", "(1 - (-3)**(n + 1))/4", "GKP 2.25"),
        ("k*2**k", "0", "n", "(n - 1)*2**(n + 1) + 2", "GKP 2.26"),
        ("k/2**k", "1", "n", "2 - (n + 2)/2**n", "GKP 2.26"),
        ("k**2*2**k", "0", "n", "2**(n + 1)*(n**2 - 2*n + 3) - 6", "GKP 2, exercise"),
        ("k**2/3**k", "1", "n", "3/2 - (n**2 + 3*n + 3)/(2*3**n)", "GR 0.114"),
        ("2**k*3**(n - k)", "0", "n", "3**(n + 1) - 2**(n + 1)", "GKP 2"),
        ("(2/3)**k", "1", "n", "2*(1 - (2/3)**n)", "GKP 2.25"),
        ("(-1)**k", "0", "n", "(1 + (-1)**n)/2", "GKP 2"),
        ("4**k", "n", "2*n", "(4**(2*n + 1) - 4**n)/3", "derived"),
        ("(2*k + 1)*3**k", "0", "n", "n*3**(n + 1) + 1", "GR 0.113"),
        ("x**k", "0", "n", "(x**(n + 1) - 1)/(x - 1)", "GKP 2.25"),
        ("k*x**k", "0", "n", "(n*x**(n + 2) - (n + 1)*x**(n + 1) + x)/(x - 1)**2", "GKP 2.26"),
    )
    + _cases(
        "telescoping",
        ("1/(k*(k + 1))", "1", "n", "n/(n + 1)", "GKP 2.46"),
        ("1/(k*(k + 2))", "1", "n", "n*(3*n + 5)/(4*(n + 1)*(n + 2))", "GKP 2"),
        ("1/(k*(k + 1)*(k + 2))", "1", "n", "n*(n + 3)/(4*(n + 1)*(n + 2))", "GR 0.142"),
        ("1/(4*k**2 - 1)", "1", "n", "n/(2*n + 1)", "GR 0.133"),
        ("1/((3*k - 2)*(3*k + 1))", "1", "n", "n/(3*n + 1)", "GR 0.141"),
        ("(2*k + 1)/(k**2*(k + 1)**2)", "1", "n", "n*(n + 2)/(n + 1)**2", "Apostol 8"),
        ("1/(k**2 - 1)", "2", "n", "(n - 1)*(3*n + 2)/(4*n*(n + 1))", "GKP 2", 2),
        ("k/(k**4 + k**2 + 1)", "1", "n", "n*(n + 1)/(2*(n**2 + n + 1))", "Knopp 34"),
        ("log(1 + 1/k)", "1", "n", "log(n + 1)", "Apostol 8"),
        ("1/(sqrt(k) + sqrt(k + 1))", "0", "n", "sqrt(n + 1)", "Apostol 8"),
        ("1/(k*(k + 3))", "1", "n", "11/18 - (3*n**2 + 12*n + 11)/(3*(n + 1)*(n + 2)*(n + 3))", "GKP 2"),
        ("4*k/(4*k**4 + 1)", "1", "n", "1 - 1/(2*n**2 + 2*n + 1)", "derived"),
        ("1/(k*(k + 1))", "n", "2*n", "1/n - 1/(2*n + 1)", "derived", 1),
    )
    + _cases(
        "Gosper",
        ("k*factorial(k)", "0", "n", "factorial(n + 1) - 1", "A=B 5"),
        ("k/factorial(k + 1)", "0", "n", "1 - 1/factorial(n + 1)", "GKP 5"),
        ("(4*k + 1)*factorial(k)/factorial(2*k + 1)", "0", "n", "2 - factorial(n)/factorial(2*n + 1)", "A=B 5.2"),
        ("binomial(k, 3)", "0", "n", "binomial(n + 1, 4)", "GKP 5.10"),
        ("(-1)**k*binomial(5, k)", "0", "n", "(-1)**n*binomial(4, n)", "GKP 5.16"),
        ("binomial(2*k, k)/4**k", "0", "n", "(2*n + 1)*binomial(2*n, n)/4**n", "A=B 5, exercise"),
        ("binomial(n + k, k)", "0", "n", "binomial(2*n + 1, n)", "GKP 5.9"),
        ("binomial(k + 3, k)", "0", "n", "binomial(n + 4, n)", "GKP 5.9"),
        ("k**2*4**k/((k + 1)*(k + 2))", "0", "n", "2/3 + 4**(n + 1)*(n - 1)/(3*(n + 2))", "Gosper 1978; A=B 5"),
        ("(k**2 + k + 1)*factorial(k)", "0", "n", "(n + 1)*factorial(n + 1)", "A=B 5"),
        (
            "4**k/binomial(2*k, k)",
            "0",
            "n",
            "(2*n + 1)*4**(n + 1)/(3*binomial(2*n + 2, n + 1)) + 1/3",
            "A=B 5, exercise",
        ),
        ("(k - 1)*2**k/(k*(k + 1))", "1", "n", "2**(n + 1)/(n + 1) - 2", "derived"),
        ("k*binomial(2*k, k)/4**k", "0", "n", "n*(2*n + 1)*binomial(2*n, n)/(3*4**n)", "derived"),
        ("(k**2 + 1)*factorial(k)", "0", "n", "n*factorial(n + 1) + 1", "A=B 5, exercise"),
        ("rf(3, k)/factorial(k)", "0", "n", "(n + 1)*(n + 2)*(n + 3)/6", "GKP 5.9"),
        ("1/binomial(k + 2, 2)", "0", "n", "2*(n + 1)/(n + 2)", "derived"),
        ("(k + 2)/(k*(k + 1)*2**k)", "1", "n", "1 - 1/((n + 1)*2**n)", "derived"),
    )
    + _cases(
        "binomial",
        ("binomial(n, k)", "0", "n", "2**n", "GKP 5.12"),
        ("binomial(n, k)**2", "0", "n", "binomial(2*n, n)", "GKP 5.22; A=B 6"),
        ("k*binomial(n, k)", "0", "n", "n*2**(n - 1)", "GKP 5"),
        ("k**2*binomial(n, k)", "0", "n", "n*(n + 1)*2**(n - 2)", "GR 0.154"),
        ("binomial(n, k)*2**k", "0", "n", "3**n", "GKP 5.12"),
        ("binomial(n, k)/(k + 1)", "0", "n", "(2**(n + 1) - 1)/(n + 1)", "GR 0.155"),
        ("(-1)**k*binomial(n, k)/(k + 1)", "0", "n", "1/(n + 1)", "GR 0.155"),
        ("(-1)**k*binomial(n, k)/(2*k + 1)", "0", "n", "4**n/((2*n + 1)*binomial(2*n, n))", "GKP 5.41"),
        ("binomial(n, k)*binomial(2*n, n - k)", "0", "n", "binomial(3*n, n)", "GKP 5.22, Vandermonde"),
        ("k*binomial(n, k)**2", "0", "n", "n*binomial(2*n, n)/2", "GKP 5.23"),
        ("binomial(2*k, k)*binomial(2*n - 2*k, n - k)", "0", "n", "4**n", "GKP 5.39"),
        ("(-1)**k*binomial(2*n, k)**2", "0", "2*n", "(-1)**n*binomial(2*n, n)", "GKP 5.55"),
        ("(-1)**k*binomial(2*n, k)**3", "0", "2*n", "(-1)**n*factorial(3*n)/factorial(n)**3", "Dixon 1891; A=B 2"),
        ("(-1)**k*binomial(n, k)*2**(n - k)", "0", "n", "1", "GKP 5.12"),
        ("(-1)**k*binomial(n, k)*binomial(2*k, k)/4**k", "0", "n", "binomial(2*n, n)/4**n", "G 3.85"),
        ("(-1)**k*binomial(n, k)*binomial(n + k, k)", "0", "n", "(-1)**n", "G 3"),
        ("binomial(n, k)**2*binomial(3*n + k, 2*n)", "0", "n", "binomial(3*n, n)**2", "A=B 2, G 6"),
        ("binomial(2*n, 2*k)", "0", "n", "2**(2*n - 1)", "GKP 5", 1),
        ("binomial(2*n + 1, k)", "0", "n", "4**n", "GKP 5.18"),
        ("(-1)**k*binomial(n, k)/binomial(n + k + 1, k)", "0", "n", "(n + 1)/(2*n + 1)", "derived"),
        ("k*binomial(2*n, n + k)", "0", "n", "n*binomial(2*n, n)/2", "GKP 5.18"),
        ("binomial(n + k, k)/2**k", "0", "n", "2**n", "GKP 5.20"),
        ("(-1)**k*binomial(n, k)*k**2", "0", "n", "0", "GKP 5.42", 3),
        ("k*(k - 1)*binomial(n, k)", "0", "n", "n*(n - 1)*2**(n - 2)", "GR 0.154"),
        ("binomial(k, 2)*binomial(n - k, 1)", "0", "n", "binomial(n + 1, 4)", "GKP 5.26"),
        ("4**k*(-1)**k*binomial(n + k, 2*k)", "0", "n", "(-1)**n*(2*n + 1)", "GKP 5, exercise; G 3"),
    )
    + _cases(
        "harmonic",
        ("1/k", "1", "n", "harmonic(n)", "GKP 2.13"),
        ("harmonic(k)", "1", "n", "(n + 1)*harmonic(n) - n", "GKP 2.57"),
        ("k*harmonic(k)", "1", "n", "n*(n + 1)*harmonic(n)/2 - n*(n - 1)/4", "GKP 2.57"),
        ("k**2*harmonic(k)", "1", "n", "n*(n + 1)*(2*n + 1)*harmonic(n)/6 - n*(n - 1)*(4*n + 1)/36", "GKP 6, exercise"),
        (
            "harmonic(k)**2",
            "1",
            "n",
            "(n + 1)*harmonic(n)**2 - (2*n + 1)*harmonic(n) + 2*n",
            "GKP 6, exercise 21",
        ),
        ("1/(2*k - 1)", "1", "n", "harmonic(2*n) - harmonic(n)/2", "GKP 6"),
        ("(-1)**(k + 1)*binomial(n, k)/k", "1", "n", "harmonic(n)", "GKP 5, exercise; GR 0.155"),
        ("(-1)**k*binomial(n, k)*harmonic(k)", "1", "n", "-1/n", "GKP 6", 1),
        ("1/(k*(2*k + 1))", "1", "n", "2*harmonic(n) - 2*harmonic(2*n + 1) + 2", "derived"),
        ("binomial(k, 2)*harmonic(k)", "1", "n", "binomial(n + 1, 3)*(harmonic(n + 1) - 1/3)", "GKP 6.70"),
        ("1/k", "n + 1", "2*n", "harmonic(2*n) - harmonic(n)", "GKP 6"),
    )
    + _cases(
        "Fibonacci",
        ("fibonacci(k)", "0", "n", "fibonacci(n + 2) - 1", "Koshy 5"),
        ("fibonacci(k)**2", "0", "n", "fibonacci(n)*fibonacci(n + 1)", "Koshy 5"),
        ("fibonacci(2*k)", "0", "n", "fibonacci(2*n + 1) - 1", "Koshy 5"),
        ("fibonacci(2*k - 1)", "1", "n", "fibonacci(2*n)", "Koshy 5"),
        ("lucas(k)", "0", "n", "lucas(n + 2) - 1", "Koshy 5"),
        ("k*fibonacci(k)", "0", "n", "n*fibonacci(n + 2) - fibonacci(n + 3) + 2", "Koshy 25"),
        ("(-1)**k*fibonacci(k)", "0", "n", "(-1)**n*fibonacci(n - 1) - 1", "Koshy 5", 1),
        ("binomial(n, k)*fibonacci(k)", "0", "n", "fibonacci(2*n)", "Koshy 12"),
        ("fibonacci(3*k)", "0", "n", "(fibonacci(3*n + 2) - 1)/2", "Koshy 5"),
        ("fibonacci(k)/2**k", "0", "n", "2 - fibonacci(n + 3)/2**n", "Koshy 16"),
    )
    + _cases(
        "trigonometric",
        ("cos(k)", "0", "n", "sin((2*n + 1)/2)/(2*sin(1/2)) + 1/2", "GR 1.341.3"),
        ("sin(k)", "0", "n", "sin(n/2)*sin((n + 1)/2)/sin(1/2)", "GR 1.341.1"),
        ("sin(2*k - 1)", "1", "n", "sin(n)**2/sin(1)", "GR 1.342.3"),
        ("cos(k)**2", "0", "n", "(2*n + 3)/4 + sin(2*n + 1)/(4*sin(1))", "GR 1.351.2"),
        ("k*sin(k)", "1", "n", "sin(n + 1)/(4*sin(1/2)**2) - (n + 1)*cos((2*n + 1)/2)/(2*sin(1/2))", "GR 1.352.1"),
        ("(-1)**k*cos(k)", "0", "n", "1/2 + (-1)**n*cos((2*n + 1)/2)/(2*cos(1/2))", "GR 1.344"),
        ("sin(k)**2", "1", "n", "n/2 - cos(n + 1)*sin(n)/(2*sin(1))", "GR 1.351.1"),
    )
)
