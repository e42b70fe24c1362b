"""Commands for the Telegram account: sign in, and verify the channels of the seeds."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from monitor import pipeline
from monitor.cli.frame import example, main, read_settings
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from monitor.sources.telegram import Login

T = TypeVar("T")

TRIES = 3
HOW_TO_STORE = """Store it as a secret of the environment, MONITOR_TELEGRAM_SESSION, or in Airflow's connection telegram_default:
  login: your api_id    password: your api_hash    extra: {"session": "…"}
Use it in one place only: a session that is used from two addresses at once is lost for good."""


@main.group()
def telegram() -> None:
    """Sign the collecting account in, and verify the channels of the seeds."""


@telegram.command()
@click.option(
    "--out", "out", type=click.Path(path_type=Path), help="Write the session into this new file, readable by you alone."
)
@example("monitor telegram login --out telegram.session\nmonitor telegram login")
def login(out: Path | None) -> None:
    """Sign in with phone, code and password, and give the session to store."""
    if out is not None and out.exists():
        raise ConfigError(f"{out} exists already: name a new file.")
    with pipeline.start_login(read_settings()) as steps:
        steps.send_code(click.prompt("Phone number of the collecting account, with country code"))
        _sign_in(steps)
        if out is not None:
            _write_secret(out, steps.session())
            click.echo(f"The session is in {out}, readable by you alone. Delete it once it is stored.\n{HOW_TO_STORE}")
        elif click.confirm("Signed in. Whoever sees the session can act as this account. Print it here, once?"):
            click.echo(f"{steps.session()}\n{HOW_TO_STORE}")
        else:
            steps.forget()
            click.echo("Signed out again; nothing is kept. Use --out FILE to write the session into a file.")


def _sign_in(steps: Login) -> None:
    if not _asked("Code that Telegram has sent", steps.sign_in):
        _asked("Second password (not shown)", steps.check_password)


def _asked(question: str, answer: Callable[[str], T]) -> T:
    for _ in range(TRIES - 1):
        try:
            return answer(click.prompt(question, hide_input=True))
        except pipeline.WrongAnswer as wrong:
            click.echo(str(wrong), err=True)
    return answer(click.prompt(question, hide_input=True))


def _write_secret(file: Path, secret: str) -> None:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        os.fchmod(handle, 0o600)
        opened.write(secret + "\n")


@telegram.command()
@click.option("--all", "is_all", is_flag=True, help="Look up those that are verified already, too.")
@example("monitor telegram verify\nmonitor telegram verify --all")
def verify(is_all: bool) -> None:
    """Look up the channels of the seeds with the account, say what each is, and record those that may be collected."""
    verdicts = list[bool]()
    for verdict in pipeline.verify(read_settings(), as_of=pipeline.utc_now(), is_all=is_all):
        click.echo(f"{'verified' if verdict.is_verified else 'NOT     '}  {verdict.handle}: {verdict.told}")
        verdicts.append(verdict.is_verified)
    click.echo(f"verify: {sum(verdicts)} verified, {len(verdicts) - sum(verdicts)} not")
