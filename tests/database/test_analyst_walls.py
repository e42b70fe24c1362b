"""What an analyst's login may not do, tried as an attacker would, with the role `monitor analyst add` makes on a walled server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Event, Thread

import psycopg
import pytest

from monitor import pipeline, store
from monitor.errors import ConfigError
from monitor.model import Cursor
from monitor.settings import Settings
from tests.builders import NOON, make_classified, make_masked, make_page
from tests.conftest import clone, with_database

DENIED = psycopg.errors.InsufficientPrivilege
SECRET = "нелистовая запись человека"

TABLES = ("post", "post_annotation", "channel", "account", "approval", "audit", "alert", "delivery", "quarantine", "ledger")
READS = [
    *(f"SELECT * FROM core.{table}" for table in TABLES),
    "SELECT author_key FROM core.post",
    "SELECT key_id FROM core.post",
    "TABLE core.post_2022_09",
    "SELECT * FROM core.analyst_login",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT * FROM pg_user_mapping",
    "SELECT * FROM pg_largeobject",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_hba_file_rules",
    "SELECT * FROM pg_file_settings",
    "SELECT * FROM public.pg_stat_statements",
    "SELECT query_to_xml('SELECT * FROM core.post', true, false, '')",
    "SELECT table_to_xml('core.post', true, false, '')",
    "SELECT * FROM ts_stat('SELECT to_tsvector(text) FROM core.post')",
    "SELECT pg_relation_filepath('core.post'), core.next_visit_at(now(), now())",
    "SELECT core.ensure_post_partition(now())",
]
FILES = [
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY (SELECT 1) TO '/tmp/out'",
    "COPY analyst.theme FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('postgresql.conf')",
    "SELECT * FROM pg_ls_dir('.')",
    "SELECT * FROM pg_ls_logdir()",
    "SELECT pg_stat_file('postgresql.conf')",
    "SELECT pg_read_server_files FROM pg_read_file('x') AS pg_read_server_files",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/out')",
    "LOAD 'dblink'",
]
WRITES = [
    "INSERT INTO analyst.place SELECT * FROM analyst.place",
    "UPDATE analyst.place SET name = ''",
    "DELETE FROM analyst.codebook",
    "TRUNCATE core.post",
    "DROP VIEW analyst.post",
    "ALTER VIEW analyst.post SET (security_barrier = false)",
    "CREATE TABLE analyst.mine (a integer)",
    "CREATE TABLE public.mine (a integer)",
    "CREATE TEMP TABLE mine (a integer)",
    "CREATE TEMP VIEW mine AS SELECT 1",
    "SELECT * INTO TEMP mine FROM analyst.theme",
    "CREATE VIEW analyst.mine AS SELECT * FROM analyst.post",
    "CREATE SCHEMA mine",
    "CREATE SEQUENCE analyst.mine",
    "CREATE FUNCTION analyst.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION file_fdw",
    "COMMENT ON VIEW analyst.post IS ''",
    "GRANT SELECT ON core.post TO PUBLIC",
    "BEGIN; LOCK TABLE core.post IN ACCESS SHARE MODE",
    "BEGIN; LOCK TABLE analyst.post IN ACCESS EXCLUSIVE MODE",
]
FUNCTIONS = [
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_unlink(1)",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_lock(1)",
    "SELECT pg_advisory_xact_lock(hashtext('monitor.migrate'))",
    "SELECT pg_advisory_lock_shared(1, 2)",
    "SELECT pg_notify('a', 'b')",
    "SELECT pg_logical_emit_message(true, 'a', 'b')",
    "DO $$ BEGIN LOOP END LOOP; END $$",
    "SELECT pg_reload_conf()",
    "SELECT pg_rotate_logfile()",
    "SELECT pg_create_restore_point('x')",
    "SELECT pg_switch_wal()",
    "SELECT pg_stat_reset()",
]
POWERS = [
    "SET ROLE monitor",
    "SET SESSION AUTHORIZATION monitor",
    "GRANT pg_read_all_data TO analyst",
    "GRANT analyst TO monitor",
    "ALTER ROLE analyst SUPERUSER",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "ALTER ROLE monitor PASSWORD 'x'",
    "ALTER ROLE CURRENT_USER VALID UNTIL 'infinity'",
    "ALTER ROLE CURRENT_USER CONNECTION LIMIT 100",
    "ALTER SYSTEM SET work_mem = '10GB'",
    "ALTER DATABASE {database} SET work_mem = '10GB'",
    "SET session_replication_role = 'replica'",
    "SET temp_file_limit = -1",
    "SET log_statement = 'none'",
    "CREATE ROLE mine",
    "CREATE DATABASE mine",
    "CREATE PUBLICATION mine FOR ALL TABLES",
    "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION core.refuse_change()",
    "CREATE SUBSCRIPTION mine CONNECTION '' PUBLICATION x",
]
ATTACKS = [*READS, *FILES, *WRITES, *FUNCTIONS, *POWERS]


@pytest.fixture(scope="module")
def walled(postgres_url: str, template_url: str) -> Iterator[tuple[Settings, str]]:
    """A database with a listed and an unlisted channel's post, and the address an analyst of it got."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        clone(connection, "walled")
    url = with_database(postgres_url, "walled")
    settings = Settings.from_env({"MONITOR_DATABASE_URL": url})
    with store.connect(url) as connection:
        connection.execute("INSERT INTO core.codebook (digest) VALUES ('x')")
        connection.execute(
            "INSERT INTO core.channel (source, handle, title, is_listed) VALUES "
            "('telegram', 'lars_live', 'Lars', true), ('x', 'x', 'X search', false)"
        )
        posts = [make_masked(), *(make_masked(SECRET, source="x", channel="x", post_id=n, url=None) for n in range(2, 5))]
        store.write_page(connection, "telegram", make_page(posts), expected=Cursor())
        with connection.transaction():
            batch = store.claim_backlog(connection, limit=10, as_of=NOON + timedelta(days=1))
            store.write_annotations(connection, [make_classified(post) for post in batch], 1)
    login, password = pipeline.add_analyst(settings, "eve", days=30, connections_count=3, as_of=pipeline.utc_now())
    yield settings, url.replace(url.split("@")[0], f"postgresql://{login.login}:{password}")
    pipeline.remove_analyst(settings, "eve", as_of=pipeline.utc_now())


