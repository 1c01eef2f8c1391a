"""Descents decided: regimes of the rate, stopping rules, minimisers, certificates of convergence, worst cases."""
