"""What the actions of credits have in common."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.places.models import Division
from chuangwen.volunteers.credits.models import MOST, CreditAccount, CreditProgramme

SEE, SPEND, RECORD, CONFIRM, RUN, TAKE, AUDIT = (
    f"volunteers.{word}"
    for word in (
        "see_credits", "spend_credits", "record_conduct", "confirm_conduct", "run_credits", "take_vouchers", "audit_credits",
    )
)  # fmt: skip


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"volunteers.{code}", field=field)


def unchanged(row: Any, expected: int | None) -> None:
    """Raises Conflict when it was changed since it was seen."""
    if expected is not None and expected != row.revision:
        raise Conflict(_("Somebody has changed this meanwhile. Look at it again before you go on."), "volunteers.changed")


def whole(value: int, field: str, *, least: int = 0, most: int = MOST) -> int:
    """A whole number within its bounds. Raises Refusal."""
    if not least <= value <= most:
        raise refuse(_("Give a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}, "credit_number", field)
    return value


def programme_for(division: Division) -> CreditProgramme | None:
    """The programme that runs where this lies: the nearest one above it. One query."""
    paths = [*division.ancestor_paths, division.path]
    rows = CreditProgramme.objects.filter(division__path__in=paths).exclude(state=CreditProgramme.State.CLOSED)
    return rows.order_by(F("division__path").desc()).first()


def running(programme: CreditProgramme) -> None:
    """Raises Conflict where nothing can be earned or begun any more."""
    if programme.state != CreditProgramme.State.OPEN:
        told = _("“%(name)s” is closing or closed: nobody joins and nothing is earned any more.") % {"name": programme}
        raise Conflict(told, "volunteers.closed")


def spendable(programme: CreditProgramme, day: date | None = None) -> None:
    """Raises Conflict where nothing can be spent any more."""
    ended = programme.closes_on is not None and (day or clock.today()) > programme.closes_on
    if programme.state == CreditProgramme.State.CLOSED or ended:
        raise Conflict(_("“%(name)s” is closed: nothing can be redeemed any more.") % {"name": programme}, "volunteers.closed")


def own_holder(actor: Actor, verb: str, key: int) -> CreditAccount:
    """A holder's account, locked, on which the actor may do the verb. Raises Denied, Missing."""
    rows = CreditAccount.objects.filter(kind__in=CreditAccount.HOLDERS).select_related("programme", "volunteer__person", "site", "division")
    return access.fetch(actor, verb, rows, lock=True, pk=key)
