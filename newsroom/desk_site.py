"""The desk as a site of Django's admin."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csp import csp_override

from articles.publishing import audit, erasure
from newsroom.accounts import lacks_second_factor

type View = Callable[..., Any]

#: What keys and rights are made of: who opens a page of one has said anew who they are.
CONFIRMED = ["auth.user", "auth.group", "articles.partner", "mfa.authenticator"]
#: The page of an erasure, the same.
ERASE = "articles_article_erase"


class FactorAdmin(ModelAdmin):
    """Second factors: who lost a telephone is let in again by deleting the factor."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_select_related = ["user"]
    fields = ["user", "type", "created_at", "last_used_at"]

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        note, by = obj.get_type_display(), cast(User, request.user)
        audit.record("end second factor", obj.user, by=by, note=note)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Authenticator]) -> None:
        for factor in queryset:
            self.delete_model(request, factor)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DeskSite(AdminSite):
    """Django's admin without ``r/``: that led any member of staff to the address of any draft.

    Pages of the desk lead to what is public by ``view_on_site``.
    """

    #: Tables of django-allauth that the desk does not show: they hold secrets, or nothing of use.
    HIDDEN = {"EmailAddress", "EmailConfirmation", "UserSession"}

    site_header = site_title = "Newsroom"
    index_title = "The desk"

    def get_urls(self) -> list[Any]:
        left_out = "view_on_site"
        return [one for one in super().get_urls() if getattr(one, "name", "") != left_out]

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register models, but none of ``HIDDEN``, and second factors without their secrets."""
        models = model_or_iterable
        for model in models if isinstance(models, list | tuple) else [models]:
            if model.__name__ not in self.HIDDEN:
                ours = FactorAdmin if model.__name__ == "Authenticator" else admin_class
                super().register(model, ours, **options)

    def admin_view(self, view: View, cacheable: bool = False) -> Any:
        """The ``view`` for members of staff with the second factor that they must have.

        Pages about keys and rights ask for password or second factor again; what was sent to one
        of them is done after that.
        """

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if lacks_second_factor(request.user):
                messages.warning(request, "Add a second factor first: the desk opens after that.")
                return HttpResponseRedirect(reverse("mfa_index"))
            if _is_about_rights(request) and is_reauthentication_required(request, app="newsroom"):
                raise ReauthenticationRequired  # ``accounts.AskAgain`` answers
            return view(request, *args, **kwargs)

        with_styles = csp_override(settings.CSP_WITH_INLINE_STYLES)
        return with_styles(super().admin_view(guarded, cacheable))


def _is_about_rights(request: HttpRequest) -> bool:
    """Whether the page is one of those that ask again, and its user has any right there.

    Lists of ``CONFIRMED`` do not ask.
    """
    name = getattr(request.resolver_match, "url_name", None) or ""
    if name == ERASE:
        return request.user.has_perm(erasure.PERMISSION)
    app, _, rest = name.partition("_")
    model, _, page = rest.partition("_")
    if f"{app}.{model}" not in CONFIRMED or (page == "changelist" and request.method != "POST"):
        return False
    verbs = ("view", "add", "change", "delete")
    return any(request.user.has_perm(f"{app}.{verb}_{model}") for verb in verbs)
