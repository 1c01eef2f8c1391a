"""Sums, finite and infinite: closed forms, verdicts with reasons, enclosures."""
