"""What is done to special operations: drawn up, started, figures of a day told, photos brought, ended, reported, cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.duties.operations import planning, queries, rules
from chuangwen.duties.operations.errors import KnownAlready
from chuangwen.duties.operations.events import OperationMoved
from chuangwen.duties.operations.models import Counted, Operation, OperationPhoto, OperationUnit, Segment
from chuangwen.duties.operations.states import DRAFT, Step, after
from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, audit, clock, workload
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.lives import Life
from chuangwen.ledger import actions as ledger
from chuangwen.ledger.actions.facts import check_quantity
from chuangwen.ledger.errors import Doubles
from chuangwen.ledger.models import Fact, Metric
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.standards.models import Kind as ProblemKind

RUN, TELL = "duties.run_operations", "duties.tell_operations"
MOST_UNITS, MOST_SEGMENTS, MOST_COUNTED, MOST_PHOTOS = 1000, 200, 30, 600
ADD, LEAVE, TAKE = "add", "leave", "take:"


# -- first and last ----------------------------------------------------------------------------------------------------


LIFE = Life(Operation, None, "", after, dict.fromkeys(Step, RUN), ("division",), counter="version", moved=OperationMoved)
_take, _can = LIFE.take, LIFE.allow


def _write(actor: Actor, step: Step, operation: Operation, changes: dict[str, Any], *, before: Any = None, told: Any = None) -> Operation:
    LIFE.write(actor, step, operation, None, changes, told=told, known=before)
    return operation


def _refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"duties.{code}", field=field)


# -- drawing up --------------------------------------------------------------------------------------------------------


def save_operation(
    actor: Actor,
    *,
    name: str,
    division: Division,
    starts_on: date,
    ends_on: date,
    operation_id: int | None = None,
    kind: str = Operation.Kind.OTHER,
    place: str = "",
    aim: str = "",
    basis: str = "",
    rhythm: str = Operation.Rhythm.DAY,
    window: int = 14,
    remind: bool = True,
    problems: Sequence[ProblemKind] = (),
    expected: int | None = None,
    generated: bool = False,
) -> Operation:
    """Draw up an operation, or change it. Once it runs, its name, area and first day stay: facts bear them.

    Raises Refusal (name taken, days), Conflict (changed meanwhile), NotNow, Denied.
    """
    access.require(actor, RUN, division=division)
    facts = {
        "name": name.strip()[:60], "division": division, "kind": kind, "place": place.strip()[:100], "starts_on": starts_on, "ends_on": ends_on,
        "aim": aim.strip()[:500], "basis": basis.strip()[:200], "rhythm": rhythm, "window": window, "remind": remind,
    }  # fmt: skip
    try:
        with transaction.atomic():
            before: dict[str, Any] = {}
            if operation_id is None:
                operation = Operation(made_at=clock.now(), made_by_id=actor.account_id, generated=generated, state=DRAFT)
            else:
                operation = _take(actor, Step.EDIT, operation_id, expected=expected)
                before = _told(operation)
                if operation.state != DRAFT:
                    _keep(operation, facts)
            for key, value in facts.items():
                setattr(operation, key, value)
            _check(operation)
            if operation.state != DRAFT:
                workload.ask(planning.planned(operation))
            operation.version += 1
            operation.save()
            operation.problems.set(problems)
            if operation_id is None:
                _usual(operation)
            audit.record(actor, RUN, operation, before=before or None, after=_told(operation))
    except IntegrityError as taken:
        raise _refuse(
            _("Another operation has this name. Facts of the ledger bear it, so each name is given once: add the year or the place."),
            "operation_name_taken", "name",
        ) from taken  # fmt: skip
    return operation


def _keep(operation: Operation, facts: dict[str, Any]) -> None:
    """What facts lean on stays once the operation has started."""
    for name in ("name", "division", "starts_on"):
        if facts[name] != getattr(operation, name):
            raise _refuse(_("The operation has started: its name, area and first day stay."), "operation_started", name)


def _check(operation: Operation) -> None:
    if not operation.name or operation.name in ("-", "—", "/", "无"):
        raise _refuse(_("An operation has a name."), "operation_name", "name")
    for name, choices in (("kind", Operation.Kind.values), ("rhythm", Operation.Rhythm.values)):
        if getattr(operation, name) not in choices:
            raise _refuse(_("Choose one of the list."), f"operation_{name}", name)
    if not date(2000, 1, 1) <= operation.starts_on <= date(2100, 1, 1):
        raise _refuse(_("The day lies too far away."), "operation_days", "starts_on")
    if operation.ends_on < operation.starts_on:
        raise _refuse(_("The last day lies before the first."), "operation_days", "ends_on")
    if (operation.ends_on - operation.starts_on).days >= rules.LONGEST:
        raise _refuse(_("An operation lasts at most %(days)d days.") % {"days": rules.LONGEST}, "operation_days", "ends_on")
    if not 1 <= operation.window <= 90:
        raise _refuse(_("Between 1 and 90 days afterwards are looked at."), "operation_window", "window")


USUAL = (("staff-deployed", Counted.Part.PEOPLE), ("vehicles-deployed", Counted.Part.VEHICLES), ("campaign-funds", Counted.Part.COST))


def _usual(operation: Operation) -> None:
    """People, vehicles and cost are counted by every operation, where the dictionary has them."""
    rows = Metric.objects.filter(code__in=[code for code, _part in USUAL], active=True, adds=Metric.Adds.SUM)
    metrics = {metric.code: metric for metric in rows}
    Counted.objects.bulk_create(Counted(operation=operation, metric=metrics[code], part=part) for code, part in USUAL if code in metrics)


def _told(operation: Operation) -> dict[str, Any]:
    names = ("name", "kind", "place", "starts_on", "ends_on", "rhythm", "window", "remind")
    return {name: getattr(operation, name) for name in names} | {"division": operation.division_id}


def set_units(
    actor: Actor, *, operation_id: int, telling: Sequence[Unit], helping: Sequence[Unit] = (), expected: int | None = None
) -> Operation:
    """Who takes part: ``telling`` are asked for figures, ``helping`` are not. Raises Refusal for a unit outside the area, or where one that
    has a segment or has told figures would be left out."""
    with transaction.atomic():
        operation = _take(actor, Step.EDIT, operation_id, expected=expected)
        wanted = {unit.pk: (unit, True) for unit in telling} | {unit.pk: (unit, False) for unit in helping if unit not in telling}
        if len(wanted) > MOST_UNITS:
            raise _refuse(_("At most %(most)d units take part.") % {"most": MOST_UNITS}, "operation_units", "telling")
        for unit, _tells in wanted.values():
            queries.place_of(operation, unit)
        known = {row.unit_id: row for row in operation.units.select_related("unit")}
        gone = [row for key, row in known.items() if key not in wanted]
        _leave(operation, gone)
        OperationUnit.objects.filter(pk__in=[row.pk for row in gone]).delete()
        for key, row in known.items():
            if key in wanted and row.tells != wanted[key][1]:
                OperationUnit.objects.filter(pk=row.pk).update(tells=wanted[key][1])
        OperationUnit.objects.bulk_create(
            OperationUnit(operation=operation, unit=unit, tells=tells) for key, (unit, tells) in wanted.items() if key not in known
        )
        if operation.state != DRAFT:
            workload.ask(planning.planned(operation))
        told = {"units": sorted(key for key, (_unit, tells) in wanted.items() if tells), "helping": sorted(unit.pk for unit in helping)}
        _write(actor, Step.EDIT, operation, {}, before={"units": sorted(known)}, told=told)
    return operation


def _leave(operation: Operation, gone: Sequence[OperationUnit]) -> None:
    keys = [row.unit_id for row in gone]
    if not keys:
        return
    busy = set(operation.segments.filter(unit__in=keys).values_list("unit", flat=True))
    busy |= set(queries.facts_of(operation).filter(unit__in=keys).order_by().values_list("unit", flat=True).distinct())
    names = [str(row.unit) for row in gone if row.unit_id in busy]
    if names:
        raise _refuse(
            _("These have a segment or have told figures and stay: %(units)s.") % {"units": "、".join(names[:5])}, "operation_units", "telling"
        )


def save_segment(
    actor: Actor, *, operation_id: int, name: str, unit: Unit, leader: str = "", content: str = "", order: int = 0,
    operation_segment_id: int | None = None,
) -> Segment:
    """A segment with who answers for it. Its unit takes part from now on. Raises Refusal."""
    with transaction.atomic():
        operation = _take(actor, Step.EDIT, operation_id)
        segment = Segment(operation=operation) if operation_segment_id is None else operation.segments.filter(pk=operation_segment_id).first()
        if segment is None:
            raise Missing(_("There is no such segment."))
        facts = _segment_facts(operation, name=name, unit=unit, leader=leader, content=content, order=order)
        if operation.segments.filter(name=facts["name"]).exclude(pk=segment.pk).exists():
            raise _refuse(_("The operation has a segment of this name."), "segment_name", "name")
        if operation_segment_id is None and operation.segments.count() >= MOST_SEGMENTS:
            raise _refuse(_("At most %(most)d segments.") % {"most": MOST_SEGMENTS}, "segments", "name")
        for key, value in facts.items():
            setattr(segment, key, value)
        segment.save()
        OperationUnit.objects.get_or_create(operation=operation, unit=unit)
        _write(actor, Step.EDIT, operation, {}, told={"segment": segment.name, "unit": unit.pk})
    return segment


def _segment_facts(operation: Operation, *, name: str, unit: Unit, leader: str, content: str, order: int) -> dict[str, Any]:
    if not name.strip():
        raise _refuse(_("A segment has a name."), "segment_name", "name")
    queries.place_of(operation, unit)
    return {
        "name": name.strip()[:60], "unit": unit, "leader": leader.strip()[:40], "content": content.strip()[:300],
        "order": min(max(order, 0), 9999),
    }  # fmt: skip


def bring_segments(actor: Actor, *, operation_id: int, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Segments of a sheet by their names, all in one go."""
    with transaction.atomic():
        operation = _take(actor, Step.EDIT, operation_id)
        known = {row.name: row for row in operation.segments.all()}
        made = changed = 0
        for given in rows:
            facts = _segment_facts(operation, **given)
            row = known.get(facts["name"])
            if row is None:
                known[facts["name"]] = Segment.objects.create(operation=operation, **facts)
                made += 1
            elif any(getattr(row, name) != value for name, value in facts.items()):
                Segment.objects.filter(pk=row.pk).update(**facts)
                changed += 1
        there = set(operation.units.values_list("unit", flat=True))
        fresh = {given["unit"].pk: given["unit"] for given in rows if given["unit"].pk not in there}
        OperationUnit.objects.bulk_create(OperationUnit(operation=operation, unit=unit) for unit in fresh.values())
        _write(actor, Step.EDIT, operation, {}, told={"segments_made": made, "segments_changed": changed})
    return {"created": made, "changed": changed}


