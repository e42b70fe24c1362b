"""Find figures with their unit in a text: waiting hours, kilometres, cars, people, prices; and the place they are about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter

from monitor.classify import nearby
from monitor.classify.circumstances import Found, with_circumstances
from monitor.classify.clocks import MONTHS
from monitor.classify.counting import DAY, MOST_BARE_HOURS, NO_PEOPLE_THEMES, NOT_COUNTED_BEFORE, Counting
from monitor.classify.known import BITS
from monitor.classify.lengths import KILOMETRE, find_lengths
from monitor.classify.numbers import AT_ONCE, HALVES, HIGH_AFTER, LOW_AFTER, MORE_AFTER, Figure, figures, open_bound
from monitor.classify.numerals import COLLECTIVE, spelled
from monitor.classify.pieces import DIGITS, NUMBER, SENTENCE_ENDS, UP_TO, Pieces
from monitor.classify.units import Units
from monitor.classify.waits import BEGINS, LIST_REACH, find_waits
from monitor.model import PlaceMention, Quantity, QuantityKind
from monitor.text import tokenise

QUEUE_KINDS = frozenset({"queue_cars", "queue_km", "queue_people", "wait_hours"})
MOST_AFTER = frozenset({("от", "силы"), ("at", "most"), ("or", "less"), ("и", "меньше"), ("и", "менее")})
LIST_GOES_ON = spelled(
    "и а і and за с per на было была был стоило стоил було was were cost იყო ღირდა болды болған еді иде oldu idi էր oli war"
)
BOUNDS_AFTER = BITS.exactly(("+", *LOW_AFTER, *HIGH_AFTER, *(words[0] for words in (*MORE_AFTER, *MOST_AFTER))))
_BY_PLACE = attrgetter("span", "kind")
FAR, NEAR, LEAST_SMALL_PRICE = 50, 5, 10
"""Prices of one list are no further apart than this many times; those of one currency, where none is named, than that."""
WHO_WAITS = spelled("фуры автобусы легковые грузовые грузовики машины большегрузы trucks lorries buses coaches cars вантажівки")
"""Before a number and behind a wait these tell who waits so long; «фур 12» counts them."""
EACH = spelled("носа человека чел рыла головы души брата место людини")
LEAST_THOUSANDS, MOST_THOUSANDS = 5, 300
"""What a seat costs in thousands of roubles, at least and at most."""
DATE = re.compile(r"[0-3]?\d\.[01]\d")
MORE = ("еще", "ще", "another", "яшчэ")
SINCE_THEN = spelled("осталось сейчас теперь уже сегодня стало было вчера утром вечером now today was yesterday тепер зараз вже")
"""Between two figures of one kind: «в пятницу 20 км, к воскресенью осталось 12»."""


def find_quantities(text: str, *, themes: frozenset[str], places: Sequence[PlaceMention], units: Units) -> tuple[Quantity, ...]:
    """Give the figures of a text that carries ``themes`` and names ``places``; nothing where it carries no theme."""
    if themes <= NO_PEOPLE_THEMES:
        return ()
    folded = tokenise(text).folded  # without links: an address is full of numbers
    items = Pieces(folded, units)
    if not items.all_bits & (NUMBER | DIGITS | AT_ONCE | BEGINS | KILOMETRE):
        return ()
    found = _one_a_start(_Reader(folded, items, themes, places, units).read())
    return _said_once(with_circumstances(text, found))


class _Reader(Counting):
    """Reads the figures of one text."""

    def __init__(self, folded: str, items: Pieces, themes: frozenset[str], places: Sequence[PlaceMention], units: Units) -> None:
        super().__init__(folded, items, themes, places, units)
        self.found: list[Found] = []
        self.bare: list[Figure] = []
        """Numbers without a unit that no figure has followed yet."""
        self.taken, self.factor, self.is_scaled = -1, 1.0, False
        """How far the text is read; the last figure's factor, and whether «тыс» stood with its number."""

    def read(self) -> list[Found]:
        """Give the figures in the order they stand."""
        waits = self._waits() if self.is_queue else []
        lengths = find_lengths(self.items) if self.is_queue else []
        for figure in figures(self.items):
            if figure.first > self.taken and not (waits and _is_part(figure, waits)):
                self._take(figure)
        if len(self.bare) > 1 and not self.found and "detention" in self.themes:
            self.found += [self._alike(early, "people_count", 1.0) for early in self.bare if self._is_of_list(early)]
        for wait in waits:
            self.found.append(self._told(wait, "wait_hours"))
        for length in lengths:
            self.found.append(self._told(length, "queue_km"))
        return sorted(self.found, key=_BY_PLACE)

    def _take(self, figure: Figure) -> None:
        """Add what a number tells to what is found; one without a unit may take that of an earlier or later one."""
        if self._is_repeated(figure):
            return
        unit, last = self._unit(figure)
        kind = self._kind(figure, unit, last)
        if unit is not None and unit[0] in ("cars", "buses") and last < figure.first and self._is_wait_of(figure, last):
            unit, last, kind = ("hours", 1.0), figure.last, "wait_hours"
        if kind is None and unit is None and self._is_fare_in_thousands(figure):
            unit, kind = ("rub", 1e3), "price_rub"
        if kind == "price_rub" and unit is None and self._is_in_dollars(figure):
            kind = "price_usd"
        if kind is None and unit is None:
            elliptic = self._elliptic(figure) if self.found else None
            if elliptic is None:
                self.bare.append(figure)
                return
            self.found.append(elliptic)
            self.taken = figure.last
            return
        self.taken = last
        if kind is None:
            return
        factor = unit[1] if unit else 1.0
        if kind == "wait_hours" and last < figure.first and self.texts[last] in DAY and figure.low == figure.high:
            figure = figure._replace(low=(figure.low or 1.0) - 1.0)  # «день третий»
        after_unit = self.texts[last + 1 : last + 3]
        if kind == "wait_hours" and after_unit in HALVES and figure.low == figure.high is not None:
            figure = figure._replace(low=(figure.low or 0.0) + 0.5, high=(figure.low or 0.0) + 0.5)  # «три часа с половиной»
            self.taken = last + 2
        quantity = self._read(figure, last, kind, factor)
        if kind == "wait_hours" and factor < self.factor and self.found and self._goes_on(quantity, figure):
            self.found[-1] = _added(self.found[-1], quantity)
            return
        if self.bare:
            self.found += [self._alike(early, kind, factor) for early in self.bare if self._is_alike(early, quantity, figure)]
        self.found.append(quantity)
        self.bare, self.factor, self.last_unit, self.is_scaled = [], factor, last, figure.is_scaled or factor >= 1000

    def _is_repeated(self, figure: Figure) -> bool:
        """Tell «пять тысяч баксов (5000)»."""
        if not self.found or self.texts[figure.first - 1] != "(" or self.texts[figure.last + 1] != ")":
            return False
        return figure.low is not None and figure.low == self.found[-1].low and figure.first == self.last_unit + 2

    def _is_wait_of(self, figure: Figure, last: int) -> bool:
        """Tell «легковые 5 часов, фуры 12», "two hours by car, trucks five": who waits, not how many."""
        is_after_wait = bool(self.found) and self.found[-1].kind == "wait_hours" and self.factor == 1.0
        is_short = self._is_end(figure) and (figure.high or figure.low or 0) <= MOST_BARE_HOURS
        is_near = not self.items.any_of(self.last_unit + 1, figure.first) & SENTENCE_ENDS
        return is_after_wait and is_short and is_near and self.texts[last] in WHO_WAITS

    def _is_fare_in_thousands(self, figure: Figure) -> bool:
        """Tell «просит по 25 с носа»: who leaves out the thousands also leaves out the roubles."""
        value = figure.low or figure.high or 0.0
        behind = self.texts[figure.last + 1 : figure.last + 3]
        is_each = behind[0] in ("с", "за") and behind[1] in EACH and not figure.is_scaled
        is_fare = is_each and LEAST_THOUSANDS <= value <= MOST_THOUSANDS and "exit_transport" in self.themes
        return is_fare and not self._holds_unit("usd") and not self._is_foreign_money()

    def _is_in_dollars(self, figure: Figure) -> bool:
        """Tell «1800 долларов, через Ереван 1200»."""
        if not self.found or self.found[-1].kind != "price_usd":
            return False
        value, known = figure.low or figure.high or 0.0, self.found[-1].low or self.found[-1].high or 0.0
        return known / NEAR <= value <= known * NEAR

    def _is_of_list(self, early: Figure) -> bool:
        """Tell «Москва 390, Питер 152» of those detained."""
        is_count = (
            early.low is not None
            and early.low == int(early.low)
            and (self.pieces[early.first].kind == "number" or self._is_after_place(early))
        )
        is_share = self.texts[early.last + 1] == "%"
        return is_count and not is_share and self.texts[early.first - 1] not in NOT_COUNTED_BEFORE

    def _is_alike(self, early: Figure, quantity: Found, figure: Figure) -> bool:
        """Tell «Озинки 5» before «Маштаково 9 часов», «кофе по 400» before «бензин 300 рублей»."""
        if quantity.kind in ("price_rub", "price_usd"):
            return self._is_price_of_list(early, quantity) and not self._is_stop_between(early, figure)
        if quantity.kind == "people_count":  # «в Томске 18, в Омске задержали девять»
            is_near = figure.first - early.last <= LIST_REACH and "detention" in self.themes and not self._is_clock_or_date(early)
            return is_near and self._is_end(early) and self._is_after_place(early) and self._is_of_list(early)
        return quantity.kind in QUEUE_KINDS and self._is_after_place(early) and self._is_after_place(figure)

    def _is_price_of_list(self, early: Figure, quantity: Found) -> bool:
        value, known = early.low or 0.0, quantity.low or quantity.high or 0.0
        is_end = self._is_end(early) or self.texts[early.last + 1] in LIST_GOES_ON
        is_near = value >= LEAST_SMALL_PRICE and known / FAR <= value <= known * FAR
        return is_near and is_end and self._is_said_of(early.first - 1) and not self._is_clock_or_date(early)

    def _is_stop_between(self, early: Figure, figure: Figure) -> bool:
        return self._between(early, SENTENCE_ENDS) != self._between(figure, SENTENCE_ENDS)

    def _goes_on(self, quantity: Found, figure: Figure) -> bool:
        """Tell «2 часа 30 минут»: a time right behind one in a greater unit."""
        before = self.found[-1]
        between = self.texts[self.last_unit + 1 : figure.first]
        is_near = between in ((), ("и",), ("і",), ("and",), ("-",))
        is_exact = before.low == before.high is not None and quantity.low == quantity.high is not None
        return before.kind == quantity.kind and is_near and is_exact

    def _elliptic(self, figure: Figure) -> Found | None:
        """Read «Озинки — 60» after «Сагарчин 30 машин», «чай 90» after «суп 200 рублей»: the unit is the same."""
        earlier, after, before = self.found[-1], self.texts[figure.last + 1], self.texts[figure.first - 1]
        is_tied = self._is_before_place(figure)
        is_end = self._is_end(figure) or after in LIST_GOES_ON or (before in MORE and figure.is_scaled)
        is_whose = earlier.kind == "wait_hours" and self._is_whose(figure)
        is_end = is_end or is_whose or (before in SINCE_THEN and after in ("в", "у", "in", "on", "at"))
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
                if (is_tied or self._is_after_place(figure) or self._is_said_of(figure.first - 1)) and not self._is_course(figure)
                else None
            )
        is_more = before in MORE and earlier.kind in ("people_count", "queue_cars")
        is_since = before in SINCE_THEN or (before in MORE and self.texts[figure.first - 2] in SINCE_THEN)
        is_changed = is_since and earlier.kind in QUEUE_KINDS
        is_told = is_tied or is_more or is_changed or is_whose or self._is_after_place(figure)
        return (
            self._alike(figure, earlier.kind, self.factor) if is_told and earlier.kind in QUEUE_KINDS | {"people_count"} else None
        )

    def _is_whose(self, figure: Figure) -> bool:
        """Tell «два часа для легковых, шесть для фур», "nineteen for cars"."""
        unit = self.pieces[figure.last + 2].unit
        return self.texts[figure.last + 1] in ("for", "для") and unit is not None and unit[0] in ("cars", "buses", "people")

    def _elliptic_price(self, figure: Figure, earlier: Found) -> Found | None:
        """Read «брал по 95 тысяч, отдам по 120»; what is far from the earlier price without that is no price."""
        value, known = figure.low or figure.high or 0.0, earlier.low or earlier.high or 0.0
        if self.texts[figure.first] in COLLECTIVE:
            return None
        if value * FAR < known and self.is_scaled and not figure.is_scaled:
            return self._alike(figure, earlier.kind, 1e3)
        is_date = self.texts[figure.first - 1] in ("на", "к", "с", "до") and value <= 31
        return (
            self._alike(figure, earlier.kind, 1.0)
            if value >= LEAST_SMALL_PRICE and value * FAR >= known and not is_date
            else None
        )

    def _is_course(self, figure: Figure) -> bool:
        """Tell «доллар сегодня по 58»."""
        near = self.pieces[max(figure.first - 4, 0) : figure.first]
        return any(piece.text.startswith(("доллар", "долар", "евро", "курс", "dollar", "рубл")) for piece in near[-4:]) and any(
            piece.text == "по" for piece in near[-1:]
        )

    def _is_said_of(self, back: int) -> bool:
        while self.texts[back] in ("по", "-", "—", "–", "за", "от", "до"):
            back -= 1
        return back >= 0 and self.pieces[back].kind == "word"

    def _alike(self, figure: Figure, kind: QuantityKind, factor: float) -> Found:
        span = self.items.span(figure.first, figure.last)
        return Found(kind, *_times(figure, factor), span, self.whereabouts.of(kind, span))

    def _is_clock_or_date(self, figure: Figure) -> bool:
        before = self.texts[figure.first - 1]
        is_day = (before.startswith(MONTHS) and (figure.low or 0) <= 31) or bool(DATE.fullmatch(self.texts[figure.first]))
        return (
            is_day
            or 1900 <= (figure.low or 0) <= 2100
            or (before in ("в", "к", "с", "at", "№", "о", "от", "около") and (figure.low or 0) <= 24)
        )

    def _read(self, figure: Figure, last: int, kind: QuantityKind, factor: float) -> Found:
        """Read a number whose unit, or what stands for it, ends or begins at ``last``."""
        span = self.items.span(figure.first, last) if last >= figure.last else self.items.span(last, figure.last)
        bounded = self._bounded_after(figure, last) if figure.low == figure.high else figure
        return Found(kind, *_times(bounded, factor), span, self.whereabouts.of(kind, span))

    def _bounded_after(self, figure: Figure, last: int) -> Figure:
        """Open a bound for «20 часов с лишним», «10 км и больше», "5 hours or more", «5 сағатқа дейін»."""
        is_up_to = self.items.all_bits & UP_TO and self.items.any_of(figure.last, last + 1) & UP_TO
        if not (is_up_to or self.bits[last + 1] & BOUNDS_AFTER):
            return figure
        pair = self.texts[last + 1 : last + 3]
        if pair in MORE_AFTER or pair[0] in LOW_AFTER or (pair[0] == "+" and last > figure.last):
            return open_bound(figure, "low")
        return open_bound(figure, "high") if is_up_to or pair in MOST_AFTER or pair[0] in HIGH_AFTER else figure

    def _waits(self) -> list[Figure]:
        """Give waiting times without a number and unit."""
        return [wait for wait in find_waits(self.items) if self._is_told_as_wait(wait)]

    def _is_told_as_wait(self, wait: Figure) -> bool:
        """Tell whether a bare unit is a wait; ordinals and hours of the day say so themselves."""
        if wait.first < wait.last or "border_queue" in self.themes:
            return True
        bare = Figure(wait.first, wait.last, 1.0, None)
        return self._near(bare, nearby.WAITING, 9, ends=0) and self._is_wait(bare, ("hours", 24.0), wait.last)

    def _told(self, told: Figure, kind: QuantityKind) -> Found:
        span = self.items.span(told.first, told.last)
        return Found(kind, told.low, told.high, span, self.whereabouts.of(kind, span))


