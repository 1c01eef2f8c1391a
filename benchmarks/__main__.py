"""All benchmarks."""

from benchmarks.spine import main

main()
