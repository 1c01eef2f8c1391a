"""All benchmarks that print ratios. `python -m benchmarks.series` compares the corpus of series with SymPy."""

from benchmarks import descent, enclosures, machines, partial_sums, proofs, spine, starts, stopping

spine.main()
descent.main()
stopping.main()
enclosures.main()
machines.main()
starts.main()
partial_sums.main()
proofs.main()
