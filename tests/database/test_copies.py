"""Copies and forwards are linked to their origin, and every wording is counted as an origin once."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor import store
from monitor.model import Channel, Cursor, PostKey
from monitor.pipeline import copies
from monitor.pipeline.classify import classify
from monitor.settings import Settings
from tests.builders import HOUR, MINUTE, NOON, make_masked, make_page

SETTINGS = Settings.from_env({"MONITOR_HASH_KEY": "ab" * 32})
TEXT = (
    "Верхний Ларс, стоим уже 20 часов, очередь до поворота, вода и еда закончились ещё ночью, машины почти не двигаются, "
    "люди бросают авто и идут пешком"
)
EDITED = TEXT.replace("почти", "совсем").replace("бросают", "оставляют")
EDITED_AGAIN = EDITED.replace("закончились", "кончились").replace("очередь", "хвост")
OTHER_FIGURE = TEXT.replace("20 часов", "31 час")
STAGE = sys.modules["monitor.pipeline.classify"]
FAR = NOON + 60 * 24 * HOUR


class World:
    """Posts of three listed channels, stored page by page and classified."""

    def __init__(self, connection: store.Connection) -> None:
        self.connection = connection
        channels = [Channel(source="telegram", handle=handle, title=handle) for handle in ("a_live", "b_live", "c_live")]
        store.save_channels(connection, channels)

    def collect(self, text: str, post_id: int, at: Any = NOON, *, channel: str = "a_live", **changes: Any) -> None:
        post = make_masked(text, post_id=post_id, posted_at=at, channel=channel, url=f"https://t.me/{channel}/{post_id}")
        post = replace(post, **{"collected_at": at + MINUTE, **changes})
        feed = f"{channel}/{post_id}/{changes}"
        store.write_page(self.connection, "telegram", make_page([post], feed=feed), expected=Cursor())

    def classify(self) -> None:
        classify(self.connection, SETTINGS, as_of=FAR)

    def shown(self) -> dict[int, tuple[str, int | None, str | None]]:
        """Give kind, origin's id and origin's link of every post, as an analyst sees them."""
        rows = self.connection.execute("SELECT post_id, copy_kind, origin_post_id, origin_url FROM analyst.post")
        return {post_id: tuple(rest) for post_id, *rest in rows}

    def counted(self) -> tuple[int, int]:
        """Give posts and origins of the place's series."""
        return self.connection.execute(
            """SELECT sum(posts_count), sum(origin_count) FROM core.series_count JOIN core.series USING (series_id)
            WHERE place_id = 'verkhny_lars' AND theme_id IS NULL"""
        ).fetchone()

    def key(self, post_id: int) -> PostKey:
        row = self.connection.execute(
            "SELECT channel_id, post_id, posted_at FROM core.post WHERE post_id = %s", (post_id,)
        ).fetchone()
        return PostKey(channel_id=row[0], post_id=row[1], posted_at=row[2])


@pytest.fixture
def world(connection: store.Connection) -> World:
    return World(connection)


def link(number: int, channel: str = "a_live") -> tuple[int, str]:
    return number, f"https://t.me/{channel}/{number}"


def test_exact_and_near_copies_are_linked_to_the_first_post(world):
    world.collect(TEXT, 1)
    world.collect(TEXT + "!", 2, NOON + HOUR, channel="b_live")
    world.collect(EDITED, 3, NOON + 2 * HOUR, channel="c_live")

    world.classify()

    assert world.shown() == {1: ("own", None, None), 2: ("exact copy", *link(1)), 3: ("near copy", *link(1))}
    assert world.counted() == (3, 1)


def test_a_report_with_another_figure_is_counted_for_itself(world):
    world.collect(TEXT, 1)
    world.collect(OTHER_FIGURE, 2, NOON + HOUR, channel="b_live")

    world.classify()

    assert world.shown() == {1: ("own", None, None), 2: ("own", None, None)}
    assert world.counted() == (2, 2)


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_a_copy_of_a_copy_is_linked_to_the_first_origin_however_the_batches_fall(world, monkeypatch, batch):
    monkeypatch.setattr(STAGE, "BATCH", batch)
    world.collect(TEXT, 1)
    world.collect(EDITED, 2, NOON + 40 * HOUR, channel="b_live")
    world.collect(EDITED_AGAIN, 3, NOON + 80 * HOUR, channel="c_live")

    world.classify()

    assert world.shown() == {1: ("own", None, None), 2: ("near copy", *link(1)), 3: ("near copy", *link(1))}


