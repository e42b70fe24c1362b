"""Make a replay: a fictional but faithful September 2022, as JSON lines, from hand-written texts and one seed.

    python seeds/replay/make.py --seed 1 --out seeds/replay/september_2022.jsonl.gz

The same seed gives the same bytes. Line types: one ``replay`` (what the file holds), ``outage`` (when the collector was down, and
whether that was read back or lost), ``post``. Posts stand in the order of their simulated ``collected_at``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
START_AT, END_AT = datetime(2022, 9, 1, tzinfo=UTC), datetime(2022, 10, 1, tzinfo=UTC)
DECREE_AT = datetime(2022, 9, 21, 6, tzinfo=UTC)
LOST = (datetime(2022, 9, 14, 6, tzinfo=UTC), datetime(2022, 9, 14, 18, tzinfo=UTC))
READ_BACK = (datetime(2022, 9, 25, 6, tzinfo=UTC), datetime(2022, 9, 25, 14, tzinfo=UTC))
READ_BACK_AT = datetime(2022, 9, 25, 19, tzinfo=UTC)
HOUR = timedelta(hours=1)
FLASH_HOURS = 12.0
"""Tweets on the war more than doubled on 21 September 2022; what was above the day before halved with each day after."""

MOSCOW_DAY = (1, 1, 1, 1, 2, 4, 8, 12, 15, 16, 16, 15, 15, 14, 14, 14, 14, 15, 16, 16, 14, 10, 6, 3)
"""Relative activity by hour, Moscow time."""
WEEKDAY = (1.05, 1.05, 1.05, 1.05, 1.0, 0.85, 0.8)


@dataclass(frozen=True)
class Voice:
    """A channel: its language, ordinary posts a day, and which stories it tells, by weight."""

    handle: str
    languages: tuple[str, ...]
    ordinary_per_day: float
    stories: dict[str, float] = field(default_factory=dict)


EVERYTHING = {"*": 1.0}
VOICES = (
    Voice("replay_strana", ("ru",), 20, EVERYTHING),
    Voice("replay_molniya", ("ru",), 18, EVERYTHING),
    Voice("replay_volga", ("ru",), 12, {"ozinki": 3.0, "petukhovo": 0.5, "mobilisation": 0.7, "departures": 1.0}),
    Voice("replay_irtysh", ("ru",), 11, {"petukhovo": 3.0, "ozinki": 0.5, "mobilisation": 0.7, "departures": 1.0}),
    Voice("replay_neva", ("ru",), 13, {"vaalimaa": 3.0, "mobilisation": 0.7, "protest": 1.0, "detention": 1.0}),
    Voice("replay_pereval", ("ru",), 5, {"lars": 5.0, "humanitarian": 3.0, "border_control": 1.5, "queue_easy": 4.0}),
    Voice("replay_tbilisuri", ("ka", "ka", "ru"), 9, {"lars": 2.0, "refuge": 2.0, "exit_transport": 1.0, "mobilisation": 0.3}),
    Voice("replay_dala", ("kk", "kk", "ru"), 10, {"ozinki": 2.0, "petukhovo": 2.0, "refuge": 1.0, "queue_easy": 2.0}),
    Voice("replay_sposter", ("uk",), 11, {"mobilisation": 1.0, "lars": 0.7, "dissent": 1.0, "protest": 0.7, "rumour": 1.0}),
    Voice("replay_borderwire", ("en",), 10, EVERYTHING),
    Voice("replay_bilety", ("ru",), 8, {"exit_transport": 6.0, "lars": 1.0, "trouble": 0.5}),
    Voice("replay_ploshchad", ("ru",), 9, {"protest": 4.0, "detention": 5.0, "penalties": 2.0, "advice": 2.0, "trouble": 2.0}),
    Voice("replay_baraholka", ("ru",), 15, {}),
)


@dataclass(frozen=True)
class Story:
    """Something that is told of: its texts, where, and its posts per day before and after it begins.

    An announcement that all wait for is told at once by everybody, and no hour is spared by chance: ``flash_per_hour`` posts that
    fade with ``FLASH_HOURS``.
    """

    name: str
    texts: str
    begins_at: datetime
    quiet_per_day: float
    peak_per_day: float
    rise_hours: float
    decay_hours: float
    crossings: tuple[str, ...] = ()
    quiet_texts: str | None = None
    flash_per_hour: float = 0.0

    def posts_per_hour(self, at: datetime) -> float:
        """Rate of original posts over all channels; the daily rhythm comes on top."""
        hours = (at - self.begins_at) / HOUR
        if hours < 0:
            return self.quiet_per_day / 24 if self.quiet_texts else 0.0
        rise = 1 - math.exp(-(hours + 0.5) / self.rise_hours)
        return self.peak_per_day / 24 * rise * math.exp(-hours / self.decay_hours)

    def flash(self, at: datetime) -> float:
        """Rate of the posts that an announcement brings on top."""
        hours = (at - self.begins_at) / HOUR
        return self.flash_per_hour * math.exp(-hours / FLASH_HOURS) if hours >= 0 else 0.0


def _at(day: int, hour: int) -> datetime:
    return datetime(2022, 9, day, hour, tzinfo=UTC)


STORIES = (
    Story("mobilisation", "mobilisation", DECREE_AT, 2.0, 150, 0.7, 180, quiet_texts="rumour", flash_per_hour=8.0),
    Story("lars", "border_queue", _at(21, 15), 3.0, 90, 20, 400, ("lars",), quiet_texts="queue_easy"),
    Story("ozinki", "border_queue", _at(21, 19), 1.2, 40, 18, 300, ("ozinki", "syrym"), quiet_texts="queue_easy"),
    Story("petukhovo", "border_queue", _at(21, 20), 1.0, 34, 18, 300, ("petukhovo", "troitsk"), quiet_texts="queue_easy"),
    Story("vaalimaa", "border_queue", _at(22, 4), 1.0, 30, 16, 250, ("vaalimaa", "torfyanovka"), quiet_texts="queue_easy"),
    Story("exit_transport", "exit_transport", _at(21, 8), 0.0, 70, 3, 160, ("lars", "ozinki", "vaalimaa")),
    Story("border_control", "border_control", _at(21, 14), 0.0, 26, 10, 300, ("lars", "petukhovo", "ozinki")),
    Story("humanitarian", "humanitarian", _at(23, 4), 0.0, 24, 14, 300, ("lars", "ozinki")),
    Story("protest", "protest", _at(21, 13), 0.0, 70, 2, 16),
    Story("protest", "protest", _at(24, 10), 0.0, 60, 2, 14),
    Story("detention", "detention", _at(21, 15), 0.0, 80, 2, 18),
    Story("detention", "detention", _at(24, 12), 0.0, 70, 2, 16),
    Story("penalties", "penalties", _at(21, 9), 0.0, 12, 8, 240),
    Story("departures", "departures", _at(22, 5), 0.0, 36, 14, 260),
    Story("refuge", "refuge", _at(22, 9), 0.0, 18, 24, 400),
    Story("dissent", "dissent", _at(22, 8), 0.0, 14, 24, 400),
    Story("advice", "advice", _at(21, 7), 0.0, 26, 4, 150),
    Story("late_story", "late_story", _at(25, 6), 0.0, 130, 1.0, 4.0),
    Story("trouble", "trouble", END_AT, 3.0, 0, 1, 1, quiet_texts="trouble"),
)

CROSSINGS = {
    "lars": ("Верхний Ларс", "Верхній Ларс", "Verkhny Lars", "ვერხნი ლარსი", "Верхний Ларс"),
    "ozinki": ("Озинки", "Озинки", "Ozinki", "ოზინკი", "Озинки"),
    "syrym": ("Сырым", "Сирим", "Syrym", "სირიმი", "Сырым"),
    "petukhovo": ("Петухово", "Пєтухово", "Petukhovo", "პეტუხოვო", "Жаңа жол"),
    "troitsk": ("Кайрак", "Кайрак", "Kairak", "კაირაკი", "Қайрақ"),
    "vaalimaa": ("Ваалимаа", "Ваалімаа", "Vaalimaa", "ვაალიმაა", "Ваалимаа"),
    "torfyanovka": ("Торфяновка", "Торф'янівка", "Torfyanovka", "ტორფიანოვკა", "Торфяновка"),
}
WORST = {"lars": (45, 20), "ozinki": (30, 9), "syrym": (20, 6), "petukhovo": (26, 7), "troitsk": (17, 5)}
"""Waiting hours and kilometres at the height of the queue."""
CITIES = ("Саратов", "Омск", "Казань", "Самара", "Воронеж", "Томск", "Якутск", "Пермь", "Уфа", "Тюмень", "Иркутск")
CITIES_IN = {"uk": ("Якутську", "Омську", "Казані"), "en": ("Omsk", "Kazan", "Yakutsk", "Samara", "Perm")}
REGIONS = ("Саратовская область", "Омская область", "Бурятия", "Пермский край", "Самарская область", "Якутия")
STREETS = ("Садовая", "Лесная", "Мира", "Речная", "Полевая", "Новая", "Школьная", "Заречная", "Южная")
FREE = ("Стамбул", "Ереван", "Астану", "Тбилиси", "Дубай", "Белград", "Бишкек")
FREE_EN = ("Istanbul", "Yerevan", "Dubai", "Belgrade", "Astana")


@dataclass
class Draft:
    """A post before it has its number."""

    at: datetime
    voice: Voice
    language: str
    text: str
    forwarded_from: str | None = None


class Maker:
    """Writes a month of posts; everything it draws comes from one seeded generator."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311
        texts = {
            name: yaml.safe_load((HERE / "texts" / f"{name}.yml").read_text(encoding="utf-8")) for name in ("ordinary", "stories")
        }
        self.ordinary: dict[str, list[str]] = texts["ordinary"]
        self.stories: dict[str, dict[str, list[str]]] = texts["stories"]

    def drafts(self) -> list[Draft]:
        """Write all posts, in the order of their moments."""
        drafts = [draft for at in _hours() for draft in self._hour(at)]
        drafts += [echo for draft in drafts if draft.at >= DECREE_AT for echo in self._echoes(draft)]
        return sorted((d for d in drafts if d.at < END_AT), key=lambda d: (d.at, d.voice.handle, d.text))

    def _hour(self, at: datetime) -> Iterator[Draft]:
        rhythm = _rhythm(at)
        for voice in VOICES:
            for _ in range(self._draw(voice.ordinary_per_day / 24 * rhythm)):
                yield self._ordinary(voice, at)
        for story in STORIES:
            for _ in range(self._draw(story.posts_per_hour(at) * rhythm)):
                yield self._told(story, at)
            if story.flash_per_hour:
                for _ in range(self._poisson(story.flash(at) * rhythm)):
                    yield self._told(story, at)

    def _draw(self, rate: float) -> int:
        """A negative-binomial count: a Poisson whose rate itself varies."""
        return self._poisson(rate * self.rng.gammavariate(4.0, 0.25))

    def _poisson(self, rate: float) -> int:
        count, limit, product = 0, math.exp(-rate), self.rng.random()
        while product > limit:
            count += 1
            product *= self.rng.random()
        return count

    def _moment(self, at: datetime) -> datetime:
        return at + timedelta(seconds=self.rng.randrange(3600))

    def _ordinary(self, voice: Voice, at: datetime) -> Draft:
        language = self.rng.choice(voice.languages)
        pool = self.ordinary["near_ru" if language == "ru" and self.rng.random() < 0.2 else language]
        return Draft(self._moment(at), voice, language, self._fill(self.rng.choice(pool), language, at, None))

    def _told(self, story: Story, at: datetime) -> Draft:
        name = story.texts if at >= story.begins_at else story.quiet_texts or story.texts
        pools = self.stories[name]
        voices = [v for v in VOICES if any(language in pools for language in v.languages) and _weight(v, story, name) > 0]
        voice = self.rng.choices(voices, [_weight(v, story, name) for v in voices])[0]
        language = self.rng.choice([language for language in voice.languages if language in pools])
        crossing = self.rng.choice(story.crossings) if story.crossings else None
        moment = self._moment(at)
        return Draft(moment, voice, language, self._fill(self.rng.choice(pools[language]), language, moment, crossing))

    def _echoes(self, draft: Draft) -> Iterator[Draft]:
        """Forwards and copies of a story in other channels, minutes to hours later."""
        if draft.text in self.ordinary.get(draft.language, ()) or self.rng.random() > 0.26:
            return
        others = [v for v in VOICES if v.handle != draft.voice.handle and draft.language in v.languages and v.stories]
        if not others:
            return
        later = draft.at + timedelta(minutes=self.rng.randint(3, 150))
        voice = self.rng.choice(others)
        if self.rng.random() < 0.6:
            yield Draft(later, voice, draft.language, draft.text, forwarded_from=draft.voice.handle)
        else:
            yield Draft(later, voice, draft.language, self._reworded(draft.text))

    def _reworded(self, text: str) -> str:
        return text if self.rng.random() < 0.5 else f"{self.rng.choice(('Пишут:', '❗', 'Сообщают:'))} {text}"

    def _fill(self, text: str, language: str, at: datetime, crossing: str | None) -> str:
        """Put values into the slots of a text."""
        values = self._values(at, crossing or "lars", language)
        return re.sub(r"\{(\w+)\}", lambda slot: str(values[slot.group(1)]), text)

    def _values(self, at: datetime, crossing: str, language: str) -> dict[str, Any]:
        rng = self.rng
        ru, uk, en, ka, kk = CROSSINGS[crossing]
        hours, km = self._queue(at, crossing)
        return {
            "crossing": ru, "crossing_uk": uk, "crossing_en": en, "crossing_ka": ka, "crossing_kk": kk,
            "h": hours, "h2": hours + rng.randint(4, 12), "km": km, "cars": max(10, km * rng.randint(60, 130)),
            "temp": rng.randint(6, 24), "n3": rng.randint(2, 4), "n4": rng.randint(4, 9), "age": rng.randint(21, 55),
            "price": rng.randint(8, 60), "usd": rng.randint(2, 9) * 100, "people": rng.randint(20, 240),
            "arrivals": rng.randint(4, 12), "street": rng.choice(STREETS), "city": rng.choice(CITIES),
            "city_uk": rng.choice(CITIES_IN["uk"]), "city_en": rng.choice(CITIES_IN["en"]), "region": rng.choice(REGIONS),
            "free": rng.choice(FREE), "free_en": rng.choice(FREE_EN), "time": f"{rng.randint(8, 20)}:{rng.choice(('00', '30'))}",
            "phone": f"+7 900 000-00-{rng.randint(10, 99)}", "user": f"@replay_person_{rng.randint(10, 99)}",
        }  # fmt: skip

    def _queue(self, at: datetime, crossing: str) -> tuple[int, int]:
        """Reported hours and kilometres: a truth that grows until 26 September, told with contradictory noise."""
        worst_hours, worst_km = WORST.get(crossing, (12, 3))
        share = min(max((at - _at(21, 12)) / (_at(26, 12) - _at(21, 12)), 0.03), 1.0) ** 0.6
        hours = worst_hours * share * self.rng.lognormvariate(0, 0.2)
        km = worst_km * share * self.rng.lognormvariate(0, 0.2)
        return min(max(round(hours), 1), worst_hours + 5), min(max(round(km), 1), worst_km)


