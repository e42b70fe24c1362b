"""Compare every series with what was to be expected; open, grow and close spikes; write alerts into the outbox; estimate queues.

**When** every 5 minutes, or when the asset `annotations` changes.

**Reads** counts with their coverage, from the last checkpoint to now; quarter-hours that were not observed are masked, never
zero. **Writes** checkpoints, spikes, events, alerts and what queues are estimated to be; then the asset `alerts`.

**When it fails** nothing is assessed twice and nothing left out: the next run steps on from the last checkpoint.
"""

from __future__ import annotations

from _stage import COMMON, run
from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, CronTriggerTimetable, task

with DAG(
    "detect",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("*/5 * * * *", timezone="UTC"), assets=[Asset("annotations")]),
    tags=["monitor", "detect"],
    **COMMON,
):

    @task(outlets=[Asset("alerts")], max_active_tis_per_dag=1)
    def detect() -> dict[str, int]:
        return {**run("detect"), **run("nowcast")}

    detect()
