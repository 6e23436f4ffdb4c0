"""The scheme (考核办法) as data: every parameter of the four kinds of arithmetic, checked before anything is counted.

Source of the rules: DOMAIN.md section 6. A scheme is JSON with `"schema": 1`; amounts are decimals with at most four places,
written as strings or numbers. `read_scheme` is the only way in: what is wrong is told in Chinese, all of it at once.
This module knows nothing of observations, of the database or of pages.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .scheme_errors import SchemeError, sentences

KINDS = ("state_description", "pass_rate", "loss_per_observation", "deduction")
RANKED_LEVELS = ("indicator", "area", "department", "site_type", "site", "unit")

Share = Annotated[Decimal, Field(ge=0, le=1, decimal_places=4, allow_inf_nan=False)]
Points = Annotated[Decimal, Field(ge=0, le=10_000, decimal_places=4, allow_inf_nan=False)]
PositivePoints = Annotated[Decimal, Field(gt=0, le=10_000, decimal_places=4, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class GradeShares(_Part):
    """What part of its full marks a criterion gets for each grade."""

    A: Share = Decimal("1")
    B: Share = Decimal("0.66")
    C: Share = Decimal("0.33")
    D: Share = Decimal("0")

    @model_validator(mode="after")
    def _falls(self) -> GradeShares:
        if not self.A >= self.B >= self.C >= self.D:
            raise ValueError("grade_order")
        return self


class DefectStep(_Part):
    """`defects` or more defects (up to the next step) are this grade."""

    defects: Annotated[int, Field(ge=0, le=1_000_000)]
    grade: Literal["A", "B", "C", "D"]


DEFAULT_STEPS = (
    DefectStep(defects=0, grade="A"), DefectStep(defects=1, grade="B"),
    DefectStep(defects=2, grade="C"), DefectStep(defects=3, grade="D"),
)


class StateDescription(_Part):
    """Kind 1. A grade given by the inspector goes before one worked out from the number of defects."""

    grade_shares: GradeShares = GradeShares()
    grade_aliases: dict[Name, Literal["A", "B", "C", "D"]] = {"C#": "D"}
    defect_steps: tuple[DefectStep, ...] = DEFAULT_STEPS
    pass_or_fail: tuple[Name, ...] = ()
    """Names of criteria where only A (no defect, or `conform`) gets marks, and it gets all of them."""

    @model_validator(mode="after")
    def _steps_rise(self) -> StateDescription:
        numbers = [step.defects for step in self.defect_steps]
        if not numbers or numbers[0] != 0 or any(b <= a for a, b in zip(numbers, numbers[1:], strict=False)):
            raise ValueError("defect_steps")
        return self


class LossPerObservation(_Part):
    """Kind 3. An observation is worth 1 minus its loss."""

    steps: tuple[Share, ...] = ()
    """The losses that may be given; a different one is not counted and reported. Empty: any from 0 to 1."""
    empty_loss: Literal["zero", "missing"] = "zero"
    """An empty cell means that nothing was lost, or that nothing was recorded."""


class DeductionRule(_Part):
    """Points off one issue. The rule that names both severity and source goes first, then severity, then source."""

    severity: Name | None = None
    source: Name | None = None
    points: PositivePoints


class Lateness(_Part):
    """Not rectified in time: `points` more, or `points` in place of the first amount."""

    mode: Literal["add", "replace"] = "add"
    points: PositivePoints


class Repetition(_Part):
    """The same issue again, `repeated` times: doubled each time, `points` more each time, or a fixed amount at once."""

    mode: Literal["double", "add", "fixed"] = "double"
    points: PositivePoints | None = None
    most: Annotated[int, Field(ge=1, le=10)] = 5

    @model_validator(mode="after")
    def _has_points(self) -> Repetition:
        if (self.mode == "double") != (self.points is None):
            raise ValueError("repetition_points")
        return self


class Cap(_Part):
    """The most that issues of this severity and source take together; an issue falls under the first cap that fits it."""

    severity: Name | None = None
    source: Name | None = None
    points: PositivePoints


class BonusKind(_Part):
    """Bonuses of one kind: the most for a single one (empty: as given) and for all of them."""

    kind: Name
    most_each: PositivePoints | None = None
    cap: PositivePoints | None = None


class Deduction(_Part):
    """Kind 4. Points of an issue: its rule, then lateness, then repetition, then the cap of a single issue."""

    base: PositivePoints = Decimal("100")
    rules: tuple[DeductionRule, ...]
    default_points: PositivePoints | None = None
    late: Lateness | None = None
    repetition: Repetition | None = None
    cap_per_issue: PositivePoints | None = None
    caps: tuple[Cap, ...] = ()
    cap_total: PositivePoints | None = None
    floor: Points = Decimal("0")
    ceiling: PositivePoints | None = None
    bonuses: tuple[BonusKind, ...] = ()
    bonus_cap: PositivePoints | None = None
    evidence_required: bool = True
    score_areas: bool = False
    """Also score areas, by the same rules and without bonuses."""

    @model_validator(mode="after")
    def _agrees(self) -> Deduction:
        if not self.rules:
            raise ValueError("no_rules")
        if self.ceiling is not None and self.ceiling < self.floor:
            raise ValueError("floor_over_ceiling")
        seen = [(rule.severity, rule.source) for rule in self.rules]
        if len(set(seen)) != len(seen):
            raise ValueError("rule_twice")
        kinds = [bonus.kind for bonus in self.bonuses]
        if len(set(kinds)) != len(kinds):
            raise ValueError("bonus_twice")
        return self


class Level(_Part):
    """How a node of the standard's tree is made of its parts.

    ratio_of_sums: all observations below it pooled, marks got / marks possible. sum_of_parts: what the parts got, added; a part
    counts by its full marks. mean_of_means: every part counts once. Whatever the method, `marks` (or the node's own entry of
    `marks_by_name`, by name or by key) are the node's full marks: it then gets its rate times them.
    """

    method: Literal["ratio_of_sums", "sum_of_parts", "mean_of_means"] = "sum_of_parts"
    marks: PositivePoints | None = None
    marks_by_name: dict[Name, PositivePoints] = {}


class CriterionLevel(_Part):
    """Full marks of a criterion: they are also the weight with which its observations enter every pooled sum."""

    marks: PositivePoints = Decimal("1")
    marks_by_name: dict[Name, PositivePoints] = {}


class IndexLevel(_Part):
    """As `Level`; weighted_sections takes each section's rate times its entry of `section_weights`."""

    method: Literal["ratio_of_sums", "sum_of_parts", "mean_of_means", "weighted_sections"] = "sum_of_parts"
    marks: PositivePoints | None = None


