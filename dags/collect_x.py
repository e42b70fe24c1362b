"""Ask X how many posts each query had per hour.

**When** hourly, at three minutes past. Skipped where X is not configured, and in the demo.

**Reads** the queries of `seeds/queries.yml`. **Writes** hourly counts per query; they feed only series whose source is x.

**When it fails** a rate limit is tried again by itself. A refused token fails at once: renew `MONITOR_X_BEARER_TOKEN` or the
connection `x_api`. Hours missed are asked for by the next run.
"""

from __future__ import annotations

from _stage import COMMON, run
from airflow.sdk import DAG, CronTriggerTimetable, task

with DAG(
    "collect_x",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("3 * * * *", timezone="UTC"),
    tags=["monitor", "collect"],
    **COMMON,
):

    @task(max_active_tis_per_dag=1)
    def collect_x() -> dict[str, int]:
        return run("collect_x")

    collect_x()
