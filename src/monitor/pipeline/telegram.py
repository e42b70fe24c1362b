"""Collect from Telegram: tails of all channels first, then posts that are due again, then history, within the time budget."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from monitor import seeds, store
from monitor.errors import ConfigError
from monitor.model import Channel, RunReport
from monitor.pipeline.collect import Keep, OnPage, check_charter
from monitor.pipeline.revisit import erase_due
from monitor.pipeline.visit import Visit
from monitor.settings import Settings
from monitor.sources.telegram import ASK_AGAIN, READ, TelegramSource, require_credentials


def collect_telegram(
    connection: store.Connection,
    settings: Settings,
    *,
    as_of: datetime,
    since_at: datetime | None = None,
    on_page: OnPage | None = None,
) -> RunReport:
    """Read the verified channels with the configured account; leaves at once when another collector owns it."""
    check_charter(settings, as_of)
    credentials(settings)
    store.enter_world(connection, "live")
    channels = verified_channels(connection, settings)
    source = telegram_source(connection, settings, channels, since_at=since_at or history_since(settings, as_of))
    with store.own_account(settings.require_database_url(), settings.telegram_account) as owner:
        if owner is None:
            return RunReport(stage="collect", counts={"account owned elsewhere": 1})
        with source:
            return read_telegram(connection, settings, source, owner, as_of=as_of, on_page=on_page)


def credentials(settings: Settings) -> tuple[int, str, str]:
    """Give api_id, api_hash and session of the configured account; ConfigError names what is missing."""
    return require_credentials(settings.telegram_api_id, settings.telegram_api_hash, settings.telegram_session)


def history_since(settings: Settings, as_of: datetime) -> datetime:
    """Give the moment from which a channel is read back at first contact."""
    return as_of - timedelta(days=settings.telegram_history_days)


def listed_channels(settings: Settings) -> tuple[Channel, ...]:
    """Give the Telegram channels of the seeds."""
    return tuple(c for c in seeds.load_channels(settings.seeds / "channels") if c.source == "telegram")


def verified_channels(connection: store.Connection, settings: Settings) -> tuple[Channel, ...]:
    """Give the Telegram channels that may be collected: those the seeds or an operator's login call verified."""
    verified = store.verified_handles(connection)
    channels = tuple(c for c in listed_channels(settings) if c.is_verified or c.handle in verified)
    if not channels:
        raise ConfigError("no verified Telegram channel in seeds/channels. Check them with: monitor telegram verify")
    return channels


def telegram_source(
    connection: store.Connection, settings: Settings, channels: tuple[Channel, ...], *, since_at: datetime
) -> TelegramSource:
    """Give the source of the configured account; ConfigError names what is missing of its credentials."""
    api_id, api_hash, session = credentials(settings)
    peers = store.account_peers(connection, settings.telegram_account)
    return TelegramSource(channels, api_id=api_id, api_hash=api_hash, session=session, history_since=since_at, peers=peers)


def read_telegram(
    connection: store.Connection,
    settings: Settings,
    source: TelegramSource,
    owner: store.Connection,
    *,
    as_of: datetime,
    on_page: OnPage | None = None,
    keep: Keep | None = None,
) -> RunReport:
    """Read every channel of ``source`` until its end or the end of the budget; ``owner`` holds the account's lock."""
    store.save_channels(connection, source.channels())
    erase_due(connection, as_of=as_of)
    visit = Visit(
        connection=connection,
        owner=owner,
        settings=settings,
        source=source,
        as_of=as_of,
        on_page=on_page,
        keep=keep,
        begun_s=time.monotonic(),
        known_peers=dict(source.account.peers),
    )
    handles = store.visit_order(connection, [channel.handle for channel in source.channels()], as_of=as_of)
    visit.settle_waits()
    visit.open_rereads(handles)
    visit.each(handles, visit.read_tail, READ)
    visit.each(handles, visit.look_again, ASK_AGAIN)
    visit.each(handles, visit.look_for_edits, READ)
    visit.each(handles, visit.read_history, READ)
    if visit.reread_version is not None:
        visit.each(handles, visit.read_again, READ)
    return RunReport(stage="collect", counts=visit.totals)
