"""Draw the chart of a mail: counts per hour against their expectation; readable in black and white."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.model import ChartPoint

HOUR = timedelta(hours=1)
DAYS = {"ru": "%d.%m\n%H:%M"}
"""How days are written where the months' English names are not."""


def draw_chart(points: Sequence[ChartPoint], *, onset_at: datetime, title: str, language: str = "en") -> bytes:
    """Give a PNG (about 720 × 300 pixels): bars of counts, expectation with its 90 % band, gaps hatched, a triangle
    at the onset."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # imported late: it takes half a second
    from matplotlib.dates import DateFormatter
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(7.2, 3.0), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    axes: Any = figure.add_subplot()
    hours = [point.hour_at for point in points]
    ends = [*hours, *(hour_at + HOUR for hour_at in hours[-1:])]  # a step drawn "post" needs the end of its last hour
    shown = [*points, *points[-1:]]
    axes.fill_between(ends, [p.expected_low for p in shown], [p.expected_high for p in shown], step="post", color="0.85")
    axes.step(ends, [p.expected for p in shown], where="post", color="0.4", linewidth=1, linestyle="--")
    seen = [p for p in points if p.observed is not None]
    axes.bar([p.hour_at for p in seen], [p.observed or 0 for p in seen], width=HOUR, align="edge", color="black")
    for point in points:
        if point.observed is None:
            axes.axvspan(point.hour_at, point.hour_at + HOUR, facecolor="none", edgecolor="0.6", hatch="////", linewidth=0)
    axes.axvline(onset_at, color="black", linewidth=1, linestyle=":", zorder=0)
    axes.plot([onset_at], [1.04], marker="v", markersize=8, color="black", clip_on=False, transform=axes.get_xaxis_transform())
    axes.set_title(title, fontsize=9, loc="left", pad=12)
    formatter: Any = DateFormatter
    axes.xaxis.set_major_formatter(formatter(DAYS.get(language, "%d %b\n%H:%M")))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.tick_params(labelsize=8)
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    target = io.BytesIO()
    figure.savefig(target, format="png", metadata={"Software": None})
    return target.getvalue()
