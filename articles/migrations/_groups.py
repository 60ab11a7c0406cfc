"""The three groups of a newsroom. Each may do what the one before may, and more."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db.models import Q

CONTENT = [
    *("article", "statement", "event", "appearance", "picture"),
    *("speaker", "affiliation", "organization"),
]
HISTORY = ["edition", "change", "auditentry", "scheduledaction", "version"]


def _may(verbs, models):
    return Q(codename__in=[f"{verb}_{model}" for verb in verbs for model in models])


#: Reporters write, editors also delete and keep the topics, publishers also publish and erase.
REPORTER = _may(["view", "add", "change"], CONTENT) | _may(
    ["view"], [*HISTORY, "topic", "sitepage", "frontpage"]
)
EDITOR = (
    REPORTER
    | _may(["delete"], CONTENT)
    | _may(["add", "change", "delete"], ["topic", "sitepage"])
    | _may(["change"], ["frontpage"])
)
PUBLISHER = EDITOR | Q(codename__in=["publish_article", "erase_article"])


def create_groups(apps, schema_editor):
    for label in ("people", "articles"):
        # Permissions otherwise come after all migrations, too late for this one.
        create_permissions(installed.get_app_config(label), apps=apps, verbosity=0)
    ours = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label__in=["people", "articles"]
    )
    Group = apps.get_model("auth", "Group")
    for name, allowed in (("Reporter", REPORTER), ("Editor", EDITOR), ("Publisher", PUBLISHER)):
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*ours.filter(allowed))
