"""The families of claims about machine runs: record, proof in sentences, theorem and hypotheses of each."""
