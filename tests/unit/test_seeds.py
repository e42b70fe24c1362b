"""Seeds: read as written; every error names the file, the line and what to do."""

from pathlib import Path

import pytest

from monitor import seeds
from monitor.errors import ConfigError

THEME = """id: queue
name: Queue
definition: d
excludes: e
terms:
  ru: [очередь, =КПП]
combinations:
  - {name: near, near: [["ru:очередь"], ["@crossing"]], within: 4}
"""
PLACES = "place_id,kind,name,lat_deg,lon_deg,country,spellings,needs_context,source\n"
LARS = "verkhny_lars,crossing,Verkhny Lars,42.7,44.6,RU,ru:Верхний Ларс,ru:Ларс,own\n"


def write_seeds(folder: Path, *, theme: str = THEME, places: str = PLACES + LARS) -> Path:
    (folder / "themes").mkdir()
    (folder / "themes" / "queue.yml").write_text(theme, encoding="utf-8")
    (folder / "places.csv").write_text(places, encoding="utf-8")
    (folder / "units.yml").write_text("km: {1: [km]}\n", encoding="utf-8")
    return folder


def test_a_codebook_is_read_with_its_words(tmp_path):
    codebook = seeds.load_codebook(write_seeds(tmp_path))

    assert [(term.text, term.is_exact) for term in codebook.themes[0].terms] == [("очередь", False), ("КПП", True)]
    assert codebook.places[0].needs_context[0].text == "Ларс"


def test_the_digest_changes_with_a_word_and_only_then(tmp_path):
    first = seeds.load_codebook(write_seeds(tmp_path)).digest
    again = seeds.load_codebook(tmp_path).digest
    (tmp_path / "themes" / "queue.yml").write_text(THEME.replace("очередь", "пробка"), encoding="utf-8")

    assert first == again != seeds.load_codebook(tmp_path).digest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"theme": THEME.replace("name: Queue", "nom: Queue")}, r"queue.yml:2: unknown key 'nom'"),
        ({"theme": THEME.replace("id: queue", "id: other")}, r"queue.yml:1: id 'other' differs"),
        ({"theme": THEME.replace("excludes: e\n", "")}, r"queue.yml:1: 'excludes' is missing"),
        ({"theme": THEME.replace("id: queue", "id: [")}, r"queue.yml:\d+: not valid YAML"),
        ({"theme": THEME.replace('"ru:очередь"', '"$nothing"')}, r"queue.yml:8: no group named '\$nothing'"),
        ({"theme": THEME + "name: again\n"}, r"queue.yml:9: 'name' stands twice"),
        ({"places": PLACES + LARS.replace("42.7", "142.7")}, r"places.csv:2: 142.7 degrees is outside"),
        ({"places": PLACES + LARS.replace("crossing", "bridge")}, r"places.csv:2: kind 'bridge'"),
        ({"places": PLACES + LARS.replace("ru:Ларс", "Ларс")}, r"places.csv:2: spelling 'Ларс' lacks its language"),
        ({"places": PLACES + LARS + LARS}, r"places.csv: verkhny_lars defined twice"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path, change, message):
    with pytest.raises(ConfigError, match=message):
        seeds.load_codebook(write_seeds(tmp_path, **change))


def test_a_missing_folder_says_which_setting_to_correct(tmp_path):
    with pytest.raises(ConfigError, match="MONITOR_ROOT"):
        seeds.load_codebook(tmp_path)


def test_a_rule_without_an_address_is_refused(tmp_path):
    file = tmp_path / "rules.yml"
    file.write_text("- rule_id: a\n  reader: b\n  recipients: [nobody]\n")

    with pytest.raises(ConfigError, match=r"rules.yml:3: recipients must be e-mail addresses"):
        seeds.load_alert_rules(file)


def test_more_than_two_queries_a_theme_are_refused(tmp_path):
    file = tmp_path / "queries.yml"
    file.write_text("".join(f"- {{name: q{n}, theme: protest, text: x}}\n" for n in range(3)))

    with pytest.raises(ConfigError, match="more than two queries for protest"):
        seeds.load_queries(file)


def test_the_seeds_of_this_repository_can_be_read():
    folder = Path(__file__).parents[2] / "seeds"

    assert len(seeds.load_places(folder / "places.csv")) >= 60
    assert any("verkhny_lars" in rule.places for rule in seeds.load_alert_rules(folder / "alert_rules.yml"))
    assert len({c.handle for c in seeds.load_channels(folder / "channels" / "replay.yml")}) >= 12
    assert seeds.load_queries(folder / "queries.yml") == ()
    assert seeds.load_charter(folder / "charter.demo.yml").is_demo
