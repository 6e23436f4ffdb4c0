"""汇报: upwards, what was done, what problems there are, what comes next, what is proposed; the figures come from the records."""

from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers import gathering
from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, imprint, paper
from chuangwen.papers.composing.period_parts import (
    done_points,
    kinds_sentence,
    late_table,
    missed_sentence,
    summary,
    units_table,
)
from chuangwen.papers.composing.registry import PERIOD, PaperKind, register
from chuangwen.papers.composing.words import (
    ADDRESSEE,
    DONE_FIELD,
    OPENING,
    PERIOD_FIELDS,
    SIGNATORY,
    TITLE,
    lines,
    report_values,
)
from chuangwen.papers.facts import PeriodFacts
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Heading, Paper, Para
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.models import Kind

PLANS = (
    "紧盯未办结问题。对逾期问题逐件明确责任人和完成时间，销号管理，每周调度。",
    "开展同类问题排查。对高发问题举一反三，加密巡查频次，防止反弹。",
    "提高办理质量。严把核查关，整改前后照片不符合要求的一律退回，随机复查已办结问题。",
)


def split(text: str) -> tuple[str, str]:
    """A paragraph whose first sentence is short leads with it as its heading: 强化组织领导。街道…"""
    head, stop, rest = text.partition("。")
    return (head + stop, rest) if stop and rest and len(head) <= 24 else ("", text)


def points(texts: list[str] | tuple[str, ...]) -> list[Any]:
    """Paragraphs as points of the second level, by their leading sentence where they have one."""
    found: list[Any] = []
    for text in texts:
        head, rest = split(text)
        found.append(Heading(head, 2, [rest]) if head else Para(text))
    return found


def compose(facts: PeriodFacts, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    body: list[Any] = [
        Para(texts.opening or f"现将{facts.area}{facts.period.days}创建全国文明城市工作开展情况汇报如下："),
        Heading("主要工作及成效"),
        *points(texts.doings),
        *done_points(facts, figures),
    ]
    if facts.rounds:
        body.append(Heading("开展实地检查。", 2, [f"组织开展{'、'.join(f'“{name}”' for name in facts.rounds)}。"]))
    body += [Heading("推进问题整改。", 2), *summary(facts, figures), *units_table(facts, figures)]
    body += [Heading("存在的主要问题"), *points(texts.problems), *missed_sentence(facts, figures), *kinds_sentence(facts)]
    if facts.late:
        body += [Para("逾期未办结的问题如下："), *late_table(facts)]
    elif not texts.problems and not facts.kinds:
        body.append(Para("期内没有逾期未办结的问题。"))
    body += [Heading("下一步工作打算"), *points(texts.plans or PLANS)]
    if texts.proposals:
        body += [Heading("相关建议"), *points(texts.proposals)]
    made = paper(
        Layout.REPORT,
        frame.office.red_head,
        frame,
        texts,
        title=texts.title or f"{facts.area}创建全国文明城市工作情况汇报",
        body=body,
        sources=figures.sources,
        **imprint(frame),
    )
    return made, figures


register(
    PaperKind(
        kind=Kind.WORK_REPORT,
        explanation=pgettext_lazy("paper", "Upwards: what was done, the problems, the next steps and proposals over any period."),
        icon="report",
        layout=Layout.REPORT,
        red_head=lambda office: office.red_head,
        title=lambda s: (
            f"{s.division.name if s.division else ''}{s.period.label if s.period else ''}创建全国文明城市工作情况汇报"
        ),
        gather=lambda s: gathering.report_facts(s),
        compose=compose,
        texts=(
            TITLE,
            ADDRESSEE,
            SIGNATORY,
            OPENING(),
            lines("doings", pgettext_lazy("paper", "What was done")),
            lines("problems", pgettext_lazy("paper", "Problems there are")),
            lines("plans", pgettext_lazy("paper", "Next steps"), *PLANS),
            lines("proposals", pgettext_lazy("paper", "Proposals")),
        ),
        needs=(PERIOD,),
        series="报",
        fields=(*PERIOD_FIELDS, DONE_FIELD),
        values=report_values,
        sample=samples.period,
        queries=("fieldwork.sites", "cases.reported", "cases.closed", "cases.due_left", "cases.closed_in_time", "cases.overdue"),
    )
)
