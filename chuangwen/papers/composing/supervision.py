"""督办单: what a unit is late with is supervised: what was said before, by when it has to be done now, and the answer."""

from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers import gathering
from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, case_table, paper, pictures_of
from chuangwen.papers.composing.registry import CASES, PERIOD, UNIT, PaperKind, register
from chuangwen.papers.composing.words import ADDRESSEE, CASE_FIELDS, DEADLINE, OPENING, TITLE, case_values
from chuangwen.papers.facts import UnitCases
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Form, FormRow, Heading, Paper, Para
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.models import Kind

DEMAND = "请主要负责人亲自过问，逐件查明未按期办结的原因，明确整改措施和完成时间，限期办结，并于时限届满前在系统中反馈办理结果。"


def compose(facts: UnitCases, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    body: list[Any] = [
        Form(
            [
                FormRow([("督办单位", frame.office.organ)]),
                FormRow([("承办单位", facts.unit), ("第一责任人", facts.head or "—")]),
                FormRow([("督办事项", facts.source or "逾期未办结问题"), ("办结时限", texts.deadline or "收到之日起3个工作日")]),
                FormRow([("督办要求", texts.opening or DEMAND)]),
            ]
        ),
        Para("列入督办的问题共", figures.put(facts.total), "件", *_late(facts, figures), "："),
        case_table(facts.cases, "督办问题清单", state=True),
        *pictures_of(facts.cases, "现场照片", each=2),
    ]
    if facts.steps:
        body += [Heading("此前催办情况"), *(Para(step) for step in facts.steps)]
    body.append(
        Form([FormRow([("签收人", ""), ("签收时间", "")], 10), FormRow([("办理结果", "")], 28), FormRow([("督办意见", "")], 20)])
    )
    made = paper(
        Layout.SUPERVISION,
        "创建全国文明城市督办单",
        frame,
        texts,
        title="",
        body=body,
        addressee=texts.addressee or f"{facts.unit}：",
        sources=figures.sources,
    )
    return made, figures


def _late(facts: UnitCases, figures: Figures) -> list[Any]:
    return ["，其中逾期", figures.put(facts.overdue), "件"] if facts.overdue and facts.overdue.counted else []


register(
    PaperKind(
        kind=Kind.SUPERVISION_ORDER,
        explanation=pgettext_lazy("paper", "Supervises what a unit is late with."),
        icon="alarm",
        layout=Layout.SUPERVISION,
        red_head=lambda office: "创建全国文明城市督办单",
        title=lambda s: f"{s.unit.name if s.unit else ''}逾期问题督办单",
        gather=lambda s: gathering.unit_cases(s, late=True),
        compose=compose,
        texts=(TITLE, ADDRESSEE, OPENING(DEMAND), DEADLINE),
        needs=(UNIT,),
        takes=(PERIOD, CASES),
        series="督",
        fields=CASE_FIELDS,
        values=case_values,
        sample=samples.unit_cases,
        queries=("cases.open", "cases.overdue"),
    )
)
