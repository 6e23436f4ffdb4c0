"""What is entered on a phone about cases, done by the room's own actions: nothing is decided here that they decide.

Between the entry and its arrival hours may pass. Where the case has moved on since the phone last saw it, the person is told what
happened and chooses: do it all the same (where the state still allows it), leave it as a remark with the photos, or drop it. What only
the person themselves did meanwhile (signed for it, then answered, both without signal) is no conflict.
"""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.cases import actions, telling
from chuangwen.cases.actions.base import WITH, changed_meanwhile, check, word
from chuangwen.cases.errors import Incomplete, NotNow, NotYours, SomebodyElse
from chuangwen.cases.models import LIVE, WORKING_STATES, Case, CaseEvent, CaseParty, Source, State, Verb
from chuangwen.cases.standing import open_verbs
from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Denied, Missing, Refusal
from chuangwen.people import queries as people
from chuangwen.phone.entries import Clash, Incoming
from chuangwen.places.models import Datum, Division, Grid, Site
from chuangwen.standards.models import Family, Kind

ANYWAY, REMARK = "anyway", "remark"
LABELS = {ANYWAY: gettext_lazy("Send it all the same"), REMARK: gettext_lazy("Leave it as a remark")}
QUIET = (Verb.COMMENT, Verb.CLOCK)
"""What happens to a case without moving its version."""


# -- reports ----------------------------------------------------------------------------------------------------------------


def report(actor: Actor, entry: Incoming) -> dict[str, Any]:
    """``cases.report`` {site | lat, lon | division | grid, kind | family, severity, text, address, photos: [uid]}: a problem for the office."""
    facts = _facts(actor, "cases.report", entry)
    case = actions.report(actor, before_photos=_photos(entry, "photos"), reported_at=entry.at, **facts)
    _tell_alike(actor, case, entry)
    return _result(case)


def solved_on_spot(actor: Actor, entry: Incoming) -> dict[str, Any]:
    """``cases.solved_on_spot`` {the same, measure, before: [uid], after: [uid]}: found and put right by the same person, closed at once.

    With ``case`` and ``version`` instead of a place it closes one that was reported before and not dispatched yet.
    """
    measure, before, after = _text(entry, "measure"), _photos(entry, "before"), _photos(entry, "after")
    if entry.data.get("case") is None:
        facts = _facts(actor, "cases.solve_on_spot", entry)
        return _result(actions.solve_on_spot(actor, measure=measure, before_photos=before, after_photos=after, **facts))

    def solve(version: int | None) -> Case:
        key = _key(entry, "case")
        return actions.solve_reported(
            actor, case_id=key, measure=measure, before_photos=before, after_photos=after, expected_version=version
        )

    return _on_case(actor, entry, Verb.SOLVE_ON_SPOT, solve, _remark(entry, _("Solved on the spot"), measure, (*before, *after)))


def _facts(actor: Actor, verb: str, entry: Incoming) -> dict[str, Any]:
    """What ``report`` and ``solve_on_spot`` take in common. The kind's name stands in for words that nobody wrote."""
    data = entry.data
    site = _one(access.scoped(actor, "places.see", Site).select_related("division", "grid"), entry, "site")
    kind, family = _one(Kind.objects.select_related("family"), entry, "kind"), _one(Family.objects.all(), entry, "family")
    datum = str(data.get("datum") or Datum.WGS84)
    if datum not in Datum.values:
        raise Incomplete(
            _("There is no such place on earth: check latitude, longitude and datum."), "cases.no_point", field="datum"
        )
    source = str(data.get("source") or Source.PATROL)
    return {
        "description": _text(entry, "text") or (kind.name if kind else family.name if family else ""),
        "source": source if source in (Source.PATROL, Source.SELF_CHECK, Source.RESIDENT) else Source.PATROL,
        "site": site, "kind": kind, "family": family, "address": _text(entry, "address"),
        "grid": _one(access.scoped(actor, "places.see", Grid).select_related("division"), entry, "grid"),
        "division": _one(access.scoped(actor, "places.see", Division), entry, "division"),
        "lat": _number(entry, "lat"), "lon": _number(entry, "lon"), "datum": datum,
        "severity": _key(entry, "severity") if data.get("severity") else None, "uid": entry.uid,
    }  # fmt: skip


