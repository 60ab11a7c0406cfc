from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class NewsroomConfig(AppConfig):
    """The project itself: site pages, commands, styles."""

    name = "newsroom"


class DeskConfig(AdminConfig):
    default_site = "newsroom.desk.Desk"
