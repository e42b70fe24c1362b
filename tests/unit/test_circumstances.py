"""Direction, mode, tense and hearsay of a figure come from the words around it, nearest first."""

import pytest

from tests.unit.test_quantities import read


def circumstances(text, name, **options):
    return [getattr(quantity, name) for quantity in read(text, **options)]


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Ларс, стоим в очереди 12 часов на выезд", "out"),
        ("очередь из России 5 км", "out"),
        ("в сторону Грузии очередь 10 км", "out"),
        ("Очередь на въезд в Казахстан, стоим 9 часов", "out"),
        ("черга на виїзд з Росії 6 годин", "out"),
        ("the queue out of Russia is 9 km long", "out"),
        ("queue into Georgia: 20 hours", "out"),
        ("ресейден шығу кезегі, кезекте 5 сағат тұрдық", "out"),
        ("რუსეთიდან გამოსვლა, რიგში ვდგავართ 7 საათი", "out"),
        ("На въезд в Россию очереди почти нет, ждали 40 минут", "in"),
        ("обратно в Россию стоим в очереди 3 часа", "in"),
        ("Очередь на въезд 20 машин", "in"),
        ("На выезд из Грузии очередь 2 км", "in"),
        ("очередь из Казахстана 50 машин", "in"),
        ("черга на в'їзд до Росії 4 години", "in"),
        ("We waited 2 hours in the queue back to Russia", "in"),
        ("Ресейге кіру кезегі, кезекте 2 сағат тұрдық", "in"),
        ("Верхний Ларс, очередь 10 км", None),
        ("стоим в очереди в Грузии 5 часов", None),
        ("На въезде в пункт очередь 4 км", None),
        ("стояли в очереди 5 часов, нас повернули обратно", None),
        ("очередь 10 км, развернулись и поехали назад", None),
    ],
)
def test_direction_is_told_where_the_post_says_it(text, direction):
    assert circumstances(text, "direction") == [direction]


def test_two_directions_of_one_post_keep_apart():
    text = "Ларс: на выезд очередь 10 км, на въезд 1 км"

    assert circumstances(text, "direction") == ["out", "in"]


def test_the_same_figure_in_both_directions_is_told_twice():
    assert circumstances("Очередь на выезд 5 часов, на въезд тоже очередь 5 часов", "direction") == ["out", "in"]


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("пешком прошли очередь за 3 часа", "foot"),
        ("Прошли очередь за 3 часа, пешком", "foot"),
        ("пешая очередь 500 человек", "foot"),
        ("очередь в пешеходном переходе 4 часа", "foot"),
        ("черга пішки 2 години", "foot"),
        ("the queue on foot takes 5 hours", "foot"),
        ("რიგში ფეხით 7 საათი ვიდექით", "foot"),
        ("жаяу кезекте 5 сағат тұрдық", "foot"),
        ("на велосипеде проскочили очередь за 2 часа", "bicycle"),
        ("на самокате, очередь 1 час", "bicycle"),
        ("by bike the queue took 2 hours", "bicycle"),
        ("автобусы стоят в очереди 8 часов", "bus"),
        ("на маршрутке простояли очередь 6 часов", "bus"),
        ("the bus waited 9 hours in line", "bus"),
        ("очередь из 200 фур", "truck"),
        ("фуры стоят четвертые сутки, очередь 15 км", "truck"),
        ("дальнобойщики ждут 50 часов", "truck"),
        ("over 80 trucks are waiting", "truck"),
        ("200 грузовых машин в очереди", "truck"),
        ("на машине стоим в очереди 20 часов", "car"),
        ("легковые стоят по 12 часов", "car"),
        ("у черзі 120 автомобілів", "car"),
        ("автобус ушёл, стоим на машине 5 часов", "car"),
        ("фуражку забыл, стоим в очереди 5 часов", None),
        ("пешеходная улица перекрыта, стоим в очереди 5 часов", None),
        ("стоим в очереди 5 часов", None),
        ("очередь 4 км, люди уходят пешком к границе", None),
        ("велик соблазн развернуться, стоим в очереди 5 часов", None),
    ],
)
def test_mode_is_told_where_the_post_says_it(text, mode):
    assert mode in circumstances(text, "mode")


