"""Steps where a rotation comes close to a right angle: the next one by the Euclidean algorithm, however far it is.

A component c rho**t cos(t theta - phi) + rest, with an angle that is no rational part of a turn, is small only where
the cosine is, and with theta and phi enclosed these t are a few among very many. Source of the algorithm for the
first point of an arithmetic progression modulo m in an interval: the continued fraction of its step, as in Knuth, *The
Art of Computer Programming*, 6.4 (three distances).
"""

from flint import arb

from infinitesimal.optimization.stopping.modes import Modes

LEAST_FRACTION = 4
"""Ranges are left alone where more than about one step in so many could be meant."""
GUARD = 64


def first_in_interval(step: int, modulus: int, low: int, high: int) -> int | None:
    """The smallest k >= 0 with low <= k*step mod modulus <= high, for 0 <= low <= high < modulus; None if none.

    >>> first_in_interval(7, 31, 10, 12)  # 7, 14, 21, 28, 4, 11
    6
    """
    step %= modulus
    if low == 0:
        return 0
    if step == 0:
        return None
    k = -(-low // step)
    if k * step <= high:
        return k
    turns = first_in_interval(modulus % step, step, -high % step, -low % step)
    return None if turns is None else -(-(low + modulus * turns) // step)


def next_candidate(modes: Modes, ceiling: arb, low: int, high: int) -> int | None:
    """The first t from `low` to `high` where all components may be at most `ceiling`; high + 1 if there is none.

    None where this cannot be told quickly. Works at the precision of the modes.
    """
    found = _largest_wave(modes)
    if found is None or modes.coefficients is None:
        return None
    row, i = found
    wave = modes.modes[i]
    cosine, sine = modes.coefficients[row, i], modes.coefficients[row, i + 1]
    size = (cosine * cosine + sine * sine).sqrt()
    least = min((modes.size(wave, t) for t in (low, high)), key=lambda a: float(a.log().mid()))
    others = sum(
        (
            abs(modes.coefficients[row, j]) * abs(modes.value(mode, low, high, low)).upper()
            for j, mode in enumerate(modes.modes)
            if j not in (i, i + 1)
        ),
        start=arb(0),
    )
    share = (ceiling + others) / (size * least)
    if not share * LEAST_FRACTION < 1:
        return None
    half_turns = wave.root.angle / arb.pi()
    first = half_turns * low - arb.atan2(sine, cosine) / arb.pi() - arb(1) / 2
    return _next(half_turns, first, share.upper().asin() / arb.pi(), low, high)


def _largest_wave(modes: Modes) -> tuple[int, int] | None:
    """The component and the mode (a cosine, its sine is next) of the simple irrational rotation of largest modulus."""
    waves = [
        i
        for i, m in enumerate(modes.modes)
        if m.root.turn is None and not m.sine and m.power == 0 and modes.power_of(m.root) == 1
    ]
    if not waves or modes.coefficients is None:
        return None
    i = max(waves, key=lambda j: float(modes.modes[j].root.modulus.mid()))
    entries = [modes.coefficients[row, i] ** 2 + modes.coefficients[row, i + 1] ** 2 for row in range(modes.rows)]
    row = max(range(modes.rows), key=lambda r: float(entries[r].mid()))
    return (row, i) if entries[row] > 0 else None


def _next(step: arb, first: arb, width: arb, low: int, high: int) -> int | None:
    """The first t with first + (t - low)*step within `width` of an integer, or one a little further off."""
    count = high - low
    modulus = 1 << (2 * count.bit_length() + GUARD)
    scaled, offset, reach = step * modulus, first * modulus, width * modulus
    if not all(x.is_finite() for x in (scaled, offset, reach)):
        return None
    a, b = int(scaled.mid().floor().unique_fmpz()), int(offset.mid().floor().unique_fmpz())
    error = (_above(scaled.rad()) + 1) * (count + 1) + _above(offset.rad()) + 1
    margin = _above(reach) + error
    if 2 * LEAST_FRACTION * margin > 3 * modulus:
        return None
    start = (-margin - b) % modulus
    if start == 0 or start + 2 * margin >= modulus:  # the first one is near enough already
        return low
    k = first_in_interval(a, modulus, start, start + 2 * margin)
    return high + 1 if k is None or k > count else low + k


def _above(x: arb) -> int:
    return int(x.upper().ceil().unique_fmpz()) + 1


def needed_bits(high: int, bits: int) -> int:
    """A precision, `bits` times a power of two, at which angles up to t = `high` are known well enough."""
    while bits < 3 * high.bit_length() + 2 * GUARD:
        bits *= 2
    return bits