def as_eve(walled: tuple[Settings, str], **options) -> psycopg.Connection:
    return psycopg.connect(walled[1], autocommit=True, options="-c default_transaction_read_only=off", **options)


def test_there_are_at_least_sixty_attacks():
    assert len(set(ATTACKS)) >= 60


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused(walled, attack):
    with as_eve(walled) as connection:
        with pytest.raises(DENIED):
            connection.execute(attack.replace("{database}", "walled").encode())


@pytest.mark.parametrize("function", ["pg_terminate_backend", "pg_cancel_backend"])
def test_a_session_of_the_pipeline_cannot_be_ended(walled, function):
    settings, _ = walled
    with store.connect(settings.require_database_url()) as busy, as_eve(walled) as connection:
        with pytest.raises(DENIED):
            connection.execute(f"SELECT {function}({busy.info.backend_pid})".encode())

        assert busy.execute("SELECT 1").fetchall() == [(1,)]


def test_a_grant_to_others_gives_them_nothing(walled):
    with as_eve(walled) as connection:
        connection.execute("GRANT SELECT ON analyst.post TO PUBLIC")
        grantees = connection.execute("SELECT relacl::text FROM pg_class WHERE oid = 'analyst.post'::regclass").fetchall()

    assert "{=" not in grantees[0][0] and ",=" not in grantees[0][0]


