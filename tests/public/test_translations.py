"""Articles that say the same in several languages know of one another, everywhere."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from pytest_django import Settings

from articles.editing.versions import restore, save_version
from articles.models import Article
from articles.publishing.publish import publish, withdraw
from articles.publishing.workflow import Refused
from tests.builders import an_article
from tests.partners.api.test_articles import assert_ninjs

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

EN, RU, UR = "/articles/original/", "/articles/in-russian/", "/articles/in-urdu/"


@pytest.fixture
def family(publisher: User) -> dict[str, Article]:
    """An article with its translations, all published, and one that has nothing to do with it."""
    original = an_article("Original")
    russian = an_article("In Russian", language="ru", translation_of=original)
    urdu = an_article("In Urdu", language="ur", translation_of=original)
    rows = {"en": original, "ru": russian, "ur": urdu, "other": an_article("Other")}
    for article in rows.values():
        publish(article, by=publisher)
    return rows


def alternates(client: Client, path: str) -> dict[str, str]:
    page = client.get(path).content.decode()
    return dict(re.findall(r'<link rel="alternate" hreflang="(.*?)" href="(.*?)">', page))


def graph(client: Client, path: str) -> dict[str, Any]:
    page = client.get(path).content.decode()
    [script] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    node: dict[str, Any] = json.loads(script)["@graph"][0]
    return node


def test_each_page_leads_to_all_others(client: Client, family: dict[str, Article]) -> None:
    base = "http://localhost:8000"
    every = {"en": base + EN, "ru": base + RU, "ur": base + UR, "x-default": base + EN}
    for path in (EN, RU, UR):
        assert alternates(client, path) == every
    page = client.get(EN).content.decode()
    assert f'<a href="{UR}" hreflang="ur" lang="ur" dir="rtl">اردو</a>' in page
    assert f'<a href="{EN}" hreflang="en"' not in page
    assert alternates(client, "/articles/other/") == {}


def test_a_translation_that_is_not_public_is_not_named(
    client: Client, family: dict[str, Article], publisher: User
) -> None:
    withdraw(family["ru"], by=publisher, notice="It was not so.")
    assert set(alternates(client, EN)) == {"en", "ur", "x-default"}
    withdraw(family["en"], by=publisher, notice="It was not so.")
    assert set(alternates(client, UR)) == set()


def test_search_engines_learn_which_is_the_original(
    client: Client, family: dict[str, Article]
) -> None:
    names = [node["@id"] for node in graph(client, EN)["workTranslation"]]
    assert names == ["http://localhost:8000" + RU, "http://localhost:8000" + UR]
    [original] = graph(client, RU)["translationOfWork"]
    assert original["@id"] == "http://localhost:8000" + EN


def test_sitemap_and_feed_have_them(client: Client, family: dict[str, Article]) -> None:
    sitemap = ElementTree.fromstring(client.get("/sitemap-articles-0.xml").content)  # noqa: S314 - ours
    listed = {}
    for entry in sitemap:
        links = entry.findall("{http://www.w3.org/1999/xhtml}link")
        listed[entry[0].text] = [link.attrib["hreflang"] for link in links]
    assert sorted(listed["http://localhost:8000" + RU]) == ["en", "ru", "ur"]
    assert listed["http://localhost:8000/articles/other/"] == []
    atom = ElementTree.fromstring(client.get("/feeds/articles.atom").content)  # noqa: S314 - ours
    name = "{http://www.w3.org/2005/Atom}"
    for entry in atom.findall(f"{name}entry"):
        if entry.findtext(f"{name}title") == "In Urdu":
            found = {link.attrib.get("hreflang") for link in entry.findall(f"{name}link")}
            assert found == {None, "en", "ru"}


def test_partners_find_the_original(client: Client, family: dict[str, Article]) -> None:
    item = client.get(f"/api/v1/articles/{family['ru'].pk}/").json()
    assert_ninjs(item)
    [original] = [part for part in item["associations"] if part["rel"] == "translationOf"]
    assert original["uri"] == f"urn:uuid:{family['en'].pk}"


def test_one_article_a_language(publisher: User) -> None:
    original = an_article("Original")
    an_article("In Russian", language="ru", translation_of=original)
    for language in ("ru", "en"):
        with pytest.raises(ValidationError, match="exists in this language already"):
            Article(
                headline="Again", slug="again", language=language, translation_of=original
            ).full_clean()
    with pytest.raises(IntegrityError, match="article_once_a_language"):
        an_article("Again", language="ru", translation_of=original)


def test_all_translations_point_to_the_original(publisher: User) -> None:
    original = an_article("Original")
    russian = an_article("In Russian", language="ru", translation_of=original)
    urdu = an_article("In Urdu", language="ur")
    urdu.translation_of = russian
    with pytest.raises(ValidationError, match="choose the original, “Original”"):
        urdu.full_clean()
    original.translation_of = an_article("Another")
    original.language = "zh-hans"
    with pytest.raises(ValidationError, match="it is an original"):
        original.full_clean()


def test_a_version_brings_it_back(publisher: User) -> None:
    original = an_article("Original")
    russian = an_article("In Russian", language="ru", translation_of=original)
    version = save_version(russian, by=publisher)
    Article.objects.filter(pk=russian.pk).update(translation_of=None)
    restore(russian, version.snapshot, by=publisher)
    assert Article.objects.get(pk=russian.pk).translation_of == original


def test_the_desk_offers_it(admin_client: Client, publisher: User) -> None:
    an_article("Original")
    page = admin_client.get("/admin/articles/article/add/").content.decode()
    assert 'name="translation_of"' in page
    assert 'name="picture"' in page


def form(article: Article, **more: str) -> dict[str, str]:
    rows = {f"statements-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    texts = ("headline", "body", "slug", "language")
    return {name: getattr(article, name) for name in texts} | rows | {"base": "0"} | more


def test_the_form_says_what_is_wrong_with_a_translation(
    admin_client: Client, publisher: User
) -> None:
    original = an_article("Original")
    russian = an_article("In Russian", language="ru", translation_of=original)
    other = an_article("Other")
    for article, more, sentence in (
        (other, {"translation_of": str(original.pk)}, "exists in this language already"),
        (other, {"translation_of": str(other.pk)}, "no translation of itself"),
        (original, {"language": "ru"}, "exists in this language already"),
        (other, {"translation_of": str(russian.pk), "language": "ur"}, "choose the original"),
    ):
        path = f"/admin/articles/article/{article.pk}/change/"
        page = admin_client.post(path, form(article, **more)).content.decode()
        assert sentence in page


def test_a_version_whose_original_is_gone_is_not_brought_back(publisher: User) -> None:
    original = an_article("Original")
    russian = an_article("In Russian", language="ru", translation_of=original)
    version = save_version(russian, by=publisher)
    Article.objects.filter(pk=russian.pk).update(translation_of=None)
    original.delete()
    with pytest.raises(Refused, match="It cannot be brought back"):
        restore(russian, version.snapshot, by=publisher)


def test_no_two_public_articles_of_a_work_have_one_language(
    client: Client, family: dict[str, Article], publisher: User
) -> None:
    Article.objects.filter(pk=family["ru"].pk).update(language="zh-hans")  # saved, not published
    again = an_article("Again", language="ru", translation_of=family["en"])
    with pytest.raises(Refused, match=r"In Russian.* is published in this language already"):
        publish(again, by=publisher)


def test_a_language_that_django_does_not_know(
    client: Client, publisher: User, settings: Settings
) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("ps", "Pashto")]
    original = an_article("Original")
    for article in (original, an_article("Pashto", language="ps", translation_of=original)):
        publish(article, by=publisher)
    page = client.get(EN).content.decode()
    assert 'hreflang="ps" lang="ps" dir="rtl">Pashto</a>' in page
