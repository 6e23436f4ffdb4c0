"""The home page tells each role what waits for it, in few queries, and every figure leads to the rows behind it."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from chuangwen.cases.models import Case, State
from chuangwen.cases.tests.loop import Loop
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, clock
from chuangwen.overview import queries
from chuangwen.scoring.models import Scheme, ScoreRow, ScoreSheet
from chuangwen.web import navigation

ROLES = sorted(access.ROLES)
MOST_QUERIES = 25


@pytest.fixture
def busy(town):
    """A town at work: cases in every state, one of them late, two rounds with their index, one sheet to sign."""
    loop = Loop(town)
    for state in State:
        loop.at(state, description=f"问题{state.value}")
    Case.objects.filter(state=State.RECTIFYING).update(due_at=clock.now() - timedelta(days=1), urgency="overdue")
    make_rounds(town)
    return town


def make_rounds(town, prefix: str = "") -> None:
    scheme = Scheme.objects.create(name=f"{prefix}办法", kind="index", body={}, created_at=clock.now())
    for n in (1, 2):
        days = {"starts_on": clock.today() - timedelta(days=40 - n), "ends_on": clock.today() - timedelta(days=30 - n)}
        round = Round.objects.create(
            name=f"{prefix}第{n}轮", edition=town.edition, division=town.street, state=Round.State.RUNNING, **days
        )
        sheet = ScoreSheet.objects.create(round=round, scheme=scheme, computed_at=clock.now(), input_digest="0" * 64)
        exact = {"possible_exact": "100", "got_exact": "90"}
        amounts = {"possible": Decimal(100), "got": Decimal(90), "rate": Decimal(90 + n) / 100}
        ScoreRow.objects.create(sheet=sheet, level="index", key="", name="指数", order=0, **amounts, **exact)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_home_that_costs_few_queries(busy, sign_in, role, django_assert_max_num_queries):
    client = sign_in(role)
    client.get(reverse("home"))
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = client.get(reverse("home"))
    assert answer.status_code == 200


@pytest.mark.parametrize("role", ["clerk", "leader", "liaison", "unit_head", "inspector"])
def test_each_figure_opens_exactly_the_cases_that_it_counts(busy, sign_in, role):
    client = sign_in(role)
    figures = queries.home(busy.actors[role]).figures
    assert any(figure.value for figure in figures)
    page = client.get(reverse("home")).content.decode()
    for figure in figures:
        assert figure.url.replace("&", "&amp;") in page, figure.label
        assert client.get(figure.url).context["rows"].count == figure.value, figure.label


def test_what_is_late_stands_first_and_in_red(busy):
    shown = queries.home(busy.actors["liaison"])
    assert [case.state for case in shown.urgent][:1] == [State.RECTIFYING]
    assert {figure.tone for figure in shown.figures if "waiting=overdue" in figure.url} == {"bad"}


def test_where_the_campaign_stands_is_drawn_for_those_who_see_scores(busy):
    index = queries.home(busy.actors["leader"]).charts[0]
    assert list(index.categories) == ["第1轮", "第2轮"] and list(index.series[0].values) == [Decimal("91.00"), Decimal("92.00")]
    assert list(index.links) == [reverse("scoring:sheet", args=[sheet.pk]) for sheet in ScoreSheet.objects.order_by("pk")]
    assert queries.home(busy.actors["resident"]).charts == []


def test_nothing_of_another_town_is_on_the_page(busy, other_town, sign_in):
    make_rounds(other_town, "他镇")
    stranger = queries.home(other_town.actors["clerk"])
    assert sum(figure.value for figure in stranger.figures) == 0
    assert stranger.urgent == [] and stranger.changes == []
    assert {round.name for round in stranger.rounds} == {"他镇第1轮", "他镇第2轮"}
    page = sign_in("clerk", other_town).get(reverse("home")).content.decode()
    assert "问题" + State.RECTIFYING not in page and "河东街道创文办" not in page


def test_more_cases_cost_no_more_queries(busy, sign_in, django_assert_max_num_queries):
    case = Case.objects.filter(state=State.SCREENED).values("division", "reported_at", "source").get()
    facts = {"division_id": case["division"], "reported_at": case["reported_at"], "source": case["source"]}
    Case.objects.bulk_create(Case(state=State.SCREENED, description="很多", **facts) for _n in range(200))
    client = sign_in("clerk")
    client.get(reverse("home"))
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(reverse("home"))


def test_whoever_has_nothing_to_do_is_told_so(town, sign_in):
    answer = sign_in("resident").get(reverse("home"))
    assert answer.status_code == 200
    shown = queries.home(town.actors["resident"])
    assert not any(figure.value for figure in shown.figures) and not shown.rounds and not shown.charts


def test_somebody_unknown_is_asked_to_sign_in(client, db):
    for name in ("home", "map", "map-squares", "leader", "wall", "search"):
        assert client.get(reverse(name)).status_code == 302


def test_of_many_groups_only_those_in_use_are_unfolded_and_what_waits_stands_at_the_folded_one(sign_in):
    clerk = sign_in("clerk")

    def unfolded() -> dict[str, bool]:
        page = clerk.get("/").content.decode()
        return {key: bool(opened) for opened, key in re.findall(r'<details( open)?>\s*<summary data-nav="(\w+)">', page)}

    groups = unfolded()
    assert [key for key, opened in groups.items() if opened] == ["home"] and len(groups) > 6
    clerk.cookies[navigation.OPENED] = "cases.no-such.papers"
    assert [key for key, opened in unfolded().items() if opened] == ["home", "cases", "papers"]
    entry = navigation.ShownEntry("", "", "", False, 2, False)
    assert navigation.ShownGroup("cases", "", [entry, entry._replace(badge=None), entry]).waiting == 4
