"""Small makers of real rows. Every field not given is the least that the database takes."""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from articles import pictures, renditions
from articles.models import Article, Event, Picture, Statement
from people.models import Affiliation, Organization, Speaker

RELEASE_ARTICLE = UUID("5eeaabcf-6385-419d-bd6f-3b9ac81ae957")


def a_speaker(name: str = "Ada Writer", **fields: Any) -> Speaker:
    slug = name.lower().replace(" ", "-")
    return Speaker.objects.create(**{"name": name, "slug": slug} | fields)


def an_organization(name: str = "The Institute", **fields: Any) -> Organization:
    slug = name.lower().replace(" ", "-")
    return Organization.objects.create(**{"name": name, "slug": slug} | fields)


def a_capacity(
    title: str = "Director", speaker: Speaker | None = None, **fields: Any
) -> Affiliation:
    return Affiliation.objects.create(speaker=speaker or a_speaker(), title=title, **fields)


def an_event(name: str = "The Webinar", **fields: Any) -> Event:
    slug = name.lower().replace(" ", "-")
    return Event.objects.create(**{"name": name, "slug": slug} | fields)


def an_article(headline: str = "A headline", **fields: Any) -> Article:
    slug = headline.lower().replace(" ", "-")
    body = "<p>She said “we will go on” and left.</p>"
    return Article.objects.create(**{"headline": headline, "slug": slug, "body": body} | fields)


def a_statement(
    article: Article,
    text: str = "we will go on",
    capacity: Affiliation | None = None,
    **fields: Any,
) -> Statement:
    number = article.statements.count() + 1
    return Statement.objects.create(
        article=article, capacity=capacity or a_capacity(), number=number, text=text, **fields
    )


def an_upload(
    size: tuple[int, int] = (800, 600), format: str = "JPEG", **options: Any
) -> SimpleUploadedFile:
    """A picture as a browser sends it: a gradient, so that it is not all one color."""
    band = Image.linear_gradient("L").resize(size)
    image = Image.merge("RGB", (band, band.rotate(180), band))
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return SimpleUploadedFile(f"picture.{format.lower()}", buffer.getvalue())


def a_picture(by: User, upload: SimpleUploadedFile | None = None, **fields: Any) -> Picture:
    """A picture with its files, made in this process and not in a child of it."""
    upload = upload or an_upload()
    with tempfile.TemporaryDirectory() as folder:
        made = renditions.make(upload.read(), Path(folder))
        files = pictures.store(made, Path(folder))
    return Picture.objects.create(
        **{
            "alternative_text": "A hall with three speakers",
            "credit": "CGSS",
            "uploaded_by": by,
            "width": made["width"],
            "height": made["height"],
            "renditions": files,
        }
        | fields
    )


def a_picture_row(by: User, **fields: Any) -> Picture:
    """A picture whose files are named and not made: for what never reads them."""
    name = f"pictures/aa/{uuid4().hex[:20]}"
    files = [
        {"type": f"image/{kind}", "width": width, "height": width // 2, "name": f"{name}-{width}"}
        for kind in ("avif", "webp", "jpeg")
        for width in (480, 960)
    ]
    return Picture.objects.create(
        **{
            "alternative_text": "A hall",
            "credit": "CGSS",
            "uploaded_by": by,
            "width": 960,
            "height": 480,
            "renditions": files,
        }
        | fields
    )


def in_body(record: Picture | Event | Article | Statement) -> str:
    """The reference to ``record`` as it stands in a body."""
    named = f"{record._meta.model_name}/{record.pk}"
    if isinstance(record, Statement):
        named = f"statement/{record.article_id}/{record.number}"
    return f'<figure data-record="{named}"></figure>'


def a_member_of(group: str, username: str = "") -> User:
    user = User.objects.create_user(
        username or group.lower(), password="secret-1-2-3", is_staff=True
    )
    user.groups.add(Group.objects.get(name=group))
    return user


def confirm(client: Client, user: User) -> None:
    """As if ``user`` had just typed the password again, which pages about rights ask for."""
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
