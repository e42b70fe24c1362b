"""A connection: its troubles are told by what happens next, from its first statement on."""

import psycopg
import pytest

from monitor import store
from monitor.errors import TransientError


def test_a_server_that_dies_right_after_the_login_is_away(shared_database_url, monkeypatch):
    dead = psycopg.connect(shared_database_url, autocommit=True)
    dead.close()
    monkeypatch.setattr(psycopg, "connect", lambda *_, **__: dead)

    with pytest.raises(TransientError), store.connect(shared_database_url):
        pass
