"""Several at once, on threads: one acts, the other hears of it; the same report arrives once; the trail holds."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, connections

from chuangwen.cases import actions
from chuangwen.cases.errors import NotNow, SomebodyElse
from chuangwen.cases.models import Case, CaseEvent, State
from chuangwen.cases.tests.loop import Loop, make_photo
from chuangwen.kernel import audit, clock
from chuangwen.kernel.errors import Refusal
from chuangwen.testing.factories import make_town

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def loop(transactional_db, tuesday):
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and ("memory" in str(name) or name == ":memory:"):
        pytest.skip("threads need a database in a file: set CHUANGWEN_TEST_FILE=1")
    return Loop(make_town())


def at_once(*works):
    """Run each in a thread of its own from the same moment; what each gave or raised, in order."""
    gate, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(index, work):
        try:
            gate.wait(10)
            answers[index] = work()
        except Exception as problem:
            answers[index] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def test_of_two_who_act_at_once_one_acts_and_the_other_hears_of_it(loop):
    case = loop.at(State.SUBMITTED)
    answers = at_once(
        lambda: actions.verify(loop.inspector, case_id=case.pk, expected_version=case.version),
        lambda: actions.send_back(loop.clerk, case_id=case.pk, reason="没有清理干净", expected_version=case.version),
        lambda: actions.verify(loop.clerk, case_id=case.pk, expected_version=case.version),
    )
    done = [answer for answer in answers if isinstance(answer, Case)]
    assert len(done) == 1
    assert all(isinstance(answer, NotNow | SomebodyElse) for answer in answers if not isinstance(answer, Case)), answers
    assert Case.objects.get(pk=case.pk).version == case.version + 1
    assert CaseEvent.objects.filter(case=case).count() == 5


def test_the_same_report_from_many_hands_is_one_case(loop):
    uid = uuid.uuid4()
    answers = at_once(*[lambda: loop.report(uid=uid)] * 6)
    assert {answer.pk for answer in answers} == {Case.objects.get().pk}
    assert CaseEvent.objects.count() == 1


def test_many_reports_at_once_have_their_own_numbers_and_the_trail_holds(loop):
    answers = at_once(*[lambda: [loop.report().number for _ in range(5)]] * 6)
    numbers = [number for answer in answers for number in answer]
    assert len(set(numbers)) == 30 == Case.objects.count()
    assert list(audit.broken_links()) == []


def test_two_merges_the_other_way_round_make_no_circle_and_no_standstill(loop):
    one, two = loop.report(), loop.report(description="另一张")
    answers = at_once(
        lambda: actions.merge(loop.clerk, case_id=one.pk, into_id=two.pk),
        lambda: actions.merge(loop.clerk, case_id=two.pk, into_id=one.pk),
    )
    assert sum(isinstance(answer, Case) for answer in answers) == 1, answers
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1, answers
    assert sorted(Case.objects.values_list("state", flat=True)) == [State.MERGED, State.REPORTED]


def test_the_clock_and_a_person_do_not_undo_each_other(loop):
    cases = [loop.at(State.RECTIFYING) for _ in range(4)]
    photos = [make_photo(loop.unit) for _ in cases]
    late = clock.now() + timedelta(days=10)

    def tick():
        with clock.at(late):
            return actions.run_clocks()

    def submit():
        with clock.at(late):
            return [
                actions.submit(loop.unit, case_id=c.pk, measure="已清理", after_photos=[p])
                for c, p in zip(cases, photos, strict=True)
            ]

    answers = at_once(tick, submit, tick)
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    assert set(Case.objects.values_list("state", "urgency", "next_at")) == {(State.SUBMITTED, "none", None)}
