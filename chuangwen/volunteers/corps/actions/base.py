"""What the actions of the part have alike: numbers, what is checked, who is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from chuangwen.kernel import access, clock, codes
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.models import Counter
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import register
from chuangwen.people.models import Account
from chuangwen.places.models import Division
from chuangwen.volunteers.corps import rules
from chuangwen.volunteers.corps.access import LEAD, MANAGE_TEAMS
from chuangwen.volunteers.corps.models import Skill, Team, Volunteer

TOLD = register("volunteers.registration", gettext_lazy("a registration or a membership of volunteers is asked for, or decided"))
FARTHEST = timedelta(days=366 * 6)


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"volunteers.{code}", field=field)


def next_number(letter: str) -> str:
    """T202600001 for teams, V202600001 for volunteers: year and a sequence without gaps."""
    year = clock.today().year
    return f"{letter}{year}{Counter.take(f'volunteers/{letter}/{year}'):05d}"


def one_at_a_time() -> None:
    """Registrations wait for each other from here to their end: two of the same person at once become one."""
    name = f"volunteers/V/{clock.today().year}"
    Counter.objects.select_for_update().get_or_create(name=name)


def phone_of(text: str, field: str, *, mobile: bool = False) -> str:
    """A telephone number as it is kept. Raises Refusal."""
    try:
        return codes.parse_mobile(text) if mobile else codes.parse_phone(text)
    except ValueError as problem:
        raise refuse(_("This is no telephone number."), "phone", field) from problem


def skills_of(keys: Sequence[int]) -> list[Skill]:
    """Skills that are offered. Raises Refusal for others."""
    wanted = sorted(set(keys))
    found = list(Skill.objects.filter(pk__in=wanted, active=True)) if wanted else []
    if len(found) != len(wanted):
        raise refuse(_("One of the skills is not on the list."), "skill", "skills")
    return found


def week(free: int) -> int:
    """Free times. Raises Refusal."""
    if not 0 <= free < 1 << (rules.DAYS * rules.PARTS):
        raise refuse(_("These are no times of the week."), "week", "free")
    return free


def served_at(division: Division) -> Division:
    """Where somebody serves: a community, or a town. Raises Refusal for wider places."""
    if division.level < Division.Level.TOWN:
        raise refuse(_("Choose a community, a town or a street."), "division", "division")
    return division


def past_day(day: date, field: str) -> date:
    """A day of something that has happened. Raises Refusal."""
    if not clock.today() - FARTHEST * 8 <= day <= clock.today():
        raise refuse(_("The day lies in the future or too far back."), "days", field)
    return day


def told(words: Callable[[], str]) -> str:
    """A sentence in the language of the installation: others read it."""
    with override(settings.LANGUAGE_CODE):
        return words()[:300]


def tell(key: str, words: Callable[[], str], volunteers: Sequence[Volunteer | None], link: str = "") -> None:
    """Tell volunteers who have an account; once for ever under this key."""
    people = [one.person_id for one in volunteers if one is not None]
    accounts = frozenset(Account.objects.filter(person__in=people, is_active=True).values_list("pk", flat=True)) if people else frozenset()
    tell_many([Message(key, TOLD, told(words), accounts, link=link or reverse("volunteers:me"))])


def team_of(actor: Actor, team_id: int, *, verb: str = MANAGE_TEAMS) -> Team:
    """The team, locked, for the desk that manages it or for its leader. Raises Denied, Missing."""
    rows = Team.objects.select_related("unit", "division", "leader__person")
    if actor.may(verb) and access.scoped(actor, verb, Team).filter(pk=team_id).exists():
        return access.fetch(actor, verb, rows, lock=True, pk=team_id)
    return access.fetch(actor, LEAD, rows, lock=True, pk=team_id)


def facts_of(row: Any, names: Sequence[str]) -> dict[str, Any]:
    """Columns as the trail keeps them."""
    return {name: str(value) if (value := getattr(row, name)) is not None else None for name in names}
