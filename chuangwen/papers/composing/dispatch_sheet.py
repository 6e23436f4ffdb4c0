"""交办单: what is given to a unit, by when, with the photos from before."""

from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers import gathering
from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, case_table, day_of, paper, pictures_of
from chuangwen.papers.composing.registry import CASES, PERIOD, ROUND, UNIT, PaperKind, register
from chuangwen.papers.composing.words import ADDRESSEE, CASE_FIELDS, DEMANDS, OPENING, TITLE, case_values
from chuangwen.papers.facts import UnitCases
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Form, FormRow, Paper, Para, chinese_date
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.models import Kind

DEMAND = "请按时限完成整改，并在系统中填报整改措施、上传整改后照片；认为不属于本单位职责的，请在签收时限内退回并说明理由。"


def compose(facts: UnitCases, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    total = figures.put(facts.total)
    dues = [case.due for case in facts.cases if case.due]
    body: list[Any] = [
        Form(
            [
                FormRow([("责任单位", facts.unit), ("交办时间", chinese_date(frame.day))]),
                FormRow([("第一责任人", facts.head or "—"), ("联络员", facts.liaison or "—")]),
                FormRow([("问题来源", facts.source or "—"), ("办结时限", f"{day_of(max(dues))}前" if dues else "按下表")]),
                FormRow([("交办要求", texts.opening or DEMAND)]),
            ]
        ),
        Para("本次交办问题共", total, "件，清单如下："),
        case_table(facts.cases, "交办问题清单"),
        *pictures_of(facts.cases, "现场照片"),
        *(Para(text) for text in texts.demands),
        Form([FormRow([("签收人", ""), ("签收时间", "")], 10), FormRow([("整改情况", "")], 24)]),
    ]
    made = paper(
        Layout.DISPATCH,
        "问题交办单",
        frame,
        texts,
        title="",
        body=body,
        addressee=texts.addressee or f"{facts.unit}：",
        sources=figures.sources,
    )
    return made, figures


register(
    PaperKind(
        kind=Kind.DISPATCH_SHEET,
        explanation=pgettext_lazy(
            "paper", "Gives the open cases of a unit to it, with the photos from before and room for its receipt."
        ),
        icon="send",
        layout=Layout.DISPATCH,
        red_head=lambda office: "问题交办单",
        title=lambda s: (
            f"{s.unit.name if s.unit else ''}问题交办单（{s.round.name if s.round else s.period.label if s.period else '在办'}）"
        ),
        gather=lambda s: gathering.unit_cases(s),
        compose=compose,
        texts=(TITLE, ADDRESSEE, OPENING(DEMAND), DEMANDS()),
        needs=(UNIT,),
        takes=(ROUND, PERIOD, CASES),
        series="交",
        fields=CASE_FIELDS,
        values=case_values,
        sample=samples.unit_cases,
        queries=("cases.open",),
    )
)
