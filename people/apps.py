from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Speakers, organizations and the capacities that tie one to the other."""

    name = "people"
    verbose_name = "People"
