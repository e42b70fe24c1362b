"""Names of themes and places for readers in Russian; what is missing keeps its English name."""

from __future__ import annotations

from monitor.alerts.places_ru import PLACES_RU
from monitor.model import Evidence, SeriesKey

THEMES_RU = {
    "mobilisation": "Мобилизация и повестки",
    "border_queue": "Очереди на границе",
    "border_control": "Контроль и закрытие границ",
    "exit_transport": "Выезд и его цена",
    "humanitarian": "Условия на границе",
    "protest": "Протесты против мобилизации",
    "detention": "Задержания",
    "penalties": "Законы и наказания",
    "departures": "Проводы призванных",
    "refuge": "Убежище и приём",
    "dissent": "Недовольство и устойчивость",
    "advice": "Советы уехать или скрыться",
}


def theme_and_place(key: SeriesKey, evidence: Evidence, language: str) -> tuple[str, str]:
    """Give the names of a series' theme and place in ``language``; empty for the one it lacks."""
    theme, place = " ".join(evidence.theme_names), " ".join(evidence.place_names)
    if language == "ru":
        theme = THEMES_RU.get(key.theme_id or "", theme)
    return theme, place_name(key.place_id, place, language)


def place_name(place_id: str | None, name: str | None, language: str) -> str:
    """Give the name of a place in ``language``; the English one where we lack it, empty for none."""
    return PLACES_RU.get(place_id or "", name or "") if language == "ru" else name or ""
