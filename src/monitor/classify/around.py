"""A text with its figures' surroundings: the pieces near a number, the stops between, places, and the unit it goes with."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence

from monitor.classify import nearby
from monitor.classify.numbers import Figure, Pieces
from monitor.classify.numerals import GLUED, spelled
from monitor.classify.units import Units
from monitor.classify.whereabouts import Whereabouts
from monitor.model import PlaceMention, Span
from monitor.text import fold, strip_links

Unit = tuple[str, float]
"""Kind of a unit and its factor."""
SENTENCE_ENDS = ".!?;\n"
PHRASE_ENDS = ".!?;\n,"
CLAUSE_ENDS = ".!?;\n,():"
ABOUT = spelled(
    "около примерно почти где-то around about some roughly almost близько майже уже по не менее меньше более больше",
    "свыше over least at",
    "еще порядка под",
)
"""Between a place and its figure: «Уфа — не менее 25»."""
OLDEST = 90
INVERTED = spelled("пеших человек чел чоловік осіб людей людин чалавек народу душ people chelovek")
"""Words for persons that stand before their number: «человек 250»; «мужчин 18-60» are ages."""
COUNTED_BEFORE = frozenset({"hours", "km", "cars", "people", "rub", "usd"})
BEFORE_UNIT = spelled(
    "на под около до за порядка больше более примерно почти где-то свыше понад більше близько over about :",
    "количество число кількість რაოდენობა",
)
"""Between a unit and its number: «километров на пять», «легковых больше сотни»."""
SIGNS = ("$", "€", "₽", "₸", "₾", "usd")
NOT_SKIPPED = spelled("и й і в на до от из с со за по у к для при или of in and at for from to on by per as")


class Around:
    """One text, taken apart."""

    def __init__(self, text: str, themes: frozenset[str], places: Sequence[PlaceMention], units: Units) -> None:
        folded = fold(strip_links(text))  # an address is full of numbers
        self.items = Pieces(folded)
        self.texts = self.items.texts
        self.themes = themes
        self.places = places
        self.units = units
        self.whereabouts = Whereabouts(folded, places)
        self._stops: dict[str, list[int]] = {}
        self.last_unit = -2
        """Where the unit of the last figure found stands."""

    def _word(self, index: int) -> str:
        return self.texts[index] if 0 <= index < len(self.texts) else ""

    def _span(self, figure: Figure, last: int) -> Span:
        return self.items.span(min(figure.first, last), max(figure.last, last))

    def _unit(self, figure: Figure) -> tuple[Unit | None, int]:
        """Find the unit after the number, or a currency sign or counted word before it («машин 30», «км 15», «$700»)."""
        glued = GLUED.get(self._word(figure.first))
        if glued:
            return self.units.of(glued), figure.last
        if self._word(figure.first - 1) in SIGNS:
            return self.units.of(self._word(figure.first - 1)), figure.last
        if self._word(figure.last + 1) in ("м", "m") and self.last_unit + 1 == figure.first:
            return ("hours", 1 / 60), figure.last + 1  # «14ч 30м»
        for after in (figure.last + 1, figure.last + 2, figure.last + 3):
            unit = self.units.of(self._word(after))
            is_of_next = self._word(after) in SIGNS and after + 1 < len(self.items) and self.items[after + 1].value is not None
            if unit and not is_of_next and all(self._may_skip(between) for between in range(figure.last + 1, after)):
                return unit, after
        return self._unit_before(figure)

    def _unit_before(self, figure: Figure) -> tuple[Unit | None, int]:
        """Find the counted word before a number: «машин 30», «пешеходов на Ларсе около тысячи», «Машин: ~2500»."""
        back = figure.first - 1
        while back > 0 and (self._word(back) in BEFORE_UNIT or self.items[back].kind == "mark" or self._is_in_place(back)):
            back -= 1
        before = self.units.of(self._word(back)) if back >= 0 else None
        if before is None or before[0] not in COUNTED_BEFORE or self._belongs_to_earlier_number(back):
            return None, figure.last
        is_no_age = self._word(back) in INVERTED or (figure.low or figure.high or 0) > OLDEST
        return (before, back) if before[0] != "people" or is_no_age else (None, figure.last)

    def _may_skip(self, index: int) -> bool:
        word = self._word(index)
        if word == "of":
            return self._word(index - 1) == "couple"
        item = self.items[index] if index < len(self.items) else None
        return word == "-" or (item is not None and item.kind == "word" and item.value is None and word not in NOT_SKIPPED)

    def _belongs_to_earlier_number(self, index: int) -> bool:
        return index > 0 and (self.items[index - 1].value is not None or self._word(index - 1) in self.units.scales)

    def _is_in_place(self, index: int) -> bool:
        """Tell a word of a place's name, or the preposition before it."""
        start, end = self.items.span(index, index)
        word = self._word(index)
        return any(
            p.span[0] <= start < p.span[1] or (word in ("на", "в", "у", "at", "in") and p.span[0] == end + 1) for p in self.places
        )

    def _is_after_place(self, figure: Figure) -> bool:
        back = figure.first - 1
        while back >= 0 and (self.items[back].kind == "mark" or self._word(back) in ABOUT or self._word(back) in (":", "(", ",")):
            back -= 1
        end = self.items.span(back, back)[1] if back >= 0 else 0
        return back >= 0 and any(place.span[0] < end <= place.span[1] for place in self.places)

    def _is_before_place(self, figure: Figure) -> bool:
        """Tell «390 в Москве», «200 на Озинках»."""
        start = self.items.span(figure.last + 2, figure.last + 2)[0] if figure.last + 2 < len(self.items) else -1
        return self._word(figure.last + 1) in ("в", "во", "на", "у", "in", "at") and any(p.span[0] == start for p in self.places)

    def _near(self, figure: Figure, starts: nearby.Beginnings, reach: int, *, ends: str = SENTENCE_ENDS) -> bool:
        """Tell whether a word with such a beginning stands at most ``reach`` pieces away, none of the stops ``ends`` between."""
        low, high = self._between(figure, ends)
        low, high = max(low, figure.first - reach), min(high, figure.last + reach + 1)
        return any(map(starts.__getitem__, self.texts[low:high]))

    def _between(self, figure: Figure, ends: str) -> Span:
        """Give the pieces from behind the last of the stops ``ends`` before the figure to the first after it."""
        stops = self._stops.get(ends)
        if stops is None:
            stops = self._stops[ends] = [
                index for index, (kind, text, _) in enumerate(self.items) if kind == "stop" and text in ends
            ]
        place = bisect(stops, figure.first)
        after = bisect(stops, figure.last)
        return stops[place - 1] + 1 if place else 0, stops[after] if after < len(stops) else len(self.items)

    def _sentence(self, figure: Figure) -> list[str]:
        """Give the words of the figure's sentence."""
        return self.texts[slice(*self._between(figure, SENTENCE_ENDS))]

    def _is_stop(self, index: int) -> bool:
        return not 0 <= index < len(self.items) or self.items[index].kind == "stop"

    def _is_end(self, figure: Figure) -> bool:
        return self._is_stop(figure.last + 1)

    def _is_unit(self, text: str, name: str) -> bool:
        unit = self.units.of(text)
        return unit is not None and unit[0] == name and unit[1] == 1
