"""What the clock does with the ladder: a case climbs step by step, by the rules as they ship, and comes down when it is put right."""

from datetime import datetime, timedelta

import pytest

from chuangwen.cases import actions as cases
from chuangwen.cases.actions.ticking import run_clocks
from chuangwen.cases.escalation import actions, queries
from chuangwen.cases.escalation.climbing import climb
from chuangwen.cases.escalation.events import StepMoved
from chuangwen.cases.escalation.install import RULES, install_ladder
from chuangwen.cases.models import Case, EscalationRule, EscalationStep, Level, StepState, Urgency
from chuangwen.cases.tests.loop import Loop
from chuangwen.kernel import access, clock, events
from chuangwen.people.models import Unit
from chuangwen.testing.factories import make_unit

LATER = timedelta(days=1)


class Time:
    """The clock of the office: ``to`` moves the machine's time and does what the jobs do."""

    def __init__(self, loop: Loop):
        self.loop, self.leader = loop, loop.actors["leader"]

    def to(self, moment: datetime) -> dict[str, int]:
        with clock.at(moment):
            run_clocks()
            return climb()

    def sent(self, step: EscalationStep, moment: datetime) -> EscalationStep:
        with clock.at(moment):
            actions.approve(self.leader, step_id=step.pk)
            return actions.issue(self.loop.clerk, step_id=step.pk)

    def fresh(self) -> EscalationStep:
        return EscalationStep.objects.order_by("-pk").first()


@pytest.fixture
def time(loop) -> Time:
    install_ladder()
    return Time(loop)


def test_the_rules_are_installed_once(db):
    assert install_ladder() == len(RULES)
    EscalationRule.objects.all().delete()
    assert install_ladder() == 0


def test_a_case_climbs_from_the_reminder_to_the_talk_and_up_the_units(loop, time):
    bureau = loop.town.units["department"]
    crew = make_unit("城管中队一班", parent=loop.squad, division=loop.town.street)
    case = loop.at("dispatched")
    loop.do("pass_on", case, unit=crew)
    case.refresh_from_db()

    assert time.to(case.half_at)["proposed"] == 1
    reminder = time.fresh()
    assert (reminder.level, reminder.state, reminder.unit) == (Level.REMINDER, "issued", crew)
    assert time.to(case.half_at + timedelta(minutes=5))["proposed"] == 0

    late = case.due_at + timedelta(minutes=1)
    assert time.to(late)["proposed"] == 1
    reminder.refresh_from_db()
    order = time.fresh()
    assert (reminder.state, order.level, order.state, order.unit) == ("ended", Level.ORDER, "proposed", crew)
    order = time.sent(order, late)

    over = case.supervise_at + timedelta(minutes=1)
    assert time.to(over) ["broken"] == 1
    listed = time.fresh()
    assert (listed.level, listed.unit) == (Level.LISTED, loop.squad)
    listed = time.sent(listed, over)
    with clock.at(over):
        promised = clock.today() + timedelta(days=2)
        actions.answer(loop.unit, step_id=listed.pk, measure="加班整改", promise="两日内整改到位", promised_on=promised)
    assert EscalationStep.objects.get(pk=order.pk).state == "broken"
    assert time.to(over + LATER) == {"let_go": 0, "fulfilled": 0, "broken": 0, "ended": 1, "appeals_late": 0, "proposed": 0}

    passed = datetime.combine(promised + LATER, datetime.min.time(), clock.LOCAL) + timedelta(hours=9)
    assert time.to(passed)["broken"] == 1
    listed.refresh_from_db()
    talk = time.fresh()
    assert (listed.state, talk.level, talk.unit) == ("broken", Level.TALK, bureau)
    assert queries.kept(listed) is False
    time.sent(talk, passed)
    assert time.to(passed + timedelta(days=9))["proposed"] == 0, "a hand-over is never proposed by a rule"
    assert not EscalationStep.objects.filter(level=Level.HAND_OVER).exists()


def test_a_listing_waits_for_the_order_to_be_sent_and_not_kept(loop, time):
    case = loop.at("dispatched")
    over = case.supervise_at + timedelta(minutes=1)
    assert time.to(over)["proposed"] == 1
    order = time.fresh()
    assert order.level == Level.ORDER, "found late at once, it begins with the order"
    assert time.to(over + timedelta(days=9))["proposed"] == 0
    time.sent(order, over + timedelta(days=9))
    with clock.at(over + timedelta(days=9)):
        actions.answer(loop.unit, step_id=order.pk, measure="整改", promised_on=clock.today() + timedelta(days=20))
    assert time.to(over + timedelta(days=19))["proposed"] == 0, "it promised, and its day has not come"
    assert time.to(over + timedelta(days=40))["proposed"] == 1


def test_cases_of_a_unit_that_are_found_together_share_one_order(loop, time):
    several = [loop.at("dispatched") for _n in range(3)]
    time.to(several[-1].due_at + timedelta(minutes=1))
    order = EscalationStep.objects.get(level=Level.ORDER)
    assert order.links.count() == 3


@pytest.mark.parametrize("way", ["closed", "submitted"])
def test_what_is_put_right_fulfils_the_step_and_what_waits_to_be_checked_does_not_break_it(loop, time, way):
    case = loop.at("dispatched")
    late = case.due_at + timedelta(minutes=1)
    time.to(late)
    order = time.sent(time.fresh(), late)
    with clock.at(late + timedelta(minutes=5)):
        loop.do("submit", case)
    if way == "closed":
        with clock.at(late + timedelta(hours=1)):
            loop.do("verify", case)
            loop.do("close", case)
    assert time.to(late + timedelta(days=5))["fulfilled"] == (way == "closed")
    order.refresh_from_db()
    assert order.state == ("fulfilled" if way == "closed" else "issued")


