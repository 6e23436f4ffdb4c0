"""Every two months and every year: the next contest lies there in time, once, with what the last one had."""

from datetime import date, datetime, timedelta

import pytest

from chuangwen.kernel import clock
from chuangwen.kernel.models import AuditEntry
from chuangwen.messaging.models import Notice, Received
from chuangwen.testing import factories
from chuangwen.testing.threads import at_once
from chuangwen.volunteers.contest import actions, rules
from chuangwen.volunteers.contest.actions.proposing import propose_next
from chuangwen.volunteers.contest.models import Contest

from .ground import CRITERIA, DAY, judged, make_contest


def days(first, *, rhythm, today):
    return rules.next_days(first, first + timedelta(days=10), first + timedelta(days=20), rhythm=rhythm, today=today)


@pytest.mark.parametrize(
    ("first", "rhythm", "today", "begin"),
    [
        (date(2026, 11, 2), "bimonthly", date(2026, 12, 2), None),
        (date(2026, 11, 2), "bimonthly", date(2026, 12, 3), date(2027, 1, 2)),
        (date(2026, 11, 2), "bimonthly", date(2027, 1, 2), date(2027, 1, 2)),
        (date(2026, 11, 2), "bimonthly", date(2027, 1, 3), None),
        (date(2026, 11, 2), "bimonthly", date(2027, 2, 1), date(2027, 3, 2)),
        (date(2026, 12, 31), "bimonthly", date(2027, 2, 1), date(2027, 2, 28)),
        (date(2027, 12, 31), "bimonthly", date(2028, 2, 1), date(2028, 2, 29)),
        (date(2024, 2, 29), "yearly", date(2025, 2, 1), date(2025, 2, 28)),
        (date(2026, 11, 2), "yearly", date(2027, 10, 2), None),
        (date(2026, 11, 2), "yearly", date(2027, 10, 3), date(2027, 11, 2)),
        (date(2026, 11, 2), "yearly", date(2029, 11, 1), date(2029, 11, 2)),
        (date(2026, 11, 2), "once", date(2027, 1, 1), None),
    ],
)  # fmt: skip
def test_the_days_are_moved_on_the_calendar(first, rhythm, today, begin):
    found = days(first, rhythm=rhythm, today=today)
    assert found == (None if begin is None else (begin, begin + timedelta(days=10), begin + timedelta(days=20)))


def test_no_day_of_ten_years_proposes_what_has_begun_or_lies_far_off():
    first = date(2026, 10, 31)
    for rhythm in ("bimonthly", "yearly"):
        found = {}
        for n in range(1, 3650):
            today = first + timedelta(days=n)
            told = days(first, rhythm=rhythm, today=today)
            if told is not None:
                assert today <= told[0] <= today + rules.LEAD
                found[told[0]] = True
        assert len(found) == (60 if rhythm == "bimonthly" else 10), "none is left out"


def propose(day):
    with clock.at(datetime(day.year, day.month, day.day, 6, tzinfo=clock.LOCAL)):
        return propose_next()


@pytest.fixture
def last(town):
    with clock.at(datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=clock.LOCAL)):
        contest, _entries, _jurors = judged(town, title="社区项目赛", terms="每队限报三个", first=2)
        gone = contest.jurors.first()
        actions.remove_juror(town.actors["clerk"], juror_id=gone.pk)
        contest.gone = gone
    return contest


def test_the_next_is_a_draft_of_the_last_with_its_jury_and_who_holds_it_is_told_once(town, last):
    before = last.starts_on + timedelta(days=30)
    assert propose(before) == 0 and propose(before + timedelta(days=1)) == 1
    draft = Contest.objects.get(follows=last)
    assert (draft.state, draft.title, draft.rhythm, draft.terms, draft.first) == ("draft", "社区项目赛（2027年1月）", last.rhythm, last.terms, 2)
    assert (draft.starts_on, draft.entries_until, draft.judged_until) == (date(2027, 1, 2), date(2027, 1, 12), date(2027, 1, 22))
    assert [(one.name, one.about, one.most) for one in draft.criteria.all()] == list(CRITERIA)
    asked = set(draft.jurors.values_list("account", flat=True))
    assert asked == set(last.jurors.filter(left_on__isnull=True).values_list("account", flat=True)) and last.gone.account_id not in asked
    told = Notice.objects.get(kind="volunteers.contest_proposed")
    assert told.title == "已起草：“社区项目赛（2027年1月）”" and told.link == draft.get_absolute_url()
    assert town.accounts["clerk"].pk in Received.objects.filter(notice=told).values_list("account", flat=True)
    jury = Notice.objects.get(kind="volunteers.contest_jury")
    assert set(Received.objects.filter(notice=jury).values_list("account", flat=True)) == asked
    assert AuditEntry.objects.filter(verb="volunteers.hold_contests", object_id=str(draft.pk)).exists()
    for later in range(40):
        assert propose(before + timedelta(days=later)) == 0
    assert Contest.objects.count() == 2 and Notice.objects.filter(kind__startswith="volunteers.contest").count() == 2


def test_a_year_of_the_calendar_has_six_every_two_months(town, last):
    for n in range(365):
        day = last.starts_on + timedelta(days=n + 1)
        if propose(day):
            newest = Contest.objects.order_by("-starts_on").first()
            with clock.at(datetime(day.year, day.month, day.day, 9, tzinfo=clock.LOCAL)):
                actions.call_contest(town.actors["clerk"], contest_id=newest.pk)
    found = list(Contest.objects.order_by("starts_on").values_list("starts_on", "title"))
    assert [day.month for day, _title in found] == [11, 1, 3, 5, 7, 9, 11]
    assert found[-1][1] == "社区项目赛（2027年11月）", "the month is put in place of the last, not behind it"


def test_what_somebody_planned_by_hand_is_the_next_and_what_was_called_off_has_none(town, last):
    first, until, judged_until = (last.starts_on + timedelta(days=days) for days in (55, 70, 80))
    by_hand = make_contest(town, title="明年的赛", starts_on=first, entries_until=until, judged_until=judged_until)
    assert propose(last.starts_on + timedelta(days=40)) == 0
    actions.call_off_contest(town.actors["clerk"], contest_id=by_hand.pk, reason="经费未落实")
    assert propose(last.starts_on + timedelta(days=45)) == 0


def test_two_at_once_draft_one(shared_database):
    town = factories.make_town()
    with clock.at(datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=clock.LOCAL)):
        contest, _entries, _jurors = judged(town)
    made = at_once(lambda _n: propose(date(2026, 12, 20)), 2)
    assert sorted(made) == [0, 1] and Contest.objects.get(follows=contest).state == "draft"


def test_the_page_of_the_draft_leads_to_the_one_that_it_follows(town, last, sign_in):
    propose(last.starts_on + timedelta(days=40))
    body = sign_in("clerk").get(Contest.objects.get(follows=last).get_absolute_url()).content.decode()
    assert last.get_absolute_url() in body and "接续" in body
