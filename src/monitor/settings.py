"""Read the deployment's settings from the environment, once, and say clearly what is missing or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal, TypeVar

from monitor.errors import ConfigError
from monitor.model import SmtpServer, XBudget

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: seeds/ and sql/ lie here unless MONITOR_ROOT says otherwise."""


@dataclass(frozen=True, slots=True)
class SettingDoc:
    """One setting as documentation shows it; ``default`` None means there is none."""

    name: str
    default: str | None
    doc: str
    is_secret: bool = False


SETTINGS: tuple[SettingDoc, ...] = (
    SettingDoc("MONITOR_DATABASE_URL", None, "postgresql://user:password@host:port/database of Monitor's own database", True),
    SettingDoc("MONITOR_ROOT", str(ROOT), "folder that holds seeds/ and sql/"),
    SettingDoc(
        "MONITOR_HOME", ".monitor", "folder for what a demo or an embedded server writes, and for word forms once looked up"
    ),
    SettingDoc("MONITOR_PG_BIN", None, "folder with postgres, initdb and pg_ctl, instead of the embedded ones"),
    SettingDoc("MONITOR_SOURCE", "live", "live collects from Telegram and X; replay plays the bundled September 2022"),
    SettingDoc("MONITOR_REPLAY_FILE", None, "replay to play; seeds/replay/september_2022.jsonl.gz when unset"),
    SettingDoc(
        "MONITOR_CHARTER",
        None,
        "charter of this deployment (YAML), seeds/charter.yml when unset; live collection refuses without a valid one",
    ),
    SettingDoc("MONITOR_HASH_KEY", None, "secret for author keys, at least 64 hexadecimal digits (openssl rand -hex 32)", True),
    SettingDoc("MONITOR_HASH_KEY_ID", "k1", "name of that secret, stored beside every author key"),
    SettingDoc("MONITOR_TELEGRAM_API_ID", None, "api_id of your Telegram application"),
    SettingDoc("MONITOR_TELEGRAM_API_HASH", None, "api_hash of your Telegram application", True),
    SettingDoc("MONITOR_TELEGRAM_SESSION", None, "Telethon string session of the collecting account", True),
    SettingDoc("MONITOR_TELEGRAM_ACCOUNT", "main", "your own name for that account; one collector at a time owns it"),
    SettingDoc("MONITOR_TELEGRAM_HISTORY_DAYS", "28", "days a channel is read back when it is first met; they never alert"),
    SettingDoc(
        "MONITOR_MASS_DELETION_PCT", "20", "share of a channel's posts that, deleted together, waits a day for a decision"
    ),
    SettingDoc("MONITOR_X_BEARER_TOKEN", None, "bearer token of your X application", True),
    SettingDoc("MONITOR_X_QUERY_LENGTH", "512", "characters X takes in a query (1024 with full-archive access)"),
    SettingDoc("MONITOR_X_CAP_USD", "100", "US dollars X may cost in a UTC month; reading posts stops first, counting last"),
    SettingDoc("MONITOR_X_PRICE_POST_USD", "0.005", "price of one post read from X, US dollars"),
    SettingDoc("MONITOR_X_PRICE_COUNTS_USD", "0.005", "price of one request for counts, US dollars"),
    SettingDoc("MONITOR_X_EVIDENCE_POSTS", "200", "posts that may be read from X as evidence for one spike; 0 reads none"),
    SettingDoc("MONITOR_X_TEXT_HOURS", "24", "hours the text of a post of X is kept; annotations and counts stay"),
    SettingDoc("MONITOR_KEEP_TEXTS_DAYS", "400", "days after which the texts of a month that has ended are dropped"),
    SettingDoc("MONITOR_KEEP_ANNOTATIONS_DAYS", "1100", "the same for what was found in them; counts stay"),
    SettingDoc("MONITOR_KEEP_KEYS_DAYS", "30", "days an author's keyed hash stands beside a post"),
    SettingDoc("MONITOR_ERASURES_FILE", None, "file that always holds the numbers of all erased posts, kept apart from dumps"),
    SettingDoc("MONITOR_KEEP_LOGS_DAYS", "90", "days runs, quarantined records and settled notices are kept"),
    SettingDoc("MONITOR_KEEP_AUDIT_DAYS", "400", "days the register and the analysts' statements are kept"),
    SettingDoc("MONITOR_SMTP_HOST", None, "SMTP server that takes the alert e-mails"),
    SettingDoc("MONITOR_SMTP_PORT", "587", "its port"),
    SettingDoc("MONITOR_SMTP_SECURITY", "starttls", "starttls, tls or none (none only for a server on this machine)"),
    SettingDoc("MONITOR_SMTP_USER", None, "its login, if it wants one"),
    SettingDoc("MONITOR_SMTP_PASSWORD", None, "its password", True),
    SettingDoc("MONITOR_MAIL_FROM", "Monitor <monitor@localhost>", "sender of the alert e-mails"),
    SettingDoc("MONITOR_OPERATOR_MAIL", None, "addresses of the operator, comma-separated, who are mailed what goes wrong"),
    SettingDoc("MONITOR_FEEDBACK_MAILDIR", None, "Maildir where replies to alert e-mails arrive; read by the stage mail"),
    SettingDoc("MONITOR_COLLECT_BUDGET_S", "240", "seconds one collecting run may take"),
    SettingDoc("MONITOR_RECLASSIFY_BUDGET_S", "200", "seconds after which a classifying run reads no more old posts anew"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A deployment's settings; what is None was not set, and the stage that needs it says so with ``require``."""

    root: Path
    home: Path
    pg_bin: Path | None
    source: Literal["live", "replay"]
    replay_file: Path
    charter: Path | None
    hash_key_id: str
    collect_budget_s: float
    reclassify_budget_s: float
    telegram_api_id: int | None
    telegram_account: str
    telegram_history_days: float
    mass_deletion_pct: float
    x_budget: XBudget
    x_query_length: int
    x_text_hours: float
    erasures_file: Path | None
    keep_texts_days: float
    keep_annotations_days: float
    keep_keys_days: float
    keep_logs_days: float
    keep_audit_days: float
    smtp_port: int
    smtp_security: Literal["starttls", "tls", "none"]
    smtp_host: str | None
    smtp_user: str | None
    mail_from: str
    operator_mail: tuple[str, ...]
    feedback_maildir: Path | None
    database_url: str | None = field(repr=False)
    hash_key: bytes | None = field(repr=False)
    telegram_api_hash: str | None = field(repr=False)
    telegram_session: str | None = field(repr=False)
    x_bearer_token: str | None = field(repr=False)
    smtp_password: str | None = field(repr=False)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read ``MONITOR_*`` from ``env``; a value that cannot be read is a ConfigError that names it."""
        read = _Reader(env)
        root = Path(read.text("MONITOR_ROOT") or ROOT)
        return cls(
            root=root,
            home=Path(read.text("MONITOR_HOME") or ".monitor").absolute(),
            pg_bin=read.path("MONITOR_PG_BIN"),
            source="replay" if read.choice("MONITOR_SOURCE", ("live", "replay")) == "replay" else "live",
            replay_file=read.path("MONITOR_REPLAY_FILE") or root / "seeds/replay/september_2022.jsonl.gz",
            charter=read.path("MONITOR_CHARTER"),
            hash_key_id=read.text("MONITOR_HASH_KEY_ID") or "k1",
            collect_budget_s=read.number("MONITOR_COLLECT_BUDGET_S") or 240.0,
            reclassify_budget_s=_or(read.number("MONITOR_RECLASSIFY_BUDGET_S"), 200.0),
            telegram_api_id=read.integer("MONITOR_TELEGRAM_API_ID"),
            telegram_account=read.text("MONITOR_TELEGRAM_ACCOUNT") or "main",
            telegram_history_days=_or(read.number("MONITOR_TELEGRAM_HISTORY_DAYS"), 28.0),
            mass_deletion_pct=_or(read.number("MONITOR_MASS_DELETION_PCT"), 20.0),
            x_budget=XBudget(
                cap_usd=read.amount("MONITOR_X_CAP_USD"),
                post_usd=read.amount("MONITOR_X_PRICE_POST_USD"),
                counts_usd=read.amount("MONITOR_X_PRICE_COUNTS_USD"),
                evidence_posts=int(read.amount("MONITOR_X_EVIDENCE_POSTS")),
            ),
            x_query_length=int(read.amount("MONITOR_X_QUERY_LENGTH")),
            x_text_hours=float(read.amount("MONITOR_X_TEXT_HOURS")),
            erasures_file=read.path("MONITOR_ERASURES_FILE"),
            keep_texts_days=float(read.amount("MONITOR_KEEP_TEXTS_DAYS")),
            keep_annotations_days=float(read.amount("MONITOR_KEEP_ANNOTATIONS_DAYS")),
            keep_keys_days=float(read.amount("MONITOR_KEEP_KEYS_DAYS")),
            keep_logs_days=float(read.amount("MONITOR_KEEP_LOGS_DAYS")),
            keep_audit_days=float(read.amount("MONITOR_KEEP_AUDIT_DAYS")),
            smtp_port=read.integer("MONITOR_SMTP_PORT") or 587,
            smtp_security=read.security(),
            smtp_host=read.text("MONITOR_SMTP_HOST"),
            smtp_user=read.text("MONITOR_SMTP_USER"),
            mail_from=read.text("MONITOR_MAIL_FROM") or "Monitor <monitor@localhost>",
            operator_mail=read.addresses("MONITOR_OPERATOR_MAIL"),
            feedback_maildir=read.path("MONITOR_FEEDBACK_MAILDIR"),
            database_url=read.text("MONITOR_DATABASE_URL"),
            hash_key=read.secret_key("MONITOR_HASH_KEY"),
            telegram_api_hash=read.text("MONITOR_TELEGRAM_API_HASH"),
            telegram_session=read.text("MONITOR_TELEGRAM_SESSION"),
            x_bearer_token=read.text("MONITOR_X_BEARER_TOKEN"),
            smtp_password=read.text("MONITOR_SMTP_PASSWORD"),
        )

    @property
    def seeds(self) -> Path:
        """Folder of themes, places, channels and rules."""
        return self.root / "seeds"

    def require_database_url(self) -> str:
        """Give the database's address, or say how to set it."""
        return _require(self.database_url, "MONITOR_DATABASE_URL")

    def require_hash_key(self) -> bytes:
        """Give the secret for author keys, or say how to make one."""
        return _require(self.hash_key, "MONITOR_HASH_KEY")

    def smtp(self) -> SmtpServer:
        """Give where mail goes out; ConfigError when no server is set."""
        return SmtpServer(
            host=_require(self.smtp_host, "MONITOR_SMTP_HOST"),
            port=self.smtp_port,
            security=self.smtp_security,
            user=self.smtp_user,
            password=self.smtp_password,
            sender=self.mail_from,
        )


T = TypeVar("T")


def _require(value: T | None, name: str) -> T:
    if value is None:
        doc = next(setting.doc for setting in SETTINGS if setting.name == name)
        raise ConfigError(f"{name} is not set: {doc}. Set it in the environment; see .env.example.")
    return value


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


class _Reader:
    """Typed look-ups in an environment; an empty value counts as unset."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def text(self, name: str) -> str | None:
        return self._env.get(name, "").strip() or None

    def path(self, name: str) -> Path | None:
        value = self.text(name)
        return Path(value) if value else None

    def addresses(self, name: str) -> tuple[str, ...]:
        parts = tuple(part.strip() for part in (self.text(name) or "").split(",") if part.strip())
        if not all("@" in part.strip("@") and not any(c.isspace() for c in part) for part in parts):
            raise ConfigError(
                f"{name} holds something that is no e-mail address. Write them with commas: a@b.example,c@d.example"
            )
        return parts

    def integer(self, name: str) -> int | None:
        value = self.text(name)
        if value is None:
            return None
        if not value.isdecimal():
            raise ConfigError(f"{name}={value!r} is not a whole number. Correct it in the environment.")
        return int(value)

    def number(self, name: str) -> float | None:
        value = self.text(name)
        try:
            return float(value) if value else None
        except ValueError:
            raise ConfigError(f"{name}={value!r} is not a number. Correct it in the environment.") from None

    def amount(self, name: str) -> Decimal:
        """Give a number that is not negative; the documented default when it is unset."""
        value = self.text(name) or next(setting.default for setting in SETTINGS if setting.name == name) or "0"
        try:
            amount = Decimal(value)
        except InvalidOperation:
            raise ConfigError(f"{name}={value!r} is not a number. Correct it in the environment.") from None
        if not amount.is_finite() or amount < 0:
            raise ConfigError(f"{name}={value!r} is negative or no amount. Correct it in the environment.")
        return amount

    def choice(self, name: str, allowed: tuple[str, ...]) -> str | None:
        value = self.text(name)
        if value is not None and value not in allowed:
            raise ConfigError(f"{name}={value!r} is not one of {', '.join(allowed)}. Correct it in the environment.")
        return value

    def security(self) -> Literal["starttls", "tls", "none"]:
        value = self.choice("MONITOR_SMTP_SECURITY", ("starttls", "tls", "none"))
        return "tls" if value == "tls" else "none" if value == "none" else "starttls"

    def secret_key(self, name: str) -> bytes | None:
        value = self.text(name)
        if value is None:
            return None
        try:
            key = bytes.fromhex(value)
        except ValueError:
            key = b""
        if len(key) < 32:
            raise ConfigError(f"{name} needs at least 64 hexadecimal digits. Make one with: openssl rand -hex 32")
        return key
