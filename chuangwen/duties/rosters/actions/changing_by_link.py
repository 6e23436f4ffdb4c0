"""A change of turns asked for and answered by a private link: by people of a pool who have no account. The same rules; of others no more than
the first character of the name is told."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.duties.rosters.actions.base import refuse
from chuangwen.duties.rosters.actions.changing import Tell, begin_change, finish_answer, still_asked, whole_changes, whole_turns
from chuangwen.duties.rosters.actions.pooling import link_of
from chuangwen.duties.rosters.models import PoolPerson, RosterTurn, TurnChange
from chuangwen.intake import guard
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.codes import mask_name
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.identifiers import number_in

AN_HOUR, A_DAY = 12, 30
"""So many questions and answers together by one link."""


def seen_by(person: PoolPerson) -> Tell:
    """How others are called to whoever holds the link of ``person``."""

    def tell(other: PoolPerson) -> str:
        return other.name if other.pk == person.pk else mask_name(other.name)

    return tell


def ask_change_by_link(token: str, *, turn_id: int, to: str, reason: str = "") -> TurnChange:
    """Ask by the link of whoever has the turn. ``to``: ``person:12`` asks them to stand in, ``turn:34`` to swap that turn of theirs. Raises
    Missing (the link gives nothing, or the turn is somebody else's), Refusal, Conflict, TooMany."""
    person = counted_holder(token)
    with transaction.atomic():
        rows = whole_turns().select_for_update(of=("self",))
        turn = rows.filter(pk=turn_id, person=person, called_off=False, roster__published_at__isnull=False).first()
        if turn is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        other, exchange = _chosen(turn, to)
        return begin_change(actor_by_link(person), turn, other, exchange, reason.replace("\x00", ""), seen_by(person))


def answer_change_by_link(token: str, *, change_id: int, yes: bool) -> TurnChange:
    """Say yes or no to what one is asked. Raises Missing, Conflict (answered already), Refusal (it cannot be any more), TooMany."""
    person = counted_holder(token)
    with transaction.atomic():
        change = whole_changes().select_for_update(of=("self",)).filter(pk=change_id, other=person).first()
        if change is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        still_asked(change)
        return finish_answer(actor_by_link(person), change, yes, seen_by(person))


def counted_holder(token: str) -> PoolPerson:
    """Whose link it is, counted: outside the transaction, so that what is refused counts as well. Raises Missing, TooMany."""
    link = link_of(token)
    if link is None or link.person is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    guard.count("duties.turn_change", str(link.person.pk), AN_HOUR, timedelta(hours=1))
    guard.count("duties.turn_change", str(link.person.pk), A_DAY, timedelta(days=1))
    return link.person


def actor_by_link(person: PoolPerson) -> Actor:
    """Who acts by the link of somebody without an account, for the trail."""
    return Actor(name=_("private link of %(person)s") % {"person": person.name})


def _chosen(turn: RosterTurn, to: str) -> tuple[PoolPerson, RosterTurn | None]:
    """Whom ``to`` means, and their turn in exchange; only people who take part in the roster, and turns of it that lie ahead."""
    kind, _colon, text = to.partition(":")
    key = number_in(text)
    if key is not None and kind == "turn":
        rows = turn.roster.turns.filter(called_off=False, day__gte=clock.today()).exclude(person=turn.person_id)
        exchange = rows.select_related("person__unit", "shift__post__unit", "roster").filter(pk=key).first()
        if exchange is not None:
            return exchange.person, exchange
    if key is not None and kind == "person":
        units = turn.roster.taking_part.values("unit")
        person = PoolPerson.objects.select_related("unit").filter(pk=key, unit__in=units, active=True).first()
        if person is not None:
            return person, None
    raise refuse(_("Choose one of the list."), "change_whom", "to")
