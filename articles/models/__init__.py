"""All models. Editors write ``working``, readers see ``published``, the desk keeps ``desk``."""

from articles.models.desk import (
    AuditEntry,
    EditSession,
    Erasure,
    PreviewLink,
    PreviewOpening,
    ScheduledAction,
    Unreadable,
    Version,
    Worker,
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
from articles.models.published import (
    SITEMAP_PART,
    Change,
    Edition,
    EditionQuerySet,
    Page,
    is_sequence,
)
from articles.models.search import SearchDocument
from articles.models.site import FRONT_PAGE, FrontPage, FrontPick, SitePage
from articles.models.sources import ReceivedRelease, SourceDocument
from articles.models.transparency import Checkpoint, Leaf, Subtree
from articles.models.webhooks import Delivery, Endpoint, LogReader
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
    "SITEMAP_PART",
    "Address",
    "ApiRequest",
    "Appearance",
    "Article",
    "AuditEntry",
    "Byline",
    "Change",
    "Checkpoint",
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
    "Leaf",
    "LogReader",
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
    "Subtree",
    "Topic",
    "Unreadable",
    "Version",
    "Worker",
    "is_sequence",
    "languages",
    "validate_time_zone",
]
