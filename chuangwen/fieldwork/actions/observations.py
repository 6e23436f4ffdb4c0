"""Desk entry: record and correct observations, add their photos."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.evidence.models import Photo
from chuangwen.fieldwork import blind
from chuangwen.fieldwork.events import ObservationRecorded
from chuangwen.fieldwork.models import Observation, ObservationPhoto, ObservationUnit, Round
from chuangwen.fieldwork.results import GRADES, SEVERITIES, nothing_wanting
from chuangwen.kernel import access, audit, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Criterion

MOST_RELATED = 20
MOST_DEFECTS = 9999


def record_observation(
    actor: Actor,
    *,
    round: Round,
    site: Site,
    criterion: Criterion,
    observed_on: date,
    loss: Decimal | None = None,
    grade: str = "",
    conform: bool | None = None,
    defects: int | None = None,
    note: str = "",
    severity: int = 2,
    serial: str = "",
    departments: Iterable[Unit] = (),
    photos: Iterable[Photo] = (),
    area: Division | None = None,
    uid: UUID | None = None,
) -> Observation:
    """Record what was found at a site on one criterion. The same ``uid`` again gives the same observation.

    Exactly what the scheme needs is given: loss (0 to 1), grade (A to D), conform or the number of defects; at least one.
    What somebody of the second team of a blind re-rating records is kept apart and stirs no other room.
    Raises Refusal, Denied, Conflict (closed round; the uid names another observation).
    """
    access.fetch(actor, "fieldwork.observe", Site, pk=site.pk)
    if uid is not None and (known := _known(actor, uid, site, criterion)):
        return known
    result: dict[str, Any] = {"loss": loss, "grade": grade, "conform": conform, "defects": defects}
    check_result(**result, severity=severity)
    departments, photos = list(dict.fromkeys(departments)), list(photos)
    if len(departments) > MOST_RELATED or len(photos) > MOST_RELATED:
        raise Refusal(_("At most %(count)d departments and photos.") % {"count": MOST_RELATED}, "observations.too_many")
    try:
        with transaction.atomic():
            round = access.fetch(actor, "fieldwork.see_rounds", Round, lock=True, pk=round.pk)
            if round.state == Round.State.CLOSED:
                raise Conflict(_("The round “%(name)s” is closed.") % {"name": round.name}, "observations.round_closed")
            if criterion.requirement.indicator.section.edition_id != round.edition_id:
                raise Refusal(
                    _("This criterion is not part of the edition that the round is assessed by."), "observations.other_edition"
                )
            place = blind.place_of(actor, round, site)
            observation = Observation.every.create(
                round=round,
                rerating=place is not None,
                site=site,
                criterion=criterion,
                area=area or site.division,
                serial=serial[:60],
                note=note.strip()[:500],
                severity=severity,
                observed_on=observed_on,
                account_id=actor.account_id,
                **result,
                **({"uid": uid} if uid else {}),
            )
            ObservationUnit.objects.bulk_create(ObservationUnit(observation=observation, unit=unit) for unit in departments)
            _attach(actor, observation, photos)
            if round.state == Round.State.PLANNED:
                Round.objects.filter(pk=round.pk).update(state=Round.State.RUNNING)
            if place is None:
                events.say(ObservationRecorded(observation.pk))
            audit.record(
                actor, "fieldwork.observe", observation, after={"site": site.pk, "criterion": criterion.pk} | _told(result)
            )
    except IntegrityError:
        # The same identifier came in twice at the same moment: the other one is the observation.
        if uid is not None and (known := _known(actor, uid, site, criterion)):
            return known
        raise
    return observation


def _known(actor: Actor, uid: UUID, site: Site, criterion: Criterion) -> Observation | None:
    known = Observation.every.filter(uid=uid).first()
    if known and (known.account_id != actor.account_id or (known.site_id, known.criterion_id) != (site.pk, criterion.pk)):
        raise Conflict(_("This identifier belongs to another observation."), "observations.other")
    return known


def _told(result: dict[str, Any]) -> dict[str, Any]:
    return result | {"loss": str(result["loss"]) if result["loss"] is not None else None}


def check_result(
    *, loss: Decimal | None, grade: str, conform: bool | None, defects: int | None, severity: int | None = None
) -> None:
    """A result says something, and what can be. Raises Refusal naming the field."""
    if loss is None and not grade and conform is None and defects is None:
        raise Refusal(
            _("Say how it came out: points lost, a grade, conform or not, or the number of defects."), "observations.no_result"
        )
    wrong: dict[str, str] = {}
    if loss is not None and not (loss.is_finite() and 0 <= loss <= 1):
        wrong["loss"] = _("Points lost lie between 0 and 1.")
    if grade and grade not in GRADES:
        wrong["grade"] = _("A grade is A, B, C or D.")
    if defects is not None and not 0 <= defects <= MOST_DEFECTS:
        wrong["defects"] = _("The number of defects lies between 0 and %(most)d.") % {"most": MOST_DEFECTS}
    if severity is not None and severity not in SEVERITIES:
        wrong["severity"] = _("The severity is a number from 1 to 4.")
    if wrong:
        raise Refusal(next(iter(wrong.values())), "observations.bad_result", fields=wrong)


def record_rest(
    actor: Actor, *, round: Round, site: Site, gradings: Mapping[Criterion, str], observed_on: date
) -> list[Observation]:
    """Record that nothing was wanting on each of these criteria (with how each is graded at this site) of which the round has no
    observation here yet."""
    with transaction.atomic():
        access.fetch(actor, "fieldwork.see_rounds", Round, lock=True, pk=round.pk)
        rerating = blind.place_of(actor, round, site) is not None
        found = Observation.every.filter(round=round, site=site, rerating=rerating)
        done = set(found.values_list("criterion_id", flat=True))
        return [
            record_observation(
                actor, round=round, site=site, criterion=criterion, observed_on=observed_on, **nothing_wanting(grading)
            )
            for criterion, grading in gradings.items()
            if criterion.pk not in done
        ]


def correct_observation(actor: Actor, *, observation_id: int, reason: str, **changes) -> Observation:
    """Change the result, note or departments of an observation, with a reason that stays in the audit trail.

    Allowed: loss, grade, conform, defects, note, severity, area, departments. Raises Conflict in a closed round.
    """
    allowed = {"loss", "grade", "conform", "defects", "note", "severity", "area", "departments"}
    assert set(changes) <= allowed, set(changes) - allowed
    if not reason.strip():
        raise Refusal(
            _("Say why the observation is corrected."),
            "observations.no_reason",
            fields={"reason": _("Say why the observation is corrected.")},
        )
    with transaction.atomic():
        observation = access.fetch(actor, "fieldwork.edit_observation", Observation.every.all(), lock=True, pk=observation_id)
        if Round.objects.filter(pk=observation.round_id, state=Round.State.CLOSED).exists():
            raise Conflict(_("The round is closed; open it again to correct an observation."), "observations.round_closed")
        departments = changes.pop("departments", None)
        before = {name: getattr(observation, name) if name != "area" else observation.area_id for name in changes}
        for name, value in changes.items():
            setattr(observation, name, value)
        result = {name: getattr(observation, name) for name in ("loss", "grade", "conform", "defects")}
        if observation.placed:
            check_result(**result, severity=observation.severity)
        if changes:
            observation.save(update_fields=list(changes))
        after = {name: getattr(observation, name) if name != "area" else observation.area_id for name in changes}
        if departments is not None:
            before["departments"] = list(observation.unit_links.values_list("unit_id", flat=True))
            observation.unit_links.all().delete()
            ObservationUnit.objects.bulk_create(
                ObservationUnit(observation=observation, unit=unit) for unit in dict.fromkeys(departments)
            )
            after["departments"] = [unit.pk for unit in departments]
        if not observation.rerating:
            events.say(ObservationRecorded(observation.pk))
        audit.record(actor, "fieldwork.edit_observation", observation, before=before, after=after, note=reason.strip())
    return observation


def add_photos(actor: Actor, *, observation_id: int, photos: Iterable[Photo]) -> Observation:
    """Add photos to an observation."""
    with transaction.atomic():
        observation = access.fetch(actor, "fieldwork.edit_observation", Observation.every.all(), lock=True, pk=observation_id)
        _attach(actor, observation, list(photos))
        audit.record(actor, "fieldwork.edit_observation", observation, after={"photos": [photo.pk for photo in photos]})
    return observation


def _attach(actor: Actor, observation: Observation, photos: list[Photo]) -> None:
    if not photos:
        return
    if not actor.is_system:
        own = Photo.objects.filter(Q(uploaded_by=actor.account_id), pk__in=[photo.pk for photo in photos]).count()
        if own != len({photo.pk for photo in photos}):
            raise Refusal(_("A photo that somebody else brought cannot be attached."), "observations.photo")
    ObservationPhoto.objects.bulk_create(
        [ObservationPhoto(observation=observation, photo=photo) for photo in photos], ignore_conflicts=True
    )
