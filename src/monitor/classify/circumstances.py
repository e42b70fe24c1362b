"""Read the circumstances of a figure from the words around it: direction, mode, tense, and whether it is hearsay.

What stands in the figure's own clause counts first, the nearest word before others; then earlier clauses of the sentence, then
later ones that hold no figure of their own and are short («…за 3 часа, пешком»).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from monitor.model import Direction, Quantity, Span, Tense, TravelMode
from monitor.text import fold

T = TypeVar("T", bound=str)

SENTENCE_END = re.compile(r"[!?;\n]+|(?<!тыс)(?<!тис)(?<!млн)\.+(?!\d)")
CLAUSE_END = re.compile(r"[,()](?!\d)|:(?!\d)|\b(?:а|но|але|зато|but|while|whereas|бірақ|მაგრამ)\b")


def _any(*lines: str) -> re.Pattern[str]:
    """Compile words and phrases, parted by `` | ``, so that any of them hits as whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join('|'.join(lines).split(' | '))})(?!\w)")


INTO = r"(?:в|у|до|to|into|entering|towards)"
FROM = r"(?:из|з|із|со стороны|from|leaving|out of)"
RUSSIA_TO = r"(?:россию|рф|росію|росії|russia)"
RUSSIA_FROM = r"(?:россии|рф|росії|russia)"
OTHERS_TO = (
    r"(?:грузию|казахстан|финляндию|монголию|беларусь|белоруссию|азербайджан|эстонию|латвию|норвегию|армению|литву|польшу|китай"
    r"|грузію|фінляндію|монголію|естонію|латвію|грузії|казахстану"
    r"|georgia|kazakhstan|finland|mongolia|estonia|latvia|norway|azerbaijan)"
)
OTHERS_FROM = (
    r"(?:грузии|казахстана|финляндии|монголии|беларуси|белоруссии|азербайджана|эстонии|латвии|норвегии|армении|китая"
    r"|грузії|казахстану|фінляндії|монголії|georgia|kazakhstan|finland|mongolia|estonia|latvia|norway|azerbaijan)"
)
COUNTRIES: Mapping[Direction, re.Pattern[str]] = {
    "out": _any(rf"{FROM} {RUSSIA_FROM} | {INTO} {OTHERS_TO} | в сторону {OTHERS_FROM} | რუსეთიდან\w* | ресейден | қазақстанға"),
    "in": _any(
        rf"{FROM} {OTHERS_FROM} | {INTO} {RUSSIA_TO} | в сторону {RUSSIA_FROM} | საქართველოდან\w* | ресейге | қазақстаннан"
    ),
}
"""Told by the countries; stronger than «выезд», which is out of whatever country is meant."""
GATES: Mapping[Direction, re.Pattern[str]] = {
    "out": _any("на выезде? | на выход | выезжающих | на виїзді? | outbound | exiting"),
    "in": _any(
        "на въезд | на вход | въезжающих | на в'їзд | inbound | entering | на обратном пути | в обратную",
        r"обратн\w+ (?:направлени\w+|сторон\w+|поток\w*|очеред\w+)",
    ),
}
MODES: Mapping[TravelMode, re.Pattern[str]] = {
    "foot": _any(
        r"пешком | пеш(?:ая|ей|ую|ие|их|им|ий|его|ему) | пешеход(?:ы|ов|ам|ами|ах)?",
        r"пешеходн\w+(?! (?:улиц|зон|дорож|мост|бульвар)\w*) | peshkom | пішки | піш(?:а|ої|у|ій|их|охід\w*)",
        r"on foot | walking | walked | pedestrians? | ფეხით | ქვეითად | жаяу",
    ),
    "bicycle": _any(
        r"велосипед\w* | велик(?:е|ах|и|ов|ам|ами|ом) | самокат\w* | bicycles? | bikes? | scooters? | ველოსიპედ\w*",
    ),
    "bus": _any(r"автобус\w* | маршрутк\w* | (?:mini)?bus(?:es)? | ავტობუს\w*"),
    "truck": _any(
        r"фур(?:а|ы|е|у|ой|ам|ами|ах)? | грузов(?:ик\w*|ые|ых|ым|ой|ая|ую) | большегруз\w* | дальнобой\w* | вантажівк\w*",
        r"trucks? | truckers? | lorr(?:y|ies) | ტრაილერ\w* | სატვირთო\w* | жүк көлі\w+",
    ),
    "car": _any(
        r"машин\w* | авто | автомобил\w* | легков\w+ | тачк\w* | mashin | автомобіл\w* | cars? | vehicles? | მანქან\w*",
        r"(?:авто)?көлі[кг]\w*",
    ),
}
DAYS_AGO = r"(?:дн|ден|сут|доб|недел|тижн|месяц|місяц|day|week|month|year|год|рок)\w* (?:назад|тому|ago)"
TENSES: Mapping[Tense, re.Pattern[str]] = {
    "past": _any(
        r"вчера | позавчера | вчерашн\w+ | на (?:той|прошлой|позапрошлой) неделе | в прошл\w+ | прошлой ночью | раньше",
        r"(?:утром|ночью|днем|с утра|недавно) (?:еще )?(?:был[аои]?|стоял\w*)",
        r"вчора | позавчора | минул\w+ (?:тижня|ночі|разу|раз) | торік",
        rf"yesterday | last (?:week|night|month|time|year|friday|weekend) | earlier (?:this week|today) | {DAYS_AGO}",
        r"გუშინ\w* | გასულ\w* | კვირის წინ | кеше | кешегі | өткен (?:аптада|жолы)",
    ),
    "forecast": _any(
        r"обеща(?:ют|ли|ет) | завтра | к (?:вечеру|утру|ночи|концу|выходным|понедельнику|пятнице) | прогноз\w*",
        r"ожида(?:ется|ются) | может (?:вырасти|дойти|растянуться) | вырастет | обіця(?:ють|ли|є) | до вечора | очікується",
        r"tomorrow | expected to | forecast\w* | by (?:tonight|evening|morning|tomorrow) | ხვალ | ელოდებიან | ертең",
    ),
    "now": _any(
        "сейчас | щас | на данный момент | на текущий момент | сегодня | уже | зараз | вже | сьогодні",
        "now | currently | today | at the moment | already | ახლა | დღეს | უკვე | қазір | бүгін",
    ),
}
FUTURE_VERBS: Mapping[Tense, re.Pattern[str]] = {"forecast": _any("будет | будут | буде | будуть | will | იქნება")}
"""These tell of their own clause only: «кто будет ехать, стоим 5 часов» is no forecast."""
HEARSAY = _any(
    r"(?<!не )говорят(?! по-) | пишут | по слухам | слух(?:и|ам|ов) | слышал[аи]? | слышно, что | сказал[аи]?",
    r"рассказыва(?:ют|ет) | рассказал[аи]? | якобы | по словам | сообщают | передают | утверждают",
    r"кажуть | пишуть | чутк(?:и|ами) | начебто | нібито | чув | чула | розповідають | за словами",
    r"reportedly | allegedly | (?:they|people|drivers|locals|some|guys) (?:say|said|report|claim) | (?:i|we) (?:have )?heard",
    r"heard that | rumou?rs? | (?:is|are) said to | according to",
    r"ამბობენ | წერენ | თურმე | дейді | деседі | айтады | айтып жатыр | айтуынша | жазып жатыр | естідім",
)
FIRST_HAND = _any("сам[аи]? | лично | своими глазами | вижу | особисто | myself | ourselves | with my own eyes")


