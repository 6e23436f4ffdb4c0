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


def test_an_operation_ends_with_its_signed_report(town):
    from chuangwen.duties.operations import actions as operations
    from chuangwen.duties.operations.tests.ground import at, running, tell
    from chuangwen.papers.tests.life import draft, signed

    with clock.at(at(16)):
        operation = running(town)
        tell(town, operation, 16, area="250.5", people=10)
        tell(town, operation, 16, unit="community2", area=100)
    with clock.at(at(20)):
        operations.end_operation(town.actors["clerk"], operation_id=operation.pk)
        paper = draft(town, "operation", operation=operation)
    with clock.at(at(22)):
        done = signed(town, paper)
    operation.refresh_from_db()
    assert (operation.state, operation.figures[0]["total"]) == ("reported", "350.5")
    assert (operation.report_paper, operation.report_reason) == (done.number, "") and done.number
    assert done.title == "十乱集中整治专项行动情况报告" and done.operation == operation
    told = {figure["key"]: figure["value"] for figure in done.figures}
    assert told["operation:illegal-buildings"] == "350.5" and told["operation:staff-deployed"] == "10"
    words = "".join(text for text in _texts(done))
    assert "第2社区居委会" in words and "反弹情况" in words and "35.05" in words


def _texts(paper):
    from io import BytesIO

    from docx import Document

    from chuangwen.kernel import files

    made = Document(BytesIO(files.read(paper.docx_key)))
    yield from (one.text for one in made.paragraphs)
    for table in made.tables:
        yield from (cell.text for row in table.rows for cell in row.cells)