def test_a_case_that_goes_to_another_unit_leaves_its_step(loop, time, tuesday):
    case = loop.at("dispatched")
    late = case.due_at + timedelta(minutes=1)
    time.to(late)
    order = time.sent(time.fresh(), late)
    with clock.at(late + timedelta(minutes=1)):
        loop.do("redispatch", case, lead=loop.town.units["department2"])
    assert time.to(late + timedelta(minutes=2))["let_go"] == 1
    order.refresh_from_db()
    assert order.state == "withdrawn"
    case.refresh_from_db()
    assert time.to(case.due_at + timedelta(minutes=1))["proposed"] == 1, "the new unit begins at the bottom"
    assert time.fresh().unit == loop.town.units["department2"]


def test_a_refused_case_does_not_break_a_step_while_it_is_arbitrated(loop, time):
    case = loop.at("dispatched")
    late = case.due_at + timedelta(minutes=1)
    time.to(late)
    order = time.sent(time.fresh(), late)
    with clock.at(late + timedelta(minutes=2)):
        loop.do("refuse", case)
    time.to(late + timedelta(days=9))
    order.refresh_from_db()
    assert order.state == "issued"


def test_a_granted_appeal_is_not_answered_by_the_same_step_again(loop, time):
    case = loop.at("dispatched")
    late = case.due_at + timedelta(minutes=1)
    time.to(late)
    order = time.sent(time.fresh(), late)
    with clock.at(late + timedelta(minutes=2)):
        actions.appeal(loop.unit, step_id=order.pk, words="因断电无法施工")
        actions.decide_appeal(time.leader, step_id=order.pk, granted=True, words="情况属实")
    assert time.to(late + timedelta(days=9))["proposed"] == 0


def test_an_appeal_that_nobody_decides_is_found_once_and_the_step_rests(loop, time, monkeypatch):
    heard = []
    monkeypatch.setitem(events._listeners, StepMoved, [heard.append])
    case = loop.at("dispatched")
    late = case.due_at + timedelta(minutes=1)
    time.to(late)
    order = time.sent(time.fresh(), late)
    with clock.at(late + timedelta(minutes=2)):
        raised = actions.appeal(loop.unit, step_id=order.pk, words="不属于我单位")
    assert time.to(raised.due_at)["appeals_late"] == 0
    assert time.to(raised.due_at + timedelta(minutes=1))["appeals_late"] == 1
    assert heard[-1] == StepMoved(order.pk, "overdue", "issued", "issued")
    assert time.to(raised.due_at + timedelta(days=9))["appeals_late"] == 0
    assert EscalationStep.objects.get(pk=order.pk).state == "issued"


def test_rework_and_rebounds_count(loop, time):
    case = loop.at("submitted")
    for _n in range(2):
        loop.do("send_back", case)
        loop.do("submit", case)
    loop.do("send_back", case)
    assert time.to(clock.now())["proposed"] == 1
    assert "返工" in time.fresh().reason

    first = loop.at("closed")
    second = cases.rebound(loop.clerk, case_id=first.pk)
    for verb in ("dispatch", "submit", "verify", "close"):
        loop.do(verb, second)
    third = cases.rebound(loop.clerk, case_id=second.pk)
    loop.do("dispatch", third)
    assert time.to(clock.now())["proposed"] == 1
    assert time.fresh().links.get().case_id == third.pk


def test_a_rule_keeps_to_its_family_and_severity_and_can_be_switched_off(loop, time):
    EscalationRule.objects.exclude(trigger="overdue").delete()
    rule = EscalationRule.objects.get()
    case = loop.at("dispatched", severity=2)
    late = case.due_at + timedelta(minutes=1)
    EscalationRule.objects.filter(pk=rule.pk).update(severity=3)
    assert time.to(late)["proposed"] == 0
    EscalationRule.objects.filter(pk=rule.pk).update(severity=1, family=loop.town.families["order"])
    assert time.to(late)["proposed"] == 0
    EscalationRule.objects.filter(pk=rule.pk).update(family=None)
    actions.save_settings(loop.clerk, changes={"by_rule": False})
    assert time.to(late)["proposed"] == 0
    actions.save_settings(loop.clerk, changes={"by_rule": True})
    assert time.to(late)["proposed"] == 1


def test_an_arbitration_that_runs_over_is_found_by_the_clock_and_shown_to_the_leader(loop, time):
    case = loop.at("refused")
    assert not queries.arbitrations_late(time.leader).exists()
    time.to(case.due_at + timedelta(minutes=1))
    assert list(queries.arbitrations_late(time.leader)) == [case]
    case.refresh_from_db()
    assert (case.state, case.urgency) == ("refused", Urgency.OVERDUE)
    from chuangwen.cases import queries as of_cases

    waiting = {wait.key: wait.count for wait in of_cases.waiting_for(time.leader)}
    assert waiting["arbitration_late"] == 1


def test_what_the_clock_does_costs_the_same_however_many_cases_share_a_step(loop, time, django_assert_max_num_queries):
    several = [loop.at("dispatched") for _n in range(12)]
    with clock.at(several[-1].due_at + timedelta(minutes=1)):
        run_clocks()
        with django_assert_max_num_queries(60):
            climb()
    assert Case.objects.filter(steps__level=Level.ORDER).count() == 12
    assert StepState.PROPOSED in EscalationStep.objects.values_list("state", flat=True)
    assert Unit.objects.filter(escalation_steps__isnull=False).distinct().count() == 1
    assert access.SYSTEM.is_system
