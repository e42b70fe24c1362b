"""Read the circumstances of a figure from the words around it: direction, mode, tense, and whether it is hearsay.

What stands in the figure's own clause counts first, the nearest word before others; then earlier clauses of the sentence, then
later ones that hold no figure of their own and are short («…за 3 часа, пешком»).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TypeVar

from monitor.classify.cues import Cues, Read
from monitor.model import Direction, Quantity, Span, Tense, TravelMode
from monitor.text import Words, tokenise_whole

T = TypeVar("T", bound=str)

SENTENCE_END = re.compile(r"[!?;\n.](?:(?<!\.)[!?;\n]*|(?<!тыс\.)(?<!тис\.)(?<!млн\.)\.*(?!\d))")
CLAUSE_MARK = re.compile(r"[,():](?!\d)")
CLAUSE_WORD = re.compile(r"\b(?:а|но|але|зато|but|while|whereas|бірақ|მაგრამ)\b")
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


def with_circumstances(text: str, found: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Give the figures of ``text`` with direction, mode, tense and hearsay as the words around each tell them."""
    if not found:
        return ()
    told = _Told(tokenise_whole(text), [quantity.span for quantity in found])
    return tuple([_with_circumstances(quantity, told) for quantity in found])


@cache
def _cues() -> Cues:
    told = (pattern for patterns in (COUNTRIES, GATES, MODES, TENSES, FUTURE_VERBS) for pattern in patterns.values())
    return Cues(pattern.pattern for pattern in (*told, HEARSAY, CLAUSE_WORD))


Hits = list[tuple[Span, int, T]]
"""What some patterns hit: where, how early the pattern is listed, and its name."""


class _Told:
    """A text, what it tells of any figure, and where; each looked for once for all figures."""

    def __init__(self, words: Words, figures: Sequence[Span]) -> None:
        self.folded = words.folded
        self.figures = figures
        self.sentences = list(_parts(self.folded, SENTENCE_END, (0, len(self.folded))))
        self._read = read = _cues().read(words)
        self._clauses: dict[Span, list[Span]] = {}
        self.countries, self.gates, self.modes = _hits(read, COUNTRIES), _hits(read, GATES), _hits(read, MODES)
        self.tenses, self.futures = _hits(read, TENSES), _hits(read, FUTURE_VERBS)
        self.hearsay = read.hits(HEARSAY)

    def clauses(self, sentence: Span) -> list[Span]:
        """Give the clauses of a sentence."""
        if sentence not in self._clauses:
            end = CLAUSE_END if self._read.hits(CLAUSE_WORD) else CLAUSE_MARK
            self._clauses[sentence] = list(_parts(self.folded, end, sentence))
        return self._clauses[sentence]


def _hits(read: Read, patterns: Mapping[T, re.Pattern[str]]) -> Hits[T]:
    return [(hit, order, name) for order, (name, pattern) in enumerate(patterns.items()) for hit in read.hits(pattern)]


def _with_circumstances(quantity: Quantity, told: _Told) -> Quantity:
    around = _Surroundings(told, quantity.span)
    own_tense = around.first_of(told.tenses, is_own_clause=True)
    future = None if own_tense else around.first_of(told.futures, is_own_clause=True)
    return Quantity(
        kind=quantity.kind,
        low=quantity.low,
        high=quantity.high,
        span=quantity.span,
        place_id=quantity.place_id,
        direction=around.first_of(told.countries) or around.first_of(told.gates),
        mode=around.first_of(told.modes),
        tense=own_tense or future or around.first_of(told.tenses) or "now",
        is_hearsay=around.is_hearsay(),
    )


class _Surroundings:
    """The sentence and clauses that one figure stands in."""

    def __init__(self, told: _Told, span: Span) -> None:
        self.told = told
        self.span = span
        start = max([start for start, _ in told.sentences if start <= span[0]])  # a figure may hold a stop of its own («25 т.р.»)
        self.sentence = start, next(end for _, end in told.sentences if end >= span[1])
        self._order: list[Span] = []

    def reading_order(self) -> list[Span]:
        """Give the figure's own clause, earlier ones from near to far, later ones up to the next figure."""
        if not self._order:
            clauses = self.told.clauses(self.sentence)
            own_start = max([start for start, _ in clauses if start <= self.span[0]])
            own_end = max(self.span[1], min([end for _, end in clauses if end > self.span[0]]))
            earlier = [part for part in clauses if part[1] <= own_start]
            later = [part for part in clauses if part[0] >= own_end and self._is_short(part)]
            next_figure = min([start for start, _ in self.told.figures if start >= own_end], default=self.sentence[1])
            self._order = [(own_start, own_end), *reversed(earlier), *[part for part in later if part[1] <= next_figure]]
        return self._order

    def _is_short(self, part: Span) -> bool:
        return len(self.told.folded[slice(*part)].split()) <= AFTERTHOUGHT_WORDS

    def first_of(self, hits: Hits[T], *, is_own_clause: bool = False) -> T | None:
        """Give which pattern is hit in the first clause where any is: the nearest to the figure, on a tie the first listed."""
        if not hits or not (hits := [hit for hit in hits if self._is_in_sentence(hit[0])]):
            return None
        for start, end in self.reading_order()[:1] if is_own_clause else self.reading_order():
            inside = [(self._distance(hit), order, name) for hit, order, name in hits if start <= hit[0] and hit[1] <= end]
            if inside:
                return min(inside)[2]
        return None

    def is_hearsay(self) -> bool:
        """Tell whether the sentence passes on what others say, and the figure's own clause does not say it is first hand."""
        is_told = any(map(self._is_in_sentence, self.told.hearsay))
        return is_told and not FIRST_HAND.search(self.told.folded, *self.reading_order()[0])

    def _is_in_sentence(self, hit: Span) -> bool:
        return self.sentence[0] <= hit[0] and hit[1] <= self.sentence[1]

    def _distance(self, hit: Span) -> int:
        return max(hit[0] - self.span[1], self.span[0] - hit[1], 0)


def _parts(text: str, ends: re.Pattern[str], within: Span) -> Iterator[Span]:
    """Cut ``within`` at every end; each part holds the mark that ends it."""
    start = within[0]
    for end in ends.finditer(text, *within):
        yield start, end.end()
        start = end.end()
    yield start, within[1]