@pytest.mark.parametrize(("lag", "kind"), [(timedelta(hours=48), "exact copy"), (timedelta(hours=48, seconds=1), "own")])
def test_words_published_more_than_48_hours_before_are_no_origin(world, lag, kind):
    world.collect(TEXT, 1)
    world.collect(TEXT, 2, NOON + lag, channel="b_live")

    world.classify()

    assert world.shown()[2][0] == kind


@pytest.mark.parametrize("batch", [1, 500])
def test_an_older_post_read_later_changes_no_count_and_is_no_second_origin(world, monkeypatch, batch):
    monkeypatch.setattr(STAGE, "BATCH", batch)
    world.collect(EDITED, 2, NOON + HOUR, channel="b_live")
    world.classify()
    before = world.connection.execute("SELECT * FROM core.series_count ORDER BY 1, 2, 3").fetchall()

    world.collect(TEXT, 1, NOON, collected_at=NOON + 9 * HOUR)
    world.classify()

    after = world.connection.execute("SELECT * FROM core.series_count ORDER BY 1, 2, 3").fetchall()
    assert world.shown() == {2: ("own", None, None), 1: ("near copy", *link(2, "b_live"))}
    assert set(before) <= set(after)
    assert world.counted() == (2, 1)


@pytest.mark.parametrize("most_compared", [1, 3, 20])
def test_links_and_counts_do_not_depend_on_how_the_batches_fall(connection, monkeypatch, most_compared):
    monkeypatch.setattr(copies, "MOST_COMPARED", most_compared)
    lot = random.Random(4)
    texts = [*(TEXT, EDITED, EDITED_AGAIN, OTHER_FIGURE, TEXT[:90], TEXT[40:]), *(f"{TEXT} {n} км" for n in (3, 4, 5))]
    posts = [(lot.choice(texts), n, NOON + lot.randrange(90) * HOUR, lot.randrange(100)) for n in range(40)]
    told = []
    for batch in (1, 7, 500):
        monkeypatch.setattr(STAGE, "BATCH", batch)
        with connection.transaction(force_rollback=True):
            world = World(connection)
            for text, number, at, lag in posts:
                world.collect(text, number, at, channel=f"{'abc'[number % 3]}_live", collected_at=at + lag * HOUR)
            world.classify()
            told.append((world.shown(), world.counted()))

    assert told[0] == told[1] == told[2]
    assert {kind for kind, *_ in told[0][0].values()} == {"own", "exact copy", "near copy"}


def test_posts_collected_at_once_are_judged_in_the_order_of_publication(world):
    world.collect(TEXT, 2, NOON + HOUR, collected_at=NOON + 9 * HOUR)
    world.collect(TEXT, 1, NOON, channel="b_live", collected_at=NOON + 9 * HOUR)

    world.classify()

    assert world.shown() == {1: ("own", None, None), 2: ("exact copy", *link(1, "b_live"))}


def test_a_forward_is_linked_by_what_its_platform_says_whatever_its_age_and_words(world):
    world.collect(TEXT, 1)
    forward = {"is_forward": True, "forwarded_from": "A_Live", "forwarded_post_id": 1}
    world.collect("Верхний Ларс, начало обрезано", 2, NOON + 90 * HOUR, channel="b_live", **forward)

    world.classify()

    assert world.shown()[2] == ("forward", *link(1))
    assert world.counted() == (2, 1)


def test_a_forward_of_a_copy_is_linked_to_the_copys_origin(world):
    world.collect(TEXT, 1)
    world.collect(EDITED, 2, NOON + HOUR, channel="b_live")
    forward = {"is_forward": True, "forwarded_from": "b_live", "forwarded_post_id": 2}
    world.collect(EDITED, 3, NOON + 2 * HOUR, channel="c_live", **forward)

    world.classify()

    assert world.shown()[3] == ("forward", *link(1))


