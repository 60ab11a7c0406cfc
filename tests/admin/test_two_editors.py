"""Two editors save the same: the second is told what the first one saved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from articles.models import FRONT_PAGE, Appearance, Event, FrontPage, FrontPick, SitePage, Topic
from people.models import Organization, Speaker
from tests.builders import a_capacity, a_picture_row, an_article, an_event, an_organization

pytestmark = pytest.mark.django_db

TOLD = "Somebody else has saved this meanwhile"


def shown(client: Client, path: str) -> dict[str, Any]:
    """The hidden digest of the form at ``path``."""
    page = client.get(path).content.decode()
    [digest] = re.findall(r'name="_saved_as" value="(\w+)"', page)
    return {"_saved_as": digest}


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (Speaker, {"name_variants": "", "honorific_prefix": ""}),
        (Organization, {"short_name": "", "place": ""}),
        (Event, {"time_zone": "UTC", "status": "scheduled", "format": ""}),
        (Topic, {}),
        (SitePage, {"language": "en", "position": "1", "body": "<p>Words</p>"}),
    ],
)
def test_the_second_is_told_and_may_replace_it(
    client: Client, publisher: User, model: Any, given: dict[str, Any]
) -> None:
    for rows in ("affiliations", "appearances"):
        given = given | {f"{rows}-TOTAL_FORMS": "0", f"{rows}-INITIAL_FORMS": "0"}
    row = model.objects.create(name="Before", slug="it")
    path = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    client.force_login(publisher)
    given = given | {"slug": "it"} | shown(client, path)
    first = client.post(path, given | {"name": "First"})
    assert first.status_code == 302, first.content.decode()
    answer = client.post(path, given | {"name": "Second"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert TOLD in page
    assert "is now “First”" in page
    row.refresh_from_db()
    assert row.name == "First"
    [digest] = re.findall(r'name="_saved_as" value="(\w+)"', page)
    assert client.post(path, given | {"name": "Second", "_saved_as": digest}).status_code == 302
    row.refresh_from_db()
    assert row.name == "Second"


def posted(answer: Any, **changed: str) -> dict[str, Any]:
    """The fields of the form in ``answer``, as a browser sends them, but for those ``changed``."""
    page = answer.content.decode()
    fields: dict[str, Any] = dict(re.findall(r'name="([\w-]*_saved_as)" value="(\w+)"', page))
    forms = [answer.context["adminform"].form]
    for inline in answer.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for bound in (bound for form in forms for bound in form):
        if bound.value() is not None and bound.name != "DELETE":
            fields[bound.html_name] = bound.value()
    return fields | changed


def rows_of_a_speaker() -> tuple[Any, str, str, dict[str, str], dict[str, str]]:
    capacity = a_capacity("Director", organization=an_organization())
    change = {"affiliations-0-title": "Secretary"}
    return capacity, "title", "affiliations", change, {"affiliations-0-title": "Chairman"}


def rows_of_an_event() -> tuple[Any, str, str, dict[str, str], dict[str, str]]:
    event = an_event()
    row = Appearance.objects.create(event=event, capacity=a_capacity(), order=1)
    return row, "order", "appearances", {"appearances-0-order": "2"}, {"appearances-0-order": "3"}


@pytest.mark.parametrize("make", [rows_of_a_speaker, rows_of_an_event])
def test_the_second_is_told_of_rows_and_may_replace_them(
    client: Client, publisher: User, make: Any
) -> None:
    """The capacities of a speaker, the speakers at an event."""
    row, name, rows, first, second = make()
    owner = row.speaker if rows == "affiliations" else row.event
    path = reverse(
        f"admin:{owner._meta.app_label}_{owner._meta.model_name}_change", args=[owner.pk]
    )
    client.force_login(publisher)
    before = client.get(path)
    assert client.post(path, posted(before, **first)).status_code == 302
    answer = client.post(path, posted(before, **second))
    page = answer.content.decode()
    assert (answer.status_code, TOLD in page) == (200, True)
    row.refresh_from_db()
    assert str(getattr(row, name)) == first[f"{rows}-0-{name}"]
    assert client.post(path, posted(answer)).status_code == 302
    row.refresh_from_db()
    assert str(getattr(row, name)) == second[f"{rows}-0-{name}"]


def test_who_changes_nothing_in_a_row_takes_nothing_back(client: Client, publisher: User) -> None:
    """The form holds all rows as they were: they would be put back where another changed them."""
    row, *_ = rows_of_a_speaker()
    path = reverse("admin:people_speaker_change", args=[row.speaker.pk])
    client.force_login(publisher)
    before = client.get(path)
    saved = {"affiliations-0-title": "Secretary"}
    assert client.post(path, posted(before, **saved)).status_code == 302
    answer = client.post(path, posted(before, honorific_prefix="Dr."))
    assert "Title is now “Secretary”" in answer.content.decode()
    row.refresh_from_db()
    assert row.title == "Secretary"


def test_who_deletes_a_row_that_another_has_saved_is_told(client: Client, publisher: User) -> None:
    row, *_ = rows_of_a_speaker()
    path = reverse("admin:people_speaker_change", args=[row.speaker.pk])
    client.force_login(publisher)
    before = client.get(path)
    saved, delete = {"affiliations-0-title": "Secretary"}, {"affiliations-0-DELETE": "on"}
    assert client.post(path, posted(before, **saved)).status_code == 302
    answer = client.post(path, posted(before, **delete))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "has saved a row meanwhile that you delete" in page
    assert "Title is now “Secretary”" in page
    assert client.post(path, posted(answer, **delete)).status_code == 302
    assert not row.speaker.affiliations.exists()


@pytest.mark.parametrize("keep", [True, False])
def test_who_has_a_row_that_another_has_deleted_is_told_and_may_keep_it(
    client: Client, publisher: User, keep: bool
) -> None:
    row, *_ = rows_of_a_speaker()
    speaker = row.speaker
    stays = a_capacity("Member", speaker=speaker)
    path = reverse("admin:people_speaker_change", args=[speaker.pk])
    client.force_login(publisher)
    before = client.get(path)
    titles = {key: value for key, value in posted(before).items() if key.endswith("-title")}
    [deleted] = [key for key, value in titles.items() if value == "Director"]
    [other] = [key for key, value in titles.items() if value == "Member"]
    first = {deleted.replace("-title", "-DELETE"): "on"}
    assert client.post(path, posted(before, **first)).status_code == 302
    second = {deleted: "Secretary", other: "Founding member"}
    answer = client.post(path, posted(before, **second))
    assert answer.status_code == 200
    assert "deleted this meanwhile" in answer.content.decode()
    assert speaker.affiliations.get() == stays
    again = posted(answer)
    [shown] = [key for key, value in again.items() if value == "Secretary"]
    if not keep:
        again |= {key: "" for key in again if key.startswith(shown.removesuffix("title"))}
    assert client.post(path, again).status_code == 302
    found = set(speaker.affiliations.values_list("title", flat=True))
    assert found == {"Founding member", *(["Secretary"] if keep else [])}


def test_a_capacity_and_a_picture_by_themselves(client: Client, publisher: User) -> None:
    capacity, picture = a_capacity("Director"), a_picture_row(publisher)
    client.force_login(publisher)
    for row, field in ((capacity, "title"), (picture, "credit")):
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        path = reverse(name, args=[row.pk])
        before = client.get(path)
        assert client.post(path, posted(before, **{field: "First"})).status_code == 302
        answer = client.post(path, posted(before, **{field: "Second"}))
        assert f"{field.capitalize()} is now “First”" in answer.content.decode()


def test_the_front_page_too(client: Client, publisher: User) -> None:
    a, b = an_article("A"), an_article("B")
    FrontPage.objects.get_or_create(pk=FRONT_PAGE)
    path = reverse("admin:articles_frontpage_change", args=[FRONT_PAGE])
    client.force_login(publisher)
    given = shown(client, path)
    assert client.post(path, given | {"picks": [str(a.pk)]}).status_code == 302
    assert client.post(path, given | {"picks": [str(a.pk)]}).status_code == 302  # the same
    answer = client.post(path, given | {"picks": [str(b.pk)]})
    assert TOLD in answer.content.decode()
    assert list(FrontPick.objects.values_list("article", flat=True)) == [a.pk]


def test_another_order_of_the_front_page_too(client: Client, publisher: User) -> None:
    a, b, c = (an_article(name) for name in "ABC")
    FrontPage.objects.get_or_create(pk=FRONT_PAGE)
    path = reverse("admin:articles_frontpage_change", args=[FRONT_PAGE])
    client.force_login(publisher)
    picks = [str(row.pk) for row in (a, b, c)]
    assert client.post(path, shown(client, path) | {"picks": picks}).status_code == 302
    given = shown(client, path)
    first, second = [picks[2], picks[0], picks[1]], [picks[1], picks[2], picks[0]]
    assert client.post(path, given | {"picks": first}).status_code == 302
    answer = client.post(path, given | {"picks": second})
    assert TOLD in answer.content.decode()
    assert [str(pk) for pk in FrontPick.objects.values_list("article", flat=True)] == first
