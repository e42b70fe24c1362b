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
        "ru": """
            и в не на я что он она они мы вы с со как а то все так его но да ты к у же за бы по только ее было от еще из о
            когда даже если уже или ни быть был до чтобы это этот эта для при также который где есть сейчас очень там тут вот
            нет без под потом тоже этого того этом том кто какой мне меня нас вас нам вам ему ей им их себя свой своей были
            будет будут лет год года году более между через после перед можно надо нужно всех всего чем тем теперь здесь во об
            ли этой этих нее него себе просто про
        """,
        "uk": """
            і й в у не на я що він вона вони ми ви з із зі як а то все так його але та ти до же за б по тільки її було від ще
            про коли навіть якщо вже або чи бути був щоб це цей ця для при також який де є зараз дуже бо хто ж нема немає адже
            треба цього буде там тут ось без під потім теж того тому яка яке які яку якого мені мене тебе нас вас нам вам йому
            їй їм їх себе собі свій своїх були будуть років рік року більш більше між через після перед можна всіх усіх всього
            чим тим тепер має мають може можуть проте однак лише саме інші інших цих ці цьому такий просто нею ним них ній цим
            цією усе наш ваш над
        """,
        "be": """
            і ў у не на я што ён яна яны мы вы з са як а то усе так яго але ды ты да ж за б па толькі яе было ад яшчэ пра калі
            нават ужо або ці быць быў каб гэта гэты гэтая для пры таксама які дзе ёсць цяпер вельмі бо хто там тут вось без
            пад потым гэтага гэтым гэтай гэтых гэтыя гэтае таго таму якая якое якія якіх мне мяне цябе нас вас нам вам яму ёй
            ім іх сябе сабе свой былі будзе будуць гадоў год года годзе больш паміж праз пасля перад можна трэба усіх ўсіх
            усяго ўсё усё чым тым адзін можа аднак менавіта проста бы над аб наш ваш нашай
        """,
        "kk": """
            және бұл мен да де ол үшін деп бір осы болып бар жылы сол оның кейін туралы бойынша арқылы бастап дейін екі емес
            ең ал менің сіз сен біз олар сонымен сондай бірақ немесе тек өте кезінде болды болған болатын болады еді екен
            арасында деген ішінде сияқты ғана барлық бүгін қазір жоқ көп өз өзінің оны оған одан жыл күні тағы енді қазақ
            ретінде жатқан келген кез олардың та те
        """,
        "ky": """
            жана бул менен да де ал үчүн деп бир ушул болуп бар жылы анын кийин жөнүндө боюнча аркылуу баштап чейин эки эмес
            эң менин сиз сен биз алар бирок же абдан болду болгон болот эле экен арасында деген ичинде сыяктуу гана бардык
            бүгүн азыр жок көп өз өзүнүн аны ага андан күнү дагы эми катары кыргыз алардын та те
        """,
        "mn": """
            нь юм бол энэ байна байсан гэж ба тэр нэг болон онд дээр оны тухай гэсэн бид би та ч л хүн их болно биш ямар манай
            ах бас юу хэн хаана одоо өөр өөрийн маш бага нэгэн хоёр хүний хүмүүс улс эдгээр тэд түүний мөн гэх байдаг байгаа
            байв болсон болох хийх дараа өмнө үед учир ийм тийм байх шүү уу вэ даа монгол улсын хамт бүх гэвч эсвэл зөвхөн
            түүнд чи чинь минь надад намайг
        """,
        "tt": """
            һәм бу белән да дә ул өчен дип бер шул булып бар елда аның соң турында буенча аша ике түгел иң ә үз минем сез син
            без алар ләкин яки бик булды булган була иде икән арасында дигән эчендә кебек генә барлык бүген хәзер юк күп
            үзенең аны аңа аннан көне тагын инде мин та тә татар буларак аларның
        """,
        "en": """
            the and of to is in that it for with on was are as at be this have from or by not but you i we they his her an
            will has a my our me there what if out which who when where how all can could would should may also been were had
            them their more than some any its about into over after before only other new up one two do does did just like
            your so am man war no
        """,
        "ru-latn": """
            i v ne na ya chto on my vy s kak a to vse tak no da k u za po tolko ot esche iz kogda esli uzhe ili eto dlya gde
            est
        """,
        "fi": """
            ja on ei se että oli hän mutta kun niin ovat kuin myös joka tai jos nyt minä me siitä sen ole olen vain jotka
            josta jossa mitä mikä kuka missä siellä täällä tässä tämä tämän nämä hänen heidän meidän minun sinun vielä
            kuitenkin sitten koska vaikka kanssa ilman ennen jälkeen noin kaikki paljon enemmän hyvin voi voidaan olivat olisi
            ollut eivät en emme mukaan sekä vuonna vuoden mitään onko he sinä et ne niitä häntä
        """,
        "de": """
            der die das und ist nicht ein eine ich mit von den auf für im dem des zu sich wir sie es er auch als an bei aus
            nach wie hat wurde werden wird sind war waren haben habe hatte kann können muss noch nur schon durch über unter
            vor zwischen zum zur vom beim ins am was wer wo wenn dass daß weil oder aber doch so man mich mir uns ihr ihre
            seine sein einen einem einer eines kein keine mehr sehr alle diese dieser dieses jetzt hier dort da dann bis gegen
            ohne um in will unser ihnen ihm ihn wieder immer
        """,
        "nl": """
            de het een van en is niet in dat op te zijn met voor die er aan om ook als maar bij naar wat was werd wordt worden
            heeft had hij zij ze wij we hun haar deze dit door over uit tot geen nog dan of
        """,
        "sv": """
            och att det som en på är av för med den till inte har om ett var jag så men från de i han hon vi ni dem detta
            denna vid efter eller när där här hur vad också bara mycket kan ska skulle blev blir sig sin sina under mellan
        """,
        "tr": """
            bir ve bu için ile da de çok daha gibi olarak ne kadar ama olan sonra değil var o mi şu ben sen biz siz onlar
            benim senin bizim onun onların her hiç az en göre önce şimdi burada orada neden nasıl ise veya ya hem ancak fakat
            çünkü eğer olduğu olduğunu oldu olur olmak edildi etti ediyor tarafından arasında üzerinde içinde yıl yılında
            başka yeni bütün tüm yok idi diye ki iki
        """,
        "az": """
            və bu bir ilə üçün də da çox daha kimi olaraq nə qədər amma olan sonra deyil var o idi isə ki ildə ilin il onun
            mən sən biz siz onlar mənim sənin bizim onların hər heç az ən görə əvvəl indi burada orada necə ya həm ancaq lakin
            çünki əgər olduğu olduğunu oldu olur olmaq edildi etdi edir edilmiş tərəfindən arasında üzərində içində ilində
            başqa yeni bütün yox deyə iki saylı olmuşdur etmişdir edən etmək olunur olub edib edilir üzrə haqqında hazırda
            bunu ona onu ondan yalnız artıq digər
        """,
        "uz": """
            va bu bir bilan uchun ham esa deb edi yilda o'z keyin u emas men sen biz siz ular bor yo'q juda ko'p lekin yoki
            qadar kabi so'ng hozir shu har eng boshqa yangi barcha bo'lgan bo'ldi qilish ga ning
        """,
        "pl": """
            i w nie na że się z do to jest jak o co za po ale od przez tak dla był była było były są być ma już jego jej ich
            tym tego tej ten ta te który która które oraz lub także może bardzo czy gdy przy pod nad przed roku
        """,
        "es": """
            de la que el en y a los se del las un por con no una su para es al lo como este esta pero más muy ser fue ha son
            también hay sus le me mi qué cuando donde entre sobre desde hasta sin
        """,
        "fr": """
            de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il vous nous avec cette son
            sa ses aux ou où mais on être sont elle je me ma mon leur été fait comme tout
        """,
        "it": """
            di e il la che in un a per è una sono del non con si da le dei al come nel i lo gli più anche ma o questo questa
            stato era ha nella della delle degli alla ci mi suo sua
        """,
        "et": """
            ja on ei see et oli ta aga kui nii ka mis või siis olen ma me oma kes kus siin seal need tema nende meie teie minu
            sinu veel vaid sest koos enne pärast üle umbes kõik palju rohkem väga võib olid oleks olnud pole ning juba aastal
            kuid en mina sina nad ne
        """,
        "ro": """
            și în de la cu nu este a fost care pe un o din pentru mai că se sau al ale
        """,
        "cs": """
            a v na se je že to s z do i o k za pro by byl byla které který jako jeho ve po ale jsou
        """,
        "lv": """
            un ir ar no par uz kas tas ka bet arī kā es jūs viņš bija nav pie vai
        """,
        "lt": """
            ir yra su iš apie kad bet kaip tai buvo jis ji mes jūs taip ar prie nuo dėl į
        """,
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
