"""How much that identifies a person is left standing, and how many harmless texts are touched?

    .venv/bin/python bench/masking.py [--full] [--posts FILE]

Items made up by form (phones of the region in the ways people write them, e-mails, names, links, plates, cards, passports) are
planted in sentences; ``standing_share`` is what of them survives masking. Harmless sentences hold figures, dates, prices, times,
house numbers, public links; ``touched_share`` is how many of them change. With ``--posts`` (JSON lines with ``text``) prints what
is masked there, to be read. Baseline, in the same run: one pattern of a plus or an 8 and ten digits, ``@name`` and ``x@y``.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from monitor.privacy import mask

FORMS: dict[str, tuple[str, ...]] = {
    "phone ru": (
        "+7 9## ###-##-##", "+79#########", "8 9## ### ## ##", "8(9##)###-##-##", "89#########", "8-9##-###-##-##",
        "8 (9##) ###-##-##",
        "+7 (9##) ### ## ##", "+7.9##.###.##.##", "7 9## ### ## ##", "9## ###-##-##", "8 9## ###-####",
    ),
    "phone ua": (
        "+380 50 ### ## ##", "+380(67)###-##-##", "+38 093 ### ## ##", "067 ### ## ##", "(050) ###-##-##",
        "38067#######",
    ),
    "phone ge": (
        "+995 555 ## ## ##", "+995 5## ### ###", "995599######", "555 ## ## ##", "599-##-##-##", "+995(595)######",
    ),
    "phone kz": ("+7 701 ### ## ##", "8 701 ### ## ##", "8 (777) ###-##-##", "+7 (705) ###-##-##", "8707#######"),
    "phone other": (
        "+358 40 ### ####", "040 ### ####", "+375 29 ###-##-##", "8 029 ###-##-##", "+374 94 ######",
        "+994 50 ### ## ##", "+976 99## ####",
        "+372 5### ####", "+371 2# ### ###", "+90 53# ### ## ##", "+49 17# ########", "00995 555 ## ## ##",
        "+47 9## ## ###",
    ),
    "phone behind a word": (
        "тел. ##-##-##", "тел: ### ## ##", "звоните ######", "WhatsApp 9#########", "номер телефона: 9## ### ####",
    ),
    "email": (
        "ivan.##@example.com", "i_p+##@mail.example.ru", "ivan## @ example.com", "ivan##(at)example.com",
        "ivan## [at] example [dot] com",
        "ivan##(собака)example.ru", "ivan## собака example точка ru", "ivan##@example.co.uk", "почта##@пример.рф",
    ),
    "user": ("@ivan_petrov_##", "@Ivan##", "@ivan.petrov##", "＠ivan##", "@иван_петров##"),
    "link": (
        "t.me/ivan_petrov##", "https://t.me/ivan##", "t.me/+AbCdEf##", "https://t.me/joinchat/AAAA##",
        "telegram.me/ivan##", "t . me/ivan##",
        "https://ivan##.t.me", "tg://resolve?domain=ivan##", "wa.me/79#########", "https://wa.me/99559#######",
        "vk.com/id####", "vk.com/ivan##",
        "instagram.com/ivan_##", "https://www.instagram.com/ivan.##/", "facebook.com/ivan.##", "ok.ru/profile/######",
        "x.com/ivan##",
    ),
    "plate": (
        "А###ВС77", "а###мр178", "К ### ОН 15", "Е###КХ 95 RUS", "AA-###-BB", "AB###CD", "AA####BB", "ВС #### АЕ",
        "###ABC02", "### KLM 05",
        "#### AB-7", "10-AA-###",
    ),
    "card": ("{luhn}", "{luhn4}", "{luhn-}", "карта 2200 #### #### ####", "IBAN GE##TB################"),
    "passport": (
        "паспорт 45## ######", "серия 45## номер ######", "45 ## № ######", "45## № ######",
        "паспорт КН ######", "паспорт N########", "ИИН 9#0#1#3#####", "загранпаспорт 75 #######", "СНИЛС 1##-###-### ##",
    ),
}  # fmt: skip
"""Form to the ways it is written; ``#`` is any digit."""

AROUND = (
    "{}",
    "Пишите {}, два места",
    "мест нет ({})",
    "Контакт: {}\nвыезд утром",
    "{} — это мой, отвечу вечером",
    "Поезд в 12:30. {}!",
)

