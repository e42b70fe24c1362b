"""What a demo prints: steps with their times, progress in one line, and the summary."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.demo.home import USER, Home
from monitor.pipeline import Progress

QUIET_S = 5.0


class Screen:
    """Prints lines with the seconds since the start; progress is written over on a terminal, and now and then elsewhere."""

    def __init__(self) -> None:
        self._started_s = time.monotonic()
        self._is_terminal = sys.stdout.isatty()
        self._last = ""
        self._last_s = 0.0

    def say(self, text: str = "") -> None:
        """Print a line."""
        self._clear()
        print(f"[{self._elapsed_s():5.1f} s] {text}" if text else "", flush=True)

    def plain(self, text: str) -> None:
        """Print a line without the time."""
        self._clear()
        print(text, flush=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Tell that a step is done and how long it took."""
        started_s = time.monotonic()
        self.show(f"{name} …")
        yield
        self.say(f"{name}: done in {time.monotonic() - started_s:.1f} s")

    def show(self, text: str) -> None:
        """Show where things stand."""
        now_s = time.monotonic()
        if self._is_terminal:
            sys.stdout.write(f"\r\033[K[{self._elapsed_s():5.1f} s] {text}")
            sys.stdout.flush()
        elif text != self._last and now_s - self._last_s >= QUIET_S:
            self.say(text)
            self._last_s = now_s
        self._last = text

    def _clear(self) -> None:
        if self._is_terminal and self._last:
            sys.stdout.write("\r\033[K")
            self._last = ""

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._started_s


def progress_line(progress: Progress) -> str:
    """Tell in one line how far each stage has got."""
    done = progress.done
    reached = f"{done.replay_reached_at:%d %b %H:%M}" if done.replay_reached_at else "not begun"
    stepped = f"{done.stepped_until_at:%d %b %H:%M}" if done.stepped_until_at else "not begun"
    return (
        f"replay read until {reached}: {done.posts_read:,} posts, {done.posts_kept:,} kept · {done.backlog_count:,} to classify"
        f" · assessed until {stepped}: {done.spikes_count} spikes · mails {done.mails_sent} sent, {done.mails_pending} waiting"
    )


def closing_lines(home: Home, analyst_url: str | None, *, is_running: bool) -> list[str]:
    """Tell where everything is and what to do next."""
    analyst = f"psql '{analyst_url}'" if analyst_url else "GRANT analyst TO your_login, then connect with it"
    again = "" if is_running else "  (while it runs: make up)"
    return [
        "",
        f"Mails      {home.mail / 'index.html'}",
        f"Airflow    {home.airflow_address}  login {USER}, password {home.secrets['password']}{again}",
        f"Analysts   {analyst}{again}",
        "           then: SELECT * FROM analyst.spike;  more in docs/analyst.md and sql/queries",
        f"Logs       {home.logs}",
        "",
        "Next, for real posts: write a charter (docs/operator.md); set MONITOR_CHARTER, MONITOR_TELEGRAM_* and MONITOR_SMTP_* of",
        ".env.example on a database of its own; mark the channels you have checked in seeds/channels; start docker-compose.yml.",
    ]
