"""What every installation starts with: site types, checklists, an example edition, problem families, deadlines.

Plain JSON beside this file, read into frozen dataclasses. Pure: knows no database and no Django. All of it is a default that an
administrator changes after it has been copied into the database (DOMAIN.md sections 5 to 7); nothing here is an official text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

FOLDER = Path(__file__).parent

METHODS = ("documents", "field", "survey", "online", "overall")
GRADINGS = ("pass_fail", "graded")
DEADLINE_UNITS = ("working_hours", "working_days", "calendar_days")

Row = TypeVar("Row")


@dataclass(frozen=True)
class Named:
    """A code with its Chinese name: a group, a severity, a method, a source, a department."""

    code: str
    name: str


@dataclass(frozen=True)
class Severity(Named):
    """How grave a problem is; listed from the lightest to the gravest, `level` 1 to 4."""

    level: int


@dataclass(frozen=True)
class SiteType:
    """A kind of assessed place. `owner` is the department that usually answers for it."""

    code: str
    name: str
    group: str
    owner: str


@dataclass(frozen=True)
class Family:
    """A problem family such as 环境卫生, with the severity that its problems have unless said otherwise."""

    code: str
    name: str
    severity: str


@dataclass(frozen=True)
class Kind:
    """A kind of problem. `lists` maps a disorder list's code to the member under which the kind is counted there."""

    code: str
    name: str
    family: str
    severity: str
    infrastructure: bool
    lists: dict[str, str]
    keywords: tuple[str, ...]

    @property
    def list_codes(self) -> tuple[str, ...]:
        """Codes of all lists on which the kind stands: disorder lists and `infrastructure`."""
        return (*self.lists, *(("infrastructure",) if self.infrastructure else ()))


@dataclass(frozen=True)
class DisorderList:
    """六乱 or 十乱 with its members; cities differ in the members, so both are data."""

    code: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Families:
    """Everything of families.json."""

    severities: tuple[Severity, ...]
    lists: tuple[DisorderList, ...]
    families: tuple[Family, ...]
    kinds: tuple[Kind, ...]

    def kind(self, code: str) -> Kind:
        """The kind with this code; KeyError when there is none."""
        return {kind.code: kind for kind in self.kinds}[code]


@dataclass(frozen=True)
class ChecklistItem:
    """One criterion as it reads at one site type.

    `template` holds {names} that `parameters` fill; `grading` is pass_fail (符合/不符合) or graded (A to D by number of defects);
    `criterion` is the code in the example edition; `kinds` are the problems that a loss here usually is, the first
    the likeliest.
    """

    site_type: str
    code: str
    criterion: str
    template: str
    family: str
    severity: str
    method: str
    grading: str
    full_marks: int
    parameters: dict[str, Any]
    exemption_templates: tuple[str, ...]
    kinds: tuple[str, ...]
    keywords: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentence with its parameters filled in."""
        return self.template.format(**self.parameters)

    @property
    def exemptions(self) -> tuple[str, ...]:
        """What does not count as a defect, with parameters filled in."""
        return tuple(each.format(**self.parameters) for each in self.exemption_templates)


@dataclass(frozen=True)
class Section:
    """测评项目; the weights of all sections make 100."""

    code: str
    name: str
    weight: int


@dataclass(frozen=True)
class Indicator:
    """测评指标; the weights inside a section make the section's weight."""

    code: str
    section: str
    name: str
    weight: int


@dataclass(frozen=True)
class Requirement:
    """测评内容."""

    code: str
    indicator: str
    text: str


