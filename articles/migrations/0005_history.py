"""Acts are history, and so are saved versions; what is public already gets its page and address."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.models import Max

from articles.records import to_record

FORWARD = """
CREATE TRIGGER act_append_only BEFORE UPDATE OR DELETE ON articles_act
    FOR EACH ROW EXECUTE FUNCTION articles_refuse_rewrite();
-- A version goes with its article, as long as nothing of that was published.
CREATE TRIGGER version_immutable BEFORE UPDATE ON articles_version
    FOR EACH ROW EXECUTE FUNCTION articles_refuse_rewrite();
"""
BACKWARD = """
DROP TRIGGER version_immutable ON articles_version;
DROP TRIGGER act_append_only ON articles_act;
"""


def show_history_to_groups(apps, schema_editor):
    create_permissions(installed.get_app_config("articles"), apps=apps, verbosity=0)
    views = apps.get_model("auth", "Permission").objects.filter(
        codename__in=["view_act", "view_due", "view_version"], content_type__app_label="articles"
    )
    for group in apps.get_model("auth", "Group").objects.filter(
        name__in=["Reporter", "Editor", "Publisher"]
    ):
        group.permissions.add(*views)


def keep_what_is_public(apps, schema_editor):
    """Pages used to be drawn from editions alone; now each has a card and a row in the log."""
    Article, Edition = (apps.get_model("articles", name) for name in ("Article", "Edition"))
    Address = apps.get_model("people", "Address")
    for article in Article.objects.annotate(last=Max("statements__number")):
        Article.objects.filter(pk=article.pk).update(last_number=article.last or 0)
    shown = {}
    for edition in Edition.objects.filter(current=True).order_by("pk"):
        Article.objects.filter(pk=edition.article_id).update(state="published")
        Address.objects.create(kind="article", slug=edition.slug, object_id=edition.article_id)
        for kind, card in _cards(edition.snapshot):
            before = shown.get(card["id"], (kind, card))[1]
            if kind == "speaker":
                held = {row["id"]: row for row in [*before["capacities"], *card["capacities"]]}
                card = card | {"capacities": list(held.values())}
            shown[card["id"]] = kind, card
    for organization in apps.get_model("people", "Organization").objects.filter(pk__in=shown):
        card = shown[str(organization.pk)][1]
        card |= {"short_name": organization.short_name, "place": organization.place}
        card.setdefault("parent", None)
    for kind, card in shown.values():
        _publish(apps, kind, card)


def _cards(snapshot):
    event = snapshot["event"]
    capacities = [*(event["capacities"] if event else ())]
    capacities += [statement["capacity"] for statement in snapshot["statements"]]
    bodies = [row["organization"] for row in capacities if row["organization"]]
    bodies += event["organizers"] if event else []
    for body in bodies:
        if body["parent"]:
            yield "organization", dict(body["parent"])
    for body in bodies:
        yield "organization", dict(body)
    for capacity in capacities:
        held = {key: value for key, value in capacity.items() if key != "speaker"}
        yield "speaker", capacity["speaker"] | {"capacities": [held], "replaces": []}
    for topic in snapshot["topics"]:
        yield "topic", topic
    if event:
        yield "event", event


def _publish(apps, kind, card):
    Change = apps.get_model("articles", "Change")
    last = Change.objects.latest("sequence")
    change = Change.objects.create(
        sequence=last.sequence + 1,
        at=last.at,
        kind=kind,
        object_id=card["id"],
        item=to_record(kind, card),
    )
    where = {"kind": kind, "slug": card["slug"]}
    apps.get_model("people", "Address").objects.create(object_id=card["id"], **where)
    apps.get_model("people", "PublicPage").objects.create(
        id=card["id"], card=card, sequence=change.sequence, **where
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_publishing"), ("people", "0002_publishing")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(show_history_to_groups, migrations.RunPython.noop),
        migrations.RunPython(keep_what_is_public, migrations.RunPython.noop),
    ]
