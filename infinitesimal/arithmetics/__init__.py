"""Arithmetics: how things are computed. Each one gives every term a meaning."""
