"""What every action on a case is made of: take the case (policy, scope, lock, version, state, side), change it, write down what happened.

``take`` and ``write`` frame each verb; between them stands what is particular to it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from chuangwen.cases import rules, states
from chuangwen.cases.errors import Incomplete, NotNow, NotYours, SomebodyElse
from chuangwen.cases.events import CaseMoved
from chuangwen.cases.models import Case, CaseEvent, CasePhoto, Verb
from chuangwen.cases.standing import facts_of, stands
from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal

WITH = ("division", "lead_unit", "handling_unit")


def word(verb: Verb) -> str:
    """The verb as the policy and the trail call it."""
    return f"cases.{verb.value}"


def take(actor: Actor, verb: Verb, case_id: int, expected_version: int | None = None) -> Case:
    """The case, locked, when the actor may do ``verb`` on it now. One query.

    Raises Denied, Missing, SomebodyElse (it changed since ``expected_version``), NotNow, NotYours, Refusal.
    """
    assert transaction.get_connection().in_atomic_block, "a case is taken inside the transaction of the action"
    case: Case = access.fetch(actor, word(verb), Case.objects.select_related(*WITH), lock=True, pk=case_id)
    if expected_version is not None and expected_version != case.version:
        raise changed_meanwhile(case)
    check(actor, verb, case)
    return case


def check(actor: Actor, verb: Verb, case: Case) -> None:
    """Raise unless ``verb`` can be done in the state of the case, by somebody on this side of it. No query."""
    step = states.transition(case.state, verb)
    if step is None:
        raise NotNow(
            _("%(number)s is “%(state)s”: this cannot be done now.") % {"number": case.number, "state": case.get_state_display()}
        )
    if not stands(actor, word(verb), step.side, case):
        raise NotYours(_("%(number)s is not with your unit: you can see it and add a remark.") % {"number": case.number})
    problem = states.hindrance(verb, facts_of(actor, case))
    if problem is not None:
        raise Refusal(str(problem[1]), problem[0], status=409)


def changed_meanwhile(case: Case) -> SomebodyElse:
    """The conflict, naming who did what and when."""
    last = CaseEvent.objects.filter(case=case).order_by("-pk").first()
    if last is None:
        return SomebodyElse(_("%(number)s has changed since you opened it. Look at it again.") % {"number": case.number})
    moment = last.at.astimezone(clock.LOCAL)
    return SomebodyElse(
        _("%(name)s was quicker: %(number)s was %(verb)s at %(time)s. Look at it again before you go on.")
        % {"name": last.actor_name, "number": case.number, "verb": last.get_verb_display(), "time": f"{moment:%H:%M}"}
    )


def write(
    actor: Actor,
    verb: Verb,
    case: Case,
    changes: dict[str, Any],
    *,
    note: str = "",
    data: dict[str, Any] | None = None,
    after_photos: Sequence[int] = (),
    before_photos: Sequence[int] = (),
    other_photos: Sequence[int] = (),
    now: datetime | None = None,
) -> CaseEvent:
    """Write the new state and ``changes`` of a taken case, the event with its photos, tell the others, and the trail last.

    The new state comes from the table of transitions. ``case`` is brought up to date.
    """
    now = now or clock.now()
    before = case.state
    step = states.transition(before, verb)
    assert step is not None, "a case that was taken has a transition"
    old = {name: plain(getattr(case, _column(name))) for name in changes}
    for name, value in changes.items():
        setattr(case, name, value)
    case.state = step.new_state
    case.version += 1
    case.save(update_fields=[*changes, "state", "version"])
    event = add_event(actor, verb, case, before, note=note, data=data, now=now)
    link_photos(actor, case, event, after=after_photos, before=before_photos, other=other_photos)
    events.say(CaseMoved(case.pk, verb.value, before, case.state))
    new = {name: plain(getattr(case, _column(name))) for name in changes}
    moved = {name for name in changes if old[name] != new[name]}
    audit.record(
        actor,
        word(verb),
        case,
        before={"state": before} | {n: old[n] for n in moved},
        after={"state": case.state} | {n: new[n] for n in moved},
        note=note,
    )
    return event


def _column(name: str) -> str:
    return Case._meta.get_field(name).attname  # type: ignore[union-attr]  # the names given are columns, none a relation from elsewhere


def plain(value: Any) -> Any:
    """A value as the trail and the events keep it."""
    if isinstance(value, Model):
        return value.pk
    return value.isoformat() if isinstance(value, datetime) else value


def event_of(
    actor: Actor, verb: Verb, case: Case, before: str, *, note: str = "", data: dict[str, Any] | None = None, now: datetime
) -> CaseEvent:
    """The event, not stored yet."""
    return CaseEvent(
        case_id=case.pk,
        verb=verb,
        at=now,
        account_id=actor.account_id,
        actor_name=actor.name[:80],
        unit_id=unit_of(actor, case),
        before=before,
        after=case.state,
        note=note,
        data=data or {},
    )


def add_event(
    actor: Actor, verb: Verb, case: Case, before: str, *, note: str = "", data: dict[str, Any] | None = None, now: datetime
) -> CaseEvent:
    event = event_of(actor, verb, case, before, note=note, data=data, now=now)
    event.save(force_insert=True)
    return event


def unit_of(actor: Actor, case: Case) -> int | None:
    """For which of their units somebody acted: the one that has the case, else their first."""
    for unit_id in (case.handling_unit_id, case.lead_unit_id):
        if unit_id is not None and unit_id in actor.unit_ids:
            return unit_id
    return actor.unit_ids[0] if actor.unit_ids else None


def link_photos(
    actor: Actor,
    case: Case,
    event: CaseEvent,
    *,
    before: Sequence[int] = (),
    after: Sequence[int] = (),
    other: Sequence[int] = (),
) -> None:
    """Tie photos to the case. Raises Incomplete for one that does not exist, is somebody else's, or shows before and after at once."""
    wanted = [*before, *after, *other]
    if not wanted:
        return
    check_photos(actor, wanted)
    if (
        set(before) & set(after)
        or after
        and CasePhoto.objects.filter(case=case, photo__in=after, stage=CasePhoto.Stage.BEFORE).exists()
    ):
        raise Incomplete(_("The same photo cannot show how it was before and after."), "cases.photo_reused", field="after_photos")
    CasePhoto.objects.bulk_create(
        [CasePhoto(case=case, event=event, photo_id=photo, stage=stage)
         for stage, photos in ((CasePhoto.Stage.BEFORE, before), (CasePhoto.Stage.AFTER, after), (CasePhoto.Stage.OTHER, other))
         for photo in dict.fromkeys(photos)],
        ignore_conflicts=True,
    )  # fmt: skip


