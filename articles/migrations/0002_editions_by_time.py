"""Indexes for what is asked by time: archive, sitemaps, withdrawals. Made beside the site."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q

LIVE = Q(is_latest=True, status="usable")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("articles", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                fields=["first_published_at", "first_sequence"],
                condition=LIVE,
                name="edition_first_published",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                (F("first_sequence") - 1) / 50_000,
                "published_at",
                condition=LIVE,
                name="edition_sitemap_part",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                fields=["-change"],
                condition=Q(is_latest=True, status="canceled"),
                name="edition_withdrawn",
            ),
        ),
    ]
