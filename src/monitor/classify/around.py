"""A text with its figures' surroundings: the pieces near a number, the stops between, places, and the unit it goes with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

from monitor.classify.known import BITS
from monitor.classify.numbers import SIGNS, Figure
from monitor.classify.numerals import COLLECTIVE, GLUED, spelled
from monitor.classify.pieces import SENTENCE_ENDS, Pieces
from monitor.classify.units import Unit, Units
from monitor.classify.whereabouts import Whereabouts
from monitor.model import PlaceMention, Span

QUEUE_THEMES = frozenset({"border_queue", "humanitarian", "border_control"})
ABOUT = spelled(
    "около примерно почти где-то around about some roughly almost близько майже уже по не менее меньше более больше",
    "свыше over least at",
    "еще порядка под",
)
"""Between a place and its figure: «Уфа — не менее 25»."""
OLDEST, MOST_HOURS, LEAST_METRES = 90, 120, 50
INVERTED = spelled("dush душ пеших человек чел чоловік осіб людей людин чалавек народу душ people chelovek")
"""Words for persons that stand before their number: «человек 250»; «мужчин 18-60» are ages."""
COUNTED_BEFORE = frozenset({"hours", "km", "cars", "buses", "people", "rub", "usd"})
BEFORE_UNIT = spelled(
    "на под около до за порядка больше более примерно почти где-то свыше понад більше близько over about :",
    "не меньше менее минимум уже ще еще за болей больш",
    "штук количество число кількість რაოდენობა",
)
"""Between a unit and its number: «километров на пять», «легковых больше сотни»."""
NOT_SKIPPED = spelled(
    "и й і в на до от из с со за по у к для при или of in and at for from to on by per as into onto with were was are is"
)
CASE_ENDINGS = spelled("ге ға ке қа га ка ден дан тен тан нен нан дің ның дей дай ти ми х и де да те та")
"""Endings that are written behind digits and a hyphen."""
OF_THEM = (("of", "them"), ("of", "those"), ("из", "них"), ("из", "которых"), ("з", "них"), ("of", "us"))
HOUR_OF_DAY = BITS.exactly(spelled("утра вечера ночи ранку вечора ночі утром вечером ночью pm am utra vechera nochi таңғы кешкі"))
"""After a number these make it an hour of the day."""
WENT = BITS.starting(
    "покинул уехал выехал въехал вернул забрал увезл увели отправил задержал розверну развернул завернул снял ссадил"
)
"""Verbs behind the number of those whom they befell: what follows is no longer counted."""
HALF_UNIT = BITS.exactly(GLUED)


class Around:
    """One text, taken apart."""

    def __init__(self, folded: str, items: Pieces, themes: frozenset[str], places: Sequence[PlaceMention], units: Units) -> None:
        self.folded, self.items = folded, items
        self.pieces, self.texts, self.bits = items.pieces, items.texts, items.bits
        self.themes = themes
        self.is_queue = not QUEUE_THEMES.isdisjoint(themes)
        self.places = places
        self.units = units
        self.whereabouts = Whereabouts(folded, places)
        self.last_unit = -2
        """Where the unit of the last figure found stands."""

    def _unit(self, figure: Figure) -> tuple[Unit | None, int]:
        """Find the unit after the number, or a currency sign or counted word before it («машин 30», «км 15», «$700»)."""
        first, last, texts = figure.first, figure.last, self.texts
        if self.bits[first] & HALF_UNIT:
            return self.units.of(GLUED[texts[first]]), last
        if texts[first - 1] in SIGNS:
            return self.pieces[first - 1].unit, last
        if texts[last + 1] in ("м", "m"):
            if self.last_unit + 1 == first:
                return ("hours", 1 / 60), last + 1  # «14ч 30м»
            if (figure.low or 0) >= LEAST_METRES:
                return ("km", 0.001), last + 1
        next_one = last + 3 if texts[last + 1] == "-" and texts[last + 2] in CASE_ENDINGS else last + 1  # «300-ге жуық көлік»
        for after in (next_one, next_one + 1, next_one + 2):
            unit = self.pieces[after].unit
            value = figure.high or figure.low or 0.0
            if texts[after] == "год" and value <= MOST_HOURS and (value % 10 != 1 or value == 11):
                return ("hours", 1.0), after  # «9 год.» are hours: nine years were «лет»
            is_of_next = unit is not None and texts[after] in SIGNS and self.pieces[after + 1].value is not None
            if unit is not None and not is_of_next:
                return unit, after
            if not self._may_skip(after):
                break
        return self._unit_before(figure)

    def _unit_before(self, figure: Figure) -> tuple[Unit | None, int]:
        """Find the counted word before a number: «машин 30», «пешеходов на Ларсе около тысячи», «Машин: ~2500»."""
        back = figure.first - 1
        while back > 0 and (self.texts[back] in BEFORE_UNIT or self.pieces[back].kind == "mark" or self._is_in_place(back)):
            back -= 1
        before = self.pieces[back].unit
        if before is None or before[0] not in COUNTED_BEFORE or self._belongs_to_earlier_number(back):
            return None, figure.last
        is_labelled = any(self._is_in_place(place) for place in range(back + 1, figure.first))  # «к этому часу: Пермь 14»
        if before[0] == "hours" and ((figure.low or 0) > MOST_HOURS or is_labelled):
            return None, figure.last
        if before[0] in ("hours", "cars", "buses") and self.texts[figure.last] in COLLECTIVE:
            return None, figure.last
        is_no_age = self.texts[back] in INVERTED or (figure.low or figure.high or 0) > OLDEST
        return (before, back) if before[0] != "people" or is_no_age else (None, figure.last)

    def _may_skip(self, index: int) -> bool:
        word = self.texts[index]
        if word == "of":
            return self.texts[index - 1] == "couple"
        is_word = self.pieces[index].kind == "word" and self.pieces[index].value is None
        is_rate = word == "an" and self.texts[index - 1] != "half"  # «five an hour»
        is_verb = bool(self.bits[index] & WENT)  # «64 тысячи уже покинули страну»
        return word == "-" or (
            is_word and word not in NOT_SKIPPED and not self.bits[index] & HOUR_OF_DAY and not is_rate and not is_verb
        )

    def _belongs_to_earlier_number(self, index: int) -> bool:
        return self.pieces[index - 1].value is not None or self.pieces[index - 1].scale > 0

    def _is_in_place(self, index: int) -> bool:
        """Tell a word of a place's name, or the preposition before it."""
        word = self.texts[index]
        is_in = word in ("на", "в", "у", "at", "in")
        if not self.places or not (is_in or any(word in self.folded[slice(*place.span)] for place in self.places)):
            return False
        start, end = self.items.span(index, index)
        return any(p.span[0] <= start < p.span[1] or (is_in and p.span[0] == end + 1) for p in self.places)

    def _is_after_place(self, figure: Figure) -> bool:
        back = figure.first - 1
        while back >= 0 and (
            self.pieces[back].kind == "mark" or self.texts[back] in ABOUT or self.texts[back] in (":", "(", ",")
        ):
            back -= 1
        end = self.items.span(back, back)[1] if back >= 0 else 0
        return back >= 0 and any(place.span[0] < end <= place.span[1] for place in self.places)

    def _is_before_place(self, figure: Figure) -> bool:
        """Tell «390 в Москве», «200 на Озинках», "360 of them in Moscow"."""
        after = figure.last + (3 if self.texts[figure.last + 1 : figure.last + 3] in OF_THEM else 1)
        if self.texts[after] not in ("в", "во", "на", "у", "in", "at") or after + 1 >= self.items.count:
            return False
        start = self.items.start(after + 1)
        return any(place.span[0] == start for place in self.places)

    def _near(self, figure: Figure, bits: int, reach: int, *, ends: int = SENTENCE_ENDS) -> bool:
        """Tell whether a word with such a beginning stands at most ``reach`` pieces away, none of the stops ``ends`` between."""
        if not self.items.all_bits & bits:
            return False
        first, end = figure.first - reach if figure.first > reach else 0, figure.last + reach + 1
        near = reduce(or_, self.bits[first:end])
        if not near & bits or not near & ends:
            return bool(near & bits)
        start, end = self._between(figure, ends, within=(first, min(end, self.items.count)))
        return bool(reduce(or_, self.bits[start:end]) & bits)

    def _between(self, figure: Figure, ends: int, within: Span | None = None) -> Span:
        """Give the pieces from behind the last of the stops ``ends`` before the figure to the first after it."""
        bits, start, end = self.bits, figure.first, figure.last + 1
        first, count = within or (0, self.items.count)
        while start > first and not bits[start - 1] & ends:
            start -= 1
        while end < count and not bits[end] & ends:
            end += 1
        return start, end

    def _is_in_sentence(self, figure: Figure, bits: int) -> bool:
        """Tell whether the figure's sentence holds a word with such a beginning."""
        return bool(self.items.all_bits & bits and self.items.any_of(*self._between(figure, SENTENCE_ENDS)) & bits)

    def _is_end(self, figure: Figure) -> bool:
        return self.pieces[figure.last + 1].kind == "stop"

    def _holds_unit(self, name: str) -> bool:
        """Tell whether the text holds a unit of this kind, itself the measure."""
        return any(piece.unit == (name, 1.0) for piece in self.pieces)