def test_a_forward_from_elsewhere_is_linked_by_its_words_if_at_all(world):
    elsewhere = {"is_forward": True, "forwarded_from": "not_followed", "forwarded_post_id": 7}
    world.collect(TEXT, 1)
    world.collect(TEXT, 2, NOON + HOUR, channel="b_live", **elsewhere)
    world.collect(OTHER_FIGURE, 3, NOON + 2 * HOUR, channel="b_live", **elsewhere)

    world.classify()

    assert world.shown() == {1: ("own", None, None), 2: ("forward", *link(1)), 3: ("forward", None, None)}


def test_the_original_of_a_forward_that_is_read_later_is_counted(world):
    world.collect(TEXT, 2, NOON + HOUR, channel="b_live", is_forward=True)
    world.classify()
    world.collect(TEXT, 1, NOON, collected_at=NOON + 9 * HOUR)
    world.classify()

    assert world.shown() == {1: ("own", None, None), 2: ("forward", None, None)}
    assert world.counted() == (2, 1)


def test_an_erased_origin_leaves_no_marks_and_its_copies_and_figures_stay(world):
    world.collect(TEXT, 1)
    world.collect(EDITED, 2, NOON + HOUR, channel="b_live")
    world.classify()

    store.erase_post(world.connection, world.key(1), as_of=NOON + 2 * HOUR)
    world.collect(EDITED_AGAIN, 3, NOON + 3 * HOUR, channel="c_live")
    world.classify()

    assert world.connection.execute("SELECT count(*) FROM core.copy_mark WHERE post_id = 1").fetchone() == (0,)
    assert world.shown() == {2: ("near copy", None, None), 3: ("near copy", None, None)}
    assert world.counted() == (3, 1)


def test_an_erased_copy_leaves_neither_mark_nor_link(world):
    world.collect(TEXT, 1)
    world.collect(TEXT, 2, NOON + HOUR, channel="b_live")
    world.classify()

    store.erase_post(world.connection, world.key(2), as_of=NOON + 2 * HOUR)

    assert world.connection.execute("SELECT post_id FROM core.copy_mark").fetchall() == [(1,)]
    assert world.connection.execute("SELECT * FROM core.post_origin").fetchall() == []


def test_a_hidden_origin_is_not_linked_to(world):
    world.collect(TEXT, 1)
    world.collect(TEXT, 2, NOON + HOUR, channel="b_live")
    world.classify()

    store.hold_posts(world.connection, [world.key(1)], as_of=NOON + 2 * HOUR)

    assert world.shown() == {2: ("exact copy", None, None)}


def test_an_edited_post_is_judged_by_what_it_says_now(world):
    world.collect(TEXT, 1)
    world.collect(TEXT, 2, NOON + HOUR, channel="b_live")
    world.classify()

    store.rewrite_post(world.connection, world.key(2), make_masked(OTHER_FIGURE, post_id=2, posted_at=NOON + HOUR))
    world.classify()

    assert world.shown()[2] == ("own", None, None)
    assert world.counted() == (2, 2)


def test_a_post_of_x_makes_none_of_telegrams_a_copy(world):
    world.collect(TEXT, 1, source="x", channel="x", url=None)
    world.collect(TEXT, 2, NOON + HOUR)

    world.classify()

    assert world.shown()[2] == ("own", None, None)


def test_marks_are_forgotten_after_four_days_but_not_while_posts_of_then_wait(world):
    late = NOON + MINUTE + timedelta(hours=96, seconds=1)
    world.collect(TEXT, 1)
    world.classify()
    world.collect(TEXT, 2, NOON + HOUR, channel="b_live")

    assert store.forget_copy_marks(world.connection, as_of=late) == 0
    world.classify()
    assert store.forget_copy_marks(world.connection, as_of=late - timedelta(seconds=1)) == 0
    assert store.forget_copy_marks(world.connection, as_of=late) == 1
    assert world.shown()[2] == ("exact copy", *link(1))


def test_copies_are_looked_for_among_the_most_alike_of_many(world):
    for number in range(60):
        world.collect(TEXT.replace("20 часов", f"{number + 100} часов"), number, NOON + number * MINUTE)
    world.collect(TEXT.replace("20 часов", "103 часов"), 99, NOON + HOUR, channel="b_live")

    world.classify()

    assert world.shown()[99] == ("exact copy", *link(3))


