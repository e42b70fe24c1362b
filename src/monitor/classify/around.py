"""A text with its figures' surroundings: the pieces near a number, the stops between, places, and the unit it goes with."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence

from monitor.classify.known import BITS
from monitor.classify.numbers import Figure
from monitor.classify.numerals import GLUED, spelled
from monitor.classify.pieces import SENTENCE_ENDS, Pieces
from monitor.classify.units import Unit, Units
from monitor.classify.whereabouts import Whereabouts
from monitor.model import PlaceMention, Span

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


HALF_UNIT = BITS.exactly(GLUED)


class Around:
    """One text, taken apart."""

    def __init__(self, folded: str, items: Pieces, themes: frozenset[str], places: Sequence[PlaceMention], units: Units) -> None:
        self.items = items
        self.texts, self.kinds, self.bits, self.values = items.texts, items.kinds, items.bits, items.values
        self.themes = themes
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
            return self.items.units[first - 1], last
        if texts[last + 1] in ("м", "m") and self.last_unit + 1 == first:
            return ("hours", 1 / 60), last + 1  # «14ч 30м»
        for after in (last + 1, last + 2, last + 3):
            unit = self.items.units[after]
            is_of_next = unit is not None and texts[after] in SIGNS and self.values[after + 1] is not None
            if unit is not None and not is_of_next:
                return unit, after
            if not self._may_skip(after):
                break
        return self._unit_before(figure)

    def _unit_before(self, figure: Figure) -> tuple[Unit | None, int]:
        """Find the counted word before a number: «машин 30», «пешеходов на Ларсе около тысячи», «Машин: ~2500»."""
        back = figure.first - 1
        while back > 0 and (self.texts[back] in BEFORE_UNIT or self.kinds[back] == "mark" or self._is_in_place(back)):
            back -= 1
        before = self.items.units[back]
        if before is None or before[0] not in COUNTED_BEFORE or self._belongs_to_earlier_number(back):
            return None, figure.last
        is_no_age = self.texts[back] in INVERTED or (figure.low or figure.high or 0) > OLDEST
        return (before, back) if before[0] != "people" or is_no_age else (None, figure.last)

    def _may_skip(self, index: int) -> bool:
        word = self.texts[index]
        if word == "of":
            return self.texts[index - 1] == "couple"
        return word == "-" or (self.kinds[index] == "word" and self.values[index] is None and word not in NOT_SKIPPED)

    def _belongs_to_earlier_number(self, index: int) -> bool:
        return self.values[index - 1] is not None or self.items.scales[index - 1] > 0

    def _is_in_place(self, index: int) -> bool:
        """Tell a word of a place's name, or the preposition before it."""
        if not self.places:
            return False
        start, end = self.items.span(index, index)
        is_in = self.texts[index] in ("на", "в", "у", "at", "in")
        return any(p.span[0] <= start < p.span[1] or (is_in and p.span[0] == end + 1) for p in self.places)

    def _is_after_place(self, figure: Figure) -> bool:
        back = figure.first - 1
        while back >= 0 and (self.kinds[back] == "mark" or self.texts[back] in ABOUT or self.texts[back] in (":", "(", ",")):
            back -= 1
        end = self.items.span(back, back)[1] if back >= 0 else 0
        return back >= 0 and any(place.span[0] < end <= place.span[1] for place in self.places)

    def _is_before_place(self, figure: Figure) -> bool:
        """Tell «390 в Москве», «200 на Озинках»."""
        if self.texts[figure.last + 1] not in ("в", "во", "на", "у", "in", "at") or figure.last + 2 >= self.items.count:
            return False
        start = self.items.start(figure.last + 2)
        return any(place.span[0] == start for place in self.places)

    def _near(self, figure: Figure, bits: int, reach: int, *, ends: int = SENTENCE_ENDS) -> bool:
        """Tell whether a word with such a beginning stands at most ``reach`` pieces away, none of the stops ``ends`` between."""
        low, high = figure.first - reach, figure.last + reach
        near = [place for place in self.items.where(bits) if low <= place <= high]
        if not near or not ends:
            return bool(near)
        start, end = self._between(figure, ends)
        return any(start <= place < end for place in near)

    def _between(self, figure: Figure, ends: int) -> Span:
        """Give the pieces from behind the last of the stops ``ends`` before the figure to the first after it."""
        stops = self.items.where(ends)
        place, after = bisect(stops, figure.first), bisect(stops, figure.last)
        return stops[place - 1] + 1 if place else 0, stops[after] if after < len(stops) else self.items.count

    def _is_in_sentence(self, figure: Figure, bits: int) -> bool:
        """Tell whether the figure's sentence holds a word with such a beginning."""
        places = self.items.where(bits)
        if not places:
            return False
        start, end = self._between(figure, SENTENCE_ENDS)
        return any(start <= place < end for place in places)

    def _is_end(self, figure: Figure) -> bool:
        return self.kinds[figure.last + 1] == "stop"

    def _holds_unit(self, name: str) -> bool:
        """Tell whether the text holds a unit of this kind, itself the measure."""
        return (name, 1.0) in self.items.units
