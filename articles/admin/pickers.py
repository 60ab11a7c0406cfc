"""Fields of the writing page that name a record: found by typing, without a pop-up window.

Each picker is a text field. With its script (``desk/picker.js``) it searches as one types; without,
what is typed is looked up when the form is saved, and a name that fits several is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import Field, Model, QuerySet
from django.http import Http404, HttpRequest, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.admin.base import sentence_of
from articles.admin.pictures import image_address, upload_picture
from articles.editing.new_records import (
    Proposal,
    create_capacity,
    create_record,
    propose_capacities,
)
from articles.models import Article, Event, Picture, Topic
from people.models import Affiliation, Organization

#: What can be picked on the writing page, by the model's name.
MODELS: dict[str, type[Model]] = {
    "affiliation": Affiliation,
    "article": Article,
    "event": Event,
    "organization": Organization,
    "picture": Picture,
    "topic": Topic,
}
#: What is also made there by its name alone.
CREATED: list[type[Model]] = [Event, Organization, Topic]
#: A picker shows so many records, and looks for so many letters.
MOST_FOUND, MOST_LETTERS = 12, 300
#: A chosen picture is shown so wide (pixels).
PICTURE_WIDTH = 704
_PROPOSED = {field.name for field in fields(Proposal)}
#: A name that fits more records than this is refused without listing them all.
MOST_LISTED = 5

type Find = Callable[[str], QuerySet[Any]]


class RecordPicker(forms.TextInput):
    """A text field with the name of one record; the identifier stands in a hidden field."""

    data: dict[str, str] = {}
    #: Names by identifier that the form knows already, so that they cost no query.
    loaded: dict[str, str] = {}
    #: Set by the field; its ``queryset`` has the records.
    choices: Any

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        label = self._label(value)
        identifier = value if label and value else ""
        return format_html(
            '<div class="picker"{}><input type="hidden" name="{}" value="{}">'
            '<input type="hidden" name="{}__was" value="{}">'
            '<input type="text" name="{}__words" id="{}" value="{}" class="vTextField" '
            'autocomplete="off"{}></div>',
            _data(self.data),
            name,
            identifier,
            name,
            label,
            name,
            (attrs or {}).get("id", f"id_{name}"),
            label or value or "",
            _attributes(attrs),
        )

    def _label(self, value: Any) -> str:
        if not value:
            return ""
        if str(value) in self.loaded:
            return self.loaded[str(value)]
        found = _by_identifier(self.choices.queryset, value)
        return str(found) if found else ""


class RecordsPicker(forms.SelectMultiple):
    """The chosen records as ticked boxes, and a text field to add one."""

    data: dict[str, str] = {}
    #: Records that the form has read already, by identifier, so that they cost no query.
    loaded: dict[str, Model] = {}
    #: Set by the field; its ``queryset`` has the records.
    choices: Any

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        identifiers = [str(one) for one in value or [] if _is_identifier(one)]
        words = [str(one) for one in value or [] if not _is_identifier(one)]
        boxes = format_html_join(
            "",
            '<label class="chosen"><input type="checkbox" name="{}" value="{}" checked> {}</label>',
            ((name, row.pk, row) for row in self._rows(identifiers)),
        )
        return format_html(
            '<div class="picker" data-name="{}"{}><div class="chosen-rows">{}</div>'
            '<input type="text" name="{}__words" id="{}" value="{}" class="vTextField" '
            'autocomplete="off"{}></div>',
            name,
            _data(self.data),
            boxes,
            name,
            (attrs or {}).get("id", f"id_{name}"),
            ", ".join(words),
            _attributes(attrs),
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """The identifiers that are ticked, then what was typed and not chosen."""
        return [*data.getlist(name), *_typed(data.get(f"{name}__words"))]

    def _rows(self, identifiers: list[str]) -> Iterable[Model]:
        """The records in the order in which they were chosen."""
        known = self.loaded
        if any(one not in known for one in identifiers):
            known = {str(row.pk): row for row in self.choices.queryset.filter(pk__in=identifiers)}
        return [known[one] for one in identifiers if one in known]


class RecordField(forms.ModelChoiceField):
    """One record, posted as its identifier or in words."""

    widget = RecordPicker

    def __init__(self, *args: Any, find: Find, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.find = find

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or isinstance(value, Model) or _is_identifier(value):
            return super().to_python(value)
        return _by_words(str(value), self.find)


class RecordsField(forms.ModelMultipleChoiceField):
    """Records, each posted as its identifier or in words."""

    widget = RecordsPicker
    #: Whether another order of the same records is another choice.
    is_ordered = False

    def __init__(self, *args: Any, find: Find, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.find = find

    def has_changed(self, initial: Any, data: Any) -> bool:
        if super().has_changed(initial, data):
            return True
        was = [str(self.prepare_value(one)) for one in initial or []]
        return self.is_ordered and was != [str(one) for one in data or []]

    def clean(self, value: Any) -> Any:
        given = [
            one if _is_identifier(one) else str(_by_words(str(one), self.find).pk)
            for one in value or []
            if one
        ]
        return super().clean(given)


def record_field(
    db_field: Field[Any, Any], request: HttpRequest, site: AdminSite
) -> forms.ModelChoiceField:
    """Return the picker's field for ``db_field``, which searches as ``pick_view`` does."""
    model: Any = db_field.related_model
    made: Any = RecordsField if db_field.many_to_many else RecordField
    field = made(
        queryset=_with_names(model),
        find=lambda words: find(site, request, model, words),
        required=not db_field.blank,
        label=str(db_field.verbose_name).capitalize(),
        help_text=db_field.help_text,
    )
    path = reverse(f"{site.name}:articles_article_pick", args=[model._meta.model_name])
    field.widget.data = {"url": path}
    return field


