"""The deployment files: valid, nothing secret inside, nothing reachable from outside, every setting passed on and documented."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
NOT_FOR_CONTAINERS = {"MONITOR_ROOT", "MONITOR_HOME", "MONITOR_PG_BIN", "MONITOR_SOURCE", "MONITOR_REPLAY_FILE"}
SECRET = re.compile("PASSWORD|SECRET|KEY$|TOKEN|SESSION|HASH$")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(TEXT)
    return found


def variables() -> dict[str, set[str]]:
    """Every variable the file takes, with the ways it is written: ':?' required, ':-' defaulted, '' named again."""
    found: dict[str, set[str]] = {}
    for name, how in re.findall(r"(?<!\$)\$\{([A-Z_]+)(:\?|:-)?", TEXT):
        found.setdefault(name, set()).add(how)
    return found


def test_it_keeps_to_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stdout + told.stderr


def test_secrets_come_from_the_environment_and_say_what_to_do_when_missing() -> None:
    optional = {"MONITOR_X_BEARER_TOKEN", "MONITOR_SMTP_PASSWORD"}

    for name, ways in variables().items():
        if SECRET.search(name) and name not in optional:
            assert ":?" in ways, f"{name} is a secret and not required"
            assert ":-" not in ways


def test_only_this_machine_reaches_a_port(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_service_that_stays_is_watched(compose: dict[str, Any]) -> None:
    staying = {name: service for name, service in compose["services"].items() if service.get("restart") != "no"}

    assert set(staying) == {"postgres", "api-server", "scheduler", "dag-processor", "mail-catcher"}
    assert all("healthcheck" in service for service in staying.values())


def test_nothing_of_airflow_starts_before_the_schemas_are_there(compose: dict[str, Any]) -> None:
    for name in ("api-server", "scheduler", "dag-processor"):
        assert compose["services"][name]["depends_on"]["init"]["condition"] == "service_completed_successfully"


def test_every_setting_reaches_the_containers(compose: dict[str, Any]) -> None:
    passed = set(compose["services"]["scheduler"]["environment"])

    assert {setting.name for setting in SETTINGS} - NOT_FOR_CONTAINERS <= passed


def test_the_example_names_every_setting_with_its_meaning_and_default() -> None:
    shown = {
        name: (doc, value.strip('"')) for doc, name, value in re.findall(r"^# (.+)\n#(MONITOR_[A-Z_]+)=(.*)$", EXAMPLE, re.M)
    }

    shown.pop("MONITOR_DATABASE_PASSWORD")
    expected = {s.name: (s.doc, "" if s.name == "MONITOR_ROOT" else s.default or "") for s in SETTINGS}
    assert shown == expected


def test_the_example_names_every_variable_of_the_compose_file() -> None:
    assert set(variables()) <= set(re.findall(r"^#([A-Z_]+)=", EXAMPLE, re.M))


def test_the_image_holds_no_secret_and_runs_as_an_ordinary_user() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()

    assert lines[-1] == "USER monitor"
    assert not [line for line in lines if SECRET.search(line.split("=")[0].strip()) and "=" in line]
