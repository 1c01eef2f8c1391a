"""All benchmarks that print ratios. `python -m benchmarks.series` compares the corpus of series with SymPy."""

from benchmarks import descent, enclosures, machines, partial_sums, proofs, spine, stopping

spine.main()
descent.main()
stopping.main()
enclosures.main()
machines.main()
partial_sums.main()
proofs.main()
