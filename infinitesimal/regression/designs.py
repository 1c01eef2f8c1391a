"""Designs: what a model makes of the columns before it is fitted: an intercept, and powers and products."""

from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb, prod

from infinitesimal.errors import InputError
from infinitesimal.regression.columns import MAX_BITS, Column
from infinitesimal.regression.datasets import DataSet
from infinitesimal.regression.names import is_name

INTERCEPT = "intercept"
MAX_COLUMNS = 1_000


@dataclass(frozen=True)
class Design:
    """The columns of a model: all products of at most `degree` columns of the data, and a column of ones.

    A product is called by the names of its factors and their powers: x_2 is x**2, and x_z is x*z.
    """

    names: tuple[str, ...]
    intercept: bool
    products: tuple[tuple[int, ...], ...]

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the columns of the data itself."""
        return tuple(self.names[k] for k, product in enumerate(self.products) if len(product) == 1)

    def check(self, data: DataSet) -> None:
        """Raises `InputError` for data with other columns than those that the model is made of."""
        if data.names != self.features:
            ours, theirs = ", ".join(self.features), ", ".join(data.names)
            raise InputError(f"the test data has the columns {theirs}, and the fit {ours}: give the same, in one order")

    def apply(self, data: DataSet) -> DataSet:
        """The data with the columns of the model, exact."""
        made = []
        for places in self.products:
            chosen = [data.columns[j] for j in places]
            made.append(chosen[0] if len(chosen) == 1 else _product(chosen))
        if self.intercept:
            made.append(Column((1,) * len(data)))
        return DataSet(self.names, tuple(made), data.labels, data.label, data.titles)


def design(names: tuple[str, ...], intercept: bool = False, degree: int = 1) -> Design:
    """The design of a model on the columns `names`.

    Raises `InputError` for a degree that is not from 1 to 20, for more than 1,000 columns, and for a
    column that is called intercept besides the intercept.

    >>> design(("x", "z"), intercept=True, degree=2).names
    ('x', 'z', 'x_2', 'x_z', 'z_2', 'intercept')
    """
    if not isinstance(intercept, bool):
        raise InputError(f"intercept {intercept!r}: give True or False")
    if not isinstance(degree, int) or isinstance(degree, bool) or not 1 <= degree <= 20:
        raise InputError(f"degree {degree!r}: give an integer from 1 to 20")
    count = comb(len(names) + degree, degree) - 1 + intercept
    if count > MAX_COLUMNS:
        raise InputError(
            f"{len(names)} columns of degree {degree} make {count} columns: at most {MAX_COLUMNS} are fitted. "
            "Take fewer columns or a lower degree"
        )
    if intercept and INTERCEPT in names:
        raise InputError("a column is called intercept: leave it out, or rename it by names=")
    places = range(len(names))
    products = tuple(c for k in range(1, degree + 1) for c in combinations_with_replacement(places, k))
    made: list[str] = []
    for product in products:
        name = _name(product, names)
        while not is_name(name) or name in made or (len(product) > 1 and name in (*names, INTERCEPT)):
            name = f"w{len(made) + 1:03d}" if not is_name(name) else f"{name}_0"
        made.append(name)
    return Design((*made, INTERCEPT) if intercept else tuple(made), intercept, products)


def _name(product: tuple[int, ...], names: tuple[str, ...]) -> str:
    if len(product) == 1:
        return names[product[0]]
    powers = [(names[j], product.count(j)) for j in sorted(set(product))]
    return "_".join(name if k == 1 else f"{name}_{k}" for name, k in powers)


def _product(columns: list[Column]) -> Column:
    denominator = prod(column.denominator for column in columns)
    if denominator.bit_length() > MAX_BITS:
        raise InputError(f"a product of columns has a denominator of more than {MAX_BITS} bits: take a lower degree")
    return Column(tuple(map(prod, zip(*(column.numbers for column in columns), strict=True))), denominator)
