"""Minima, convexity, and proofs that a descent converges."""
