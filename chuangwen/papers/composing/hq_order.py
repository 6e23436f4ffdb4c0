"""指挥部令: listed supervision (挂牌督办) with a public promise: what is ordered, by when, and the words of the unit's promise."""

from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers import gathering
from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, case_table, paper, pictures_of
from chuangwen.papers.composing.registry import CASES, PERIOD, UNIT, PaperKind, TextField, register
from chuangwen.papers.composing.words import ADDRESSEE, CASE_FIELDS, DEADLINE, DEMANDS, OPENING, TITLE, case_values
from chuangwen.papers.facts import UnitCases
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Form, FormRow, Heading, Paper, Para
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.models import Kind

ORDERS = (
    "由主要负责人牵头，立即组织力量对挂牌问题集中整改，每日在系统中报告进展。",
    "自收到本令之日起2个工作日内，将整改承诺（内容、责任人、完成时间）在单位门户或公示栏公开，接受群众监督。",
    "整改完成后申请摘牌，由指挥部办公室组织现场核查；到期未完成的，约谈主要负责人，并按规定移交处理。",
)
PROMISE = "我单位承诺：对挂牌督办的问题，由主要负责人负责，在规定时限内全部整改到位，整改结果向社会公开，接受监督。"


def compose(facts: UnitCases, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    opening = texts.opening or "你单位负责的下列问题经催办、督办仍未按期办结，指挥部决定予以挂牌督办。挂牌问题共"
    body: list[Any] = [
        Para(opening, figures.put(facts.total), f"件，办结时限为{texts.deadline or '本令下达之日起5个工作日'}。现下达命令如下："),
        Heading("挂牌督办问题"),
        case_table(facts.cases, "挂牌督办问题清单", state=True),
        *pictures_of(facts.cases, "现场照片", each=2),
    ]
    if facts.steps:
        body += [Heading("此前催办、督办情况"), *(Para(step) for step in facts.steps)]
    body += [
        Heading("命令事项"),
        *(Para(text) for text in (texts.demands or ORDERS)),
        Heading("整改承诺（由责任单位公开）"),
        Para(texts.promise or PROMISE),
        Form(
            [
                FormRow([("承诺单位", facts.unit), ("第一责任人", facts.head or "")], 10),
                FormRow([("公开方式", ""), ("公开时间", "")], 10),
            ]
        ),
    ]
    made = paper(
        Layout.SUPERVISION,
        "创建全国文明城市指挥部令",
        frame,
        texts,
        title=texts.title,
        body=body,
        addressee=texts.addressee or f"{facts.unit}：",
        sources=figures.sources,
    )
    return made, figures


register(
    PaperKind(
        kind=Kind.HEADQUARTERS_ORDER,
        explanation=pgettext_lazy("paper", "Puts problems under listed supervision, with a public promise."),
        icon="gavel",
        layout=Layout.SUPERVISION,
        red_head=lambda office: "创建全国文明城市指挥部令",
        title=lambda s: f"关于对{s.unit.name if s.unit else ''}有关问题挂牌督办的命令",
        gather=lambda s: gathering.unit_cases(s, late=True),
        compose=compose,
        texts=(
            TITLE,
            ADDRESSEE,
            OPENING(),
            DEADLINE,
            DEMANDS(*ORDERS),
            TextField("promise", pgettext_lazy("paper", "The unit’s public promise"), "text", standard=PROMISE),
        ),
        needs=(UNIT,),
        takes=(PERIOD, CASES),
        series="令",
        fields=CASE_FIELDS,
        values=case_values,
        sample=samples.unit_cases,
        queries=("cases.open", "cases.overdue"),
    )
)
