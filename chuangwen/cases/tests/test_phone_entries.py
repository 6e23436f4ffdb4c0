"""What is entered on a phone is done by the rules of the loop; what has moved on meanwhile is told, and the person chooses."""

import uuid
from datetime import timedelta

import pytest

from chuangwen.cases import phone_entries as handle
from chuangwen.cases.actions import merge
from chuangwen.cases.models import Case, CaseEvent, State
from chuangwen.cases.tests.loop import make_photo
from chuangwen.evidence.models import Photo
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.phone.entries import DROP, Clash, Incoming


def entry(actor: Actor, *, choice: str = "", at=None, **data) -> Incoming:
    """An entry with its photos: values that are primary keys of photos in the named parts become their uids."""
    photos = {}
    for part in ("photos", "before", "after"):
        if part in data:
            found = Photo.objects.in_bulk(data[part])
            data[part] = [str(found[key].uid) for key in data[part]]
            photos |= {photo.uid: photo for photo in found.values()}
    return Incoming(uuid.uuid4(), "cases.any", at or clock.now(), data, photos, choice)


def choices(clash) -> list[str]:
    return [code for code, _label in clash.value.choices]


@pytest.fixture
def worker(loop):
    return loop.actors["grid_worker"]


# reports


def test_a_report_becomes_a_case_with_its_photos_at_the_time_it_was_made(loop, worker):
    made = clock.now() - timedelta(hours=5)
    sent = entry(
        worker, at=made, site=loop.town.sites[0].pk, kind=loop.town.kinds["sticker"].pk, severity=3, text="墙上有小广告",
        lat=21.66, lon=110.92, photos=[make_photo(worker)],
    )  # fmt: skip
    result = handle.report(worker, sent)
    case = Case.objects.get(pk=result["case"])
    assert (case.description, case.severity, case.state, case.reported_at) == ("墙上有小广告", 3, "reported", made)
    assert case.photo_links.get().stage == "before" and result["number"] == case.number and case.uid == sent.uid
    assert (case.lat, case.lon) == (21.66, 110.92)


def test_a_report_without_words_says_the_kind_and_one_without_anything_is_refused(loop, worker):
    result = handle.report(worker, entry(worker, kind=loop.town.kinds["parking"].pk, site=loop.town.sites[0].pk))
    assert Case.objects.get(pk=result["case"]).description == "机动车乱停放"
    with pytest.raises(Refusal) as problem:
        handle.report(worker, entry(worker, site=loop.town.sites[0].pk))
    assert problem.value.status == 422


def test_the_same_problem_at_the_same_site_is_told_and_so_is_a_rebound(loop, worker):
    site, kind = loop.town.sites[0], loop.town.kinds["sticker"]
    first = loop.report()
    again = entry(worker, site=site.pk, kind=kind.pk)
    handle.report(worker, again)
    assert first.number in again.notes[0]
    closed = loop.at(State.CLOSED, kind=loop.town.kinds["paving"])
    back = entry(worker, site=site.pk, kind=closed.kind_id)
    result = handle.report(worker, back)
    assert closed.number in back.notes[0] and Case.objects.get(pk=result["case"]).rebound_of == closed


@pytest.mark.parametrize(
    "data",
    [{"site": 10**9}, {"site": "1"}, {"kind": True}, {"lat": "north", "lon": 1}, {"datum": "moon"}, {"lat": 95.0, "lon": 1.0},
     {"photos": ["no identifier"]}, {"photos": 7}, {"photos": [str(uuid.uuid4())]}, {"severity": 9}],
)  # fmt: skip
def test_what_is_not_whole_is_refused_with_a_sentence_and_stores_nothing(loop, worker, data):
    sent = Incoming(uuid.uuid4(), "cases.report", clock.now(), {"text": "x", "site": loop.town.sites[0].pk} | data)
    with pytest.raises(Refusal) as problem:
        handle.report(worker, sent)
    assert problem.value.status == 422 and str(problem.value) and not Case.objects.exists()


def test_a_report_outside_ones_area_is_refused(loop, worker, other_town):
    with pytest.raises(Refusal) as problem:
        handle.report(worker, entry(worker, text="x", site=other_town.sites[0].pk))
    assert problem.value.status in (403, 422) and not Case.objects.exists()


def test_solved_on_the_spot_is_closed_at_once_and_needs_both_photos(loop, worker):
    facts = {"site": loop.town.sites[0].pk, "kind": loop.town.kinds["sticker"].pk, "measure": "当场清除"}
    result = handle.solved_on_spot(worker, entry(worker, before=[make_photo(worker)], after=[make_photo(worker)], **facts))
    case = Case.objects.get(pk=result["case"])
    assert case.state == State.CLOSED and case.solved_on_spot and case.lead_unit == loop.town.units["community"]
    assert sorted(case.photo_links.values_list("stage", flat=True)) == ["after", "before"] and result["done"] == "report"
    with pytest.raises(Refusal) as problem:
        handle.solved_on_spot(worker, entry(worker, before=[make_photo(worker)], **facts))
    assert problem.value.code == "cases.photos_missing"


