"""Check by itself that nothing has fallen silent, late or out of date, tell the operator, and erase what has lived its time.

**When** hourly, at 17 minutes past.

**Reads** the seeds, the charter, coverage, runs, approvals and the outbox. **Writes** notices, which `mail` sends to
MONITOR_OPERATOR_MAIL, empty texts into posts of X older than `MONITOR_X_TEXT_HOURS`, and its counts as a run of the pipeline.

**When it fails** the log's last line names the file and line of the seeds, or what does not move.
"""

from __future__ import annotations

from _stage import COMMON, run
from airflow.sdk import DAG, CronTriggerTimetable, task

with DAG(
    "maintain",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("17 * * * *", timezone="UTC"),
    tags=["monitor", "maintain"],
    **COMMON,
):

    @task
    def maintain() -> dict[str, int]:
        return run("maintain")

    maintain()
