"""The importer ``standard``: an edition with its responsibilities from one sheet."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key, split_trailing_number, tidy_name
from chuangwen.kernel.importing import Importer, Parameter, Plan, Question, register
from chuangwen.kernel.sheets import Column, Problem, Row, SheetRead
from chuangwen.people.models import Unit
from chuangwen.places.finding import nearest
from chuangwen.places.models import SiteType
from chuangwen.standards.actions.responsibilities import in_force
from chuangwen.standards.models import ChecklistItem, Criterion, Edition, Indicator, Requirement, Responsibility, Section

Part = Responsibility.Part
METHODS = [
    *Criterion.Method.choices,
    ("documents", "材料审核"),
    ("documents", "材料"),
    ("documents", "查阅资料"),
    ("field", "实地考察"),
    ("field", "实地"),
    ("field", "现场检查"),
    ("survey", "问卷调查"),
    ("survey", "问卷"),
    ("online", "网上检查"),
    ("online", "网络检查"),
    ("overall", "整体观察"),
]

COLUMNS = [
    Column("section", "测评项目", aliases=("测评项目", "项目", "一级指标"), max_length=100, example="公共环境"),
    Column(
        "indicator",
        "指标",
        aliases=("指标", "测评指标", "指标名称", "二级指标"),
        max_length=100,
        example="公共服务",
    ),
    Column(
        "requirement",
        "测评内容",
        aliases=("测评内容", "内容", "三级指标"),
        max_length=500,
        example="公共厕所管理",
    ),
    Column(
        "criterion",
        "测评标准",
        required=True,
        aliases=("测评标准", "标准", "具体标准", "测评标准及要求", "工作标准"),
        max_length=600,
        example="公共厕所干净无异味，设施完好",
    ),
    Column(
        "method",
        "测评方法",
        kind="choice",
        aliases=("测评方法", "方法", "测评方式"),
        choices=METHODS,
        example="实地考察",
    ),
    Column(
        "full_marks",
        "分值",
        kind="decimal",
        aliases=("分值", "满分", "分数"),
        least=0,
        most=1000,
        places=3,
        example="2",
    ),
    Column(
        "site_types",
        "点位类型",
        kind="list",
        aliases=("点位类型", "测评点位", "点位"),
        max_length=40,
        example="公共厕所",
    ),
    Column(
        "lead",
        "牵头单位",
        kind="list",
        aliases=("牵头单位", "牵头部门", "主责单位"),
        max_length=80,
        example="城市管理和综合执法局",
    ),
    Column(
        "assist",
        "配合单位",
        kind="list",
        aliases=("配合单位", "责任单位", "协办单位", "责任部门"),
        max_length=80,
        example="河东街道",
    ),
]
TITLES = {column.key: str(column.title) for column in COLUMNS}
TREE = ("section", "indicator", "requirement")


@dataclass
class Line:
    """One criterion as the sheet has it."""

    number: int
    section: str
    indicator: str
    requirement: str
    text: str
    facts: dict[str, Any]
    types: list[SiteType]
    lead: list[Unit]
    assist: list[Unit]

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(match_key(part) for part in (self.section, self.indicator, self.requirement, self.text))


@dataclass
class _Work:
    edition: Edition | None = None
    version: int = 1
    lines: list[Line] = field(default_factory=list)
    new: set[tuple[str, ...]] = field(default_factory=set)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)
    known: dict[tuple[str, ...], Criterion] = field(default_factory=dict)


class _Planner:
    """One reading of a sheet."""

    def __init__(self, actor: Actor, sheet: SheetRead, parameters: dict[str, Any]):
        self.actor, self.sheet, self.parameters = actor, sheet, parameters
        self.plan = Plan(rows_read=len(sheet.rows))
        self.work = _Work()
        self.units: dict[str, list[Unit]] = defaultdict(list)
        self.may_assign = actor.may("standards.assign")
        if self.may_assign:
            for unit in access.scoped(actor, "standards.assign", Unit).filter(ends_on__isnull=True).select_related("division"):
                for key in {match_key(unit.name), match_key(unit.short_name)} - {""}:
                    self.units[key].append(unit)
        self.types = {match_key(kind.name): kind for kind in SiteType.objects.all()}
        self.answered: dict[str, Unit | None] = {}
        self.answered_types: dict[str, SiteType | None] = {}
        self.unknown_units: dict[str, int] = {}
        self.unknown_types: dict[str, int] = {}

    def run(self) -> Plan:
        name = tidy_name(str(self.parameters.get("edition") or ""))
        if not name:
            self.plan.problems.append(
                Problem(0, "", "", "", _("Say what the edition is called, for example 2026年版."), "edition_needed")
            )
            return self.plan
        self._lines()
        if self.plan.problems:
            return self.plan
        self._compare(name)
        facts = self.plan.facts
        facts |= {
            "edition": name,
            "version": self.work.version,
            "unknown_units": sorted(self.unknown_units),
            "unknown_site_types": sorted(self.unknown_types),
            "criteria": len(self.work.lines),
            "without_lead": sum(1 for line in self.work.lines if not line.lead),
        }
        if self.unknown_units:
            self.plan.warnings.append(
                _("Units that are not known and get no responsibility: %(names)s.")
                % {"names": "、".join(f"{name}（{count}）" for name, count in self.unknown_units.items())}
            )
        if self.unknown_types:
            self.plan.warnings.append(_("Site types that are not known: %(names)s.") % {"names": "、".join(self.unknown_types)})
        self.plan.sample = [
            {
                "section": line.section,
                "indicator": line.indicator,
                "requirement": line.requirement,
                "criterion": line.text,
                "lead": "、".join(map(str, line.lead)),
            }
            for line in self.work.lines[:20]
        ]
        self.plan.payload = self.work
        return self.plan

    def wrong(self, row: Row, key: str, message: str, code: str) -> None:
        self.plan.problems.append(
            Problem(row.number, self.sheet.letters.get(key, ""), TITLES[key], str(row.values[key] or ""), message, code)
        )

    # what the rows say

    def _lines(self) -> None:
        above = dict.fromkeys(TREE, "")
        seen: dict[tuple[str, ...], int] = {}
        for row in self.sheet.rows:
            changed = False
            for level in TREE:
                given = tidy_name(row.values[level] or "")
                if given and given != above[level]:
                    above[level], changed = given, True
                elif changed and not given:
                    above[level] = ""
            if not row.sound or not row.values["criterion"]:
                continue
            if not (above["section"] or above["indicator"]):
                self.wrong(row, "section", _("Neither this row nor one above it names a section or an indicator."), "no_section")
                continue
            line = Line(
                row.number,
                above["section"] or above["indicator"],
                above["indicator"] or above["section"],
                above["requirement"] or above["indicator"] or above["section"],
                tidy_name(row.values["criterion"]),
                self._facts(row),
                self._types(row),
                self._units(row, "lead"),
                self._units(row, "assist"),
            )
            if line.key in seen:
                self.wrong(
                    row, "criterion", _("The same criterion stands in row %(row)d already.") % {"row": seen[line.key]}, "twice"
                )
                continue
            if "lead" not in self.sheet.letters:  # a sheet with one column of units names the leading one first
                line.lead, line.assist = line.assist[:1], line.assist[1:]
            if len(line.lead) > 1:
                line.assist = [*line.lead[1:], *line.assist]
                line.lead = line.lead[:1]
            line.assist = [unit for unit in dict.fromkeys(line.assist) if unit not in line.lead]
            seen[line.key] = row.number
            self.work.lines.append(line)

    @staticmethod
    def _facts(row: Row) -> dict[str, Any]:
        return {name: row.values[name] for name in ("method", "full_marks") if row.values[name] is not None}

    def _types(self, row: Row) -> list[SiteType]:
        found = []
        for name in row.values["site_types"]:
            key = match_key(name)
            if key not in self.types and key not in self.answered_types:
                near = [self.types[other] for other in nearest(key, list(self.types))]
                self.answered_types[key] = self._ask(
                    f"type:{name}", _("There is no site type “%(name)s”. Which one is meant?") % {"name": name}, near
                )
            kind = self.types.get(key) or self.answered_types.get(key)
            if kind is None:
                self.unknown_types[name] = self.unknown_types.get(name, 0) + 1
            else:
                found.append(kind)
        return list(dict.fromkeys(found))

    def _units(self, row: Row, column: str) -> list[Unit]:
        if not self.may_assign:
            return []
        found = []
        for name in row.values[column]:
            key = match_key(name)
            if not key:
                continue
            if key not in self.answered:
                self.answered[key] = self._unit(key, name)
            unit = self.answered[key]
            if unit is None:
                self.unknown_units[name] = self.unknown_units.get(name, 0) + 1
            else:
                found.append(unit)
        return list(dict.fromkeys(found))

    def _unit(self, key: str, name: str) -> Unit | None:
        exact = self.units.get(key, [])
        if len(exact) == 1:
            return exact[0]
        near = exact or [unit for other in nearest(key, list(self.units)) for unit in self.units[other]]
        text = (
            _("Several units bear the name “%(name)s”. Which one is meant?")
            if exact
            else _("No unit is called “%(name)s”. Which one is meant?")
        )
        return self._ask(f"unit:{name}", text % {"name": name}, near)

    def _ask(self, key: str, text: str, near: list[Any]) -> Any:
        """Offer what is alike; the row chosen, or None while nobody has."""
        rows = list(dict.fromkeys(near))[:6]
        if not rows:
            return None
        answers = [(str(row.pk), _label(row)) for row in rows]
        self.plan.questions.append(Question(key, text, [*answers, ("none", _("none of these"))], "none"))
        return next((row for row in rows if str(row.pk) == str(self.parameters.get(key))), None)

    # what becomes of them

    def _compare(self, name: str) -> None:
        work, plan = self.work, self.plan
        edition = Edition.objects.filter(name=name).order_by("-version").first()
        work.edition, work.version = edition, edition.version if edition else 1
        if edition is not None:
            rows = Criterion.objects.filter(requirement__indicator__section__edition=edition).select_related(
                "requirement__indicator__section"
            )
            for row in rows:
                above = row.requirement
                names = (above.indicator.section.name, above.indicator.name, above.text, row.text)
                work.known[tuple(match_key(part) for part in names)] = row
        work.new = {line.key for line in work.lines if line.key not in work.known}
        for line in work.lines:
            if line.key in work.known:
                known = work.known[line.key]
                differs = {key: value for key, value in line.facts.items() if getattr(known, key) != value}
                if differs:
                    work.changed[known.pk] = differs
        absent = len(work.known) - sum(1 for line in work.lines if line.key in work.known)
        if edition is not None and edition.state != Edition.State.DRAFT and (work.new or work.changed):
            work.edition, work.version = None, edition.version + 1
            work.known, work.changed, absent = {}, {}, 0
            work.new = {line.key for line in work.lines}
            plan.warnings.append(
                _("The edition is in force or archived and is not changed: the sheet becomes version %(version)d, a draft.")
                % {"version": work.version}
            )
        if absent:
            plan.warnings.append(_("%(count)d criteria of the edition are not in this sheet; they stay.") % {"count": absent})
        there = _there(work.known.values())
        for line in work.lines:
            if line.key in work.new:
                plan.creates += 1
            elif work.known[line.key].pk in work.changed or _missing(line, work.known[line.key].pk, there):
                plan.updates += 1
            else:
                plan.unchanged += 1


def _label(row: Any) -> str:
    return f"{row.name}（{row.division}）" if isinstance(row, Unit) and row.division else row.name


@dataclass
class _There:
    """What stands beside criteria already: units by part, site types of their checklists."""

    units: dict[int, set[tuple[str, int]]]
    types: dict[int, set[int]]


def _there(rows: Any) -> _There:
    keys = [row.pk for row in rows]
    there = _There(defaultdict(set), defaultdict(set))
    for criterion, part, unit in Responsibility.objects.filter(in_force(clock.today()), criterion__in=keys).values_list(
        "criterion", "part", "unit"
    ):
        there.units[criterion].add((part, unit))
    for criterion, kind in ChecklistItem.objects.filter(criterion__in=keys).values_list("criterion", "site_type"):
        there.types[criterion].add(kind)
    return there


def _missing(line: Line, criterion: int, there: _There) -> tuple[list[tuple[str, Unit]], list[SiteType]] | None:
    """The responsibilities and checklists that the line has and the tables have not; None when nothing is missing."""
    units = [
        (str(part), unit)
        for part, rows in ((Part.LEAD, line.lead), (Part.ASSIST, line.assist))
        for unit in rows
        if (part, unit.pk) not in there.units[criterion]
    ]
    types = [kind for kind in line.types if kind.pk not in there.types[criterion]]
    return (units, types) if units or types else None


def plan(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    return _Planner(actor, sheet, parameters).run()


def apply(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    work: _Work = plan.payload
    edition = work.edition or Edition.objects.create(
        name=plan.facts["edition"], version=work.version, year=_year(parameters), source=parameters.get("source") or ""
    )
    for pk, facts in work.changed.items():
        Criterion.objects.filter(pk=pk).update(**facts)
    _grow(edition, [line for line in work.lines if line.key in work.new], work.known)
    there = _there(work.known.values())
    today, rows, items = clock.today(), [], []
    orders: dict[int, int] = defaultdict(int)
    for kind, order in ChecklistItem.objects.order_by().values_list("site_type", "order"):
        orders[kind] = max(orders[kind], order)
    for line in work.lines:
        criterion = work.known[line.key]
        units, types = _missing(line, criterion.pk, there) or ([], [])
        for part, unit in units:
            if part == Part.LEAD:
                _relieve(actor, criterion)
            rows.append(Responsibility(unit=unit, part=part, criterion=criterion, starts_on=today))
        for site_type in types:
            orders[site_type.pk] += 1
            items.append(ChecklistItem(site_type=site_type, criterion=criterion, text=criterion.text, order=orders[site_type.pk]))
    Responsibility.objects.bulk_create(rows, batch_size=500)
    ChecklistItem.objects.bulk_create(items, batch_size=500)
    return {"edition": edition.pk, "criteria": len(work.new), "responsibilities": len(rows), "checklist_items": len(items)}


def _year(parameters: dict[str, Any]) -> int | None:
    text = str(parameters.get("year") or "").strip()
    return int(text) if text.isdecimal() and 1990 <= int(text) <= 2100 else None


def _relieve(actor: Actor, criterion: Criterion) -> None:
    """The lead that the sheet replaces ends with yesterday, where the actor may say so."""
    today = clock.today()
    old = access.scoped(actor, "standards.assign", Responsibility).filter(
        in_force(today), criterion=criterion, part=Part.LEAD, site__isnull=True, site_type__isnull=True, division__isnull=True
    )
    old.filter(starts_on__gte=today).delete()
    old.update(ends_on=today - timedelta(days=1))


def _grow(edition: Edition, lines: list[Line], known: dict[tuple[str, ...], Criterion]) -> None:
    """Put new criteria into the tree, with the sections, indicators and requirements that they need; ``known`` learns them."""
    sections = {match_key(row.name): row for row in edition.sections.all()}
    indicators = {
        (row.section_id, match_key(row.name)): row for row in Indicator.objects.filter(section__edition=edition)
    }
    requirements = {
        (row.indicator_id, match_key(row.text)): row
        for row in Requirement.objects.filter(indicator__section__edition=edition)
    }
    used: dict[Any, set[str]] = defaultdict(set)
    used[None] = {row.code for row in sections.values()}
    for indicator in indicators.values():
        used["i", indicator.section_id].add(indicator.code)
    for requirement in requirements.values():
        used["r", requirement.indicator_id].add(requirement.code)
    for requirement_id, code in Criterion.objects.filter(requirement__indicator__section__edition=edition).values_list(
        "requirement", "code"
    ):
        used["c", requirement_id].add(code)

    def place(kind: Any, stem: str) -> tuple[str, int]:
        number = len(used[kind]) + 1
        while (code := f"{stem}{number}") in used[kind]:
            number += 1
        used[kind].add(code)
        return code, number

    fresh = []
    for line in lines:
        keys = line.key
        section = sections.get(keys[0])
        if section is None:
            code, order = place(None, "")
            section = sections[keys[0]] = Section.objects.create(edition=edition, code=code, name=line.section, order=order)
        indicator = indicators.get((section.pk, keys[1]))
        if indicator is None:
            code, order = place(("i", section.pk), f"{section.code}.")
            indicator = indicators[section.pk, keys[1]] = Indicator.objects.create(
                section=section, code=code, name=line.indicator, order=order
            )
        requirement = requirements.get((indicator.pk, keys[2]))
        if requirement is None:
            code, order = place(("r", indicator.pk), f"{indicator.code}.")
            requirement = requirements[indicator.pk, keys[2]] = Requirement.objects.create(
                indicator=indicator,
                code=code,
                text=line.requirement,
                number=split_trailing_number(line.requirement)[1],
                order=order,
            )
        code, order = place(("c", requirement.pk), f"{requirement.code}.")
        facts = {"full_marks": Decimal(1)} | line.facts
        known[keys] = Criterion(requirement=requirement, code=code, text=line.text, order=order, **facts)
        fresh.append(known[keys])
    Criterion.objects.bulk_create(fresh, batch_size=500)


STANDARD = register(
    Importer(
        kind="standard",
        label=gettext_lazy("Standard with responsibilities"),
        verb="standards.edit",
        columns=COLUMNS,
        plan=plan,
        apply=apply,
        order=40,
        page="standards:editions",
        parameters=[
            Parameter(
                "edition",
                gettext_lazy("Name of the edition"),
                required=True,
                help=gettext_lazy("The name of a draft brings the sheet into it; another name makes a new edition."),
            ),
            Parameter("year", gettext_lazy("Year")),
            Parameter("source", gettext_lazy("Source"), help=gettext_lazy("Who published it, under which number.")),
        ],
        help=gettext_lazy("One row per criterion; section, indicator and requirement may be merged down the rows."),
        examples=[
            {
                "section": "公共环境",
                "indicator": "公共服务",
                "requirement": "公共厕所管理",
                "criterion": "公共厕所干净无异味，设施完好",
                "method": "field",
                "full_marks": 2,
                "site_types": ["公共厕所"],
                "lead": ["城市管理和综合执法局"],
                "assist": ["河东街道"],
            },
            {
                "section": "公共环境",
                "indicator": "公共服务",
                "requirement": "公共厕所管理",
                "criterion": "有保洁记录，开放时间公示",
                "method": "field",
                "full_marks": 1,
                "site_types": ["公共厕所"],
                "lead": ["城市管理和综合执法局"],
                "assist": [],
            },
        ],
    )
)
