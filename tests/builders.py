"""Small makers of real rows. Every field not given is the least that the database takes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group, User

from articles.models import Article, Event, Statement
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


def a_member_of(group: str, username: str = "") -> User:
    user = User.objects.create_user(
        username or group.lower(), password="secret-1-2-3", is_staff=True
    )
    user.groups.add(Group.objects.get(name=group))
    return user
