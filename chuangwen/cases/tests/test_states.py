"""The loop is what the table says, over every pair of state and verb, and nothing else."""

import pytest

from chuangwen.cases import actions, states
from chuangwen.cases.errors import NotNow
from chuangwen.cases.models import Case, CaseEvent, State, Verb
from chuangwen.cases.states import TABLE, Facts, Side
from chuangwen.kernel import access
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.models import AuditEntry

ACTED = [verb for verb in Verb if verb not in (Verb.REPORT, Verb.CLOCK, Verb.IMPORT, Verb.REBOUND, Verb.RECHECK, Verb.ESCALATE)]


def prepared(loop, state: str, verb: Verb) -> Case:
    """A fresh case in ``state``, with what the verb asks for before it."""
    # Without a site the rule links nothing by itself.
    case = loop.at(state, site=None, division=loop.town.communities[0]) if verb is Verb.LINK_REBOUND else loop.at(state)
    if verb in (Verb.GRANT_EXTENSION, Verb.DENY_EXTENSION):
        loop.do("ask_extension", case)
    if verb is Verb.ANSWER_DISPUTE:
        loop.do("dispute", case)
    if verb is Verb.HAND_BACK:
        loop.do("pass_on", case)
        if state == State.RECTIFYING:
            loop.do("sign_for", case)
    return case


@pytest.mark.parametrize("state", State)
def test_an_allowed_verb_leads_where_the_table_says_and_leaves_its_traces(loop, state):
    for verb in ACTED:
        if (state, verb) not in TABLE:
            continue
        case = prepared(loop, state, verb)
        loop.do(verb.value, case)
        after = Case.objects.get(pk=case.pk)
        assert after.state == TABLE[state, verb].new_state, verb
        event = CaseEvent.objects.filter(case=case).order_by("-pk").first()
        assert (event.verb, event.before, event.after) == (verb, state, after.state)
        last = AuditEntry.objects.filter(verb__startswith="cases.").order_by("-number").first()
        assert (last.verb, last.object_id) == (f"cases.{verb}", str(case.pk))


@pytest.mark.parametrize("state", State)
def test_a_forbidden_verb_is_refused_and_changes_nothing(loop, state):
    case = loop.at(state)
    row, events = Case.objects.filter(pk=case.pk).values().get(), case.events.count()
    for verb in ACTED:
        if (state, verb) in TABLE or (state, verb) == (State.MERGED, Verb.DISPUTE):
            continue  # an objection to a merged case goes to the one it became part of: test_objections
        with pytest.raises(NotNow) as caught:
            loop.do(verb.value, case, access.SYSTEM)
        assert case.number in str(caught.value) and str(case.get_state_display()) in str(caught.value), verb
    assert Case.objects.filter(pk=case.pk).values().get() == row
    assert case.events.count() == events


def test_every_row_has_a_reason_and_every_state_is_reached_and_left():
    assert all(len(row.reason) > 10 for row in states.TRANSITIONS)
    reached = {row.new_state for row in states.TRANSITIONS} | {State.REPORTED}
    assert reached == set(State)
    left = {row.state for row in states.TRANSITIONS if row.new_state != row.state}
    assert set(State) - left == {State.CLOSED, State.REJECTED, State.MERGED}, "only these are ends"


def test_every_verb_of_the_table_has_an_action_and_a_word_in_the_policy():
    for verb in {row.verb for row in states.TRANSITIONS}:
        assert f"cases.{verb.value}" in access.VERBS
        assert hasattr(actions, verb.value)


def test_units_never_do_what_is_the_offices():
    office = {row.verb for row in states.TRANSITIONS if row.side is Side.OFFICE}
    for verb in office:
        assert "unit" not in access.VERBS[f"cases.{verb}"].default.values(), verb


@pytest.mark.parametrize(
    ("verb", "facts", "code"),
    [
        (Verb.REFUSE, Facts(binding=True), "cases.binding"),
        (Verb.HAND_BACK, Facts(), "cases.not_passed_on"),
        (Verb.ASK_EXTENSION, Facts(extension_asked=True), "cases.extension_waits"),
        (Verb.GRANT_EXTENSION, Facts(), "cases.no_extension_asked"),
        (Verb.DENY_EXTENSION, Facts(), "cases.no_extension_asked"),
        (Verb.VERIFY, Facts(own_submission=True), "cases.own_work"),
    ],
)
def test_what_stands_against_a_verb_beside_the_state(verb, facts, code):
    assert states.hindrance(verb, facts)[0] == code
    free = Facts(extension_asked=verb in (Verb.GRANT_EXTENSION, Verb.DENY_EXTENSION), passed_on=True)
    assert states.hindrance(verb, free) is None


def test_an_arbitrated_case_cannot_be_refused_again(loop):
    case = loop.do("redispatch", loop.at(State.REFUSED))
    with pytest.raises(Refusal) as caught:
        loop.do("refuse", case)
    assert caught.value.code == "cases.binding"
    assert Case.objects.get(pk=case.pk).state == State.DISPATCHED
