"""A change of turns that was asked for is taken back before it is answered: signed in or by the private link of whoever has the turn.

Of an answer and a withdrawal at the same moment the first counts, and the other hears so in a sentence: both hold the row of the change.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.duties.rosters.actions.changing import CHANGE, pass_on, still_asked, tell_accounts, whole_changes
from chuangwen.duties.rosters.actions.changing_by_link import actor_by_link, counted_holder
from chuangwen.duties.rosters.models import TurnChange
from chuangwen.duties.rosters.naming import takes_back
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing


def withdraw_change(actor: Actor, *, change_id: int) -> TurnChange:
    """Take back what was asked. Raises Conflict (answered or taken back meanwhile), Missing (asked by somebody else, for somebody else, in a
    roster that this person does not keep), Denied."""
    access.require(actor, CHANGE)
    with transaction.atomic():
        change = whole_changes().select_for_update(of=("self",)).filter(takes_back(actor), pk=change_id).first()
        return _taken_back(actor, change)


def withdraw_change_by_link(token: str, *, change_id: int) -> TurnChange:
    """Take back what was asked for a turn of whoever holds the link. Raises Missing, Conflict, TooMany."""
    person = counted_holder(token)
    with transaction.atomic():
        change = whole_changes().select_for_update(of=("self",)).filter(pk=change_id, turn__person=person).first()
        return _taken_back(actor_by_link(person), change)


def _taken_back(actor: Actor, change: TurnChange | None) -> TurnChange:
    if change is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    still_asked(change)
    change.state, change.decided_at, change.decided_by_id = TurnChange.State.WITHDRAWN, clock.now(), actor.account_id
    change.save(update_fields=["state", "decided_at", "decided_by"])
    audit.record(actor, CHANGE, change, before={"state": TurnChange.State.ASKED}, after={"state": change.state})
    turn, other = change.turn, change.other
    words = {"person": turn.person, "turn": turn}
    tell_accounts(change, {other.account_id}, lambda: _("%(person)s no longer asks you to take a turn: %(turn)s") % words)
    pass_on(change, other, lambda: _("%(person)s is no longer asked to take a turn: %(turn)s") % (words | {"person": other}))
    if turn.person.account_id is not None and turn.person.account_id not in (actor.account_id, other.account_id):
        tell_accounts(change, {turn.person.account_id}, lambda: f"{turn}：{change.get_state_display()}", of=turn.person)
    return change
