"""Eight short invented pieces for ``manage.py demo --examples``, with pictures drawn for them.

Nothing in them is true, and nothing looks as if it were: every person and organization is called an
example, the source is “Example”, standfirst and text say so in the language of the piece.
"""

from __future__ import annotations

import io
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from django.contrib.auth.models import User
from django.db import transaction
from PIL import Image, ImageDraw

from articles import pictures, renditions
from articles.editing.versions import save_version
from articles.models import Article, Event, Picture, PublicPage, Statement, Topic
from articles.publishing.pages import publish_page, withdraw_page
from articles.publishing.publish import publish, withdraw
from people.models import Affiliation, Organization, Speaker

#: Identifiers are made from names below this one, so that the examples are known again.
_SPACE = UUID("6f1c1f7e-9a0e-4f4b-8d8e-0d0a5c2b7a11")
NOTICE = "This was an example; nothing in it was true."
SOURCE = "Example"
#: Width and height of the pictures, in pixels.
SIZE = (1280, 800)

#: The paragraph that ends each piece, by language.
NOTES = {
    "en": "An example, invented to show this site. Nobody in it exists and nothing in it happened.",
    "ur": "یہ فرضی مثال صرف یہ سائٹ دکھانے کے لیے گھڑی گئی۔ کوئی شخص یا واقعہ حقیقی نہیں۔",
    "ru": "Это пример, выдуманный для показа сайта: ни этих людей, ни этих событий нет.",
    "zh-hans": "这是为展示本网站而虚构的范例，其中的人物和事件都不存在。",
}


@dataclass(frozen=True)
class Piece:
    """An invented article; ``said`` are kind, speaker, text and (for reported speech) passage.

    A translation has the topic, the picture and the event of its original.
    """

    slug: str
    language: str
    headline: str
    standfirst: str
    paragraphs: tuple[str, ...]
    said: tuple[tuple[str, str, str, str], ...]
    topic: str = ""
    picture: str = ""
    translation_of: str = ""
    at_the_event: bool = False


#: Name, title, organization and the time held, by key.
PEOPLE = {
    "ada": ("Ada Example", "Example Director", "Example Institute of Clouds", "2024", ""),
    "bruno": ("Bruno Placeholder", "Example Keeper", "Example Harbour Board", "2021-05", ""),
    "misal": ("مثال بیگم", "فرضی مدیر", "مثالی کتب خانہ", "", ""),
    "primer": ("Пример Образцов", "условный смотритель", "Музей примеров", "", ""),
    "fan": ("范例先生", "示范园长", "范例植物园", "", ""),
}
_TOPICS = {"sky": "Example: sky", "town": "Example: town", "garden": "Example: garden"}

#: A picture's alternative text and its colours: ground, then shapes.
_PICTURES = {
    "clouds": ("Drawing: pale discs drift over a blue ground", "#274c77 #6096ba #a3cef1 #e7ecef"),
    "harbour": ("Drawing: dark bands of water under a red disc", "#2b2d42 #8d99ae #d90429 #edf2f4"),
    "library": ("Drawing: upright strips like books on a shelf", "#582f0e #936639 #c2c5aa #b6ad90"),
    "museum": ("Drawing: nested arcs in green and gold", "#283618 #606c38 #dda15e #fefae0"),
    "garden": ("Drawing: leaves turning around a centre", "#1b4332 #40916c #95d5b2 #d8f3dc"),
}