def find(site: AdminSite, request: HttpRequest, model: type[Model], words: str) -> QuerySet[Any]:
    """Return the records of ``model`` that ``words`` find, as the desk's list of them does."""
    related: Any = site.get_model_admin(model)
    rows = _with_names(model)
    if model is Affiliation:
        rows = rows.filter(speaker__merged_into=None)
    found: QuerySet[Any] = related.get_search_results(request, rows, words)[0]
    return found  # the desk's search (NameSearch) finds no row twice


def pick_view(site: AdminSite, request: HttpRequest, kind: str) -> JsonResponse:
    """GET ``?q=``: the records that are found, and what could be made. POST: make one.

    The answer to POST is the new record, or a 400 or 403 with the sentence that says why not.
    """
    model = MODELS.get(kind)
    if model is None:
        raise Http404
    if not cast(Any, site.get_model_admin(model)).has_view_permission(request):
        raise PermissionDenied
    if request.method == "POST":
        try:
            row = _create(site, model, request)
        except PermissionDenied as refused:
            return JsonResponse({"error": str(refused)}, status=403)
        except ValidationError as refused:
            return JsonResponse({"error": " ".join(refused.messages)}, status=400)
        except ObjectDoesNotExist:
            return JsonResponse({"error": "That record is gone; search again."}, status=400)
        except IntegrityError as error:  # somebody else made the same at this moment
            return JsonResponse({"error": sentence_of(error)}, status=400)
        return JsonResponse(_result(row))
    words = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_LETTERS]
    results = [_result(row) for row in find(site, request, model, words)[:MOST_FOUND]]
    answer: dict[str, Any] = {"results": results, "new": []}
    if words and model is Affiliation:
        answer["new"] = [
            {"label": one.label, "detail": one.detail, "values": _values(one)}
            for one in propose_capacities(words)
        ]
        if not answer["new"]:
            answer["hint"] = "To add somebody, write: Name, Title, Organization."
    elif model in CREATED and words.casefold() not in {
        "",
        *(one["label"].casefold() for one in results),
    }:
        answer["new"] = [{"label": words, "detail": f"new {kind}", "values": {"name": words}}]
    return JsonResponse(answer)


