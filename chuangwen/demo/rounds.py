"""Twelve months of assessment: a monthly check by the assessment company, a weekly supervision by the street's own group.

Whether a criterion holds depends on its family, on the site type, on the community and on the month: it gets better over the year,
slips after the Spring Festival and again after the big inspection in October, which people call the rebound.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from chuangwen.demo import wording
from chuangwen.demo.duties import Duties
from chuangwen.demo.records import Observation, Post, Round, Site, Unit, Visit
from chuangwen.kernel.worktime import LOCAL, WorkCalendar
from chuangwen.standards import shipped

MONTHS = 12
WEEKS = 52
SITES_PER_MONTH = 46
SITES_PER_WEEK = 4
ITEMS_PER_WEEKLY_VISIT = 5

FAMILY_RISK = {
    "environment": 0.17, "order": 0.18, "infrastructure": 0.10, "public-ads": 0.11, "conduct": 0.09, "service": 0.07, "fire-safety": 0.13,
    "building": 0.20,
}  # fmt: skip
TYPE_RISK = {
    "unmanaged-estate": 1.7, "urban-village": 1.6, "back-lane": 1.45, "farmers-market": 1.4, "restaurant": 1.15, "small-shop": 1.1,
    "school-surroundings": 1.1, "estate": 1.0, "building-site": 1.1, "main-road": 0.85, "crossing": 0.95, "hospital": 0.6,
}  # fmt: skip
MONTH_TREND = {2: 1.25, 3: 1.15, 9: 0.85, 10: 0.72, 11: 1.2}
GRADE_LOSS = {"A": Decimal("0"), "B": Decimal("0.34"), "C": Decimal("0.67"), "D": Decimal("1")}


def risk(site: Site, family: str, day: date, today: date) -> float:
    """Chance that a criterion of the family fails at the site on the day, 0.01 to 0.75."""
    age = max(0.0, (today - day).days / 365)
    trend = 0.72 + 0.55 * age
    community = random.Random(site.community).uniform(0.75, 1.35)
    chance = FAMILY_RISK[family] * TYPE_RISK.get(site.type, 0.7) * community * trend * MONTH_TREND.get(day.month, 1.0)
    return min(0.75, max(0.01, chance))


def month_days(year: int, month: int, calendar: WorkCalendar) -> tuple[date, date]:
    """First and last day of a month's check: four working days from the 8th."""
    first = calendar.workday_after(date(year, month, 7))
    return first, calendar.workday_after(first, 3)


def last_checked_month(today: date, calendar: WorkCalendar) -> tuple[int, int]:
    """(year, month) of the newest monthly check that ended before `today`."""
    last = today if month_days(today.year, today.month, calendar)[1] < today else today.replace(day=1) - timedelta(days=1)
    return last.year, last.month


def plan(sites: list[Site], today: date, calendar: WorkCalendar, rng: random.Random) -> list[Round]:
    """The rounds with the sites drawn for each: by type, risky ones more often, every community at least once a month.

    The last monthly one is still to come (or under way): nobody has walked it.
    """
    year, month = last_checked_month(today, calendar)
    rounds: list[Round] = []
    for back in range(MONTHS - 1, -2, -1):
        y, m = divmod(year * 12 + month - 1 - back, 12)
        first, last = month_days(y, m + 1, calendar)
        draw = rng if back >= 0 else random.Random(f"next:{y}-{m + 1}")
        drawn = tuple(_draw_month(sites, draw))
        rounds.append(Round(f"month-{y}-{m + 1:02d}", f"{y}年{m + 1}月月度测评", "monthly", first, last, "assessor", drawn))
    friday = today - timedelta(days=(today.weekday() - 4) % 7 or 7)
    for back in range(WEEKS - 1, -1, -1):
        last = friday - timedelta(weeks=back)
        day = next((last - timedelta(days=n) for n in range(5) if calendar.is_workday(last - timedelta(days=n))), None)
        if day is None:
            continue  # a week of holidays
        drawn = tuple(site.code for site in rng.sample(sites, SITES_PER_WEEK))
        week = day.isocalendar()
        rounds.append(
            Round(f"week-{week.year}-{week.week:02d}", f"{week.year}年第{week.week}周督查", "weekly", day, day, "group-8", drawn)
        )
    return sorted(rounds, key=lambda each: (each.starts_on, each.key))