#: In the order in which they are published: a translation after its original.
PIECES = (
    Piece(
        "fanli-zhiwuyuan",
        "zh-hans",
        "范例植物园迎来一片叶子",
        "范例：一座并不存在的植物园记录了一片并不存在的叶子。",
        ("示范园长范例先生说：“它落得很慢，我们都看见了。”", "他表示叶子将留在原处。"),
        (
            ("direct", "fan", "它落得很慢，我们都看见了", ""),
            ("reported", "fan", "叶子将留在原处", "他表示叶子将留在原处。"),
        ),
        topic="garden",
        picture="garden",
    ),
    Piece(
        "primer-muzej",
        "ru",
        "Музей примеров открыл зал, в котором ничего нет",
        "Пример: выдуманный музей показывает пустоту, и она понравилась.",
        (
            "«Посетители говорят, что здесь легко дышать», — сказал Пример Образцов, условный "
            "смотритель.",
            "По его словам, вход останется свободным.",
        ),
        (
            ("direct", "primer", "Посетители говорят, что здесь легко дышать", ""),
            (
                "reported",
                "primer",
                "вход останется свободным",
                "По его словам, вход останется свободным.",
            ),
        ),
        topic="town",
        picture="museum",
    ),
    Piece(
        "misal-kitab-khana",
        "ur",
        "مثالی کتب خانہ رات کو بھی کھلا رہے گا",
        "مثال: ایک فرضی کتب خانے نے فرضی قارئین کے لیے اپنے اوقات بڑھا دیے۔",
        (
            "مثالی کتب خانے کی فرضی مدیر مثال بیگم نے کہا: “کتابیں رات کو زیادہ آہستہ بولتی ہیں”۔",
            "انہوں نے بتایا کہ چراغ صبح تک جلتے رہیں گے۔",
        ),
        (
            ("direct", "misal", "کتابیں رات کو زیادہ آہستہ بولتی ہیں", ""),
            (
                "reported",
                "misal",
                "چراغ صبح تک جلتے رہیں گے",
                "انہوں نے بتایا کہ چراغ صبح تک جلتے رہیں گے۔",
            ),
        ),
        topic="town",
        picture="library",
    ),
    Piece(
        "example-bench-is-moved",
        "en",
        "A bench in Example Town is moved by a metre",
        "Example: a short piece without a picture, about a bench that nobody ever made.",
        (
            "The bench now stands in the shade. “It was a long metre,” said Bruno Placeholder, who "
            "carried one end.",
        ),
        (("direct", "bruno", "It was a long metre", ""),),
        topic="town",
    ),
    Piece(
        "example-harbour-lamp",
        "en",
        "Example harbour keeps its lamp lit on both sides",
        "Example: an invented board decides that an invented lamp shall shine inland too.",
        (
            "“A lamp that only looks at the sea forgets the town,” said Bruno Placeholder of the "
            "Example Harbour Board.",
            "Ada Example, who was asked as well, said that clouds had no objection.",
        ),
        (
            ("direct", "bruno", "A lamp that only looks at the sea forgets the town", ""),
            (
                "reported",
                "ada",
                "clouds had no objection",
                "Ada Example, who was asked as well, said that clouds had no objection.",
            ),
        ),
        topic="town",
        picture="harbour",
    ),
    Piece(
        "example-clouds-are-counted",
        "en",
        "Clouds over Example Town are counted by hand",
        "Example: an institute that does not exist counts 412 clouds and finds them agreeable.",
        (
            "The Example Institute of Clouds has counted the clouds above Example Town. "
            "“We counted each of them twice, and once more for luck,” said Ada Example, its "
            "Example Director.",
            "She added that the smallest cloud had been the hardest to count.",
        ),
        (
            ("direct", "ada", "We counted each of them twice, and once more for luck", ""),
            (
                "reported",
                "ada",
                "the smallest cloud had been the hardest to count",
                "She added that the smallest cloud had been the hardest to count.",
            ),
        ),
        topic="sky",
        picture="clouds",
        at_the_event=True,
    ),
    Piece(
        "misal-badal",
        "ur",
        "فرضی شہر کے بادل ہاتھ سے گنے گئے",
        "مثال: ایک ادارے نے، جو موجود نہیں، 412 بادل گنے۔",
        ("ادارے کی مدیر نے کہا: “ہم نے ہر بادل کو دو بار گنا”۔",),
        (("direct", "ada", "ہم نے ہر بادل کو دو بار گنا", ""),),
        translation_of="example-clouds-are-counted",
    ),
    Piece(
        "primer-oblaka",
        "ru",
        "Облака над Примерском сосчитали вручную",
        "Пример: институт, которого нет, насчитал 412 облаков.",
        ("«Мы сосчитали каждое дважды», — сказала директор.",),
        (("direct", "ada", "Мы сосчитали каждое дважды", ""),),
        translation_of="example-clouds-are-counted",
    ),
)


def identifier(kind: str, name: str) -> UUID:
    """The identifier of an example."""
    return uuid5(_SPACE, f"{kind}/{name}")


