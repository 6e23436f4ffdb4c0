"""The leader's page says where we stand and how sure that is, what changed and why, what is late and with whom; every figure opens its rows."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from chuangwen.cases.models import Case, State
from chuangwen.kernel import clock
from chuangwen.kernel.errors import Denied, Refusal
from chuangwen.overview import actions, queries
from chuangwen.overview.models import Target
from chuangwen.overview.tests.conftest import case_links, score
from chuangwen.papers.models import Paper
from chuangwen.scoring.appraisal.models import Appraisal, AppraisalScheme
from chuangwen.scoring.models import ScoreRow, ScoreSheet
from chuangwen.testing.factories import make_site

MOST_QUERIES = 28


def target(town, rate="0.90"):
    return actions.set_target(
        town.actors["leader"],
        division=town.street,
        name="省级测评",
        rate=Decimal(rate),
        due_on=clock.today() + timedelta(days=60),
    )


def more_sites(town, count=40):
    """Sites that no round has seen, so that what was seen is a sample."""
    for _n in range(count):
        make_site(town.communities[0], town.types["market"])


def test_the_index_stands_beside_the_target_with_its_interval(at_work):
    more_sites(at_work)
    target(at_work)
    stood = queries.leader(at_work.actors["leader"]).standing
    assert round(stood.now.rate, 4) == 0.86 and round(stood.before.rate, 4) == 0.93
    assert stood.now.low < stood.now.rate < stood.now.high and stood.now.sites == 4
    assert round(stood.gap, 4) == -0.04


@pytest.mark.parametrize(("goal", "reached"), [("0.50", True), ("0.86", None), ("0.99", False)])
def test_a_target_within_the_interval_is_neither_reached_nor_missed(at_work, goal, reached):
    more_sites(at_work)
    target(at_work, goal)
    stood = queries.leader(at_work.actors["leader"]).standing
    assert stood.now.half > 0 and stood.reached is reached


def test_why_the_index_moved_adds_up_to_its_change(at_work):
    stood = queries.leader(at_work.actors["leader"]).standing
    assert stood.exact
    assert [(one.name, round(one.points, 4)) for one in stood.indicators] == [("指标0", -0.08), ("指标1", 0.01)]
    assert round(sum(one.points for one in stood.indicators) + stood.mix, 4) == round(stood.change, 4) == -0.07
    assert [one.name for one in stood.areas] == [at_work.communities[0].name, at_work.communities[1].name]
    assert [(one.name, round(one.points, 4)) for one in stood.lost] == [("指标0", 0.1), ("指标1", 0.04)]


def test_the_table_of_many_indicators_adds_up_to_the_change_on_screen_and_paper(town, sign_in):
    score(town, rates=((0.9,) * 8, (0.8, 0.82, 0.84, 0.86, 0.88, 0.94, 0.89, 0.92)))
    page = sign_in("leader").get(reverse("leader"))
    stood = page.context["stood"]
    for listed, others in ((6, stood.smaller), (4, stood.smaller_on_paper)):
        assert others.count == 8 - listed
        total = sum(one.points for one in stood.indicators[:listed]) + others.points + stood.mix
        assert abs(total - stood.change) < 0.0005
    assert "其余 2 项" in page.content.decode() and "其余 4 项" in page.content.decode()


def test_the_area_whose_rate_moved_most_stands_first_however_small_it_is(town):
    sheets = score(town, rates=((0.9, 0.9), (0.8, 0.7)))
    ScoreRow.objects.filter(sheet__in=sheets, level="area", key=town.communities[0].name).update(counted=100_000)
    areas = queries.leader(town.actors["leader"]).standing.areas
    assert [one.name for one in areas] == [town.communities[1].name, town.communities[0].name]


def test_only_comparable_rounds_stand_in_one_line(at_work):
    other = score(at_work, prefix="专项")[1]
    ScoreSheet.objects.filter(pk=other.pk).update(computed_at=clock.now())
    other.round.starts_on -= timedelta(days=90)
    other.round.save()
    names = {reading.row.sheet.round.name for reading in queries.leader(at_work.actors["leader"]).standing.readings}
    assert names == {"第1次月测", "第2次月测"}


def test_every_number_opens_exactly_the_cases_that_it_counts(at_work, sign_in):
    client = sign_in("leader")
    links = case_links(client.get(reverse("leader")).content.decode())
    assert len(links) >= 12 and any(number for _url, number in links)
    wrong = [(url, number, count) for url, number in links if (count := client.get(url).context["rows"].count) != number]
    assert wrong == []


def test_the_week_is_compared_with_the_one_before(at_work):
    figures = {one.label: one for one in queries.leader(at_work.actors["leader"]).figures}
    reported = figures["上报"]
    assert (
        reported.now + reported.before == Case.objects.filter(reported_at__lt=midnight()).count()
        and reported.now > 0 < reported.before
    )
    assert figures["办结"].now > 0 < figures["到期未办"].now
    assert sum(mover.change for mover in reported.places) == reported.change


def midnight():
    return clock.now().astimezone(clock.LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)


def test_what_is_late_is_with_units_and_most_comes_first(at_work):
    shown = queries.leader(at_work.actors["leader"])
    late = Case.objects.filter(state__in=("dispatched", "rectifying"), urgency="overdue").count()
    assert shown.late_total == late > 0
    assert [one.late for one in shown.late] == sorted((one.late for one in shown.late), reverse=True)


def test_a_checked_paper_and_a_computed_sheet_wait_for_the_leader_and_not_for_the_clerk(at_work):
    facts = {"kind": "work_report", "division": at_work.street, "paper_date": clock.today(), "created_at": clock.now()}
    for state in ("draft", "checked"):
        Paper.objects.create(title=state, state=state, **facts)
    assert [one.title for one in queries.leader(at_work.actors["leader"]).to_sign if one.icon == "file-text"] == ["checked"]
    assert {one.icon for one in queries.leader(at_work.actors["leader"]).to_sign} == {"file-text", "trophy"}
    assert queries.leader(at_work.actors["clerk"]).to_sign == []


def test_a_settled_appraisal_waits_for_the_leader_too_and_all_that_waits_is_counted(at_work):
    leader = at_work.actors["leader"]
    before = queries.leader(leader).to_sign_total
    facts = {
        "division": at_work.street,
        "period": "month",
        "label": "2026年10月",
        "ends_on": clock.today(),
        "computed_at": clock.now(),
    }
    scheme = AppraisalScheme.objects.create(name="月度办法", period="month", body={}, created_at=clock.now())
    for n, state in enumerate(["settled"] * 9 + ["open"]):
        days = clock.today() - timedelta(days=31 * n)
        Appraisal.objects.create(
            scheme=scheme, starts_on=days, state=state, opened_at=clock.now(), objections_until=clock.now(), **facts
        )
    shown = queries.leader(leader)
    assert "2026年10月 月度办法" in {one.title for one in shown.to_sign}
    assert (len(shown.to_sign), shown.to_sign_total) == (8, before + 9)


def test_nothing_of_another_town_is_counted(at_work, other_town):
    shown = queries.leader(other_town.actors["leader"])
    assert shown.standing.readings == [] and shown.late == [] and not any(one.now or one.before for one in shown.figures)


def test_an_empty_office_is_told_what_is_missing(town, sign_in):
    page = sign_in("leader").get(reverse("leader")).content.decode()
    assert "还没有计分的轮次" in page and "没有单位逾期" in page and "没有待签的文书" in page


def test_the_page_costs_the_same_with_many_cases(at_work, sign_in, django_assert_max_num_queries, django_assert_num_queries):
    client = sign_in("leader")
    client.get(reverse("leader"))
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        client.get(reverse("leader"))
    case = Case.objects.filter(state=State.SCREENED).values("division", "reported_at", "source").first()
    facts = {"division_id": case["division"], "reported_at": case["reported_at"], "source": case["source"]}
    Case.objects.bulk_create(Case(state=State.SCREENED, description="很多", **facts) for _n in range(300))
    with django_assert_num_queries(len(few)):
        client.get(reverse("leader"))


@pytest.mark.parametrize("role", ["liaison", "unit_head", "inspector", "resident", "system_admin"])
def test_it_is_for_leaders_and_clerks_alone(town, sign_in, role):
    assert sign_in(role).get(reverse("leader")).status_code == 403
    with pytest.raises(Denied):
        actions.set_target(town.actors[role], division=town.street, name="x", rate=Decimal("0.9"), due_on=clock.today())


def test_home_leads_to_it_in_one_tap(town, sign_in):
    assert f'href="{reverse("leader")}"' in sign_in("leader").get(reverse("home")).content.decode()
    assert f'href="{reverse("leader")}"' not in sign_in("liaison").get(reverse("home")).content.decode()


def test_a_target_is_set_on_a_page_and_replaced(town, sign_in):
    client = sign_in("leader")
    facts = {"division": town.street.pk, "name": "国家测评", "percent": "92.5", "due_on": "2027-03-01"}
    assert client.post(reverse("leader-target"), facts).status_code == 303
    assert client.post(reverse("leader-target"), facts | {"percent": "95"}).status_code == 303
    assert Target.objects.get().rate == Decimal("0.95")
    assert 'value="95' in client.get(reverse("leader-target")).content.decode()
    assert client.post(reverse("leader-target"), facts | {"percent": "101"}).status_code == 422
    with pytest.raises(Refusal):
        actions.set_target(town.actors["leader"], division=town.street, name="x", rate=Decimal("1.2"), due_on=clock.today())


def test_a_target_of_another_town_cannot_be_set(town, other_town):
    with pytest.raises(Denied):
        actions.set_target(town.actors["leader"], division=other_town.street, name="x", rate=Decimal("0.9"), due_on=clock.today())