class PlaceLevel(_Part):
    """How an area, department, site type or site is made of the observations that name it.

    ratio_of_sums: marks got / marks possible. mean_of_means: the mean of the rates of its parts, which are what `over` names.
    as_index: the arithmetic of the index on these observations alone. impute (areas over site types only): a type that the area
    does not have counts with the rate of that type in the whole city.
    """

    method: Literal["ratio_of_sums", "mean_of_means", "as_index"] = "ratio_of_sums"
    over: Literal["site_type", "section", "indicator", "sub_indicator", "criterion"] = "sub_indicator"
    impute: Literal["none", "city_mean"] = "none"


class Levels(_Part):
    """The method of every dimension."""

    criterion: CriterionLevel = CriterionLevel()
    sub_indicator: Level = Level(method="ratio_of_sums", marks=Decimal("1"))
    indicator: Level = Level()
    section: Level = Level()
    index: IndexLevel = IndexLevel()
    area: PlaceLevel = PlaceLevel()
    department: PlaceLevel = PlaceLevel()
    site_type: PlaceLevel = PlaceLevel()
    site: PlaceLevel = PlaceLevel()

    @model_validator(mode="after")
    def _imputes_areas_only(self) -> Levels:
        for level in (self.department, self.site_type, self.site):
            if level.impute != "none":
                raise ValueError("impute_place")
        if self.area.impute != "none" and (self.area.method, self.area.over) != ("mean_of_means", "site_type"):
            raise ValueError("impute_method")
        return self


class MinorsTest(_Part):
    """The separate test of work with minors, in marks of 100: below `threshold` the city cannot apply; `share` % of the total."""

    threshold: Annotated[Decimal, Field(ge=0, le=100, decimal_places=4)] = Decimal("85")
    share: Annotated[Decimal, Field(ge=0, lt=100, decimal_places=4)] = Decimal("20")


