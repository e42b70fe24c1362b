"""Say everything classify says of one masked text."""

from __future__ import annotations

from monitor.classify.copies import copy_marks
from monitor.classify.kind import find_kind
from monitor.classify.language import detect_language
from monitor.classify.quantities import Units, find_quantities
from monitor.model import READ_BY, Annotations, MaskedText, Matches


def annotate(text: MaskedText, matches: Matches, *, language_hint: str | None, units: Units) -> Annotations:
    """Give the annotations of ``text``, whose themes and places are ``matches``; the same text gives the same answer."""
    themes = frozenset(theme.theme_id for theme in matches.themes)
    marks = copy_marks(text)
    return Annotations(
        language=detect_language(text, language_hint),
        themes=matches.themes,
        places=matches.places,
        quantities=find_quantities(text, themes=themes, places=matches.places, units=units),
        kind=find_kind(text, has_theme=bool(themes)),
        copy_hash=marks.hash,
        copy_keys=marks.keys,
        method=READ_BY,
    )
