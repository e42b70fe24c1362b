"""How much of PostgreSQL's plain COPY rate is left when posts are stored exactly once, annotated and counted?

    .venv/bin/python bench/store.py [--full]

Baseline, in the same run: a text COPY of the same post rows, a page a transaction, into a twin table with nothing but its primary
key. ``copy_per_s`` sends lines that are ready; ``copy_rows_per_s`` has the client format each row first, as the store must.
Ratios are against ``copy_per_s``: ``ratio_new`` is write_page of 10,000 new posts, ``ratio_known`` the same pages again,
``ratio_all`` write_page, claim_backlog and write_annotations (with counts) together: the two transactions a post goes through in
collect and in classify. Every index is in place, and commits wait for the disk. Pages take turns, so that a busy machine slows
all alike; the first page warms up and is not counted.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from store_lab.pages import PAGE_POSTS, START_AT, Clock, annotate_page, annotated_texts, make_page, store_page

from monitor import embedded, store
from monitor.migrate import migrate
from monitor.model import ReadyPage
from monitor.pipeline.tools import reading
from monitor.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = (
    "channel_id, post_id, posted_at, collected_at, edited_at, text, masked_count, author_key, key_id, "
    "url, is_forward, forwarded_from, reply_to, language_hint"
)
COPY_LINES = f"COPY bench.post ({COLUMNS}) FROM STDIN".encode()
COPY_ROWS = f"COPY bench.row ({COLUMNS}) FROM STDIN".encode()
MAKE_TWINS = """
CREATE SCHEMA bench;
CREATE TABLE bench.post (LIKE core.post INCLUDING DEFAULTS, PRIMARY KEY (channel_id, post_id, posted_at));
CREATE TABLE bench.row (LIKE core.post INCLUDING DEFAULTS, PRIMARY KEY (channel_id, post_id, posted_at))
"""
STORED_ROWS = f"""
SELECT {COLUMNS} FROM core.post WHERE posted_at BETWEEN %s AND %s ORDER BY channel_id, post_id
"""


def copy_page(connection: store.Connection, page: ReadyPage, clock: Clock) -> None:
    """Copy the page's stored rows into the twins: as lines that are ready, and row by row."""
    moments = (page.kept[0].posted_at, page.kept[-1].posted_at)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY ({STORED_ROWS}) TO STDOUT".encode(), moments) as copy:
            lines = b"".join(bytes(block) for block in copy)
        rows = cursor.execute(STORED_ROWS.encode(), moments).fetchall()
        assert len(rows) == len(page.kept)
        with clock.measure("copy", len(rows)), cursor.copy(COPY_LINES) as copy:
            copy.write(lines)
        with clock.measure("copy_rows", len(rows)), cursor.copy(COPY_ROWS) as copy:
            for row in rows:
                copy.write_row(row)


def measure(connection: store.Connection, pages: int) -> Clock:
    """Send ``pages`` pages all ways, after one that is not counted."""
    tools = reading(Settings.from_env({}))
    texts = annotated_texts(tools)
    store.save_codebook(connection, tools.codebook, as_of=START_AT)
    clock = Clock()
    for number in range(pages + 1):
        page = make_page(number, texts)
        clock = Clock() if number == 1 else clock
        store_page(connection, page, clock, is_known=False)
        copy_page(connection, page, clock)
        store_page(connection, page, clock, is_known=True)
        annotate_page(connection, page, dict(texts), clock)
    return clock


def figures(clock: Clock) -> dict[str, float]:
    """Give rates and ratios as they are printed."""
    ways = {"copy": ("copy",), "copy_rows": ("copy_rows",), "new": ("new",), "known": ("known",), "all": ("new", "annotate")}
    rates = {name: clock.per_s(*parts) for name, parts in ways.items()}
    ratios = {f"ratio_{name}": round(rates[name] / rates["copy"], 3) for name in ("new", "known", "all")}
    return {**{f"{name}_per_s": round(rate) for name, rate in rates.items()}, **ratios}


def main() -> None:
    """Measure on a server of our own and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="20 pages instead of 4")
    pages = 20 if parser.parse_args().full else 4
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        try:
            server = embedded.start(home, is_durable=True)
            migrate(server.url, ROOT / "sql")
            with store.connect(server.url) as connection:
                connection.execute(MAKE_TWINS)
                clock = measure(connection, pages)
            server.stop()
        finally:
            embedded.remove(home)
    print(json.dumps({"page_posts": PAGE_POSTS, "pages": pages, **figures(clock)}))


if __name__ == "__main__":
    main()
