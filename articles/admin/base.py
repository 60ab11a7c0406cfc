"""What the desk's pages share that stand for something with a public page."""

from __future__ import annotations

import contextlib
import hashlib
import json
import uuid
from typing import Any, cast

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.forms import ModelForm
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from psycopg.errors import UniqueViolation

from articles.editing import autosave
from articles.models import Change, PublicPage, is_sequence
from articles.publishing import pages
from articles.search.names import matching

#: A field added to what was posted: why it is shown again instead of saved.
NOT_SAVED = "_not_saved_because"
#: The reason when what was kept is shown again.
RESTORED = "This is what you had typed and not saved. Look it over, then save it."
#: A hidden field: a digest of what was saved when the form was shown.
SAVED_AS = "_saved_as"
#: What a row says that somebody else has deleted.
DELETED_MEANWHILE = (
    "Somebody else has deleted this meanwhile, so nothing of yours is saved yet. Save again to "
    "keep it; remove or empty the row to let it go."
)
#: To who deletes what somebody else publishes or names at this moment.
USED_MEANWHILE = (
    "Somebody else has published this meanwhile or named it elsewhere, so nothing is deleted; look "
    "at it again, and withdraw it instead."
)
#: A saved text of so many letters is shown in the sentence about it.
LONGEST_TOLD = 120
#: A form has no more rows than this of one kind.
MOST_ROWS = 1000


class RowForm(ModelForm):
    """A form whose texts are written in the direction of their script: names are of any.

    It knows what was saved when it was shown (``SAVED_AS``): what somebody else saved since then
    is told before it is replaced. The article's form merges instead.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.TextInput | forms.Textarea) and not isinstance(
                field, forms.SlugField
            ):
                field.widget.attrs.setdefault("dir", "auto")

    def saved_as(self) -> str:
        """A digest of what is saved in this form's fields; "" for a new row."""
        if self.instance._state.adding:
            return ""
        values = {
            name: str(self.get_initial_for_field(field, name))
            for name, field in self.fields.items()
        }
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    def is_of_another(self) -> bool:
        """Whether somebody else has saved or deleted this since the form was shown."""
        known = self.data.get(self.add_prefix(SAVED_AS))
        return bool(known) and known != self.saved_as()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.is_of_another() and self.changed_data:
            raise ValidationError(self._saved_meanwhile())
        return cleaned

    def _saved_meanwhile(self) -> str:
        if self.instance._state.adding:
            return DELETED_MEANWHILE
        named = []
        for name in self.changed_data:
            if name == DELETION_FIELD_NAME:
                continue
            label = self.fields[name].label or name
            saved = self.get_initial_for_field(self.fields[name], name)
            is_short = isinstance(saved, str) and saved and len(saved) <= LONGEST_TOLD
            named.append(f"{label} is now “{saved}”" if is_short else f"{label} is another")
        return (
            "Somebody else has saved this meanwhile, so nothing of yours is saved yet: "
            f"{'; '.join(named)}. Save again to put yours in its place."
        )


class DeskForm(RowForm):
    """A form that can be shown again, with all that was typed, for a reason in ``NOT_SAVED``."""

    def clean(self) -> dict[str, Any] | None:
        if reason := self.data.get(NOT_SAVED):
            raise ValidationError(str(reason))
        return super().clean()


def count_of(rows: QuerySet[Any], link: str, counted: str = "pk") -> Combinable:
    """How many of ``rows`` are linked to a row by their field ``link``.

    A subquery, so that a list or picker counts for the rows of one page only. With ``counted``,
    different values of that field count once.
    """
    linked = rows.filter(**{link: OuterRef("pk")}).order_by().values(link)
    return Coalesce(Subquery(linked.annotate(n=Count(counted, distinct=True)).values("n")), 0)


class NameSearch(admin.ModelAdmin):
    """Lists and pickers that are searched by the words of names, in any spelling.

    ``search_fields`` are the ``paths`` of ``search.names.matching``, ``pk`` for the row itself.
    """

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return matching(queryset, search_term, self.get_search_fields(request)), False


