"""Types that generators make of the feed have the names that a person would give."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.processes import ROOT

BIN = ROOT / "var/node/node_modules/.bin"
INSTALL = (
    "needs the generators (npm install --no-save --prefix var/node openapi-typescript@7.13.0 "
    "@hey-api/openapi-ts@0.64.15 @hey-api/client-fetch@0.8.4 typescript@5.9.3)"
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def description(client: Client) -> Any:
    return client.get("/api/v1/schema/", headers={"accept": "application/json"}).json()


def test_every_object_of_the_description_has_a_name(description: Any) -> None:
    """One without gets a name like ArticleRightsInfo or Item2 from a generator."""

    def unnamed(schema: Any, path: str) -> list[str]:
        found = [path] if "properties" in schema else []
        for key in ("items", "additionalProperties"):
            if isinstance(schema.get(key), dict):
                found += unnamed(schema[key], f"{path}.{key}")
        return found

    components = description["components"]["schemas"]
    assert "Article" in components
    for name, component in components.items():
        for key, schema in component.get("properties", {}).items():
            assert not unnamed(schema, f"{name}.{key}")


@pytest.mark.slow
@pytest.mark.skipif(not (BIN / "openapi-typescript").exists(), reason=INSTALL)
def test_openapi_typescript_names_each_component(client: Client, tmp_path: Path) -> None:
    made = generated(client, tmp_path, "openapi-typescript", "-o", "types.d.ts")
    text = (made / "types.d.ts").read_text(encoding="utf-8")
    schemas = text.partition("    schemas: {")[2].partition("\n    };")[0]
    assert set(re.findall(r"^        (\w+): ", schemas, re.MULTILINE)) == names(client)


@pytest.mark.slow
@pytest.mark.skipif(not (BIN / "openapi-ts").exists(), reason=INSTALL)
def test_hey_api_names_each_component_and_call(client: Client, tmp_path: Path) -> None:
    made = generated(client, tmp_path, "openapi-ts", "-o", "made", "-c", "@hey-api/client-fetch")
    text = (made / "made/types.gen.ts").read_text(encoding="utf-8")
    types = set(re.findall(r"^export type (\w+) =", text, re.MULTILINE))
    calls = re.compile(r"\w+(List|Retrieve|Stream)(Data|Errors?|Responses?)|ClientOptions")
    assert {name for name in types if not calls.fullmatch(name)} == names(client)


def names(client: Client) -> set[str]:
    response = client.get("/api/v1/schema/", headers={"accept": "application/json"})
    return set(response.json()["components"]["schemas"])


def generated(client: Client, folder: Path, program: str, *options: str) -> Path:
    """Run a generator on the description in ``folder``."""
    response = client.get("/api/v1/schema/", headers={"accept": "application/json"})
    (folder / "schema.json").write_bytes(response.content)
    given = ["-i", "schema.json"] if program == "openapi-ts" else ["schema.json"]
    done = subprocess.run(  # noqa: S603 - a program of var/node
        [BIN / program, *given, *options],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
