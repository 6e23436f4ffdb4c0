"""Half a year of service of some volunteers, with a doubt of each kind, a correction that waits and a certificate. All generated."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock, office_calendar
from chuangwen.kernel.access import SYSTEM
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Person
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer
from chuangwen.volunteers.hours import actions, scanning
from chuangwen.volunteers.hours.actions import note_off_duty, note_own_off_duty
from chuangwen.volunteers.hours.actions.off_duty import offices
from chuangwen.volunteers.hours.actions.transferring import Transferred
from chuangwen.volunteers.presence.models import Presence, ServiceEntry, SharedDevice

PEOPLE, SERVICES = 60, 14
ELSEWHERE = 10**9
"""Numbers of shifts that are not there: what was invented has no activity."""
HERE = (21.66, 110.92)
"""Degrees, WGS-84: the middle of the street."""
TITLES = ("社区清洁家园", "文明交通劝导", "邻里守望", "图书整理", "垃圾分类宣传", "关爱老人上门服务")


def fill_volunteers_hours(keys: Keys) -> dict[str, int]:
    """Write the records and what is asked of them. How many records and doubts there are."""
    rng = random.Random(f"hours {keys.data.today.isoformat()}")
    with clock.at(keys.now):
        pairs = _volunteers(keys)
        _serve(keys, rng, pairs)
        _overlap(keys, *pairs[3])
        _long_day(keys, *pairs[5])
        _journey(keys, *pairs[7])
        _one_phone(keys, pairs[10:17])
        _lists(keys, pairs[20:26])
        _at_the_office(keys)
        told = scanning.look(generated=True)
        clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
        first, second = pairs[0][0], pairs[1][0]
        entry = ServiceEntry.objects.filter(volunteer=second, counts=True).order_by("-day", "-pk")[0]
        row = actions.propose_correction(clerk, service_entry_id=entry.pk, minutes=entry.minutes // 2, reason="中途离开，签退由他人代办")
        row.generated = True
        row.save(update_fields=["generated"])
        transfer = Transferred(first.pk, "全国志愿服务信息系统", "R-2025-0031", "社区防疫宣传", keys.data.today - timedelta(days=400), 240)
        actions.take_over_hours(SYSTEM, rows=[transfer], generated=True)
        asked = actions.ask_certificate(
            SYSTEM, volunteer_id=first.pk, starts_on=keys.data.today - timedelta(days=180), ends_on=keys.data.today, purpose="求职"
        )
        actions.issue_certificate(SYSTEM, hours_certificate_id=asked.pk)
    return {"service_entries": ServiceEntry.objects.filter(generated=True).count(), "hours_doubts": int(told["new"])}


def _volunteers(keys: Keys) -> list[tuple[Volunteer, Team]]:
    """Volunteers with a team; a few of our own where no other part has filled any."""
    if not Volunteer.objects.exists():
        _few(keys)
    rows = Membership.objects.filter(state__in=Membership.IN, volunteer__state="active").select_related("volunteer__division", "team")
    found: dict[int, tuple[Volunteer, Team]] = {}
    for row in rows.order_by("volunteer", "pk"):
        found.setdefault(row.volunteer_id, (row.volunteer, row.team))
    return list(found.values())[:PEOPLE]


def _few(keys: Keys) -> None:
    places = [row for row in keys.divisions.values() if row.level == Division.Level.VILLAGE]
    today, now = keys.data.today, clock.now()
    team = Team.add_root(
        number="T900001", name="邻里志愿服务队", kind="team", unit=keys.units["dept-urban"], division=places[0],
        started_on=today - timedelta(days=400), generated=True,
    )  # fmt: skip
    for n in range(12):
        person = Person.objects.create(name=f"志愿者{n + 1}", generated=True)
        one = Volunteer.objects.create(
            number=f"V9{n:06d}", person=person, state="active", division=places[n % len(places)], registered_on=today - timedelta(days=300),
            agreed_at=now, generated=True,
        )  # fmt: skip
        Membership.objects.create(team=team, volunteer=one, state="member", asked_at=now, joined_on=today - timedelta(days=300))


def _serve(keys: Keys, rng: random.Random, pairs: list[tuple[Volunteer, Team]]) -> None:
    """Services on evenings and weekends, each on a day of its own."""
    days = list(range(3, 178))
    presences, titles = [], []
    for volunteer, team in pairs:
        for back in rng.sample(days, rng.randint(3, SERVICES)):
            day = keys.data.today - timedelta(days=back)
            begin = datetime.combine(day, time(19 if day.weekday() < 5 else 9, rng.randrange(0, 30)), clock.LOCAL)
            end = begin + timedelta(minutes=rng.choice((60, 90, 120, 150)) + rng.randint(-6, 8))
            presences.append(_presence(rng, volunteer, team, begin, end))
            titles.append(rng.choice(TITLES))
    _write(presences, titles)


def _presence(rng: random.Random, volunteer: Volunteer, team: Team, begin: datetime, end: datetime) -> Presence:
    return Presence(
        uid=UUID(int=rng.getrandbits(128)), volunteer=volunteer, source="shift", source_id=0, team=team, state="ended", began_at=begin,
        ended_at=end, began_by="code", ended_by="code", device=f"demo{volunteer.pk}", received_at=end, generated=True,
    )  # fmt: skip


def _write(presences: list[Presence], titles: list[str]) -> list[ServiceEntry]:
    made = Presence.objects.bulk_create(presences)
    return ServiceEntry.objects.bulk_create(
        [
            ServiceEntry(
                volunteer_id=one.volunteer_id, kind="presence", presence=one, team_id=one.team_id, title=title,
                day=one.began_at.astimezone(clock.LOCAL).date(), minutes=int((one.ended_at - one.began_at) / timedelta(minutes=1)),
                made_at=one.ended_at, generated=True,
            )
            for one, title in zip(made, titles, strict=True) if one.ended_at is not None
        ]
    )  # fmt: skip


def _sunday(keys: Keys) -> Any:
    """The last Sunday but one: nobody is at the office."""
    today = keys.data.today
    return today - timedelta(days=today.weekday() + 8)


def _overlap(keys: Keys, volunteer: Volunteer, team: Team) -> None:
    """The same volunteer at two things at once."""
    day, rng = _sunday(keys), random.Random(1)
    begin = datetime.combine(day, time(14, 0), clock.LOCAL)
    _write([
        _presence(rng, volunteer, team, begin, begin + timedelta(minutes=120)),
        _presence(rng, volunteer, team, begin + timedelta(minutes=50), begin + timedelta(minutes=170)),
    ], ["社区清洁家园", "文明交通劝导"])  # fmt: skip


def _long_day(keys: Keys, volunteer: Volunteer, team: Team) -> None:
    """Record after record on one day."""
    day, rng = _sunday(keys) - timedelta(days=7), random.Random(2)
    begin = datetime.combine(day, time(6, 30), clock.LOCAL)
    spans = [(begin + timedelta(minutes=260 * n), begin + timedelta(minutes=260 * n + 250)) for n in range(3)]
    _write([_presence(rng, volunteer, team, *span) for span in spans], list(TITLES[:3]))


def _journey(keys: Keys, volunteer: Volunteer, team: Team) -> None:
    """Ten minutes after one thing ended here, the next began forty kilometres away."""
    day, rng = _sunday(keys) - timedelta(days=14), random.Random(3)
    begin = datetime.combine(day, time(9, 0), clock.LOCAL)
    first = _presence(rng, volunteer, team, begin, begin + timedelta(minutes=90))
    second = _presence(rng, volunteer, team, begin + timedelta(minutes=100), begin + timedelta(minutes=190))
    for one, north in ((first, 0.0), (second, 0.36)):
        one.began_lat = one.ended_lat = HERE[0] + north
        one.began_lon = one.ended_lon = HERE[1]
        one.began_accuracy = one.ended_accuracy = 20
    _write([first, second], [TITLES[0], TITLES[1]])


def _one_phone(keys: Keys, pairs: list[tuple[Volunteer, Team]]) -> None:
    """One private phone signs in seven within six minutes; a tablet of the same evening does so too, and is registered as shared."""
    place = pairs[0][0].division if pairs else keys.street
    tablet = SharedDevice.objects.create(
        device="demo-tablet", name="社区志愿服务站平板", division=place, registered_at=clock.now() - timedelta(days=90), generated=True
    )
    rows: list[Presence] = []
    for back, device in ((21, "demo-one-phone"), (28, tablet.device)):
        rng, begin = random.Random(back), datetime.combine(_sunday(keys) - timedelta(days=back), time(15, 0), clock.LOCAL)
        for n, (volunteer, team) in enumerate(pairs):
            one = _presence(rng, volunteer, team, begin + timedelta(seconds=50 * n), begin + timedelta(minutes=120))
            one.device = device
            rows.append(one)
    _write(rows, [TITLES[1]] * len(rows))


def _lists(keys: Keys, pairs: list[tuple[Volunteer, Team]]) -> None:
    """A leader enters the same six people on five Saturdays, for the whole planned time and at once."""
    if not pairs:
        return
    team = pairs[0][1]
    leader = keys.accounts["liaison"].pk
    rows, titles = [], []
    for week in range(5):
        rng = random.Random(100 + week)
        begin = datetime.combine(_sunday(keys) - timedelta(days=36 + 7 * week), time(19, 0), clock.LOCAL)
        for volunteer, _team in pairs:
            one = _presence(rng, volunteer, team, begin, begin + timedelta(minutes=120))
            one.source_id, one.device, one.entered_by_id = ELSEWHERE + week, "", leader
            one.began_by = one.ended_by = Presence.Proof.LEADER
            one.received_at = begin + timedelta(hours=3)
            rows.append(one)
            titles.append(TITLES[2])
    _write(rows, titles)
    for week in range(5):
        of_week = [one.pk for one in rows if one.source_id == ELSEWHERE + week]
        ServiceEntry.objects.filter(presence__in=of_week).update(source="shift", source_id=ELSEWHERE + week)


def _at_the_office(keys: Keys) -> None:
    """Somebody who holds an office in the town is a volunteer too, and was recorded on a working morning."""
    account = keys.accounts["grid_worker"]
    volunteer = Volunteer.objects.filter(person=account.person_id).first()
    team = Team.objects.filter(state="active").order_by("pk").first()
    if volunteer is None or team is None:
        return
    day = keys.data.today - timedelta(days=10)
    while not office_calendar.calendar().is_workday(day):
        day -= timedelta(days=1)
    begin = datetime.combine(day, time(9, 30), clock.LOCAL)
    _write([_presence(random.Random(9), volunteer, team, begin, begin + timedelta(minutes=90))], [TITLES[1]])
    _on_leave(keys, volunteer, team, day)


def _on_leave(keys: Keys, volunteer: Volunteer, team: Team, asked: date) -> None:
    """A week before, the same person was on leave, which the unit noted: nobody asks about that morning. A few days ahead they said so
    themselves."""
    clerk, worker = actor_of(keys.accounts["clerk"]), actor_of(keys.accounts["grid_worker"])
    units = offices(volunteer, asked, keys.data.today)
    if not units or volunteer.person_id == clerk.person_id:
        return
    day = asked - timedelta(days=7)
    while not office_calendar.calendar().is_workday(day):
        day -= timedelta(days=1)
    begin = datetime.combine(day, time(9, 0), clock.LOCAL)
    _write([_presence(random.Random(11), volunteer, team, begin, begin + timedelta(minutes=120))], [TITLES[0]])
    with clock.at(keys.now):
        note_off_duty(clerk, unit=units[0], volunteer=volunteer, kind="leave", starts_on=day, ends_on=day, generated=True)
        ahead = keys.data.today + timedelta(days=3)
        note_own_off_duty(worker, kind="swapped", starts_on=ahead, ends_on=ahead, half="am", generated=True)
