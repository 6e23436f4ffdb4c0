"""包保工作方案: who answers for which place, as a notice with the signed table."""

from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers import gathering
from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, imprint, paper
from chuangwen.papers.composing.registry import PLAN, Field, PaperKind, register
from chuangwen.papers.composing.words import ADDRESSEE, DEMANDS, OPENING, TITLE
from chuangwen.papers.facts import SponsorshipFacts
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Column, Heading, Paper, Para, Table
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.models import Kind

PRINCIPLES = "包保遵循三项原则：领导对应分管点位，部门强弱搭配，站所就近包保，力量均衡使用，任务合理分担。"
ASKED = (
    "各包保领导要组织包保点位的各包保单位协同开展工作，研究解决创建中的重点难点问题。",
    "各包保单位要明确分管负责人和联络员，定期到包保点位开展工作，帮助协调解决具体问题。",
    "包保关系如需调整，由创文办按程序办理，未经同意不得自行变更。",
)


def compose(facts: SponsorshipFacts, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    opening = texts.opening or f"为进一步落实{facts.area}创建全国文明城市包保责任，经研究，制定本方案。"
    body: list[Any] = [
        Para(opening),
        Heading("包保原则"),
        Para(PRINCIPLES),
        Heading("包保安排"),
        Para(
            f"实施时间为{facts.period.days}。包保点位", figures.put(facts.places), "个，参加包保的领导和单位", figures.put(facts.sponsors),
            "个，建立包保关系", figures.put(facts.pairs), "对，具体安排见下表。",
        ),
        Table(
            [Column("序号", 0.6), Column("点位", 1.6, "left"), Column("包保领导", 1.4), Column("包保部门", 2.8, "left"),
             Column("站所、专班", 2.4, "left")],
            [
                [str(n), line.place, line.leaders or "—", line.departments or "—", line.offices or "—"]
                for n, line in enumerate(facts.lines, 1)
            ],
            caption="包保工作安排表",
        ),
        Heading("有关要求"),
        *(Para(text) for text in (texts.demands or ASKED)),
    ]  # fmt: skip
    made = paper(
        Layout.BULLETIN, frame.office.red_head, frame, texts, title=texts.title or f"关于印发《{facts.name}》的通知", body=body,
        addressee=texts.addressee or "各社区，各有关单位：", sources=figures.sources, **imprint(frame),
    )  # fmt: skip
    return made, figures


def _values(facts: SponsorshipFacts) -> dict[str, Any]:
    return {
        "area": facts.area, "plan": facts.name, "period": facts.period.days,
        "pairs": [
            {"place": line.place, "leaders": line.leaders, "departments": line.departments, "offices": line.offices} for line in facts.lines
        ],
    }  # fmt: skip


register(
    PaperKind(
        kind=Kind.SPONSORSHIP,
        explanation=pgettext_lazy("paper", "The signed sponsorship plan of the area with its table."),
        icon="hierarchy-3",
        layout=Layout.BULLETIN,
        red_head=lambda office: office.red_head,
        title=lambda s: "关于印发创建全国文明城市包保工作方案的通知",
        gather=lambda s: gathering.sponsorship_facts(s),
        compose=compose,
        texts=(TITLE, ADDRESSEE, OPENING(), DEMANDS(*ASKED)),
        needs=(PLAN,),
        series="发",
        fields=(
            Field("area", "区域", "河东街道"),
            Field("plan", "方案名称", "包保工作方案"),
            Field("period", "实施时间", "2027年1月1日至12月31日"),
            Field(
                "pairs",
                "包保安排（逐个：place 点位，leaders 领导，departments 部门，offices 站所）",
                [{"place": "双山社区", "leaders": "张三", "departments": "城管局、民政局", "offices": "宣传教育组"}],
            ),
        ),
        values=_values,
        sample=samples.sponsorship,
        queries=("duties.sponsored_places", "duties.sponsors", "duties.sponsorship_pairs"),
    )
)
