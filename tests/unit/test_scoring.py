"""Scores of classification: counted by hand on a few posts, and bad labels are told by line."""

import json

import pytest
from click.testing import CliRunner

from monitor.classify.scoring import score
from monitor.cli import main


def labelled(**changes):
    post = {"id": "a1", "text": "Ларс", "lang": "ru", "themes": [], "places": [], "measures": [], "kind": "other", "pii": []}
    return {**post, **changes}


def measure(**changes):
    return {"kind": "wait_hours", "low": 20, "high": 20, "place": "verkhny_lars", **changes}


def test_right_wrong_and_missed_themes_are_counted_by_theme_and_language():
    pairs = [
        (labelled(themes=["border_queue", "advice"]), labelled(themes=["border_queue", "protest"])),
        (labelled(lang="uk", themes=["advice"]), labelled(lang="uk", themes=["advice"])),
    ]

    scores = score(pairs)

    themes = scores.fields["themes"]
    assert (themes.right, themes.wrong, themes.missed) == (2, 1, 1)
    assert themes.precision == themes.recall == themes.f1 == pytest.approx(2 / 3)
    assert scores.themes["advice"].recall == 0.5
    assert scores.themes["protest"].precision == 0.0
    assert scores.themes_by_language["uk"].f1 == 1.0


def test_a_measure_counts_only_when_kind_bounds_and_place_are_right():
    wrong = [{"high": 24}, {"low": None}, {"place": None}, {"kind": "queue_km"}]

    scores = score((labelled(measures=[measure()]), labelled(measures=[measure(**change)])) for change in wrong)

    assert (scores.fields["measures"].right, scores.fields["measures"].wrong, scores.fields["measures"].missed) == (0, 4, 4)


def test_the_same_measure_told_twice_counts_twice():
    scores = score([(labelled(measures=[measure(), measure()]), labelled(measures=[measure(low=20.0)]))])

    assert (scores.fields["measures"].right, scores.fields["measures"].missed) == (1, 1)


def test_a_piece_left_standing_is_counted_and_not_shown():
    scores = score([(labelled(pii=["+79000000001"]), labelled(text="звоните +79000000001"))])

    (miss,) = [miss for miss in scores.misses if miss.field == "masking"]
    assert (scores.fields["masking"].missed, miss.got) == (1, "1 left")


def test_a_share_of_nothing_is_none():
    assert score([(labelled(), labelled())]).fields["themes"].f1 is None


def test_the_command_tells_scores_and_what_was_wrong(tmp_path):
    file = tmp_path / "labelled.jsonl"
    text = "Верхний Ларс, стоим в очереди 20 часов, пишите @somebody_demo"
    post = labelled(text=text, themes=["border_queue"], places=["verkhny_lars"], measures=[measure(low=21)], kind="report")
    file.write_text(json.dumps(post, ensure_ascii=False) + "\n")

    told = CliRunner().invoke(main, ["evaluate", str(file)])

    assert told.exit_code == 0
    assert "a1 measures: expected wait_hours 21..20 @verkhny_lars; got wait_hours 20 @verkhny_lars" in told.output
    assert "somebody_demo" not in told.output
    assert CliRunner().invoke(main, ["evaluate", str(file), "--field", "themes"]).output.count("expected") == 0


def test_lines_that_are_no_labelled_posts_are_told_with_their_number_and_left_out(tmp_path):
    file = tmp_path / "labelled.jsonl"
    bad = ["{", "[1]", labelled(text=3), labelled(themes="x"), labelled(kind="rumour"), labelled(measures=[{"kind": "km"}])]
    lines = [line if isinstance(line, str) else json.dumps(line) for line in (*bad, labelled())]
    file.write_text("\n".join(lines))

    told = CliRunner().invoke(main, ["evaluate", str(file), "--json"])

    assert told.exit_code == 1
    assert json.loads(told.stdout)["posts"] == 1
    assert [line.split(":")[2] for line in told.stderr.splitlines()] == ["1", "2", "3", "4", "5", "6"]