class DeskAdmin(NameSearch):
    """A form of the desk: what the database refuses is a sentence, and nothing typed is lost.

    The browser keeps what is typed (``static/newsroom/desk/typing.js``) under the form's slot. It
    posts kept fields with ``_restored``: then they are shown again, and nothing is saved.
    """

    form = DeskForm
    change_form_template = "admin/desk_change_form.html"

    class Media:
        js = [
            forms.Script("newsroom/desk/typing.js", type="module"),
            forms.Script("newsroom/desk/caret.js", type="module"),
        ]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        posted = autosave.slot(request.POST.get(autosave.SLOT))
        context["slot"] = uuid.uuid4() if posted == autosave.NO_SLOT else posted
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        return _with_saved_slot(request, response)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return _with_saved_slot(request, super().response_change(request, obj))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" and _has_odd_rows(request):
            raise SuspiciousOperation("The form has a number of rows that no form has.")
        return self.save_view(request, object_id, form_url, extra_context)

    def save_view(
        self,
        request: HttpRequest,
        object_id: str | None,
        form_url: str,
        extra_context: dict[str, Any] | None,
    ) -> HttpResponse:
        """Show the form or save it, in one transaction."""
        if "_restored" in request.POST:
            post = request.POST.copy()
            post[NOT_SAVED] = RESTORED
            cast(Any, request).POST = post  # Django's admin reads the form from there
        try:
            with transaction.atomic():
                if object_id and SAVED_AS in request.POST:
                    _lock(self.model, object_id)
                return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            post = request.POST.copy()
            post[NOT_SAVED] = sentence_of(error)
            cast(Any, request).POST = post  # Django's admin reads the form from there
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Delete, unless somebody publishes or names it at this moment: then say so."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except (IntegrityError, PermissionDenied) as refused:
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            path = reverse(name, args=[unquote(object_id)])
            return self._not_deleted(request, refused, path)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list; when an action deletes what somebody publishes at this moment, it says so."""
        try:
            return super().changelist_view(request, extra_context)
        except (IntegrityError, PermissionDenied) as refused:
            return self._not_deleted(request, refused, request.get_full_path())

    def _not_deleted(self, request: HttpRequest, refused: Exception, path: str) -> HttpResponse:
        """Go to ``path`` and say why nothing is deleted; raise ``refused`` when it is another."""
        may_delete = request.method == "POST" and self.has_delete_permission(request)
        if isinstance(refused, PermissionDenied) and not may_delete:
            raise refused
        self.message_user(request, USED_MEANWHILE, messages.ERROR)
        return HttpResponseRedirect(path)


def _lock(model: type[Model], object_id: str) -> None:
    """Let nobody save the row between the look at what is saved and the save."""
    with contextlib.suppress(ValidationError, ValueError):  # no such row: the form says so
        model._base_manager.select_for_update().filter(pk=unquote(object_id)).first()


def sentence_of(error: IntegrityError) -> str:
    """What a form says when the database refused to save it, because somebody else came first."""
    cause = getattr(error.__cause__, "diag", None)
    name = getattr(cause, "constraint_name", None) or ""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return str(constraint.get_violation_error_message())
    if isinstance(error.__cause__, UniqueViolation):
        return "Somebody else has just saved the same; nothing of yours is saved yet. Save again."
    return "Something that this refers to has changed meanwhile; look it over and save again."


def _has_odd_rows(request: HttpRequest) -> bool:
    """Whether a number of rows in the posted form is none, or more than any form has."""
    counts = [value for key, value in request.POST.items() if key.endswith("_FORMS")]
    return any(not is_sequence(str(count)) or int(str(count)) > MOST_ROWS for count in counts)


def _with_saved_slot(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Tell the browser that what it keeps under the form's slot is saved: it can forget it."""
    slot = autosave.slot(request.POST.get(autosave.SLOT))
    if slot != autosave.NO_SLOT:
        response.set_cookie(
            f"saved-{slot}",
            "1",
            max_age=24 * 3600,
            path=reverse("admin:index"),
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


class SavedRedirect(HttpResponseRedirect):
    """The redirect after a save, with the row that was saved."""

    def __init__(self, redirect_to: str, row: Any) -> None:
        super().__init__(redirect_to)
        self.row = row


def _with_row(response: HttpResponse, row: Any) -> HttpResponse:
    """``response`` with ``row``; in a pop-up it is no redirect, and the row is saved only."""
    if not isinstance(response, HttpResponseRedirect):
        return response
    redirect = SavedRedirect(response.url, row)
    redirect.cookies.update(response.cookies)
    return redirect


class PublicPageAdmin(DeskAdmin):
    """Something with a page of its own. Saving keeps it at the desk; publishing shows it."""

    change_form_template = "admin/public_change_form.html"

    def public_path(self, row: Any) -> str | None:
        """The path of its public page, while it has one."""
        page = PublicPage.objects.live().filter(pk=row.pk).first()
        return page.get_absolute_url() if page else None

    def view_on_site(self, row: Any) -> str | None:
        return self.public_path(row)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """Typing another name does not move a page that is public."""
        return {} if obj and self.public_path(obj) else dict(self.prepopulated_fields)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.publish_article")

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        is_popup = context.get("is_popup", False)  # a pop-up only saves
        context["show_publish"] = self.has_publish_permission(request) and not is_popup
        return super().render_change_form(
            request, self.page_context(request, obj) | context, add, change, form_url, obj
        )

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Context for the change form: what is public of ``row`` (None while it is new)."""
        if row is None:
            return {}
        return {
            "public_path": self.public_path(row),
            "has_unpublished_changes": pages.has_unpublished_changes(row),
        }

    # Save, then publish: two actions, two transactions -------------------------------------------

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if isinstance(response, SavedRedirect):
            after = self.after_saving(request, response.row, response)
            after.cookies.update(response.cookies)
            return after
        return response

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return _with_row(super().response_add(request, obj, post_url_continue), obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return _with_row(super().response_change(request, obj), obj)

    def after_saving(self, request: HttpRequest, row: Any, response: HttpResponse) -> HttpResponse:
        """Publish what was just saved, if that was asked for, and stay on the page."""
        if "_publish" not in request.POST:
            return response
        try:
            text = self.publish(request, row)
        except (PermissionDenied, ValidationError) as refused:
            self.refuse(request, refused, "Saved, but not published:")
        else:
            self.message_user(request, text, messages.SUCCESS)
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[row.pk]))

    def refuse(self, request: HttpRequest, why: Exception, words: str) -> None:
        """Tell the editor what was not done, and each reason in a sentence of its own."""
        self.message_user(request, words, messages.ERROR)
        for reason in why.messages if isinstance(why, ValidationError) else [str(why)]:
            self.message_user(request, reason, messages.ERROR)

    def publish(self, request: HttpRequest, row: Any) -> str:
        """Put ``row`` on its public page and say so. Raises PermissionDenied, ValidationError."""
        changed = pages.publish_page(row, by=cast(User, request.user))
        text = "Published. {}" if changed else "Nothing has changed since it was published. {}"
        link = format_html('<a href="{}">See it on the site</a>', self.public_path(row))
        return format_html(text, link)


class WithdrawalForm(forms.Form):
    notice = forms.CharField(
        label="Public notice",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why it is withdrawn. The address stays and shows this.",
    )


class NamedPageAdmin(PublicPageAdmin):
    """A speaker, organization, event or topic: its page can be withdrawn, but not deleted."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.withdraw_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_withdraw"
        return [path("<path:object_id>/withdraw/", view, name=name), *super().get_urls()]

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        context = super().page_context(request, row)
        if row is not None:
            page = PublicPage.objects.filter(pk=row.pk).first()
            context["notice"] = page.notice if page else ""
            context["ever_public"] = _ever_public(row)
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_withdraw"
            if self.has_publish_permission(request) and context["public_path"]:
                context["withdraw_path"] = reverse(name, args=[row.pk])
        return context

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was ever public is withdrawn, never deleted."""
        return not (obj and _ever_public(obj)) and super().has_delete_permission(request, obj)

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the public notice, then withdraw the page."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_publish_permission(request):
            raise PermissionDenied
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        back = reverse(name, args=[row.pk])
        form = WithdrawalForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            notice, by = form.cleaned_data["notice"], cast(User, request.user)
            try:
                pages.withdraw_page(row, by=by, notice=notice)
            except (PermissionDenied, ValidationError) as refused:
                self.refuse(request, refused, "Nothing has changed:")
            else:
                self.message_user(request, f"Withdrew the page of “{row}”; it shows the notice.")
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": "Withdraw",
            "opts": self.opts,
            "row": row,
            "back": back,
            "form": form,
        }
        return TemplateResponse(request, "admin/withdraw_page.html", context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and note who did: with FOUR_EYES somebody else has to publish it."""
        if form.has_changed():
            obj.saved_by = request.user
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.has_changed():
            note_saved_by(formset.instance, cast(User, request.user))


def note_saved_by(row: Any, user: User) -> None:
    """Note that ``user`` changed ``row``, or what its page shows, as the last one."""
    type(row)._default_manager.filter(pk=row.pk).update(saved_by=user)


def _ever_public(row: Any) -> bool:
    return Change.objects.filter(object_id=row.pk).exists()
