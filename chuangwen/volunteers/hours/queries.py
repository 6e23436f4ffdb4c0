"""What pages, API and sheets read of hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from chuangwen.kernel import access, signatures
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.hours import certificate_code, rules
from chuangwen.volunteers.hours.actions.certifying import ladder
from chuangwen.volunteers.hours.models import Doubt, DoubtRecord, HoursCertificate, HoursCorrection
from chuangwen.volunteers.presence import sources
from chuangwen.volunteers.presence.models import ServiceEntry

OWN, SEE, DOUBTS = "volunteers.own_hours", "volunteers.see_hours", "volunteers.settle_doubts"
DECIDE, ISSUE, PROPOSE = "volunteers.decide_corrections", "volunteers.issue_certificates", "volunteers.propose_corrections"


def entries(actor: Actor, verb: str = SEE) -> QuerySet[ServiceEntry]:
    """The entries that the actor sees, with what a line shows; ``doubted``: an open doubt names it, ``waits``: a correction is proposed."""
    doubts = DoubtRecord.objects.filter(entry=OuterRef("pk"), doubt__state=Doubt.State.OPEN)
    waiting = HoursCorrection.objects.filter(entry=OuterRef("pk"), state=HoursCorrection.State.PROPOSED)
    related = ("volunteer__person", "volunteer__division", "team", "presence", "corrected_by")
    rows = access.scoped(actor, verb, ServiceEntry).select_related(*related)
    return rows.annotate(doubted=Exists(doubts), waits=Exists(waiting))


def visible(actor: Actor, rows: Any, **lookup: Any) -> Any:
    """One row that is the actor's own or that the actor's post lets see. Raises Missing, Denied."""
    for verb in (SEE, OWN):
        if actor.may(verb):
            found = access.scoped(actor, verb, rows).filter(**lookup).first()
            if found is not None:
                return found
    return access.fetch(actor, OWN, rows, **lookup)


def attended(rows: Iterable[ServiceEntry], actor: Actor) -> dict[tuple[str, int], sources.Attended]:
    """What the entries came from, where a part knows it; without its link where the actor could not open it. At most one round of queries
    for each kind of source."""
    keys: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.source and row.source_id is not None:
            keys[row.source].add(row.source_id)
    found = {(source, key): what for source, mine in keys.items() for key, what in sources.find(source, sorted(mine)).items()}
    return {key: what if not what.verb or actor.may(what.verb) else replace(what, link="") for key, what in found.items()}


@dataclass(frozen=True)
class Totals:
    """What counts of one volunteer: minutes in all, of them from other systems, how many services, and the star."""

    minutes: int
    transferred: int
    services: int
    standing: rules.Standing


def totals(volunteer: Volunteer) -> Totals:
    """Two queries."""
    row = ServiceEntry.objects.filter(volunteer=volunteer, counts=True).aggregate(
        whole=Sum("minutes"), transferred=Sum("minutes", filter=~Q(from_system="")), services=Count("pk")
    )
    minutes = row["whole"] or 0
    return Totals(minutes, row["transferred"] or 0, row["services"], rules.standing(minutes, ladder()))


def own_volunteer(actor: Actor) -> Volunteer | None:
    """The volunteer that the actor is."""
    if actor.account_id is None:
        return None
    return Volunteer.objects.filter(person__account=actor.account_id).select_related("person", "division").first()


def corrections(actor: Actor, verb: str = SEE) -> QuerySet[HoursCorrection]:
    related = ("entry__volunteer__person", "entry__team", "proposed_by__person", "decided_by__person")
    return access.scoped(actor, verb, HoursCorrection).select_related(*related)


def doubts(actor: Actor) -> QuerySet[Doubt]:
    return access.scoped(actor, DOUBTS, Doubt).select_related("division", "team").annotate(record_count=Count("records"))


def with_records(doubt: Doubt) -> list[DoubtRecord]:
    """The records of a doubt with all that is needed to judge them. One query."""
    return list(doubt.records.select_related("entry__volunteer__person", "entry__team", "entry__presence", "entry__made_by__person"))


def certificates(actor: Actor, verb: str = ISSUE) -> QuerySet[HoursCertificate]:
    return access.scoped(actor, verb, HoursCertificate).select_related("volunteer__person", "unit")


def history(entry: ServiceEntry) -> list[ServiceEntry]:
    """The entry with all before and after it that it corrects or that correct it, oldest first. At most so many queries as corrections."""
    first = entry
    while first.corrects_id is not None:
        first = ServiceEntry.objects.select_related("made_by__person").get(pk=first.corrects_id)
    chain = [first]
    while (after := ServiceEntry.objects.select_related("made_by__person").filter(corrects=chain[-1]).first()) is not None:
        chain.append(after)
    return chain


@dataclass(frozen=True)
class Verified:
    """What is said of a code: ``genuine`` as it was signed here; ``valid``: not withdrawn since. ``told`` what the code says, name masked."""

    genuine: bool
    valid: bool
    told: certificate_code.Statement | None = None
    reason: str = ""
    problem: str = ""


def verified(code: str) -> Verified:
    """Whether a code is genuine and its certificate valid now. One query."""
    try:
        told = certificate_code.genuine(certificate_code.code_in(code.encode()), signatures.public_bytes())
    except certificate_code.NotACode as wrong:
        return Verified(False, False, problem=str(wrong))
    if told is None:
        return Verified(False, False, problem="签名不符：查验码被改动过，或不是本平台开具。")
    row = HoursCertificate.objects.filter(number=told.number).first()
    if row is None or row.code != certificate_code.code_in(code.encode()):
        return Verified(True, False, told, problem="本平台没有这份证明的记录。")
    return Verified(True, row.state == HoursCertificate.State.ISSUED, told, row.reason)


def found_certificate(actor: Actor, key: int) -> HoursCertificate:
    """A certificate of one's own or of those one may issue. Raises Missing, Denied."""
    rows = HoursCertificate.objects.select_related("volunteer__person", "volunteer__division", "unit", "issued_by__person")
    for verb in (ISSUE, SEE, OWN):
        if actor.may(verb):
            found = access.scoped(actor, verb, rows).filter(pk=key).first()
            if found is not None:
                return found
    return access.fetch(actor, OWN, rows, pk=key)


def doubted_entries(row: HoursCertificate) -> int:
    """How many records of the certificate's time an open doubt names."""
    mine = ServiceEntry.objects.filter(volunteer=row.volunteer_id, counts=True, day__range=(row.starts_on, row.ends_on))
    return mine.filter(doubts__doubt__state=Doubt.State.OPEN).distinct().count()

