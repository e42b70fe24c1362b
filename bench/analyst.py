"""How fast are an analyst's questions, and how much slower do they get when there are ten times as many posts?

    .venv/bin/python bench/analyst.py [--full]

Two databases of seeded, synthetic posts, the second ten times the first, in the same year: 20,000 and 200,000 posts, or with
``--full`` 1 and 10 million. Word frequencies follow Zipf's law, hours of the day and themes are uneven, one post in five is a
copy. Every query of ``sql/queries``, and some that read counts, the map, the newest and a search, run as an analyst's role, five
times after a first; ``growth`` is the median's ratio between the two. Before that: how long rollups and full-text indexes took.
A thousand posts of the smaller database are erased one by one, and looked for. Then both take in new posts, page by page in turn:
``ingest`` is the rate of collect's and classify's transactions, and the ratio of the two. At last a month is dropped by
retention while a reader runs without pause: how long it took, and the longest a reader waited.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from store_lab.pages import Clock, annotate_page, annotated_texts, make_page, store_page

from monitor import embedded, store
from monitor.migrate import migrate
from monitor.model import PostKey
from monitor.pipeline.tools import reading
from monitor.seeds import load_codebook
from monitor.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
END_AT = datetime(2026, 11, 1, tzinfo=UTC)
START_AT = END_AT - timedelta(days=365)
CHANNELS = 60
WORDS = (
    *("очередь", "граница", "ларс", "машина", "час", "километр", "пункт", "пропуск", "люди", "стоять"),
    *("ночь", "повестка", "военкомат", "поезд", "билет", "казахстан", "грузия"),
)
QUESTIONS = {
    "counts: a theme, 30 days by hour": """
        SELECT hour_at, origin_count, observed_share FROM count_hour
        WHERE grain = 'theme' AND theme_id = 'border_queue' AND hour_at >= '2026-10-01'""",
    "counts: a theme at a place, a year by day": """
        SELECT day_date, origin_count FROM count_day
        WHERE grain = 'theme_place' AND theme_id = 'border_queue' AND place_id = 'verkhny_lars'""",
    "map: places of a day": """
        SELECT place_id, sum(origin_count) FROM count_hour
        WHERE grain = 'place' AND hour_at >= '2026-10-31' GROUP BY place_id""",
    "queue: figures of two days": """
        SELECT posted_at, kind, low, high FROM post_quantity
        WHERE place_id = 'verkhny_lars' AND kind = 'wait_hours' AND posted_at >= '2026-10-30'""",
    "latest 50 of a theme": "SELECT * FROM latest_of_theme('border_queue', 50)",
    "latest 50 of a rare theme": "SELECT * FROM latest_of_theme('dissent', 50)",
    "latest 50 of a place": "SELECT * FROM latest_of_place('verkhny_lars', 50)",
    "search latest 50: frequent": "SELECT * FROM search('очередь ларс')",
    "search latest 50: middling": "SELECT * FROM search('слово900 OR слово800')",
    "search latest 50: rare": "SELECT * FROM search('слово4000 слово3999')",
    "search latest 50: absent": "SELECT * FROM search('несуществующее')",
    "search by rank": "SELECT * FROM search('очередь казахстан', by_rank => true)",
}
FILL = """
SELECT core.ensure_post_partition(month_at) FROM generate_series(%(start)s::timestamptz, %(end)s, interval '28 days') AS month_at;

INSERT INTO core.channel (source, handle, title, is_listed, is_verified)
SELECT 'telegram', 'bench_' || n, 'Bench ' || n, true, true FROM generate_series(1, %(channels)s) AS n;

CREATE TEMP TABLE made AS
SELECT
    n AS post_id,
    (SELECT min(channel_id) FROM core.channel) + (abs(hashint8(n)) %% %(channels)s) AS channel_id,
    %(start)s::timestamptz + (n::double precision / %(posts)s + 0.0005 * sin(n::double precision / %(posts)s * 365 * 2 * pi()))
        * interval '364 days' AS posted_at,
    abs(hashint8(n * 7 + 1)) AS a, abs(hashint8(n * 11 + 2)) AS b, abs(hashint8(n * 13 + 3)) AS c
FROM generate_series(1::bigint, %(posts)s) AS n;

INSERT INTO core.post (channel_id, post_id, posted_at, collected_at, text, masked_count, url, is_forward)
SELECT made.channel_id, post_id, posted_at, posted_at + interval '2 minutes', one.half || ' ' || other.half, 0,
    'https://t.me/bench/' || post_id, a %% 10 = 0