def remove_segment(actor: Actor, *, operation_segment_id: int) -> Operation:
    """Take a segment away; its unit goes on taking part."""
    with transaction.atomic():
        found = access.fetch(actor, RUN, Segment, pk=operation_segment_id)
        operation = _take(actor, Step.EDIT, found.operation_id)
        found.delete()
        _write(actor, Step.EDIT, operation, {}, before={"segment": found.name})
    return operation


def save_counted(
    actor: Actor, *, operation_id: int, metric: Metric, part: str = Counted.Part.WORK, target: Decimal | None = None
) -> Counted:
    """Count a metric, with a target or without. Raises Refusal for what does not add up over days and units."""
    with transaction.atomic():
        operation = _take(actor, Step.EDIT, operation_id)
        if metric.adds != Metric.Adds.SUM or not metric.active:
            raise _refuse(_("Only what is in use and adds up over days and units can be counted here."), "counted_adds", "metric")
        if part not in Counted.Part.values:
            raise _refuse(_("Choose one of the list."), "counted_part", "part")
        if target is not None:
            check_quantity(metric, target, None)
            if target <= 0:
                raise _refuse(_("A target is more than nought; left empty, nothing is promised."), "counted_target", "target")
        before = operation.counted.filter(metric=metric).first()
        if before is None and operation.counted.count() >= MOST_COUNTED:
            words = _("At most %(most)d metrics: a unit has to fill them in within a minute.") % {"most": MOST_COUNTED}
            raise _refuse(words, "counted", "metric")
        found, _new = Counted.objects.update_or_create(operation=operation, metric=metric, defaults={"part": part, "target": target})
        _write(
            actor, Step.EDIT, operation, {}, before={"target": str(before.target) if before else None},
            told={"metric": metric.code, "part": part, "target": str(target) if target is not None else None},
        )  # fmt: skip
    return found


