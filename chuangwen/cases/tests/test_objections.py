"""A closed problem that somebody finds not solved does not stay closed without an answer."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from chuangwen.cases import actions, queries
from chuangwen.cases.errors import Incomplete, NotNow
from chuangwen.cases.models import Case, Objection, State, Verb
from chuangwen.cases.tests.loop import make_photo
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Denied, Missing, Refusal


@pytest.fixture
def closed(loop) -> Case:
    return loop.at(State.CLOSED)


def waiting(loop) -> int:
    return next(one.count for one in queries.waiting_for(loop.clerk) if one.key == "disputed")


def test_an_objection_waits_for_the_office_and_stands_in_its_list(loop, closed):
    said = actions.dispute(access.SYSTEM, case_id=closed.pk, words="垃圾还在原处", said_by="匿名居民")
    assert (said.state, said.said_by, said.account_id) == ("pending", "匿名居民", None)
    assert said.due_at > clock.now()
    assert Case.objects.get(pk=closed.pk).state == State.CLOSED
    assert waiting(loop) == 1
    assert list(queries.waiting_cases(loop.clerk, "disputed")) == [closed]
    assert not queries.waiting_cases(loop.unit, "disputed").exists(), "the unit does not answer for itself"


def test_who_says_more_adds_to_the_objection_that_waits(loop, closed):
    first = actions.dispute(loop.clerk, case_id=closed.pk, words="没解决")
    again = actions.dispute(access.SYSTEM, case_id=closed.pk, words="今天还在", photos=[make_photo(access.SYSTEM)])
    assert again.pk == first.pk and Objection.objects.count() == 1
    assert closed.events.filter(verb=Verb.DISPUTE).count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.create(
            case=closed,
            event=closed.events.filter(verb=Verb.DISPUTE).last(),
            words="x",
            raised_at=clock.now(),
            due_at=clock.now(),
        )


def test_upheld_it_goes_on_in_a_new_case_with_the_words_and_photos_of_who_objected(loop, closed):
    photo, later = make_photo(access.SYSTEM), make_photo(access.SYSTEM)
    actions.dispute(access.SYSTEM, case_id=closed.pk, words="只清了一半", photos=[photo])
    actions.dispute(access.SYSTEM, case_id=closed.pk, words="补一张", photos=[later])
    new = actions.answer_dispute(loop.clerk, case_id=closed.pk, uphold=True)
    assert (new.rebound_of_id, new.description, new.source, new.state) == (closed.pk, "只清了一半", "resident", State.REPORTED)
    assert list(new.photo_links.order_by("pk").values_list("photo", "stage")) == [(photo, "before"), (later, "before")]
    old = Case.objects.get(pk=closed.pk)
    assert old.disputed_at is None and old.rebounded_at is not None and waiting(loop) == 0
    kept = Objection.objects.get()
    assert (kept.state, kept.new_case, kept.answered_by_id, kept.by_clock) == ("upheld", new, loop.clerk.account_id, False)


def test_dismissed_it_stays_closed_with_a_sentence(loop, closed):
    actions.dispute(access.SYSTEM, case_id=closed.pk, words="没解决")
    with pytest.raises(Incomplete):
        actions.answer_dispute(loop.clerk, case_id=closed.pk, uphold=False, answer=" ")
    same = actions.answer_dispute(loop.clerk, case_id=closed.pk, uphold=False, answer="经复核已解决")
    assert same.pk == closed.pk and Objection.objects.get().answer == "经复核已解决"
    assert not Case.objects.filter(rebound_of=closed).exists()
    with pytest.raises(Refusal) as caught:
        actions.answer_dispute(loop.clerk, case_id=closed.pk, uphold=True)
    assert caught.value.code == "cases.no_objection"


def test_silence_reopens(loop, closed, tuesday):
    said = actions.dispute(access.SYSTEM, case_id=closed.pk, words="没解决")
    with clock.at(said.due_at - timedelta(minutes=1)):
        assert actions.run_objections() == 0
    with clock.at(said.due_at + timedelta(minutes=1)):
        assert actions.run_objections() == 1
        assert actions.run_objections() == 0
    kept = Objection.objects.get()
    assert (kept.state, kept.by_clock, kept.answered_by_id) == ("upheld", True, None)
    assert kept.new_case.rebound_of_id == closed.pk and kept.answer


def test_the_clock_counts_in_the_units_of_the_settings(loop, closed, tuesday):
    actions.save_settings(loop.clerk, changes={"objection_amount": 4, "objection_unit": "working_hours"})
    said = actions.dispute(access.SYSTEM, case_id=closed.pk, words="没解决")
    # Tuesday nine o'clock: three hours until noon, one after half past two
    assert f"{said.due_at.astimezone(clock.LOCAL):%a %H:%M}" == "Tue 15:30"


def test_where_it_is_known_to_be_back_the_objection_is_answered_at_once(loop, closed):
    again = actions.rebound(loop.clerk, case_id=closed.pk)
    said = actions.dispute(access.SYSTEM, case_id=closed.pk, words="没解决")
    assert (said.state, said.new_case) == ("upheld", again) and again.number in said.answer
    assert waiting(loop) == 0 and Case.objects.filter(rebound_of=closed).count() == 1


def test_an_upheld_objection_takes_the_rebound_that_was_found_meanwhile(loop, closed):
    actions.dispute(access.SYSTEM, case_id=closed.pk, words="没解决")
    again = actions.rebound(loop.clerk, case_id=closed.pk)
    assert actions.answer_dispute(loop.clerk, case_id=closed.pk, uphold=True) == again
    assert Case.objects.filter(rebound_of=closed).count() == 1


def test_an_objection_to_a_merged_case_goes_to_what_it_became_part_of(loop):
    target = loop.at(State.CLOSED, site=None, division=loop.town.communities[0])
    merged = loop.report()
    actions.merge(loop.clerk, case_id=merged.pk, into_id=target.pk)
    assert actions.dispute(access.SYSTEM, case_id=merged.pk, words="没解决").case == target


@pytest.mark.parametrize("state", [state for state in State if state not in (State.CLOSED, State.MERGED)])
def test_only_what_was_closed_can_be_objected_to(loop, state):
    case = loop.at(state)
    with pytest.raises(NotNow):
        actions.dispute(access.SYSTEM, case_id=case.pk, words="没解决")


def test_a_resident_objects_to_their_own_and_to_no_other(loop, closed):
    resident = loop.actors["resident"]
    own = loop.report(resident, source="resident", site=None, division=loop.town.communities[0])
    for verb in ("dispatch", "sign_for", "submit", "verify", "close"):
        loop.do(verb, own)
    assert actions.dispute(resident, case_id=own.pk, words="没解决").account_id == resident.account_id
    with pytest.raises(Missing):
        actions.dispute(resident, case_id=closed.pk, words="没解决")
    with pytest.raises(Denied):
        actions.dispute(loop.unit, case_id=own.pk, words="没解决")


def test_the_office_answers_by_page_and_the_history_tells_it(loop, closed, sign_in):
    from django.urls import reverse

    actions.dispute(access.SYSTEM, case_id=closed.pk, words="没解决", said_by="匿名居民")
    client, place = sign_in("clerk"), reverse("cases:verb", args=[closed.pk, "answer_dispute"])
    version = Case.objects.get(pk=closed.pk).version
    assert client.get(place).status_code == 200
    assert client.post(place, {"version": version, "uphold": "0", "answer": ""}).status_code == 422
    assert client.post(place, {"version": version, "uphold": "0", "answer": "经复核已解决"}).status_code == 303
    shown = client.get(reverse("cases:detail", args=[closed.pk])).content.decode()
    assert "经复核已解决" in shown and "匿名居民" in shown
