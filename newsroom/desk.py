"""The desk: Django's admin site, with the deeds that pages of people and articles share."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import User

from articles import announcing, merging
from people.models import Speaker


class Desk(admin.AdminSite):
    """The site that ``admin.site`` is (see ``newsroom.apps.DeskConfig``)."""

    site_header = "Newsroom"
    site_title = "Newsroom"
    index_title = "The desk"

    def announce(self, row: announcing.Announced, *, by: User) -> bool:
        """Put a speaker, organization, event or topic on its public page as it stands now."""
        return announcing.announce(row, by=by)

    def merge(self, gone: Speaker, *, into: Speaker, by: User) -> None:
        """Make two speakers one."""
        merging.merge_speakers(gone, into=into, by=by)

    def unannounced(self, row: announcing.Announced) -> bool:
        """Whether ``row`` has something that its public page does not show."""
        return announcing.differs(row)
