"""Tell the form of a post: report, news, offer, question, advice, opinion or other.

What addresses the reader decides first, in this order: an offer (something to be had, with its price or where to ask), a question,
advice (imperatives). What is left tells or judges: cues of a witness, of news and of opinion are weighed against one another, and
the heaviest wins; of equals the witness before the newsroom before the judge. Without any cue a post that has a theme, or is as long
as news are, is news told in the third person; a short one is something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from monitor.classify.cues import Cues, Read
from monitor.model import PostKind
from monitor.text import Words, tokenise, words

LEAST_NEWS_WORDS = 11
"""Words of a text without cues that is taken for news rather than for a remark."""
LONG_QUESTION_WORDS = 45
"""Longer texts that end with a question only muse."""

OFFER = (
    r"\b(?:прода(?:м|ю|ем|[её]тся|ются)|распрода(?:ю|м)|куплю|сда(?:м|ю|ем|[её]тся|ются)|отдам|отда(?:ю|ём)|довез[уе]|отвез[уе]|везу|возьму|подвезу|провожу|провезу|перевезу"
    r"|встречаю|встретим|вожу|ищу (?:место|попутчик|машину|кто|водител|жиль)|предлага(?:ю|ем)|принимаем заказ|оформляем|набираем|собираем (?:на|деньги|помощь|вещи)"
    r"|нужны (?:термос|волонт|одеял|вещи|водител|руки)|сбор (?:у|вещей|помощи|средств)|дам (?:ночлег|жиль))\b"
    r"|вакансия|горящ\w+ тур|самовывоз|рассрочк|тест-драйв|в наличии|под заказ|прокат-|скидк\w+ \d|промокод|трансфер[ ,]|аренда |бронь у|бесплатн\w+ (?:юрид|помощь|консульт|ночлег|жиль)"
    r"|остал[оа]сь \w+ мест|\bмест[ао]? (?:есть|свободн)|(?:есть|свободн\w+|два|три|\d+) мест[ао]?\b.{0,60}(?:руб|тыс|\$|т\.? ?р|к\b|с человека|грив)|с человека\b"
    r"|\b(?:продаю|здам|здаю|віддам|довезу|візьму|вільн\w+ місц|збираємо|прадам|прадаю|здаецца)"
    r"|\bfor sale\b|\bselling (?:my|a|the)\b|seats? (?:to|left|available|in a van)|per person|\bdm (?:me|for)|looking for a (?:ride|lift|seat)|\bhiring\b|pick ?up only|we offer"
    r"|იყიდება|ქირავდება|ვყიდი|გავყიდი|ადგილი დარჩა|\d ადგილი|წავიყვან|დამიკავშირდით|კაცზე"
    r"|сатамын|сатылады|\d орын\b|бір орын|орын бар\b|жеткіземін|апарамын|жалға бер"
    r"|myydään|vuokrataan|\bkyyti\b|\bverkaufe|zu verkaufen|\bbiete\b|\bvermiete|satılır|kirayə|վաճառ(?:վում|ում)|վարձով|зарна|байр өгнө|түрээс|сатам\b"
)
CONTACT = r"\[(?:phone|user|email)\]"
PRICE = r"\d\s*(?:руб|р\b|тыс|т\.? ?р|\$|€|грн|теңге|лари|usd|eur)|[$€]\s?\d|дол+ар|ლარ"
ASKED = (
    r"подскаж|(?:^|[.!?,] ?)(?:(?:ребят\w*|народ|люди|всем привет|господа|друзья|а),? )?кто(?:[- ]?(?:нибудь|то))? (?:знает|ехал|был|едет|видел|подавал|проходил|в курсе)|кто-нибудь|объясните|посоветуйте"
    r"|does anyone|anyone (?:know|driving|going)|хто знає|хто-небудь|підкаж|порадьте|порадите|ვინ იცის|ხომ არ იცით|მითხარით|білмейсіз бе|кім біледі|tietääkö|weiß jemand|bilən var|գիտի"
)
"""Asks even without a question mark."""
INTERROGATIVE = (
    r"\b(?:кто|как|где|куда|когда|сколько|какой|какая|какие|какую|почему|зачем|можно|есть|что|чем|будет|пускают|надо|нужно|это|хто|як|де|куди|коли|скільки|який|яка|чи|ли"
    r"|who|how|where|when|what|which|is|are|do|does|did|can|should|any|რა|ვინ|როგორ|სად|რამდენი|қалай|қанша|қайда|қашан|кім|ма|ме|ба|бе|па|пе|որտեղ|ինչ|ու?մ|miten|missä|wo|wie|wann)\b"
)
MUSING = r"^[^.!?]{0,40}—? это как|^знаете|заявил|объявил|сообщ|!.*\?$|позор|неужели|доколе"
"""A question mark here asks nobody."""
PROMOTION = r"\[?(?:📩|👉|🔴|❤|✅|подпи(?:сыва|ши|са)|присыла|прислать|чита(?:йте|ть)|смотр(?:ите|еть)|слуша(?:йте|ть)|ставьте (?:лайк|❤|👍)|переходите по|жмите|голосуйте|напом(?:ним|инаем))\w*"
"""What channels say below every post: it addresses the reader and advises nothing."""
ADVICE = (
    r"\b(?:не )?(?:берите|возьмите|подпис[ыа]вайте|подпишите|открывайте|ходите|идите|езжайте|едьте|уезжайте|выезжайте|бегите|валите|спасайтесь|прячьтесь|требуйте|отвечайте"
    r"|собирайте|собирайтесь|запасайтесь|ставьте|звоните|думайте|ждите|тяните|ведитесь|верьте|суйтесь|говорите|пишите заявление|помните|проверьте|проверяйте|удалите|почистите|сохраняйте"
    r"|смените|ночуйте|сдавайтесь|здавайтеся|используйте|сделайте|попробуйте|купите|оденьтесь|живите|снимите|объезжайте|выбирайте|не (?:откр|подпис|бер|ход|езд|ид)\w+(?:ть|ти|ем|ём|ай|и)\b|будьте|учтите|имейте)\b"
    r"|\bсовет(?:ую|уем|ы\b|уют\b)|рекоменду(?:ю|ем)|памятк|лайфхак|инструкци|по пунктам|\bчто делать, если|\bкак (?:избежать|не попасть|уклониться|правильно|мобилизовать|выбрать|уехать|откосить|пройти|научиться)\b"
    r"|(?:^|[.!:,] ?)(?:лучше |)(?:не )?(?:бери|беги|вали|уезжай|езжай|собирай|ставь|бросай)\b|\b(?:пять|три|семь|десять|\d+) (?:при[её]м|совет|способ|шаг|правил)\w*|кому (?:ехать|собираться|надо)\b|осторожнее|\bне (?:показываем|подписываем|садимся|берем|открываем|ходим)\b|горячая линия по мобилизации"
    r"|(?:^|[.!:] ?)(?:do not|don't|never|always|pack|take|bring|leave|go|avoid|use|run|stop|assume|if they|if you(?:'re| are| have| get))\b|how to\b|should (?:go|leave|take|bring)|tips? for|take your passport"
    r"|\b(?:не )?(?:тікайте|тікати|ховайтеся|підписуйте|підписувати|відчиняйте|відчиняти|беріть|скажіть|виїжджайте|ведіться|йдіть|памятайте|пам'ятайте)\b|порад[аи]\b"
    r"|\bне (?:бярыце|адчыняйце|падпісвайце|хадзіце)|жывіце|უთხარ|ნუ |არ გააღოთ|არ მოაწეროთ|\w+(?:ыңдар|іңдер|ңыздар|ңіздер|маңыз|меңіз)\b|кеңес|imzalamayın|açmayın|älkää|kannattaa"
)
WITNESS = (
    (
        3,
        r"\b\w{2,}(?:дық|дік|тық|тік|дім|тім|мыз|міз)\b|გადმოვედ|გავიარ|^\W*(?:paid|saw|got|spent|drove|crossed|waited|arrived)\b",
    ),
    (2, r"^\W*\w{2,}(?:[иаеяу]л|ался|ился)[аи]?\b"),
    (
        3,
        r"\b(?:я|мы|нас|нам|мне|меня|мною|у нас|мой|моя|мо[еи]|моего|моей|моему|наш(?:а|е|и|у|его|ей|их|им|ему)?|ми|мене|мені|мій|моя|моєму|мы|мяне|нам)\b",
    ),
    (
        3,
        r"\b(?:i|i'm|i've|we|we're|we've|my|our|us|me)\b|მე\b|ჩემ|ჩვენ|\bбіз\b|\bмен(?:і|ің)?\b|менің|біздің|minä|\bwir\b|\bich\b|\bbiz\b|\bես\b|\bմենք\b",
    ),
    (
        3,
        r"\b(?:сто(?:им|ю)|ед(?:ем|у)|жд(?:ем|у)|вижу|ночу(?:ем|ю)|сидим|проехал[аи]?|прош(?:ли|ел|ла)(?! (?:митинг|концерт|акци|заседан|выбор|форум|суд|рейд|обыск|дожд|перв))|отстоял[аи]?|простоял[аи]?|выехал[аи]?|вылетел[аи]?|доехал[аи]?|встал[аи]? в|проторчал[аи]?|добрал[аи]сь|ночевал[аи]?|стоял[аи]?)\b",
    ),
    (
        3,
        r"\b(?:стоїмо|стою|їдемо|чекаємо|чекаю|проїхали|пройшли|відстояли|сидимо|стаім|чакаем|сядзелі|стаяў|adam saat gözlədik|gözlədik|gözləyirik)\b",
    ),
    (
        3,
        r"ვდგავარ|ვდგა|ველოდ|გამოვიარეთ|ვზივარ|тұрмыз|тұрдық|тұрмын|күттік|күттім|өттік|келдік|odotamme|odotin|jonotin|jonotamme|կանգնեցի|սպասում ենք|хүлээлээ|хүлээж байна бид|тордык",
    ),
    (
        2,
        r"\b(?:муж(?:а|у|ем)?|друг[ау]?|другом|сосед\w*|брат(?:а|у|ом)?|знакомы[йе]|знакомого|знакомому|приятел\w+|одноклассник\w*|сын(?:а|у)?|мам[аыуе]|сестр[аыуе]|племянник\w*|подруг[аиу]|ребята|сусід\w*|друже|сябар|чоловік мо|күрше\w*|көрш\w+|досым|მეგობ\w+|мужики)\b",
    ),
    (
        2,
        r"\b(?:щас|сейчас|только что|прямо сейчас|на моих глазах|при мне|сегодня утром|с утра|вчера|в \d+ утра|народу|сводка|обновление|update|наверное?|вроде|зато|короче|ребят\w*|всем привет|just (?:crossed|arrived|now)|right now|saw a)\b",
    ),
    (
        2,
        r"народу (?:мало|немного|нет|тьма|много|было)|машин (?:перед|впереди|до)|перед(?:о)? мной|впереди|хвост\b|змейк|двига(?:ется|емся)|не движется|\bеле\b|кошмар|жесть|капец|звезд[её]ц|\bчел\b|\bkm\b.*\bqueue|cars? ahead|no queue|growing|\bпусто\b|никого (?:нет|вообще)|: никого|заезжай|проезжай",
    ),
    (
        2,
        r"\d+ ?(?:час|сут|год(?:ин)|сағат|საათ|hours?|saat|tunti|цаг|ժամ).{0,40}(?:очеред|черз|кезек|რიგ|queue|jono|növbə|дараал|հերթ)|\bjono\b|დგას\b|თენებ|თევს|ათევს|берді\b|көп екен",
    ),
    (2, r"^\W*[\w’'-]+(?: [\w’'/-]+)?(?:[.,] | [—–-] )(?!.*(?:сообщ|заяв))"),
    (2, r"^\W*[\w’'-]+(?: [\w’'/-]+)?: (?:\d|до \d|около \d|почти)"),
    (
        1,
        r"\bстоят\b|\bстоит\b|\bспят\b|жгут|греются|ночуют|бросают|уходят|\bпускают|винт[ия]т|кричат|плачут|воют|выдали|сняли с|раздали|пришёл|пришел|people (?:are|light|walk)",
    ),
    (3, r"\b(?:stoim|stoyu|stoyal|edem|zhdem|mne|ya|nas)\b|зогсож байна|växt|növbəsi|dayanıb|ძალიან ცივა|әлі|жатыр\b"),
)
NEWS = (
    (
        3,
        r"сообщ(?:а[ею]т|ил[аи]?|ила)|заявил[аи]?\b|объяви(?:л|ли|ла|вш)|рассказал[аи]? (?:в|shot|риа|тасс|журнал)|по данным|по информации|пресс-служб|передает|пишет\b|пишут\b|— сми|источник|подтверди[лв]|опроверг|уточни[лв]\b|напомни[лв]|прокоммент|предупредил",
    ),
    (
        2,
        r"министр|министерств|минобороны|госдум|\bдум[аы]\b|сенатор|указ\b|правозащитник|закон\w*\b|власт[иьей]|мэр[ияаы]?\b|губернатор|\bсуд\w{0,2}\b|президент|премьер|правительств|комитет|ведомств|чиновник|консульств|\bоон\b|\bфсб\b|\bмвд\b|\bмчс\b|госпогран|погранслужб|таможенн\w+ служб|полици|прокуратур|следствен|силовик|военкомат\w* (?:перешли|нач|област)|социолог|синоптик|учен\w+|эксперт\w*|депутат|росгварди|парламент|верховн|нато\b|евросоюз",
    ),
    (
        2,
        r"\b(?:задержан[аоы]?|закрыт[аоы]?|подписан[аоы]?|введен[аоы]?|возбужд\w+|продл\w+|арестован[аоы]?|приговор\w+|осужд\w+|назнач\w+|доставлен\w*|эвакуир\w+|призван[аоы]?|отменен[аоы]?|выявлен[аоы]?|госпитализ\w+|погиб\w*|пострада\w+|установлен\w*|разместили|размещен\w*|открыт[аоы]?|изъят\w*)\b",
    ),
    (
        2,
        r"\b(?:закрыва[ею]т|открыва[ею]т|запуст\w+|запреща[ею]т|запретил[аи]?|ввод[ия]т|вв[её]л[аи]?|отменя[ею]т|отменил[аи]?|продлил[аи]?|выросл[аио]|вырос|снизил\w+|подорожа\w+|подешеве\w+|увелич\w+|урежет|поддержал[аи]?|одобрил[аи]?|принял[аи]?|внесл[аи]|выступил[аи]?|начал[аи]?сь|начнут|начнет|нач[её]тся|стартовал\w*|появил\w+|обнаруж\w+|нашли|зафиксир\w+|насчитал\w*|подожгли|поджог\w*|бросили|перекрыли|устроили|выстроил[аи]|приехал[аи]? |прибыл[аи]?|въехал[аи]?|блокиру[ею]т|раскупили|восстановл\w+|переоборуд\w+|достро\w+|опубликовал\w*|выделили|признал[аи]?|подал[аи]?)\b",
    ),
    (3, r"^\W*(?:⚡|❗|‼|🔴|📌|🪖)|переслано из|главное (?:за|к)|\bновости\b|^\W*молния"),
    (
        3,
        r"\bsaid\b|\bsays\b|announc\w+|according to|\bsource\w*|officials?\b|minister|ministry|committee|rights groups?|reuters|report(?:s|ed|edly)\b|spokes\w+|police\b|authorities|government|duma|putin (?:signed|declared|announced)|new (?:russian )?law|\bvideos? show|satellite|counts?\b",
    ),
    (
        2,
        r"\b(?:detained|arrested|closed|extended|reopen\w*|drafted|called up|calls? up|turned back|barred|shut|ends?|ending|adopted|approved|stretch\w*|blocked|lowers?|warn\w*|sold out|entered|crossed into|have left|sent home|clash\w*)\b",
    ),
    (
        3,
        r"оголос\w+|ухвал\w+|кажуть|за даними|повідом\w+|заяви(?:в|ла|ли)|паведам\w+|нараху\w+|підтримал\w*|голосува\w+|продовжила|у росії|в рф\b|в росії|громадян рф",
    ),
    (
        2,
        r"\b(?:затрима\w+|привезли|везуть|підпал\w+|закри(?:ли|то|вають)|роздають|розносять|розтягнул\w+|прибул[оиа]|в'їхал[оиа]|відкрил[иао]|запрова\w+|отримал[иа]|блокують|затрыма\w+|разносяць|з'яві\w+|расцягну\w+)\b",
    ),
    (
        3,
        r"აცხადებს|განაცხად|გამოაცხად|გამოცხადდა|პრემიერ|შსს|მთავრობ|დააკავ|დაკავებულ|შემოვიდა|გამართეს|გაიმართა|იწვევენ|აპირებ|კურსი|გაიზარდა|გადაჭიმულ",
    ),
    (
        3,
        r"хабарла|мәлімде|жарияла|деді\b|тоқаев|іім\b|министр|көбейді|келді\b|ұзартыл|жетті\b|жетіп|ұстады|ұсталды|кіргізді|таратты|қол қойды|жұмыс істейді|мэдээл|зарлал|kertoo|ilmoit|rajavartio|bildir|hökumət|saxlan|birlik|հայտն|ժամանել|չեն մնացել|մեկն|сообщ|мелдун|meldet|laut |sagte?\b|sagt\b|streik|парламент|хәбәр ит|орж ир",
    ),
)
OPINION = (
    (
        4,
        r"по-моему|я считаю|\bсчитаю\b|я думаю|мне кажется|\bкажется\b|имхо|помяните (?:моё|мое)|наш вариант|вспомните|не пов[её]рите|честно говоря|i think|my guess|in my (?:view|opinion)|imho|appalled|exactly|мне здається|на мою думку|вважаю|ჩემი აზრით|менің ойымша|минемчә",
    ),
    (
        4,
        r"\b(?:пора|хватит|доколе|позор\w*|стыд\w*|ненавижу|людоедств|жадност|трусост|трус\w*|идиот\w*|кретин|дич[ьи]|безуми\w*|абсурд|цинизм|бред|дураки|рабы|shame|disgust\w*|coward\w*|refuse to|stand with|ганьба|досить|час закрити|დროა|керек!|ұят)\b",
    ),
    (
        3,
        r"\b(?:это (?:не|как|уже|просто)|они не|мы просто|вот (?:и|вам)|так (?:и|им) |лишь бы|никогда|всегда|вечно|ни разу|рано или поздно|должн[аоы]|нужно было|надо было|неужели|зачем|почему|знаете|понимаете|конечно|видимо|похоже|очевидно|вопрос (?:времени|месяцев)|тем (?:ближе|хуже|лучше)|ничего (?:не|хорошего)|устал[иа]?|злостн|летим|never|always|nobody|no one|every|first they|should|deserve\w*|finally|of course|probably|лише|ніколи|завжди|най(?:краща|гірша)|мабуть|ближче|нехай|ану)\b",
    ),
    (
        3,
        r"могилизац|режим\w* (?:посып|рух|пад|путин|трещ)|имп[еі]р|пропагандист|патриот|элит[аы]|elites|\bпереворот\w*|революци\w*|революція|бунт\w*|семнадцат|1917|троны?\b|распад\w*|развал\w*|розпада\w*|тріщить|трещит|лодка|царь|empire|throne|palace|regime|реж[иі]м|imperi|რევოლუცი|რეჟიმ|төңкеріс",
    ),
    (
        3,
        r"\b(?:круто|красавец|обожаю|люблю|бесит|достал[ио]?|шикарн\w*|отличн\w*|прекрасн\w*|ужасн\w*|безвкусн|вкусн\w+|лучш(?:е|ий|ая|ее) (?:любого|в мире|что)|amazing|terrible|awful|love this|i hate|чудов\w*|жах\w*|საოცრებაა|unglaublich|braucht|sollte|ei enää|wunderbar)\b",
    ),
    (1, r"!|…|\.\.\.|🤡|🤦"),
    (1, r"\?"),
)


WEIGHED: Mapping[PostKind, Sequence[tuple[int, str]]] = {"report": WITNESS, "news": NEWS, "opinion": OPINION}


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


@cache
def _cues() -> Cues:
    weighed = (expression for cues in WEIGHED.values() for _, expression in cues)
    return Cues([OFFER, CONTACT, ASKED, PROMOTION, ADVICE, *weighed])


def find_kind(text: str, *, has_theme: bool) -> PostKind:
    """Give the form of ``text``; see the module for the order of decisions."""
    tokens = tokenise(text)
    folded = tokens.folded.strip()
    read = _cues().read(Words(folded, tokens.texts))
    words_count = len(folded.split())
    if _is_offer(read, folded):
        return "offer"
    if _is_question(read, folded, words_count):
        return "question"
    if _is_advice(read, folded):
        return "advice"
    weights: dict[PostKind, int] = {kind: _weigh(cues, read) for kind, cues in WEIGHED.items()}
    kind = max(weights, key=lambda one: weights[one])
    if weights[kind] > 1:
        return kind
    return "news" if has_theme or words_count >= LEAST_NEWS_WORDS else "other"


def _is_offer(read: Read, folded: str) -> bool:
    """Tell whether something is offered or sought: its own words, or a price together with where to ask."""
    return read.holds(OFFER) or bool(read.holds(CONTACT) and _pattern(PRICE).search(folded) and len(folded) < 400)


def _is_advice(read: Read, folded: str) -> bool:
    """Tell whether the reader is told what to do, but for what the channel tells them below every post."""
    if read.holds(PROMOTION):
        folded = _pattern(PROMOTION).sub(" ", folded)
        read = _cues().read(Words(folded, words(folded)))
    return read.holds(ADVICE)


def _is_question(read: Read, folded: str, words_count: int) -> bool:
    """Tell whether the reader is asked: in so many words, or by a sentence that asks for something."""
    if words_count > LONG_QUESTION_WORDS:
        return False
    if read.holds(ASKED):
        return True
    if "?" not in folded or _pattern(MUSING).search(folded):
        return False
    if re.match(r"^[^.!?…]{3,140}\?", folded):
        return True
    tail = re.sub(r"\[(?:phone|user|email|link)\]|[^\w?]+$", " ", folded).strip()
    if not tail.endswith("?"):
        return False
    last = re.split(r"[.!…]\s|\?\s", tail)[-1]
    return bool(_pattern(INTERROGATIVE).search(last)) or words_count <= LEAST_NEWS_WORDS


def _weigh(cues: Sequence[tuple[int, str]], read: Read) -> int:
    return sum(weight for weight, expression in cues if read.holds(expression))