FROM made
JOIN bench_half AS one ON one.half_id = a %% 20000
JOIN bench_half AS other ON other.half_id = b %% 20000;

INSERT INTO core.post_metric (channel_id, post_id, posted_at, views_count, seen_at)
SELECT channel_id, post_id, posted_at, b %% 100000, posted_at FROM made;

INSERT INTO core.post_annotation (
    channel_id, post_id, posted_at, language, language_confidence, language_method, post_kind, copy_hash, is_copy, is_origin,
    method, codebook_version
)
SELECT channel_id, post_id, posted_at, (ARRAY['ru', 'ru', 'ru', 'uk', 'en', 'ka', 'kk'])[1 + c %% 7], 0.9, 'bench',
    (ARRAY['report', 'news', 'offer', 'question', 'opinion'])[1 + a %% 5], a, b %% 5 = 0, a %% 10 > 0 AND b %% 5 > 0, 'bench',
    (SELECT max(codebook_version) FROM core.codebook)
FROM made;

INSERT INTO core.post_theme (channel_id, post_id, posted_at, theme_id, span_starts, span_ends, terms, codebook_version)
SELECT channel_id, post_id, posted_at, (%(themes)s::text[])[1 + floor(12 * power((c %% 9973) / 9973.0, 2))],
    '{0}', '{6}', '{bench}', (SELECT max(codebook_version) FROM core.codebook)
FROM made;

INSERT INTO core.post_place (channel_id, post_id, posted_at, place_id, span_start, span_end)
SELECT channel_id, post_id, posted_at,
    (%(places)s::text[])[1 + floor(cardinality(%(places)s::text[]) * power((b %% 9967) / 9967.0, 3))], 0, 5
FROM made WHERE a %% 3 > 0;

INSERT INTO core.post_quantity (channel_id, post_id, posted_at, span_start, span_end, kind, low, high, place_id)
SELECT place.channel_id, place.post_id, place.posted_at, 0, 5, (ARRAY['wait_hours', 'queue_km', 'price_rub'])[1 + a %% 3],
    1 + b %% 40, 2 + b %% 40, place.place_id
FROM made JOIN core.post_place AS place USING (channel_id, post_id, posted_at) WHERE c %% 4 = 0;

CREATE TEMP TABLE hit AS
SELECT theme.theme_id, place.place_id, note.language, theme.channel_id, note.is_origin,
    date_bin('15 minutes', theme.posted_at, '2000-01-01 00:00+00') AS bin_at
FROM core.post_theme AS theme
JOIN core.post_annotation AS note USING (channel_id, post_id, posted_at)
LEFT JOIN core.post_place AS place USING (channel_id, post_id, posted_at);

CREATE TEMP TABLE counted AS
SELECT theme_id, NULL::text AS place_id, NULL::text AS source, NULL::text AS language, NULL::bigint AS channel_id, bin_at,
    count(*) AS posts_count, count(*) FILTER (WHERE is_origin) AS origin_count
FROM hit GROUP BY theme_id, bin_at
UNION ALL
SELECT NULL, place_id, NULL, NULL, NULL, bin_at, count(*), count(*) FILTER (WHERE is_origin)
FROM hit WHERE place_id IS NOT NULL GROUP BY place_id, bin_at
UNION ALL
SELECT theme_id, place_id, NULL, NULL, NULL, bin_at, count(*), count(*) FILTER (WHERE is_origin)
FROM hit WHERE place_id IS NOT NULL GROUP BY theme_id, place_id, bin_at
UNION ALL
SELECT theme_id, NULL, 'telegram', NULL, NULL, bin_at, count(*), count(*) FILTER (WHERE is_origin)
FROM hit GROUP BY theme_id, bin_at
UNION ALL
SELECT theme_id, NULL, NULL, language, NULL, bin_at, count(*), count(*) FILTER (WHERE is_origin)
FROM hit GROUP BY theme_id, language, bin_at
UNION ALL
SELECT theme_id, NULL, NULL, NULL, channel_id, bin_at, count(*), count(*) FILTER (WHERE is_origin)
FROM hit GROUP BY theme_id, channel_id, bin_at;

INSERT INTO core.series (theme_id, place_id, source, language, channel_id)
SELECT DISTINCT theme_id, place_id, source, language, channel_id FROM counted;

INSERT INTO core.series_count (series_id, bin_at, seen_at, posts_count, origin_count, codebook_version)
SELECT series.series_id, counted.bin_at, counted.bin_at + interval '15 minutes', posts_count, origin_count,
    (SELECT max(codebook_version) FROM core.codebook)
