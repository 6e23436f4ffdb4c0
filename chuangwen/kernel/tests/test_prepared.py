"""Queries that are compiled once answer as the ORM does, with other values each time."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chuangwen.kernel import clock
from chuangwen.kernel.models import CalendarDay, Job
from chuangwen.kernel.prepared import Prepared

pytestmark = pytest.mark.django_db

JOBS = Prepared(
    lambda kind, since: Job.objects.filter(kind=kind, created_at__gte=since).order_by("pk").values_list("kind", "arguments", "created_at"),
    kind="a sample of a kind", since=clock.now() - timedelta(days=9999),
)  # fmt: skip


def make(kind: str, days_ago: int) -> Job:
    moment = clock.now() - timedelta(days=days_ago)
    return Job.objects.create(kind=kind, arguments={"ago": days_ago, "字": ["一"]}, created_at=moment, not_before=moment)


def test_rows_are_those_of_the_orm_with_moments_and_json():
    made = [make("a", 3), make("a", 1), make("b", 1)]
    since = clock.now() - timedelta(days=2)
    asked = Job.objects.order_by("pk").values_list("kind", "arguments", "created_at")
    assert JOBS.rows(kind="a", since=since) == list(asked.filter(kind="a", created_at__gte=since))
    assert JOBS.rows(kind="b", since=since) == list(asked.filter(kind="b"))
    assert JOBS.first(kind="a", since=since - timedelta(days=9))[1] == {"ago": 3, "字": ["一"]}
    assert JOBS.first(kind="c", since=since) is None
    assert len(made) == 3


def test_one_query_each_time():
    with CaptureQueriesContext(connection) as seen:
        JOBS.rows(kind="a", since=clock.now())
        JOBS.rows(kind="b", since=clock.now())
    assert len(seen) == 2 and "'b'" in seen[1]["sql"]


def test_a_value_that_stands_nowhere_in_the_query_is_found_at_once():
    with pytest.raises(ValueError, match="other"):
        Prepared(lambda day, other: CalendarDay.objects.filter(day=day).values_list("works"), day=date(1, 1, 2), other=3).rows(
            day=date(2026, 1, 1), other=1
        )
