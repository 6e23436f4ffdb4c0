"""The life of an appraisal: checked by somebody else, open to the units, settled, signed, published."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, events, files, office_calendar, signatures
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.kernel.worktime import Limit
from chuangwen.scoring.appraisal import events as told
from chuangwen.scoring.appraisal.actions.computing import Computed, kept_file
from chuangwen.scoring.appraisal.inputs import Given
from chuangwen.scoring.appraisal.models import Appraisal, AppraisalObjection, AppraisalRow, Consequence
from chuangwen.scoring.appraisal.result_file import content_of
from chuangwen.scoring.appraisal.states import Step, after
from chuangwen.scoring.engine.appraisal import appraise
from chuangwen.scoring.engine.appraisal.ranking import counted_periods, missing_periods
from chuangwen.scoring.signed_zip import fingerprint

OBJECTION_DAYS = 3


def check_appraisal(actor: Actor, *, appraisal_id: int) -> Appraisal:
    """Somebody else than who had it computed has looked at it. Raises Conflict, Refusal."""
    with transaction.atomic():
        appraisal = _taken(actor, "scoring.check_appraisal", appraisal_id, Step.CHECK)
        if actor.account_id is not None and appraisal.computed_by_id == actor.account_id:
            raise Refusal(_("Whoever computed a result does not check it: ask somebody else."), "scoring.check_own")
        appraisal.checked_at, appraisal.checked_by_id = clock.now(), actor.account_id
        _step(actor, "scoring.check_appraisal", appraisal, Step.CHECK, "checked_at", "checked_by")
    return appraisal


def open_appraisal(actor: Actor, *, appraisal_id: int, days: int = OBJECTION_DAYS) -> Appraisal:
    """Show the units their results; they may object for so many working days. Raises Conflict, Refusal."""
    if not 1 <= days <= 60:
        raise Refusal(_("Between 1 and 60 working days."), "scoring.objection_days", field="days")
    with transaction.atomic():
        appraisal = _taken(actor, "scoring.conduct_appraisal", appraisal_id, Step.OPEN)
        appraisal.opened_at = clock.now()
        appraisal.objections_until = deadline(appraisal.opened_at, days)
        _step(actor, "scoring.conduct_appraisal", appraisal, Step.OPEN, "opened_at", "objections_until")
        events.say(told.AppraisalOpened(appraisal.pk))
    return appraisal


def deadline(start: datetime, days: int) -> datetime:
    """So many working days later, by the office's calendar."""
    return office_calendar.calendar().due(start, Limit(days, "working_days"))


def settle_appraisal(actor: Actor, *, appraisal_id: int) -> Appraisal:
    """The time for objections is over and all are answered; or the units have had their say on an earlier version. Raises Conflict, Refusal."""
    with transaction.atomic():
        appraisal = _taken(actor, "scoring.conduct_appraisal", appraisal_id, Step.SETTLE)
        chain = versions(appraisal)
        if appraisal.state == Appraisal.State.CHECKED and not any(one.opened_at for one in chain):
            raise Refusal(
                _("The units have not seen any version of this result yet: open it to objections first."), "scoring.unseen"
            )
        until = appraisal.objections_until
        if appraisal.state == Appraisal.State.OPEN and until and until > clock.now():
            raise Refusal(
                _("Units may still object until %(moment)s.") % {"moment": f"{until.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"},
                "scoring.still_open",
            )
        waiting = AppraisalObjection.objects.filter(appraisal__in=chain, state=AppraisalObjection.State.PENDING).count()
        if waiting:
            raise Refusal(_("%(count)d objections still wait for an answer.") % {"count": waiting}, "scoring.objections_wait")
        upheld = AppraisalObjection.objects.filter(appraisal=appraisal, state=AppraisalObjection.State.UPHELD).exists()
        if upheld:
            raise Refusal(
                _("An objection was upheld: correct the records and compute the result again."), "scoring.upheld_not_recomputed"
            )
        appraisal.settled_at = clock.now()
        _step(actor, "scoring.conduct_appraisal", appraisal, Step.SETTLE, "settled_at")
        events.say(told.AppraisalSettled(appraisal.pk))
    return appraisal


def sign_appraisal(actor: Actor, *, appraisal_id: int) -> Appraisal:
    """Sign what was computed, from its own file: recomputed before the signature. Raises Conflict, Refusal."""
    appraisal = _found(actor, "scoring.sign_appraisal", appraisal_id, Step.SIGN)
    content = content_of(files.path_of(appraisal.file_key))
    moment = clock.now()
    result = appraise(content.tables, content.scheme, content.context)
    computed = Computed(content.scheme, content.context, Given(content.tables, {}), result)
    meta = {
        "scheme": appraisal.scheme.name,
        "scheme_version": appraisal.scheme.version,
        "period": appraisal.label,
        "division": appraisal.division.name,
        "version": appraisal.version,
        "signed_by": actor.name,
        "signed_at": moment.astimezone(clock.LOCAL).isoformat(timespec="seconds"),
        "input_digest": appraisal.input_digest,
    }
    file_key = kept_file(computed, meta)
    with transaction.atomic():
        appraisal = _taken(actor, "scoring.sign_appraisal", appraisal_id, Step.SIGN)
        appraisal.file_key, appraisal.signed_at, appraisal.signed_by_id = file_key, moment, actor.account_id
        appraisal.key_fingerprint = fingerprint(signatures.public_bytes())[:80]
        _step(actor, "scoring.sign_appraisal", appraisal, Step.SIGN, "file_key", "signed_at", "signed_by", "key_fingerprint")
    return appraisal


