"""Infinite sums in closed form, family by family."""