def remove_counted(actor: Actor, *, counted_id: int) -> Operation:
    """Count a metric no longer; facts that bear the operation stay in the ledger."""
    with transaction.atomic():
        found = access.fetch(actor, RUN, Counted.objects.select_related("metric"), pk=counted_id)
        operation = _take(actor, Step.EDIT, found.operation_id)
        found.delete()
        _write(actor, Step.EDIT, operation, {}, before={"metric": found.metric.code, "target": str(found.target)})
    return operation


# -- its life ----------------------------------------------------------------------------------------------------------


def start_operation(actor: Actor, *, operation_id: int, expected: int | None = None) -> Operation:
    """Let it run: units see it and are asked for figures. Raises Refusal where nobody is asked, nothing is counted, or a unit's week is full."""
    with transaction.atomic():
        operation = _take(actor, Step.START, operation_id, expected=expected)
        if operation.ends_on < clock.today():
            raise _refuse(_("Its last day is over: change the days first."), "operation_over")
        if not operation.units.filter(tells=True).exists():
            raise _refuse(_("No unit is asked for figures: choose the units first."), "operation_no_units")
        if not operation.counted.filter(part=Counted.Part.WORK).exists():
            raise _refuse(_("Nothing that is done is counted: choose at least one metric first."), "operation_nothing_counted")
        workload.ask(planning.planned(operation))
        _write(actor, Step.START, operation, {"started_at": clock.now()})
    return operation


