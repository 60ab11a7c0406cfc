from django.apps import AppConfig
from django.core.checks import Tags, register

from articles.system_checks import check_guards


class ArticlesConfig(AppConfig):
    """Articles, events and statements, and the editions that readers and partners see."""

    name = "articles"
    verbose_name = "Newsroom"

    def ready(self) -> None:
        """Register the system checks."""
        register(check_guards, Tags.database)
