"""Who has no account asks for a change of a turn and answers one by the private link: by the same rules, and without names of others."""

import pytest
from django.urls import reverse

from chuangwen.duties.rosters import actions, partners
from chuangwen.duties.rosters.actions import changing_by_link
from chuangwen.duties.rosters.models import PoolDay, PoolPerson, RosterTurn, TurnChange
from chuangwen.duties.rosters.tests.ground import make_pool, published
from chuangwen.intake.errors import TooMany
from chuangwen.kernel.errors import Conflict, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.messaging.models import Received

NAMES = ("欧阳示例", "司马示例")


@pytest.fixture
def asked(town):
    """A published week, and the links of two who have no account: of whoever has a turn, and of one who could take it."""
    make_pool(town)
    for name in NAMES:
        actions.save_pool_person(town.actors["clerk"], unit=town.units["department"], name=name)
    roster = published(town)
    turns = roster.turns.filter(person__account__isnull=True, person__leads=False, shift__post__name="机动一队").order_by("day", "pk")
    for turn in turns.select_related("roster__ground", "shift__post__unit", "person__unit"):
        keys = [one.key for one in partners.offered_changes(turn) if one.exchange is None]
        found = [PoolPerson.objects.get(pk=key.partition(":")[2]) for key in keys]
        other = next((one for one in found if one.account_id is None), None)
        if other is not None:
            return turn, other, link(town, turn.person), link(town, other)
    raise AssertionError("nobody could stand in")


def link(town, person):
    return actions.give_link(town.actors["clerk"], pool_id=person.pk)[1]


def url(name, *args):
    return reverse(f"duties:{name}", args=args)


def test_a_stand_in_is_asked_and_agreed_by_links_and_the_office_approves(town, client, asked):
    turn, other, mine, theirs = asked
    page = client.get(url("roster-private-change", mine, turn.pk))
    assert page.status_code == 200 and f'value="person:{other.pk}"' in page.content.decode()
    assert page.headers["Referrer-Policy"] == "same-origin", "told to nobody else, and forms keep their origin"
    answer = client.post(url("roster-private-change", mine, turn.pk), {"to": f"person:{other.pk}", "reason": "家中有事"})
    assert answer.status_code == 303
    change = TurnChange.objects.get()
    assert (change.turn, change.other, change.asked_by_id, change.reason) == (turn, other, None, "家中有事")
    assert "换班" in client.get(url("roster-private", mine)).content.decode()
    seen = client.get(url("roster-private", theirs)).content.decode()
    assert "家中有事" in seen and url("roster-private-answer", theirs, change.pk) in seen
    assert client.post(url("roster-private-answer", theirs, change.pk), {"yes": "1"}).status_code == 303
    change.refresh_from_db()
    assert change.state == TurnChange.State.AGREED, "the rule of this roster asks for approval"
    actions.decide_change(town.actors["clerk"], change_id=change.pk, yes=True)
    assert RosterTurn.objects.filter(shift=turn.shift, day=turn.day, person=other, called_off=False).exists()
    assert AuditEntry.objects.filter(verb="duties.change_turn").count() == 2
    assert client.post(url("roster-private-answer", theirs, change.pk), {"yes": "0"}).status_code == 409, "answered already"


def test_no_name_but_a_first_character_stands_behind_a_link(town, client, asked):
    turn, other, mine, theirs = asked
    names = set(PoolPerson.objects.filter(name__in=NAMES).exclude(pk=turn.person_id).values_list("name", flat=True))
    page = client.get(url("roster-private-change", mine, turn.pk)).content.decode()
    assert not [name for name in names if name in page]
    PoolDay.objects.create(person=other, day=turn.day, word="cannot")
    refused = client.post(url("roster-private-change", mine, turn.pk), {"to": f"person:{other.pk}"})
    text = refused.content.decode()
    assert refused.status_code == 422 and "不能到岗" in text or "不能来" in text or "不能" in text
    assert not [name for name in names if name in text] and not TurnChange.objects.exists()


def test_a_swap_by_link_exchanges_both_turns_where_no_approval_is_asked(town, client, asked):
    turn, _other, mine, _theirs = asked
    turn.roster.rules = turn.roster.rules | {"approve": False}
    turn.roster.save(update_fields=["rules"])
    swaps = [one for one in partners.offered_changes(turn) if one.exchange is not None]
    assert swaps, "a turn can be swapped"
    exchange = swaps[0].exchange
    assert client.post(url("roster-private-change", mine, turn.pk), {"to": swaps[0].key}).status_code == 303
    change = TurnChange.objects.get()
    theirs = link(town, exchange.person)
    assert client.post(url("roster-private-answer", theirs, change.pk), {"yes": "1"}).status_code == 303
    for one, person in ((turn, exchange.person), (exchange, turn.person)):
        now = RosterTurn.objects.get(shift=one.shift, day=one.day, person=person, called_off=False)
        assert now.stands_in


