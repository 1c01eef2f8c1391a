"""Stochastic rounding as exact Markov chains."""
