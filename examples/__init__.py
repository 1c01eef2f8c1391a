"""Examples, each a small theorem: setting, algorithm, guarantee, reference.

Every example has a function that returns (computed, theoretical); the tests run all of them and
compare the two exactly. `python -m examples.NAME` prints a table.
"""
