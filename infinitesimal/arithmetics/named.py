"""Arithmetics by their names: `binary32`, `bfloat16:up`, `QQ`.

`arithmetic.resolve` knows what an arithmetic is and none of them; here all are known. A name is what `str` of the
arithmetic's `name` gives: that of a format, with its rounding after a colon unless it is nearest-even. The rationals
are `QQ` or `exact`.
"""

from typing import Any

from infinitesimal.arithmetic import resolve
from infinitesimal.arithmetics.floating.format import Format, format_named
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.errors import InputError

_EXACT = ("QQ", "exact")


def arithmetic_of(value: object) -> Any:
    """The arithmetic meant by `value`: one by its name, the nearest-even one of a format, or `value` itself.

    Raises `InputError` for an unknown name, with the names there are, and for what is no arithmetic.

    >>> arithmetic_of("binary32"), arithmetic_of("bfloat16:toward_zero"), arithmetic_of("QQ")
    (floats(binary32), floats(bfloat16, 'toward_zero'), QQ)
    >>> arithmetic_of("bfloat61")
    Traceback (most recent call last):
        ...
    infinitesimal.errors.InputError: 'bfloat61' is not a format: there are binary16, binary32, binary64, binary128,
    x87, bfloat16, tf32, e5m2, e4m3, e4m3fn, e3m4, e3m2, e2m3, e2m1. Did you mean bfloat16?
    """
    if not isinstance(value, str):
        return resolve(value)
    name, _, rounding = value.strip().partition(":")
    if name in _EXACT:
        if rounding:
            raise InputError(f"{value!r}: exact arithmetic rounds nothing: write exact")
        from infinitesimal.arithmetics.rationals import QQ

        return QQ
    return floats(name, rounding or "nearest_even")


def format_of(value: object) -> Format:
    """The format meant by `value`: one by its name, or itself. Raises `InputError` for anything else.

    >>> format_of("e5m2")
    e5m2
    """
    found = format_named(value) if isinstance(value, str) else value
    if not isinstance(found, Format):
        raise InputError(f"{value!r} is not a format: give one such as binary64, or Format(precision, emin, emax)")
    return found
