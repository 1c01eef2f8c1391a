"""All benchmarks that print ratios. `python -m benchmarks.series` compares the corpus of series with SymPy."""

from benchmarks import machines, partial_sums, spine

spine.main()
machines.main()
partial_sums.main()
