"""通报: of a round (how it stands, scores, problems with photos, cases, what is asked for) or of a period."""

from typing import Any

from django.utils.translation import pgettext_lazy

from chuangwen.papers import gathering
from chuangwen.papers.composing import samples
from chuangwen.papers.composing.base import Frame, Texts, imprint, number_of, paper, rate_of, shown
from chuangwen.papers.composing.period_parts import kinds_sentence, late_table, summary, units_table
from chuangwen.papers.composing.registry import PERIOD, ROUND, PaperKind, Subject, register
from chuangwen.papers.composing.words import ADDRESSEE, DEMANDS, OPENING, PERIOD_FIELDS, TITLE, period_values
from chuangwen.papers.facts import PeriodFacts, RoundFacts, ScoreLine
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Chart, Column, Heading, Paper, Para, Series, Table
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.models import Kind

BULLETIN_DEMANDS = (
    "各责任单位要对照通报问题逐项认领，明确责任人和整改时限，能立即整改的立即整改，一时不能整改的要制定计划、落实措施。",
    "对扣分较多的点位和指标，要举一反三，开展同类问题排查，防止反弹。整改完成后上传整改前后照片，由创文办组织复核。",
    "创文办将对整改情况跟踪督办，对逾期未整改、虚假整改的，按考核办法处理。",
)
LEVELS = (("indicator", "各指标得分"), ("area", "各区域得分"), ("department", "各责任单位得分"))
MOST_IN_CHART = 20


def compose(facts: RoundFacts | PeriodFacts, texts: Texts, frame: Frame) -> tuple[Paper, Figures]:
    figures = Figures(frame.taken_at)
    body = _of_round(facts, texts, figures) if isinstance(facts, RoundFacts) else _of_period(facts, texts, figures)
    body.append(Heading("工作要求"))
    body += [Para(text) for text in (texts.demands or BULLETIN_DEMANDS)]
    made = paper(
        Layout.BULLETIN,
        frame.office.red_head,
        frame,
        texts,
        title=texts.title or (_round_title(facts.name) if isinstance(facts, RoundFacts) else _period_title(facts.period.label)),
        addressee=texts.addressee or "各社区，各有关单位：",
        body=body,
        sources=figures.sources,
        **imprint(frame),
    )
    return made, figures


def _round_title(name: str) -> str:
    return f"关于“{name}”情况的通报"


def _period_title(label: str) -> str:
    return f"关于{label}创建全国文明城市工作情况的通报"


# -- of a round ------------------------------------------------------------------------------------------------------


def _of_round(facts: RoundFacts, texts: Texts, figures: Figures) -> list[Any]:
    put, numbers = figures.put, facts.numbers
    body: list[Any] = [
        Para(
            texts.opening or f"{facts.period.days}，{facts.area}组织开展了“{facts.name}”。",
            "本轮共检查点位",
            put(numbers["sites"]),
            "个，形成观测记录",
            put(numbers["read"]),
            "条，计入成绩",
            put(numbers["counted"]),
            "条，发现失分",
            put(numbers["losses"]),
            "处。现将有关情况通报如下：",
        ),
        Heading("总体得分"),
    ]
    return body + _scores(facts, figures) + _problems(facts, figures) + _cases_of_round(facts, figures)


def _scores(facts: RoundFacts, figures: Figures) -> list[Any]:
    if "index_got" not in facts.numbers or facts.rate is None:
        return [Para("本轮尚未计算成绩。")]
    body: list[Any] = [
        Para(
            f"按照《{facts.scheme}》计算，总指数得分",
            figures.put(facts.numbers["index_got"], bold=True),
            f"分（满分{number_of(facts.possible)}分），得分率",
            figures.put(facts.rate, bold=True),
            "。",
        )
    ]
    for level, title in LEVELS:
        rows = facts.rows.get(level, ())
        if rows:
            body.append(Heading(title, 2))
            for group, peers in _by_group(rows):
                body += _score_table(level, f"{title}（{group}）" if group else title, peers, figures)
    return body


def _by_group(rows: Any) -> list[tuple[str, list[ScoreLine]]]:
    """Ranks hold within a peer group: each has a table of its own, in the order of their first rows. One group alone is not named."""
    found: dict[str, list[ScoreLine]] = {}
    for row in rows:
        found.setdefault(row.peer_group, []).append(row)
    return list(found.items()) if len(found) > 1 else [("", list(rows))]


