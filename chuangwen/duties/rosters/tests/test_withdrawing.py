"""Who asked for a change of turns takes it back while nobody has answered; of an answer and a withdrawal at once, one counts."""

import threading

import pytest
from django.db import connection, connections
from django.urls import reverse

from chuangwen.duties.rosters import actions, queries
from chuangwen.duties.rosters.gathering import question_of
from chuangwen.duties.rosters.models import RosterTurn, TurnChange
from chuangwen.duties.rosters.rules import Rules
from chuangwen.duties.rosters.tests.ground import published
from chuangwen.kernel import access
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Missing
from chuangwen.kernel.models import AuditEntry
from chuangwen.messaging.models import Received
from chuangwen.people.actions import make_token
from chuangwen.people.actors import actor_of
from chuangwen.testing.factories import make_town


def asked_in(town, **more):
    """A published week in which the clerk asked somebody with an account to take a turn: the change, and who is asked."""
    roster = published(town, **more)
    question = question_of(roster)
    turns = roster.turns.filter(person__leads=False).select_related("shift__post__unit", "person").order_by("day", "pk")
    turn, other = next(
        (turn, one) for turn in turns for one in queries.reserves(question, turn.shift, turn.day) if one.account_id
    )
    change = actions.ask_change(town.actors["clerk"], turn_id=turn.pk, other=other, reason="家中有事")
    return change, next(role for role, account in town.accounts.items() if account.pk == other.account_id)


def test_who_asked_takes_it_back_and_who_was_asked_hears_of_it(town, sign_in):
    change, role = asked_in(town)
    clerk, address = sign_in("clerk"), reverse("duties:roster-change-withdraw", args=[change.pk])
    page = clerk.get(change.turn.get_absolute_url()).content.decode()
    assert address in page and "撤回" in page
    assert clerk.get(address).status_code == 405
    assert clerk.post(address).status_code in (302, 303)
    change.refresh_from_db()
    assert change.state == TurnChange.State.WITHDRAWN and change.decided_by_id == town.accounts["clerk"].pk
    assert address not in clerk.get(change.turn.get_absolute_url()).content.decode()
    told = Received.objects.filter(notice__key=f"duties.turn_change:{change.pk}:withdrawn")
    assert [one.account_id for one in told] == [town.accounts[role].pk]
    entry = AuditEntry.objects.filter(verb="duties.change_turn").order_by("-pk").first()
    assert entry.before == {"state": "asked"} and entry.after == {"state": "withdrawn"}
    with pytest.raises(Conflict, match="撤回"):
        actions.answer_change(town.actors[role], change_id=change.pk, yes=True)
    with pytest.raises(Conflict):
        actions.decide_change(town.actors["clerk"], change_id=change.pk, yes=True)
    assert not RosterTurn.objects.get(pk=change.turn_id).called_off


def test_what_was_answered_is_not_withdrawn_any_more(town):
    change, role = asked_in(town)
    actions.answer_change(town.actors[role], change_id=change.pk, yes=True)
    with pytest.raises(Conflict):
        actions.withdraw_change(town.actors["clerk"], change_id=change.pk)
    change.refresh_from_db()
    assert change.state == TurnChange.State.AGREED


def test_whoever_could_not_have_asked_cannot_withdraw(town, other_town):
    change, _role = asked_in(town)
    for actor in (town.actors["inspector"], other_town.actors["clerk"], other_town.actors["liaison"]):
        with pytest.raises(Missing):
            actions.withdraw_change(actor, change_id=change.pk)
    for key in (0, 10**18):
        with pytest.raises(Missing):
            actions.withdraw_change(town.actors["clerk"], change_id=key)


def test_that_one_could_have_asked_as_well_is_not_enough(town, sign_in):
    change, _role = asked_in(town)
    unit = change.turn.person.unit
    role = next(name for name in ("liaison", "unit_head") if town.accounts[name].pk != change.turn.person.account_id)
    town.accounts[role].person.posts.update(unit=unit)
    other = actor_of(town.accounts[role])
    assert access.scoped(other, "duties.change_turn", RosterTurn).filter(pk=change.turn_id).exists(), "they could have asked"
    assert not queries.withdrawable(other).exists()
    with pytest.raises(Missing):
        actions.withdraw_change(other, change_id=change.pk)
    TurnChange.objects.filter(pk=change.pk).update(asked_by=town.accounts[role])
    assert actions.withdraw_change(other, change_id=change.pk).state == TurnChange.State.WITHDRAWN


def test_the_api_lists_what_is_asked_and_takes_it_back_once(town, other_town, client):
    change, _role = asked_in(town)
    headers = {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts['clerk'], 'test')}"}
    row = client.get("/api/v1/rosters/changes", headers=headers).json()["items"][0]
    assert (row["id"], row["state"], row["may_withdraw"]) == (change.pk, "asked", True)
    assert change.other.name not in str(row), "units, not names"
    stranger = {"Authorization": f"Bearer {make_token(SYSTEM, other_town.accounts['clerk'], 'test')}"}
    assert client.get("/api/v1/rosters/changes", headers=stranger).json()["items"] == []
    address = f"/api/v1/rosters/changes/{change.pk}/withdraw"
    assert client.post(address, headers=stranger).status_code == 404
    done = client.post(address, headers=headers)
    assert done.status_code == 200 and done.json()["state"] == "withdrawn"
    assert client.post(address, headers=headers).status_code == 409
    assert client.get("/api/v1/rosters/changes?state=asked", headers=headers).json()["items"] == []


@pytest.mark.django_db(transaction=True)
def test_of_an_answer_and_a_withdrawal_at_once_one_counts_and_the_other_hears_a_sentence(transactional_db):
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and "memory" in name:
        pytest.skip("threads need a database in a file: set CHUANGWEN_TEST_FILE=1")
    town = make_town()
    change, role = asked_in(town, rules=Rules(approve=False))
    gate, answers = threading.Barrier(2), {}

    def run(what, work):
        try:
            gate.wait(10)
            answers[what] = work()
        except Exception as problem:
            answers[what] = problem
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=("taken", lambda: actions.answer_change(town.actors[role], change_id=change.pk, yes=True))),
        threading.Thread(target=run, args=("back", lambda: actions.withdraw_change(town.actors["clerk"], change_id=change.pk))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    lost = [one for one in answers.values() if isinstance(one, Conflict)]
    assert len(lost) == 1 and str(lost[0].message), answers
    change.refresh_from_db()
    moved = RosterTurn.objects.get(pk=change.turn_id).called_off
    assert (change.state, moved) in ((TurnChange.State.DONE, True), (TurnChange.State.WITHDRAWN, False))
