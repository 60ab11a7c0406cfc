"""Send changes to partners' endpoints, by the Standard Webhooks specification.

``Delivery`` rows are created from the log, whose numbers have no gap, so none is missed. One sender
at a time serves an endpoint, so the changes of one item arrive in their order. Each arrives at
least once. All times are the database's: a worker's own clock may jump.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import random
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from rest_framework.renderers import JSONRenderer

from articles import log
from articles.formats.partner_records import change_row
from articles.models import Delivery, Endpoint
from articles.models.webhooks import new_secret
from articles.partners import outbound
from articles.partners.access import change_item, rights_of
from articles.publishing import audit
from articles.publishing.workflow import Refused

if TYPE_CHECKING:
    from articles.partners.access import ReadableChange

logger = logging.getLogger(__name__)

#: The pause after the first, second and each further failure in a row.
PAUSES = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
]
#: Each pause is longer by a random share up to this, so that retries spread out.
JITTER = 0.2
#: A sender leases an endpoint for so long; after that another sender may take it. New requests
#: begin in the first half; the second half is for the last one to end.
LEASE = timedelta(seconds=60)
#: Finished deliveries are deleted after so long.
KEEP = timedelta(days=30)
GONE = 410
#: So many deliveries are created in one transaction.
BATCH = 500


def send_due_deliveries() -> int:
    """Create the missing deliveries, send those that are due; return how many were tried."""
    create_deliveries()
    tried = 0
    while endpoint := _take():
        tried += _deliver(endpoint)
    return tried


def create_deliveries() -> None:
    """Create the missing ``Delivery`` rows for every active endpoint, up to the end of the log."""
    end = log.last_sequence()
    for endpoint in Endpoint.objects.filter(active=True, cursor__lt=end).only("pk"):
        with transaction.atomic():
            while _create_batch(endpoint, end):
                pass
            _clear(endpoint)


@transaction.atomic
def resend(delivery: Delivery, *, by: User) -> None:
    """Make ``delivery`` due now, also when it was delivered or given up.

    Raises Refused when its endpoint is switched off.
    """
    if not delivery.endpoint.active:
        raise Refused(f"{delivery.endpoint} is switched off; switch it on to send again.")
    Delivery.objects.filter(pk=delivery.pk).update(due_at=log.clock(), attempts=0)
    # A short pause may be another sender's lease: leave it, it ends by itself.
    paused = Endpoint.objects.filter(paused_until__gt=log.clock() + LEASE)
    paused.filter(pk=delivery.endpoint_id).update(paused_until=None)
    audit.record("resend", delivery.endpoint, by=by, note=f"change {delivery.change_id}")


def resume(endpoint: Endpoint) -> None:
    """Switch an endpoint on again; it continues after the last change that it was sent."""
    _settle(endpoint, active=True, failures=0, failing_since=None, paused_until=None, notice="")


@transaction.atomic
def rotate_secret(endpoint: Endpoint, *, by: User) -> None:
    """Give ``endpoint`` a new secret. The old one signs too for WEBHOOK_SECRET_OVERLAP_HOURS."""
    until = log.clock() + timedelta(hours=settings.WEBHOOK_SECRET_OVERLAP_HOURS)
    _settle(
        endpoint,
        secret=new_secret(),
        previous_secret=endpoint.secret,
        previous_secret_until=until,
    )
    audit.record("new webhook secret", endpoint.partner, by=by, note=endpoint.url)


def signatures(endpoint: Endpoint, message: str, at: datetime, body: bytes) -> str:
    """The header ``webhook-signature``: one signature for each secret that is valid ``at``."""
    secrets = [endpoint.secret]
    if endpoint.previous_secret_until and at < endpoint.previous_secret_until:
        secrets.append(endpoint.previous_secret)
    return " ".join(signature(secret, message, int(at.timestamp()), body) for secret in secrets)


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """A signature of the header ``webhook-signature``: HMAC-SHA256 of id, time and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{message}.{timestamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(signed).decode()


def _create_batch(endpoint: Endpoint, end: int) -> bool:
    """Create the next batch for ``endpoint``; return whether more may follow."""
    rows = Endpoint.objects.select_for_update(skip_locked=True, of=["self"])
    locked = rows.select_related("partner").filter(pk=endpoint.pk).first()
    if locked is None:  # another sender is creating them
        return False
    after = locked.cursor
    visible = rights_of(locked.partner).changes().filter(sequence__gt=after, sequence__lte=end)
    changes = list(visible.order_by("sequence").only("object_id")[:BATCH])
    due = {"endpoint": locked, "due_at": log.clock()}
    Delivery.objects.bulk_create(
        [Delivery(change=change, object_id=change.object_id, **due) for change in changes]
    )
    more = len(changes) == BATCH
    _settle(locked, cursor=changes[-1].sequence if more else end)
    return more


def _clear(endpoint: Endpoint) -> None:
    """Delete finished deliveries that are older than ``KEEP``, one batch at a time."""
    rows = Delivery.objects.filter(endpoint=endpoint, due_at__isnull=True).order_by("change")
    oldest = rows.values_list("pk", "change__at")[:BATCH]
    long_ago = log.clock() - KEEP
    old = [pk for pk, at in oldest if at < long_ago]
    Delivery.objects.filter(pk__in=old).delete()


@transaction.atomic
def _take() -> Endpoint | None:
    """Lease an endpoint that has a delivery due; None when there is none."""
    ready = _ready().filter(endpoint=OuterRef("pk"))
    free = Q(paused_until__isnull=True) | Q(paused_until__lte=Now())
    waiting = Endpoint.objects.filter(free, Exists(ready), active=True).order_by(
        F("paused_until").asc(nulls_first=True)
    )
    endpoint = waiting.select_for_update(skip_locked=True).first()
    if endpoint:
        _settle(endpoint, paused_until=log.clock() + LEASE)
    return endpoint


def _deliver(endpoint: Endpoint) -> int:
    """Send due deliveries until one fails or half of the lease is over; return how many."""
    leased = Endpoint.objects.filter(
        pk=endpoint.pk, active=True, paused_until=endpoint.paused_until
    )
    enough = time.monotonic() + LEASE.total_seconds() / 2
    tried = 0
    while time.monotonic() < enough and (delivery := _next(leased)):
        tried += 1
        try:
            if not _send(endpoint, delivery):
                return tried
        except DatabaseError:
            raise
        except Exception as error:
            logger.exception("Delivery %s broke; it is tried again later.", delivery.pk)
            _broke(delivery, f"{type(error).__name__}: {error}"[:500])
    leased.update(paused_until=None)
    return tried


def _next(leased: QuerySet[Endpoint]) -> Delivery | None:
    """The first due delivery; None once ``held`` is empty: switched off or leased by another."""
    ready = _ready().filter(endpoint__in=leased)
    return ready.select_related("change").order_by("change").first()


def _ready() -> QuerySet[Delivery]:
    """Due deliveries without an earlier unfinished one of the same item."""
    before = Delivery.objects.filter(
        endpoint=OuterRef("endpoint"),
        object_id=OuterRef("object_id"),
        change__lt=OuterRef("change"),
        due_at__isnull=False,
    )
    return Delivery.objects.filter(~Exists(before), due_at__lte=Now())


def _send(endpoint: Endpoint, delivery: Delivery) -> bool:
    """Try ``delivery`` once and save the result; return whether the next one may follow."""
    rights = rights_of(endpoint.partner)
    change = rights.with_items(rights.changes()).filter(pk=delivery.change_id).first()
    if change is None:
        delivery.due_at, delivery.error = None, "The partner may no longer read this; not sent."
        delivery.save()
        return True
    body = _body(change)
    message, now = f"msg_{delivery.pk}", log.clock()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Newsroom-Webhooks (+{settings.SITE_URL})",
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signatures(endpoint, message, now, body),
    }
    status, error = outbound.post(endpoint.url, body, headers)
    delivery.attempts += 1
    delivery.status, delivery.error = status, error
    if status is not None and 200 <= status < 300:
        delivery.due_at, delivery.delivered_at = None, log.clock()
        delivery.save()
        _settle(endpoint, failures=0, failing_since=None)
        return True
    _failed(endpoint, delivery)
    return False