def test_a_problem_that_was_reported_is_solved_on_the_spot_unless_it_was_dispatched_meanwhile(loop, worker):
    case = loop.report(loop.clerk, before_photos=[make_photo(loop.clerk)])
    sent = {"case": case.pk, "version": case.version, "measure": "当场清除", "after": [make_photo(worker)]}
    assert handle.solved_on_spot(worker, entry(worker, **sent))["state"] == State.CLOSED

    other = loop.report(loop.clerk, before_photos=[make_photo(loop.clerk)])
    sent |= {"case": other.pk, "version": other.version, "after": [make_photo(worker)]}
    loop.do("dispatch", other)
    with pytest.raises(Clash) as clash:
        handle.solved_on_spot(worker, entry(worker, **sent))
    assert choices(clash) == ["remark", DROP]
    handle.solved_on_spot(worker, entry(worker, choice="remark", **sent))
    remark = CaseEvent.objects.get(case=other, verb="comment")
    assert "当场清除" in remark.note and remark.photo_links.count() == 1


# a unit's answers


def test_an_answer_submits_the_case_with_its_photo(loop):
    case = loop.at(State.RECTIFYING)
    sent = entry(loop.unit, case=case.pk, version=case.version, measure="已清理干净", after=[make_photo(loop.unit)])
    result = handle.answer(loop.unit, sent)
    case.refresh_from_db()
    assert case.state == State.SUBMITTED and case.measure == "已清理干净" and sent.notes == []
    assert result == {
        "case": case.pk, "number": case.number, "version": case.version, "state": "submitted", "done": "submit",
        "state_label": str(case.get_state_display()),
    }  # fmt: skip


def test_what_one_did_oneself_without_signal_is_no_conflict(loop):
    case = loop.at(State.DISPATCHED)
    seen = case.version
    handle.sign_for(loop.unit, entry(loop.unit, case=case.pk, version=seen))
    handle.ask_time(loop.unit, entry(loop.unit, case=case.pk, version=seen, days=2, reason="需采购材料"))
    result = handle.answer(
        loop.unit, entry(loop.unit, case=case.pk, version=seen, measure="已修复", after=[make_photo(loop.unit)])
    )
    assert result["state"] == State.SUBMITTED


def test_a_case_that_changed_is_told_with_who_did_what_and_can_be_answered_all_the_same(loop):
    case = loop.at(State.RECTIFYING)
    seen = case.version
    loop.do("edit", case)
    sent = {"case": case.pk, "version": seen, "measure": "已清理", "after": [make_photo(loop.unit)]}
    with pytest.raises(Clash) as clash:
        handle.answer(loop.unit, entry(loop.unit, **sent))
    assert loop.clerk.name in str(clash.value) and choices(clash) == ["anyway", "remark", DROP]
    assert Case.objects.get(pk=case.pk).state == State.RECTIFYING, "nothing was guessed"
    assert handle.answer(loop.unit, entry(loop.unit, choice="anyway", **sent))["state"] == State.SUBMITTED


@pytest.mark.parametrize("state", [State.SUBMITTED, State.CLOSED])
def test_a_case_that_went_on_without_the_answer_takes_it_as_a_remark_with_its_photos(loop, state):
    case = loop.at(state)
    sent = {"case": case.pk, "version": 2, "measure": "已清理干净", "after": [make_photo(loop.unit)]}
    with pytest.raises(Clash) as clash:
        handle.answer(loop.unit, entry(loop.unit, **sent))
    assert choices(clash) == ["remark", DROP] and case.number in str(clash.value)
    result = handle.answer(loop.unit, entry(loop.unit, choice="remark", **sent))
    event = CaseEvent.objects.filter(case=case).latest("pk")
    assert result["done"] == "comment" and "已清理干净" in event.note and event.photo_links.get().stage == "other"
    assert Case.objects.get(pk=case.pk).state == state
    with pytest.raises(Clash):
        handle.answer(loop.unit, entry(loop.unit, choice="anyway", **sent))


def test_the_words_for_a_merged_case_go_to_the_one_that_goes_on(loop):
    target = loop.at(State.DISPATCHED, kind=loop.town.kinds["parking"])
    case = loop.at(State.DISPATCHED)
    seen = case.version
    merge(loop.clerk, case_id=case.pk, into_id=target.pk)
    Case.objects.filter(pk=case.pk).update(reported_by=loop.unit.account_id)  # who reported it still sees it
    sent = {"case": case.pk, "version": seen, "measure": "已清理", "after": [make_photo(loop.unit)]}
    with pytest.raises(Clash) as clash:
        handle.answer(loop.unit, entry(loop.unit, **sent))
    assert target.number in str(clash.value) and choices(clash) == ["remark", DROP]
    chosen = entry(loop.unit, choice="remark", **sent)
    handle.answer(loop.unit, chosen)
    assert CaseEvent.objects.filter(case=target, verb="comment").exists() and target.number in chosen.notes[0]


