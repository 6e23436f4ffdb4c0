"""A visit as a whole: somebody at a site at a time, with everything that was found there, for one round or for several at once.

What one observation has to be is said in ``observations.py``; here many are written together, in a number of queries that does not
depend on how many.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.evidence.models import Photo
from chuangwen.fieldwork import blind
from chuangwen.fieldwork.actions.observations import MOST_RELATED, check_result
from chuangwen.fieldwork.events import ObservationRecorded
from chuangwen.fieldwork.models import Observation, ObservationPhoto, ObservationUnit, Round, RoundSite, Visit
from chuangwen.fieldwork.results import is_wanting
from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.places.models import Site
from chuangwen.standards.models import Criterion
from chuangwen.standards.responsibility_queries import ResponsibilityBook

NOTE, FINDING_NOTE = 300, 500


@dataclass(frozen=True)
class Finding:
    """What was found on one criterion. ``photos`` are the actor's own."""

    criterion: Criterion
    loss: Decimal | None = None
    grade: str = ""
    conform: bool | None = None
    defects: int | None = None
    severity: int = 2
    note: str = ""
    photos: tuple[Photo, ...] = ()

    @property
    def result(self) -> dict[str, Any]:
        return {"loss": self.loss, "grade": self.grade, "conform": self.conform, "defects": self.defects}


@dataclass(frozen=True)
class Recorded:
    """What a visit has become: one row per round that it serves, and what was found for each."""

    visits: list[Visit]
    observations: list[Observation]

    @property
    def wanting(self) -> int:
        return sum(1 for one in self.observations if is_wanting(one))


def record_visit(
    actor: Actor,
    *,
    site: Site,
    served: Sequence[tuple[Round, RoundSite | None]],
    findings: Callable[[Round], Sequence[Finding]],
    at: datetime,
    uid: UUID,
    note: str = "",
    finished: bool = False,
    late: bool = False,
    where: tuple[float, float] | None = None,
    accuracy_m: float | None = None,
) -> Recorded:
    """Record one visit to ``site`` that serves these rounds (each with its place in it, where it has one).

    ``findings(round)`` gives what was found of the criteria of the round's edition. Each round gets a visit and observations of its own; the
    unit that answers for a criterion here is named with each. ``finished``: the places are done. ``late``: a closed round takes it all the same.
    ``where`` is the place at which it was finished (latitude, longitude in WGS-84 degrees), where the phone could say it.
    ``uid`` names the visit of the first round and makes the identifiers of all observations.

    The caller has found ``site`` and the rounds in what the actor may reach, holds the transaction, and has locked the places. Raises Conflict
    (closed round), Refusal (no such result, too many photos, somebody else's photo).
    """
    assert transaction.get_connection().in_atomic_block and served
    access.require(actor, "fieldwork.observe", division=site.division)
    day = at.astimezone(clock.LOCAL).date()
    book = ResponsibilityBook.load(on=day, sites=[site.pk])
    visits, observations, units, photos = [], [], [], []
    for number, (round, place) in enumerate(served):
        again = place if place is not None and place.purpose == RoundSite.Purpose.RERATE else blind.place_of(actor, round, site)
        visits.append(
            Visit(
                round=round,
                site=site,
                round_site=place,
                team_id=place.team_id if place is not None else None,
                account_id=actor.account_id,
                at=at,
                note=note.strip()[:NOTE],
                lat=where[0] if where else None,
                lon=where[1] if where else None,
                accuracy_m=accuracy_m if where else None,
                **({"uid": uid, "entry_uid": uid} if number == 0 else {}),
            )
        )
        for line, finding in enumerate(findings(round)):
            _check(actor, finding, line)
            observation = Observation(
                uid=uuid5(uid, f"{round.pk}/{finding.criterion.pk}/{line}"),
                round=round,
                rerating=again is not None,
                site=site,
                criterion=finding.criterion,
                area=site.division,
                note=finding.note.strip()[:FINDING_NOTE],
                severity=finding.severity,
                observed_on=day,
                account_id=actor.account_id,
                **finding.result,
            )
            observation.visit = visits[-1]
            observations.append(observation)
            if lead := book.find(criterion=finding.criterion, site=site).lead:
                units.append(ObservationUnit(observation=observation, unit_id=lead))
            photos += [ObservationPhoto(observation=observation, photo=photo) for photo in dict.fromkeys(finding.photos)]
    Visit.objects.bulk_create(visits)
    _check_open([round for round, _place in served], late)
    for observation in observations:
        observation.visit = observation.visit  # the keys are known now
    Observation.every.bulk_create(observations, batch_size=500)
    for unit in units:
        unit.observation = unit.observation
    for photo in photos:
        photo.observation = photo.observation
    ObservationUnit.objects.bulk_create(units, batch_size=500)
    ObservationPhoto.objects.bulk_create(photos, batch_size=500)
    _mark(served, at, finished)
    for observation in observations:
        if not observation.rerating:
            events.say(ObservationRecorded(observation.pk))
    audit.record(
        actor,
        "fieldwork.observe",
        visits[0],
        title=f"{site.code} {site.name}",
        after={
            "site": site.pk,
            "rounds": [round.pk for round, _place in served],
            "observations": len(observations),
            "wanting": Recorded(visits, observations).wanting,
            "photos": len(photos),
            "finished": finished,
        }
        | ({"late": True} if late else {}),
    )
    return Recorded(visits, observations)


def _check(actor: Actor, finding: Finding, line: int) -> None:
    try:
        check_result(**finding.result, severity=finding.severity)
    except Refusal as wrong:
        raise Refusal(
            _("%(criterion)s: %(problem)s") % {"criterion": finding.criterion.text[:40], "problem": wrong.message},
            wrong.code,
            fields={f"items.{line}": str(wrong.message)},
        ) from wrong
    if len(finding.photos) > MOST_RELATED:
        raise Refusal(_("At most %(count)d departments and photos.") % {"count": MOST_RELATED}, "observations.too_many")
    if not actor.is_system and any(photo.uploaded_by_id != actor.account_id for photo in finding.photos):
        raise Refusal(_("A photo that somebody else brought cannot be attached."), "observations.photo")


def _check_open(rounds: list[Round], late: bool) -> None:
    """Read again after the visits were written: their rows hold the rounds, so that nobody closes one from here on."""
    closed = Round.objects.filter(pk__in=[round.pk for round in rounds], state=Round.State.CLOSED).first()
    if closed is not None and not late:
        raise Conflict(_("The round “%(name)s” is closed.") % {"name": closed.name}, "observations.round_closed")


def _mark(served: Sequence[tuple[Round, RoundSite | None]], at: datetime, finished: bool) -> None:
    """A finished place is done from its first finished visit on; a round that was only planned is under way."""
    places = [place.pk for _round, place in served if place is not None and place.done_at is None]
    if finished and places:
        RoundSite.objects.filter(pk__in=places, done_at__isnull=True).update(done_at=at, skipped_at=None, skipped_reason="")
    planned = [round.pk for round, _place in served if round.state == Round.State.PLANNED]
    if planned:
        Round.objects.filter(pk__in=planned, state=Round.State.PLANNED).update(state=Round.State.RUNNING)
