"""Duties by a sheet, in the words of a plan: who owes what how often, and what shows it. A duty of the same name in the same area is changed
by the sheet; the same sheet twice changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.rhythm import actions, proofs, recurring, rules, shapes
from chuangwen.duties.rhythm.models import Duty
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, Problem, Row, SheetRead
from chuangwen.people.models import Unit
from chuangwen.places.finding import DivisionFinder

VERB = "duties.edit_duty"
SHAPES = [
    (shapes.WEEK, "每周"), (shapes.MONTH, "每月"), (shapes.QUARTER, "每季度"), (shapes.WEEKDAYS, "每周固定日"), (shapes.WORKDAYS, "每个工作日"),
    (shapes.MONTH_DAYS, "每月固定日"),
]  # fmt: skip
OFF = [(rules.SKIP, "不做"), (rules.BEFORE, "提前"), (rules.AFTER, "顺延"), (rules.STAY, "照常")]
LEVELS = [(3, "县级"), (3, "区级"), (4, "乡镇级"), (4, "街道级"), (5, "村级"), (5, "社区级")]
KINDS = {
    "指挥部": "command", "领导小组": "leading_group", "工作组": "working_group", "职能部门": "department", "部门": "department",
    "成员单位": "department",
    "街道": "town_office", "乡镇": "town_office", "街道乡镇": "town_office", "社区": "community", "村居": "community", "村社区": "community",
    "企业": "enterprise",
}  # fmt: skip
PROOF_WORDS = {"短记录": proofs.RECORD, "登记": proofs.RECORD, "登记一次": proofs.RECORD}
DAY_WORDS = {word: number for number, words in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天7")) for word in words}
COLUMNS = [
    Column("name", "职责名称", required=True, aliases=("职责", "工作任务", "任务名称"), max_length=60, example="入户宣传、问卷调查"),
    Column("content", "工作内容", aliases=("内容", "具体要求"), max_length=500, example="每月至少组织两次入户宣传"),
    Column("area", "区域", aliases=("街道", "乡镇", "所属区域"), max_length=60, help=gettext_lazy("Left empty: the office's own area.")),
    Column("kinds", "单位类别", kind="list", aliases=("责任主体", "单位类型"), example="社区", help=gettext_lazy("Left empty: all kinds.")),
    Column("level", "层级", kind="choice", choices=LEVELS),
    Column("shape", "频次", kind="choice", choices=SHAPES, required=True, aliases=("周期", "开展频次"), example="每月"),
    Column("times", "次数", kind="int", least=1, most=99, aliases=("每期次数",), example=2),
    Column(
        "days", "固定日", kind="list", aliases=("星期", "日期"),
        help=gettext_lazy("一、三、五 for days of the week; 1、15 for days of the month")
    ),
    Column("on_day_off", "遇休息日", kind="choice", choices=OFF),
    Column("proofs", "完成依据", kind="list", required=True, aliases=("佐证", "完成标志"), example="登记一次"),
    Column("starts_on", "开始日期", kind="date", required=True, aliases=("起始日期",), example="2026-12-01"),
    Column("ends_on", "结束日期", kind="date", aliases=("截止日期",)),
    Column("basis", "依据文件", aliases=("依据", "文件依据"), max_length=200),
]
TITLES = {column.key: str(column.title) for column in COLUMNS}


class _Wrong(ValueError):
    """What is wrong with a row, and in which column."""

    def __init__(self, key: str, message: str, code: str):
        super().__init__(message)
        self.key, self.message, self.code = key, message, code


class _Reading:
    def __init__(self, actor: Actor, sheet: SheetRead):
        self.actor, self.sheet, self.plan = actor, sheet, Plan(len(sheet.rows))
        self.finder = DivisionFinder(actor, VERB)
        least = min((row.depth for row in self.finder.rows), default=0)
        highest = [row for row in self.finder.rows if row.depth == least]
        self.own = highest[0] if len(highest) == 1 else None
        self.proof_words = {match_key(str(proof.label)): key for key, proof in proofs.PROOFS.items()} | PROOF_WORDS
        self.known = {(row.division_id, row.name): row for row in Duty.objects.select_related("division", "under")}
        self.seen: dict[tuple[int, str], int] = {}

    def facts(self, row: Row) -> dict[str, Any]:
        """What the action takes. Raises _Wrong."""
        values = row.values
        division = self.division(values["area"])
        shape = shapes.Shape(values["shape"], *self.days(values))
        try:
            rule = shape.rule().text
        except recurring.WrongRule as wrong:
            raise _Wrong("days", _("Fill this in for the rhythm that you chose."), "days") from wrong
        if values["ends_on"] and values["ends_on"] < values["starts_on"]:
            raise _Wrong("ends_on", _("The last day lies before the first."), "days")
        found = {
            "name": values["name"], "content": values["content"] or "", "division": division, "kinds": self.kinds(values["kinds"] or ()),
            "level": values["level"], "kind": shape.kind, "rule": rule, "times": values["times"] or 1,
            "on_day_off": values["on_day_off"] or rules.SKIP, "proofs": self.proofs(values["proofs"]), "starts_on": values["starts_on"],
            "ends_on": values["ends_on"], "basis": values["basis"] or "",
        }  # fmt: skip
        key = (division.pk, values["name"])
        if key in self.seen:
            raise _Wrong("name", _("This stands in row %(row)d already.") % {"row": self.seen[key]}, "twice")
        self.seen[key] = row.number
        return found

    def division(self, text: str | None) -> Any:
        if not text:
            if self.own is None:
                raise _Wrong("area", _("Say of which area the duty is."), "no_area")
            return self.own
        found = self.finder.find(None, text).division
        if found is None:
            raise _Wrong("area", _("There is no such area among yours."), "unknown_area")
        return found

    def kinds(self, words: Sequence[str]) -> list[str]:
        labels = {match_key(str(label)): value for value, label in Unit.Kind.choices} | {match_key(word): kind for word, kind in KINDS.items()}
        unknown = [word for word in words if match_key(word) not in labels]
        if unknown:
            raise _Wrong("kinds", _("No kind of unit is called so: %(words)s.") % {"words": "、".join(unknown)}, "unknown_kind")
        chosen = {labels[match_key(word)] for word in words}
        return [kind for kind in Unit.Kind.values if kind in chosen]

    def proofs(self, words: Sequence[str]) -> list[str]:
        unknown = [word for word in words if match_key(word) not in self.proof_words and word not in self.proof_words]
        if unknown:
            known = "、".join(str(proof.label) for proof in proofs.PROOFS.values())
            message = _("Nothing that shows a duty is called so: %(words)s. There are: %(known)s.")
            raise _Wrong("proofs", message % {"words": "、".join(unknown), "known": known}, "unknown_proof")
        chosen = {self.proof_words.get(match_key(word)) or self.proof_words[word] for word in words}
        return [key for key in proofs.PROOFS if key in chosen]

    def days(self, values: dict[str, Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        words = [word.removeprefix("周").removeprefix("星期").removesuffix("日") or "日" for word in values["days"] or ()]
        if values["shape"] == shapes.WEEKDAYS and words and all(word in DAY_WORDS for word in words):
            return tuple(sorted({DAY_WORDS[word] for word in words})), ()
        if values["shape"] == shapes.MONTH_DAYS and words and all(word.isdecimal() and 1 <= int(word) <= 31 for word in words):
            return (), tuple(sorted({int(word) for word in words}))
        if values["shape"] in (shapes.WEEKDAYS, shapes.MONTH_DAYS):
            raise _Wrong("days", _("Fill this in for the rhythm that you chose."), "days")
        return (), ()


def plan_duties(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    """What the rows would do."""
    reading = _Reading(actor, sheet)
    plan, todo = reading.plan, []
    for row in sheet.rows:
        if not row.sound:
            continue
        try:
            facts = reading.facts(row)
            known = reading.known.get((facts["division"].pk, facts["name"]))
            changed = known is None or any(getattr(known, key) != value for key, value in facts.items() if key != "division")
            if changed:
                _try(actor, facts, known)
        except _Wrong as wrong:
            value = row.values.get(wrong.key)
            shown = "、".join(value) if isinstance(value, list | tuple) else "" if value is None else str(value)
            plan.problems.append(Problem(row.number, sheet.letters.get(wrong.key, ""), TITLES[wrong.key], shown, wrong.message, wrong.code))
            continue
        if not changed:
            plan.unchanged += 1
            continue
        plan.creates += known is None
        plan.updates += known is not None
        todo.append((facts, known.pk if known is not None else None))
    plan.payload = todo
    plan.sample = [{"职责名称": facts["name"], "区域": str(facts["division"]), "开始日期": str(facts["starts_on"])} for facts, _key in todo[:20]]
    return plan


REFUSED_AT = {"division": "area", "rule": "days", "proofs": "proofs", "starts_on": "starts_on", "ends_on": "ends_on", "times": "times",
              "level": "level", "name": "name"}  # fmt: skip


def _try(actor: Actor, facts: dict[str, Any], known: Duty | None) -> None:
    """Whether the action would take it, without leaving anything. Raises _Wrong."""
    try:
        with transaction.atomic():
            _save(actor, facts, known.pk if known is not None else None)
            transaction.set_rollback(True)
    except Refusal as refusal:
        column = REFUSED_AT.get(next(iter(refusal.fields), ""), "name")
        raise _Wrong(column, str(refusal), refusal.code) from refusal


def _save(actor: Actor, facts: dict[str, Any], key: int | None) -> Duty:
    more: dict[str, Any] = {}
    if key is not None:
        known = Duty.objects.select_related("under").get(pk=key)
        more = {"under": known.under, "remind": known.remind, "once_a_day": known.once_a_day}
    return actions.save_duty(actor, duty_id=key, **(facts | more))


def apply_duties(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    for facts, key in plan.payload:
        _save(actor, facts, key)
    return {"created": plan.creates, "changed": plan.updates}


register(
    Importer(
        "duties", gettext_lazy("Duties at a rhythm"), VERB, COLUMNS, plan_duties, apply_duties, csv=True, order=71, page="duties:duties",
        help=gettext_lazy("One row per duty: who owes what how often, and which records show it. A name that is there already is changed."),
        examples=[
            {"name": "入户宣传、问卷调查", "content": "每月至少组织两次", "kinds": "社区", "level": "社区级", "shape": "每月", "times": 2,
             "proofs": "登记一次", "starts_on": "2026-12-01"},
            {"name": "周五清洁家园", "kinds": "社区", "shape": "每周固定日", "days": "五", "on_day_off": "提前", "proofs": "登记一次",
             "starts_on": "2026-12-01"},
        ],
    )
)  # fmt: skip
