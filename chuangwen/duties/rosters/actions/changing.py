"""Turns that go to somebody else: by hand of the office, or asked for, agreed and approved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from chuangwen.duties.rosters import words
from chuangwen.duties.rosters.actions.base import PLAN, check_step, refuse, take, write
from chuangwen.duties.rosters.arithmetic.value import NOT_ABLE, TWICE, Break, breaks, value_of_table
from chuangwen.duties.rosters.gathering import Question, question_of
from chuangwen.duties.rosters.models import DutyPost, PoolPerson, Roster, RosterTurn, TurnChange
from chuangwen.duties.rosters.states import Step
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import register
from chuangwen.web import formatting

CHANGE, APPROVE = "duties.change_turn", "duties.approve_change"
CHANGED = register("duties.turn_change", gettext_lazy("a change of turns is asked for, or decided"))
OPEN = (TurnChange.State.ASKED, TurnChange.State.AGREED)
Tell = Callable[[PoolPerson], str]
"""How somebody is called in a sentence: by name, or by the first character to whoever knows no more."""


def by_name(person: PoolPerson) -> str:
    return person.name


@dataclass(frozen=True)
class Judged:
    """What it costs that a turn goes to somebody else, and what it would break that is not broken now."""

    cost: float
    broken: tuple[Break, ...]
    sentences: tuple[str, ...]

    @property
    def hard(self) -> bool:
        """Whether nobody could do it: two posts at one time, or what the post asks for is not there."""
        return any(one.rule in (TWICE, NOT_ABLE) for one in self.broken)


def judge(
    question: Question, turn: RosterTurn, person: PoolPerson, exchange: RosterTurn | None = None, tell: Tell = by_name
) -> Judged:
    """A turn goes to ``person``, who gives ``exchange`` for it where one is named. Leaders take turns, which costs nothing."""
    if turn.shift.post.kind == DutyPost.Kind.LEAD:
        away = turn.day in question.absent.get(person.pk, ())
        sentences = (_("said that they cannot come on %(day)s") % {"day": formatting.short_day(turn.day, clock.today())},) if away else ()
        return Judged(0.0, (Break(NOT_ABLE, -1, 0),) if away else (), sentences)
    question = _with(question, person, tell)
    here, number = question.pair(turn), question.number_of[person.pk]
    assert here is not None
    before = question.pairs
    if (number, here[1]) in before:
        there_already = Break(TWICE, number, here[1])
        return Judged(0.0, (there_already,), (f"{tell(person)} {words.broken(question, there_already)}",))
    gone, new = [here], [(number, here[1])]
    if exchange is not None:
        there = question.pair(exchange)
        assert there is not None
        if (here[0], there[1]) in before:
            again = Break(TWICE, here[0], there[1])
            return Judged(0.0, (again,), (f"{tell(turn.person)} {words.broken(question, again)}",))
        gone, new = [here, there], [(number, here[1]), (here[0], there[1])]
    problem = question.problem
    touched = sorted({number, here[0]})
    theirs = {who: question.turns_of(who) for who in touched}  # what others do breaks none of these rules
    old = {(one.rule, one.person, one.slot) for who in touched for one in breaks(problem, theirs[who], only=who)}
    fresh = [
        one for who in touched for one in breaks(problem, {*theirs[who].difference(gone), *new}, only=who)
        if (one.rule, one.person, one.slot) not in old
    ]  # fmt: skip
    cost = value_of_table(problem, question.with_change(gone, new)).total - question.value.total
    told = tuple(f"{tell(question.people[one.person])} {words.broken(question, one)}" for one in fresh)
    return Judged(cost, tuple(fresh), tuple(dict.fromkeys(told)))


def _with(question: Question, person: PoolPerson, tell: Tell) -> Question:
    if person.pk not in question.number_of:
        raise refuse(_("%(person)s takes no part in this roster.") % {"person": tell(person)}, "turn_stranger", "person")
    return question


def hand_over(turn: RosterTurn, person: PoolPerson, *, by_hand: bool = True) -> RosterTurn:
    """The turn is called off for whom had it (calendars hear it where it was published) and made for the other."""
    now, out = clock.now(), turn.roster.published_at is not None
    fresh = RosterTurn(
        roster=turn.roster, shift=turn.shift, day=turn.day, person=person, by_hand=by_hand, stands_in=out, sequence=1 if out else 0,
        changed_at=now,
    )  # fmt: skip
    if out:
        turn.called_off, turn.sequence, turn.changed_at = True, turn.sequence + 1, now
        turn.save(update_fields=["called_off", "sequence", "changed_at"])
    else:
        turn.delete()
    try:
        with transaction.atomic():
            fresh.save()
    except IntegrityError as twice:
        raise refuse(_("%(person)s stands there already.") % {"person": person}, "turn_twice", "person") from twice
    return fresh


def move_turn(actor: Actor, *, turn_id: int, person: PoolPerson, accept: bool = False, expected: int | None = None) -> RosterTurn:
    """Give a turn to somebody else by hand; it stays so when the roster is arranged again. ``accept``: rest and the week's turns may be broken;
    two posts at one time never. Raises Refusal, Conflict, Missing, Denied."""
    with transaction.atomic():
        turn = access.fetch(actor, PLAN, whole_turns(), pk=turn_id, called_off=False)
        roster = take(actor, Step.MOVE, turn.roster_id, expected=expected)
        turn.roster = roster
        question = question_of(roster)
        told = _judged_or_refused(question, turn, person, None, accept)
        was = turn.person
        fresh = hand_over(turn, person)
        write(
            actor, Step.MOVE, roster, {}, lambda: _("%(turn)s: from %(was)s to %(person)s") % {"turn": fresh, "was": was, "person": person},
            cost=told.cost, told={"cost": round(told.cost, 3), "broken": list(told.sentences)},
        )  # fmt: skip
        _drop_open(turn)
    return fresh


def whole_turns() -> QuerySet[RosterTurn]:
    return RosterTurn.objects.select_related("roster__ground__division", "shift__post__unit", "person__unit")


def _judged_or_refused(
    question: Question, turn: RosterTurn, person: PoolPerson, exchange: RosterTurn | None, accept: bool, tell: Tell = by_name
) -> Judged:
    if turn.person_id == person.pk:
        raise refuse(_("%(person)s has this turn.") % {"person": tell(person)}, "turn_same", "person")
    if (turn.shift.post.kind == DutyPost.Kind.LEAD) != person.leads:
        raise refuse(_("Leaders lead, the others stand at posts."), "turn_leads", "person")
    if turn.day < clock.today():
        raise refuse(_("The day is over."), "turn_over")
    known = {one.pk for one in (*question.people, *question.leaders)}
    if person.pk not in known:
        raise refuse(_("%(person)s takes no part in this roster.") % {"person": tell(person)}, "turn_stranger", "person")
    told = judge(question, turn, person, exchange, tell)
    if told.hard or (told.broken and not accept):
        raise refuse(_("This would break: %(rules)s.") % {"rules": "；".join(told.sentences)}, "turn_breaks", "person")
    return told


def _drop_open(turn: RosterTurn) -> None:
    """What was asked about a turn that went elsewhere is over."""
    if turn.pk is not None:
        turn.changes.filter(state__in=OPEN).update(state=TurnChange.State.REFUSED, decided_at=clock.now())


def ask_change(
    actor: Actor, *, turn_id: int, other: PoolPerson, in_exchange: RosterTurn | None = None, reason: str = ""
) -> TurnChange:
    """Ask that somebody else takes a turn, for one of theirs where it is named. Raises Refusal, Conflict, Missing, Denied."""
    with transaction.atomic():
        turn = access.fetch(actor, CHANGE, whole_turns(), lock=True, pk=turn_id, called_off=False)
        return begin_change(actor, turn, other, in_exchange, reason)


def begin_change(
    actor: Actor, turn: RosterTurn, other: PoolPerson, in_exchange: RosterTurn | None, reason: str, tell: Tell = by_name
) -> TurnChange:
    """The rules of a change, and its beginning, within the transaction of whoever found the locked turn. Raises Refusal, Conflict."""
    if turn.roster.state != Roster.State.PUBLISHED:
        raise Conflict(_("Turns are changed once the roster is published."), "duties.change_early")
    if in_exchange is not None and (in_exchange.roster_id != turn.roster_id or in_exchange.person_id != other.pk or in_exchange.called_off):
        raise refuse(_("The turn in exchange has to be one of theirs in this roster."), "change_exchange", "in_exchange")
    if in_exchange is not None and in_exchange.day < clock.today():
        raise refuse(_("The day is over."), "turn_over", "in_exchange")
    if turn.changes.filter(state__in=OPEN).exists():
        raise Conflict(_("A change of this turn is asked for already."), "duties.change_open")
    _judged_or_refused(question_of(turn.roster), turn, other, in_exchange, accept=False, tell=tell)
    made = TurnChange.objects.create(
        turn=turn, other=other, in_exchange=in_exchange, reason=reason.strip()[:200], asked_at=clock.now(), asked_by_id=actor.account_id
    )
    told = {"person": turn.person, "turn": turn}
    tell_accounts(made, {other.account_id}, lambda: _("%(person)s asks whether you take a turn: %(turn)s") % told)
    pass_on(made, other, lambda: _("%(person)s is asked to take a turn: %(turn)s") % {"person": other, "turn": turn})
    audit.record(actor, CHANGE, made, after={"turn": turn.pk, "other": other.pk, "in_exchange": in_exchange.pk if in_exchange else None})
    return made


def answer_change(actor: Actor, *, change_id: int, yes: bool) -> TurnChange:
    """The other says yes or no; with the rule that needs no approval a yes does it. Raises Conflict, Refusal, Missing, Denied."""
    with transaction.atomic():
        return finish_answer(actor, _change(actor, CHANGE, change_id, TurnChange.State.ASKED), yes)


def finish_answer(actor: Actor, change: TurnChange, yes: bool, tell: Tell = by_name) -> TurnChange:
    """What a yes or a no does to a change that is locked and asked."""
    change.answered_at = clock.now()
    change.state = TurnChange.State.AGREED if yes else TurnChange.State.DECLINED
    change.save(update_fields=["answered_at", "state"])
    if yes and not change.turn.roster.asked.approve:
        _do(actor, change, CHANGE, tell)
    else:
        audit.record(actor, CHANGE, change, after={"state": change.state})
    tell_accounts(change, {change.turn.person.account_id, change.asked_by_id}, lambda: f"{change.turn}：{change.get_state_display()}")
    if change.asked_by_id is None:
        asker = change.turn.person
        pass_on(change, asker, lambda: f"{asker} {change.turn}：{change.get_state_display()}")
    return change


def decide_change(actor: Actor, *, change_id: int, yes: bool) -> TurnChange:
    """The office approves what two agreed on, or does not. Raises Conflict, Refusal, Missing, Denied."""
    with transaction.atomic():
        change = _change(actor, APPROVE, change_id, TurnChange.State.AGREED)
        if yes:
            _do(actor, change, APPROVE)
        else:
            change.state, change.decided_at, change.decided_by_id = TurnChange.State.REFUSED, clock.now(), actor.account_id
            change.save(update_fields=["state", "decided_at", "decided_by"])
            audit.record(actor, APPROVE, change, after={"state": change.state})
        both = {change.turn.person.account_id, change.other.account_id}
        tell_accounts(change, both, lambda: f"{change.turn}：{change.get_state_display()}")
        for person in (change.turn.person, change.other):
            pass_on(change, person, lambda: f"{change.turn}：{change.get_state_display()}")
    return change


def whole_changes() -> QuerySet[TurnChange]:
    """Changes with all that their rules ask."""
    return TurnChange.objects.select_related(
        "turn__roster__ground__division", "turn__shift__post__unit", "turn__person__unit", "other__unit", "in_exchange__shift__post",
        "in_exchange__person", "in_exchange__roster",
    )  # fmt: skip


def _change(actor: Actor, verb: str, change_id: int, wanted: str) -> TurnChange:
    change = access.fetch(actor, verb, whole_changes(), lock=True, pk=change_id)
    if wanted == TurnChange.State.ASKED or change.state == TurnChange.State.WITHDRAWN:
        still_asked(change)
    elif change.state != wanted:
        raise Conflict(_("This was answered already."), "duties.change_answered")
    return change


def still_asked(change: TurnChange) -> None:
    """Raises Conflict where a change that is locked waits for no answer any more, with what came first."""
    if change.state == TurnChange.State.WITHDRAWN:
        raise Conflict(_("It was withdrawn meanwhile: the turn stays where it is."), "duties.change_withdrawn")
    if change.state != TurnChange.State.ASKED:
        raise Conflict(_("This was answered already."), "duties.change_answered")


def _do(actor: Actor, change: TurnChange, verb: str, tell: Tell = by_name) -> None:
    turn, exchange = change.turn, change.in_exchange
    roster = Roster.objects.select_for_update(of=("self",)).select_related("ground__division").get(pk=turn.roster_id)
    check_step(roster, Step.MOVE)
    if turn.called_off or (exchange is not None and exchange.called_off):
        raise Conflict(_("One of the turns has gone elsewhere meanwhile."), "duties.change_gone")
    turn.roster = roster
    told = _judged_or_refused(question_of(roster), turn, change.other, exchange, accept=False, tell=tell)
    was = turn.person
    hand_over(turn, change.other)
    if exchange is not None:
        exchange.roster = roster
        hand_over(exchange, was)
    change.state, change.decided_at, change.decided_by_id = TurnChange.State.DONE, clock.now(), actor.account_id
    change.save(update_fields=["state", "decided_at", "decided_by"])
    write(
        actor, Step.MOVE, roster, {}, lambda: _("%(turn)s: %(person)s takes it over from %(was)s") % {
            "turn": turn, "was": was, "person": change.other
        }, verb=verb, cost=told.cost, told={"change": change.pk},
    )  # fmt: skip


def tell_accounts(change: TurnChange, accounts: set[int | None], title: Callable[[], str], of: PoolPerson | None = None) -> None:
    """A message to these accounts about how a change stands. ``of``: told apart from what others are told of the same state."""
    with override(settings.LANGUAGE_CODE):
        told = title()
    meant = frozenset(account for account in accounts if account is not None)
    key = f"duties.turn_change:{change.pk}:{change.state}" + (f":{of.pk}" if of is not None else "")
    tell_many([Message(key, CHANGED, told, meant, change.reason, change.turn.get_absolute_url(), about=f"duties.turnchange:{change.pk}")])


def pass_on(change: TurnChange, person: PoolPerson, title: Callable[[], str]) -> None:
    """Who has no account sees it by their private link; whoever keeps the pool is told, and passes it on or answers for them."""
    if person.account_id is not None:
        return
    keepers = frozenset(recipients.of_units([person.unit_id], recipients.RESPONSIBLE).get(person.unit_id, ()))
    with override(settings.LANGUAGE_CODE):
        told = title()
        text = _("They have no account: pass it on, or answer for them.") if change.state == TurnChange.State.ASKED else ""
    key = f"duties.turn_change:{change.pk}:{change.state}:{person.pk}"
    tell_many([Message(key, CHANGED, told, keepers, text, reverse("duties:roster-changes"), about=f"duties.turnchange:{change.pk}")])
