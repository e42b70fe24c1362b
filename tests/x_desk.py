"""A deployment that collects from the loopback X: its seeds with one theme, a charter, its settings, its open spikes, its books."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import yaml

from monitor import store
from monitor.model import SeriesKey, month_of
from monitor.settings import Settings
from tests.builders import make_spike

SEEDS = Path(__file__).parents[1] / "seeds"
QUERY = '"очередь на границе" -is:retweet'
CHARTER = {
    "operator": "Test desk",
    "purpose": "tests",
    "legal_basis": "none needed",
    "assessment_reference": "T-1",
    "contact": "desk@monitor.example",
    "recipients": ["desk@monitor.example"],
    "expires_date": "2099-01-01",
}


def make_root(folder: Path, *, themes: tuple[str, ...] = ("border_queue",), queries: dict[str, str] | None = None) -> Path:
    """Make the folder of a deployment with these themes and, by name, queries of its own for the first of them."""
    (folder / "seeds" / "themes").mkdir(parents=True)
    for name in ("_groups", *themes):
        (folder / "seeds" / "themes" / f"{name}.yml").symlink_to(SEEDS / "themes" / f"{name}.yml")
    for name in ("places.csv", "units.yml", "alert_rules.yml"):
        (folder / "seeds" / name).symlink_to(SEEDS / name)
    needy = [theme for theme in themes if theme in ("protest", "detention", "dissent")]
    policy = [{"source": "x", "why": "tests", "needs_approval": needy}, {"source": "telegram", "why": "tests"}]
    (folder / "seeds" / "policy.yml").write_text(yaml.safe_dump(policy))
    written = [{"name": name, "theme": themes[0], "text": text} for name, text in (queries or {}).items()]
    if written:
        (folder / "seeds" / "queries.yml").write_text(yaml.safe_dump(written, allow_unicode=True))
    expires = f"expires_date: {CHARTER['expires_date']}\n"
    (folder / "charter.yml").write_text(yaml.safe_dump({k: v for k, v in CHARTER.items() if k != "expires_date"}) + expires)
    return folder


def environment(root: Path, database_url: str, token: str, **more: str) -> dict[str, str]:
    return {
        "MONITOR_ROOT": str(root),
        "MONITOR_CHARTER": str(root / "charter.yml"),
        "MONITOR_DATABASE_URL": database_url,
        "MONITOR_HASH_KEY": "5e" * 32,
        "MONITOR_X_BEARER_TOKEN": token,
        **more,
    }


def settings_of(root: Path, token: str, **more: str) -> Settings:
    return Settings.from_env(environment(root, "postgresql://unused@127.0.0.1:1/unused", token, **more))


def open_spike(connection: store.Connection, theme_id: str, onset_at: datetime, *, closed_at: datetime | None = None) -> None:
    """Say that a theme's series went up at ``onset_at``, and that we said so an hour later."""
    key = SeriesKey(theme_id=theme_id)
    row = connection.execute("SELECT series_id FROM core.series WHERE theme_id = %s", (theme_id,)).fetchone()
    row = row or connection.execute("INSERT INTO core.series (theme_id) VALUES (%s) RETURNING series_id", (theme_id,)).fetchone()
    assert row is not None
    opened_at = onset_at + timedelta(hours=1)
    event_id = store.add_event(connection, row[0], opened_at)
    spike = make_spike(key=key, onset_at=onset_at, opened_at=opened_at, closed_at=closed_at, event_id=event_id)
    store.save_spike(connection, spike, row[0])


def booked_usd(connection: store.Connection, as_of: datetime) -> Decimal:
    """Give what counts as spent in the month of ``as_of``."""
    return store.spending(connection, as_of=as_of).total_usd


def posts_stored(connection: store.Connection) -> list[int]:
    return [row[0] for row in connection.execute("SELECT post_id FROM core.post ORDER BY post_id")]


__all__ = ["QUERY", "booked_usd", "environment", "make_root", "month_of", "open_spike", "posts_stored", "settings_of"]
