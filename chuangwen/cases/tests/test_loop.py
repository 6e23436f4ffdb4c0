"""What each verb promises beside the state it leads to."""

import uuid
from datetime import timedelta

import pytest

from chuangwen.cases import actions, queries
from chuangwen.cases.errors import Incomplete, NoOwner, NotYours, SomebodyElse
from chuangwen.cases.models import Case, CaseParty, CasePhoto, LoopSettings, State
from chuangwen.cases.tests.loop import make_photo
from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, clock, events
from chuangwen.kernel.errors import Denied, Missing, Refusal
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Post
from chuangwen.standards.models import Responsibility
from chuangwen.testing.factories import LONG_AGO, make_account, make_unit


def code_of(caught) -> str:
    return caught.value.code


# Reporting


def test_a_report_takes_place_kind_and_point_from_what_is_known(loop):
    site = loop.town.sites[0]
    case = loop.report()
    assert (case.division, case.family, case.severity) == (site.division, loop.town.families["environment"], 2)
    assert (case.lat, case.lon) == (site.lat, site.lon)
    assert case.number == f"20261117-{case.pk:04d}"
    assert Case.objects.get(pk=case.pk).number == case.number


def test_a_point_from_a_phone_is_kept_as_given_and_shown_on_the_map_where_it_is(loop):
    case = loop.report(site=None, division=loop.town.communities[0], lat=21.66, lon=110.92, datum="gcj02")
    assert (case.given_lat, case.given_lon, case.datum) == (21.66, 110.92, "gcj02")
    assert 0.001 < abs(case.lat - 21.66) + abs(case.lon - 110.92) < 0.02
    with pytest.raises(Incomplete) as caught:
        loop.report(lat=121.66, lon=110.92)
    assert code_of(caught) == "cases.no_point" and set(caught.value.fields) == {"lat"}


def test_who_says_no_place_reports_in_their_own_area_and_a_resident_has_to_say_one(loop):
    assert loop.report(loop.clerk, site=None).division == loop.town.street
    with pytest.raises(Incomplete) as caught:
        loop.report(loop.actors["resident"], site=None)
    assert code_of(caught) == "cases.no_place"
    assert loop.report(loop.actors["resident"], source="resident").reported_by_id == loop.actors["resident"].account_id


@pytest.mark.parametrize(
    "facts", [{"description": "  "}, {"description": "长" * 501}, {"source": "gossip"}, {"severity": 9}, {"address": "路" * 201}]
)
def test_a_report_that_cannot_be_names_the_field(loop, facts):
    with pytest.raises(Incomplete) as caught:
        loop.report(**facts)
    assert set(caught.value.fields) == set(facts)
    assert Case.objects.count() == 0


def test_the_same_report_sent_twice_is_one_case(loop):
    uid = uuid.uuid4()
    first, second = loop.report(uid=uid), loop.report(uid=uid, description="别的")
    assert first.pk == second.pk and Case.objects.count() == 1
    assert first.events.count() == 1
    with pytest.raises(Incomplete) as caught:
        loop.report(loop.clerk, uid=uid)
    assert code_of(caught) == "cases.uid_taken", "another person does not learn of it"


def test_the_same_problem_at_the_same_site_within_the_window_is_a_rebound(loop):
    closed = loop.at(State.CLOSED)
    with clock.at(clock.now() + timedelta(days=30)):
        again = loop.report()
        assert again.rebound_of_id == closed.pk
        assert again.events.get().data["rebound_of"] == closed.number
        assert loop.report(kind=loop.town.kinds["parking"]).rebound_of_id is None, "another problem"
        assert loop.report(loop.clerk, site=loop.town.sites[2]).rebound_of_id is None, "another site"
    closed.refresh_from_db()
    assert closed.rebounded_at is not None
    with clock.at(clock.now() + timedelta(days=31)):
        assert loop.report().rebound_of_id is None, "the window is over"


def test_the_window_is_the_offices_to_set(loop):
    loop.at(State.CLOSED)
    actions.save_settings(loop.clerk, changes={"rebound_days": 2})
    with clock.at(clock.now() + timedelta(days=3)):
        assert loop.report().rebound_of_id is None
    assert LoopSettings.objects.get().rebound_days == 2


def test_a_rejected_rebound_was_none(loop):
    closed = loop.at(State.CLOSED)
    again = loop.report()
    loop.do("reject", again)
    closed.refresh_from_db()
    assert closed.rebounded_at is None


def test_a_rebound_by_hand_is_one_however_often_it_is_said(loop):
    closed = loop.at(State.CLOSED)
    with clock.at(clock.now() + timedelta(days=200)):
        again = actions.rebound(loop.clerk, case_id=closed.pk, description="又贴满了")
        assert actions.rebound(loop.clerk, case_id=closed.pk).pk == again.pk
    assert (again.state, again.site, again.kind, again.rebound_of_id) == (State.REPORTED, closed.site, closed.kind, closed.pk)
    assert closed.events.last().data == {"case": again.number}


