"""Fraud of each kind, generated and mixed into honest records: what share of it is found, and how many honest records are doubted wrongly.

Honest life is not tidy here: families share a phone, a team room's tablet that a desk has registered signs in many, leaders enter paper lists
in the evening with times on the quarter hour, people go by car from one place to the next and on to another county, office holders take a
day's leave, phones mismeasure by hundreds of metres, and some days are long. What is found there is a false alarm, and is counted as one.

Whoever holds an office and serves within working hours on a day's leave cannot be told from whoever serves without it by records of service
alone: each of them is asked, about twenty of ten thousand records. What tells them apart is that the leave was noted. It is taken that of honest
leave ``NOTED`` is noted by the unit or beforehand by the person, and that cheats note leave of themselves too: most afterwards, which explains
nothing, some beforehand, and those are missed. How it would be without notes is told beside (``unnoted``).

Ninety in a hundred are to be found, with at most ten honest records of ten thousand doubted (``TARGETS``).
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as Moment
from typing import Any

FIRST = date(2026, 3, 2)
DAYS = 182
LAT, LON = 21.66, 110.92
DEGREE = 111_195.0  # metres of one degree of latitude
TEAM_OF = 24
PLANTED = 60
"""Cases of each kind of fraud in a hundred thousand records, at least twelve."""
TARGETS = {
    "overlap": (90, 10), "journey": (90, 10), "device": (90, 10), "pattern": (90, 10), "working_time": (90, 10), "long_day": (90, 10),
}  # fmt: skip
"""By kind the least share of cases found in percent, and the most honest records of ten thousand that are doubted."""


NOTED, NOTED_BY_UNIT = 0.8, 0.6
"""Share of honest leave that is noted, and of that the share noted by the unit (the rest beforehand by the person). Our own assumption."""
CHEATS_AFTERWARDS, CHEATS_BEFOREHAND = 0.2, 0.05
"""Share of cheats who note leave of themselves when it is over, and who do so before."""


@dataclass
class Made:
    """``planted``: by kind the keys of the records of each case; ``off``: who was off duty when, as it was noted."""

    records: list[Any] = field(default_factory=list)
    planted: dict[str, list[set[int]]] = field(default_factory=lambda: defaultdict(list))
    working: list[tuple[float, float]] = field(default_factory=list)
    off: list[Any] = field(default_factory=list)
    honest: int = 0


def generated(size: int, seed: int = 20261130) -> Made:
    """About so many honest records of half a year, and fraud of each kind among them."""
    maker = _Maker(size, random.Random(seed))
    maker.honest()
    maker.made.honest = len(maker.made.records)
    cases = max(12, PLANTED * size // 100_000)
    for plant in (maker.overlap, maker.journey, maker.device, maker.pattern, maker.working, maker.long_day):
        for _n in range(cases):
            plant()
    return maker.made


class _Maker:
    def __init__(self, size: int, chance: random.Random):
        from chuangwen.kernel import clock
        from chuangwen.kernel.holidays import statutory_calendar

        self.size, self.chance, self.zone = size, chance, clock.LOCAL
        self.notes = random.Random(20261201)  # of its own, so that all else is generated as without notes
        self.calendar = statutory_calendar()
        self.made = Made()
        self.made.working = [
            (self.at(day, one), self.at(day, end)) for day in (FIRST + timedelta(days=n) for n in range(DAYS))
            if self.calendar.is_workday(day) for one, end in self.calendar.hours
        ]  # fmt: skip
        self.people = max(240, size // 30)
        self.teams = self.people // TEAM_OF
        self.staff = {one for one in range(self.people) if chance.random() < 0.15}
        self.phone = {one: f"p{one}" for one in range(self.people)}
        for one in range(0, self.people - 3, 11):  # couples and families on one phone, now and then four
            for other in range(1, chance.choice((1, 1, 1, 2, 3)) + 1):
                self.phone[one + other] = self.phone[one]
        self.listing = {team for team in range(self.teams) if chance.random() < 0.1}
        self.regulars = {team for team in self.listing if chance.random() < 0.1}
        self.busy: dict[tuple[int, int], list[tuple[float, float, float, float]]] = defaultdict(list)
        self.things = 0

    def at(self, day: date, moment: Moment) -> float:
        return datetime.combine(day, moment, self.zone).timestamp()

    def place(self, metres: float = 6000.0) -> tuple[float, float]:
        return LAT + self.chance.uniform(-1, 1) * metres / DEGREE, LON + self.chance.uniform(-1, 1) * metres / DEGREE

    def seen(self, place: tuple[float, float]) -> tuple[float, float, float]:
        """What a phone says of a place: mostly within its accuracy, sometimes far out."""
        accuracy = self.chance.choice((8.0, 15.0, 30.0, 65.0, 150.0))
        off = accuracy * (1.0 if self.chance.random() < 0.97 else 6.0)
        return place[0] + self.chance.gauss(0, off / 2) / DEGREE, place[1] + self.chance.gauss(0, off / 2) / DEGREE, accuracy

    def add(self, volunteer: int, begin: float, end: float, place: tuple[float, float], *, thing: int, team: int, planned: tuple[float, float],
            **more: Any) -> Any:  # fmt: skip
        from chuangwen.volunteers.hours.detecting import Record

        lat, lon, accuracy = self.seen(place)
        end_lat, end_lon, end_accuracy = self.seen(more.pop("end_place", place))
        first, last = max(begin, planned[0]), min(end, planned[1])
        facts: dict[str, Any] = {
            "device": self.phone[volunteer], "received": end + self.chance.uniform(1, 90), "entered_by": volunteer + 1, "lat": lat, "lon": lon,
            "accuracy": accuracy, "end_lat": end_lat, "end_lon": end_lon, "end_accuracy": end_accuracy,
            "staff": volunteer in self.staff, "by_leader": False,
        } | more  # fmt: skip
        day = datetime.fromtimestamp(begin, self.zone).date().toordinal()
        row = Record(
            len(self.made.records) + 1, volunteer, day, max(1, int((last - first) // 60)), begin, end, team=team, thing=thing,
            planned_begin=planned[0], planned_end=planned[1], **facts,
        )  # fmt: skip
        self.made.records.append(row)
        return row

    # -- honest ------------------------------------------------------------------------------------------------------------

    def honest(self) -> None:
        while len(self.made.records) < self.size:
            self.activity()
        for _n in range(max(20, self.size // 200)):
            self.drive_on()

    def drive_on(self) -> None:
        """Somebody serves on in another county on the same day: by the fastest road, ten minutes around it and 75 to 95 km/h."""
        row = self.made.records[self.chance.randrange(len(self.made.records))]
        far = self.chance.uniform(15_000, 90_000)
        begin = row.end + 600 + far * 1.25 / (self.chance.uniform(75, 95) / 3.6)
        day = datetime.fromtimestamp(begin, self.zone).date()
        place = (row.lat + far / DEGREE * self.chance.choice((-1, 1)), row.lon)
        end = begin + 3600
        if day.toordinal() != row.day or row.by_leader or not self.willing(row.volunteer, begin, end):
            return
        if any(start < end + 7200 and row.end < over for start, over, _lat, _lon in self.busy[row.volunteer, row.day] if start >= row.end):
            return
        self.busy[row.volunteer, row.day].append((begin, end, *place))
        self.add(row.volunteer, begin, end, place, thing=self.thing(), team=row.team, planned=(begin, end))

    def activity(self) -> None:
        team = self.chance.randrange(self.teams)
        day = FIRST + timedelta(days=self.chance.randrange(DAYS))
        start = self.at(day, Moment(self.chance.choice((7, 8, 8, 9, 14, 15, 18, 19)), self.chance.choice((0, 0, 30))))
        long = self.chance.random() < 0.004
        end = start + (10.5 if long else self.chance.choice((1, 1.5, 2, 2, 3, 4))) * 3600
        place, thing = self.place(), self.things
        self.things += 1
        members = range(team * TEAM_OF, (team + 1) * TEAM_OF)
        if team in self.regulars:  # a small circle that does come together whenever it meets
            going = [one for one in members if one % TEAM_OF < 5 and (one % TEAM_OF < 4 or self.chance.random() < 0.9)]
        else:
            going = [one for one in members if self.chance.random() < 0.5]
        going = [one for one in going if self.free(one, day, start, end, place) and self.willing(one, start, end)]
        tablet = team not in self.listing and self.chance.random() < 0.01
        written = end + self.chance.uniform(1800, 4 * 3600)
        for one in going:
            self.busy[one, day.toordinal()].append((start, end, *place))
            more: dict[str, Any] = {}
            begin, over = start + self.chance.gauss(-240, 420), end + self.chance.gauss(180, 480)
            if team in self.listing:  # a paper list, typed in the evening
                late, early = self.chance.random() < 0.12, self.chance.random() < 0.1
                begin = start + (900 * self.chance.randint(1, 3) if late else 0)
                over = end - (900 * self.chance.randint(1, 3) if early and end - start > 4500 else 0)
                written += self.chance.uniform(1, 25)
                more = {"by_leader": True, "entered_by": team * TEAM_OF + 1, "received": written, "device": f"p{team * TEAM_OF}"}
            elif tablet:
                more = {"device": f"room{team}", "shared": True}
            self.add(one, begin, max(over, begin + 600), place, thing=thing, team=team, planned=(start, end), **more)

    def free(self, one: int, day: date, start: float, end: float, place: tuple[float, float]) -> bool:
        """Honest people leave half an hour and the way by car between two things."""
        for begin, over, lat, lon in self.busy[one, day.toordinal()]:
            way = (abs(lat - place[0]) + abs(lon - place[1])) * DEGREE / 8 + 1800
            if start < over + way and begin < end + way:
                return False
        return True

    def willing(self, one: int, start: float, end: float) -> bool:
        """Who holds an office comes in working time only with a day's leave."""
        if one not in self.staff:
            return True
        inside = any(begin < end and start < over for begin, over in self.spans_of(start))
        if not inside:
            return True
        comes = self.chance.random() < 0.02
        if comes and self.notes.random() < NOTED:
            self.note(one, start, None if self.notes.random() < NOTED_BY_UNIT else -self.notes.uniform(600, 5 * 86_400))
        return comes

    def note(self, one: int, start: float, said: float | None) -> None:
        """A day's leave of the day; ``said``: so many seconds after ``start`` by the person, None by the unit."""
        from chuangwen.volunteers.hours.detecting import Off

        day = datetime.fromtimestamp(start, self.zone).date()
        begin = self.at(day, Moment(0, 0))
        self.made.off.append(Off(one, begin, begin + 86_400, float("-inf") if said is None else start + said))

    def spans_of(self, moment: float) -> list[tuple[float, float]]:
        day = datetime.fromtimestamp(moment, self.zone).date()
        if not self.calendar.is_workday(day):
            return []
        return [(self.at(day, one), self.at(day, end)) for one, end in self.calendar.hours]

    # -- fraud -------------------------------------------------------------------------------------------------------------

    def someone(self, staff: bool = False) -> Any:
        """An honest record at hand; fraud is built around it."""
        while True:
            row = self.made.records[self.chance.randrange(self.made.honest)]
            if not row.by_leader and (row.volunteer in self.staff) == staff:
                return row

    def plant(self, kind: str, rows: list[Any]) -> None:
        self.made.planted[kind].append({row.key for row in rows})

    def overlap(self) -> None:
        """A second record while the first still runs."""
        row = self.someone()
        begin = row.begin + self.chance.uniform(0.05, 0.9) * (row.end - row.begin)
        planned = (begin, begin + self.chance.choice((1, 2, 3)) * 3600)
        mine = self.add(row.volunteer, begin, planned[1], self.place(), thing=self.thing(), team=row.team, planned=planned)
        self.plant("overlap", [row, mine])

    def journey(self) -> None:
        """Somebody signs in for a friend who is far away: a quarter of an hour later in another county."""
        row = self.someone()
        begin = row.end + self.chance.uniform(300, 2400)
        far = self.chance.uniform(25_000, 120_000)
        place = (row.lat + far / DEGREE * self.chance.choice((-1, 1)), row.lon)
        planned = (begin, begin + 7200)
        mine = self.add(row.volunteer, begin, planned[1], place, thing=self.thing(), team=row.team, planned=planned)
        self.plant("journey", [row, mine])

    def device(self) -> None:
        """One phone signs in half a team that is not there."""
        row = self.someone()
        count, begin = self.chance.randint(5, 18), row.begin
        planned = (begin + 300, begin + 7500)
        people = self.chance.sample(range(self.people), count)
        thing, place = self.thing(), self.place()
        rows = [
            self.add(one, begin + n * self.chance.uniform(8, 45), planned[1] + self.chance.uniform(0, 60), place, thing=thing, team=row.team,
                     planned=planned, device=self.phone[row.volunteer])
            for n, one in enumerate(people)
        ]  # fmt: skip
        self.plant("device", rows)

    def pattern(self) -> None:
        """A leader invents things: the same list each time, all for the whole time, entered at once; some vary one of these to hide."""
        leader = self.chance.randrange(self.people)
        team, account = 10_000_000 + len(self.made.planted["pattern"]), leader + 1
        people = self.chance.sample(range(self.people), self.chance.randint(5, 14))
        hides = self.chance.choice(("", "", "people", "times", "entry", "both"))
        rows = []
        for _n in range(self.chance.randint(5, 12)):
            day = FIRST + timedelta(days=self.chance.randrange(DAYS))
            start = self.at(day, Moment(self.chance.choice((19, 20)), 0))
            planned, place, thing = (start, start + 7200), self.place(), self.thing()
            received = planned[1] + self.chance.uniform(60, 40_000)
            for one in people:
                if hides in ("people", "both") and self.chance.random() < 0.12:
                    continue
                begin, end = planned
                if hides in ("times", "both"):
                    begin, end = begin + self.chance.uniform(-600, 900), end + self.chance.uniform(-900, 600)
                if hides == "entry":
                    received += self.chance.uniform(20, 60)
                rows.append(
                    self.add(one, begin, end, place, thing=thing, team=team, planned=planned, by_leader=True, entered_by=account,
                             received=received, device=self.phone[leader])
                )  # fmt: skip
        self.plant("pattern", rows)

    def working(self) -> None:
        """Office holders served, it says, while their office was open."""
        day = FIRST + timedelta(days=self.chance.randrange(DAYS))
        while not self.calendar.is_workday(day):
            day += timedelta(days=1)
        start = self.at(day, Moment(self.chance.choice((9, 10, 15)), 0))
        planned, thing, place = (start, start + self.chance.choice((3600, 7200))), self.thing(), self.place()
        people = self.chance.sample(sorted(self.staff), min(self.chance.randint(1, 8), len(self.staff)))
        lot = self.notes.random()
        for one in people if lot < CHEATS_AFTERWARDS + CHEATS_BEFOREHAND else ():
            self.note(one, start, self.notes.uniform(3600, 9 * 86_400) * (-1 if lot < CHEATS_BEFOREHAND else 1))
        rows = [
            self.add(one, start + self.chance.gauss(0, 200), planned[1] + self.chance.gauss(0, 200), place, thing=thing, team=0, planned=planned)
            for one in people
        ]
        self.plant("working_time", rows)

    def long_day(self) -> None:
        """Record follows record until the day holds more than anybody serves."""
        row = self.someone()
        day = datetime.fromtimestamp(row.begin, self.zone).date() + timedelta(days=1)
        start, rows = self.at(day, Moment(5, self.chance.randrange(60))), []
        here = self.place()
        for _n in range(self.chance.randint(3, 4)):
            planned = (start, start + self.chance.uniform(4.1, 4.6) * 3600)
            rows.append(self.add(row.volunteer, *planned, here, thing=self.thing(), team=row.team, planned=planned))
            start = planned[1] + 600
        self.plant("long_day", rows)

    def thing(self) -> int:
        self.things += 1
        return self.things - 1


