"""From records to a forecast, a plan of repairs and visits, and their pages."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from chuangwen.cases.models import Case, State
from chuangwen.fieldwork.models import Observation, Round
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Denied, Missing, Refusal
from chuangwen.places.models import Site
from chuangwen.scoring.install import install_schemes
from chuangwen.scoring.models import Scheme
from chuangwen.scoring.outlook import actions, forecasting, gathering, queries
from chuangwen.standards.models import ChecklistItem
from chuangwen.testing import factories

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ROUNDS = 3


@pytest.fixture
def few(monkeypatch):
    """So small a town is forecast from less."""
    for name, value in {"DRAWS": 40, "PAST_DRAWS": 20, "FEWEST_BEFORE": 5, "FEWEST_IN_ROUND": 5}.items():
        monkeypatch.setattr(forecasting, name, value)


def markets(town):
    """The six that are looked at in every round."""
    return list(Site.objects.filter(division=town.street, type=town.types["market"]).order_by("pk"))


@pytest.fixture
def town(db, few):
    """Three months of a market and its criteria, graded by what was lost."""
    town = factories.make_town()
    install_schemes()
    for criterion in town.criteria:
        ChecklistItem.objects.get_or_create(site_type=town.types["market"], criterion=criterion, defaults={"text": criterion.text})
    for _ in range(6):
        factories.make_site(town.street, town.types["market"])
    today = clock.today()
    for back in range(ROUNDS, 0, -1):
        day = today - timedelta(days=30 * back)
        round = Round.objects.create(
            name=f"第{back}轮", kind=Round.Kind.MONTHLY, state=Round.State.CLOSED, edition=town.edition, division=town.street,
            starts_on=day, ends_on=day,
        )  # fmt: skip
        Observation.objects.bulk_create(
            Observation(
                round=round, site=site, criterion=criterion, area=town.street, observed_on=day,
                loss=Decimal("0.3") if (number + place) % 3 == 0 else Decimal(0),
            )
            for number, site in enumerate(markets(town)) for place, criterion in enumerate(town.criteria)
        )  # fmt: skip
    return town


def plan_of(town, **changes):
    given = {
        "name": "方案", "division": town.street, "edition": town.edition, "scheme": Scheme.objects.get(kind="loss_per_observation"),
        "thresholds": ["85", "90"], "counts": {town.types["market"].pk: 3},
    }  # fmt: skip
    return actions.save_plan(changes.pop("actor", SYSTEM), **given | changes)


def open_case(town, site, criterion, **more):
    return Case.objects.create(
        source="round", description="地面有垃圾", site=site, criterion=criterion, division=town.street,
        reported_at=clock.now() - timedelta(days=2), state=State.SCREENED, number=f"20260101-{Case.objects.count() + 1}", **more,
    )  # fmt: skip


def test_a_forecast_says_what_it_rests_on_and_the_same_records_give_the_same_figures(town):
    plan = plan_of(town)
    one, other = actions.forecast(SYSTEM, plan=plan), actions.forecast(SYSTEM, plan=plan)
    assert (one.mean, one.low, one.high, one.chances) == (other.mean, other.low, other.high, other.chances)
    assert one.low <= one.mean <= one.high and set(one.chances) == {"85", "90"}
    assert one.evidence["observations"] == ROUNDS * 6 * len(town.criteria)
    assert one.evidence["oldest"] == (clock.today() - timedelta(days=30 * ROUNDS)).isoformat()
    assert queries.latest_forecast(SYSTEM) == other


def test_past_rounds_are_forecast_from_what_was_known_before_them_and_compared(town):
    plan = plan_of(town)
    actions.forecast(SYSTEM, plan=plan)
    rows = queries.past_forecasts(plan)
    assert [row.target for row in rows] == ["第2轮", "第1轮"], "before the first nothing was known"
    assert [row.evidence["observations"] for row in rows] == [6 * len(town.criteria), 12 * len(town.criteria)]
    assert all(row.actual is not None and 0 <= row.rank <= 1 for row in rows)
    found = queries.calibration_of(plan)
    assert all(each.of == 2 for each in found.coverage)


def test_an_open_case_lowers_the_forecast_and_closing_it_raises_it_by_the_gain_that_was_told(town):
    plan = plan_of(town)
    before = actions.forecast(SYSTEM, plan=plan)
    case = open_case(town, markets(town)[0], town.criteria[0])
    lowered = actions.forecast(SYSTEM, plan=plan)
    assert lowered.mean < before.mean
    row = lowered.repairs.get(case=case)
    assert float(before.mean - lowered.mean) == pytest.approx(float(row.gain), abs=2e-6)
    Case.objects.filter(pk=case.pk).update(state=State.CLOSED, closed_at=clock.now())
    assert actions.forecast(SYSTEM, plan=plan).mean == before.mean


def test_the_best_repairs_are_those_that_gain_most_per_hour_and_closed_ones_go(town):
    plan = plan_of(town)
    cases = [open_case(town, site, town.criteria[0], family=town.kinds["sticker"].family) for site in markets(town)[:3]]
    actions.set_effort(SYSTEM, family=town.kinds["sticker"].family, hours=Decimal("2"))
    actions.forecast(SYSTEM, plan=plan)
    best = queries.best_repairs(SYSTEM, limit=2)
    assert len(best) == 2 and all(each.hours == Decimal("2.0") and each.gain > 0 for each in best)
    Case.objects.filter(pk=best[0].case).update(state=State.CLOSED, closed_at=clock.now())
    assert best[0].case not in {each.case for each in queries.best_repairs(SYSTEM)}
    forecast = queries.latest_forecast(SYSTEM)
    shown = queries.repair_plan(SYSTEM, forecast, Decimal("4"))
    assert {row.case_id for row in shown.rows} == {case.pk for case in cases} - {best[0].case} and shown.plan.proven
    assert queries.repair_plan(SYSTEM, forecast, Decimal("1")).rows == []


def test_what_is_asked_for_the_leaders_page_costs_two_queries(town, django_assert_num_queries):
    plan = plan_of(town)
    for site in markets(town):
        open_case(town, site, town.criteria[0])
    actions.forecast(SYSTEM, plan=plan)
    with django_assert_num_queries(1):
        queries.latest_forecast(SYSTEM)
    with django_assert_num_queries(2):
        assert len(queries.best_repairs(SYSTEM, limit=5)) == 5


def test_another_town_sees_nothing_of_it(town):
    actions.forecast(SYSTEM, plan=plan_of(town))
    other = factories.make_town("440903003000", "河西街道", "西")
    assert queries.latest_forecast(town.actors["leader"]) is not None
    assert queries.latest_forecast(other.actors["leader"]) is None


def test_who_may_not_is_refused(town):
    plan = plan_of(town)
    for role in ("liaison", "inspector"):
        with pytest.raises(Denied):
            actions.forecast(town.actors[role], plan=plan)
        with pytest.raises(Denied):
            actions.save_plan(
                town.actors[role], name="x", division=town.street, edition=town.edition, scheme=plan.scheme, thresholds=["85"], counts={}
            )


@pytest.mark.parametrize("thresholds", [[], ["0"], ["101"], ["x"], ["85.123"], ["80", "81", "82", "83", "84", "85"]])
def test_thresholds_that_are_none_are_refused(town, thresholds):
    with pytest.raises(Refusal) as refused:
        plan_of(town, thresholds=thresholds)
    assert "thresholds" in refused.value.fields


def test_a_scheme_of_deductions_cannot_be_forecast(town):
    with pytest.raises(Refusal):
        plan_of(town, scheme=Scheme.objects.get(kind="deduction"))


def test_a_plan_that_draws_nothing_is_refused_in_words(town):
    with pytest.raises(Refusal, match="测评方案"):
        actions.forecast(SYSTEM, plan=plan_of(town, counts={}))


def test_hours_come_from_the_table_then_from_closed_cases_then_from_the_usual(town):
    kind = town.kinds["sticker"]
    assert gathering.Efforts().of(kind.pk, kind.family_id).source == "usual"
    for minutes in (60, 120, 180, 240, 300):
        case = open_case(town, markets(town)[0], town.criteria[0], kind=kind, family=kind.family, handled_minutes=minutes)
        Case.objects.filter(pk=case.pk).update(state=State.CLOSED, closed_at=clock.now())
    assert gathering.Efforts().of(kind.pk, kind.family_id) == gathering.Effort(180, "kind", 5)
    actions.set_effort(SYSTEM, family=kind.family, hours=Decimal("1.5"))
    assert gathering.Efforts().of(kind.pk, kind.family_id).minutes == 90
    actions.set_effort(SYSTEM, kind=kind, hours=Decimal("3"))
    assert gathering.Efforts().of(kind.pk, kind.family_id).minutes == 180
    actions.set_effort(SYSTEM, kind=kind, hours=None)
    assert gathering.Efforts().of(kind.pk, kind.family_id).minutes == 90


def test_the_pages_show_the_forecast_and_the_plan_and_export_it(town):
    plan = plan_of(town)
    open_case(town, markets(town)[0], town.criteria[0])
    forecast = actions.forecast(SYSTEM, plan=plan)
    client = Client()
    client.force_login(town.accounts["clerk"], backend=BACKEND)
    assert client.get("/scoring/outlook/").headers["Location"] == forecast.address
    page = client.get(forecast.address).content.decode()
    assert "达到 85 分的可能" in page and f"{forecast.mean * 100:.2f}" in page
    assert "第1轮" in client.get(f"{forecast.address}past/").content.decode()
    following = client.get(f"{forecast.address}next/?hours=100&visits=3").content.decode()
    assert "地面有垃圾" in following and "已证明" in following
    for name in ("repairs", "visits"):
        answer = client.get(f"{forecast.address}next/{name}.xlsx?hours=100&visits=3")
        assert answer.status_code == 200 and answer.content[:2] == b"PK"


def test_a_forecast_that_is_not_there_is_missing(town):
    with pytest.raises(Missing):
        actions.forecast(town.actors["clerk"], plan=type("Gone", (), {"pk": 0})())
