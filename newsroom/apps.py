from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig

from newsroom.database.stopping import end_as_ctrl_c_does


class NewsroomConfig(AppConfig):
    """The project itself: settings, addresses, commands, styles."""

    name = "newsroom"

    def ready(self) -> None:
        """Let a signal end this process in order, so that the embedded PostgreSQL is stopped."""
        if not settings.DATABASE_URL:
            end_as_ctrl_c_does()


class DeskConfig(AdminConfig):
    """Django's admin with our site for it."""

    default_site = "newsroom.desk_site.DeskSite"
