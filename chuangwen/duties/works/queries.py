"""What pages, API and sheets read of works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chuangwen.duties.works import states
from chuangwen.duties.works.models import Work, WorkCase, WorkContract, WorkFund, WorkStage
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor

SEE = "duties.see_works"
SOON_DAYS = 14


def works(actor: Actor, verb: str = SEE) -> QuerySet[Work]:
    """The works that the actor sees."""
    return access.scoped(actor, verb, Work).select_related("unit", "division", "site")


def with_money(rows: QuerySet[Work], *, contracts: bool = True) -> QuerySet[Work]:
    """With their funds, contracts (where they are wanted) and how many cases wait. Sums are added up from the rows: exact on every database."""
    waiting = WorkCase.objects.filter(work=OuterRef("pk"), returned_at__isnull=True).order_by().values("work")
    done = WorkStage.objects.filter(work=OuterRef("pk"), ended_on__isnull=False).order_by().values("work")
    whole = WorkStage.objects.filter(work=OuterRef("pk")).order_by().values("work")
    money: list[Any] = [Prefetch("funds", WorkFund.objects.order_by("applied_on", "pk"))]
    if contracts:
        money.append(Prefetch("contracts", WorkContract.objects.order_by("pk")))
    return rows.annotate(
        waiting_count=Coalesce(Subquery(waiting.annotate(n=Count("pk")).values("n")), 0),
        done_count=Coalesce(Subquery(done.annotate(n=Count("pk")).values("n")), 0),
        stage_count=Coalesce(Subquery(whole.annotate(n=Count("pk")).values("n")), 0),
    ).prefetch_related(*money)


def granted(work: Work) -> Decimal | None:
    """What was granted in all; None where nothing was asked for."""
    rows = [fund.granted for fund in work.funds.all() if fund.granted is not None]
    return sum(rows, Decimal(0)) if rows or work.funds.all() else None


def applied(work: Work) -> Decimal | None:
    rows = [fund.applied for fund in work.funds.all()]
    return sum(rows, Decimal(0)) if rows else None


def contracted(work: Work) -> Decimal | None:
    rows = [contract.amount for contract in work.contracts.all()]
    return sum(rows, Decimal(0)) if rows else None


def overdue(today: date) -> Q:
    """The planned end has passed, and the work is not over."""
    return Q(state__in=states.OPEN, planned_end__lt=today)


def soon(today: date) -> Q:
    return Q(state__in=states.OPEN, planned_end__gte=today, planned_end__lte=today + timedelta(days=SOON_DAYS))


def slipped() -> Q:
    return Q(planned_end__gt=F("first_end"))


def waited_for() -> Q:
    """Cases wait for it."""
    return Q(pk__in=WorkCase.objects.filter(returned_at__isnull=True).order_by().values("work"))


@dataclass(frozen=True)
class Figures:
    """All works in figures; sums in yuan, exact."""

    planned: int
    running: int
    overdue: int
    finished: int
    waiting: int
    budget: Decimal
    applied: Decimal
    granted: Decimal


def figures(actor: Actor) -> Figures:
    """How all works that the actor sees stand. Four queries."""
    today = clock.today()
    rows = access.scoped(actor, SEE, Work).order_by()
    counts = rows.aggregate(
        planned=Count("pk", filter=Q(state="planned")), running=Count("pk", filter=Q(state__in=("running", "stopped"))),
        overdue=Count("pk", filter=overdue(today)), finished=Count("pk", filter=Q(state="finished")),
    )  # fmt: skip
    keys = rows.values("pk")
    waiting = WorkCase.objects.filter(work__in=keys, returned_at__isnull=True).count()
    budgets = [one for one in rows.exclude(state="called_off").values_list("budget", flat=True) if one is not None]
    funds = list(WorkFund.objects.filter(work__in=keys).values_list("applied", "granted"))
    return Figures(
        **counts, waiting=waiting, budget=sum(budgets, Decimal(0)), applied=sum((one for one, _got in funds), Decimal(0)),
        granted=sum((got for _one, got in funds if got is not None), Decimal(0)),
    )  # fmt: skip


def waiting(work: Work) -> QuerySet[WorkCase]:
    return work.cases.select_related("case__lead_unit", "case__division").order_by("-linked_at", "-pk")


def for_case(actor: Actor, case: Any) -> QuerySet[Work]:
    """The works that a case could wait for: open ones at its place or above it, whose end lies ahead; the same site first."""
    rows = access.scoped(actor, "duties.plan_works", Work).filter(state__in=states.OPEN, planned_end__gt=clock.today())
    if case.division is not None:
        rows = rows.filter(division__path__in=case.division.ancestor_paths)
    return rows.select_related("unit").order_by("planned_end", "pk")
