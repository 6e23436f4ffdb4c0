"""The ladder: what can be done to a step in which state, its numbers, its appeal, and who is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from chuangwen.cases.errors import Incomplete, NotNow, NotYours
from chuangwen.cases.escalation import actions, queries, rules, states
from chuangwen.cases.escalation.events import StepIssued, StepMoved
from chuangwen.cases.escalation.states import StepFacts, StepVerb, possible
from chuangwen.cases.models import (
    Appeal,
    Case,
    CaseEvent,
    EscalationStep,
    Level,
    StepCase,
    StepState,
    SupervisingOffice,
    Verb,
)
from chuangwen.cases.tests.loop import Loop, make_photo
from chuangwen.kernel import access, clock, events
from chuangwen.kernel.errors import Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Unit
from chuangwen.testing.factories import make_account, make_unit


class Ladder:
    """Short ways to a step in a state; ``do`` does a verb as who usually does it."""

    def __init__(self, loop: Loop):
        self.loop, self.clerk, self.leader, self.unit = loop, loop.clerk, loop.actors["leader"], loop.unit

    def step(self, level=Level.ORDER, cases=None, **more) -> EscalationStep:
        cases = cases or [self.loop.at("rectifying")]
        facts = {"reason": "超期未整改", "asks": "立即整改"} | more
        return actions.propose(self.clerk, case_ids=[case.pk for case in cases], level=level, **facts)

    def at(self, state: str, level=Level.ORDER, **more) -> EscalationStep:
        step = self.step(level, **more)
        way = {
            "proposed": [], "approved": ["approve"], "issued": ["approve", "issue"], "answered": ["approve", "issue", "answer"],
            "broken": ["approve", "issue", "break"], "fulfilled": ["approve", "issue", "answer", "fulfil"],
            "ended": ["approve", "issue", "break", "end"], "withdrawn": ["withdraw"],
        }[state]  # fmt: skip
        for verb in way:
            self.do(verb, step)
        return EscalationStep.objects.get(pk=step.pk)

    def do(self, verb: str, step: EscalationStep, actor=None):
        match verb:
            case "approve":
                return actions.approve(actor or self.leader, step_id=step.pk)
            case "issue":
                return actions.issue(actor or self.clerk, step_id=step.pk)
            case "answer":
                day = clock.today() + timedelta(days=3)
                return actions.answer(actor or self.unit, step_id=step.pk, measure="加派人手", promised_on=day, promise="三日内清完")
            case "appeal":
                return actions.appeal(actor or self.unit, step_id=step.pk, words="该问题不在我单位范围")
            case "grant" | "deny":
                return actions.decide_appeal(actor or self.leader, step_id=step.pk, granted=verb == "grant", words="经核实")
            case "fulfil":
                if actor is None:
                    self.put_right(step)
                return actions.settle(actor or self.clerk, step_id=step.pk, kept=True)
            case "break":
                return actions.settle(actor or self.clerk, step_id=step.pk, kept=False, note="现场仍未整改")
            case "end":
                return actions.end(actor or self.clerk, step_id=step.pk)
            case "withdraw":
                return actions.withdraw(actor or self.clerk, step_id=step.pk, reason="情况有变")
        raise AssertionError(verb)

    def put_right(self, step: EscalationStep) -> None:
        for case in Case.objects.filter(steps__step=step, state="rectifying"):
            for verb in ("submit", "verify", "close"):
                self.loop.do(verb, case)


@pytest.fixture
def ladder(loop) -> Ladder:
    return Ladder(loop)


ACTED = [verb for verb in StepVerb if verb is not StepVerb.PROPOSE]


@pytest.mark.parametrize("state", list(StepState))
def test_an_allowed_verb_leads_where_the_table_says_and_leaves_its_traces(ladder, state):
    for verb in ACTED:
        appealed = verb in (StepVerb.GRANT, StepVerb.DENY)
        allowed = possible(state, verb, StepFacts(appealed=appealed))
        if allowed is None:
            continue
        step = ladder.at(state)
        if appealed:
            ladder.do("appeal", step)
        ladder.do(verb.value, step)
        after = EscalationStep.objects.get(pk=step.pk)
        assert after.state == allowed.new_state, verb
        event = after.events.last()
        assert (event.verb, event.before, event.after) == (verb.value, state, after.state)
        last = AuditEntry.objects.order_by("-number").first()
        assert (last.kind, last.object_id, last.after["verb"]) == ("cases.escalationstep", str(step.pk), verb.value)
        assert StepCase.objects.get(step=step).live is (after.state not in ("ended", "withdrawn"))


@pytest.mark.parametrize("state", list(StepState))
def test_a_forbidden_verb_is_refused_and_changes_nothing(ladder, state):
    step = ladder.at(state)
    before = EscalationStep.objects.filter(pk=step.pk).values().get()
    for verb in ACTED:
        if possible(state, verb, StepFacts()) is None:
            with pytest.raises(NotNow):
                ladder.do(verb.value, step, access.SYSTEM)
    assert EscalationStep.objects.filter(pk=step.pk).values().get() == before


def test_every_state_is_reached_and_left_and_every_row_has_a_reason():
    reached = {row.new_state for row in states.TRANSITIONS} | {StepState.PROPOSED}
    assert reached == set(StepState)
    assert {row.state for row in states.TRANSITIONS} == set(StepState) - {StepState.ENDED, StepState.WITHDRAWN}
    assert all(row.reason for row in states.TRANSITIONS)


def test_a_reminder_goes_out_at_once_and_asks_nothing(ladder):
    step = ladder.step(Level.REMINDER, asks="")
    assert (step.state, step.number, step.due_at) == ("issued", None, None)
    for verb in ("approve", "issue", "answer", "appeal"):
        with pytest.raises(NotNow):
            ladder.do(verb, step, access.SYSTEM)
    ladder.do("end", step)
    assert CaseEvent.objects.filter(verb=Verb.ESCALATE, data__verb="issue").exists()


def test_what_was_handed_over_is_no_longer_answered_and_needs_a_talk_before(ladder):
    case = ladder.loop.at("rectifying")
    with pytest.raises(Incomplete, match="约谈"):
        ladder.step(Level.HAND_OVER, [case])
    talk = ladder.step(Level.TALK, [case])
    ladder.do("approve", talk)
    ladder.do("issue", talk)
    step = ladder.step(Level.HAND_OVER, [case])
    ladder.do("approve", step)
    ladder.do("issue", step)
    with pytest.raises(NotNow):
        ladder.do("answer", step)
    ladder.do("end", step)


def test_one_order_is_about_several_cases_of_a_unit(ladder):
    cases = [ladder.loop.at("rectifying") for _n in range(3)]
    step = ladder.step(cases=cases)
    assert set(step.links.values_list("case", flat=True)) == {case.pk for case in cases}
    assert step.unit == ladder.loop.town.units["department"]
    with pytest.raises(Incomplete, match=cases[0].number):
        ladder.step(cases=[cases[0]])


def test_cases_of_several_units_get_a_step_each_and_what_cannot_be_is_told(ladder):
    town = ladder.loop.town
    first, second = ladder.loop.at("rectifying"), ladder.loop.at("dispatched")
    other = ladder.loop.at("screened")
    ladder.loop.do("dispatch", other, lead=town.units["department2"])
    closed = ladder.loop.at("closed")
    keys = [case.pk for case in (first, second, other, closed)]
    with pytest.raises(Incomplete, match="分属多个单位"):
        actions.propose(ladder.clerk, case_ids=keys[:3], level=Level.ORDER, reason="超期", asks="整改")
    outcome = actions.propose_many(ladder.clerk, case_ids=keys, level=Level.ORDER, reason="超期", asks="整改")
    assert [(step.unit, step.links.count()) for step in outcome.steps] == [
        (town.units["department"], 2), (town.units["department2"], 1),
    ]  # fmt: skip
    assert [number for number, _why in outcome.refused] == [closed.number]


def test_a_step_is_addressed_to_who_works_on_it_or_above_and_never_to_a_headquarters(ladder):
    town, case = ladder.loop.town, ladder.loop.at("rectifying")
    ladder.loop.do("pass_on", case)
    step = ladder.step(cases=[case], unit=town.units["department"])
    assert step.unit == town.units["department"]
    assert set(step.units.values_list("unit", flat=True)) == {town.units["department"].pk, ladder.loop.squad.pk}
    another = ladder.loop.at("rectifying")
    with pytest.raises(Incomplete, match="市场监督局"):
        ladder.step(cases=[another], unit=town.units["department2"])
    group = make_unit("指挥部", Unit.Kind.COMMAND)
    with pytest.raises(Incomplete, match="指挥部"):
        ladder.step(cases=[another], unit=group)


def test_the_addressee_climbs_as_far_as_units_work_themselves():
    command, office, community = Unit(kind="command"), Unit(kind="town_office"), Unit(kind="community")
    line = [community, office, command]
    assert [rules.addressee(line, climb) for climb in range(4)] == [community, office, office, office]


def test_the_lowest_common_place():
    assert rules.common_path(["000100020003", "000100020004"], 4) == "00010002"
    assert rules.common_path(["00010002", "00010002"], 4) == "00010002"
    assert rules.common_path(["0001", "0002"], 4) == ""
    assert rules.common_path(["0001", ""], 4) == ""


def test_numbers_run_without_gaps_by_office_word_and_year(ladder):
    SupervisingOffice.objects.create(division=ladder.loop.town.street, organ="河东创文办", code="河东")
    issued = [ladder.at("issued") for _n in range(3)]
    assert [step.number for step in issued] == [f"河东督字〔2026〕{n}号" for n in (1, 2, 3)]
    assert ladder.at("issued", Level.LISTED).number == "河东指令字〔2026〕1号"
    with clock.at(clock.now().replace(year=2027)):
        assert ladder.at("issued").number == "河东督字〔2027〕1号"
    actions.withdraw(ladder.clerk, step_id=issued[1].pk, reason="误发")
    assert ladder.at("issued").number == "河东督字〔2026〕4号"


@pytest.mark.django_db(transaction=True)
def test_orders_issued_at_the_same_moment_get_numbers_without_gap_or_double(shared_database, town):
    with clock.at(clock.now()):
        ladder = Ladder(Loop(town))
        steps = [ladder.at("approved") for _n in range(8)]

    def issue(step):
        try:
            return actions.issue(ladder.clerk, step_id=step.pk).number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(issue, steps))
    year = clock.today().year
    assert sorted(numbers) == [f"督字〔{year}〕{n}号" for n in range(1, 9)]


def test_a_step_whose_problems_are_gone_is_not_issued(ladder):
    step = ladder.at("approved")
    ladder.put_right(step)
    with pytest.raises(NotNow):
        ladder.do("issue", step)
    assert EscalationStep.objects.get(pk=step.pk).number is None


def test_the_promise_of_a_listed_supervision_has_words_and_a_day_that_is_near(ladder):
    step = ladder.at("issued", Level.LISTED)
    day = clock.today() + timedelta(days=5)
    for facts in ({"promise": "", "promised_on": day}, {"promise": "清完", "promised_on": clock.today() + timedelta(days=31)},
                  {"promise": "清完", "promised_on": clock.today() - timedelta(days=1)}):  # fmt: skip
        with pytest.raises(Incomplete):
            actions.answer(ladder.unit, step_id=step.pk, measure="清理", **facts)
    actions.answer(ladder.unit, step_id=step.pk, measure="清理", promise="五日内清完", promised_on=day)
    [row] = queries.promises()
    assert (row.unit, row.promise, row.promised_on, queries.kept(row)) == (step.unit, "五日内清完", day, None)


def test_an_appeal_rests_the_step_and_granted_withdraws_it(ladder):
    step = ladder.at("issued")
    photo = make_photo(ladder.unit)
    raised = actions.appeal(ladder.unit, step_id=step.pk, words="现场照片显示已整改", photos=[photo])
    assert raised.photo_links.get().photo_id == photo
    assert raised.due_at.astimezone(clock.LOCAL).date() == clock.today() + timedelta(days=3)
    with pytest.raises(NotNow):
        ladder.do("break", step)
    with pytest.raises(NotNow):
        ladder.do("appeal", step)
    with pytest.raises(Incomplete):
        actions.decide_appeal(ladder.leader, step_id=step.pk, granted=True, words=" ")
    ladder.do("grant", step)
    step.refresh_from_db()
    assert (step.state, step.appealed_at, step.note) == ("withdrawn", None, "经核实")
    assert Appeal.objects.get().state == "granted"


def test_a_denied_appeal_gives_the_time_for_the_answer_anew(ladder, tuesday):
    step = ladder.at("issued")
    ladder.do("appeal", step)
    with clock.at(tuesday + timedelta(days=2)):
        ladder.do("deny", step)
    after = EscalationStep.objects.get(pk=step.pk)
    assert (after.state, after.appealed_at) == ("issued", None) and after.due_at > step.due_at
    with pytest.raises(Denied):
        actions.decide_appeal(ladder.clerk, step_id=step.pk, granted=True, words="我同意")


def test_fulfilled_is_said_only_when_all_is_put_right(ladder):
    step = ladder.at("answered")
    with pytest.raises(NotNow):
        actions.settle(ladder.clerk, step_id=step.pk, kept=True)


def test_a_unit_does_not_see_what_nobody_sent_and_another_units_never(ladder, other_town):
    proposed, issued = ladder.at("proposed"), ladder.at("issued")
    other = actor_of(other_town.accounts["liaison"])
    foreign = actor_of(make_account("liaison2", ladder.loop.town.roles["liaison"], ladder.loop.town.units["department2"]))
    assert set(queries.visible(ladder.clerk)) == {proposed, issued}
    assert set(queries.visible(ladder.unit)) == {issued}
    ladder.do("withdraw", proposed)
    assert set(queries.visible(ladder.unit)) == {issued}
    for actor in (other, foreign):
        assert not queries.visible(actor).exists()
        with pytest.raises(Missing):
            actions.answer(actor, step_id=issued.pk, measure="x", promised_on=clock.today())


def test_who_only_works_on_a_case_sees_the_step_and_does_not_answer_for_the_unit_above(ladder):
    loop, case = ladder.loop, ladder.loop.at("rectifying")
    loop.do("pass_on", case)
    step = ladder.step(cases=[case], unit=loop.town.units["department"])
    ladder.do("approve", step)
    ladder.do("issue", step)
    squad = actor_of(make_account("squad", loop.town.roles["liaison"], loop.squad))
    assert queries.detail(squad, step.pk).verbs == []
    with pytest.raises(NotYours):
        ladder.do("answer", step, squad)
    assert StepVerb.ANSWER in queries.detail(ladder.unit, step.pk).verbs


@pytest.mark.parametrize("verb", ["approve", "issue", "withdraw"])
def test_units_do_none_of_the_offices_work(ladder, verb):
    with pytest.raises(Refusal):
        ladder.do(verb, ladder.at("proposed"), ladder.unit)


def test_whoever_issues_says_so_with_the_number(ladder, monkeypatch):
    heard = []
    for kind in (StepIssued, StepMoved):
        monkeypatch.setitem(events._listeners, kind, [heard.append])
    step = ladder.at("issued", Level.LISTED)
    assert heard == [
        StepMoved(step.pk, "propose", "", "proposed"), StepMoved(step.pk, "approve", "proposed", "approved"),
        StepMoved(step.pk, "issue", "approved", "issued"), StepIssued(step.pk, 3, step.number),
    ]  # fmt: skip


def test_a_paper_finds_everything_it_needs(ladder):
    SupervisingOffice.objects.create(division=ladder.loop.town.street, organ="河东创文办", code="河东")
    case = ladder.loop.at("rectifying")
    order = ladder.step(cases=[case])
    ladder.do("approve", order)
    ladder.do("issue", order)
    listed = ladder.step(Level.LISTED, [case])
    ladder.do("approve", listed)
    ladder.do("issue", listed)
    ladder.do("answer", listed)
    facts = queries.paper_facts(listed)
    assert (facts.paper_kind, facts.number, facts.organ) == ("order_of_headquarters", "河东指令字〔2026〕1号", "河东创文办")
    assert (facts.unit, facts.promise, facts.approved_by) == ("城管局", "三日内清完", str(ladder.loop.town.accounts["leader"]))
    assert facts.earlier == [("督办单", "河东督字〔2026〕1号", clock.today())]
    [told] = facts.cases
    assert (told.number, told.description, told.place) == (case.number, case.description, case.site.name)
    actions.link_paper(ladder.clerk, step_id=listed.pk, title="指挥部令第1号", url="/papers/1/")
    with pytest.raises(Incomplete):
        actions.link_paper(ladder.clerk, step_id=listed.pk, title="x", url="https://example.org/")
    assert EscalationStep.objects.get(pk=listed.pk).paper_title == "指挥部令第1号"


def test_the_database_itself_refuses_what_cannot_be(ladder):
    step = ladder.at("proposed")
    for facts in ({"state": "issued"}, {"state": "withdrawn"}, {"state": "answered"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            EscalationStep.objects.filter(pk=step.pk).update(**facts)
    link = step.links.get()
    again = EscalationStep.objects.create(
        level=step.level, unit=step.unit, reason="x", asks="x", proposed_at=clock.now()
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        StepCase.objects.create(step=again, case=link.case, level=step.level, at=clock.now())


def test_rules_that_cannot_be_are_refused(ladder):
    for facts in ({"level": 5, "trigger": "broken"}, {"level": 1, "trigger": "overdue"}, {"level": 2, "trigger": "half"},
                  {"level": 2, "trigger": "rework"}, {"level": 2, "trigger": "nothing"}, {"level": 2, "trigger": "overdue", "severity": 9},
                  {"level": 2, "trigger": "overdue", "answer_amount": 0}):  # fmt: skip
        with pytest.raises(Incomplete):
            actions.save_rule(ladder.clerk, **facts)
    row = actions.save_rule(ladder.clerk, level=2, trigger="rework", count=3)
    actions.save_rule(ladder.clerk, rule_id=row.pk, level=2, trigger="overdue", count=3)
    row.refresh_from_db()
    assert (row.trigger, row.count) == ("overdue", 0)
    actions.remove_rule(ladder.clerk, rule_id=row.pk)
    with pytest.raises(Incomplete):
        actions.save_office(ladder.clerk, organ="创文办", code="河东", order_word="督字", listed_word="督字")
    assert access.VERBS["cases.edit_ladder"].default == {"clerk": "all"}