def test_solving_on_the_spot_closes_at_once_and_needs_both_photos(loop):
    worker = loop.actors["grid_worker"]
    facts = {"description": "乱贴小广告", "measure": "当场清除", "site": loop.town.sites[0], "kind": loop.town.kinds["sticker"]}
    before, after = make_photo(worker), make_photo(worker)
    for photos in ({"before_photos": [before], "after_photos": []}, {"before_photos": [], "after_photos": [after]}):
        with pytest.raises(Incomplete) as caught:
            actions.solve_on_spot(worker, **facts, **photos)
        assert code_of(caught) == "cases.photos_missing"
    case = actions.solve_on_spot(worker, **facts, before_photos=[before], after_photos=[after])
    assert (case.state, case.solved_on_spot, case.in_time, case.rework) == (State.CLOSED, True, True, 0)
    assert set(case.photo_links.values_list("photo", "stage")) == {(before, "before"), (after, "after")}
    with pytest.raises(Incomplete) as caught:
        actions.solve_on_spot(worker, **facts, before_photos=[before], after_photos=[before])
    assert code_of(caught) == "cases.photo_reused"


# Photos


def test_photos_are_ones_own_and_an_after_photo_does_not_show_before(loop):
    before = make_photo(loop.actors["grid_worker"])
    case = loop.report(before_photos=[before])
    case = loop.do("sign_for", loop.do("dispatch", case))
    for photos, code in (([before], "cases.photo_unknown"), ([99_999], "cases.photo_unknown"), ([], "cases.photos_missing")):
        with pytest.raises(Incomplete) as caught:
            actions.submit(loop.unit, case_id=case.pk, measure="已清理", after_photos=photos)
        assert code_of(caught) == code
    Photo.objects.filter(pk=before).update(uploaded_by=loop.unit.account_id)
    with pytest.raises(Incomplete) as caught:
        actions.submit(loop.unit, case_id=case.pk, measure="已清理", after_photos=[before])
    assert code_of(caught) == "cases.photo_reused"
    assert Case.objects.get(pk=case.pk).state == State.RECTIFYING
    with pytest.raises(Incomplete) as caught:
        loop.report(before_photos=[make_photo(loop.actors["grid_worker"]) for _ in range(21)])
    assert code_of(caught) == "cases.too_many_photos"


# Screening, merging


def test_merged_cases_end_together_and_never_in_a_circle(loop):
    one, two, three = (loop.report(description=text) for text in "甲乙丙")
    actions.merge(loop.clerk, case_id=one.pk, into_id=two.pk)
    actions.merge(loop.clerk, case_id=two.pk, into_id=three.pk)
    one.refresh_from_db()
    assert one.merged_into_id == three.pk, "who was merged before goes along"
    for into, code in (
        (three, "cases.merge_itself"),
        (two, "cases.merge_merged"),
        (loop.at(State.REJECTED), "cases.merge_rejected"),
    ):
        with pytest.raises(Incomplete) as caught:
            actions.merge(loop.clerk, case_id=three.pk, into_id=into.pk)
        assert code_of(caught) == code


def test_a_merged_case_leaves_its_unit(loop):
    case = loop.do("merge", loop.at(State.DISPATCHED))
    assert not CaseParty.objects.filter(case=case).exists()
    assert (case.due_at, case.next_at, case.urgency) == (None, None, "none")


def test_reasons_are_asked_for(loop):
    for verb, state in (("reject", State.REPORTED), ("refuse", State.DISPATCHED), ("send_back", State.SUBMITTED)):
        with pytest.raises(Incomplete) as caught:
            loop.do(verb, loop.at(state), reason=" ")
        assert set(caught.value.fields) == {"reason"}


def without_local_units(loop):
    """Nobody stands for the place itself any more."""
    for name in ("community", "office"):
        unit = loop.town.units[name]
        unit.ends_on = clock.today() - timedelta(days=1)
        unit.save(update_fields=["ends_on"])


def test_screening_notes_the_unit_and_its_reason_or_leaves_the_case_ownerless(loop):
    assert loop.at(State.SCREENED).lead_unit == loop.town.units["community"], "the community stands for its place"
    without_local_units(loop)
    case = loop.at(State.SCREENED)
    assert (case.lead_unit, case.assigned_reason) == (None, "责任分工和属地均无对应单位，请指定。")
    assert list(queries.ownerless(loop.clerk)) == [case]
    Responsibility.objects.create(unit=loop.town.units["department"], kind=loop.town.kinds["sticker"], starts_on=LONG_AGO)
    case = loop.at(State.SCREENED)
    assert case.lead_unit == loop.town.units["department"]
    assert case.assigned_reason == "按问题种类的责任分工。"
    assert not case.parties.exists(), "the unit is not told yet"


