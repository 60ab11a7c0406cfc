"""Pictures: what is uploaded is judged, made anew in every size, shown, and never changed."""

from __future__ import annotations

import io
import json
import os
import re
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Now
from django.test import Client
from PIL import Image
from pytest_django import Settings

from articles import pictures, renditions
from articles.child_process import REFUSED
from articles.editing import preview
from articles.models import Article, Edition, Picture, PictureUpload, ScheduledAction, Version
from articles.publishing.publish import publish
from articles.publishing.workflow import Refused
from tests.builders import a_member_of, a_picture, an_article, an_upload
from tests.partners.api.test_articles import assert_ninjs

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

ADD = "/admin/articles/picture/add/"
SAID = {
    "alternative_text": "Three speakers",
    "credit": "CGSS",
    "caption": "",
    "focal_x": "30",
    "focal_y": "70",
}


def stored(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def opened(rendition: dict[str, Any]) -> Image.Image:
    with default_storage.open(rendition["name"]) as file:
        return Image.open(io.BytesIO(file.read()))


@pytest.fixture
def pictured(publisher: User) -> Edition:
    picture = a_picture(publisher, an_upload((1600, 900)), caption="In the hall", focal_x=20)
    return publish(an_article("Pictured", picture=picture), by=publisher)


# Uploading ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", renditions.FORMATS)
def test_a_reporter_uploads_a_picture(client: Client, format: str) -> None:
    client.force_login(a_member_of("Reporter"))
    response = client.post(ADD, SAID | {"upload": an_upload((1000, 500), format)})
    assert response.status_code == 302
    picture = Picture.objects.get()
    assert (picture.width, picture.height, picture.renditions) == (1000, 500, [])
    assert "Being prepared" in client.get("/admin/articles/picture/").content.decode()
    assert pictures.prepare_due_pictures() == 1
    picture.refresh_from_db()
    assert (picture.width, picture.height, picture.focal_x) == (1000, 500, 30)
    assert not PictureUpload.objects.exists()
    assert {row["type"] for row in picture.renditions} == {
        "image/avif",
        "image/webp",
        "image/jpeg",
    }
    for row in picture.renditions:
        made = opened(row)
        assert made.size == (row["width"], row["height"])
        assert f"image/{(made.format or '').lower()}" == row["type"]
    assert sorted({row["width"] for row in picture.renditions}) == [320, 640, 960, 1000]


def test_what_a_camera_wrote_into_it_is_gone(publisher: User) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (33.0, 41.0, 0.0)
    picture = a_picture(publisher, an_upload((800, 400), exif=exif))
    assert (picture.width, picture.height) == (400, 800)
    for row in picture.renditions:
        made = opened(row)
        assert not made.getexif()
        assert "icc_profile" not in made.info


def test_what_was_see_through_is_on_white(publisher: User) -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(buffer, "PNG")
    picture = a_picture(publisher, SimpleUploadedFile("p.png", buffer.getvalue()))
    for row in picture.renditions:
        assert min(opened(row).convert("L").tobytes()) >= 250


def test_the_same_upload_makes_the_same_files(publisher: User, settings: Settings) -> None:
    first = a_picture(publisher, an_upload())
    names = stored(settings)
    second = a_picture(publisher, an_upload())
    assert first.renditions == second.renditions
    assert stored(settings) == names


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_kind_of_color(publisher: User, mode: str) -> None:
    image = Image.new("RGB", (300, 260), "white").convert("L" if mode == "I;16" else mode)
    buffer = io.BytesIO()
    image.convert(mode).save(buffer, "JPEG" if mode == "CMYK" else "PNG", icc_profile=b"junk" * 50)
    picture = a_picture(publisher, SimpleUploadedFile("p", buffer.getvalue()))
    assert opened(picture.renditions[0]).mode == "RGB"


def test_the_longest_that_is_taken_is_made(publisher: User) -> None:
    picture = a_picture(publisher, an_upload((2000, 12_000)))
    assert max(row["height"] for row in picture.renditions) <= 16_383


def test_of_a_moving_picture_the_first_is_taken(publisher: User) -> None:
    frames = [Image.new("RGB", (300, 300), color) for color in ("white", "black")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    picture = a_picture(publisher, SimpleUploadedFile("p.webp", buffer.getvalue()))
    assert min(opened(picture.renditions[0]).convert("L").tobytes()) >= 250


@pytest.mark.parametrize(("tag", "kind", "count"), [(0x100, 2, 3), (0x213, 2, 2)])
def test_what_a_camera_wrote_wrongly_breaks_nothing(
    publisher: User, tag: int, kind: int, count: int
) -> None:
    rows = sorted(
        (
            struct.pack("<HHII", 0x112, 3, 1, 6),
            struct.pack("<HHI4s", tag, kind, count, b"a\0\0\0"),
        ),
        key=lambda row: struct.unpack("<H", row[:2]),
    )
    exif = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 2) + b"".join(rows) + b"\0\0\0\0"
    picture = a_picture(publisher, an_upload((400, 300), exif=exif))
    assert (picture.width, picture.height) == (300, 400)


def test_sixteen_bits_keep_their_tones() -> None:
    buffer = io.BytesIO()
    gray = struct.pack("<H", 128 * 257) * 90_000
    Image.frombytes("I;16", (300, 300), gray).save(buffer, "PNG")
    image = renditions.read(buffer.getvalue())
    assert abs(image.convert("L").tobytes()[0] - 128) < 3


def test_a_file_that_was_cut_off_is_made_again(publisher: User) -> None:
    picture = a_picture(publisher)
    name = picture.renditions[0]["name"]
    Path(default_storage.path(name)).write_bytes(b"half")
    a_picture(publisher)
    assert default_storage.size(name) > 4


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it has ``side`` × ``side`` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\x00" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


HOSTILE = {
    "a bomb": (bomb(60_000), "far too large once it is unpacked"),
    "a smaller bomb": (bomb(7_100), "50 million in all are the most"),
    "words": (b"This is not a picture.", "no picture that we can read"),
    "nothing": (b"", "empty"),
    "markup": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "no picture"),
    "a page that begins as a picture": (b"GIF89a<script>alert(1)</script>", "no picture"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "no picture"),
    "a thread": (an_upload((250, 2000)).read(), "6 times as long as the other at most"),
    "a tiny one": (an_upload((199, 300)).read(), "200 at least"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_one_sentence_and_stores_nothing(
    admin_client: Client, settings: Settings, what: str
) -> None:
    data, sentence = HOSTILE[what]
    upload = SimpleUploadedFile("p.jpg", data, "image/jpeg")
    page = admin_client.post(ADD, SAID | {"upload": upload}).content.decode()
    [errors] = re.findall(r'<ul class="errorlist" id="id_upload_error">(.*?)</ul>', page, re.DOTALL)
    assert sentence in errors
    assert errors.count("<li>") == 1
    assert not Picture.objects.exists()
    assert not stored(settings)


DAMAGED = {
    "half a picture": an_upload((900, 900)).read()[:2000],
    "a broken AVIF": an_upload((400, 300), "AVIF").read()[:-60] + b"\0" * 60,
    "a broken one": an_upload((300, 300), "PNG").read()[:60] + b"\xff" * 900,
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_file_is_refused_at_the_picture_and_another_one_is_taken(
    admin_client: Client, settings: Settings, what: str
) -> None:
    upload = SimpleUploadedFile("p.jpg", DAMAGED[what], "image/jpeg")
    page = admin_client.post(ADD, SAID | {"upload": upload}).content.decode()
    if not Picture.objects.exists():  # its header tells already
        assert "The file is damaged" in page
        return
    assert pictures.prepare_due_pictures() == 1
    assert pictures.prepare_due_pictures() == 0
    assert not stored(settings)
    path = f"/admin/articles/picture/{Picture.objects.get().pk}/change/"
    page = admin_client.get(path).content.decode()
    assert "The file is damaged" in page
    assert 'name="upload"' in page
    assert admin_client.post(path, SAID).status_code == 302  # words can be mended without a file
    assert admin_client.post(path, SAID | {"upload": an_upload()}).status_code == 302
    assert pictures.prepare_due_pictures() == 1
    assert Picture.objects.get().renditions
    assert 'name="upload"' not in admin_client.get(path).content.decode()


def test_an_attempt_that_broke_is_noted_and_repeated_later(
    admin_client: Client, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "full").write_text("not a folder", encoding="utf-8")
    settings.MEDIA_ROOT = tmp_path / "full"
    admin_client.post(ADD, SAID | {"upload": an_upload()})
    assert pictures.prepare_due_pictures() == 1
    assert pictures.prepare_due_pictures() == 0  # it pauses
    waiting = PictureUpload.objects.get()
    assert (waiting.attempts, bool(waiting.last_error)) == (1, True)
    assert "Attempt 1 broke" in admin_client.get("/admin/articles/picture/").content.decode()
    settings.MEDIA_ROOT = tmp_path / "media"
    PictureUpload.objects.update(retry_at=Now())
    assert pictures.prepare_due_pictures() == 1
    assert Picture.objects.get().renditions


@pytest.mark.skipif(os.name == "nt", reason="Windows ends programs without signals")
def test_the_process_that_makes_the_files_has_a_limit_of_memory(tmp_path: Path) -> None:
    """Here one of 300 MB, which a picture as large as is taken goes beyond."""
    small = "import sys; from articles import renditions as r; r.MEMORY = 300 * 2**20; "
    large = io.BytesIO()
    Image.new("L", (7000, 7000)).save(large, "PNG")
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", small + "sys.exit(r.main())", str(tmp_path)],
        input=large.getvalue(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == REFUSED
    assert "far too large once it is unpacked" in done.stdout.decode()


def test_what_one_process_has_taken_no_other_takes(admin_client: Client) -> None:
    admin_client.post(ADD, SAID | {"upload": an_upload()})
    assert pictures._take() is not None
    assert pictures._take() is None


def test_a_picture_without_files_is_previewed_and_not_published(
    admin_client: Client, client: Client, publisher: User
) -> None:
    picture = a_picture(publisher, renditions=[])
    article = an_article("Pictured", picture=picture)
    page = client.get(preview.preview_path(preview.share(article, by=publisher))).content.decode()
    assert "This picture is being prepared." in page
    with pytest.raises(Refused, match="has no files yet"):
        publish(article, by=publisher)
    picture.renditions = a_picture(publisher).renditions
    picture.save()
    article.refresh_from_db()
    publish(article, by=publisher)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_files_are_made_after_the_upload_without_a_worker(admin_client: Client) -> None:
    admin_client.post(ADD, SAID | {"upload": an_upload()})
    end = time.monotonic() + 60
    while not Picture.objects.get().renditions:
        assert time.monotonic() < end
        time.sleep(0.1)
    with pictures._one_thread:  # the thread has ended
        pass


def test_the_columns_of_frozen_pictures_are_indexed(publisher: User, pictured: Edition) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for model in (Edition, Version, ScheduledAction):
        rows: Any = model._default_manager.alias(lead=KT("snapshot__picture__id"))
        in_body = Q(snapshot__body_pictures__contains=[{"id": "x"}])
        plan = rows.filter(Q(lead="x") | in_body).order_by().explain()
        assert "Seq Scan" not in plan
        assert plan.count("Bitmap Index Scan") == 2


def test_a_file_that_is_too_large_is_not_even_read(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 2**20)
    upload = SimpleUploadedFile("p.jpg", b"\xff" * (2**20 + 1))
    page = admin_client.post(ADD, SAID | {"upload": upload}).content.decode()
    assert "1.0 MB; 1 MB are the most" in page


@pytest.mark.parametrize("missing", ["alternative_text", "credit"])
def test_what_it_shows_and_whose_it_is_must_be_said(
    admin_client: Client, settings: Settings, missing: str
) -> None:
    response = admin_client.post(ADD, SAID | {missing: " ", "upload": an_upload()})
    assert f'id="id_{missing}_error"' in response.content.decode()
    assert not stored(settings)


def test_the_database_wants_it_too(publisher: User) -> None:
    with pytest.raises(IntegrityError, match="picture_has_alternative_text"):
        a_picture(publisher, alternative_text=" ")


def test_words_and_focal_point_change_the_file_does_not(
    admin_client: Client, publisher: User
) -> None:
    picture = a_picture(publisher)
    path = f"/admin/articles/picture/{picture.pk}/change/"
    assert 'name="upload"' not in admin_client.get(path).content.decode()
    response = admin_client.post(path, SAID | {"caption": "Now with a caption"})
    assert response.status_code == 302
    changed = Picture.objects.get()
    assert (changed.caption, changed.renditions) == ("Now with a caption", picture.renditions)


def test_a_picture_in_use_is_not_deleted(
    admin_client: Client, publisher: User, pictured: Edition
) -> None:
    picture = Picture.objects.get()
    path = f"/admin/articles/picture/{picture.pk}/delete/"
    admin_client.post(path, {"post": "yes"})
    assert Picture.objects.filter(pk=picture.pk).exists()


def test_what_an_edition_shows_is_not_deleted_either(
    admin_client: Client, pictured: Edition
) -> None:
    Article.objects.update(picture=None)
    path = f"/admin/articles/picture/{Picture.objects.get().pk}/delete/"
    response = admin_client.post(path, {"post": "yes"}, follow=True)
    assert "is not deleted: a text of “Pictured” shows it, or did." in response.content.decode()
    assert Picture.objects.exists()


def test_the_list_and_the_form_show_it(admin_client: Client, publisher: User) -> None:
    picture = a_picture(publisher)
    for path in ("/admin/articles/picture/", f"/admin/articles/picture/{picture.pk}/change/"):
        assert 'alt="A hall with three speakers"' in admin_client.get(path).content.decode()


# Reading ------------------------------------------------------------------------------------------


def test_the_page_offers_every_format_and_keeps_the_room(client: Client, pictured: Edition) -> None:
    page = client.get(pictured.get_absolute_url()).content.decode()
    [element] = re.findall(r"<picture>.*?</picture>", page)
    assert element.index("image/avif") < element.index("image/webp") < element.index("<img")
    assert re.search(r"pictures/\S+-320.avif 320w, /media/\S+-640.avif 640w", element)
    assert 'width="960" height="540"' in element
    assert 'alt="A hall with three speakers"' in element
    assert 'class="fx-20"' in element  # the style sheet: 20 % from the left, half way down
    assert "lazy" not in element  # it stands on top
    assert "In the hall" in page
    assert "Image: CGSS" in page


def test_in_lists_it_comes_late_and_says_nothing_twice(
    client: Client, pictured: Edition, publisher: User
) -> None:
    publish(an_article("Newer"), by=publisher)
    page = client.get("/").content.decode()
    [element] = re.findall(r"<picture>.*?</picture>", page)
    assert 'loading="lazy"' in element
    assert 'alt=""' in element


def test_a_file_is_served_for_good(client: Client, pictured: Edition) -> None:
    name = pictured.snapshot["picture"]["renditions"][0]["name"]
    response = client.get(f"/media/{name}")
    assert response.headers["Content-Type"] == "image/avif"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["nothing.jpg", "../settings.py", "%2e%2e/manage.py", "pictures", "a%00b", "x" * 3000]
)
def test_nothing_else_is_served(client: Client, name: str) -> None:
    assert client.get(f"/media/{name}").status_code == 404


def test_an_edition_keeps_its_picture(client: Client, pictured: Edition, publisher: User) -> None:
    before = client.get(pictured.get_absolute_url()).content
    Picture.objects.update(caption="Edited", focal_x=90)
    Article.objects.update(picture=None)
    assert client.get(pictured.get_absolute_url()).content == before
    publish(pictured.article, by=publisher)
    assert b"<picture>" not in client.get(pictured.get_absolute_url()).content


def test_partners_get_it_with_its_point_of_interest(client: Client, pictured: Edition) -> None:
    item = client.get(f"/api/v1/articles/{pictured.article_id}/").json()
    assert_ninjs(item)
    [picture] = [part for part in item["associations"] if part["type"] == "picture"]
    assert picture["by"] == "CGSS"
    largest = picture["renditions"][-1]
    assert largest["href"].startswith("http://localhost:8000/media/pictures/")
    assert (largest["width"], largest["poi"]) == (1600, {"x": 320, "y": 450})


def test_search_engines_and_sharing_sites_get_it(client: Client, pictured: Edition) -> None:
    page = client.get(pictured.get_absolute_url()).content.decode()
    [script] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    image = json.loads(script)["@graph"][0]["image"]
    assert (image["@type"], image["creditText"]) == ("ImageObject", "CGSS")
    width = {"@type": "QuantitativeValue", "value": 1600, "unitCode": "E37"}
    assert image["width"] == width
    assert f'<meta property="og:image" content="{image["url"]}">' in page
    assert '<meta property="og:image:alt" content="A hall with three speakers">' in page
