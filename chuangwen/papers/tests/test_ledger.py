"""The work report takes what was done from the ledger, and each figure opens exactly the facts that it counts."""

from decimal import Decimal

from chuangwen.kernel import clock
from chuangwen.ledger import actions as ledger
from chuangwen.ledger.actions import NewFact
from chuangwen.ledger.models import Metric
from chuangwen.papers import actions
from chuangwen.papers.tests.life import draft, some_cases
from chuangwen.papers.tests.test_kinds import words


def enter(town, metric, quantity, unit="community", **more):
    unit = town.units[unit]
    entry = NewFact(metric, Decimal(str(quantity)), clock.today(), unit, unit.division, **more)
    return ledger.enter_facts(town.actors["clerk"], entries=[entry])[0]


def make(code, name, measure, **more):
    return Metric.objects.create(code=code, name=name, group=more.pop("group", "宣传氛围"), measure=measure, **more)


def test_the_work_report_says_what_was_done_and_each_figure_opens_its_facts(town, sign_in):
    some_cases(town, 3)
    banners, volunteers = make("banners", "悬挂横幅", "条"), make("volunteers", "注册志愿者", "人", adds="last", group="志愿服务")
    lamps = make("lamps", "路灯亮灯", "盏", adds="share", digits=1, direction="at_least", target=96, group="设施改善")
    first = enter(town, banners, 300)
    enter(town, banners, 15, "community2")
    ledger.correct_fact(town.actors["clerk"], fact_id=first.pk, quantity=Decimal(301), reason="漏数一条")
    enter(town, volunteers, 451)
    enter(town, lamps, 90, out_of=Decimal(100))
    paper = draft(town, "work_report")
    text = words(actions.docx_of(town.actors["clerk"], paper_id=paper.pk))
    assert "悬挂横幅316条" in text and "现有注册志愿者451人" in text
    assert "未达到目标的指标有：路灯亮灯率90.0%（目标不低于96%）" in text
    clerk, opened = sign_in("clerk"), 0
    for figure in paper.figures:
        if figure["query"] == "ledger.totals":
            page = clerk.get(figure["rows"])
            assert page.context["rows"].count == figure["counted"], figure
            opened += 1
    assert opened == 3


def test_without_facts_the_work_report_is_as_before(town):
    some_cases(town, 2)
    paper = draft(town, "work_report")
    assert not [figure for figure in paper.figures if figure["query"].startswith("ledger")]
