"""Facts: entered once, corrected by new ones, counted once; who may do what; doubles are asked about."""

import random
import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from chuangwen.evidence.actions import take_in
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.ledger import actions, needs, queries
from chuangwen.ledger.errors import Doubles
from chuangwen.ledger.install import install_metrics, shipped
from chuangwen.ledger.models import Fact, Metric
from chuangwen.ledger.queries import Scope, Wanted
from chuangwen.ledger.tests.ground import DAY, enter, make_metric, new
from chuangwen.testing import factories
from chuangwen.testing.pictures import jpeg


@pytest.fixture(autouse=True)
def _today():
    with clock.at(datetime(2026, 11, 21, 10, tzinfo=clock.LOCAL)):
        yield


def total(metric, scope=None, source=None):
    return queries.all_totals(scope or Scope(DAY.replace(month=1, day=1), DAY), [metric], source)[0]


# -- entering and correcting ---------------------------------------------------------------------------------------------


def test_a_fact_is_entered_with_its_trail(town):
    metric = make_metric()
    fact = enter(town, metric, "315.5", source_words="台账第3页")
    assert fact.quantity == Decimal("315.5") and fact.counts and fact.starts_on == fact.ends_on == DAY
    entry = AuditEntry.objects.filter(verb="ledger.enter").latest("number")
    assert entry.after["ids"] == [fact.pk] and entry.object_id == str(fact.pk)


def test_the_same_uid_again_is_the_same_fact(town):
    metric, uid = make_metric(), uuid.uuid4()
    first = enter(town, metric, 5, uid=uid)
    assert enter(town, metric, 5, uid=uid).pk == first.pk
    assert Fact.objects.count() == 1


def test_a_correction_is_a_new_fact_and_only_the_newest_counts(town):
    metric, clerk = make_metric(), town.actors["clerk"]
    first = enter(town, metric, 315)
    second = actions.correct_fact(clerk, fact_id=first.pk, quantity=Decimal(351), reason="数字颠倒")
    third = actions.correct_fact(clerk, fact_id=second.pk, quantity=Decimal(350), reason="多数了一条")
    first.refresh_from_db()
    assert (first.amount, first.counts, third.corrects_id, third.origin_id) == (3150000, False, second.pk, first.pk)
    assert total(metric).value == 350 and total(metric).count == 1
    for one in (first, second, third):
        assert [each.pk for each in queries.chain_of(one)] == [first.pk, second.pk, third.pk]
    with pytest.raises(Conflict):
        actions.correct_fact(clerk, fact_id=first.pk, quantity=Decimal(1), reason="再改")
    with pytest.raises(Refusal):
        actions.correct_fact(clerk, fact_id=third.pk, quantity=Decimal(1), reason="  ")


def test_what_is_taken_back_counts_nothing_and_stays(town):
    metric, clerk = make_metric(), town.actors["clerk"]
    fact = enter(town, metric, 315)
    gone = actions.withdraw_fact(clerk, fact_id=fact.pk, reason="不是本单位做的")
    assert total(metric).count == 0 and gone.void and Fact.objects.count() == 2
    with pytest.raises(Conflict):
        actions.correct_fact(clerk, fact_id=gone.pk, quantity=Decimal(1), reason="恢复")


