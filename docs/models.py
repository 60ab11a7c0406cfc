"""The models and what refers to what: ``uv run docs/models.py`` writes ``docs/models.md``.

The drawing is Mermaid's text, which code hosting sites show as a picture.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs/models.md"
#: What each group is, by the module of its models.
GROUPS = {
    "people.models": "People: a working copy",
    "articles.models.working": "Articles, events, topics: the working copy",
    "articles.models.sources": "Releases as they came",
    "articles.models.pictures": "Pictures",
    "articles.models.desk": "What the desk remembers",
    "articles.models.published": "Published for good",
    "articles.models.pages": "Public pages and addresses",
    "articles.models.search": "Search",
    "articles.models.partners": "Partners",
    "articles.models.webhooks": "Webhooks",
}


def drawing() -> str:
    """The page: a diagram of all models, then a line for each with the start of its docstring."""
    from django.apps import apps

    models = [
        model
        for label in ("people", "articles")
        for model in apps.get_app_config(label).get_models()
    ]
    lines = ["# The models", "", "Made by `uv run docs/models.py`.", "", "```mermaid", "erDiagram"]
    for model in models:
        for field in model._meta.get_fields():
            if field.auto_created or not field.is_relation or field.related_model not in models:
                continue
            target = field.related_model.__name__
            arrow = "}o--o{" if field.many_to_many else "|o--o|" if field.one_to_one else "}o--||"
            lines.append(f"    {model.__name__} {arrow} {target} : {field.name}")
    lines += ["```", ""]
    for module, heading in GROUPS.items():
        lines += [f"**{heading}**", ""]
        for model in models:
            if model.__module__ == module:
                lines.append(f"- `{model.__name__}`: {(model.__doc__ or '').splitlines()[0]}")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    import django

    django.setup()
    TARGET.write_text(drawing(), encoding="utf-8")


if __name__ == "__main__":
    main()
