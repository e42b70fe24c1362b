"""The whole month on X, hour by hour, with more than a hundred kills."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.database.test_x_month import hold_a_month
from tests.x_month import Plan

pytestmark = pytest.mark.torture


@pytest.mark.parametrize("seed", [5, 11, 13])
def test_a_whole_month_of_faults_and_kills_is_booked_to_the_cent(database_url: str, tmp_path: Path, seed: int) -> None:
    plan = Plan(step_hours=1, kills_count=110, kills_share=0.2, faults_share=0.08, cap_usd=Decimal(10), seed=seed)

    hold_a_month(database_url, tmp_path, plan)
