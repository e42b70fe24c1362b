"""Find figures with their unit in a text: waiting hours, kilometres, cars, people, prices; and the place they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.classify.circumstances import with_circumstances
from monitor.classify.numbers import GLUED, Figure, Pieces, figures
from monitor.classify.waits import Wait, find_waits
from monitor.model import PlaceMention, Quantity, QuantityKind
from monitor.text import Remembered, fold

QUEUE_THEMES = frozenset({"border_queue", "humanitarian", "border_control"})
PEOPLE_THEMES = frozenset({"detention", "protest", "mobilisation", "departures", "refuge", "border_control"})
PRICE_THEMES = frozenset({"exit_transport", "border_queue", "humanitarian"})

Beginnings = Mapping[str, bool]


def _begins(*starts: str) -> Beginnings:
    """Tell of any word whether it begins with one of ``starts``."""
    return Remembered(lambda word: word.startswith(starts))


WAITING = _begins(
    "сто", "жд", "ожид", "прожд", "просто", "отсто", "очеред", "прош", "проех", "чер", "чек", "стої", "queue", "line", "wait",
    "stuck", "stood", "რიგ", "დგ", "იდგ", "ელოდ", "кезек", "тұр", "күт", "чарг", "чарз", "jono", "növbə", "հերթ", "zagra",
    "ларс", "lars", "ლარს", "погран", "хвост", "движ", "суток", "сутк", "впереди", "змейк", "не",
)  # fmt: skip
NOT_WAITING = _begins(
    "ехат",
    "езды",
    "пути",
    "лета",
    "лёт",
    "полет",
    "drive",
    "flight",
    "скор",
    "назад",
    "ago",
    "дорог",
    "через",
    "каждые",
)
CLOCK_AFTER = ("утра", "вечера", "дня", "ночи", "ранку", "вечора", "am", "pm", "мск")
DISTANCE_AFTER = ("от", "до", "from", "away", "від")
PER_HOUR = ("в", "per", "an", "на", "за")
DETAINED = _begins("задержан", "задержал", "detained", "arrested", "saxlan", "затрим", "დაკავ", "ұстал")
PERSONS = _begins(
    "росси", "русск", "росія", "резерв", "мобик", "мобілізов", "мобилизован", "мобік", "detained", "arrested", "rus", "რუს",
    "иргэн", "venäl", "ресейл", "людей", "задержан", "protest", "адам", "чел", "reservist", "men", "пеш", "граждан", "громад",
)  # fmt: skip
COLLECTIVE = ("двоих", "троих", "четверых", "пятерых", "десятерых", "двое", "трое", "two", "three", "двох", "трьох")
LEFT_TO_GO = _begins("продвин", "осталось")
QUEUEING_PEOPLE = _begins("пеш", "піш", "очеред", "queue", "line", "стоят", "черз", "черг", "peshih")
KIT = _begins("штраф", "зарплат", "выплат", "кредит", "налог", "fine", "salary", "аренда квартир")


MORE_AFTER = frozenset(
    {("с", "лишним"), ("з", "гаком"), ("и", "больше"), ("и", "более"), ("і", "більше"), ("or", "more"), ("and", "more")}
)
QUEUE_KINDS = frozenset({"queue_cars", "queue_km", "queue_people", "wait_hours"})
REMEMBERED_WORDS = 100_000
ABOUT = ("около", "примерно", "почти", "где-то", "around", "about", "some", "roughly", "almost", "близько", "майже")


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


SCALE_FORMS = ("", "а", "і", "и", "яча", "ячи", "яч", "ов", "ів", "s", "ი")


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
        self.items = Pieces(fold(text))
        self.texts = self.items.texts
        self.themes = themes
        self.places = places
        self.units = units

    def read(self) -> tuple[Quantity, ...]:
        found: list[Quantity] = []
        taken = -1
        waits = self._waits()
        for figure in figures(self.items, self.units.scales):
            if figure.first <= taken or any(wait.first <= figure.last and figure.first <= wait.last for wait, _ in waits):
                continue
            quantity, last = self._read(figure)
            if quantity is None and found:
                quantity = self._elliptic(figure, found[-1])
            if quantity is not None:
                taken = last
                found.append(quantity)
        found += [quantity for _, quantity in waits]
        return tuple(sorted(found, key=lambda q: (q.span, q.kind)))

    def _elliptic(self, figure: Figure, earlier: Quantity) -> Quantity | None:
        """Read «Озинки — 60» after «Сагарчин 30 машин», «чай 90» after «суп 200 рублей»: the unit is the same."""
        item, follower = self.items[figure.first], figure.last + 1
        is_bare = item.kind == "number" and (figure.low or 0) >= 5 and not self._is_clock_or_date(figure)
        if (
            not is_bare
            or (follower < len(self.items) and self.items[follower].kind != "stop")
            or self._word(follower) in (":", "/")
        ):
            return None
        back = figure.first - 1
        while back >= 0 and (self.items[back].kind == "mark" or self._word(back) in ABOUT):
            back -= 1
        if back < 0 or self.items[back].kind != "word":
            return None
        is_after_place = any(place.span[0] < self.items.span(back, back)[1] <= place.span[1] for place in self.places)
        is_price = earlier.kind in ("price_rub", "price_usd") and (figure.low or 0) >= 10 and back == figure.first - 1
        if not is_price and not (is_after_place and earlier.kind in QUEUE_KINDS):
            return None
        span = self.items.span(figure.first, figure.last)
        return Quantity(
            kind=earlier.kind, low=figure.low, high=figure.high, span=span, place_id=self._place(earlier.kind, span[0])
        )

    def _is_clock_or_date(self, figure: Figure) -> bool:
        return 1900 <= (figure.low or 0) <= 2100 or self._word(figure.first - 1) in ("в", "к", "с", "at", "№", "о", "от")

    def _read(self, figure: Figure) -> tuple[Quantity | None, int]:
        unit, last = self._unit(figure)
        span = self._span(figure, last)
        for kind in self._kinds(figure, unit, last):
            factor = unit[1] if unit else 1.0
            low = None if figure.low is None else round(figure.low * factor, 2)
            high = None if figure.high is None else round(figure.high * factor, 2)
            if low == high and self._is_more_after(last):
                high = None
            return Quantity(kind=kind, low=low, high=high, span=span, place_id=self._place(kind, span[0])), last
        return None, last

    def _is_more_after(self, last: int) -> bool:
        """Tell «20 часов с лишним», «10 км и больше», "5 hours or more"."""
        return (self._word(last + 1), self._word(last + 2)) in MORE_AFTER

    def _span(self, figure: Figure, last: int) -> tuple[int, int]:
        return self.items.span(min(figure.first, last), max(figure.last, last))

    def _word(self, index: int) -> str:
        return self.texts[index] if 0 <= index < len(self.texts) else ""

    def _unit(self, figure: Figure) -> tuple[tuple[str, float] | None, int]:
        """Find the unit after the number, or a currency sign or counted word before it («машин 30», «км 15», «$700»)."""
        glued = GLUED.get(self._word(figure.first))
        if glued:
            return self.units.of(glued), figure.last
        for after in (figure.last + 1, figure.last + 2):
            unit = self.units.of(self._word(after))
            if unit and (after == figure.last + 1 or self._may_skip(figure.last + 1)):
                return unit, after
        before = self.units.of(self._word(figure.first - 1))
        if before and not self._belongs_to_earlier_number(figure.first - 1):
            return before, figure.first - 1
        return None, figure.last

    def _may_skip(self, index: int) -> bool:
        word = self._word(index)
        if not word:
            return False
        if word == "of":
            return self._word(index - 1) == "couple"
        return word == "-" or (self.items[index].kind == "word" and word not in ("и", "в", "на", "до", "от", "of", "in", "and"))

    def _belongs_to_earlier_number(self, index: int) -> bool:
        return index > 0 and (self.items[index - 1].value is not None or self._word(index - 1) in self.units.scales)

    def _kinds(self, figure: Figure, unit: tuple[str, float] | None, last: int) -> list[QuantityKind]:
        name = unit[0] if unit else None
        if name == "hours":
            return ["wait_hours"] if self._is_wait(figure, unit, last) else []
        if name == "km":
            return ["queue_km"] if self.themes & QUEUE_THEMES and not self._is_distance(figure, last) else []
        if name == "cars":
            return ["queue_cars"] if self.themes & QUEUE_THEMES and not self._is_rate(last) else []
        if name == "rub" or name == "usd":
            kind: QuantityKind = "price_rub" if name == "rub" else "price_usd"
            return [kind] if self.themes & PRICE_THEMES and not self._near(figure, KIT, 5) else []
        if name == "people":
            return self._people(figure)
        return self._unitless(figure)

    def _is_wait(self, figure: Figure, unit: tuple[str, float] | None, last: int) -> bool:
        if not self.themes & QUEUE_THEMES or self._word(last + 1).startswith(CLOCK_AFTER):
            return False
        if self._word(figure.first - 1) in ("в", "к", "at", "о") and figure.low == figure.high and (figure.low or 0) <= 24:
            return False
        reach = 9 if unit and unit[1] >= 1 else 6
        return self._near(figure, WAITING, reach) and not self._near(figure, NOT_WAITING, 3)

    def _is_distance(self, figure: Figure, last: int) -> bool:
        after, before = self._word(last + 1), self._word(figure.first - 1)
        if after in ("ч", "/") or before in ("через",):
            return True
        return (after in DISTANCE_AFTER and before in ("в", "за", "километрах")) or self._near(figure, LEFT_TO_GO, 3)

    def _is_rate(self, last: int) -> bool:
        return self._word(last + 1) in PER_HOUR and self._word(last + 2).startswith(
            ("час", "hour", "день", "сутк", "day", "годин")
        )

    def _people(self, figure: Figure) -> list[QuantityKind]:
        is_queue = "border_queue" in self.themes and self._near(figure, QUEUEING_PEOPLE, 8)
        if is_queue and not self._near(figure, DETAINED, 6):
            return ["queue_people"]
        return ["people_count"] if self.themes & PEOPLE_THEMES else []

    def _unitless(self, figure: Figure) -> list[QuantityKind]:
        nexts = [self._word(figure.last + n) for n in (1, 2)]
        first = self._word(figure.first)
        if self.themes & PEOPLE_THEMES and (any(PERSONS[word] for word in nexts) or self._near(figure, DETAINED, 3)):
            is_count = self.items[figure.first].kind == "number" or (self.items[figure.first].value or 0) >= 10
            return ["people_count"] if is_count or first in COLLECTIVE or figure.is_scaled else []
        if first in COLLECTIVE and self.themes & PEOPLE_THEMES and nexts[0] not in ("суток", "доби"):
            return ["people_count"]
        if figure.is_scaled and "exit_transport" in self.themes and 1e3 <= (figure.low or figure.high or 0) < 1e6:
            return ["price_rub"]
        return []

    def _near(self, figure: Figure, beginnings: Beginnings, reach: int) -> bool:
        near = self.texts[max(figure.first - reach, 0) : figure.last + reach + 1]
        return any(map(beginnings.__getitem__, near))

    def _waits(self) -> list[tuple[Wait, Quantity]]:
        """Give waiting times without a number and unit, with the figures they are."""
        if not self.themes & QUEUE_THEMES:
            return []
        return [(wait, self._waited(wait)) for wait in find_waits(self.items, self.units.of) if self._is_told_as_wait(wait)]

    def _is_told_as_wait(self, wait: Wait) -> bool:
        """Tell whether a bare unit is a wait; ordinals and hours of the day say so themselves."""
        return wait.first < wait.last or self._is_wait(Figure(wait.first, wait.last, 1.0, None), ("hours", 1.0), wait.last)

    def _waited(self, wait: Wait) -> Quantity:
        span = self.items.span(wait.first, wait.last)
        place_id = self._place("wait_hours", span[0])
        return Quantity(kind="wait_hours", low=wait.low, high=wait.high, span=span, place_id=place_id)

    # --- what a figure is about ---

    def _place(self, kind: QuantityKind, start: int) -> str | None:
        crossings = [place for place in self.places if place.kind == "crossing"]
        if crossings:
            return _nearest(crossings, start).place_id
        if not self.places:
            return None
        if kind in ("price_rub", "price_usd"):
            before = [place for place in self.places if place.span[0] <= start]
            return (before if len(before) > 1 else self.places)[-1].place_id
        fine = [p for p in self.places if p.kind != "country"] if kind == "people_count" else []
        return _nearest(fine or self.places, start).place_id


def _nearest(places: Sequence[PlaceMention], start: int) -> PlaceMention:
    """Give the last place named before the figure, or the first one after it."""
    before = [place for place in places if place.span[0] <= start]
    return before[-1] if before else places[0]


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
