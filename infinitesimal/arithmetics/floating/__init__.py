"""Floating-point arithmetic of any machine: a format, a rounding, and exact-then-round operations."""
