"""Two actions at the same moment: neither waits for ever, and both leave what each alone would."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import combinations_with_replacement

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from articles import log
from articles.editing.versions import save_version
from articles.log import invalidate_head, last_sequence
from articles.models import (
    Article,
    Change,
    Checkpoint,
    Edition,
    Leaf,
    PublicPage,
    ScheduledAction,
    SearchDocument,
    State,
    Topic,
)
from articles.publishing import checkpoints, erasure
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.pages import publish_page, withdraw_page
from articles.publishing.publish import correct, publish, withdraw
from articles.publishing.schedule import (
    run_due_actions,
    schedule,
    schedule_withdrawal,
    unschedule,
)
from articles.publishing.workflow import Refused
from articles.tlog import Key, range_hash
from people.models import Affiliation, Speaker
from tests.builders import a_capacity, a_member_of, a_speaker, a_statement, an_article
from tests.publishing.test_concurrency import together

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


class Scene:
    """Two articles that quote the same two speakers, one of them published."""

    def __init__(self) -> None:
        self.by = a_member_of("Publisher")
        self.first, self.second = a_speaker("Zahoor Ahmed"), a_speaker("Zahoor Ahmad")
        self.third = a_speaker("Vladimir Norov")
        self.capacities = [
            a_capacity("Secretary", speaker) for speaker in (self.first, self.second, self.third)
        ]
        self.live, self.draft = an_article("Live"), an_article("Draft")
        for article in (self.live, self.draft):
            for capacity in self.capacities:
                a_statement(article, capacity=capacity)
            save_version(article, by=self.by)
        publish(self.live, by=self.by)
        self.other = a_member_of("Publisher", "another")
        self.erasure = erasure.ask(self.live, by=self.by, reason="A judgment", notice="Erased.")
        Article.objects.filter(pk=self.live.pk).update(headline="Live and edited")

    def actions(self) -> dict[str, Callable[[], object]]:
        """Every action that publishes, by name, ready to be called."""
        return {
            "publish": partial(publish, self.draft, by=self.by),
            "correct": partial(correct, self.live, by=self.by, note="A word was wrong."),
            "withdraw": partial(withdraw, self.live, by=self.by, notice="It was not so."),
            "merge": partial(merge_speakers, self.second, into=self.first, by=self.by),
            "publish page": partial(publish_page, self.first, by=self.by),
            "withdraw page": partial(
                withdraw_page, self.first, by=self.by, notice="It was not so."
            ),
            "erase": partial(erasure.confirm, self.erasure, by=self.other),
            "rename speaker": self.rename,
            "save version": self.save,
            "sign": checkpoints.sign,
        }

    def rename(self) -> None:
        """As the form of a speaker saves."""
        with transaction.atomic():
            Speaker.objects.filter(pk=self.first.pk).update(honorific_prefix="Dr.")
            Affiliation.objects.filter(speaker=self.first).update(until="2021")

    def save(self) -> None:
        """As the form of an article saves."""
        with transaction.atomic():
            article = Article.objects.select_for_update().get(pk=self.draft.pk)
            article.statements.all().delete()
            a_statement(article, "we will go on", self.capacities[2])
            save_version(article, by=self.by)


@pytest.fixture(autouse=True)
def _signed_log(settings: Settings) -> None:
    settings.LOG_KEYS = [Key.new("news.example/log")[0]]


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return Scene()


NAMES = [
    *("publish", "correct", "withdraw", "merge", "publish page", "withdraw page"),
    *("erase", "rename speaker", "save version", "sign"),
]


def check_invariants() -> None:
    numbers = list(Change.objects.values_list("sequence", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    for article in Article.objects.filter(editions__isnull=False).distinct():
        assert article.editions.latest().count() == 1
    for page in PublicPage.objects.all():
        change = Change.objects.get(sequence=page.sequence)
        assert change.object_id == page.pk
        assert not Change.objects.filter(object_id=page.pk, sequence__gt=page.sequence).exists()
        found = SearchDocument.objects.filter(pk=page.pk).exists()
        assert found == (page.notice == "")
    assert Leaf.objects.count() == len(numbers)
    checkpoints.sign()
    assert list(checkpoints.problems()) == []
    last = checkpoints.last_checkpoint()
    assert last
    assert last.size == len(numbers)
    merged = Speaker.objects.exclude(merged_into=None)
    assert not PublicPage.objects.filter(pk__in=merged.values("pk")).exists()
    assert not Edition.speakers.through.objects.filter(speaker__in=merged).exists()


@pytest.mark.parametrize("pair", [*combinations_with_replacement(NAMES, 2)], ids=" and ".join)
def test_a_pair_ends_as_one_after_the_other_would(scene: Scene, pair: tuple[str, str]) -> None:
    for _ in range(2):
        actions = scene.actions()
        started = time.monotonic()
        raised = together(*(actions[name] for name in pair))
        assert time.monotonic() - started < 10
        assert [error for error in raised if not isinstance(error, Refused)] == []
        check_invariants()


def test_a_publication_an_erasure_and_two_signatures_leave_every_proof_whole(scene: Scene) -> None:
    checkpoints.sign()
    kept = Checkpoint.objects.get()
    actions = scene.actions()
    signing = [partial(repeatedly, checkpoints.sign)] * 2
    raised = together(actions["erase"], actions["publish"], *signing)
    assert [error for error in raised if not isinstance(error, Refused)] == []
    check_invariants()
    tiles = checkpoints.cached_tiles()
    assert range_hash(0, kept.size, kept.size, tiles) == bytes(kept.root), "only added to"
    last = checkpoints.last_checkpoint()
    assert last
    for sequence in range(1, last.size + 1):
        shown = Client().get(f"/log/{sequence}.tlog-proof")
        erased = Edition.objects.filter(pk=sequence, article=scene.live.pk).exists()
        assert shown.status_code == (404 if erased else 200)


def repeatedly(action: Callable[[], object]) -> None:
    """As a worker does it, while others are at theirs."""
    for _ in range(20):
        action()
        time.sleep(0.01)


@pytest.mark.parametrize("name", ["publish", "schedule", "withdraw at a time", "save"])
def test_whatever_comes_beside_an_erasure_leaves_no_text(scene: Scene, name: str) -> None:
    tomorrow = timezone.now() + timedelta(days=1)

    def save() -> None:
        save_version(scene.live, by=scene.by)

    beside: dict[str, Callable[[], object]] = {
        "publish": partial(publish, scene.live, by=scene.by),
        "schedule": partial(schedule, scene.live, by=scene.by, publish_at=tomorrow),
        "withdraw at a time": partial(
            schedule_withdrawal, scene.live, by=scene.by, at=tomorrow, notice="It was not so."
        ),
        "save": save,
    }
    Article.objects.filter(pk=scene.live.pk).update(state=State.DRAFT)
    raised = together(scene.actions()["erase"], beside[name])
    assert [error for error in raised if not isinstance(error, Refused)] == []
    check_invariants()
    assert not ScheduledAction.objects.filter(action="publish").exists()
    editions, versions = Edition.objects.filter(article=scene.live), scene.live.versions.all()
    texts = [row.snapshot for row in editions] + [row.snapshot for row in versions]
    assert {text["headline"] for text in texts} == {"Erased"}
    assert not Edition.objects.live().filter(article=scene.live).exists()


def test_two_articles_of_one_language_cannot_both_become_public(publisher: User) -> None:
    original = an_article("Original", language="ru")
    first = an_article("First", translation_of=original)
    publish(original, by=publisher)
    publish(first, by=publisher)
    withdraw(first, by=publisher, notice="Another one is better.")
    Article.objects.filter(pk=first.pk).update(translation_of=None, language="ur")
    second = an_article("Second", translation_of=original)
    # Both claim to be the English text: one by its working copy, one by its frozen group.
    Article.objects.filter(pk=second.pk).update(translation_of=None)
    Article.objects.filter(pk=first.pk).update(translation_of=original, language="en")
    publish(Article.objects.get(pk=first.pk), by=publisher)
    Article.objects.filter(pk=first.pk).update(language="ur")
    Article.objects.filter(pk=second.pk).update(translation_of=original)
    with pytest.raises(Refused, match="in this language already"):
        publish(Article.objects.get(pk=second.pk), by=publisher)


def test_a_reader_does_not_wait_for_an_editor_while_an_action_is_due(publisher: User) -> None:
    article = an_article()
    schedule(article, by=publisher, publish_at=timezone.now() + timedelta(hours=1))
    ScheduledAction.objects.update(at=timezone.now() - timedelta(seconds=1))
    invalidate_head()
    locked, done = threading.Event(), threading.Event()

    def edit() -> None:
        with transaction.atomic():
            Article.objects.select_for_update().get(pk=article.pk)
            locked.set()
            done.wait(20)
        connection.close()

    editor = threading.Thread(target=edit)
    editor.start()
    assert locked.wait(10)
    started = time.monotonic()
    assert Client().get("/").status_code == 200
    assert run_due_actions() == 0
    assert time.monotonic() - started < 2
    done.set()
    editor.join()
    assert run_due_actions() == 1
    assert Edition.objects.live().count() == 1


def test_a_reader_does_not_wait_for_a_writer_of_the_log(publisher: User) -> None:
    article = an_article()
    schedule(article, by=publisher, publish_at=timezone.now() + timedelta(hours=1))
    ScheduledAction.objects.update(at=timezone.now() - timedelta(seconds=1))
    invalidate_head()
    locked, done = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            publish(an_article("Another"), by=publisher)
            locked.set()
            done.wait(20)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert locked.wait(10)
    started = time.monotonic()
    assert Client().get("/").status_code == 200
    assert time.monotonic() - started < 2
    done.set()
    writer.join()
    assert run_due_actions() == 1
    assert last_sequence() == 2


def test_an_action_that_breaks_stops_no_other(publisher: User) -> None:
    broken, whole = an_article("Broken"), an_article("Whole")
    for article in (broken, whole):
        schedule(article, by=publisher, publish_at=timezone.now() + timedelta(hours=1))
    poison = ScheduledAction.objects.get(article=broken)
    assert poison.snapshot
    snapshot = {**poison.snapshot, "statements": [{"no": "statement"}]}
    ScheduledAction.objects.filter(pk=poison.pk).update(
        snapshot=snapshot, at=timezone.now() - timedelta(seconds=2)
    )
    ScheduledAction.objects.exclude(pk=poison.pk).update(at=timezone.now() - timedelta(seconds=1))
    assert run_due_actions() == 1
    assert Edition.objects.get().article == whole
    poison.refresh_from_db()
    assert (poison.attempts, "KeyError" in poison.last_error) == (1, True)
    assert poison.retry_at
    assert run_due_actions() == 0
    poison.refresh_from_db()
    assert poison.attempts == 1


def beside(action: Callable[[], object]) -> tuple[threading.Thread, list[Exception]]:
    """Start ``action`` on a connection of its own; what it raises is in the list."""
    raised = list[Exception]()

    def run() -> None:
        try:
            action()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


@pytest.mark.parametrize("name", ["schedule", "publish", "withdraw", "unschedule", "due"])
def test_who_embeds_what_is_erased_does_not_wait_for_the_erasure_that_waits_for_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    figure = f'<figure data-record="article/{scene.live.pk}"></figure>'
    embedding = an_article("Embedding", body=f"<p>“we will go on”</p>{figure}")
    if name == "withdraw":
        publish(embedding, by=scene.by)
        Article.objects.filter(pk=embedding.pk).update(headline="Later", state=State.DRAFT)
    embargo = {"embargo_until": tomorrow} if name == "unschedule" else {"publish_at": tomorrow}
    schedule(embedding, by=scene.by, **embargo)
    actions: dict[str, Callable[[], object]] = {
        "schedule": partial(schedule, embedding, by=scene.by, publish_at=tomorrow),
        "publish": partial(publish, embedding, by=scene.by),
        "withdraw": partial(withdraw, embedding, by=scene.by, notice="It was not so."),
        "unschedule": partial(unschedule, embedding, by=scene.by),
        "due": partial(run_due_actions, tomorrow),
    }
    function = "try_lock" if name == "due" else "lock"
    lock, erasures = getattr(log, function), []

    def erased_meanwhile() -> object:
        monkeypatch.setattr(log, function, lock)
        erasures.append(beside(scene.actions()["erase"]))
        erasures[0][0].join(1 if name == "due" else 10)
        return lock()

    monkeypatch.setattr(log, function, erased_meanwhile)
    if name == "schedule":
        with pytest.raises(Refused, match="Somebody else has changed"):
            actions[name]()
    else:
        done = actions[name]()
        assert name != "due" or done == 0  # left for the next call
    [(thread, raised)] = erasures
    thread.join(10)
    assert (thread.is_alive(), raised) == (False, [])
    check_invariants()
    for model in (Edition, ScheduledAction):
        texts = [str(text) for text in model.objects.values_list("snapshot", flat=True)]
        assert [text for text in texts if "Live" in text] == []
    if name == "due":
        assert run_due_actions(tomorrow) == 1


def test_what_becomes_public_cannot_be_deleted_until_it_is(publisher: User) -> None:
    topic = Topic.objects.create(name="Trade", slug="trade")
    with transaction.atomic():
        publish_page(topic, by=publisher)
        thread, raised = beside(Topic.objects.filter(pk=topic.pk).delete)
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(10)
    assert [type(error) for error in raised] == [IntegrityError]
    assert Topic.objects.filter(pk=topic.pk).exists()


def test_what_another_is_deleting_does_not_become_public(publisher: User) -> None:
    topic = Topic.objects.create(name="Trade", slug="trade")
    with transaction.atomic():
        Topic.objects.filter(pk=topic.pk).delete()
        thread, raised = beside(lambda: publish_page(topic, by=publisher))
        thread.join(10)
        assert not thread.is_alive()  # nobody waits for the log meanwhile
    assert "Somebody else has changed" in str(raised)
    assert not PublicPage.objects.exists()
    assert not Change.objects.exists()