def judged(made: Made, findings: list[Any]) -> list[dict[str, Any]]:
    """By kind: cases planted and found (a finding of that kind names at least half of the case's records), findings that touch no planted case
    of any kind, and the share of honest records that these name."""
    from chuangwen.volunteers.hours.detecting import KINDS

    planted_records = {key for cases in made.planted.values() for case in cases for key in case}
    rows = []
    for kind in KINDS:
        mine = [set(one.records) for one in findings if one.kind == kind]
        by_record: dict[int, list[set[int]]] = defaultdict(list)
        for one in mine:
            for key in one:
                by_record[key].append(one)
        cases = made.planted[kind]
        found = 0
        for case in cases:
            named = {key for key in case if key in by_record}
            found += len(named) * 2 >= len(case)
        false = [one for one in mine if not one & planted_records]
        named_honest = {key for one in false for key in one}
        rows.append(
            {
                "kind": kind, "planted": len(cases), "found": found, "found_percent": round(100 * found / len(cases), 1), "findings": len(mine),
                "false": len(false), "false_records_per_10000": round(10_000 * len(named_honest) / made.honest, 1),
                "target_percent": TARGETS[kind][0], "target_false_per_10000": TARGETS[kind][1],
            }
        )  # fmt: skip
    return rows


def detected(size: int, seed: int = 20261130) -> dict[str, Any]:
    """The engine over generated records; seconds are of the processor, of the engine alone."""
    from chuangwen.volunteers.hours import detecting

    made = generated(size, seed)
    started = time.process_time()
    findings = detecting.find(made.records, made.working, off=made.off)
    seconds = time.process_time() - started
    without = detecting.find(made.records, made.working)
    unnoted = next(row for row in judged(made, without) if row["kind"] == detecting.WORKING)
    return {
        "records": len(made.records), "honest": made.honest, "engine_seconds": round(seconds, 2), "kinds": judged(made, findings),
        "notes": len(made.off), "unnoted": unnoted,
    }  # fmt: skip


