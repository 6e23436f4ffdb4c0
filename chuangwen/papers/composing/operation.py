"""专项行动总结: upwards, what was done against what was promised, by whom, what it took, before and after, what came back."""

from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers import gathering
from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, imprint, paper
from chuangwen.papers.composing.registry import OPERATION, Field, PaperKind, register
from chuangwen.papers.composing.words import ADDRESSEE, OPENING, SIGNATORY, TITLE, lines
from chuangwen.papers.facts import OperationFacts, OperationLine
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Chart, Column, Heading, Paper, Para, Photo, Photos, Series, Table
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.models import Kind

PLANS = (
    "建立长效机制。巩固整治成果，把行动中的有效做法转为日常巡查和保洁要求。",
    "紧盯反弹。对再次出现的问题及时立案交办，限期整改。",
)
CAUTION = "投入按人次统计，一人次按一天计，不论时长；各项工作共用同样的人员和车辆，人均数仅供参考，不用于单位之间比较。"


def _within(name: str) -> str:
    """A name as it stands within quotation marks: marks of its own become single (GB/T 15834-2011, 4.8.3.3)."""
    return name.replace("“", "‘").replace("”", "’")


def compose(facts: OperationFacts, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    where = f"在{facts.place}" if facts.place else f"在{facts.area}"
    body: list[Any] = [
        Para(texts.opening or f"{facts.period.days}，{where}组织开展“{_within(facts.name)}”专项行动。现将有关情况报告如下："),
        Heading("组织实施"),
        *([Para(facts.aim)] if facts.aim else []),
        *_deployed(facts, figures),
        *_segments(facts),
        *(Para(text) for text in texts.doings),
        Heading("工作成效"),
        *_done(facts, figures),
        *_units(facts),
        *_before_and_after(facts),
        Heading("反弹情况"),
        *_back(facts, figures),
        *([Heading("存在的问题"), *(Para(text) for text in texts.problems)] if texts.problems else []),
        Heading("下一步工作打算"),
        *([Para(facts.conclusion)] if facts.conclusion else []),
        *(Para(text) for text in (texts.plans or PLANS)),
    ]  # fmt: skip
    made = paper(
        Layout.REPORT, frame.office.red_head, frame, texts, title=texts.title or f"{facts.name}专项行动情况报告", body=body,
        sources=figures.sources, **imprint(frame),
    )  # fmt: skip
    return made, figures


def _sentence(opening: str, found: list[OperationLine], figures: Figures) -> list[Para]:
    said: list[Any] = []
    for number, line in enumerate(found):
        said += [opening if not number else "，", line.name, figures.put(line.number), line.measure]
    return [Para(*said, "。")] if said else []


def _deployed(facts: OperationFacts, figures: Figures) -> list[Para]:
    return _sentence("行动期间累计", [line for line in facts.lines if line.part != "work"], figures)


def _segments(facts: OperationFacts) -> list[Any]:
    if not facts.segments:
        return []
    columns = [Column("段面", 1.4, "left"), Column("责任领导", 1.2), Column("责任单位", 1.6), Column("责任内容", 2.6, "left")]
    return [Table(columns, [[cell or "—" for cell in row] for row in facts.segments], caption="段面责任安排表")]


def _done(facts: OperationFacts, figures: Figures) -> list[Any]:
    work = [line for line in facts.lines if line.part == "work"]
    if not work:
        return [Para("行动没有设定统计指标。")]
    columns = [Column("指标", 2, "left"), Column("完成", 1.2), Column("目标", 1.2), Column("完成率", 1), Column("每人每天", 1.2)]
    rows: list[list[Any]] = [
        [line.name, [figures.put(line.number), line.measure], f"{line.target}{line.measure}" if line.target else "—", line.share or "—",
         f"{line.each}{line.measure}" if line.each else "—"]
        for line in work
    ]  # fmt: skip
    found: list[Any] = [Table(columns, rows, caption="目标完成情况", note=CAUTION)]
    if len(facts.days) > 1:
        series = [Series("累计完成", list(facts.until))]
        if len(facts.even) == len(facts.days):
            series.append(Series("均衡进度", list(facts.even)))
        risen = next(line for line in work if line.target)
        found.append(Chart("line", list(facts.days), series, title=f"{risen.name}累计完成情况", unit=risen.measure, labels=False))
    return found


def _units(facts: OperationFacts) -> list[Any]:
    if not facts.units or not facts.lines:
        return []
    shown = facts.lines[:6]
    columns = [Column("单位", 2.2, "left"), *(Column(f"{line.name}（{line.measure}）", 1.2) for line in shown)]
    rows = [[name, *cells[: len(shown)]] for name, cells in facts.units]
    return [Table(columns, rows, caption="各单位完成情况", note="按组织架构排列；“—”表示未上报。")]


def _before_and_after(facts: OperationFacts) -> list[Any]:
    if not facts.pairs:
        return []
    return [Photos([Photo(one.source, one.caption) for one in facts.pairs], caption="整治前后对比", pairs=True)]


def _back(facts: OperationFacts, figures: Figures) -> list[Any]:
    if not facts.window or facts.closed is None or facts.found_again is None:
        return [Para("行动结束时间不长，反弹情况待后续观察。")]
    over = "" if facts.window_over else "（观察期尚未届满）"
    found: list[Any] = [
        Para("行动期间销号问题", figures.put(facts.closed), "件，其中再次发现", figures.put(facts.found_again), "件。"),
    ]
    if facts.back:
        columns = [
            Column("问题类别", 2.4, "left"), Column(f"行动前{facts.window}天", 1.2), Column(f"行动后{facts.window}天", 1.2), Column("增减", 1),
        ]  # fmt: skip
        rows = [[name, str(before), str(after), f"{after - before:+d}" if after != before else "0"] for name, before, after in facts.back]
        note = "统计的是新增上报件数，行动期间和之后巡查力度不同，不等于实际问题数。"
        found.append(Table(columns, rows, caption=f"行动前后新增问题对比{over}", note=note))
    else:
        found.append(Para(f"行动前后各{facts.window}天均无新增问题{over}。"))
    return found


def _values(facts: OperationFacts) -> dict[str, Any]:
    return {
        "area": facts.area, "operation": facts.name, "period": facts.period.days,
        "counted": [{"name": line.name, "total": line.number.value, "measure": line.measure, "target": line.target, "share": line.share}
                    for line in facts.lines],
    }  # fmt: skip


register(
    PaperKind(
        kind=Kind.OPERATION,
        explanation=pgettext_lazy("paper", "What a special operation reached, by whom, what it took, and what came back."),
        icon="flag",
        layout=Layout.REPORT,
        red_head=lambda office: office.red_head,
        title=lambda s: f"{s.operation.name if s.operation else ''}专项行动情况报告",
        gather=lambda s: gathering.operation_facts(s),
        compose=compose,
        texts=(
            TITLE,
            ADDRESSEE,
            SIGNATORY,
            OPENING(),
            lines("doings", pgettext_lazy("paper", "What was done")),
            lines("problems", pgettext_lazy("paper", "Problems there are")),
            lines("plans", pgettext_lazy("paper", "Next steps"), *PLANS),
        ),
        needs=(OPERATION,),
        series="报",
        fields=(
            Field("area", "区域", "河东街道"),
            Field("operation", "专项行动名称", "十乱集中整治"),
            Field("period", "起止时间", "2026年11月2日至20日"),
            Field(
                "counted",
                "指标（逐项：name 指标，total 完成，measure 计量单位，target 目标，share 完成率）",
                [{"name": "清理牛皮癣", "total": "3200", "measure": "块", "target": "3000", "share": "106.7%"}],
            ),
        ),
        values=_values,
        sample=samples.operation,
    )
)
