"""Rebounds recorded by a person: a closed problem is back, or a new report turns out to be an old problem."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases.actions.base import add_event, link_photos, take, text, word, write
from chuangwen.cases.actions.coming_back import claim
from chuangwen.cases.actions.reporting import new_case, store_new, tell_new
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import Case, Source, State, Verb
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor

ENDED = (State.CLOSED, State.REJECTED, State.MERGED)


def rebound(
    actor: Actor,
    *,
    case_id: int,
    description: str = "",
    before_photos: Sequence[int] = (),
    source: str = "",
    expected_version: int | None = None,
) -> Case:
    """Record by hand that a closed problem is back; returns the new case, linked to the old one, whatever the window says.

    What the old case says of place and kind holds for the new one; its source is the old one's unless one is given. Asked twice while the
    first rebound is open, the second gets that one.
    """
    with transaction.atomic():
        old = take(actor, Verb.REBOUND, case_id, expected_version)
        again = open_rebound(old)
        if again is not None:
            return again
        now = clock.now()
        new = following(
            actor, old, word(Verb.REBOUND), description=description, before_photos=before_photos, source=source, now=now
        )
        write(actor, Verb.REBOUND, old, {}, data={"case": new.number}, now=now)
    return new


def open_rebound(old: Case) -> Case | None:
    """The rebound of a closed case that is being worked on."""
    return Case.objects.filter(rebound_of=old).exclude(state__in=ENDED).order_by("-pk").first()


def following(
    actor: Actor,
    old: Case,
    verb: str,
    *,
    description: str = "",
    before_photos: Sequence[int] = (),
    source: str = "",
    now: datetime,
) -> Case:
    """The new case that goes on where a closed one ended, made under ``verb``; the event on the old one is the caller's to write. Photos that
    somebody else brought are the caller's to tie."""
    known = old.source if old.source not in (Source.HISTORY, Source.RECHECK) else Source.PATROL
    facts: dict[str, Any] = {
        "description": description or old.description, "source": source or known, "site": old.site, "division": old.division,
        "grid": old.grid, "address": old.address, "family": old.family, "kind": old.kind, "criterion": old.criterion,
        "severity": old.severity, "rebound_of": old,
    }  # fmt: skip
    new, __ = new_case(actor, verb, **facts)
    new.given_lat, new.given_lon, new.datum, new.lat, new.lon = old.given_lat, old.given_lon, old.datum, old.lat, old.lon
    store_new(new)
    event = add_event(actor, Verb.REPORT, new, "", data={"rebound_of": old.number}, now=now)
    link_photos(actor, new, event, before=before_photos)
    tell_new(actor, Verb.REPORT, new)
    return new


def link_rebound(actor: Actor, *, case_id: int, old_id: int, note: str = "", expected_version: int | None = None) -> Case:
    """The office decides that a report tells of a closed problem that is back, where the rule was not sure.

    Raises Missing for a case that the actor does not see, Incomplete for one that was not closed before this was reported or has come back
    as another case already.
    """
    with transaction.atomic():
        case = take(actor, Verb.LINK_REBOUND, case_id, expected_version)
        old = access.fetch(actor, "cases.see", Case, lock=True, pk=old_id)
        if old.pk == case.pk or old.state != State.CLOSED or old.closed_at is None or old.closed_at > case.reported_at:
            raise Incomplete(
                _("%(number)s was not closed before this one was reported.") % {"number": old.number},
                "cases.not_closed_before",
                field="old",
            )
        if not claim(old, case.reported_at):
            again = open_rebound(old) or Case.objects.filter(rebound_of=old).order_by("-pk").first()
            raise Incomplete(
                _("%(number)s has come back already, as %(again)s: merge this one into that.")
                % {"number": old.number, "again": again or "—"},
                "cases.back_already",
                field="old",
            )
        write(actor, Verb.LINK_REBOUND, case, {"rebound_of": old}, note=text(note, "note"), data={"rebound_of": old.number})
    return case
