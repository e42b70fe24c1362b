"""The process that helps with long files: same posts in the same order, and an import outlives it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.model import Cursor, Page, ReadyPage
from monitor.pipeline import helper
from monitor.pipeline.helper import ready_in_order
from monitor.settings import Settings
from tests.builders import NOON, make_page


def pages(count: int) -> Iterator[Page]:
    for number in range(count):
        yield Page(posts=(), cursor=Cursor(position=str(number), read_until_at=NOON + timedelta(minutes=number)))


def make_ready(page: Page) -> ReadyPage:
    """Make a page that says which process made it."""
    return make_page(feed=str(os.getpid()), cursor=page.cursor)


class Helped(helper._Helper):
    """A helper that is waited for, so that the test does not hang on how fast the machine is."""

    last: Helped

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._pipe.poll(60)
        Helped.last = self


@pytest.fixture(autouse=True)
def _waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper, "_Helper", Helped)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def test_two_processes_make_the_pages_of_a_long_file_in_its_order() -> None:
    made = list(ready_in_order(pages(20), make_ready, Settings.from_env({})))

    assert (
        [page.cursor.position for page, _ in made] == [ready.cursor.position for _, ready in made] == [str(n) for n in range(20)]
    )
    assert len({ready.feed for _, ready in made}) == 2
    assert not Helped.last._process.is_alive()


def test_what_a_helper_that_dies_was_given_is_made_here() -> None:
    made = []
    for page, ready in ready_in_order(pages(20), make_ready, Settings.from_env({})):
        made.append((page, ready))
        if len(made) == 7:
            os.kill(Helped.last._process.pid, signal.SIGKILL)

    assert [ready.cursor.position for _, ready in made] == [str(n) for n in range(20)]


def test_a_short_file_needs_no_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper, "_Helper", None)

    assert len(list(ready_in_order(pages(helper.PAGES_ALONE - 1), make_ready, Settings.from_env({})))) == helper.PAGES_ALONE - 1
