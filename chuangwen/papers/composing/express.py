"""快报: one thing, told at once, with an issue number of its own and the figures of the day or of a few days."""

from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers import gathering
from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, paper
from chuangwen.papers.composing.period_parts import summary
from chuangwen.papers.composing.registry import PERIOD, PaperKind, register
from chuangwen.papers.composing.words import PERIOD_FIELDS, TITLE, lines, period_values
from chuangwen.papers.facts import PeriodFacts
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.layout import Paper, Para
from chuangwen.papers.models import Kind


def compose(facts: PeriodFacts, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    body: list[Any] = [*(Para(text) for text in texts.text), *summary(facts, figures)]
    made = paper(
        Layout.BRIEFING,
        "创文快报",
        frame,
        texts,
        title=texts.title or f"{facts.area}{facts.period.days}创建工作快报",
        number="",
        issue=frame.issue or 0,
        total_issue=frame.total_issue,
        body=body,
        copies=[("送", frame.office.copies)] if frame.office.copies else (),
        sources=figures.sources,
    )
    return made, figures


register(
    PaperKind(
        kind=Kind.EXPRESS,
        explanation=pgettext_lazy("paper", "One thing told at once, with the figures of a day or a few days."),
        icon="bolt",
        layout=Layout.BRIEFING,
        red_head=lambda office: "创文快报",
        title=lambda s: f"{s.division.name if s.division else ''}{s.period.days if s.period else ''}创建工作快报",
        gather=lambda s: gathering.period_facts(s),
        compose=compose,
        texts=(TITLE, lines("text", pgettext_lazy("paper", "What happened"))),
        needs=(PERIOD,),
        series="快报",
        issues=True,
        sealed=False,
        fields=PERIOD_FIELDS,
        values=period_values,
        sample=samples.period,
        queries=("cases.reported", "cases.closed", "cases.open", "cases.overdue"),
    )
)
