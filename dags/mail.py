"""Send the alerts that wait in the outbox.

**When** every minute, or when the asset `alerts` changes.

**Reads** the outbox. **Writes** what the mail server answered, one reader a transaction. A mail is never lost; it arrives twice,
with the same Message-ID, only if this task is killed between the server's answer and our note of it.

**When it fails** an unreachable server is tried again, later and later. A refused login fails at once: correct `MONITOR_SMTP_*`
or the connection `smtp_default`; the mails wait meanwhile.
"""

from __future__ import annotations

from _stage import COMMON, run
from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, CronTriggerTimetable, task

with DAG(
    "mail",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("* * * * *", timezone="UTC"), assets=[Asset("alerts")]),
    tags=["monitor", "mail"],
    **COMMON,
):

    @task(max_active_tis_per_dag=1)
    def mail() -> dict[str, int]:
        return run("mail")

    mail()
