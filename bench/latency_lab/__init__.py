"""What ``bench/latency.py`` measures: a quiet deployment, bursts, and what runs its stages."""