@transaction.atomic
def publish_examples(*, by: User, size: tuple[int, int] = SIZE) -> int:
    """Publish the examples that are not public, also those withdrawn before; return how many.

    ``size`` is that of their pictures, in pixels.
    """
    known = set(PublicPage.objects.live().values_list("pk", flat=True))
    capacities = {key: _capacity(key) for key in PEOPLE}
    topics = {key: _topic(key) for key in _TOPICS}
    event = _event(capacities["ada"])
    for row in _pages():
        if row.pk not in known and PublicPage.objects.filter(pk=row.pk).exists():
            publish_page(row, by=by)  # an article does not bring back what was withdrawn
    count = 0
    for piece in PIECES:
        article = Article.objects.filter(pk=identifier("article", piece.slug)).first()
        if article is None:
            first = next((one for one in PIECES if one.slug == piece.translation_of), piece)
            picture = _picture(first.picture, by, size) if first.picture else None
            about = event if first.at_the_event else None
            article = _article(piece, capacities, topics[first.topic], about, picture)
        if not article.editions.live().exists():
            save_version(article, by=by)
            publish(article, by=by)
            count += 1
    return count


@transaction.atomic
def withdraw_examples(*, by: User) -> int:
    """Withdraw the examples that are public, and the pages of whom they name; return how many.

    They are withdrawn as anything else is: what was ever public is never deleted. Their addresses
    say that they were examples. What another article names by now stays.
    """
    count = 0
    pieces = [identifier("article", piece.slug) for piece in PIECES]
    for article in Article.objects.filter(pk__in=pieces):
        if article.editions.live().exists():
            withdraw(article, by=by, notice=NOTICE)
            count += 1
    live = set(PublicPage.objects.live().values_list("pk", flat=True))
    for row in _pages():
        if row.pk in live and not row.editions.live().exists():
            withdraw_page(row, by=by, notice=NOTICE)
    return count


def _pages() -> list[Speaker | Organization | Event | Topic]:
    """The rows that examples name."""
    speakers = [identifier("speaker", key) for key in PEOPLE]
    organizations = [identifier("organization", key) for key in PEOPLE]
    topics = [identifier("topic", key) for key in _TOPICS]
    return [
        *Speaker.objects.filter(pk__in=speakers),
        *Organization.objects.filter(pk__in=organizations),
        *Topic.objects.filter(pk__in=topics),
        *Event.objects.filter(pk=identifier("event", "clouds")),
    ]


def _capacity(key: str) -> Affiliation:
    name, title, employer, since, until = PEOPLE[key]
    speaker, _ = Speaker.objects.get_or_create(
        pk=identifier("speaker", key), defaults={"name": name, "slug": f"example-{key}"}
    )
    organization, _ = Organization.objects.get_or_create(
        pk=identifier("organization", key),
        defaults={"name": employer, "slug": f"example-organization-{key}"},
    )
    held = {"title": title, "organization": organization, "since": since, "until": until}
    capacity, _ = Affiliation.objects.get_or_create(
        pk=identifier("capacity", key), defaults={"speaker": speaker, **held}
    )
    return capacity


def _topic(key: str) -> Topic:
    topic, _ = Topic.objects.get_or_create(
        pk=identifier("topic", key), defaults={"name": _TOPICS[key], "slug": f"example-{key}"}
    )
    return topic


def _event(speaker: Affiliation) -> Event:
    event, created = Event.objects.get_or_create(
        pk=identifier("event", "clouds"),
        defaults={
            "name": "Example Day of Clouds",
            "slug": "example-day-of-clouds",
            "kind": "conference",
            "place": "Example Town",
        },
    )
    if created and speaker.organization:
        event.organizers.add(speaker.organization)
        event.appearances.create(capacity=speaker)
    return event


def _article(
    piece: Piece,
    capacities: dict[str, Affiliation],
    topic: Topic,
    event: Event | None,
    picture: Picture | None,
) -> Article:
    paragraphs = [*piece.paragraphs, f"<em>{NOTES[piece.language]}</em>"]
    original = identifier("article", piece.translation_of) if piece.translation_of else None
    article = Article.objects.create(
        pk=identifier("article", piece.slug),
        slug=piece.slug,
        language=piece.language,
        headline=piece.headline,
        standfirst=piece.standfirst,
        source=SOURCE,
        body="".join(f"<p>{text}</p>" for text in paragraphs),
        translation_of_id=original,
        event=event,
        picture=picture,
    )
    article.topics.add(topic)
    for number, (kind, who, text, passage) in enumerate(piece.said, start=1):
        Statement.objects.create(
            pk=identifier("statement", f"{piece.slug}/{number}"),
            article=article,
            capacity=capacities[who],
            number=number,
            kind=kind,
            text=text,
            passage=passage,
        )
    return article


# Pictures -----------------------------------------------------------------------------------------


