"""Make the pages of a long file ready on two cores: every other one in a process of its own, in the order of the file."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection

from monitor.model import Page, ReadyPage
from monitor.pipeline.tools import reading
from monitor.settings import Settings

PAGES_ALONE = 14
"""A file of fewer pages is done before another process has read the codebook."""

MakeReady = Callable[[Page], ReadyPage]


def ready_in_order(pages: Iterable[Page], make_ready: MakeReady, settings: Settings) -> Iterator[tuple[Page, ReadyPage]]:
    """Give each page with what ``make_ready``, which must be picklable, makes of it."""
    helper, rest = None, iter(pages)
    try:
        for number, page in enumerate(rest, 1):
            if number == PAGES_ALONE and (os.cpu_count() or 1) > 1:
                helper = _Helper(make_ready, settings)
            if helper is None or not helper.is_ready:
                yield page, make_ready(page)
                continue
            helper.send(page)
            other = next(rest, None)
            made = make_ready(other) if other is not None else None
            yield page, helper.receive() or make_ready(page)
            if other is not None and made is not None:
                yield other, made
    finally:
        if helper is not None:
            helper.stop()


class _Helper:
    """The process. It ends when ours does, however that ends: its pipe closes. Should it die, its page is made here."""

    def __init__(self, make_ready: MakeReady, settings: Settings) -> None:
        spawning = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawning.Pipe()
        self._process = spawning.Process(target=_help, args=(theirs, make_ready, settings), name="monitor-import", daemon=True)
        self._process.start()
        theirs.close()
        self._has_told = False

    @property
    def is_ready(self) -> bool:
        """Tell whether it has read the codebook and is there."""
        with suppress(EOFError, OSError):
            if not self._has_told and self._pipe.poll():
                self._has_told = bool(self._pipe.recv())
        return self._has_told and self._process.is_alive()

    def send(self, page: Page) -> None:
        """Give it a page."""
        with suppress(OSError):
            self._pipe.send(page)

    def receive(self) -> ReadyPage | None:
        """Take the page it was given last, ready; None when it has died."""
        try:
            made: ReadyPage = self._pipe.recv()
        except (EOFError, OSError):
            return None
        return made

    def stop(self) -> None:
        """End it."""
        self._pipe.close()
        self._process.kill()
        self._process.join()


def _help(pipe: Connection, make_ready: MakeReady, settings: Settings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    reading(settings)
    with suppress(EOFError, OSError):
        pipe.send(True)
        while True:
            pipe.send(make_ready(pipe.recv()))