def _broke(delivery: Delivery, error: str) -> None:
    """Leave a delivery that cannot even be sent alone for a while: it is our fault."""
    attempts = delivery.attempts + 1
    due_at = log.clock() + _pause(attempts)
    Delivery.objects.filter(pk=delivery.pk).update(attempts=attempts, error=error, due_at=due_at)


def _failed(endpoint: Endpoint, delivery: Delivery) -> None:
    now = log.clock()
    since = endpoint.failing_since or now
    patience = timedelta(days=settings.WEBHOOK_GIVE_UP_DAYS)
    stale = delivery.change.at < now - patience and delivery.attempts > len(PAUSES)
    delivery.due_at = None if stale else now + _pause(delivery.attempts)
    delivery.save()
    failures = endpoint.failures + 1
    _settle(endpoint, failures=failures, failing_since=since, paused_until=now + _pause(failures))
    if delivery.status == GONE:
        _switch_off(endpoint, "It answered 410 Gone: it wants no more.")
    elif now - since >= patience:
        _switch_off(
            endpoint, f"It has failed since {since:%-d %B %Y}; the last time: {delivery.error}"
        )


def _switch_off(endpoint: Endpoint, why: str) -> None:
    notice = f"{why} Nothing is lost: switch it on again and it goes on where it stopped."
    _settle(endpoint, active=False, notice=notice)
    contact = endpoint.partner.contact
    if not contact:
        return
    try:
        send_mail(
            f"{settings.SITE_NAME}: your webhook is switched off",
            f"We no longer send changes to {endpoint.url}.\n\n{why}\n\n"
            "Tell us when it is ready; it will go on where it stopped. Meanwhile the feed's log "
            f"has everything: {settings.SITE_URL}/api/v1/changes/\n",
            None,
            [contact],
        )
    except OSError as error:
        logger.exception("The notice to %s could not be mailed.", contact)
        # The desk's first page shows it until the webhook is switched on again.
        _settle(endpoint, notice=f"{notice} Tell {contact}: the mail could not be sent ({error}).")


def _body(change: ReadableChange) -> bytes:
    row = change_row(change, change_item(change))
    told = {"type": f"{change.kind}.changed", "timestamp": row["at"], "data": row}
    return bytes(JSONRenderer().render(told))


def _pause(failures: int) -> timedelta:
    base = PAUSES[min(failures, len(PAUSES)) - 1]
    return base * (1 + random.uniform(0, JITTER))  # noqa: S311 - no secret


def _settle(endpoint: Endpoint, **state: object) -> None:
    """Write the fields in ``state`` alone: an editor may have changed the others meanwhile."""
    for name, value in state.items():
        setattr(endpoint, name, value)
    Endpoint.objects.filter(pk=endpoint.pk).update(**state)
