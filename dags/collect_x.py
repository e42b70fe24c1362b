"""Ask X how many posts each query had per hour, and read posts of themes that have an open spike.

**When** hourly, at three minutes past. Skipped where X is not configured, and in the demo.

**Reads** the themes (`monitor x compile` shows what X is asked) and the open spikes. **Writes** hourly counts per query, which
feed only series whose source is x; posts as evidence; and what it all costs into the ledger, before each request.

**When it fails** a server's trouble is tried again by itself; a rate limit is kept in the database and waited for quietly.
A refusal (no credit, wrong token) fails at once: add credit, or renew `MONITOR_X_BEARER_TOKEN` or the connection `x_api`. The cap
(`MONITOR_X_CAP_USD`) stops reading, not counting. Hours missed are asked for by the next run, up to seven days back.
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
