"""Whose names somebody sees in a roster, and whose request is whose. Who makes it sees all; everybody else those of the units that they reach,
themselves, and who leads the day, since leaders answer by their function. Of all others only how many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.db.models import Q

from chuangwen.duties.rosters.models import PoolPerson, Roster, RosterTurn
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Unit

SEE, PLAN, CHANGE = "duties.see_roster", "duties.plan_roster", "duties.change_turn"


class OfSomebody(Protocol):
    """A turn, whole or as far as it is shown."""

    @property
    def person(self) -> PoolPerson: ...

    @property
    def roster_id(self) -> int: ...


Row = TypeVar("Row", bound=OfSomebody)


@dataclass(frozen=True)
class Naming:
    """``rosters``: those that the actor makes; ``units``: whose people the actor sees by name; ``account``: the actor's own."""

    rosters: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()
    account: int | None = None

    def named(self, person: PoolPerson, roster: int) -> bool:
        """Whether this person's name may stand in what is shown of a roster."""
        own = self.account is not None and person.account_id == self.account
        return own or person.leads or roster in self.rosters or person.unit_id in self.units

    def split(self, turns: Iterable[Row]) -> tuple[list[Row], int]:
        """The turns that are shown with a name, and how many others there are."""
        rows = list(turns)
        shown = [turn for turn in rows if self.named(turn.person, turn.roster_id)]
        return shown, len(rows) - len(shown)


def naming(actor: Actor, rosters: Iterable[Roster]) -> Naming:
    """What somebody sees of these rosters. At most two queries."""
    keys = [roster.pk for roster in rosters]
    made = frozenset(access.scoped(actor, PLAN, Roster).filter(pk__in=keys).values_list("pk", flat=True))
    if made >= set(keys):
        return Naming(made, account=actor.account_id)
    units = frozenset(access.scoped(actor, SEE, Unit).values_list("pk", flat=True))
    return Naming(made, units, actor.account_id)


def takes_back(actor: Actor) -> Q:
    """The condition of changes of turns that somebody may take back: those that they asked for, those of their own turns, and those in rosters
    that they keep. That one could have asked as well is not enough."""
    if actor.account_id is None or not actor.may(CHANGE):
        return Q(pk__in=[])
    turns = access.scoped(actor, CHANGE, RosterTurn).order_by().values("pk")
    asked = Q(asked_by=actor.account_id) | Q(turn__person__account=actor.account_id)
    if actor.may(PLAN):
        asked |= Q(turn__roster__in=access.scoped(actor, PLAN, Roster).order_by().values("pk"))
    return asked & Q(turn__in=turns)
