"""Contrasts: one recurrence, exact and on machines, side by side."""
