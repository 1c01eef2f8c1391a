"""Runs: what a recurrence does in an arithmetic, and why it stops."""
