"""Tell the form of a post: report, news, offer, question, advice, opinion or other.

What addresses the reader decides first, in this order: an offer (something to be had, with its price or where to ask), a question,
advice (imperatives). What is left tells or judges: cues of a witness, of news and of opinion are weighed against one another, and
the heaviest wins; of equals the witness before the newsroom before the judge. Without any cue a post that has a theme, or is as long
as news are, is news told in the third person; a short one is something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from monitor.model import PostKind
from monitor.text import fold

LEAST_NEWS_WORDS = 11
"""Words of a text without cues that is taken for news rather than for a remark."""
LONG_QUESTION_WORDS = 45
"""Longer texts that end with a question only muse."""

OFFER = (
    r"\b(?:прода(?:м|ю|ем|[её]тся|ются)|распрода(?:ю|м)|куплю|сда(?:м|ю|ем|[её]тся|ются)|отдам|отда(?:ю|ём)|довез[уе]|отвез[уе]|везу|возьму|подвезу|провожу"
    r"|встречаю|встретим|вожу|ищу (?:место|попутчик|машину|кто|водител|жиль)|предлага(?:ю|ем)|принимаем заказ|оформляем|набираем|собираем (?:на|деньги|помощь|вещи)"
    r"|нужны (?:термос|волонт|одеял|вещи|водител|руки)|сбор (?:у|вещей|помощи|средств)|дам (?:ночлег|жиль))\b"
    r"|вакансия|горящ\w+ тур|самовывоз|в наличии|под заказ|прокат-|скидк\w+ \d|промокод|трансфер[ ,]|аренда |бронь у|бесплатн\w+ (?:юрид|помощь|консульт|ночлег|жиль)"
    r"|остал[оа]сь \w+ мест|\bмест[ао]? (?:есть|свободн)|(?:есть|свободн\w+|два|три|\d+) мест[ао]?\b.{0,60}(?:руб|тыс|\$|т\.? ?р|к\b|с человека|грив)|с человека\b"
    r"|\b(?:продаю|здам|здаю|віддам|довезу|візьму|вільн\w+ місц|збираємо|прадам|прадаю|здаецца)"
    r"|\bfor sale\b|\bselling (?:my|a|the)\b|seats? (?:to|left|available|in a van)|per person|\bdm (?:me|for)|looking for a (?:ride|lift|seat)|\bhiring\b|pick ?up only|we offer"
    r"|იყიდება|ქირავდება|ვყიდი|გავყიდი|ადგილი დარჩა|\d ადგილი|წავიყვან|კაცზე"
    r"|сатамын|сатылады|\d орын\b|бір орын|орын бар\b|жеткіземін|апарамын|жалға бер"
    r"|myydään|vuokrataan|\bkyyti\b|\bverkaufe|zu verkaufen|\bbiete\b|\bvermiete|satılır|kirayə|վաճառ(?:վում|ում)|վարձով|зарна|байр өгнө|түрээс|сатам\b"
)
CONTACT = r"\[(?:phone|user|email|link)\]"
PRICE = r"\d\s*(?:руб|р\b|тыс|т\.? ?р|\$|€|грн|теңге|лари|usd|eur)|[$€]\s?\d|дол+ар|ლარ"
ASKED = (
    r"подскаж|кто[- ]?(?:нибудь|то)? (?:знает|ехал|был|едет|видел|подавал|в курсе)|кто-нибудь|есть (?:кто|ли)\b|как там|правда (?:ли|что)|\b(?:можно|стоит|нужно|надо|успе\w+|пуска\w+|работа\w+) ли\b"
    r"|\bчто там\b|объясните|посоветуйте|(?:ко?му|кто) верн|does anyone|anyone (?:know|driving|going)|can (?:i|someone|anyone)|is it true|how long is|what should i"
    r"|хто знає|хто-небудь|підкаж|порадьте|порадите|чи (?:є|можна|пускають|працює)|де брати|ვინ იცის|ხომ არ იცით|მითხარით|білмейсіз|кім біледі|қалай \w+\?|tietääkö|weiß jemand|bilən var|կարո՞ղ|գիտի"
)
INTERROGATIVE = (
    r"\b(?:кто|как|где|куда|когда|сколько|какой|какая|какие|какую|почему|зачем|можно|есть|что|чем|будет|пускают|надо|нужно|это|хто|як|де|куди|коли|скільки|який|яка|чи|ли"
    r"|who|how|where|when|what|which|is|are|do|does|did|can|should|any|რა|ვინ|როგორ|სად|რამდენი|қалай|қанша|қайда|қашан|кім|ма|ме|ба|бе|па|пе|որտեղ|ինչ|ու?մ|miten|missä|wo|wie|wann)\b"
)
PROMOTION = (
    r"\[?(?:📩|👉|🔴|❤|✅|подпи(?:сыва|ши|са)|присыла|прислать|чита(?:йте|ть)|смотр(?:ите|еть)|слуша(?:йте|ть)|ставьте (?:лайк|❤|👍)|переходите по|жмите|голосуйте|напом(?:ним|инаем))\w*"
)
"""What channels say below every post: it addresses the reader and advises nothing."""
ADVICE = (
    r"\b(?:не )?(?:берите|возьмите|подпис[ыа]вайте|подпишите|открывайте|ходите|идите|езжайте|едьте|уезжайте|выезжайте|бегите|валите|спасайтесь|прячьтесь|требуйте|отвечайте"
    r"|собирайте|собирайтесь|запасайтесь|ставьте|звоните|думайте|ждите|тяните|ведитесь|верьте|суйтесь|говорите|пишите заявление|помните|проверьте|проверяйте|удалите|почистите|сохраняйте"
    r"|используйте|сделайте|попробуйте|купите|оденьтесь|живите|снимите|объезжайте|выбирайте|не (?:откр|подпис|бер|ход|езд|ид)\w+(?:ть|ти|ем|ём|ай|и)\b|будьте|учтите|имейте)\b"
    r"|\bсовет(?:ую|уем|ы\b|уют\b)|рекоменду(?:ю|ем)|памятк|лайфхак|инструкци|по пунктам|\bчто делать, если|\bкак (?:избежать|не попасть|уклониться|правильно|мобилизовать|выбрать|уехать|откосить|пройти|научиться)\b"
    r"|(?:^|[.!:,] ?)(?:лучше |)(?:не )?(?:бери|беги|вали|уезжай|езжай|собирай|ставь|бросай)\b|\b(?:пять|три|семь|десять|\d+) (?:при[её]м|совет|способ|шаг|правил)\w*|кому (?:ехать|собираться|надо)\b|осторожнее|горячая линия по мобилизации"
    r"|(?:^|[.!:] ?)(?:do not|don't|never|always|pack|take|bring|leave|go|avoid|use|run|stop|assume|if they|if you(?:'re| are| have| get))\b|how to\b|should (?:go|leave|take|bring)|tips? for|take your passport"
    r"|\b(?:не )?(?:тікайте|тікати|ховайтеся|підписуйте|підписувати|відчиняйте|відчиняти|беріть|скажіть|виїжджайте|ведіться|йдіть|памятайте|пам'ятайте)\b|порад[аи]\b"
    r"|\bне (?:бярыце|адчыняйце|падпісвайце|хадзіце)|жывіце|უთხარ|ნუ |არ გააღოთ|არ მოაწეროთ|\w+(?:ыңдар|іңдер|ңыздар|ңіздер|маңыз|меңіз)\b|кеңес|imzalamayın|açmayın|älkää|kannattaa"
)
WITNESS = (
    (3, r"\b(?:я|мы|нас|нам|мне|меня|мною|у нас|мой|моя|мо[еи]|моего|моей|моему|наш\w{0,3}|ми|мене|мені|мій|моя|моєму|мы|мяне|нам)\b"),
    (3, r"\b(?:i|i'm|i've|we|we're|we've|my|our|us|me)\b|მე\b|ჩემ|ჩვენ|\bбіз\b|\bмен(?:і|ің)?\b|менің|біздің|minä|\bwir\b|\bich\b|\bbiz\b|\bես\b|\bմենք\b|\bби\b|\bбез\b"),
    (3, r"\b(?:сто(?:им|ю)|ед(?:ем|у)|жд(?:ем|у)|вижу|ночу(?:ем|ю)|сидим|проехал[аи]?|прош(?:ли|ел|ла)|отстоял[аи]?|простоял[аи]?|выехал[аи]?|вылетел[аи]?|доехал[аи]?|встал[аи]? в|проторчал[аи]?|добрал[аи]сь|ночевал[аи]?|стоял[аи]?)\b"),
    (3, r"\b(?:стоїмо|стою|їдемо|чекаємо|чекаю|проїхали|пройшли|відстояли|сидимо|стаім|чакаем|сядзелі|стаяў|adam saat gözlədik|gözlədik|gözləyirik)\b"),
    (3, r"ვდგავარ|ვდგა|ველოდ|გამოვიარეთ|ვზივარ|тұрмыз|тұрдық|тұрмын|күттік|күттім|өттік|келдік|odotamme|odotin|jonotin|jonotamme|կանգնեցի|սպասում ենք|хүлээлээ|хүлээж байна бид|тордык"),
    (2, r"\b(?:муж\w*|друг\w?|сосед\w*|брат\w*|знаком\w+|приятел\w+|одноклассник\w*|коллег\w*|сын\w*|мам[аыуе]|сестр\w+|племянник\w*|подруг\w+|ребята|сусід\w*|друже|сябар|чоловік мо|күрше\w*|көрш\w+|досым|მეგობ\w+|мужики)\b"),
    (2, r"\b(?:щас|сейчас|только что|прямо сейчас|на моих глазах|при мне|сегодня утром|с утра|вчера|в \d+ утра|народу|сводка|обновление|update|just (?:crossed|arrived|now)|this morning|tonight|right now|first ?hand)\b"),
    (2, r"машин (?:перед|впереди|до)|перед(?:о)? мной|впереди|хвост\b|змейк|двига(?:ется|емся)|не движется|еле|кошмар|жесть|капец|звезд[её]ц|\bчел\b|\bkm\b.*\bqueue|cars? ahead|no queue|growing|\bпусто\b|никого\b|заезжай|проезжай"),
    (2, r"\d+ ?(?:час|сут|год(?:ин)|сағат|საათ|hours?|saat|tunti|цаг|ժամ).{0,40}(?:очеред|черз|кезек|რიგ|queue|jono|növbə|дараал|հերթ)|\bjono\b|დგას\b|თენებ|თევს|ათევს|берді\b|көп екен"),
    (1, r"(?:^|\n)\W*[а-яёіїє\w -]{3,28}[.:—–-] .*\d"),
)
NEWS = (
    (3, r"сообщ(?:а[ею]т|ил[аи]?|ила)|заявил[аи]?\b|объяви(?:л|ли|ла|вш)|рассказал[аи]? (?:в|shot|риа|тасс|журнал)|по данным|по информации|пресс-служб|передает|пишет\b|пишут\b|— сми|источник|подтверди[лв]|опроверг|уточни[лв]\b|напомни[лв]|прокоммент|предупредил"),
    (2, r"министр|министерств|минобороны|госдум|\bдум[аы]\b|сенатор|указ\b|правозащитник|закон\w*\b|власт[иьей]|мэр[ияаы]?\b|губернатор|\bсуд\w{0,2}\b|президент|премьер|правительств|комитет|ведомств|чиновник|консульств|\bоон\b|\bфсб\b|\bмвд\b|\bмчс\b|госпогран|погранслужб|таможенн\w+ служб|полици|прокуратур|следствен|силовик|военкомат\w* (?:перешли|нач|област)|социолог|синоптик|учен\w+|эксперт\w*|депутат|росгварди|парламент|верховн|нато\b|евросоюз"),
    (2, r"\b(?:задержан[аоы]?|закрыт[аоы]?|подписан[аоы]?|введен[аоы]?|возбужд\w+|продл\w+|арестован[аоы]?|приговор\w+|осужд\w+|назнач\w+|доставлен\w*|эвакуир\w+|призван[аоы]?|отменен[аоы]?|выявлен[аоы]?|госпитализ\w+|погиб\w*|пострада\w+|установлен\w*|разместили|размещен\w*|открыт[аоы]?|изъят\w*)\b"),
    (2, r"\b(?:закрыва[ею]т|открыва[ею]т|запуст\w+|запреща[ею]т|запретил[аи]?|ввод[ия]т|вв[её]л[аи]?|отменя[ею]т|отменил[аи]?|продлил[аи]?|выросл[аио]|вырос|снизил\w+|подорожа\w+|подешеве\w+|увелич\w+|урежет|поддержал[аи]?|одобрил[аи]?|принял[аи]?|внесл[аи]|выступил[аи]?|начал[аи]?сь|начнут|начнет|нач[её]тся|стартовал\w*|появил\w+|обнаруж\w+|нашли|зафиксир\w+|насчитал\w*|подожгли|поджог\w*|бросили|перекрыли|устроили|выстроил[аи]|приехал[аи]? |прибыл[аи]?|въехал[аи]?|блокиру[ею]т|раскупили|восстановл\w+|переоборуд\w+|достро\w+|опубликовал\w*|выделили|признал[аи]?|подал[аи]?)\b"),
    (3, r"^\W*(?:⚡|❗|‼|🔴|📌|🪖)|переслано из|главное (?:за|к)|\bновости\b|^\W*молния"),
    (3, r"\bsaid\b|\bsays\b|announc\w+|according to|\bsource\w*|officials?\b|minister|ministry|committee|rights groups?|reuters|report(?:s|ed|edly)\b|spokes\w+|police\b|authorities|government|duma|putin (?:signed|declared|announced)|new (?:russian )?law|\bvideos? show|satellite|counts?\b"),
    (2, r"\b(?:detained|arrested|closed|extended|reopen\w*|drafted|called up|calls? up|turned back|barred|shut|ends?|ending|adopted|approved|stretch\w*|blocked|lowers?|warn\w*|sold out|entered|crossed into|have left|sent home|clash\w*)\b"),
    (3, r"оголос\w+|ухвал\w+|кажуть|за даними|повідом\w+|заяви(?:в|ла|ли)|паведам\w+|нараху\w+|підтримал\w*|голосува\w+|продовжила|у росії|в рф\b|в росії|громадян рф"),
    (2, r"\b(?:затрима\w+|привезли|везуть|підпал\w+|закри(?:ли|то|вають)|роздають|розносять|розтягнул\w+|прибул[оиа]|в'їхал[оиа]|відкрил[иао]|запрова\w+|отримал[иа]|блокують|затрыма\w+|разносяць|з'яві\w+|расцягну\w+)\b"),
    (3, r"აცხადებს|განაცხად|გამოაცხად|გამოცხადდა|პრემიერ|შსს|მთავრობ|დააკავ|დაკავებულ|შემოვიდა|გამართეს|გაიმართა|იწვევენ|აპირებ|კურსი|გაიზარდა|გადაჭიმულ"),
    (3, r"хабарла|мәлімде|жарияла|деді\b|тоқаев|іім\b|министр|көбейді|келді\b|ұзартыл|жетті\b|жетіп|ұстады|ұсталды|кіргізді|таратты|қол қойды|жұмыс істейді|мэдээл|зарлал|kertoo|ilmoit|rajavartio|bildir|hökumət|saxlan|birlik|հայտն|ժամանել|չեն մնացել|մեկն|сообщ|мелдун|meldet|laut |sagte?\b|sagt\b|streik|парламент|хәбәр ит|орж ир"),
    (1, r"\d{2,}"),
)
OPINION = (
    (4, r"по-моему|я считаю|\bсчитаю\b|я думаю|мне кажется|\bкажется\b|имхо|помяните (?:моё|мое)|наш вариант|вспомните|не пов[её]рите|честно говоря|i think|my guess|in my (?:view|opinion)|imho|appalled|exactly|мне здається|на мою думку|вважаю|ჩემი აზრით|менің ойымша|минемчә"),
    (4, r"\b(?:пора|хватит|доколе|позор\w*|стыд\w*|ненавижу|людоедств|жадност|трусост|трус\w*|идиот\w*|кретин|дич[ьи]|безуми\w*|абсурд|цинизм|бред|дураки|рабы|shame|disgust\w*|coward\w*|refuse to|stand with|ганьба|досить|час закрити|დროა|керек!|ұят)\b"),
    (3, r"\b(?:это (?:не|как|уже|просто)|они не|мы просто|вот (?:и|вам)|так (?:и|им) |лишь бы|никогда|всегда|вечно|ни разу|скоро|ближе|завтра|рано или поздно|должн[аоы]|нужно было|надо было|неужели|зачем|почему|знаете|понимаете|конечно|видимо|похоже|очевидно|вопрос (?:времени|месяцев)|тем (?:ближе|хуже|лучше)|ничего (?:не|хорошего)|устал[иа]?|злостн|летим|never|always|nobody|no one|every|first they|should|deserve\w*|finally|of course|probably|лише|ніколи|завжди|най(?:краща|гірша)|мабуть|ближче|нехай|ану)\b"),
    (3, r"могилизац|режим\w*|имп[еі]р|пропагандист|патриот|элит[аы]|elites|\bпереворот\w*|революци\w*|революція|бунт\w*|семнадцат|1917|троны?\b|распад\w*|развал\w*|розпада\w*|тріщить|трещит|лодка|царь|empire|throne|palace|regime|реж[иі]м|imperi|რევოლუცი|რეჟიმ|төңкеріс"),
    (3, r"\b(?:круто|красавец|обожаю|люблю|бесит|достал[ио]?|шикарн\w*|отличн\w*|прекрасн\w*|ужасн\w*|безвкусн|вкусн\w+|лучш(?:е|ий|ая|ее) (?:любого|в мире|что)|amazing|terrible|awful|love this|i hate|чудов\w*|жах\w*|საოცრებაა|unglaublich|braucht|sollte|ei enää|wunderbar)\b"),
    (2, r"!|…|\.\.\.| 🤡|🤦|—"),
    (1, r"\?"),
)


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def find_kind(text: str, *, has_theme: bool) -> PostKind:
    """Give the form of ``text``; see the module for the order of decisions."""
    folded = fold(text).strip()
    addressed = _pattern(PROMOTION).sub(" ", folded)
    words_count = len(folded.split())
    if _is_offer(folded):
        return "offer"
    if _is_question(folded, words_count):
        return "question"
    if _pattern(ADVICE).search(addressed):
        return "advice"
    weights: dict[PostKind, int] = {
        "report": _weigh(WITNESS, folded),
        "news": _weigh(NEWS, folded),
        "opinion": _weigh(OPINION, folded),
    }
    kind = max(weights, key=lambda one: weights[one])
    if weights[kind] > 1:
        return kind
    return "news" if has_theme or words_count >= LEAST_NEWS_WORDS else "other"


def _is_offer(folded: str) -> bool:
    """Tell whether something is offered or sought: its own words, or a price together with where to ask."""
    return bool(
        _pattern(OFFER).search(folded) or (_pattern(CONTACT).search(folded) and _pattern(PRICE).search(folded) and len(folded) < 400)
    )


def _is_question(folded: str, words_count: int) -> bool:
    """Tell whether the reader is asked: in so many words, or by a last sentence that asks for something."""
    if words_count > LONG_QUESTION_WORDS or "?" not in folded and not _pattern(ASKED).search(folded):
        return False
    if _pattern(ASKED).search(folded):
        return True
    tail = re.sub(r"\[(?:phone|user|email|link)\]|[^\w?]+$", " ", folded).strip()
    if not tail.endswith("?"):
        return bool(re.match(r"^[^.!?]{3,90}\?", folded))
    last = re.split(r"[.!…]\s|\?\s", tail)[-1]
    return bool(_pattern(INTERROGATIVE).search(last)) or words_count <= 12


def _weigh(cues: Sequence[tuple[int, str]], folded: str) -> int:
    return sum(weight for weight, expression in cues if _pattern(expression).search(folded))
