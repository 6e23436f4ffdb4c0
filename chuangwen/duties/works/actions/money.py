"""Money asked for and granted, and contracts. Sums are exact to the fen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.duties.works.actions.base import EARLIEST, LATEST, LIFE, past_day, refuse, yuan
from chuangwen.duties.works.actions.making import _of
from chuangwen.duties.works.models import Work, WorkContract, WorkFund
from chuangwen.duties.works.states import Step
from chuangwen.kernel.access import Actor
from chuangwen.kernel.lives import needed
from chuangwen.web import formatting


def apply_for_fund(actor: Actor, *, work_id: int, source: str, applied: Decimal, applied_on: date, note: str = "") -> WorkFund:
    """Money is asked for. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.MONEY, work_id)
        row = WorkFund.objects.create(
            work=work, source=needed(source, "source", _("Say of whom it is asked."), limit=60), applied=yuan(applied, "applied"),
            applied_on=past_day(applied_on, "applied_on"), note=note.strip()[:200],
        )  # fmt: skip
        LIFE.write(
            actor, Step.MONEY, work,
            lambda: _("Applied for %(yuan)s yuan: %(source)s") % {"yuan": formatting.number(applied, 2), "source": row.source},
            told={"fund": row.pk, "applied": str(applied)},
        )  # fmt: skip
    return row


def answer_fund(
    actor: Actor, *, work_id: int, fund_id: int, granted: Decimal | None, answered_on: date, note: str = ""
) -> WorkFund:
    """What was granted; None: denied. An answer that was wrong is given again, the trail keeps both. Raises Refusal."""
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.GRANT, work_id)
        row = _of(WorkFund, work, fund_id)
        if past_day(answered_on, "answered_on") < row.applied_on:
            raise refuse(_("The answer lies before the application."), "fund", "answered_on")
        was = {"state": row.state, "granted": str(row.granted) if row.granted is not None else None}
        row.granted = yuan(granted, "granted", needed=False)
        row.state = WorkFund.State.DENIED if row.granted is None else WorkFund.State.GRANTED
        row.answered_on, row.note = answered_on, note.strip()[:200] or row.note
        row.save()

        def said() -> str:
            if row.granted is None:
                return _("Denied: %(source)s") % {"source": row.source}
            return _("Granted %(yuan)s yuan: %(source)s") % {"yuan": formatting.number(row.granted, 2), "source": row.source}

        told = {"fund": row.pk, "was": was, "granted": str(row.granted) if row.granted is not None else None}
        LIFE.write(actor, Step.GRANT, work, said, told=told)
    return row


def save_contract(
    actor: Actor,
    *,
    work_id: int,
    number: str,
    contractor: str,
    amount: Decimal,
    signed_on: date,
    due_on: date | None = None,
    contract_id: int | None = None,
) -> WorkContract:
    """A contract with an organisation: its number, sum, and the day by which the contractor is done. Raises Refusal."""
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.CONTRACT, work_id)
        row = WorkContract(work=work) if contract_id is None else _of(WorkContract, work, contract_id)
        row.number = needed(number, "number", _("A contract has a number."), limit=40)
        if WorkContract.objects.filter(work=work, number=row.number).exclude(pk=row.pk).exists():
            raise refuse(_("This work has a contract of that number already."), "contract", "number")
        row.contractor = needed(contractor, "contractor", _("Name the organisation."), limit=80)
        row.amount, row.signed_on = yuan(amount, "amount"), past_day(signed_on, "signed_on")
        if due_on is not None and not signed_on <= due_on <= LATEST or signed_on < EARLIEST:
            raise refuse(_("The last day lies before the first."), "contract", "due_on")
        row.due_on = due_on
        row.save()
        LIFE.write(
            actor, Step.CONTRACT, work,
            lambda: _("Contract %(number)s with %(contractor)s: %(yuan)s yuan")
            % {"number": row.number, "contractor": row.contractor, "yuan": formatting.number(row.amount, 2)},
            told={"contract": row.pk, "amount": str(row.amount)},
        )  # fmt: skip
    return row
