"""Tell what a number with its unit counts: a wait, a length of the queue, cars, persons, a price, or nothing asked for."""

from __future__ import annotations

from monitor.classify import nearby
from monitor.classify.around import NOT_SKIPPED, Around
from monitor.classify.numbers import Figure
from monitor.classify.numerals import COLLECTIVE, spelled
from monitor.classify.pieces import CLAUSE_ENDS, NUMBER, PHRASE_ENDS, SENTENCE_ENDS
from monitor.classify.units import Unit
from monitor.model import QuantityKind

PEOPLE_THEMES = frozenset({"detention", "protest", "mobilisation", "departures", "refuge", "border_control"})
PRICE_THEMES = frozenset({"exit_transport", "border_queue", "humanitarian", "border_control"})
COUNTED_THEMES = PEOPLE_THEMES | {"border_queue", "humanitarian"}
NO_PEOPLE_THEMES = frozenset({"penalties", "dissent", "advice"})
"""What is counted in posts of these alone is sentences, votes and ages."""
MOST_BARE_HOURS = 72
NONE_BEFORE = ("ни", "ані", "жодної", "жодного")
DAY = ("day", "день")
"""Before a number: which day it is."""
OWN = ("his", "her", "our", "their", "my", "наших", "своих", "моих", "его", "ее")
OUT_OF = (("out", "of"),)
LESS = ("минус", "мінус", "minus")
"""«Минус четыре сварщика»."""
NOT_COUNTED_BEFORE = spelled("в на к по с за v k po za s at on of in")
LEAST_SOLD = 20
AFTER_PRICE = ("за", "с", "со", "на", "per", "each", "и", "штука")
LAST_OF_MONTH = 31
LEAST_COLUMN, DECREED = 50, 300_000
"""Persons of a column whose number stands alone; the reservists of the decree, whom nobody need name."""
LEAST_BARE_PRICE, MOST_BARE_PRICE = 1_000, 1_000_000


