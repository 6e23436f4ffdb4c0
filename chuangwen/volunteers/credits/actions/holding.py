"""Who takes part: volunteers by themselves, households and shops by their community. Leaving is as easy as joining."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Missing
from chuangwen.kernel.lives import needed
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.credits import book
from chuangwen.volunteers.credits.actions.base import RECORD, SPEND, own_holder, programme_for, refuse, running, whole
from chuangwen.volunteers.credits.models import CreditAccount, CreditEntry, CreditLot, CreditProgramme

State = CreditAccount.State


def join_credits(actor: Actor, *, volunteer_id: int) -> CreditAccount:
    """A volunteer joins the programme of their place by themselves; hours count from today. Once more changes nothing.

    Raises Denied, Missing, Conflict (no programme here, it is closing), Refusal (not registered).
    """
    with transaction.atomic():
        rows = Volunteer.objects.select_related("person", "division")
        volunteer = access.fetch(actor, SPEND, rows, lock=True, pk=volunteer_id)
        if volunteer.state != Volunteer.State.ACTIVE:
            raise refuse(_("%(name)s is not registered as a volunteer now.") % {"name": volunteer}, "not_active")
        programme = programme_for(volunteer.division)
        if programme is None:
            raise Conflict(_("There is no programme of credits where you serve."), "volunteers.no_programme")
        running(programme)
        account = book.holder(Q(programme=programme, volunteer=volunteer))
        if account is None:
            account = CreditAccount.objects.create(
                programme=programme, kind=CreditAccount.Kind.VOLUNTEER, number=f"J{programme.pk}-{volunteer.number}", volunteer=volunteer,
                division=volunteer.division, joined_on=clock.today(), generated=volunteer.generated,
            )  # fmt: skip
        elif account.state == State.ACTIVE:
            return account
        else:
            account.state, account.joined_on, account.left_on = State.ACTIVE, clock.today(), None
            account.save(update_fields=["state", "joined_on", "left_on"])
        audit.record(actor, SPEND, account, after={"state": account.state, "joined_on": account.joined_on})
    return account


def leave_credits(actor: Actor, *, credit_account_id: int) -> CreditAccount:
    """A holder leaves: what they have lapses, vouchers that they hold stay good. Raises Denied, Missing, Conflict (left already)."""
    with transaction.atomic():
        account = own_holder(actor, SPEND, credit_account_id)
        _end(actor, account, SPEND, _("Left the programme"))
    return account


def take_out(actor: Actor, *, credit_account_id: int, reason: str) -> CreditAccount:
    """The community signs a household or a shop off; volunteers leave by themselves. Raises Denied, Missing, Conflict, Refusal."""
    with transaction.atomic():
        account = own_holder(actor, RECORD, credit_account_id)
        if account.kind == CreditAccount.Kind.VOLUNTEER:
            raise refuse(_("Volunteers join and leave by themselves."), "credit_own_will")
        _end(actor, account, RECORD, needed(reason, "reason", _("Say why it is signed off."), limit=120))
    return account


def _end(actor: Actor, account: CreditAccount, verb: str, words: str) -> None:
    if account.state != State.ACTIVE:
        raise Conflict(_("They have left already."), "volunteers.left")
    left = account.balance
    lots = list(CreditLot.objects.filter(account=account, left__gt=0))
    book.expire(account, lots, f"leave:{account.pk}:{uuid.uuid4().hex}", words, by_id=actor.account_id)
    account.state, account.left_on = State.LEFT, clock.today()
    account.save(update_fields=["state", "left_on"])
    audit.record(actor, verb, account, before={"balance": left}, after={"state": account.state}, note=words)


def enter_household(actor: Actor, *, division: Division, name: str, unit: Unit | None = None, generated: bool = False) -> CreditAccount:
    """A household takes part under its door (no person's name). Once more gives the same account. Raises Denied, Conflict, Refusal."""
    door = needed(name, "name", _("Give the door: building and number."), limit=60)
    return _entered(actor, CreditAccount.Kind.HOUSEHOLD, division, unit, generated, name=door)


def enter_shop(actor: Actor, *, site: Site, unit: Unit | None = None, generated: bool = False) -> CreditAccount:
    """A shop, market stall or other site with duties before its door takes part. Raises Denied, Conflict, Refusal."""
    if site.division is None:
        raise refuse(_("This site lies in no community yet: give it one first."), "credit_site", "site")
    return _entered(actor, CreditAccount.Kind.SHOP, site.division, unit, generated, site=site)


def _entered(actor: Actor, kind: str, division: Division, unit: Unit | None, generated: bool, **who: Any) -> CreditAccount:
    with transaction.atomic():
        access.require(actor, RECORD, division=division, unit=unit)
        if unit is not None and (unit.division is None or not division.path.startswith(unit.division.path)):
            raise refuse(_("This unit does not answer for that place."), "credit_unit", "unit")
        programme = programme_for(division)
        if programme is None:
            raise Conflict(_("There is no programme of credits in this place."), "volunteers.no_programme")
        running(programme)
        CreditProgramme.objects.select_for_update().get(pk=programme.pk)  # two who enter the same door at once get one account
        inside = {"division": division} if kind == CreditAccount.Kind.HOUSEHOLD else {}
        account = CreditAccount.objects.select_for_update().filter(programme=programme, kind=kind, **who, **inside).first()
        if account is None:
            count = CreditAccount.objects.filter(programme=programme, kind=kind).count() + 1
            account = CreditAccount(
                programme=programme, kind=kind, number=f"{'H' if kind == CreditAccount.Kind.HOUSEHOLD else 'S'}{programme.pk}-{count:05d}",
                joined_on=clock.today(), generated=generated, **who,
            )  # fmt: skip
        elif account.state == State.ACTIVE:
            return account
        account.state, account.left_on, account.division = State.ACTIVE, None, division
        account.unit = unit or account.unit
        account.save()
        audit.record(actor, RECORD, account, after={"kind": kind, "state": account.state})
    return account


def transfer_credits(actor: Actor, *, credit_account_id: int, to_number: str, amount: int, uid: uuid.UUID | None = None) -> CreditEntry:
    """Pass credits on, where the programme allows it; they keep the day on which they lapse. The same ``uid`` again passes nothing on twice.

    Raises Denied, Missing, TooFew, Refusal (not allowed, nobody of this number, owes something).
    """
    with transaction.atomic():
        access.require(actor, SPEND)
        mine = access.fetch(actor, SPEND, CreditAccount.objects.filter(kind__in=CreditAccount.HOLDERS), pk=credit_account_id)
        if not mine.programme.transfers:
            raise refuse(_("In this programme credits are not passed on."), "no_transfers")
        others = CreditAccount.objects.filter(programme=mine.programme, kind__in=CreditAccount.HOLDERS)
        other = others.filter(number=to_number.replace("\x00", "")).first()
        if other is None or other.pk == mine.pk:
            raise Missing(_("Nobody else takes part under this number."))
        locked = {
            row.pk: row for row in CreditAccount.objects.select_for_update(of=("self",)).select_related("programme", "volunteer__person", "site")
            .filter(pk__in=[mine.pk, other.pk]).order_by("pk")
        }  # fmt: skip
        mine, other = locked[mine.pk], locked[other.pk]
        running(mine.programme)
        cause = f"transfer:{(uid or uuid.uuid4()).hex}"
        if (there := book.known(cause)) is not None:
            if there.holder_id != mine.pk:
                raise refuse(_("This record belongs to something else."), "uid")
            return there
        if State.LEFT in (mine.state, other.state) or other.owes:
            raise refuse(_("This holder cannot get credits now."), "cannot_receive", "to_number")
        whole(amount, "amount", least=1)
        words = _("Passed on to %(number)s") % {"number": other.number}
        entry = book.enter(mine, CreditEntry.Kind.TRANSFER, cause, words, by_id=actor.account_id)
        book.give(mine, entry, amount, other.pk, to=other)
        audit.record(actor, SPEND, mine, after={"amount": amount, "to": other.number})
    return entry
