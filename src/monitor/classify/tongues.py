"""What is known of the languages posts are written in: their scripts, letters and commonest words."""

from __future__ import annotations

from collections.abc import Mapping

CANDIDATES: Mapping[str, tuple[str, ...]] = {
    "CYRILLIC": ("ru", "uk", "be", "kk", "ky", "mn", "tt"),
    "LATIN": (
        "en", "ru-latn", "fi", "de", "tr", "az", "uz", "ka-latn", "pl", "es", "fr", "it", "et", "lv", "lt", "sv", "ro", "nl",
        "cs",
    ),
    "ARABIC": ("ar", "fa", "ur"),
}  # fmt: skip
"""Script to the languages that are told apart by their letter groups."""

ONE_LANGUAGE: Mapping[str, str] = {
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "GREEK": "el",
    "HEBREW": "he",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "THAI": "th",
    "DEVANAGARI": "hi",
}
"""Script to the one language met in it here."""

EXCLUSIVE: tuple[tuple[str, str, str], ...] = (
    ("kk", "ұқғ", "ў"),
    ("be", "ў", "ищъ"),
    ("uk", "їєґ", "ыэъёөү"),
    ("tt", "җ", "і"),
    ("az", "ə", "õ"),
)
"""A language, letters it alone has, and letters that, as often met, speak against it."""

EXCLUSIVE_SHARE = 0.01
"""Fewer exclusive letters than this are a name or a quotation."""

RUSSIAN_WORDS = frozenset(("в", "и", "не", "на", "что", "с", "по", "для", "как", "из", "к", "от"))
FOREIGN_TO_RUSSIAN = frozenset("іїєґўәғқңөұүһҗҙҫҡҳҷӯјљњћђќѓ")

PRIOR = {"ru": 10.0, "en": 10.0, "ru-latn": 10.0, "az": 10.0, "uk": 5.0, "kk": 3.0, "fi": 3.0, "de": 5.0, "mn": 2.0, "be": 2.0}
"""How much likelier a language is before a letter is read; 1 for the others."""

COMMON_WORDS: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "ru": "и в не на я что он она они мы вы с со как а то все так его но да ты к у же за бы по только ее было от"
        " еще из о когда даже"
        " если уже или ни быть был до чтобы это этот эта для при также который где есть сейчас очень",
        "uk": "і й в у не на я що він вона вони ми ви з із зі як а то все так його але та ти до же за б по тільки її"
        " було від ще про коли"
        " навіть якщо вже або чи бути був щоб це цей ця для при також який де є зараз дуже бо хто де ж нема немає"
        " адже треба цього буде",
        "be": "і ў у не на я што ён яна яны мы вы з са як а то усе так яго але ды ты да ж за б па толькі яе было ад яшчэ пра калі"
        " нават ужо або ці быць быў каб гэта гэты гэтая для пры таксама які дзе ёсць цяпер вельмі бо хто",
        "kk": "және бұл мен да де ол үшін деп бір осы болып бар жылы сол оның кейін туралы бойынша арқылы бастап"
        " дейін екі емес ең ал",
        "ky": "жана бул менен да де ал үчүн деп бир ушул болуп бар жылы анын кийин жөнүндө боюнча аркылуу баштап"
        " чейин эки эмес эң",
        "mn": "нь юм бол энэ байна байсан гэж ба тэр нэг болон онд дээр оны тухай гэсэн бид би та ч л хүн их болно"
        " биш ямар манай ах",
        "tt": "һәм бу белән да дә ул өчен дип бер шул булып бар елда аның соң турында буенча аша ике түгел иң ә үз",
        "en": "the and of to is in that it for with on was are as at be this have from or by not but you i we they"
        " his her an will has a my our me there what if out",
        "ru-latn": "i v ne na ya chto on my vy s kak a to vse tak no da k u za po tolko ot esche iz kogda esli uzhe"
        " ili eto dlya gde est",
        "fi": "ja on ei se että oli hän mutta kun niin ovat kuin myös joka tai jos nyt minä me siitä sen ole olen vain",
        "de": "der die das und ist nicht ein eine ich mit von den auf für im dem des zu sich wir sie es er auch als"
        " an bei aus nach wie hat",
        "nl": "de het een van en is niet in dat op te zijn met voor die er aan om ook als maar bij naar wat",
        "sv": "och att det som en på är av för med den till inte har om ett var jag så men från de i",
        "tr": "bir ve bu için ile da de çok daha gibi olarak ne kadar ama olan sonra değil var o mi",
        "az": "və bu bir ilə üçün də da çox daha kimi olaraq nə qədər amma olan sonra deyil var o idi isə ki ildə ilin il onun",
        "uz": "va bu bir bilan uchun ham esa deb edi yilda o'z keyin u emas",
        "pl": "i w nie na że się z do to jest jak o co za po ale od przez tak dla",
        "es": "de la que el en y a los se del las un por con no una su para es al lo como",
        "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il",
        "it": "di e il la che in un a per è una sono del non con si da le dei al come nel",
        "et": "ja on ei see et oli ta aga kui nii ka mis või siis olen ma me oma",
    }.items()
}
"""Words that are everywhere in a language; one that several share tells for none of them above the other."""

LACKING: Mapping[str, str] = {
    "ru": "іїєґўәғқңөұүһҗ",
    "uk": "ыэъёўәғқңөұүһҗ",
    "be": "ищъїєґәғқңөұүһҗ",
    "kk": "їєґўҗ",
    "ky": "іїєґўәғқұһҗ",
    "mn": "іїєґўәғқңұһҗ",
    "tt": "іїєґўғқұ",
    "tr": "qxw",
}
"""Letters a language does not have; a text that holds one is improbably in it."""

LACKING_WEIGHT = 1e-3

NEEDED: Mapping[str, str] = {"be": "ыэў"}
"""Letters of which a language is full: a text of ``NEEDED_LETTERS`` that holds none of them is improbably in it."""
NEEDED_LETTERS = 12
"""Distinct letters, about thirty in all."""
NEEDED_WEIGHT = 0.03
