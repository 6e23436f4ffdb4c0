"""What operations answer to others: the forms that they put on units, which metrics they need, how their names are offered and found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.duties.load import sources
from chuangwen.duties.load.sources import Burden
from chuangwen.duties.operations import planning, queries, rules
from chuangwen.duties.operations.models import Counted, Operation, OperationUnit
from chuangwen.duties.operations.states import ALIVE, TOLD
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.kernel import access, clock, workload
from chuangwen.kernel.access import Actor
from chuangwen.ledger import needs, operations
from chuangwen.ledger.models import Fact
from chuangwen.ledger.needs import Need


def asked_forms(units: Collection[int], first: date, last: date) -> Iterable[Burden]:
    """Each time that an operation asks a unit for figures, by the week in which they are due. Three queries."""
    rows = list(
        OperationUnit.objects.filter(
            unit__in=units, tells=True, operation__state__in=TOLD, operation__starts_on__lte=last, operation__ends_on__gte=first
        ).select_related("operation")
    )  # fmt: skip
    if not rows:
        return
    chosen = {row.operation_id: row.operation for row in rows}
    spans = {key: [span for span in planning.spans(one) if first <= span.due <= last] for key, one in chosen.items()}
    told: dict[tuple[str, int], set[date]] = defaultdict(set)
    facts = Fact.objects.filter(operation__in=[one.name for one in chosen.values()], unit__in=units, counts=True)
    for name, unit, day in facts.order_by().values_list("operation", "unit", "ends_on").distinct():
        told[name, unit].add(day)
    for row in rows:
        weeks: dict[date, list[bool]] = defaultdict(list)
        for span in spans[row.operation_id]:
            weeks[week_of(span.due)].append(rules.told(span, told.get((row.operation.name, row.unit_id), ())))
        for monday, done in weeks.items():
            yield Burden(
                row.unit_id, monday, workload.FORMS, _("figures of “%(operation)s”") % {"operation": row.operation},
                row.operation.get_absolute_url(), len(done), sum(done), planning.key_of(row.operation),
            )  # fmt: skip


sources.register(workload.FORMS)(asked_forms)


def needed(actor: Actor, metric_ids: Collection[int]) -> list[Need]:
    """The running operations that count these metrics and that this person sees. One query."""
    if not actor.may(queries.SEE):
        return []
    rows = Counted.objects.filter(metric__in=metric_ids, operation__in=access.scoped(actor, queries.SEE, Operation).order_by().values("pk"))
    rows = rows.filter(operation__state__in=ALIVE, operation__ends_on__gte=clock.today()).select_related("operation")
    return [
        Need(row.metric_id, row.operation.name, row.operation.ends_on, reverse("duties:operation-today", args=[row.operation_id]))
        for row in rows.order_by("operation__ends_on", "pk")
    ]  # fmt: skip


needs.register("duties.operations", needed)


def offered(actor: Actor, day: date) -> list[str]:
    """The names of the operations that a fact of a day may belong to. One query."""
    if not actor.may(queries.SEE):
        return []
    rows = access.scoped(actor, queries.SEE, Operation).filter(state__in=ALIVE, starts_on__lte=day, ends_on__gte=day)
    return list(rows.order_by("-starts_on", "-pk").values_list("name", flat=True)[:20])


def addresses(actor: Actor, names: Collection[str]) -> dict[str, str]:
    """The page of each of these operations that this person sees. One query."""
    if not names or not actor.may(queries.SEE):
        return {}
    rows: Any = queries.operations(actor).filter(Q(name__in=list(names)))
    return {row.name: row.get_absolute_url() for row in rows}


operations.register("duties.operations", offered, addresses)