HARMLESS = (
    "очередь {k} км, стоим {n}-{m} часов, впереди {c} машин", "с {d}.09.2022 по {e}.10.2022, в {h}:{i}",
    "2022-09-{d} {h}:{i}:00", "билеты {t} 000-{u} 000 тенге", "от {t} 000 до {u} 000 ₽ с человека",
    "{t} 000 000 рублей за год", "звоните 112, там помогут, {n} раз", "горячая линия 122 или 117, ждали {n} минут",
    "канал t.me/lars_live/{c}", "https://t.me/lars_live/{c}?comment={n}", "https://example.com/news/2022/09/{d}/{c}",
    "ул. Ленина, д. {n}, кв. {m}", "дом {n}/{m}, подъезд {k}", "рейс SU {c}, борт 737-800",
    "закон № {c}-ФЗ, статья {n} часть {k}", "погода +{k}…+{n} градусов, ветер {k}-{n} м/с",
    "курс {n},{i} за доллар, {m},{d} за евро", "счёт {k}:{n}, {h}-я минута", "в 20{d} году было {c} человек, в 2021 — {u}",
    "координаты 42.74{i}12, 44.62{d}51", "{c} человек задержано в {n} городах", "трасса А-{u}, {n}-й километр",
    "М{k}, {n} км, пост ДПС", "размер {n}х{m} см, вес {k},{n} кг", "+{n}% за неделю, -{k}% за год",
    "https://vk.com/wall-{c}_{u}", "iPhone {k} Pro, {c} ГБ, {t} 990 рублей", "автобус {c}, маршрут {n}-{m}",
    "{h}:{i}-{h}:59, перерыв {n} минут", "номер {n} в списке, впереди {c}", "указ № {c} от {d}.09.2022",
    "В {c} КМ ОТ ГРАНИЦЫ {n} МАШИН", "поезд {c}А, вагон {k}, места {n}, {m}",
)  # fmt: skip


def _digits(form: str, chance: random.Random) -> str:
    """Put digits in the place of each mark, and a number that passes Luhn's check where a card's is asked for."""
    for name, gap in (("{luhn}", ""), ("{luhn4}", " "), ("{luhn-}", "-")):
        if name in form:
            number = _card(chance)
            form = form.replace(name, gap.join(number[at : at + 4] for at in range(0, 16, 4)))
    return "".join(str(chance.randint(0, 9)) if sign == "#" else sign for sign in form)


def _card(chance: random.Random) -> str:
    head = "4" + "".join(str(chance.randint(0, 9)) for _ in range(14))
    total = sum(sum(divmod(2 * int(digit), 10)) if at % 2 == 0 else int(digit) for at, digit in enumerate(head))
    return head + str(-total % 10)


def planted(count: int, chance: random.Random) -> Iterator[tuple[str, str, str]]:
    """Give (kind, item, text): every way of writing in turn, in a sentence drawn for it."""
    ways = [(kind, way) for kind, own in FORMS.items() for way in own]
    for number in range(count):
        kind, way = ways[number % len(ways)]
        item = _digits(way, chance)
        yield kind, item, chance.choice(AROUND).format(item)


def harmless(count: int, chance: random.Random) -> Iterator[str]:
    """Give sentences whose figures identify nobody."""
    for number in range(count):
        limits = {
            "k": (1, 9),
            "n": (10, 59),
            "m": (60, 90),
            "c": (100, 1200),
            "d": (10, 28),
            "e": (10, 28),
            "h": (10, 23),
            "i": (10, 59),
        }
        values = {name: chance.randint(*limit) for name, limit in limits.items()} | {
            "t": chance.randint(5, 99),
            "u": chance.randint(100, 400),
        }
        yield HARMLESS[number % len(HARMLESS)].format(**values)


def is_standing(item: str, masked: str) -> bool:
    """Tell whether what tells of a person is still there: the item as written, or most of its digits or its name."""
    telling = [
        part for part in re.findall(r"\d{4,}|[A-Za-zА-я]*ivan\w*|[A-ZА-Я]{1,2}\d{3}\w+", item) if part.lower() not in ("ivan",)
    ]
    return item in masked or any(part in masked for part in telling)


SIMPLE = re.compile(r"(?:\+\d|8)(?:[ ()-]*\d){10}|[\w.+-]+@[\w.-]+|@\w+")


def simple(text: str) -> tuple[str, int]:
    """Mask as a first attempt would."""
    return SIMPLE.subn("[x]", text)


def score(
    name: str, masking: Callable[[str], tuple[str, int]], items: list[tuple[str, str, str]], plain: list[str]
) -> dict[str, float]:
    """Give what is left standing and what is touched, and print it by form."""
    left = [(kind, text, masked) for kind, item, text in items if is_standing(item, masked := masking(text)[0])]
    touched = [(text, masked) for text in plain if (masked := masking(text)[0]) != text]
    if name == "ours":
        for case in dict.fromkeys([f"standing: {kind}: {masked!r}" for kind, _, masked in left]):
            print(case)
        for text, masked in touched[:20]:
            print(f"touched: {text!r} -> {masked!r}")
    print(name, "standing by form", dict(Counter(kind for kind, _, _ in left)))
    return {
        f"{name}_standing_share": round(len(left) / len(items), 4),
        f"{name}_touched_share": round(len(touched) / len(plain), 4),
    }


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="ten times as many items and sentences")
    parser.add_argument("--posts", type=Path, help="JSON lines with text: print what is masked there")
    options = parser.parse_args()
    chance, times = random.Random(1), 10 if options.full else 1
    items, plain = list(planted(500 * times, chance)), list(harmless(1_500 * times, chance))
    for line in options.posts.read_text(encoding="utf-8").splitlines() if options.posts else ():
        text = json.loads(line)["text"]
        masked, count = mask(text)
        if count:
            print(
                " | ".join(word for word in text.split() if word not in masked), "->", " ".join(re.findall(r"\[[a-z]+\]", masked))
            )
    figures = {**score("ours", lambda text: mask(text), items, plain), **score("simple", simple, items, plain)}
    print(json.dumps({"items": len(items), "ways": sum(map(len, FORMS.values())), "harmless": len(plain), **figures}))


if __name__ == "__main__":
    main()