def written(size: int) -> dict[str, Any]:
    """The daily job over a database with so many presences: read, look, write the doubts. Seconds, first run and second."""
    from uuid import UUID

    from chuangwen.commands.benches.ground import fill
    from chuangwen.kernel import clock
    from chuangwen.people.models import Person, Unit
    from chuangwen.places.models import Division
    from chuangwen.volunteers.corps.models import Team, Volunteer
    from chuangwen.volunteers.hours import scanning
    from chuangwen.volunteers.hours.models import Doubt
    from chuangwen.volunteers.presence.models import Presence, ServiceEntry

    fill(100)
    made = generated(size)
    now, today = clock.now(), clock.today()
    division, unit = Division.objects.filter(level=Division.Level.VILLAGE).first(), Unit.objects.first()
    assert division is not None and unit is not None
    numbers = sorted({row.volunteer for row in made.records})
    persons = Person.objects.bulk_create([Person(name=f"志愿者{n}", generated=True) for n in numbers], batch_size=2000)
    people = Volunteer.objects.bulk_create(
        [
            Volunteer(number=f"B{n:07d}", person=person, division=division, state="active", registered_on=today, generated=True)
            for n, person in zip(numbers, persons, strict=True)
        ],
        batch_size=2000,
    )  # fmt: skip
    by_number = dict(zip(numbers, people, strict=True))
    teams = {
        n: Team.add_root(number=f"B{n}", name=f"服务队{n}", kind="team", unit=unit, division=division, started_on=today)
        for n in sorted({row.team for row in made.records})
    }
    shift = today - FIRST - timedelta(days=DAYS)

    def moment(seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, clock.LOCAL) + shift

    for start in range(0, len(made.records), 5000):
        part = made.records[start : start + 5000]
        presences = Presence.objects.bulk_create(
            [
                Presence(
                    uid=UUID(int=row.key), volunteer=by_number[row.volunteer], source="shift", source_id=row.thing, team=teams[row.team],
                    state="ended", began_at=moment(row.begin), ended_at=moment(row.end), began_lat=row.lat, began_lon=row.lon,
                    began_accuracy=int(row.accuracy), ended_lat=row.end_lat, ended_lon=row.end_lon, ended_accuracy=int(row.end_accuracy),
                    began_by="leader" if row.by_leader else "code", ended_by="leader" if row.by_leader else "code", device=row.device,
                    received_at=moment(row.received), generated=True,
                )
                for row in part
            ]
        )  # fmt: skip
        ServiceEntry.objects.bulk_create(
            [
                ServiceEntry(
                    volunteer_id=one.volunteer_id, kind="presence", presence=one, source="shift", source_id=one.source_id, team_id=one.team_id,
                    title="清洁家园", day=one.began_at.date(), minutes=row.minutes, made_at=now, generated=True,
                )
                for row, one in zip(part, presences, strict=True)
            ]
        )  # fmt: skip
    figures: dict[str, Any] = {"presences": len(made.records)}
    for name in ("first_seconds", "again_seconds"):
        started = time.perf_counter()
        told = scanning.look()
        figures[name] = round(time.perf_counter() - started, 2)
        figures[f"{name.split('_')[0]}_new"] = told["new"]
    figures |= {"doubts": Doubt.objects.count(), "findings": told["findings"]}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures["memory_mb"] = round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))
    return figures

