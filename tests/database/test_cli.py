"""The command line: exit codes that mean something, one clear line when something is wrong, JSON on request."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).parents[2]
KEY = "5e" * 32


def monitor(*arguments: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    return subprocess.run(
        [sys.executable, "-m", "monitor.cli", *arguments],
        env={**clean, **env},
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


def write_posts(file: Path) -> Path:
    good = {"source": "telegram", "channel": "lars", "post_id": 1, "posted_at": "2022-09-22T10:00:00+00:00"}
    lines = [
        json.dumps({**good, "text": "Верхний Ларс, очередь 12 км"}),
        "{broken",
        json.dumps({**good, "post_id": 2, "posted_at": None, "text": "Верхний Ларс"}),
        json.dumps({**good, "post_id": 3, "text": "Верхний\x00Ларс"}),
        json.dumps({**good, "post_id": 4, "text": "Ларс " * 20_000}),
        json.dumps({**good, "post_id": 5, "text": "Обычная погода"}),
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_bad_records_go_to_quarantine_counted_and_the_import_goes_on(database_url, tmp_path):
    file = write_posts(tmp_path / "posts.jsonl")

    imported = monitor("import", str(file), "--json", MONITOR_DATABASE_URL=database_url, MONITOR_HASH_KEY=KEY)
    status = monitor("status", "--json", MONITOR_DATABASE_URL=database_url)

    assert imported.returncode == 0, imported.stderr
    counts = json.loads(imported.stdout)
    assert (counts["kept"], counts["quarantined"]) == (1, 4)
    reasons = set(json.loads(status.stdout)["quarantine"])
    assert {"read not_json", "normalise undated"} <= reasons
    assert any("nul" in reason for reason in reasons)
    assert any("too_long" in reason or "overlong" in reason for reason in reasons)


def test_importing_again_adds_nothing(database_url, tmp_path):
    file = write_posts(tmp_path / "posts.jsonl")
    env = {"MONITOR_DATABASE_URL": database_url, "MONITOR_HASH_KEY": KEY}
    monitor("import", str(file), **env)

    again = monitor("import", str(file), "--json", **env)

    assert json.loads(again.stdout)["read"] == 0


@pytest.mark.parametrize(
    ("arguments", "env", "code", "words"),
    [
        (("status",), {}, 2, "MONITOR_DATABASE_URL is not set"),
        (("status",), {"MONITOR_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, 75, "cannot reach the database"),
        (("status",), {"MONITOR_SMTP_PORT": "many"}, 2, "MONITOR_SMTP_PORT='many' is not a whole number"),
        (("status",), {"MONITOR_SOURCE": "rumours"}, 2, "not one of live, replay"),
        (("themes", "explain", "x"), {"MONITOR_ROOT": "/nowhere"}, 2, "MONITOR_ROOT"),
        (("import", "/nowhere.jsonl"), {"needs": "database"}, 2, "/nowhere.jsonl"),
        (("collect",), {"needs": "database"}, 2, "charter"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_with_what_to_do(database_url, arguments, env, code, words):
    if env.pop("needs", None):
        env = {"MONITOR_DATABASE_URL": database_url, "MONITOR_HASH_KEY": KEY}

    told = monitor(*arguments, **env)

    assert told.returncode == code, told.stderr
    assert words in told.stderr
    assert "Traceback" not in told.stderr


def test_live_collection_names_the_credentials_that_are_missing(database_url, tmp_path):
    charter = tmp_path / "charter.yml"
    charter.write_text(
        "operator: a\npurpose: b\nlegal_basis: c\nassessment_reference: d\ncontact: e\nrecipients: [f@g.example]\nexpires_date: 2099-01-01\n"
    )
    env = {"MONITOR_DATABASE_URL": database_url, "MONITOR_HASH_KEY": KEY, "MONITOR_CHARTER": str(charter)}

    told = monitor("collect", **env)

    assert told.returncode == 2
    assert "MONITOR_TELEGRAM_API_ID" in told.stderr


def test_an_unreachable_mail_server_is_told_and_the_mail_waits(database_url):
    from monitor import store
    from tests.builders import NOON, make_evidence, make_rule, make_spike

    with store.connect(database_url) as connection:
        key = make_spike().key
        series_id = store.all_series(connection).get(key) or _make_series(connection)
        event_id = store.add_event(connection, series_id, NOON)
        spike = make_spike(event_id=event_id)
        spike_id = store.save_spike(connection, spike, series_id)
        told = make_spike(event_id=event_id, spike_id=spike_id)
        store.add_alert(
            connection,
            make_rule(),
            told,
            make_evidence(),
            created_at=NOON,
            letters=[(make_rule().recipients[0], "<a@monitor.invalid>", None)],
        )

    env = {"MONITOR_DATABASE_URL": database_url, "MONITOR_SMTP_HOST": "127.0.0.1", "MONITOR_SMTP_PORT": "1"}
    sent = monitor("mail", MONITOR_SMTP_SECURITY="none", **env)
    shown = monitor("alert", **env)

    assert sent.returncode == 75
    assert "cannot reach the SMTP server 127.0.0.1:1" in sent.stderr
    assert "Verkhny Lars" in shown.stdout


def _make_series(connection):
    statement = "INSERT INTO core.series (place_id) VALUES ('verkhny_lars') RETURNING series_id"
    return connection.execute(statement).fetchone()[0]


def test_classify_reads_standard_input_without_a_database_and_masks():
    line = json.dumps({"id": "p1", "text": "Верхний Ларс, стоим 20 часов, очередь 6 км, тел. +7 900 000-00-17"})

    told = monitor("classify", "--file", "-", stdin=line + "\n")

    found = json.loads(told.stdout)
    assert told.returncode == 0, told.stderr
    assert (found["id"], found["lang"], found["themes"], found["places"]) == ("p1", "ru", ["border_queue"], ["verkhny_lars"])
    assert {(m["kind"], m["low"], m["high"], m["place"]) for m in found["measures"]} == {
        ("wait_hours", 20.0, 20.0, "verkhny_lars"),
        ("queue_km", 6.0, 6.0, "verkhny_lars"),
    }
    assert "[phone]" in found["text"]


def test_classify_tells_which_line_is_broken_and_goes_on():
    told = monitor("classify", "--file", "-", stdin='{broken\n{"id": 2, "text": "Привет"}\n')

    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.returncode == 1
    assert lines[0]["line"] == 1 and "error" in lines[0]
    assert lines[1]["id"] == 2


@pytest.mark.parametrize(
    "command",
    [
        "migrate",
        "seed",
        "collect",
        "import",
        "classify",
        "detect",
        "alert",
        "mail",
        "maintain",
        "policy",
        "approve",
        "run",
        "status",
        "digest",
        "settings",
        "demo",
    ],
)
def test_every_command_shows_examples(command):
    told = monitor(command, "--help")

    assert told.returncode == 0
    assert f"monitor {command}" in told.stdout


def test_explain_names_theme_and_words():
    told = monitor("themes", "explain", "Верхний Ларс, стоим 20 часов")

    assert "border_queue" in told.stdout
    assert "«Верхний Ларс»" in told.stdout


def test_an_approval_is_recorded_shown_and_taken_back(database_url):
    env = {"MONITOR_DATABASE_URL": database_url}

    done = monitor("approve", "x", "protest", "--reference", "letter 7", "--by", "editor", "--until", "2099-01-31", **env)
    shown = monitor("policy", **env)
    taken = monitor("approve", "x", "protest", "--revoke", "--by", "editor", **env)
    rows = json.loads(monitor("policy", "--json", **env).stdout)
    wrong = monitor("approve", "x", "protest", "--by", "editor", **env)

    assert (done.returncode, done.stdout) == (0, "approved: x × protest until 2099-01-31\n"), done.stderr
    line = next(line for line in shown.stdout.splitlines() if line.split()[:2] == ["x", "protest"])
    assert "approved" in line and "letter 7" in line and "2099-01-31" in line
    assert taken.returncode == 0
    assert {(r["source"], r["theme"]): r["state"] for r in rows}["x", "protest"] == "revoked"
    assert wrong.returncode == 2 and "--reference and --until" in wrong.stderr


def test_seed_refuses_a_wrong_file_with_its_line_before_it_writes(database_url, tmp_path):
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds", ignore=shutil.ignore_patterns("replay"))
    file = tmp_path / "seeds" / "channels" / "russia.yml"
    file.write_text(file.read_text().replace("handle: ovdinfo", "handle: https://t.me/ovdinfo"))

    told = monitor("seed", MONITOR_DATABASE_URL=database_url, MONITOR_ROOT=str(tmp_path))

    assert told.returncode == 2
    assert re.search(r"russia\.yml:\d+: handle", told.stderr)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM core.theme").fetchone() == (0,)


def test_status_is_laid_out_in_sections_and_says_what_is_unknown(database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO core.channel (source, handle, title, is_listed, is_verified) VALUES ('telegram', 'lars', 'L', true, true)"
        )
        connection.execute(
            "INSERT INTO core.coverage SELECT channel_id, '2022-09-14 00:00+00', 'pending', '2022-09-14 00:15+00' FROM core.channel"
        )
        connection.execute(
            "INSERT INTO core.notice (kind, subject, message, opened_at) VALUES ('channel_gone', 'baza', 'look', now())"
        )

    charter = str(ROOT / "seeds" / "charter.demo.yml")
    told = monitor("status", "--day", "2022-09-14", MONITOR_DATABASE_URL=database_url, MONITOR_CHARTER=charter)

    assert told.returncode == 0, told.stderr
    lines = told.stdout.splitlines()
    at = lines.index("coverage of 2022-09-14")
    assert lines[at + 1].split() == ["channel", "read", "pending", "lost", "unknown", "not", "read", "since", "posts"]
    assert lines[at + 2].split() == ["lars", "0.0", "%", "1", "0", "0", "00:00", "–"]
    assert lines[at + 3].split()[:2] == ["all", "channels"]
    assert "charter  Demo on this machine, until 2099-12-31 (the demo's: nothing live)" in lines
    assert any("Channel gone" in line and "baza" in line and "look" in line for line in lines)
