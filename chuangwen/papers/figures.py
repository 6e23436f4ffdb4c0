"""Figures of a paper: each keeps the named query that it came from, its parameters, what it counted, and the address of its rows.

A *named query* has a name for programs and one for people, says by which parts of a paper's subject it is narrowed (period, area, unit,
round), counts, and knows where the rows that it counted are listed. Papers, drafts that have changed since, and the page of a paper's
figures all go through it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse

from chuangwen.cases.models import LIVE, Case, State, Urgency
from chuangwen.cases.queries.figures import behind
from chuangwen.duties.models import Meeting, SponsorshipPlan
from chuangwen.fieldwork.models import Observation, Round
from chuangwen.fieldwork.queries import LOSS
from chuangwen.papers.layout import FigureRef, Source
from chuangwen.papers.periods import Period
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.scoring.models import Appraisal, AppraisalRow


@dataclass(frozen=True)
class Scope:
    """What a query is narrowed to. What is None does not narrow."""

    period: Period | None = None
    division: Division | None = None
    unit: Unit | None = None
    round: Round | None = None
    meeting: Meeting | None = None
    plan: SponsorshipPlan | None = None

    def parameters(self) -> dict[str, str]:
        """As the annex of sources prints them."""
        found: dict[str, str] = {}
        if self.round is not None:
            found["轮次"] = self.round.name
        if self.meeting is not None:
            found["会议"] = self.meeting.title
        if self.period is not None:
            found["起止"] = f"{self.period.start:%Y-%m-%d}至{self.period.end:%Y-%m-%d}"
        if self.division is not None and self.round is None:
            found["区域"] = self.division.name
        if self.unit is not None:
            found["责任单位"] = self.unit.name
        if self.plan is not None:
            found["包保方案"] = str(self.plan)
        return found


@dataclass(frozen=True)
class Number:
    """A figure before it is printed. ``rows`` is the address of the rows that it counted, empty where they are in the paper itself."""

    key: str
    figure: str
    value: str
    query: str
    parameters: Mapping[str, str]
    counted: int
    read: int
    rows: str = ""


@dataclass(frozen=True)
class NamedQuery:
    """``count(scope)`` gives how many rows were counted and how many were read; ``rows(scope)`` where they are listed."""

    name: str
    label: str
    narrowed_by: tuple[str, ...]
    count: Callable[[Scope], tuple[int, int]]
    rows: Callable[[Scope], str]

    def ask(self, scope: Scope, *, key: str = "", label: str = "") -> Number:
        counted, read = self.count(scope)
        return Number(
            key or self.name,
            label or self.label,
            f"{counted}",
            self.name,
            scope.parameters(),
            counted,
            read,
            self.rows(scope),
        )


QUERIES: dict[str, NamedQuery] = {}


def register(query: NamedQuery) -> NamedQuery:
    """Make a query known by its name."""
    assert query.name not in QUERIES, f"two queries are called {query.name}"
    QUERIES[query.name] = query
    return query


def _within(scope: Scope) -> Q:
    found = Q()
    if scope.division is not None:
        found &= Q(division__in=Division.subtree_ids(scope.division.path))
    if scope.unit is not None:
        found &= Q(lead_unit__in=Unit.subtree_ids(scope.unit.path))
    if scope.round is not None:
        found &= Q(round=scope.round)
    return found


def _address(name: str, scope: Scope, place: str, **more: Any) -> str:
    asked = {key: str(value) for key, value in more.items()}
    if scope.round is not None:
        asked["round"] = str(scope.round.pk)
    elif scope.division is not None:
        asked[place] = scope.division.path
    if scope.unit is not None:
        asked["lead"] = str(scope.unit.pk)
    return f"{reverse(name)}?{urlencode(asked)}"


def _of_period(name: str) -> Callable[[Scope], tuple[int, int]]:
    def count(scope: Scope) -> tuple[int, int]:
        assert scope.period is not None
        found = Case.objects.filter(_within(scope), behind(name, scope.period.start, scope.period.end)).count()
        return found, found

    return count


def _rows_of_period(name: str) -> Callable[[Scope], str]:
    def rows(scope: Scope) -> str:
        assert scope.period is not None
        return _address("cases:list", scope, "division", figure=f"{name}:{scope.period.start}:{scope.period.end}")

    return rows


COUNTED = ~Q(state__in=(State.REJECTED, State.MERGED))


def _now(condition: Q) -> Callable[[Scope], tuple[int, int]]:
    def count(scope: Scope) -> tuple[int, int]:
        cases = Case.objects.filter(_within(scope))
        return cases.filter(condition).count(), cases.filter(COUNTED).count()

    return count


PERIOD = ("period", "division", "unit")
for _name, _label in (
    ("reported", "上报问题件数"),
    ("filed", "立案件数"),
    ("closed", "办结件数"),
    ("due_left", "应办结件数"),
    ("closed_in_time", "按期办结件数"),
    ("checked", "核查办结件数"),
    ("passed_first", "一次核查合格件数"),
    ("sent_back", "返工件数"),
    ("rebounded", "反弹件数"),
):
    register(NamedQuery(f"cases.{_name}", _label, PERIOD, _of_period(_name), _rows_of_period(_name)))

LATE = LIVE & Q(urgency__in=(Urgency.OVERDUE, Urgency.SUPERVISION))
register(
    NamedQuery(
        "cases.open",
        "在办件数",
        ("division", "unit", "round"),
        _now(LIVE),
        lambda scope: _address("cases:list", scope, "division", open=1),
    )
)
register(
    NamedQuery(
        "cases.overdue",
        "逾期未办结件数",
        ("division", "unit", "round"),
        _now(LATE),
        lambda scope: _address("cases:list", scope, "division", deadline="overdue"),
    )
)
register(
    NamedQuery(
        "cases.of_round",
        "立案件数",
        ("round",),
        _now(COUNTED),
        lambda scope: _address("cases:list", scope, "division"),
    )
)
register(
    NamedQuery(
        "cases.closed_of_round",
        "办结件数",
        ("round",),
        _now(Q(state=State.CLOSED)),
        lambda scope: _address("cases:list", scope, "division", state="closed"),
    )
)


def _observations(scope: Scope) -> QuerySet[Observation]:
    found = Observation.objects.all().order_by()
    if scope.round is not None:
        return found.filter(round=scope.round)
    assert scope.period is not None
    found = found.filter(observed_on__gte=scope.period.start, observed_on__lte=scope.period.end)
    return found if scope.division is None else found.filter(area__in=Division.subtree_ids(scope.division.path))


def _observation_rows(**more: str) -> Callable[[Scope], str]:
    def rows(scope: Scope) -> str:
        days = {} if scope.period is None else {"on_from": scope.period.start, "on_to": scope.period.end}
        return _address("fieldwork:observations", scope, "area", **days, **more)

    return rows


def _seen(condition: Q | None = None, *, sites: bool = False) -> Callable[[Scope], tuple[int, int]]:
    def count(scope: Scope) -> tuple[int, int]:
        rows = _observations(scope)
        if sites:
            return rows.exclude(site=None).values("site").distinct().count(), rows.count()
        return (rows if condition is None else rows.filter(condition)).count(), rows.count()

    return count


FIELD = ("period", "division", "round")
PLACED = Q(placed=True)
register(NamedQuery("fieldwork.sites", "检查点位数", FIELD, _seen(sites=True), _observation_rows()))
register(NamedQuery("fieldwork.observations", "观测记录数", FIELD, _seen(), _observation_rows()))
register(NamedQuery("fieldwork.counted", "计入成绩的记录数", FIELD, _seen(PLACED), _observation_rows()))
register(NamedQuery("fieldwork.losses", "失分数", FIELD, _seen(LOSS & PLACED), _observation_rows(result="loss")))


def signed_appraisal(scope: Scope) -> Appraisal | None:
    """The newest version of the unit appraisal that was signed for just this area and period. One query."""
    assert scope.period is not None
    signed = Appraisal.objects.filter(state__in=(Appraisal.State.SIGNED, Appraisal.State.PUBLISHED), superseded_by=None)
    own = signed.filter(division=scope.division, starts_on=scope.period.start, ends_on=scope.period.end)
    return own.select_related("scheme").order_by("-signed_at", "-pk").first()


def _appraised(scope: Scope) -> tuple[int, int]:
    found = signed_appraisal(scope)
    rows = AppraisalRow.objects.filter(appraisal=found)
    return (rows.exclude(rank=None).count(), rows.count()) if found else (0, 0)


def _appraisal_page(scope: Scope) -> str:
    found = signed_appraisal(scope)
    return reverse("scoring:appraisal", args=[found.pk]) if found else reverse("scoring:appraisals")


register(NamedQuery("scoring.appraisal", "参加考核排名的单位数", PERIOD, _appraised, _appraisal_page))


def ask(name: str, scope: Scope, *, key: str = "", label: str = "") -> Number:
    """The figure of a named query. Raises KeyError for an unknown name."""
    return QUERIES[name].ask(scope, key=key, label=label)


@dataclass
class Figures:
    """Collects the figures of one paper. ``figures.put(number)`` gives what stands in the text."""

    taken_at: datetime
    numbers: dict[str, Number] = field(default_factory=dict)

    def put(self, number: Number, *, bold: bool = False) -> FigureRef:
        self.numbers[number.key] = number
        return FigureRef(number.key, number.value, bold)

    @property
    def sources(self) -> dict[str, Source]:
        """As the annex of sources prints them."""
        return {
            key: Source(n.figure, n.value, n.query, n.parameters, n.counted, n.read, self.taken_at)
            for key, n in self.numbers.items()
        }

    def document(self) -> list[dict[str, Any]]:
        """The figures as plain data, kept with the paper."""
        return [
            {
                "key": n.key,
                "figure": n.figure,
                "value": n.value,
                "query": n.query,
                "parameters": dict(n.parameters),
                "counted": n.counted,
                "read": n.read,
                "rows": n.rows,
                "taken_at": self.taken_at.isoformat(),
            }
            for n in self.numbers.values()
        ]


def changed(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The figures whose value is no longer what it was, with both values; those that are gone or new included."""
    old, new = {f["key"]: f for f in before}, {f["key"]: f for f in now}
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        was, is_ = old.get(key, {}).get("value", "—"), new.get(key, {}).get("value", "—")
        if was != is_:
            found.append({"figure": (new.get(key) or old[key])["figure"], "before": was, "now": is_})
    return found
