"""Take persons out of a post: what identifies one in its text becomes a token, its author a keyed hash.

Order matters: links are cut out first, so that the digits of a link that stays are never read as a number; then e-mails and
names; then digits, the most telling shape first (card, passport, plate, phone). A shape that ordinary figures share counts only
behind a word that says what it is ("тел", "карта", "паспорт", "номер"). Short numbers such as 112 stay.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import phonenumbers

from monitor.errors import ConfigError
from monitor.model import AuthorKey, MaskedText, Post, PseudonymisedPost

MIN_KEY_BYTES = 32
MIN_PHONE_DIGITS = 6
MAX_PHONE_DIGITS = 15
CARD_DIGITS = 16

Rule = tuple[re.Pattern[str], str, Callable[[re.Match[str]], int]]
"""A shape, its token, and a check that gives where the match really ends, or -1 for "leave it"."""


@dataclass(frozen=True, slots=True)
class AuthorKeys:
    """The secret that authors are hashed with, and its name; ConfigError when it is too short to be one."""

    key_id: str
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) < MIN_KEY_BYTES:
            raise ConfigError(
                f"the key {self.key_id!r} for authors' hashes has {len(self.key)} bytes, at least {MIN_KEY_BYTES} are needed: "
                "make one with `openssl rand -hex 32`."
            )


def pseudonymise(post: Post, keys: AuthorKeys) -> PseudonymisedPost:
    """Give the post as it may be stored: author a keyed hash, text masked, nothing else that names a person."""
    text, masked_count = mask(post.text)
    return PseudonymisedPost(
        source=post.source,
        channel=post.channel,
        post_id=post.post_id,
        posted_at=post.posted_at,
        collected_at=post.collected_at,
        text=text,
        masked_count=masked_count,
        author_key=_author_key(post, keys) if post.author else None,
        key_id=keys.key_id if post.author else None,
        edited_at=post.edited_at,
        url=_public_url(post),
        is_forward=post.is_forward,
        forwarded_from=_public_handle(post.forwarded_from),
        reply_to=post.reply_to,
        language_hint=post.language_hint,
        views_count=post.views_count,
        forwards_count=post.forwards_count,
    )


def record_hash(raw: bytes, keys: AuthorKeys) -> str:
    """Give the keyed hash by which a record in quarantine is known again; hexadecimal."""
    return hmac.digest(keys.key, raw, "sha256").hex()


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


def _author_key(post: Post, keys: AuthorKeys) -> AuthorKey:
    return AuthorKey(record_hash(f"{post.source}:{post.author}".encode(), keys))


def _public_url(post: Post) -> str | None:
    """Keep an address unless it leads to a person; one of X always does."""
    is_personal = post.source == "x" or (post.url is not None and mask(post.url)[1] > 0)
    return None if is_personal else post.url


def _public_handle(name: str | None) -> str | None:
    """Keep the handle of a public channel; any other name may be a person's."""
    handle = (name or "").removeprefix("@")
    return handle if _HANDLE.fullmatch(handle) else None


_HANDLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")


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
    if "@" in text or "＠" in text:
        text, email_count = _EMAIL.subn("[email]", text)
        text, user_count = _USER.subn("[user]", text)
        masked_count = email_count + user_count
    for may_hold, rules in _NUMBER_RULES:
        if may_hold.search(text):
            for rule in rules:
                text, count = _apply(rule, text)
                masked_count += count
    return text, masked_count


def _apply(rule: Rule, text: str) -> tuple[str, int]:
    """Put the rule's token in place of group ``id`` (or all) of its matches, up to where its check says they end."""
    pattern, token, end_of = rule
    parts: list[str] = []
    done = 0
    for found in pattern.finditer(text):
        start, end = found.start("id"), end_of(found)
        if end > start >= done:
            parts += (text[done:start], token)
            done = end
    return ("".join([*parts, text[done:]]), len(parts) // 2) if parts else (text, 0)


# --- links and names ------------------------------------------------------------------------------------

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
    r"^(?:tg|viber):|://[a-z0-9_]+\.t\.me\b|[/=@]@?[\w.+-]+@[\w.-]+|/@[a-z_]|[?&](?:phone|tel)=", re.IGNORECASE
)
_EMAIL = re.compile(r"[\w.+-]+[@＠][\w-]+(?:\.[\w-]+)*\.[^\W\d]{2,}")
_USER = re.compile(r"(?<!\w)[@＠](?=\w*[^\W\d]|\d{5})\w{2,}(?:\.[A-Za-z0-9_]+)*")


def _is_personal_link(link: str) -> bool:
    return bool(_PERSONAL_LINK.match(link) or _NAMED_LINK.search(link))


# --- numbers --------------------------------------------------------------------------------------------

