"""Jobs that people stop and run again, and the work calendar that they edit."""

from datetime import date, datetime, time

import pytest

from chuangwen.kernel import access, actions, audit, clock, events, jobs, office_calendar, trail_check
from chuangwen.kernel.access import SYSTEM, Actor, Grant
from chuangwen.kernel.calendar_install import install_calendar
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry, CalendarDay, Job, WorkingHours
from chuangwen.kernel.worktime import Limit
from chuangwen.people.models import Account

WEDNESDAY = datetime(2026, 11, 18, 17, 0, tzinfo=clock.LOCAL)


@pytest.fixture(autouse=True)
def _read_anew():
    office_calendar.forget()
    yield
    office_calendar.forget()


@pytest.fixture
def account(db):
    return Account.objects.create_user("worker", "河东-Pass-2026")


def person(account, **scopes) -> Actor:
    grants = {f"kernel.{verb}": (Grant(scope),) for verb, scope in scopes.items()}
    return Actor(account_id=account.pk, name="测试员", grants=grants)


def job_of(account, state=Job.State.QUEUED, kind=trail_check.KIND) -> Job:
    moment = clock.now()
    return Job.objects.create(kind=kind, state=state, account=account, created_at=moment, not_before=moment)


# -- jobs -------------------------------------------------------------------------------------------------------------


def test_a_person_sees_their_own_jobs_and_the_administrator_all(account):
    other = Account.objects.create_user("other", "河东-Pass-2026")
    mine, _theirs = job_of(account), job_of(other)
    assert list(actions.visible_jobs(person(account, see_jobs="own"))) == [mine]
    assert actions.visible_jobs(person(account, see_all_jobs="all")).count() == 2
    assert not actions.visible_jobs(access.NOBODY).exists()


def test_a_person_stops_their_own_job_and_not_that_of_another(account):
    other = Account.objects.create_user("other", "河东-Pass-2026")
    mine, theirs = job_of(account), job_of(other)
    who = person(account, cancel_job="own")
    assert actions.cancel_job(who, job_id=mine.pk).state == Job.State.CANCELLED
    with pytest.raises(Missing):
        actions.cancel_job(who, job_id=theirs.pk)
    with pytest.raises(Denied):
        actions.cancel_job(person(account), job_id=mine.pk)
    assert actions.cancel_job(person(account, cancel_job="all"), job_id=theirs.pk).state == Job.State.CANCELLED
    assert AuditEntry.objects.filter(verb="kernel.cancel_job").count() == 2


def test_stopping_a_job_that_has_ended_changes_and_notes_nothing(account):
    job = job_of(account, Job.State.DONE)
    assert actions.cancel_job(person(account, cancel_job="own"), job_id=job.pk).state == Job.State.DONE
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "state, allowed", [("failed", True), ("cancelled", True), ("queued", False), ("running", False), ("done", False)]
)
def test_only_what_failed_or_was_stopped_runs_again(account, state, allowed):
    job, who = job_of(account, state), person(account, cancel_job="own")
    if allowed:
        assert actions.retry_job(who, job_id=job.pk).state == Job.State.QUEUED
    else:
        with pytest.raises(Conflict):
            actions.retry_job(who, job_id=job.pk)


def test_a_job_of_an_unknown_kind_is_not_put_back(account):
    job = job_of(account, Job.State.FAILED, kind="from.the.future")
    with pytest.raises(Refusal):
        actions.retry_job(person(account, cancel_job="own"), job_id=job.pk)


@pytest.mark.django_db(transaction=True)
def test_the_check_of_the_trail_runs_once_at_a_time_and_tells_what_it_found(account):
    who = person(account, see_audit="all")
    with pytest.raises(Denied):
        trail_check.start(person(account))
    actions.set_days(SYSTEM, first=date(2027, 1, 1), works=False, name="元旦")
    job = trail_check.start(who)
    assert trail_check.start(who).pk == job.pk
    jobs.run_waiting()
    assert trail_check.last().result | {"checked_at": ""} == {
        "entries": 1,
        "break_count": 0,
        "breaks": [],
        "head": AuditEntry.objects.get().hash,
        "checked_at": "",
    }
    AuditEntry.objects.filter(number=1).update(title="别的")
    trail_check.start(who)
    jobs.run_waiting()
    assert trail_check.last().result["breaks"] == [{"number": 1, "reason": "内容被改动。"}]


@pytest.mark.django_db(transaction=True)
def test_the_walk_over_the_trail_is_page_by_page_and_sees_entries_behind_its_end(monkeypatch):
    monkeypatch.setattr(audit, "PAGE", 2)
    for number in range(5):
        actions.set_days(SYSTEM, first=date(2027, 3, 1 + number), works=False, name="假")
    read = []
    assert list(audit.broken_links(read.append)) == [] and read == [2, 4, 5]
    last = AuditEntry.objects.get(number=5)
    AuditEntry.objects.bulk_create([AuditEntry(number=6, at=last.at, channel="job", verb="x", previous=last.hash, hash="0" * 64)])
    assert [found.number for found in audit.broken_links()] == [6]


