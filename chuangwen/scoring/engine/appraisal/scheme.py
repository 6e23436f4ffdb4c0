"""The scheme of unit appraisal (单位考核办法) as data, checked before anything is counted.

Source of the rules: DOMAIN.md sections 2, 5, 6 and row R18. JSON with `"schema": 1`; amounts are decimals with at most four places.
`read_appraisal_scheme` is the only way in: what is wrong is told in Chinese, all of it at once. Knows no tables and no pages.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from chuangwen.scoring.engine.scheme import (
    BonusKind,
    Cap,
    DeductionRule,
    GradeShares,
    Lateness,
    Name,
    Points,
    PositivePoints,
    Repetition,
    Share,
)
from chuangwen.scoring.engine.scheme_errors import SchemeError, sentences

from .scheme_words import FIELD_NAMES, RULES

PERIODS = ("week", "month", "quarter", "year")
CASE_RATES = ("filed", "closed", "closed_in_time", "overdue", "rework", "first_pass", "rebound")
LOWER_IS_BETTER = ("overdue", "rework", "rebound")
Period = Literal["week", "month", "quarter", "year"]
WithoutWork = Literal["leave_out", "full_marks", "group_mean", "zero"]
Names = Annotated[tuple[Name, ...], Field(max_length=500)]
Amount = Annotated[Decimal, Field(ge=-10_000, le=10_000, decimal_places=4, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class CaseFilter(_Part):
    """Which cases a measure looks at; an empty list does not narrow."""

    severities: Names = ()
    sources: Names = ()
    families: Names = ()
    kinds: Names = ()


class ObservationFilter(_Part):
    """Which observations a measure looks at; an empty list does not narrow."""

    sections: Names = ()
    indicators: Names = ()
    site_types: Names = ()


class _Measure(_Part):
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    name: Name


class _Rate(_Measure):
    """A share from 0 to 1, better when higher, worth `weight` points. At `full_at` and above all of them, at `none_at` and below none,
    between in proportion."""

    weight: PositivePoints
    full_at: Share = Decimal("1")
    none_at: Share = Decimal("0")
    without_work: WithoutWork = "leave_out"

    @model_validator(mode="after")
    def _rises(self) -> _Rate:
        if self.none_at >= self.full_at:
            raise ValueError("full_at")
        return self


class CaseRate(_Rate):
    """A rate of the loop, as digital city management defines it. Where less is better (overdue, rework, rebound) 1 minus it counts.

    filed: filed / reported in the period. closed: closed / filed, reported in the period. closed_in_time, overdue: of those due in the
    period and not deferred. rework, first_pass: of those closed in the period after a check. rebound: of those closed in the period.
    """

    kind: Literal["case_rate"]
    rate: Literal["filed", "closed", "closed_in_time", "overdue", "rework", "first_pass", "rebound"]
    of: Literal["lead", "handler"] = "lead"
    only: CaseFilter = CaseFilter()


class ObservationRate(_Rate):
    """Marks got of marks possible, over the observations of the period that name the unit (or lie in what it answers for).

    share: what each is worth by grade, loss or conformity. pass: 1 where nothing was wanting, else 0.
    """

    kind: Literal["observation_rate"]
    worth: Literal["share", "pass"] = "share"
    of: Literal["departments", "holder"] = "departments"
    grade_shares: GradeShares = GradeShares()
    only: ObservationFilter = ObservationFilter()


class Bulletins(_Part):
    """Found in `times` or more bulletins: `points` more."""

    times: Annotated[int, Field(ge=1, le=52)] = 2
    points: PositivePoints = Decimal("2")


class CaseDeduction(_Measure):
    """`weight` points to begin with, less points for each case: its rule, lateness, repetition, bulletins, the cap of a single one."""

    kind: Literal["case_deduction"]
    weight: PositivePoints
    basis: Literal["reported", "due", "closed"] = "reported"
    of: Literal["lead", "handler"] = "lead"
    only: CaseFilter = CaseFilter()
    rules: Annotated[tuple[DeductionRule, ...], Field(min_length=1, max_length=200)]
    default_points: PositivePoints | None = None
    late: Lateness | None = None
    repetition: Repetition | None = None
    bulletins: Bulletins | None = None
    cap_per_case: PositivePoints | None = None
    caps: tuple[Cap, ...] = ()
    floor: Amount = Decimal("0")
    without_work: WithoutWork = "full_marks"

    @model_validator(mode="after")
    def _agrees(self) -> CaseDeduction:
        if self.floor >= self.weight:
            raise ValueError("floor_over_weight")
        seen = [(rule.severity, rule.source) for rule in self.rules]
        if len(set(seen)) != len(seen):
            raise ValueError("rule_twice")
        return self


class Tally(_Measure):
    """A quantity that was recorded: facts of these metrics added up, or entries of these kinds counted. `points_each` for each, or
    all of `weight` at `target`; never more than `weight`."""

    kind: Literal["tally"]
    weight: PositivePoints
    over: Literal["facts", "entries"] = "facts"
    kinds: Annotated[tuple[Name, ...], Field(min_length=1, max_length=100)]
    points_each: PositivePoints | None = None
    target: PositivePoints | None = None
    without_work: WithoutWork = "zero"

    @model_validator(mode="after")
    def _one_way(self) -> Tally:
        if (self.points_each is None) == (self.target is None):
            raise ValueError("tally_way")
        return self


class Bonus(_Measure):
    """Points on top, from entries with evidence that somebody else has checked."""

    kind: Literal["bonus"]
    kinds: Annotated[tuple[BonusKind, ...], Field(min_length=1, max_length=100)]
    cap: PositivePoints | None = None

    @model_validator(mode="after")
    def _once(self) -> Bonus:
        names = [kind.kind for kind in self.kinds]
        if len(set(names)) != len(names):
            raise ValueError("bonus_twice")
        return self


class Penalty(Bonus):
    """Points off, from entries with evidence that somebody else has checked (criticised by name, for example)."""

    kind: Literal["penalty"]  # type: ignore[assignment]  # another value of the same mark


class Veto(_Measure):
    """Whoever has a checked entry of these kinds. zero: the score is 0. last: ranked behind everybody. no_red: kept off the red list."""

    kind: Literal["veto"]
    kinds: Annotated[tuple[Name, ...], Field(min_length=1, max_length=100)]
    effect: Literal["zero", "last", "no_red"] = "last"


Measure = Annotated[
    CaseRate | ObservationRate | CaseDeduction | Tally | Bonus | Penalty | Veto, Field(discriminator="kind")
]
WEIGHED = (CaseRate, ObservationRate, CaseDeduction, Tally)
RATES = (CaseRate, ObservationRate)


class Group(_Part):
    """Peers: units by name, or every unit of these kinds. A unit belongs to the first group that takes it."""

    name: Name
    units: Names = ()
    kinds: Names = ()


class Small(_Part):
    """Too small samples. `smallest`: fewer counted cases and observations than this. unranked: a score and no rank. shrink: the rates of such
    units are drawn towards their group's; shrink_all: everybody's. rank: ranked all the same. `idle`: who has no counted case or observation at
    all has neither score nor rank (unranked), unless vetoed; or is treated like the others by what each measure says of units without work.

    Empirical Bayes: rate' = (sum + strength * group's rate) / (count + strength); an empty `strength` is estimated from the group.
    """

    smallest: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    treat: Literal["unranked", "shrink", "shrink_all", "rank"] = "unranked"
    strength: Annotated[int, Field(ge=1, le=100_000)] | None = None
    idle: Literal["rank", "unranked"] = "rank"


class RedList(_Part):
    """The first `top` of a group, and only with a score of `at_least`."""

    top: Annotated[int, Field(ge=1, le=1000)] | None = None
    at_least: Points | None = None


class BlackList(_Part):
    """The last `last` of a group, and only with a score under `below`; under `always_below` whatever the place."""

    last: Annotated[int, Field(ge=1, le=1000)] | None = None
    below: Points | None = None
    always_below: Points | None = None


class Lists(_Part):
    """Red and black list. `over`: inside every peer group, or over all. `smallest_group`: no lists where fewer are ranked.
    `ties`: who shares the last place of a list is on it, or not. `spare_indistinct`: nobody is put on the black list whose rank could as
    well lie in the better half."""

    red: RedList | None = None
    black: BlackList | None = None
    over: Literal["group", "all"] = "group"
    smallest_group: Annotated[int, Field(ge=0, le=1000)] = 0
    ties: Literal["in", "out"] = "in"
    spare_indistinct: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Lists:
        if self.red is not None and self.red.top is None and self.red.at_least is None:
            raise ValueError("empty_list")
        if self.black is not None and (self.black.last, self.black.below, self.black.always_below) == (None, None, None):
            raise ValueError("empty_list")
        return self


class Step(_Part):
    """What follows `times` times on a list within `within` periods (this one counted); `running`: the last ones without a gap.

    Periods are those of the calendar. One without a signed result (`missing`) takes its place like any other and so `breaks` a row, or is
    passed over (`pass_over`): then only signed ones are counted.
    """

    list: Literal["red", "black"] = "black"
    times: Annotated[int, Field(ge=1, le=60)]
    within: Annotated[int, Field(ge=1, le=60)]
    running: bool = False
    missing: Literal["breaks", "pass_over"] = "breaks"
    step: Literal["praise", "notice", "talk", "title_warned", "title_revoked"]
    words: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _possible(self) -> Step:
        if self.times > self.within:
            raise ValueError("times_within")
        return self


class Rollup(_Part):
    """A longer period made of the results of shorter ones. `weights` in their order (empty: all alike); a part that is missing is left out,
    or counts as 0."""

    period: Literal["month", "quarter", "year"]
    method: Literal["mean", "sum"] = "mean"
    weights: Annotated[tuple[PositivePoints, ...], Field(max_length=60)] = ()
    missing: Literal["leave_out", "zero"] = "leave_out"


class Rounding(_Part):
    """Places of printed values, half up (四舍五入). Nothing that is compared or added is ever rounded."""

    points: Annotated[int, Field(ge=0, le=6)] = 2
    rate: Annotated[int, Field(ge=0, le=6)] = 4


class AppraisalScheme(_Part):
    """A complete scheme. `scheme.document()` gives the JSON value back that `read_appraisal_scheme` takes."""

    schema_version: Literal[1] = Field(alias="schema")
    kind: Literal["appraisal"] = "appraisal"
    name: Name
    version: Name
    note: Annotated[str, Field(max_length=4000)] = ""
    period: Period
    scale: PositivePoints = Decimal("100")
    """The weights of the measures that count are brought to this sum, so that who is left out of one is not punished by it."""
    measures: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=60)]
    floor: Amount = Decimal("0")
    ceiling: PositivePoints | None = None
    groups: Annotated[tuple[Group, ...], Field(max_length=100)] = ()
    """Empty: the peer groups that the units carry, else their kinds. Otherwise who is in no group is not appraised."""
    small: Small = Small()
    ties_by: Literal["exact", "printed"] = "exact"
    confidence: Annotated[Decimal, Field(ge=Decimal("0.5"), le=Decimal("0.999"), decimal_places=4)] = Decimal("0.9")
    lists: Lists = Lists()
    consequences: Annotated[tuple[Step, ...], Field(max_length=20)] = ()
    rollups: Annotated[tuple[Rollup, ...], Field(max_length=3)] = ()
    rounding: Rounding = Rounding()

    @model_validator(mode="before")
    @classmethod
    def _version_as_text(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("version"), int):
            return {**data, "version": str(data["version"])}
        return data

    @model_validator(mode="after")
    def _agrees(self) -> AppraisalScheme:
        keys = [measure.key for measure in self.measures]
        if len(set(keys)) != len(keys):
            raise ValueError("key_twice")
        if not any(isinstance(measure, WEIGHED) for measure in self.measures):
            raise ValueError("nothing_weighed")
        if self.ceiling is not None and self.ceiling < self.floor:
            raise ValueError("floor_over_ceiling")
        names = [group.name for group in self.groups]
        if len(set(names)) != len(names):
            raise ValueError("group_twice")
        units = [unit for group in self.groups for unit in group.units]
        if len(set(units)) != len(units):
            raise ValueError("unit_twice")
        longer = [rollup.period for rollup in self.rollups]
        if len(set(longer)) != len(longer):
            raise ValueError("rollup_twice")
        if any(PERIODS.index(period) <= PERIODS.index(self.period) for period in longer):
            raise ValueError("rollup_shorter")
        for step in self.consequences:
            if getattr(self.lists, step.list) is None:
                raise ValueError("step_without_list")
        return self

    def measure(self, key: str) -> Any:
        """The measure with this key. Raises KeyError."""
        for measure in self.measures:
            if measure.key == key:
                return measure
        raise KeyError(key)

    def group_of(self, unit: str, kind: str, peers: str = "") -> str | None:
        """The peer group of a unit by its name, its kind in words and the group that it carries; None: not appraised."""
        if not self.groups:
            return peers or kind
        named = next((group.name for group in self.groups if unit in group.units), None)
        return named or next((group.name for group in self.groups if kind in group.kinds), None)

    def document(self) -> dict[str, Any]:
        """The scheme as a JSON value, complete, with decimals as strings."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=False)


def read_appraisal_scheme(document: AppraisalScheme | dict[str, Any] | str | bytes) -> AppraisalScheme:
    """A checked scheme from JSON text or a JSON value. Raises SchemeError with one Chinese sentence for each mistake."""
    if isinstance(document, AppraisalScheme):
        return document
    if isinstance(document, str | bytes):
        try:
            document = json.loads(document, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            raise SchemeError(["考核办法不是合法的 JSON 文本。"]) from error
    if not isinstance(document, dict):
        raise SchemeError(["考核办法应当是一个 JSON 对象。"])
    try:
        return AppraisalScheme.model_validate(document)
    except ValidationError as error:
        raise SchemeError(sentences(error, names=FIELD_NAMES, rules=RULES)) from error
