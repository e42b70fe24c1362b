"""Tell which of the places a text names a figure is about.

A place tied to the figure («480 в Петербурге») comes first; then the crossing named last before it; of prices without a crossing
the destination, never where the way begins; of people the nearest city before a country.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.classify.nearby import NOT_ALL
from monitor.classify.numerals import spelled
from monitor.model import PlaceMention, QuantityKind, Span

_TIED = re.compile(r"(?:[ \u00a0]?[^\W\d_]*)?(?: [^\W\d_]+)? (?:в|во|на|у|под|in|at|on|near|into|en)(?: the)? ?")
FURTHEST_TIED, FURTHEST_BESIDE = 60, 3
_FLIGHT = re.compile(r"(?:рейс\w*|самол[её]т\w*|борт\w*|поезд\w*|летел\w*|лет[иь]\w*|flights?|plane|flying) (?:на|в|до|to|for) $")
"""Where a flight goes is not where its passengers were counted."""
_FIGURE_BEFORE = re.compile(r", (?:[^\W\d]+ ){0,2}\d[\d .]*(?:тыс\w* |of them |из них )?(?:в|во|на|у|in|at) $")
_OWN_FIGURE = re.compile(r" ?[:–—-]| (?:еще|ще|another|more)\b| \d")
SENTENCE_STOPS = (".", ";", "!", "?", "\n")
_BORDER = re.compile(r"(?:границ|кордон|мяж|border|frontier)\w* (?:с|со|з|із|with|to|of) (?:the )?$")
"""«Граница с Казахстаном» is where one goes, not where one comes from."""
_DASHES = ("-", "–", "—", ">", "→")
_ORIGIN = spelled("из с со от from з із зі iz выехал leaving")
_VIA = spelled("через via мимо")
_TOWARDS = spelled("в во до на к to into till for у")
_CASE_FROM, _CASE_TO = (
    ("დან", "нан", "нен", "дан", "ден", "тан", "тен", "sta", "stä", "lta", "ltä", "dan", "dən", "ից"),
    ("ში", "მდე", "ға", "ге", "қа", "ке"),
)
HOME = "russia"


class Whereabouts:
    """The places of one text, and how each stands in it."""

    def __init__(self, folded: str, places: Sequence[PlaceMention]) -> None:
        self.folded = folded
        self.places = places
        self.crossings = [place for place in places if place.kind == "crossing"]

    def of(self, kind: QuantityKind, span: Span) -> str | None:
        """Give the id of the place that a figure at ``span`` is about, None where the text names none for it."""
        if not self.places:
            return None
        if kind == "people_count":
            return self._of_people(span)
        is_price = kind in ("price_rub", "price_usd")
        if self.crossings:
            beside = self._beside(span) if is_price else None
            return beside or self._crossing(self.crossings, span)
        if is_price:
            return self._destination(span)
        tied = self._tied(self.places, span)
        if tied is not None:
            return tied.place_id
        foreign = [place for place in self.places if place.kind == "country" and place.place_id != HOME]
        return _nearest(foreign or self.places, span).place_id

    def _beside(self, span: Span) -> str | None:
        """Give the place right before a price: «Tbilisi 100 USD, Yerevan 250 USD»."""
        before = [place for place in self.places if 0 <= span[0] - place.span[1] <= FURTHEST_BESIDE]
        between = self.folded[before[-1].span[1] : span[0]] if before else ""
        is_bare = bool(before) and "," not in between and not any(map(str.isalnum, between))
        is_listed = is_bare and self._before(before[-1]) not in _TOWARDS and not self._is_origin(before[-1])
        return before[-1].place_id if is_listed else None

    def _of_people(self, span: Span) -> str | None:
        """Give where persons were counted: the crossing, else a place of the same sentence, rather one they did not leave."""
        stayed = [place for place in self.places if not _FLIGHT.search(self.folded, max(place.span[0] - 24, 0), place.span[0])]
        if len(stayed) < len(self.places):
            return Whereabouts(self.folded, stayed).of("people_count", span)
        start, end = self._sentence(span)
        before = [place for place in self.places if place.span[0] <= span[0]]
        crossings = [place for place in before if place.kind == "crossing"] or (self.crossings if not before else [])
        is_told = any(start <= place.span[0] for place in before if place.place_id != HOME and place.kind != "crossing")
        if crossings and (not is_told or crossings[-1].span[0] >= start):
            return self._crossing(crossings, span)
        tied = self._tied(self.places, span)
        if tied is not None:
            return tied.place_id
        if all(self._has_own_figure(place, span) for place in self.places):
            return None
        own = next((place.span[0] for place in self.places if self._has_own_figure(place, span)), end)
        near = [place for place in self.places if start <= place.span[0] < min(own, end)]
        left = [place for place in near if self._before(place) in _ORIGIN and place.kind != "country"]
        reached = self._not_left(near) or left or self._not_left(self.places) or self.places
        earlier = [place for place in reached if place.span[0] <= span[0]]
        fine = [place for place in earlier if place.kind != "country"]
        place = _nearest(fine or reached, span)
        between = self.folded[span[1] : place.span[0]]
        is_of_some = any(phrase in between for phrase in NOT_ALL) or (
            ":" in between and "." not in between and any(map(str.isdigit, between))
        )
        return None if is_of_some else place.place_id

    def _crossing(self, crossings: Sequence[PlaceMention], span: Span) -> str:
        place = crossings[0] if len(crossings) == 1 else self._tied(crossings, span) or _nearest(crossings, span)
        return place.place_id

    def _sentence(self, span: Span) -> Span:
        """Give where the sentence of a figure begins and ends; a semicolon ends it too."""
        start = max(self.folded.rfind(stop, 0, span[0]) for stop in SENTENCE_STOPS) + 1
        return start, min(
            (end for stop in SENTENCE_STOPS if (end := self.folded.find(stop, span[1])) >= 0), default=len(self.folded)
        )

    def _has_own_figure(self, place: PlaceMention, span: Span) -> bool:
        """Tell «…забрали 110 человек, в Хасавюрте – ещё семерых»: the place named later is not that of the first figure."""
        between = self.folded[span[1] : place.span[0]]
        return (
            span[1] <= place.span[0]
            and "," in between
            and (_OWN_FIGURE.match(self.folded, place.span[1]) is not None or _FIGURE_BEFORE.search(between) is not None)
        )

    def _tied(self, places: Sequence[PlaceMention], span: Span) -> PlaceMention | None:
        """Give the place right behind the figure and a preposition."""
        end = span[1]
        for place in places:
            start = place.span[0]
            if end <= start <= end + FURTHEST_TIED and _TIED.fullmatch(self.folded, end, start):
                return place
        return None

    def _destination(self, span: Span) -> str | None:
        reached = [place for place in self.places if not self._is_origin(place)]
        fine = [place for place in reached if place.kind != "country"] or reached
        ends = [place for place in fine if self._is_end(place)] or fine
        if not ends:
            return None
        before = [place for place in ends if place.span[0] <= span[0]]
        return (before[-1] if before else ends[0] if self._is_end(ends[0]) else ends[-1]).place_id

    def _is_origin(self, place: PlaceMention) -> bool:
        """Tell «из Москвы», «через Стамбул», and the first of «Москва — Ереван»."""
        after = self.folded[place.span[1] : place.span[1] + 4].lstrip(" ")
        is_first = after[:1] in _DASHES and any(
            0 < other.span[0] - place.span[1] <= 4 for other in self.places if other is not place
        )
        return is_first or self._before(place) in _ORIGIN | _VIA or self.folded[slice(*place.span)].endswith(_CASE_FROM)

    def _is_end(self, place: PlaceMention) -> bool:
        named = self.folded[slice(*place.span)]
        return self._before(place) in _TOWARDS or self._before(place) in _DASHES or named.endswith(_CASE_TO)

    def _not_left(self, places: Sequence[PlaceMention]) -> Sequence[PlaceMention]:
        return [place for place in places if self._before(place) not in _ORIGIN]

    def _before(self, place: PlaceMention) -> str:
        if _BORDER.search(self.folded, max(place.span[0] - 22, 0), place.span[0]):
            return "до"
        before = self.folded[max(place.span[0] - 14, 0) : place.span[0]].rstrip()
        return before[-1:] if before.endswith(_DASHES) else (before.split() or [""])[-1].strip('«"(')


def _nearest(places: Sequence[PlaceMention], span: Span) -> PlaceMention:
    """Give the last place named before the figure, or the first one after it."""
    for place in reversed(places):
        if place.span[0] <= span[0]:
            return place
    return places[0]
