"""Parts of papers over a period that several kinds print alike: the figures in a sentence, the table of units, what is late."""

from fractions import Fraction
from typing import Any

from chuangwen.papers.composing.base import case_table, rate_of
from chuangwen.papers.facts import DoneLine, PeriodFacts
from chuangwen.papers.figures import Figures, Number
from chuangwen.papers.layout import Chart as LayoutChart
from chuangwen.papers.layout import Column, Heading, Para, Series, Table

MOST_LATE = 30


def overall_rate(facts: PeriodFacts) -> Fraction | None:
    """Closed in time of the due and not deferred."""
    due = facts.numbers["cases.due_left"].counted
    return Fraction(facts.numbers["cases.closed_in_time"].counted, due) if due else None


def rate_number(facts: PeriodFacts) -> Number:
    """The rate as a figure of its own, whose rows are those of the due."""
    due, in_time = facts.numbers["cases.due_left"], facts.numbers["cases.closed_in_time"]
    return Number(
        "rate",
        "按期办结率",
        rate_of(overall_rate(facts)),
        "cases.closed_in_time ÷ cases.due_left",
        due.parameters,
        in_time.counted,
        due.counted,
        due.rows,
    )


def compared(now: Number, before: Number | None) -> str:
    """比上期增加3件: how a figure moved, nothing where there is nothing to compare with."""
    if before is None or (not before.counted and not now.counted):
        return ""
    difference = now.counted - before.counted
    if not difference:
        return "（与上期持平）"
    return f"（比上期{'增加' if difference > 0 else '减少'}{abs(difference)}件）"


def summary(facts: PeriodFacts, figures: Figures) -> list[Para]:
    """What was inspected, and how the cases stand, in two paragraphs."""
    numbers, put = facts.numbers, figures.put
    first = Para(
        f"{facts.period.word}共检查点位",
        put(numbers["fieldwork.sites"]),
        "个，形成观测记录",
        put(numbers["fieldwork.observations"]),
        "条，发现失分",
        put(numbers["fieldwork.losses"]),
        "处。",
    )
    reported, closed = numbers["cases.reported"], numbers["cases.closed"]
    second = Para(
        "上报问题",
        put(reported),
        f"件{compared(reported, facts.before.get('cases.reported'))}，办结",
        put(closed),
        f"件{compared(closed, facts.before.get('cases.closed'))}；应办结",
        put(numbers["cases.due_left"]),
        "件，按期办结",
        put(numbers["cases.closed_in_time"]),
        "件，按期办结率",
        put(rate_number(facts), bold=True),
        "。办结后反弹",
        put(numbers["cases.rebounded"]),
        "件，返工",
        put(numbers["cases.sent_back"]),
        "件。截至成文之日，在办",
        put(numbers["cases.open"]),
        "件，其中逾期",
        put(numbers["cases.overdue"]),
        "件。",
    )
    return [first, second] if numbers["fieldwork.observations"].counted else [second]


def units_table(facts: PeriodFacts, figures: Figures) -> list[Any]:
    """How each unit stands, in the order of the rates within its group; those with too few cases stand below and are not compared."""
    if not facts.units:
        return [Para(f"{facts.period.word}没有到期问题。")]
    enough = [unit for unit in facts.units if unit.enough]
    table = Table(
        [
            Column("责任单位", 3.2, "left"),
            Column("应办结", 1),
            Column("按期办结", 1.1),
            Column("按期办结率", 1.3),
            Column("返工", 0.8),
            Column("逾期", 0.8),
        ],
        [
            [
                unit.name,
                figures.put(unit.due),
                figures.put(unit.in_time),
                rate_of(unit.rate) + ("" if unit.enough else "*"),
                str(unit.sent_back),
                str(unit.overdue),
            ]
            for unit in (*enough, *(u for u in facts.units if not u.enough))
        ],
        caption="各责任单位问题办结情况",
        note="按期办结率为期内按期办结件数除以应办结件数（扣除经批准延期的件数）"
        + ("；带*的单位件数太少，不作比较。" if len(enough) < len(facts.units) else "。"),
    )
    found: list[Any] = [table]
    if len(enough) > 2:
        chosen = [unit for unit in enough if unit.rate is not None][:16]
        found.append(
            LayoutChart(
                "hbar",
                [unit.name for unit in chosen],
                [Series("按期办结率（%）", [round(float(unit.rate) * 100, 2) for unit in chosen])],
                title="各责任单位按期办结率（%）",
                number_format="0.00",
                floor=None,
            )
        )
    return found


def _named(line: DoneLine) -> str:
    return f"{line.name}率" if line.share and not line.name.endswith(("率", "比例")) else line.name


def done_points(facts: PeriodFacts, figures: Figures) -> list[Heading]:
    """What was done, a point per group of metrics: first what was done in the period, then what there is by now."""
    groups: dict[str, list[DoneLine]] = {}
    for line in facts.done:
        groups.setdefault(line.group, []).append(line)
    found = []
    for name, lines in groups.items():
        said: list[Any] = []
        for opening, members in (
            (f"{facts.period.word}", [line for line in lines if not line.stock]),
            ("现有", [line for line in lines if line.stock]),
        ):
            for number, line in enumerate(members):
                said += [opening if not number else "，", _named(line), figures.put(line.number), line.measure]
            said += ["。"] if members else []
        found.append(Heading(f"{name}。", 2, said))
    return found


def missed_sentence(facts: PeriodFacts, figures: Figures) -> list[Para]:
    """Which metrics do not keep their thresholds."""
    lines = [line for line in facts.done if line.missed]
    if not lines:
        return []
    said: list[Any] = ["未达到目标的指标有："]
    for number, line in enumerate(lines):
        said += ["" if not number else "；", _named(line), figures.put(line.number), f"{line.measure}（目标{line.missed}）"]
    return [Para(*said, "。")]


def late_table(facts: PeriodFacts) -> list[Any]:
    return [case_table(facts.late[:MOST_LATE], "逾期未办结问题", state=True)] if facts.late else []


def kinds_sentence(facts: PeriodFacts) -> list[Para]:
    """Which problems come most, in words."""
    most = [kind for kind in facts.kinds if kind.reported][:5]
    if not most:
        return []
    named = "、".join(f"{kind.name}{kind.reported}件（在办{kind.open}件）" for kind in most)
    return [Para(f"从问题类别看，较多的是{named}。")]
