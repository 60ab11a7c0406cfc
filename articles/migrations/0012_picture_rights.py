"""Reporters add pictures, editors delete those that nothing uses."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

RIGHTS = {
    "Reporter": ["view", "add", "change"],
    "Editor": ["view", "add", "change", "delete"],
    "Publisher": ["view", "add", "change", "delete"],
}


def allow(apps, schema_editor):
    # Permissions otherwise come after all migrations, too late for this one.
    create_permissions(installed.get_app_config("articles"), apps=apps, verbosity=0)
    ours = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="articles", content_type__model="picture"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        names = [f"{verb}_picture" for verb in RIGHTS[group.name]]
        group.permissions.add(*ours.filter(codename__in=names))


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_pictures")]
    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
