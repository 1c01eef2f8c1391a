"""Formats, roundings, and the values of a format with its edges."""

from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import (
    FORMATS,
    INFINITY,
    NAN,
    NEGATIVE_INFINITY,
    NEGATIVE_ZERO,
    POSITIVE_ZERO,
    Format,
    Pair,
)
from infinitesimal.arithmetics.floating.rounding import Rounding


def roundings() -> st.SearchStrategy[Rounding]:
    return st.sampled_from(list(Rounding))


def standard_formats() -> st.SearchStrategy[Format]:
    return st.sampled_from(list(FORMATS.values()))


@st.composite
def small_formats(draw: st.DrawFn, min_precision: int = 1) -> Format:
    """Formats of 1 to 7 bits: with subnormals or flush to zero, each overflow policy, top encodings taken."""
    precision = draw(st.integers(min_precision, 7))
    emin = draw(st.integers(-9, 1))
    emax = emin + draw(st.integers(0, 9))
    overflow = draw(st.sampled_from(["infinity", "saturate", "nan"]))
    largest = 0
    if overflow != "infinity" and precision > 1:
        full = (1 << precision) - 1
        largest = draw(st.sampled_from([full, full - 1, full // 2 + 1]))
    return Format(precision, emin, emax, draw(st.booleans()), overflow, largest)


def formats() -> st.SearchStrategy[Format]:
    return standard_formats() | small_formats()


def edges(format: Format) -> list[Pair]:
    """Zeros, the least and the greatest numbers with their neighbours, one with its neighbours, and
    what is not finite."""
    p, largest = format.precision, format.largest_significand
    least, full = 1 << p - 1, (1 << p) - 1
    sizes = [(least, format.qmin), (largest, format.qmax)]
    if largest > least:
        sizes.append((largest - 1, format.qmax))
    if format.subnormals and p > 1:
        sizes += [(1, format.qmin), (least - 1, format.qmin)]
    if p > 1 and (format.qmin < format.qmax or least < largest):
        sizes.append((least + 1, format.qmin))
    if format.qmin < 1 - p <= format.qmax:
        sizes += [(least, 1 - p), (full, -p)]
    found = [POSITIVE_ZERO, NEGATIVE_ZERO, NAN, *sizes, *((-m, q) for m, q in sizes)]
    if format.overflow != "infinity" or not format.has_infinity:
        return found
    return (
        [*found, INFINITY, NEGATIVE_INFINITY] if p > 1 else [*found, INFINITY]
    )  # one bit has no room for both and NaN


@st.composite
def pairs(draw: st.DrawFn, format: Format) -> Pair:
    """A value of the format in the package's own form: an edge, a power of two, or any number."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(edges(format)))
    p = format.precision
    q = draw(st.integers(format.qmin, format.qmax))
    top = format.largest_significand if q == format.qmax else (1 << p) - 1
    bottom = 1 if q == format.qmin and format.subnormals else 1 << p - 1
    m = draw(st.integers(bottom, top) | st.sampled_from([bottom, top, max(bottom, 1 << p - 1)]))
    return (-m if draw(st.booleans()) else m), q


@st.composite
def encodings(draw: st.DrawFn, format: Format) -> int:
    """The bits of a value of the format; NaN in the one encoding that the package writes."""
    return format.encode(draw(pairs(format)))
