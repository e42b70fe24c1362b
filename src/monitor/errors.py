"""What can go wrong, named by what happens next.

MonitorError
├── ConfigError       a setting, a seeds file or a credential is missing or wrong: stop, fix it, start again
├── TransientError    a server is away or asks to wait: try again after ``retry_after_s``
│   ├── CursorMoved   another writer has moved the cursor: drop the page and read again from the new one
│   └── AskedToWait   the far side wants one method of the account left alone: pause it, do the rest
├── TerminalError     the far side refuses for good: a human is needed
│   └── FeedRefused   one feed cannot be read: note its state, the others go on
└── BadRecord         this one record cannot be used: quarantine it, the batch goes on

A message says what, which id and what to do; never the text of a post, never a secret.
"""


class MonitorError(Exception):
    """Anything Monitor raises on purpose; ``exit_code`` is what the CLI ends with."""

    exit_code = 1


class ConfigError(MonitorError):
    """A setting, seeds file or credential is missing or wrong."""

    exit_code = 2


class TransientError(MonitorError):
    """The far side is away or asks to wait; ``retry_after_s`` is None when it did not say how long."""

    exit_code = 75

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class CursorMoved(TransientError):
    """Another writer moved the cursor between our reading it and our writing it."""


class AskedToWait(TransientError):
    """The far side wants ``method`` of this account left alone for ``retry_after_s``, whatever feed it is asked for."""

    def __init__(self, message: str, *, method: str, retry_after_s: float) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.method = method


class TerminalError(MonitorError):
    """The far side refuses for good; only a human can change that."""

    exit_code = 69


class FeedRefused(TerminalError):
    """One feed cannot be read; ``state`` is what has become of it, ``reason`` the far side's own word."""

    def __init__(self, message: str, *, state: str, reason: str) -> None:
        super().__init__(message)
        self.state = state
        self.reason = reason


class BadRecord(MonitorError):
    """One record cannot be used. ``reason`` is a short code such as ``undated``, kept in quarantine."""

    def __init__(self, reason: str, message: str | None = None) -> None:
        super().__init__(message or reason)
        self.reason = reason