def _weight(voice: Voice, story: Story, texts: str) -> float:
    return voice.stories.get(story.name, voice.stories.get(texts, voice.stories.get("*", 0.0)))


def _hours() -> Iterator[datetime]:
    at = START_AT
    while at < END_AT:
        yield at
        at += HOUR


def _rhythm(at: datetime) -> float:
    moscow = at + timedelta(hours=3)
    return MOSCOW_DAY[moscow.hour] / (sum(MOSCOW_DAY) / 24) * WEEKDAY[moscow.weekday()]


def make(seed: int) -> list[dict[str, Any]]:
    """Give the lines of a replay."""
    maker = Maker(seed)
    numbers = dict.fromkeys((voice.handle for voice in VOICES), 1000)
    posts = []
    for draft in maker.drafts():
        numbers[draft.voice.handle] += maker.rng.randint(1, 3)
        if not _within(draft.at, LOST):
            posts.append(_line(draft, numbers[draft.voice.handle], maker.rng))
    posts.sort(key=lambda line: (line["collected_at"], line["channel"], line["post_id"]))
    return [_header(seed), *_outages(), *posts]


def _within(at: datetime, stretch: tuple[datetime, datetime]) -> bool:
    return stretch[0] <= at < stretch[1]


def _header(seed: int) -> dict[str, Any]:
    return {
        "type": "replay",
        "seed": seed,
        "start_at": START_AT.isoformat(),
        "end_at": END_AT.isoformat(),
        "channels": [voice.handle for voice in VOICES],
    }


