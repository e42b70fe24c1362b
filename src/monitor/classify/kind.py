"""Tell the form of a post: report, news, offer, question, advice, opinion or other; by cues, the strongest first."""

from __future__ import annotations

import re
from functools import cache

from monitor.model import PostKind
from monitor.text import fold

CUES: tuple[tuple[PostKind, str], ...] = (
    (
        "offer",
        r"прода[юмё]|куплю|сда[юё]|возьму|довезу|встречаю|трансфер|прокат|аренда|набираем|запис[ьи] по|скидк|писать [@\[]|пишите [@\[]|вакансия"
        r"|горящ\w+ тур|осталось \d+ мест|\d+ места?\b.*(?:руб|тыс|\$)|seats? (?:to|available|in a van)|for sale|per person|ქირავდება|იყიდება|ადგილი"
        r"|kyyti|байр өгнө|продам|с человека|место в очереди|бронь у|самокат\w* на переход",
    ),
    (
        "question",
        r"\?\s*$|\?\?|кто знает|подскажите|кто-нибудь|кто-то знает|как там|есть ли|does anyone|anyone know|правда ли|სად|ვინ იცის|білмейсіз бе|хто знає",
    ),
    (
        "advice",
        r"не (?:подписыва|открыва|берите|ходите|идите|бери)|советую|совету[ею]т|памятка|уезжайте|бегите|требуйте|отвечайте|do not|don't|how to|leave now"
        r"|should (?:go|leave)|pack |тікайте|не бярыце|უთხარ|поради|горячая линия по мобилизации|берите|собирайте",
    ),
    (
        "news",
        r"сообща|заявил|объявил|по данным|пресс-служб|министр|госдума|указ|минобороны|правозащитник|закон|полиция|власти|мэр|губернатор|суд\b|принял"
        r"|announce|officials?|minister|according to|ministry|said|says|reports?\b|police|news|put[iі]n|оголосив|ухвалила|кажуть|за даними|პრემიერ|შსს|"
        r"გამოცხადდა|жарияланды|хабарла|kertoo|hökumət|rajavartiolaitos|detained|reuters|ведомств|чиновник|консульств|birlik|мэри[яи]",
    ),
    (
        "opinion",
        r"по-моему|я считаю|думаю|кажется|вспомните|i think|my guess|appalled|наш вариант|пора|должн[ыо]|нужно было|stand with|імперії|режим|революци|империя"
        r"|пропагандист|exactly|never|shame|стыд|позор|ненавижу|люблю",
    ),
    (
        "report",
        r"\b(?:я|мы|нас|мне|нам|мой|моя|муж|друг|сосед\w*|брат)\b|стоим|стоял|прош[её]л|проехал|вижу|видел|сейчас|только что|отстоял|утром|ночью|вчера|сегодня"
        r"|\b(?:i|we|my|our|us)\b|now|tonight|this morning|we are|стоїмо|მე|ვდგავარ|იდგა|тұрдық|стаім|часов|км\b|машин",
    ),
)


@cache
def _patterns() -> tuple[tuple[PostKind, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern)) for kind, pattern in CUES)


def find_kind(text: str, *, has_theme: bool) -> PostKind:
    """Give the form of ``text``; without any cue a post with a theme is a report, another one other."""
    folded = fold(text)
    for kind, pattern in _patterns():
        if pattern.search(folded):
            return kind
    return "report" if has_theme else "other"
