"""What a state takes from a step: the rate, how counts vary, the days' highest scores.

High counts are learnt clipped, so that a burst does not teach that bursts are normal; after 48 hours they are learnt in full.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from monitor.detect.forecast import Forecast, mixed
from monitor.detect.judgement import Judgement
from monitor.detect.parameters import DetectorParameters
from monitor.detect.rhythm import Floats, Rhythm
from monitor.detect.state import DetectorState
from monitor.detect.windows import Windows, believed_reach


def learn(
    state: DetectorState, forecast: Forecast, windows: Windows, judgement: Judgement, rhythm: Rhythm, p: DetectorParameters
) -> DetectorState:
    """Take in the step of learning that ends now, as far as it was read."""
    counts, expected = windows.observed[0], windows.expected[0]  # the shortest window is one step of learning
    is_read = windows.share[0] > 0.0
    exposure = np.where(is_read, expected / np.maximum(forecast.rate, 1e-12), 0.0)
    wandering = mixed(forecast.weights, np.expm1(np.array([noise**2 for _, noise in rhythm.hypotheses])))
    variance = forecast.clustering * expected + (forecast.relative_doubt + wandering) * expected**2
    clipped = np.minimum(counts * judgement.believed, expected + np.maximum(believed_reach(expected, variance, rhythm, p), 1.0))
    is_trusted = (state.high_for > rhythm.lifted_after_bins) | (state.age_bins <= rhythm.young_bins)
    learnt = np.where(is_trusted, counts, clipped)
    state = _update_rate(state, forecast, learnt, exposure, wandering, rhythm, p)
    return _update_hypotheses(state, forecast, learnt, expected, is_read, rhythm)


def _update_rate(
    state: DetectorState,
    forecast: Forecast,
    counts: Floats,
    exposure: Floats,
    wandering: Floats,
    rhythm: Rhythm,
    p: DetectorParameters,
) -> DetectorState:
    """Conjugate gamma update of the rate, carried to the coefficients by linear Bayes; overdispersed counts weigh less."""
    weight = 1.0 / (forecast.clustering + p.noise_doubt * wandering * forecast.rate)
    shape = 1.0 / forecast.doubt
    shape_after = shape + counts * weight
    rate_after = shape_after / (shape / forecast.rate + exposure * weight)
    move = np.log(rate_after / forecast.rate) / forecast.doubt
    shrink = (1.0 - 1.0 / (shape_after * forecast.doubt)) / forecast.doubt
    size = forecast.spread.shape[1]
    covariance = state.covariance.reshape(-1, size, size)
    covariance = covariance - (forecast.spread * shrink[:, None])[:, :, None] * forecast.spread[:, None, :]
    covariance[:, range(size), range(size)] += rhythm.drift()
    return replace(
        state, mean=state.mean + forecast.spread * move[:, None], covariance=covariance.reshape(len(state), size * size)
    )


def _update_hypotheses(
    state: DetectorState, forecast: Forecast, counts: Floats, expected: Floats, is_read: npt.NDArray[np.bool_], rhythm: Rhythm
) -> DetectorState:
    """Weigh the hypotheses of variance by how likely each makes the count; older evidence fades."""
    clustering, noise = np.array(rhythm.hypotheses).T
    mean = np.maximum(expected, 1e-9)[:, None]
    relative = np.minimum(forecast.doubt, 1.0)[:, None] + noise**2
    extra = np.maximum((clustering - 1.0) * mean + relative * mean**2, 1e-6 * mean)
    size = mean**2 / extra
    whole = np.floor(counts)[:, None]
    log_likelihood = gammaln(whole + size) - gammaln(size) - size * np.log1p(mean / size) - whole * np.log1p(size / mean)
    log_likelihood -= log_likelihood.max(axis=1, keepdims=True)
    faded = rhythm.variance_memory * state.plausibility + log_likelihood
    return replace(state, plausibility=np.where(is_read[:, None], faded, state.plausibility))


def note(state: DetectorState, judgement: Judgement, is_observed: npt.NDArray[np.bool_], p: DetectorParameters) -> DetectorState:
    """Remember how long each series has stood high, and its highest score of the day."""
    high_for = np.where(judgement.raw >= p.high_score, state.high_for + 1.0, 0.0)
    return replace(
        state,
        high_for=np.where(is_observed, high_for, state.high_for),
        peak_today=np.maximum(state.peak_today, judgement.raw),
    )


def end_day(state: DetectorState) -> DetectorState:
    """Put the day's highest scores with those of the days before; the oldest ones fall out."""
    peaks = np.concatenate([state.peaks[:, 1:], state.peak_today[:, None]], axis=1)
    return replace(state, peaks=peaks, peak_today=np.zeros(len(state)))
