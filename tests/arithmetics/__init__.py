"""Tests of the arithmetics: every result is derived a second time, independently."""
