"""deploy/kubernetes.yaml is what Kubernetes takes, and says what the rest of the project says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import kubernetes_validate
import pytest
import yaml
from django.urls import resolve

from tests.processes import ROOT

#: The oldest and a recent release that it is judged by.
RELEASES = ["1.32", "1.36"]


def rows() -> list[dict[str, Any]]:
    text = (ROOT / "deploy/kubernetes.yaml").read_text(encoding="utf-8")
    return list(yaml.safe_load(text)["items"])


def containers() -> Iterator[dict[str, Any]]:
    for row in rows():
        if row["kind"] in ("Job", "Deployment"):
            yield from row["spec"]["template"]["spec"]["containers"]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['kind']} {row['metadata']['name']}")
def test_every_row_is_as_kubernetes_defines_it(row: dict[str, Any], release: str) -> None:
    kubernetes_validate.validate(row, release, strict=True)


def test_every_container_runs_without_rights_on_a_root_that_cannot_be_written() -> None:
    for container in containers():
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_probes_ask_addresses_that_there_are_by_a_host_that_is_allowed() -> None:
    [settings] = [row["data"] for row in rows() if row["kind"] == "ConfigMap"]
    [site] = [container for container in containers() if container["name"] == "site"]
    for probe in ("livenessProbe", "startupProbe", "readinessProbe"):
        asked = site[probe]["httpGet"]
        assert resolve(asked["path"])
        assert asked["httpHeaders"] == [{"name": "Host", "value": settings["ALLOWED_HOSTS"]}]


def test_every_setting_is_one_that_docs_settings_describes() -> None:
    [settings] = [row["data"] for row in rows() if row["kind"] == "ConfigMap"]
    described = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert [name for name in settings if f"`{name}`" not in described] == []
