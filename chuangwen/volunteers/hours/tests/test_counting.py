"""Hours, volunteers and teams stand in the ledger as the room knows them: once, put right with the records, never beside an entered figure."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.ledger import actions as ledger
from chuangwen.ledger import queries, rules
from chuangwen.ledger.actions import NewFact
from chuangwen.ledger.install import install_metrics
from chuangwen.ledger.models import Fact, Metric
from chuangwen.messaging.models import Received
from chuangwen.volunteers.corps.counting import count_corps
from chuangwen.volunteers.corps.models import Team, Volunteer
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer
from chuangwen.volunteers.hours import jobs
from chuangwen.volunteers.hours.counting import count_hours
from chuangwen.volunteers.presence.models import ServiceEntry

from .ground import at, served

pytestmark = pytest.mark.django_db
DAY = at(0, day=2).date()


@pytest.fixture
def ground(town):
    """Two volunteers of a team who served on a Monday; it is Tuesday."""
    install_metrics()
    with clock.at(at(9, day=3)):
        one, two = (make_volunteer(town.communities[0], name) for name in ("甲", "乙"))
        team = make_team(town.communities[0], town.units["community"], "邻里队", one)
        served(one, team, at(9), at(10, 30))
        served(two, team, at(9), at(9, 50))
        yield town, team, one, two


def total(code, town, **more):
    metric = Metric.objects.get(code=code)
    scope = queries.Scope(DAY - timedelta(days=30), clock.today(), **more)
    part = queries.totals(scope, only=[metric]).get((metric.pk, ""))
    return rules.rounded(rules.value_of(metric.adds, part), 1) if part else None


def test_what_a_team_served_on_a_day_is_one_figure_and_stays_one_however_often_it_is_counted(ground):
    town, team, *_ = ground
    assert count_hours() == {"entered": 1, "corrected": 0, "beside": 0}
    assert count_hours() == {"entered": 0, "corrected": 0, "beside": 0}
    fact = Fact.objects.get(metric__code="volunteer-hours")
    assert (fact.quantity, fact.ends_on, fact.unit, fact.division) == (Decimal("2.3333"), DAY, team.unit, town.communities[0])
    assert total("volunteer-hours", town) == Decimal("2.3")
    assert total("volunteer-hours", town, unit=town.units["community"]) == Decimal("2.3")


def test_a_figure_opens_exactly_the_records_of_which_it_is_made(ground):
    town, team, one, _two = ground
    other = make_team(town.communities[0], town.units["community"], "另一队", one)
    served(one, other, at(14), at(15))
    struck = served(one, team, at(16), at(17))
    ServiceEntry.objects.filter(pk=struck.pk).update(counts=False)
    ServiceEntry.objects.create(
        volunteer=one, kind="transfer", title="外地服务", day=DAY, minutes=600, from_system="别的系统", from_number="1", made_at=clock.now(),
        team=team,
    )  # fmt: skip
    count_hours()
    fact = Fact.objects.get(metric__code="volunteer-hours", source_words__contains="邻里队")
    assert fact.quantity == Decimal("2.3333"), "neither what counts no longer nor what was served elsewhere"
    client = Client()
    client.force_login(town.accounts["clerk"])
    page = client.get(fact.source_url)
    rows = list(page.context["rows"].objects if hasattr(page.context["rows"], "objects") else page.context["rows"])
    assert len(rows) == 2 and page.status_code == 200


def test_a_struck_record_takes_its_hours_out_of_the_ledger_and_the_old_figure_stays_to_be_seen(ground):
    town, _team, _one, two = ground
    count_hours()
    ServiceEntry.objects.filter(volunteer=two).update(counts=False)
    assert count_hours()["corrected"] == 1
    assert total("volunteer-hours", town) == Decimal("1.5")
    ServiceEntry.objects.all().update(counts=False)
    assert count_hours()["corrected"] == 1
    assert total("volunteer-hours", town) == 0
    assert [fact.counts for fact in Fact.objects.filter(metric__code="volunteer-hours").order_by("pk")] == [False, False, True]


def entered(town, code, quantity, role="clerk", **more):
    metric = Metric.objects.get(code=code)
    unit = more.pop("unit", town.units["community"])
    entry = NewFact(metric, Decimal(quantity), more.pop("day", DAY), unit, more.pop("division", unit.division), **more)
    return ledger.enter_facts(town.actors[role], entries=[entry])[0]


def test_beside_an_entered_figure_nothing_is_counted_and_who_entered_it_is_told_once(ground):
    town, *_ = ground
    by_hand = entered(town, "volunteer-hours", "40", starts_on=DAY - timedelta(days=6), day=DAY)
    assert count_hours() == {"entered": 0, "corrected": 0, "beside": 1}
    assert count_hours()["beside"] == 1
    assert total("volunteer-hours", town) == 40
    assert Received.objects.filter(notice__kind="volunteers.ledger_beside").count() == 1
    ledger.withdraw_fact(SYSTEM, fact_id=by_hand.pk, reason="程序自动统计")
    assert count_hours()["entered"] == 1
    assert total("volunteer-hours", town) == Decimal("2.3")


def test_what_a_person_took_back_is_not_written_again(ground):
    town, *_ = ground
    count_hours()
    ledger.withdraw_fact(SYSTEM, fact_id=Fact.objects.get(counts=True, metric__code="volunteer-hours").pk, reason="误计")
    assert count_hours() == {"entered": 0, "corrected": 0, "beside": 0}
    assert total("volunteer-hours", town) is None


def test_volunteers_and_teams_are_stocks_that_are_said_again_only_when_they_change(ground):
    town, team, *_ = ground
    assert {code: told["entered"] for code, told in count_corps().items()} == {"volunteers": 1, "volunteer-teams": 1}
    with clock.at(at(9, day=4)):
        assert {code: told["entered"] for code, told in count_corps().items()} == {"volunteers": 0, "volunteer-teams": 0}
        make_volunteer(town.communities[0], "丙")
        Team.objects.filter(pk=team.pk).update(state="closed", closed_on=clock.today())
        told = count_corps()
        assert (told["volunteers"]["entered"], told["volunteer-teams"]["entered"]) == (1, 1)
        assert (total("volunteers", town), total("volunteer-teams", town)) == (3, 0)
        Volunteer.objects.filter(person__name="丙").update(state="paused")
        assert count_corps()["volunteers"]["corrected"] == 1, "the same day once more is a correction"
        assert total("volunteers", town) == 2
    fact = Fact.objects.filter(metric__code="volunteers", counts=True).latest("pk")
    client = Client()
    client.force_login(town.accounts["clerk"])
    assert client.get(fact.source_url).status_code == 200
    assert "丙" not in client.get(fact.source_url).content.decode()


def test_a_count_replaces_what_was_entered_of_the_same_place_and_yields_to_a_figure_of_the_unit_above(ground):
    town, *_ = ground
    entered(town, "volunteers", "500", day=DAY)
    count_corps()
    assert total("volunteers", town) == 2, "the newer of the same place and unit stands"
    entered(town, "volunteer-teams", "12", unit=town.units["office"], division=town.street)
    assert count_corps()["volunteer-teams"] == {"entered": 0, "corrected": 0, "beside": 0}, "the community's own stands already"
    Team.objects.filter(unit=town.units["community"]).update(unit=town.units["office"])
    make_team(town.communities[1], town.units["community2"], "新队")
    assert count_corps()["volunteer-teams"] == {"entered": 1, "corrected": 1, "beside": 1}, "the office's own replaces what it entered"
    assert count_corps()["volunteer-teams"] == {"entered": 1, "corrected": 0, "beside": 0}
    assert total("volunteer-teams", town) == 2


def test_a_metric_that_is_not_in_use_is_left_alone(ground):
    Metric.objects.filter(code="volunteer-hours").update(active=False)
    assert count_hours() == {"entered": 0, "corrected": 0, "beside": 0}
    assert not Fact.objects.filter(metric__code="volunteer-hours").exists()


def test_the_daily_look_at_records_writes_the_ledger(ground):
    from chuangwen.kernel import jobs as work

    job = work.start(SYSTEM, "volunteers.hours")
    told = jobs.hours_job(work.Run(job))
    assert told["ledger"]["entered"] == 1
    assert not Fact.objects.filter(metric__code="volunteer-hours", entered_by__isnull=False).exists()
    assert reverse("volunteers:hours-entries") in Fact.objects.get(metric__code="volunteer-hours").source_url
