"""What is summed: terms in the index, their classes, and the values of expressions."""
