"""What operations answer to others: the forms that they put on units, which metrics they need, how their names are offered and found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, CharField, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.duties.load import sources
from chuangwen.duties.load.sources import Burden
from chuangwen.duties.operations import queries, rules
from chuangwen.duties.operations.models import Counted, Operation, OperationUnit
from chuangwen.duties.operations.states import ALIVE, TOLD
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.kernel import access, clock, office_calendar, workload
from chuangwen.kernel.access import Actor
from chuangwen.ledger import needs, operations
from chuangwen.ledger.models import Fact
from chuangwen.ledger.needs import Need


def asked_forms(units: Collection[int], first: date, last: date) -> Iterable[Burden]:
    """Each time that an operation asks a unit for figures, by the week in which they are due. One query: who is asked and which days were told,
    one below the other; a day that was told bears no operation's key."""
    asked = OperationUnit.objects.filter(
        unit__in=units, tells=True, operation__state__in=TOLD, operation__starts_on__lte=last, operation__ends_on__gte=first
    )  # fmt: skip
    names = asked.order_by().values("operation__name")
    facts = Fact.objects.filter(operation__in=names, unit__in=units, counts=True).order_by()
    days = facts.values_list("operation", "unit", "ends_on", "ends_on", Value("", CharField()), Value(0, BigIntegerField())).distinct()
    rows = asked.order_by().values_list(
        "operation__name", "unit", "operation__starts_on", "operation__ends_on", "operation__rhythm", "operation"
    )
    told: dict[tuple[str, int], set[date]] = defaultdict(set)
    parts = []
    for name, unit, starts, ends, rhythm, key in rows.union(days):
        if key:
            parts.append((name, unit, starts, ends, rhythm, key))
        else:
            told[name, unit].add(starts)
    calendar = office_calendar.calendar() if parts else None
    for name, unit, starts, ends, rhythm, key in sorted(parts, key=lambda part: (part[2], part[5], part[1])):
        assert calendar is not None
        weeks: dict[date, list[bool]] = defaultdict(list)
        for span in rules.asked(rhythm, calendar, starts, ends):
            if first <= span.due <= last:
                weeks[week_of(span.due)].append(rules.told(span, told.get((name, unit), ())))
        for monday, done in weeks.items():
            yield Burden(
                unit, monday, workload.FORMS, _("figures of “%(operation)s”") % {"operation": name}, ("duties:operation", key),
                len(done), sum(done), f"duties.operation:{key}",
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
