"""Works are written down by hand or out of a sheet; their stages; photos by stage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.duties.works.actions.base import LIFE, PLAN, past_day, planned_days, refuse, yuan
from chuangwen.duties.works.models import Work, WorkContract, WorkEvent, WorkFund, WorkPhoto, WorkStage
from chuangwen.duties.works.states import Step
from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.lives import needed, one_of, own_photos
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site

FACTS = ("name", "kind", "content", "division", "site", "unit", "budget")


def make_work(
    actor: Actor,
    *,
    name: str,
    division: Division,
    unit: Unit,
    planned_start: date,
    planned_end: date,
    kind: str = Work.Kind.OTHER,
    content: str = "",
    site: Site | None = None,
    budget: Decimal | None = None,
    stages: Sequence[tuple[str, date, date]] = (),
    generated: bool = False,
) -> Work:
    """Write a work down, with its stages if they are known. Raises Denied, Refusal."""
    access.require(actor, PLAN, division=division)
    planned_days(planned_start, planned_end)
    facts = _facts(name, kind, content, division, site, unit, budget)
    with transaction.atomic():
        _one_of_a_name(division, facts["name"])
        work = Work.objects.create(
            **facts, planned_start=planned_start, planned_end=planned_end, first_end=planned_end, made_at=clock.now(),
            made_by_id=actor.account_id, generated=generated,
        )  # fmt: skip
        for order, (stage, first, last) in enumerate(stages):
            planned_days(first, last)
            WorkStage.objects.create(work=work, order=order, name=stage, planned_start=first, planned_end=last)
        _begun(actor, [work])
        audit.record(actor, PLAN, work, after=_told(work))
    return work


def _facts(
    name: str, kind: str, content: str, division: Division, site: Site | None, unit: Unit, budget: Decimal | None
) -> dict[str, Any]:
    if site is not None and site.division is not None and not site.division.path.startswith(division.path):
        raise refuse(_("The site lies in another place."), "site", "site")
    return {
        "name": needed(name, "name", _("A work has a name."), limit=80), "kind": one_of(kind, Work.Kind, "kind"),
        "content": content.strip()[:500], "division": division, "site": site, "unit": unit,
        "budget": yuan(budget, "budget", needed=False, above=False),
    }  # fmt: skip


def _one_of_a_name(division: Division, name: str, but: int | None = None) -> None:
    list(Division.objects.select_for_update().filter(pk=division.pk))
    if Work.objects.filter(division=division, name=name).exclude(pk=but).exists():
        raise refuse(_("This place has a work of that name already."), "name", "name")


def _told(work: Work) -> dict[str, Any]:
    return {
        "name": work.name, "kind": work.kind, "division": work.division_id, "unit": work.unit_id, "planned_start": work.planned_start,
        "planned_end": work.planned_end, "budget": str(work.budget) if work.budget is not None else None,
    }  # fmt: skip


def _begun(actor: Actor, works: Sequence[Work]) -> None:
    with override(settings.LANGUAGE_CODE):
        WorkEvent.objects.bulk_create(
            WorkEvent(
                work=work, step=Step.PLAN.value, at=clock.now(), account_id=actor.account_id, words=_("Planned: %(work)s") % {"work": work}
            )
            for work in works
        )


def edit_work(
    actor: Actor,
    *,
    work_id: int,
    name: str,
    unit: Unit,
    kind: str,
    content: str = "",
    site: Site | None = None,
    budget: Decimal | None = None,
    planned_start: date | None = None,
    expected: int | None = None,
) -> Work:
    """Change what a work is. Its planned end is moved by ``slip_work`` alone: cases wait for it. Raises Denied, Missing, Conflict, Refusal."""
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.EDIT, work_id, expected=expected)
        changes = _facts(name, kind, content, work.division, site, unit, budget)
        _one_of_a_name(work.division, changes["name"], work.pk)
        if planned_start is not None:
            planned_days(planned_start, work.planned_end)
            changes["planned_start"] = planned_start
        before = _told(work)
        LIFE.write(actor, Step.EDIT, work, lambda: _("Edited"), changes, told={"was": before, "is": None})
    return work


def save_stage(
    actor: Actor,
    *,
    work_id: int,
    name: str,
    planned_start: date,
    planned_end: date,
    started_on: date | None = None,
    ended_on: date | None = None,
    note: str = "",
    order: int = 0,
    stage_id: int | None = None,
    before: Sequence[int] = (),
    after: Sequence[int] = (),
) -> WorkStage:
    """Write a stage: planned days, and the actual ones as they come, with photos before and after. Raises Denied, Missing, NotNow, Refusal."""
    planned_days(planned_start, planned_end)
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.STAGE, work_id)
        row = WorkStage(work=work) if stage_id is None else _of(WorkStage, work, stage_id)
        row.name = needed(name, "name", _("A stage has a name."), limit=60)
        if WorkStage.objects.filter(work=work, name=row.name).exclude(pk=row.pk).exists():
            raise refuse(_("This work has a stage of that name already."), "stage", "name")
        if ended_on is not None and started_on is None:
            raise refuse(_("Say when it began."), "stage", "started_on")
        for field, day in (("started_on", started_on), ("ended_on", ended_on)):
            if day is not None:
                past_day(day, field)
        if started_on is not None and ended_on is not None and ended_on < started_on:
            raise refuse(_("The last day lies before the first."), "stage", "ended_on")
        if not 0 <= order <= 999:
            raise refuse(_("From 0 to 999."), "stage", "order")
        row.planned_start, row.planned_end, row.started_on, row.ended_on = planned_start, planned_end, started_on, ended_on
        row.note, row.order = note.strip()[:200], order
        row.save()
        keep_photos(actor, work, before, WorkPhoto.Stage.BEFORE, row)
        keep_photos(actor, work, after, WorkPhoto.Stage.AFTER, row)

        def said() -> str:
            if row.ended_on:
                return _("Stage done: %(stage)s") % {"stage": row}
            return (_("Stage begun: %(stage)s") if row.started_on else _("Stage: %(stage)s")) % {"stage": row}

        told = {"stage": row.pk, "planned_end": planned_end, "started_on": started_on, "ended_on": ended_on}
        LIFE.write(actor, Step.STAGE, work, said, told=told)
    return row


def remove_stage(actor: Actor, *, work_id: int, stage_id: int) -> None:
    """Take out a stage that has not begun. Raises Refusal for another."""
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.STAGE, work_id)
        row = _of(WorkStage, work, stage_id)
        if row.started_on is not None:
            raise refuse(_("A stage that has begun stays."), "stage")
        name = row.name
        row.delete()
        LIFE.write(actor, Step.STAGE, work, lambda: _("Stage taken out: %(stage)s") % {"stage": name}, told={"removed": name})


def _of(model: Any, work: Work, key: int) -> Any:
    row = model.objects.select_for_update(of=("self",)).filter(work=work, pk=key).first()
    if row is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    return row


def add_work_photos(actor: Actor, *, work_id: int, photos: Sequence[int], stage: str) -> Work:
    """Photos of the work as a whole: before, during or after. Raises Refusal without any."""
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.PHOTOS, work_id)
        one_of(stage, WorkPhoto.Stage, "stage")
        if not photos:
            raise refuse(_("Choose at least one photo."), "photos", "photos")
        keep_photos(actor, work, photos, stage)
        count = len(set(photos))
        told = {"photos": sorted(set(photos)), "stage": stage}
        LIFE.write(actor, Step.PHOTOS, work, lambda: _("Photos: %(count)d") % {"count": count}, told=told)
    return work


def keep_photos(actor: Actor, work: Work, photos: Sequence[int], stage: str, of: WorkStage | None = None) -> None:
    """Tie photos to a work. The same photo cannot show how it was before and after. Raises Refusal."""
    keys = own_photos(actor, photos, Photo)
    if keys and WorkPhoto.objects.filter(work=work, photo__in=keys).exclude(stage=stage).exists():
        raise refuse(_("The same photo cannot show how it was before and after."), "photos", "photos")
    WorkPhoto.objects.bulk_create([WorkPhoto(work=work, of=of, photo_id=key, stage=stage) for key in keys], ignore_conflicts=True)


def bring_works(actor: Actor, *, rows: Sequence[dict[str, Any]]) -> int:
    """Works of a sheet, all or none: new ones with contract and money; of known ones (same place and name) what they are. A planned end of a
    known work is moved by hand, because cases wait for it. How many rows were written."""
    access.require(actor, PLAN)
    with transaction.atomic():
        fresh: list[tuple[Work, dict[str, Any]]] = []
        changed = []
        for row in rows:
            access.require(actor, PLAN, division=row["facts"]["division"])
            work: Work | None = row["work"]
            if work is None:
                days = row["days"] | {"first_end": row["days"]["planned_end"]}
                work = Work(**row["facts"], **days, made_at=clock.now(), made_by_id=actor.account_id)
                fresh.append((work, row))
                continue
            for name in FACTS:
                setattr(work, name, row["facts"][name])
            work.revision += 1
            changed.append(work)
        made = Work.objects.bulk_create([work for work, _row in fresh])
        Work.objects.bulk_update(changed, [*FACTS, "revision"], batch_size=200)
        WorkContract.objects.bulk_create(WorkContract(work=work, **row["contract"]) for work, row in fresh if row["contract"])
        WorkFund.objects.bulk_create(WorkFund(work=work, **row["fund"]) for work, row in fresh if row["fund"])
        _begun(actor, made)
        told = {"new": len(made), "changed": len(changed)}
        audit.record(actor, PLAN, title=_("%(count)d works of a sheet") % {"count": len(rows)}, after=told)
    return len(made) + len(changed)
