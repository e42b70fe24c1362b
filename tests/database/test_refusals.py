"""The database refuses what was found in one post: it is set aside and counted, all others are written."""

from __future__ import annotations

import pytest

from tests.database.test_reclassify import found_in, given_posts, run
from tests.recount import miscounts
from tests.small_seeds import write_root

REFUSED = 6


@pytest.fixture(scope="module")
def roots(tmp_path_factory):
    old = write_root(tmp_path_factory.mktemp("old"))
    return old, write_root(tmp_path_factory.mktemp("new"), queue=("затор на границе",))


def given_a_refusal(connection, error="unique_violation"):
    connection.execute(
        f"""
        CREATE FUNCTION core.refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{error}'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON core.post_place FOR EACH ROW WHEN (NEW.post_id = {REFUSED})
        EXECUTE FUNCTION core.refuse()
        """
    )


def set_aside(connection):
    return connection.execute("SELECT stage, reason, split_part(origin, '/', 2) FROM core.quarantine").fetchall()


def waiting(connection):
    return connection.execute("SELECT (SELECT count(*) FROM core.backlog) + (SELECT count(*) FROM core.stale_post)").fetchone()[0]


@pytest.mark.parametrize("error", ["unique_violation", "numeric_value_out_of_range"])
def test_the_other_posts_of_a_batch_are_written_and_counted(connection, roots, error):
    given_posts(connection)
    given_a_refusal(connection, error)

    run(connection, roots[0])

    [(stage, reason, post_id)] = set_aside(connection)
    assert (stage, post_id) == ("classify", str(REFUSED))
    assert reason in ("refused_UniqueViolation", "refused_NumericValueOutOfRange")
    written = connection.execute("SELECT post_id FROM core.post_annotation ORDER BY 1").fetchall()
    assert written == [(n,) for n in range(10) if n != REFUSED]
    assert miscounts(connection) == []
    assert waiting(connection) == 0


def test_a_post_that_cannot_be_written_anew_keeps_what_was_found_before(connection, roots):
    given_posts(connection)
    run(connection, roots[0])
    before = {hit for hit in found_in(connection) if hit[0] == REFUSED}
    given_a_refusal(connection)

    assert run(connection, roots[1])["read anew"] == 10

    assert [reason for _, reason, _ in set_aside(connection)] == ["refused_UniqueViolation"]
    assert {hit for hit in found_in(connection) if hit[0] == REFUSED} == before
    assert miscounts(connection) == []
    assert waiting(connection) == 0
