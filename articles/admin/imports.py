"""A release is pasted or dropped, looked over, and becomes a draft."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    ObjectDoesNotExist,
    PermissionDenied,
    ValidationError,
)
from django.db import IntegrityError
from django.forms import Media, Script
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_safe

from articles.admin.base import sentence_of
from articles.admin.tray import TrayPages
from articles.importing import review
from articles.importing.configured import extractor
from articles.importing.documents import (
    MOST_BYTES,
    SUFFIXES,
    Document,
    NotADocument,
    from_text,
    read_attachment,
    read_document,
)
from articles.importing.drafts import create_draft, drop, keep
from articles.importing.matching import known_names
from articles.importing.proposal import Proposal, Unreadable
from articles.models import ReceivedRelease, SourceDocument
from articles.templatetags.languages import direction

_SCRIPTS: Any = [Script("newsroom/desk/review.js", type="module")]
#: So many releases that wait are listed.
MOST_WAITING = 20


class ImportPages(TrayPages):
    """The article's admin class: from a release to a draft."""

    def get_urls(self) -> list[URLPattern]:
        page, original = self.page_url, require_safe(self.original_view)
        attachment = require_safe(self.attachment_view)
        return [
            page("import/", self.import_view, "import"),
            page("import/<uuid:document_id>/", self.review_view, "review"),
            page("import/<uuid:document_id>/original/", original, "original"),
            page("import/<uuid:document_id>/attachment/<int:number>/", attachment, "attachment"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Paste a release, or choose its file. Nothing is kept of what cannot be read."""
        self._check(request)
        text, refused = request.POST.get("text", ""), ""
        if request.method == "POST":
            try:
                document, content, name = _sent(request)
                extractor()(document.text, known_names())
            except (NotADocument, Unreadable) as refusal:
                refused = str(refusal)
            else:
                kept = keep(document, content, name, by=cast(User, request.user))
                path = reverse("admin:articles_article_review", args=[kept.pk])
                return HttpResponseRedirect(path)
        waiting = SourceDocument.objects.filter(article=None, received=None).defer("content")
        return self._page(
            request,
            "import",
            {
                "title": "Import a release",
                "text": text,
                "refused": refused,
                "suffixes": ",".join(SUFFIXES),
                "most": MOST_BYTES // 2**20,
                "waiting": waiting.select_related("received_by")[:MOST_WAITING],
            },
            status=422 if refused else 200,
        )

    def review_view(self, request: HttpRequest, document_id: Any) -> HttpResponse:
        """Source and proposals side by side; POST makes a draft of what is accepted."""
        self._check(request)
        document = _document(document_id)
        user = cast(User, request.user)
        if document.article_id:
            self.message_user(request, "An article was made of this release.", messages.INFO)
            path = reverse("admin:articles_article_change", args=[document.article_id])
            return HttpResponseRedirect(path)
        mails = ReceivedRelease.objects.filter(document=document)
        mail = mails.select_related("taken_by").first()
        if "_drop" in request.POST:
            try:
                drop(document, by=user)
                said, level = f"Dropped: “{document}”. Nothing was made of it.", messages.INFO
            except ValidationError as refusal:
                said, level = " ".join(_sentences(refusal)), messages.WARNING
            self.message_user(request, said, level)
            page = "received" if mail else "import"
            return HttpResponseRedirect(reverse(f"admin:articles_article_{page}"))
        try:
            proposal = extractor()(document.text, known_names())
        except Unreadable as refusal:  # of a mail, which was not tried before it was kept
            self.message_user(request, f"“{document}”: {refusal}", messages.ERROR)
            return HttpResponseRedirect(reverse("admin:articles_article_received"))
        post = request.POST.dict() if request.method == "POST" else None
        refused: list[str] = []
        if post is not None:
            try:
                draft, notes = review.accepted(proposal, document.text, cast(Any, post))
                article = create_draft(document, draft, by=user)
            except ValidationError as refusal:
                refused = _sentences(refusal)
            except ObjectDoesNotExist:
                refused = ["A record that you chose is gone; look at the choices again."]
            except IntegrityError as error:  # somebody else made the same at this moment
                refused = [sentence_of(error)]
            except PermissionDenied as refusal:
                refused = [str(refusal) or "You may not do that; ask a publisher."]
            else:
                count = article.statements.count()
                said = f"{count} statement{'s' if count != 1 else ''}"
                self.message_user(request, f"A draft with {said}. Look it over, then publish it.")
                for note in notes:
                    self.message_user(request, note, messages.WARNING)
                path = reverse("admin:articles_article_change", args=[article.pk])
                return HttpResponseRedirect(path)
        found = review.cards(proposal, document.text, cast(Any, post))
        return self._page(
            request,
            "review",
            self._review_context(document, proposal, found) | {"refused": refused, "mail": mail},
            status=422 if refused else 200,
        )

    def original_view(self, request: HttpRequest, document_id: Any) -> HttpResponse:
        """The file as it came, byte for byte, to be saved: a browser does not open it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        document = _document(document_id, content=True)
        return _download(bytes(document.content), document.name or "release.txt")

    def attachment_view(self, request: HttpRequest, document_id: Any, number: int) -> HttpResponse:
        """A file that was attached to a mail, to be saved."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        document = _document(document_id, content=True)
        if number >= len(document.attachments):
            raise Http404
        try:
            content = read_attachment(bytes(document.content), number)
        except NotADocument as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:articles_article_received"))
        return _download(content, document.attachments[number])

    def _check(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def _review_context(
        self, document: SourceDocument, proposal: Proposal, found: list[review.Card]
    ) -> dict[str, Any]:
        same = SourceDocument.objects.filter(digest=document.digest).exclude(pk=document.pk)
        return {
            "title": "Look the release over",
            "document": document,
            "cards": found,
            "doubtful": [card for card in found if card.doubt],
            "pieces": review.pieces(proposal, document.text, found),
            "language": proposal.language,
            "direction": direction(proposal.language),
            "dropped_values": proposal.dropped,
            "notes": [*document.notes, *proposal.notes],
            "same": same.select_related("article").defer("content", "text").first(),
            "media": Media(js=_SCRIPTS),
        }

    def _page(
        self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int
    ) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": Media(js=_SCRIPTS),
            "is_nav_sidebar_enabled": False,
        }
        name = f"admin/articles/article/{template}.html"
        return TemplateResponse(request, name, shared | context, status=status)


def _sent(request: HttpRequest) -> tuple[Document, bytes, str]:
    """What was sent, with its bytes and name. Raises NotADocument."""
    file = request.FILES.get("file")
    if file is not None:
        if (file.size or 0) > MOST_BYTES:  # not even read
            raise NotADocument(
                f"The file has {(file.size or 0) / 2**20:.1f} MB; {MOST_BYTES // 2**20} MB are the "
                "most. Paste the text of the release instead."
            )
        content, name = file.read(), file.name or ""
        return read_document(content, name, file.content_type or ""), content, name
    text = request.POST.get("text", "").replace("\r\n", "\n")
    if not text.strip():
        raise NotADocument("Paste the text of a release, or choose its file.")
    return from_text(text), text.encode("utf-8", "replace"), ""


def _download(content: bytes, name: str) -> HttpResponse:
    """A file to be saved: a browser does not open it."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return response


def _sentences(refusal: ValidationError) -> list[str]:
    """What was refused, with the name of the field where there is one."""
    if not hasattr(refusal, "error_dict"):
        return refusal.messages
    return [
        message if name == NON_FIELD_ERRORS else f"{name.replace('_', ' ').capitalize()}: {message}"
        for name, messages_of in refusal.message_dict.items()
        for message in messages_of
    ]


def _document(document_id: Any, *, content: bool = False) -> SourceDocument:
    rows = SourceDocument.objects.all() if content else SourceDocument.objects.defer("content")
    found = rows.filter(pk=document_id).first()
    if found is None:
        raise Http404
    return found
