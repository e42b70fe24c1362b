"""A loopback mail server: takes mail as a real one does, demands TLS and a login if told to, and refuses on request.

    with SmtpPeer(login=("alert", "s3cret"), has_tls=True) as smtp:
        smtplib.SMTP(smtp.host, smtp.port) …
        smtp.messages[0]["Subject"]

The recipient's name scripts the answer: ``greylist@…`` 451, ``nobody@…`` 550, ``full@…`` 552, ``drop@…`` loses the connection
once the mail is taken, before the client hears so. A wrong login answers 535.
"""

from __future__ import annotations

import mailbox
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

REFUSALS = {
    "greylist": "451 4.7.1 try again later",
    "nobody": "550 5.1.1 no such user",
    "full": "552 5.2.2 mailbox full",
}
DROPPED = "drop"
SIZE_LIMIT_BYTES = 2_000_000


class SmtpPeer:
    """The server, running while the context lasts. ``messages`` is what it took, ``recipients`` for whom, in order.

    ``folder`` also keeps the mails as a Maildir, in ``maildir``, and holds the certificate, without which there is no TLS;
    ``ca_file`` is what a client must trust.
    """

    def __init__(
        self,
        *,
        folder: Path | None = None,
        has_tls: bool = False,
        login: tuple[str, str] | None = None,
        size_limit_bytes: int = SIZE_LIMIT_BYTES,
    ) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[tuple[str, ...]] = []
        self.host, self.port = "127.0.0.1", 0
        self.ca_file: Path | None = None
        self._folder = folder
        self._login = login
        context = self._certified() if has_tls else None
        self._controller = _AnyPort(
            self,
            hostname=self.host,
            port=0,
            tls_context=context,
            require_starttls=has_tls,
            auth_required=login is not None,
            auth_require_tls=has_tls,
            authenticator=self._authenticate,
            data_size_limit=size_limit_bytes,
            decode_data=False,
        )

    def __enter__(self) -> SmtpPeer:
        self._controller.start()
        self.port = self._controller.port
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    # --- what aiosmtpd asks ---------------------------------------------------------------------------

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or refuse as its name says."""
        refusal = REFUSALS.get(address.split("@")[0])
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail; for ``drop@`` the client never learns that it was taken."""
        content = envelope.original_content or b""
        self.messages.append(message_from_bytes(content, _class=EmailMessage, policy=policy.default))
        self.recipients.append(tuple(envelope.rcpt_tos))
        if self._folder:
            mailbox.Maildir(self._folder / "maildir").add(content)
        if any(address.split("@")[0] == DROPPED for address in envelope.rcpt_tos):
            server.transport.abort()
        return "250 Accepted"

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        known = self._login is not None and isinstance(given, LoginPassword)
        is_right = known and (given.login.decode(), given.password.decode()) == self._login
        return AuthResult(success=is_right, handled=False)  # handled=False lets aiosmtpd answer 535

    def _certified(self) -> ssl.SSLContext:
        """Make a certificate for this host in the folder, trusted by nobody but who reads ``ca_file``."""
        if self._folder is None:
            raise ValueError("has_tls needs a folder to put the certificate into")
        self.ca_file, key_file = self._folder / "ca.pem", self._folder / "key.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        self.ca_file.write_bytes(_certificate(key).public_bytes(serialization.Encoding.PEM))
        plain = serialization.NoEncryption()
        key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca_file, key_file)
        return context


class _AnyPort(Controller):
    """A controller on a free port: aiosmtpd tries its server on the port it was told, so it learns the one it got."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """Sign a day's certificate for localhost and 127.0.0.1 with its own key, strict enough for Python 3.13's checks."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    hosts = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        subject_name=name,
        issuer_name=name,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(hours=1),
        not_valid_after=now + timedelta(days=1),
    )
    builder = builder.add_extension(hosts, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_signing(), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return builder.sign(key, hashes.SHA256())


def _signing() -> x509.KeyUsage:
    """Say that the key signs, certificates too."""
    others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign")
    others += ("encipher_only", "decipher_only")
    return x509.KeyUsage(digital_signature=True, key_cert_sign=True, **dict.fromkeys(others, False))
