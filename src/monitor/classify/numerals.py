"""The words for numbers, by language, folded: exact numbers only, so «десятки», «сотни» and "dozens" stand nowhere here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from monitor.classify.latin import in_latin


def spelled(*lines: str) -> frozenset[str]:
    """Give the words of some lines as a set."""
    return frozenset(" ".join(lines).split())


_ANYWHERE: dict[float, str] = {
    1: "один одна одно одного одной одному одним одну адзін адна аднаго адну one бір бірі ერთი ერთ մեկ нэг yksi yhden yhteen bir"
    " бер",
    2: "два две двух двум двумя двое двоих двоим двоими ikisi ikisini пара пару пары парочка парочку два дві двох двом "
    "двоє дзве двух двое дваіх"
    " two couple екі екеу екеуі екеуін екеуді ორი ორ երկու хоёр kaksi kahden iki ике kahta kahteen zwei",
    3: "три трех трем тремя трое троих троим üçü üçünü трьох трьом троє тры трох траіх three үш үшеу үшеуі үшеуін "
    "სამი სამ երեք гурав гурван"
    " kolme kolmen kolmea kolmeen üç өч drei",
    4: "четыре четырех четырем четырьмя четверо четверых чотири чотирьох чотирьом четверо чатыры чатырох "
    "four төрт төртеу төртеуін ოთხი"
    " ოთხ չորս дөрөв дөрвөн neljä neljän neljää neljään dörd дүрт vier",
    5: "пять пяти пятью пятеро пятерых п'ять п'яти п'ятьох п'ятеро пяць пяці five бес бесеу бесеуін ხუთი "
    "ხუთ հինգ тав таван viisi"
    " viiden viittä viiteen beş биш fünf",
    6: "шесть шести шестью шестеро шестерых шість шістьох шестеро шэсць шасці six алты алтау алтауын ექვსი "
    "ექვს վեց зургаа зургаан"
    " kuusi kuuden kuutta kuuteen altı sechs",
    7: "семь семи семеро семерых сім сімох семеро сем seven жеті жетеу жетеуін შვიდი შვიდ յոթ долоо долоон "
    "seitsemän seitsemää seitsemään yeddi җиде sieben",
    8: "восемь восьми восемью восьмеро восьмерых вісім восьми вісьмох восем васьмі eight сегіз რვა ութ найм "
    "найман kahdeksan kahdeksaa kahdeksaan səkkiz"
    " сигез acht",
    9: "девять девяти девятью девятеро девятерых дев'ять дев'яти дев'ятьох дзевяць nine тоғыз ცხრა ինը есөн "
    "yhdeksän yhdeksää yhdeksään doqquz тугыз neun",
    10: "десять десяти десятью десятеро десятерых десяток десятка десятку десять десятьох дзесяць дзесяці "
    "ten ათი ათ տաս տասը арав арван"
    " kymmenen kymmentä kymmeneen zehn",
    12: "дюжина дюжину дюжины",
    0.5: "half пів паўгадзіны puoli halbe halben полчаса получаса полчасика півгодини полсуток полсутки "
    "півдоби полдня півдня полкилометра"
    " півкілометра полдоби puolituntia паў жарты жарым ярты yarım ნახევარი ნახევარ կես хагас",
    1.5: "კილომეტრნახევარი კილომეტრნახევარია საათნახევარი საათნახევარია"
    " полтора полутора полторы півтора півтори паўтара паўтары puolitoista anderthalb полтораста",
    20: "twenty жиырма քսան хорь хорин iyirmi егерме zwanzig",
    30: "thirty отыз երեսուն гучин otuz утыз dreißig dreissig",
    40: "сорок сорока forty қырық քառասուն дөчин qırx кырык vierzig",
    50: "полсотни полусотни півсотні паўсотні fifty елу հիսուն тавин əlli илле fünfzig",
    60: "sixty алпыс վաթսուն жаран altmış алтмыш sechzig",
    70: "seventy жетпіс յոթանասուն далан yetmiş җитмеш siebzig",
    80: "eighty сексен ութսուն наян səksən сиксән achtzig",
    90: "девяносто девяноста дев'яносто дзевяноста ninety тоқсан իննսուն ерэн doxsan туксан neunzig",
    100: "сто ста сотня сотню сотней ასი ას sata hundert",
    150: "полтораста полутораста",
    500: "полутысячи полтысячи пол-тысячи півтисячі паўтысячы полтыщи",
    1e6: "миллион миллиона миллионом мільйон мільйона million",
    500_000: "полмиллиона півмільйона",
    1000: "тысяча тысячу тысячей тысяче тыще тисяча тисячу тыща тыщу тысячу ათასი ათას tuhat tausend",
    **dict(
        zip(
            range(11, 20),
            (
                "eleven თერთმეტი თერთმეტ տասնմեկ yksitoista elf",
                "twelve თორმეტი თორმეტ տասներկու kaksitoista zwölf",
                "thirteen ცამეტი ცამეტ տասներեք kolmetoista dreizehn",
                "fourteen თოთხმეტი თოთხმეტ տասնչորս neljätoista vierzehn",
                "fifteen თხუთმეტი თხუთმეტ տասնհինգ viisitoista fünfzehn",
                "sixteen თექვსმეტი თექვსმეტ տասնվեց kuusitoista sechzehn",
                "seventeen ჩვიდმეტი ჩვიდმეტ տասնյոթ seitsemäntoista siebzehn",
                "eighteen თვრამეტი თვრამეტ տասնութ kahdeksantoista achtzehn",
                "nineteen ცხრამეტი ცხრამეტ տասնինը yhdeksäntoista neunzehn",
            ),
            strict=True,
        )
    ),
}
_WRITTEN_IN_LATIN: dict[float, str] = {
    0.5: "полчаса полсуток",
    1: "один одна одного",
    1.5: "полтора полутора",
    2: "два две двух двое двоих",
    3: "три трех трое троих",
    4: "четыре четырех четверо четверых",
    5: "пять пяти пятеро пятерых",
    6: "шесть шести шестеро",
    7: "семь семи семеро",
    8: "восемь восьми",
    9: "девять девяти",
    10: "десять десяти десяток",
    40: "сорок сорока",
    90: "девяносто",
    100: "сто ста сотня сотню",
    1000: "тысяча тысячу",
}
"""Russian words that are also read in Latin letters: stoim pyat chasov."""
_TURKIC: dict[float, str] = {10: "он on ун", 1000: "min"}
"""Short words that mean something else in other languages: read only in a text with letters of a Turkic one."""
TURKIC_LETTERS = re.compile(r"[әғқңұһəı]")
_SLAVIC_TEENS = (
    "один|оди|адин|адзі две|два три|тры четыр|чотир|чатыр пят|п'ят шест|шіст|шас сем|сім восем|вісім|васям девят|дев'ят|дзевят"
)
_MULTIPLIERS: dict[float, str] = {
    10: "десятка десятков десятки десятків",
    12: "dozen",
    100: "hundred сотни сотен сотень сотні сотняў жүз жүзден жүзге жүздей жүзді yüz yüzdən йөз зуу зуун հարյուր sataa",
    1000: "мыңнан",
}
"""Words that multiply the small number before them; alone, those of one hundred are a hundred, the others nothing."""
ALONE = frozenset(
    {"мыңнан", "hundred", "жүз", "жүзден", "жүзге", "жүздей", "жүзді", "yüz", "yüzdən", "йөз", "зуу", "зуун", "հարյուր"}
)
_KAZAKH_CASES = (
    "ден",
    "дан",
    "тен",
    "тан",
    "нен",
    "нан",
    "ге",
    "ға",
    "ке",
    "қа",
    "дей",
    "дай",
    "тей",
    "тай",
    "ні",
    "ны",
    "ін",
    "ын",
)
_KAZAKH = spelled("екі үш төрт бес алты жеті сегіз тоғыз жиырма отыз қырық елу алпыс жетпіс сексен тоқсан")


def _slavic() -> Iterator[tuple[str, float]]:
    """Give the teens, tens and hundreds of Russian, Ukrainian and Belarusian in their cases."""
    for value, beginnings in enumerate(_SLAVIC_TEENS.split(" "), start=11):
        for beginning in beginnings.split("|"):
            for ending in ("надцать", "надцати", "надцатью", "надцять", "надцяти", "надцятьох", "наццаць", "наццаці"):
                yield beginning + ending, value
    for value, beginnings in ((20, "два|два"), (30, "три|тры")):
        for beginning in beginnings.split("|"):
            for ending in ("дцать", "дцати", "дцатью", "дцять", "дцяти", "дцятьох", "ццаць", "ццаці"):
                yield beginning + ending, value
    fives = (
        (5, "пять пяти п'ять п'ят пяць"),
        (6, "шесть шести шість шіст шэсць"),
        (7, "семь семи сім сем"),
        (8, "восемь восьми вісім восем"),
    )
    for digit, words in fives:
        for word in words.split():
            for ending in ("десят", "десяти", "десят", "десяти", "десятьох", "дзясят", "дзесят"):
                yield word + ending, digit * 10
    for digit, words in (*fives, (9, "девять девяти дев'ять дев'ят дзевяць")):
        for word in words.split():
            for ending in ("сот", "стам"):
                yield word + ending, digit * 100
        for word in {5: "пяти п'яти", 6: "шести шести", 7: "семи семи", 8: "восьми восьми", 9: "девяти дев'яти"}[digit].split():
            yield word + "сот", digit * 100
    for digit, words in (
        (2, "двести двухсот двумстам двісті двохсот дзвесце двухсот"),
        (3, "триста трехсот тремстам трьохсот трыста"),
    ):
        yield from ((word, digit * 100) for word in words.split())
    yield from ((word, 400) for word in spelled("четыреста четырехсот чотириста чотирьохсот чатырыста"))


def _georgian() -> Iterator[tuple[str, float]]:
    """Give the numbers above twenty, which count by twenties, and the hundreds, with and without their ending."""
    small = [(word, value) for value in range(1, 20) for word in _ANYWHERE[value].split() if "ა" <= word[0] <= "ჰ"]
    yield from ((word + half, value + 0.5) for word, value in small if value < 10 for half in ("ნახევარი", "ნახევარ"))
    for twenty, value in (("ოც", 20), ("ორმოც", 40), ("სამოც", 60), ("ოთხმოც", 80)):
        yield from ((twenty, value), (twenty + "ი", value))
        yield (twenty + "ზე", value)
        yield from ((twenty + "და" + word, value + more) for word, more in small)
        yield from ((twenty + "და" + word[:-1] + "ზე", value + more) for word, more in small if word.endswith("ი"))
    for digit, stem in ((2, "ორ"), (3, "სამ"), (4, "ოთხ"), (5, "ხუთ"), (6, "ექვს"), (7, "შვიდ"), (8, "რვა"), (9, "ცხრა")):
        yield from ((stem + "ას" + ending, digit * 100) for ending in ("", "ი", "ამდე", "ზე"))
    yield from ((word[:-1] + "ამდე", value) for word, value in small if word.endswith("ი"))
    yield from ((word[:-1] + "ზე", value) for word, value in small if word.endswith("ი"))
    yield from (("ასამდე", 100), ("ოცამდე", 20), ("ათასამდე", 1000), ("ასზე", 100), ("ოცზე", 20), ("ათასზე", 1000))


def _compounds() -> Iterator[tuple[str, float]]:
    """Give tens and units written in one word: Armenian, Finnish, German."""
    finnish = ("kaksi", "kolme", "neljä", "viisi", "kuusi", "seitsemän", "kahdeksan", "yhdeksän")
    german = ("ein", "kahta kahteen zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
    armenian = ("մեկ", "երկու", "երեք", "չորս", "հինգ", "վեց", "յոթ", "ութ", "ինը")
    for digit, word in enumerate(finnish, start=2):
        for ten in ("kymmentä", "kymmenen"):
            yield word + ten, digit * 10
            yield from ((word + ten + unit, digit * 10 + more) for more, unit in enumerate(("yksi", *finnish), start=1))
        yield word + "sataa", digit * 100
    for value in range(20, 100, 10):
        for word in _ANYWHERE.get(value, "").split():
            if word.endswith(("zig", "ßig", "ssig")):
                yield from ((unit + "und" + word, value + more) for more, unit in enumerate(german, start=1))
            if "ա" <= word[0] <= "ֆ":
                yield from ((word + unit, value + more) for more, unit in enumerate(armenian, start=1))
    yield from ((word + "hundert", digit * 100) for digit, word in enumerate(german, start=1))


def _tatar_teens() -> Iterator[tuple[str, float]]:
    """Give eleven to nineteen, which Tatar writes in one word."""
    units = ["бер", "ике", "өч", "дүрт", "биш", "алты", "җиде", "сигез", "тугыз"]
    return (("ун" + unit, 10.0 + more) for more, unit in enumerate(units, start=1))


def _words(table: Mapping[float, str]) -> Iterator[tuple[str, float]]:
    return ((word.replace("ё", "е"), float(value)) for value, words in table.items() for word in words.split())


def _kazakh_cases(words: Iterable[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    return ((word + case, value) for word, value in words if word in _KAZAKH for case in _KAZAKH_CASES)


MULTIPLIERS: Mapping[str, float] = dict(_words(_MULTIPLIERS))
WORDS: Mapping[str, float] = {
    **{word: MULTIPLIERS[word] for word in ALONE},
    **{latin: value for word, value in (*_words(_WRITTEN_IN_LATIN), *_slavic()) for latin in in_latin(word)},
    **dict(_tatar_teens()),
    **dict(_kazakh_cases(_words(_ANYWHERE))),
    **dict(_slavic()),
    **dict(_georgian()),
    **dict(_compounds()),
    **dict(_words(_ANYWHERE)),
}
TURKIC_WORDS: Mapping[str, float] = dict(_words(_TURKIC))
GLUED: Mapping[str, str] = {
    **dict.fromkeys(("полчаса", "получаса", "полчасика", "півгодини", "паўгадзіны"), "час"),
    **dict.fromkeys(("полсуток", "полсутки", "півдоби"), "сутки"),
    **dict.fromkeys(("полдня", "півдня"), "день"),
    **dict.fromkeys(("полкилометра", "півкілометра", "კილომეტრნახევარი", "კილომეტრნახევარია"), "км"),
    **dict.fromkeys(("საათნახევარი", "საათნახევარია"), "час"),
}
"""Words that hold a half and its unit at once."""
COLLECTIVE = spelled(
    "dvoih dvoikh troih troikh chetveryh chetverykh pyateryh",
    "двое двоих двоим трое троих троим четверо четверых пятеро пятерых шестеро шестерых семеро семерых "
    "восьмеро восьмерых девятеро"
    " девятерых десятеро десятерых двоє трьох троє двох чотирьох п'ятьох шістьох сімох вісьмох дев'ятьох десятьох дваіх траіх"
    " ikisi ikisini üçü üçünü dördünü beşini екеуін үшеуін төртеуін бесеуін екеу үшеу төртеу бесеу",
)
"""Numbers that count persons without naming them."""
_ORDINALS = {
    2: "второй вторые вторая вторую вторых втором друга другу другий другі другу другая другую другі"
    " second екінші მეორე երկրորդ хоёрдахь"
    " toinen toista",
    3: "третий третьи третья третью третьих третьем третій третя третю треті трэці трэція трэцяя трэцюю"
    " third үшінші მესამე երրորդ"
    " kolmas kolmatta",
    4: "четвертый четвертые четвертая четвертую четвертых четвертом четвертий четверта четверту четверті чацвёрты чацвёртую"
    " чацвёртая fourth төртінші მეოთხე չորրորդ neljättä",
    5: "пятый пятые пятая пятую пятых пятом п'ятий п'ята п'яту п'яті пятая пятую fifth бесінші მეხუთე հինգերորդ viidettä",
    6: "шестой шестые шестая шестую шестых шестом шостий шоста шосту шості шостая шостую sixth алтыншы მეექვსე",
    7: "седьмой седьмые седьмая седьмую седьмых седьмом сьомий сьома сьому сьомі сёмая сёмую seventh жетінші მეშვიდე",
    8: "восьмой восьмые восьмая восьмую восьмых восьмом восьмий восьма восьму восьмі восьмую восьмая eighth сегізінші მერვე",
    9: "девятый девятые девятая девятую девятых девятом дев'ятий дев'ята дев'яту дев'яті дзявятая дзявятую дзевятую"
    " ninth тоғызыншы მეცხრე",
    10: "десятый десятые десятая десятую десятых десятом десятий десята десяту десяті дзясятая дзясятую tenth оныншы მეათე",
    11: "eleventh",
    12: "twelfth",
}


def _slavic_ordinals() -> Iterator[tuple[str, int]]:
    """Give eleventh to thirtieth of Russian and Ukrainian, in the cases hours and days stand in."""
    for value, beginning in (*enumerate(_SLAVIC_TEENS.split(" "), start=11), (20, "два"), (30, "три|тры")):
        stems = [stem + ("дцат" if value % 10 == 0 else "надцат") for stem in beginning.split("|")]
        yield from ((stem + ending, value) for stem in stems for ending in ("ый", "ые", "ая", "ую", "ых", "ом"))
        yield from ((stem[:-2] + "ят" + ending, value) for stem in stems for ending in ("ий", "а", "у", "і"))


_LISTED = ((word, value) for value, words in _ORDINALS.items() for word in words.replace("ё", "е").split())
_IN_ORDER = [*_LISTED, *_slavic_ordinals()]
ORDINALS: Mapping[str, int] = {latin: value for word, value in _IN_ORDER for latin in (word, *in_latin(word))}
