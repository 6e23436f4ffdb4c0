"""A county's duties on the ground of a measurement: units and places, a year of duties with what proves them, a month's roster, a special
operation, partnerships, works, meetings, an inspection day, a sponsorship plan. Everything is generated."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

BATCH = 2000
ROLES = ("clerk", "leader", "unit_head", "liaison")
PER_TOWN = 30
"""So many villages and communities has a town."""


@dataclass(frozen=True)
class Size:
    """How much of everything; ``units`` counts towns, departments and communities (one for each place)."""

    units: int = 520
    places: int = 439
    weeks: int = 52
    people: int = 600
    posts: int = 75
    segments: int = 200
    facts: int = 20_000
    works: int = 300
    meetings: int = 150
    drawn: int = 60
    cases: int = 10_000


@dataclass
class County:
    """What was filled in, for the pages: rows by their names."""

    county: Any
    offices: list[Any]
    departments: list[Any]
    communities: list[Any]
    villages: list[Any]
    rows: dict[str, Any]


def filled(size: Size, seed: int = 20261201) -> County:
    """Fill the database of this process; the office of the day's jobs (what was kept) has run. Deterministic but for the day."""
    from chuangwen.kernel import upkeep
    from chuangwen.ledger.install import install_metrics

    chance = random.Random(seed)
    install_metrics()
    county = _organisation(size)
    _members(county)
    _cases(county, size, chance)
    _rhythm(county, size, chance)
    for fill in (_roster, _operation, _plan, _partnerships, _works, _meetings, _inspection):
        fill(county, size, chance)
    upkeep.look_at_tables()
    return county


