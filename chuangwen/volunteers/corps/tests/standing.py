"""What stands for teams and volunteers in the walks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chuangwen.intake.sealing import hash_of
from chuangwen.kernel import clock
from chuangwen.people.models import Account, Person
from chuangwen.volunteers.corps.models import FirstLink, Insurance, Membership, Skill, Team, Trained, Training, Volunteer


def make_volunteer(division: Any, name: str, account: Account | None = None, **more: Any) -> Volunteer:
    """A registered volunteer; of an account whose person holds a post it is that person, any other account gets the new one."""
    staff = account.person if account is not None and account.person is not None and account.person.posts.exists() else None
    person = staff or Person.objects.create(name=name, phone="19900000001", generated=True)
    if account is not None and staff is None:
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
    _more_things(place)


def more(place: Any, start: int, count: int) -> None:
    """That many more teams, each with a volunteer."""
    town, now, today = place.town, clock.now(), clock.today()
    for n in range(start, start + count):
        volunteer = make_volunteer(town.communities[n % 2], f"志愿者{n}")
        team = make_team(town.communities[n % 2], town.units["community"], f"第{n}志愿服务队", volunteer)
        for one in (team, place.things["volunteer_team"]):
            Membership.objects.create(team=one, volunteer=volunteer, state="member", asked_at=now, joined_on=today)
        Skill.objects.create(code=f"skill-{n}", name=f"技能{n}")
        facts = {"division": town.communities[0], "unit": town.units["community"], "made_at": now}
        Training.objects.create(title=f"培训{n}", day=today, minutes=60, **facts)
        Insurance.objects.create(insurer="示例保险公司", policy_number=f"more-{n}", starts_on=today, ends_on=today, **facts)


# -- what the walks ask for -------------------------------------------------------------------------------------------


def _more_things(place: Any) -> None:
    """Somebody who applies, somebody who asks to join the resident's own team, a training, a policy, a link."""
    town, today = place.town, clock.today()
    community, unit = town.communities[0], town.units["community"]
    led = make_team(community, unit, f"{town.street.name}清洁队", place.things["volunteer"])
    other = make_team(community, unit, f"{town.street.name}助学队")
    paused = make_team(community, unit, f"{town.street.name}休整队", state="paused")
    asking = make_volunteer(community, f"{town.street.name}申请人", number=f"VA{town.street.pk}")
    asked = Membership.objects.create(team=led, volunteer=asking, asked_at=clock.now())
    waiting = make_volunteer(community, f"{town.street.name}待审", number=f"VW{town.street.pk}")
    Volunteer.objects.filter(pk=waiting.pk).update(state="applied")
    desk_asked = Membership.objects.create(team=place.things["volunteer_team"], volunteer=waiting, asked_at=clock.now())
    facts = {"division": community, "unit": unit, "made_at": clock.now()}
    training = Training.objects.create(title="急救培训", day=today, minutes=120, **facts)
    Trained.objects.create(training=training, volunteer=asking)
    insurance = Insurance.objects.create(
        insurer="示例保险公司", policy_number=f"P{town.street.pk}", starts_on=today, ends_on=today, **facts
    )
    token = f"first-{town.street.pk}"
    FirstLink.objects.create(volunteer=asking, token_hash=hash_of(token), expires_at=clock.now() + timedelta(days=1))
    place.things.update(
        led_team=led, led_asked=asked, applicant=waiting, desk_asked=desk_asked, training=training, trained_volunteer=asking,
        insurance=insurance, first_token=token, other_team=other, paused_team=paused,
    )  # fmt: skip


def _of(thing: str, *, shared: bool = False, **more: str) -> Any:
    from tests.sample import Sample

    return Sample(
        lambda place, _role: {"pk": place.things[thing].pk} | {key: place.things[name].pk for key, name in more.items()}, shared
    )


def __getattr__(name: str) -> Any:
    """SAMPLES is made when it is asked for: the walks' own module imports this one."""
    if name != "SAMPLES":
        raise AttributeError(name)
    from tests.sample import Sample

    found = {
        "first-sign-in": Sample(lambda place, _role: {"token": place.things["first_token"]}, True),
        "join": _of("led_team", shared=True), "leave": _of("membership"), "led": _of("led_team"),
        "led-take": _of("led_asked"), "led-refuse": _of("led_asked"), "led-deputy": _of("led_asked"), "led-remove": _of("led_asked"),
        "training": _of("training"), "training-add": _of("training"), "training-strike": _of("training", who="trained_volunteer"),
        "insurance": _of("insurance"), "insurance-add": _of("insurance"), "skill": _of("skill", shared=True),
        "volunteer-confirm": _of("applicant"), "volunteer-turn-away": _of("applicant"),
    }  # fmt: skip
    for address in ("team", "team-edit", "team-leader", "team-pause", "team-go-on", "team-close"):
        found[address] = _of("volunteer_team")
    for address in ("volunteer", "volunteer-phone", "volunteer-edit", "volunteer-sign-off", "volunteer-first-link"):
        found[address] = _of("volunteer")
    for address in ("member-take", "member-refuse"):
        found[address] = _of("desk_asked")
    for address in ("member-deputy", "member-remove"):
        found[address] = _of("membership")
    join = "/api/v1/volunteers/teams/<int:joined_team_id>/join"
    asked = Sample(lambda place, _role: {"joined_team_id": place.things["other_team"].pk}, True, body=API_BODIES[join])
    return {f"volunteers:{address}": sample for address, sample in found.items()} | {join: asked}


