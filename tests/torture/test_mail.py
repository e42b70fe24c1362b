"""The outbox under kill -9: nothing is lost, and a mail is doubled only when the kill fell between the 250 and the commit."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from multiprocessing.process import BaseProcess

import pytest

from monitor import store
from tests.builders import NOON, make_evidence, make_rule, make_spike
from tests.database.test_outbox import given_alert
from tests.peers.smtp import SmtpPeer
from tests.torture.mailer import send

MAILS = 40


CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.torture.mailer"])


def start(database_url: str, smtp: SmtpPeer) -> BaseProcess:
    """Run the stage mail in a process of its own, forked from one that has everything imported."""
    env = {
        "MONITOR_DATABASE_URL": database_url,
        "MONITOR_SMTP_HOST": "127.0.0.1",
        "MONITOR_SMTP_PORT": str(smtp.port),
        "MONITOR_SMTP_SECURITY": "none",
    }
    process = CONTEXT.Process(target=send, args=(env,))
    process.start()
    return process


def fill(database_url: str, mails: int) -> None:
    """Put as many alerts to one reader into the outbox."""
    with store.connect(database_url) as connection:
        given_alert(connection, "desk@monitor.example")
        spike = make_spike(event_id=1, spike_id=1)
        for number in range(1, mails):
            letters = [("desk@monitor.example", f"<m{number}@monitor.invalid>", None)]
            store.add_alert(
                connection,
                make_rule(),
                spike,
                make_evidence(),
                created_at=NOON,
                letters=letters,
                kind="grown",
                number=number,
            )


def kill_often(database_url: str, smtp: SmtpPeer, kills: int, rng: random.Random) -> int:
    """Kill the stage at random moments while it sends; return how often it was caught alive and at work."""
    caught = 0
    while caught < kills and len(smtp.messages) < MAILS * 10:
        taken = len(smtp.messages)
        process = start(database_url, smtp)
        give_up_at = time.monotonic() + 20
        while process.is_alive() and len(smtp.messages) == taken and time.monotonic() < give_up_at:
            time.sleep(0.002)
        time.sleep(rng.random() * 0.05)
        if process.is_alive():
            process.kill()
            caught += 1
        process.join()
        if not waiting(database_url):
            break
    return caught


def waiting(database_url: str) -> int:
    with store.connect(database_url) as connection:
        rows = connection.execute("SELECT count(*) FROM core.delivery WHERE status IN ('pending', 'sending')").fetchall()
    return int(rows[0][0])


def hold_to_promise(database_url: str, kills: int, mails: int, seed: int) -> Counter[int]:
    """Send ``mails`` through ``kills`` kills; give how many mails arrived how often."""
    fill(database_url, mails)
    with SmtpPeer() as smtp:
        caught = kill_often(database_url, smtp, kills, random.Random(seed))
        last = start(database_url, smtp)
        last.join(600)
        assert last.exitcode == 0
        ids = Counter(message["Message-ID"] for message in smtp.messages)
    with store.connect(database_url) as connection:
        statuses = dict(connection.execute("SELECT status, count(*) FROM core.delivery GROUP BY status").fetchall())
        expected = {row[0] for row in connection.execute("SELECT message_id FROM core.delivery")}

    assert statuses == {"sent": mails}
    assert set(ids) == expected
    times = Counter(ids.values())
    assert sum(count * (often - 1) for often, count in times.items()) <= caught
    assert max(times) <= 2 or caught > mails
    print(f"mail: {mails} mails, {caught} kills at work, arrived {dict(sorted(times.items()))} times")
    assert caught >= kills
    return times


def test_ten_kills_lose_no_mail(database_url):
    hold_to_promise(database_url, kills=10, mails=MAILS, seed=1)


@pytest.mark.torture
def test_fifty_kills_lose_no_mail(database_url):
    hold_to_promise(database_url, kills=60, mails=200, seed=2)
