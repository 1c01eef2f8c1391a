"""Names of columns as names of variables."""

from collections.abc import Sequence
from difflib import get_close_matches

from infinitesimal.errors import InputError
from infinitesimal.recurrences.recurrence import STEP_NUMBER
from infinitesimal.terms.parse import check_name


def default_names(count: int) -> tuple[str, ...]:
    """w01, w02, ...: names whose sorted order is the order of the columns.

    >>> default_names(3)
    ('w01', 'w02', 'w03')
    """
    return tuple(_numbered(i, count) for i in range(count))


def names_of(titles: Sequence[str]) -> tuple[str, ...]:
    """The titles of columns as names of variables; one that cannot be a name is replaced by its number.

    >>> names_of(["age", "sepal length (cm)"])
    ('age', 'w02')
    """
    found: list[str] = []
    for i, title in enumerate(titles):
        name = title if is_name(title) else _numbered(i, len(titles))
        while name in found or (name != title and name in titles):
            name += "_0"
        found.append(name)
    return tuple(found)


def checked_names(names: object, count: int) -> tuple[str, ...]:
    """The names given for `count` columns. Raises `InputError` for too few, too many, unusable or equal ones."""
    given = tuple(names.split(",")) if isinstance(names, str) else tuple(names)  # type: ignore[arg-type]
    if len(given) != count:
        raise InputError(f"{len(given)} names for {count} columns: give one for each")
    for name in given:
        check_name(name)
        if name == STEP_NUMBER:
            raise InputError("n is the number of the step and cannot name a column: choose another name")
    twice = next((name for i, name in enumerate(given) if name in given[:i]), None)
    if twice is not None:
        raise InputError(f"two columns are called {twice!r}: give each a name of its own")
    return given


def is_name(title: str) -> bool:
    """Whether a variable can be called so."""
    try:
        check_name(title)
    except InputError:
        return False
    return title != STEP_NUMBER


def position_of(title: str, titles: Sequence[str], what: str) -> int:
    """The place of the column called `title`; raises `InputError`, with the nearest title, if there is none."""
    if title in titles:
        return list(titles).index(title)
    near = get_close_matches(str(title), titles, 1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    some = ", ".join(titles[:12]) + (", ..." if len(titles) > 12 else "")
    raise InputError(f"{what} {title!r} is not a column: {hint}The columns are {some}")


def _numbered(i: int, count: int) -> str:
    return f"w{i + 1:0{max(2, len(str(count)))}d}"
