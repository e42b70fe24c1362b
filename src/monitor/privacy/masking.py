"""Mask what identifies a person in a text.

Links are cut out first, so that the digits of a link that stays are never read as a number; then e-mails and names; then numbers.
"""

from __future__ import annotations

import re

from monitor.model import MaskedText
from monitor.privacy.numbers import mask_numbers

_LINK = re.compile(
    r"[A-Za-z0-9](?<![A-Za-z0-9_.@/-].)"
    r"(?:(?<=[hH])(?i:ttps?:)|(?<=[tT])(?i:g:)|(?<=[vV])(?i:iber:)|[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*\.[A-Za-z]{2,12}/)"
    r"[^\s<>()\[\]\"'«»*|]*[^\s<>()\[\]\"'«»*|.,;:!?]"
)
"""Every alternative needs its first character to be a plain letter or digit: a search then skips Cyrillic text fast."""

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
_EMAIL_HIDES_BEHIND = (
    *("собак", "Собак", "СОБАК", "собач", "@ ", "＠ ", "(@", "[@", "(dog", "(эт", "(соб"),
    *("(at", "[at", "{at", "( at", "[ at", "(AT", "[AT", "{AT", "( AT", "[ AT"),
)
"""One of these is in every such text: a look that costs a hundredth of the search."""
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
    parts: list[str] = []
    link_count = word_count = end = 0
    for found in _LINK.finditer(text) if "/" in text or ":" in text else ():
        between, count = _mask_words(text[end : found.start()])
        is_personal = _is_personal_link(found.group())
        parts += (between, "[link]" if is_personal else found.group())
        link_count, word_count = link_count + is_personal, word_count + count
        end = found.end()
    between, count = _mask_words(text[end:])
    return "".join([*parts, between]), link_count, word_count + count


def _mask_words(text: str) -> tuple[str, int]:
    masked_count = 0
    if any(sign in text for sign in _EMAIL_HIDES_BEHIND):
        text, masked_count = _HIDDEN_EMAIL.subn("[email]", text)
    if "@" in text or "＠" in text:
        text, email_count = _EMAIL.subn("[email]", text)
        text, user_count = _USER.subn("[user]", text)
        masked_count += email_count + user_count
    if ". me" in text or " .me" in text:
        text, link_count = _SPACED_LINK.subn("[link]", text)
        masked_count += link_count
    text, number_count = mask_numbers(text)
    return text, masked_count + number_count


def _is_personal_link(link: str) -> bool:
    return bool(_PERSONAL_LINK.match(link) or _NAMED_LINK.search(link))
