"""整改通知书: a unit is told to put right what was found, by when, and how to answer."""

from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers import gathering
from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, case_table, day_of, paper, pictures_of
from chuangwen.papers.composing.registry import CASES, PERIOD, ROUND, UNIT, PaperKind, register
from chuangwen.papers.composing.words import ADDRESSEE, CASE_FIELDS, DEADLINE, DEMANDS, OPENING, TITLE, case_values
from chuangwen.papers.facts import UnitCases
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Form, FormRow, Heading, Paper, Para
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.models import Kind

WHAT = (
    "立即制定整改措施，逐项明确责任人，在规定时限内整改到位，并开展同类问题自查自纠。",
    "整改完成后，在系统中填报整改措施、上传整改后照片，不再另报纸质材料；到期未能完成的，应在时限过半前申请延期并说明理由。",
    "对本通知有异议的，请在收到之日起1个工作日内在系统中提出。",
)


def compose(facts: UnitCases, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    dues = [case.due for case in facts.cases if case.due]
    limit = texts.deadline or (f"{day_of(max(dues))}前" if dues else "所列时限内")
    body: list[Any] = [
        Para(
            texts.opening or f"经{facts.source or '检查'}发现，你单位负责的点位存在下列问题，共",
            figures.put(facts.total),
            f"件，请于{limit}整改完毕。",
        ),
        Heading("存在问题"),
        case_table(facts.cases, "问题清单"),
        *pictures_of(facts.cases, "现场照片"),
        Heading("整改要求"),
        *(Para(text) for text in (texts.demands or WHAT)),
        Form([FormRow([("签收人", ""), ("签收时间", "　　年　　月　　日　　时")], 10)], caption="送达回证"),
    ]
    made = paper(
        Layout.SUPERVISION,
        "整改通知书",
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
        kind=Kind.RECTIFICATION_NOTICE,
        explanation=pgettext_lazy("paper", "Tells a unit what to put right and by when."),
        icon="tool",
        layout=Layout.SUPERVISION,
        red_head=lambda office: "整改通知书",
        title=lambda s: f"{s.unit.name if s.unit else ''}整改通知书",
        gather=lambda s: gathering.unit_cases(s),
        compose=compose,
        texts=(TITLE, ADDRESSEE, OPENING(), DEADLINE, DEMANDS(*WHAT)),
        needs=(UNIT,),
        takes=(ROUND, PERIOD, CASES),
        series="改",
        fields=CASE_FIELDS,
        values=case_values,
        sample=samples.unit_cases,
        queries=("cases.open",),
    )
)