class NegativeItem(_Part):
    """One line of the negative list: whoever it happened to is vetoed."""

    code: Name
    name: Name


class Rounding(_Part):
    """Places of printed values, half up (四舍五入). Nothing that is compared or added is ever rounded."""

    points: Annotated[int, Field(ge=0, le=6)] = 4
    rate: Annotated[int, Field(ge=0, le=6)] = 6


class Ranking(_Part):
    """Who is ranked, against whom. Equal ones share a place and the next place is left free (1, 1, 3)."""

    levels: tuple[Literal["indicator", "area", "department", "site_type", "site", "unit"], ...] = (
        "area", "department", "site_type", "unit",
    )
    smallest_sample: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """Fewer counted observations than this: a rate, but no rank."""
    ties_by: Literal["exact", "printed"] = "exact"
    peer_groups: dict[Literal["area", "department", "site_type", "site", "unit"], dict[Name, Name]] = {}
    """Per level: whose group is which. A name that is listed appears in the result even if nothing was observed there."""


class Scheme(_Part):
    """A complete scheme. `scheme.document()` gives the JSON value back that `read_scheme` takes."""

    schema_version: Literal[1] = Field(alias="schema")
    kind: Literal["state_description", "pass_rate", "loss_per_observation", "deduction"]
    name: Name
    version: Name
    note: Annotated[str, Field(max_length=4000)] = ""
    state_description: StateDescription | None = None
    loss_per_observation: LossPerObservation | None = None
    deduction: Deduction | None = None
    levels: Levels = Levels()
    section_weights: dict[Name, PositivePoints] = {}
    missing_section: Literal["leave_out", "zero"] = "leave_out"
    year_weights: Annotated[tuple[PositivePoints, ...], Field(max_length=10)] = ()
    minors: MinorsTest | None = None
    negative_list: tuple[NegativeItem, ...] = ()
    rounding: Rounding = Rounding()
    ranking: Ranking = Ranking()

    @model_validator(mode="before")
    @classmethod
    def _fill_in_kind(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        if isinstance(data.get("version"), int):
            data = {**data, "version": str(data["version"])}
        if data.get("kind") in ("state_description", "loss_per_observation") and data.get(data["kind"]) is None:
            data = {**data, data["kind"]: {}}
        return data

    @model_validator(mode="after")
    def _agrees(self) -> Scheme:
        for kind in ("state_description", "loss_per_observation", "deduction"):
            if getattr(self, kind) is None and kind == self.kind:
                raise ValueError("kind_without_rules")
            if getattr(self, kind) is not None and kind != self.kind:
                raise ValueError("rules_of_other_kind")
        if (self.levels.index.method == "weighted_sections") != bool(self.section_weights):
            raise ValueError("section_weights")
        of_observations = self.ranking.smallest_sample or self.section_weights or self.year_weights or self.minors
        if self.kind == "deduction" and of_observations:
            raise ValueError("deduction_alone")
        codes = [item.code for item in self.negative_list]
        if len(set(codes)) != len(codes):
            raise ValueError("negative_twice")
        return self

    def peers(self, level: str) -> dict[str, str]:
        """Whose peer group is which on a level; empty where the scheme names none."""
        return {str(known): groups for known, groups in self.ranking.peer_groups.items()}.get(level, {})

    def document(self) -> dict[str, Any]:
        """The scheme as a JSON value, complete, with decimals as strings."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=False)


def read_scheme(document: Scheme | dict[str, Any] | str | bytes) -> Scheme:
    """A checked scheme from JSON text or a JSON value. Raises SchemeError with one Chinese sentence for each mistake."""
    if isinstance(document, Scheme):
        return document
    if isinstance(document, str | bytes):
        try:
            document = json.loads(document, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            raise SchemeError(["考核办法不是合法的 JSON 文本。"]) from error
    if not isinstance(document, dict):
        raise SchemeError(["考核办法应当是一个 JSON 对象。"])
    try:
        return Scheme.model_validate(document)
    except ValidationError as error:
        raise SchemeError(sentences(error)) from error


def scheme_schema() -> dict[str, Any]:
    """The JSON Schema of a scheme, for an editor."""
    return Scheme.model_json_schema(by_alias=True)
