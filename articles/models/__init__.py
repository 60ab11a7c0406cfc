"""``working`` is what editors write, ``published`` what readers see, ``desk`` what lies between."""

from articles.models.desk import Act, Due, Editing, Version
from articles.models.pages import Address, PublicPage
from articles.models.partners import Fetch, Key, Partner
from articles.models.pictures import Picture
from articles.models.published import Change, Edition, EditionQuerySet, Page, is_sequence
from articles.models.search import Entry
from articles.models.webhooks import Delivery, Endpoint
from articles.models.working import (
    Appearance,
    Article,
    Event,
    State,
    Statement,
    Topic,
    languages,
    validate_time_zone,
)

__all__ = [
    "Act",
    "Address",
    "Appearance",
    "Article",
    "Change",
    "Delivery",
    "Due",
    "Editing",
    "Edition",
    "EditionQuerySet",
    "Endpoint",
    "Entry",
    "Event",
    "Fetch",
    "Key",
    "Page",
    "Partner",
    "Picture",
    "PublicPage",
    "State",
    "Statement",
    "Topic",
    "Version",
    "is_sequence",
    "languages",
    "validate_time_zone",
]
