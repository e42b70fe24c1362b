"""Tell the form of a post: report, news, offer, question, advice, opinion or other.

A text shows traits of style (``traits.py``): who speaks, to whom, on whose word, how moved. Whether it addresses its reader, with an
offer, a question or advice, is judged first by rules, and is one more trait. All traits are weighed for each form, as are the post's
themes; the heaviest form wins. The weights are those of a softmax regression on labelled posts of our own (``pipeline/build_weights.py``):
fiction, never what was collected.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import resources

from monitor.classify.traits import traits_of
from monitor.model import PostKind
from monitor.text import tokenise

KINDS: tuple[PostKind, ...] = ("report", "news", "offer", "question", "advice", "opinion", "other")
LONG_QUESTION_WORDS = 45
"""Longer texts that end with a question only muse."""
MOST_ASKED_WORDS, LAST_QUESTION_WORDS = 16, 11
LEAST_OFFER, LEAST_ADVICE = 3.0, 2.0
ADDRESSED = 1.5
"""What the rules' word on who is addressed gains beyond its fitted weight: they know more than the few posts it was fitted to."""
ASKED = re.compile(
    r"подскаж|кто[- ]?нибудь|does anyone|anyone know|кто знает|хто знає|вопрос[:,]|знает кто|кто в курсе"
    r"|кто-то (?:ехал|проходил|знает)"
)
"""Asks even without a question mark, as does one of these words at the beginning of a single sentence."""
ASKING_LEAD = re.compile(
    r"^\W*(?:а |и |ребят\w*,? |народ,? |люди,? |всем привет[.,!]? |привет[.,!]? |хлопці,? |guys,? )?"
    r"(?:кто (?!не |еще не|понял)|где |куда |сколько |стоит ли |можно ли |есть ли |есть кто|у кого "
    r"|(?:а )?правда,? что |посовет|хто |чи "
    r"|скільки |куди |anyone|is it|are there|how (?:long|much|many|do|does)|can (?:i|we|you)|ვინმე)"
)
SECOND_SENTENCE = re.compile(r"[.:!]\s*\S")
MUSING = re.compile(r"неужели|доколе|позор|это как|\?!|а чего вы|заявил|объявил|сообщ")
"""A question mark here asks nobody."""
SENTENCE_START = re.compile(r"[.!…]\s|\?\s")
ASKING = re.compile(
    r"\b(?:кто|как|где|куда|когда|сколько|какой|какая|какие|какую|почему|можно|есть|что|чем|пускают|надо|нужно|ли|или"
    r"|брать|идти|ехать"
    r"|могут|успею|чи|як|де|хто|who|how|where|when|what|is|are|do|does|can|should|any|რა|ვინ|როგორ|სად|қалай|қанша"
    r"|қайда|ма|ме|ба|бе|па|пе)\b"
)


def find_kind(text: str, *, themes: frozenset[str]) -> PostKind:
    """Give the form of ``text``, which carries ``themes``."""
    words = tokenise(text)
    traits = traits_of(text, words)
    if addressed := addressed_as(traits, words.folded, len(words.texts), is_advice="advice" in themes):
        traits["said_" + addressed] = 1
    if not words.texts:
        return "other"
    weights = _weights()
    for theme in themes:
        traits["theme_" + theme] = 1
    rows = [weights[name, count] for name, count in traits.items() if (name, count) in weights]
    if addressed:
        rows.append(tuple(ADDRESSED if kind == addressed else 0.0 for kind in KINDS))
    weighed = [sum(column) for column in zip(*rows, weights["base", 1], strict=True)]
    return max(zip(weighed, KINDS[: -1 if themes else None], strict=False))[1]  # what carries a theme is not something else


COUNTED = (0.0, 1.0, 2**0.5, 3**0.5)
"""What a trait weighs that is shown so often."""


