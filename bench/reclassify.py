"""After the codebook changed: how fast are stored posts read anew, and is each counted once, while collection goes on?

    .venv/bin/python bench/reclassify.py [--full] [--posts N]

Baseline, in the same run: fresh classification of the same posts with the codebook before the change. The texts are various, a
fourth of them copies (``store_lab/wordings.py``). A second process collects ``LIVE_PER_S`` posts a second during both. Afterwards
every count is compared with what the stored annotations say: ``miscounts`` are series and quarter-hours that differ, ``skipped``
posts that are still under the old codebook; both must be 0.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from store_lab.pages import START_AT, make_post, page_of  # noqa: E402
from store_lab.wordings import Wordings  # noqa: E402

from monitor import embedded, store  # noqa: E402
from monitor.migrate import migrate  # noqa: E402
from monitor.pipeline.classify import classify  # noqa: E402
from monitor.pipeline.tools import reading  # noqa: E402
from monitor.settings import Settings  # noqa: E402
from tests.recount import miscounts  # noqa: E402

PAGE = 1_000
LIVE_PAGE, LIVE_PER_S = 20, 40
TELL_EVERY_S = 15
AFTER_ALL = START_AT + timedelta(days=365 * 20)


def changed_root(folder: Path) -> Path:
    """Copy the seeds with one theme that includes more and one that includes less; give the folder."""
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    queue, mobilisation = folder / "seeds/themes/border_queue.yml", folder / "seeds/themes/mobilisation.yml"
    queue.write_text(queue.read_text().replace("terms:\n  ru: [", "terms:\n  ru: [граница, ", 1))
    mobilisation.write_text(mobilisation.read_text().replace("void_by: [", 'void_by: ["ru:военкомат", ', 1))
    return folder


def settings_of(url: str, root: Path) -> Settings:
    """Give settings without a time budget for reading anew."""
    given = {"MONITOR_DATABASE_URL": url, "MONITOR_HASH_KEY": "5e" * 32, "MONITOR_ROOT": str(root)}
    return Settings.from_env({**given, "MONITOR_RECLASSIFY_BUDGET_S": "100000"})


def write(connection: store.Connection, number: int, size: int, wordings: Wordings) -> None:
    """Store a page of posts as a collector does."""
    numbers = range(number * size, (number + 1) * size)
    page = page_of(number, tuple(make_post(n, wordings.text_of(n), START_AT) for n in numbers))
    store.write_page(connection, "telegram", page, expected=store.read_cursor(connection, "telegram", page.feed))


def collect_live(url: str, wordings: Wordings, first: int) -> None:
    """Write pages of new posts, at an even pace, until this process is ended."""
    with store.connect(url) as connection:
        number = first // LIVE_PAGE
        while True:
            write(connection, number, LIVE_PAGE, wordings)
            number += 1
            time.sleep(LIVE_PAGE / LIVE_PER_S)


@contextmanager
def collecting(url: str, wordings: Wordings, first: int) -> Iterator[None]:
    """Collect in a second process while the block lasts."""
    process = multiprocessing.get_context("fork").Process(target=collect_live, args=(url, wordings, first), daemon=True)
    process.start()
    yield
    process.kill()
    process.join()


class Teller:
    """Tells on stderr, now and then, how far a step has come and how fast it has gone since it told last."""

    def __init__(self, step: str, total: int) -> None:
        self.step, self.total, self.done, self.told = step, total, 0, 0
        self.told_s = time.perf_counter()

    def add(self, count: int) -> None:
        """Note that so many more posts are done."""
        self.done += count
        spent_s = time.perf_counter() - self.told_s
        if spent_s < TELL_EVERY_S:
            return
        rate_per_s = (self.done - self.told) / spent_s
        print(f"{self.step}: {self.done:,} of {self.total:,} posts, {rate_per_s:,.0f} a second", file=sys.stderr, flush=True)
        self.told, self.told_s = self.done, time.perf_counter()


def measure(url: str, posts: int, changed: Path) -> dict[str, object]:
    """Classify the posts, change the codebook, read them anew; give figures and checks."""
    before, after = settings_of(url, ROOT), settings_of(url, changed)
    wordings = Wordings(reading(before))
    with store.connect(url) as connection:
        fill(connection, posts, wordings)
        with collecting(url, wordings, posts):
            fresh, fresh_s = timed(connection, before, Teller("classified", posts))
        reading(after)  # compiled once a process, and no part of what is measured
        with collecting(url, wordings, posts + 1_000_000):
            anew, anew_s = timed(connection, after, Teller("read anew", posts))
        classify(connection, after, as_of=AFTER_ALL)
        checked = checks(connection)
    rates = fresh["classified"] / fresh_s, anew["read anew"] / anew_s
    return {
        "posts": posts,
        "fresh_per_s": round(rates[0]),
        "anew_per_s": round(rates[1]),
        "ratio": round(rates[1] / rates[0], 2),
        "collected_meanwhile": checked.pop("stored") - posts,
        "read_anew": anew["read anew"],
        **checked,
    }


def fill(connection: store.Connection, posts: int, wordings: Wordings) -> None:
    """Store the posts that are to be classified."""
    teller = Teller("stored", posts)
    for number in range(posts // PAGE):
        write(connection, number, PAGE, wordings)
        teller.add(PAGE)
    connection.execute("ANALYZE")


def timed(connection: store.Connection, settings: Settings, teller: Teller) -> tuple[Mapping[str, int], float]:
    """Classify to the end; give the counts and how long it took."""
    begun_s = time.perf_counter()
    counts = classify(connection, settings, as_of=AFTER_ALL, on_batch=teller.add).counts
    return counts, time.perf_counter() - begun_s


CHECKS = """
SELECT
    (SELECT count(*) FROM core.post) AS stored,
    count(*) AS classified,
    count(*) FILTER (WHERE is_copy) AS copies,
    count(*) FILTER (WHERE codebook_version <> 2) AS skipped
FROM core.post_annotation
"""


def checks(connection: store.Connection) -> dict[str, int]:
    """Give how many posts are stored, unclassified, still under the old codebook, copies in percent, and wrong counts."""
    stored, classified, copies, skipped = connection.execute(CHECKS).fetchall()[0]
    return {
        "stored": stored,
        "copies_pct": round(100 * copies / stored),
        "unclassified": stored - classified,
        "skipped": skipped,
        "miscounts": len(miscounts(connection)),
    }


def main() -> None:
    """Measure on a server of our own and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="a million posts instead of twenty thousand")
    parser.add_argument("--posts", type=int, help="so many posts")
    given = parser.parse_args()
    posts = given.posts or (1_000_000 if given.full else 20_000)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        try:
            server = embedded.start(home, is_durable=True)
            migrate(server.url, ROOT / "sql")
            print(json.dumps(measure(server.url, posts, changed_root(Path(folder) / "changed"))))
            server.stop()
        finally:
            embedded.remove(home)


if __name__ == "__main__":
    main()