def publish_appraisal(actor: Actor, *, appraisal_id: int) -> Appraisal:
    """Tell everybody, and propose what follows by repetition. What an earlier version proposed and nobody has decided falls with it; what was
    confirmed then is not proposed once more; a title that was warned or suspended then, and is not now, is so no longer. Raises Conflict."""
    with transaction.atomic():
        appraisal = _taken(actor, "scoring.conduct_appraisal", appraisal_id, Step.PUBLISH)
        appraisal.published_at = clock.now()
        before = Consequence.objects.filter(appraisal__in=[one.pk for one in versions(appraisal) if one.pk != appraisal.pk])
        before.filter(state=Consequence.State.PROPOSED).update(
            state=Consequence.State.DROPPED,
            note=_("Version %(number)d of the result was published.") % {"number": appraisal.version},
            decided_at=clock.now(),
            decided_by=actor.account_id,
        )
        done = set(before.filter(state=Consequence.State.CONFIRMED).values_list("unit_id", "kind"))
        given = _consequences(appraisal)
        _withdraw_titles(actor, appraisal, before, {(one.unit_id, one.kind) for one in given})
        Consequence.objects.bulk_create(one for one in given if (one.unit_id, one.kind) not in done)
        _step(actor, "scoring.conduct_appraisal", appraisal, Step.PUBLISH, "published_at")
        events.say(told.AppraisalPublished(appraisal.pk))
    return appraisal


def _withdraw_titles(
    actor: Actor, appraisal: Appraisal, before: QuerySet[Consequence], given: set[tuple[int, str]]
) -> None:
    """Titles stand again as they did where the new version does not give what was confirmed by an earlier one."""
    for one in before.filter(state=Consequence.State.CONFIRMED, kind__in=Consequence.TITLES).select_for_update(of=("self",)):
        if (one.unit_id, one.kind) in given:
            continue
        one.state, one.withdrawn_at = Consequence.State.WITHDRAWN, clock.now()
        one.note = _("Version %(number)d of the result no longer gives it.") % {"number": appraisal.version}
        one.save(update_fields=["state", "withdrawn_at", "note"])
        events.say(told.ConsequenceWithdrawn(one.pk))
        audit.record(actor, "scoring.conduct_appraisal", one, before={"state": "confirmed"}, after={"state": one.state, "note": one.note})


def versions(appraisal: Appraisal) -> list[Appraisal]:
    """Every version of the same period by the same scheme, the newest first. One query."""
    return list(
        Appraisal.objects.filter(
            division=appraisal.division_id,
            scheme__name=appraisal.scheme.name,
            period=appraisal.period,
            starts_on=appraisal.starts_on,
        )
        .select_related("scheme")
        .order_by("-version")
    )


def _consequences(appraisal: Appraisal) -> list[Consequence]:
    steps = appraisal.scheme.body.get("consequences", [])
    rows = list(AppraisalRow.objects.filter(appraisal=appraisal).exclude(proposed=""))
    content = content_of(files.path_of(appraisal.file_key), only=())
    found = []
    for row in rows:
        number = int(row.proposed)
        listed = {one.period for one in content.context.standings if one.unit == row.name and one.mark == row.mark}
        rule = content.scheme.consequences[number]
        periods, gaps = (told(rule, content.context, listed) for told in (counted_periods, missing_periods))
        step, grounds = steps[number], "、".join([*periods, appraisal.label])
        if gaps:
            grounds += _(" (%(periods)s: not signed)") % {"periods": "、".join(gaps)}
        found.append(
            Consequence(
                appraisal=appraisal,
                unit_id=row.unit_id,
                kind=step["step"],
                words=step["words"],
                grounds=f"{row.get_mark_display()}：{grounds}"[:300],
            )
        )
    return found


def _found(actor: Actor, verb: str, appraisal_id: int, step: Step, *, lock: bool = False) -> Appraisal:
    rows = Appraisal.objects.select_related("scheme", "division")
    appraisal = access.fetch(actor, verb, rows, lock=lock, pk=appraisal_id)
    if Appraisal.objects.filter(supersedes=appraisal.pk).exists():
        raise Conflict(_("There is a later version of this result; go on with that one."), "scoring.superseded")
    if after(appraisal.state, step) is None:
        raise Conflict(
            _("This cannot be done now: the result is “%(state)s”.") % {"state": appraisal.get_state_display()},
            "scoring.wrong_state",
        )
    return appraisal


def _taken(actor: Actor, verb: str, appraisal_id: int, step: Step) -> Appraisal:
    return _found(actor, verb, appraisal_id, step, lock=True)


def _step(actor: Actor, verb: str, appraisal: Appraisal, step: Step, *fields: str) -> None:
    before, then = appraisal.state, after(appraisal.state, step)
    assert then is not None
    appraisal.state = then
    appraisal.save(update_fields=["state", *fields])
    audit.record(actor, verb, appraisal, before={"state": before}, after={"state": then, "step": step.value})
