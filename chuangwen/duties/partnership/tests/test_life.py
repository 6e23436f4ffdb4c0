"""A pair's life: paired, met, a package of their own, inputs that stand in the ledger once, teams, a result; and what reminds of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chuangwen.cases.tests.loop import make_photo
from chuangwen.duties.load import sources
from chuangwen.duties.load.checking import TooMuch
from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.partnership import actions, queries, reminding
from chuangwen.duties.partnership.models import Partnership, PartnershipInput
from chuangwen.duties.rhythm import proofs
from chuangwen.duties.sponsorship import actions as sponsorship
from chuangwen.duties.sponsorship.tests.ground import solved
from chuangwen.kernel import clock, workload
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.lives import NotNow
from chuangwen.kernel.models import AuditEntry
from chuangwen.ledger.errors import Doubles
from chuangwen.ledger.install import install_metrics
from chuangwen.ledger.models import Fact
from chuangwen.messaging.models import Notice, Received

from .ground import DAY, at, make_pair, running


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(at(DAY.day)):
        yield


@pytest.fixture
def clerk(town):
    return town.actors["clerk"]


def test_two_are_paired_once_and_both_sides_see_it(town, clerk):
    pair = make_pair(town)
    assert str(pair.contact_due) == "2026-11-30" and pair.state == "paired"
    with pytest.raises(Refusal, match="结对|paired"):
        make_pair(town)
    seen = {role: queries.pairs(town.actors[role]).count() for role in ("clerk", "leader", "liaison")}
    assert seen == {"clerk": 1, "leader": 1, "liaison": 1}
    assert set(pair.parties.values_list("unit", flat=True)) == {town.units["department"].pk, town.units["community"].pk}


def test_a_signed_plan_makes_its_pairs_on_one_tap_and_again_none(town, clerk):
    plan = solved(town, exact=False)
    with pytest.raises(Refusal):
        actions.draw_pairs(clerk, plan_id=plan.pk)
    sponsorship.sign_plan(town.actors["leader"], plan_id=plan.pk)
    made = actions.draw_pairs(clerk, plan_id=plan.pk)
    expected = set(plan.pairs.filter(sponsor__unit__isnull=False).values_list("sponsor__unit", "place__division"))
    assert {(pair.unit_id, pair.division_id) for pair in made} == expected and expected
    assert all(pair.pair.plan_id == plan.pk for pair in made), "leaders are persons and make no pair"
    assert actions.draw_pairs(clerk, plan_id=plan.pk) == []


def test_nothing_is_done_before_the_two_have_met(town, clerk):
    pair = make_pair(town)
    with pytest.raises(NotNow):
        actions.save_need(clerk, partnership_id=pair.pk, words="缺宣传栏")
    with pytest.raises(NotNow):
        actions.record_input(
            clerk, partnership_id=pair.pk, kind="goods", name="图书", quantity=Decimal(5), measure="册", day=clock.today()
        )
    actions.record_contact(clerk, partnership_id=pair.pk, day=DAY, what="实地查看")
    with pytest.raises(Refusal, match="套餐|ackage"):
        actions.adopt_package(clerk, partnership_id=pair.pk)
    actions.save_item(clerk, partnership_id=pair.pk, words="整理书屋", due_on=DAY)
    with pytest.raises(Refusal, match="套餐|ackage"):
        actions.save_item(clerk, partnership_id=pair.pk, words="清扫", due_on=DAY, progress=50)
    assert actions.adopt_package(clerk, partnership_id=pair.pk).state == "running"


def test_a_late_first_contact_stands_as_late(town, clerk):
    pair = make_pair(town)
    with clock.at(at(3, 12)):
        actions.record_contact(clerk, partnership_id=pair.pk, day=clock.today(), what="座谈")
    pair.refresh_from_db()
    assert pair.contacted_on > pair.contact_due
    assert AuditEntry.objects.filter(verb="duties.keep_partnership").latest("number").after["late"] is True


def test_what_was_put_in_stands_in_the_ledger_once_with_its_source(town, clerk):
    install_metrics()
    pair = running(town)
    facts = {"partnership_id": pair.pk, "kind": "goods", "name": "图书", "quantity": Decimal(500), "measure": "册", "day": clock.today()}
    row = actions.record_input(clerk, **facts, photos=[make_photo(clerk)])
    fact = Fact.objects.get()
    assert (row.fact, fact.metric.code, fact.quantity, fact.division, fact.source) == (fact, "books-given", 500, pair.division, "record")
    assert fact.source_url == pair.get_absolute_url() and fact.photos.count() == 1 and fact.entered_by_id == clerk.account_id
    assert actions.record_input(clerk, **facts, uid=row.uid) == row, "sent twice it is one"
    with pytest.raises(Doubles):
        actions.record_input(clerk, **facts)
    same = actions.record_input(clerk, **facts, double="leave")
    assert same.fact == fact and Fact.objects.count() == 1
    brick = actions.record_input(clerk, **facts | {"name": "水泥", "measure": "吨"})
    assert brick.fact is None, "no metric fits: it is in the pair's record alone"
    money = actions.record_input(clerk, **facts | {"kind": "money", "name": "包联单位投入", "quantity": Decimal("8000.50"), "measure": ""})
    assert (money.measure, money.value, money.fact.metric.code) == ("元", Decimal("8000.50"), "sponsor-funds")


def test_a_correction_is_a_new_record_here_and_in_the_ledger(town, clerk):
    install_metrics()
    pair = running(town)
    first = actions.record_input(
        clerk, partnership_id=pair.pk, kind="goods", name="图书", quantity=Decimal(500), measure="册", day=clock.today()
    )
    right = actions.correct_input(clerk, partnership_id=pair.pk, input_id=first.pk, quantity=Decimal(480), reason="点错了")
    first.refresh_from_db()
    assert (first.quantity, first.counts, right.counts, right.corrects) == (500, False, True, first)
    assert list(Fact.objects.filter(counts=True).values_list("amount", flat=True)) == [480 * 10_000]
    with pytest.raises(Refusal):
        actions.correct_input(clerk, partnership_id=pair.pk, input_id=first.pk, quantity=Decimal(1), reason="又改")
    gone = actions.correct_input(clerk, partnership_id=pair.pk, input_id=right.pk, take_back=True, reason="没有送到")
    assert gone.void and not Fact.objects.filter(counts=True).exists() and Fact.objects.count() == 3
    assert queries.totals(pair) == []
    assert PartnershipInput.objects.count() == 3, "nothing was edited or deleted"


def test_needs_progress_teams_and_the_result_make_the_history(town, clerk):
    pair = running(town)
    need, item = pair.needs.get(), pair.items.get()
    with pytest.raises(Refusal, match="原因|why"):
        actions.save_need(clerk, partnership_id=pair.pk, need_id=need.pk, words=need.words, kind=need.kind, state="left")
    actions.save_need(clerk, partnership_id=pair.pk, need_id=need.pk, words=need.words, kind=need.kind, state="met", answer="已更换")
    photo = make_photo(clerk)
    actions.save_item(
        clerk, partnership_id=pair.pk, item_id=item.pk, words=item.words, due_on=item.due_on, progress=100, need=need, photos=[photo]
    )
    visit = actions.plan_partner_visit(clerk, partnership_id=pair.pk, kind="medical", planned_on=DAY + timedelta(days=3))
    with clock.at(at(5)):
        held = actions.hold_partner_visit(clerk, partnership_id=pair.pk, visit_id=visit.pk, day=clock.today(), what="体检", came=5, served=80)
        actions.finish_pair(clerk, partnership_id=pair.pk, result="建成示范巷", reached=True)
    pair.refresh_from_db()
    item.refresh_from_db()
    need.refresh_from_db()
    assert (pair.state, pair.reached, item.done_on, need.settled_on) == ("finished", True, DAY, DAY)
    assert held.served == 80 and queries.served(pair) == 80 and pair.photos.get().item == item
    assert [event.step for event in pair.events.order_by("pk")] == [
        "pair", "contact", "need", "package", "adopt", "need", "progress", "visit", "visit", "finish",
    ]  # fmt: skip
    with pytest.raises(NotNow):
        actions.record_contact(clerk, partnership_id=pair.pk, day=DAY, what="再去一次")
    assert actions.reopen_pair(clerk, partnership_id=pair.pk).state == "running"
    assert actions.call_off_pair(clerk, partnership_id=pair.pk, reason="单位撤并").state == "called_off"
    assert pair.events.get(step="call_off").words == "结对终止：单位撤并"


def test_rows_of_another_pair_and_photos_of_others_are_not_taken(town, clerk):
    pair, other = running(town), running(town, unit="department2")
    with pytest.raises(Missing):
        actions.save_item(clerk, partnership_id=pair.pk, item_id=other.items.get().pk, words="x", due_on=DAY)
    strange = make_photo(town.actors["liaison"])
    with pytest.raises(Refusal):
        actions.record_contact(clerk, partnership_id=pair.pk, day=DAY, what="去了", photos=[strange])
    with pytest.raises(Denied):
        actions.finish_pair(town.actors["leader"], partnership_id=pair.pk, result="好", reached=True)


def test_somebody_else_s_change_is_told(town, clerk):
    pair = make_pair(town)
    actions.edit_pair(clerk, partnership_id=pair.pk, aim="书香村", contact_due=DAY, expected=1)
    with pytest.raises(Conflict):
        actions.edit_pair(clerk, partnership_id=pair.pk, aim="花园村", contact_due=DAY, expected=1)


def test_where_nothing_happens_the_unit_is_reminded_once_a_week(town, clerk):
    pair = make_pair(town)
    assert reminding.remind() == 0, "there is time"
    with clock.at(at(28)):
        assert reminding.remind() == 1
        assert reminding.remind() == 0
    with clock.at(at(6, 12)):
        assert reminding.remind() == 1
        assert "首次对接" in Notice.objects.latest("pk").text
        actions.record_contact(clerk, partnership_id=pair.pk, day=clock.today(), what="座谈")
    assert Received.objects.filter(account=town.accounts["liaison"]).count() == 2
    actions.save_partnership_settings(clerk, division=town.street, silent_days=10, rings=[1, 2])
    with clock.at(at(15, 12)):
        assert reminding.remind() == 0 and not Partnership.objects.filter(queries.silent(clock.today())).exists()
    with clock.at(at(17, 12)):
        assert Partnership.objects.filter(queries.silent(clock.today())).exists()
        assert reminding.remind() == 1
        assert "没有记录" in Notice.objects.latest("pk").text


def test_a_visit_proves_a_duty_and_is_load_of_both_sides(town, clerk):
    pair = running(town)
    department, community = town.units["department"].pk, town.units["community"].pk
    found = list(proofs.PROOFS["duties.partner_visit"].find([department, community], DAY, DAY))
    assert [(one.unit, one.day) for one in found] == [(department, DAY)]
    actions.plan_partner_visit(clerk, partnership_id=pair.pk, kind="legal", planned_on=DAY + timedelta(days=1))
    burdens = sources.burdens([department, community], DAY, DAY + timedelta(days=6), workload.VISITS)
    assert {(one.unit, one.planned, one.done) for one in burdens} == {
        (department, 1, 1), (community, 1, 1), (department, 1, 0), (community, 1, 0),
    }  # fmt: skip
    LoadLimit.objects.create(source=workload.VISITS, unit_kind="community", per_week=2)
    with pytest.raises(TooMuch):
        actions.plan_partner_visit(clerk, partnership_id=pair.pk, kind="medical", planned_on=DAY + timedelta(days=2))
    visit = pair.visits.get(held_on__isnull=True)
    actions.cancel_partner_visit(clerk, partnership_id=pair.pk, visit_id=visit.pk, reason="台风")
    actions.plan_partner_visit(clerk, partnership_id=pair.pk, kind="medical", planned_on=DAY + timedelta(days=2))


def test_coverage_goes_by_rings_from_the_centre(town, clerk):
    running(town)
    make_pair(town, unit="department2", place=1)
    site = town.sites[0]
    actions.save_partnership_settings(clerk, division=town.street, silent_days=30, rings=[0.5, 5], lat=site.lat, lon=site.lon)
    with CaptureQueriesContext(connection) as few:
        found = queries.coverage(clerk, town.street)
    assert [(row.division.name, row.place.active, row.place.waits) for row in found.places] == [
        (town.communities[0].name, True, False), (town.communities[1].name, False, True),
    ] or found.active == 1  # fmt: skip
    assert sum(ring.places for ring in found.rings) == 2 and found.share == 0.5 and found.is_set
    for unit in ("community", "community2", "office"):
        make_pair(town, unit=unit, place=1)
    with CaptureQueriesContext(connection) as many:
        queries.coverage(clerk, town.street)
    assert len(many) == len(few) <= 8


def test_every_step_is_in_the_trail_and_whoever_may_not_is_refused(town, clerk):
    pair = running(town)
    trail = AuditEntry.objects.filter(verb__in=("duties.keep_partnership", "duties.pair_units"))
    assert trail.count() == pair.events.count() == 5, "one entry for each step"
    for role in ("inspector", "resident"):
        with pytest.raises(Denied):
            actions.record_contact(town.actors[role], partnership_id=pair.pk, day=DAY, what="去了")