# -- the work calendar ------------------------------------------------------------------------------------------------


def due(amount=2, unit="working_days"):
    return office_calendar.calendar().due(WEDNESDAY, Limit(amount, unit))


@pytest.mark.django_db
def test_a_day_off_moves_a_deadline_at_once_and_is_noted():
    assert due().date() == date(2026, 11, 20)
    assert actions.set_days(SYSTEM, first=date(2026, 11, 19), works=False, name="城市日") == 1
    assert due().date() == date(2026, 11, 23)
    entry = AuditEntry.objects.get(verb="kernel.edit_calendar")
    assert entry.before == {"2026-11-19": None}
    assert entry.after == {"2026-11-19": {"works": False, "name": "城市日"}}
    assert actions.set_days(SYSTEM, first=date(2026, 11, 19), works=None) == 1
    assert due().date() == date(2026, 11, 20)
    assert not CalendarDay.objects.exists()


@pytest.mark.django_db
def test_a_saturday_that_is_worked_brings_a_deadline_nearer():
    assert due(3).date() == date(2026, 11, 23)
    actions.set_days(SYSTEM, first=date(2026, 11, 21), works=True, name="调休")
    assert due(3).date() == date(2026, 11, 21)


@pytest.mark.django_db
def test_hours_move_a_deadline_in_hours():
    assert due(4, "working_hours") == datetime(2026, 11, 19, 12, 0, tzinfo=clock.LOCAL)
    assert actions.set_hours(SYSTEM, spans=[(time(9), time(17))])
    assert due(4, "working_hours") == datetime(2026, 11, 19, 13, 0, tzinfo=clock.LOCAL)
    assert not actions.set_hours(SYSTEM, spans=[(time(9), time(17))])
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_another_process_sees_an_edit_within_ten_seconds(monkeypatch):
    assert due().date() == date(2026, 11, 20)
    CalendarDay.objects.create(day=date(2026, 11, 19), works=False)
    assert due().date() == date(2026, 11, 20)
    later = office_calendar.time.monotonic() + 10.1
    monkeypatch.setattr(office_calendar.time, "monotonic", lambda: later)
    assert due().date() == date(2026, 11, 23)


@pytest.mark.django_db
def test_a_holiday_of_several_days_is_set_at_once_and_the_same_again_changes_nothing():
    for count in (8, 0):
        assert actions.set_days(SYSTEM, first=date(2027, 10, 1), last=date(2027, 10, 8), works=False, name=" 国庆  节 ") == count
    assert set(CalendarDay.objects.values_list("name", flat=True)) == {"国庆 节"}
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_a_statutory_day_that_the_office_took_back_does_not_return_with_the_next_installation():
    install_calendar()
    actions.set_days(SYSTEM, first=date(2026, 10, 1), works=None)
    office_calendar.forget()
    assert office_calendar.calendar().is_workday(date(2026, 10, 1))
    install_calendar()
    office_calendar.forget()
    assert office_calendar.calendar().is_workday(date(2026, 10, 1))


@pytest.mark.django_db
def test_days_that_are_no_range_or_out_of_reach_are_refused():
    for first, last in [
        (date(2026, 5, 2), date(2026, 5, 1)),
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(1980, 1, 1), None),
        (date(2200, 1, 1), None),
    ]:
        with pytest.raises(Refusal):
            actions.set_days(SYSTEM, first=first, last=last, works=False)
    assert not CalendarDay.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("spans", [[], [(time(12), time(9))], [(time(9), time(12)), (time(11), time(17))], [(time(9), time(9))]])
def test_hours_that_cannot_be_are_refused(spans):
    with pytest.raises(Refusal):
        actions.set_hours(SYSTEM, spans=spans)
    assert not WorkingHours.objects.exists()


def test_who_may_not_edit_the_calendar_is_refused(account):
    with pytest.raises(Denied):
        actions.set_days(person(account, see_calendar="all"), first=date(2026, 5, 6), works=False)
    with pytest.raises(Denied):
        actions.set_hours(person(account, see_calendar="all"), spans=[(time(9), time(17))])


@pytest.mark.django_db
def test_rooms_to_the_right_hear_that_the_calendar_changed(monkeypatch):
    heard = []
    monkeypatch.setitem(events._listeners, actions.CalendarChanged, [heard.append])
    actions.set_days(SYSTEM, first=date(2026, 11, 19), works=False)
    actions.set_hours(SYSTEM, spans=[(time(9), time(17))])
    assert heard == [actions.CalendarChanged(date(2026, 11, 19), date(2026, 11, 19)), actions.CalendarChanged()]