def check_photos(actor: Actor, photos: Iterable[int]) -> None:
    """Raise Incomplete unless all exist and the actor brought them. One query."""
    wanted = set(photos)
    if len(wanted) > rules.PHOTOS:
        raise Incomplete(
            _("At most %(count)d photos at once.") % {"count": rules.PHOTOS}, "cases.too_many_photos", field="photos"
        )
    found = dict(Photo.objects.filter(pk__in=wanted).values_list("pk", "uploaded_by_id"))
    own = actor.is_system or all(owner == actor.account_id for owner in found.values())
    if len(found) < len(wanted) or not own:
        raise Incomplete(_("One of the photos is not there or was not uploaded by you."), "cases.photo_unknown", field="photos")


def text(value: str | None, field: str, *, limit: int = rules.NOTE, required: str = "") -> str:
    """A text as it is stored: trimmed, without control characters. ``required`` is the sentence said when it is empty.

    Raises Incomplete when it is missing or longer than ``limit`` characters.
    """
    clean = "".join(c for c in (value or "") if c >= " " or c in "\n\t").strip()
    if required and not clean:
        raise Incomplete(required, "cases.text_missing", field=field)
    if len(clean) > limit:
        raise Incomplete(
            _("This text is longer than %(count)d characters.") % {"count": limit}, "cases.text_too_long", field=field
        )
    return clean
