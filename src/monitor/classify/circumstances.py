"""Read the circumstances of a figure from the words around it: direction, mode, tense, and whether it is hearsay.

What stands in the figure's own clause counts first, the nearest word before others; then earlier clauses of the sentence, then
later ones that hold no figure of their own and are short («…за 3 часа, пешком»).
"""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections.abc import Iterator, Mapping, Sequence
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


class _Told(NamedTuple):
    """Where a text tells of figures: which field of theirs, and what; and after how many clauses and other patterns it counts."""

    span: Span
    field: str
    value: str
    later: float
    order: int


def with_circumstances(text: str, found: Sequence[Found]) -> list[Quantity]:
    """Give the figures of ``text`` with direction, mode, tense and hearsay as the words around each tell them."""
    if not found:
        return []
    sentences = _Sentences(tokenise_whole(text), [figure.span for figure in found])
    return [_with_circumstances(figure, sentences) for figure in found]


def _with_circumstances(figure: Found, sentences: _Sentences) -> Quantity:
    kind, low, high, span, place_id = figure
    sentence = sentences.around(span)
    if sentence is None:
        return Quantity(kind=kind, low=low, high=high, span=span, place_id=place_id)
    fields = _fields(sentence, span)
    return Quantity(kind=kind, low=low, high=high, span=span, place_id=place_id, **fields)


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
        self.folded = words.folded
        self.figures = figures
        told = [_Told(span, *_telling()[pattern]) for pattern, span in _cues().read(words).hits()]
        self._told = [one for one in told if one.field != CLAUSE]
        self._clause_end = CLAUSE_MARK if len(self._told) == len(told) else CLAUSE_END
        self._ends: list[int] = []
        self._sentences: dict[Span, _Sentence | None] = {}

    def around(self, figure: Span) -> _Sentence | None:
        """Give the sentence of a figure, None where it tells nothing; a figure may hold a stop of its own («25 т.р.»)."""
        if not self._told:
            return None
        ends = self._ends = self._ends or [0, *[end.end() for end in SENTENCE_END.finditer(self.folded)], len(self.folded)]
        last = bisect_left(ends, figure[1], 1, len(ends) - 1)
        start, end = span = ends[min(bisect(ends, figure[0], 0, last), last) - 1], ends[last]
        if span not in self._sentences:
            told = [one for one in self._told if start <= one.span[0] and one.span[1] <= end]
            clauses = list(_parts(self.folded, self._clause_end, span)) if told else []
            self._sentences[span] = _Sentence(self.folded, clauses, told, self.figures) if told else None
        return self._sentences[span]


class _Sentence(NamedTuple):
    """A sentence of ``folded`` with its clauses, what it tells, and the figures of the whole text."""

    folded: str
    clauses: list[Span]
    told: list[_Told]
    figures: Sequence[Span]


def _fields(sentence: _Sentence, figure: Span) -> dict[str, Any]:
    """Give what a sentence tells of a figure: by the first clause, there by what stands nearest, on a tie by the first listed."""
    clauses = _Clauses(sentence, figure)
    ranked: dict[str, tuple[float, int, int, str]] = {}
    for span, field, value, later, order in sentence.told:
        rank = clauses.rank(span)
        if field == "is_hearsay" or rank is None or (later == FUTURE_LATER and rank):
            continue
        key = (rank + later, max(span[0] - figure[1], figure[0] - span[1], 0), order, value)
        ranked[field] = min(ranked.get(field, key), key)
    fields: dict[str, Any] = {field: key[3] for field, key in ranked.items()}
    if any(one.field == "is_hearsay" for one in sentence.told):
        fields["is_hearsay"] = FIRST_HAND.search(sentence.folded, *clauses.own) is None
    return fields


class _Clauses:
    """The clauses around a figure: its own, earlier ones from near to far, later ones that are short, up to the next figure."""

    def __init__(self, sentence: _Sentence, figure: Span) -> None:
        self._sentence = sentence
        starts = [start for start, _ in sentence.clauses]
        self._own = bisect(starts, figure[0]) - 1
        self.own = starts[self._own], max(figure[1], sentence.clauses[self._own][1])

    def rank(self, told: Span) -> int | None:
        """Give how many clauses come before the one that holds what is told; None where none does that counts."""
        own_start, own_end = self.own
        if own_start <= told[0] and told[1] <= own_end:
            return 0
        clauses = self._sentence.clauses
        place, (start, end) = next((place, part) for place, part in enumerate(clauses) if told[0] < part[1])
        if told[1] > end:
            return None
        if end <= own_start:
            return self._own - place
        return place + self._own if start >= own_end and self._is_afterthought(start, end) else None

    def _is_afterthought(self, start: int, end: int) -> bool:
        is_short = len(self._sentence.folded[start:end].split()) <= AFTERTHOUGHT_WORDS
        return is_short and not any(self.own[1] <= figure[0] < end for figure in self._sentence.figures)


def _parts(text: str, ends: re.Pattern[str], within: Span) -> Iterator[Span]:
    """Cut ``within`` at every end; each part holds the mark that ends it."""
    start = within[0]
    for end in ends.finditer(text, *within):
        yield start, end.end()
        start = end.end()
    yield start, within[1]
