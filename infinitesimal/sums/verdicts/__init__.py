"""Whether series converge, how, and by which test."""
