"""The private calendars as others read them: a strict parser, and a calendar program that subscribes, updates and sees what was called off."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from chuangwen.duties.rosters import actions
from chuangwen.duties.rosters.models import PoolPerson
from chuangwen.duties.rosters.tests.ground import published
from chuangwen.kernel import clock

CONFIG = """
[calendars]
[[posts]]
path = {home}/posts
[locale]
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[default]
default_calendar = posts
[sqlite]
path = {home}/khal.db
"""


class Khal:
    """A calendar program with a home of its own."""

    def __init__(self, home: Path) -> None:
        beside = Path(sys.executable).with_name("khal")
        found = str(beside) if beside.exists() else shutil.which("khal")
        assert found, "khal is among requirements/test.txt"
        self.program, self.home = found, home
        (home / "posts").mkdir()
        (home / "config").write_text(CONFIG.format(home=home), encoding="utf-8")

    def run(self, *words: str) -> str:
        command = [self.program, "-c", str(self.home / "config"), *words]
        home = {"HOME": str(self.home), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=home)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    def take(self, text: str) -> None:
        """Bring in what the subscription gave."""
        file = self.home / "feed.ics"
        file.write_bytes(text.encode())
        self.run("import", "--batch", "-a", "posts", str(file))

    def shown(self, roster) -> set[tuple[str, str, bool]]:
        """What stands in the calendar over the roster's days: day and hour, title, whether it is called off."""
        days = (roster.ends_on - roster.starts_on).days + 1
        form = "{start-date} {start-time}|{title}|{status}"
        lines = self.run("list", "--notstarted", "--day-format", "", "--format", form, roster.starts_on.isoformat(), f"{days}d").splitlines()
        rows = [line.split("|") for line in lines if "|" in line]
        assert len(rows) == len({tuple(row) for row in rows}), "nothing stands there twice"
        return {(start, title, "CANCELLED" in status) for start, title, status in rows}


def feed(token: str) -> str:
    answer = Client().get(reverse("duties:roster-feed", args=[token]))
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return answer.content.decode()


def read(text: str) -> dict[str, object]:
    """The events by their identifiers; the parser finds nothing amiss."""
    calendar = Calendar.from_ical(text)
    events = calendar.walk("VEVENT")
    assert not calendar.errors and not any(event.errors for event in events)
    return {str(event["UID"]): event for event in events}


@pytest.fixture
def ours(town):
    """A published week, 丙's turns and a link to them."""
    roster = published(town)
    person = PoolPerson.objects.get(name="丙")
    _link, token = actions.give_link(town.actors["liaison"], pool_id=person.pk)
    return roster, person, token


def test_a_parser_reads_each_turn_where_and_when_it_is(ours):
    roster, person, token = ours
    events = read(feed(token))
    turns = roster.turns.filter(person=person, called_off=False).select_related("shift__post")
    assert set(events) == {f"turn-{turn.uid}@chuangwen" for turn in turns} and events
    for turn in turns:
        event = events[f"turn-{turn.uid}@chuangwen"]
        start, end = event.decoded("DTSTART").astimezone(clock.LOCAL), event.decoded("DTEND").astimezone(clock.LOCAL)
        assert start.date() == turn.day and start < end and turn.shift.post.name in str(event["SUMMARY"])
        assert event["STATUS"] == "CONFIRMED" and event.decoded("DTSTAMP").tzinfo is not None


def test_a_calendar_program_shows_what_changed_once_and_what_was_called_off(town, ours, tmp_path):
    roster, person, token = ours
    khal = Khal(tmp_path)
    before = feed(token)
    khal.take(before)
    first = khal.shown(roster)
    assert len(first) == len(read(before)) and not any(off for _start, _title, off in first)
    khal.take(before)
    assert khal.shown(roster) == first, "the same again changes nothing"

    turn = roster.turns.filter(person=person, called_off=False).select_related("shift__post").order_by("day").first()
    free = PoolPerson.objects.get(name="丁") if not roster.turns.filter(person__name="丁", day=turn.day).exists() else None
    other = free or PoolPerson.objects.get(name="戊")
    actions.move_turn(town.actors["clerk"], turn_id=turn.pk, person=other, accept=True)
    khal.take(feed(token))
    moved = khal.shown(roster)
    assert len(moved) == len(first) and [start[:10] for start, _title, off in moved if off] == [turn.day.isoformat()]

    actions.cancel_roster(town.actors["clerk"], roster_id=roster.pk)
    khal.take(feed(token))
    assert len(khal.shown(roster)) == len(first) and all(off for _start, _title, off in khal.shown(roster))
