"""Rows of a form (inlines): their choices are loaded with the rows, not one query for each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.forms import BaseInlineFormSet
from django.forms.formsets import INITIAL_FORM_COUNT
from django.http import HttpRequest
from django.utils.functional import cached_property

from articles.admin.base import SAVED_AS
from articles.admin.pickers import RecordPicker


class LoadedSelect(AutocompleteSelect):
    """A select that finds what is chosen in ``loaded`` (labels by key) before it asks the database.

    Django's own runs a query for the label of each row.
    """

    loaded: dict[str, str] = {}

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        chosen = [key for key in value if key]
        if not all(key in self.loaded for key in chosen):
            return super().optgroups(name, value, attr)
        empty = [] if self.is_required or self.allow_multiple_selected else [("", "")]
        options = [*empty, *((key, self.loaded[key]) for key in chosen)]
        return [
            (None, [self.create_option(name, key, label, key in chosen, index)], index)
            for index, (key, label) in enumerate(options)
        ]


class LoadedFormSet(BaseInlineFormSet):
    """Rows whose ``LoadedSelect`` fields get their labels from one query for all rows, or none.

    What the rows themselves have loaded (``select_related``) is not read again. A row that somebody
    else has deleted since the form was shown becomes a new one: Django would show none in its
    place, and save nothing for ever.
    """

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        if data and f"{self.prefix}-{INITIAL_FORM_COUNT}" in data:
            self.data: Any = self._with_deleted_as_new(data)
            del self.management_form  # it is read anew, from these

    def _with_deleted_as_new(self, data: Any) -> Any:
        """``data`` with rows that are not there any more behind those that are."""
        model: Any = self.model
        key, prefix = str(model._meta.pk.name), str(self.prefix)
        there = {str(row.pk) for row in self.get_queryset()}
        known, total = self.initial_form_count(), self.total_form_count()
        gone = {
            place
            for place in range(known)
            if f"{prefix}-{place}-{SAVED_AS}" in data
            and data.get(f"{prefix}-{place}-{key}") not in there
        }
        if not gone:
            return data
        order = sorted(range(total), key=lambda place: (place in gone or place >= known, place))
        moved = data.copy()
        own = re.compile(rf"{re.escape(prefix)}-(\d{{1,4}})-(.*)", re.ASCII)
        fields = [(name, found) for name in data if (found := own.fullmatch(name))]
        for name, _ in fields:
            del moved[name]
        for name, found in fields:
            place, field = int(found[1]), found[2]
            if place < total and not (place in gone and field == key):
                moved.setlist(f"{prefix}-{order.index(place)}-{field}", data.getlist(name))
        moved[f"{prefix}-{INITIAL_FORM_COUNT}"] = str(known - len(gone))
        return moved

    @cached_property
    def forms(self) -> Any:
        forms = super().forms
        chosen: dict[str, set[str]] = defaultdict(set)
        loaded: dict[str, dict[str, str]] = defaultdict(dict)
        for form in forms:
            for name in self._selects(form):
                if value := form[name].value():
                    chosen[name].add(str(getattr(value, "pk", value)))
                if form.instance._meta.get_field(name).is_cached(form.instance):
                    row = getattr(form.instance, name)
                    loaded[name][str(row and row.pk)] = str(row)
        for form in forms:
            for name, select in self._selects(form).items():
                if missing := chosen[name] - loaded[name].keys():
                    field: Any = form.fields[name]
                    known = {str(row.pk): str(row) for row in _find(field.queryset, missing)}
                    loaded[name] |= dict.fromkeys(missing, "") | known
                select.loaded = loaded[name]
        return forms

    def clean(self) -> None:
        """Refuse to delete a row that somebody else has saved since the form was shown."""
        super().clean()
        deleted: list[Any] = self.deleted_forms
        if any(row.is_of_another() and not row.instance._state.adding for row in deleted):
            raise ValidationError(
                "Somebody else has saved a row meanwhile that you delete, so nothing of yours is "
                "saved yet. Look it over; save again to delete it."
            )

    @staticmethod
    def _selects(form: Any) -> dict[str, LoadedSelect | RecordPicker]:
        widgets = {
            name: getattr(field.widget, "widget", field.widget)
            for name, field in form.fields.items()
        }
        return {
            name: one
            for name, one in widgets.items()
            if isinstance(one, LoadedSelect | RecordPicker)
        }


def _find(choices: Any, keys: set[str]) -> Any:
    """The rows of ``choices`` with these keys; a key that is none finds nothing."""
    field = choices.model._meta.pk
    found = []
    for key in keys:
        try:
            found.append(field.to_python(key))
        except ValidationError:
            continue
    return choices.filter(pk__in=found)


def _named(target: Any) -> list[str]:
    """What rows of the admin ``target`` name in their labels, as its list does."""
    return [*target.list_select_related] if target.list_select_related else []


class LoadedRows(InlineModelAdmin):
    """Inlines with autocomplete fields without a query for each row."""

    autocomplete_fields: ClassVar[Any]
    admin_site: Any
    formset: Any = LoadedFormSet

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = LoadedSelect(db_field, self.admin_site)
            # The other admin's rows come with what their labels need.
            target = self.admin_site.get_model_admin(db_field.remote_field.model)
            kwargs["queryset"] = target.model._default_manager.select_related(*_named(target))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
