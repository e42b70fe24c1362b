"""How each duty stands: green, amber where something is missing that should be there, red where a promise is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor import policy, store
from monitor.pipeline.tools import charter_of
from monitor.settings import Settings

Colour = Literal["green", "amber", "red"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One duty and how it stands; ``remedy`` says what to do, empty while green."""

    name: str
    colour: Colour
    standing: str
    remedy: str = ""


def check(settings: Settings, *, as_of: datetime) -> list[Duty]:
    """Look at every duty to the people in the posts and to who is let in."""
    with store.connect(settings.require_database_url()) as connection:
        reached_at = store.progress(connection).replay_reached_at if settings.source == "replay" else None
        return list(duties(connection, settings, as_of=reached_at or as_of))


def duties(connection: store.Connection, settings: Settings, *, as_of: datetime) -> Iterator[Duty]:
    """Give each duty as it stands at ``as_of``; for the replay that is how far it was read."""
    yield _charter(settings, as_of)
    yield _key(connection, settings)
    yield _walls(connection)
    yield _openings(connection)
    yield _logins(connection, as_of)
    yield _audit(connection)
    yield from _retention(connection, settings, as_of)
    yield _deletions(connection, as_of)
    yield _revisits(connection, settings, as_of)
    yield _erasures(settings)
    yield _operator(settings)
    yield _mail(settings)


def _charter(settings: Settings, as_of: datetime) -> Duty:
    name, charter = "charter", charter_of(settings)
    if charter is None:
        is_replay = settings.source == "replay"
        return Duty(
            name=name,
            colour="green" if is_replay else "red",
            standing="none; the replay needs none" if is_replay else "none: live collection refuses",
            remedy="" if is_replay else "Write seeds/charter.yml after seeds/charter.example.yml.",
        )
    left = policy.days_left(charter, as_of.date())
    colour: Colour = "red" if left < 0 else "amber" if left <= 30 else "green"
    return Duty(
        name=name,
        colour=colour,
        standing=f"holds until {charter.expires_date}",
        remedy="" if colour == "green" else "Review it, the assessment first, and set a new expires_date.",
    )


def _key(connection: store.Connection, settings: Settings) -> Duty:
    others = {key_id: count for key_id, count in store.author_key_ids(connection).items() if key_id != settings.hash_key_id}
    if others:
        told = ", ".join(f"{key_id} ({count} posts)" for key_id, count in others.items())
        return Duty(
            name="authors' keys",
            colour="amber",
            standing=f"older keys still stand beside posts: {told}",
            remedy="Once nobody needs them: monitor privacy destroy-key KEY_ID, and delete the secret and its copies.",
        )
    return Duty(name="authors' keys", colour="green", standing=f"{settings.hash_key_id} alone is in use")


def _walls(connection: store.Connection) -> Duty:
    open_functions = store.open_functions(connection)
    if open_functions:
        return Duty(
            name="walls",
            colour="amber",
            standing=f"{len(open_functions)} functions of the server are open to analysts, such as {open_functions[0]}",
            remedy="Once, as a superuser: psql -f sql/admin/walls.sql",
        )
    return Duty(name="walls", colour="green", standing="closed: large objects, advisory locks, messages, DO blocks")


def _openings(connection: store.Connection) -> Duty:
    found = store.openings(connection)
    if found:
        return Duty(
            name="analysts' rights",
            colour="red",
            standing=f"more than views is open: {', '.join(found[:5])}",
            remedy="Revoke it by hand, then: monitor migrate",
        )
    return Duty(name="analysts' rights", colour="green", standing="views of the schema analyst, nothing else")


def _logins(connection: store.Connection, as_of: datetime) -> Duty:
    logins = store.analysts(connection)
    expired = [login.login for login in logins if login.expires_at <= as_of]
    if expired:
        return Duty(
            name="analysts' logins",
            colour="amber",
            standing=f"expired: {', '.join(expired)}",
            remedy="monitor analyst remove NAME",
        )
    return Duty(name="analysts' logins", colour="green", standing=f"{len(logins)}, none expired")