@dataclass(frozen=True)
class Criterion:
    """测评标准 with its method, who leads, who assists, and the site types where it is looked at (field visits only)."""

    code: str
    requirement: str
    template: str
    method: str
    family: str
    severity: str
    grading: str
    full_marks: int
    lead: str
    assisting: tuple[str, ...]
    site_types: tuple[str, ...]
    kinds: tuple[str, ...]
    parameters: dict[str, Any]
    exemption_templates: tuple[str, ...]
    keywords: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentence with its parameters filled in."""
        return self.template.format(**self.parameters)

    @property
    def exemptions(self) -> tuple[str, ...]:
        """What does not count as a defect, with parameters filled in."""
        return tuple(each.format(**self.parameters) for each in self.exemption_templates)


@dataclass(frozen=True)
class Edition:
    """A complete example edition. `method_weights` are percent by method of assessment and make 100."""

    name: str
    level: str
    year: int
    version: str
    note: str
    method_weights: dict[str, int]
    methods: tuple[Named, ...]
    departments: tuple[Named, ...]
    sections: tuple[Section, ...]
    indicators: tuple[Indicator, ...]
    requirements: tuple[Requirement, ...]
    criteria: tuple[Criterion, ...]

    def criterion(self, code: str) -> Criterion:
        """The criterion with this code; KeyError when there is none."""
        return {criterion.code: criterion for criterion in self.criteria}[code]


@dataclass(frozen=True)
class DeadlineRule:
    """How long a problem may take. An empty condition (None) matches everything; `works` are put off against a plan."""

    code: str
    family: str | None
    kind: str | None
    severity: str | None
    source: str | None
    amount: int
    unit: str
    works: bool
    note: str


@dataclass(frozen=True)
class Deadlines:
    """Default deadline rules. Reminder after this share of the limit; supervision after this many limits beyond it."""

    reminder_at_share: float
    supervise_after_limits: int
    units: dict[str, str]
    sources: tuple[Named, ...]
    rules: tuple[DeadlineRule, ...]

    def choose(
        self, *, family: str, kind: str | None = None, severity: str | None = None, source: str | None = None
    ) -> DeadlineRule:
        """The rule for a problem: one that names its source goes first, then its kind, its family, its severity.

        Always finds one, for the last rule has no condition.
        """
        given = {"source": source, "kind": kind, "family": family, "severity": severity}

        def fits(rule: DeadlineRule) -> bool:
            return all(getattr(rule, name) in (None, value) for name, value in given.items())

        def rank(rule: DeadlineRule) -> tuple[bool, ...]:
            return tuple(getattr(rule, name) is not None for name in given)

        return max(filter(fits, self.rules), key=rank)


@cache
def site_type_groups() -> tuple[Named, ...]:
    """Groups of site types in the order of menus."""
    return _rows(Named, _read("site_types.json")["groups"])


@cache
def site_types() -> tuple[SiteType, ...]:
    """All site types, group by group."""
    return _rows(SiteType, _read("site_types.json")["site_types"])


@cache
def families() -> Families:
    """Severities, disorder lists, problem families and kinds."""
    data = _read("families.json")
    return Families(
        severities=_rows(Severity, data["severities"]),
        lists=_rows(DisorderList, data["lists"]),
        families=_rows(Family, data["families"]),
        kinds=_rows(Kind, data["kinds"]),
    )


@cache
def checklist_items() -> tuple[ChecklistItem, ...]:
    """The items of all checklists, by site type."""
    return _rows(ChecklistItem, _read("checklists.json")["items"], text="template", exemptions="exemption_templates")


def checklist(site_type: str) -> tuple[ChecklistItem, ...]:
    """The items for one site type; empty for an unknown one."""
    return tuple(item for item in checklist_items() if item.site_type == site_type)


@cache
def edition() -> Edition:
    """The example edition with its tree and responsibilities."""
    data = _read("edition.json")
    return Edition(
        **{name: data[name] for name in ("name", "level", "year", "version", "note", "method_weights")},
        methods=_rows(Named, data["methods"]),
        departments=_rows(Named, data["departments"]),
        sections=_rows(Section, data["sections"]),
        indicators=_rows(Indicator, data["indicators"]),
        requirements=_rows(Requirement, data["requirements"]),
        criteria=_rows(Criterion, data["criteria"], text="template", exemptions="exemption_templates"),
    )


@cache
def deadlines() -> Deadlines:
    """Default deadline rules and sources of problems."""
    data = _read("deadlines.json")
    return Deadlines(
        reminder_at_share=data["reminder_at_share"],
        supervise_after_limits=data["supervise_after_limits"],
        units=data["units"],
        sources=_rows(Named, data["sources"]),
        rules=_rows(DeadlineRule, data["rules"]),
    )


def _read(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _rows(row: type[Row], data: list[dict[str, Any]], **renamed: str) -> tuple[Row, ...]:
    """Make dataclasses of JSON objects; lists become tuples. A key too many or too few raises TypeError."""
    known = {field.name for field in fields(row)}  # type: ignore[arg-type]  # Row stands for dataclasses
    made = []
    for each in data:
        values = {renamed.get(key, key): tuple(value) if isinstance(value, list) else value for key, value in each.items()}
        if set(values) != known:
            raise TypeError(f"{row.__name__} {each.get('code')}: {sorted(set(values) ^ known)}")
        made.append(row(**values))
    return tuple(made)
