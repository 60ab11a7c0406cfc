"""My work: the first page of the desk, in five queries at any size of the newsroom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.db.models import OuterRef, QuerySet, StringAgg, Subquery, Value
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from articles.editing.approval import with_is_edited
from articles.editing.checks import OVERRIDE, quotation_has_speaker
from articles.importing.mail import receive_mail
from articles.models import Article, AuditEntry, Edition, ScheduledAction, State, Version
from articles.publishing import erasure
from articles.publishing.workflow import CHANGE_PERMISSION, PUBLISH_PERMISSION, Action

#: What somebody saved last: among so many saves we look for their drafts.
LAST_SAVES = 300
#: A list shows so many rows, and says when there are more.
ROWS = 10
#: So many scheduled actions, the next first, are looked through for what needs somebody.
SCHEDULED = 50
#: So many editions, the last first, are looked through for quotations without a speaker.
EDITIONS = 30
#: The names that look like doubles are found by reading every spelling: 70 ms with 20,000 speakers.
#: They are kept for so many seconds, and forgotten when speakers are merged.
DOUBLES, DOUBLES_KEPT = "my-work-doubles", 60
#: What is shown as coming.
AHEAD = timedelta(hours=24)


@dataclass
class Row:
    """An article of mine or in review, with what was last done to it."""

    article: Article
    is_live: bool = False
    action: str = ""
    by: str = ""
    note: str = ""
    at: datetime | None = None


@dataclass
class Shown:
    """Up to ROWS rows, and whether there are more."""

    rows: list[Any] = field(default_factory=list)
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass
class Unattributed:
    """A live edition with passages in quotation marks that no statement covers."""

    edition: Edition
    passages: list[str]


@dataclass
class MyWork:
    """What the first page of the desk shows one user."""

    may_write: bool
    may_publish: bool
    sent_back: Shown
    drafts: Shown
    in_review: Shown
    ahead: Shown
    published: Shown
    failed: list[ScheduledAction]
    edited: list[ScheduledAction]
    unattributed: list[Unattributed]
    webhooks: list[dict[str, str]]
    erasures: list[dict[str, str]]
    unsaved: list[dict[str, str]]
    received: Shown
    mail_failed: str
    doubles: list[dict[str, str]]

    @property
    def needs_somebody(self) -> bool:
        """Whether anything stands under that heading."""
        found = (
            self.failed,
            self.edited,
            self.unattributed,
            self.webhooks,
            self.doubles,
            self.erasures,
        )
        return any(found) or bool(self.mail_failed)


def my_work(user: User) -> MyWork:
    """What ``user`` should see first. At most five queries, none of which reads a whole table of
    articles; of the speakers only the spellings are read."""
    may_write, may_publish = user.has_perm(CHANGE_PERMISSION), user.has_perm(PUBLISH_PERMISSION)
    mine = _mine(user) if may_write else []
    drafts = [row for row in mine if row.article.state == State.DRAFT]
    sent_back = [row for row in drafts if row.action == Action.SEND_BACK]
    if may_publish:
        in_review = _in_review()
    else:
        in_review = [row for row in mine if row.article.state == State.REVIEW]
    scheduled = list(_scheduled()) if may_write else []
    editions = list(_editions()) if may_write else []
    soon = timezone.now() + AHEAD
    sees_doubles = user.has_perm("people.change_speaker")
    doubles = cache.get(DOUBLES) if sees_doubles else []
    others = _others(
        user,
        webhooks=user.has_perm("articles.change_partner"),
        doubles=sees_doubles and doubles is None,
        received=user.has_perm("articles.add_article"),
        erasures=user.has_perm(erasure.PERMISSION),
    )
    if doubles is None:
        doubles = [row for row in others if row["kind"] == "double"]
        cache.set(DOUBLES, doubles, DOUBLES_KEPT)
    return MyWork(
        may_write=may_write,
        may_publish=may_publish,
        sent_back=_shown(sent_back),
        drafts=_shown([row for row in drafts if row not in sent_back]),
        in_review=_shown(in_review),
        ahead=_shown([row for row in scheduled if row.at <= soon]),
        published=_shown(editions),
        failed=[row for row in scheduled if row.last_error],
        edited=[row for row in scheduled if row.is_edited],
        unattributed=_unattributed(editions),
        webhooks=[row for row in others if row["kind"] == "webhook"],
        erasures=[row for row in others if row["kind"] == "erasure"],
        unsaved=[row for row in others if row["kind"] == "unsaved"],
        received=_shown([row for row in others if row["kind"] in ("new", "taken")]),
        mail_failed=next((row["words"] for row in others if row["kind"] == "mail"), ""),
        doubles=doubles,
    )


def _shown(rows: list[Any]) -> Shown:
    return Shown(rows[:ROWS], len(rows) > ROWS)


def _with_last_action(articles: QuerySet[Article]) -> list[Row]:
    """The articles with the last step of each through the workflow, in one query."""
    last = AuditEntry.objects.filter(object_id=OuterRef("pk"), action__in=Action.values)
    last = last.order_by("-at", "-pk")
    known = JSONObject(action="action", note="note", at="at", by="by__username")
    live = Edition.objects.live().filter(article=OuterRef("pk"))
    found: QuerySet[Any] = articles.annotate(
        last_action=Subquery(last.values(known=known)[:1]),
        live_version=Subquery(live.values("version")[:1]),
    ).only("id", "headline", "state", "modified_at")
    rows = []
    for article in found:
        row, said = Row(article, article.live_version is not None), article.last_action
        if said:
            at = parse_datetime(said["at"])
            row = Row(
                article,
                article.live_version is not None,
                said["action"],
                said["by"],
                said["note"],
                at,
            )
        rows.append(row)
    return rows


def _mine(user: User) -> list[Row]:
    """Drafts and articles in review among what ``user`` saved last, the newest first."""
    saves = Version.objects.filter(saved_by=user).order_by("-saved_at").values("article")
    articles = Article.objects.filter(state__in=[State.DRAFT, State.REVIEW])
    return _with_last_action(
        articles.filter(pk__in=saves[:LAST_SAVES]).order_by("-modified_at", "pk")
    )


def _in_review() -> list[Row]:
    """What waits for a publisher, the longest waiting first."""
    articles = Article.objects.filter(state=State.REVIEW).order_by("modified_at", "pk")
    rows = _with_last_action(articles[: ROWS + 1])
    return sorted(rows, key=lambda row: row.at or row.article.modified_at)


def _scheduled() -> QuerySet[Any]:
    return (
        with_is_edited(ScheduledAction.objects.all())
        .select_related("article", "by")
        .defer("snapshot", "article__body")
        .order_by("at", "pk")[:SCHEDULED]
    )


def _editions() -> QuerySet[Any]:
    """The last editions, with what was published although warnings stood."""
    notes = (
        AuditEntry.objects.filter(object_id=OuterRef("article"), action=OVERRIDE)
        .order_by()
        .values("object_id")
        .annotate(lines=StringAgg("note", Value("\n")))
        .values("lines")
    )
    return (
        Edition.objects.annotate(accepted=Subquery(notes))
        .select_related("published_by", "article")
        .defer("body", "ninjs", "corrections", "article__body")
        .order_by("-change")[:EDITIONS]
    )


def _unattributed(editions: list[Any]) -> list[Unattributed]:
    found = []
    for edition in editions:
        if not edition.is_latest or edition.status != Edition.Status.USABLE:
            continue
        accepted = (edition.accepted or "").split("\n")
        findings = quotation_has_speaker(edition.snapshot, edition.article.dismissed_passages)
        if passages := [row.words for row in findings if row.text not in accepted]:
            found.append(Unattributed(edition, passages))
    return found


def _others(
    user: User, *, webhooks: bool, doubles: bool, received: bool, erasures: bool
) -> list[dict[str, str]]:
    """What else needs somebody, in one query.

    Webhooks that were switched off, spellings that two speakers share, new texts that ``user``
    typed and never saved, erasures to confirm, releases that came by mail, and why the mailbox
    could not be read.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            (SELECT 'webhook' AS kind, partner.id::text AS id, partner.name AS name,
                    endpoint.notice AS words
             FROM articles_endpoint endpoint
             JOIN articles_partner partner ON partner.id = endpoint.partner_id
             WHERE %(webhooks)s AND NOT endpoint.active AND endpoint.notice <> ''
             ORDER BY endpoint.created_at LIMIT %(rows)s)
            UNION ALL
            (SELECT 'erasure', article.id::text, article.headline, asker.username
             FROM articles_erasure erasure
             JOIN auth_user asker ON asker.id = erasure.asked_by_id
             JOIN articles_article article ON article.id = erasure.article_ids[1]
             WHERE %(erasures)s AND erasure.confirmed_by_id IS NULL
             ORDER BY erasure.asked_at LIMIT %(rows)s)
            UNION ALL
            (SELECT 'unsaved', slot::text, coalesce(typed -> 'headline' ->> 0, ''),
                    to_char(typed_at AT TIME ZONE %(zone)s, 'DD Mon, HH24:MI')
             FROM articles_editsession
             WHERE user_id = %(user)s AND article_id IS NULL AND typed IS NOT NULL
             ORDER BY typed_at DESC LIMIT %(rows)s)
            UNION ALL
            (SELECT 'double', '', min(spelling),
                    concat_ws(', ', min(name COLLATE "C"),
                              nullif(max(name COLLATE "C"), min(name COLLATE "C")))
             FROM (SELECT slug, name, unnest(array_append(name_variants, name)) AS spelling
                   FROM people_speaker WHERE %(doubles)s AND merged_into_id IS NULL) AS spelled
             GROUP BY lower(spelling) COLLATE "C" HAVING min(slug) <> max(slug)
             ORDER BY lower(spelling) COLLATE "C" LIMIT %(rows)s)
            UNION ALL
            (SELECT release.state, release.id::text,
                    coalesce(nullif(release.subject, ''), release.sender),
                    concat_ws(' · ', nullif(release.sender, ''),
                              to_char(release.received_at AT TIME ZONE %(zone)s, 'DD Mon, HH24:MI'),
                              'taken by ' || taker.username, nullif(release.problem, ''))
             FROM articles_receivedrelease release
             LEFT JOIN auth_user taker ON taker.id = release.taken_by_id
             WHERE %(received)s AND release.state IN ('new', 'taken')
             ORDER BY release.state, release.received_at DESC, release.id LIMIT %(rows)s + 1)
            UNION ALL
            (SELECT * FROM
                (SELECT 'mail', '', '', return_value ->> 'failed' AS failed
                 FROM django_tasks_database_dbtaskresult
                 WHERE %(received)s AND %(mail)s AND task_path = %(task)s
                     AND status = 'SUCCESSFUL'
                 ORDER BY finished_at DESC LIMIT 1) AS last
             WHERE failed <> '')
            """,
            {
                "webhooks": webhooks,
                "doubles": doubles,
                "received": received,
                "erasures": erasures,
                "mail": bool(settings.IMPORT_MAIL),
                "task": receive_mail.module_path,
                "rows": ROWS,
                "user": user.pk,
                "zone": timezone.get_current_timezone_name(),
            },
        )
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