# Dispatching


def test_dispatch_by_the_rules_says_why_and_brings_the_assisting_units(loop):
    units = loop.town.units
    Responsibility.objects.create(unit=units["department"], kind=loop.town.kinds["sticker"], starts_on=LONG_AGO)
    Responsibility.objects.create(unit=units["department2"], kind=loop.town.kinds["sticker"], part="assist", starts_on=LONG_AGO)
    case = actions.dispatch(loop.clerk, case_id=loop.report().pk)
    assert set(case.parties.values_list("unit", "part")) == {
        (units["department"].pk, "lead"),
        (units["department2"].pk, "assist"),
    }
    told = case.events.last().data
    assert (told["lead_name"], told["assist_names"], told["reason"]) == ("城管局", ["市场监督局"], case.assigned_reason)


def test_nobody_to_dispatch_to_is_said_plainly(loop):
    case = loop.report()
    without_local_units(loop)
    with pytest.raises(NoOwner) as caught:
        actions.dispatch(access.SYSTEM, case_id=case.pk)
    assert "请指定" in str(caught.value)


def test_a_case_goes_to_no_unit_of_another_town_nor_to_one_that_has_ended(loop, other_town):
    with pytest.raises(Incomplete) as caught:
        loop.do("dispatch", loop.report(), lead=other_town.units["department"])
    assert code_of(caught) == "cases.unit_elsewhere"
    bureau = make_unit("区城管局", division=loop.town.street.get_parent())
    assert loop.do("dispatch", loop.report(), lead=bureau).lead_unit == bureau, "the county's bureau answers for the street"
    bureau.ends_on = clock.today() - timedelta(days=1)
    bureau.save()
    with pytest.raises(Incomplete) as caught:
        loop.do("dispatch", loop.report(), lead=bureau)
    assert code_of(caught) == "cases.unit_ended"


def test_a_refused_case_goes_to_another_unit_which_sees_it_and_the_first_no_longer_does(loop):
    case = loop.at(State.REFUSED)
    case = loop.do("redispatch", case, lead=loop.town.units["department2"])
    assert list(case.parties.values_list("unit__name", "part")) == [("市场监督局", "lead")]
    with pytest.raises(Missing):
        loop.do("sign_for", case)
    assert case.binding


# Inside the unit


@pytest.fixture
def squad(loop):
    """A liaison of the squad below the department."""
    return actor_of(make_account("squad", loop.town.roles["liaison"], loop.squad, kind=Post.Kind.LIAISON))


def test_a_case_is_passed_on_below_signed_for_there_and_answered_there(loop, squad):
    case = loop.at(State.RECTIFYING)
    with pytest.raises(Missing):
        loop.do("submit", case, squad)
    case = loop.do("pass_on", case)
    assert (case.state, case.handling_unit, case.lead_unit) == (State.DISPATCHED, loop.squad, loop.town.units["department"])
    case = loop.do("submit", loop.do("sign_for", case, squad), squad)
    assert case.state == State.SUBMITTED
    assert case.events.last().unit == loop.squad


def test_it_is_not_passed_on_sideways_or_upwards(loop, squad):
    case = loop.at(State.DISPATCHED)
    for unit in (loop.town.units["department2"], loop.town.units["department"], loop.town.units["office"]):
        with pytest.raises(Incomplete) as caught:
            loop.do("pass_on", case, unit=unit)
        assert code_of(caught) == "cases.not_below"


def test_who_got_it_from_above_hands_it_back_and_does_not_refuse_it(loop, squad):
    case = loop.do("pass_on", loop.at(State.DISPATCHED))
    with pytest.raises(NotYours):
        loop.do("refuse", case, squad)
    case = loop.do("hand_back", case, squad)
    assert (case.state, case.handling_unit) == (State.DISPATCHED, loop.town.units["department"])
    with pytest.raises(NotYours):
        loop.do("sign_for", case, squad)
    with pytest.raises(Refusal) as caught:
        loop.do("hand_back", case)
    assert code_of(caught) == "cases.not_passed_on"


def test_an_assisting_unit_sees_and_remarks_and_does_no_more(loop):
    helper = actor_of(make_account("helper", loop.town.roles["liaison"], loop.town.units["department2"]))
    case = loop.do("dispatch", loop.report(), assists=[loop.town.units["department2"]])
    assert actions.comment(helper, case_id=case.pk, note="我们已派人").unit == loop.town.units["department2"]
    for verb in ("sign_for", "refuse", "pass_on", "ask_extension", "submit"):
        with pytest.raises(NotYours):
            loop.do(verb, case, helper)


