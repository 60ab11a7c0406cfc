"""A page without a picture is shared with a card drawn from its words."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import User
from django.test import Client
from PIL import Image, ImageChops

from articles import pictures
from articles.models import Article, Edition, PublicPage
from articles.public import share_images as cards
from articles.publishing.publish import publish, withdraw
from tests.builders import an_article

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

CARD = "/articles/sco-gateway-to-regional-cooperation/share-image.png"


def drawn(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


@pytest.mark.parametrize("kind", ["article", "event", "speaker", "organization", "topic"])
def test_pages_name_their_card(client: Client, edition: Edition, kind: str) -> None:
    pages = PublicPage.objects.filter(kind=kind)
    path = CARD if kind == "article" else f"{pages[0].get_absolute_url()}share-image.png"
    page = client.get(path.removesuffix("share-image.png")).content.decode()
    assert f'<meta property="og:image" content="http://localhost:8000{path}">' in page
    response = client.get(path)
    assert response.headers["Content-Type"] == "image/png"
    assert drawn(response.content).size == (1200, 630)
    assert len(response.content) < 100_000


def test_the_words_are_on_it(client: Client, edition: Edition) -> None:
    blank = drawn(cards.draw("", ""))
    card = drawn(client.get(CARD).content)
    left, top, right, bottom = ImageChops.difference(blank, card).getbbox() or (0, 0, 0, 0)
    assert (left, top) >= (70, 80)
    assert right > 600
    assert bottom > 300


@pytest.mark.parametrize(
    "title",
    [
        "",
        "a" * 200,
        "word " * 40,
        "Шанхайская организация сотрудничества",
        "شنگھائی تعاون تنظیم",
        "上海合作组织成员国坚定遵循上海精神",
        "\u202e\u0000\ufffe\U0001f600",
        "مرکب text in two مختلف directions",
    ],
)
def test_any_words_make_a_card(title: str) -> None:
    image = drawn(cards.draw(title, title[:60]))
    assert image.size == (1200, 630)
    edge = image.crop((pictures.SHARE_WIDTH - 20, 20, pictures.SHARE_WIDTH, pictures.SHARE_HEIGHT))
    assert edge.getcolors() == [(20 * 610, image.getpixel((1199, 300)))]


@pytest.mark.parametrize(
    "path",
    ["/articles/nothing/share-image.png", "/people/x/share-image.png", "/s/x/share-image.png"],
)
def test_no_page_no_card(client: Client, edition: Edition, path: str) -> None:
    assert client.get(path).status_code == 404


def test_what_is_withdrawn_has_none(client: Client, publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    withdraw(article, by=publisher, notice="It was not so.")
    assert client.get("/articles/a-headline/share-image.png").status_code == 404


def test_an_earlier_address_leads_to_todays(
    client: Client, edition: Edition, publisher: User
) -> None:
    Article.objects.filter(pk=edition.article_id).update(slug="renamed")
    publish(Article.objects.get(pk=edition.article_id), by=publisher)
    response = client.get(CARD)
    assert (response.status_code, response["Location"]) == (
        301,
        "/articles/renamed/share-image.png",
    )