def test_what_an_analyst_sees_holds_no_person(walled):
    with as_eve(walled) as connection:
        views = [row[0] for row in connection.execute("SELECT viewname FROM pg_views WHERE schemaname = 'analyst'")]
        seen = {view: connection.execute(f"SELECT * FROM analyst.{view}".encode()).fetchall() for view in views}

    assert len(seen["post"]) == 1
    assert SECRET not in str(seen) and "ab" * 32 not in str(seen)
    assert [row[3:] for row in seen["person_post_day"]] == [(True, None, None)]


def test_a_filter_of_the_analysts_own_is_not_run_on_hidden_rows(walled):
    """A barrier keeps a failing or telling condition from rows the view leaves out."""
    with as_eve(walled) as connection:
        for condition in ("1 / (CASE WHEN text LIKE 'нелист%' THEN 0 ELSE 1 END) = 1", "cast(text AS text) ~ 'нелист' OR true"):
            rows = connection.execute(f"SELECT text FROM analyst.post WHERE {condition}".encode()).fetchall()
            assert len(rows) == 1


def test_every_view_is_a_barrier_and_nothing_else_is_open(walled):
    settings, _ = walled
    open_to_readers = """
        SELECT n.nspname || '.' || c.relname
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            AND has_table_privilege('eve', c.oid, 'SELECT') AND c.relkind <> 'S'
    """
    functions = """
        SELECT p.oid::regprocedure::text
        FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND has_function_privilege('eve', p.oid, 'EXECUTE')
            AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
    """
    definers = "SELECT proname FROM pg_proc AS p WHERE prosecdef AND proconfig IS NULL AND pronamespace = 'analyst'::regnamespace"
    barriers = """
        SELECT relname FROM pg_class
        WHERE relnamespace = 'analyst'::regnamespace AND relkind = 'v'
            AND NOT coalesce(reloptions @> '{security_barrier=true}', false)
    """
    with store.connect(settings.require_database_url()) as connection:
        views = {f"analyst.{row[0]}" for row in connection.execute("SELECT viewname FROM pg_views WHERE schemaname = 'analyst'")}
        opened = {row[0] for row in connection.execute(open_to_readers)}
        callable_ = [row[0] for row in connection.execute(functions)]

        assert opened == views
        assert all(name.startswith(("analyst.", "search(", "latest_")) for name in callable_)
        assert connection.execute(definers).fetchall() == []
        assert connection.execute(barriers).fetchall() == []


def test_no_column_of_a_view_names_an_author(walled):
    with as_eve(walled) as connection:
        columns = connection.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'analyst'"
            " AND column_name ~ '(author|key_id|reader|recipient|forwarded_from|login|session|hash)'"
        ).fetchall()

    assert columns == []


def test_a_login_belongs_to_the_group_and_to_nothing_else(walled):
    with as_eve(walled) as connection:
        roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles WHERE pg_has_role(oid, 'member')")}
        rights = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolconnlimit FROM pg_roles "
            "WHERE rolname = current_user"
        ).fetchall()

    assert roles == {"eve", "analyst"}
    assert rights == [(False, False, False, False, False, 3)]


def test_a_login_starts_read_only_with_a_minute_and_one_schema(walled):
    with psycopg.connect(walled[1], autocommit=True) as connection:
        shown = [
            connection.execute(f"SHOW {name}".encode()).fetchall()[0][0]
            for name in ("default_transaction_read_only", "statement_timeout", "search_path")
        ]

    assert shown == ["on", "1min", "analyst"]