def repeat(world: World, post_id: int, count: int, **changes: str) -> None:
    """Note so many more marks like this post's, a second apart; ``changes`` are other columns' values."""
    columns = {
        "is_x": "is_x",
        "is_origin": "false",
        "copy_hash": "copy_hash + n",
        "copy_keys": "copy_keys",
        "after": "1",
        **changes,
    }
    world.connection.execute(
        """INSERT INTO core.copy_mark (channel_id, post_id, posted_at, collected_at, is_x, is_origin, copy_hash, copy_keys)
        SELECT channel_id, 1000 + n, posted_at + n * {after} * interval '1 second', collected_at, {is_x}, {is_origin}, {copy_hash},
            {copy_keys}
        FROM core.copy_mark CROSS JOIN generate_series(1, %s) AS n WHERE post_id = %s""".format(**columns),
        (count, post_id),
    )


def rows_read(world: World) -> int:
    """Count the rows of marks and keys this transaction has read so far."""
    return world.connection.execute(
        """SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::integer FROM pg_stat_xact_user_tables
        WHERE relname IN ('copy_mark', 'copy_key')"""
    ).fetchone()[0]


MANY = 3_000


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"is_origin": "true", "after": "-1"},
        {"copy_hash": "copy_hash"},
        {"copy_hash": "copy_hash", "is_x": "true"},
        {"after": "-1"},
    ],
    ids=["copies", "older reports of the same form", "exact copies", "exact copies on X", "copies of it published before"],
)
def test_however_often_a_text_was_copied_few_rows_are_read_to_find_its_origin(world, changes):
    world.collect(TEXT, 1)
    world.classify()
    repeat(world, 1, MANY, **changes)
    read_before = rows_read(world)

    world.collect(EDITED, 2, NOON + HOUR, channel="b_live")
    world.collect(TEXT, 3, NOON + HOUR, channel="c_live")
    world.classify()

    assert rows_read(world) - read_before < MANY / 10
    assert world.shown() == {1: ("own", None, None), 2: ("near copy", *link(1)), 3: ("exact copy", *link(1))}


def test_an_older_post_read_after_thousands_of_its_copies_is_linked_in_few_rows(world):
    world.collect(TEXT, 1, NOON + HOUR)
    world.classify()
    repeat(world, 1, MANY)
    read_before = rows_read(world)

    world.collect(EDITED, 2, NOON, channel="b_live", collected_at=NOON + 9 * HOUR)
    world.classify()

    assert rows_read(world) - read_before < MANY / 10
    assert world.shown()[2] == ("near copy", *link(1))


def test_no_key_outlives_its_mark(world):
    world.collect(TEXT, 1)
    world.collect(EDITED, 2, NOON + HOUR, channel="b_live")
    world.classify()

    store.erase_post(world.connection, world.key(1), as_of=NOON + 2 * HOUR)
    assert {row[0] for row in world.connection.execute("SELECT post_id FROM core.copy_key")} == {2}
    store.forget_copy_marks(world.connection, as_of=NOON + 10 * 24 * HOUR)

    assert world.connection.execute("SELECT count(*) FROM core.copy_key").fetchone() == (0,)


def test_a_spikes_posts_are_told_apart_by_kind(world):
    world.collect(TEXT, 1)
    world.collect(TEXT, 2, NOON + MINUTE, channel="b_live")
    world.collect(EDITED, 3, NOON + 2 * MINUTE, channel="c_live")
    world.collect(TEXT, 4, NOON + 3 * MINUTE, channel="c_live", is_forward=True)
    world.classify()
    series_id = world.connection.execute(
        "SELECT series_id FROM core.series WHERE place_id = 'verkhny_lars' AND theme_id IS NULL"
    ).fetchone()[0]
    event_id = store.add_event(world.connection, series_id, NOON)
    world.connection.execute(
        """INSERT INTO core.spike (series_id, event_id, onset_at, opened_at, peak_at, last_high_at, window_hours, observed, expected,
        expected_low, expected_high, score, severity, exposure, is_late, status, detector_version)
        VALUES (%s, %s, %s, %s, %s, %s, 1, 1, 1, 0, 1, 1, 1, 1, false, 'open', 't')""",
        (series_id, event_id, NOON, NOON, NOON + HOUR, NOON),
    )

    found = world.connection.execute(
        "SELECT own_count, forward_count, exact_copy_count, near_copy_count FROM analyst.spike_composition"
    ).fetchall()

    assert found == [(1, 1, 1, 1)]
