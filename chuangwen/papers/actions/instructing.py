"""批示: a leader's words on a paper are recorded and followed as a case, with the way in both directions."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Case, Source
from chuangwen.kernel import audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.worktime import Limit
from chuangwen.papers.actions.base import needed, take, written
from chuangwen.papers.models import Instruction, Paper
from chuangwen.papers.states import Verb
from chuangwen.people.models import Unit


def instruct(
    actor: Actor,
    *,
    paper_id: int,
    leader: str,
    words: str,
    given_on: date | None = None,
    unit: Unit | None = None,
    due_on: date | None = None,
) -> Instruction:
    """Record what a leader wrote on a signed paper. Where a unit is to do something, a case of it is opened (source: leader's instruction),
    dispatched to the unit, due on ``due_on``. Raises Refusal without words, or for a day that has passed."""
    with transaction.atomic():
        paper = take(actor, Verb.INSTRUCT, "papers.instruct", paper_id)
        words = needed(words)[:480]
        if due_on is not None and due_on <= clock.today():
            raise Refusal(_("The day until which it is to be done has to lie ahead."), "papers.due_on", field="due_on")
        instruction = Instruction.objects.create(
            paper=paper,
            leader=leader.strip()[:40],
            words=words,
            given_on=given_on or clock.today(),
            unit=unit,
            due_on=due_on,
            recorded_at=clock.now(),
            recorded_by_id=actor.account_id,
        )
        if unit is not None:
            instruction.case = _followed(actor, paper, instruction, unit)
            instruction.save(update_fields=["case"])
        written(actor, paper, Verb.INSTRUCT, before=paper.state, after=paper.state, words=f"{leader}：{words}", unit=unit)
        about = {"leader": leader, "unit": unit.pk if unit else None, "case": instruction.case_id}
        audit.record(actor, "papers.instruct", paper, after=about, note=words)
    return instruction


def _followed(actor: Actor, paper: Paper, instruction: Instruction, unit: Unit) -> Case:
    """The case. Who may record an instruction may have it followed: what comes of it is done in their name, whatever else they may do."""
    acting = actor.unhindered()
    division = unit.division or paper.division
    if division is None:
        raise Refusal(_("The unit has no area; the instruction cannot be followed as a case."), "papers.no_area", field="unit")
    description = f"落实{instruction.leader}批示：{instruction.words}（《{paper.title}》{paper.number or ''}）"
    case = cases.report(acting, description=description[:500], source=Source.LEADER, division=division)
    limit = Limit(max(1, (instruction.due_on - clock.today()).days), "calendar_days") if instruction.due_on else None
    return cases.dispatch(acting, case_id=case.pk, lead=unit, limit=limit, note=f"批示：{instruction.words}"[:300])