def _tell_alike(actor: Actor, case: Case, entry: Incoming) -> None:
    """Say so where an open case of the same kind stands at the same site, or where the new one is a rebound."""
    if case.rebound_of is not None:
        entry.notes.append(_("It was closed before as %(number)s: recorded as its rebound.") % {"number": case.rebound_of.number})
    if case.site_id is None or case.kind_id is None:
        return
    alike = access.scoped(actor, "cases.see", Case).filter(LIVE, site=case.site_id, kind=case.kind_id, closed_at__isnull=True)
    other = alike.exclude(pk=case.pk).order_by("pk").first()
    if other is not None:
        entry.notes.append(
            _("%(number)s tells of the same at the same site: the office decides whether they are one.")
            % {"number": other.number}
        )


# -- what a unit does -------------------------------------------------------------------------------------------------------


def answer(actor: Actor, entry: Incoming) -> dict[str, Any]:
    """``cases.answer`` {case, version, measure, after: [uid]}: what was done, with a photo."""
    measure, after = _text(entry, "measure"), _photos(entry, "after")
    remark = _remark(entry, _("Answer from the phone"), measure, after)
    result = _on_case(
        actor, entry, Verb.SUBMIT,
        lambda version: actions.submit(
            actor, case_id=_key(entry, "case"), measure=measure, after_photos=after, expected_version=version
        ),
        remark,
    )  # fmt: skip
    if result["done"] == Verb.SUBMIT:
        _tell_late(_key(entry, "case"), entry)
    return result


def _tell_late(case_id: int, entry: Incoming) -> None:
    """The clock counts the arrival: whoever answered in time without signal reads that it came late, and that the photo tells its own time."""
    case = Case.objects.only("due_at", "submitted_at").get(pk=case_id)
    if case.due_at is not None and case.submitted_at is not None and entry.at <= case.due_at < case.submitted_at:
        entry.notes.append(_("It was written in time and arrived after the deadline. The office sees when the photo was taken."))


def ask_time(actor: Actor, entry: Incoming) -> dict[str, Any]:
    """``cases.ask_time`` {case, version, days, reason}: more working days."""
    days, reason = _key(entry, "days"), _text(entry, "reason")
    remark = _remark(entry, telling.limit_words(days, "working_days"), reason, (), _("Asked for more time"))
    return _on_case(
        actor, entry, Verb.ASK_EXTENSION,
        lambda version: actions.ask_extension(
            actor, case_id=_key(entry, "case"), days=days, reason=reason, expected_version=version
        ),
        remark,
    )  # fmt: skip


def not_ours(actor: Actor, entry: Incoming) -> dict[str, Any]:
    """``cases.not_ours`` {case, version, reason, suggested_unit}: refused by its lead, handed back by whom it was passed on to."""
    reason, unit = _text(entry, "reason"), _one(people.units(actor), entry, "suggested_unit")
    if unit is not None:
        reason = (reason + "；" if reason else "") + _("it seems to be for %(unit)s") % {"unit": unit.name}
    case = _seen(actor, entry)
    back = Verb.REFUSE not in _open(actor, case) and Verb.HAND_BACK in _open(actor, case)
    verb, act = (Verb.HAND_BACK, actions.hand_back) if back else (Verb.REFUSE, actions.refuse)
    remark = _remark(entry, _("Not ours"), reason, ())
    return _on_case(
        actor, entry, verb, lambda version: act(actor, case_id=case.pk, reason=reason, expected_version=version), remark
    )


def sign_for(actor: Actor, entry: Incoming) -> dict[str, Any]:
    """``cases.sign_for`` {case, version}: the unit takes it. Signed for by a colleague meanwhile it is taken all the same."""
    case = _seen(actor, entry)
    if case.state == State.RECTIFYING and _stands_with(actor, case):
        entry.notes.append(_("It was signed for already."))
        return _result(case, "")
    return _on_case(
        actor, entry, Verb.SIGN_FOR, lambda version: actions.sign_for(actor, case_id=case.pk, expected_version=version), None
    )


