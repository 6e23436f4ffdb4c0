"""A town with cases, for tests of papers: what is reported, dispatched, late; and short ways through a paper's life."""

from datetime import timedelta
from typing import Any

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Case, Urgency
from chuangwen.duties.meetings import actions as meetings
from chuangwen.duties.models import Meeting, Operation
from chuangwen.duties.operations.tests.ground import running
from chuangwen.duties.sponsorship.actions import sign_plan
from chuangwen.duties.sponsorship.tests.ground import solved
from chuangwen.kernel import clock
from chuangwen.papers import actions
from chuangwen.papers.models import Paper
from chuangwen.papers.periods import Period, period_of
from chuangwen.testing.factories import Town


def this_week() -> Period:
    return period_of("week", clock.today())


def some_cases(town: Town, count: int = 3, *, unit: str = "department", late: int = 1) -> list[Case]:
    """Cases dispatched to a unit, the first of them late."""
    clerk, made = town.actors["clerk"], []
    for n in range(count):
        case = cases.report(clerk, description=f"墙面小广告{n}", site=town.sites[n % len(town.sites)], kind=town.kinds["sticker"])
        made.append(cases.dispatch(clerk, case_id=case.pk, lead=town.units[unit]))
    Case.objects.filter(pk__in=[case.pk for case in made[:late]]).update(
        urgency=Urgency.OVERDUE, due_at=clock.now() - timedelta(hours=1)
    )
    return made


def draft(town: Town, kind: str = "bulletin", **more: Any) -> Paper:
    """A draft by the clerk: of this week, or to the department."""
    facts: dict[str, Any] = {"period": this_week()}
    if kind in ("dispatch_sheet", "rectification", "supervision", "hq_order", "talk_notice", "certificate"):
        facts = {"unit": town.units["department"]}
    if kind == "sponsorship":
        plan = solved(town, exact=False)
        sign_plan(town.actors["leader"], plan_id=plan.pk)
        facts = {"plan": plan}
    if kind == "meeting_minutes":
        facts = {"meeting": confirmed(town), "division": town.street}
    if kind == "operation":
        facts = {"operation": Operation.objects.first() or running(town)}
    return actions.draft_paper(town.actors["clerk"], kind=kind, **(facts | more))


def confirmed(town: Town) -> Meeting:
    """A meeting whose minutes are confirmed, before its own paper was drafted."""
    clerk, unit = town.actors["clerk"], town.units["department"]
    meeting = meetings.plan_meeting(
        clerk, title="创建工作调度会", kind="coordination", division=town.street, convener=town.units["office"], place="三楼会议室",
        starts_at=clock.now() + timedelta(hours=1), units=[unit],
    )  # fmt: skip
    item = meetings.save_item(clerk, meeting_id=meeting.pk, title="通报进度")
    meetings.invite(clerk, meeting_id=meeting.pk)
    meetings.open_meeting(clerk, meeting_id=meeting.pk)
    meetings.mark_units(clerk, meeting_id=meeting.pk, came={unit.pk: True})
    meetings.write_minutes(clerk, item_id=item.pk, text="会议要求限期办结。", revision=0)
    meetings.save_resolution(clerk, meeting_id=meeting.pk, words="清理后街小广告", unit=unit, due_on=clock.today() + timedelta(days=7))
    meetings.confirm_minutes(town.actors["leader"], meeting_id=meeting.pk)
    Paper.objects.filter(meeting=meeting).delete()
    meeting.refresh_from_db()
    return meeting


def signed(town: Town, paper: Paper) -> Paper:
    """Checked by the clerk, signed by the leader."""
    if paper.state == Paper.State.DRAFT:
        actions.check_paper(town.actors["clerk"], paper_id=paper.pk)
    return actions.sign_paper(town.actors["leader"], paper_id=paper.pk)


def sent(town: Town, paper: Paper, *units: str) -> Paper:
    signed(town, paper)
    return actions.send_paper(
        town.actors["clerk"], paper_id=paper.pk, units=[town.units[unit] for unit in units or ("department",)]
    )
