"""Read the circumstances of a figure from the words around it: direction, mode, tense, and whether it is hearsay.

What stands in the figure's own clause counts first, the nearest word before others; then earlier clauses of the sentence, then
later ones that hold no figure of their own and are short («…за 3 часа, пешком»).
"""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from monitor.classify.cues import Cues
from monitor.model import Direction, Quantity, QuantityKind, Span, Tense, TravelMode
from monitor.text import Words, tokenise_whole

SENTENCE_END = re.compile(r"[!?;\n.](?:(?<!\.)[!?;\n]*|(?<!тыс\.)(?<!тис\.)(?<!млн\.)\.*(?!\d))")
CLAUSE_MARK = re.compile(r"[,():](?!\d)")
CLAUSE_WORD = re.compile(r"\b(?:а|но|але|зато|but|while|whereas|бірақ|მაგრამ)\b")
CLAUSE = "clause"
CLAUSE_END = re.compile(f"{CLAUSE_MARK.pattern}|{CLAUSE_WORD.pattern}")


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
GATES_LATER, FUTURE_LATER = 1_000.0, 0.5
"""Gates count after all that countries tell, a future verb after what else tells the tense in its clause."""


class Found(NamedTuple):
    """A figure with its unit, before its circumstances are known."""

    kind: QuantityKind
    low: float | None
    high: float | None
    span: Span
    place_id: str | None


_Told = tuple[Span, str, str, float, int]
"""Where a text tells of figures: which field of theirs, and what; and after how many clauses and other patterns it counts."""


def with_circumstances(text: str, found: Sequence[Found]) -> list[Quantity]:
    """Give the figures of ``text`` with direction, mode, tense and hearsay as the words around each tell them."""
    if not found:
        return []
    sentences = _Sentences(tokenise_whole(text), [figure.span for figure in found])
    return [
        Quantity(kind=kind, low=low, high=high, span=span, place_id=place_id, **sentences.fields(span))
        for kind, low, high, span, place_id in found
    ]


@cache
def _telling() -> Mapping[str, tuple[str, str, float, int]]:
    """Give of each pattern which field it tells of, what, and when it counts."""
    groups: tuple[tuple[str, Mapping[Any, re.Pattern[str]], float], ...] = (
        ("direction", COUNTRIES, 0),
        ("direction", GATES, GATES_LATER),
        ("mode", MODES, 0),
        ("tense", TENSES, 0),
        ("tense", FUTURE_VERBS, FUTURE_LATER),
        ("is_hearsay", {"": HEARSAY}, 0),
        (CLAUSE, {"": CLAUSE_WORD}, 0),
    )
    return {
        pattern.pattern: (field, value, later, order)
        for field, patterns, later in groups
        for order, (value, pattern) in enumerate(patterns.items())
    }


@cache
def _cues() -> Cues:
    return Cues(_telling())


class _Sentences:
    """The sentences of a text, and what each tells of the figures in it."""

    def __init__(self, words: Words, figures: Sequence[Span]) -> None:
        self._folded = words.folded
        self._figures = figures
        self._told: list[_Told] = []
        self._clause_end = CLAUSE_MARK
        telling = _telling()
        for pattern, span in _cues().hits(words):
            if pattern == CLAUSE_WORD.pattern:
                self._clause_end = CLAUSE_END
            else:
                self._told.append((span, *telling[pattern]))
        self._ends = [0, *[end.end() for end in SENTENCE_END.finditer(self._folded)], len(self._folded)] if self._told else []
        self._sentences: dict[Span, _Sentence] = {}

    def fields(self, figure: Span) -> dict[str, Any]:
        """Give what is told of a figure by its sentence."""
        if not self._told:
            return {}
        span = self._around(figure)
        if span not in self._sentences:
            start, end = span
            told = [one for one in self._told if start <= one[0][0] and one[0][1] <= end]
            ends = [end.end() for end in self._clause_end.finditer(self._folded, start, end)] if told else []
            self._sentences[span] = _Sentence(self._folded, [start, *ends, end], told, self._figures)
        return self._sentences[span].fields(figure)

    def _around(self, figure: Span) -> Span:
        """Give where the sentence of a figure begins and ends; a figure may hold a stop of its own («25 т.р.»)."""
        ends = self._ends
        last = bisect_left(ends, figure[1], 1, len(ends) - 1)
        return ends[min(bisect(ends, figure[0], 0, last), last) - 1], ends[last]


class _Sentence:
    """A sentence of ``folded`` with the bounds of its clauses, what each tells, and the figures of the whole text."""

    def __init__(self, folded: str, bounds: Sequence[int], told: Sequence[_Told], figures: Sequence[Span]) -> None:
        self._folded = folded
        self._bounds = bounds
        self._told = [(bisect(bounds, one[0][0], 0, len(bounds) - 1) - 1, one) for one in told]
        self._figures = figures

    def fields(self, figure: Span) -> dict[str, Any]:
        """Give what is told of a figure: by the first clause, there by what stands nearest, on a tie by the first listed."""
        if not self._told:
            return {}
        clause = bisect(self._bounds, figure[0], 0, len(self._bounds) - 1) - 1
        own = self._bounds[clause], max(figure[1], self._bounds[clause + 1])
        nearest: dict[str, tuple[float, int, int, str]] = {}
        is_hearsay = False
        for place, (span, field, value, later, order) in self._told:
            if field == "is_hearsay":
                is_hearsay = True
                continue
            rank = 0 if own[0] <= span[0] and span[1] <= own[1] else self._rank(place, span[1], clause, own)
            if rank is None or (later == FUTURE_LATER and rank):
                continue
            away = span[0] - figure[1] if span[0] > figure[0] else figure[0] - span[1]
            key = (rank + later, away if away > 0 else 0, order, value)
            if field not in nearest or key < nearest[field]:
                nearest[field] = key
        fields: dict[str, Any] = {field: key[3] for field, key in nearest.items()}
        if is_hearsay:
            fields["is_hearsay"] = FIRST_HAND.search(self._folded, *own) is None
        return fields

    def _rank(self, place: int, told_end: int, clause: int, own: Span) -> int | None:
        """Give how many clauses come before that at ``place``, which tells; None where it does not count.

        Earlier ones count from near to far, later ones that are short, up to the next figure.
        """
        start, end = self._bounds[place : place + 2]
        if told_end > end:
            return None
        if end <= own[0]:
            return clause - place
        return place + clause if start >= own[1] and self._is_afterthought(start, end, own[1]) else None

    def _is_afterthought(self, start: int, end: int, own_end: int) -> bool:
        is_short = len(self._folded[start:end].split()) <= AFTERTHOUGHT_WORDS
        return is_short and not any(own_end <= figure[0] < end for figure in self._figures)