_GAP = r"[ \u00a0\u2009().\-\u2010-\u2015_/]"
_NO_AMOUNT = (
    r"(?!\s?(?:руб|р\.|р\b|₽|\$|€|£|₾|₸|%|тыс|млн|млрд|миллион|миллиард|км|чел|тонн|шт|usd|eur|rub|долл|доллар|евро|тенге|тг\b|лари|грн|"
    r"сом\b|драм|million|thousand|people|рублей))"
)
_PHONE_WORD = (
    r"(?:\bтел(?:ефон\w*|\.|\b)|\bмоб(?:\.|\b)|\bсот(?:\.|\b)|\b(?:по)?звон\w*|\bнабира\w*|\bпишите\b|ват?са[пп]\w*|вотсап\w*|вацап\w*|вайбер\w*|"
    r"whats?app|viber|signal|\btel\b|\bphone|\bcall\b|\bпідтел\w*|дзвон\w*|\bутас\w*|\bpuh\b|\bsoita\w*|ტელ\w*|ნომერ\w*|հեռ\w*|\bbiip\b|\bзвані\w*|"
    r"байланыс\w*|қоңырау\w*|əlaqə\w*)"
)
_UNITS = r"(?!КМ|СМ|ММ|KM|CM|MM|км|см|мм)"
_CAPITAL = "[A-ZА-ЯІӨҮ]"
_RU = "АВЕКМНОРСТУХABEKMHOPCTYX"


_YEARS = re.compile(r"(?:(?:19|20)\d\d)+")


def _whole(found: re.Match[str]) -> int:
    return found.end("id")


def _card_end(found: re.Match[str]) -> int:
    """Accept groups of four, what passes Luhn's check (1960), and anything behind a word that says card."""
    digits = re.sub(r"\D", "", found["id"])
    is_grouped = not found["id"].isdecimal() and not _YEARS.fullmatch(digits)
    return found.end("id") if is_grouped or found["word"] or _passes_luhn(digits) else -1


def _passes_luhn(digits: str) -> bool:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _plate_end(found: re.Match[str]) -> int:
    """Accept what holds letters and digits: the rule behind "номер" meets plain numbers and words too."""
    plate = found["id"]
    return found.end("id") if any(map(str.isalpha, plate)) and any(map(str.isdecimal, plate)) else -1


def _phone_end(found: re.Match[str]) -> int:
    """Cut a run of digits where a number of that country may end; -1 where there are too few or too many digits."""
    ends = [digit.end() for digit in re.finditer(r"\d(?!\d)", found["id"])]
    for end in reversed(ends):
        if _is_possible(found["id"][:end]):
            return found.start("id") + end
    digits_count = sum(map(str.isdecimal, found["id"]))
    return found.end("id") if MIN_PHONE_DIGITS <= digits_count <= MAX_PHONE_DIGITS else -1


def _is_possible(number: str) -> bool:
    digits = "".join(filter(str.isdecimal, number)).removeprefix("00")
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse("+" + digits))
    except phonenumbers.NumberParseException:
        return False


def _rule(pattern: str, token: str, end_of: Callable[[re.Match[str]], int] = _whole, flags: int = 0) -> Rule:
    return re.compile(pattern, flags), token, end_of


