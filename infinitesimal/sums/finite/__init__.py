"""Finite sums in closed form, each with its proof."""
