from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig

from newsroom.database.stopping import end_as_ctrl_c_does


class NewsroomConfig(AppConfig):
    """The project itself: site pages, commands, styles."""

    name = "newsroom"

    def ready(self) -> None:
        if not settings.DATABASE_URL:
            end_as_ctrl_c_does()  # so that the embedded PostgreSQL is stopped


class DeskConfig(AdminConfig):
    default_site = "newsroom.desk.Desk"
