"""Sending papers to units, their receipts, and taking a paper back that went out."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.office_calendar import calendar
from chuangwen.kernel.worktime import Limit
from chuangwen.papers.actions.base import move, needed, step, take, written
from chuangwen.papers.actions.life import own_party
from chuangwen.papers.events import PaperSent
from chuangwen.papers.models import Paper, PaperParty
from chuangwen.papers.states import Verb
from chuangwen.people.models import Unit

RECEIPT_DAYS = 1


def send_paper(actor: Actor, *, paper_id: int, units: Sequence[Unit], days: int = RECEIPT_DAYS) -> Paper:
    """Send a signed paper to units, which are to say within working days that they have it. Units that have it already are left alone."""
    with transaction.atomic():
        paper = take(actor, Verb.SEND, "papers.send", paper_id)
        known = set(paper.parties.filter(part=PaperParty.Part.RECIPIENT).values_list("unit_id", flat=True))
        new = [unit for unit in dict.fromkeys(units) if unit.pk not in known]
        if not new and not known:
            raise Refusal(_("Choose the units that are to get it."), "papers.no_recipient", field="units")
        moment = clock.now()
        due = calendar().due(moment, Limit(max(1, min(days, 60)), "working_days"))
        PaperParty.objects.bulk_create(
            PaperParty(paper=paper, unit=unit, part=PaperParty.Part.RECIPIENT, asked_at=moment, due_at=due) for unit in new
        )
        paper.sent_at = paper.sent_at or moment
        names = "、".join(str(unit) for unit in new[:12]) + (_(" and %(n)d more") % {"n": len(new) - 12} if len(new) > 12 else "")
        events.say(PaperSent(paper.pk, tuple(unit.pk for unit in new)))
        move(actor, paper, Verb.SEND, "papers.send", words=names, after={"units": [unit.pk for unit in new]})
    return paper


def note_read(actor: Actor, *, paper_id: int) -> None:
    """Write down that somebody of a unit has opened what was sent to it; the first one counts. Nothing for who did not get it."""
    access.require(actor, "papers.receive")
    with transaction.atomic():
        paper = access.fetch(actor, "papers.see", Paper, pk=paper_id)
        party = own_party(actor, "papers.receive", paper, PaperParty.Part.RECIPIENT, read_at__isnull=True)
        if party is None or actor.is_system:
            return
        noted = PaperParty.objects.filter(pk=party.pk, read_at__isnull=True).update(read_at=clock.now(), read_by=actor.name[:80])
        if noted:
            audit.record(actor, "papers.receive", paper, after={"read": party.unit_id})


def receive_paper(actor: Actor, *, paper_id: int, words: str = "") -> PaperParty:
    """Say for one's unit that a paper was received. A second call changes nothing. Raises Missing where it was not sent to the unit."""
    access.require(actor, "papers.receive")
    with transaction.atomic():
        paper = access.fetch(actor, "papers.receive", Paper, lock=True, pk=paper_id)
        waiting = own_party(actor, "papers.receive", paper, PaperParty.Part.RECIPIENT, answer="")
        if waiting is None:
            done = own_party(actor, "papers.receive", paper, PaperParty.Part.RECIPIENT)
            if done is None:
                raise Missing(_("This paper was not sent to your unit."))
            return done
        step(paper, Verb.RECEIVE)
        moment = clock.now()
        if waiting.read_at is None:
            waiting.read_at, waiting.read_by = moment, actor.name[:80]
        waiting.answer, waiting.done_at, waiting.done_by = PaperParty.Answer.RECEIVED, moment, actor.name[:80]
        waiting.words = words.strip()[:500]
        waiting.save()
        written(actor, paper, Verb.RECEIVE, before=paper.state, after=paper.state, words=waiting.words, unit=waiting.unit)
        audit.record(actor, "papers.receive", paper, after={"received": waiting.unit_id})
    return waiting


def withdraw_paper(actor: Actor, *, paper_id: int, words: str) -> Paper:
    """Take back a paper that went out by mistake: units see that it is withdrawn and can open it no more. Raises Refusal without words."""
    with transaction.atomic():
        paper = take(actor, Verb.WITHDRAW, "papers.send", paper_id)
        move(actor, paper, Verb.WITHDRAW, "papers.send", words=needed(words))
    return paper