def test_more_connections_than_allowed_are_refused(walled):
    opened = [as_eve(walled) for _ in range(3)]
    try:
        with pytest.raises(psycopg.OperationalError, match="too many connections"):
            as_eve(walled)
    finally:
        for connection in opened:
            connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_sleep(600)",
        "SELECT count(*) FROM generate_series(1, 1000000000000)",
        "SELECT pg_sleep_for('10 minutes')",
        "WITH RECURSIVE endless (n) AS (SELECT 1 UNION ALL SELECT 1 FROM endless) SELECT count(*) FROM endless",
        "SELECT count(regexp_replace(repeat('a', 40000) || n, '(a*)*$', '')) FROM generate_series(1, 1000000) AS n",
    ],
)
def test_a_statement_without_limits_is_cancelled_by_the_watchdog(walled, statement):
    settings, _ = walled
    ended, started = [], Event()

    def run() -> None:
        with as_eve(walled) as connection:
            connection.execute("SET statement_timeout = 0; SET work_mem = '64MB'")
            started.set()
            try:
                connection.execute(statement.encode())
            except psycopg.Error as error:
                ended.append(type(error))

    reader = Thread(target=run)
    reader.start()
    started.wait(5)
    with store.connect(settings.require_database_url()) as connection:
        for _ in range(50):
            time.sleep(0.1)
            if store.stop_long_readers(connection, longest=timedelta(milliseconds=200), as_of=NOON):
                break
    reader.join(10)

    assert ended and issubclass(ended[0], (psycopg.errors.QueryCanceled, psycopg.OperationalError))


def test_a_transaction_left_open_is_ended_and_noted(walled):
    settings, _ = walled
    with as_eve(walled) as lazy:
        lazy.execute("SET idle_in_transaction_session_timeout = 0")
        lazy.execute("BEGIN")
        lazy.execute("SELECT count(*) FROM analyst.post")
        time.sleep(0.1)
        with store.connect(settings.require_database_url()) as connection:
            stopped = store.stop_long_readers(connection, longest=timedelta(milliseconds=50), as_of=NOON)
            noted = connection.execute("SELECT subject FROM core.audit WHERE action = 'analyst.stopped'").fetchall()

        with pytest.raises(psycopg.OperationalError):
            lazy.execute("SELECT 1")

    assert stopped == 1 and ("eve",) in noted


def test_pipelines_own_statements_are_never_stopped(walled):
    settings, _ = walled
    with store.connect(settings.require_database_url()) as busy, store.connect(settings.require_database_url()) as connection:
        with busy.transaction():
            busy.execute("SELECT count(*) FROM core.post")
            time.sleep(0.05)

            assert store.stop_long_readers(connection, longest=timedelta(milliseconds=10), as_of=NOON) == 0


def test_a_removed_login_is_out_at_once(walled):
    settings, _ = walled
    now = pipeline.utc_now()
    login, password = pipeline.add_analyst(settings, "mallory", days=1, connections_count=1, as_of=now)
    url = settings.require_database_url()
    address = url.replace(url.split("@")[0], f"postgresql://{login.login}:{password}")
    with psycopg.connect(address, autocommit=True) as connection:
        assert pipeline.remove_analyst(settings, "mallory", as_of=now) == 1
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)

    assert [login.login for login in pipeline.analysts(settings)] == ["eve"]


def test_the_password_never_reaches_the_server(walled):
    settings, _ = walled
    login, password = pipeline.add_analyst(settings, "trent", days=1, connections_count=1, as_of=pipeline.utc_now())
    with store.connect(settings.require_database_url()) as connection:
        told = connection.execute("SELECT query FROM public.pg_stat_statements WHERE query ILIKE '%role%'").fetchall()
    pipeline.remove_analyst(settings, "trent", as_of=pipeline.utc_now())

    assert password not in str(told)
    assert password not in repr(login)


@pytest.mark.parametrize("name", ["Eve", "a", "x" * 40, "eve; DROP", "1abc", "postgres", "monitor", "eve"])
def test_a_login_with_a_wrong_or_taken_name_is_refused(walled, name):
    with pytest.raises(ConfigError):
        pipeline.add_analyst(walled[0], name, days=1, connections_count=1, as_of=pipeline.utc_now())


def test_only_our_own_logins_can_be_removed(walled):
    with pytest.raises(ConfigError, match="no analyst"):
        pipeline.remove_analyst(walled[0], "monitor", as_of=pipeline.utc_now())
