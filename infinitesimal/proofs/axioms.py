"""Axioms that a theorem may rest on, by name and type: none, those of the processor's floats, or those of the reals.

Rocq prints a name in its shortest form, so a name alone says little: an axiom is known when its name is the end of a
name listed here and its type is the one listed, both without the names of modules.
"""

import re
from dataclasses import dataclass

CLOSED = "Closed under the global context"

_UNARY = "float -> float"
_BINARY = "float -> float -> float"
_TEST = "float -> float -> bool"
_WORDS = "int -> int -> int"

HARDWARE = {
    "PrimInt63.int": "Set",
    "PrimFloat.float": "Set",
    **{f"PrimInt63.{name}": _WORDS for name in ("add", "sub", "lsr", "lsl", "lor", "land")},
    "PrimInt63.eqb": "int -> int -> bool",
    "PrimFloat.of_uint63": "int -> float",
    "PrimFloat.normfr_mantissa": "float -> int",
    "PrimFloat.ldshiftexp": "float -> int -> float",
    "PrimFloat.frshiftexp": "float -> float * int",
    **{f"PrimFloat.{name}": _UNARY for name in ("opp", "abs")},
    **{f"PrimFloat.{name}": _BINARY for name in ("add", "sub", "mul", "div")},
    **{f"PrimFloat.{name}": _TEST for name in ("ltb", "eqb")},
    **{
        f"FloatAxioms.{name}_spec": f"forall x y : float, Prim2SF ({name} x y) = SF64{name} (Prim2SF x) (Prim2SF y)"
        for name in ("add", "sub", "mul", "div")
    },
    "FloatAxioms.opp_spec": "forall x : float, Prim2SF (opp x) = SFopp (Prim2SF x)",
    "FloatAxioms.SF2Prim_Prim2SF": "forall x : float, SF2Prim (Prim2SF x) = x",
}
"""The kernel's primitive floats and 63-bit integers, and the standard library's axioms on what they compute."""

REALS = {
    "ClassicalDedekindReals.sig_forall_dec": (
        "forall P : nat -> Prop, (forall n : nat, {P n} + {~ P n}) -> {n : nat | ~ P n} + {forall n : nat, P n}"
    ),
    "ClassicalDedekindReals.sig_not_dec": "forall P : Prop, {~ ~ P} + {~ P}",
    "FunctionalExtensionality.functional_extensionality_dep": (
        "forall (A : Type) (B : A -> Type) (f g : forall x : A, B x), (forall x : A, f x = g x) -> f = g"
    ),
}
"""What the standard library's real numbers are built on."""

KNOWN = {"hardware": HARDWARE, "reals": REALS}
"""The lists by the names that a `Theorem` calls them."""


@dataclass(frozen=True, slots=True)
class Axiom:
    """Something that is assumed, as Rocq prints it; `type` is empty for what is no axiom, such as an unset guard."""

    name: str
    type: str

    def __str__(self) -> str:
        return f"{self.name} : {self.type}" if self.type else self.name


def assumptions(output: str) -> tuple[Axiom, ...] | None:
    r"""The axioms in the answer to `Print Assumptions`, none for a closed one; None where it is no such answer.

    >>> assumptions("Axioms:\nlie\n  : 1 ==\n    2\n")
    (Axiom(name='lie', type='1 == 2'),)
    """
    lines = output.strip().splitlines()
    if lines == [CLOSED]:
        return ()
    if not lines or lines[0] != "Axioms:":
        return None
    entries: list[str] = []
    for line in lines[1:]:
        if line[:1].isspace() and entries:
            entries[-1] += f" {line.strip()}"
        else:
            entries.append(line.strip())
    parts = [entry.partition(" : ") for entry in entries]
    return tuple(Axiom(name, type) for name, _, type in parts)


def is_known(axiom: Axiom, lists: tuple[str, ...]) -> bool:
    """Whether an axiom is in one of the lists, by its name and its type.

    >>> is_known(Axiom("sig_not_dec", "forall P : Prop, {~ ~ P} + {~ P}"), ("reals",))
    True
    >>> is_known(Axiom("sub_spec", "False"), ("hardware",))
    False
    """
    named = [type for listed in lists for name, type in KNOWN[listed].items() if f".{name}".endswith(f".{axiom.name}")]
    return any(_bare(type) == _bare(axiom.type) for type in named)


def _bare(type: str) -> str:
    """A type without the names of modules, on one line."""
    return " ".join(re.sub(r"\b(?:[A-Z]\w*\.)+(?=\w)", "", type).split())
