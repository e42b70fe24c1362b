"""Maintain: check what runs by itself, tell the operator what does not, and erase what has lived its time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from monitor import policy, store
from monitor.model import RunReport
from monitor.pipeline.check import duties
from monitor.pipeline.duties import retain, write_erasures
from monitor.pipeline.revisit import erase_due
from monitor.pipeline.tools import charter_of, policy_of, reading
from monitor.pipeline.watch import watch
from monitor.settings import Settings

CHARTER_DAYS, APPROVAL_DAYS = 30, 14
"""Days before its end on which the operator is told of a charter, an approval."""
LATE_AFTER = {
    "collect": timedelta(minutes=30),
    "collect_x": timedelta(hours=3),
    "classify": timedelta(minutes=30),
    "detect": timedelta(minutes=30),
    "mail": timedelta(minutes=15),
}
"""A stage none of whose runs has ended well for so long is late: several times its cadence."""
LOW_SHARE = Decimal("0.8")
"""Share of the month's cap after which the operator is told that it runs low."""
X_SILENT_AFTER = timedelta(hours=3)
MANY_FAILURES, MANY_ATTEMPTS = 3, 5


def maintain(connection: store.Connection, settings: Settings, *, as_of: datetime) -> RunReport:
    """Check seeds, charter, approvals, stages, deliveries, channels and sources for notices; erase what has lived its time."""
    posts_count = erase_due(connection, as_of=as_of)
    themes = len(reading(settings).codebook.themes)
    policy_of(settings)
    now: datetime | None = as_of
    if settings.source == "replay":
        now = store.progress(connection).replay_reached_at
    else:
        check_charter(connection, settings, as_of=as_of)
        check_stages(connection, as_of=as_of)
        check_x(connection, settings, as_of=as_of)
    check_approvals(connection, as_of=as_of)
    check_deliveries(connection, as_of=as_of)
    opened = watch(connection, until_at=now) if now else 0
    if now:
        store.forget_copy_marks(connection, as_of=now)
    erased_count = store.erase_x_texts(connection, before_at=as_of - timedelta(hours=settings.x_text_hours))
    store.forget_charged(connection, before_date=(as_of - timedelta(days=1)).date())
    if settings.erasures_file:
        write_erasures(connection, settings.erasures_file)
    retained = retain(connection, settings, as_of=now or as_of)
    check_duties(connection, settings, as_of=now or as_of)
    standing = store.progress(connection)
    counts = {"unclassified": standing.backlog_count, "mails failed": standing.mails_failed, "silences": opened}
    counts |= {"texts erased": erased_count, "withdrawn posts erased": posts_count}
    return RunReport(stage="maintain", counts={"themes": themes, **counts, **retained})


def check_duties(connection: store.Connection, settings: Settings, *, as_of: datetime) -> None:
    """Tell of every duty that is red; `monitor check` shows them all. The charter has notices of its own."""
    for duty in duties(connection, settings, as_of=as_of):
        if duty.name != "charter":
            message = f"{duty.standing}. {duty.remedy}" if duty.colour == "red" else None
            _hold(connection, "duty_broken", duty.name, message, as_of=as_of)


def _hold(connection: store.Connection, kind: str, subject: str, message: str | None, *, as_of: datetime) -> None:
    """Open the notice while there is a message, settle it when there is none."""
    if message is None:
        store.settle_notice(connection, kind, subject, as_of=as_of)
    else:
        store.open_notice(connection, kind, subject, message, as_of=as_of)


def check_charter(connection: store.Connection, settings: Settings, *, as_of: datetime) -> None:
    """Tell thirty days ahead that the charter ends, because live collection ends with it."""
    charter = charter_of(settings)
    if charter is None:
        return
    is_near = policy.days_left(charter, as_of.date()) <= CHARTER_DAYS
    message = (
        f"{charter.place('expires_date')}: it holds until {charter.expires_date}; live collection stops the day after. "
        "Review it, the assessment first, and set a new expires_date."
    )
    _hold(connection, "charter_expiring", "charter", message if is_near else None, as_of=as_of)


