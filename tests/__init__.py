"""The tests, in the same folders as the package; `strategies` and `oracles` are shared."""
