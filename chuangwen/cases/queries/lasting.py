"""How long solutions last: closed cases by the days until they came back or until now, summed up by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case as When
from django.db.models import Count, DateTimeField, F, Func, IntegerField, Q, QuerySet, Value
from django.db.models import When as Then
from django.db.models.functions import Coalesce

from chuangwen.cases.models import Case, Recheck, Source, State
from chuangwen.cases.queries.lists import visible
from chuangwen.kernel.access import Actor

FINDERS = {
    "recheck": (Source.RECHECK,),
    "patrol": (Source.PATROL, Source.ROUND, Source.UNANNOUNCED, Source.MOCK, Source.SELF_CHECK, Source.HIGHER),
    "resident": (Source.RESIDENT, Source.HOTLINE, Source.SYSTEM, Source.MEDIA, Source.LEADER),
}
"""Who found that a problem was back, by the source of the case in which it goes on."""


class WholeDays(Func):
    """Whole days from one moment to another, cut off at ``most``; what lies before the first counts as nought."""

    output_field = IntegerField()

    def __init__(self, start: Any, end: Any, most: int):
        super().__init__(start, end)
        self.most = most

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:
        start, end = self._parts(compiler)
        sql = f"GREATEST(0, LEAST({self.most}, FLOOR(EXTRACT(EPOCH FROM ({end[0]} - {start[0]})) / 86400)))::int"
        return sql, [*end[1], *start[1]]

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # **more instead of Django's named arguments
        start, end = self._parts(compiler)
        # A second is added against the last digit of Julian days, which are floating point.
        sql = f"MAX(0, MIN({self.most}, CAST(julianday({end[0]}) - julianday({start[0]}) + 0.00001 AS INTEGER)))"
        return sql, [*end[1], *start[1]]

    def _parts(self, compiler: Any) -> list[tuple[str, Sequence[Any]]]:
        return [compiler.compile(part) for part in self.get_source_expressions()]


def closed_between(actor: Actor, begin: datetime, end: datetime, within: Q | None = None) -> QuerySet[Case]:
    """The visible cases closed in a time, imported history left out: nobody watched whether that came back."""
    found = visible(actor).filter(within or Q(), state=State.CLOSED, closed_at__gte=begin, closed_at__lt=end)
    return found.exclude(source=Source.HISTORY).order_by()


def lasted(cases: QuerySet[Case], now: datetime, horizon: int, *, by: str = "") -> dict[Any, list[tuple[int, bool, int]]]:
    """(days, came back, how many) of closed cases, by the value of a column or all under None. One query, a line for each day, never for each
    case: a million cases come back as a few hundred lines."""
    until = Coalesce("rebounded_at", Value(now, output_field=DateTimeField()))
    back = When(Then(rebounded_at__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField())
    lines = cases.annotate(days=WholeDays(F("closed_at"), until, horizon + 1), back=back)
    keys = [by] if by else []
    found: dict[Any, list[tuple[int, bool, int]]] = {}
    for row in lines.values(*keys, "days", "back").annotate(n=Count("pk")):
        found.setdefault(row[by] if by else None, []).append((row["days"], bool(row["back"]), row["n"]))
    return found


def found_by(cases: QuerySet[Case]) -> dict[str, int]:
    """How the problems that came back were found: by re-checks, on patrol and inspection, by residents. Each once. One query."""
    rows = Case.objects.filter(rebound_of__in=cases.filter(rebounded_at__isnull=False).values("pk")).order_by()
    counted = rows.values("source").annotate(n=Count("rebound_of", distinct=True))
    by_source = {row["source"]: row["n"] for row in counted}
    return {finder: sum(by_source.get(source, 0) for source in sources) for finder, sources in FINDERS.items()}


@dataclass(frozen=True, slots=True)
class Looked:
    """Re-checks of a unit that were done: all, those drawn purely at random, and how many of each found the problem back. ``unclear`` ones
    are in neither."""

    told: int = 0
    back: int = 0
    random: int = 0
    random_back: int = 0


def looked_again(actor: Actor, begin: datetime, end: datetime, within: Q | None = None) -> dict[int | None, Looked]:
    """By unit, of re-checks done in a time of cases that the actor sees. What was found is no secret; what is planned is. One query."""
    done = Recheck.objects.filter(state=Recheck.State.DONE, done_at__gte=begin, done_at__lt=end)
    done = done.filter(case__in=visible(actor).filter(within or Q()).order_by().values("pk")).exclude(
        result=Recheck.Result.UNCLEAR
    )
    plain, back = Q(how=Recheck.How.RANDOM), Q(result=Recheck.Result.BACK)
    rows = done.order_by().values("unit").annotate(
        told=Count("pk"), backs=Count("pk", filter=back), plain=Count("pk", filter=plain), plain_backs=Count("pk", filter=plain & back)
    )  # fmt: skip
    return {row["unit"]: Looked(row["told"], row["backs"], row["plain"], row["plain_backs"]) for row in rows}
