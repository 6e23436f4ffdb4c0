"""What stands for teams and volunteers in the walks."""

from __future__ import annotations

from typing import Any

from chuangwen.kernel import clock
from chuangwen.people.models import Account, Person
from chuangwen.volunteers.corps.models import Membership, Skill, Team, Volunteer


def make_volunteer(division: Any, name: str, account: Account | None = None, **more: Any) -> Volunteer:
    """A registered volunteer; of an account without a person it becomes the person's."""
    person = Person.objects.create(name=name, phone="19900000001", generated=True)
    if account is not None:
        account.person = person
        account.save(update_fields=["person"])
    number = more.pop("number", f"V{Volunteer.objects.count() + 1:07d}")
    return Volunteer.objects.create(
        number=number, person=person, state=Volunteer.State.ACTIVE, division=division, registered_on=clock.today(), agreed_at=clock.now(), **more
    )


def make_team(division: Any, unit: Any, name: str, leader: Volunteer | None = None, **more: Any) -> Team:
    facts = {"kind": Team.Kind.TEAM, "number": f"T{Team.objects.count() + 1:06d}", "lat": 21.66, "lon": 110.92} | more
    return Team.add_root(name=name, division=division, unit=unit, leader=leader, started_on=clock.today(), **facts)


def things(place: Any) -> None:
    """The resident is a volunteer in a team that somebody else leads."""
    town = place.town
    skill, _made = Skill.objects.get_or_create(code="repair", defaults={"name": "家电维修"})
    leader = make_volunteer(town.communities[0], f"{town.street.name}队长")
    volunteer = make_volunteer(town.communities[0], f"{town.street.name}志愿者", town.accounts["resident"], free=0b111)
    volunteer.skills.add(skill)
    team = make_team(town.communities[0], town.units["community"], f"{town.street.name}邻里服务队", leader)
    team.skills.add(skill)
    now, today = clock.now(), clock.today()
    member = Membership.objects.create(team=team, volunteer=volunteer, state=Membership.State.MEMBER, asked_at=now, joined_on=today)
    Membership.objects.create(team=team, volunteer=leader, state=Membership.State.MEMBER, asked_at=now, joined_on=today)
    place.things.update(skill=skill, volunteer_team=team, volunteer=volunteer, team_leader=leader, membership=member)


def more(place: Any, start: int, count: int) -> None:
    """That many more teams, each with a volunteer."""
    town, now, today = place.town, clock.now(), clock.today()
    for n in range(start, start + count):
        volunteer = make_volunteer(town.communities[n % 2], f"志愿者{n}")
        team = make_team(town.communities[n % 2], town.units["community"], f"第{n}志愿服务队", volunteer)
        for one in (team, place.things["volunteer_team"]):
            Membership.objects.create(team=one, volunteer=volunteer, state="member", asked_at=now, joined_on=today)
