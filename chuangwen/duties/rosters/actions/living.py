"""The life of a roster: made, edited, days asked for, published, called off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.duties.rosters import words
from chuangwen.duties.rosters.actions.base import PLAN, check_step, refuse, take, write
from chuangwen.duties.rosters.arithmetic.value import breaks
from chuangwen.duties.rosters.gathering import question_of
from chuangwen.duties.rosters.models import PoolPerson, Roster, RosterGround, RosterUnit
from chuangwen.duties.rosters.rules import LONGEST_DAYS, Rules
from chuangwen.duties.rosters.states import Step
from chuangwen.kernel import access, audit, clock, workload
from chuangwen.kernel.access import Actor
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import register
from chuangwen.people.models import Unit
from chuangwen.web import formatting

ASKED = register("duties.roster_asks", gettext_lazy("on which days can you take a turn"))
PUBLISHED = register("duties.roster_out", gettext_lazy("a roster was published"))


def make_roster(
    actor: Actor, *, ground: RosterGround, starts_on: date, ends_on: date, units: Sequence[Unit], rules: Rules | None = None,
    seconds: int = 60, generated: bool = False,
) -> Roster:  # fmt: skip
    """A new roster of a ground for at most 31 days. Raises Refusal, Denied."""
    access.require(actor, PLAN, division=ground.division)
    asked = rules or Rules()
    _check(starts_on, ends_on, asked, seconds)
    with transaction.atomic():
        access.fetch(actor, PLAN, RosterGround, lock=True, pk=ground.pk)
        _free(ground, starts_on, ends_on, None)
        roster = Roster.objects.create(
            ground=ground, starts_on=starts_on, ends_on=ends_on, rules=asked.plain(), seconds=seconds, made_at=clock.now(), generated=generated
        )
        _take_part(actor, roster, units)
        audit.record(actor, PLAN, roster, after={"starts_on": starts_on, "ends_on": ends_on, "units": [unit.pk for unit in units]})
    return roster


def edit_roster(
    actor: Actor, *, roster_id: int, units: Sequence[Unit], starts_on: date, ends_on: date, rules: Rules | None = None, seconds: int = 60,
    expected: int | None = None,
) -> Roster:  # fmt: skip
    """Change what a roster is made by; what was arranged has to be arranged again. Raises Refusal, Conflict, Missing, Denied."""
    access.require(actor, PLAN)
    asked = rules or Rules()
    _check(starts_on, ends_on, asked, seconds)
    with transaction.atomic():
        roster = take(actor, Step.EDIT, roster_id, expected=expected)
        _free(roster.ground, starts_on, ends_on, roster.pk)
        _take_part(actor, roster, units)
        roster.turns.exclude(day__range=(starts_on, ends_on)).delete()
        changes = {"starts_on": starts_on, "ends_on": ends_on, "rules": asked.plain(), "seconds": seconds}
        write(actor, Step.EDIT, roster, changes, lambda: _("Rules edited."), told=asked.plain())
    return roster


def _check(starts_on: date, ends_on: date, asked: Rules, seconds: int) -> None:
    if not date(2000, 1, 1) <= starts_on <= date(2100, 1, 1):
        raise refuse(_("The day lies too far away."), "roster_starts", "starts_on")
    if not starts_on <= ends_on < starts_on + timedelta(days=LONGEST_DAYS):
        raise refuse(_("A roster is of 1 to %(days)d days.") % {"days": LONGEST_DAYS}, "roster_days", "ends_on")
    wrong = asked.wrong()
    if wrong:
        raise refuse(_("This number lies outside what makes sense."), "roster_rule", wrong)
    if not 1 <= seconds <= 3600:
        raise refuse(_("1 to 3,600 seconds."), "roster_seconds", "seconds")


def _free(ground: RosterGround, starts_on: date, ends_on: date, but: int | None) -> None:
    others = ground.rosters.exclude(state=Roster.State.CANCELLED).exclude(pk=but).filter(starts_on__lte=ends_on, ends_on__gte=starts_on)
    other = others.first()
    if other is not None:
        told = f"{formatting.day(other.starts_on)} – {formatting.day(other.ends_on)}"
        raise refuse(_("This ground has a roster of these days already: %(days)s.") % {"days": told}, "roster_overlaps", "starts_on")


def _take_part(actor: Actor, roster: Roster, units: Sequence[Unit]) -> None:
    wanted = {unit.pk for unit in units}
    if not wanted:
        raise refuse(_("Choose the units whose people take part."), "roster_units", "units")
    if not actor.is_system:
        seen = set(access.scoped(actor, PLAN, Unit).filter(pk__in=wanted).values_list("pk", flat=True))
        if wanted - seen:
            raise refuse(_("One of these units lies outside your area."), "roster_units", "units")
    roster.taking_part.exclude(unit__in=wanted).delete()
    there = set(roster.taking_part.values_list("unit", flat=True))
    RosterUnit.objects.bulk_create([RosterUnit(roster=roster, unit_id=unit) for unit in sorted(wanted - there)])


def ask_days(actor: Actor, *, roster_id: int, answers_by: date) -> Roster:
    """Ask the people who take part on which days they cannot come; who has an account is told. Raises Refusal, Conflict, Missing, Denied."""
    with transaction.atomic():
        roster = take(actor, Step.ASK, roster_id)
        if not clock.today() <= answers_by <= roster.ends_on:
            raise refuse(_("The answers are due from today to the last day of the roster."), "roster_answers_by", "answers_by")
        people = PoolPerson.objects.filter(unit__in=roster.taking_part.values("unit"), active=True)
        accounts = frozenset(people.filter(account__is_active=True).values_list("account", flat=True))
        write(
            actor, Step.ASK, roster, {"answers_by": answers_by, "asked_at": clock.now()},
            lambda: _("Asked %(n)d people for their days, until %(day)s.") % {"n": people.count(), "day": formatting.day(answers_by)},
        )  # fmt: skip
        with override(settings.LANGUAGE_CODE):
            title = _("Which days suit you? %(ground)s") % {"ground": roster.ground}
            text = _("%(first)s – %(last)s: tap the days on which you cannot come, until %(by)s.") % {
                "first": formatting.day(roster.starts_on), "last": formatting.day(roster.ends_on), "by": formatting.day(answers_by)
            }  # fmt: skip
        link = f"{reverse('duties:my-turns')}?month={roster.starts_on:%Y-%m}"
        tell_many([Message(f"duties.roster_asks:{roster.pk}", ASKED, title, accounts, text, link, about=f"duties.roster:{roster.pk}")])
    return roster


def publish_roster(actor: Actor, *, roster_id: int, expected: int | None = None) -> Roster:
    """Publish: people see their turns and calendars have them. Raises Refusal where a rule is broken without having been accepted by hand, or a
    unit's week would be too full; Conflict, Missing, Denied."""
    with transaction.atomic():
        roster = take(actor, Step.PUBLISH, roster_id, expected=expected)
        question = question_of(roster)
        by_hand = {question.pair(turn) for turn in question.turns if turn.by_hand}
        wrong = [one for one in breaks(question.problem, question.pairs) if (one.person, one.slot) not in by_hand and one.person >= 0]
        if wrong:
            told = "；".join(f"{question.people[one.person]} {words.broken(question, one)}" for one in wrong[:3])
            raise refuse(
                _("Something has changed since it was arranged: %(what)s. Arrange it again.") % {"what": told}, "roster_broken"
            )
        weeks = Counter((turn.person.unit_id, week_of(turn.day)) for turn in question.turns)
        workload.ask([workload.Planned(unit, monday, workload.SHIFTS, n, f"duties.roster:{roster.pk}") for (unit, monday), n in weeks.items()])
        now = clock.now()
        roster.turns.update(sequence=F("sequence") + 1, changed_at=now)
        accounts = frozenset(turn.person.account_id for turn in question.turns if turn.person.account_id is not None)
        write(
            actor, Step.PUBLISH, roster, {"published_at": now, "published_by_id": actor.account_id},
            lambda: _("Published: %(n)d turns.") % {"n": len(question.turns)}, told={"turns": len(question.turns)},
        )  # fmt: skip
        with override(settings.LANGUAGE_CODE):
            title = _("Roster published: %(ground)s") % {"ground": roster.ground}
            text = f"{formatting.day(roster.starts_on)} – {formatting.day(roster.ends_on)}"
        link = f"{reverse('duties:my-turns')}?month={roster.starts_on:%Y-%m}"
        key = f"duties.roster_out:{roster.pk}"
        tell_many([Message(key, PUBLISHED, title, accounts, text, link, about=f"duties.roster:{roster.pk}")])
    return roster


def cancel_roster(actor: Actor, *, roster_id: int) -> Roster:
    """Call a roster off: what was published is cancelled in the calendars, from today on. Raises Conflict, Missing, Denied."""
    with transaction.atomic():
        roster = take(actor, Step.CANCEL, roster_id)
        check_step(roster, Step.CANCEL)
        ahead = roster.turns.filter(called_off=False)
        if roster.published_at is not None:
            ahead.filter(day__gte=clock.today()).update(called_off=True, sequence=F("sequence") + 1, changed_at=clock.now())
        else:
            ahead.delete()
        write(actor, Step.CANCEL, roster, {}, lambda: _("Called off."))
    return roster
