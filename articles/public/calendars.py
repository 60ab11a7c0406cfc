"""Events as iCalendar (RFC 5545): one, or all whose day is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from icalendar import Calendar, Timezone
from icalendar import Event as CalendarEvent

from articles.formats.ninjs_3_1 import urn
from articles.frozen import EventCard
from articles.models import Change, PublicPage
from articles.public.page_store import depends_on
from articles.public.xml_text import printable
from articles.unreadable import each
from people.dates import FULL_LENGTH

#: RFC 5545's words for what became of an event.
_STATUS = {
    "scheduled": "CONFIRMED",
    "postponed": "TENTATIVE",
    "cancelled": "CANCELLED",
    "moved online": "CONFIRMED",
}


@require_safe
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The calendar entry of one event. There is none while its day is not known."""
    public = get_object_or_404(PublicPage.objects.live(), kind="event", slug=slug)
    if not has_day(public.card):
        raise Http404("The source gives no day for this event, so there is no calendar entry.")
    return depends_on(_response([public], f"{slug}.ics"), public.pk)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """All events whose day is known. A calendar has no next page, so they are all in it."""
    public = PublicPage.objects.live().filter(kind="event").order_by("-sequence")
    return depends_on(_response(public, "events.ics"), "event")


def has_day(event: EventCard) -> bool:
    """Whether the source tells on which day the event begins."""
    return len(event["start_date"]) == FULL_LENGTH


def _response(pages: Iterable[PublicPage], filename: str) -> HttpResponse:
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//Newsroom//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", settings.SITE_NAME)
    pages = list(pages)
    changed = Change.objects.only("at").in_bulk([page.sequence for page in pages])
    for entry in each(pages, lambda page: _calendar_event(page, changed[page.sequence].at)):
        if entry:
            calendar.add_component(entry)
    calendar.add_missing_timezones()
    if not calendar.subcomponents:  # there must be one component at least
        calendar.add_component(Timezone.from_tzid(settings.TIME_ZONE))
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    return response


def _calendar_event(page: PublicPage, changed: datetime) -> CalendarEvent | None:
    """The entry of an event; None while its day is not known."""
    event: Any = page.card
    if not has_day(event):
        return None
    event_entry = CalendarEvent()
    event_entry.add("uid", urn(event["id"]))
    event_entry.add("dtstamp", changed.astimezone(UTC))
    event_entry.add("last-modified", changed.astimezone(UTC))
    # A later change has a larger number in the log: RFC 5545 wants a number that grows.
    event_entry.add("sequence", page.sequence)
    event_entry.add("status", _STATUS[event["status"]])
    event_entry.add("summary", printable(event["name"]))
    event_entry.add("url", settings.SITE_URL + page.get_absolute_url())
    for key, value in (
        ("location", printable(event["place"])),
        ("description", printable(event["date_words"])),
        ("categories", printable(event["kind"])),
    ):
        if value:
            event_entry.add(key, [value] if key == "categories" else value)
    _add_dates(event_entry, event)
    return event_entry


def _add_dates(event_entry: CalendarEvent, event: EventCard) -> None:
    """Add start and end to ``entry``: whole days, the end exclusive, where no time is known."""
    first = date.fromisoformat(event["start_date"])
    known_end = len(event["end_date"]) == FULL_LENGTH
    last = date.fromisoformat(event["end_date"]) if known_end else first
    if not event["start_time"]:
        event_entry.add("dtstart", first)
        if last > first:
            event_entry.add("dtend", last + timedelta(days=1))
        return
    zone = ZoneInfo(event["time_zone"])
    start = datetime.combine(first, time.fromisoformat(event["start_time"]), zone)
    event_entry.add("dtstart", start)
    if event["end_time"]:
        end = datetime.combine(last, time.fromisoformat(event["end_time"]), zone)
        if end > start:  # RFC 5545: an end is later than its start
            event_entry.add("dtend", end)
    elif last > first:  # to the end of the last day: start and end are of one type
        event_entry.add("dtend", datetime.combine(last + timedelta(days=1), time(), zone))
