"""The words around a figure that tell what it counts: beginnings of words, folded, in every language of the border."""

from __future__ import annotations

from monitor.classify.known import BITS
from monitor.classify.numerals import spelled

WAITING = BITS.starting(
    "стоим стою стоят стоит стоя стоял жд ожид прожд просто отсто выстоя очеред прош проех проскоч черг черз чек стої",
    "відсто чарг чарз стаім",
    "queue line wait stuck stood stand рიგ რიგ დგ იდგ ველოდ ელოდ кезек тұр күт jono odot növbə gözlə հերթ սպաս дараал",
    "хүлээ чират",
    "zagra stoim stoyal zhd ochered ларс lars ლარს погран хвост движ суток сутк впереди змейк колонн пробк торч",
    "проторч застря сидим потрат",
    "уже вже now already car пересек пересекл перетн crossed crossing took провел заня ушло мерзн ночу schlange warte",
    "gewartet gestanden",
)
SPENT = BITS.starting(
    "сто жд ожид прожд просто отсто чек стої wait stood stuck queue өтт прош пройш проскоч пролет пересек перетн crossed through",
    "გავიარ გადავ läpi durch",
)
"""A few minutes are a wait only with these."""
LAST = spelled("последние последних последний остальные оставшиеся last first останні соңғы ბოლო")
NOT_WAITING = BITS.starting(
    "ехат ехал доехал езды пути лета лёт летет полет driving drove flight ride скор дорог дороги каждые добир добрал їзди їхати"
) | BITS.exactly(("drive", "drives"))
AGO = spelled("назад тому ago езды пути лёта лета drive ride away їзди спустя")
"""After a time these make it something else than a wait."""
DONE = BITS.starting("moved crossed covered passed made inched advanced got crawled")
"""With these "in five hours" is a time spent, not one to come."""
FROM_NOW = spelled(
    "через каждые каждый последние последних ближайшие ближайших следующие следующих первые in every last past next",
    "within останні раз",
)
CLOCK_AFTER = BITS.starting("утра вечера дня ночи ранку вечора am pm мск")
STAYING = BITS.starting("виз visa срок штамп отсроч арест административ отпуск указ закон служб служи карантин действ годн")
DISTANCE_AFTER = frozenset({"от", "до", "from", "away", "від", "to", "before"})
TAIL = BITS.starting(
    "хвост очеред колонн пробк тян растян конец конца начина стоит стоят скоп черг черз розтяг queue line tail back",
    "stretch jam",
    "кезек რიგ jono növbə дараал հերթ чарг чират змейк затор вереницa верениц ползет schlange длин завдовжк длиной long",
)
MOVING = BITS.starting(
    "сдвин передвин подвин прополз посунул",
    "проезжа продвин осталось остал прошл прошел пройти идти пешком шли шел шла топа ехать доех проехал проехать walk walked",
    "left километраж",
    "объезд дойти дошл иду йти пройшл лишил advanced moved залишил",
)
PASSED = BITS.starting(
    "двинул сдвин подвин",
    "пропуст пропускают пропускает пропускал пропускали впуст запуск запуст выпуск выехал въехал заехал прошло прошли",
    "пересек проехал берут заводят entered crossed passed let",
    "lets letting processed cleared пропустили перетнул в'їх виїх продвин еткіз өткіз шығып",
)
RATE = BITS.starting("час hour день сутк day годин минут смен")
LETTING = BITS.starting("пропуска впуска выпуска запуска берут заводят впускают let lets letting process take")
STOOD = BITS.starting("просто отсто выстоя прожд прочека проторч waited стоим стояли стоял вышло вийшло итого оказал получил")
"""Right before a bare number these make it hours, where the text counts in hours."""
WAY_BEFORE = spelled("до от to from дейін від")
LAST_ONES = ("последн", "останн", "кон", "кін", "last", "end")
"""«От последней машины до поста 14 км»: with these a way is the queue's length."""
INTO_ENDS = ("iin", "მდე", "дейін")
"""What a place's name ends in towards which a way is told."""
LISTED = BITS.starting("разнаряд рознаряд квот норм фамили прізвищ пофамил")
"""Right before a number of persons who are to be called up."""
GROWN_BY = BITS.starting("вырос подрос прирос увелич удлин сократ уменьш зросл збільш скорот grew grown longer shorter")
"""With these «на три километра» is a change of the queue, and «за двое суток» how long it took."""
TALLY = BITS.starting("счет рахунок tally toll")
"""Right before a bare number of those detained."""
PAID = BITS.starting(
    "штраф зарплат оклад выплат обеща плат получа денег рубл долл зарпл довольств fine paid salary promis айыппұл"
)
"""With these a bare number of thousands is money."""
KIT = BITS.starting(
    "штраф зарплат зп оклад выплат пособи кредит налог жаловань аренд квартир бронежилет броник берц аптечк экипиров",
    "снаряж обвес доход",
    "довольств надбавк премиальн ипотек fine fined salary wage bonus loan rent vest boots kit wages зарплатн виплат",
    "штрафу кредит оренд",
    "компенсац подъемн единовремен айыппұл жалақы ჯარიმ хелфайр",
)
PRICED = BITS.starting(
    "билет мест цен стои стоят стоим прос берут беру возьм плат заплат отда отдал такси довез довоз достав рейс",
    "перелет перелёт проезд тариф",
    "квит місц цін кошт seat ticket fare price cost pay paid charge велосипед велик самокат продам продаю недорого",
    "взял купил обошл вышло",
    "трансфер маршрутк поезд билеты бронь человека чел носа person билет ბილეთ ადგილ орын баға такси вод хлеб бензин",
    "место водител дорога",
    "эконом пересадк чартер багаж вывез вывоз отвез повез подбро очеред проход проведу провод переход",
)
FOOT = BITS.starting(
    "велосипед самокат pesh zmey",
    "пеш піш очеред queue line черз черг peshih впереди ახალ кезек რიგ jono növbə хвост ahead foot pedestr передо",
    "дараал жаяу ქვეით ფეხით",
)
AHEAD = BITS.exactly(spelled("нами мной мною впереди попереду ahead алдымда алдымызда"))
QUEUEING_PEOPLE = BITS.starting("стоят стоит ждут waiting стоять", also=FOOT)
ON_FOOT = BITS.starting("пеш піш peshih pedestr")
DETAINED = BITS.starting(
    "задерж арест detain arrest saxlan затрим დაკავ დააკავ ұста ұстал повяз винт скрут հետ ձերբակալ pidät festgenom затрым"
)
MOVED = BITS.starting(
    "проследовал перешл вручен вручил выпусти выпускал випусти",
    "схвати забра забир загреб гребут сгреб увез увоз увел увод увели унес доставл доставил призва призыва призов",
    "мобилизова мобилизу",
    "отправ вывез вывоз привез привоз везут прибы приех приезж въех въезж впусти пересек выех выезж уех уезж покин",
    "бежал сбежал бегств",
    "эмигр перебрал вернул верну развер развор завер отказа пустил пропустил снял сняли снима ссад высад отвел отвод",
    "завел вывел вывод выдер",
    "проехал возвращ ночу переночев насчит подсчит погруз грузят проводил провожа поступил прилет прилёт вылет улет",
    "улёт осели осталис",
    "релоцир заселил приют автозак вынес повест загру",
    "забирал вивез призов мобілізу мобілізов прибу приїх в'їх виїх перетн втекл втіка розверн поверн відмов знял",
    "відвел відправ везуть",
    "прыех выех уех уцякл rounded taken taking took van vans",
    "dragged conscript draft called calls mobilis mobiliz summon enlist sent",
    "sending shipped",
    "bussed bused loaded arriv enter cross came fled flee left leave leaving depart turned turn denied refus pulled",
    "led lead remov return",
    "moved emigrat escap settled resettl custody paddy picked grabbed hauled marched herded hosted shelter",
    "დააპატიმ გაიწვი გაწვე წაიყვან წაყვან შემოვ შემოს გავიდ გადმოვ დატოვ გააბრუნ უკან ჩამოვ წავიდ გაუშვ ჩასვ",
    "шығып шығар қама шақыр алып келді келген кірді кірген кетті кеткен өтті өткен қайтар жөнел аттан шықты шыққан қонд",
    "ժաման մեկն եկել եկան հեռաց զորակոչ մտել saapu saapunut tuli tullut ylitti lähti lähten käänny kutsuttu gəl keç",
    "çıx qaytar səfərbər",
    "ирсэн ирж ирлээ орж орсон гарсан гарч баривч саатуул буцаа дайчил дайчл кил кит килде килгән китте киткән тоткар",
    "чакыр geflohen eingereist ausgereist",
    "einberufen zurückgewiesen angekommen",
    "взяли выгруз разгруз размест посад упаков хапну хапа приняли вяза вывол выдерг уволок утащ тащи сборах сборы сборов зборах",
    "тягну затяг хапа вантаж заверн завярн развярн адправ адвял адвез забрал вывезл мабіліз прызва прыбы",
    "ушли убыл выбыл подгреб замел подмел сцапа заграба упек შემოუშვ შეუშვ çək",
    "свинт түсір escort singl walked held nabbed snatch seiz expel deport reject bundl shov stuff ferri trucked",
    "bounced barred detainees",
    "кетіп төя алып китте кайтар озат җыйды җибәр илгээ saatto kuljet vietiin käännytet pidätet",
    "otettu abgeführt abgewiesen festgehalten",
    "salın aparıl apardı göndər tutul տար տան ուղարկ բռն",
    also=DETAINED,
)
"""Somebody was detained, called up, sent off, arrived, left, was turned back or led aside."""
UNCOUNTED = BITS.starting(
    "митинг вышл выход собрал собир участв участн скандир плакат пикет марш погиб убит убил ранен пострад умер скончал",
    "опрош опрос респонд подпис голос",
    "жител насел rally rallied protesters demonstrators marched gather died killed wounded survey respond applied signed",
    "petition population votes",
    "осужд осудил приговор sentenced convicted загин вбит поран зібрал опитан жертв толп crowd погибш детей ребенк",
    "children kids штатск масках вакан принять",
)
"""Persons whom no figure of ours counts: who rallied, died, was asked, signed or was sentenced."""
NOT_ALL = (
    "город",
    "регион",
    "міст",
    "cities",
    "towns",
    "regions",
    "больше всего",
    "най",
    "most",
    "в том числе",
    "из них",
    "из которых",
    "з них",
    "of them",
    "of whom",
    "including",
    "among",
    "среди",
)
"""A place named behind these is where some of those counted were."""
CHILDREN = BITS.starting("дет child kid")
CROSSED = BITS.starting("прошл прошел проехал проскоч пересек перешл перешел пройшл перетн")
TAIL_END = BITS.starting("хвост конец тянет tail end")
REMAIN = BITS.starting("остал остаю залиш remain")
TAIL_WORDS = BITS.starting("хвост очеред черг queue line tail растян розтяг тянет stretch")
TAIL_STANDS = BITS.starting("хвост очеред черг черз queue line скоп стоя нами мною впереди попереду")
GUARDS = BITS.starting(
    "шлем helmet штатск маск форме сотрудник полиц погран росгвард омон военных мент гаишн фсб чекист officer guard police plain"
)
AGES = BITS.starting("yaş лет рок год year yr жас летн літ")
GROWN = BITS.starting("превратил обернул вылил застря растян затян завис встал stuck")
"""With these «на пять часов» is a wait."""
SOLD = BITS.starting("прода торгу сбыва толка впари барыж наливают sell sold prodaj сатып satır ყიდი myy verkauf")
GOODS = BITS.starting(
    "вод хлеб лаваш шаурм пирож пирожк беляш сигарет бензин соляр чай кофе лапш дошир еда консерв шоколад булк батон сухар сосис",
    "water bread gas petrol fuel tea coffee cigarettes food",
)
BARRIER = BITS.starting(
    "шлагбаум ленты ленточк кпп границ кордон пост постa будк барьер таможн мост barrier checkpoint booth border gate"
)
US = spelled("нас их us them")
"""Behind or before a number these say that persons are counted: «нас 14»."""
SAID_ALONE = spelled("were was got have had are of others more")
"""After a small English number these say that persons are meant: "two were sent back"."""
SMALL_ENGLISH = spelled("one two three four five six seven eight nine ten")
ALREADY = spelled("уже вже ужо already now еще ще")
BEFORE_VERB = ALREADY | spelled("have had were was")
MONTH = BITS.starting(
    "январ феврал марта апрел июн июл августа сентябр октябр ноябр декабр вересн жовтн листопад верасн кастрычн",
    "september october november august sept սեպտեմբ հոկտեմբ սექტემბ ოქტომბ қыркүйек қазан sentyabr oktyabr syysku lokaku",
) | BITS.exactly(("мая", "oct", "nov", "aug"))
"""Right before a number up to 31 these make it a date."""
AGED = BITS.starting(
    "ему мне ей нам мужу брату сыну отцу соседу другу дяде племянник парню яше жаста жасы возраст лет йому мені чоловікові синові"
)
BY_AGE = spelled("после posle пасля після до от старше младше моложе от under over aged age старші з from возраст возрасте")
NUMBERED_BEFORE = (
    "ст", "статья", "статье", "статьи", "статью", "статті", "ч", "част", "пункт", "п", "№", "номер", "рейс", "приказ",
    "указ", "закон", "дом", "кв", "школ", "отдел", "вагон", "поезд", "трасс", "м",
    "е", "р", "маршрут", "автобус", "регион", "gate", "flight", "room", "article",
)  # fmt: skip
"""Before a number these make it a name."""
