"""What can be done with silent re-checks: found so or so, given to somebody else, dropped; and their settings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases.actions.base import WITH, add_event, check_photos, link_photos, text
from chuangwen.cases.actions.rebounds import following, open_rebound
from chuangwen.cases.errors import Incomplete, NotNow
from chuangwen.cases.events import CaseMoved
from chuangwen.cases.models import Case, Recheck, RecheckPhoto, RecheckSettings, Source, Verb
from chuangwen.cases.rechecks import drawing, rules
from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.people.models import Account
from chuangwen.places.points import located

SETTINGS = tuple(field.name for field in RecheckSettings._meta.get_fields() if field.name != "id")
Result = Recheck.Result


def recheck(
    actor: Actor,
    *,
    recheck_id: int,
    result: str,
    note: str = "",
    photos: Sequence[int] = (),
    lat: float | None = None,
    lon: float | None = None,
    at: datetime | None = None,
) -> Recheck:
    """Say what a second look found: ``solved`` or ``back`` with at least one photo, ``unclear`` with words. ``lat``, ``lon``: where it was
    found, WGS-84 degrees; ``at``: when, where that was before now.

    Back: the problem goes on in a new case linked as a rebound, or in the one that goes on already. Now the unit learns of it: the case's
    history tells it. Raises Denied, Missing (not theirs), NotNow (done already), Incomplete, Refusal (no longer independent).
    """
    with transaction.atomic():
        row = access.fetch(actor, "cases.recheck", Recheck.objects.select_related("case"), lock=True, pk=recheck_id)
        if row.state != Recheck.State.PLANNED:
            raise NotNow(
                _("This was looked at already: %(result)s.") % {"result": row.get_result_display() or row.get_state_display()}
            )
        case = Case.objects.select_for_update(of=("self",)).select_related(*WITH).get(pk=row.case_id)
        if actor.account_id is not None and not _independent(actor.account_id, case):
            raise Refusal(
                _("You have to do with this case by now: somebody else has to look."), "cases.not_independent", status=409
            )
        words = _findings(actor, result, note, photos)
        located(lat, lon)
        now = clock.now()
        row.state, row.result, row.note = Recheck.State.DONE, result, words
        row.done_at, row.done_by_id = min(at or now, now), actor.account_id
        row.given_lat, row.given_lon, row.lat, row.lon = lat, lon, lat, lon
        data: dict[str, Any] = {"result": result}
        if result == Result.BACK:
            row.new_case = open_rebound(case) or following(
                actor, case, "cases.recheck", description=words, before_photos=photos, source=Source.RECHECK, now=now
            )
            data["case"] = row.new_case.number
        row.save()
        RecheckPhoto.objects.bulk_create([RecheckPhoto(recheck=row, photo_id=photo) for photo in dict.fromkeys(photos)])
        event = add_event(actor, Verb.RECHECK, case, case.state, note=words, data=data, now=now)
        link_photos(actor, case, event, other=photos)
        events.say(CaseMoved(case.pk, Verb.RECHECK.value, case.state, case.state))
        audit.record(actor, "cases.recheck", case, after={"result": result, "case": data.get("case", "")}, note=words)
    return row


def _findings(actor: Actor, result: str, note: str, photos: Sequence[int]) -> str:
    """The words of what was found, checked with the photos. Raises Incomplete."""
    if result not in Result.values:
        raise Incomplete(_("Say what you found: still solved, back, or could not tell."), "cases.recheck_result", field="result")
    required = _("Say why it could not be told.") if result == Result.UNCLEAR else ""
    words = text(note, "note", required=required)
    if result != Result.UNCLEAR and not photos:
        raise Incomplete(_("Show how it looks now: at least one photo."), "cases.photos_missing", field="photos")
    check_photos(actor, photos)
    return words


def _independent(account: int, case: Case) -> bool:
    return account in {one.account for one in independent_of(case)}


def independent_of(case: Case) -> list[rules.Candidate]:
    """Who may look at a case again. Four queries. Wants the division loaded."""
    facts = drawing.answering([case])[case.number or ""]
    return [one for one in drawing.candidates() if rules.independent(one, facts)]


def assign(actor: Actor, *, recheck_id: int, account: Account) -> Recheck:
    """Send somebody else to a planned re-check. Raises Incomplete for somebody who is not independent of the case."""
    with transaction.atomic():
        row = _planned(actor, recheck_id)
        case = Case.objects.select_related("division").get(pk=row.case_id)
        if not _independent(account.pk, case):
            raise Incomplete(
                _("%(name)s acted on this case, belongs to a unit that answered for it, or does not work there.")
                % {"name": account},
                "cases.not_independent",
                field="account",
            )
        row.assigned_to = account
        row.save(update_fields=["assigned_to"])
        audit.record(actor, "cases.draw_rechecks", row.draw, after={"recheck": row.pk, "assigned": True})
    return row


def drop(actor: Actor, *, recheck_id: int, reason: str) -> Recheck:
    """Take a planned re-check back, and say why. The case can be drawn again."""
    with transaction.atomic():
        row = _planned(actor, recheck_id)
        words = text(reason, "reason", required=_("Say why it is dropped."))
        row.state, row.note = Recheck.State.DROPPED, words
        row.save(update_fields=["state", "note"])
        audit.record(actor, "cases.draw_rechecks", row.draw, after={"recheck": row.pk, "dropped": True}, note=words)
    return row


def _planned(actor: Actor, recheck_id: int) -> Recheck:
    row = access.fetch(actor, "cases.draw_rechecks", Recheck.objects.select_related("draw"), lock=True, pk=recheck_id)
    if row.state != Recheck.State.PLANNED:
        raise NotNow(
            _("This was looked at already: %(result)s.") % {"result": row.get_result_display() or row.get_state_display()}
        )
    return row


def save_settings(actor: Actor, *, changes: dict[str, Any]) -> RecheckSettings:
    """Set any of SETTINGS. Raises Incomplete for a figure that cannot be."""
    access.require(actor, "cases.edit_rechecks")
    unknown = set(changes) - set(SETTINGS)
    if unknown:
        raise Incomplete(_("This cannot be changed: %(names)s.") % {"names": "、".join(sorted(unknown))}, "cases.not_editable")
    with transaction.atomic():
        row = RecheckSettings.objects.select_for_update().get_or_create(pk=1)[0]
        before = {name: str(getattr(row, name)) for name in changes}
        for name, value in changes.items():
            setattr(row, name, value)
        if row.from_days > row.to_days:
            raise Incomplete(_("The window ends before it begins."), "cases.recheck_window", field="to_days")
        try:
            row.full_clean(validate_unique=False)
        except ValidationError as problem:
            field = next(iter(problem.message_dict))
            raise Incomplete(
                "、".join(problem.messages), "cases.number", field=field if field in SETTINGS else "share"
            ) from problem
        row.save()
        audit.record(
            actor, "cases.edit_rechecks", row, before=before, after={name: str(value) for name, value in changes.items()},
            title=str(_("Settings of silent re-checks")),
        )  # fmt: skip
    return row
