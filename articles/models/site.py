"""What the desk edits of the site itself: the front page, and pages like About and Imprint."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse

from articles.models.search import names_vector
from articles.models.working import Article, languages
from articles.richtext import RichTextField
from people.constraints import VISIBLE, ConstrainedModel, says

#: The one row of ``FrontPage``.
FRONT_PAGE = uuid.UUID("6a0e5f0c-3c1c-4a52-9a4e-5b9b1c0f0001")


class SitePage(ConstrainedModel):
    """A page of the site in one language: About, Contact, Imprint. Public once it is published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField("title", max_length=120)
    language = models.CharField(max_length=35, choices=languages, default="en")
    body = RichTextField()
    position = models.PositiveSmallIntegerField(
        default=1, help_text="1 stands first at the foot of every page in this language."
    )
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["language", "position", "name"]
        indexes = [GinIndex(names_vector("name"), name="site_page_names", fastupdate=False)]
        verbose_name = "page of the site"
        verbose_name_plural = "pages of the site"
        constraints = [
            CheckConstraint(
                condition=Q(name__regex=VISIBLE),
                name="site_page_has_a_title",
                **says("name", "Write the page's title."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("sitepage", args=[self.slug])


class FrontPage(models.Model):
    """What an editor put on the front page, in order; one row, for all languages.

    The first pick leads. What is not picked is filled by rule: the newest.
    """

    id = models.UUIDField(primary_key=True, default=FRONT_PAGE, editable=False)
    articles = models.ManyToManyField(Article, through="FrontPick", blank=True, related_name="+")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "front page"

    def __str__(self) -> str:
        return "Front page"


class FrontPick(models.Model):
    """An article that an editor put on the front page."""

    front = models.ForeignKey(FrontPage, models.CASCADE, related_name="picks")
    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [UniqueConstraint(fields=["front", "article"], name="front_pick_once")]

    def __str__(self) -> str:
        return str(self.article)
