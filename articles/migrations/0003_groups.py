"""The three groups of a newsroom. Each may do what the one before may, and more."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.models import Q

CONTENT = ["article", "statement", "event", "appearance", "speaker", "affiliation", "organization"]

#: Reporters write, editors also tidy up and keep the topics, publishers also publish.
REPORTER = Q(codename__startswith="view_") | Q(
    codename__in=[f"{verb}_{model}" for verb in ("add", "change") for model in CONTENT]
)
EDITOR = REPORTER | Q(
    codename__in=[f"delete_{model}" for model in CONTENT]
    + [f"{verb}_topic" for verb in ("add", "change", "delete")]
)
PUBLISHER = EDITOR | Q(codename="publish_article")


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


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0002_append_only"),
        ("people", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]
