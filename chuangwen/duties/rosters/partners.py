"""What somebody without an account is shown of changes: what they are asked and asked themselves, and with whom a turn could be changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chuangwen.duties.rosters.actions.changing import judge
from chuangwen.duties.rosters.gathering import question_of
from chuangwen.duties.rosters.models import DutyPost, PoolPerson, RosterTurn, TurnChange
from chuangwen.duties.rosters.queries import reserves
from chuangwen.kernel import clock
from chuangwen.kernel.codes import mask_name

STAND_INS, SWAPS, LOOKED_AT = 8, 12, 40
"""So many of each are offered; of so many turns is it tried whether they can be swapped."""
KEPT = timedelta(days=14)


def asked_of(person: PoolPerson) -> list[TurnChange]:
    """What somebody is asked and has not answered; what concerns a day that is over is no question any more."""
    rows = TurnChange.objects.filter(other=person, state=TurnChange.State.ASKED, turn__day__gte=clock.today(), turn__called_off=False)
    return list(rows.select_related("turn__shift__post__ground", "turn__person", "in_exchange__shift__post").order_by("turn__day", "pk"))


def asked_by(person: PoolPerson) -> list[TurnChange]:
    """What was asked for the turns of somebody in the last two weeks."""
    rows = TurnChange.objects.filter(turn__person=person, asked_at__gte=clock.now() - KEPT)
    return list(rows.select_related("turn__shift__post", "other", "in_exchange__shift__post").order_by("-asked_at", "-pk"))


@dataclass(frozen=True)
class Offer:
    """Somebody who could take a turn: ``key`` as the action takes it, what is told of them, and their turn in exchange."""

    key: str
    name: str
    unit: str
    exchange: RosterTurn | None = None


def offered_changes(turn: RosterTurn) -> list[Offer]:
    """Who could stand in, in the order of the rule, then turns that could be swapped, soonest first: only what breaks no rule."""
    question = question_of(turn.roster)
    free = [one for one in reserves(question, turn.shift, turn.day) if one.pk != turn.person_id]
    offers = []
    for person in free[:LOOKED_AT]:
        if len(offers) < STAND_INS and not judge(question, turn, person).broken:
            offers.append(Offer(f"person:{person.pk}", mask_name(person.name), str(person.unit)))
    if turn.shift.post.kind == DutyPost.Kind.LEAD:
        return offers
    rows = turn.roster.turns.filter(called_off=False, day__gte=clock.today(), person__leads=False).exclude(person=turn.person_id)
    rows = rows.exclude(shift=turn.shift_id, day=turn.day).select_related("shift__post__unit", "person__unit", "roster__ground")
    swaps: list[Offer] = []
    for other in rows.order_by("day", "shift", "pk")[:LOOKED_AT]:
        if len(swaps) < SWAPS and other.person_id in question.number_of and not judge(question, turn, other.person, other).broken:
            swaps.append(Offer(f"turn:{other.pk}", mask_name(other.person.name), str(other.person.unit), other))
    return [*offers, *swaps]
