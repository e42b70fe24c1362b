"""What is expected of one step of learning before it is seen, and how it may vary.

The log rate of a series is a dynamic generalised linear model; how much counts vary beyond Poisson is a mixture of hypotheses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitor.detect.rhythm import Floats, Rhythm
from monitor.detect.state import DetectorState


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected of N series whose log rate has D coefficients, with H hypotheses of how their counts vary."""

    spread: Floats  # (N, D) covariance times regressors
    doubt: Floats  # (N,) variance of the log rate
    rate: Floats  # (N,) posts a step of learning, all channels read
    weights: Floats  # (N, H) probability of each hypothesis
    clustering: Floats  # (N,)

    @property
    def relative_doubt(self) -> Floats:
        """Variance of the rate over its square."""
        return np.expm1(np.minimum(self.doubt, 6.0))


def foresee(state: DetectorState, index: int, rhythm: Rhythm) -> Forecast:
    """Give the forecast of the step of learning that bin ``index`` lies in."""
    regressors = rhythm.regressors(index)
    size = len(regressors)
    spread = np.einsum("nij,j->ni", state.covariance.reshape(-1, size, size), regressors)
    plausibility = state.plausibility + rhythm.log_prior
    weights = np.exp(plausibility - plausibility.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return Forecast(
        spread=spread,
        doubt=np.maximum(np.einsum("ni,i->n", spread, regressors), 1e-8),
        rate=np.exp(np.clip(np.einsum("ni,i->n", state.mean, regressors), -12.0, 15.0)),
        weights=weights,
        clustering=mixed(weights, np.array([clustering for clustering, _ in rhythm.hypotheses])),
    )


def mixed(weights: Floats, values: Floats) -> Floats:
    """Give each series' mean over the hypotheses; by einsum, whose sums do not depend on how many series there are."""
    mean: Floats = np.einsum("nh,h->n", weights, values)
    return mean
