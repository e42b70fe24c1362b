"""Begin using Telegram: sign an account in, and let it say what the channels of the seeds are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor import store
from monitor.errors import AskedToWait, ConfigError, FeedRefused
from monitor.model import Channel
from monitor.pipeline.channel_states import note_state
from monitor.pipeline.telegram import credentials, listed_channels, telegram_source
from monitor.settings import Settings
from monitor.sources.telegram import FoundChannel, Login, TelegramSource, broadcast
from monitor.sources.telegram import WrongAnswer as WrongAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a login found behind a handle of the seeds."""

    handle: str
    is_verified: bool
    told: str


def start_login(settings: Settings) -> Login:
    """Begin to sign in with the configured application; ConfigError when there is none."""
    if not settings.telegram_api_id or not settings.telegram_api_hash:
        raise ConfigError("set MONITOR_TELEGRAM_API_ID and MONITOR_TELEGRAM_API_HASH first: my.telegram.org gives them.")
    return Login(settings.telegram_api_id, settings.telegram_api_hash)


def verify(settings: Settings, *, as_of: datetime, is_all: bool = False) -> Iterator[Verdict]:
    """Look up the channels of the seeds that nobody has verified yet (or all), and record what each is.

    Ends early, cleanly, when Telegram wants no more look-ups for now; the next run goes on.
    """
    credentials(settings)
    with store.connect(settings.require_database_url()) as connection:
        channels = listed_channels(settings)
        store.save_channels(connection, channels)
        wanted = tuple(c for c in channels if is_all or not _is_verified(connection, c))
        with store.own_account(settings.require_database_url(), settings.telegram_account) as owner:
            if owner is None:
                raise ConfigError("a collector is using the account: try again in some minutes.")
            with telegram_source(connection, settings, wanted, since_at=as_of) as source:
                yield from _verdicts(connection, settings, source, wanted, as_of)


def _is_verified(connection: store.Connection, channel: Channel) -> bool:
    return channel.is_verified or channel.handle in store.verified_handles(connection)


def _verdicts(
    connection: store.Connection, settings: Settings, source: TelegramSource, channels: tuple[Channel, ...], as_of: datetime
) -> Iterator[Verdict]:
    for channel in channels:
        try:
            found = broadcast(source.account.look_up(channel.handle))
        except FeedRefused as refusal:
            note_state(connection, channel.handle, refusal.state, refusal.reason, as_of=as_of)
            yield Verdict(handle=channel.handle, is_verified=False, told=f"{refusal.state} ({refusal.reason})")
        except AskedToWait as wait:
            wait_for = timedelta(seconds=wait.retry_after_s or 0)
            store.pause_until(connection, "telegram", settings.telegram_account, wait.method, as_of + wait_for)
            yield Verdict(
                handle=channel.handle, is_verified=False, told=f"not asked: wait {wait.retry_after_s:.0f} s, then go on"
            )
            return
        else:
            _record(connection, settings, channel, found, as_of)
            yield Verdict(handle=channel.handle, is_verified=True, told=f"broadcast channel “{found.title}”")


def _record(connection: store.Connection, settings: Settings, channel: Channel, found: FoundChannel, as_of: datetime) -> None:
    account = settings.telegram_account
    store.save_peer(connection, account, channel.handle, found.peer, as_of=as_of)
    store.save_verification(connection, account, channel.handle, found.title, as_of=as_of)
    note_state(connection, channel.handle, "ok", as_of=as_of)
