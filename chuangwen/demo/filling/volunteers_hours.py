"""Half a year of service of some volunteers, with two doubts, a correction that waits and a certificate that was asked for. All generated."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Person
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer
from chuangwen.volunteers.hours import actions, scanning
from chuangwen.volunteers.hours.actions.transferring import Transferred
from chuangwen.volunteers.presence.models import Presence, ServiceEntry

PEOPLE, SERVICES = 60, 14
TITLES = ("社区清洁家园", "文明交通劝导", "邻里守望", "图书整理", "垃圾分类宣传", "关爱老人上门服务")


def fill_volunteers_hours(keys: Keys) -> dict[str, int]:
    """Write the records and what is asked of them. How many records and doubts there are."""
    rng = random.Random(f"hours {keys.data.today.isoformat()}")
    with clock.at(keys.now):
        pairs = _volunteers(keys)
        _serve(keys, rng, pairs)
        _overlap(keys, *pairs[3])
        _long_day(keys, *pairs[5])
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
