"""Hand mails to an SMTP server, one recipient a transaction, and say what became of each."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Literal

from monitor.errors import ConfigError, TransientError
from monitor.model import SmtpServer

TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the server made of one mail: taken, refused for good, or to be tried later; ``answer`` is its own word."""

    status: Literal["sent", "refused", "later"]
    answer: str


class Mailer:
    """An open connection to the SMTP server."""

    def __init__(self, connection: smtplib.SMTP, sender: str) -> None:
        self._connection = connection
        self.sender = sender

    def send(self, message: EmailMessage, recipient: str) -> Outcome:
        """Send to one recipient. Raises TransientError when the connection breaks and nobody knows whether it was taken."""
        try:
            self._connection.send_message(message, parseaddr(self.sender)[1], [recipient])
        except smtplib.SMTPRecipientsRefused as error:
            return _outcome(*error.recipients[recipient])
        except smtplib.SMTPServerDisconnected as error:
            raise TransientError("the SMTP server dropped the connection. The mail will be sent again.") from error
        except smtplib.SMTPResponseException as error:
            return _outcome(error.smtp_code, error.smtp_error)
        except OSError as error:
            raise TransientError(f"the SMTP server stopped answering: {error}. The mail will be sent again.") from error
        return Outcome("sent", "")


def _outcome(code: int, answer: bytes | str) -> Outcome:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return Outcome("refused" if code >= 500 else "later", f"{code} {text}"[:300])


@contextmanager
def open_mailer(server: SmtpServer) -> Iterator[Mailer]:
    """Connect, encrypt and log in as ``server`` says.

    Raises TransientError when it is away, ConfigError when it refuses the encryption or the login.
    """
    try:
        connection = _connect(server)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        raise ConfigError(f"{_name(server)} refuses the login: check MONITOR_SMTP_USER and MONITOR_SMTP_PASSWORD.") from error
    except ssl.SSLError as error:
        raise ConfigError(f"{_name(server)} cannot be trusted ({error.reason}): check MONITOR_SMTP_SECURITY.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise TransientError(f"cannot reach {_name(server)}: {error}. Check MONITOR_SMTP_HOST and that it runs.") from error
    try:
        yield Mailer(connection, server.sender)
    finally:
        _close(connection)


def _name(server: SmtpServer) -> str:
    return f"the SMTP server {server.host}:{server.port}"


def _connect(server: SmtpServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    try:
        if server.security == "starttls":
            connection.starttls(context=context)
        if server.user and server.password:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _close(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        connection.close()
