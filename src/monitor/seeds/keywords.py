"""Read one term as a theme or the gazetteer writes it."""

from __future__ import annotations

from monitor.model import Keyword


def keyword(text: str, language: str) -> Keyword:
    """Read one term; a leading ``=`` says that it is not inflected."""
    return Keyword(text=text.removeprefix("=").strip(), language=language, is_exact=text.startswith("="))
