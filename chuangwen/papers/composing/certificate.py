"""证书: a unit's title, with a code by which anybody can verify it."""

from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, paper
from chuangwen.papers.composing.registry import UNIT, Field, PaperKind, Subject, TextField, register
from chuangwen.papers.composing.words import OPENING, TITLE
from chuangwen.papers.facts import CertificateFacts
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.layout import Line, Paper, Para
from chuangwen.papers.models import Kind


def compose(facts: CertificateFacts, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    body: list[Any] = [
        Line(f"{facts.unit}：", "left"),
        Para(texts.opening or "在创建全国文明城市工作中成绩突出，经评审和公示，决定授予"),
        Line(f"“{facts.honour}”", large=True),
        Line("称号，特发此证。", "left"),
        Line(f"证书编号：{frame.number or '（签发后编号）'}", "left"),
        Line(f"查验码：{facts.code or '（签发后生成）'}", "left"),
    ]
    made = paper(Layout.CERTIFICATE, "荣誉证书", frame, texts, title="", addressee="", body=body, sources={})
    return made, figures


def gather(subject: Subject) -> CertificateFacts:
    unit = subject.unit.name if subject.unit else ""
    honour = str(subject.content.get("honour") or "文明单位")
    return CertificateFacts(unit, honour, subject.code, "/papers/certificates/" if subject.code else "")


register(
    PaperKind(
        kind=Kind.CERTIFICATE,
        explanation=pgettext_lazy("paper", "Certifies the title of a unit, with a code that verifies."),
        icon="certificate",
        layout=Layout.CERTIFICATE,
        red_head=lambda office: "荣誉证书",
        title=lambda s: f"{s.unit.name if s.unit else ''}荣誉证书",
        gather=gather,
        compose=compose,
        texts=(
            TITLE,
            TextField(
                "honour",
                pgettext_lazy("paper", "Title that is awarded"),
                help=pgettext_lazy("paper", "For example 2026年度文明单位"),
            ),
            OPENING(),
        ),
        needs=(UNIT,),
        series="证",
        fields=(
            Field("unit", "获得单位", "双山社区居民委员会"),
            Field("honour", "荣誉称号", "2026年度文明单位"),
            Field("code", "查验码（签发后才有）", "ABCD-EFGH-2345-6789"),
        ),
        values=lambda facts: {"unit": facts.unit, "honour": facts.honour, "code": facts.code},
        sample=samples.certificate,
    )
)