FROM counted
JOIN core.series AS series ON row(series.theme_id, series.place_id, series.source, series.language, series.channel_id)::text
    = row(counted.theme_id, counted.place_id, counted.source, counted.language, counted.channel_id)::text;

INSERT INTO core.coverage (channel_id, bin_at, state, known_at, seen_count, kept_count)
SELECT channel_id, bin_at, 'observed', bin_at + interval '15 minutes', 3, 1
FROM core.channel
CROSS JOIN generate_series(%(start)s::timestamptz, %(end)s::timestamptz - interval '15 minutes', interval '15 minutes') AS bin_at;
"""


def halves(rng: random.Random) -> Iterator[str]:
    """Give half texts of a dozen words whose frequencies follow Zipf's law."""
    vocabulary = [*WORDS, *(f"слово{n}" for n in range(len(WORDS), 5000))]
    weights = [1 / rank for rank in range(1, len(vocabulary) + 1)]
    for _ in range(20_000):
        yield " ".join(rng.choices(vocabulary, weights, k=12))


def fill(url: str, posts: int) -> float:
    """Make the year's posts and all that is told of them; return seconds."""
    codebook = load_codebook(ROOT / "seeds")
    with store.connect(url) as connection:
        store.save_codebook(connection, codebook, as_of=END_AT)
    values = {
        "start": START_AT,
        "end": END_AT,
        "posts": posts,
        "channels": CHANNELS,
        "themes": [theme.theme_id for theme in codebook.themes],
        "places": sorted((place.place_id for place in codebook.places), key=lambda name: (name != "verkhny_lars", name))[:120],
    }
    begun_s = time.perf_counter()
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute("CREATE TEMP TABLE bench_half (half_id integer PRIMARY KEY, half text)")
        with connection.cursor().copy("COPY bench_half FROM STDIN") as copy:
            for number, half in enumerate(halves(random.Random(2022))):
                copy.write_row((number, half))
        connection.execute("SET work_mem = '512MB'; SET synchronous_commit = off; ANALYZE bench_half")
        for statement in FILL.split(";\n\n"):
            connection.execute(statement.encode(), values)
        connection.execute("VACUUM ANALYZE")
    return time.perf_counter() - begun_s


def timed_ms(connection: psycopg.Connection, statement: str, times: int = 5) -> tuple[float, int]:
    """Give the median of ``times`` runs after a first one, milliseconds, and how many rows came."""
    rows = len(connection.execute(statement.encode()).fetchall())
    took = []
    for _ in range(times):
        begun_s = time.perf_counter()
        connection.execute(statement.encode()).fetchall()
        took.append(1000 * (time.perf_counter() - begun_s))
    return statistics.median(took), rows


def ask(url: str) -> dict[str, float]:
    """Ask every question with an analyst's rights; give medians in milliseconds."""
    questions = dict(QUESTIONS)
    questions |= {file.stem: file.read_text(encoding="utf-8") for file in sorted((ROOT / "sql" / "queries").glob("*.sql"))}
    took = {}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET ROLE analyst; SET search_path = analyst; SET default_transaction_read_only = on")
        for name, statement in questions.items():
            took[name], rows = timed_ms(connection, statement)
            print(f"  {took[name]:9.1f} ms  {rows:>6} rows  {name}", file=sys.stderr)
    return took


def retire_a_month(url: str) -> tuple[float, float]:
    """Drop the first month while a reader asks without pause; give seconds it took, and the longest a reader waited, ms."""
    waits, is_over = [], threading.Event()

    def read() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET ROLE analyst")
            while not is_over.is_set():
                begun_s = time.perf_counter()
                connection.execute("SELECT * FROM analyst.latest_of_theme('border_queue', 1)").fetchall()
                waits.append(1000 * (time.perf_counter() - begun_s))

    reader = threading.Thread(target=read)
    reader.start()
    time.sleep(1)
    with store.connect(url) as connection:
        begun_s = time.perf_counter()
        before_at = START_AT + timedelta(days=45)
        store.drop_expired_months(connection, (*store.TEXTS, *store.ANNOTATIONS), before_at=before_at)
        took_s = time.perf_counter() - begun_s
    time.sleep(0.5)
    is_over.set()
    reader.join()
    return took_s, max(waits)


