"""Find figures with their unit in a text: waiting hours, kilometres, cars, people, prices; and the place they are about."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from monitor.classify import nearby
from monitor.classify.circumstances import with_circumstances
from monitor.classify.numbers import HIGH_AFTER, LOW_AFTER, MORE_AFTER, Figure, Pieces, figures, open_bound
from monitor.classify.numerals import COLLECTIVE, GLUED, spelled
from monitor.classify.waits import Wait, find_waits
from monitor.classify.whereabouts import Whereabouts
from monitor.model import PlaceMention, Quantity, QuantityKind
from monitor.text import fold

QUEUE_THEMES = frozenset({"border_queue", "humanitarian", "border_control"})
PEOPLE_THEMES = frozenset({"detention", "protest", "mobilisation", "departures", "refuge", "border_control"})
PRICE_THEMES = frozenset({"exit_transport", "border_queue", "humanitarian", "border_control"})
COUNTED_THEMES = PEOPLE_THEMES | {"border_queue", "humanitarian"}
NO_PEOPLE_THEMES = frozenset({"penalties", "dissent", "advice"})
"""What is counted in posts of these alone is sentences, votes and ages."""
MOST_AFTER = frozenset({("от", "силы"), ("at", "most"), ("or", "less"), ("и", "меньше"), ("и", "менее")})
QUEUE_KINDS = frozenset({"queue_cars", "queue_km", "queue_people", "wait_hours"})
REMEMBERED_WORDS = 100_000
ABOUT = (
    "около",
    "примерно",
    "почти",
    "где-то",
    "around",
    "about",
    "some",
    "roughly",
    "almost",
    "близько",
    "майже",
    "уже",
    "по",
    "не",
    "менее",
    "меньше",
    "более",
    "больше",
    "свыше",
    "over",
    "least",
    "at",
    "ещё",
    "еще",
    "порядка",
    "под",
)
OLDEST = 90
INVERTED = spelled("пеших человек чел чоловік осіб людей людин чалавек народу душ people chelovek")
"""Words for persons that stand before their number: «человек 250»; «мужчин 18-60» are ages."""
SENTENCE_ENDS = ".!?;\n"
CLAUSE_ENDS = ".!?;\n,():"
PHRASE_ENDS = ".!?;\n,"
COUNTED_BEFORE = frozenset({"hours", "km", "cars", "people", "rub", "usd"})
BEFORE_UNIT = spelled(
    "на под около до за порядка больше более примерно почти где-то свыше понад більше близько over about : количество число кількість რაოდენობა"
)
SIGNS = ("$", "€", "₽", "₸", "₾", "usd", "us$")
"""Between a unit and its number: «километров на пять», «легковых больше сотни»."""
NOT_SKIPPED = spelled("и й і в на до от из с со за по у к для при или of in and at for from to on by per as")
LIST_GOES_ON = ("и", "а", "і", "and", "за", "с", "per", "на")
MOST_BARE_HOURS = 72
FAR, LEAST_SMALL_PRICE = 50, 10
LEAST_BARE_PRICE, MOST_BARE_PRICE = 1_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Units:
    """Words of units, folded: exact ones and beginnings, each with its kind and factor; and words that scale a number."""

    exact: Mapping[str, tuple[str, float]]
    starts: tuple[tuple[str, tuple[str, float]], ...]
    scales: Mapping[str, float]
    _known: dict[str, tuple[str, float] | None] = field(default_factory=dict, compare=False, repr=False)

    def of(self, word: str) -> tuple[str, float] | None:
        """Give (kind, factor) of a unit word, or None."""
        if word in self._known:
            return self._known[word]
        unit = self.exact.get(word) or next((unit for start, unit in self.starts if word.startswith(start)), None)
        if len(self._known) < REMEMBERED_WORDS:
            self._known[word] = unit
        return unit


def read_units(table: Mapping[str, Any]) -> Units:
    """Read ``units.yml``: kinds with factors, or plain lists of words; ``thousand`` and ``million`` scale."""
    exact: dict[str, tuple[str, float]] = {}
    starts: list[tuple[str, tuple[str, float]]] = []
    for kind, entry in table.items():
        factors = entry if isinstance(entry, Mapping) else {1: entry}
        for factor, words in factors.items():
            for word in map(str, words):
                if word.endswith("*"):
                    starts.append((fold(word[:-1]), (kind, float(factor))))
                else:
                    exact[fold(word)] = (kind, float(factor))
    starts.sort(key=lambda item: -len(item[0]))
    scales = {word: factor for name, factor in (("thousand", 1e3), ("million", 1e6)) for word in _scale_words(table, name)}
    return Units({w: u for w, u in exact.items() if w not in scales}, tuple(starts), scales)


SCALE_FORMS = (
    "",
    "а",
    "у",
    "і",
    "и",
    "ю",
    "яча",
    "ячи",
    "яч",
    "ой",
    "ей",
    "ов",
    "ів",
    "ам",
    "ами",
    "ах",
    "е",
    "s",
    "ი",
    "ს",
    "მა",
)


def _scale_words(table: Mapping[str, Any], name: str) -> list[str]:
    words = [fold(str(word)) for word in table.get(name, ())]
    return [word.rstrip("*") + ending for word in words for ending in (SCALE_FORMS if word.endswith("*") else ("",))]


def find_quantities(text: str, *, themes: frozenset[str], places: Sequence[PlaceMention], units: Units) -> tuple[Quantity, ...]:
    """Give the figures of a text that carries ``themes`` and names ``places``; nothing where it carries no theme."""
    if not themes:
        return ()
    return _said_once(with_circumstances(text, _Reader(text, themes, places, units).read()))


class _Reader:
    """Reads the figures of one text."""

    def __init__(self, text: str, themes: frozenset[str], places: Sequence[PlaceMention], units: Units) -> None:
        folded = fold(text)
        self.items = Pieces(folded)
        self.texts = self.items.texts
        self._stops: dict[str, list[int]] = {}
        self.found: list[Quantity] = []
        self.bare: list[Figure] = []
        """Numbers without a unit that no figure has followed yet."""
        self.taken, self.last, self.factor, self.is_scaled = -1, -1, 1.0, False
        """How far the text is read; where the last figure's unit stands, its factor, and whether «тыс» stood with its number."""
        self.themes = themes
        self.places = places
        self.units = units
        self.whereabouts = Whereabouts(folded, places)

    def read(self) -> tuple[Quantity, ...]:
        """Give the figures in the order they stand."""
        waits = self._waits()
        for figure in figures(self.items, self.units.scales):
            if figure.first > self.taken and not any(
                wait.first <= figure.last and figure.first <= wait.last for wait, _ in waits
            ):
                self._take(figure)
        if len(self.bare) > 1 and not self.found and "detention" in self.themes:
            self.found += [self._alike(early, "people_count", 1.0) for early in self.bare]
        return tuple(sorted([*self.found, *(quantity for _, quantity in waits)], key=lambda q: (q.span, q.kind)))

    def _take(self, figure: Figure) -> None:
        """Add what a number tells to what is found; one without a unit may take that of an earlier or later one."""
        quantity, last, unit = self._read(figure)
        if quantity is None and unit is None:
            quantity = self._elliptic(figure) if self.found else None
            if quantity is None:
                self.bare.append(figure)
                return
            self.found.append(quantity)
            self.taken = figure.last
            return
        self.taken = last
        if quantity is None:
            return
        factor = unit[1] if unit else 1.0
        if self.found and self._goes_on(quantity, figure, factor):
            self.found[-1] = _added(self.found[-1], quantity)
            return
        self.found += [
            self._alike(early, quantity.kind, factor) for early in self.bare if self._is_alike(early, quantity, figure)
        ]
        self.found.append(quantity)
        self.bare, self.factor, self.last, self.is_scaled = [], factor, last, figure.is_scaled or factor >= 1000

    def _is_alike(self, early: Figure, quantity: Quantity, figure: Figure) -> bool:
        """Tell «Озинки 5» before «Маштаково 9 часов», «кофе по 400» before «бензин 300 рублей»."""
        if quantity.kind in ("price_rub", "price_usd"):
            return (
                self._word(early.first - 1) == "по"
                and (early.low or 0) >= LEAST_SMALL_PRICE
                and not self._is_stop_between(early, figure)
            )
        return quantity.kind in QUEUE_KINDS and self._is_after_place(early) and self._is_after_place(figure)

    def _is_stop_between(self, early: Figure, figure: Figure) -> bool:
        return self._between(early, SENTENCE_ENDS) != self._between(figure, SENTENCE_ENDS)

    def _goes_on(self, quantity: Quantity, figure: Figure, factor: float) -> bool:
        """Tell «2 часа 30 минут»: a smaller unit right behind a greater one."""
        before = self.found[-1]
        between = self.texts[self.last + 1 : figure.first]
        is_near = between in ([], ["и"], ["і"], ["and"], ["-"])
        is_exact = before.low == before.high is not None and quantity.low == quantity.high is not None
        return before.kind == quantity.kind == "wait_hours" and is_near and is_exact and factor < self.factor

    def _elliptic(self, figure: Figure) -> Quantity | None:
        """Read «Озинки — 60» after «Сагарчин 30 машин», «чай 90» after «суп 200 рублей»: the unit is the same."""
        earlier, after, before = self.found[-1], self._word(figure.last + 1), self._word(figure.first - 1)
        is_tied = self._is_before_place(figure)
        is_end = figure.last + 1 >= len(self.items) or self.items[figure.last + 1].kind == "stop" or after in LIST_GOES_ON
        if (
            self._is_clock_or_date(figure)
            or (before in ("по", "of") and earlier.kind in QUEUE_KINDS | {"people_count"})
            or not (is_end or is_tied)
            or after in (":", "/")
        ):
            return None
        if earlier.kind in ("price_rub", "price_usd"):
            return (
                self._elliptic_price(figure, earlier)
                if is_tied or self._is_after_place(figure) or self._is_said_of(figure.first - 1)
                else None
            )
        is_more = before in ("еще", "ще", "another", "яшчэ") and earlier.kind in ("people_count", "queue_cars")
        is_told = is_tied or is_more or self._is_after_place(figure)
        return (
            self._alike(figure, earlier.kind, self.factor) if is_told and earlier.kind in QUEUE_KINDS | {"people_count"} else None
        )

    def _elliptic_price(self, figure: Figure, earlier: Quantity) -> Quantity | None:
        """Read «брал по 95 тысяч, отдам по 120»; what is far from the earlier price without that is no price."""
        value, known = figure.low or figure.high or 0.0, earlier.low or earlier.high or 0.0
        if self._word(figure.first) in COLLECTIVE:
            return None
        if value * FAR < known and self.is_scaled and not figure.is_scaled:
            return self._alike(figure, earlier.kind, 1e3)
        is_date = self._word(figure.first - 1) in ("на", "к", "с", "до") and value <= 31
        return (
            self._alike(figure, earlier.kind, 1.0)
            if value >= LEAST_SMALL_PRICE and value * FAR >= known and not is_date
            else None
        )

    def _is_said_of(self, back: int) -> bool:
        while self._word(back) in ("по", "-", "—", "–", "за", "от", "до"):
            back -= 1
        return back >= 0 and self.items[back].kind == "word"

    def _alike(self, figure: Figure, kind: QuantityKind, factor: float) -> Quantity:
        span = self.items.span(figure.first, figure.last)
        return Quantity(
            kind=kind,
            low=_times(figure.low, factor),
            high=_times(figure.high, factor),
            span=span,
            place_id=self.whereabouts.of(kind, span),
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

    def _is_clock_or_date(self, figure: Figure) -> bool:
        before = self._word(figure.first - 1)
        return 1900 <= (figure.low or 0) <= 2100 or (
            before in ("в", "к", "с", "at", "№", "о", "от", "около") and (figure.low or 0) <= 24
        )

    def _read(self, figure: Figure) -> tuple[Quantity | None, int, tuple[str, float] | None]:
        unit, last = self._unit(figure)
        span = self._span(figure, last)
        for kind in self._kinds(figure, unit, last):
            bounded = self._bounded_after(figure, last)
            factor = unit[1] if unit else 1.0
            low, high = _times(bounded.low, factor), _times(bounded.high, factor)
            return Quantity(kind=kind, low=low, high=high, span=span, place_id=self.whereabouts.of(kind, span)), last, unit
        return None, last, unit

    def _bounded_after(self, figure: Figure, last: int) -> Figure:
        """Open a bound for «20 часов с лишним», «10 км и больше», "5 hours or more", «5 сағатқа дейін»."""
        if figure.low != figure.high:
            return figure
        pair = (self._word(last + 1), self._word(last + 2))
        if pair in MORE_AFTER or pair[0] in LOW_AFTER or (pair[0] == "+" and last > figure.last):
            return open_bound(figure, "low")
        if pair in MOST_AFTER or pair[0] in HIGH_AFTER or (last > figure.last and self._word(last).endswith("მდე")):
            return open_bound(figure, "high")
        return figure

    def _span(self, figure: Figure, last: int) -> tuple[int, int]:
        return self.items.span(min(figure.first, last), max(figure.last, last))

    def _word(self, index: int) -> str:
        return self.texts[index] if 0 <= index < len(self.texts) else ""

    def _unit(self, figure: Figure) -> tuple[tuple[str, float] | None, int]:
        """Find the unit after the number, or a currency sign or counted word before it («машин 30», «км 15», «$700»)."""
        glued = GLUED.get(self._word(figure.first))
        if glued:
            return self.units.of(glued), figure.last
        if self._word(figure.first - 1) in SIGNS:
            return self.units.of(self._word(figure.first - 1)), figure.last
        if self._word(figure.last + 1) in ("м", "m") and self.found and self.last + 1 == figure.first:
            return ("hours", 1 / 60), figure.last + 1  # «14ч 30м»
        for after in (figure.last + 1, figure.last + 2, figure.last + 3):
            unit = self.units.of(self._word(after))
            if unit and all(self._may_skip(between) for between in range(figure.last + 1, after)):
                return unit, after
        return self._unit_before(figure)

    def _unit_before(self, figure: Figure) -> tuple[tuple[str, float] | None, int]:
        """Find the counted word before a number: «машин 30», «пешеходов на Ларсе около тысячи», «Машин: ~2500»."""
        back = figure.first - 1
        while back > 0 and (self._word(back) in BEFORE_UNIT or self.items[back].kind == "mark" or self._is_in_place(back)):
            back -= 1
        before = self.units.of(self._word(back)) if back >= 0 else None
        if before is None or before[0] not in COUNTED_BEFORE or self._belongs_to_earlier_number(back):
            return None, figure.last
        is_no_age = self._word(back) in INVERTED or (figure.low or figure.high or 0) > OLDEST
        return (before, back) if before[0] != "people" or is_no_age else (None, figure.last)

    def _is_in_place(self, index: int) -> bool:
        """Tell a word of a place's name, or the preposition before it."""
        start, end = self.items.span(index, index)
        word = self._word(index)
        return any(
            p.span[0] <= start < p.span[1] or (word in ("на", "в", "у", "at", "in") and p.span[0] == end + 1) for p in self.places
        )

    def _may_skip(self, index: int) -> bool:
        word = self._word(index)
        if word == "of":
            return self._word(index - 1) == "couple"
        item = self.items[index] if index < len(self.items) else None
        return word == "-" or (item is not None and item.kind == "word" and item.value is None and word not in NOT_SKIPPED)

    def _belongs_to_earlier_number(self, index: int) -> bool:
        return index > 0 and (self.items[index - 1].value is not None or self._word(index - 1) in self.units.scales)

    def _kinds(self, figure: Figure, unit: tuple[str, float] | None, last: int) -> list[QuantityKind]:
        name = unit[0] if unit else None
        if name == "hours":
            return ["wait_hours"] if self._is_wait(figure, unit, last) else []
        if name == "km":
            return ["queue_km"] if self.themes & QUEUE_THEMES and not self._is_distance(figure, last) else []
        if name == "cars":
            return ["queue_cars"] if self.themes & QUEUE_THEMES and not self._is_passing(figure, last) else []
        if name == "rub" or name == "usd":
            kind: QuantityKind = "price_rub" if name == "rub" else "price_usd"
            return [kind] if self.themes & PRICE_THEMES and not self._near(figure, nearby.KIT, 5) else []
        if name == "people":
            is_fare = self._word(last) == "чел" and figure.is_scaled and not self.themes & PEOPLE_THEMES
            return ["price_rub"] if is_fare and "exit_transport" in self.themes else self._people(figure, last)  # «7 тыс чел»
        return self._unitless(figure) if name is None else []

    # --- waits and lengths ---

    def _is_wait(self, figure: Figure, unit: tuple[str, float] | None, last: int) -> bool:
        if not self.themes & QUEUE_THEMES or self._is_moment(figure, unit, last):
            return False
        if self._near(figure, nearby.NOT_WAITING, 3, ends=CLAUSE_ENDS) or self._near(figure, nearby.STAYING, 4):
            return False
        if self._word(figure.first - 1) == "на" and not self._near(figure, nearby.GROWN, 4):
            return False
        is_hours = unit is not None and unit[1] <= 1
        is_moments = unit is not None and unit[1] < 1 and (figure.high or figure.low or 0) <= 10
        if is_moments and not self._near(figure, nearby.SPENT, 4):
            return False
        if "border_queue" in self.themes and is_hours:
            return True
        return self._near(figure, nearby.WAITING, 9 if unit and unit[1] >= 1 else 6, ends="")

    def _is_moment(self, figure: Figure, unit: tuple[str, float] | None, last: int) -> bool:
        """Tell an hour of the day, a time ago, a time from now on, a rate."""
        after, before = self._word(last + 1), self._word(figure.first - 1)
        if (unit and unit[1] == 1 and nearby.CLOCK_AFTER[after]) or after in nearby.AGO or before in nearby.FROM_NOW:
            return True
        is_hour = figure.low == figure.high and (figure.low or 0) <= 24 and unit is not None and unit[1] == 1
        return before in ("в", "к", "at", "о", "у") and is_hour and figure.last != last

    def _is_distance(self, figure: Figure, last: int) -> bool:
        after, before = self._word(last + 1), self._word(figure.first - 1)
        if nearby.RATE[self._word(last + 2)] and after in ("в", "за", "per", "an"):
            return True
        if after in ("ч", "/") or before in ("через", "за", "каждые") or before in nearby.LAST:
            return True
        is_away = after in nearby.DISTANCE_AFTER and before in ("в", "за", "на", "километрах", "at", "у")
        if is_away and not self._near(figure, nearby.TAIL_END, 3):
            return True
        if self._near(figure, nearby.MOVING, 3) and not self._near(figure, nearby.TAIL_WORDS, 2):
            return True
        is_told = "border_queue" in self.themes or self._near(figure, nearby.TAIL, 6)
        return not is_told or (after in ("до", "to") and not self._near(figure, nearby.TAIL, 5))

    def _is_passing(self, figure: Figure, last: int) -> bool:
        ""
        "Tell a rate or a count of those let through: «20 машин в час», «запускают по 10 машин», «за сутки выехало 300 машин»."
        ""
        if self._word(last + 1) in ("в", "per", "an", "на", "за", "a", "каждый", "/") and nearby.RATE[self._word(last + 2)]:
            return True
        if self._word(figure.first - 1) == "по" or self._word(last + 1) in ("дпс", "полиции", "скорой", "омон", "охраны"):
            return True
        return self._near(figure, nearby.PASSED, 4) and not self._near(figure, nearby.TAIL_STANDS, 3)

    # --- persons ---

    def _people(self, figure: Figure, last: int) -> list[QuantityKind]:
        words = self._sentence(figure)
        is_moved = any(nearby.MOVED[word] for word in words)
        is_queue = "border_queue" in self.themes and self._near(figure, nearby.QUEUEING_PEOPLE, 8)
        if self._word(figure.first - 1) == "по" or self._is_age(figure, last):
            return []
        if is_queue and not self._near(figure, nearby.MOVED, 6):
            return ["queue_people"]
        return ["people_count"] if self._is_counted(figure, words, last, is_moved=is_moved) else []

    def _is_counted(self, figure: Figure, words: Sequence[str], last: int, *, is_moved: bool) -> bool:
        """Tell whether persons are those detained, called up, sent off, arrived, left, turned back or led aside."""
        after = [self._word(last + n) for n in (0, 1, 2)]
        if any(nearby.GUARDS[word] for word in after) or any(nearby.CHILDREN[word] for word in after):
            return False
        if (figure.high or figure.low or 0) <= 1 and not self._near(figure, nearby.MOVED, 4):
            return False
        if self._near(figure, nearby.MOVED, 12, ends=CLAUSE_ENDS):
            return bool(self.themes - NO_PEOPLE_THEMES) and not self._is_only_near(figure, nearby.UNCOUNTED, 3, nearby.MOVED)
        if is_moved:
            return bool(self.themes - NO_PEOPLE_THEMES) and not self._near(figure, nearby.UNCOUNTED, 6)
        is_uncounted = any(nearby.UNCOUNTED[word] for word in words)
        is_small = self._word(figure.first) in COLLECTIVE
        return bool(self.themes & PEOPLE_THEMES - {"protest", "border_control"}) and not is_uncounted and not is_small

    def _is_only_near(self, figure: Figure, starts: nearby.Beginnings, reach: int, unless: nearby.Beginnings) -> bool:
        return self._near(figure, starts, reach) and not self._near(figure, unless, reach + 1)

    def _is_age(self, figure: Figure, last: int) -> bool:
        """Tell «мужчин до 35», «мужчины 18-60», «20-летних»."""
        low, high = figure.low, figure.high
        if any(nearby.AGES[self._word(last + n)] for n in (0, 1, 2)):
            return True
        is_grown_up = all(16 <= bound <= 75 for bound in (low, high) if bound is not None) and not figure.is_scaled
        is_bare = last == figure.last
        return (
            is_bare
            and is_grown_up
            and (
                self._word(figure.first - 1) in nearby.BY_AGE
                or (low != high and low is not None and high is not None and high - low >= 8)
            )
        )

    def _sentence(self, figure: Figure) -> list[str]:
        """Give the words of the figure's sentence."""
        return self.texts[slice(*self._between(figure, SENTENCE_ENDS))]

    def _between(self, figure: Figure, ends: str) -> tuple[int, int]:
        """Give the pieces from behind the last of the stops ``ends`` before the figure to the first after it."""
        stops = self._stops.get(ends)
        if stops is None:
            stops = self._stops[ends] = [
                index for index, (kind, text, _) in enumerate(self.items) if kind == "stop" and text in ends
            ]
        place = bisect(stops, figure.first)
        after = bisect(stops, figure.last)
        return stops[place - 1] + 1 if place else 0, stops[after] if after < len(stops) else len(self.items)

    # --- numbers without a unit ---

    def _unitless(self, figure: Figure) -> list[QuantityKind]:
        if self._is_name(figure) or self._is_age(figure, figure.last):
            return []
        if self._is_bare_count(figure):
            return ["people_count"]
        if "border_queue" in self.themes and any(self._word(figure.first - n) in nearby.AHEAD for n in (1, 2, 3, 4)):
            is_foot = any(nearby.ON_FOOT[text] for text in self.texts)
            return ["queue_people" if is_foot else "queue_cars"]
        if "border_queue" in self.themes and self._is_bare_wait(figure):
            return ["wait_hours"]
        if "border_queue" in self.themes and (figure.low or figure.high or 0) >= 10 and self._near(figure, nearby.TAIL_STANDS, 2):
            return ["queue_cars"] if self._is_end(figure) and any(self._is_unit(text, "cars") for text in self.texts) else []
        return ["price_rub"] if self._is_bare_price(figure) else []

    def _is_bare_wait(self, figure: Figure) -> bool:
        """Tell «ехали 11 часов, прошли за 7»."""
        is_spent = self._word(figure.first - 1) == "за" and self._is_end(figure) and self._near(figure, nearby.CROSSED, 3)
        return is_spent and (figure.high or 0) <= MOST_BARE_HOURS and any(self._is_unit(text, "hours") for text in self.texts)

    def _is_unit(self, text: str, name: str) -> bool:
        unit = self.units.of(text)
        return unit is not None and unit[0] == name and unit[1] == 1

    def _is_end(self, figure: Figure) -> bool:
        return self._is_stop(figure.last + 1)

    def _is_name(self, figure: Figure) -> bool:
        """Tell «статья 20», «рейс 1234», «№ 5», «5%», a year."""
        before = self._word(figure.first - 1)
        is_year = (
            self.items[figure.first].kind == "number"
            and 1900 <= (figure.low or 0) <= 2100
            and figure.low == figure.high
            and not figure.is_scaled
        )
        return before in nearby.NUMBERED_BEFORE or self._word(figure.last + 1) == "%" or (is_year and before != "задержано")

    def _is_bare_count(self, figure: Figure) -> bool:
        first, value = self._word(figure.first), figure.low or figure.high or 0
        if (
            not self.themes & COUNTED_THEMES
            or not self._near(figure, nearby.MOVED, 7 if first in COLLECTIVE or figure.is_scaled else 3, ends=PHRASE_ENDS)
            or self._word(figure.first - 1) in ("в", "на", "к", "по", "с", "за", "at", "on", "of")
        ):
            return False
        if any(nearby.GUARDS[self._word(figure.last + n)] for n in (1, 2)):
            return False
        if self._near(figure, nearby.UNCOUNTED, 2) and not self._near(figure, nearby.MOVED, 2):
            return False
        if 16 <= value <= 75 and self._near(figure, nearby.AGED, 2):
            return False
        is_persons = first in COLLECTIVE or first in ("одного", "одну")
        is_persons |= first in nearby.SMALL_ENGLISH and self._word(figure.last + 1) in nearby.SAID_ALONE
        is_end = (
            self._word(figure.last + 1) == ""
            or self.items[figure.last + 1].kind != "word"
            or self._word(figure.last + 1) in NOT_SKIPPED
        )
        is_told = (
            is_end or nearby.MOVED[self._word(figure.last + 1)] or any(nearby.MOVED[self._word(figure.first - n)] for n in (1, 2))
        )
        if is_persons:
            return True
        return is_told and (figure.is_scaled or (self.items[figure.first].kind == "number" and value >= 2) or value >= 10)

    def _is_bare_price(self, figure: Figure) -> bool:
        value = figure.low or figure.high or 0
        if "exit_transport" not in self.themes or not LEAST_BARE_PRICE <= value < MOST_BARE_PRICE or self._is_foreign_money():
            return False
        is_number = self.items[figure.first].kind == "number"
        is_alone = self._is_stop(figure.first - 1) and self._is_stop(figure.last + 1)
        is_told = is_alone or self._near(figure, nearby.PRICED, 8)
        return figure.is_scaled or (is_number and not self._near(figure, nearby.KIT, 5) and is_told)

    def _is_stop(self, index: int) -> bool:
        return not 0 <= index < len(self.items) or self.items[index].kind == "stop"

    def _is_foreign_money(self) -> bool:
        """Tell whether the text counts in tenge, lari or euro and never in roubles."""
        names = {unit[0] for item in self.items if item.kind in ("word", "mark") and (unit := self.units.of(item.text))}
        return "foreign" in names and "rub" not in names

    def _near(self, figure: Figure, starts: nearby.Beginnings, reach: int, *, ends: str = SENTENCE_ENDS) -> bool:
        """Tell whether a word with such a beginning stands at most ``reach`` pieces away, none of the stops ``ends`` between."""
        low, high = self._between(figure, ends)
        low, high = max(low, figure.first - reach), min(high, figure.last + reach + 1)
        return any(map(starts.__getitem__, self.texts[low:high]))

    def _waits(self) -> list[tuple[Wait, Quantity]]:
        """Give waiting times without a number and unit, with the figures they are."""
        if not self.themes & QUEUE_THEMES:
            return []
        return [(wait, self._waited(wait)) for wait in find_waits(self.items, self.units.of) if self._is_told_as_wait(wait)]

    def _is_told_as_wait(self, wait: Wait) -> bool:
        """Tell whether a bare unit is a wait; ordinals and hours of the day say so themselves."""
        is_bounded = "border_queue" in self.themes and wait.low != wait.high
        if wait.first < wait.last or is_bounded:
            return True
        return self._near(Figure(wait.first, wait.last, 1.0, None), nearby.WAITING, 9, ends="") and self._is_wait(
            Figure(wait.first, wait.last, 1.0, None), ("hours", 24.0), wait.last
        )

    def _waited(self, wait: Wait) -> Quantity:
        span = self.items.span(wait.first, wait.last)
        place_id = self.whereabouts.of("wait_hours", span)
        return Quantity(kind="wait_hours", low=wait.low, high=wait.high, span=span, place_id=place_id)


def _times(bound: float | None, factor: float) -> float | None:
    return None if bound is None else round(bound * factor, 2)


def _added(one: Quantity, other: Quantity) -> Quantity:
    """Give «2 часа 30 минут» as one figure."""
    total = round((one.low or 0.0) + (other.low or 0.0), 2)
    return replace(one, low=total, high=total, span=(one.span[0], max(one.span[1], other.span[1])))


def _said_once(found: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Leave out what a text only repeats («семь часов! СЕМЬ ЧАСОВ»)."""
    kept: list[Quantity] = []
    for quantity in found:
        if not any(_is_repeated(earlier, quantity) for earlier in kept):
            kept.append(quantity)
    return tuple(kept)


def _is_repeated(one: Quantity, other: Quantity) -> bool:
    """Tell whether two figures are equal and neither their direction nor their mode sets them apart."""
    if (one.kind, one.low, one.high, one.place_id) != (other.kind, other.low, other.high, other.place_id):
        return False
    return not any(a and b and a != b for a, b in ((one.direction, other.direction), (one.mode, other.mode)))
