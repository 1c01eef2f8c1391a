"""Recurrences: processes that are written once and read by many arithmetics."""
