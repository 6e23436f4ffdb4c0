"""会议纪要: what was said, what was resolved, who does it until when. By GB/T 9704-2012, 10.3: no seal, who came stands below."""

from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers import gathering
from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, imprint, paper
from chuangwen.papers.composing.registry import Field, PaperKind, Subject, register
from chuangwen.papers.composing.words import OPENING, TITLE
from chuangwen.papers.facts import MeetingFacts
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Column, Heading, Paper, Para, Table
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.models import Kind


def compose(facts: MeetingFacts, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    chaired = f"，由{facts.chair}主持" if facts.chair else ""
    body: list[Any] = [Para(texts.opening or f"{facts.when}，{facts.convener}在{facts.place}召开{facts.title}{chaired}。现将会议情况纪要如下：")]
    for item in facts.items:
        body.append(Heading(item.title))
        if item.said is not None:
            body.append(Para(f"会议通报，截至开会时，{item.title}", figures.put(item.said), "项。"))
        body += [Para(text) for text in item.minutes] or ([] if item.said is not None else [Para("会议听取了有关情况。")])
    if facts.resolutions:
        body += [
            Heading("议定事项"),
            Para("会议议定事项", figures.put(facts.resolved), "项，已按责任单位分别交办，请按期办理并报送结果。"),
            Table(
                [Column("序号", 0.6), Column("事项", 4, "left"), Column("责任单位", 1.8), Column("完成时限", 1.6), Column("件号", 1.8)],
                [[str(n), line.words, line.unit, line.due, line.case or "—"] for n, line in enumerate(facts.resolutions, 1)],
                caption="议定事项表",
            ),
        ]
    body.append(Para(f"出席单位：{'、'.join(facts.came) or '—'}"))
    if facts.absent:
        body.append(Para(f"请假、缺席单位：{'、'.join(facts.absent)}"))
    made = paper(
        Layout.BULLETIN, f"{frame.office.organ}会议纪要", frame, texts, title=texts.title or f"{facts.title}纪要", body=body,
        sources=figures.sources, **imprint(frame),
    )  # fmt: skip
    return made, figures


def _values(facts: MeetingFacts) -> dict[str, Any]:
    return {
        "meeting": facts.title, "when": facts.when, "where": facts.place, "chair": facts.chair, "came": "、".join(facts.came),
        "absent": "、".join(facts.absent), "items": [{"title": item.title, "text": "\n".join(item.minutes)} for item in facts.items],
        "resolutions": [
            {"words": line.words, "unit": line.unit, "due": line.due, "case": line.case} for line in facts.resolutions
        ],
    }  # fmt: skip


def _title(subject: Subject) -> str:
    return f"{subject.meeting.title}纪要" if subject.meeting is not None else "创建全国文明城市工作会议纪要"


register(
    PaperKind(
        kind=Kind.MEETING_MINUTES,
        explanation=pgettext_lazy("paper", "The confirmed minutes of a meeting with what was resolved, who does it and until when."),
        icon="writing",
        layout=Layout.BULLETIN,
        red_head=lambda office: f"{office.organ}会议纪要",
        title=_title,
        gather=lambda s: gathering.meeting_facts(s),
        compose=compose,
        texts=(TITLE, OPENING()),
        series="纪",
        sealed=False,
        fields=(
            Field("meeting", "会议名称", "创建工作调度会"),
            Field("when", "时间", "2026年11月23日9时"),
            Field("where", "地点", "街道三楼会议室"),
            Field("chair", "主持", "河东街道 办事处主任"),
            Field("came", "出席单位", "双山社区、城管局"),
            Field("absent", "请假、缺席单位", ""),
            Field("items", "议题（逐个：title 标题，text 记录）", [{"title": "逾期问题", "text": "会议要求限期办结。"}]),
            Field(
                "resolutions",
                "议定事项（逐个：words 事项，unit 责任单位，due 时限，case 件号）",
                [{"words": "清理后街小广告", "unit": "双山社区", "due": "2026年11月30日", "case": "20261123-001"}],
            ),
        ),
        values=_values,
        sample=samples.meeting,
        queries=("duties.meeting_agenda", "duties.meeting_resolutions"),
    )
)