def _picture(key: str, by: User, size: tuple[int, int]) -> Picture:
    """The picture ``key`` with its files, drawn when it is first asked for."""
    if known := Picture.objects.filter(pk=identifier("picture", key)).first():
        return known
    buffer = io.BytesIO()
    draw(key, *size).save(buffer, "JPEG", quality=92)
    with tempfile.TemporaryDirectory() as folder:
        made = renditions.make(buffer.getvalue(), Path(folder))
        files = pictures.store(made, Path(folder))
    return Picture.objects.create(
        pk=identifier("picture", key),
        alternative_text=_PICTURES[key][0],
        credit="Drawn for this example",
        uploaded_by=by,
        width=made["width"],
        height=made["height"],
        renditions=files,
    )


def draw(key: str, width: int, height: int) -> Image.Image:
    """The abstract composition ``key``, in pixels; the same each time."""
    ground, *colours = _PICTURES[key][1].split()
    scale = 2  # drawn larger, then made smaller: edges are smooth
    size = width * scale, height * scale
    image = Image.new("RGB", size, ground)
    canvas = ImageDraw.Draw(image)
    _SHAPES[key](canvas, size, colours)
    return image.resize((width, height), Image.Resampling.LANCZOS)


type _Size = tuple[int, int]


def _discs(canvas: ImageDraw.ImageDraw, size: _Size, colours: list[str]) -> None:
    for number in range(26):
        x = (number * 0.618034 % 1) * size[0]
        y = size[1] * (0.18 + 0.62 * ((number * 0.754878) % 1))
        radius = size[1] * (0.04 + 0.11 * ((number * 0.569840) % 1))
        box = (x - 2.2 * radius, y - radius, x + 2.2 * radius, y + radius)
        canvas.ellipse(box, fill=colours[number % 3])


def _bands(canvas: ImageDraw.ImageDraw, size: _Size, colours: list[str]) -> None:
    radius = size[1] * 0.19
    x, y = size[0] * 0.68, size[1] * 0.36
    canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colours[1])
    for number in range(9):
        top = size[1] * (0.5 + 0.055 * number)
        points = [
            (step, top + math.sin(step / size[0] * 9 + number * 1.7) * size[1] * 0.016)
            for step in range(0, size[0] + 1, 16)
        ]
        colour = colours[0] if number % 2 == 0 else "#2b2d42"
        canvas.polygon([*points, (size[0], size[1]), (0, size[1])], fill=colour)


def _strips(canvas: ImageDraw.ImageDraw, size: _Size, colours: list[str]) -> None:
    left, number = 0.06 * size[0], 0
    while left < 0.92 * size[0]:
        wide = size[0] * (0.018 + 0.03 * ((number * 0.618034) % 1))
        top = size[1] * (0.14 + 0.3 * ((number * 0.754878) % 1))
        canvas.rectangle((left, top, left + wide, size[1] * 0.86), fill=colours[number % 3])
        left += wide * 1.12
        number += 1
    canvas.rectangle((0, size[1] * 0.86, size[0], size[1] * 0.885), fill=colours[1])


def _arcs(canvas: ImageDraw.ImageDraw, size: _Size, colours: list[str]) -> None:
    for number in range(10):
        radius = size[1] * (0.95 - 0.09 * number)
        x, y = size[0] * (0.5 + 0.012 * number), size[1] * 0.98
        box = (x - radius, y - radius, x + radius, y + radius)
        canvas.pieslice(box, 180, 360, fill=(*colours, "#283618")[number % 4])


def _leaves(canvas: ImageDraw.ImageDraw, size: _Size, colours: list[str]) -> None:
    x, y = size[0] * 0.5, size[1] * 0.52
    for number in range(21):
        angle, long = number * 2.399963, size[1] * (0.12 + 0.016 * number)
        tip = x + math.cos(angle) * long * 1.5, y + math.sin(angle) * long
        wide = size[1] * 0.045
        side = math.cos(angle + math.pi / 2) * wide, math.sin(angle + math.pi / 2) * wide
        middle = (x + tip[0]) / 2, (y + tip[1]) / 2
        right = middle[0] + side[0], middle[1] + side[1]
        left = middle[0] - side[0], middle[1] - side[1]
        canvas.polygon([(x, y), right, tip, left], fill=colours[number % 3])


_SHAPES = {
    "clouds": _discs,
    "harbour": _bands,
    "library": _strips,
    "museum": _arcs,
    "garden": _leaves,
}
