"""The channels the detector counts on: those observed from the first day, others once they have been observed for a week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = timedelta(days=1)
PANEL_AGE = timedelta(days=7)
"""A channel is in the detector's panel once it has been observed this long, or since the deployment's first day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelChannel:
    """A channel as the panel sees it: posts a day expected of it, its first observed quarter-hour, and how many days of its first
    ``PANEL_AGE`` were observed."""

    channel_id: int
    weight: float
    first_observed_at: datetime
    probation_days: float = PANEL_AGE / DAY


def joining_moments(panel: Sequence[PanelChannel]) -> dict[int, datetime]:
    """Give when each newcomer joins the panel; founders, who were read within a day of the very first, are left out."""
    if not panel:
        return {}
    founding_day = min(channel.first_observed_at for channel in panel) + DAY
    return {
        channel.channel_id: channel.first_observed_at + PANEL_AGE for channel in panel if channel.first_observed_at > founding_day
    }