def remark(actor: Actor, entry: Incoming) -> dict[str, Any]:
    """``cases.remark`` {case, text, photos: [uid]}: words and photos for a case that is known already."""
    case = _seen(actor, entry)
    words, photos = _text(entry, "text") or _("Seen again on site"), _photos(entry, "photos")
    _add_remark(actor, entry, case, words, photos)
    return _result(case, Verb.COMMENT)


# -- a case that may have moved on ------------------------------------------------------------------------------------------


def _on_case(
    actor: Actor, entry: Incoming, verb: Verb, act: Callable[[int | None], Case], words: tuple[str, list[int]] | None
) -> dict[str, Any]:
    """Do ``verb`` by ``act(expected_version)``; where the case has moved on, raise ``Clash`` with what can be chosen, or do what was chosen.

    ``words``: the text and photos of the remark that it becomes when the person chooses so; None where a remark would say nothing.
    """
    case = _seen(actor, entry)
    if entry.choice == REMARK and words is not None:
        _add_remark(actor, entry, case, *words)
        return _result(case, Verb.COMMENT)
    version = (
        case.version if entry.choice == ANYWAY or _only_own(actor, case, entry.data.get("version")) else _key(entry, "version")
    )
    try:
        return _result(act(version), verb)
    except (SomebodyElse, NotNow, NotYours) as problem:
        raise _clash(actor, verb, case, problem, words is not None) from problem
    except Refusal as problem:
        if isinstance(problem, (Denied, Missing)) or problem.status != 409:
            raise
        raise _clash(actor, verb, case, problem, words is not None) from problem


def _seen(actor: Actor, entry: Incoming) -> Case:
    """The case of an entry with its units. Raises Clash where it is not the person's to see any more (redispatched, another post)."""
    found = access.scoped(actor, "cases.see", Case).select_related(*WITH, "merged_into").filter(pk=_key(entry, "case")).first()
    if found is None:
        raise Clash(_("This case is not with your unit any more: it was given to another."), "cases.gone")
    return found


def _only_own(actor: Actor, case: Case, version: Any) -> bool:
    """Whether all that moved the case since ``version`` was done by the same person."""
    if not isinstance(version, int) or isinstance(version, bool) or version >= case.version:
        return False
    moved = CaseEvent.objects.filter(case=case).exclude(verb__in=QUIET).order_by("-pk")
    events = list(moved.values_list("account_id", flat=True)[: min(case.version - version, 50)])
    return bool(events) and all(account == actor.account_id for account in events)


def _clash(actor: Actor, verb: Verb, case: Case, problem: Refusal, remark_helps: bool) -> Clash:
    """What happened, and what can be chosen: everything is read anew."""
    case = Case.objects.select_related(*WITH, "merged_into").get(pk=case.pk)
    choices = []
    if isinstance(problem, SomebodyElse) and _can(actor, verb, case):
        choices.append((ANYWAY, LABELS[ANYWAY]))
    if remark_helps and _can_remark(actor, _remark_goes_to(case)):
        choices.append((REMARK, LABELS[REMARK]))
    message = str(problem)
    if case.state == State.MERGED and case.merged_into is not None:
        message = _("%(number)s was merged into %(other)s: it is one problem now.") % {
            "number": case.number,
            "other": case.merged_into.number,
        }
    elif isinstance(problem, NotNow):
        message = f"{message} {changed_meanwhile(case)}"
    return Clash(message, problem.code, choices)


def _can(actor: Actor, verb: Verb, case: Case) -> bool:
    try:
        check(actor, verb, case)
    except Refusal:
        return False
    return access.scoped(actor, word(verb), Case).filter(pk=case.pk).exists()


def _can_remark(actor: Actor, case: Case) -> bool:
    return access.scoped(actor, word(Verb.COMMENT), Case).filter(pk=case.pk).exists() and case.state != State.MERGED


