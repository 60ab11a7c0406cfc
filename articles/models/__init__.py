"""All models. Editors write ``working``, readers see ``published``, the desk keeps ``desk``."""

from articles.models.desk import (
    AuditEntry,
    EditSession,
    Erasure,
    PreviewLink,
    PreviewOpening,
    ScheduledAction,
    Version,
)
from articles.models.pages import (
    KIND_OF,
    OWN_KINDS,
    PLURALS,
    Address,
    LastChange,
    PublicPage,
    PublicPageQuerySet,
    StoredPage,
)
from articles.models.partners import ApiRequest, Key, Partner
from articles.models.pictures import Picture, PictureUpload, PictureUploadPart
from articles.models.published import Change, Edition, EditionQuerySet, Page, is_sequence
from articles.models.search import SearchDocument
from articles.models.site import FRONT_PAGE, FrontPage, FrontPick, SitePage
from articles.models.sources import ReceivedRelease, SourceDocument
from articles.models.webhooks import Delivery, Endpoint
from articles.models.working import (
    Appearance,
    Article,
    Byline,
    Event,
    State,
    Statement,
    Topic,
    languages,
    validate_time_zone,
)

__all__ = [
    "FRONT_PAGE",
    "KIND_OF",
    "OWN_KINDS",
    "PLURALS",
    "Address",
    "ApiRequest",
    "Appearance",
    "Article",
    "AuditEntry",
    "Byline",
    "Change",
    "Delivery",
    "EditSession",
    "Edition",
    "EditionQuerySet",
    "Endpoint",
    "Erasure",
    "Event",
    "FrontPage",
    "FrontPick",
    "Key",
    "LastChange",
    "Page",
    "Partner",
    "Picture",
    "PictureUpload",
    "PictureUploadPart",
    "PreviewLink",
    "PreviewOpening",
    "PublicPage",
    "PublicPageQuerySet",
    "ReceivedRelease",
    "ScheduledAction",
    "SearchDocument",
    "SitePage",
    "SourceDocument",
    "State",
    "Statement",
    "StoredPage",
    "Topic",
    "Version",
    "is_sequence",
    "languages",
    "validate_time_zone",
]
