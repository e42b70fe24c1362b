"""Find figures with their unit in a text: waiting hours, kilometres, cars, people, prices; and the place they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.classify import nearby
from monitor.classify.around import SENTENCE_ENDS, Unit
from monitor.classify.circumstances import with_circumstances
from monitor.classify.counting import QUEUE_THEMES, Counting
from monitor.classify.numbers import HIGH_AFTER, LOW_AFTER, MORE_AFTER, Figure, figures, open_bound
from monitor.classify.numerals import COLLECTIVE
from monitor.classify.units import Units
from monitor.classify.waits import Wait, find_waits
from monitor.model import PlaceMention, Quantity, QuantityKind

QUEUE_KINDS = frozenset({"queue_cars", "queue_km", "queue_people", "wait_hours"})
MOST_AFTER = frozenset({("от", "силы"), ("at", "most"), ("or", "less"), ("и", "меньше"), ("и", "менее")})
LIST_GOES_ON = ("и", "а", "і", "and", "за", "с", "per", "на")
FAR, LEAST_SMALL_PRICE = 50, 10
"""Prices of one list are no further apart than this many times."""


def find_quantities(text: str, *, themes: frozenset[str], places: Sequence[PlaceMention], units: Units) -> tuple[Quantity, ...]:
    """Give the figures of a text that carries ``themes`` and names ``places``; nothing where it carries no theme."""
    if not themes:
        return ()
    return _said_once(with_circumstances(text, _Reader(text, themes, places, units).read()))


class _Reader(Counting):
    """Reads the figures of one text."""

    def __init__(self, text: str, themes: frozenset[str], places: Sequence[PlaceMention], units: Units) -> None:
        super().__init__(text, themes, places, units)
        self.found: list[Quantity] = []
        self.bare: list[Figure] = []
        """Numbers without a unit that no figure has followed yet."""
        self.taken, self.factor, self.is_scaled = -1, 1.0, False
        """How far the text is read; the last figure's factor, and whether «тыс» stood with its number."""

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
        self.bare, self.factor, self.last_unit, self.is_scaled = [], factor, last, figure.is_scaled or factor >= 1000

    def _is_alike(self, early: Figure, quantity: Quantity, figure: Figure) -> bool:
        """Tell «Озинки 5» before «Маштаково 9 часов», «кофе по 400» before «бензин 300 рублей»."""
        if quantity.kind in ("price_rub", "price_usd"):
            return self._is_price_of_list(early, quantity) and not self._is_stop_between(early, figure)
        return quantity.kind in QUEUE_KINDS and self._is_after_place(early) and self._is_after_place(figure)

    def _is_price_of_list(self, early: Figure, quantity: Quantity) -> bool:
        value, known = early.low or 0.0, quantity.low or quantity.high or 0.0
        is_end = self._is_end(early) or self._word(early.last + 1) in LIST_GOES_ON
        is_near = value >= LEAST_SMALL_PRICE and known / FAR <= value <= known * FAR
        return is_near and is_end and self._is_said_of(early.first - 1) and not self._is_clock_or_date(early)

    def _is_stop_between(self, early: Figure, figure: Figure) -> bool:
        return self._between(early, SENTENCE_ENDS) != self._between(figure, SENTENCE_ENDS)

    def _goes_on(self, quantity: Quantity, figure: Figure, factor: float) -> bool:
        """Tell «2 часа 30 минут»: a smaller unit right behind a greater one."""
        before = self.found[-1]
        between = self.texts[self.last_unit + 1 : figure.first]
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

    def _is_clock_or_date(self, figure: Figure) -> bool:
        before = self._word(figure.first - 1)
        return 1900 <= (figure.low or 0) <= 2100 or (
            before in ("в", "к", "с", "at", "№", "о", "от", "около") and (figure.low or 0) <= 24
        )

    def _read(self, figure: Figure) -> tuple[Quantity | None, int, Unit | None]:
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

    def _waits(self) -> list[tuple[Wait, Quantity]]:
        """Give waiting times without a number and unit, with the figures they are."""
        if not self.themes & QUEUE_THEMES:
            return []
        return [(wait, self._waited(wait)) for wait in find_waits(self.items, self.units.of) if self._is_told_as_wait(wait)]

    def _is_told_as_wait(self, wait: Wait) -> bool:
        """Tell whether a bare unit is a wait; ordinals and hours of the day say so themselves."""
        if wait.first < wait.last or "border_queue" in self.themes:
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
