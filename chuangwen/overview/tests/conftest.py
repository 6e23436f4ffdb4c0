"""A town at work: cases in every state over several weeks, two comparable rounds, a paper to sign."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from chuangwen.cases.models import Case, State
from chuangwen.cases.tests.loop import Loop
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import clock
from chuangwen.scoring.models import Scheme, ScoreRow, ScoreSheet

NUMBER = re.compile(r'<a\b[^>]*href="(/cases/\?[^"]+)"[^>]*>\s*([\d,]+)\s*<')


@pytest.fixture
def at_work(town):
    """Cases of this week and the one before, some closed, some late; the newest of two comparable rounds is worse than the one before."""
    loop, now = Loop(town), clock.now()
    for n, state in enumerate([*State, State.RECTIFYING, State.CLOSED, State.CLOSED, State.DISPATCHED]):
        case = loop.at(state, site=town.sites[n % 3], actor=town.actors["clerk"])
        back = timedelta(days=2 if n % 2 else 9, hours=n)
        facts = {"reported_at": now - back}
        if case.due_at:
            passed = timedelta(days=1 if n % 2 else 9)
            late = case.state in (State.RECTIFYING, State.DISPATCHED, State.CLOSED)
            facts["due_at"] = now - passed if late else now + timedelta(days=2)
        if case.closed_at:
            facts |= {"closed_at": now - timedelta(days=1 + n % 2 * 7), "in_time": bool(n % 3)}
        if case.state in (State.RECTIFYING, State.DISPATCHED) and n % 3 == 0:
            facts["urgency"] = "overdue"
        Case.objects.filter(pk=case.pk).update(**facts)
    Case.objects.filter(state=State.RECTIFYING).update(urgency="overdue")
    score(town)
    return town


def score(town, *, rates=((0.96, 0.90), (0.80, 0.92)), prefix: str = "") -> list[ScoreSheet]:
    """Two monthly rounds: an index of indicators of the same weight, four sites each, areas named as the communities."""
    scheme = Scheme.objects.create(name=f"{prefix}月度办法", kind="pass_rate", body={"kind": "pass_rate"}, created_at=clock.now())
    sheets = []
    for n, pair in enumerate(rates):
        days = {"starts_on": clock.today() - timedelta(days=40 - 30 * n), "ends_on": clock.today() - timedelta(days=35 - 30 * n)}
        round = Round.objects.create(
            name=f"{prefix}第{n + 1}次月测",
            kind="monthly",
            edition=town.edition,
            division=town.street,
            state=Round.State.CLOSED,
            **days,
        )
        sheet = ScoreSheet.objects.create(round=round, scheme=scheme, computed_at=clock.now(), input_digest="0" * 64)
        rows = [("index", "index", "总指数", "", sum(pair) / len(pair), 200)]
        rows += [("section", "环境", "环境", "index", sum(pair) / len(pair), 200)]
        rows += [("indicator", f"环境/指标{k}", f"指标{k}", "环境", rate, 100) for k, rate in enumerate(pair)]
        rows += [("area", area.name, area.name, "", rate, 100) for area, rate in zip(town.communities, pair, strict=False)]
        rows += [
            ("site", f"点位{k}", f"点位{k}", "", min(1, sum(pair) / len(pair) + shift), 50)
            for k, shift in enumerate((-0.04, 0.04, -0.02, 0.02))
        ]
        for order, (level, key, name, parent, rate, possible) in enumerate(rows):
            exact = Decimal(str(round_to(rate)))
            ScoreRow.objects.create(
                sheet=sheet, level=level, key=key, name=name, parent=parent, order=order, possible=possible, got=exact * possible, rate=exact,
                possible_exact=str(possible), got_exact=str(exact * possible), counted=possible, read=possible,
            )  # fmt: skip
        sheets.append(sheet)
    return sheets


def round_to(rate: float) -> float:
    return round(rate, 4)


def case_links(html: str) -> list[tuple[str, int]]:
    """The addresses of lists of cases on a page that stand behind a whole number, and the number."""
    return [(unescape(url), int(text.replace(",", ""))) for url, text in NUMBER.findall(html)]
