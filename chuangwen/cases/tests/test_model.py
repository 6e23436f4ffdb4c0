"""The loop against a small model of itself: whatever people try in whatever order, case, events, clock and trail agree."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chuangwen.cases import actions
from chuangwen.cases.clocks import next_look, urgency_at
from chuangwen.cases.models import Case, CaseEvent, State, Verb
from chuangwen.cases.standing import open_verbs
from chuangwen.cases.states import TABLE
from chuangwen.kernel import audit, clock
from chuangwen.kernel.errors import Refusal

TRIED = [verb for verb in Verb if verb not in (Verb.REPORT, Verb.CLOCK, Verb.IMPORT, Verb.RECHECK, Verb.ESCALATE)]
ROLES = ("clerk", "leader", "liaison", "inspector", "grid_worker", "resident")
STEPS = st.lists(
    st.tuples(st.sampled_from(TRIED), st.sampled_from((*ROLES, "usual", "usual")), st.integers(0, 3000)), min_size=4, max_size=14
)
RUNNING = (State.DISPATCHED, State.RECTIFYING, State.REFUSED)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
@pytest.mark.django_db
def test_whatever_is_tried_the_case_is_where_its_events_say(loop, steps):
    moment = clock.now()
    with clock.at(moment):
        case = loop.report()
    expected, count, rework = State.REPORTED, 1, 0
    for verb, role, minutes in steps:
        moment += timedelta(minutes=minutes)
        with clock.at(moment):
            before = CaseEvent.objects.filter(case=case).count()
            actions.run_clocks()
            woken = CaseEvent.objects.filter(case=case, verb="resume").count()
            count += CaseEvent.objects.filter(case=case).count() - before
            if woken and expected == State.DEFERRED and Case.objects.get(pk=case.pk).state == State.RECTIFYING:
                expected = State.RECTIFYING
            row = Case.objects.select_related("division", "lead_unit", "handling_unit").get(pk=case.pk)
            actor = loop.usual(verb.value) if role == "usual" else loop.actors[role]
            allowed = verb in open_verbs(actor, row, row.parties.values_list("unit__path", flat=True))
            try:
                loop.do(verb.value, row, actor)
            except Refusal:
                assert not allowed, f"{actor.name} has a button for {verb} on {row.state} and is refused"
            else:
                assert allowed, f"{actor.name} did {verb} on {row.state} without a button"
                expected, count = TABLE[expected, verb].new_state, count + 1
                rework += verb is Verb.SEND_BACK
            holds(Case.objects.get(pk=case.pk), expected, count, rework, moment)
    assert list(audit.broken_links()) == []


def holds(case: Case, state: str, count: int, rework: int, now: datetime) -> None:
    """What is always true of a case."""
    events = list(case.events.order_by("pk"))
    assert (case.state, len(events), case.rework) == (state, count, rework)
    for earlier, later in zip(events, events[1:], strict=False):
        assert later.before == earlier.after, "the events are a chain"
    assert events[-1].after == case.state
    assert (case.live is None) == (case.state in (State.CLOSED, State.REJECTED, State.MERGED))
    assert (case.next_at is not None) <= (case.state in (*RUNNING, State.DEFERRED))
    if case.state in RUNNING:
        assert case.urgency == urgency_at(now, case.half_at, case.due_at, case.supervise_at)
        assert case.next_at == next_look(now, case.half_at, case.due_at, case.supervise_at)
        assert case.clock_at < case.half_at <= case.due_at < case.supervise_at
    else:
        assert case.urgency == "none"
    assert (case.closed_at is not None) == (case.state == State.CLOSED)
    assert case.parties.filter(part="lead").count() == (
        case.lead_unit_id is not None and case.filed_at is not None and case.state != State.MERGED
    )