OPEN = {
    "volunteers:register": "whoever wants to volunteer registers without an account",
    "volunteers:first-sign-in": "whoever holds the link that the desk gave sets a first password",
}
API_KEYS = {
    "volunteer_team_id": "volunteer_team", "closing_team_id": "led_team", "volunteer_id": "volunteer", "applicant_id": "applicant",
    "joined_team_id": "other_team", "paused_team_id": "paused_team", "membership_id": "membership", "asked_membership_id": "led_asked",
    "leaving_volunteer_id": "trained_volunteer", "training_id": "training", "insurance_id": "insurance",
}  # fmt: skip
API_BODIES = {
    "/api/v1/volunteers/teams": lambda place, _role: {
        "name": "新服务队", "division": place.town.communities[0].code, "unit": place.town.units["community"].pk,
    },
    "/api/v1/volunteers/trainings": lambda place, _role: {
        "title": "急救培训", "day": f"{clock.today()}", "minutes": 90, "division": place.town.communities[0].code,
        "unit": place.town.units["community"].pk, "skill": "repair", "months": 12, "volunteers": [place.things["volunteer"].pk],
    },
    "/api/v1/volunteers/trainings/<int:training_id>/people": lambda place, _role: {"volunteers": [place.things["volunteer"].pk]},
    "/api/v1/volunteers/trainings/<int:training_id>/strike": lambda place, _role: {"volunteer": place.things["trained_volunteer"].pk},
    "/api/v1/volunteers/insurances": lambda place, _role: {
        "insurer": "示例保险公司", "policy_number": "API-1", "starts_on": f"{clock.today()}", "ends_on": f"{clock.today()}",
        "division": place.town.communities[0].code, "unit": place.town.units["community"].pk, "volunteers": [place.things["volunteer"].pk],
    },
    "/api/v1/volunteers/insurances/<int:insurance_id>/people": lambda place, _role: {"teams": [place.things["volunteer_team"].pk]},
    "/api/v1/volunteers/people": lambda place, _role: {
        "name": "王示例", "phone": "19900000077", "division": place.town.communities[0].code, "agrees": True,
    },
    "/api/v1/volunteers/teams/<int:volunteer_team_id>/leader": lambda place, _role: {"volunteer": place.things["volunteer"].pk},
    "/api/v1/volunteers/teams/<int:volunteer_team_id>/pause": lambda _place, _role: {"reason": "休整"},
    "/api/v1/volunteers/teams/<int:paused_team_id>/go-on": lambda _place, _role: {},
    "/api/v1/volunteers/teams/<int:joined_team_id>/join": lambda _place, _role: {},
    "/api/v1/volunteers/memberships/<int:membership_id>/leave": lambda _place, _role: {"reason": "时间不够"},
    "/api/v1/volunteers/memberships/<int:asked_membership_id>/decide": lambda _place, _role: {"take": True},
    "/api/v1/volunteers/memberships/<int:membership_id>/deputy": lambda _place, _role: {"deputy": True},
    "/api/v1/volunteers/memberships/<int:membership_id>/remove": lambda _place, _role: {"reason": "长期不参加"},
    "/api/v1/volunteers/teams/<int:closing_team_id>/close": lambda _place, _role: {"reason": "撤并"},
    "/api/v1/volunteers/people/<int:leaving_volunteer_id>/sign-off": lambda _place, _role: {"reason": "迁出"},
}  # fmt: skip
SHEETS = {
    "volunteer-teams": ({"name": "新村邻里互助队", "division": "第1社区", "unit": "城管局", "reach": "1200"}, {"reach": "很远"}),
    "volunteers": ({"name": "李示例", "phone": "19900000001", "division": "第1社区", "free": "周六上午"}, {"phone": "打单位电话"}),
}
IDS = {
    "team_id": "volunteer_team", "volunteer_id": "volunteer", "membership_id": "membership", "training_id": "training",
    "insurance_id": "insurance",
}  # fmt: skip
