"""The families of exact claims. Each module has the record, its proof in sentences, its theorem and its hypotheses."""
