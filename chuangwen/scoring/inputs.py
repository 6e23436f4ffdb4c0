"""What the engine is given: observations of a round, or its cases as issues for a deduction."""

import hashlib
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db.models import Count, Q
from django.utils import translation

from chuangwen.cases.models import Case, Source, State
from chuangwen.fieldwork.models import Observation, Round
from chuangwen.fieldwork.queries import engine_table
from chuangwen.fieldwork.queries import names as distinct_names
from chuangwen.kernel import clock
from chuangwen.scoring.engine import BONUSES, ISSUES, schema_of
from chuangwen.scoring.engine.inputs import empty

SEVERITIES = {1: "轻微", 2: "一般", 3: "严重", 4: "紧急"}
NOT_COUNTED = (State.REJECTED, State.MERGED)


@dataclass(frozen=True)
class Inputs:
    """The tables of one calculation and the SHA-256 over them."""

    observations: pa.Table | None
    issues: pa.Table | None
    bonuses: pa.Table | None

    @property
    def digest(self) -> str:
        seal = hashlib.sha256()
        for table in (self.observations, self.issues, self.bonuses):
            if table is None:
                continue
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table.combine_chunks())
            seal.update(sink.getvalue())
        return seal.hexdigest()

    def tables(self) -> dict[str, Any]:
        return {"observations": self.observations, "issues": self.issues, "bonuses": self.bonuses}


def issues_of(round: Round) -> pa.Table:
    """The cases of a round as issues: unit is the lead unit; late when not closed in time; repeated counts rebounds before it."""
    names = list(ISSUES)
    columns: dict[str, list[Any]] = {name: [] for name in names}
    cases = (
        Case.objects.filter(round=round)
        .exclude(state__in=NOT_COUNTED)
        .filter(lead_unit__isnull=False)
        .order_by("pk")
        .values_list(
            "pk",
            "lead_unit_id",
            "division_id",
            "severity",
            "source",
            "due_at",
            "closed_at",
            "urgency",
            "rebound_of",
            "reported_at",
        )
    )
    of_round = Case.objects.filter(round=round)
    units = distinct_names(
        of_round.order_by().values_list("lead_unit_id", "lead_unit__name", "lead_unit__division__name").distinct()
    )
    areas = distinct_names(of_round.order_by().values_list("division_id", "division__name", "division__code").distinct())
    with translation.override("zh-hans"):  # a scheme's rules name sources in Chinese, whoever computes
        labels = {source.value: str(source.label) for source in Source}
    for pk, unit, area, severity, source, due, closed, urgency, rebound_of, reported in cases:
        late = bool(due and closed and closed > due) or urgency in ("overdue", "supervision")
        values = (
            pk,
            units[unit],
            areas.get(area),
            SEVERITIES.get(severity, "一般"),
            labels.get(source, source),
            late,
            1 if rebound_of else 0,
            reported.astimezone(clock.LOCAL).date(),
        )
        for name, value in zip(names, values, strict=True):
            columns[name].append(value)
    return pa.table(columns, schema=schema_of(ISSUES))


def inputs_of(round: Round, kind: str, only: Q | None = None) -> Inputs:
    """The tables that a scheme of this kind needs; ``only`` takes some of the observations."""
    if kind == "deduction":
        return Inputs(None, issues_of(round), empty(BONUSES))
    return Inputs(engine_table(round, only), None, None)


def fitting_kind(round: Round) -> str:
    """The arithmetic that fits how the round was graded. Grades go with pass-or-fail criteria (the first of the four kinds): a round that has
    both is a state description; only one that knows nothing but pass or fail is a pass rate."""
    counts = Observation.objects.filter(round=round).aggregate(
        loss=Count("loss"), conform=Count("conform"), defects=Count("defects"), graded=Count("pk", filter=~Q(grade=""))
    )
    graded = max(counts["graded"], counts["defects"])
    described = graded + counts["conform"] if graded else 0
    fitting = {"loss_per_observation": counts["loss"], "state_description": described, "pass_rate": counts["conform"]}
    return max(fitting, key=lambda kind: fitting[kind])
