"""The codebook's commands: every fault with its file and line, and terms that documents use and no theme holds."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.match.suggest import body, suggest
from monitor.model import Codebook, Keyword, Theme

SEEDS = Path(__file__).parents[2] / "seeds"
THEME = """id: queue
name: Queues
definition: A line at a border.
excludes: Games.
terms:
  en: [border queue]
matches:
  - "A border queue of ten hours"
  - "Nobody waits"
rejects:
  - "border queue in a game"
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    (tmp_path / "seeds" / "themes").mkdir(parents=True)
    (tmp_path / "seeds" / "themes" / "queue.yml").write_text(THEME)
    (tmp_path / "seeds" / "places.csv").write_text((SEEDS / "places.csv").read_text().splitlines()[0] + "\n")
    (tmp_path / "seeds" / "replay" / "texts").mkdir(parents=True)
    for name in ("units.yml", "stopwords.txt", "replay/texts/ordinary.yml"):
        shutil.copy(SEEDS / name, tmp_path / "seeds" / name)
    monkeypatch.setenv("MONITOR_ROOT", str(tmp_path))
    return tmp_path / "seeds"


def run(*words):
    return CliRunner().invoke(main, ["themes", *words])


def test_check_tells_each_example_that_fails_with_file_and_line(root):
    told = run("check")

    assert told.exit_code == 1
    assert f"{root / 'themes' / 'queue.yml'}:9: does not match: «Nobody waits»" in told.output
    assert f"{root / 'themes' / 'queue.yml'}:11: is not rejected: «border queue in a game»" in told.output
    assert "3 examples run, 2 problems" in told.output


def test_check_tells_the_faults_of_every_file_not_only_the_first(root):
    (root / "themes" / "one.yml").write_text("id: other\nname: x\ndefinition: x\n")
    (root / "themes" / "two.yml").write_text("id: two\nname: x\ndefinition: x\nexcludes: x\nterm: {}\n")

    told = run("check")

    assert told.exit_code == 1
    assert "one.yml:1: id 'other' differs" in told.output
    assert "two.yml:5: unknown key 'term'" in told.output


def test_compile_tells_terms_forms_and_hash(root):
    told = run("compile")

    assert told.exit_code == 0
    assert "queue                1 terms    0 combinations    2 matches    1 rejects" in told.output
    assert "word forms; codebook " in told.output


def codebook(*terms):
    theme = Theme(
        theme_id="queue",
        name="x",
        definition="x",
        excludes="",
        terms=tuple(Keyword(text=term, language="en", is_exact=False) for term in terms),
        combinations=(),
        without=(),
        void_by=(),
        matches=(),
        rejects=(),
    )
    return Codebook(digest="x", themes=(theme,), places=(), units={}, place_context=())


def test_suggest_proposes_what_documents_use_and_neither_ordinary_posts_nor_themes_hold():
    document = "The draft notice came by night. Another draft notice came at noon. The weather was fine, the weather held. A queue, a queue."

    found = suggest(
        [document], ["weather weather weather weather today"], codebook("queue"), {"the", "by", "at", "was", "came", "were"}
    )

    assert [one.term for one in found][:1] == ["draft notice"]
    assert "queue" not in [one.term for one in found]
    assert found[0].count == 2
    assert "draft notice" in found[0].context
    assert {one.term: one.keyness for one in found}.get("weather", 0) < found[0].keyness


def test_suggest_knows_the_forms_of_the_terms_there_are():
    assert (
        suggest(["They were queuing. More were queuing."], [], codebook("queue"), {"the", "by", "at", "was", "came", "were"})
        == []
    )


def test_furniture_of_pages_is_no_text():
    page = "Subscribe to The Week\nMenu\nWe use cookies on this site.\nMen walked to the border.\nShare this article."

    assert body(page) == "Men walked to the border."


def test_a_document_that_cannot_be_read_is_told(root, tmp_path):
    told = run("suggest", str(tmp_path / "none.txt"))

    assert told.exit_code == 2
    assert "none.txt cannot be read" in told.output