@cache
def _weights() -> Mapping[tuple[str, int], tuple[float, ...]]:
    """Give by trait and its number what each of ``KINDS`` gains by it."""
    read = json.loads(resources.files("monitor.classify").joinpath("profiles/forms.json").read_text(encoding="utf-8"))
    return {
        (name, count): tuple(row.get(kind, 0.0) * weight for kind in KINDS)
        for name, row in read.items()
        for count, weight in enumerate(COUNTED)
        if count
    }


def addressed_as(traits: Counter[str], folded: str, words_count: int, *, is_advice: bool) -> PostKind | None:
    """Give what the reader is addressed with: an offer before a question before advice; None where with nothing."""
    if _is_offer(traits):
        return "offer"
    if _is_question(traits, folded, words_count):
        return "question"
    return "advice" if _advised(traits) >= LEAST_ADVICE - 0.5 * is_advice else None


def _is_offer(traits: Counter[str]) -> bool:
    """Tell whether something is offered or sought: a word of dealing first, or others with a price, seats, or where to ask."""
    deal, has_first = traits["deal"], bool(traits["first_deal"])
    for_it = 3 * has_first + 2 * max(deal - has_first, 0) + traits["offer"] + bool(traits["price"]) + 2 * bool(traits["seats"])
    for_it += bool(traits["reach"]) + bool(traits["contact"]) + 2 * bool(traits["service"]) + 3 * bool(traits["can_take"])
    against = 2 * bool(traits["attribution"]) + bool(traits["office"]) + bool(traits["passive"]) + 1.5 * bool(traits["event"])
    against += 2 * bool(traits["ends_mark"] and not deal) + 0.5 * (traits["judge"] + traits["self"]) + bool(traits["folk"])
    is_priced = traits["seats"] or traits["reach"] or (traits["price"] and not traits["self_verb"])
    is_served = traits["service"] and (traits["way_out"] or traits["price"] or traits["contact"])
    is_dealt = deal or traits["can_take"] or is_served or (traits["offer"] and is_priced)
    return for_it - against >= LEAST_OFFER and bool(is_dealt)


def _is_question(traits: Counter[str], folded: str, words_count: int) -> bool:
    """Tell whether the reader is asked: in so many words, or by a sentence that asks for something."""
    if words_count > LONG_QUESTION_WORDS:
        return False
    if traits["ask"] and (traits["mark"] or traits["first_ask"] or ASKED.search(folded)):
        return True
    if not traits["mark"]:
        is_short = words_count <= MOST_ASKED_WORDS and not traits["attribution"]
        return is_short and bool(ASKING_LEAD.match(folded)) and not SECOND_SENTENCE.search(folded)
    if traits["dialogue"] or MUSING.search(folded):
        return False
    if traits["first_mark"]:
        return traits["judge"] < 2 and not traits["regime"]
    last = SENTENCE_START.split(folded.rstrip(' )(!"»'))[-1]
    return bool(traits["ends_mark"]) and (words_count <= LAST_QUESTION_WORDS or bool(ASKING.search(last)))


def _advised(traits: Counter[str]) -> float:
    ""
    "Give how much speaks for advice: imperatives, things to do and not to do, conditions; less what a witness or newsroom says."
    ""
    for_it: float = 2 * (
        traits["imperative_form"] + traits["imperative"] + bool(traits["first_imperative_en"]) + bool(traits["to_dos"])
    )
    for_it += 2 * bool(traits["if_you"]) + 2 * bool(traits["not_we"]) + bool(traits["not_do"]) + min(traits["advice"], 2)
    for_it += bool(traits["first_advice"]) + 0.5 * bool(traits["you"]) + 0.5 * max(traits["imperative_en"] - 1, 0)
    against = 1.5 * bool(traits["self_verb"]) + bool(traits["self"]) + 2 * bool(traits["attribution"]) + bool(traits["regime"])
    return for_it - against - 0.5 * traits["judge"] - 0.5 * bool(traits["kin"]) - bool(traits["event"])
