"""The exact side: closed forms, limits, remainders, and the n-th value without the ones before."""