def end_operation(actor: Actor, *, operation_id: int) -> Operation:
    """End it today, or, where its last day is over, as of that day. Raises Refusal before its first day: then it is cancelled."""
    with transaction.atomic():
        operation = _take(actor, Step.END, operation_id)
        today = clock.today()
        if today < operation.starts_on:
            raise _refuse(_("It has not begun: cancel it instead."), "operation_not_begun")
        last = min(operation.ends_on, today)
        _write(actor, Step.END, operation, {"ended_at": clock.now(), "ends_on": last}, before={"ends_on": operation.ends_on.isoformat()})
    return operation


def report_operation(actor: Actor, *, operation_id: int, paper: str, reason: str, conclusion: str = "") -> Operation:
    """It was reported upwards by a paper that was made elsewhere: ``paper`` is its number, ``reason`` why it was not made here. Raises Refusal
    where either is missing. What is signed here reports it by ``report_by_paper``."""
    access.require(actor, RUN)
    number, why = paper.strip()[:60], reason.strip()[:300]
    if not any(letter.isdigit() for letter in number):
        raise _refuse(_("Give the number of the paper that reported it."), "report_paper", "paper")
    if not why:
        raise _refuse(_("Say why its report was made elsewhere."), "report_reason", "reason")
    return _report(actor, operation_id, {"report_paper": number, "report_reason": why, "conclusion": conclusion.strip()[:500]})


def report_by_paper(actor: Actor, *, operation_id: int, number: str) -> Operation:
    """Its report was signed in this program under ``number``."""
    return _report(actor, operation_id, {"report_paper": number})


def _report(actor: Actor, operation_id: int, facts: dict[str, str]) -> Operation:
    """No figure comes any more, and those of now are kept as reported."""
    with transaction.atomic():
        operation = _take(actor, Step.REPORT, operation_id)
        figures = [
            {"metric": row.metric.code, "name": row.metric.name, "total": str(total), "target": str(row.target) if row.target else None}
            for row, total in queries.totals(operation)
        ]
        told = {"figures": len(figures), "paper": facts["report_paper"], "reason": facts.get("report_reason", "")}
        _write(actor, Step.REPORT, operation, {"reported_at": clock.now(), "figures": figures} | facts, told=told)
    return operation


def cancel_operation(actor: Actor, *, operation_id: int, reason: str) -> Operation:
    """Give it up, with the reason. What was done stays in the ledger."""
    with transaction.atomic():
        operation = _take(actor, Step.CANCEL, operation_id)
        if not reason.strip():
            raise _refuse(_("Give the reason."), "operation_reason", "reason")
        _write(actor, Step.CANCEL, operation, {"cancelled_at": clock.now(), "cancel_reason": reason.strip()[:300]})
    return operation


# -- figures of a day --------------------------------------------------------------------------------------------------


def _part(actor: Actor, operation_id: int, unit: Unit, step: Step) -> tuple[Operation, OperationUnit]:
    """The operation, locked, with the unit's part in it, where the actor may tell for the unit now."""
    rows = OperationUnit.objects.select_related("unit__division")
    row = access.fetch(actor, TELL, rows, operation=operation_id, unit=unit)
    operation = Operation.objects.select_for_update(of=("self",)).select_related("division").get(pk=row.operation_id)
    _can(operation, step)
    return operation, row


