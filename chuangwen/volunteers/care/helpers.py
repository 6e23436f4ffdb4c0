"""Who could look after whom: volunteers as the arithmetic takes them, what it proposes, and the handing over when somebody leaves. Asks nobody's
leave: actions, listeners and jobs call it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell
from chuangwen.messaging.kinds import NORMAL, URGENT, register
from chuangwen.people.models import Account
from chuangwen.places.models import Division
from chuangwen.volunteers.care import pairing
from chuangwen.volunteers.care.actions.base import LIFE
from chuangwen.volunteers.care.models import CaredPerson, CareHelper, CarePlan
from chuangwen.volunteers.care.states import Step
from chuangwen.volunteers.corps.models import Volunteer

HANDED_OVER = register("volunteers.care_handed_over", gettext_lazy("a pair has changed because a volunteer left or rests"), NORMAL)
ROLES = CareHelper.Role
WANTED_SLOTS = 3
"""So many free parts of the week a person asks for: a call can be made at any hour, a visit and an event want an afternoon."""
ADULT = timedelta(days=18 * 365.25)


def someone(person: CaredPerson) -> pairing.Someone:
    return pairing.Someone(person.pk, person.division_id, person.lat, person.lon, WANTED_SLOTS)


def suitable(division: Division, today: date | None = None) -> list[pairing.Someone]:
    """The volunteers of a town who could be paired: registered, grown up, with how many people they look after already. Two queries."""
    town = division.path[: -Division.steplen] if division.level > Division.Level.TOWN else division.path
    today = today or clock.today()
    rows = Volunteer.objects.filter(state=Volunteer.State.ACTIVE, division__path__startswith=town).filter(
        Q(born_on__isnull=True) | Q(born_on__lte=today - ADULT)
    )
    load = dict(
        CareHelper.objects.filter(role__in=CareHelper.PAIR, volunteer__in=rows.order_by().values("pk"))
        .order_by().values_list("volunteer").annotate(n=Count("pk"))
    )  # fmt: skip
    return [
        pairing.Someone(pk, place, lat, lon, int(free).bit_count(), load.get(pk, 0))
        for pk, place, lat, lon, free in rows.order_by("pk").values_list("pk", "division", "lat", "lon", "free")
    ]


def proposals(person: CaredPerson, count: int = 5) -> list[tuple[pairing.Choice, Volunteer]]:
    """Who would suit a person best, near, with time and not loaded yet. Four queries."""
    there = set(CareHelper.objects.filter(person=person).values_list("volunteer", flat=True))
    found = pairing.propose(someone(person), suitable(person.division), count=count, without=there)
    rows = Volunteer.objects.select_related("person", "division").in_bulk([choice.volunteer for choice in found])
    return [(choice, rows[choice.volunteer]) for choice in found]


@dataclass
class Proposal:
    """What pairing many would do. ``pairs`` and ``stand_ins``: (person, volunteer) keys, the better one first. ``short``: people who would still
    miss somebody. ``metres``: the ways that are known. ``loads``: how many volunteers have so many people afterwards. ``gap``: 0 is proven."""

    pairs: list[tuple[int, int]] = field(default_factory=list)
    stand_ins: list[tuple[int, int]] = field(default_factory=list)
    kept: int = 0
    people: int = 0
    volunteers: int = 0
    short: int = 0
    metres: list[float] = field(default_factory=list)
    loads: list[tuple[int, int]] = field(default_factory=list)
    gap: float = 0.0

    @property
    def median(self) -> float | None:
        ways = sorted(self.metres)
        return ways[len(ways) // 2] if ways else None


def balanced(plans: Iterable[CarePlan], division: Division, *, anew: bool = False) -> Proposal:
    """Pairs and one who stands in for all who miss them; what was put there by hand stays. ``anew``: everybody else is dealt out again too."""
    plans = [plan for plan in plans if plan.state != CarePlan.State.ENDED]
    people = {plan.person_id: plan.person for plan in plans}
    there: dict[int, list[CareHelper]] = defaultdict(list)
    lifted: dict[int, int] = defaultdict(int)
    for row in CareHelper.objects.filter(person__in=people).order_by("person", "role", "order"):
        if anew and not row.fixed:
            lifted[row.volunteer_id] += row.role in CareHelper.PAIR
        else:
            there[row.person_id].append(row)
    crowd = [
        pairing.Someone(one.key, one.community, one.lat, one.lon, one.free, one.load - lifted[one.key]) for one in suitable(division)
    ]
    folk = [someone(people[key]) for key in sorted(people)]
    held = {key: {row.volunteer_id for row in there[key]} for key in people}
    paired = {key: sum(row.role in CareHelper.PAIR for row in there[key]) for key in people}
    blocked = {(key, volunteer) for key, volunteers in held.items() for volunteer in volunteers}
    first = pairing.pair(folk, crowd, {key: 2 - paired[key] for key in people}, forbidden=blocked)
    pairs = [(key, volunteer) for key in sorted(first.of) for volunteer in first.of[key]]
    standing = {key: sum(row.role == ROLES.STAND_IN for row in there[key]) for key in people}
    weights = pairing.Weights(most=8)
    second = pairing.pair(folk, crowd, {key: 1 - standing[key] for key in people}, forbidden=blocked | set(pairs), weights=weights)
    stand_ins = [(key, volunteer) for key in sorted(second.of) for volunteer in second.of[key]]
    load: dict[int, int] = defaultdict(int, {one.key: one.load for one in crowd})
    for _key, volunteer in pairs:
        load[volunteer] += 1
    spread: dict[int, int] = defaultdict(int)
    for one in crowd:
        spread[load[one.key]] += 1
    place, where = {one.key: one for one in folk}, {one.key: one for one in crowd}
    ways = [float(pairing.metres([place[a]], [where[b]])[0, 0]) for a, b in pairs]
    return Proposal(
        pairs, stand_ins, sum(map(len, there.values())), len(people), len(crowd), len(set(first.short)), [way for way in ways if way == way],
        sorted(spread.items()), max(first.gap, second.gap),
    )  # fmt: skip


# -- somebody leaves or rests ------------------------------------------------------------------------------------------


def hand_over(volunteer_id: int, team_id: int | None = None) -> int:
    """A volunteer left, rests, or left the team of a plan: they see these people no more, the first who stands in moves up, and the leader and
    the community are told who is missing. How many people it was about. Stands in the transaction of whoever calls."""
    rows = CareHelper.objects.filter(volunteer=volunteer_id)
    if team_id is not None:
        rows = rows.filter(person__plan__team=team_id)
    people = list(rows.order_by("person").values_list("person", flat=True))
    for person in people:
        with transaction.atomic():
            plan = CarePlan.objects.select_for_update(of=("self",)).select_related("person__division", "person__unit", "team").get(person=person)
            _hand_over(plan, volunteer_id)
    return len(people)


def _hand_over(plan: CarePlan, volunteer_id: int) -> None:
    rows = list(CareHelper.objects.select_for_update(of=("self",)).filter(person=plan.person_id).select_related("volunteer__person")
                .order_by("order", "pk"))  # fmt: skip
    gone = next((row for row in rows if row.volunteer_id == volunteer_id), None)
    if gone is None:
        return
    role, who = gone.role, str(gone.volunteer)
    gone.delete()
    waiting = [row for row in rows if row.role == ROLES.STAND_IN and row.pk and row.volunteer.state == Volunteer.State.ACTIVE]
    moved = waiting[0] if role in CareHelper.PAIR and waiting else None
    if moved is not None:
        moved.role, moved.order, moved.since = role, 0, clock.today()
        moved.save(update_fields=["role", "order", "since"])
    left = sum(row.role in CareHelper.PAIR for row in rows if row.pk)

    def said() -> str:
        if moved is None:
            return _("%(who)s no longer looks after this person") % {"who": who}
        return _("%(who)s no longer looks after this person; %(next)s moves up") % {"who": who, "next": moved.volunteer}

    event = LIFE.write(SYSTEM, Step.HAND_OVER, plan, said, told={"gone": volunteer_id, "moved": moved.volunteer_id if moved else None})
    _tell(plan, left, event.pk)


def _tell(plan: CarePlan, left: int, event: int) -> None:
    person = plan.person
    accounts = set(recipients.of_units([person.unit_id], recipients.RESPONSIBLE).get(person.unit_id, ()))
    if plan.team and plan.team.leader_id:
        accounts |= set(Account.objects.filter(person__volunteer=plan.team.leader_id, is_active=True).values_list("pk", flat=True))
    with translation.override(settings.LANGUAGE_CODE):
        told = {"name": person.masked_name, "place": person.division.name}
        title = _("The pair of %(name)s (%(place)s) has changed") % told
        text = _("The pair is whole; name somebody who stands in.") if left == 2 else ngettext(
            "Only %(n)d of two is left: choose from those who are proposed.", "%(n)d of two are left: choose from those who are proposed.", left
        ) % {"n": left}  # fmt: skip
        tell(Message(
            key=f"volunteers.care_handed_over:{event}", kind=HANDED_OVER, title=title, text=text, link=person.get_absolute_url(),
            accounts=frozenset(accounts), urgency=NORMAL if left else URGENT, about=f"volunteers.careplan:{plan.pk}",
        ))  # fmt: skip


def look_after() -> int:
    """The net below the listeners: whoever looks after somebody and is no longer registered, or left the team of the plan, is handed over."""
    found = 0
    for volunteer in list(CareHelper.objects.exclude(volunteer__state=Volunteer.State.ACTIVE).order_by("volunteer").values_list(
            "volunteer", flat=True).distinct()):  # fmt: skip
        with transaction.atomic():
            found += hand_over(volunteer)
    return found
