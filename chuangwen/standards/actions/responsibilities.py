"""Who answers for what, from when to when."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.people.models import Unit
from chuangwen.standards.models import Responsibility

THINGS = ("criterion", "kind", "family", "site_type", "site", "division")


def in_force(on: date) -> Q:
    """The condition of a responsibility in force on a day."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))


def assign(
    actor: Actor,
    *,
    units: Sequence[Unit],
    things: Iterable[dict[str, Any]],
    part: str = Responsibility.Part.LEAD,
    starts_on: date | None = None,
    ends_on: date | None = None,
    note: str = "",
    replace: bool = False,
) -> int:
    """Make ``units`` answer for each of ``things``; returns how many rows were made.

    A thing is a mapping of some of criterion, kind, family, site_type, site, division to rows: all of them must hold. A row that is there
    already is not doubled. With ``replace`` other units of this part are relieved the day before, where the actor may do so.
    Raises Denied for a unit outside the actor's area, Refusal for two leads at once.
    """
    access.require(actor, "standards.assign")
    starts_on = starts_on or clock.today()
    if ends_on is not None and ends_on < starts_on:
        raise Refusal(_("The last day lies before the first."), "standards.days_backward", field="ends_on")
    if part == Responsibility.Part.LEAD and len(units) > 1:
        raise Refusal(_("A criterion has one leading unit; the others assist."), "standards.two_leads", field="units")
    things = list(things)
    with transaction.atomic():
        for unit in units:
            _require_unit(actor, unit)
        rows = []
        for thing in things:
            same = Responsibility.objects.filter(
                **{name: thing.get(name) for name in THINGS if thing.get(name) is not None},
                **{f"{name}__isnull": True for name in THINGS if thing.get(name) is None},
                part=part,
            )
            current = same.filter(in_force(starts_on))
            if replace:
                _relieve(actor, current.exclude(unit__in=units), starts_on)
            there = set(current.values_list("unit_id", flat=True))
            rows += [
                Responsibility(unit=unit, part=part, starts_on=starts_on, ends_on=ends_on, note=note, **thing)
                for unit in units
                if unit.pk not in there
            ]
        Responsibility.objects.bulk_create(rows, batch_size=500)
        if rows:
            audit.record(
                actor,
                "standards.assign",
                title="、".join(str(unit) for unit in units),
                after={
                    "part": part,
                    "rows": len(rows),
                    "units": [unit.pk for unit in units],
                    "starts_on": starts_on,
                    "things": [{name: row.pk for name, row in thing.items()} for thing in things[:200]],
                },
            )
    return len(rows)


def _require_unit(actor: Actor, unit: Unit) -> None:
    if not access.scoped(actor, "standards.assign", Unit).filter(pk=unit.pk).exists():
        access.require(actor, "standards.assign", division=unit.division, unit=unit)


def _relieve(actor: Actor, rows: Any, starts_on: date) -> None:
    """End what is in force the day before; what began on the day itself or later is taken away."""
    mine = access.scoped(actor, "standards.assign", rows)
    mine.filter(starts_on__gte=starts_on).delete()
    mine.filter(starts_on__lt=starts_on).update(ends_on=starts_on - timedelta(days=1))


def end_responsibility(actor: Actor, *, responsibility_id: int, ends_on: date) -> Responsibility:
    """Let a unit's responsibility end with ``ends_on``."""
    with transaction.atomic():
        row = access.fetch(actor, "standards.assign", Responsibility, lock=True, pk=responsibility_id)
        if ends_on < row.starts_on:
            raise Refusal(_("The last day lies before the first."), "standards.days_backward", field="ends_on")
        before, row.ends_on = row.ends_on, ends_on
        row.save(update_fields=["ends_on"])
        audit.record(actor, "standards.assign", row, before={"ends_on": before}, after={"ends_on": ends_on})
    return row


def remove_responsibility(actor: Actor, *, responsibility_id: int) -> None:
    """Take back one that was wrong from the beginning."""
    with transaction.atomic():
        row = access.fetch(actor, "standards.assign", Responsibility, lock=True, pk=responsibility_id)
        title = str(row)
        row.delete()
        audit.record(actor, "standards.assign", title=title, before={"unit": row.unit_id, "part": row.part}, note=_("removed"))