_LONG_NUMBER_RULES: tuple[Rule, ...] = (
    # bank cards and accounts
    _rule(r"(?<![\w.,])(?P<id>[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?)(?!\w)", "[card]"),
    _rule(
        r"(?:(?P<word>карт\w*|сбер\w*|тинькоф\w*|реквизит\w*|card)[^\d\n\[]{0,30})?(?<![\w+])"
        r"(?P<id>\d{4}([ \u00a0-])\d{4}\3\d{4}\3\d{4}(?:\3\d{1,3})?|\d{16}|40817\d{15})(?!\w)",
        "[card]",
        _card_end,
        re.IGNORECASE,
    ),
    # passports and the numbers of persons
    _rule(
        r"(?<!\d)(?P<id>\d{2} ?\d{2} ?(?:№|N|номер) ?\d{6}|\d{2} \d{2} \d{6}|\d{3}-\d{3}-\d{3}[ -]\d{2})(?!\d)" + _NO_AMOUNT,
        "[passport]",
        flags=re.IGNORECASE,
    ),
    _rule(
        r"(?:паспорт\w*|серия|passport\w*|პასპორტ\w*|анықтама\w*|\bИИН|\bИНН(?=\W{0,3}\d{12}\b))[^\d\n\[]{0,14}?"
        r"(?P<id>(?:\b[A-ZА-ЯІ]{1,2} ?)?(?:№ ?)?\d{2}(?: ?(?:№|N|номер)? ?\d){4,10})(?!\d)" + _NO_AMOUNT,
        "[passport]",
        flags=re.IGNORECASE,
    ),
    # phones: international; Russia's and Kazakhstan's 8…; a leading 0; groups only phones have; anything behind "тел"
    _rule(rf"(?<![\w+])(?P<id>(?:\+|00(?=[1-9])){_GAP}?\d(?:{_GAP}{{0,3}}\d){{7,14}})(?!\d){_NO_AMOUNT}", "[phone]", _phone_end),
    _rule(
        rf"(?<![\w+.,:/=-])(?P<id>[78]{_GAP}{{0,3}}[03-9]\d\d{_GAP}{{0,3}}\d(?:{_GAP}{{0,2}}\d){{6}})(?!\d){_NO_AMOUNT}",
        "[phone]",
        _whole,
    ),
    _rule(r"(?<![\w+.,:/=-])(?P<id>(?:35[89]|37[0-5]|38[01]|97[126]|99[2-68])\d{8,9})(?!\d)" + _NO_AMOUNT, "[phone]"),
    _rule(
        r"(?<![\w+.,:/=-])(?P<id>\(?0[1-9]\d{1,2}\)?[ \u00a0-]?\d{2,3}(?:[ \u00a0-]?\d){4,6})(?!\d|[.:]\d)" + _NO_AMOUNT,
        "[phone]",
    ),
    _rule(
        r"(?<![\w+.,:/=-])(?P<id>\(?\d{3}\)?[ \u00a0-]{1,2}(?:\d{3}[ \u00a0-]\d{2}[ \u00a0-]\d{2}|\d{3}-\d{4}|\d{2}[ \u00a0-]\d{2}[ \u00a0-]\d{2})"
        r"|\d{3}[-–]\d{2}[-–]\d{2})(?![\d]|[ \u00a0.,:-]\d)" + _NO_AMOUNT,
        "[phone]",
    ),
    _rule(
        rf"{_PHONE_WORD}(?:[^\w\n\[]|\b(?:по|на|номер\w*|мне|нам|за|no)\b){{0,8}}(?P<id>\+?\d(?:{_GAP}{{0,2}}\d){{5,14}})(?!\d){_NO_AMOUNT}",
        "[phone]",
        _phone_end,
        re.IGNORECASE,
    ),
)

_PLATE_RULES: tuple[Rule, ...] = (
    # plates: Russia, Ukraine, Georgia, Kazakhstan, Belarus, Azerbaijan, Armenia; the last one behind a word only
    _rule(
        rf"(?<!\w)(?P<id>[{_RU}]\d{{3}}{_UNITS}[{_RU}]{{2}}(?: ?\d{{2,3}}(?: ?RUS)?)?|[{_RU}] \d{{3}} {_UNITS}[{_RU}]{{2}} \d{{2,3}})(?!\w)",
        "[plate]",
    ),
    _rule(rf"(?<!\w)(?P<id>[{_RU.lower()}]\d{{3}}{_UNITS}[{_RU.lower()}]{{2}}(?: ?\d{{2,3}})?)(?!\w)", "[plate]"),
    _rule(rf"(?<!\w)(?P<id>[{_RU}ІI]{{2}} ?\d{{4}} ?{_UNITS}[{_RU}ІI]{{2}})(?!\w)", "[plate]"),
    _rule(r"(?<![\w-])(?P<id>[A-Z]{2}-\d{3}-[A-Z]{2}|[A-Z]{2}\d{3}[A-Z]{2})(?![\w-])", "[plate]"),
    _rule(r"(?<!\w)(?P<id>\d{3} ?(?!USD|EUR|RUB|KZT|GEL|UAH|AMD|TRY|GBP)[A-Z]{3} ?(?:0[1-9]|1\d|20))(?!\w)", "[plate]"),
    _rule(
        rf"(?<!\w)(?P<id>\d{{4}} ?[A-Z{_RU}І]{{2}}-[0-7]|\d{{2}}-[A-Z]{{2}}-\d{{3}}|\d{{2}}[A-Z]{{2}}\d{{3}})(?![\w-])", "[plate]"
    ),
    _rule(
        r"(?:гос\W?ном\w*|номер\w*|номерн\w* знак\w*|\bplates?|rekkari\w*|rekisteri\w*|ნომერ\w*|համարանիշ\w*)(?:\W{1,3}|(?= ))"
        r"(?P<id>[A-ZА-ЯІӨҮ]{0,3}[ -]?\d{2,4}[ -]?[A-ZА-ЯІӨҮ]{0,3}(?:[ -]?\d{2,3})?)(?!\w)",
        "[plate]",
        _plate_end,
    ),
)

_NUMBER_RULES = (
    (re.compile(rf"\d(?:(?:{_GAP}|[№N]){{0,3}}\d){{5}}"), _LONG_NUMBER_RULES),
    (
        re.compile(rf"\d\d(?:\d{{0,2}}[ -]?{_CAPITAL}|(?<={_CAPITAL}..)|(?<={_CAPITAL}[ -]..)|\d(?<=[a-zа-я]...)[a-zа-я]{{2}})"),
        _PLATE_RULES,
    ),
)
"""Rules behind a cheap look at whether a text can hold any: six digits close together, or digits beside letters."""
