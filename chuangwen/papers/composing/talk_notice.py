"""约谈通知: who of a unit is to come when and where, about what, and what to bring. Addressed to the unit, not to a person's conduct."""

from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers import gathering
from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, case_table, imprint, paper
from chuangwen.papers.composing.registry import CASES, PERIOD, UNIT, Field, PaperKind, TextField, register
from chuangwen.papers.composing.words import ADDRESSEE, CASE_FIELDS, DEMANDS, OPENING, TITLE, case_values
from chuangwen.papers.facts import UnitCases
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Heading, Paper, Para
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.models import Kind

BRING = (
    "请对照所列问题，准备书面说明：未按期办结的原因、已采取的措施、完成整改的时间和责任人。",
    "如对约谈事项有异议，请在约谈前以书面形式或在系统中提出。",
)


def compose(facts: UnitCases, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    body: list[Any] = [
        Para(
            texts.opening or "经统计，你单位负责的创建全国文明城市问题中，有下列问题未按期办结，共",
            figures.put(facts.total),
            "件。按照考核办法，决定对你单位进行约谈。现将有关事项通知如下：",
        ),
        Heading("约谈时间：", 1, [texts.when or "另行通知"]),
        Heading("约谈地点：", 1, [texts.where or frame.office.organ]),
        Heading("参加人员：", 1, [texts.who or "单位主要负责人、分管负责人"]),
        Heading("约谈事由"),
        case_table(facts.cases, "未按期办结问题清单", state=True),
        *(Para(step) for step in facts.steps),
        Heading("有关要求"),
        *(Para(text) for text in (texts.demands or BRING)),
    ]
    made = paper(
        Layout.BULLETIN,
        frame.office.red_head,
        frame,
        texts,
        title=texts.title or f"关于约谈{facts.unit}的通知",
        body=body,
        addressee=texts.addressee or f"{facts.unit}：",
        sources=figures.sources,
        **imprint(frame),
    )
    return made, figures


register(
    PaperKind(
        kind=Kind.TALK_NOTICE,
        explanation=pgettext_lazy("paper", "Asks those responsible in a unit to a talk about what is late."),
        icon="messages",
        layout=Layout.BULLETIN,
        red_head=lambda office: office.red_head,
        title=lambda s: f"关于约谈{s.unit.name if s.unit else ''}的通知",
        gather=lambda s: gathering.unit_cases(s, late=True),
        compose=compose,
        texts=(
            TITLE,
            ADDRESSEE,
            OPENING(),
            TextField("when", pgettext_lazy("paper", "Time of the talk")),
            TextField("where", pgettext_lazy("paper", "Place of the talk")),
            TextField("who", pgettext_lazy("paper", "Who is to come")),
            DEMANDS(*BRING),
        ),
        needs=(UNIT,),
        takes=(PERIOD, CASES),
        series="约",
        fields=(
            *CASE_FIELDS,
            Field("when", "约谈时间", "2026年12月3日9:00"),
            Field("where", "约谈地点", "街道办三楼会议室"),
            Field("who", "参加人员", "单位主要负责人"),
        ),
        values=case_values,
        sample=samples.unit_cases,
        queries=("cases.open", "cases.overdue"),
    )
)
