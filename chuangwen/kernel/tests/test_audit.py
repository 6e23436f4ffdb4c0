"""The audit trail: what was done is there, and what was changed in it is found."""

import pytest
from django.db import connection, transaction

from chuangwen.kernel import access, audit
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.models import AuditEntry

VERB = access.declare("trial.audit", "test")


def write(count: int) -> None:
    for number in range(count):
        with transaction.atomic():
            audit.record(SYSTEM, VERB, title=f"第{number}次", before={"a": number}, after={"a": number + 1, "文": "字"})


@pytest.fixture
def trail(db):
    write(5)


def test_an_untouched_trail_holds(trail):
    assert list(audit.broken_links()) == []


def test_entries_are_numbered_without_gaps(trail):
    assert list(AuditEntry.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "column, value", [("title", "别的"), ("actor_name", "某人"), ("note", "x"), ("verb", "kernel.import"), ("after", '{"a": 9}')]
)
def test_a_changed_entry_is_found(trail, column, value):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE kernel_auditentry SET {column} = %s WHERE number = 3", [value])
    assert [b.number for b in audit.broken_links()] == [3]


def test_a_removed_entry_is_found(trail):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_auditentry WHERE number = 2")
    assert 3 in [b.number for b in audit.broken_links()]


def test_a_trail_that_was_cut_off_at_its_end_is_found(trail):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_auditentry WHERE number >= 4")
    assert list(audit.broken_links())


def test_an_entry_can_be_neither_changed_nor_removed_through_the_model(trail):
    entry = AuditEntry.objects.first()
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


def test_what_is_rolled_back_leaves_no_gap(trail):
    try:
        with transaction.atomic():
            audit.record(SYSTEM, VERB, title="undone")
            raise RuntimeError
    except RuntimeError:
        pass
    write(1)
    assert list(audit.broken_links()) == []
    assert AuditEntry.objects.count() == 6