ERASED = 1000
TRACES = """
SELECT (SELECT count(*) FROM core.post JOIN gone USING (channel_id, post_id)) AS posts,
    (SELECT count(*) FROM core.post_annotation JOIN gone USING (channel_id, post_id)) AS annotations,
    (SELECT count(*) FROM core.post_theme JOIN gone USING (channel_id, post_id)) AS themes,
    (SELECT count(*) FROM core.post_place JOIN gone USING (channel_id, post_id)) AS places,
    (SELECT count(*) FROM core.post_quantity JOIN gone USING (channel_id, post_id)) AS quantities,
    (SELECT count(*) FROM core.post_metric JOIN gone USING (channel_id, post_id)) AS metrics
"""


def erase_some(url: str) -> tuple[float, int]:
    """Erase a thousand posts spread over the year; give seconds, and rows left of them in any table but the list of erasures."""
    with store.connect(url) as connection:
        chosen = "SELECT channel_id, post_id, posted_at FROM core.post WHERE post_id %% %s = 0 ORDER BY 1, 2 LIMIT %s"
        step = connection.execute("SELECT max(post_id) / %s FROM core.post", (ERASED,)).fetchall()[0][0]
        rows = connection.execute(chosen, (step, ERASED)).fetchall()
        keys = [PostKey(channel_id=channel_id, post_id=post_id, posted_at=posted_at) for channel_id, post_id, posted_at in rows]
        begun_s = time.perf_counter()
        for key in keys:
            store.erase_post(connection, key, as_of=END_AT)
        took_s = time.perf_counter() - begun_s
        connection.execute("CREATE TEMP TABLE gone AS SELECT channel_id, post_id FROM core.erased_post; ANALYZE gone")
        return took_s, sum(connection.execute(TRACES).fetchall()[0])


INGESTED_PAGES = 3


def ingest(urls: dict[int, str]) -> dict[str, float]:
    """Store and annotate pages of 10,000 new posts of the last month, full-text index and all; give posts a second by size."""
    texts = annotated_texts(reading(Settings.from_env({})))
    clocks = {posts: Clock() for posts in urls}
    for number in range(INGESTED_PAGES + 1):
        page = make_page(number, texts, END_AT - timedelta(days=20))
        for posts, url in urls.items():
            clock = clocks[posts] if number else Clock()  # the first warms up
            with store.connect(url) as connection:
                store_page(connection, page, clock, is_known=False)
                annotate_page(connection, page, dict(texts), clock)
    small, large = (clock.per_s("new", "annotate") for clock in clocks.values())
    return {"small_per_s": round(small), "large_per_s": round(large), "ratio": round(large / small, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="1 and 10 million posts (about half an hour, 30 GB of disk)")
    sizes = (1_000_000, 10_000_000) if parser.parse_args().full else (20_000, 200_000)
    took, found = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        server = embedded.start(Path(folder), is_durable=False)
        try:
            for posts in sizes:
                url = server.database_url(f"bench_{posts}")
                with psycopg.connect(server.url, autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE bench_{posts}".encode())
                migrate(url, ROOT / "sql")
                print(f"{posts:,} posts: filled in {fill(url, posts):.0f} s", file=sys.stderr)
                with store.connect(url) as connection:
                    begun_s = time.perf_counter()
                    store.roll_up(connection)
                    rolled_s = time.perf_counter()
                    store.index_texts(connection, as_of=END_AT)
                    indexed_s = time.perf_counter()
                    connection.execute("VACUUM ANALYZE core.hour_count, core.day_count, core.coverage_day")
                found[posts] = {"roll_up_s": round(rolled_s - begun_s, 1), "index_s": round(indexed_s - rolled_s, 1)}
                print(f"  rolled up and indexed: {found[posts]}", file=sys.stderr)
                took[posts] = ask(url)
            urls = {posts: server.database_url(f"bench_{posts}") for posts in sizes}
            erase_s, traces = erase_some(urls[sizes[0]])
            ingested = ingest(urls)
            drop_s, wait_ms = retire_a_month(url)
        finally:
            server.stop()
            embedded.remove(Path(folder))
    small, large = sizes
    medians = {
        name: {"small_ms": round(took[small][name], 1), "large_ms": round(ms, 1), "growth": round(ms / took[small][name], 2)}
        for name, ms in took[large].items()
    }
    erasure = {"erased_1000_s": round(erase_s, 1), "traces": traces}
    retention = {"month_dropped_s": round(drop_s, 2), "longest_wait_ms": round(wait_ms, 1)}
    made = {str(posts): took_s for posts, took_s in found.items()}
    print(
        json.dumps(
            {"posts": sizes, **erasure, **retention, "ingest": ingested, "made": made, "queries": medians}, ensure_ascii=False
        )
    )


if __name__ == "__main__":
    main()
