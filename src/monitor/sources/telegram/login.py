"""Sign an account in, step by step: phone, code, second password if it has one. What comes out is a secret.

The session is given once, by ``session()``. It is in no log, no representation and no error: errors here have no cause.
"""

from __future__ import annotations

from collections.abc import Coroutine
from types import TracebackType
from typing import Any

from telethon import errors
from telethon.sessions import StringSession

from monitor.errors import ConfigError, TransientError
from monitor.sources.telegram.connection import AWAY, FAILING, ClientFactory, Line, make_telethon_client

TIMEOUT_S = 60.0

WRONG: tuple[tuple[type[Exception], str], ...] = (
    (errors.PhoneNumberInvalidError, "Telegram knows no such phone number: give it with its country code, as in +995 …"),
    (errors.PhoneNumberBannedError, "Telegram has banned this phone number: use another account."),
    (errors.PhoneCodeInvalidError, "the code is wrong."),
    (errors.PhoneCodeEmptyError, "the code is empty."),
    (errors.PhoneCodeExpiredError, "the code is too old: begin again."),
    (errors.PasswordHashInvalidError, "the password is wrong."),
    (errors.ApiIdInvalidError, "MONITOR_TELEGRAM_API_ID and MONITOR_TELEGRAM_API_HASH do not belong together."),
)


class WrongAnswer(ConfigError):
    """The phone, code or password is not right; it may be asked for again."""


def fresh_session() -> StringSession:
    """Make a session that knows nothing yet."""
    return StringSession()


class Login:
    """One account on its way in."""

    def __init__(self, api_id: int, api_hash: str, *, make_client: ClientFactory | None = None) -> None:
        self._session = fresh_session()
        self._line = Line((make_client or make_telethon_client)(self._session, api_id, api_hash))
        self._phone = ""

    def __repr__(self) -> str:
        return "Login()"

    def __enter__(self) -> Login:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._line.close()

    def send_code(self, phone: str) -> None:
        """Let Telegram send a code to the account with this phone number."""
        self._phone = phone
        self._run(self._line.connect())
        self._run(self._line.client.send_code_request(phone))

    def sign_in(self, code: str) -> bool:
        """Show the code; False when the account wants its password as well."""
        try:
            self._run(self._line.client.sign_in(self._phone, code))
        except _PasswordWanted:
            return False
        return True

    def check_password(self, password: str) -> None:
        """Show the account's second password; it never leaves this machine."""
        self._run(self._line.client.sign_in(password=password))

    def session(self) -> str:
        """Give the string session: whoever has it can act as the account."""
        return str(self._session.save())

    def forget(self) -> None:
        """Sign out again, so that a session nobody keeps opens nothing."""
        self._run(self._line.client.log_out())

    def _run(self, request: Coroutine[Any, Any, Any]) -> None:
        failure: Exception | None = None
        try:
            self._line.run(request, TIMEOUT_S)
        except (Exception, *AWAY) as error:
            failure = _told(error)
        if failure is not None:  # raised out here: neither cause nor context may carry what was sent
            raise failure


class _PasswordWanted(Exception):
    """The account has a second password."""


def _told(error: BaseException) -> Exception:
    if isinstance(error, errors.SessionPasswordNeededError):
        return _PasswordWanted()
    wrong = next((message for kind, message in WRONG if isinstance(error, kind)), None)
    if wrong is not None:
        return WrongAnswer(wrong)
    if isinstance(error, errors.FloodError):
        wait_s = getattr(error, "seconds", None)
        return TransientError(f"Telegram asks to wait {wait_s} s before another try.", retry_after_s=wait_s)
    if isinstance(error, (*AWAY, *FAILING)):
        return TransientError(f"Telegram does not answer ({type(error).__name__}). Try again later.")
    return ConfigError(f"Telegram refuses to sign in ({type(error).__name__}).")
