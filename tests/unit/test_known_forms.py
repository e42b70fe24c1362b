"""Word forms are looked up once, and what is kept of them is never needed."""

import pytest

from monitor.match import forms
from monitor.pipeline.known_forms import known_forms


@pytest.fixture
def looked_up(monkeypatch):
    """The words that were looked up in the dictionaries."""
    words = []

    def word_forms(word, language):
        words.append(word)
        return frozenset([word, word + "ы"])

    monkeypatch.setattr(forms, "word_forms", word_forms)
    return words


def ask(folder, *words):
    with known_forms(folder) as forms_of:
        return [sorted(forms_of(word, "ru")) for word in words]


def test_a_word_met_by_an_earlier_process_is_not_looked_up_again(tmp_path, looked_up):
    first = ask(tmp_path / "cache", "машина", "час")

    again = ask(tmp_path / "cache", "час", "машина", "фура")

    assert looked_up == ["машина", "час", "фура"]
    assert again[:2] == first[::-1]


@pytest.mark.parametrize("damage", [b"", b"no checksum", b"0\n{}", None])
def test_a_damaged_file_costs_only_the_look_up(tmp_path, looked_up, damage):
    whole = ask(tmp_path, "час")
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-2] if damage is None else damage)

    assert ask(tmp_path, "час") == whole
    assert ask(tmp_path, "час") == whole
    assert looked_up == ["час", "час"]


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path, looked_up):
    (tmp_path / "file").write_text("in the way")

    assert ask(tmp_path / "file", "час") == [["час", "часы"]]


def test_other_rules_look_up_anew(tmp_path, looked_up, monkeypatch):
    ask(tmp_path, "час")
    monkeypatch.setattr("monitor.pipeline.known_forms.version", lambda name: "0")

    ask(tmp_path, "час")

    assert looked_up == ["час", "час"]
