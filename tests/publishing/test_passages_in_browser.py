"""The desk finds the same quoted passages in the browser as the server does."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from articles.publishing.passages import EVERYWHERE, pairs_of

CASES = json.loads(Path(__file__).with_name("quoted_passages.json").read_text(encoding="utf-8"))
MODULE = settings.BASE_DIR / "newsroom/static/newsroom/desk/passages.js"
SCRIPT = """
import { quotedPassages } from "MODULE";
const lines = [];
for await (const chunk of process.stdin) lines.push(chunk);
const { cases, everywhere } = JSON.parse(Buffer.concat(lines).toString());
const found = cases.map(({ text, pairs }) => quotedPassages(text, pairs, everywhere));
console.log(JSON.stringify(found));
"""


NODE = shutil.which("node")


@pytest.mark.skipif(not NODE, reason="no Node.js on this machine")
def test_the_browser_finds_what_the_server_finds(tmp_path: Path) -> None:
    (tmp_path / "passages.mjs").write_bytes(MODULE.read_bytes())
    script = tmp_path / "run.mjs"
    script.write_text(SCRIPT.replace("MODULE", "./passages.mjs"), encoding="utf-8")
    asked = [{"text": case["text"], "pairs": pairs_of(case["language"])} for case in CASES]
    done = subprocess.run(  # noqa: S603 - our own module
        [str(NODE), str(script)],
        input=json.dumps({"cases": asked, "everywhere": EVERYWHERE.split()}),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    for case, found in zip(CASES, json.loads(done.stdout), strict=True):
        assert found == case["passages"], case["name"]
