"""The work calendar on pages: a year, its days and hours, and a deadline explained."""

import re
from datetime import date, datetime

import pytest
from django.test import Client

from chuangwen.kernel import access, clock, office_calendar
from chuangwen.kernel.calendar_install import install_calendar
from chuangwen.kernel.models import AuditEntry, CalendarDay, WorkingHours
from chuangwen.kernel.worktime import Limit
from chuangwen.web.system.months import Special, months_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=clock.LOCAL)


@pytest.fixture(autouse=True)
def _calendar(db):
    install_calendar()


@pytest.fixture
def clerk(enter):
    return enter("clerk")


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def due(text_, amount, unit):
    start = datetime.fromisoformat(text_).replace(tzinfo=clock.LOCAL)
    return office_calendar.calendar().due(start, Limit(amount, unit))


def test_a_year_shows_its_holidays_and_shifted_days_by_name(clerk):
    shown = text(clerk.get("/calendar/?year=2026"))
    assert shown.count('class="cw-month"') == 12
    assert "1–7 国庆节" in shown and "10 国庆节 （上班）" in shown
    assert re.search(r'class="cw-day is-off[^"]*" href="/calendar/days/\?day=2026-10-01"', shown)
    assert re.search(r'class="cw-day is-work[^"]*" href="/calendar/days/\?day=2026-10-10"', shown)
    assert "国务院办公厅" in shown


def test_a_year_whose_notice_is_not_out_says_so_until_the_office_enters_it(clerk):
    assert "2027 年的放假安排尚未公布或录入。" in text(clerk.get("/calendar/?year=2027"))
    clerk.post("/calendar/days/", {"first": "2027-01-01", "last": "2027-01-03", "what": "off", "name": "元旦"})
    shown = text(clerk.get("/calendar/?year=2027"))
    assert "尚未公布或录入" not in shown and "本单位已录入 3 天" in shown


def test_an_edited_day_changes_deadlines_at_once_and_is_in_the_trail(clerk):
    assert due("2026-11-18T10:00", 2, "working_days").date() == date(2026, 11, 20)
    answer = clerk.post("/calendar/days/", {"first": "2026-11-19", "what": "off", "name": "城市日"})
    assert answer.status_code == 302 and answer["Location"] == "/calendar/?year=2026#m11"
    assert due("2026-11-18T10:00", 2, "working_days").date() == date(2026, 11, 23)
    assert "城市日" in text(clerk.get("/calendar/?year=2026"))
    clerk.post("/calendar/days/", {"first": "2026-11-19", "what": "plain"})
    assert due("2026-11-18T10:00", 2, "working_days").date() == date(2026, 11, 20)
    assert AuditEntry.objects.filter(verb="kernel.edit_calendar").count() == 2


def test_the_form_of_a_day_begins_with_what_the_calendar_says(clerk):
    shown = text(clerk.get("/calendar/days/?day=2026-10-01"))
    assert 'value="国庆节"' in shown and 'value="2026-10-01"' in shown
    assert re.search(r'value="off"[^>]*checked', shown)
    assert clerk.get("/calendar/days/?day=nonsense").status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        {"first": "2026-13-40", "what": "off"},
        {"first": "2026-05-02", "last": "2026-05-01", "what": "off"},
        {"first": "2026-05-02", "what": "sometimes"},
        {"first": "2026-05-02", "what": "off", "name": "很" * 41},
        {"first": "2026-01-01", "last": "2026-12-31", "what": "off"},
    ],
)
def test_days_that_make_no_sense_are_refused_in_words_and_nothing_changes(clerk, data):
    before = list(CalendarDay.objects.values_list("day", "works", "name"))
    assert clerk.post("/calendar/days/", data).status_code == 422
    assert list(CalendarDay.objects.values_list("day", "works", "name")) == before


