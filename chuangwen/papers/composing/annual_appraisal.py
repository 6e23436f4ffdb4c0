"""年度考核通报: the results of the units of each peer group over a year, what follows from them, and how they were made. No person in it."""

from itertools import groupby
from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers import gathering
from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, imprint, paper
from chuangwen.papers.composing.registry import PERIOD, Field, PaperKind, register
from chuangwen.papers.composing.words import ADDRESSEE, DEMANDS, OPENING, TITLE
from chuangwen.papers.facts import AppraisalFacts
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Column, Heading, Paper, Para, Table
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.models import Kind

WISHES = (
    "希望受到表扬的单位珍惜荣誉、再接再厉，发挥示范带动作用。",
    "各单位要以此次考核为契机，对照标准查找差距，落实整改，共同做好创建工作。",
)


def compose(facts: AppraisalFacts, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    body: list[Any] = [
        Para(
            texts.opening
            or f"根据{facts.basis}，对{facts.area}{facts.period.label}创建全国文明城市工作进行了考核，参加比较的单位",
            figures.put(facts.compared),
            "个。现将考核结果通报如下：",
        ),
        Heading("考核结果"),
    ]
    by_group = [(group, list(lines)) for group, lines in groupby(facts.lines, key=lambda line: line.group)]
    for group, lines in by_group:
        if group:
            body.append(Heading(group, 2))
        wide = any(line.span for line in lines)
        body.append(
            Table(
                [
                    Column("名次", 0.8),
                    *([Column("可能名次", 1.1)] if wide else []),
                    Column("单位", 3.4, "left"),
                    Column(facts.measure, 1.4),
                    Column("结果", 1.6),
                ],
                [
                    [line.rank, *([line.span or "—"] if wide else []), line.unit, figures.put(line.points), line.verdict or "—"]
                    for line in lines
                ],
                caption=f"{group or '各单位'}考核结果",
            )
        )
        if wide:
            body.append(Para("可能名次相互重叠的单位，得分差距在误差范围以内，不宜据此区分先后。"))
    if facts.not_ranked:
        body.append(Para(f"样本太少、不参加比较的单位：{'、'.join(facts.not_ranked)}。"))
    praised = [line.unit for line in facts.lines if line.verdict.startswith(("优秀", "通报表扬", "红榜"))]
    if praised:
        body += [Heading("表扬单位"), Para(f"对{'、'.join(praised)}予以通报表扬。")]
    body += [Heading("有关要求"), *(Para(text) for text in (texts.demands or WISHES))]
    made = paper(
        Layout.BULLETIN,
        frame.office.red_head,
        frame,
        texts,
        title=texts.title or f"关于{facts.period.label}创建全国文明城市工作考核情况的通报",
        body=body,
        addressee=texts.addressee or "各社区，各有关单位：",
        sources=figures.sources,
        **imprint(frame),
    )
    return made, figures


def _values(facts: AppraisalFacts) -> dict[str, Any]:
    return {
        "area": facts.area,
        "period": facts.period.label,
        "basis": facts.basis,
        "measure": facts.measure,
        "results": [
            {"rank": line.rank, "unit": line.unit, "group": line.group, "points": line.points.value, "verdict": line.verdict}
            for line in facts.lines
        ],
    }


register(
    PaperKind(
        kind=Kind.ANNUAL_APPRAISAL,
        explanation=pgettext_lazy("paper", "The results of the units over a year, by peer group."),
        icon="trophy",
        layout=Layout.BULLETIN,
        red_head=lambda office: office.red_head,
        title=lambda s: f"关于{s.period.label if s.period else ''}创建全国文明城市工作考核情况的通报",
        gather=lambda s: gathering.appraisal_facts(s),
        compose=compose,
        texts=(TITLE, ADDRESSEE, OPENING(), DEMANDS(*WISHES)),
        needs=(PERIOD,),
        series="考",
        fields=(
            Field("area", "区域", "河东街道"),
            Field("period", "期间", "2026年"),
            Field("basis", "考核依据", "年度考核办法"),
            Field("measure", "考核指标", "得分"),
            Field(
                "results",
                "考核结果（逐个：rank 名次，unit 单位，group 分组，points 得分，verdict 结果）",
                [{"rank": "1", "unit": "城管局", "group": "职能部门", "points": "95.60", "verdict": "优秀"}],
            ),
        ),
        values=_values,
        sample=samples.appraisal,
        queries=("scoring.appraisal", "cases.due_left", "cases.closed_in_time"),
    )
)
