"""Tell the form of a post: report, news, offer, question, advice, opinion or other; by cues, the strongest first."""

from __future__ import annotations

import re
from functools import cache, lru_cache, reduce
from operator import or_
from typing import NamedTuple

from monitor.model import PostKind
from monitor.text import fold

# A cue that says who speaks outweighs one that says what about: offers, questions and advice address the reader; a named authority
# makes news; a first person makes a report; then come judgements, and events told in the third person.
CUES: tuple[tuple[PostKind, str], ...] = (
    (
        "offer",
        r"прода[юмё]|куплю|сда[юё]|возьму|довезу|встречаю|трансфер|прокат|аренда|запис[ьи] по|скидк|писать [@\[]|пишите [@\[]|вакансия"
        r"|горящ\w+ тур|осталось \d+ мест|\d+ места?\b.*(?:руб|тыс|\$)|seats? (?:to|available|in a van)|for sale|per person|ქირავდება|იყიდება|ადგილი"
        r"|kyyti|байр өгнө|продам|с человека|место в очереди|бронь у|самокат\w* на переход|\bотдам\b|\bвіддам\b|здаю|сатамын|сатылады|myydään",
    ),
    (
        "question",
        r"\?\)*\s*(?:[@\[+].*)?$|\?\?|кто знает|подскажите|кто-нибудь|кто-то знает|как там|есть ли|does anyone|anyone know|правда ли|ვინ იცის|білмейсіз бе"
        r"|хто знає|хто-небудь|підкажіть|(?:^|[.!] )(?:где|когда|сколько|видели|кто был|хто був)\b[^.!]*\?|де брати|порадите|чи є",
    ),
    (
        "advice",
        r"не (?:подписыва|открыва|берите|ходите|идите|бери)|советую|совету[ею]т|памятка|уезжайте|бегите|требуйте|отвечайте|do not|don't|how to|leave now"
        r"|should (?:go|leave)|pack |тікайте|не бярыце|უთხარ|поради|горячая линия по мобилизации|(?<!на)берите|собирайте|осторожнее|будьте|не ведіться",
    ),
    (
        "news",
        r"сообща|сообщил|заявил|объявил|по данным|пресс-служб|министр|госдума|указ\b|минобороны|правозащитник|закон|власти|мэр\b|губернатор|суд\b|принял"
        r"|announce|officials?|minister|according to|ministry|\bsaid\b|\bsays|reports?\b|committee|rights groups|put[iі]n|оголосив|ухвалила|кажуть|за даними"
        r"|повідом|პრემიერ|შსს|გამოცხადდა|განაცხად|жарияланды|хабарла|мәлімде|деді|kertoo|hökumət|rajavartiolaitos|reuters|ведомств|чиновник"
        r"|консульств|birlik|мэри[яи]|\bоон\b|\bфсб\b|\bмвд\b|правительств|переслано из|^\W*[⚡❗]|паведам|bildir|президент|тоқаев|комитет",
    ),
    (
        "opinion",
        r"по-моему|я считаю|думаю|кажется|вспомните|i think|my guess|appalled|наш вариант|пора\b|должн[ыо]|нужно было|stand with|імперії|режим|революци|империя"
        r"|пропагандист|exactly|\bnever\b|shame|стыд|позор|ненавижу|люблю|могилизац|патриот|элит|elites",
    ),
    (
        "report",
        r"\b(?:я|мы|нас|мне|нам|мой|моя|наш|наша|муж|друг|сосед\w*|брат|мама|ми|мене|нам|мій|мы|мяне)\b|сто(?:им|ял)|отстоял|\bпрош(?:[её]л|ли)\b"
        r"|проехал|вижу|видел|только что|едем|ждем|ночу?ем|ночевали|сидели|чекаємо|стоїмо|їдемо|стаім|чакаем|сядзелі"
        r"|\b(?:i|we|my|our|us)\b|we're|i'm|მე\b|ვდგავარ|ვდგა|იდგა|тұрдық|тұрмыз|біз\b|odotamme|jono\b",
    ),
    (
        "news",
        r"закры(?:ва[ею]т|т[аы]?\b|ли)|откры(?:ли|ва[ею]т)|восстановл|выявил|продл|запре[тщ]|отмен[иея]|введ[ёеу]|задержа[лн]|полици|подожгл|поджог|подпис"
        r"|обеща[ею]т|насчитал|стреля|погиб|пострада|повреж|выросл|подорожа|отключат|переносится|пункт\w* пропуска|доставлен|вруча|прошел митинг"
        r"|detained|arrested|police|flights?\b|traffic|closed?\b|extended|reopen|drafted|нараху|підпал|привезли|затрим|закрит|зачин"
        r"|დააკავ|დაკავებულ|კურსი|საზღვარი გა|ұзартыл|жетті|жетіп|ұсталды|кіргіз|келген|з'яві|затрыма|saxlan|մնաց|փակ|suljet",
    ),
)
SCENE = (
    r"очеред|машин|\bкм\b|часов|сутк|сейчас|утром|ночью|вчера|сегодня|queue|cars|hours?|now\b|tonight|this morning|черз|годин|доб[иу]?\b|რიგ|кезек|"
    r"сағат|чарг|сто[яи]т"
)
"""What a witness tells without naming himself."""


REMEMBERED_CHUNKS = 200_000
_ACROSS = re.compile(r"[ ^$.]|\\[sSWD]|\[\^")
"""What lets a cue reach over a space, or depend on where the text begins or ends."""


class _Cue(NamedTuple):
    """The cues of one kind: those that lie within a run of signs without a space, and the others."""

    kind: PostKind
    within: re.Pattern[str] | None
    across: re.Pattern[str] | None


@cache
def _cues() -> tuple[_Cue, ...]:
    return tuple(_cue(kind, pattern) for kind, pattern in (*CUES, ("report", SCENE)))


def _cue(kind: PostKind, pattern: str) -> _Cue:
    branches = _branches(pattern)
    across = [branch for branch in branches if _ACROSS.search(branch)]
    within = [branch for branch in branches if branch not in across]
    return _Cue(kind, re.compile("|".join(within)) if within else None, re.compile("|".join(across)) if across else None)


def _branches(pattern: str) -> list[str]:
    """Split a pattern at the bars that stand outside of brackets.

    >>> _branches(r"a|(?:b|c)d|[|]")
    ['a', '(?:b|c)d', '[|]']
    """
    branches, depth = [""], 0
    for part in re.findall(r"\\.|\[(?:\\.|[^\]])*\]|.", pattern):
        depth += (part == "(") - (part == ")")
        if part == "|" and depth == 0:
            branches.append("")
        else:
            branches[-1] += part
    return branches


@lru_cache(REMEMBERED_CHUNKS)
def _bits(chunk: str) -> int:
    """Give a bit for each kind that has a cue in this run of signs; most runs come again and again."""
    return sum(1 << number for number, cue in enumerate(_cues()) if cue.within and cue.within.search(chunk))


def find_kind(text: str, *, has_theme: bool) -> PostKind:
    """Give the form of ``text``; without a cue, what has a theme is news told in the third person, another post is other."""
    folded = fold(text).strip()
    bits = reduce(or_, map(_bits, set(folded.split())), 0)
    for number, cue in enumerate(_cues()):
        if bits >> number & 1 or (cue.across and cue.across.search(folded)):
            return cue.kind
    return "news" if has_theme else "other"
