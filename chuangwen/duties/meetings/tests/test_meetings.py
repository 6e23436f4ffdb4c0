"""A meeting is called with an agenda drawn from what is late, its minutes stay true, what it resolves is followed and asked for again."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Case
from chuangwen.duties.load import sources
from chuangwen.duties.load.checking import TooMuch
from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.meetings import actions, proposing, queries, states
from chuangwen.duties.meetings.models import AgendaItem, Meeting, MeetingUnit, Resolution
from chuangwen.duties.rhythm import actions as rhythm
from chuangwen.duties.rhythm import calendars, proofs
from chuangwen.kernel import clock, workload
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.messaging.models import Notice
from chuangwen.papers.models import Paper

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=clock.LOCAL)
START = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def wednesday():
    with clock.at(NOW):
        yield


@pytest.fixture
def meeting_of(town):
    """``meeting_of(title=..., units=[...])``: the clerk plans a meeting of the department and the community."""

    def make(**more):
        facts = {
            "title": "创建工作调度会", "kind": "coordination", "division": town.street, "convener": town.units["office"], "place": "三楼会议室",
            "starts_at": START, "units": [town.units["department"], town.units["community"]],
        } | more  # fmt: skip
        return actions.plan_meeting(town.actors["clerk"], **facts)

    return make


def late_case(town, unit="department", text="小广告成片"):
    case = cases.report(town.actors["clerk"], description=text, site=town.sites[0], kind=town.kinds["sticker"])
    cases.dispatch(town.actors["clerk"], case_id=case.pk, lead=town.units[unit])
    Case.objects.filter(pk=case.pk).update(urgency="overdue", due_at=NOW - timedelta(days=3))
    return case


def held(town, meeting, came=("department",)):
    clerk = town.actors["clerk"]
    if not meeting.agenda.exists():
        actions.save_item(clerk, meeting_id=meeting.pk, title="通报")
    actions.invite(clerk, meeting_id=meeting.pk)
    actions.open_meeting(clerk, meeting_id=meeting.pk)
    rows = MeetingUnit.objects.filter(meeting=meeting)
    there = {town.units[name].pk for name in came}
    actions.mark_units(clerk, meeting_id=meeting.pk, came={row.unit_id: row.unit_id in there for row in rows})
    meeting.refresh_from_db()
    return meeting


def confirmed(town, meeting, words="清理后街小广告", unit="department", due=date(2026, 11, 25)):
    held(town, meeting)
    row = actions.save_resolution(town.actors["clerk"], meeting_id=meeting.pk, words=words, unit=town.units[unit], due_on=due)
    actions.confirm_minutes(town.actors["leader"], meeting_id=meeting.pk)
    row.refresh_from_db()
    return row


# -- the life as a table -----------------------------------------------------------------------------------------------


def test_a_meeting_goes_one_way_and_what_is_confirmed_never_changes():
    assert [step for (state, step) in states.TRANSITIONS if state == states.CONFIRMED] == [states.Step.CLOSE]
    assert not [step for (state, step) in states.TRANSITIONS if state in (states.CLOSED, states.CANCELLED)]
    for (before, _step), behind in states.TRANSITIONS.items():
        assert states.STATES.index(behind) >= states.STATES.index(before)


@pytest.mark.parametrize(
    ("state", "hours", "how"),
    [(None, 1, "noted"), ("dispatched", 1, "under_way"), ("dispatched", -1, "late"), ("submitted", -1, "under_way"),
     ("deferred", -1, "deferred"), ("closed", -1, "done"), ("merged", 1, "dropped"), ("rejected", 1, "dropped"), ("refused", -1, "late")],
)  # fmt: skip
def test_how_a_resolution_stands_is_told_from_its_case(state, hours, how):
    assert states.standing(state, NOW + timedelta(hours=hours), NOW) == how


def test_the_database_tells_the_same_as_the_table(town, meeting_of):
    row = confirmed(town, meeting_of())
    for state, due in (("dispatched", 1), ("dispatched", -1), ("submitted", -1), ("rejected", 1), ("rectifying", 1)):
        Case.objects.filter(pk=row.case_id).update(state=state, due_at=NOW + timedelta(days=due))
        fresh = Resolution.objects.select_related("case").get(pk=row.pk)
        found = [word for word in states.STANDINGS if Resolution.objects.filter(queries.standing_condition(word, NOW), pk=row.pk).exists()]
        assert found == [fresh.standing(NOW)]


# -- planning ----------------------------------------------------------------------------------------------------------


def test_the_agenda_is_proposed_from_what_is_late_of_the_invited_units_alone(town, meeting_of):
    mine, other = late_case(town), late_case(town, "community", "乱堆乱放")
    meeting = meeting_of(units=[town.units["department"]])
    [line] = queries.detail(town.actors["clerk"], meeting.pk).lines
    assert line.item.source == "cases" and [row["key"] for row in line.rows] == [mine.pk] and not line.frozen
    assert other.pk not in [row["key"] for row in line.rows]
    assert "3" in line.rows[0]["detail"]


def test_what_becomes_late_only_later_is_not_on_the_agenda_of_an_earlier_moment(town, meeting_of):
    """The mark of a case is set as of the last look; a record of a meeting written up for its own hour asks the hour."""
    early, later = late_case(town), late_case(town, text="乱堆乱放")
    Case.objects.filter(pk=later.pk).update(due_at=NOW + timedelta(days=2))
    meeting = held(town, meeting_of(units=[town.units["department"]]))
    [line] = queries.detail(town.actors["clerk"], meeting.pk).lines
    assert line.frozen and [row["key"] for row in line.rows] == [early.pk]


def test_the_agenda_is_frozen_when_the_meeting_opens(town, meeting_of):
    case = late_case(town)
    meeting = held(town, meeting_of())
    Case.objects.filter(pk=case.pk).update(urgency="on_time", due_at=NOW + timedelta(days=9))
    [line] = queries.detail(town.actors["clerk"], meeting.pk).lines
    assert line.frozen and line.total == 1 and line.rows[0]["key"] == case.pk


def test_items_are_added_moved_and_taken_off_but_not_when_something_was_written(town, meeting_of):
    late_case(town)
    clerk, meeting = town.actors["clerk"], meeting_of()
    item = actions.save_item(clerk, meeting_id=meeting.pk, title="迎检安排")
    actions.move_item(clerk, meeting_id=meeting.pk, item_id=item.pk, up=True)
    assert [row.title for row in meeting.agenda.all()][0] == "迎检安排"
    held(town, meeting)
    actions.write_minutes(clerk, item_id=item.pk, text="已安排", revision=0)
    with pytest.raises(Refusal):
        actions.remove_item(clerk, meeting_id=meeting.pk, item_id=item.pk)
    actions.remove_item(clerk, meeting_id=meeting.pk, item_id=meeting.agenda.get(source="cases").pk)
    assert meeting.agenda.count() == 1


def test_a_week_that_is_full_is_refused_with_weeks_that_have_room(town, meeting_of):
    LoadLimit.objects.create(source=workload.MEETINGS, unit_kind="department", per_week=1)
    first = meeting_of()
    with pytest.raises(TooMuch) as refused:
        meeting_of(title="又一次会")
    assert refused.value.weeks and Meeting.objects.count() == 1
    facts = {"title": first.title, "kind": first.kind, "convener": first.convener, "place": "二楼", "starts_at": START + timedelta(hours=1),
             "minutes": 30, "units": [town.units["department"]]}  # fmt: skip
    actions.edit_meeting(town.actors["clerk"], meeting_id=first.pk, **facts)  # its own place in the week is not counted twice
    actions.cancel_meeting(town.actors["clerk"], meeting_id=first.pk, reason="防汛")
    meeting_of(title="又一次会")


@pytest.mark.parametrize(
    ("more", "field"),
    [({"title": " "}, "title"), ({"place": ""}, "place"), ({"minutes": 2}, "minutes"), ({"kind": "party"}, "kind"),
     ({"starts_at": NOW - timedelta(days=1)}, "starts_at"), ({"starts_at": NOW + timedelta(days=900)}, "starts_at")],
)  # fmt: skip
def test_a_meeting_that_cannot_be_is_refused_beside_its_field(meeting_of, more, field):
    with pytest.raises(Refusal) as refused:
        meeting_of(**more)
    assert field in refused.value.fields and not Meeting.objects.exists()


def test_units_learn_of_a_meeting_when_they_are_invited(town, meeting_of):
    liaison, meeting = town.actors["liaison"], meeting_of()
    with pytest.raises(Missing):
        queries.detail(liaison, meeting.pk)
    actions.save_item(town.actors["clerk"], meeting_id=meeting.pk, title="通报")
    actions.invite(town.actors["clerk"], meeting_id=meeting.pk)
    assert queries.detail(liaison, meeting.pk).meeting == meeting
    assert Notice.objects.filter(kind="duties.meeting").exists()


def test_an_invited_unit_reads_its_own_rows_and_how_many_are_of_others(town, meeting_of):
    mine = late_case(town)
    late_case(town, "community", "乱堆乱放")
    meeting = held(town, meeting_of())
    shown = queries.detail(town.actors["liaison"], meeting.pk)
    assert [row["key"] for row in shown.lines[0].rows] == [mine.pk] and shown.lines[0].hidden == 1
    assert [row.unit_id for row in shown.invited] == [town.units["department"].pk] and shown.events == []


def test_without_units_or_agenda_nobody_is_invited(town, meeting_of):
    for meeting in (meeting_of(units=[]), meeting_of(title="空议程")):
        with pytest.raises(Refusal):
            actions.invite(town.actors["clerk"], meeting_id=meeting.pk)


# -- minutes and resolutions -------------------------------------------------------------------------------------------


def test_minutes_are_saved_again_and_again_and_another_hand_is_never_written_over(town, meeting_of):
    meeting = meeting_of()
    item = actions.save_item(town.actors["clerk"], meeting_id=meeting.pk, title="通报")
    held(town, meeting)
    clerk = town.actors["clerk"]
    first = actions.write_minutes(clerk, item_id=item.pk, text="甲", revision=0)
    assert actions.write_minutes(clerk, item_id=item.pk, text="甲", revision=0).minutes_revision == first.minutes_revision == 1
    with pytest.raises(actions.WrittenMeanwhile) as other:
        actions.write_minutes(clerk, item_id=item.pk, text="乙", revision=0)
    assert (other.value.text, other.value.revision) == ("甲", 1)
    actions.write_minutes(clerk, item_id=item.pk, text="甲乙", revision=1)
    assert AgendaItem.objects.get(pk=item.pk).minutes == "甲乙"


def test_confirmed_resolutions_are_cases_of_their_units_due_on_their_day(town, meeting_of):
    row = confirmed(town, meeting_of())
    assert row.case.source == "meeting" and row.case.lead_unit == town.units["department"] and "清理后街小广告" in row.case.description
    assert row.case.due_at.astimezone(clock.LOCAL).date() == date(2026, 11, 25)
    assert AuditEntry.objects.filter(verb="cases.dispatch", actor_name=town.actors["leader"].name).exists()
    with pytest.raises(Conflict):
        actions.save_resolution(town.actors["clerk"], meeting_id=row.meeting_id, words="再加", unit=row.unit, due_on=row.due_on)


def test_minutes_are_not_confirmed_before_it_is_said_who_came_or_by_the_clerk(town, meeting_of):
    meeting = meeting_of()
    actions.save_item(town.actors["clerk"], meeting_id=meeting.pk, title="通报")
    actions.invite(town.actors["clerk"], meeting_id=meeting.pk)
    actions.open_meeting(town.actors["clerk"], meeting_id=meeting.pk)
    with pytest.raises(Refusal, match="到会单位"):
        actions.confirm_minutes(town.actors["leader"], meeting_id=meeting.pk)
    with pytest.raises(Denied):
        actions.confirm_minutes(town.actors["clerk"], meeting_id=meeting.pk)


def test_confirmed_minutes_have_their_paper(town, meeting_of):
    late_case(town)
    row = confirmed(town, meeting_of())
    paper = Paper.objects.get(meeting=row.meeting)
    assert paper.kind == "meeting_minutes" and paper.title == "创建工作调度会纪要" and paper.state == "draft"
    assert {figure["key"] for figure in paper.figures} == {"agenda:cases", "meeting_resolutions"}


def test_what_is_open_comes_to_the_next_meeting_and_lets_the_old_one_close(town, meeting_of):
    clerk = town.actors["clerk"]
    row = confirmed(town, meeting_of())
    with pytest.raises(Refusal):
        actions.close_meeting(clerk, meeting_id=row.meeting_id)
    with clock.at(NOW + timedelta(days=7)):
        following = meeting_of(title="第二次调度会", starts_at=NOW + timedelta(days=7, hours=1), follows=row.meeting)
        [line] = [line for line in queries.detail(clerk, following.pk).lines if line.item.source == "resolutions"]
        assert [one["key"] for one in line.rows] == [row.pk]
        assert not queries.detail(clerk, row.meeting_id).resolutions[0].carried
        held(town, following)
        assert queries.detail(clerk, row.meeting_id).resolutions[0].carried
        actions.close_meeting(clerk, meeting_id=row.meeting_id)
        with pytest.raises(Refusal):
            meeting_of(title="岔出的会", starts_at=NOW + timedelta(days=8), follows=row.meeting)


def test_a_resolution_that_is_done_lets_the_meeting_close_by_itself(town, meeting_of):
    row = confirmed(town, meeting_of())
    Case.objects.filter(pk=row.case_id).update(state="closed", closed_at=NOW)
    assert actions.close_meeting(town.actors["clerk"], meeting_id=row.meeting_id).state == "closed"


# -- what meetings bring to the rest -----------------------------------------------------------------------------------


def test_meetings_are_load_a_proof_and_an_event_in_the_calendar(town, meeting_of):
    meeting = meeting_of()
    actions.save_item(town.actors["clerk"], meeting_id=meeting.pk, title="通报；第一项")
    unit = town.units["department"]
    found = sources.burdens([unit.pk], date(2026, 11, 16), date(2026, 11, 22), workload.MEETINGS)
    assert [(one.unit, one.planned, one.done) for one in found] == [(unit.pk, 1, 0)]
    link, _token = rhythm.give_feed(town.actors["clerk"], unit=unit, name="手机")
    assert "SUMMARY:创建工作调度会" not in calendars.calendar_of(link, "http://x")
    held(town, meeting, came=("department",))
    text = calendars.calendar_of(link, "http://x")
    assert "DTSTART:20261118T030000Z" in text and "DTEND:20261118T040000Z" in text and "LOCATION:三楼会议室" in text
    came = list(proofs.PROOFS["duties.meeting"].find([unit.pk, town.units["community"].pk], NOW.date(), NOW.date()))
    assert [one.unit for one in came] == [unit.pk]


def test_a_meeting_that_is_called_off_is_a_cancelled_event_with_a_higher_sequence(town, meeting_of):
    meeting = meeting_of()
    actions.save_item(town.actors["clerk"], meeting_id=meeting.pk, title="通报")
    link, _token = rhythm.give_feed(town.actors["clerk"], unit=town.units["department"], name="手机")
    actions.invite(town.actors["clerk"], meeting_id=meeting.pk)
    before = calendars.calendar_of(link, "http://x")
    actions.cancel_meeting(town.actors["clerk"], meeting_id=meeting.pk, reason="防汛")
    after = calendars.calendar_of(link, "http://x")
    assert "STATUS:CONFIRMED" in before and "STATUS:CANCELLED" in after
    number = lambda text: int(text.partition("SEQUENCE:")[2].split()[0])  # noqa: E731
    assert number(after) > number(before) and before.count(f"UID:meeting-{meeting.uid}") == after.count(f"UID:meeting-{meeting.uid}") == 1


def test_the_agenda_costs_the_same_for_one_case_and_for_thirty(town, meeting_of):
    late_case(town)
    meeting = meeting_of()

    def cost():
        with CaptureQueriesContext(connection) as counted:
            queries.detail(town.actors["clerk"], meeting.pk)
        return len(counted)

    few, example = cost(), Case.objects.latest("pk")
    for n in range(30):
        example.pk, example.uid, example.number = None, None, f"X-{n}"
        example.uid = Case._meta.get_field("uid").get_default()
        example.save(force_insert=True)
    assert cost() == few
    assert queries.detail(town.actors["clerk"], meeting.pk).lines[0].total == 31


def test_every_source_of_an_agenda_has_its_words():
    assert set(proposing.SOURCES) == {"resolutions", "cases", "steps", "duties"}


# -- pages -------------------------------------------------------------------------------------------------------------


def test_a_meeting_is_planned_held_and_confirmed_on_its_pages(town, sign_in):
    late_case(town)
    clerk, leader = sign_in("clerk"), sign_in("leader")
    form = {
        "title": "周调度会", "kind": "regular", "division": town.street.pk, "starts_at": "2026-11-18T11:00", "minutes": "45", "place": "三楼",
        "convener": town.units["office"].pk, "units": [town.units["department"].pk],
    }  # fmt: skip
    made = clerk.post(reverse("duties:meeting-new"), form)
    assert made.status_code == 303, made.content.decode()[-3000:]
    meeting = Meeting.objects.get()
    page = clerk.get(made.headers["Location"])
    assert "小广告成片" in page.content.decode()
    for name in ("meeting-invite", "meeting-open"):
        assert clerk.post(reverse(f"duties:{name}", args=[meeting.pk])).status_code == 303
    item = meeting.agenda.get()
    address = reverse("duties:minutes-write", args=[item.pk])
    saved = clerk.post(address, {"text": "要求限期办结", "revision": "0"}, headers={"Accept": "application/json"})
    assert saved.json() == {"revision": 1}
    clash = clerk.post(address, {"text": "别的话", "revision": "0"}, headers={"Accept": "application/json"})
    assert clash.status_code == 409 and clash.json()["text"] == "要求限期办结"
    unit = town.units["department"].pk
    assert clerk.post(reverse("duties:meeting-units", args=[meeting.pk]), {f"came_{unit}": "on"}).status_code == 303
    given = {"words": "限期清理", "unit": unit, "due_on": "2026-11-30", "item": item.pk}
    assert clerk.post(reverse("duties:resolution-new", args=[meeting.pk]), given).status_code == 303
    assert "限期清理" in clerk.get(reverse("duties:minutes", args=[meeting.pk])).content.decode()
    assert leader.post(reverse("duties:meeting-confirm", args=[meeting.pk])).status_code == 303
    assert "限期清理" in clerk.get(reverse("duties:resolutions"), {"how": "under_way"}).content.decode()
    assert "限期清理" not in clerk.get(reverse("duties:resolutions"), {"how": "late"}).content.decode()
    book = CalamineWorkbook.from_filelike(BytesIO(clerk.get(reverse("duties:meeting-sheet", args=[meeting.pk])).content))
    cells = [str(cell) for line in book.get_sheet_by_index(0).to_python() for cell in line]
    assert "限期清理" in cells and "要求限期办结" in cells
    assert clerk.get(reverse("duties:minutes", args=[meeting.pk])).status_code == 422
