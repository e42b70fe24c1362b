"""Read lengths of a queue that are told without a number: «растянулась на километр», "a mile-long line"."""

from __future__ import annotations

from monitor.classify.known import BITS
from monitor.classify.numbers import HALVES, Figure, bound_before
from monitor.classify.numerals import ORDINALS, spelled
from monitor.classify.pieces import Pieces
from monitor.classify.waits import words_before

KILOMETRE = BITS.beginnings(
    spelled(
        "километр километра километровая километровый километровую километровой кілометр кілометра кілометрова кілометровий"
        " kilometre kilometer mile kilometre-long kilometer-long km-long mile-long"
        " კილომეტრი კილომეტრიანი kilometrin kilometri kilometriä"
    )
)
NOT_LONG_BEFORE = spelled("каждый каждые через за per every each последний кожен the this last у в in")
LONG = ("очеред", "черг", "черз", "пробк", "хвост", "колонн", "затор", "queue", "line", "tail", "jam", "რიგ", "jono", "schlange")
REACH_OF_TAIL = 5


def find_lengths(items: Pieces) -> list[Figure]:
    """Give the lengths of a text, in order."""
    found = []
    for index in items.where(KILOMETRE):
        unit = items.pieces[index].unit
        is_counted = (
            items.pieces[index - 1].value is not None
            or items.texts[index - 1] == "-"
            or (items.texts[index - 1] in ("a", "of") and items.pieces[index - 2].value is not None)  # "half a mile"
            or items.texts[index - 1] in ORDINALS
            or items.pieces[index + 1].value is not None
        )
        if unit is None or is_counted or items.texts[index - 1] in NOT_LONG_BEFORE or items.pieces[index - 1].scale:
            continue
        near = items.texts[max(index - REACH_OF_TAIL, 0) : index + REACH_OF_TAIL]
        if any(word.startswith(LONG) for word in near):
            long = 1.5 if items.texts[index + 1 : index + 3] in HALVES else 1.0
            bound = bound_before(words_before(items, index))
            length = round(long * unit[1], 2)
            found.append(Figure(index, index, None if bound == "high" else length, None if bound == "low" else length))
    return found
