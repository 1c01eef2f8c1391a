"""Longley's regression, on which the programs of 1967 lost all their digits: exact, against the certified values.

Setting
    Sixteen years of the economy of the United States: employment is fitted by six columns, which nearly
    depend on one another, and an intercept. The numbers are the decimals of the table.
Algorithm
    The normal equations X^T X w = X^T y over the rationals. Gradient descent leads to the same point.
Guarantee
    The minimiser is the one rational point where the gradient of the loss is zero. Rounded to 15 digits it is what the
    National Institute of Standards and Technology certifies.
Reference
    J. W. Longley, An appraisal of least squares programs for the electronic computer from the point of view of the
    user, JASA 62 (1967); NIST, Statistical Reference Datasets, Longley.
"""

from fractions import Fraction

import infinitesimal as inf
from infinitesimal.rational import scientific

TITLES = ("deflator", "product", "unemployed", "forces", "population", "year")
EMPLOYED_AND_REST = """
60323  83.0 234289 2356 1590 107608 1947
61122  88.5 259426 2325 1456 108632 1948
60171  88.2 258054 3682 1616 109773 1949
61187  89.5 284599 3351 1650 110929 1950
63221  96.2 328975 2099 3099 112075 1951
63639  98.1 346999 1932 3594 113270 1952
64989  99.0 365385 1870 3547 115094 1953
63761 100.0 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955
67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957
66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959
69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961
70551 116.9 554894 4007 2827 130081 1962
"""
CERTIFIED = {
    "intercept": "-3482258.63459582",
    "deflator": "15.0618722713733",
    "product": "-0.0358191792925910",
    "unemployed": "-2.02022980381683",
    "forces": "-1.03322686717359",
    "population": "-0.0511041056535807",
    "year": "1829.15146461355",
}


def fit(table: str) -> inf.LeastSquares:
    """The least squares fit of the first column of a table by the others."""
    lines = [line.split() for line in table.strip().splitlines()]
    rows, labels = [line[1:] for line in lines], [line[0] for line in lines]
    return inf.least_squares(rows, labels, names=TITLES, intercept=True, label="employed")


def weights() -> tuple[dict[str, str], dict[str, str]]:
    """The exact minimiser, rounded to 15 digits; and the certified values."""
    computed = {name: scientific(weight, 15) for name, weight in fit(EMPLOYED_AND_REST).minimiser.items()}
    return computed, {name: scientific(Fraction(CERTIFIED[name]), 15) for name in computed}


def slopes() -> tuple[list[Fraction], list[Fraction]]:
    """The gradient at the minimiser by the terms of the loss; and zeros."""
    loss = fit(EMPLOYED_AND_REST)
    point = loss.minimiser
    return [inf.evaluate(slope, point, inf.QQ) for slope in loss.gradient.values()], [Fraction(0)] * 7


if __name__ == "__main__":
    for name, weight in fit(EMPLOYED_AND_REST).minimiser.items():
        print(f"{name:10} {scientific(weight, 15):>22} = {weight}")