def _organisation(size: Size) -> County:
    from chuangwen.people.models import Placement, Unit
    from chuangwen.places.models import Division, Site, SiteType

    begun = _days_ago(900)
    root = Division.add_root(code="990300000000", name="测速县", level=3, generated=True)
    towns = [root.add_child(code=f"9903{n:05d}000", name=f"第{n}镇", level=4, generated=True) for n in range(1, -(-size.places // PER_TOWN) + 1)]
    villages = [
        towns[n // PER_TOWN].add_child(code=f"9903{n // PER_TOWN + 1:05d}{n % PER_TOWN + 1:03d}", name=f"第{n + 1}村", level=5, generated=True)
        for n in range(size.places)
    ]

    def unit(name: str, kind: str, division: Any) -> Any:
        return Unit.add_root(name=name, kind=kind, division=division, starts_on=begun, generated=True)

    kinds = Unit.Kind
    office = unit("测速县创文办", kinds.COMMAND, root)
    offices = [unit(f"{town.name}政府", kinds.TOWN_OFFICE, town) for town in towns]
    departments = [unit(f"第{n}局", kinds.DEPARTMENT, root) for n in range(1, max(2, size.units - size.places - len(towns)))]
    communities = [unit(f"{village.name}委会", kinds.COMMUNITY, village) for village in villages]
    everybody = [office, *offices, *departments, *communities]
    Placement.objects.bulk_create(Placement(unit=one, name=one.name, starts_on=begun) for one in everybody)
    types = list(SiteType.objects.order_by("pk")[:8])
    Site.objects.bulk_create(
        [
            Site(
                code=f"D{n:05d}", name=f"{types[n % len(types)].name}{n}", type=types[n % len(types)], division=villages[n % len(villages)],
                lat=21.6 + n % 40 / 200, lon=110.8 + n // 40 % 40 / 200, generated=True,
            )
            for n in range(len(villages) * 2)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    return County(root, [office, *offices], departments, communities, villages, {"towns": towns, "sites": list(Site.objects.order_by("pk"))})


def _members(county: County) -> None:
    """One account for each role whose pages are measured: the office sees the county, the head and the liaison a department."""
    from chuangwen.people.models import Account, Person, Post, Role

    for role in ROLES:
        unit = county.offices[0] if role in ("clerk", "leader") else county.departments[0]
        person = Person.objects.create(name=f"测速{role}", generated=True)
        kind = Post.Kind.LIAISON if role == "liaison" else Post.Kind.MEMBER
        Post.objects.create(person=person, unit=unit, kind=kind, role=Role.objects.get(code=role), starts_on=_days_ago(900))
        county.rows[role] = Account.objects.create_user(f"bench-{role}", None, person=person)


def _cases(county: County, size: Size, chance: random.Random) -> None:
    """A year of cases with an answer each: what proves duties, what meetings and the load meter show."""
    from chuangwen.cases.models import Case, CaseEvent, CaseParty
    from chuangwen.commands.benches.ground import state_at
    from chuangwen.kernel import clock
    from chuangwen.kernel.identifiers import new_uid
    from chuangwen.standards.models import Kind

    now, sites, kinds = clock.now(), county.rows["sites"], list(Kind.objects.select_related("family"))
    units = [*county.departments, *county.communities]
    for start in range(0, size.cases, BATCH):
        rows = []
        for number in range(start, min(size.cases, start + BATCH)):
            site, kind, unit = chance.choice(sites), chance.choice(kinds), units[number % len(units)]
            reported = now - timedelta(minutes=(size.cases - number) * 525_600 / size.cases)
            state = state_at((now - reported).days, chance)
            closed = reported + timedelta(days=2) if state == "closed" else None
            rows.append(
                Case(
                    uid=new_uid(), number=f"BENCH-{number:08d}", state=state, source="patrol", description=f"{site.name}{kind.name}",
                    family=kind.family, kind=kind, severity=2, site=site, division_id=site.division_id, lat=site.lat, lon=site.lon,
                    lead_unit=unit, handling_unit=unit, reported_at=reported, dispatched_at=reported, due_at=reported + timedelta(days=3),
                    limit_amount=3, limit_unit="working_days", closed_at=closed, urgency="on_time", generated=True,
                )
            )  # fmt: skip
        made = Case.objects.bulk_create(rows, batch_size=BATCH)
        CaseParty.objects.bulk_create([CaseParty(case=row, unit_id=row.lead_unit_id, part="lead") for row in made], batch_size=BATCH)
        answered = [row for row in made if row.reported_at < now - timedelta(days=1)]
        CaseEvent.objects.bulk_create(
            [CaseEvent(case=row, verb="submit", at=row.reported_at + timedelta(hours=20), unit_id=row.lead_unit_id, after="submitted",
                       actor_name="测速") for row in answered],
            batch_size=BATCH,
        )  # fmt: skip
    county.rows["cases"] = list(Case.objects.order_by("-pk")[:1000])


def _rhythm(county: County, size: Size, chance: random.Random) -> None:
    """The shipped examples of duties, owed for so many weeks back, with visits and short records; then what was kept is found, as each night."""
    from chuangwen.duties.rhythm import laying
    from chuangwen.duties.rhythm.examples import EXAMPLES
    from chuangwen.duties.rhythm.models import Duty, DutyRecord, Occurrence
    from chuangwen.fieldwork.models import Round, Visit
    from chuangwen.kernel import clock
    from chuangwen.kernel.identifiers import new_uid
    from chuangwen.standards.models import Edition

    today, now, begun = clock.today(), clock.now(), _days_ago(7 * size.weeks)
    for example in EXAMPLES:
        facts = example.facts()
        days = {"starts_on": begun, "laid_on": begun - timedelta(days=1)}
        duty = Duty.objects.create(division=county.county, created_at=now, generated=True, **days, **facts)
        laying.lay_out(duty)
    edition = Edition.objects.first() or Edition.objects.create(name="测速体系", year=today.year)
    round = Round.objects.create(name="测速轮次", edition=edition, division=county.county, starts_on=begun, ends_on=today)
    county.rows["round"] = round
    Visit.objects.bulk_create(
        [
            Visit(
                uid=new_uid(), round=round, site=chance.choice(county.rows["sites"]), unit=unit,
                at=_at(begun + timedelta(days=7 * week + chance.randrange(5))),
            )
            for unit in county.departments for week in range(size.weeks) for _n in range(chance.choice((1, 2, 2)))
        ],
        batch_size=BATCH,
    )  # fmt: skip
    kept = Occurrence.objects.filter(last__lt=today).select_related("duty").order_by("pk")
    records = [
        DutyRecord(
            duty_id=row.duty_id, unit_id=row.unit_id, day=row.last, what="测速记录", people=chance.randint(3, 20), entered_at=_at(row.last),
        )
        for row in kept.iterator(chunk_size=BATCH) if "record" in row.duty.proofs and chance.random() < 0.85
    ]  # fmt: skip
    DutyRecord.objects.bulk_create(records, batch_size=BATCH)
    laying.find_kept()
    settled = Occurrence.objects.filter(unit=county.departments[0], first__lte=today).order_by("-last", "pk")
    county.rows["occurrence"], county.rows["duty"] = settled[0], Duty.objects.get(name=EXAMPLES[4].name)
    county.rows["occurrences"], county.rows["records"] = Occurrence.objects.count(), len(records)


def _roster(county: County, size: Size, chance: random.Random) -> None:
    """A month that is published, two shifts at each post, with counts of the last ninety days."""
    from chuangwen.duties.rosters.models import (
        DutyPost,
        PoolPerson,
        PostDay,
        PostShift,
        Roster,
        RosterGround,
        RosterSegment,
        RosterTurn,
        RosterUnit,
    )
    from chuangwen.kernel import clock
    from chuangwen.kernel.identifiers import new_uid

    now, today = clock.now(), clock.today()
    units = county.departments[: max(1, size.people // 10)]
    ground = RosterGround.objects.create(name="测速城区", division=county.county, floor=size.posts, generated=True)
    segments = [RosterSegment.objects.create(ground=ground, name=f"第{n}段面", order=n, unit=units[n % len(units)]) for n in range(1, 16)]
    posts = DutyPost.objects.bulk_create(
        [DutyPost(ground=ground, segment=segments[n % len(segments)], name=f"第{n}岗", order=n) for n in range(1, size.posts + 1)]
    )
    PostShift.objects.bulk_create(
        [
            PostShift(uid=new_uid(), post=post, name=name, windows=windows, least=1, most=2, order=number)
            for post in posts for number, (name, windows) in enumerate((("早班", [[420, 720]]), ("晚班", [[840, 1140]])), 1)
        ]
    )  # fmt: skip
    shifts = list(PostShift.objects.filter(post__ground=ground).order_by("pk"))
    PoolPerson.objects.bulk_create([PoolPerson(unit=units[n % len(units)], name=f"队员{n}", generated=True) for n in range(size.people)])
    people = list(PoolPerson.objects.order_by("pk"))
    roster = Roster.objects.create(
        ground=ground, starts_on=today - timedelta(days=10), ends_on=today + timedelta(days=19), state="published", made_at=now, solved_at=now,
        published_at=now, points=1.0, bound=1.0, figures={"short": 0}, generated=True,
    )  # fmt: skip
    RosterUnit.objects.bulk_create([RosterUnit(roster=roster, unit=unit) for unit in units])
    turns, at = [], 0
    for day in roster.days:
        for shift in shifts:
            if chance.random() < 0.97:
                turns.append(RosterTurn(uid=new_uid(), roster=roster, shift=shift, day=day, person=people[at % len(people)], changed_at=now))
                at += 1
    RosterTurn.objects.bulk_create(turns, batch_size=BATCH)
    PostDay.objects.bulk_create(
        [
            PostDay(shift=shift, day=today - timedelta(days=back), planned=1, present=int(chance.random() < 0.9), counted_at=now)
            for shift in shifts for back in range(1, 90)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    county.rows["roster"], county.rows["turn"] = roster, RosterTurn.objects.filter(roster=roster, day=today).order_by("pk").first()


def _operation(county: County, size: Size, chance: random.Random) -> None:
    """One that has run for thirty days, its figures as facts of the ledger."""
    from chuangwen.duties.operations.models import Counted, Operation, OperationUnit, Segment
    from chuangwen.kernel import clock
    from chuangwen.ledger.models import Fact, Metric

    now, today = clock.now(), clock.today()
    first = today - timedelta(days=29)
    operation = Operation.objects.create(
        name="测速集中整治", division=county.county, state="running", starts_on=first, ends_on=today + timedelta(days=10), made_at=now,
        started_at=now, generated=True,
    )  # fmt: skip
    units = [*county.departments, *county.communities]
    OperationUnit.objects.bulk_create([OperationUnit(operation=operation, unit=unit) for unit in units])
    Segment.objects.bulk_create(
        [
            Segment(operation=operation, name=f"第{n}段面", unit=units[n % len(units)], leader="分管负责人", content="保洁、秩序", order=n)
            for n in range(1, size.segments + 1)
        ]
    )  # fmt: skip
    metrics = list(Metric.objects.filter(adds="sum", active=True).order_by("pk")[:5])
    parts = ("work", "work", "work", "people", "vehicles")
    Counted.objects.bulk_create(
        [Counted(operation=operation, metric=metric, part=part, target=Decimal(100_000) if part == "work" else None)
         for metric, part in zip(metrics, parts, strict=False)]
    )  # fmt: skip
    rows = []
    for n in range(size.facts):
        unit, day = units[n % len(units)], first + timedelta(days=chance.randrange(30))
        rows.append(
            Fact(
                metric=metrics[n % len(metrics)], amount=chance.randint(0, 40) * 10_000, starts_on=day, ends_on=day, division=unit.division,
                unit=unit, operation=operation.name, generated=True, entered_at=now, entered_by_id=county.rows["clerk"].pk,
            )
        )  # fmt: skip
    Fact.objects.bulk_create(rows, batch_size=BATCH)
    county.rows["operation"] = operation


def _plan(county: County, size: Size, chance: random.Random) -> None:
    """A sponsorship plan in force: a sponsor for each unit, a place for each village, one pair a place."""
    from chuangwen.duties.sponsorship.models import PlanPair, PlanPlace, PlanSponsor, SponsorshipPlan
    from chuangwen.kernel import clock

    now, today = clock.now(), clock.today()
    plan = SponsorshipPlan.objects.create(
        name="测速包保方案", division=county.county, state="running", starts_on=_days_ago(100), ends_on=today + timedelta(days=265), made_at=now,
        solved_at=now, signed_at=now, started_at=now, points=1.0, bound=1.0, generated=True,
    )  # fmt: skip
    units = [*county.departments, *county.offices, *county.communities]
    PlanSponsor.objects.bulk_create(
        [PlanSponsor(plan=plan, kind=1, name=unit.name, unit=unit, staff=30, strength=Decimal(30), lat=21.6 + n % 20 / 100, lon=110.9)
         for n, unit in enumerate(units)],
        batch_size=BATCH,
    )  # fmt: skip
    PlanPlace.objects.bulk_create(
        [PlanPlace(plan=plan, name=village.name, division=village, need=Decimal(1 + n % 5), lat=21.6 + n % 20 / 100, lon=110.8)
         for n, village in enumerate(county.villages)],
        batch_size=BATCH,
    )  # fmt: skip
    sponsors, places = list(plan.sponsors.order_by("pk")), list(plan.places.order_by("pk"))
    PlanPair.objects.bulk_create(
        [PlanPair(plan=plan, sponsor=sponsors[n % len(county.departments)], place=place) for n, place in enumerate(places)], batch_size=BATCH
    )
    county.rows["plan"] = plan


def _partnerships(county: County, size: Size, chance: random.Random) -> None:
    """A pair for each place, with needs, lines of its package, inputs and visits."""
    from chuangwen.duties.partnership.models import (
        Partnership,
        PartnershipEvent,
        PartnershipInput,
        PartnershipItem,
        PartnershipNeed,
        PartnershipParty,
        PartnershipVisit,
    )
    from chuangwen.kernel import clock
    from chuangwen.kernel.identifiers import new_uid

    now, today, begun = clock.now(), clock.today(), _days_ago(100)
    Partnership.objects.bulk_create(
        [
            Partnership(
                uid=new_uid(), unit=county.departments[n % len(county.departments)], division=village, state="running" if n % 9 else "paired",
                paired_on=begun, contact_due=begun + timedelta(days=30), contacted_on=begun + timedelta(days=9) if n % 9 else None,
                last_active_on=today - timedelta(days=chance.randrange(60)), made_at=now, generated=True,
            )
            for n, village in enumerate(county.villages)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    pairs = list(Partnership.objects.order_by("pk"))
    PartnershipParty.objects.bulk_create(
        [
            PartnershipParty(partnership=pair, unit=unit)
            for pair, own in zip(pairs, county.communities, strict=True) for unit in (pair.unit, own)
        ],
        batch_size=BATCH,
    )
    met = [pair for pair in pairs if pair.state == "running"]
    PartnershipNeed.objects.bulk_create(
        [PartnershipNeed(partnership=pair, words=f"需求{n}", found_on=begun) for pair in met for n in range(3)], batch_size=BATCH
    )
    PartnershipItem.objects.bulk_create(
        [
            PartnershipItem(partnership=pair, words=f"套餐{n}", due_on=today + timedelta(days=30 * n), progress=40)
            for pair in met for n in range(3)
        ],
        batch_size=BATCH,
    )
    PartnershipInput.objects.bulk_create(
        [
            PartnershipInput(
                uid=new_uid(), partnership=pair, kind="goods", name="图书", quantity=Decimal(20 + n), measure="册", day=today, entered_at=now
            )
            for pair in met for n in range(4)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    PartnershipVisit.objects.bulk_create(
        [
            PartnershipVisit(
                partnership=pair, kind="cleaning", planned_on=begun + timedelta(days=9 * n), held_on=begun + timedelta(days=9 * n), what="清扫",
                came=6,
            )
            for pair in met for n in range(10)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    PartnershipEvent.objects.bulk_create(
        [PartnershipEvent(partnership=pair, step="visit", at=now, words="联合清扫背街小巷") for pair in met for _n in range(20)],
        batch_size=BATCH,
    )  # fmt: skip
    own = county.departments[0].pk
    county.rows["pair"] = next((pair for pair in met if pair.unit_id == own), met[0])


def _works(county: County, size: Size, chance: random.Random) -> None:
    """Works in all states with three stages and money each."""
    from chuangwen.duties.works.models import Work, WorkContract, WorkFund, WorkStage
    from chuangwen.kernel import clock
    from chuangwen.kernel.identifiers import new_uid

    now, today = clock.now(), clock.today()
    rows = []
    for n in range(size.works):
        first = today + timedelta(days=chance.randint(-200, 60))
        last = first + timedelta(days=chance.randint(30, 150))
        begun, over = first < today, last < today - timedelta(days=20)
        rows.append(
            Work(
                uid=new_uid(), name=f"第{n}项工程", kind="road", division=county.villages[n % len(county.villages)],
                unit=county.departments[n % len(county.departments)], state="finished" if over else "running" if begun else "planned",
                planned_start=first, planned_end=last, first_end=last, started_on=first if begun else None, ended_on=last if over else None,
                budget=Decimal(10_000 + n), made_at=now, generated=True,
            )
        )  # fmt: skip
    Work.objects.bulk_create(rows, batch_size=BATCH)
    works = list(Work.objects.order_by("pk"))
    WorkStage.objects.bulk_create(
        [
            WorkStage(work=work, order=n, name=f"阶段{n}", planned_start=work.planned_start + timedelta(days=9 * n),
                      planned_end=work.planned_start + timedelta(days=9 * n + 8))
            for work in works for n in range(3)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    WorkFund.objects.bulk_create(
        [WorkFund(work=work, source="财政", applied=Decimal(9000), applied_on=work.planned_start) for work in works], batch_size=BATCH
    )
    WorkContract.objects.bulk_create(
        [WorkContract(work=work, number=f"CS-{work.pk}", contractor="示例工程公司", amount=Decimal(8000), signed_on=work.planned_start)
         for work in works],
        batch_size=BATCH,
    )  # fmt: skip
    county.rows["work"] = works[0]


def _meetings(county: County, size: Size, chance: random.Random) -> None:
    """Meetings of three years, twenty units each, with items and resolutions that are cases."""
    from chuangwen.duties.meetings.models import AgendaItem, Meeting, MeetingUnit, Resolution
    from chuangwen.kernel import clock
    from chuangwen.kernel.identifiers import new_uid

    now = clock.now()
    Meeting.objects.bulk_create(
        [
            Meeting(
                uid=new_uid(), title=f"第{n}次调度会", kind="regular", division=county.county, convener=county.offices[0], state="confirmed",
                place="会议室", starts_at=now - timedelta(days=7 * n), opened_at=now, confirmed_at=now, changed_at=now, made_at=now,
                generated=True,
            )
            for n in range(1, size.meetings + 1)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    meetings = list(Meeting.objects.order_by("-starts_at"))
    units = [*county.departments, *county.communities]
    MeetingUnit.objects.bulk_create(
        [MeetingUnit(meeting=meeting, unit=unit, came=bool(chance.random() < 0.9)) for meeting in meetings for unit in units[:20]],
        batch_size=BATCH,
    )  # fmt: skip
    AgendaItem.objects.bulk_create(
        [AgendaItem(meeting=meeting, position=n, title=f"议题{n}", minutes="会议作了安排。") for meeting in meetings for n in range(1, 4)],
        batch_size=BATCH,
    )
    free = iter(county.rows["cases"])
    Resolution.objects.bulk_create(
        [
            Resolution(
                uid=new_uid(), meeting=meeting, position=n, words=f"议定事项{n}", unit=units[n], due_on=clock.today(), entered_at=now,
                case=next(free, None),
            )
            for meeting in meetings for n in range(1, 4)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    county.rows["meeting"] = meetings[0]


def _inspection(county: County, size: Size, chance: random.Random) -> None:
    """The assessors are here: drawn places with four units each, and a list of what is to be done."""
    from chuangwen.duties.inspection_days.models import AfterItem, DrawnPlace, Inspection, PlaceAssignment
    from chuangwen.kernel import clock
    from chuangwen.kernel.identifiers import new_uid

    now, today = clock.now(), clock.today()
    row = Inspection.objects.create(
        name="测速测评日", division=county.county, state="on", first=today, last=today + timedelta(days=1), made_at=now,
        started_at=now - timedelta(hours=20), generated=True,
    )  # fmt: skip
    sites = county.rows["sites"]
    DrawnPlace.objects.bulk_create(
        [DrawnPlace(inspection=row, division=site.division, site=site, day=today, known_at=now) for site in sites[: size.drawn]]
    )
    places = list(row.places.order_by("pk"))
    units = [*county.departments, *county.communities]
    PlaceAssignment.objects.bulk_create(
        [
            PlaceAssignment(place=place, unit=units[(n * 4 + k) % len(units)], part="lead" if not k else "present", people=3)
            for n, place in enumerate(places) for k in range(4)
        ]
    )  # fmt: skip
    AfterItem.objects.bulk_create(
        [AfterItem(uid=new_uid(), inspection=row, place=place, found=f"问题{n}", entered_at=now) for n, place in enumerate(places)]
    )
    county.rows["inspection"], county.rows["place"] = row, places[0]


def _days_ago(days: int) -> date:
    from chuangwen.kernel import clock

    return clock.today() - timedelta(days=days)


def _at(day: date) -> datetime:
    from chuangwen.kernel import clock

    return datetime.combine(day, time(10), clock.LOCAL)
