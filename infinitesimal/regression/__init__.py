"""Losses made of data: exact columns, least squares, logistic regression, and data that is held back."""
