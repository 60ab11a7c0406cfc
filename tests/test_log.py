"""Numbers run without a gap, in the order of commits, whoever writes and whoever fails."""

from __future__ import annotations

import threading
import time
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from articles import log
from articles.models import Change


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_number_is_given_inside_a_transaction_only() -> None:
    with pytest.raises(TransactionManagementError):
        log.append(Change(kind="article", object_id=uuid4()))


@pytest.mark.django_db
def test_the_head_is_returned_when_another_thread_writes_at_that_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, clock = log.head(), time.monotonic

    def look_at_the_clock_while_somebody_writes() -> float:
        log.invalidate_head()
        return clock()

    monkeypatch.setattr(time, "monotonic", look_at_the_clock_while_somebody_writes)
    assert log.head() == before


@pytest.mark.django_db
def test_a_transaction_that_fails_leaves_no_gap() -> None:
    with transaction.atomic():
        log.append(Change(kind="article", object_id=uuid4()))
        transaction.set_rollback(True)
    change = Change(kind="article", object_id=uuid4())
    log.append(change)
    assert change.sequence == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.slow
def test_eight_writers_leave_no_gap_and_a_reader_sees_no_hole() -> None:
    writers, each = 8, 10
    holes: list[list[int]] = []
    done = threading.Event()

    def write() -> None:
        for turn in range(each):
            with transaction.atomic():
                log.append(Change(kind="article", object_id=uuid4()))
                transaction.set_rollback(turn % 5 == 4)
        connection.close()

    def read() -> None:
        while not done.is_set():
            seen = list(Change.objects.values_list("sequence", flat=True))
            if seen != list(range(1, len(seen) + 1)):
                holes.append(seen)
        connection.close()

    reader = threading.Thread(target=read)
    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in (reader, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert holes == []
    assert log.last_sequence() == Change.objects.count() == writers * each * 4 // 5


@pytest.mark.django_db
@pytest.mark.parametrize("numbers", [[2], [0], [1, 3], [2, 3]])
def test_the_database_refuses_numbers_that_do_not_follow(numbers: list[int]) -> None:
    now = timezone.now()
    rows = [Change(sequence=n, at=now, kind="article", object_id=uuid4()) for n in numbers]
    with pytest.raises(IntegrityError, match="The log ends at 0"):
        Change.objects.bulk_create(rows)


@pytest.mark.django_db
def test_commands_are_sent_together_and_no_value_is_taken_for_sql() -> None:
    odd = [
        "it's",
        "100 % %s %(a)s {}",
        r"a\'b\\",
        "$$;--",
        "E'\\x'\", {,}\"",
        "اردو",
        "a\u200bb",
        "",
    ]
    values = [log.sql_with_values("SELECT %s::text, %s::text[]", [one, [one, *odd]]) for one in odd]
    assert log.in_one_round_trip(*values) == [[(one, [one, *odd])] for one in odd]


@pytest.mark.django_db
def test_when_one_of_the_commands_fails_none_after_it_is_run_and_the_connection_goes_on() -> None:
    make = "CREATE TEMPORARY TABLE written (number int) ON COMMIT DROP"
    with pytest.raises(DataError, match="division by zero"), transaction.atomic():
        log.in_one_round_trip(make, "SELECT 1 / 0", "SELECT pg_notify('never', 'sent')")
    assert log.in_one_round_trip("SELECT to_regclass('written')", "SELECT 2") == [[(None,)], [(2,)]]