def _draw_month(sites: list[Site], rng: random.Random) -> Iterator[str]:
    """One of each community first, then one of each type until the number is full, the rest from the risky types."""
    by_community, by_type = defaultdict(list), defaultdict(list)
    for site in sites:
        by_community[site.community].append(site)
        by_type[site.type].append(site)
    drawn: dict[str, Site] = {}
    for group in by_community.values():
        site = rng.choice(group)
        drawn[site.code] = site
    types = sorted(by_type)
    for name in rng.sample(types, len(types)):
        if len(drawn) >= SITES_PER_MONTH - 8:
            break
        if all(site.type != name for site in drawn.values()):
            site = rng.choice(by_type[name])
            drawn[site.code] = site
    risky = [
        site for name in ("unmanaged-estate", "farmers-market", "back-lane", "main-road", "estate") for site in by_type[name]
    ]
    while len(drawn) < SITES_PER_MONTH:
        site = rng.choice(risky)
        drawn[site.code] = site
    yield from drawn


def walk(
    rounds: list[Round],
    sites: list[Site],
    units: list[Unit],
    posts: list[Post],
    today: date,
    calendar: WorkCalendar,
    rng: random.Random,
) -> tuple[list[Visit], list[Observation]]:
    """Visit every drawn site and rate what its checklist asks."""
    by_code = {site.code: site for site in sites}
    inspectors = defaultdict(list)
    for post in posts:
        if post.kind == "inspector" and post.ends_on is None:
            inspectors[post.unit].append(post.person)
    answers = Duties(units)
    visits: list[Visit] = []
    observations: list[Observation] = []
    for each in rounds:
        if each.kind == "monthly" and each.ends_on >= today:
            continue
        days = calendar.workdays_between(each.starts_on, each.ends_on) if each.kind == "monthly" else 1
        for number, code in enumerate(each.sites):
            site = by_code[code]
            day = each.starts_on if days <= 1 else calendar.workday_after(each.starts_on - timedelta(days=1), 1 + number % days)
            at = datetime.combine(day, time(8, 40), LOCAL) + timedelta(minutes=rng.randint(0, 480))
            person = inspectors[each.assessor][number % len(inspectors[each.assessor])]
            visit = Visit(f"{each.key}/{code}", each.key, code, person, at)
            visits.append(visit)
            items = list(shipped.checklist(site.type))
            if each.kind == "weekly":
                items = sorted(rng.sample(items, min(ITEMS_PER_WEEKLY_VISIT, len(items))), key=lambda item: item.code)
            for step, item in enumerate(items):
                moment = at + timedelta(seconds=40 * step + rng.randint(5, 30))
                _, holder = answers.who(site, item.criterion)
                observations.append(observe(visit, site, item, holder, moment, risk(site, item.family, day, today), rng))
    return visits, observations


def observe(
    visit: Visit, site: Site, item: shipped.ChecklistItem, holder: str, at: datetime, chance: float, rng: random.Random
) -> Observation:
    """Rate one item: graded ones by the number of defects, the others pass or fail."""
    failed = rng.random() < chance
    defects = rng.choices((1, 2, 3, 4), (62, 25, 9, 4))[0] if failed else 0
    graded = item.grading == "graded"
    grade = "ABCD"[min(defects, 3)] if graded else ""
    loss = GRADE_LOSS[grade] if graded else Decimal(int(failed))
    kinds = wording.kinds_at(item.kinds, site.type)
    kind = rng.choices(kinds, [3, *[1] * (len(kinds) - 1)])[0] if failed else None
    note = wording.problem(kind, site.name, site.type, rng) if kind else ""
    return Observation(
        key=f"{visit.key}/{item.criterion}",
        round=visit.round,
        visit=visit.key,
        site=site.code,
        community=site.community,
        criterion=item.criterion,
        item=item.code,
        grade=grade,
        defects=defects if graded else None,
        conform=None if graded else not failed,
        loss=loss,
        full_marks=item.full_marks,
        severity=item.severity,
        kind=kind,
        note=note,
        units=(holder,),
        person=visit.person,
        at=at,
    )
