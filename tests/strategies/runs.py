"""Small recurrences to run to their end: affine, quadratic and arbitrary steps, one or two components."""

from functools import cache

from hypothesis import strategies as st

from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from tests.strategies.numbers import small_rationals
from tests.strategies.terms import terms

NAMES = ("x", "y")


def _coefficients() -> st.SearchStrategy[str]:
    return st.sampled_from(["0", "1", "-1", "0.1", "0.5", "0.9", "1.1", "1/3", "-0.5", "-0.9", "2", "1.9", "-2", "3"])


@st.composite
def affine_steps(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> str:
    """A step such as x - 0.1*x + 0.5*y + 1, in one of the shapes people write."""
    c, d, e = (draw(_coefficients()) for _ in range(3))
    other = names[-1]
    shapes = (
        f"({c})*{name}",
        f"{name} - ({c})*{name}",
        f"{name} - ({c})*(({d})*({name} - ({e})))",
        f"({c})*{name} + ({d})*{other} + ({e})",
        f"{name} + {other}",
        f"{name} + ({c})*{other}",
        f"{other}",
        f"-{other}",
        f"{name}/2",
    )
    return draw(st.sampled_from(shapes))


@st.composite
def quadratic_steps(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> str:
    """A step such as 3.7*x*(1 - x), or a step of Newton's method."""
    c, d = draw(_coefficients()), draw(_coefficients())
    other = names[-1]
    shapes = (
        f"({c})*{name}*(1 - {name})",
        f"{name} - ({c})*({name}*{other} - ({d}))",
        f"{name} - ({c})*({name}**3 - {name})",
        f"({name} + ({c})/{name})/2",
        f"{name}*{other} + ({c})",
        f"({c})/{other}",
    )
    return draw(st.sampled_from(shapes))


@cache
def _steps(name: str, names: tuple[str, ...], number: bool) -> st.SearchStrategy[object]:
    """One strategy for each kind of step: to make one anew for every draw costs more than the draw."""
    free = terms((*names, "n") if number else names, max_leaves=5, exponents=(-2, 3))
    written = st.one_of(affine_steps(name, names), quadratic_steps(name, names))
    return st.one_of(written, written, free)


@st.composite
def small_recurrences(draw: st.DrawFn, *, number: bool = False, one_watched: bool = False) -> Recurrence:
    """Recurrences in one or two components; `number` lets a step read its number, and `one_watched`
    leaves the second component unwatched in some.
    """
    names = NAMES[: draw(st.integers(1, 2))]
    step: dict[str, object] = {name: draw(_steps(name, names, number)) for name in names}
    if number:
        suffix = draw(st.sampled_from(["/n", "*n/8", "/n**2", " + 1/n", " - 1/n**2", " + n/4", ""]))
        step["x"] = f"({step['x']}){suffix}" if isinstance(step["x"], str) else step["x"]
    watch = "x" if one_watched and len(names) == 2 and draw(st.booleans()) else None
    return recurrence(step, {name: draw(small_rationals()) for name in names}, watch)
