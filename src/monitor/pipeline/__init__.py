"""The way of a post, stage by stage; the only place that joins them and that asks what time it is.

    sources -> normalise -> privacy -> keep? -> store       collect, import
    store -> classify -> store                              classify
    store -> detect -> spikes, events, alerts -> store      detect
    store -> nowcast -> estimates of queues -> store        nowcast
    store -> mail                                           mail
    all of it -> notices to the operator                    maintain

Every stage is idempotent and may be killed at any moment: what was committed stays, the rest is done again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from monitor import migrate as migrations
from monitor import seeds, store
from monitor.errors import ConfigError, MonitorError
from monitor.migrate import MigrationReport
from monitor.model import RunReport
from monitor.pipeline.allow import approve, policy_table, revoke
from monitor.pipeline.analysts import Export, add_analyst, analysts, dictionary_lines, export, remove_analyst
from monitor.pipeline.check import check
from monitor.pipeline.classify import classify
from monitor.pipeline.collect import collect_replay
from monitor.pipeline.collect_x import collect_x
from monitor.pipeline.detect import detect
from monitor.pipeline.duties import (
    author_key_of,
    destroy_key,
    erase_author,
    erase_posts,
    fresh_key,
    list_erasures,
    replay_erasures,
    retain,
)
from monitor.pipeline.evaluate import Evaluation, evaluate
from monitor.pipeline.feedback import give_feedback
from monitor.pipeline.files import FileToImport, import_file
from monitor.pipeline.mail import mail, test_mail
from monitor.pipeline.maintain import maintain
from monitor.pipeline.nowcast import nowcast, queue_lines
from monitor.pipeline.revisit import decide_deletion, deletions
from monitor.pipeline.spikes import explain_spike, spike_lines
from monitor.pipeline.themes import check_themes, compile_themes, suggest_terms
from monitor.pipeline.tools import charter_of, policy_of, reading
from monitor.pipeline.views import alert_lines, classify_lines, digest, explain, status, summary
from monitor.pipeline.x import compile_lines, estimate_lines
from monitor.settings import Settings
from monitor.sources.replay import replay_end

if TYPE_CHECKING:
    from monitor.pipeline.account import WrongAnswer, start_login, verify

__all__ = [
    "ROUND",
    "STAGES",
    "Evaluation",
    "Export",
    "FileToImport",
    "Progress",
    "WrongAnswer",
    "add_analyst",
    "alert_lines",
    "analysts",
    "approve",
    "author_key_of",
    "check",
    "check_themes",
    "classify_lines",
    "compile_lines",
    "compile_themes",
    "decide_deletion",
    "deletions",
    "destroy_key",
    "dictionary_lines",
    "digest",
    "erase_author",
    "erase_posts",
    "estimate_lines",
    "evaluate",
    "explain",
    "explain_spike",
    "export",
    "fresh_key",
    "give_feedback",
    "import_posts",
    "list_erasures",
    "migrate",
    "policy_table",
    "progress",
    "queue_lines",
    "remove_analyst",
    "replay_erasures",
    "retain",
    "revoke",
    "run_all",
    "run_stage",
    "seed",
    "spike_lines",
    "start_login",
    "status",
    "suggest_terms",
    "summary",
    "test_mail",
    "utc_now",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Give what needs Telethon, which takes 130 MB, only to who asks for it: most processes read no channel."""
    if name in ("WrongAnswer", "start_login", "verify"):
        return getattr(import_module("monitor.pipeline.account"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


Stage = Callable[..., RunReport]


def utc_now() -> datetime:
    """Give the wall clock's moment; stages take it as ``as_of`` and never ask themselves."""
    return datetime.now(UTC)


def collect(connection: store.Connection, settings: Settings, *, as_of: datetime, **options: Any) -> RunReport:
    """Read what is new in the replay or, live, in the Telegram channels, within the time budget."""
    if settings.source == "replay":
        return collect_replay(connection, settings, as_of=as_of, on_page=options.get("on_page"))
    telegram = import_module("monitor.pipeline.telegram")
    report: RunReport = telegram.collect_telegram(connection, settings, as_of=as_of, **options)
    return report


STAGES: Mapping[str, Stage] = {
    "collect": collect,
    "collect_x": collect_x,
    "classify": classify,
    "detect": detect,
    "nowcast": nowcast,
    "mail": mail,
    "maintain": maintain,
}
ROLLS_UP = {"collect", "classify", "detect", "maintain"}
"""Stages after which the hours and days that have changed are made again, for analysts."""
ALONE = {"collect", "collect_x", "detect", "nowcast", "mail", "maintain"}
"""Stages of which one process at a time runs; another that starts meanwhile leaves at once."""


ROUND = ("collect", "classify", "detect", "nowcast", "mail")


def run_stage(stage: str, *, as_of: datetime, settings: Settings | None = None, **options: object) -> RunReport:
    """Run one stage on the configured database and note it in ``core.pipeline_run``."""
    settings = settings or Settings.from_env(os.environ)
    with store.connect(settings.require_database_url()) as connection:
        if stage in ALONE and not store.take_stage(connection, _lock_name(stage, settings)):
            return RunReport(stage=stage, counts={"already running elsewhere": 1})
        report = _noted(
            connection,
            stage,
            lambda: STAGES[stage](connection, settings, as_of=_clock(connection, settings, stage, as_of), **options),
        )
        if stage in ROLLS_UP:
            store.roll_up(connection)
        return report


def _lock_name(stage: str, settings: Settings) -> str:
    """Name what excludes another run: the stage, and of live collection the account, since each account has its collector."""
    return f"collect/{settings.telegram_account}" if (stage, settings.source) == ("collect", "live") else stage


def run_all(*, as_of: datetime, settings: Settings | None = None) -> list[RunReport]:
    """Run collect, classify, detect, nowcast and mail one after the other: one tick without Airflow."""
    return [run_stage(stage, as_of=as_of, settings=settings) for stage in ROUND]


def import_posts(file: FileToImport, *, as_of: datetime, settings: Settings | None = None, **options: object) -> RunReport:
    """Import a file of posts and note the run."""
    settings = settings or Settings.from_env(os.environ)
    with store.connect(settings.require_database_url()) as connection:
        return _noted(connection, "import", lambda: import_file(connection, settings, file, as_of=as_of, **options))  # type: ignore[arg-type]


def _clock(connection: store.Connection, settings: Settings, stage: str, as_of: datetime) -> datetime:
    """Give the stage's now: the wall's, or for what is judged by when it was collected, how far the replay has been read."""
    if settings.source != "replay" or stage not in ("classify", "detect", "nowcast"):
        return as_of
    return store.progress(connection).replay_reached_at or datetime.min.replace(tzinfo=UTC)


def _noted(connection: store.Connection, stage: str, run: Callable[[], RunReport]) -> RunReport:
    run_id = store.begin_run(connection, stage)
    try:
        report = run()
    except Exception as error:
        if not connection.closed:
            store.end_run(connection, run_id, {}, error=_told(stage, error))
        raise
    store.end_run(connection, run_id, report.counts)
    return report


def _told(stage: str, error: Exception) -> str:
    """Tell an error as it may be kept: in our own words, which hold no post; an import's may hold a path, and so a person."""
    if not isinstance(error, MonitorError) or (stage == "import" and isinstance(error, ConfigError)):
        return type(error).__name__
    return f"{type(error).__name__}: {error}"[:500]


def migrate(settings: Settings) -> MigrationReport:
    """Bring the configured database to this version's schema."""
    return migrations.migrate(settings.require_database_url(), settings.root / "sql")


def seed(settings: Settings) -> RunReport:
    """Read every seeds file, the charter too, and write themes, places and channels into the database."""
    codebook = reading(settings).codebook
    channels = seeds.load_channels(settings.seeds / "channels")
    rules = seeds.load_alert_rules(settings.seeds / "alert_rules.yml")
    queries = seeds.load_queries(settings.seeds / "queries.yml", length=settings.x_query_length)
    seeds.check_references(settings.seeds, codebook)
    policy_of(settings)
    charter_of(settings)
    wanted = [c for c in channels if (c.source == "replay") == (settings.source == "replay")]
    with store.connect(settings.require_database_url()) as connection:
        as_of = _clock(connection, settings, "classify", utc_now())
        version = store.save_codebook(connection, codebook, as_of=as_of)
        store.save_channels(connection, wanted)
    counts = {"themes": len(codebook.themes), "places": len(codebook.places), "channels": len(wanted)}
    return RunReport(
        stage="seed",
        counts={**counts, "alert rules": len(rules), "X queries of its own": len(queries), "codebook version": version},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the work has got, and where the replay ends (None when live sources are read)."""

    done: store.Progress
    replay_ends_at: datetime | None

    @property
    def is_finished(self) -> bool:
        """True when the replay has been read to its end and nothing waits in any stage."""
        done, ends_at = self.done, self.replay_ends_at
        if ends_at is None or done.replay_reached_at is None or done.replay_reached_at < ends_at:
            return False
        stepped_at = done.stepped_until_at
        is_stepped = stepped_at is not None and stepped_at >= ends_at - store.STEP_LAG
        estimated_at = done.queues_estimated_until_at
        is_estimated = estimated_at is not None and estimated_at >= ends_at and done.queue_hours_waiting == 0
        return is_stepped and is_estimated and done.backlog_count == 0 and done.mails_pending == 0


def progress(settings: Settings) -> Progress:
    """Tell how far the work has got."""
    with store.connect(settings.require_database_url()) as connection:
        ends_at = replay_end(settings.replay_file) if settings.source == "replay" else None
        return Progress(done=store.progress(connection), replay_ends_at=ends_at)
