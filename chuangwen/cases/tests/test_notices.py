"""What the loop tells whom: once, in the town's language, and nothing to who did it."""

from datetime import timedelta

import pytest
from django.utils import translation

from chuangwen.cases.actions.ticking import run_clocks
from chuangwen.cases.escalation import actions as ladder
from chuangwen.cases.notices import tell_events
from chuangwen.kernel import clock
from chuangwen.messaging.models import Notice, Received


def inbox(account) -> list[str]:
    return list(Received.objects.filter(account=account).order_by("pk").values_list("notice__kind", flat=True))


@pytest.fixture
def begun(loop):
    tell_events()
    return loop


def test_a_town_with_a_past_begins_from_now(loop):
    loop.at("dispatched")
    assert tell_events() == 0
    case = loop.at("dispatched")
    assert tell_events() == 1
    notice = Notice.objects.get()
    assert (notice.kind, notice.link, case.number in notice.title) == ("cases.dispatched", f"/cases/{case.pk}/", True)
    assert tell_events() == 0


def test_the_unit_hears_of_dispatch_half_overdue_sent_back_and_answers(begun):
    liaison, head = begun.town.accounts["liaison"], begun.town.accounts["unit_head"]
    case = begun.at("rectifying")
    begun.do("ask_extension", case)
    begun.do("deny_extension", case)
    tell_events()
    case.refresh_from_db()
    for moment in (case.half_at, case.due_at + timedelta(minutes=1)):
        with clock.at(moment):
            run_clocks()
    begun.do("submit", case)
    begun.do("send_back", case)
    tell_events()
    assert inbox(liaison) == ["cases.dispatched", "cases.extension", "cases.half", "cases.overdue", "cases.sent_back"]
    assert inbox(head) == ["cases.overdue"]


def test_a_refusal_is_the_offices_and_an_arbitration_that_runs_over_the_leaders(begun):
    leader, clerk = begun.town.accounts["leader"], begun.town.accounts["clerk"]
    case = begun.at("refused")
    with clock.at(case.due_at + timedelta(minutes=1)):
        run_clocks()
    tell_events()
    assert inbox(leader) == ["cases.arbitration"] and inbox(clerk) == ["cases.refused", "cases.arbitration"]
    assert "裁定已超期" in Notice.objects.get(kind="cases.arbitration").title


def test_steps_are_told_to_whom_they_concern_in_the_language_of_the_town(begun):
    town, case = begun.town, begun.at("rectifying")
    with translation.override("en"):
        step = ladder.propose(begun.clerk, case_ids=[case.pk], level=2, reason="超期", asks="立即整改")
        ladder.approve(begun.actors["leader"], step_id=step.pk)
        ladder.issue(begun.clerk, step_id=step.pk)
    assert inbox(town.accounts["leader"]) == ["cases.step"] and inbox(town.accounts["clerk"]) == ["cases.step"]
    received = Received.objects.get(account=town.accounts["liaison"])
    assert received.notice.title.startswith("督办单 督字〔2026〕1号") and received.notice.urgency == 3
    ladder.appeal(begun.unit, step_id=step.pk, words="不属于我单位")
    ladder.decide_appeal(begun.actors["leader"], step_id=step.pk, granted=True, words="属实")
    assert len(inbox(town.accounts["liaison"])) == 2


def test_who_did_it_is_not_told_of_it(begun):
    case = begun.at("rectifying")
    tell_events()
    Received.objects.all().delete()
    begun.do("pass_on", case)
    tell_events()
    assert not Received.objects.filter(account=begun.town.accounts["liaison"]).exists()


def test_an_action_on_many_cases_costs_nothing_for_being_told(begun, django_assert_max_num_queries):
    for _n in range(6):
        begun.at("dispatched")
    with django_assert_max_num_queries(16):
        assert tell_events() == 6
