"""Where an affine process goes, decided by the eigenvalues that its start excites.

The state is extended by a 1, so that one matrix E carries it on. The minimal polynomial of E on the start has the roots
that matter, and no others: an eigenvalue outside the unit circle does no harm to a start without a part along it. There
is a limit exactly where 1 is a simple root and all the others lie inside the unit circle. No eigenvector is computed.
"""

from typing import NamedTuple

from flint import acb, arb, ctx, fmpq, fmpz, fmpz_mat, fmpz_poly, nmod_mat

from infinitesimal.linear.affine import AffineMap
from infinitesimal.linear.jumps import krylov

SCHUR_COHN_BITS = (256, 1024, 4096, 16384)
PRIMES = (2**61 - 1, 2**31 - 1, 4611686018427387847)


class Orbit(NamedTuple):
    """The limit of the whole state, None if there is none; how it diverges; the degree and the evidence."""

    limit: tuple[fmpq, ...] | None
    manner: str
    degree: int
    evidence: str


def orbit(mapping: AffineMap) -> Orbit:
    """Where the state of an affine map with a constant forcing goes from its start. Decided exactly.

    >>> from infinitesimal.linear.affine import affine_map
    >>> from infinitesimal.recurrences.descents import descent
    >>> orbit(affine_map(descent("x**2 + (x - y)**2", 1, "1/8"))).limit
    (0, 0)
    >>> orbit(affine_map(descent("x**2 + (x - y)**2", 1, 1))).manner
    'it grows without bound'
    """
    matrix, q, start, _ = mapping.integers
    columns = krylov(matrix, start, matrix.nrows() + 1)
    minimal = _minimal_polynomial(matrix, columns)
    scaled = fmpz_poly([c * fmpz(q) ** k for k, c in enumerate(minimal.coeffs())])  # its roots are those of E
    rest = _divided(scaled, fmpz_poly([-1, 1]))  # the 1 that extends the state is there for ever
    manner, evidence = _manner(rest)
    if manner:
        return Orbit(None, manner, scaled.degree(), evidence)
    return Orbit(_limit(mapping, columns, minimal), "", scaled.degree(), evidence)


def _minimal_polynomial(matrix: fmpz_mat, columns: fmpz_mat) -> fmpz_poly:
    """The monic polynomial of least degree that takes the first column to zero.

    Columns that are independent modulo a prime are so over the rationals; if all are, it is the characteristic
    polynomial. Otherwise the first dependent column is solved for on rows that are independent modulo the prime, and
    all rows confirm it; a prime that made too many columns dependent fails there, and the next one is taken.
    """
    size = matrix.nrows()
    for prime in PRIMES:
        rank = nmod_mat(columns, prime).rank()
        if rank == size:
            return matrix.charpoly()
        independent = fmpz_mat([row[:rank] for row in columns.tolist()])
        rows = _pivots(nmod_mat(independent.transpose(), prime).rref()[0], rank)
        if len(rows) < rank:
            continue
        whole = columns.tolist()
        target = fmpz_mat([[whole[i][rank]] for i in rows])
        solution, bottom = fmpz_mat([whole[i][:rank] for i in rows]).solve(target).numer_denom()
        last = fmpz_mat([[row[rank]] for row in whole])
        if bottom == 1 and independent * solution == last:
            return fmpz_poly([*(-c for c in solution.entries()), 1])
    return matrix.minpoly()  # every prime was unlucky: it may have roots that the start does not excite


def _pivots(reduced: nmod_mat, rank: int) -> list[int]:
    found = []
    for row in reduced.tolist()[:rank]:
        place = next((j for j, entry in enumerate(row) if int(entry)), None)
        if place is not None:
            found.append(place)
    return found


def _divided(polynomial: fmpz_poly, divisor: fmpz_poly) -> fmpz_poly:
    quotient, remainder = divmod(polynomial, divisor)
    assert remainder == 0
    return quotient