def test_a_case_that_was_given_to_another_unit_says_so_and_tells_nothing_of_it(loop):
    case = loop.at(State.RECTIFYING)
    loop.do("redispatch", case, lead=loop.town.units["department2"])
    with pytest.raises(Clash) as clash:
        handle.answer(loop.unit, entry(loop.unit, case=case.pk, version=case.version, measure="x", after=[make_photo(loop.unit)]))
    assert clash.value.code == "cases.gone" and choices(clash) == [DROP]


def test_who_only_assists_cannot_answer_but_can_leave_a_remark(loop):
    case = loop.do("dispatch", loop.report(), lead=loop.town.units["department2"], assists=[loop.town.units["department"]])
    sent = {"case": case.pk, "version": case.version, "measure": "已清理", "after": [make_photo(loop.unit)]}
    with pytest.raises(Clash) as clash:
        handle.answer(loop.unit, entry(loop.unit, **sent))
    assert choices(clash) == ["remark", DROP]


def test_an_answer_written_in_time_that_arrives_late_says_so(loop):
    case = loop.at(State.RECTIFYING)
    written = case.due_at - timedelta(minutes=10)
    with clock.at(case.due_at + timedelta(hours=2)):
        sent = entry(loop.unit, at=written, case=case.pk, version=case.version, measure="已清理", after=[make_photo(loop.unit)])
        handle.answer(loop.unit, sent)
    assert len(sent.notes) == 1 and Case.objects.get(pk=case.pk).state == State.SUBMITTED


def test_time_is_asked_for_and_asked_twice_it_is_a_conflict(loop):
    case = loop.at(State.RECTIFYING)
    handle.ask_time(loop.unit, entry(loop.unit, case=case.pk, version=case.version, days=3, reason="需采购材料"))
    case.refresh_from_db()
    assert (case.extension_asked, case.extension_reason) == (3, "需采购材料")
    colleague = loop.actors["unit_head"]
    with pytest.raises(Clash) as clash:
        handle.ask_time(colleague, entry(colleague, case=case.pk, version=case.version, days=5, reason="受天气影响"))
    assert choices(clash) == ["remark", DROP]
    handle.ask_time(colleague, entry(colleague, choice="remark", case=case.pk, version=case.version, days=5, reason="受天气影响"))
    assert "受天气影响" in CaseEvent.objects.filter(case=case, verb="comment").get().note


@pytest.mark.parametrize("days", [0, 61, -1, "3", 2.5, None])
def test_days_that_are_none_are_refused(loop, days):
    case = loop.at(State.RECTIFYING)
    with pytest.raises(Refusal) as problem:
        handle.ask_time(loop.unit, entry(loop.unit, case=case.pk, version=case.version, days=days, reason="x"))
    assert problem.value.status == 422 and Case.objects.get(pk=case.pk).extension_asked is None


def test_not_ours_goes_back_to_the_office_with_whose_it_seems_to_be(loop):
    case = loop.at(State.DISPATCHED)
    other = loop.town.units["department2"]
    sent = entry(loop.unit, case=case.pk, version=case.version, reason="产权属其他单位", suggested_unit=other.pk)
    assert handle.not_ours(loop.unit, sent)["state"] == State.REFUSED
    note = CaseEvent.objects.filter(case=case, verb="refuse").get().note
    assert note.startswith("产权属其他单位；") and other.name in note


def test_not_ours_from_whom_it_was_passed_on_to_goes_back_to_the_lead(loop):
    from chuangwen.people.actors import actor_of
    from chuangwen.testing.factories import make_account

    case = loop.do("pass_on", loop.at(State.DISPATCHED))
    squad = actor_of(make_account("squad", loop.town.roles["liaison"], loop.squad))
    result = handle.not_ours(squad, entry(squad, case=case.pk, version=case.version, reason="超出我单位处置能力"))
    case.refresh_from_db()
    assert result["done"] == "hand_back" and case.handling_unit == loop.town.units["department"]


def test_what_was_arbitrated_cannot_be_refused_again_and_that_is_said(loop):
    case = loop.do("redispatch", loop.at(State.REFUSED))
    with pytest.raises(Clash) as clash:
        handle.not_ours(loop.unit, entry(loop.unit, case=case.pk, version=case.version, reason="不属于我单位职责"))
    assert clash.value.code == "cases.binding" and choices(clash) == ["remark", DROP]


def test_signing_for_what_a_colleague_signed_for_is_done(loop):
    case = loop.at(State.RECTIFYING)
    sent = entry(loop.unit, case=case.pk, version=1)
    assert handle.sign_for(loop.unit, sent)["done"] == "" and len(sent.notes) == 1


def test_a_remark_stands_on_the_case_with_its_photo_though_somebody_else_reported_it(loop, worker):
    case = loop.report(loop.clerk)
    handle.remark(worker, entry(worker, case=case.pk, text="还在", photos=[make_photo(worker)]))
    assert CaseEvent.objects.get(case=case, verb="comment").note == "还在"


def test_the_room_names_the_photos_of_each_kind_of_entry():
    from chuangwen.phone import entries

    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    spot = entries.find("cases.solved_on_spot")
    assert spot.photos_of({"before": [one], "after": [two]}) == [one, two]
    for name in ("report", "answer", "ask_time", "not_ours", "sign_for", "remark"):
        assert entries.find(f"cases.{name}") is not None
