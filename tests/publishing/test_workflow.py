"""Every transition is in one table, and the actions themselves check it, whoever calls them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from articles.editing.versions import discard, save_version
from articles.log import last_sequence
from articles.models import Article, Change, Edition, State
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.pages import publish_page
from articles.publishing.publish import correct, publish, send_back, submit, withdraw
from articles.publishing.schedule import run_due_actions, schedule, schedule_withdrawal, unschedule
from articles.publishing.workflow import TRANSITIONS, Action, Refused
from tests.builders import a_member_of, a_speaker, an_article

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)

DO: dict[Action, Callable[[Article, User], Any]] = {
    Action.SUBMIT: lambda article, by: submit(article, by=by),
    Action.SEND_BACK: lambda article, by: send_back(article, by=by),
    Action.PUBLISH: lambda article, by: publish(article, by=by),
    Action.CORRECT: lambda article, by: correct(article, by=by, note="It was wrong."),
    Action.WITHDRAW: lambda article, by: withdraw(article, by=by, notice="It was not so."),
    Action.SCHEDULE: lambda article, by: schedule(article, by=by, publish_at=timezone.now() + HOUR),
    Action.SCHEDULE_WITHDRAWAL: lambda article, by: schedule_withdrawal(
        article, by=by, at=timezone.now() + 2 * HOUR, notice="It was not so."
    ),
    Action.UNSCHEDULE: lambda article, by: unschedule(article, by=by),
}
NEED_PUBLISHER = [action for action in DO if action not in (Action.SUBMIT, Action.SEND_BACK)]


@pytest.mark.parametrize(
    ("action", "state"), [(d, s) for d in DO for s in State if s not in TRANSITIONS[d]]
)
def test_what_is_not_in_the_table_is_refused(publisher: User, action: Action, state: State) -> None:
    article = an_article()
    Article.objects.update(state=state)
    with pytest.raises(Refused, match=f"The article is {state.label.lower()}; .* It can be "):
        DO[action](article, publisher)
    assert Article.objects.get().state == state
    assert not Change.objects.exists()


@pytest.mark.parametrize("action", NEED_PUBLISHER)
@pytest.mark.parametrize("group", ["Reporter", "Editor"])
def test_only_publishers_let_anything_out(group: str, action: Action) -> None:
    with pytest.raises(PermissionDenied, match=r"may not .*; ask somebody in the group Publisher"):
        DO[action](an_article(), a_member_of(group))


@pytest.mark.parametrize("action", DO)
def test_who_is_in_no_group_may_nothing(action: Action) -> None:
    nobody = User.objects.create_user("nobody", is_staff=True)
    with pytest.raises(PermissionDenied):
        DO[action](an_article(), nobody)
    with pytest.raises(PermissionDenied):
        save_version(Article.objects.get(), by=nobody)


def test_announcing_and_merging_are_a_publisher_s() -> None:
    editor, one, two = a_member_of("Editor"), a_speaker("One"), a_speaker("Two")
    with pytest.raises(PermissionDenied):
        publish_page(one, by=editor)
    with pytest.raises(PermissionDenied):
        merge_speakers(one, into=two, by=editor)


def test_review_goes_there_and_back(publisher: User) -> None:
    article, reporter = an_article(), a_member_of("Reporter")
    submit(article, by=reporter)
    assert Article.objects.get().state == State.REVIEW
    send_back(article, by=publisher, note="Who says so?")
    assert Article.objects.get().state == State.DRAFT


class Newsroom(RuleBasedStateMachine):
    """One article, its publisher, and a model of both in four plain values.

    ``readers`` is the text they see ("" for nothing), ``approved`` the text on the schedule.
    """

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint_create()
        name = uuid4().hex
        self.by = a_member_of("Publisher", name)
        self.article = an_article("One", slug=name)
        save_version(self.article, by=self.by)
        self.began = last_sequence()
        self.state, self.text, self.readers = "draft", "One", ""
        self.approved, self.withdrawal, self.editions = "", False, 0
        self.frozen: dict[int, Any] = {}

    def teardown(self) -> None:
        """Each order of actions begins with nothing there."""
        transaction.savepoint_rollback(self.before)

    def attempt(self, action: Action, *, also: bool = True) -> bool:
        """Take ``action``; it must succeed if the table and ``also`` allow it, else be refused."""
        allowed = also and State(self.state) in TRANSITIONS[action]
        try:
            DO[action](self.article, self.by)
        except Refused:
            assert not allowed
            return False
        assert allowed
        self.state = TRANSITIONS[action][State(self.state)]
        return True

    @rule(text=st.sampled_from(["One", "Two", "Three"]))
    def edit(self, text: str) -> None:
        Article.objects.filter(pk=self.article.pk).update(headline=text)
        save_version(self.article, by=self.by)
        if text != self.text:
            self.text = text
            self.state = TRANSITIONS[Action.EDIT][State(self.state)]
            if self.state == "draft" and text == self.readers:
                self.state = "published"

    @rule()
    def submit(self) -> None:
        self.attempt(Action.SUBMIT)

    @rule()
    def send_back(self) -> None:
        self.attempt(Action.SEND_BACK)

    @rule()
    def publish(self) -> None:
        if self.attempt(Action.PUBLISH):
            self.editions += self.readers != self.text
            self.readers, self.approved = self.text, ""

    @rule()
    def correct(self) -> None:
        if self.attempt(Action.CORRECT, also=bool(self.readers)):
            self.editions += 1
            self.readers, self.approved = self.text, ""

    @rule()
    def withdraw(self) -> None:
        if self.attempt(Action.WITHDRAW, also=bool(self.readers)):
            self.editions += 1
            self.readers, self.approved, self.withdrawal = "", "", False

    @rule()
    def schedule(self) -> None:
        if self.attempt(Action.SCHEDULE):
            self.approved = self.text

    @rule()
    def schedule_withdrawal(self) -> None:
        also = bool(self.readers or self.approved)
        if self.attempt(Action.SCHEDULE_WITHDRAWAL, also=also):
            self.withdrawal = True

    @rule()
    def unschedule(self) -> None:
        if self.attempt(Action.UNSCHEDULE, also=bool(self.approved or self.withdrawal)):
            self.approved, self.withdrawal = "", False

    @precondition(lambda self: self.readers)
    @rule()
    def discard(self) -> None:
        discard(self.article, by=self.by)
        if self.text != self.readers:
            self.state = TRANSITIONS[Action.EDIT][State(self.state)]
        self.text = self.readers
        if self.state == "draft":
            self.state = "published"

    @rule(hours=st.sampled_from([0.5, 1.5, 3]))
    def time_passes(self, hours: float) -> None:
        """Publications are due after an hour, withdrawals after two. Time begins anew after."""
        run_due_actions(timezone.now() + hours * HOUR)
        if hours > 1 and self.approved:
            self.editions += self.readers != self.approved
            self.state = "published" if self.text == self.approved else "draft"
            self.readers, self.approved = self.approved, ""
        if hours > 2 and self.withdrawal:
            self.editions += 1
            self.readers, self.withdrawal, self.state = "", False, "withdrawn"

    @invariant()
    def the_desk_agrees(self) -> None:
        assert Article.objects.get(pk=self.article.pk).state == self.state

    @invariant()
    def readers_see_what_the_model_says(self) -> None:
        current = self.article.editions.live().values_list("headline", flat=True)
        assert [*current] == ([self.readers] if self.readers else [])
        assert self.article.editions.latest().count() <= 1

    @invariant()
    def editions_are_counted_and_stay(self) -> None:
        rows = self.article.editions.values_list("version", "snapshot", "ninjs")
        now = {version: (snapshot, ninjs) for version, snapshot, ninjs in rows}
        assert len(now) == self.editions
        assert {version: now[version] for version in self.frozen} == self.frozen
        self.frozen = now

    @invariant()
    def the_log_has_each_once(self) -> None:
        mine = Change.objects.filter(sequence__gt=self.began)
        last = last_sequence()
        assert [*mine.values_list("sequence", flat=True)] == list(range(self.began + 1, last + 1))
        assert Edition.objects.filter(change__in=mine).count() == self.editions


@pytest.mark.slow
def test_the_workflow_in_any_order() -> None:
    run_state_machine_as_test(
        Newsroom,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=[*HealthCheck],
        ),
    )
