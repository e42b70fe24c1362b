"""Who may collect live, and what may be asked of whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from monitor import seeds
from monitor.errors import ConfigError
from monitor.model import Approval, Charter, Matches, PlaceMention, ThemeMatch
from monitor.policy import REQUIRED_FIELDS, check_charter, keeps, without
from tests.builders import make_annotations

TODAY = date(2022, 9, 21)
CHARTER = Charter(
    operator="A newsroom",
    purpose="Early warning",
    legal_basis="GDPR 6(1)(f), 85",
    assessment_reference="DPIA-7",
    contact="dpo@newsroom.example",
    recipients=("desk@newsroom.example",),
    expires_date=date(2022, 12, 31),
    is_demo=False,
    file="charter.yml",
    lines={"operator": 1, "purpose": 2, "expires_date": 7},
)
POLICY = seeds.load_policy(Path(__file__).parents[2] / "seeds")


def test_a_complete_charter_allows_live_collection_up_to_its_last_day() -> None:
    check_charter(CHARTER, as_of=TODAY, is_live=True)
    check_charter(CHARTER, as_of=CHARTER.expires_date, is_live=True)
    with pytest.raises(ConfigError, match=r"charter.yml:7: the charter expired on 2022-12-31"):
        check_charter(CHARTER, as_of=date(2023, 1, 1), is_live=True)


@pytest.mark.parametrize("field", REQUIRED_FIELDS)
def test_a_missing_field_is_named_with_its_line(field: str) -> None:
    empty = () if field == "recipients" else "  "
    line = CHARTER.lines.get(field, 1)
    with pytest.raises(ConfigError, match=rf"incomplete, fill in: charter.yml:{line} {field} "):
        check_charter(replace(CHARTER, **{field: empty}), as_of=TODAY, is_live=True)


def test_neither_no_charter_nor_the_demos_allows_live_collection() -> None:
    with pytest.raises(ConfigError, match=r"seeds/charter\.yml"):
        check_charter(None, as_of=TODAY, is_live=True)
    with pytest.raises(ConfigError, match="demo"):
        check_charter(replace(CHARTER, is_demo=True), as_of=TODAY, is_live=True)


def test_replay_and_imports_need_no_charter() -> None:
    check_charter(None, as_of=TODAY, is_live=False)


@pytest.mark.parametrize("theme_id", ["protest", "detention", "dissent"])
def test_sensitive_themes_are_off_for_x_until_approved(theme_id: str) -> None:
    assert not POLICY.is_allowed("x", theme_id)
    assert not POLICY.is_allowed("x", theme_id, approvals=[("x", "border_queue"), ("telegram", theme_id)])
    assert POLICY.is_allowed("x", theme_id, approvals=[("x", theme_id)])
    assert POLICY.is_allowed("telegram", theme_id)


def test_other_themes_may_be_asked_of_x() -> None:
    assert POLICY.is_allowed("x", "border_queue")


def test_a_source_without_a_rule_may_be_asked_for_nothing() -> None:
    assert not any(POLICY.is_allowed("rumours", theme_id) for theme_id in POLICY.theme_ids)


def test_an_approval_holds_up_to_its_last_day_and_not_once_revoked() -> None:
    approval = Approval(
        source="x",
        theme_id="protest",
        reference="letter",
        decided_by="editor",
        until_date=TODAY,
        decided_at=datetime(2022, 9, 1, tzinfo=UTC),
    )

    assert approval.holds(TODAY)
    assert not approval.holds(date(2022, 9, 22))
    assert not replace(approval, is_revoked=True).holds(TODAY)


def matches(*themes: str, crossing: bool = False) -> Matches:
    places = (PlaceMention(place_id="verkhny_lars", kind="crossing", span=(0, 4)),) if crossing else ()
    return Matches(themes=tuple(ThemeMatch(theme_id=t, spans=((0, 1),), terms=("t",)) for t in themes), places=places)


@pytest.mark.parametrize(
    ("found", "is_kept"),
    [
        (matches("protest"), False),
        (matches("protest", crossing=True), False),
        (matches("border_queue", "protest"), True),
        (matches(crossing=True), True),
        (matches(), False),
    ],
)
def test_a_post_whose_only_themes_are_forbidden_is_not_kept(found: Matches, is_kept: bool) -> None:
    assert keeps(found, frozenset({"protest"})) is is_kept


def test_forbidden_themes_are_taken_out_of_the_annotations_and_nothing_else() -> None:
    found = make_annotations(themes=matches("border_queue", "protest").themes)

    assert [theme.theme_id for theme in without(found, {"protest"}).themes] == ["border_queue"]
    assert without(found, {"dissent"}) is found
