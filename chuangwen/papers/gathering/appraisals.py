"""The results of units for their paper: those of the appraisal that was signed for just this period, else how they closed what was due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from chuangwen.papers.facts import AppraisalFacts, AppraisalLine, Number
from chuangwen.papers.figures import Scope, ask, signed_appraisal
from chuangwen.papers.gathering.periods import unit_lines
from chuangwen.scoring.appraisal.models import Appraisal, Consequence

if TYPE_CHECKING:
    from chuangwen.papers.composing.registry import Subject


def appraisal_facts(subject: Subject) -> AppraisalFacts:
    """The signed result of the area and period, newest version; where there is none, the rates of closing in time. At most ten queries."""
    assert subject.period is not None
    scope = Scope(period=subject.period, division=subject.division)
    found = signed_appraisal(scope)
    return _of_appraisal(found, scope) if found else _of_rates(scope)


def _of_appraisal(appraisal: Appraisal, scope: Scope) -> AppraisalFacts:
    """Rows as they were signed, groups together and in the order of places. Five queries."""
    assert scope.period is not None
    follows = dict(
        Consequence.objects.filter(appraisal=appraisal, state=Consequence.State.CONFIRMED).values_list("unit", "words")
    )
    rows = list(appraisal.rows.order_by("group", "order"))
    parameters = scope.parameters() | {"考核办法": str(appraisal.scheme), "结果版本": f"第{appraisal.version}版"}
    lines = []
    for row in rows:
        if row.rank is None or row.score is None:
            continue
        points = Number(
            f"points:{row.pk}", f"{row.name}得分", f"{row.score:.2f}", "scoring.appraisal", parameters, row.counted, row.read,
            reverse("scoring:appraisal-row", args=[row.pk]),
        )  # fmt: skip
        verdict = "、".join(filter(None, [VERDICTS.get(row.mark, ""), follows.get(row.unit_id, "")]))
        open_places = row.best is not None and row.worst is not None and row.best < row.worst
        span = f"{row.best}～{row.worst}" if open_places else ""
        lines.append(AppraisalLine(row.name, row.group, points, f"{'并列' if row.tied else ''}{row.rank}", verdict, span))
    compared = ask("scoring.appraisal", scope)
    return AppraisalFacts(
        area=scope.division.name if scope.division else "",
        period=scope.period,
        basis=f"《{appraisal.scheme.name}》（第{appraisal.scheme.version}版）",
        lines=lines,
        compared=compared,
        not_ranked=[row.name for row in rows if row.rank is None],
    )


VERDICTS = {"red": "红榜", "black": "黑榜"}


def _of_rates(scope: Scope) -> AppraisalFacts:
    """The units of each peer group by the part of their due cases that they closed in time. Ties share a rank, units with too few due cases
    have none."""
    assert scope.period is not None
    lines = unit_lines(scope)
    compared = sorted((line for line in lines if line.enough), key=lambda line: line.group)
    found: list[AppraisalLine] = []
    for line in compared:
        peers = [other for other in compared if other.group == line.group]
        better = sum(1 for other in peers if other.rate > line.rate)
        ties = sum(1 for other in peers if other.rate == line.rate) > 1
        rate = Number(
            f"points:{line.name}", f"{line.name}按期办结率", f"{float(line.rate) * 100:.2f}%", "cases.closed_in_time ÷ cases.due_left",
            line.due.parameters, line.in_time.counted, line.due.counted, line.due.rows,
        )  # fmt: skip
        found.append(AppraisalLine(line.name, line.group, rate, f"{'并列' if ties else ''}{better + 1}"))
    total = Number(
        "compared", "参加比较的单位数", str(len(found)), "cases.due_left", scope.parameters(), len(found), len(lines),
        ask("cases.due_left", scope).rows,
    )  # fmt: skip
    return AppraisalFacts(
        area=scope.division.name if scope.division else "",
        period=scope.period,
        basis="问题按期办结情况（期内按期办结件数除以应办结件数；本期尚无已签发的考核结果）",
        lines=found,
        compared=total,
        measure="按期办结率",
        not_ranked=[line.name for line in lines if not line.enough],
    )
