from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    """Articles, events and statements, and the editions that readers and partners see."""

    name = "articles"
    verbose_name = "Newsroom"

    def ready(self) -> None:
        """Register the system checks."""
        from articles import system_checks  # noqa: F401
