"""Documentation is tested: every command, DAG and view is told of, and no text names what only exists on our machines."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from monitor.alerts.notices import TITLES
from monitor.cli import main
from monitor.settings import SETTINGS

ROOT = Path(__file__).parents[1]
OPERATOR = (ROOT / "docs" / "operator.md").read_text()
ANALYST = (ROOT / "docs" / "analyst.md").read_text()


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_in_the_operators_manual(command):
    assert f"monitor {command}" in OPERATOR


@pytest.mark.parametrize("dag", sorted(file.stem for file in (ROOT / "dags").glob("[a-z]*.py")))
def test_every_dag_is_in_the_operators_manual(dag):
    assert f"`{dag}`" in OPERATOR


@pytest.mark.parametrize("view", sorted(file.stem.split("_", 1)[1] for file in (ROOT / "sql" / "views").glob("*.sql")))
def test_every_view_is_in_the_analysts_manual(view):
    assert f"`{view}`" in ANALYST


@pytest.mark.parametrize("query", sorted(file for file in (ROOT / "sql" / "queries").glob("*.sql")), ids=lambda file: file.stem)
def test_every_question_of_the_cookbook_is_in_the_analysts_manual(query):
    assert f"| `{query.stem}` | {query.read_text().splitlines()[0][3:]} |" in ANALYST


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_in_the_example_environment_or_the_manuals(setting):
    told = OPERATOR + (ROOT / ".env.example").read_text() + (ROOT / "README.md").read_text()

    assert setting.name in told


def test_links_between_documents_lead_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for name in re.findall(r"`((?:docs|seeds|sql|bench|src|tests|dags)/[a-z0-9_./]+)`", page.read_text()):
            assert (ROOT / name).exists(), f"{page.name} names {name}"


def test_no_lock_names_a_host():
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text()


def test_every_view_says_what_one_row_is():
    for file in (ROOT / "sql" / "views").glob("*.sql"):
        assert file.read_text().startswith("-- One row is "), file.name


def test_no_file_names_a_package_registry():
    hosts = "|".join(("py" + r"pi\.org", "python" + r"hosted\.org", r"registry\.np" + r"mjs", "deb" + r"\.debian\.org"))
    told = subprocess.run(["git", "grep", "-nIE", hosts], cwd=ROOT, capture_output=True, text=True, check=False)

    assert told.stdout == ""


@pytest.mark.parametrize("kind", sorted(TITLES))
def test_every_mail_to_the_operator_is_explained(kind):
    assert f"| {TITLES[kind]} | `{kind}` |" in OPERATOR


def test_every_kind_of_notice_that_is_opened_has_a_title():
    opened = {
        kind
        for file in (ROOT / "src").rglob("*.py")
        for kind in re.findall(r"(?:open_notice|_hold)\(\s*connection,\s*\"(\w+)\"", file.read_text())
    }

    assert {"charter_expiring", "source_silent"} <= opened <= set(TITLES)
