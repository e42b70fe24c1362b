"""Write posts of ordinary length that carry a theme: what a witness or a desk tells, and the small talk around it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

TELLING = {
    "ru": (
        "Стоим на {place} уже {n} часов, очередь километров {k}, впереди машин {m}.",
        "На {place} очередь {k} км, ждать {n}-{n2} часов, воды и еды нет, люди ночуют в машинах и жгут костры.",
        "Продаю место в очереди на {place}, {p} тысяч рублей, пишите в личку.",
        "Ищу два места в машине до {place}, готовы платить {p} тыс с человека.",
        "В военкомате вручают повестки прямо у входа, резервистов набрали уже {m} человек.",
        "На {place} мужчин разворачивают: спрашивают про военный билет и отводят в сторону.",
        "Задержаны {m} человек на акциях против мобилизации, сообщает ОВД-Инфо.",
        "Через {place} пропускают пешком, очередь пеших человек {m}, стоят {n} часов.",
        "Билеты в Ереван распроданы до конца месяца, за место в автобусе до {place} просят {p} тысяч рублей.",
    ),
    "uk": (
        "На {place} черга {k} км, люди чекають {n} годин, попереду {m} машин.",
        "Росіян на {place} розвертають, питають про військовий квиток, черга не рухається.",
    ),
    "en": (
        "The queue at {place} is {k} km long, people wait {n} hours and there is no water.",
        "Police detained {m} people at rallies against mobilisation, OVD-Info says.",
        "Seats to the border at {place} are sold for {p} thousand rubles per person.",
    ),
    "ka": ("{place} რიგი {k} კილომეტრია, {n} საათია ველოდებით საზღვარზე.",),
    "kk": ("{place} шекарасында кезек {k} шақырым, {n} сағат тұрдық, {m} көлік бар.",),
}
PLACES = {
    "ru": ("Верхний Ларс", "Ларс", "Озинки", "Маштаково", "Торфяновка", "Яраг-Казмаляр", "Петухово"),
    "uk": ("Верхній Ларс", "Ларс"),
    "en": ("Verkhny Lars", "Vaalimaa", "Ozinki"),
    "ka": ("ლარსის", "ზემო ლარსთან"),
    "kk": ("Маштаково", "Сырым"),
}
TALK = {
    "ru": (
        "Погода портится, к ночи обещают дождь и сильный ветер в горах.",
        "Спасибо всем, кто откликнулся, очень выручили, держимся вместе.",
        "Связь пропадает, поэтому отвечаю не сразу, не обижайтесь.",
        "Дети устали, но настроение бодрое, музыка играет из соседней машины.",
        "Подписывайтесь на канал https://t.me/example_lars/118 и зовите друзей.",
        "Кто-нибудь знает, работает ли рядом заправка и где купить хлеба?",
        "Мой номер 8 900 000-00-17, звоните в любое время дня и ночи.",
    ),
    "uk": ("Дякую всім за підтримку, тримаємось разом і не втрачаємо надії.", "Пишіть @ivan_petrov_00, зв'язок то є, то зникає."),
    "en": (
        "Thanks to everyone who brought tea and blankets during the night.",
        "Please share this with those who are on their way.",
    ),
    "ka": ("დიდი მადლობა ყველას, ვინც დაგვეხმარა ამ ღამეს.",),
    "kk": ("Көмектескен барша жанға үлкен рахмет айтамыз.",),
}
SHARE = {"ru": 70, "uk": 10, "en": 12, "ka": 4, "kk": 4}
"""Percent of the posts in each language."""
SHORTEST = 140
"""Characters after which a post ends; the mean is 172."""


def themed_posts(count: int, overheard: Sequence[str], seed: int = 1) -> Iterator[str]:
    """Give posts that tell of queues, calls-up and ways out, among Russian sentences ``overheard``; the same for a seed."""
    chance = random.Random(seed)
    for _ in range(count):
        (language,) = chance.choices(list(SHARE), weights=list(SHARE.values()))
        yield _post(chance, language, [*TALK[language], *(overheard if language == "ru" else ())])


def _post(chance: random.Random, language: str, talk: Sequence[str]) -> str:
    parts = [_telling(chance, language)]
    while sum(map(len, parts)) < SHORTEST:
        is_talk = chance.random() < 0.6
        parts.append(chance.choice(talk) if is_talk else _telling(chance, language))
    chance.shuffle(parts)
    return chance.choice((" ", "\n")).join(parts)


def _telling(chance: random.Random, language: str) -> str:
    hours = chance.randint(2, 40)
    return chance.choice(TELLING[language]).format(
        place=chance.choice(PLACES[language]),
        n=hours,
        n2=hours + chance.randint(1, 10),
        k=chance.randint(1, 25),
        m=chance.randint(10, 1200),
        p=chance.randint(5, 60),
    )
