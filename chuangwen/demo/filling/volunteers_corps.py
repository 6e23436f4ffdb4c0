"""Volunteers of the street: the report gives 451 registered ones. Names, telephone numbers, skills, times, teams, trainings and the policy are
generated. The demonstration's resident is a volunteer, its grid worker leads a team."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chuangwen.demo.filling.keys import Keys
from chuangwen.demo.organisation import GIVEN, SURNAMES
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Person, Unit
from chuangwen.places.models import Division, Site
from chuangwen.volunteers.corps import actions
from chuangwen.volunteers.corps.models import Membership, Skill, Team, Volunteer

REGISTERED = 451
"""河东街道的汇报：共有注册志愿者 451 人。"""
WAITING = 5
IN_COMMUNITY = (("邻里互助队", "repair haircut company shopping phone-help"), ("文明劝导队", "guiding traffic waste environment"))
SPECIAL = (
    ("消防安全服务队", "fire-safety rescue"), ("健康服务队", "first-aid health-check health-talk"), ("法律服务队", "law mediation"),
    ("家电维修服务队", "repair plumbing computer"), ("心理疏导服务队", "counselling company"),
    ("文艺宣传服务队", "performing writing policy-talk"),
)  # fmt: skip
"""Names with the codes of their skills."""


def fill_volunteers_corps(keys: Keys) -> dict[str, int]:
    """A corps, a brigade and two teams in each community, special teams; volunteers with skills and times. How many there are."""
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    rng = random.Random(f"volunteers {keys.data.today.isoformat()}")
    skills = dict(Skill.objects.values_list("code", "pk"))
    with clock.at(keys.now):
        teams = _teams(keys, clerk, skills)
        people = _people(keys, clerk, rng, skills, teams)
        _leaders(keys, clerk, teams, people)
        _courses(keys, clerk, teams, skills)
        _waiting(keys, rng)
    return {"volunteers": Volunteer.objects.filter(state="active").count(), "volunteer_teams": Team.objects.count()}


def _short(place: Division) -> str:
    """尚谷车社区, where the whole name ends in 居民委员会."""
    return place.short_name or place.name.removesuffix("居民委员会").removesuffix("居委会")


def _middles(keys: Keys) -> dict[int, tuple[float, float]]:
    """The middle of the sites of each community: nothing finer is told of a volunteer."""
    points: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for division, lat, lon in Site.objects.filter(lat__isnull=False).values_list("division", "lat", "lon"):
        if lat is not None and lon is not None:
            points[division].append((lat, lon))
    return {
        key: (round(sum(lat for lat, _lon in rows) / len(rows), 5), round(sum(lon for _lat, lon in rows) / len(rows), 5))
        for key, rows in points.items()
    }


def _teams(keys: Keys, clerk: Actor, skills: dict[str, int]) -> dict[str, list[Team]]:
    """By community the two teams, under "" the special ones."""
    office, found = keys.units["street-office"], defaultdict(list)
    middles = _middles(keys)
    begun = keys.data.today - timedelta(days=900)
    corps = actions.make_team(
        clerk, name="河东街道新时代文明实践志愿服务总队", kind="corps", division=keys.street, unit=office, started_on=begun, reach=5000,
        generated=True,
    )  # fmt: skip
    units = {unit.division_id: unit for unit in keys.units.values() if unit.kind == Unit.Kind.COMMUNITY}
    for place in (row for row in keys.divisions.values() if row.level == Division.Level.VILLAGE):
        unit = units.get(place.pk, office)
        brigade = actions.make_team(
            clerk, name=f"{_short(place)}志愿服务支队", kind="brigade", division=place, unit=unit, parent_id=corps.pk, started_on=begun,
            generated=True, reach=1500,
        )  # fmt: skip
        lat, lon = middles.get(place.pk, (None, None))
        for name, codes in IN_COMMUNITY:
            found[place.code or ""].append(actions.make_team(
                clerk, name=f"{_short(place)}{name}", kind="team", division=place, unit=unit, parent_id=brigade.pk, generated=True,
                lat=lat, lon=lon, skills=[skills[code] for code in codes.split() if code in skills], weekly=6,
                started_on=begun + timedelta(days=30),
            ))  # fmt: skip
    middle = next(iter(middles.values()), (None, None))
    for name, codes in SPECIAL:
        found[""].append(actions.make_team(
            clerk, name=f"河东街道{name}", kind="special", division=keys.street, unit=office, parent_id=corps.pk, reach=4000, weekly=10,
            skills=[skills[code] for code in codes.split() if code in skills], generated=True, started_on=begun + timedelta(days=60),
            lat=middle[0], lon=middle[1],
        ))  # fmt: skip
    return found


def _people(keys: Keys, clerk: Actor, rng: random.Random, skills: dict[str, int], teams: dict[str, list[Team]]) -> list[Volunteer]:
    """451 volunteers: the demonstration's resident and grid worker, and 449 more, each in a team of the own community; some in a special one."""
    places = {row.code or "": row for row in keys.divisions.values() if row.level == Division.Level.VILLAGE}
    codes, none = sorted(places), {"born_on": None, "guardian_name": "", "guardian_phone": "", "guardian_consented_at": None}
    rows: list[dict[str, Any]] = []
    names: set[str] = set()
    while len(rows) < REGISTERED - 2:
        name = rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2, 2))))
        if name in names and len(names) < 2000:
            continue
        names.add(name)
        code = codes[len(rows) % len(codes)]
        free = 0
        for _n in range(rng.randint(2, 7)):
            free |= 1 << rng.choice((*range(21), 15, 16, 18, 19, 20))
        rows.append({
            "name": name, "phone": f"1990010{len(rows):04d}", "division": places[code], "free": free, "minor": none, "volunteer": None,
            "skills": rng.sample(sorted(skills.values()), min(rng.randint(1, 4), len(skills))),
            "team": teams[code][len(rows) // len(codes) % len(teams[code])].pk,
            "registered_on": keys.data.today - timedelta(days=rng.randint(20, 800)),
        })  # fmt: skip
    actions.bring_volunteers(clerk, rows=rows, generated=True)
    for role, place in (("resident", places[codes[0]]), ("grid_worker", None)):
        account = keys.accounts[role]
        unit = Unit.objects.filter(posts__person=account.person_id).select_related("division").first()
        home = place or (unit.division if unit and unit.division else places[codes[0]])
        volunteer = actions.become_volunteer(
            replace(actor_of(account), channel="command"), division=home, agrees=True, free=0b111 << 15, phone="19900009998",
            skills=rng.sample(sorted(skills.values()), min(2, len(skills))), team_id=teams[home.code or codes[0]][0].pk,
        )  # fmt: skip
        actions.decide_membership(clerk, membership_id=volunteer.memberships.get().pk, take=True)
        Volunteer.objects.filter(pk=volunteer.pk).update(generated=True)
    people = list(Volunteer.objects.filter(state="active").order_by("pk"))
    middles = _middles(keys)
    for one in people:
        one.lat, one.lon = middles.get(one.division_id, (None, None))
    Volunteer.objects.bulk_update(people, ["lat", "lon"], batch_size=200)
    now, today = clock.now(), clock.today()
    Membership.objects.bulk_create(
        Membership(team=teams[""][number // 9 % len(teams[""])], volunteer=one, state="member", asked_at=now, joined_on=today)
        for number, one in enumerate(people[:-2]) if number % 9 == 0
    )  # fmt: skip
    return people


def _leaders(keys: Keys, clerk: Actor, teams: dict[str, list[Team]], people: list[Volunteer]) -> None:
    """Each team is led by its first member; the first team where the grid worker serves is the grid worker's."""
    worker = Volunteer.objects.get(person=keys.accounts["grid_worker"].person_id)
    first: dict[int, int] = {}
    for team, volunteer in Membership.objects.filter(state="member").order_by("pk").values_list("team", "volunteer"):
        first.setdefault(team, volunteer)
    own = worker.memberships.get().team_id
    first[own] = worker.pk
    for team in (team for rows in teams.values() for team in rows):
        if team.pk in first:
            actions.change_leader(clerk, team_id=team.pk, volunteer_id=first[team.pk])
    for brigade in Team.objects.filter(kind=Team.Kind.BRIGADE):
        below = brigade.get_children().exclude(leader=None).order_by("-path").first()
        if below is not None:
            actions.change_leader(clerk, team_id=brigade.pk, volunteer_id=below.leader_id)


def _courses(keys: Keys, clerk: Actor, teams: dict[str, list[Team]], skills: dict[str, int]) -> None:
    today, office = keys.data.today, keys.units["street-office"]
    place: dict[str, Any] = {"division": keys.street, "unit": office, "generated": True}
    special = {team.name: team.pk for team in teams[""]}
    for title, topic, days, minutes, skill, months, which in (
        ("应急救护员培训", "急救", 90, 480, "first-aid", 24, "河东街道健康服务队"),
        ("消防安全志愿者培训", "消防", 60, 120, "fire-safety", 12, "河东街道消防安全服务队"),
        ("志愿者通用培训", "礼仪与安全", 30, 90, None, 0, "河东街道文艺宣传服务队"),
    ):
        actions.record_training(
            clerk, title=title, topic=topic, day=today - timedelta(days=days), minutes=minutes, by="河东街道新时代文明实践所",
            skill_id=skills.get(skill) if skill else None, months=months, teams=[special[which]], **place,
        )  # fmt: skip
    covered = [team.pk for code, rows in teams.items() if code for team in rows][:-3]
    actions.record_insurance(
        clerk, insurer="示例保险公司", policy_number=f"SL-{today.year}-0451", starts_on=today - timedelta(days=200),
        ends_on=today + timedelta(days=164), covers="志愿服务期间人身意外伤害", teams=covered, **place,
    )  # fmt: skip


def _waiting(keys: Keys, rng: random.Random) -> None:
    """A few who registered in the last days and wait to be confirmed."""
    places = [row for row in keys.divisions.values() if row.level == Division.Level.VILLAGE]
    year = keys.data.today.year
    for number in range(WAITING):
        person = Person.objects.create(name=rng.choice(SURNAMES) + rng.choice(GIVEN) + "示例", phone=f"1990011{number:04d}", generated=True)
        Volunteer.objects.create(
            number=f"V{year}W{number:04d}", person=person, division=places[number % len(places)], agreed_at=keys.now, generated=True,
            registered_on=keys.data.today - timedelta(days=number),
        )  # fmt: skip