# Checking


def test_who_submitted_it_does_not_pass_it(loop):
    case = loop.at(State.SUBMITTED)
    Case.objects.filter(pk=case.pk).update(submitted_by=loop.inspector.account_id)
    with pytest.raises(Refusal) as caught:
        loop.do("verify", case)
    assert code_of(caught) == "cases.own_work"


def test_verifying_and_closing_in_one_step_needs_both_rights(loop):
    case = loop.at(State.SUBMITTED)
    with pytest.raises(Denied):
        actions.verify(loop.inspector, case_id=case.pk, and_close=True)
    assert Case.objects.get(pk=case.pk).state == State.SUBMITTED, "nothing of it was kept"
    case = actions.verify(loop.clerk, case_id=case.pk, and_close=True)
    assert case.state == State.CLOSED and case.in_time is True


def test_closing_tells_whether_it_was_in_time_by_when_it_was_submitted(loop):
    start = clock.now()
    early, late = loop.at(State.RECTIFYING), loop.at(State.RECTIFYING)
    with clock.at(start + timedelta(days=1)):
        loop.do("submit", early)
    with clock.at(start + timedelta(days=10)):
        loop.do("submit", late)
        for case in (early, late):
            loop.do("close", loop.do("verify", case))
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.in_time, late.in_time) == (True, False)
    assert early.handled_minutes == 360 + 30, "Tuesday from nine, Wednesday until nine"


def test_work_done_while_deferred_is_in_time(loop):
    case = loop.at(State.DEFERRED)
    with clock.at(clock.now() + timedelta(days=20)):
        case = loop.do("close", loop.do("verify", loop.do("submit", case)))
    assert case.in_time is True and case.handled_minutes == 0


# Two at once


def test_an_old_version_is_answered_with_who_did_what(loop):
    case = loop.at(State.DISPATCHED)
    loop.do("sign_for", case)
    with pytest.raises(SomebodyElse) as caught:
        actions.pass_on(loop.unit, case_id=case.pk, unit=loop.squad, expected_version=case.version)
    assert loop.unit.name in str(caught.value) and "签收" in str(caught.value) and "09:00" in str(caught.value)
    assert caught.value.status == 409
    current = Case.objects.get(pk=case.pk)
    assert (
        actions.pass_on(loop.unit, case_id=case.pk, unit=loop.squad, expected_version=current.version).handling_unit == loop.squad
    )


def test_a_remark_disturbs_nobody(loop):
    case = loop.at(State.DISPATCHED)
    actions.comment(loop.clerk, case_id=case.pk, note="请尽快")
    assert loop.do("sign_for", case, expected_version=case.version).state == State.RECTIFYING


def test_what_fails_half_way_leaves_nothing(loop):
    case = loop.at(State.RECTIFYING)

    class Broken(Exception):
        pass

    def fail(event):
        raise Broken

    events._listeners[actions.base.CaseMoved].append(fail)
    try:
        with pytest.raises(Broken):
            loop.do("submit", case)
    finally:
        events._listeners[actions.base.CaseMoved].remove(fail)
    assert Case.objects.get(pk=case.pk).state == State.RECTIFYING
    assert not CasePhoto.objects.filter(case=case).exists()
    assert case.events.count() == 3


# Correcting


def test_the_reporter_corrects_until_somebody_has_looked(loop):
    resident = loop.actors["resident"]
    case = loop.report(resident, source="resident")
    case = actions.edit(resident, case_id=case.pk, changes={"description": "两面墙"})
    assert case.description == "两面墙"
    loop.do("screen", case)
    with pytest.raises(NotYours):
        actions.edit(resident, case_id=case.pk, changes={"description": "三面墙"})


def test_a_new_site_brings_its_place_and_another_towns_is_refused(loop, other_town):
    case = loop.at(State.SCREENED)
    case = actions.edit(loop.clerk, case_id=case.pk, changes={"site": loop.town.sites[1], "kind": loop.town.kinds["paving"]})
    assert (case.division, case.family) == (loop.town.sites[1].division, loop.town.families["infrastructure"])
    with pytest.raises(Denied):
        actions.edit(loop.clerk, case_id=case.pk, changes={"site": other_town.sites[0]})
    with pytest.raises(Incomplete):
        actions.edit(loop.clerk, case_id=case.pk, changes={"state": "closed"})
    version = case.version
    assert actions.edit(loop.clerk, case_id=case.pk, changes={"site": loop.town.sites[1]}).version == version, "nothing changed"


def test_the_system_may_do_everything(loop):
    assert loop.report(access.SYSTEM).reported_by_id is None
