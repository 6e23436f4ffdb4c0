"""Metrics that units report at a rhythm and have not reported: which of which units in a period."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.ledger import queries, rules
from chuangwen.ledger.models import Metric
from chuangwen.people.models import Unit

MOST_UNITS = 2000


@dataclass
class Missing:
    """A unit with the due metrics that it, and the units below it, have not reported."""

    unit: Unit
    metrics: list[Metric] = field(default_factory=list)
    due: int = 0

    @property
    def there(self) -> int:
        return self.due - len(self.metrics)


@dataclass
class Due:
    """A period (a day, a week or a month that a rhythm asks for) with what is lacking, unit by unit in the order of the organisation."""

    rhythm: str
    first: date
    last: date
    metrics: list[Metric]
    units: list[Missing]

    @property
    def lacking(self) -> list[Missing]:
        return [one for one in self.units if one.metrics]


def due(actor: Actor, rhythm: str, day: date, verb: str = "ledger.see") -> Due:
    """What the metrics of a rhythm are lacking in the period of a day, of the units that the actor may do this to. Three queries."""
    first, last = rules.bucket_of(rhythm, day)
    metrics = list(Metric.objects.filter(active=True, rhythm=rhythm).exclude(reporter_kind=""))
    kinds = {metric.reporter_kind for metric in metrics}
    rows = Unit.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last, kind__in=kinds)
    units = list(access.scoped(actor, verb, rows).order_by("path")[:MOST_UNITS]) if metrics else []
    pairs = [(unit, metric) for unit in units for metric in metrics if metric.reporter_kind == unit.kind]
    found = queries.recorded([queries.Wanted(metric.pk, unit.path, first, last) for unit, metric in pairs])
    lines: dict[int, Missing] = {}
    for (unit, metric), facts in zip(pairs, found, strict=True):
        line = lines.setdefault(unit.pk, Missing(unit))
        line.due += 1
        if not facts:
            line.metrics.append(metric)
    return Due(rhythm, first, last, metrics, list(lines.values()))
