"""Setting the limits."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.duties.load.models import USUAL_TOTALS, LoadLimit
from chuangwen.duties.load.rules import TOTAL
from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.people.models import Unit

MOST = 999


def set_usual_totals(actor: Actor) -> int:
    """Set the totals that come with the program, where no kind of units has one: what an installation lacks that was there before they were.
    How many were set. Raises Conflict where a total is set."""
    with transaction.atomic():
        access.require(actor, "duties.set_load")
        if LoadLimit.objects.filter(source=TOTAL).exists():
            raise Conflict(_("Totals are set already: change them among the limits."), "load.totals_set")
        return set_limits(actor, limits={(TOTAL, kind): most for kind, most in USUAL_TOTALS.items()})


def set_limits(actor: Actor, *, limits: Mapping[tuple[str, str], int | None]) -> int:
    """Set the limits of sources and kinds of units; None takes one away, what is not named stays. How many changed. Raises Refusal."""
    access.require(actor, "duties.set_load")
    for (source, kind), per_week in limits.items():
        if source not in LoadLimit.Source.values or kind not in Unit.Kind.values:
            raise Refusal(_("There is no such limit."), "load.unknown")
        if per_week is not None and not 0 <= per_week <= MOST:
            raise Refusal(_("A limit lies from 0 to %(most)d a week.") % {"most": MOST}, "load.limit")
    with transaction.atomic():
        there = {(row.source, row.unit_kind): row for row in LoadLimit.objects.select_for_update()}
        before = {f"{key[0]}/{key[1]}": row.per_week for key, row in there.items()}
        after = dict(before)
        for key, per_week in limits.items():
            row = there.get(key)
            if per_week is None:
                after.pop(f"{key[0]}/{key[1]}", None)
                if row is not None:
                    row.delete()
            elif row is None or row.per_week != per_week:
                after[f"{key[0]}/{key[1]}"] = per_week
                LoadLimit.objects.update_or_create(source=key[0], unit_kind=key[1], defaults={"per_week": per_week})
        changed = sum(before.get(name) != after.get(name) for name in {*before, *after})
        if changed:
            audit.record(actor, "duties.set_load", title=_("Limits of load"), before=before, after=after)
    return changed
