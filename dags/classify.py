"""Say of every stored post what it is about, where, and which hours and kilometres it reports.

**When** the asset `posts` changes, or every 5 minutes; each run works off the whole backlog, so a missed event costs nothing.

**Reads** masked posts that are not yet classified, then, within a time budget, those an older codebook read. **Writes** their
annotations and the counts of every series they belong to, one transaction a batch; then the asset `annotations`.

**When it fails** the batch in hand stays in the backlog and the next run takes it again.
"""

from __future__ import annotations

from _stage import COMMON, run
from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, CronTriggerTimetable, task

with DAG(
    "classify",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("*/5 * * * *", timezone="UTC"), assets=[Asset("posts")]),
    tags=["monitor", "classify"],
    **COMMON,
):

    @task(outlets=[Asset("annotations")])
    def classify() -> dict[str, int]:
        return run("classify")

    classify()
