"""Reading anew under kill -9 while posts come in: the tables end as those of a run that nothing disturbed.

`make test` plays small numbers; `make torture` the full ones (``-m torture``).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest

from monitor import store
from monitor.pipeline.tools import reading
from monitor.settings import Settings
from tests.builders import NOON, make_masked, make_page
from tests.conftest import TEMPLATE, with_database
from tests.recount import miscounts
from tests.small_seeds import write_root
from tests.torture.collector import KEY

ROOT = Path(__file__).resolve().parents[2]
AS_OF = NOON + timedelta(days=30)
TEXTS = (
    "Пробка на границе, стоим {} часов",
    "Верхний Ларс, очередь {} км",
    "Верхний Ларс открыт, день {}",
    "Затор на границе у Владикавказа, продаю авиабилет за {} долларов",
    "Авиабилет в Грузию {}, очередь на Верхний Ларс, затор на границе",
)


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is played."""

    stored: int
    live_pages: int
    kills: int


SMALL, FULL = Size(stored=1_600, live_pages=30, kills=10), Size(stored=24_000, live_pages=300, kills=60)
PAGE, CHUNK, SEED = 20, 40, 20220921


def page_of(numbers: range, feed: str):
    """Posts whose texts come round, so that some are copies of others, in five channels."""
    posts = [
        make_masked(
            TEXTS[n % 5].format(n % 7),
            channel=f"c{n % 5}",
            post_id=n,
            posted_at=NOON + n * timedelta(minutes=1),
            collected_at=NOON + (n + 1) * timedelta(minutes=1),
            is_forward=n % 11 == 0,
        )
        for n in numbers
    ]
    return make_page(posts, feed=feed)


class Classifiers:
    """Classifying runs started, and killed, one after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.classifier"], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def run(self, env: dict[str, str], wait: Callable[[], None] | None = None) -> int:
        """Run one to its end, or kill it after ``wait()``; give how it ended."""
        self._process.stdin.write(json.dumps({"env": env, "as_of": AS_OF.isoformat(), "chunk": CHUNK}) + "\n")
        self._process.stdin.flush()
        process_id = int(self._process.stdout.readline())
        if wait is not None:
            wait()
            os.kill(process_id, signal.SIGKILL)
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(30)


@pytest.fixture(scope="module", params=[SMALL, pytest.param(FULL, marks=pytest.mark.torture)], ids=["small", "full"])
def size(request):
    return request.param


@pytest.fixture(scope="module")
def roots(tmp_path_factory):
    old = write_root(tmp_path_factory.mktemp("old"))
    return old, write_root(tmp_path_factory.mktemp("new"), queue=("затор на границе",))


@pytest.fixture(scope="module")
def classifiers():
    started = Classifiers()
    yield started
    started.close()


def env_of(url, root):
    return {"MONITOR_DATABASE_URL": url, "MONITOR_HASH_KEY": KEY, "MONITOR_ROOT": str(root)}


def collect(url, size, wait_s):
    """Write the pages that come in meanwhile, as a collector does."""
    with store.connect(url) as connection:
        for number in range(size.live_pages):
            first = size.stored + number * PAGE
            page = page_of(range(first, first + PAGE), "live")
            store.write_page(connection, "telegram", page, expected=store.read_cursor(connection, "telegram", "live"))
            time.sleep(wait_s)


@pytest.fixture
def stored(size, roots, classifiers, postgres_url, template_url):
    """Two databases that hold the same posts, read with the old codebook."""
    urls = []
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for name in ("reread_calm", "reread_killed"):
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy".encode())
            urls.append(with_database(postgres_url, name))
        for url in urls:
            with store.connect(url) as filled:
                page = page_of(range(size.stored), "history")
                store.write_page(filled, "telegram", page, expected=store.read_cursor(filled, "telegram", "history"))
            assert classifiers.run(env_of(url, roots[0])) == 0
        yield urls
        for name in ("reread_calm", "reread_killed"):
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_a_classifier_killed_again_and_again_ends_as_one_left_alone(stored, size, roots, classifiers):
    calm, killed = stored
    with store.connect(calm) as connection:
        before = store.digest(connection)
    collect(calm, size, 0)
    assert classifiers.run(env_of(calm, roots[1])) == 0

    with store.connect(killed) as connection:
        store.save_codebook(connection, reading(Settings.from_env(env_of(killed, roots[1]))).codebook, as_of=AS_OF)
    begun_s, rng = time.monotonic(), random.Random(SEED)
    collecting = threading.Thread(target=collect, args=(killed, size, 0.03))
    collecting.start()
    kills, left = 0, [size.stored]
    with store.connect(killed) as connection:
        while kills < size.kills and left[-1]:
            wait = partial(wait_for_chunks, connection, left[-1] - rng.choice((0, 1, 1, 2)) * CHUNK, rng.uniform(0, 0.05))
            kills += classifiers.run(env_of(killed, roots[1]), wait) == signal.SIGKILL
            left.append(store.reclassification_progress(connection)[0])
    collecting.join()
    assert classifiers.run(env_of(killed, roots[1])) == 0

    with store.connect(calm) as one, store.connect(killed) as other:
        assert miscounts(other) == []
        assert store.digest(other) == store.digest(one)
        assert store.digest(one)["series_count"] != before["series_count"]
    print(f"{kills} kills in {time.monotonic() - begun_s:.0f} s, {left} posts left after each")
    assert kills >= size.kills
    assert len({number for number in left if 0 < number < size.stored}) >= size.kills / 2


def wait_for_chunks(connection, left, then_s):
    """Wait until no more than ``left`` posts are left, and a moment longer, so that the next chunk has been begun."""
    deadline_s = time.monotonic() + 10
    while store.reclassification_progress(connection)[0] > left and time.monotonic() < deadline_s:
        time.sleep(0.005)
    time.sleep(then_s)
