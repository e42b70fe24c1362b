"""What the benchmark of classification reads besides the replay."""