def _score_table(level: str, title: str, rows: Any, figures: Figures) -> list[Any]:
    ranks = level != "indicator"
    ordered = sorted(rows, key=lambda r: (r.rank is None, r.rank or 0, r.order)) if ranks else rows
    columns = [
        Column("名称", 3.4, "left"),
        Column("应得", 1),
        Column("实得", 1.2),
        Column("得分率", 1.2),
        Column("计入/读取", 1.2),
    ] + ([Column("名次", 1)] if ranks else [])
    lines = [
        [r.name, number_of(r.possible), figures.put(r.got), rate_of(r.rate), f"{r.counted}/{r.read}"]
        + ([rank_of(r, rows)] if ranks else [])
        for r in ordered
    ]
    found: list[Any] = [Table(columns, lines, caption=title)]
    if level == "department" and len(rows) > 1:
        chosen = ordered[:MOST_IN_CHART]
        found.append(
            Chart(
                "hbar",
                [r.name for r in chosen],
                [Series("得分率（%）", [round(float(r.rate or 0) * 100, 2) for r in chosen])],
                title=title.replace("得分", "得分率（%）", 1),
                number_format="0.00",
                floor=None,
            )
        )
    return found


def rank_of(row: ScoreLine, rows: Any) -> str:
    """The rank in its peer group, ties as ties; 不排名 where the sample is too small."""
    if row.rank is None:
        return "不排名"
    alike = sum(1 for other in rows if other.rank == row.rank and other.peer_group == row.peer_group)
    return f"并列{row.rank}" if alike > 1 else str(row.rank)


def _problems(facts: RoundFacts, figures: Figures) -> list[Any]:
    body: list[Any] = [Heading("主要问题")]
    losses = facts.numbers["problems"]
    if not facts.problems:
        return [*body, Para("本轮未发现失分。")]
    some = losses.counted > len(facts.problems)
    body += [
        Para(
            "本轮发现失分",
            figures.put(losses),
            f"处，按扣分从多到少列出{f'前{len(facts.problems)}处' if some else '如下'}：",
        ),
        Table(
            [
                Column("序号", 0.7),
                Column("点位", 1.7, "left"),
                Column("测评内容", 2.4, "left"),
                Column("扣分", 0.8),
                Column("存在问题", 2, "left"),
                Column("责任单位", 1.5, "left"),
            ],
            [[str(n), p.site, p.content, p.lost, p.note, p.units] for n, p in enumerate(facts.problems, 1)],
            caption="主要问题",
            size="tiny",
        ),
    ]
    return body + shown(facts.photos, "现场照片")


def _cases_of_round(facts: RoundFacts, figures: Figures) -> list[Any]:
    numbers, put = facts.numbers, figures.put
    body: list[Any] = [Heading("整改情况")]
    if not numbers["cases_all"].counted:
        return [*body, Para("以上问题将立案交办，限期整改。")]
    return [
        *body,
        Para(
            "以上问题已立案",
            put(numbers["cases_all"]),
            "件，办结",
            put(numbers["cases_closed"]),
            "件，在办",
            put(numbers["cases_open"]),
            "件，其中逾期",
            put(numbers["cases_overdue"]),
            "件。",
        ),
    ]


# -- of a period -----------------------------------------------------------------------------------------------------


def _of_period(facts: PeriodFacts, texts: Texts, figures: Figures) -> list[Any]:
    opening = texts.opening or f"现将{facts.area}{facts.period.label}（{facts.period.days}）创建全国文明城市工作情况通报如下："
    if facts.period.kind in ("week", "free") and not texts.opening:
        opening = f"现将{facts.area}{facts.period.days}创建全国文明城市工作情况通报如下："
    body: list[Any] = [Para(opening), Heading("总体情况"), *summary(facts, figures)]
    body += kinds_sentence(facts)
    body += [Heading("各责任单位情况"), *units_table(facts, figures), Heading("存在的主要问题")]
    if facts.late:
        body += [
            Para(
                f"截至成文之日，仍有问题逾期未办结，列出{'前' + str(len(facts.late)) + '件' if len(facts.late) >= 30 else '如下'}："
            )
        ]
        body += late_table(facts)
    else:
        body.append(Para("截至成文之日，没有逾期未办结的问题。"))
    return body + shown(facts.photos, "逾期问题现场照片")


def _values(facts: Any) -> dict[str, Any]:
    return period_values(facts) if isinstance(facts, PeriodFacts) else {"area": facts.area, "period": facts.period.days}


def _title(subject: Subject) -> str:
    if subject.round is not None:
        return _round_title(subject.round.name)
    return _period_title(subject.period.label if subject.period else "")


register(
    PaperKind(
        kind=Kind.BULLETIN,
        explanation=pgettext_lazy(
            "paper", "Tells all units how a round or a period went: scores or rates, problems, what is asked for."
        ),
        icon="speakerphone",
        layout=Layout.BULLETIN,
        red_head=lambda office: office.red_head,
        title=_title,
        gather=lambda s: gathering.round_facts(s) if s.round is not None else gathering.period_facts(s),
        compose=compose,
        texts=(TITLE, ADDRESSEE, OPENING(), DEMANDS(*BULLETIN_DEMANDS)),
        takes=(ROUND, PERIOD),
        fields=PERIOD_FIELDS,
        values=_values,
        sample=samples.period,
        queries=("fieldwork.sites", "fieldwork.observations", "fieldwork.losses", "cases.due_left", "cases.closed_in_time"),
    )
)
