"""Names of themes and places for readers in Russian; what is missing here keeps its English name."""

from __future__ import annotations

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
PLACES_RU = {
    "verkhny_lars": "Верхний Ларс / Дариали",
    "ozinki": "Озинки",
    "mashtakovo": "Маштаково / Сырым",
    "petukhovo": "Петухово / Жана Жол",
    "sagarchin": "Сагарчин / Жайсан",
    "troitsk_kairak": "Троицк (Бугристое) / Кайрак",
    "karakuga": "Исилькуль / Каракога",
    "karauzek": "Караузек",
    "mikhailovka": "Михайловка",
    "orlovka": "Орловка",
    "krasnaya_gorka": "Красная Горка",
    "kulunda": "Кулунда",
    "pogranichnoe_saratov": "Пограничное (Саратовская область)",
    "veseloyarsk": "Веселоярск",
    "vaalimaa": "Ваалимаа",
    "torfyanovka": "Торфяновка",
    "nuijamaa": "Нуйямаа",
    "brusnichnoe": "Брусничное",
    "svetogorsk_imatra": "Светогорск / Иматра",
    "kyakhta_altanbulag": "Кяхта / Алтанбулаг",
    "tashanta_tsagaannuur": "Ташанта / Цагааннуур",
    "mondy_khankh": "Монды / Ханх",
    "yarag_kazmalyar": "Яраг-Казмаляр / Самур",
    "nizhny_zaramag": "Нижний Зарамаг",
    "psou": "Псоу",
    "ivangorod_narva": "Ивангород / Нарва",
    "luhamaa_shumilkino": "Шумилкино / Лухамаа",
    "kunichina_gora_koidula": "Куничина Гора / Койдула",
    "burachki_terehova": "Бурачки / Терехова",
    "ubylinka_grebneva": "Убылинка / Гребнева",
    "storskog_borisoglebsky": "Борисоглебский / Стурскуг",
    "krasnaya_gorka_yukhovichi": "Красная Горка / Юховичи",
    "redki": "Редьки",
    "novaya_guta": "Новая Гута",
    "georgia": "Грузия",
    "kazakhstan": "Казахстан",
    "mongolia": "Монголия",
    "finland": "Финляндия",
    "armenia": "Армения",
    "azerbaijan": "Азербайджан",
    "belarus": "Беларусь",
    "estonia": "Эстония",
    "latvia": "Латвия",
    "lithuania": "Литва",
    "norway": "Норвегия",
    "turkey": "Турция",
    "russia": "Россия",
    "ukraine": "Украина",
    "china": "Китай",
    "kyrgyzstan": "Киргизия",
    "uzbekistan": "Узбекистан",
    "serbia": "Сербия",
    "israel": "Израиль",
    "germany": "Германия",
    "usa": "США",
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
