"""Read what the followed Telegram channels have said since the last time.

**When** every 5 minutes; one run at a time, one account, within a budget of 4 minutes. In the demo the bundled replay of
September 2022 stands in for Telegram.

**Reads** the channels of `seeds/channels`, from each channel's cursor. **Writes** posts (masked, authors hashed), coverage and
cursor, one transaction a page; then the asset `posts`.

**When it fails** a flood wait or a lost connection is tried again by itself and nothing is lost: the cursor moves only with the
posts it covers. A missing charter, credential or a revoked session fails at once: the log's last line says what to set.
"""

from __future__ import annotations

from _stage import COMMON, run
from airflow.sdk import DAG, Asset, CronTriggerTimetable, task

with DAG(
    "collect_telegram",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("*/5 * * * *", timezone="UTC"),
    tags=["monitor", "collect"],
    **COMMON,
):

    @task(outlets=[Asset("posts")], max_active_tis_per_dag=1)
    def collect() -> dict[str, int]:
        return run("collect")

    collect()
