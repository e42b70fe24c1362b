"""Mask what identifies a person in a text.

Links are cut out first, so that the digits of a link that stays are never read as a number; then e-mails and names; then numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from monitor.model import MaskedText
from monitor.privacy.numbers import mask_numbers, may_hold_numbers

Mask = Callable[[str], tuple[str, int]]
"""Puts tokens in place of one kind of thing; gives the text and how many there were."""

_LINK = re.compile(
    r"[A-Za-z0-9](?<![A-Za-z0-9_.@/-].)"
    r"(?:(?<=[hH])(?i:ttps?:)|(?<=[tT])(?i:g:)|(?<=[vV])(?i:iber:)|[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*\.[A-Za-z]{2,12}/)"
    r"[^\s<>()\[\]\"'«»*|]*[^\s<>()\[\]\"'«»*|.,;:!?]"
)
"""Every alternative needs its first character to be a plain letter or digit: a search then skips Cyrillic text fast."""

_LINK_COLONS = tuple(letter + ":" for letter in "pPsSgGrR")
"""One of them is in every link without a slash."""

_PERSONAL_LINK = re.compile(
    r"""(?:https?://)?(?:[a-z0-9-]+\.)*?(?:
        (?:t|telegram)\.(?:me|dog)/(?!(?:c/\d+|s/\w+|\w+)/\d+(?:[/?\#]|$))
      | wa\.me/ | whatsapp\.com/ | vk\.me/ | m\.me/ | signal\.(?:me|group)/ | viber\.(?:me|com)/ | zalo\.me/
      | vk\.(?:com|ru)/(?!wall-|club\d|public\d|video-|photo-|doc-|topic-|@|app\d|away|feed|search)
      | (?:instagram\.com|instagr\.am)/(?!p/|reel/|reels/|tv/|explore/)
      | (?:facebook|fb)\.(?:com|me)/(?!groups/|events/|watch|sharer|hashtag/)
      | ok\.ru/(?!group|video) | linkedin\.com/in/
      | (?:twitter|x)\.com/(?!i/|search|hashtag/|home|explore)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_NAMED_LINK = re.compile(
    r"^(?:tg|viber):|://[a-z0-9_]+\.t\.me\b|[/=][\w.+-]+@[\w-]+\.[a-z]{2,}|/@[a-z_]|/\+\d{10,}|[?&](?:phone|tel)=", re.IGNORECASE
)
_EMAIL = re.compile(r"[\w.+-]{1,64}[@＠][\w-]+(?:\.[\w-]+)*\.[^\W\d]{2,}")
_HIDDEN_EMAIL = re.compile(
    r"[\w.+-]{1,64}(?: ?[(\[{] ?(?:at|dog|собака|собачка|эт|[@＠]) ?[)\]}] ?| (?:собака|собачка) | ?[@＠] )"
    r"[\w-]{1,64}(?:(?:\.| ?[(\[{] ?(?:dot|точка) ?[)\]}] ?| (?:dot|точка) )[\w-]{1,64}){0,3}"
    r"(?:\.| ?[(\[{] ?(?:dot|точка) ?[)\]}] ?| (?:dot|точка) )(?:[a-z]{2,6}|рф|укр|қаз)(?!\w)",
    re.IGNORECASE,
)
"""An address written so that machines do not see it."""
_HIDING_WORDS = ("обак", "ОБАК", "обач")
_HIDING_SIGNS = (*_HIDING_WORDS, "@ ", "＠ ")
_HIDING_BRACKET = re.compile(r"[(\[{] ?(?:at|AT|dog|эт|соб|[@＠])")
"""One of the signs, or such a bracket, is in every such text: a look that costs a hundredth of the search."""
_SPACED_LINK = re.compile(r"\b(?:t|telegram) ?\. ?me ?/ ?\+?\w+(?!\w|/\d)", re.IGNORECASE)
_USER = re.compile(r"(?<!\w)(?:[@＠](?=\w*[^\W\d]|\d{5})\w{2,}(?:\.[A-Za-z0-9_]+)*)+")


def mask(text: str) -> tuple[MaskedText, int]:
    """Replace what identifies a person by a token and count the tokens: phone, email, user, link, plate, card, passport.

    Masking a masked text changes nothing.

    >>> mask("Тел. 8-900-000-00-17, канал t.me/lars_live/118, стоим 20 часов")
    ('Тел. [phone], канал t.me/lars_live/118, стоим 20 часов', 1)
    """
    masked_count, is_changed = 0, True
    while is_changed:  # a number beside a masked one may only now stand free
        text, link_count, word_count = _mask_once(text)
        masked_count += link_count + word_count
        is_changed = word_count > 0
    return MaskedText(text), masked_count


def _mask_once(text: str) -> tuple[str, int, int]:
    """Mask links and the parts between them, once; return how many of each were masked."""
    masks = _masks_for(text)
    may_hold_links = "/" in text or (":" in text and any(map(text.__contains__, _LINK_COLONS)))
    if not masks and not may_hold_links:
        return text, 0, 0
    parts: list[str] = []
    link_count = word_count = end = 0
    for found in _LINK.finditer(text) if may_hold_links else ():
        between, count = _mask_words(text[end : found.start()], masks)
        is_personal = _is_personal_link(found.group())
        parts += (between, "[link]" if is_personal else found.group())
        link_count, word_count = link_count + is_personal, word_count + count
        end = found.end()
    between, count = _mask_words(text[end:], masks)
    return "".join([*parts, between]), link_count, word_count + count


def _masks_for(text: str) -> list[Mask]:
    """Give the masks that may find anything in ``text`` or in a part of it; cheap looks rule out most."""
    masks: list[Mask] = []
    has_at = "@" in text or "＠" in text
    has_bracket = "(" in text or "[" in text or "{" in text
    signs = _HIDING_SIGNS if has_at else _HIDING_WORDS
    if any(map(text.__contains__, signs)) or (has_bracket and _HIDING_BRACKET.search(text)):
        masks.append(partial(_HIDDEN_EMAIL.subn, "[email]"))
    if has_at:
        masks += (partial(_EMAIL.subn, "[email]"), partial(_USER.subn, "[user]"))
    if ". me" in text or " .me" in text:
        masks.append(partial(_SPACED_LINK.subn, "[link]"))
    if may_hold_numbers(text):
        masks.append(mask_numbers)
    return masks


def _mask_words(text: str, masks: Sequence[Mask]) -> tuple[str, int]:
    masked_count = 0
    for put_tokens in masks:
        text, count = put_tokens(text)
        masked_count += count
    return text, masked_count


def _is_personal_link(link: str) -> bool:
    return bool(_PERSONAL_LINK.match(link) or _NAMED_LINK.search(link))