def _manner(polynomial: fmpz_poly) -> tuple[str, str]:
    """How a sequence with these roots fails to settle, empty if it does; and the evidence.

    A root on the unit circle is a root of the reversed polynomial too, since its conjugate is its inverse. Where two
    roots are inverse to one another, one of them is not inside either.
    """
    while polynomial.degree() > 0 and polynomial[0] == 0:  # a root 0 is inside
        polynomial = polynomial.right_shift(1)
    if polynomial.degree() < 1:
        return "", "the start excites no other eigenvalues than 0 and 1"
    if polynomial(fmpz(1)) == 0:
        return "it drifts without bound", "the start excites 1 as a multiple root"
    common = polynomial.gcd(_reversed(polynomial))
    rest = polynomial
    while (shared := rest.gcd(common)).degree() > 0:
        rest = _divided(rest, shared)
    if not all_inside(rest):
        return "it grows without bound", "an eigenvalue that the start excites lies outside the unit circle"
    if common.degree() < 1:
        return (
            "",
            f"1 is a simple eigenvalue on the start, and the other {rest.degree()} pass the test of Schur and Cohn",
        )
    if common.degree() == 1 and polynomial.derivative()(fmpz(-1)) != 0:
        return "it oscillates without settling", "the start excites the eigenvalue -1"
    with ctx.workprec(256):
        if any(abs(acb(root)) > 1 for root, _ in common.complex_roots()):
            return "it grows without bound", "an eigenvalue that the start excites lies outside the unit circle"
    if polynomial.gcd(polynomial.derivative()).gcd(common).degree() > 0:
        return "it grows without bound", "the start excites a multiple eigenvalue on the unit circle"
    return "it does not settle", f"the eigenvalues on the start and their inverses share {common.degree()}"


def all_inside(polynomial: fmpz_poly) -> bool:
    """Whether all roots lie inside the unit circle; no root, and no inverse of one, may be a root of the reverse.

    Schur and Cohn: with k = p(0)/lead the roots are inside exactly if |k| < 1 and those of (p - k reverse(p))/t.
    The coefficients are enclosed, at rising precision until every |k| is on one side of 1. Where one is exactly 1,
    which roots outside can make, the roots themselves are enclosed: none is on the circle, so they come to lie on one
    side of it.
    """
    for bits in SCHUR_COHN_BITS:
        with ctx.workprec(bits):
            found = _schur_cohn([arb(c) for c in polynomial.coeffs()])
        if found is not None:
            return found
    bits = SCHUR_COHN_BITS[0]
    while True:
        with ctx.workprec(bits):
            sizes = [abs(acb(root)) for root, _ in polynomial.complex_roots()]
        if any(size > 1 for size in sizes):
            return False
        if all(size < 1 for size in sizes):
            return True
        bits *= 2


def _schur_cohn(coefficients: list[arb]) -> bool | None:
    """The test on enclosed coefficients; None where the precision does not decide."""
    while len(coefficients) > 1:
        top, bottom = coefficients[-1], coefficients[0]
        if abs(bottom) > abs(top):
            return False
        if not abs(bottom) < abs(top):
            return None
        k = bottom / top
        coefficients = [a - k * b for a, b in zip(coefficients[1:], coefficients[-2::-1], strict=True)]
        largest = coefficients[-1]
        coefficients = [c / largest for c in coefficients]
    return True


def _reversed(polynomial: fmpz_poly) -> fmpz_poly:
    return fmpz_poly(list(reversed(polynomial.coeffs())))


def _limit(mapping: AffineMap, columns: fmpz_mat, minimal: fmpz_poly) -> tuple[fmpq, ...]:
    """The part of the start along the eigenvalue 1: p(B) z / p(q), with p the minimal polynomial without that root.

    Every other part is taken to zero by p(B). The result is a fixed point; that is confirmed.
    """
    matrix, q, _, q0 = mapping.integers
    others = _divided(minimal, fmpz_poly([-q, 1]))
    coefficients = others.coeffs()
    column = fmpz_mat([row[: len(coefficients)] for row in columns.tolist()]) * fmpz_mat([[c] for c in coefficients])
    assert matrix * column == column * q
    bottom = others(fmpz(q)) * q0
    return tuple(fmpq(column[i, 0], bottom) for i in range(mapping.dimension))
