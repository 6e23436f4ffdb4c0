"""Preparing an inspection, its start, its end, closing it with a summary; the telephone list."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.duties.inspection_days import figures, phones
from chuangwen.duties.inspection_days.actions.base import PLAN, take, write
from chuangwen.duties.inspection_days.models import Inspection
from chuangwen.duties.inspection_days.states import Step
from chuangwen.duties.meetings.actions.base import needed, refuse
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.places.models import Division

MOST_DAYS = 15


def _facts(name: str, assessors: str, first: date, last: date, hours: int, notes: str) -> dict[str, Any]:
    if last < first or (last - first).days >= MOST_DAYS:
        raise refuse(_("An inspection lasts from one to fifteen days."), "inspection_days", "last")
    if not 1 <= hours <= 80:
        raise refuse(_("From 1 to 80 working hours."), "inspection_hours", "hours")
    return {
        "name": needed(name, 80, _("Give it a name."), "inspection_name", "name"), "assessors": assessors.replace("\x00", "").strip()[:80],
        "first": first, "last": last, "hours": hours, "notes": notes.replace("\x00", "").strip()[:500],
    }  # fmt: skip


def prepare_inspection(
    actor: Actor,
    *,
    name: str,
    division: Division,
    first: date,
    last: date,
    assessors: str = "",
    hours: int = 4,
    notes: str = "",
    generated: bool = False,
) -> Inspection:
    """Make an inspection that is expected. Raises Denied, and Refusal for days that are none."""
    access.require(actor, PLAN, division=division)
    with transaction.atomic():
        made = Inspection(division=division, made_at=clock.now(), made_by_id=actor.account_id, generated=generated)
        for key, value in _facts(name, assessors, first, last, hours, notes).items():
            setattr(made, key, value)
        made.save(force_insert=True)
        write(actor, Step.EDIT, made, {}, lambda: _("Prepared."))
    return made


def edit_inspection(
    actor: Actor, *, inspection_id: int, name: str, first: date, last: date, assessors: str = "", hours: int = 4, notes: str = ""
) -> Inspection:
    """Change what was prepared. Raises Refusal where a drawn place would fall out of the days."""
    with transaction.atomic():
        found = take(actor, Step.EDIT, inspection_id)
        facts = _facts(name, assessors, first, last, hours, notes)
        if found.places.exclude(day__gte=first, day__lte=last).exists():
            raise refuse(_("A drawn place lies on a day outside: move or remove it first."), "inspection_days", "last")
        write(actor, Step.EDIT, found, facts, lambda: _("Changed."))
    return found


def start_inspection(actor: Actor, *, inspection_id: int) -> Inspection:
    """The assessors are here."""
    with transaction.atomic():
        found = take(actor, Step.START, inspection_id)
        write(actor, Step.START, found, {"started_at": clock.now()}, lambda: _("The assessors are here."))
    return found


def end_inspection(actor: Actor, *, inspection_id: int) -> Inspection:
    """The assessors have left; what they found is worked up."""
    with transaction.atomic():
        found = take(actor, Step.END, inspection_id)
        write(actor, Step.END, found, {"ended_at": clock.now()}, lambda: _("The assessors have left."))
    return found


def resume_inspection(actor: Actor, *, inspection_id: int) -> Inspection:
    """They came back."""
    with transaction.atomic():
        found = take(actor, Step.RESUME, inspection_id)
        write(actor, Step.RESUME, found, {"ended_at": None}, lambda: _("The assessors came back."))
    return found


def close_inspection(actor: Actor, *, inspection_id: int, summary: str) -> Inspection:
    """Close it with a summary in words; the figures are kept as they stand now. Raises Refusal while something found has no way to go on."""
    with transaction.atomic():
        found = take(actor, Step.CLOSE, inspection_id)
        words = needed(summary, 4000, _("Say in a few sentences how it went."), "inspection_summary", "summary")
        waiting = sum(item.is_open for item in found.after_items.all())
        if waiting:
            raise refuse(_("%(n)d things of the list have neither a case nor a resolution, nor a reason.") % {"n": waiting}, "after_open")
        changes = {"summary": words, "figures": figures.of(found).plain, "closed_at": clock.now()}
        write(actor, Step.CLOSE, found, changes, lambda: _("Closed with a summary."), told=changes["figures"])
    return found


def open_phones(actor: Actor, *, inspection_id: int) -> list[phones.Line]:
    """The telephone list. Opening it is recorded: it shows numbers in full. Raises Denied, Missing."""
    with transaction.atomic():
        found = access.fetch(actor, "duties.open_inspection_phones", Inspection, pk=inspection_id)
        lines = phones.lines_of(found)
        audit.record(actor, "duties.open_inspection_phones", found, after={"lines": len(lines)})
    return lines
