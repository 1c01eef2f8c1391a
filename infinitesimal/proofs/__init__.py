"""Proofs: theorems about processes and machine runs, readable and checked by Rocq's kernel."""
