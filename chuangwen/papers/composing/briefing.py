"""简报: an issue number and a total issue number, columns with articles, and the figures of the period in a column of their own."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers import gathering
from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, paper
from chuangwen.papers.composing.period_parts import kinds_sentence, summary, units_table
from chuangwen.papers.composing.registry import PERIOD, PaperKind, TextField, register
from chuangwen.papers.composing.words import PERIOD_FIELDS, TITLE, period_values
from chuangwen.papers.facts import PeriodFacts
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Article, ColumnHead, Heading, Paper, Para
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.models import Kind

COLUMN = re.compile(r"^【(.{1,20})】\s*$")
LEVELS = (
    (re.compile(r"^[一二三四五六七八九十]+、(.+)"), 1),
    (re.compile(r"^（[一二三四五六七八九十]+）(.+)"), 2),
)
DATA_COLUMN = "数据看板"


@dataclass
class Piece:
    """An article: its title (empty for words without one) and its paragraphs."""

    title: str = ""
    paragraphs: list[str] = field(default_factory=list)


@dataclass
class Columned:
    name: str
    articles: list[Piece] = field(default_factory=list)


def read_articles(text: str) -> list[Columned]:
    """Columns and articles as people type them: a line 【工作动态】 begins a column, a line that begins with # an article; every other line
    is a paragraph. What stands before the first column belongs to one called 工作动态."""
    found: list[Columned] = []
    for raw in text.splitlines():
        line = raw.strip().lstrip("　")
        if not line:
            continue
        if head := COLUMN.match(line):
            found.append(Columned(head[1]))
            continue
        if not found:
            found.append(Columned("工作动态"))
        column = found[-1]
        if line.startswith("#"):
            column.articles.append(Piece(line.lstrip("#").strip()))
            continue
        if not column.articles:
            column.articles.append(Piece())
        column.articles[-1].paragraphs.append(line)
    return [column for column in found if column.articles]


def article_blocks(piece: Piece) -> list[Any]:
    """Headings that are typed with their numbers become headings that the writer numbers."""
    found: list[Any] = [Article(piece.title)] if piece.title else []
    for text in piece.paragraphs:
        for pattern, level in LEVELS:
            if (head := pattern.match(text)) and len(text) <= 40 and not text.endswith("。"):
                found.append(Heading(head[1], level))
                break
        else:
            found.append(Para(text))
    return found


def compose(facts: PeriodFacts, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    body: list[Any] = []
    for column in read_articles(texts.articles):
        body.append(ColumnHead(column.name))
        for piece in column.articles:
            body += article_blocks(piece)
    body += [ColumnHead(DATA_COLUMN), Article(f"{facts.area}{facts.period.days}创建工作数据")]
    body += [*summary(facts, figures), *kinds_sentence(facts), *units_table(facts, figures)]
    made = paper(
        Layout.BRIEFING,
        "创文简报",
        frame,
        texts,
        title="",
        number="",
        issue=frame.issue or 0,
        total_issue=frame.total_issue,
        body=body,
        copies=[("送", frame.office.copies)] if frame.office.copies else (),
        print_organ=frame.office.print_organ,
        sources=figures.sources,
    )
    return made, figures


register(
    PaperKind(
        kind=Kind.BRIEFING,
        explanation=pgettext_lazy("paper", "An issue with columns and articles, and the figures of the period."),
        icon="news",
        layout=Layout.BRIEFING,
        red_head=lambda office: "创文简报",
        title=lambda s: f"创文简报（{s.period.label if s.period else ''}）",
        gather=lambda s: gathering.period_facts(s),
        compose=compose,
        texts=(
            TITLE,
            TextField(
                "articles",
                pgettext_lazy("paper", "Columns and articles"),
                "articles",
                help=pgettext_lazy(
                    "paper",
                    "A line 【工作动态】 begins a column, a line that begins with # an article; every other line is a paragraph.",
                ),
            ),
        ),
        needs=(PERIOD,),
        series="简报",
        issues=True,
        sealed=False,
        fields=PERIOD_FIELDS,
        values=period_values,
        sample=samples.period,
        queries=("cases.reported", "cases.closed", "cases.due_left", "cases.closed_in_time"),
    )
)
