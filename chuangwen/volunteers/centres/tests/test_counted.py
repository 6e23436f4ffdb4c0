"""Each figure of a centre opens exactly the rows that it counts."""

from datetime import timedelta
from html import unescape
from re import findall

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.volunteers.centres import actions, queries
from chuangwen.volunteers.centres.actions.base import count_facts
from chuangwen.volunteers.centres.views.counted import behind

from .ground import DAY, at, make_office, make_station, with_metrics

pytestmark = pytest.mark.django_db


@pytest.fixture
def station(town):
    """A station with activities, tasks of every kind, and information of every kind, in and out of the month."""
    with_metrics()
    office = make_office(town)
    found = make_station(town, office)
    first = DAY.replace(day=1)
    before = first - timedelta(days=1)
    with clock.at(at(before)):
        actions.give_tasks(SYSTEM, centre_ids=[found.pk], title="上月任务", due_on=before)
    with clock.at(at(first)):
        for title in ("按时", "超期", "取消", "未办"):
            actions.give_tasks(SYSTEM, centre_ids=[found.pk], title=title, due_on=first)
    with clock.at(at(DAY)):
        tasks = {task.title: task for task in found.tasks.all()}
        for title, day in (("按时", first), ("超期", first + timedelta(days=1))):
            type(tasks[title]).objects.filter(pk=tasks[title].pk).update(state="done", done_on=day, result="已办")
        actions.call_off_task(SYSTEM, task_id=tasks["取消"].pk, reason="合并")
        taken, _plain, struck = (
            actions.send_information(SYSTEM, centre_id=found.pk, title=title, sent_on=DAY) for title in ("采用", "报送", "撤销")
        )
        actions.adopt_information(SYSTEM, information_id=taken.pk, level="city", adopted_on=DAY, link="https://example.org/1")
        actions.strike_information(SYSTEM, information_id=struck.pk, reason="重复")
        said = [("practice-activities", f"t/{n}", day, f"活动{n}", "/volunteers/") for n, day in enumerate((before, first, DAY))]
        count_facts(SYSTEM, found, said)
        yield found


def rows_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return list(answer.context["rows"].objects)


@pytest.mark.parametrize("what", ["activities", "due", "in_time", "late", "sent", "adopted"])
def test_a_figure_and_its_rows_agree(town, station, what):
    first, last = queries.month_of(DAY)
    row = queries.with_records(queries.centres(town.actors["clerk"]), first, last).get(pk=station.pk)
    client = Client()
    client.force_login(town.accounts["clerk"])
    assert len(rows_of(client, behind(station.pk, what, first, last))) == getattr(row, what) > 0


def test_results_and_the_page_of_a_centre_lead_there_and_only_for_who_may(town, station):
    client = Client()
    client.force_login(town.accounts["clerk"])
    page = unescape(client.get(reverse("volunteers:centre-results")).content.decode())
    first, last = queries.month_of(DAY)
    for what in ("activities", "due", "in_time", "late", "sent", "adopted"):
        assert f'href="{behind(station.pk, what, first, last)}"' in page, what
    own = unescape(client.get(station.get_absolute_url()).content.decode())
    assert len(findall(r"on_from=2026", own)) >= 4
    client.force_login(town.accounts["resident"])
    assert client.get(reverse("volunteers:centre-activities", args=[station.pk])).status_code == 403
    assert client.get(reverse("volunteers:centre-information")).status_code == 403
