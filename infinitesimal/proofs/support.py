"""The support library in Rocq: its files, what each needs, and the two ways in which a certificate gets them."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

LIBRARY = (
    "Limits",
    "RealLimits",
    "Series",
    "Polynomials",
    "Sums",
    "Harmonic",
    "Descents",
    "Sublinear",
    "Contractions",
    "Systems",
    "Races",
    "Machines",
    "Roundings",
    "Hardware",
    "Fates",
)
"""The files of the support library, each after those it uses."""

STANDARD = "Require Import QArith Qabs NArith ZArith Lia Lqa Setoid Bool SpecFloat."
"""The part of Coq's standard library that every certificate is written in."""

_OWN = "From Infinitesimal Require Import "
_IMPORT = "Require Import "


@cache
def source(name: str) -> str:
    """The text of a file of the support library."""
    return (files("infinitesimal.proofs") / "rocq" / f"{name}.v").read_text(encoding="utf-8")


def needed(names: Iterable[str]) -> tuple[str, ...]:
    """These files of the library and all that they use, in an order that can be loaded.

    >>> needed(["Series"])
    ('Limits', 'Series')
    """
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [used for line in _lines(name, _OWN) for used in line[len(_OWN) :].rstrip(".").split()]
    return tuple(name for name in LIBRARY if name in found)


def _lines(name: str, start: str) -> list[str]:
    return [line for line in source(name).splitlines() if line.startswith(start)]


def imports(names: Iterable[str]) -> str:
    """The head of a certificate that uses the compiled library."""
    return "\n".join([STANDARD, f"{_OWN}{' '.join(needed(names))}."])


def inlined(names: Iterable[str]) -> str:
    """The head of a certificate that needs nothing but Coq: the files of the library as modules.

    What a file imports from Coq stays in its module, as it stays in the compiled file.
    """
    chosen = needed(names)
    required = dict.fromkeys(line.replace(" Import", "") for name in chosen for line in _lines(name, "Require "))
    parts = [*required, STANDARD]
    for name in chosen:
        own = [_inside(line) for line in source(name).splitlines()]
        parts += [f"Module {name}.", *own, f"End {name}.", f"Import {name}."]
    return "\n".join(parts)


def _inside(line: str) -> str:
    """A line of a file, in a module: what it requires has been loaded before."""
    if line.startswith((_OWN, _IMPORT)):
        return f"Import {line.partition(_IMPORT)[2]}"
    return f"(* {line} *)" if line.startswith("Require ") else line
