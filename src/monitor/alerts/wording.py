"""The sentences of the mail, in the reader's language."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.alerts.names import theme_and_place
from monitor.model import Alert, Evidence, QuantitySummary, Spike

UNITS = {
    "en": {
        "wait_hours": "waiting {} h",
        "queue_km": "queue {} km",
        "queue_cars": "{} cars in line",
        "queue_people": "{} people in line",
        "price_rub": "{} roubles",
        "price_usd": "{} US dollars",
        "people_count": "{} people",
    },
    "ru": {
        "wait_hours": "ожидание {} ч",
        "queue_km": "очередь {} км",
        "queue_cars": "{} машин в очереди",
        "queue_people": "{} человек в очереди",
        "price_rub": "{} руб.",
        "price_usd": "{} долл. США",
        "people_count": "{} чел.",
    },
}
SENTENCES = {
    "en": {
        "subject": "{what}: {observed} posts in {hours} h, {usual}",
        "queue_subject": "{what}: people wait {hours} h or more, {earlier}",
        "queue_doubled": "{hours} h six hours before",
        "queue_new": "told by several channels",
        "queue_lead": "{what}: by the reports of the 6 h before {until} UTC people wait {hours} h or more, told by two "
        "channels at least; {earlier}.",
        "times": "{factor} times the usual {expected}",
        "unseen": "usually almost none",
        "late": " (seen late)",
        "lead": "{what}: unusually many, {observed} original posts in the {hours} h before {until} UTC; expected were "
        "{expected} (90 % of the time {low} to {high}).",
        "onset": "Rising since {onset} UTC.",
        "late_note": "Seen late: the collector was down, and these posts were read after it came back, at {opened} UTC.",
        "reported": "Reported figures",
        "drivers": "What drives it",
        "composition": "Own posts: {own}, forwards: {forwards}, copies: {copies}.",
        "channels": "Channels",
        "languages": "Languages",
        "terms": "Terms of the codebook",
        "places": "Places",
        "posts": "Posts",
        "complete": "Completeness: {share} of {channels} channels' quarter-hours in this window were read.",
        "missing": "Not read in full: {names}.",
        "silent": "Far below their usual, so that the count may be too low: {names}.",
        "limits": "Limits: this says unusual, not true or important; figures are claims of posts; rules, not people, "
        "sorted them.",
        "elsewhere": "Elsewhere in the same hours: {names}.",
        "elsewhere_none": "Elsewhere in the same hours: as usual.",
        "where": "Where it stands high: {names}.",
        "where_none": "No single place stands high.",
        "neighbour": "{where} {observed} posts ({usual})",
        "neighbour_times": "{factor} times the usual",
        "source_x": "X by its own count",
        "source_telegram": "Telegram",
        "last_time": "It was last like this on {at} UTC: {observed} posts in {hours} h.",
        "last_queue": "People last waited as long around {at} UTC: {observed} h.",
        "last_never": "Not seen before in the {count} {days} on record.",
        "wait": "Wait at {place} now ({at} UTC), {mode}: {hours} h ({count} independent {reports}, the newest {age} old).",
        "wait_conflict": "Wait at {place} now ({at} UTC), {mode}: {hours} h, but reports contradict each other ({count} "
        "independent {reports}, the newest {age} old).",
        "wait_none": "Wait at {place} now ({at} UTC): no fresh reports.",
        "withdrawn": "{count} {posts} shown here withdrawn since.",
        "counted_by_x": "Counted by X itself, without reposts; X tells neither authors nor texts with a count.",
        "complete_x": "Completeness: {share} of this window's hours were counted.",
        "query": "To look closer (SQL, as analyst)",
        "of_posts": "posts: {n}",
        "grown": "Growing: ",
        "ended": "Over: ",
        "lasted": "From {onset} to {end} UTC.",
        "gathered_subject": "Monitor: alerts held back: {opened}, events over: {ended}",
        "ended_subject": "Monitor: events over: {ended}",
        "gathered_opened": "Held back (digest, quiet hours, or more than an hour may bring)",
        "gathered_ended": "Over",
        "feedback": "Was this useful? Reply with useful, false alarm or snooze 24h, or: monitor feedback {token} useful",
        "chart": "Posts per hour (black) against what was expected (line, grey band 90 %); triangle: start; hatched: not read.",
        "about": "posts about {theme}",
        "at": "posts naming {place}",
        "about_at": "posts about {theme} at {place}",
    },
    "ru": {
        "subject": "{what}: {observed} {posts} за {hours} ч, {usual}",
        "queue_subject": "{what}: ждут {hours} ч и дольше, {earlier}",
        "queue_doubled": "шестью часами раньше {hours} ч",
        "queue_new": "сообщают несколько каналов",
        "queue_lead": "{what}: по сообщениям за 6 ч до {until} UTC ждут {hours} ч и дольше, об этом пишут не менее двух "
        "каналов; {earlier}.",
        "times": "в {factor} {times} больше обычного ({expected})",
        "unseen": "обычно почти ни одного",
        "late": " (замечено поздно)",
        "lead": "Необычно много: {what} — {observed} {origins} за {hours} ч до {until} UTC; ожидалось {expected} "
        "(в 90 % случаев от {low} до {high}).",
        "onset": "Рост с {onset} UTC.",
        "late_note": "Замечено поздно: сбор не работал, эти посты прочитаны после его возвращения, в {opened} UTC.",
        "reported": "Сообщают",
        "drivers": "Из чего состоит",
        "composition": "Своих: {own}, пересланных: {forwards}, копий: {copies}.",
        "channels": "Каналы",
        "languages": "Языки",
        "terms": "Признаки (по словарю тем)",
        "places": "Места",
        "posts": "Посты",
        "complete": "Полнота: прочитано {share} четвертей часа {channels} каналов в этом окне.",
        "missing": "Прочитаны не полностью: {names}.",
        "silent": "Пишут намного меньше обычного, число может быть занижено: {names}.",
        "limits": "Ограничения: «необычно» не значит «верно» или «важно»; цифры — утверждения постов; отбирали правила, не люди.",
        "elsewhere": "В те же часы в других местах: {names}.",
        "elsewhere_none": "В те же часы в других местах — как обычно.",
        "where": "Где это выше обычного: {names}.",
        "where_none": "Ни одно место само по себе не выделяется.",
        "neighbour": "{where} — {observed} {posts} ({usual})",
        "neighbour_times": "в {factor} {times} больше обычного",
        "source_x": "X по его счёту",
        "source_telegram": "Telegram",
        "last_time": "В прошлый раз так было {at} UTC: {observed} {posts} за {hours} ч.",
        "last_queue": "В прошлый раз так долго ждали около {at} UTC: {observed} ч.",
        "last_never": "За {count} {days} наблюдений такого не было.",
        "wait": "Ожидание ({place}) сейчас, в {at} UTC, {mode}: {hours} ч ({count} {reports}, последнее {age} назад).",
        "wait_conflict": "Ожидание ({place}) сейчас, в {at} UTC, {mode}: {hours} ч, но сообщения противоречат друг другу "
        "({count} {reports}, последнее {age} назад).",
        "wait_none": "Ожидание ({place}) сейчас, в {at} UTC: свежих сообщений нет.",
        "withdrawn": "Отозвано с тех пор: {count} {posts}.",
        "counted_by_x": "Подсчитано самим X, без репостов; авторов и текстов к подсчёту X не даёт.",
        "complete_x": "Полнота: подсчитано {share} часов этого окна.",
        "query": "Чтобы рассмотреть (SQL, аналитику)",
        "of_posts": "постов: {n}",
        "grown": "Растёт: ",
        "ended": "Закончилось: ",
        "lasted": "С {onset} до {end} UTC.",
        "gathered_subject": "Monitor: отложено оповещений: {opened}, закончилось событий: {ended}",
        "ended_subject": "Monitor: закончилось событий: {ended}",
        "gathered_opened": "Отложено (сводка, тихие часы или слишком много за час)",
        "gathered_ended": "Закончилось",
        "feedback": "Было полезно? Ответьте: полезно, ложная тревога или отложить 24ч, или: monitor feedback {token} useful",
        "chart": "Постов в час (чёрное) и ожидание (линия, серая полоса 90 %); треугольник: начало; штриховка: не прочитано.",
        "about": "посты на тему «{theme}»",
        "at": "посты, где назван {place}",
        "about_at": "посты на тему «{theme}», {place}",
    },
}


FORMS = {
    "ru": {
        "posts": ("пост", "поста", "постов"),
        "origins": ("исходный пост", "исходных поста", "исходных постов"),
        "times": ("раз", "раза", "раз"),
        "days": ("день", "дня", "дней"),
        "reports": ("независимое сообщение", "независимых сообщения", "независимых сообщений"),
    },
    "en": {
        "posts": ("post", "posts", "posts"),
        "origins": ("original post", "original posts", "original posts"),
        "times": ("time", "times", "times"),
        "days": ("day", "days", "days"),
        "reports": ("report", "reports", "reports"),
    },
}
"""Words by number: for 1, 2 to 4, and others; in Russian the last digit decides."""
MODES = {
    "en": {"car": "by car", "foot": "on foot", "bicycle": "by bicycle", "bus": "by bus", "truck": "by lorry"},
    "ru": {"car": "на машине", "foot": "пешком", "bicycle": "на велосипеде", "bus": "на автобусе", "truck": "на грузовике"},
}


def _form(language: str, name: str, count: int) -> str:
    forms = FORMS.get(language, FORMS["en"])[name]
    if language != "ru":
        return forms[0 if count == 1 else 1]
    last, tens = count % 10, count % 100
    return forms[2 if 11 <= tens <= 14 else 0 if last == 1 else 1 if 2 <= last <= 4 else 2]


def sentence(language: str, name: str, **values: object) -> str:
    """Give a sentence of the mail in ``language`` (``en`` where we do not have it) with its values put in.

    With ``observed`` or ``count`` come the words that follow such a number.
    """
    counted = values.get("count", values.get("observed"))
    nouns = FORMS.get(language, FORMS["en"]) if isinstance(counted, int) else ()
    words = {noun: _form(language, noun, counted) for noun in nouns if isinstance(counted, int)}
    return SENTENCES.get(language, SENTENCES["en"])[name].format(**{**words, **values})


def number(value: float) -> str:
    """Write a figure as people do: ``20``, ``0.4``, ``1 300``."""
    return f"{value:,.0f}".replace(",", "\u202f") if value >= 10 or value == int(value) else f"{value:.1f}"


def moment(at: datetime, language: str = "en") -> str:
    """Write a moment for a reader, UTC."""
    return f"{at:%d.%m.%Y %H:%M}" if language == "ru" else f"{at:%d %b %Y %H:%M}"


def age(since: timedelta, language: str) -> str:
    """Write how old something is: ``20 min``, ``3 h``."""
    minutes = max(round(since / timedelta(minutes=1)), 0)
    units = ("мин", "ч") if language == "ru" else ("min", "h")
    return f"{minutes} {units[0]}" if minutes < 120 else f"{minutes / 60:.0f} {units[1]}"


def what(alert: Alert) -> str:
    """Name what is high: ``Queues at crossings at Verkhny Lars``."""
    theme, place = theme_and_place(alert.spike.key, alert.evidence, alert.language)
    name = "about_at" if theme and place else "about" if theme else "at"
    return sentence(alert.language, name, theme=theme, place=place)


def subject(alert: Alert) -> str:
    """Give the mail's subject: a plain sentence with theme or place, figures of the queue, and how unusual it is."""
    head = what(alert)
    before = "" if alert.kind == "opened" else sentence(alert.language, alert.kind)
    if alert.spike.kind == "queue":
        return before + queue_sentence(alert, "queue_subject")
    text = sentence(
        alert.language,
        "subject",
        what=head[:1].upper() + head[1:],
        observed=alert.spike.observed,
        hours=alert.spike.window_hours,
        usual=_usual(alert),
    )
    queue = [figure(alert.language, q) for q in _queue_figures(alert.evidence)]
    after = sentence(alert.language, "late") if alert.spike.is_late else ""
    return before + text + (f"; {', '.join(queue)}" if queue else "") + after


