from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    """The project itself: site pages, commands, styles."""

    name = "newsroom"
