"""Halts found without making the updates one by one."""