def tell_day(
    actor: Actor,
    *,
    operation_id: int,
    unit: Unit,
    day: date,
    quantities: Mapping[int, Decimal],
    decided: Mapping[int, str] | None = None,
    note: str = "",
) -> list[Fact]:
    """The figures of a unit's day: key of the metric -> quantity. What is not named was not told and stays as it is; nought was told and is
    nought. Told again, a figure that differs corrects the one that is there; the facts that were written are returned.

    ``decided`` says of metrics that the ledger knows already what was decided (``errors.KnownAlready``). Raises that, Denied, Missing, NotNow,
    Refusal.
    """
    access.require(actor, TELL)
    if not quantities:
        raise _refuse(_("Fill in at least one figure; what was not done is nought."), "nothing_told")
    with transaction.atomic():
        operation, row = _part(actor, operation_id, unit, Step.TELL)
        _day(operation, day)
        counted = {one.metric_id: one for one in operation.counted.select_related("metric").filter(metric__in=list(quantities))}
        if set(quantities) - set(counted):
            raise _refuse(_("This is not counted in this operation."), "not_counted")
        here = queries.day_of(operation, row.unit, day, list(counted))
        return _Telling(actor, operation, row.unit, day, dict(decided or {}), note).tell(quantities, counted, here)


def _day(operation: Operation, day: date) -> None:
    today = clock.today()
    if day > today:
        raise _refuse(_("The day lies in the future."), "told_ahead", "day")
    if not operation.starts_on <= day <= operation.ends_on:
        raise _refuse(_("The day is none of the operation's."), "told_outside", "day")
    if today > operation.ends_on + timedelta(days=rules.LATE_DAYS):
        raise _refuse(
            _("Figures come until %(days)d days after the last day; correct what is wrong in the ledger.") % {"days": rules.LATE_DAYS},
            "told_too_late", "day",
        )  # fmt: skip


class _Telling:
    """One unit's day on its way into the ledger."""

    def __init__(self, actor: Actor, operation: Operation, unit: Unit, day: date, decided: dict[int, str], note: str):
        self.actor, self.operation, self.unit, self.day, self.decided, self.note = actor, operation, unit, day, decided, note
        self.place = queries.place_of(operation, unit)

    def tell(self, quantities: Mapping[int, Decimal], counted: Mapping[int, Counted], here: queries.Day) -> list[Fact]:
        fresh: list[tuple[int, ledger.NewFact]] = []
        made: list[Fact] = []
        unknown: dict[int, list[Fact]] = {}
        for key, quantity in quantities.items():
            told, elsewhere = here.told.get(key, []), here.elsewhere.get(key, [])
            word = self.decided.get(key, "")
            if told:
                made += self.again(told, quantity)
            elif elsewhere and word not in (ADD, LEAVE) and not word.startswith(TAKE):
                unknown[key] = elsewhere
            elif elsewhere and word.startswith(TAKE):
                made.append(self.take(elsewhere, word, quantity))
            elif word != LEAVE:
                fresh.append((key, self.entry(counted[key], quantity)))
        if unknown:
            raise KnownAlready(unknown)
        return made + self.enter(fresh, counted)

    def entry(self, one: Counted, quantity: Decimal) -> ledger.NewFact:
        return ledger.NewFact(
            one.metric, quantity, self.day, self.unit, self.place, operation=self.operation.name, source=Fact.Source.RECORD,
            source_words=_("figures of the day, %(operation)s") % {"operation": self.operation.name},
            source_url="", note=self.note, generated=self.operation.generated,
        )  # fmt: skip

    def enter(self, fresh: list[tuple[int, ledger.NewFact]], counted: Mapping[int, Counted]) -> list[Fact]:
        """People, vehicles and money of two units are never the same; of work the ledger asks where another unit tells the same amount."""
        if not fresh:
            return []
        decided = {
            index: ADD for index, (key, _one) in enumerate(fresh)
            if counted[key].part != Counted.Part.WORK or self.decided.get(key) == ADD
        }  # fmt: skip
        try:
            return ledger.enter_facts(self.actor, entries=[one for _key, one in fresh], decided=decided)
        except Doubles as doubles:
            raise KnownAlready({fresh[index][0]: facts for index, facts in doubles.found.items()}) from doubles

    def again(self, told: list[Fact], quantity: Decimal) -> list[Fact]:
        """A figure that was told before: corrected where it differs."""
        if sum((fact.quantity for fact in told), Decimal(0)) == quantity:
            return []
        if len(told) > 1:
            raise _refuse(
                _("Several facts make up this figure of “%(metric)s”: correct them in the ledger.") % {"metric": told[0].metric},
                "several_facts", f"m{told[0].metric_id}",
            )  # fmt: skip
        return [self.correct(told[0], quantity, _("figure of the day put right"))]

    def take(self, elsewhere: list[Fact], word: str, quantity: Decimal) -> Fact:
        """A fact that was entered for no operation counts for this one from now on."""
        fact = next((one for one in elsewhere if word == f"{TAKE}{one.pk}" and not one.operation and one.unit_id == self.unit.pk), None)
        if fact is None:
            raise _refuse(_("This decision does not fit what is in the ledger now. Look again."), "decision")
        return self.correct(fact, quantity, _("belongs to the operation “%(operation)s”") % {"operation": self.operation.name}, taken=True)

    def correct(self, fact: Fact, quantity: Decimal, reason: str, *, taken: bool = False) -> Fact:
        try:
            return ledger.correct_fact(
                self.actor, fact_id=fact.pk, quantity=quantity, reason=reason, operation=self.operation.name if taken else None
            )
        except Missing as not_theirs:
            raise _refuse(
                _("“%(metric)s” was entered by somebody else of the unit; your post corrects its own entries alone.") % {"metric": fact.metric},
                "not_own", f"m{fact.metric_id}",
            ) from not_theirs  # fmt: skip