def test_the_database_keeps_a_chain_a_chain(town):
    metric, clerk = make_metric(), town.actors["clerk"]
    fact = enter(town, metric, 1)
    actions.correct_fact(clerk, fact_id=fact.pk, quantity=Decimal(2), reason="改")
    twice = Fact(
        metric=metric, amount=1, starts_on=DAY, ends_on=DAY, division=fact.division, unit=fact.unit, corrects=fact, origin=fact, reason="x",
        entered_at=clock.now(),
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.filter(pk=fact.pk).update(amount=-1)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"ends_on": DAY + timedelta(days=2)}, "day"),
        ({"starts_on": DAY + timedelta(days=1)}, "starts_on"),
        ({"out_of": Decimal(3)}, "out_of"),
        ({"ends_on": DAY.replace(year=1990)}, "day"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(town, more, field):
    with pytest.raises(Refusal) as refused:
        enter(town, make_metric(), 1, **more)
    assert field in refused.value.fields and not Fact.objects.exists()


def test_a_share_needs_its_whole_and_no_more_than_it(town):
    metric = make_metric("share")
    for quantity, whole in ((5, None), (5, Decimal(0)), (6, Decimal(5))):
        with pytest.raises(Refusal):
            enter(town, metric, quantity, out_of=whole)
    enter(town, metric, 482, out_of=Decimal(500))
    enter(town, metric, 95, out_of=Decimal(100), unit=town.units["community2"])
    assert total(metric).value == Fraction(577, 600) and total(metric).shown == 96


def test_a_place_outside_the_units_area_is_refused(town):
    with pytest.raises(Refusal) as refused:
        enter(town, make_metric(), 1, division=town.communities[1])
    assert refused.value.code == "ledger.place"


def test_evidence_is_ones_own_photo_and_comes_later_too(town):
    metric, clerk = make_metric(), town.actors["clerk"]
    own, other = take_in(clerk, jpeg(1)), take_in(town.actors["inspector"], jpeg(2))
    fact = enter(town, metric, 1, photos=[own.pk])
    assert [link.photo_id for link in fact.photos.all()] == [own.pk]
    with pytest.raises(Refusal):
        actions.add_photos(clerk, fact_id=fact.pk, photos=[other.pk])
    more = take_in(clerk, jpeg(3))
    actions.add_photos(clerk, fact_id=fact.pk, photos=[more.pk, own.pk])
    assert fact.photos.count() == 2


# -- doubles -------------------------------------------------------------------------------------------------------------


def test_the_same_thing_again_is_asked_about_and_each_answer_holds(town):
    metric = make_metric()
    fact = enter(town, metric, 10)
    with pytest.raises(Doubles) as asked:
        enter(town, metric, 12)
    assert asked.value.found == {0: [fact]} and Fact.objects.count() == 1
    assert actions.enter_facts(town.actors["clerk"], entries=[new(town, metric, 12)], decided={0: "leave"}) == []
    enter(town, metric, 12, decided="add")
    assert total(metric).value == 22
    enter(town, metric, 15, decided=f"correct:{fact.pk}")
    assert total(metric).value == 27 and Fact.objects.get(pk=fact.pk).counts is False
    with pytest.raises(Refusal):
        enter(town, metric, 15, decided="correct:999999")


def test_the_same_quantity_told_by_the_street_and_by_its_community_is_asked_about(town):
    metric = make_metric()
    enter(town, metric, 315)
    with pytest.raises(Doubles):
        enter(town, metric, 315, unit=town.units["office"])
    enter(town, metric, 316, unit=town.units["office"])
    enter(town, metric, 315, unit=town.units["community2"])
    assert total(metric).value == 315 + 316 + 315


def test_a_unit_is_told_of_anothers_double_and_may_not_correct_it(town):
    metric = make_metric()
    other = enter(town, metric, 315, unit=town.units["department2"])
    with pytest.raises(Doubles) as asked:
        enter(town, metric, 315, role="liaison", unit=town.units["department"])
    assert asked.value.fields == {"facts": []} and not asked.value.found[0][0].is_mine
    with pytest.raises(Missing):
        enter(town, metric, 315, role="liaison", unit=town.units["department"], decided=f"correct:{other.pk}")
    assert enter(town, metric, 315, role="liaison", unit=town.units["department"], decided="add").counts


def test_what_was_left_stays_left_though_the_double_is_gone(town):
    metric = make_metric()
    assert actions.enter_facts(town.actors["clerk"], entries=[new(town, metric, 5)], decided={0: "leave"}) == []
    with pytest.raises(Refusal):
        enter(town, metric, 5, decided="correct:12")


def test_other_days_places_and_operations_are_other_things(town):
    metric = make_metric()
    enter(town, metric, 10)
    enter(town, metric, 10, ends_on=DAY - timedelta(days=1))
    enter(town, metric, 10, operation="清洁家园")
    assert total(metric).value == 30
    assert total(metric, Scope(DAY, DAY, operation="清洁家园")).value == 10


def test_one_double_of_several_keeps_all_out_until_it_is_decided(town):
    one, other = make_metric(code="one"), make_metric(code="other")
    enter(town, one, 5)
    entries = [new(town, other, 7), new(town, one, 6)]
    with pytest.raises(Doubles) as asked:
        actions.enter_facts(town.actors["clerk"], entries=entries)
    assert set(asked.value.found) == {1} and Fact.objects.count() == 1
    assert len(actions.enter_facts(town.actors["clerk"], entries=entries, decided={1: "leave"})) == 1


# -- who -----------------------------------------------------------------------------------------------------------------


def test_the_office_records_for_all_units_units_for_themselves_grid_workers_what_is_theirs(town):
    metric = make_metric()
    own = enter(town, metric, 1, role="grid_worker")
    department = enter(town, metric, 2, role="liaison", unit=town.units["department"])
    for role, unit in (
        ("liaison", "community"),
        ("grid_worker", "department"),
        ("leader", "community"),
        ("inspector", "community"),
    ):
        with pytest.raises(Denied):
            enter(town, metric, 3, role=role, unit=town.units[unit])
    seen = {
        role: {fact.pk for fact in queries.facts(town.actors[role])}
        for role in ("clerk", "leader", "unit_head", "grid_worker", "resident")
    }
    assert seen["clerk"] == seen["leader"] == {own.pk, department.pk}
    assert seen["unit_head"] == {department.pk} and seen["grid_worker"] == {own.pk} and seen["resident"] == set()
    with pytest.raises(Missing):
        actions.correct_fact(town.actors["liaison"], fact_id=own.pk, quantity=Decimal(9), reason="改")
    with pytest.raises(Denied):
        actions.correct_fact(town.actors["leader"], fact_id=own.pk, quantity=Decimal(9), reason="改")


def test_another_town_sees_and_changes_nothing(town, other_town):
    fact = enter(town, make_metric(), 1)
    assert not queries.facts(other_town.actors["clerk"]).exists()
    with pytest.raises(Missing):
        actions.withdraw_fact(other_town.actors["clerk"], fact_id=fact.pk, reason="x")
    with pytest.raises(Denied):
        enter(town, fact.metric, 1, unit=other_town.units["office"])


# -- totals --------------------------------------------------------------------------------------------------------------


def test_a_fact_over_several_days_counts_on_the_last(town):
    metric = make_metric()
    enter(town, metric, 10, starts_on=DAY - timedelta(days=9))
    assert total(metric, Scope(DAY, DAY)).value == 10
    assert total(metric, Scope(DAY - timedelta(days=9), DAY - timedelta(days=1))).value is None


def test_a_stock_is_the_newest_of_each_place_and_stands_until_replaced(town):
    metric = make_metric("last")
    for days, quantity in ((30, 100), (10, 120)):
        enter(town, metric, quantity, ends_on=DAY - timedelta(days=days))
    enter(town, metric, 50, unit=town.units["community2"], ends_on=DAY - timedelta(days=20))
    assert total(metric, Scope(DAY, DAY)).value == 170
    assert total(metric, Scope(DAY, DAY - timedelta(days=15))).value == 150
    bars = queries.over_time(metric, Scope(DAY - timedelta(days=30), DAY), "day")
    assert [int(one.value) for _scope, one in bars][::10] == [100, 150, 170, 170]


def test_totals_by_places_units_and_operations_add_up_and_lead_on(town):
    metric = make_metric()
    enter(town, metric, 1, unit=town.units["office"])
    enter(town, metric, 2)
    enter(town, metric, 4, unit=town.units["community2"], operation="六乱整治")
    scope = Scope(DAY, DAY, division=town.street)
    for branches in (queries.by_division(metric, scope), queries.by_unit(metric, Scope(DAY, DAY, unit=town.units["office"]))):
        assert sorted(int(one.total.value) for one in branches) == [1, 2, 4]
        assert [one.itself for one in branches if one.total.value == 1] == [True]
    assert {one.name: int(one.total.value) for one in queries.by_operation(metric, scope)} == {"六乱整治": 4, "": 3}
    assert total(metric, Scope(DAY, DAY, division=town.communities[0])).value == 2
    assert total(metric, Scope(DAY, DAY, unit=town.units["community2"])).value == 4


def test_a_threshold_of_a_period_is_compared_with_such_a_period_alone(town):
    weekly = make_metric(code="weekly", direction="at_least", target=Decimal(5), span="week")
    enter(town, weekly, 4)
    monday = DAY - timedelta(days=DAY.weekday())
    assert total(weekly, Scope(monday, monday + timedelta(days=6))).kept is False
    assert total(weekly, Scope(DAY, DAY)).kept is None
    lamps = make_metric("share", direction="at_least", target=Decimal(96))
    enter(town, lamps, 96, out_of=Decimal(100))
    assert total(lamps, Scope(DAY, DAY)).kept is True


def test_the_number_of_queries_does_not_grow_with_the_facts(town):
    metrics = [make_metric(code=f"m{n}", adds="last" if n % 2 else "sum") for n in range(6)]
    clerk = town.actors["clerk"]

    def queries_of() -> int:
        with CaptureQueriesContext(connection) as counted:
            queries.all_totals(Scope(DAY - timedelta(days=90), DAY), metrics, queries.facts(clerk))
            queries.by_division(metrics[0], Scope(DAY - timedelta(days=90), DAY, division=town.street))
            queries.over_time(metrics[1], Scope(DAY - timedelta(days=90), DAY), "week")
        return len(counted)

    for metric in metrics:
        enter(town, metric, 1)
    few = queries_of()
    for n in range(1, 40):
        for metric in metrics:
            enter(town, metric, n, ends_on=DAY - timedelta(days=n), unit=town.units["community" if n % 2 else "community2"])
    assert queries_of() == few <= 8


class BruteForce(TestCase):
    """Totals over random histories of entries, corrections and withdrawals, against a walk over every chain."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 2**32), adds=st.sampled_from(Metric.Adds.values))
    def test_totals_equal_brute_force(self, seed, adds):
        town = factories.make_town(code=f"44090200{seed % 90 + 10:02d}00", prefix=f"t{seed}-")
        chance, clerk, metric = random.Random(seed), town.actors["clerk"], make_metric(adds)
        units = [town.units[name] for name in ("office", "community", "community2")]
        standing: dict[int, tuple] = {}
        for _step in range(chance.randint(1, 25)):
            quantity, base = Decimal(chance.randint(0, 99999)) / 100, Decimal(chance.randint(1000, 9999))
            base = base if adds == "share" else None
            word = chance.choice(("enter", "enter", "enter", "correct", "withdraw"))
            if word == "enter" or not standing:
                fact = enter(
                    town, metric, quantity, out_of=base, unit=chance.choice(units), ends_on=DAY - timedelta(days=chance.randint(0, 60)),
                    operation=f"{len(standing)}-{chance.random()}",
                )  # fmt: skip
            else:
                old = chance.choice(sorted(standing))
                del standing[old]
                if word == "withdraw":
                    actions.withdraw_fact(clerk, fact_id=old, reason="撤回")
                    continue
                fact = actions.correct_fact(clerk, fact_id=old, quantity=quantity, out_of=base, reason="改")
            standing[fact.pk] = (
                fact.ends_on,
                fact.unit_id,
                fact.division_id,
                Fraction(fact.quantity),
                Fraction(fact.out_of or 0),
            )
        scope = Scope(DAY - timedelta(days=40), DAY - timedelta(days=chance.randint(0, 5)))
        assert total(metric, scope).value == self.by_hand(adds, standing, scope)
        bars = queries.over_time(metric, scope, chance.choice(("day", "week", "month")))
        if adds in ("sum", "share"):
            assert sum(one.count for _within, one in bars) == total(metric, scope).count
        if adds == "last":
            assert bars[-1][1].value == self.by_hand(adds, standing, scope)

    @staticmethod
    def by_hand(adds, standing, scope):
        if adds == "last":
            newest = defaultdict(lambda: (scope.start.replace(year=1), 0, None))
            for pk, (day, unit, place, quantity, _base) in standing.items():
                if day <= scope.end:
                    newest[unit, place] = max(newest[unit, place], (day, pk, quantity))
            return sum(value for _day, _pk, value in newest.values()) if newest else None
        rows = [row for row in standing.values() if scope.start <= row[0] <= scope.end]
        if not rows:
            return None
        values = [row[3] for row in rows]
        if adds == "share":
            return sum(values) / sum(row[4] for row in rows)
        return {"sum": sum(values), "mean": Fraction(sum(values), len(values)), "max": max(values), "min": min(values)}[adds]


# -- what others ask -----------------------------------------------------------------------------------------------------


def test_what_a_duty_wants_is_fulfilled_by_a_fact_that_is_there_anyway(town):
    metric = make_metric()
    fact = enter(town, metric, 1)
    office, other = town.units["office"].path, town.units["department"].path
    wanted = [
        Wanted(metric.pk, office, DAY - timedelta(days=6), DAY),
        Wanted(metric.pk, other, DAY - timedelta(days=6), DAY),
        Wanted(metric.pk, office, DAY - timedelta(days=9), DAY - timedelta(days=1)),
    ]
    assert queries.recorded(wanted) == [[fact.pk], [], []]
    actions.withdraw_fact(town.actors["clerk"], fact_id=fact.pk, reason="误报")
    assert queries.recorded(wanted) == [[], [], []]


def test_a_room_on_the_right_says_who_needs_a_metric(town, monkeypatch):
    monkeypatch.setattr(needs, "_known", {})
    metric = make_metric()
    needs.register("later", lambda actor, keys: [needs.Need(key, "月报", None) for key in keys])
    needs.register("duties", lambda actor, keys: [needs.Need(key, "每周巡查", DAY, "/x/") for key in keys])
    assert [need.words for need in needs.of(town.actors["clerk"], [metric.pk])] == ["每周巡查", "月报"]


def test_what_is_known_of_a_day_need_not_be_asked(town):
    fact = enter(town, make_metric(), 1)
    unit = town.units["community"]
    assert queries.known(unit, DAY, unit.division) == {fact.metric_id: [fact]}


# -- the dictionary ------------------------------------------------------------------------------------------------------


def test_the_shipped_dictionary_is_whole_and_installs_once(db):
    assert 150 <= len(shipped()) <= 200
    assert install_metrics() == len(shipped()) and install_metrics() == 0
    Metric.objects.filter(code="banners").update(name="横幅悬挂", active=False)
    assert install_metrics() == 0 and Metric.objects.get(code="banners").name == "横幅悬挂"
    titles = [title for metric in shipped() for title in (metric.name, *metric.aliases)]
    assert len(titles) == len(set(titles))
    for metric in Metric.objects.all():
        metric.full_clean()


def test_how_a_metric_adds_up_stays_once_something_is_counted(town):
    clerk = town.actors["clerk"]
    metric = actions.save_metric(clerk, changes={"name": "捡拾烟头", "group": "市容整治", "measure": "个", "adds": "sum"})
    assert metric.code == "jsyt"
    actions.save_metric(clerk, metric_id=metric.pk, changes={"adds": "mean"})
    enter(town, metric, 5)
    with pytest.raises(Refusal):
        actions.save_metric(clerk, metric_id=metric.pk, changes={"adds": "sum"})
    with pytest.raises(Refusal):
        actions.save_metric(clerk, changes={"name": "捡拾烟头", "group": "市容整治", "measure": "个"})
    with pytest.raises(Refusal):
        actions.save_metric(clerk, metric_id=metric.pk, changes={"direction": "at_least", "target": None})
    with pytest.raises(Denied):
        actions.save_metric(town.actors["liaison"], metric_id=metric.pk, changes={"name": "别的"})
    metric = actions.save_metric(clerk, metric_id=metric.pk, changes={"active": False})
    with pytest.raises(Refusal):
        enter(town, metric, 6, operation="x")
    assert access.VERBS["ledger.edit_metrics"].default == {"clerk": "all"}


# -- what is due and not there -------------------------------------------------------------------------------------------


def test_what_is_due_and_not_there_is_listed_and_its_units_are_reminded_once_a_day(town):
    from chuangwen.ledger import missing
    from chuangwen.messaging.models import Received

    weekly = make_metric(code="weekly", reporter_kind="community", rhythm="week")
    other = make_metric(code="other", reporter_kind="community", rhythm="week")
    make_metric(code="monthly", reporter_kind="community", rhythm="month")
    with clock.at(datetime(2026, 11, 20, 10, tzinfo=clock.LOCAL)):
        enter(town, weekly, 3)
        enter(town, other, 0)
        found = missing.due(town.actors["clerk"], "week", DAY)
        assert (found.first, found.last) == (date(2026, 11, 16), date(2026, 11, 22))
        assert {one.unit: [metric.code for metric in one.metrics] for one in found.units} == {
            town.units["community"]: [], town.units["community2"]: ["weekly", "other"],
        }  # fmt: skip
        assert [one.unit for one in missing.due(town.actors["grid_worker"], "month", DAY).lacking] == []
        post = town.accounts["grid_worker"].person.posts.get()
        post.unit, post.kind = town.units["community2"], "liaison"
        post.save()
        assert actions.remind(town.actors["clerk"], rhythm="week", day=DAY) == 1
        assert actions.remind(town.actors["clerk"], rhythm="week", day=DAY) == 0
        assert [row.account for row in Received.objects.all()] == [town.accounts["grid_worker"]]
        with pytest.raises(Denied):
            actions.remind(town.actors["liaison"], rhythm="week", day=DAY)


def test_the_page_of_what_is_not_reported(town, sign_in):
    from django.urls import reverse

    make_metric(code="weekly", reporter_kind="community", rhythm="week")
    client = sign_in("clerk")
    for query in ({}, {"rhythm": "day"}, {"rhythm": "x", "day": "x"}, {"rhythm": "month", "day": "9999-12-31"}, {"day": "0001-01-01"}):
        assert client.get(reverse("ledger:missing"), query).status_code == 200
    page = client.get(reverse("ledger:missing"), {"rhythm": "week"}).content.decode()
    assert "第2社区居委会" in page and "指标weekly" in page
    assert client.post(reverse("ledger:remind"), {"rhythm": "week", "day": "2026-11-20"}).status_code == 303
