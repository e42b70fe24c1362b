"""Who may collect live, and what may be asked of whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from monitor.errors import ConfigError
from monitor.model import Charter
from monitor.policy import REQUIRED_FIELDS, check_charter, is_allowed

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
)


def test_a_complete_charter_allows_live_collection_up_to_its_last_day() -> None:
    check_charter(CHARTER, as_of=TODAY, is_live=True)
    check_charter(CHARTER, as_of=CHARTER.expires_date, is_live=True)
    with pytest.raises(ConfigError, match="expired on 2022-12-31"):
        check_charter(CHARTER, as_of=date(2023, 1, 1), is_live=True)


@pytest.mark.parametrize("field", REQUIRED_FIELDS)
def test_a_missing_field_is_named(field: str) -> None:
    empty = () if field == "recipients" else "  "
    with pytest.raises(ConfigError, match=rf"incomplete, fill in: {field} "):
        check_charter(replace(CHARTER, **{field: empty}), as_of=TODAY, is_live=True)


def test_neither_no_charter_nor_the_demos_allows_live_collection() -> None:
    with pytest.raises(ConfigError, match="set MONITOR_CHARTER"):
        check_charter(None, as_of=TODAY, is_live=True)
    with pytest.raises(ConfigError, match="demo"):
        check_charter(replace(CHARTER, is_demo=True), as_of=TODAY, is_live=True)


def test_replay_and_imports_need_no_charter() -> None:
    check_charter(None, as_of=TODAY, is_live=False)


@pytest.mark.parametrize("theme_id", ["protest", "detention", "dissent"])
def test_sensitive_themes_are_off_for_x_until_approved(theme_id: str) -> None:
    assert not is_allowed("x", theme_id)
    assert not is_allowed("x", theme_id, approvals=["border_queue"])
    assert is_allowed("x", theme_id, approvals=[theme_id])
    assert is_allowed("telegram", theme_id)


def test_other_themes_may_be_asked_of_x() -> None:
    assert is_allowed("x", "border_queue")