def queue_sentence(alert: Alert, name: str) -> str:
    """Tell of a queue's hours, in the subject or as the mail's first sentence."""
    spike = alert.spike
    place = theme_and_place(spike.key, alert.evidence, alert.language)[1]
    is_doubled = spike.expected > 0
    earlier = sentence(alert.language, "queue_doubled" if is_doubled else "queue_new", hours=number(spike.expected))
    return sentence(
        alert.language, name, what=place, hours=spike.observed, earlier=earlier, until=moment(spike.peak_at, alert.language)
    )


def _usual(alert: Alert) -> str:
    spike: Spike = alert.spike
    if spike.expected < 0.5:
        return sentence(alert.language, "unseen")
    times = factor(alert.language, spike.observed / spike.expected)
    return sentence(alert.language, "times", **times, expected=number(spike.expected))


def factor(language: str, value: float) -> dict[str, str]:
    """Give a factor and the word for times that follows it."""
    is_whole = value >= 10 or value == int(value)
    return {"factor": number(value), "times": _form(language, "times", round(value) if is_whole else 2)}


def _queue_figures(evidence: Evidence) -> list[QuantitySummary]:
    kinds = ("wait_hours", "queue_km")
    best = [next((q for q in evidence.quantities if q.kind == kind), None) for kind in kinds]
    return [q for q in best if q is not None]


def figure(language: str, quantity: QuantitySummary) -> str:
    """Write a figure with its unit: ``waiting 12 to 48 h``."""
    low, high = number(quantity.low), number(quantity.high)
    bounds = low if low == high else f"{low}\u2013{high}"
    return UNITS.get(language, UNITS["en"])[quantity.kind].format(bounds)
