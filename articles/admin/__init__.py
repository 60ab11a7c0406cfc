"""The desk: write, link and publish an article; keep events and topics; look at history."""

from articles.admin.articles import ArticleAdmin
from articles.admin.events import EventAdmin, TopicAdmin
from articles.admin.history import AuditEntryAdmin, ChangeAdmin, EditionAdmin, ScheduledActionAdmin
from articles.admin.partners import PartnerAdmin
from articles.admin.people import AffiliationAdmin, OrganizationAdmin, SpeakerAdmin
from articles.admin.pictures import PictureAdmin
from articles.admin.site import FrontPageAdmin, SitePageAdmin

__all__ = [
    "AffiliationAdmin",
    "ArticleAdmin",
    "AuditEntryAdmin",
    "ChangeAdmin",
    "EditionAdmin",
    "EventAdmin",
    "FrontPageAdmin",
    "OrganizationAdmin",
    "PartnerAdmin",
    "PictureAdmin",
    "ScheduledActionAdmin",
    "SitePageAdmin",
    "SpeakerAdmin",
    "TopicAdmin",
]
