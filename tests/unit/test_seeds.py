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
        ({"theme": THEME.replace('"ru:очередь"', '"#hour"')}, r"queue.yml:8: '#hour' stands for no figure"),
        ({"theme": THEME + "name: again\n"}, r"queue.yml:9: 'name' stands twice"),
        ({"places": PLACES + LARS.replace("42.7", "142.7")}, r"places.csv:2: 142.7 degrees is outside"),
        ({"places": PLACES + LARS.replace("crossing", "bridge")}, r"places.csv:2: kind 'bridge'"),
        ({"places": PLACES + LARS.replace("ru:Ларс", "Ларс")}, r"places.csv:2: spelling 'Ларс' lacks its language"),
        ({"places": PLACES + LARS + LARS}, r"places.csv:3: verkhny_lars is defined twice"),
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


RULE = "- rule_id: a\n  reader: b\n  recipients: [desk@monitor.example]\n"
CHANNEL = "- source: telegram\n  handle: lars_live\n  title: Lars\n  why: the road\n"
CHARTER = "operator: a\npurpose: b\nlegal_basis: c\nassessment_reference: d\ncontact: e\nrecipients: [f@g.example]\nexpires_date: 2099-01-01\n"
POLICY = "- source: x\n  why: its terms\n  needs_approval: [queue]\n"


@pytest.mark.parametrize(
    ("load", "text", "message"),
    [
        (seeds.load_channels, CHANNEL.replace("telegram", "icq"), r"file.yml:1: source 'icq' is none of"),
        (seeds.load_channels, CHANNEL.replace("lars_live", "'@lars'"), r"file.yml:2: handle '@lars' is no public name"),
        (seeds.load_channels, CHANNEL.replace("  why: the road\n", ""), r"file.yml:1: 'why' is missing"),
        (seeds.load_channels, CHANNEL.replace("the road", "''"), r"file.yml:4: 'why' is empty"),
        (seeds.load_channels, CHANNEL + "  since: yesterday\n", r"file.yml:5: 'since' must be date"),
        (seeds.load_channels, CHANNEL + "  expected_posts_per_day: 0\n", r"file.yml:5: expected_posts_per_day must be above 0"),
        (seeds.load_channels, CHANNEL + "  languages: [1]\n", r"file.yml:5: 'languages' must be a list of texts"),
        (seeds.load_channels, CHANNEL + CHANNEL, r"file.yml:5: telegram/lars_live is defined twice"),
        (seeds.load_channels, "handle: x\n", r"file.yml:1: expected a list"),
        (seeds.load_alert_rules, RULE + RULE, r"file.yml:4: a is defined twice"),
        (seeds.load_alert_rules, RULE + "  min_severity: high\n", r"file.yml:4: 'min_severity' must be float"),
        (seeds.load_alert_rules, RULE + "  recipient: b\n", r"file.yml:4: unknown key 'recipient'"),
        (seeds.load_queries, "- {name: q, theme: a}\n", r"file.yml:1: 'text' is missing"),
        (seeds.load_queries, "- {name: q, theme: a, text: b}\n" * 2, r"file.yml:2: q is defined twice"),
        (seeds.load_queries, f"- {{name: q, theme: a, text: {'b' * 513}}}\n", r"file.yml:1: the query has 513 characters"),
        (seeds.load_charter, CHARTER.replace("2099-01-01", "soon"), r"file.yml:7: 'expires_date' must be date"),
        (seeds.load_charter, CHARTER.replace("purpose: b", "purpose: [b]"), r"file.yml:2: 'purpose' must be str"),
        (seeds.load_charter, CHARTER + "is_demo: perhaps\n", r"file.yml:8: 'is_demo' must be bool"),
        (seeds.load_charter, CHARTER + "motto: m\n", r"file.yml:8: unknown key 'motto'"),
    ],
)
def test_what_a_deployment_writes_is_refused_with_its_line(tmp_path, load, text, message):
    file = tmp_path / "file.yml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=message):
        load(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (POLICY.replace("queue", "queues"), r"policy.yml:3: no theme named queues"),
        (POLICY.replace("source: x", "source: y"), r"policy.yml:1: source 'y' is none of"),
        (POLICY.replace("its terms", "''"), r"policy.yml:2: 'why' is empty"),
        (POLICY + POLICY, r"policy.yml:4: x is defined twice"),
        (POLICY.replace("needs_approval", "forbidden"), r"policy.yml:3: unknown key 'forbidden'"),
    ],
)
def test_a_wrong_policy_is_refused_with_its_line(tmp_path, text, message):
    (write_seeds(tmp_path) / "policy.yml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=message):
        seeds.load_policy(tmp_path)


def test_a_policy_that_is_missing_allows_nothing(tmp_path):
    with pytest.raises(ConfigError, match=r"policy.yml is missing"):
        seeds.load_policy(write_seeds(tmp_path))


@pytest.mark.parametrize(
    ("rules", "queries", "message"),
    [
        (RULE + "  themes: [queues]\n", "[]", r"alert_rules.yml:1: no theme named queues"),
        (RULE + "  places: [lars]\n", "[]", r"alert_rules.yml:1: no place named lars"),
        ("[]", "\n- {name: q, theme: queues, text: b}\n", r"queries.yml:2: no theme named queues"),
    ],
)
def test_what_names_a_theme_or_place_there_is_none_of_is_refused(tmp_path, rules, queries, message):
    codebook = seeds.load_codebook(write_seeds(tmp_path))
    (tmp_path / "alert_rules.yml").write_text(rules, encoding="utf-8")
    (tmp_path / "queries.yml").write_text(queries, encoding="utf-8")

    with pytest.raises(ConfigError, match=message):
        seeds.check_references(tmp_path, codebook)


def test_a_gazetteer_in_another_encoding_is_refused_with_its_line(tmp_path):
    file = write_seeds(tmp_path) / "places.csv"
    file.write_bytes((PLACES + LARS).encode("cp1251"))

    with pytest.raises(ConfigError, match=r"places.csv:2: not UTF-8"):
        seeds.load_places(file)


DOCUMENTS = ("000_32b2a647d42adbc5.txt", "001_6040e2674c7d3c56.txt", "002_e4544cbc3ccb3d84.txt")
REAL = [c for c in seeds.load_channels(Path(__file__).parents[2] / "seeds" / "channels") if c.source != "replay"]


def test_twenty_real_channels_are_listed_and_each_seed_document_gave_some():
    named = {channel.named_by for channel in REAL}

    assert len(REAL) >= 20
    assert named >= set(DOCUMENTS)


@pytest.mark.parametrize("channel", REAL, ids=lambda channel: channel.handle)
def test_a_real_channel_tells_all_of_itself_and_waits_to_be_verified(channel):
    assert (channel.source, channel.is_listed, channel.is_verified) == ("telegram", True, False)
    assert channel.title and channel.languages and channel.region and channel.since_date
    assert len(channel.why) > 20
    assert (channel.named_by or "").removeprefix("next to ") in DOCUMENTS
    assert channel.expected_posts_per_day