class Counting(Around):
    """One text, with what its numbers count."""

    def _kind(self, figure: Figure, unit: Unit | None, last: int) -> QuantityKind | None:
        name = unit[0] if unit else None
        if self.texts[figure.first - 1] in NONE_BEFORE:
            return None
        if name == "hours":
            return "wait_hours" if self._is_wait(figure, unit, last) else None
        if name == "km":
            return "queue_km" if self.is_queue and not self._is_distance(figure, last) else None
        if name == "cars":
            return "queue_cars" if self.is_queue and not self._is_passing(figure, last) else None
        if name == "buses":
            return "queue_cars" if self._is_vehicle_of_queue(figure, last) else None
        if name == "folk":
            is_befallen = self._near(figure, nearby.MOVED, 5, ends=CLAUSE_ENDS) or self.texts[figure.first - 1] in LESS
            return self._people(figure, last) if is_befallen else None
        if name == "rub" or name == "usd":
            kind: QuantityKind = "price_rub" if name == "rub" else "price_usd"
            return kind if self.themes & PRICE_THEMES and not self._near(figure, nearby.KIT, 5) else None
        if name == "people":
            is_fare = self.texts[last] == "чел" and figure.is_scaled and not self.themes & PEOPLE_THEMES
            return "price_rub" if is_fare and "exit_transport" in self.themes else self._people(figure, last)  # «7 тыс чел»
        return self._unitless(figure) if name is None else None

    def _is_wait(self, figure: Figure, unit: Unit | None, last: int) -> bool:
        if not self.is_queue or self._is_moment(figure, unit, last):
            return False
        if self._near(figure, nearby.NOT_WAITING, 3, ends=CLAUSE_ENDS) or self._near(figure, nearby.STAYING, 4):
            return False
        if self.texts[figure.first - 1] == "за" and self._near(figure, nearby.GROWN_BY, 5):
            return False
        is_on = self.texts[figure.first - 1] == "на" and not self._near(figure, nearby.TAIL_WORDS, 3)
        if is_on and not self._near(figure, nearby.GROWN, 4):
            return False
        if self.texts[figure.first - 1] in ("за", "in", "per", "в") and self._is_rate_of_passing(figure, last):
            return False
        if "border_queue" in self.themes and last < figure.first and self.texts[last] in DAY:
            return True
        is_hours = unit is not None and unit[1] <= 1
        is_moments = unit is not None and unit[1] < 1 and (figure.high or figure.low or 0) <= 10
        if is_moments and not self._near(figure, nearby.SPENT, 4):
            return False
        if "border_queue" in self.themes and is_hours:
            return True
        return self._near(figure, nearby.WAITING, 9 if unit and unit[1] >= 1 else 6, ends=0)

    def _is_vehicle_of_queue(self, figure: Figure, last: int) -> bool:
        """Tell «60 легковых и 4 автобуса», «перед нами три автобуса»: buses are counted only where they stand in line."""
        if "border_queue" not in self.themes or self._is_passing(figure, last):
            return False
        is_beside = any((piece.unit or ("", 0.0))[0] == "cars" for piece in self.pieces[max(figure.first - 4, 0) : last + 4])
        return is_beside or self._near(figure, nearby.TAIL_STANDS | nearby.TAIL_WORDS | nearby.AHEAD, 4)

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

    def _is_rate_of_passing(self, figure: Figure, last: int) -> bool:
        """Tell «за 40 минут пропускают сто», «по две машины за полчаса»."""
        counted = self.pieces[figure.first - 2].unit
        if counted and counted[0] in ("cars", "buses", "people") and self.pieces[figure.first - 3].value is not None:
            return True
        after = range(last + 1, last + 4)
        verb = next((place for place in after if self.bits[place] & nearby.LETTING), None)
        return verb is not None and bool(self.items.any_of(verb + 1, verb + 4) & NUMBER)

    def _is_distance(self, figure: Figure, last: int) -> bool:
        after, before = self.texts[last + 1], self.texts[figure.first - 1]
        if self.bits[last + 2] & nearby.RATE and after in ("в", "за", "per", "an"):
            return True
        if after in ("ч", "/") or before in ("через", "за", "каждые") or before in nearby.LAST:
            return True
        if self.texts[last] in ("километре", "кілометрі"):
            return True  # «на 9-м километре»
        is_away = after in nearby.DISTANCE_AFTER and before in ("в", "за", "на", "километрах", "at", "у")
        if is_away and not self._near(figure, nearby.TAIL_END, 3):
            return True
        if self.texts[figure.first - 1] in ("на", "by", "еще", "ще", "another") and self._near(figure, nearby.GROWN_BY, 4):
            return True  # «подросла ещё на три километра»
        if self._near(figure, nearby.MOVING, 3, ends=CLAUSE_ENDS) and not self._near(figure, nearby.TAIL_WORDS, 2):
            return True
        if self._is_before_barrier(figure) or self._is_way(figure, last):
            return True
        is_told = "border_queue" in self.themes or self._near(figure, nearby.TAIL, 6)
        return not is_told or (after in ("до", "to") and not self._near(figure, nearby.TAIL, 5))

    def _is_way(self, figure: Figure, last: int) -> bool:
        """Tell «до Омска 140 км», "Helsinki is 180 km from here", «бензина на 20 км»: no length of the queue."""
        start, end = self._between(figure, PHRASE_ENDS)
        if self.items.any_of(start, end) & nearby.TAIL:
            return False
        before = self.texts[max(figure.first - 5, start) : figure.first]
        if any(word.startswith(nearby.LAST_ONES) for word in before):
            return False
        is_from_here = self.texts[last + 1 : last + 3] in (("from", "here"), ("до", "границы"), ("до", "кордону"))
        is_towards = any(word in nearby.WAY_BEFORE for word in before) or before[-1:] == ("на",)
        return is_from_here or is_towards or any(word.endswith(nearby.INTO_ENDS) for word in before[-1:])

    def _is_before_barrier(self, figure: Figure) -> bool:
        """Tell «до ленты ещё полтора км»: how far the author has to go."""
        before = self.texts[max(figure.first - 6, 0) : figure.first]
        is_left = (
            "до" in before
            and not any(word.startswith(("последн", "хвост", "кон")) for word in before)
            and self._near(figure, nearby.BARRIER, 5)
        )
        return is_left and not self._near(figure, nearby.TAIL_WORDS, 4)

    def _is_passing(self, figure: Figure, last: int) -> bool:
        """Tell a rate or a count let through: «20 машин в час», «запускают по 10 машин», «за сутки выехало 300 машин»."""
        if self.texts[last + 1] in ("в", "per", "an", "на", "за", "a", "каждый", "/") and self.bits[last + 2] & nearby.RATE:
            return True
        if self.texts[figure.first - 1] == "по" or self.texts[last + 1] in ("дпс", "полиции", "скорой", "омон", "охраны"):
            return True
        if self._is_single_inside(figure):
            return True
        is_standing = self._near(figure, nearby.TAIL_STANDS, 3, ends=CLAUSE_ENDS)
        is_passed = self._near(figure, nearby.PASSED, 4, ends=CLAUSE_ENDS) and not is_standing
        return is_passed or (self.texts[figure.first - 1] in ("между", "між", "between") and figure.low == figure.high)

    def _is_single_inside(self, figure: Figure) -> bool:
        """Tell «пятеро в одной машине»."""
        return (figure.high or 0) <= 1 and self.texts[figure.first - 1] in ("в", "у", "из", "з", "на", "с", "in", "from")

    def _people(self, figure: Figure, last: int) -> QuantityKind | None:
        is_queue = "border_queue" in self.themes and (
            self._near(figure, nearby.QUEUEING_PEOPLE, 8) or self._is_us_on_foot(figure)
        )
        if self.texts[figure.first - 1] == "по" or self._is_age(figure, last) or self._is_whole(figure):
            return None
        if is_queue and not self._near(figure, nearby.MOVED, 6):
            return "queue_people"
        return "people_count" if self._is_counted(figure, last) else None

    def _is_us_on_foot(self, figure: Figure) -> bool:
        """Tell «пешком, ночь. Нас тут человек восемьсот»."""
        is_us = not nearby.US.isdisjoint(self.texts[max(figure.first - 4, 0) : figure.first])
        return is_us and bool(self.items.all_bits & nearby.ON_FOOT)

    def _is_whole(self, figure: Figure) -> bool:
        """Tell «из 40 человек в автобусе троих отправили обратно»: those who are counted come after."""
        is_own = self.texts[figure.first - 1] in OWN
        before = self.texts[figure.first - 1 - is_own]
        if before not in ("из", "із", "з", "of"):
            return False
        end = min(figure.last + 9, self._between(figure, SENTENCE_ENDS)[1])
        is_share = bool(self.items.any_of(figure.first - 3 - is_own, figure.first - 1) & NUMBER)
        return is_share or (before != "of" and bool(self.items.any_of(figure.last + 1, end) & NUMBER))

    def _is_counted(self, figure: Figure, last: int) -> bool:
        """Tell whether persons are those detained, called up, sent off, arrived, left, turned back or led aside."""
        if self.items.any_of(last, last + 3) & (nearby.GUARDS | nearby.CHILDREN):
            return False
        if self.texts[figure.first - 1] in ("в", "на") and last > figure.first:
            return False  # «бригада в двадцать человек», «палатка на сорок человек»
        if last < figure.first and self.bits[last - 1] & nearby.GUARDS:
            return False  # «полиции человек 50»
        if (figure.high or figure.low or 0) <= 1 and not self._near(figure, nearby.MOVED, 4):
            return False
        if self._near(figure, nearby.MOVED, 12, ends=CLAUSE_ENDS):
            return bool(self.themes - NO_PEOPLE_THEMES) and not self._is_only_near(figure, nearby.UNCOUNTED, 3, nearby.MOVED)
        if self._is_in_sentence(figure, nearby.MOVED):
            return bool(self.themes - NO_PEOPLE_THEMES) and not self._near(figure, nearby.UNCOUNTED, 6)
        is_small = self._is_collective(figure)
        is_told = bool(self.themes & PEOPLE_THEMES - {"protest", "border_control"})
        return is_told and not is_small and not self._is_in_sentence(figure, nearby.UNCOUNTED)

    def _is_only_near(self, figure: Figure, bits: int, reach: int, unless: int) -> bool:
        return self._near(figure, bits, reach) and not self._near(figure, unless, reach + 1)

    def _is_collective(self, figure: Figure) -> bool:
        """Tell «двоих», «двадцать четверо»."""
        return self.texts[figure.first] in COLLECTIVE or self.texts[figure.last] in COLLECTIVE

    def _is_age(self, figure: Figure, last: int) -> bool:
        """Tell «мужчин до 35», «мужчины 18-60», «20-летних»."""
        if self.items.any_of(min(figure.last + 1, last), last + 3) & nearby.AGES:
            return True
        low, high, is_bare = figure.low, figure.high, last == figure.last
        if not is_bare or figure.is_scaled or not all(16 <= bound <= 75 for bound in (low, high) if bound is not None):
            return False
        is_wide = low is not None and high is not None and high - low >= 8
        return is_wide or self.texts[figure.first - 1] in nearby.BY_AGE

    def _unitless(self, figure: Figure) -> QuantityKind | None:
        if self._is_name(figure) or self._is_age(figure, figure.last) or self._is_day(figure):
            return None
        if self._is_bare_count(figure) or self._is_some_of_us(figure) or self._is_quota(figure):
            return "people_count"
        if "border_queue" in self.themes and self._is_column_on_foot(figure):
            return "queue_people"
        if "border_queue" in self.themes and self._is_of_us(figure) and self._near(figure, nearby.QUEUEING_PEOPLE, 8):
            return "queue_cars" if self.texts[figure.last + 2] == "them" and self._holds_unit("cars") else "queue_people"
        if "border_queue" in self.themes and self.items.any_of(figure.first - 4, figure.first) & nearby.AHEAD:
            is_foot = bool(self.items.all_bits & nearby.ON_FOOT)
            return "queue_people" if is_foot else "queue_cars"
        if "border_queue" in self.themes and self._is_bare_wait(figure):
            return "wait_hours"
        if self._is_sold(figure):
            return "price_rub"
        is_standing = self._near(figure, nearby.TAIL_STANDS | nearby.REMAIN, 3)
        if "border_queue" in self.themes and (figure.low or figure.high or 0) >= 10 and is_standing:
            is_of_cars = self._holds_unit("cars") or self._holds_unit("buses")
            is_rate = self._near(figure, nearby.PASSED, 1)  # «за час проехало десять, машины стоят»
            return "queue_cars" if self._is_end(figure) and is_of_cars and not is_rate else None
        return "price_rub" if self._is_bare_price(figure) else None

    def _is_column_on_foot(self, figure: Figure) -> bool:
        """Tell «в пешей колонне тыщи две»."""
        is_many = (figure.low or figure.high or 0) >= LEAST_COLUMN and self._is_end(figure)
        return is_many and self._near(figure, nearby.ON_FOOT, 4) and self._near(figure, nearby.TAIL, 4)

    def _is_quota(self, figure: Figure) -> bool:
        """Tell «разнарядка: семеро», «зачитал фамилии, двадцать две», «счёт перевалил за тысячу», and the decree's 300,000."""
        if "detention" in self.themes and self._near(figure, nearby.TALLY, 3, ends=PHRASE_ENDS):
            return figure.is_scaled or (figure.low or figure.high or 0) >= LEAST_COLUMN
        if "mobilisation" not in self.themes or self._is_in_sentence(figure, nearby.KIT | nearby.PAID):
            return False
        if figure.low == DECREED:
            return True
        is_person = self._is_collective(figure) or (self._is_end(figure) and self.pieces[figure.first].kind == "word")
        return is_person and self._near(figure, nearby.LISTED, 3) and self.texts[figure.first - 1] not in NOT_COUNTED_BEFORE

    def _is_bare_wait(self, figure: Figure) -> bool:
        """Tell «ехали 11 часов, прошли за 7», «доехали за 5 часов, простояли 11», «„час, не больше“ растянулся на девять»."""
        before = self.texts[figure.first - 1]
        is_spent = self._near(figure, {"за": nearby.CROSSED, "на": nearby.GROWN}.get(before, 0), 3)
        is_spent = is_spent or bool(self.bits[figure.first - 1] & nearby.STOOD)
        is_short = self._is_end(figure) and (figure.high or 0) <= MOST_BARE_HOURS
        return is_spent and is_short and self._holds_unit("hours")

    def _is_name(self, figure: Figure) -> bool:
        """Tell «статья 20», «рейс 1234», «№ 5», «5%», a year."""
        before = self.texts[figure.first - 1]
        is_year = (
            self.pieces[figure.first].kind == "number"
            and 1900 <= (figure.low or 0) <= 2100
            and figure.low == figure.high
            and not figure.is_scaled
        )
        return before in nearby.NUMBERED_BEFORE or self.texts[figure.last + 1] == "%" or (is_year and before != "задержано")

    def _is_day(self, figure: Figure) -> bool:
        """Tell «21» of "September 21"."""
        is_small = (figure.high or figure.low or 0) <= LAST_OF_MONTH and not figure.is_scaled
        return is_small and bool(self.bits[figure.first - 1] & nearby.MONTH)

    def _is_some_of_us(self, figure: Figure) -> bool:
        """Tell «нас 14 в автозаке», "51 of them": of those detained, called up or brought."""
        if not self.themes & {"detention", "departures", "refuge"} or "border_queue" in self.themes or (figure.low or 0) < 2:
            return False
        start = max(figure.first - 3, self._between(figure, PHRASE_ENDS)[0])
        before = self.texts[start : figure.first]
        if self.texts[figure.first - 1] in NOT_COUNTED_BEFORE:
            return False
        is_us = not nearby.US.isdisjoint(before) and not self._near(figure, nearby.UNCOUNTED, 4)
        return is_us or self._is_of_us(figure)

    def _is_of_us(self, figure: Figure) -> bool:
        return self.texts[figure.last + 1] in ("of", "из") and self.texts[figure.last + 2] in nearby.US

    def _is_bare_count(self, figure: Figure) -> bool:
        first, value = self.texts[figure.first], figure.low or figure.high or 0
        is_one = first in ("одного", "одну") and self.texts[figure.last + 1] not in ("из", "з", "of")
        is_persons = is_one or self._is_collective(figure)
        is_added = figure.low is not None and figure.high is None and self._is_end(figure)  # «вывели всех, больше ста»
        is_share = self.texts[figure.last + 1 : figure.last + 3] in OUT_OF
        reach = 9 if is_persons or is_share else 7 if is_added or figure.is_scaled else 3
        if (
            not self.themes & COUNTED_THEMES
            or not self._near(figure, nearby.MOVED, reach, ends=SENTENCE_ENDS if is_added else PHRASE_ENDS)
            or self.texts[figure.first - 1] in NOT_COUNTED_BEFORE
        ):
            return False
        if (self.bits[figure.last + 1] | self.bits[figure.last + 2]) & nearby.GUARDS:
            return False
        if self._near(figure, nearby.UNCOUNTED, 2) and not self._near(figure, nearby.MOVED, 2):
            return False
        if 16 <= value <= 75 and self._near(figure, nearby.AGED, 2):
            return False
        if figure.is_scaled and self._is_in_sentence(figure, nearby.PAID) and not self._near(figure, nearby.MOVED, 2):
            return False
        if is_persons:
            return True
        if self._holds_unit("cars") and self._near(figure, nearby.PASSED, 3):
            return False  # «машин полторы сотни, за час проехало десять»
        if first in nearby.SMALL_ENGLISH and self.texts[figure.last + 1] in nearby.SAID_ALONE:
            return True
        after = self.texts[figure.last + 1]
        is_end = is_share or self.pieces[figure.last + 1].kind != "word" or after in NOT_SKIPPED or after in nearby.ALREADY
        beside = self.bits[figure.last + 1] | self.bits[figure.first - 1] | self.bits[figure.first - 2]
        if after in nearby.BEFORE_VERB:
            beside |= self.bits[figure.last + 2] | self.bits[figure.last + 3]
        if not is_end and not beside & nearby.MOVED:
            return False
        if figure.is_scaled or value >= 10:
            return True
        is_said = is_end and self.bits[figure.first - 1] & nearby.MOVED and self.pieces[figure.first - 1].unit is None
        return value >= 2 and (
            self.pieces[figure.first].kind == "number" or bool(is_said)
        )  # «7 человек вернули», «вернули восемь»

    def _is_bare_price(self, figure: Figure) -> bool:
        value = figure.low or figure.high or 0
        if "exit_transport" not in self.themes or not LEAST_BARE_PRICE <= value < MOST_BARE_PRICE or self._is_foreign_money():
            return False
        is_number = self.pieces[figure.first].kind == "number"
        is_alone = self.pieces[figure.first - 1].kind == "stop" and self.pieces[figure.last + 1].kind == "stop"
        is_opening = self.pieces[figure.first - 1].kind == "stop" and self.texts[figure.last + 1] in AFTER_PRICE
        is_told = is_alone or is_opening or self.texts[figure.first - 1] == "по" or self._near(figure, nearby.PRICED, 8)
        if figure.is_scaled:
            return not self._near(figure, nearby.KIT, 3)
        return is_number and is_told and not self._near(figure, nearby.KIT, 5)

    def _is_sold(self, figure: Figure) -> bool:
        """Tell «продаёт беляши по 150»."""
        is_end = self._is_end(figure) or self.texts[figure.last + 1] in AFTER_PRICE
        is_each = is_end and self.texts[figure.first - 1] in ("по", "за")
        value = figure.low or figure.high or 0
        is_offered = self._near(figure, nearby.SOLD, 5) or self._near(figure, nearby.GOODS, 2)
        is_told = (is_offered and value >= LEAST_SOLD) or (figure.is_scaled and value >= LEAST_BARE_PRICE)
        return is_each and is_told and bool(self.themes & PRICE_THEMES) and not self._is_foreign_money()

    def _is_foreign_money(self) -> bool:
        """Tell whether the text counts in tenge, lari or euro and never in roubles."""
        names = {piece.unit[0] for piece in self.pieces if piece.unit}
        return "foreign" in names and "rub" not in names