# -- photos ------------------------------------------------------------------------------------------------------------


def add_photos(
    actor: Actor, *, operation_id: int, unit: Unit, spot: str, stage: str, photos: Sequence[int], day: date | None = None
) -> list[OperationPhoto]:
    """Photos of a spot before or after, the actor's own. Brought again they change nothing. Raises Refusal, NotNow."""
    with transaction.atomic():
        operation, row = _part(actor, operation_id, unit, Step.TELL)
        if not spot.strip():
            raise _refuse(_("Say which spot it is: the photo before and the one after bear the same name."), "spot", "spot")
        if stage not in OperationPhoto.Stage.values:
            raise _refuse(_("Choose one of the list."), "stage", "stage")
        keys = list(dict.fromkeys(photos))
        if not keys:
            raise _refuse(_("Please add at least one photo."), "photos", "photos")
        own = Photo.objects.filter(pk__in=keys)
        if not actor.is_system:
            own = own.filter(uploaded_by=actor.account_id)
        if own.count() != len(keys):
            raise _refuse(_("One of the photos is not there, or somebody else brought it."), "photos", "photos")
        if operation.photos.count() + len(keys) > MOST_PHOTOS:
            raise _refuse(_("At most %(most)d photos.") % {"most": MOST_PHOTOS}, "photos", "photos")
        facts = {
            "unit": row.unit, "spot": spot.strip()[:60], "day": day or clock.today(), "added_at": clock.now(), "added_by_id": actor.account_id,
        }  # fmt: skip
        rows = [OperationPhoto.objects.get_or_create(operation=operation, photo_id=key, stage=stage, defaults=facts) for key in keys]
        made = [row for row, new in rows if new]
        if made:
            audit.record(actor, TELL, operation, after={"photos": len(made), "spot": facts["spot"], "stage": stage, "unit": row.unit_id})
    return [row for row, _new in rows]


def remove_photo(actor: Actor, *, shot_id: int) -> Operation:
    """Take a photo off the operation; the photo itself is kept by the evidence room."""
    with transaction.atomic():
        row = access.fetch(actor, TELL, OperationPhoto.objects.select_related("unit", "operation"), pk=shot_id)
        operation, _unit = _part(actor, row.operation_id, row.unit, Step.TELL)
        row.delete()
        audit.record(actor, TELL, operation, before={"photo": row.photo_id, "spot": row.spot})
    return operation


# -- reminding ---------------------------------------------------------------------------------------------------------


def remind_units(actor: Actor, *, operation_id: int) -> int:
    """Remind the units that owe figures now, once a day by hand. How many units were told."""
    from chuangwen.duties.operations import reminding

    with transaction.atomic():
        operation = _take(actor, Step.REMIND, operation_id)
        count = reminding.tell_units(operation, queries.silent(operation, clock.today()), clock.today(), by_hand=True)
        audit.record(actor, RUN, operation, after={"reminded": count})
    return count
