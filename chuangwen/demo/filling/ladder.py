"""Steps of escalation of every level and state: told over the cases that hang in the town, by the actions themselves at the times at which it
would have been. Who is late, and what units answer, is generated like the cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chuangwen.cases.escalation import actions, base, rules
from chuangwen.cases.escalation.actions.steps import _number
from chuangwen.cases.escalation.base import make, office_of, write
from chuangwen.cases.escalation.climbing import climb
from chuangwen.cases.escalation.states import StepVerb
from chuangwen.cases.models import (
    WORKING_STATES,
    Case,
    CaseEvent,
    EscalationRule,
    EscalationStep,
    Level,
    State,
    SupervisingOffice,
    Urgency,
    Verb,
)
from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM, Actor
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Unit

MEASURES = ("已安排专人现场整改，每日反馈进度", "已联系施工队伍，材料到位后连续作业", "主要负责同志已到现场研究，倒排工期")
PROMISES = ("全部整改到位，并建立每日巡查", "清理完毕并加装防护设施", "修复破损部位，恢复原状")
APPEALS = ("该点位正在进行管线施工，非本单位可以单独完成，附施工告知", "该处权属为物业公司，已书面告知，请核实")
MOST_DAYS = 30
TALKED = "已按要求接受约谈，提交书面整改方案，明确分管领导包案"


class Told:
    """The office, the leader and the units at work over a group of cases of one unit, between the moment they were late and now."""

    def __init__(self, keys: Keys, cases: Sequence[Case], number: int):
        self.cases, self.number = list(cases), number
        self.clerk, self.leader = actor_of(keys.accounts["clerk"]), actor_of(keys.accounts["leader"])
        self.unit = cases[0].handling_unit
        assert self.unit is not None
        self.voice = Actor(name=f"{self.unit}联络员"[:80], is_system=True, unit_ids=(self.unit.pk,), channel="command")
        self.start, self.now = max(case.due_at for case in cases if case.due_at), keys.now
        self.line = list(Unit.objects.filter(Unit.above(self.unit.path)).order_by("-depth"))

    def at(self, share: float) -> datetime:
        """A moment between being late and now, in whole minutes."""
        return (self.start + (self.now - self.start) * share).replace(second=0, microsecond=0)

    def proposed(self, level: int, share: float) -> EscalationStep:
        rule = EscalationRule.objects.filter(level=level).order_by("pk").first()
        climb_by, asks = (rule.climb, rule.asks) if rule else (2, "约谈后仍未整改，移交核查有关单位履职情况")
        facts: dict[str, Any] = {"level": level, "unit": rules.addressee(self.line, climb_by), "asks": asks}
        facts |= {"answer_amount": 1, "answer_unit": "working_days"}
        with clock.at(self.at(share)):
            if rule is None:
                return make(self.clerk, self.cases, reason="约谈后承诺仍未兑现", **facts)
            return make(SYSTEM, self.cases, reason=str(rule.get_trigger_display()), rule=rule, **facts)

    def approved(self, level: int, share: float) -> EscalationStep:
        step = self.proposed(level, share)
        with clock.at(self.at(share + 0.01)):
            return actions.approve(self.leader, step_id=step.pk, note="请抓紧整改")

    def issued(self, level: int, share: float) -> EscalationStep:
        step = self.approved(level, share)
        with clock.at(self.at(share + 0.02)):
            return actions.issue(self.clerk, step_id=step.pk)

    def answered(self, level: int, share: float, days: int | None = None, words: str = "") -> EscalationStep:
        """Answered a little later. ``days``: the promise still runs, so many days from now; without it, it was for the day of the answer."""
        step, later = self.issued(level, share), share + 0.05
        with clock.at(self.at(later)):
            ahead = 0 if days is None else (self.now.date() - clock.today()).days + days
            return actions.answer(
                self.voice, step_id=step.pk, measure=words or MEASURES[self.number % 3], promise=PROMISES[self.number % 3],
                promised_on=clock.today() + timedelta(days=min(ahead, MOST_DAYS)),
            )  # fmt: skip

    def broken(self, level: int, share: float) -> EscalationStep:
        """Answered, and found not kept."""
        step = self.answered(level, share)
        with clock.at(self.at(share + 0.2)):
            return actions.settle(self.clerk, step_id=step.pk, kept=False, note="承诺期限已过，现场核查仍未整改")


def fill_ladder(keys: Keys) -> dict[str, int]:
    """Tell one story for each group of late cases, then let the clock propose the rest; how many steps there are. The caller holds the
    transaction."""
    SupervisingOffice.objects.create(division=keys.street, organ="河东街道创建全国文明城市工作办公室", code="河东")
    with clock.at(keys.now):
        actions.save_settings(actor_of(keys.accounts["clerk"]), changes={"public_promises": True})
    stories = (_listed, _talk_proposed, _talked, _handed_over, _appealed, _granted, _waiting, _answered, _approved)
    for number, (story, cases) in enumerate(zip(stories, _groups(keys), strict=False)):
        story(Told(keys, cases, number))
    _put_right(keys)
    with clock.at(keys.now):
        climb()
    _as_they_stood()
    return {"steps": EscalationStep.objects.count()}


def _groups(keys: Keys) -> list[list[Case]]:
    """Late cases by who works on them, those that are late longest first; two or three of a unit at most."""
    late = Case.objects.filter(
        state__in=WORKING_STATES, urgency__in=(Urgency.OVERDUE, Urgency.SUPERVISION), due_at__lt=keys.now - timedelta(hours=20)
    ).select_related("division", "handling_unit")
    groups: dict[int, list[Case]] = {}
    spare: list[list[Case]] = []
    for case in late.order_by("due_at", "pk"):
        group = groups.setdefault(case.handling_unit_id or 0, [])
        if len(group) < 2:
            group.append(case)
        else:
            spare.append([case])
    return [*groups.values(), *spare]


def _listed(told: Told) -> None:
    told.broken(Level.ORDER, 0.1)
    told.answered(Level.LISTED, 0.9, days=4)


def _talk_proposed(told: Told) -> None:
    told.broken(Level.ORDER, 0.1)
    told.broken(Level.LISTED, 0.5)
    told.proposed(Level.TALK, 0.9)


def _talked(told: Told) -> None:
    told.broken(Level.ORDER, 0.05)
    told.broken(Level.LISTED, 0.35)
    told.answered(Level.TALK, 0.9, days=3, words=TALKED)


def _handed_over(told: Told) -> None:
    told.broken(Level.ORDER, 0.05)
    told.broken(Level.LISTED, 0.3)
    told.broken(Level.TALK, 0.55)
    told.proposed(Level.HAND_OVER, 0.9)


def _appealed(told: Told) -> None:
    step = told.issued(Level.ORDER, 0.7)
    with clock.at(told.at(0.9)):
        actions.appeal(told.voice, step_id=step.pk, words=APPEALS[0])


def _granted(told: Told) -> None:
    step = told.issued(Level.ORDER, 0.4)
    with clock.at(told.at(0.6)):
        actions.appeal(told.voice, step_id=step.pk, words=APPEALS[1])
    with clock.at(told.at(0.8)):
        actions.decide_appeal(told.leader, step_id=step.pk, granted=True, words="经现场核实，申诉成立，改由物业公司负责")


def _waiting(told: Told) -> None:
    told.issued(Level.ORDER, 0.93)


def _answered(told: Told) -> None:
    told.answered(Level.ORDER, 0.9, days=2)


def _approved(told: Told) -> None:
    told.approved(Level.ORDER, 0.95)


def _put_right(keys: Keys) -> None:
    """Orders about problems that were closed late: fulfilled, the older of them filed away."""
    closed = Case.objects.filter(state=State.CLOSED, in_time=False, closed_at__gt=keys.now - timedelta(days=20), due_at__isnull=False)
    rows = closed.select_related("division", "handling_unit").order_by("-closed_at", "pk")[:4]
    rule = EscalationRule.objects.filter(level=Level.ORDER).order_by("pk").first()
    for number, case in enumerate(rows):
        if case.submitted_at is None or case.due_at is None or case.handling_unit is None or case.submitted_at <= case.due_at:
            continue
        begun, put_right = case.due_at + (case.submitted_at - case.due_at) / 3, case.closed_at
        with clock.at(begun):
            step = make(
                SYSTEM, [case], level=Level.ORDER, unit=case.handling_unit, reason=str(rule.get_trigger_display()) if rule else "超期",
                asks=rule.asks if rule else "立即整改", answer_amount=1, answer_unit="working_days", rule=rule,
            )  # fmt: skip
            write(actor_of(keys.accounts["leader"]), StepVerb.APPROVE, step, {"approved_at": begun})
            office = office_of(step.division)
            due = begun + timedelta(days=1)
            sent = {"issued_at": begun, "office": office, "number": _number(step.level, office), "due_at": due}
            write(actor_of(keys.accounts["clerk"]), StepVerb.ISSUE, step, sent)
        assert put_right is not None
        with clock.at(put_right):
            write(SYSTEM, StepVerb.FULFIL, step, {"settled_at": put_right, "note": "所涉问题已全部整改到位。"}, note="所涉问题已全部整改到位。")
        if number % 2:
            with clock.at(put_right + timedelta(hours=2)):
                actions.end(actor_of(keys.accounts["clerk"]), step_id=step.pk, note="已核实，归档")
    assert base.settings().public_promises


def _as_they_stood() -> None:
    """An event of the ladder is written with the state the case has now, but told at a time in the past: give it the state of that time."""
    told = CaseEvent.objects.filter(case__in=CaseEvent.objects.filter(verb=Verb.ESCALATE).values("case"))
    states: dict[int, str] = {}
    wrong = []
    for event in told.order_by("at", "pk"):
        state = states.get(event.case_id, "")
        if event.verb == Verb.ESCALATE and (event.before, event.after) != (state, state):
            event.before = event.after = state
            wrong.append(event)
        states[event.case_id] = event.after
    CaseEvent.objects.bulk_update(wrong, ["before", "after"])
