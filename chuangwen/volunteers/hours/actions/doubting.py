"""Doubts: written when they are found, and settled by somebody who had no hand in the records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import SYSTEM, Actor
from chuangwen.kernel.lives import needed
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.hours.actions.base import DOUBTED, DOUBTS, another, not_concerned, refuse
from chuangwen.volunteers.hours.detecting import Finding
from chuangwen.volunteers.hours.models import Doubt, DoubtRecord
from chuangwen.volunteers.hours.rules import Judge
from chuangwen.volunteers.presence.models import ServiceEntry
from chuangwen.volunteers.presence.recording import strike


def write_doubts(findings: Sequence[Finding], *, looked_at: Iterable[int], kinds: Iterable[str], generated: bool = False) -> dict[str, int]:
    """Keep what was found: a new doubt for what nobody has judged, more records for an open one; an open one of these ``kinds`` whose records
    were all looked at and that is found no longer, lapses. How many are ``new``, ``grown``, ``lapsed``. Can be run again."""
    told = {"new": 0, "grown": 0, "lapsed": 0}
    seen = set(looked_at)
    with transaction.atomic():
        keys = [finding.key for finding in findings]
        known: dict[str, list[Doubt]] = {}
        for start in range(0, len(keys), 500):
            rows = Doubt.objects.select_for_update().filter(key__in=keys[start : start + 500]).order_by("pk").prefetch_related("records")
            for doubt in rows:
                known.setdefault(doubt.key, []).append(doubt)
        places = _places([key for finding in findings for key in finding.records])
        for finding in findings:
            there = known.get(finding.key, [])
            # A note that explained it may be withdrawn: that was nobody's judgement.
            by_somebody = [doubt for doubt in there if doubt.state != Doubt.State.LAPSED or doubt.kind != Doubt.Kind.WORKING]
            judged = {row.entry_id for doubt in by_somebody for row in doubt.records.all()}
            now_open = next((doubt for doubt in there if doubt.state == Doubt.State.OPEN), None)
            fresh = [key for key in finding.records if key not in judged and key in places]
            if not fresh:
                continue
            if now_open is not None:
                now_open.facts = finding.facts
                now_open.save(update_fields=["facts"])
                told["grown"] += 1
            else:
                first = places[finding.records[0]]
                teams = {places[key][1] for key in finding.records if key in places}
                now_open = Doubt.objects.create(
                    kind=finding.kind, key=finding.key, facts=finding.facts, day=places[finding.records[-1]][2], division_id=first[0],
                    team_id=teams.pop() if len(teams) == 1 else None, found_at=clock.now(), generated=generated,
                )  # fmt: skip
                fresh = [key for key in finding.records if key in places]
                told["new"] += 1
            DoubtRecord.objects.bulk_create([DoubtRecord(doubt=now_open, entry_id=key) for key in fresh])
        told["lapsed"] = _lapse(set(keys), seen, kinds)
    return told


def _places(entries: Sequence[int]) -> dict[int, tuple[int, int | None, date]]:
    """Division, team and day of each entry."""
    keys: list[int] = sorted(set(entries))
    found: dict[int, tuple[int, int | None, date]] = {}
    for start in range(0, len(keys), 500):
        rows = ServiceEntry.objects.filter(pk__in=keys[start : start + 500]).order_by()
        for key, division, team, day in rows.values_list("pk", "volunteer__division", "team", "day"):
            found[key] = (division, team, day)
    return found


def _lapse(found: set[str], seen: set[int], kinds: Iterable[str]) -> int:
    """Open doubts that are not found any more though all that still counts of them was looked at: records were put right, or what lies in
    working time is explained by leave or shifts that were noted."""
    lapsed = 0
    for doubt in Doubt.objects.select_for_update().filter(state=Doubt.State.OPEN, kind__in=list(kinds)).prefetch_related("records__entry"):
        counting = {row.entry_id for row in doubt.records.all() if row.entry.counts}
        unchanged = len(counting) == len(doubt.records.all())
        if doubt.key in found or not counting <= seen or unchanged and doubt.kind != Doubt.Kind.WORKING:
            continue
        with override(settings.LANGUAGE_CODE):
            why = _("Leave or shifts were noted meanwhile.") if unchanged else _("The records were put right meanwhile.")
        DOUBTED.write(SYSTEM, Judge.LAPSE, doubt, lambda why=why: why, {"decided_at": clock.now(), "reason": why})
        lapsed += 1
    return lapsed


def explain_doubt(actor: Actor, *, hours_doubt_id: int, reason: str, expected: int | None = None) -> Doubt:
    """The records are as they should be, and why; they count on. Raises Denied (had a hand in them), NotNow, Conflict, Refusal."""
    access.require(actor, DOUBTS)
    with transaction.atomic():
        doubt, rows = _taken(actor, Judge.EXPLAIN, hours_doubt_id, expected)
        words = needed(reason, "reason", _("Say why."))
        changes = {"decided_at": clock.now(), "decided_by_id": actor.account_id, "reason": words}
        DOUBTED.write(actor, Judge.EXPLAIN, doubt, lambda: words, changes, told={"entries": [row.entry_id for row in rows]})
    return doubt


def strike_doubt(actor: Actor, *, hours_doubt_id: int, entries: Sequence[int], reason: str, expected: int | None = None) -> Doubt:
    """These ``entries`` of the doubt count no longer, and why; the others are kept. Raises Denied (had a hand in them), NotNow, Conflict,
    Refusal (none chosen, one not of this doubt)."""
    access.require(actor, DOUBTS)
    with transaction.atomic():
        doubt, rows = _taken(actor, Judge.STRIKE, hours_doubt_id, expected)
        words = needed(reason, "reason", _("Say why."))
        chosen = set(entries)
        if not chosen or chosen - {row.entry_id for row in rows}:
            raise refuse(_("Choose the records of this doubt that are struck."), "entries", "entries")
        struck = list(ServiceEntry.objects.select_for_update().filter(pk__in=chosen, counts=True).order_by("pk"))
        for entry in struck:
            strike(entry, words)
        DoubtRecord.objects.filter(doubt=doubt, entry__in=chosen).update(struck=True)
        changes = {"decided_at": clock.now(), "decided_by_id": actor.account_id, "reason": words}
        told = {"struck": [entry.pk for entry in struck], "minutes": sum(entry.minutes for entry in struck)}
        DOUBTED.write(actor, Judge.STRIKE, doubt, lambda: words, changes, told=told)
    return doubt


def _taken(actor: Actor, step: Judge, key: int, expected: int | None) -> tuple[Doubt, list[DoubtRecord]]:
    """The doubt with its records, for somebody who is neither one of the volunteers nor wrote, entered or led what it is about."""
    doubt: Doubt = DOUBTED.take(actor, step, key, expected=expected)
    rows = list(doubt.records.select_related("entry__volunteer", "entry__presence"))
    leaders = Team.objects.filter(pk__in={row.entry.team_id for row in rows} - {None}).values_list("leader__person", flat=True)
    not_concerned(actor, [*(row.entry.volunteer.person_id for row in rows), *leaders])
    if actor.account_id is not None:
        another(actor, [*(row.entry.made_by_id for row in rows), *(row.entry.presence.entered_by_id for row in rows if row.entry.presence)])
    return doubt, rows