def test_somebody_elses_link_reaches_nothing(town, client, asked):
    turn, other, mine, theirs = asked
    assert client.get(url("roster-private-change", theirs, turn.pk)).status_code == 404
    assert client.post(url("roster-private-change", theirs, turn.pk), {"to": f"person:{other.pk}"}).status_code == 404
    actions.ask_change_by_link(mine, turn_id=turn.pk, to=f"person:{other.pk}")
    change = TurnChange.objects.get()
    third = link(town, PoolPerson.objects.filter(account__isnull=True).exclude(pk__in=(other.pk, turn.person_id)).first())
    for token in (mine, third):
        assert client.post(url("roster-private-answer", token, change.pk), {"yes": "1"}).status_code == 404
    unit = actions.give_link(town.actors["clerk"], unit=town.units["department"])[1]
    for token in (unit, "x" * 32):
        assert client.get(url("roster-private-change", token, turn.pk)).status_code == 404
        assert client.post(url("roster-private-answer", token, change.pk), {"yes": "1"}).status_code == 404
    with pytest.raises(Missing):
        actions.answer_change_by_link("x" * 32, change_id=change.pk, yes=True)
    change.refresh_from_db()
    assert change.state == TurnChange.State.ASKED


@pytest.mark.parametrize("to", ["", "person:", "person:x", "person:999999999", "turn:-1", "turn:1e9", "\x00", "person:٣", "x" * 500])
def test_what_is_no_choice_is_told_in_a_sentence(client, asked, to):
    turn, _other, mine, _theirs = asked
    answer = client.post(url("roster-private-change", mine, turn.pk), {"to": to, "reason": "\x00" + "长" * 900})
    assert answer.status_code == 422 and not TurnChange.objects.exists()


def test_a_turn_is_asked_for_once_and_nobody_asks_without_end(asked):
    turn, other, mine, _theirs = asked
    actions.ask_change_by_link(mine, turn_id=turn.pk, to=f"person:{other.pk}")
    for _n in range(changing_by_link.AN_HOUR - 1):
        with pytest.raises(Conflict):
            actions.ask_change_by_link(mine, turn_id=turn.pk, to=f"person:{other.pk}")
    with pytest.raises(TooMany):
        actions.ask_change_by_link(mine, turn_id=turn.pk, to=f"person:{other.pk}")


def test_whoever_keeps_the_pool_is_told_and_may_answer_for_who_has_no_account(town, asked):
    turn, other, mine, _theirs = asked
    actions.ask_change_by_link(mine, turn_id=turn.pk, to=f"person:{other.pk}")
    told = Received.objects.filter(notice__kind="duties.turn_change").select_related("notice")
    assert {one.notice.link for one in told} == {url("roster-changes")} and all(other.name in one.notice.title for one in told)
    with pytest.raises(Refusal):
        actions.ask_change_by_link(mine, turn_id=turn.pk, to="turn:1")


def test_what_was_asked_by_link_is_withdrawn_by_link_and_asked_anew(town, client, asked):
    turn, other, mine, theirs = asked
    change = actions.ask_change_by_link(mine, turn_id=turn.pk, to=f"person:{other.pk}")
    assert url("roster-private-withdraw", mine, change.pk) in client.get(url("roster-private", mine)).content.decode()
    third = link(town, PoolPerson.objects.filter(account__isnull=True).exclude(pk__in=(other.pk, turn.person_id)).first())
    for token in (theirs, third, "x" * 32):
        assert client.post(url("roster-private-withdraw", token, change.pk)).status_code == 404, "only whoever asked takes it back"
    assert client.post(url("roster-private-withdraw", mine, change.pk)).status_code == 303
    change.refresh_from_db()
    assert change.state == TurnChange.State.WITHDRAWN and not RosterTurn.objects.get(pk=turn.pk).called_off
    seen = client.get(url("roster-private", theirs)).content.decode()
    assert url("roster-private-answer", theirs, change.pk) not in seen
    late = client.post(url("roster-private-answer", theirs, change.pk), {"yes": "1"})
    assert late.status_code == 409 and "已撤回" in late.content.decode()
    again = client.post(url("roster-private-withdraw", mine, change.pk))
    assert again.status_code == 409 and not RosterTurn.objects.get(pk=turn.pk).called_off
    told = Received.objects.filter(notice__key__startswith=f"duties.turn_change:{change.pk}:withdrawn").select_related("notice")
    assert told and all(other.name in one.notice.title for one in told), "whoever keeps the pool of who was asked hears of it"
    assert actions.ask_change_by_link(mine, turn_id=turn.pk, to=f"person:{other.pk}").pk != change.pk