AFTERTHOUGHT_WORDS = 4
"""A clause after the figure's with more words than these tells of something else."""


def with_circumstances(text: str, found: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Give the figures of ``text`` with direction, mode, tense and hearsay as the words around each tell them."""
    if not found:
        return ()
    folded, hits = fold(text), _Hits()
    spans = [quantity.span for quantity in found]
    return tuple(_with_circumstances(quantity, _Surroundings(folded, quantity.span, spans, hits)) for quantity in found)


class _Hits(dict[tuple[re.Pattern[str], Span], list[Span]]):
    """What a pattern hits in a sentence, looked for once for all figures and clauses of it."""

    def of(self, pattern: re.Pattern[str], folded: str, sentence: Span) -> list[Span]:
        found = self.get((pattern, sentence))
        if found is None:
            found = self[pattern, sentence] = [hit.span() for hit in pattern.finditer(folded, *sentence)]
        return found


def _with_circumstances(quantity: Quantity, around: _Surroundings) -> Quantity:
    tense = around.first_of(FUTURE_VERBS, (around.clause,)) if not around.first_of(TENSES, (around.clause,)) else None
    return replace(
        quantity,
        direction=around.first_of(COUNTRIES) or around.first_of(GATES),
        mode=around.first_of(MODES),
        tense=tense or around.first_of(TENSES) or "now",
        is_hearsay=around.is_hearsay(),
    )


class _Surroundings:
    """The sentence and clauses that one figure stands in."""

    def __init__(self, folded: str, span: Span, figures: Sequence[Span], hits: _Hits) -> None:
        self.folded = folded
        self.hits = hits
        self.span = span
        self.figures = figures
        parts = list(_parts(folded, SENTENCE_END, (0, len(folded))))
        start = max(part[0] for part in parts if part[0] <= span[0])  # a figure with a stop of its own («25 т.р.») spans two
        self.sentence = start, next(part[1] for part in parts if part[1] >= span[1])

    @cached_property
    def clauses(self) -> list[Span]:
        return list(_parts(self.folded, CLAUSE_END, self.sentence))

    @cached_property
    def clause(self) -> Span:
        """The figure's own clause."""
        start = max(part[0] for part in self.clauses if part[0] <= self.span[0])
        return start, max(self.span[1], min(part[1] for part in self.clauses if part[1] > self.span[0]))

    @cached_property
    def reading_order(self) -> list[Span]:
        """The own clause, earlier ones from near to far, later ones up to the next figure."""
        earlier = [part for part in self.clauses if part[1] <= self.clause[0]]
        later = [part for part in self.clauses if part[0] >= self.clause[1] and self._is_short(part)]
        nexts = [start for start, _ in self.figures if start >= self.clause[1]]
        return [self.clause, *reversed(earlier), *(part for part in later if part[1] <= min(nexts, default=part[1]))]

    def _is_short(self, part: Span) -> bool:
        return len(self.folded[slice(*part)].split()) <= AFTERTHOUGHT_WORDS

    def first_of(self, patterns: Mapping[T, re.Pattern[str]], scopes: Sequence[Span] | None = None) -> T | None:
        """Give which pattern is hit in the first scope where any is: the one nearest to the figure, on a tie the first listed."""
        for scope in self.reading_order if scopes is None else scopes:
            hits = [
                (self._distance(hit), order, name)
                for order, (name, pattern) in enumerate(patterns.items())
                for hit in self.hits.of(pattern, self.folded, self.sentence)
                if scope[0] <= hit[0] and hit[1] <= scope[1]
            ]
            if hits:
                return min(hits)[2]
        return None

    def is_hearsay(self) -> bool:
        return bool(self.hits.of(HEARSAY, self.folded, self.sentence)) and not FIRST_HAND.search(self.folded, *self.clause)

    def _distance(self, hit: Span) -> int:
        return max(hit[0] - self.span[1], self.span[0] - hit[1], 0)


def _parts(text: str, ends: re.Pattern[str], within: Span) -> Iterator[Span]:
    """Cut ``within`` at every end; each part holds the mark that ends it."""
    start = within[0]
    for end in ends.finditer(text, *within):
        yield start, end.end()
        start = end.end()
    yield start, within[1]
