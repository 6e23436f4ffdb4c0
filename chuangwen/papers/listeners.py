"""What the room hears: a step of escalation that was issued wants its paper, and so do minutes that were confirmed, a talk and a criticism
by name that follow from an appraisal. And what it hides while a site of a round is rated again blind: papers that tell of that round,
from who rates it."""

from typing import Any

from chuangwen.cases.escalation.events import StepIssued
from chuangwen.cases.escalation.queries import paper_facts
from chuangwen.cases.models import EscalationStep, StepCase
from chuangwen.duties.meetings.events import MeetingMoved
from chuangwen.duties.models import Meeting, Operation
from chuangwen.duties.operations.actions import report_by_paper
from chuangwen.fieldwork import blind
from chuangwen.kernel import access, events
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Refusal
from chuangwen.papers import actions, notices
from chuangwen.papers.composing.base import moment_of
from chuangwen.papers.events import PaperMoved, PaperSent
from chuangwen.papers.models import Kind, Paper, State
from chuangwen.papers.periods import Period
from chuangwen.scoring.appraisal.events import ConsequenceConfirmed
from chuangwen.scoring.appraisal.models import Consequence

access.veil("papers.Paper", "blind", blind.second_rounds)
events.hears(PaperMoved)(notices.tell_moved)
events.hears(PaperSent)(notices.tell_sent)

KINDS = {
    "supervision_order": Kind.SUPERVISION_ORDER,
    "order_of_headquarters": Kind.HEADQUARTERS_ORDER,
    "notice_of_talk": Kind.TALK_NOTICE,
    "rectification_notice": Kind.RECTIFICATION_NOTICE,
}


@events.hears(StepIssued)
def draft_paper_of_step(event: StepIssued) -> None:
    """A draft of the step's paper, with its number once it is signed; nothing where the step has one, or where no case is left to tell of."""
    step = EscalationStep.objects.select_related("unit", "division").get(pk=event.step_id)
    facts = paper_facts(step)
    kind = KINDS.get(facts.paper_kind)
    if kind is None or Paper.objects.filter(step=step).exists():
        return
    cases = list(StepCase.objects.filter(step=step).order_by().values_list("case", flat=True))
    content = {"promise": facts.promise, "deadline": f"{moment_of(facts.due_at)}前" if facts.due_at else ""}
    try:
        actions.draft_paper(
            SYSTEM, kind=kind.value, unit=step.unit, division=step.division, cases=cases, content=content, step=step
        )
    except Refusal:
        return  # the paper can still be drafted by hand; the step stands without it


@events.hears(MeetingMoved)
def draft_minutes(event: MeetingMoved) -> None:
    """A draft of the minutes as a paper, once they are confirmed."""
    if event.after != Meeting.State.CONFIRMED or Paper.objects.filter(meeting=event.meeting_id).exists():
        return
    meeting = Meeting.objects.select_related("division", "convener").get(pk=event.meeting_id)
    try:
        actions.draft_paper(SYSTEM, kind=Kind.MEETING_MINUTES.value, division=meeting.division, meeting=meeting)
    except Refusal:
        return  # the paper can still be drafted by hand; the minutes stand without it


@events.hears(ConsequenceConfirmed)
def draft_paper_of_appraisal(event: ConsequenceConfirmed) -> None:
    """A draft once a leader has confirmed that a talk or a criticism by name follows from an appraisal: the notice of the talk (none where no
    late case is left to tell of), an express about the criticism. The paper and what it carries out show each other."""
    found = Consequence.objects.select_related("appraisal__scheme", "appraisal__division", "unit").get(pk=event.consequence_id)
    drafts: dict[str, Any] = {Consequence.Kind.TALK: _talk, Consequence.Kind.NOTICE: _criticism}
    make = drafts.get(found.kind)
    if make is None or Paper.objects.filter(consequence=found).exists():
        return
    try:
        actions.draft_paper(SYSTEM, division=found.appraisal.division, consequence=found, **make(found))
    except Refusal:
        return  # the paper can still be drafted by hand; what follows stands without it


def _talk(found: Consequence) -> dict[str, Any]:
    opening = f"按照《{found.appraisal.scheme.name}》，你单位考核列榜情况为“{found.grounds}”。你单位负责的问题中，有下列问题未按期办结，共"
    return {"kind": Kind.TALK_NOTICE.value, "unit": found.unit, "content": {"opening": opening}}


def _criticism(found: Consequence) -> dict[str, Any]:
    """通报批评 in an express of the period that was appraised, whose figures stand below it."""
    result = found.appraisal
    said = f"按照《{result.scheme.name}》，{result.label}考核中，{found.unit.name}列榜情况为“{found.grounds}”，现予以通报批评。"
    content = {"title": f"关于对{found.unit.name}予以通报批评的快报", "text": [said, *([f"{found.words}。"] if found.words else [])]}
    return {"kind": Kind.EXPRESS.value, "period": Period(result.starts_on, result.ends_on), "content": content}


@events.hears(PaperMoved)
def operation_is_reported(event: PaperMoved) -> None:
    """The signed report of an operation that has ended reports it: its figures are kept as they were."""
    if event.after != State.SIGNED or event.before == event.after:
        return
    paper = Paper.objects.select_related("operation").filter(pk=event.paper_id, operation__state=Operation.State.ENDED).first()
    if paper is not None and paper.operation_id is not None:
        report_by_paper(SYSTEM, operation_id=paper.operation_id, number=paper.called)
