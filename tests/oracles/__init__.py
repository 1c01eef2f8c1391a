"""Independent ways to the same results: definitions in `Fraction`, and other people's engines.

A result is compared as a `Real`: (sign, size), where the sign is 1 for negative and the size is an
exact `Fraction`, "inf" or "nan". It tells -0 from +0 and needs no tolerance.
"""