def _audit(connection: store.Connection) -> Duty:
    if store.can_sample(connection):
        return Duty(name="audit", colour="green", standing="analysts' statements are sampled each minute")
    return Duty(
        name="audit",
        colour="amber",
        standing="the server does not count statements: who read what is unknown",
        remedy="shared_preload_libraries = 'pg_stat_statements', restart, then sql/admin/walls.sql.",
    )


def _retention(connection: store.Connection, settings: Settings, as_of: datetime) -> Iterator[Duty]:
    for name, tables, days in (
        ("retention of texts", store.TEXTS, settings.keep_texts_days),
        ("retention of annotations", store.ANNOTATIONS, settings.keep_annotations_days),
    ):
        overdue = store.expired_months(connection, tables, before_at=as_of - timedelta(days=days + 2))
        yield Duty(
            name=name,
            colour="red" if overdue else "green",
            standing=f"overdue: {', '.join(overdue[:5])}" if overdue else f"nothing older than {days:g} days and its month",
            remedy="monitor maintain; see whether its DAG runs." if overdue else "",
        )
    late_count = store.late_authors(connection, before_at=as_of - timedelta(days=settings.keep_keys_days + 2))
    yield Duty(
        name="retention of authors' keys",
        colour="red" if late_count else "green",
        standing=f"{late_count} posts overdue" if late_count else f"none older than {settings.keep_keys_days:g} days",
        remedy="monitor maintain; see whether its DAG runs." if late_count else "",
    )


def _deletions(connection: store.Connection, as_of: datetime) -> Duty:
    overdue = store.held_posts(connection, until_at=as_of - timedelta(hours=2))
    return Duty(
        name="deletions carried through",
        colour="red" if overdue else "green",
        standing=f"{len(overdue)} hidden posts should have been erased" if overdue else "nothing overdue",
        remedy="monitor maintain; see whether its DAG runs." if overdue else "",
    )


def _revisits(connection: store.Connection, settings: Settings, as_of: datetime) -> Duty:
    name = "deletions at the source"
    if settings.source == "replay":
        return Duty(name=name, colour="green", standing="a replay has no source that could be asked")
    late_count = store.overdue_visits(connection, before_at=as_of - timedelta(hours=2))
    return Duty(
        name=name,
        colour="amber" if late_count else "green",
        standing=f"{late_count} Telegram posts were not looked at for a day"
        if late_count
        else "every post is looked at each day",
        remedy="monitor collect; of channels no longer followed, and of files: monitor erase --channel." if late_count else "",
    )


def _erasures(settings: Settings) -> Duty:
    if settings.erasures_file:
        return Duty(name="erasures outlive a restore", colour="green", standing=f"written to {settings.erasures_file}")
    return Duty(
        name="erasures outlive a restore",
        colour="amber",
        standing="a restored dump would bring erased posts back",
        remedy="Set MONITOR_ERASURES_FILE to a file that is backed up apart from the database.",
    )


def _operator(settings: Settings) -> Duty:
    if settings.operator_mail:
        return Duty(name="operator's mail", colour="green", standing=f"{len(settings.operator_mail)} addresses")
    return Duty(
        name="operator's mail",
        colour="amber",
        standing="nobody is mailed what goes wrong",
        remedy="Set MONITOR_OPERATOR_MAIL.",
    )


def _mail(settings: Settings) -> Duty:
    is_here = settings.smtp_host in (None, "127.0.0.1", "localhost", "::1")
    is_open = settings.smtp_security == "none" and not is_here
    return Duty(
        name="mail is encrypted",
        colour="red" if is_open else "green",
        standing="mails leave this machine in clear" if is_open else settings.smtp_security,
        remedy="Set MONITOR_SMTP_SECURITY to starttls or tls." if is_open else "",
    )
