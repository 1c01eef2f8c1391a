"""Terms: what is computed, with every operation in the order written."""
