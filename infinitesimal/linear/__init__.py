"""Affine maps over the rationals: recognised, jumped through, and decided by their characteristic polynomials."""
