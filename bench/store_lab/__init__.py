"""What the benchmarks of storing share."""