def test_each_mode_goes_with_its_own_figure():
    assert circumstances("Машины стоят 20 часов, пешком 3 часа", "mode") == ["car", "foot"]
    assert circumstances("Стоим в очереди 20 часов, а пешком стоят 3 часа", "mode") == [None, "foot"]


@pytest.mark.parametrize(
    ("text", "tense"),
    [
        ("вчера стояли 12 часов", "past"),
        ("Вчера, кстати, стояли в очереди 12 часов", "past"),
        ("стояли в очереди 12 часов вчера", "past"),
        ("на прошлой неделе очередь была 3 км", "past"),
        ("два дня назад очередь была 15 км", "past"),
        ("утром было 10 км очереди", "past"),
        ("вчора черга 6 кілометрів", "past"),
        ("yesterday the queue was 9 km", "past"),
        ("the queue was 9 km last week", "past"),
        ("გუშინ რიგში ვიდექით 7 საათი", "past"),
        ("кеше кезекте 5 сағат тұрдық", "past"),
        ("обещают очередь до 20 км", "forecast"),
        ("к вечеру будет очередь 15 км", "forecast"),
        ("Обещают, что очередь вырастет до 20 км", "forecast"),
        ("завтра стоять в очереди 30 часов", "forecast"),
        ("обіцяють чергу 10 кілометрів", "forecast"),
        ("the queue is expected to reach 20 km", "forecast"),
        ("ертең кезек 8 шақырым", "forecast"),
        ("Стоим в очереди 12 часов", "now"),
        ("простояли 12 часов, прошли", "now"),
        ("Кто будет проезжать: стоим в очереди 5 часов", "now"),
        ("час назад очередь была 5 км", "now"),
        ("завтрак в очереди, стоим 5 часов", "now"),
        ("раньшего ничего, очередь 5 км", "now"),
    ],
)
def test_past_and_forecast_are_kept_apart_from_now(text, tense):
    assert circumstances(text, "tense") == [tense]


@pytest.mark.parametrize("text", ["Вчера стояли 12 часов, сейчас 5 часов", "вчера стояли 12 часов а сейчас стоим 5 часов"])
def test_then_and_now_in_one_sentence_keep_apart(text):
    assert circumstances(text, "tense") == ["past", "now"]


def test_what_follows_with_its_own_figure_does_not_reach_back():
    assert circumstances("Стоим в очереди 12 часов, вчера стояли 5 часов", "tense") == ["now", "past"]


@pytest.mark.parametrize(
    ("text", "is_hearsay"),
    [
        ("говорят, очередь 10 км", True),
        ("пишут, что стоят по 20 часов", True),
        ("По слухам, очередь уже 15 км", True),
        ("Сосед сказал, что стоять в очереди 30 часов", True),
        ("Очередь якобы 10 км", True),
        ("кажуть, черга 6 кілометрів", True),
        ("пишуть, що черга понад 15 годин", True),
        ("the queue is reportedly 9 km long", True),
        ("I heard the line is 30 hours", True),
        ("People say the queue is 9 km", True),
        ("ამბობენ რიგი 4 კილომეტრიაო", True),
        ("кезек 8 шақырым дейді", True),
        ("Стоим в очереди 12 часов", False),
        ("Не говорят ничего, стоим в очереди 5 часов", False),
        ("тут все говорят по-английски, стоим в очереди 5 часов", False),
        ("Скажите, стоим в очереди 5 часов, это нормально?", False),
        ("Говорят разное. Очередь 10 км", False),
        ("Говорят всякое, сам стою в очереди 5 часов", False),
    ],
)
def test_hearsay_is_marked(text, is_hearsay):
    assert circumstances(text, "is_hearsay") == [is_hearsay]


def test_a_thousand_with_its_stop_ends_no_sentence():
    assert circumstances("Говорят, 20 тыс. рублей за место", "is_hearsay", themes={"exit_transport"}) == [True]
