"""Indexes for what is asked by time: archive, sitemaps, withdrawals. Made beside the site.

Also those of the newest editions of a topic, a speaker, an organization: Django makes the tables
that list them, and has no place to name indexes of theirs.
"""

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
        *(
            migrations.RunSQL(
                f"CREATE INDEX CONCURRENTLY edition_{kind}s_by_edition"
                f" ON articles_edition_{kind}s ({kind}_id, edition_id)",
                f"DROP INDEX CONCURRENTLY edition_{kind}s_by_edition",
            )
            for kind in ("topic", "speaker", "organization")
        ),
    ]