def test_working_hours_are_edited_and_count(clerk):
    assert 'value="08:30"' in text(clerk.get("/calendar/hours/"))
    answer = clerk.post("/calendar/hours/", {"starts0": "09:00", "ends0": "12:00", "starts1": "13:00", "ends1": "17:00"})
    assert answer.status_code == 302
    assert due("2026-11-18T16:00", 2, "working_hours") == datetime(2026, 11, 19, 10, 0, tzinfo=clock.LOCAL)
    assert "09:00–12:00 · 13:00–17:00" in text(clerk.get("/calendar/"))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"starts0": "12:00", "ends0": "09:00"},
        {"starts0": "09:00", "ends0": "12:00", "starts1": "11:00", "ends1": "17:00"},
        {"starts0": "09:00", "ends0": "12:00", "starts1": "13:00"},
        {"starts0": "25:00", "ends0": "26:00"},
    ],
)
def test_hours_that_cannot_be_are_refused_in_words(clerk, data):
    assert clerk.post("/calendar/hours/", data).status_code == 422
    assert not WorkingHours.objects.exists()


def test_a_deadline_is_worked_out_and_explained(enter):
    query = "?year=2026&start=2026-09-30T16:00&amount=5&unit=working_days"
    client = enter("leader")
    for shown in (
        text(client.get(f"/calendar/{query}")),
        text(client.get(f"/calendar/{query}", headers={"HX-Request": "true", "HX-Target": "due"})),
    ):
        assert "2026年10月13日 17:30" in shown and "星期二" in shown
        assert "国庆节，放假，不计入" in shown and "国庆节，调休上班，计入" in shown
    assert shown.startswith('<div id="due"')


def test_a_deadline_in_a_year_that_is_not_known_is_provisional(enter):
    client = enter("leader")
    shown = text(client.get("/calendar/?start=2026-12-30T16:00&amount=5&unit=working_days"))
    assert "暂定" in shown and "2027 年的放假安排尚未公布或录入。" in shown
    assert "暂定</span>" not in text(client.get("/calendar/?start=2026-12-30T16:00&amount=9&unit=calendar_days"))


@pytest.mark.parametrize(
    "query",
    [
        "start=&amount=3&unit=working_days",
        "start=2026-01-01T10:00&amount=0&unit=working_days",
        "start=1900-01-01T10:00&amount=3&unit=working_days",
        "start=2026-01-01T10:00&amount=3&unit=moons",
    ],
)
def test_a_deadline_that_cannot_be_worked_out_says_why(clerk, query):
    answer = clerk.get(f"/calendar/?{query}")
    assert answer.status_code == 200 and 'role="alert"' in text(answer) and "cw-due-steps" not in text(answer)


@pytest.mark.parametrize("year", ["0", "99999", "abc", "-1", "２０２６"])
def test_a_year_that_is_none_shows_this_one(clerk, year):
    with clock.at(NOW):
        assert "2026 年工作日历" in text(clerk.get("/calendar/", {"year": year}))


@pytest.mark.parametrize("role", access.ROLES)
def test_everybody_in_office_sees_the_calendar_and_few_edit_it(enter, town, role):
    client, actor = enter(role), town.actors[role]
    sees, edits = actor.may("kernel.see_calendar"), role in ("clerk", "system_admin")
    shown = client.get("/calendar/?year=2026")
    assert shown.status_code == (200 if sees else 403)
    assert ("/calendar/days/" in text(shown)) is edits
    for url in ("/calendar/days/", "/calendar/hours/"):
        assert client.get(url).status_code == (200 if edits else 403)
        assert client.post(url, {"first": "2026-11-19", "what": "off"}).status_code == (
            403 if not edits else 302 if "days" in url else 422
        )
    assert CalendarDay.objects.filter(day=date(2026, 11, 19)).exists() is edits


def test_who_is_not_signed_in_is_asked_to():
    assert Client().get("/calendar/").status_code == 302


def test_months_are_whole_weeks_from_monday():
    special = {date(2026, 2, 28): Special(True, "春节", False), date(2026, 2, 16): Special(False, "春节", False)}
    months = months_of(2026, special, date(2026, 11, 18))
    assert [len([day for week in month.weeks for day in week if day]) for month in months] == [
        31,
        28,
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ]
    assert all(len(week) == 7 for month in months for week in month.weeks)
    assert all(day.day.weekday() == place for month in months for week in month.weeks for place, day in enumerate(week) if day)
    february = {day.day.day: day.kind for week in months[1].weeks for day in week if day}
    assert (february[28], february[16], february[14], february[13]) == ("work", "off", "rest", "plain")
    assert months[1].worked == 20
    assert sum(day.today for month in months for week in month.weeks for day in week if day) == 1