def _remark_goes_to(case: Case) -> Case:
    """Words for a case that was merged belong to the one that goes on."""
    return case.merged_into if case.state == State.MERGED and case.merged_into is not None else case


def _add_remark(actor: Actor, entry: Incoming, case: Case, words: str, photos: list[int]) -> None:
    target = _remark_goes_to(case)
    try:
        actions.comment(actor, case_id=target.pk, note=words, photos=photos)
    except (Missing, NotNow) as problem:
        raise Clash(str(problem), problem.code) from problem
    if target is not case:
        entry.notes.append(_("The remark stands on %(number)s.") % {"number": target.number})


def _remark(entry: Incoming, what: str, words: str, photos: Iterable[int], title: str = "") -> tuple[str, list[int]]:
    """What was entered, as a remark: when it was written, what was meant, the words."""
    moment = f"{entry.at.astimezone(clock.LOCAL):%m-%d %H:%M}"
    head = "，".join(part for part in (title, what) if part)
    return f"{head}（{moment}）：{words}"[:500], list(photos)


def _open(actor: Actor, case: Case) -> list[Verb]:
    return open_verbs(actor, case, CaseParty.objects.filter(case=case).values_list("unit__path", flat=True))


def _stands_with(actor: Actor, case: Case) -> bool:
    """Whether the case is at work with one of the actor's units."""
    return case.state in WORKING_STATES and Verb.SUBMIT in _open(actor, case)


def _result(case: Case, done: str | None = None) -> dict[str, Any]:
    """What the phone is told: the case as it stands now and what was done to it (a word of ``Verb``; "" for nothing)."""
    return {
        "case": case.pk, "number": case.number, "version": case.version, "state": case.state,
        "state_label": str(case.get_state_display()), "done": Verb.REPORT.value if done is None else str(done),
    }  # fmt: skip


# -- reading what the phone wrote -------------------------------------------------------------------------------------------


def _text(entry: Incoming, name: str) -> str:
    value = entry.data.get(name)
    return value.strip() if isinstance(value, str) else ""


def _key(entry: Incoming, name: str) -> int:
    """A whole number from 0. Raises Incomplete."""
    value = entry.data.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise Incomplete(_("What the phone sent is not whole: %(name)s.") % {"name": name}, "cases.malformed", field=name)
    return value


def _number(entry: Incoming, name: str) -> float | None:
    value = entry.data.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Incomplete(_("What the phone sent is not whole: %(name)s.") % {"name": name}, "cases.malformed", field=name)
    return float(value)


def _one(rows: Any, entry: Incoming, name: str) -> Any:
    """The row that the entry names, None where it names none. Raises Incomplete for one that is not there or not the actor's."""
    if entry.data.get(name) in (None, ""):
        return None
    found = rows.filter(pk=_key(entry, name)).first()
    if found is None:
        raise Incomplete(
            _("Something that was chosen on the phone does not exist any more: %(name)s.") % {"name": name}, field=name
        )
    return found


def _photos(entry: Incoming, name: str) -> list[int]:
    """The keys of the photos that a part of the entry names, in their order."""
    found = []
    for uid in uids_of(entry.data, name):
        photo: Photo | None = entry.photos.get(uid)
        if photo is None:
            raise Incomplete(_("One of the photos is not there or was not uploaded by you."), "cases.photo_unknown", field=name)
        found.append(photo.pk)
    return list(dict.fromkeys(found))


def uids_of(data: dict[str, Any], *names: str) -> list[uuid.UUID]:
    """The photos that the data name in any of these parts. Raises Incomplete for what is no list of identifiers."""
    found = []
    for name in names:
        value = data.get(name)
        if value is None:
            continue
        try:
            found += [uuid.UUID(one) for one in value]
        except (TypeError, ValueError, AttributeError) as problem:
            message = _("What the phone sent is not whole: %(name)s.") % {"name": name}
            raise Incomplete(message, "cases.malformed", field=name) from problem
    return found