def _is_part(figure: Figure, waits: Sequence[Figure]) -> bool:
    """Tell whether a number is part of a waiting time that was read."""
    return any(wait.first <= figure.last and figure.first <= wait.last for wait in waits)


def _times(figure: Figure, factor: float) -> tuple[float | None, float | None]:
    """Give both bounds of a number in the unit that counts."""
    low = None if figure.low is None else _rounded(figure.low * factor)
    if figure.high == figure.low:
        return low, low
    return low, None if figure.high is None else _rounded(figure.high * factor)


def _rounded(value: float) -> float:
    return value if value.is_integer() else round(value, 2)


def _added(one: Found, other: Found) -> Found:
    """Give «2 часа 30 минут» as one figure."""
    total = round((one.low or 0.0) + (other.low or 0.0), 2)
    return one._replace(low=total, high=total, span=(one.span[0], max(one.span[1], other.span[1])))


def _one_a_start(found: list[Found]) -> list[Found]:
    """Keep the shorter of two figures of a kind that begin at the same word («under an hour forty»)."""
    if len(found) < 2:
        return found
    kept: dict[tuple[str, int], Found] = {}
    for each in found:
        kept.setdefault((each.kind, each.span[0]), each)
    return list(kept.values())


def _said_once(found: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Leave out what a text only repeats («семь часов! СЕМЬ ЧАСОВ»)."""
    if len(found) < 2:
        return tuple(found)
    kept: list[Quantity] = []
    alike: dict[tuple[object, ...], list[Quantity]] = {}
    for quantity in found:
        earlier = alike.setdefault((quantity.kind, quantity.low, quantity.high, quantity.place_id), [])
        if not earlier or not any(_is_repeated(one, quantity) for one in earlier):
            earlier.append(quantity)
            kept.append(quantity)
    return tuple(kept)


def _is_repeated(one: Quantity, other: Quantity) -> bool:
    """Tell whether neither their direction nor their mode sets two equal figures apart."""
    return not any(a and b and a != b for a, b in ((one.direction, other.direction), (one.mode, other.mode)))
