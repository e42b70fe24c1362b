"""What ``bench/spikes.py`` compares detectors on: simulated series with known bursts, published detectors, and the marks."""
