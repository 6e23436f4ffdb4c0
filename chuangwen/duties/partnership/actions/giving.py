"""What is put in, written once: the record of the pair, and the same quantity in the ledger where a metric fits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.duties.partnership import rules
from chuangwen.duties.partnership.actions.base import LIFE, active, past_day, refuse
from chuangwen.duties.partnership.actions.living import keep_photos
from chuangwen.duties.partnership.actions.packing import of_pair
from chuangwen.duties.partnership.models import Partnership, PartnershipInput, PartnershipItem, PartnershipPhoto
from chuangwen.duties.partnership.states import Step
from chuangwen.evidence.models import Photo
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.identifiers import new_uid
from chuangwen.kernel.lives import needed, one_of, own_photos
from chuangwen.ledger import actions as ledger
from chuangwen.ledger import queries as facts
from chuangwen.ledger.actions import NewFact
from chuangwen.ledger.models import Fact, Metric

YUAN = "元"
MOST = Decimal(10) ** 9
ADD, LEAVE = "add", "leave"


def record_input(
    actor: Actor,
    *,
    partnership_id: int,
    kind: str,
    name: str,
    quantity: Decimal,
    measure: str,
    day: date,
    value: Decimal | None = None,
    item: PartnershipItem | None = None,
    metric: Metric | None = None,
    in_ledger: bool = True,
    double: str = "",
    photos: Sequence[int] = (),
    uid: uuid.UUID | None = None,
    generated: bool = False,
) -> PartnershipInput:
    """Record what was put in. It stands in the ledger too: under ``metric``, else under the one that fits by name and unit of measure; where
    none fits (or not ``in_ledger``) in the pair's record alone. ``double`` answers the ledger's question whether it is there already: "add",
    or "leave", which ties the record to the fact that is there. The same ``uid`` again is the same record.

    Raises Denied, Missing, NotNow, Doubles (409), Refusal.
    """
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.INPUT, partnership_id)
        if uid is not None and (there := PartnershipInput.objects.filter(uid=uid).first()) is not None:
            if there.partnership_id != pair.pk:
                raise refuse(_("This identifier names another record."), "input_uid", "uid")
            return there
        row = PartnershipInput(
            uid=uid or new_uid(), partnership=pair, kind=one_of(kind, PartnershipInput.Kind, "kind"),
            name=needed(name, "name", _("Say what was put in."), limit=60), day=past_day(day), entered_at=clock.now(),
            entered_by_id=actor.account_id,
        )  # fmt: skip
        row.measure = YUAN if row.kind == PartnershipInput.Kind.MONEY else needed(measure, "measure", _("Give the unit of measure."), limit=12)
        _amounts(row, quantity, value)
        if item is not None:
            row.item = of_pair(PartnershipItem, pair, item.pk)
        row.metric = _metric(row, metric) if in_ledger else None
        keys = own_photos(actor, photos, Photo)
        row.fact = _fact(actor, row, double, keys, generated) if row.metric is not None else None
        row.save()
        keep_photos(actor, pair, keys, PartnershipPhoto.Stage.NOW, item=row.item)
        LIFE.write(
            actor, Step.INPUT, pair, lambda: _("Put in: %(input)s") % {"input": row}, active(pair, day),
            told={"input": row.pk, "quantity": row.told, "fact": row.fact_id},
        )  # fmt: skip
    return row


def _amounts(row: PartnershipInput, quantity: Decimal, value: Decimal | None) -> None:
    for field, given in (("quantity", quantity), ("value", value)):
        if given is None:
            continue
        if not given.is_finite() or not 0 <= given <= MOST or (field == "quantity" and given == 0):
            raise refuse(_("This is no quantity: above nought, at most a thousand million."), "input_quantity", field)
    if quantity != round(quantity, 4) or (row.kind == PartnershipInput.Kind.MONEY and quantity != round(quantity, 2)):
        raise refuse(_("At most four places after the point, of money two."), "input_quantity", "quantity")
    row.quantity = quantity
    row.value = round(quantity, 2) if row.kind == PartnershipInput.Kind.MONEY else None if value is None else round(value, 2)


def _metric(row: PartnershipInput, chosen: Metric | None) -> Metric | None:
    """The metric that counts it. Raises Refusal for a chosen one of another measure."""
    if chosen is None:
        return rules.fitting(row.name, row.measure, facts.metrics())
    if chosen.adds != Metric.Adds.SUM or chosen.measure != row.measure:
        raise refuse(
            _("“%(metric)s” is counted in %(measure)s and added up: this quantity does not fit.")
            % {"metric": chosen, "measure": chosen.measure}, "input_metric", "metric",
        )  # fmt: skip
    return chosen


def _fact(actor: Actor, row: PartnershipInput, double: str, photos: Sequence[int], generated: bool) -> Fact:
    pair = row.partnership
    assert row.metric is not None
    if double not in ("", ADD, LEAVE):
        raise refuse(_("Choose one of the list."), "input_double", "double")
    entry = NewFact(
        row.metric, row.quantity, row.day, _inside(pair), pair.division, source=Fact.Source.RECORD, source_words=f"{pair} · {row.name}"[:200],
        source_url=reverse("duties:partnership", args=[pair.pk]), photos=photos, uid=row.uid, generated=generated,
    )  # fmt: skip
    # The record was checked by the pair's own policy; the ledger's scopes are by the unit's seat, which lies above the village.
    made = ledger.enter_facts(actor.unhindered(), entries=[entry], decided={0: double} if double else {})
    return made[0] if made else facts.doubles([entry.said()])[0][0]


def _inside(pair: Partnership) -> Any:
    """The unit of the fact: the one that put it in; where it has its seat elsewhere (the ledger counts units inside their area) that of the
    village."""
    seat = pair.unit.division
    if seat is None or pair.division.path.startswith(seat.path):
        return pair.unit
    host = pair.parties.exclude(unit=pair.unit).select_related("unit__division").order_by("pk").first()
    if host is None:
        raise refuse(_("The ledger does not know for whom to count this: the village has no unit of its own."), "input_unit", "metric")
    return host.unit


def correct_input(
    actor: Actor,
    *,
    partnership_id: int,
    input_id: int,
    reason: str,
    quantity: Decimal | None = None,
    value: Decimal | None = None,
    take_back: bool = False,
) -> PartnershipInput:
    """Put a quantity right, or take the record back: a new record that names the old one, and the same in the ledger.

    Raises Denied, Missing, NotNow, Conflict (corrected meanwhile, here or in the ledger), Refusal.
    """
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.INPUT, partnership_id)
        old = of_pair(PartnershipInput, pair, input_id)
        if not old.counts:
            raise refuse(_("This was corrected already; correct the newest."), "input_corrected")
        words = needed(reason, "reason", _("Say why it is corrected."), limit=200)
        if quantity is None and not take_back:
            raise refuse(_("Give the right quantity."), "input_quantity", "quantity")
        row = PartnershipInput(
            partnership=pair, item_id=old.item_id, kind=old.kind, name=old.name, measure=old.measure, day=old.day, metric_id=old.metric_id,
            corrects=old, reason=words, void=take_back, counts=not take_back, entered_at=clock.now(), entered_by_id=actor.account_id,
        )  # fmt: skip
        _amounts(row, old.quantity if take_back or quantity is None else quantity, old.value if take_back or value is None else value)
        row.fact_id = _corrected(actor, old, row, words)
        PartnershipInput.objects.filter(pk=old.pk).update(counts=False)
        row.save()
        told = {"input": row.pk, "corrects": old.pk, "before": old.told, "after": None if take_back else row.told}

        def said() -> str:
            if take_back:
                return _("Taken back: %(input)s (%(reason)s)") % {"input": old, "reason": words}
            return _("Corrected: %(old)s, right is %(new)s (%(reason)s)") % {"old": old, "new": row.told, "reason": words}

        LIFE.write(actor, Step.INPUT, pair, said, told=told)
    return row


def _corrected(actor: Actor, old: PartnershipInput, row: PartnershipInput, reason: str) -> int | None:
    """The fact that goes with a correction. A fact that this record did not make (it was there already) is left alone."""
    if old.fact_id is None:
        return None
    chain = old
    while chain.corrects is not None:
        chain = chain.corrects
    if old.fact is None or old.fact.origin_id is None and old.fact.uid != chain.uid:
        return old.fact_id
    if row.void:
        return ledger.withdraw_fact(actor.unhindered(), fact_id=old.fact_id, reason=reason).pk
    return ledger.correct_fact(actor.unhindered(), fact_id=old.fact_id, quantity=row.quantity, reason=reason).pk