def _create(site: AdminSite, model: type[Model], request: HttpRequest) -> Model:
    by = cast(User, request.user)
    values = {name: value.strip() for name, value in request.POST.items() if isinstance(value, str)}
    if model is Affiliation:
        known = {name: value for name, value in values.items() if name in _PROPOSED and value}
        if not known.get("title"):
            raise ValidationError("Write the title: who speaks, and as what.")
        return create_capacity(by=by, **cast(Any, known))
    if model is Picture:
        if not cast(Any, site.get_model_admin(model)).has_add_permission(request):
            raise PermissionDenied(f"{by} may not add pictures; ask a publisher.")
        return upload_picture(request)
    if model not in CREATED:
        raise PermissionDenied(f"{model._meta.verbose_name_plural} are not made here.")
    return create_record(cast(Any, model), values.get("name", ""), by=by)


def _values(proposal: Proposal) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(proposal).items() if value}


def _result(row: Any) -> dict[str, Any]:
    result: dict[str, Any] = {"id": str(row.pk), "label": str(row), "detail": ""}
    if isinstance(row, Affiliation) and (spellings := row.speaker.name_variants):
        result["detail"] = f"also spelled {', '.join(spellings)}"
    if isinstance(row, Event):
        organizers = [{"id": str(one.pk), "label": str(one)} for one in row.organizers.all()]
        result |= {"detail": row.start_date or row.date_words, "organizers": organizers}
    if isinstance(row, Picture):
        image = image_address(row, PICTURE_WIDTH)
        result |= {"detail": row.credit, "caption": row.caption, "image": image}
    return result


def resolve_words(post: QueryDict) -> None:
    """Put what was typed into a picker, and not chosen, in the place of the identifier."""
    for key in [key for key in post if key.endswith("__words")]:
        name, text = key.removesuffix("__words"), (post.get(key) or "").strip()
        was = post.get(f"{name}__was")
        if was is not None:
            if text != was.strip():
                post[name] = text
            del post[f"{name}__was"]
        elif words := _typed(text):
            post.setlist(name, [*post.getlist(name), *words])
        del post[key]


def _typed(text: str | None) -> list[str]:
    """The names in the text field of a picker of several records."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _with_names(model: type[Model]) -> QuerySet[Any]:
    """All records of ``model``, with what their names are made of."""
    rows: QuerySet[Any] = model._default_manager.all()
    if model is Affiliation:
        return rows.select_related("speaker", "organization")
    return rows.prefetch_related("organizers") if model is Event else rows


def _by_words(words: str, find: Find) -> Any:
    """Return the one record that ``words`` name. Raises ValidationError when they do not."""
    found = list(find(words)[: MOST_LISTED + 1])
    same = [row for row in found if str(row).casefold() == words.casefold()]
    if len(same) == 1 or len(found) == 1:
        return (same or found)[0]
    if not found:
        raise ValidationError(f"Nothing is called “{words}”; choose from the list or add it first.")
    listed = "; ".join(str(row) for row in found[:MOST_LISTED])
    more = " …" if len(found) > MOST_LISTED else ""
    raise ValidationError(f"“{words}” may be {listed}{more}: write more of the name.")


def _by_identifier(rows: QuerySet[Any], value: Any) -> Any:
    return rows.filter(pk=value).first() if _is_identifier(value) else None


def _is_identifier(value: Any) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


def _data(data: dict[str, str]) -> SafeString:
    return format_html_join("", ' data-{}="{}"', data.items())


def _attributes(attrs: dict[str, Any] | None) -> SafeString:
    shown = {key: value for key, value in (attrs or {}).items() if key != "id" and value}
    return format_html_join("", ' {}="{}"', shown.items())