def _outages() -> list[dict[str, Any]]:
    lost = {"start_at": LOST[0], "end_at": LOST[1], "state": "lost", "known_at": LOST[1]}
    back = {"start_at": READ_BACK[0], "end_at": READ_BACK[1], "state": "observed", "known_at": READ_BACK_AT}
    return [
        {"type": "outage", **{key: value.isoformat() if isinstance(value, datetime) else value for key, value in line.items()}}
        for line in (lost, back)
    ]


def _line(draft: Draft, post_id: int, rng: random.Random) -> dict[str, Any]:
    collected_at = draft.at + timedelta(seconds=rng.randint(30, 300))
    if _within(draft.at, READ_BACK) or _within(collected_at, READ_BACK):
        collected_at = READ_BACK_AT
    line = {
        "type": "post",
        "source": "replay",
        "channel": draft.voice.handle,
        "post_id": post_id,
        "posted_at": draft.at.isoformat(),
        "collected_at": collected_at.isoformat(),
        "text": draft.text,
        "url": f"https://replay.invalid/{draft.voice.handle}/{post_id}",
        "views_count": rng.randint(200, 90_000),
        "is_forward": draft.forwarded_from is not None,
    }
    if draft.forwarded_from:
        line["forwarded_from"] = draft.forwarded_from
    if rng.random() < 0.2:
        line["author"] = f"Автор {rng.randint(1, 40)}"
    return line


def write(lines: list[dict[str, Any]], file: Path) -> None:
    """Write lines as gzip with no moment in it, so that the bytes depend on the lines alone."""
    with file.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as packed:
        for line in lines:
            packed.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def main() -> None:
    """Write one replay."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=HERE / "september_2022.jsonl.gz")
    options = parser.parse_args()
    lines = make(options.seed)
    write(lines, options.out)
    print(f"{options.out}: {sum(line['type'] == 'post' for line in lines)} posts, {options.out.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
