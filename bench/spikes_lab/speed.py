"""How long the deployed step takes: quarter-hours of ten thousand series that have been watched for two days."""

from __future__ import annotations

import time

import numpy as np

from monitor.detect import initial
from monitor.detect.step import step

SERIES, WARM_STEPS, TIMED_STEPS = 10_000, 192, 16


def step_ms(seed: int) -> dict[str, float]:
    """Give the processor's time of a step in ms: the mean of all, and the slowest, one in four, which also learns."""
    rng = np.random.default_rng(seed)
    base = np.exp(rng.normal(-3.5, 1.5, SERIES))
    state, taken = initial(SERIES), []
    for index in range(WARM_STEPS + TIMED_STEPS):
        counts = rng.poisson(base * np.exp(0.6 * np.cos(2 * np.pi * index / 96))).astype(float)
        begun = time.process_time()
        state, _ = step(state, index=index, counts=counts, exposure=np.ones(SERIES))
        taken.append((time.process_time() - begun) * 1000)
    timed = np.array(taken[WARM_STEPS:])
    return {"step_ms": float(timed.mean()), "step_learning_ms": float(timed[3::4].mean())}
