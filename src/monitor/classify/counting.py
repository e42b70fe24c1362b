"""Tell what a number with its unit counts: a wait, a length of the queue, cars, persons, a price, or nothing asked for."""

from __future__ import annotations

from monitor.classify import nearby
from monitor.classify.around import NOT_SKIPPED, Around
from monitor.classify.numbers import Figure
from monitor.classify.numerals import COLLECTIVE
from monitor.classify.pieces import CLAUSE_ENDS, PHRASE_ENDS
from monitor.classify.units import Unit
from monitor.model import QuantityKind

QUEUE_THEMES = frozenset({"border_queue", "humanitarian", "border_control"})
PEOPLE_THEMES = frozenset({"detention", "protest", "mobilisation", "departures", "refuge", "border_control"})
PRICE_THEMES = frozenset({"exit_transport", "border_queue", "humanitarian", "border_control"})
COUNTED_THEMES = PEOPLE_THEMES | {"border_queue", "humanitarian"}
NO_PEOPLE_THEMES = frozenset({"penalties", "dissent", "advice"})
"""What is counted in posts of these alone is sentences, votes and ages."""
MOST_BARE_HOURS = 72
LEAST_BARE_PRICE, MOST_BARE_PRICE = 1_000, 1_000_000


class Counting(Around):
    """One text, with what its numbers count."""

    def _kind(self, figure: Figure, unit: Unit | None, last: int) -> QuantityKind | None:
        name = unit[0] if unit else None
        if name == "hours":
            return "wait_hours" if self._is_wait(figure, unit, last) else None
        if name == "km":
            return "queue_km" if self.themes & QUEUE_THEMES and not self._is_distance(figure, last) else None
        if name == "cars":
            return "queue_cars" if self.themes & QUEUE_THEMES and not self._is_passing(figure, last) else None
        if name == "rub" or name == "usd":
            kind: QuantityKind = "price_rub" if name == "rub" else "price_usd"
            return kind if self.themes & PRICE_THEMES and not self._near(figure, nearby.KIT, 5) else None
        if name == "people":
            is_fare = self.texts[last] == "чел" and figure.is_scaled and not self.themes & PEOPLE_THEMES
            return "price_rub" if is_fare and "exit_transport" in self.themes else self._people(figure, last)  # «7 тыс чел»
        return self._unitless(figure) if name is None else None

    def _is_wait(self, figure: Figure, unit: Unit | None, last: int) -> bool:
        if not self.themes & QUEUE_THEMES or self._is_moment(figure, unit, last):
            return False
        if self._near(figure, nearby.NOT_WAITING, 3, ends=CLAUSE_ENDS) or self._near(figure, nearby.STAYING, 4):
            return False
        if self.texts[figure.first - 1] == "на" and not self._near(figure, nearby.GROWN, 4):
            return False
        is_hours = unit is not None and unit[1] <= 1
        is_moments = unit is not None and unit[1] < 1 and (figure.high or figure.low or 0) <= 10
        if is_moments and not self._near(figure, nearby.SPENT, 4):
            return False
        if "border_queue" in self.themes and is_hours:
            return True
        return self._near(figure, nearby.WAITING, 9 if unit and unit[1] >= 1 else 6, ends=0)

    def _is_moment(self, figure: Figure, unit: Unit | None, last: int) -> bool:
        """Tell an hour of the day, a time ago, a time from now on, a rate."""
        after, before = self.texts[last + 1], self.texts[figure.first - 1]
        if (
            (unit and unit[1] == 1 and self.bits[last + 1] & nearby.CLOCK_AFTER)
            or after in nearby.AGO
            or before in nearby.FROM_NOW
        ):
            return not (before == "in" and self._near(figure, nearby.DONE, 6))
        is_hour = figure.low == figure.high and (figure.low or 0) <= 24 and unit is not None and unit[1] == 1
        return before in ("в", "к", "at", "о", "у") and is_hour and figure.last != last

    def _is_distance(self, figure: Figure, last: int) -> bool:
        after, before = self.texts[last + 1], self.texts[figure.first - 1]
        if self.bits[last + 2] & nearby.RATE and after in ("в", "за", "per", "an"):
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
        """Tell a rate or a count let through: «20 машин в час», «запускают по 10 машин», «за сутки выехало 300 машин»."""
        if self.texts[last + 1] in ("в", "per", "an", "на", "за", "a", "каждый", "/") and self.bits[last + 2] & nearby.RATE:
            return True
        if self.texts[figure.first - 1] == "по" or self.texts[last + 1] in ("дпс", "полиции", "скорой", "омон", "охраны"):
            return True
        return self._near(figure, nearby.PASSED, 4) and not self._near(figure, nearby.TAIL_STANDS, 3)

    def _people(self, figure: Figure, last: int) -> QuantityKind | None:
        is_queue = "border_queue" in self.themes and self._near(figure, nearby.QUEUEING_PEOPLE, 8)
        if self.texts[figure.first - 1] == "по" or self._is_age(figure, last):
            return None
        if is_queue and not self._near(figure, nearby.MOVED, 6):
            return "queue_people"
        return "people_count" if self._is_counted(figure, last) else None

    def _is_counted(self, figure: Figure, last: int) -> bool:
        """Tell whether persons are those detained, called up, sent off, arrived, left, turned back or led aside."""
        if any(self.bits[last + n] & (nearby.GUARDS | nearby.CHILDREN) for n in (0, 1, 2)):
            return False
        if (figure.high or figure.low or 0) <= 1 and not self._near(figure, nearby.MOVED, 4):
            return False
        if self._near(figure, nearby.MOVED, 12, ends=CLAUSE_ENDS):
            return bool(self.themes - NO_PEOPLE_THEMES) and not self._is_only_near(figure, nearby.UNCOUNTED, 3, nearby.MOVED)
        if self._is_in_sentence(figure, nearby.MOVED):
            return bool(self.themes - NO_PEOPLE_THEMES) and not self._near(figure, nearby.UNCOUNTED, 6)
        is_small = self.texts[figure.first] in COLLECTIVE
        is_told = bool(self.themes & PEOPLE_THEMES - {"protest", "border_control"})
        return is_told and not is_small and not self._is_in_sentence(figure, nearby.UNCOUNTED)

    def _is_only_near(self, figure: Figure, bits: int, reach: int, unless: int) -> bool:
        return self._near(figure, bits, reach) and not self._near(figure, unless, reach + 1)

    def _is_age(self, figure: Figure, last: int) -> bool:
        """Tell «мужчин до 35», «мужчины 18-60», «20-летних»."""
        low, high = figure.low, figure.high
        if any(self.bits[last + n] & nearby.AGES for n in (0, 1, 2)):
            return True
        is_grown_up = all(16 <= bound <= 75 for bound in (low, high) if bound is not None) and not figure.is_scaled
        is_bare = last == figure.last
        return (
            is_bare
            and is_grown_up
            and (
                self.texts[figure.first - 1] in nearby.BY_AGE
                or (low != high and low is not None and high is not None and high - low >= 8)
            )
        )

    def _unitless(self, figure: Figure) -> QuantityKind | None:
        if self._is_name(figure) or self._is_age(figure, figure.last):
            return None
        if self._is_bare_count(figure):
            return "people_count"
        if "border_queue" in self.themes and any(self.texts[figure.first - n] in nearby.AHEAD for n in (1, 2, 3, 4)):
            is_foot = bool(self.items.all_bits & nearby.ON_FOOT)
            return "queue_people" if is_foot else "queue_cars"
        if "border_queue" in self.themes and self._is_bare_wait(figure):
            return "wait_hours"
        if "border_queue" in self.themes and (figure.low or figure.high or 0) >= 10 and self._near(figure, nearby.TAIL_STANDS, 2):
            return "queue_cars" if self._is_end(figure) and self._holds_unit("cars") else None
        return "price_rub" if self._is_bare_price(figure) else None

    def _is_bare_wait(self, figure: Figure) -> bool:
        """Tell «ехали 11 часов, прошли за 7»."""
        is_spent = self.texts[figure.first - 1] == "за" and self._is_end(figure) and self._near(figure, nearby.CROSSED, 3)
        return is_spent and (figure.high or 0) <= MOST_BARE_HOURS and self._holds_unit("hours")

    def _is_name(self, figure: Figure) -> bool:
        """Tell «статья 20», «рейс 1234», «№ 5», «5%», a year."""
        before = self.texts[figure.first - 1]
        is_year = (
            self.kinds[figure.first] == "number"
            and 1900 <= (figure.low or 0) <= 2100
            and figure.low == figure.high
            and not figure.is_scaled
        )
        return before in nearby.NUMBERED_BEFORE or self.texts[figure.last + 1] == "%" or (is_year and before != "задержано")

    def _is_bare_count(self, figure: Figure) -> bool:
        first, value = self.texts[figure.first], figure.low or figure.high or 0
        if (
            not self.themes & COUNTED_THEMES
            or not self._near(figure, nearby.MOVED, 7 if first in COLLECTIVE or figure.is_scaled else 3, ends=PHRASE_ENDS)
            or self.texts[figure.first - 1] in ("в", "на", "к", "по", "с", "за", "at", "on", "of")
        ):
            return False
        if any(self.bits[figure.last + n] & nearby.GUARDS for n in (1, 2)):
            return False
        if self._near(figure, nearby.UNCOUNTED, 2) and not self._near(figure, nearby.MOVED, 2):
            return False
        if 16 <= value <= 75 and self._near(figure, nearby.AGED, 2):
            return False
        if first in COLLECTIVE or first in ("одного", "одну"):
            return True
        if first in nearby.SMALL_ENGLISH and self.texts[figure.last + 1] in nearby.SAID_ALONE:
            return True
        is_end = self.kinds[figure.last + 1] != "word" or self.texts[figure.last + 1] in NOT_SKIPPED
        beside = self.bits[figure.last + 1] | self.bits[figure.first - 1] | self.bits[figure.first - 2]
        if not is_end and not beside & nearby.MOVED:
            return False
        return figure.is_scaled or (self.kinds[figure.first] == "number" and value >= 2) or value >= 10

    def _is_bare_price(self, figure: Figure) -> bool:
        value = figure.low or figure.high or 0
        if "exit_transport" not in self.themes or not LEAST_BARE_PRICE <= value < MOST_BARE_PRICE or self._is_foreign_money():
            return False
        is_number = self.kinds[figure.first] == "number"
        is_alone = self.kinds[figure.first - 1] == "stop" and self.kinds[figure.last + 1] == "stop"
        is_told = is_alone or self._near(figure, nearby.PRICED, 8)
        return figure.is_scaled or (is_number and not self._near(figure, nearby.KIT, 5) and is_told)

    def _is_foreign_money(self) -> bool:
        """Tell whether the text counts in tenge, lari or euro and never in roubles."""
        names = {unit[0] for unit in self.items.units if unit}
        return "foreign" in names and "rub" not in names
