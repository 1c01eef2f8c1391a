"""Hypothesis strategies shared by all tests: numbers, formats, values of a format, terms."""

from tests.strategies.formats import encodings, formats, pairs, roundings, small_formats, standard_formats
from tests.strategies.numbers import rationals, small_rationals
from tests.strategies.terms import terms

__all__ = [
    "encodings",
    "formats",
    "pairs",
    "rationals",
    "roundings",
    "small_formats",
    "small_rationals",
    "standard_formats",
    "terms",
]
