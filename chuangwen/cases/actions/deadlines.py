"""The table of deadlines and the settings of the loop. Clocks that run are not moved by an edit; the next dispatch follows it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases import loop_settings
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import DeadlineRule, LimitUnit, LoopSettings, Source
from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.standards.models import Family, Kind

COLUMNS = ("family_id", "kind_id", "severity", "source", "amount", "unit", "works", "note", "active")
LONGEST = 3660
SETTINGS = (
    "rebound_days", "rebound_metres", "arbitration_amount", "arbitration_unit", "objection_amount", "objection_unit", "default_amount",
    "default_unit", "supervise_after_limits",
)  # fmt: skip
FARTHEST = 2_000


def save_deadline(
    actor: Actor,
    *,
    rule_id: int | None = None,
    family: Family | None = None,
    kind: Kind | None = None,
    severity: int | None = None,
    source: str = "",
    amount: int,
    unit: str,
    works: bool = False,
    note: str = "",
    active: bool = True,
) -> DeadlineRule:
    """Add a row to the table of deadlines, or change the one with ``rule_id``. Raises Incomplete for a limit that is none, and when another
    active row names the same conditions."""
    access.require(actor, "cases.edit_deadlines")
    _limit(amount, unit, "amount")
    if severity not in (None, 1, 2, 3, 4):
        raise Incomplete(_("The severity is a number from 1 to 4."), "cases.severity", field="severity")
    if source and source not in Source.values:
        raise Incomplete(_("There is no such source."), "cases.source_unknown", field="source")
    with transaction.atomic():
        row = (
            access.fetch(actor, "cases.edit_deadlines", DeadlineRule, lock=True, pk=rule_id)
            if rule_id is not None
            else DeadlineRule()
        )
        before = _facts(row) if row.pk else None
        same = DeadlineRule.objects.filter(active=True, family=family, kind=kind, severity=severity, source=source).exclude(
            pk=row.pk
        )
        if active and same.exists():
            raise Incomplete(_("Another rule names the same conditions."), "cases.deadline_twice")
        row.family, row.kind, row.severity, row.source = family, kind, severity, source
        row.amount, row.unit, row.works, row.note, row.active = amount, unit, works, note[:200], active
        row.save()
        transaction.on_commit(loop_settings.forget)
        audit.record(actor, "cases.edit_deadlines", row, before=before, after=_facts(row))
    loop_settings.forget()
    return row


def remove_deadline(actor: Actor, *, rule_id: int) -> None:
    """Take a row out of the table."""
    with transaction.atomic():
        row = access.fetch(actor, "cases.edit_deadlines", DeadlineRule, lock=True, pk=rule_id)
        before, title = _facts(row), str(row)
        row.delete()
        transaction.on_commit(loop_settings.forget)
        audit.record(actor, "cases.edit_deadlines", title=title, before=before)
    loop_settings.forget()


def save_settings(actor: Actor, *, changes: dict[str, Any]) -> LoopSettings:
    """Set any of SETTINGS. Raises Incomplete for a number out of range."""
    access.require(actor, "cases.edit_deadlines")
    unknown = set(changes) - set(SETTINGS)
    if unknown:
        raise Incomplete(_("This cannot be changed: %(names)s.") % {"names": "、".join(sorted(unknown))}, "cases.not_editable")
    with transaction.atomic():
        row = LoopSettings.objects.select_for_update().get_or_create(pk=1)[0]
        before = {name: getattr(row, name) for name in changes}
        for name, value in changes.items():
            setattr(row, name, value)
        _limit(row.arbitration_amount, row.arbitration_unit, "arbitration_amount")
        _limit(row.default_amount, row.default_unit, "default_amount")
        _limit(row.objection_amount, row.objection_unit, "objection_amount")
        _whole(row.rebound_metres, 0, FARTHEST, "rebound_metres")
        _whole(row.rebound_days, 0, LONGEST, "rebound_days")
        _whole(row.supervise_after_limits, 1, 20, "supervise_after_limits")
        row.save()
        transaction.on_commit(loop_settings.forget)
        audit.record(actor, "cases.edit_deadlines", row, before=before, after=changes, title=str(_("Settings of the loop")))
    loop_settings.forget()
    return row


def _facts(row: DeadlineRule) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


def _limit(amount: Any, unit: str, field: str) -> None:
    _whole(amount, 1, LONGEST, field)
    if unit not in LimitUnit.values:
        raise Incomplete(_("A limit is in working hours, working days or calendar days."), "cases.limit_unit", field=field)


def _whole(value: Any, least: int, most: int, field: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Incomplete(
            _("A whole number from %(least)d to %(most)d.") % {"least": least, "most": most}, "cases.number", field=field
        )