def check_approvals(connection: store.Connection, *, as_of: datetime) -> None:
    """Tell two weeks ahead that an approval ends, because its theme falls silent with it."""
    near: dict[str, date] = {}
    for approval in store.standing_approvals(connection):
        last = approval.until_date
        if last is not None and approval.holds(as_of.date()) and last - as_of.date() <= timedelta(days=APPROVAL_DAYS):
            near[f"{approval.source} × {approval.theme_id}"] = last
    for subject, last in near.items():
        message = (
            f"The approval holds until {last}. Renew it with `monitor approve`, or the theme is no longer asked of the source."
        )
        store.open_notice(connection, "approval_expiring", subject, message, as_of=as_of)
    for subject in store.open_subjects(connection, "approval_expiring").keys() - near.keys():
        store.settle_notice(connection, "approval_expiring", subject, as_of=as_of)


def check_stages(connection: store.Connection, *, as_of: datetime) -> None:
    """Tell of stages that fail again and again, and of those that do not run."""
    for record in store.stage_records(connection):
        is_failing = record.failures_count >= MANY_FAILURES
        allowed = LATE_AFTER.get(record.stage)
        is_late = allowed is not None and record.done_at is not None and as_of - record.done_at > allowed and not is_failing
        _hold(connection, "dag_failed", record.stage, _failing_message(record) if is_failing else None, as_of=as_of)
        _hold(connection, "task_late", record.stage, _late_message(record) if is_late else None, as_of=as_of)


def _failing_message(record: store.StageRecord) -> str:
    since = _minute(record.failing_since_at)
    return f"{record.failures_count} runs failed since {since}; the last said: {record.error}"


def _late_message(record: store.StageRecord) -> str:
    return (
        f"No run has ended well since {_minute(record.done_at)}. See whether Airflow's scheduler runs and the DAG is not "
        f"paused, or run `monitor {record.stage.replace('collect_x', 'collect --x')}` by hand."
    )


def check_deliveries(connection: store.Connection, *, as_of: datetime) -> None:
    """Tell that mails do not reach their readers."""
    failing = store.failing_recipients(connection, many_attempts=MANY_ATTEMPTS)
    message = (
        f"The newest mail to {failing} addresses was refused or could not be sent. `monitor status` counts them; "
        "core.delivery.last_error holds the server's word. Correct seeds/alert_rules.yml or the MONITOR_SMTP_* settings."
    )
    _hold(connection, "deliveries_failing", "mail", message if failing else None, as_of=as_of)


def check_x(connection: store.Connection, settings: Settings, *, as_of: datetime) -> None:
    """Tell that X has told no count for hours, where it is asked."""
    read_at = store.x_read_at(connection)
    is_silent = settings.x_bearer_token is not None and read_at is not None and as_of - read_at > X_SILENT_AFTER
    message = (
        f"X has told no count since {_minute(read_at)}. See the last runs in `monitor status`; X keeps seven days, "
        "hours missed are asked again by the next run that works."
    )
    _hold(connection, "source_silent", "x", message if is_silent else None, as_of=as_of)
    check_budget(connection, settings, as_of=as_of)


def check_budget(connection: store.Connection, settings: Settings, *, as_of: datetime) -> None:
    """Tell once a month that most of what X may cost is spent, before the cap stops anything."""
    spent, cap = store.spending(connection, as_of=as_of).total_usd, settings.x_budget.cap_usd
    message = (
        f"{spent:.2f} of {cap:.2f} US dollars of this UTC month are spent or reserved. Reading posts stops first, counting last; "
        "raise MONITOR_X_CAP_USD, or leave it: the cap is never passed."
    )
    _hold(connection, "budget_low", "x", message if cap and spent >= LOW_SHARE * cap else None, as_of=as_of)


def _minute(moment: datetime | None) -> str:
    return f"{moment:%d %b %Y %H:%M} UTC" if moment else "the beginning"
