"""Enclosures of sums and of what is left of them, each with a proved rest."""
