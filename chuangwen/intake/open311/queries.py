"""What other systems read: services, their attributes, and how reports from outside go on. Personal data do not leave: see ``told``."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from chuangwen.cases import telling
from chuangwen.cases.models import OPEN_STATES, Case, CaseEvent, Objection, State, Verb
from chuangwen.intake.install import settings_row
from chuangwen.intake.masking import mask_text
from chuangwen.intake.models import Report, SystemKey
from chuangwen.intake.open311 import rules
from chuangwen.intake.open311.rules import CLOSED, OPEN, NoKey, Wanted, written
from chuangwen.intake.residents.queries import WORDS, by_token, public_photos
from chuangwen.intake.sealing import hash_of
from chuangwen.kernel import clock
from chuangwen.kernel.errors import Missing
from chuangwen.places.models import Division
from chuangwen.standards.models import Kind

STEPS = 10
"""So many cases one may go on in: merged, taken up again."""
SITE, SEVERITY, SEEN_AT, REFERENCE = "SITE", "SEVERITY", "SEEN_AT", "REFERENCE"


def key_of(plain: str) -> SystemKey:
    """The key that this text is, in force; its use is noted at most hourly. Raises NoKey."""
    found = SystemKey.objects.select_related("division").filter(key_hash=hash_of(plain[:200]), withdrawn_at__isnull=True).first()
    if found is None:
        raise NoKey(_("The api_key is not known, or it was taken back."))
    now = clock.now()
    if found.last_used_at is None or (now - found.last_used_at).total_seconds() > 3600:
        SystemKey.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def jurisdiction() -> str:
    """The jurisdiction_id of this town: what the office has set, else the code of its highest division."""
    return settings_row().jurisdiction or next(
        iter(Division.objects.filter(active=True, code__isnull=False).order_by("depth", "path").values_list("code", flat=True)[:1]), ""
    ) or ""


def check_jurisdiction(given: str) -> None:
    """One town stands behind this address: none need be named, and no other can be. Raises Missing (the standard's 404)."""
    if given and given != jurisdiction():
        raise Missing(_("The jurisdiction_id is not known here."))


# -- services ---------------------------------------------------------------------------------------------------------


def kinds() -> QuerySet[Kind]:
    return Kind.objects.filter(active=True, family__active=True).select_related("family").order_by("family__order", "order", "pk")


def kind_of(code: str) -> Kind:
    """The kind behind a service_code. Raises Missing."""
    found = kinds().filter(code=code[:40]).first()
    if found is None:
        raise Missing(_("The service_code is not known here."))
    return found


def services() -> list[dict[str, Any]]:
    """GET services: a kind of problem is a service. One query."""
    return [
        {
            "service_code": kind.code, "service_name": kind.name,
            "description": _("%(family)s: %(kind)s") % {"family": kind.family, "kind": kind},
            "metadata": True, "type": "realtime", "keywords": ",".join(map(str, kind.keywords)), "group": kind.family.name,
        }
        for kind in kinds()
    ]  # fmt: skip


def definition(code: str) -> dict[str, Any]:
    """GET service definition: what may be said beyond the standard's own fields. Raises Missing."""
    kind = kind_of(code)
    severities = [{"key": str(key), "name": str(name)} for key, name in telling.SEVERITIES]
    asked = [
        (SITE, "string", _("The code of the site, as on its QR code."), _("A code such as SC-001; it takes the place of a location."), None),
        (SEVERITY, "singlevaluelist", _("How serious it is."), "", severities),
        (SEEN_AT, "datetime", _("When it was seen, if not now."), _("At most 30 days ago."), None),
        (REFERENCE, "string", _("Your own number of this report."), _("The same number sent again gives the same request."), None),
    ]  # fmt: skip
    return {
        "service_code": kind.code,
        "attributes": [
            {
                "variable": True, "code": code, "datatype": datatype, "required": False, "datatype_description": hint or None,
                "order": order, "description": words, "values": values or [],
            }
            for order, (code, datatype, words, hint, values) in enumerate(asked, start=1)
        ],
    }  # fmt: skip


# -- requests ---------------------------------------------------------------------------------------------------------


def visible(key: SystemKey | None) -> QuerySet[Report]:
    """Reports from outside that were not taken back; for a key of one area those inside it, and its own. Cases that the office found itself
    are nobody's business here. Raises NoKey where the office lets nobody read without one."""
    rows = Report.objects.filter(withdrawn_at__isnull=True)
    if key is None:
        if not settings_row().open311_open:
            raise NoKey(_("An api_key is needed to read requests here."))
        return rows
    if key.division is not None:
        rows = rows.filter(Q(case__division__in=Division.subtree_ids(key.division.path)) | Q(system=key))
    return rows


def ends(cases: Iterable[Case]) -> dict[int, Case]:
    """For each case the one in which it goes on (merged into, taken up again after an objection), itself for most. At most two queries for
    each step of the longest way."""
    found = {case.pk: case for case in cases}
    for _step in range(STEPS):
        onward = {pk: end.merged_into_id for pk, end in found.items() if end.state == State.MERGED and end.merged_into_id}
        closed = {end.pk for end in found.values() if end.state == State.CLOSED}
        upheld = dict(
            Objection.objects.filter(case__in=closed, state=Objection.State.UPHELD).order_by("pk").values_list("case", "new_case")
        ) if closed else {}  # fmt: skip
        onward |= {pk: upheld[end.pk] for pk, end in found.items() if upheld.get(end.pk)}
        if not onward:
            break
        known = {case.pk: case for case in _with_names(Case.objects.filter(pk__in=set(onward.values())))}
        found |= {pk: known[key] for pk, key in onward.items() if key in known}
    return found


def _with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.select_related("kind", "family", "site", "division", "lead_unit")


def status_of(end: Case) -> str:
    """open or closed: closed is what has ended and is not objected to."""
    return CLOSED if end.state in (State.CLOSED, State.REJECTED) and end.disputed_at is None else OPEN


def requests(key: SystemKey | None, asked: Wanted, absolute: Callable[[str], str]) -> list[dict[str, Any]]:
    """GET requests, newest first; ``absolute`` makes a whole address of a path. A constant number of queries. Raises NoKey."""
    rows = visible(key)
    if asked.ids:
        rows = rows.filter(case__number__in=asked.ids)
    else:
        if asked.since is not None:
            rows = rows.filter(case__reported_at__gte=asked.since)
        if asked.until is not None:
            rows = rows.filter(case__reported_at__lte=asked.until)
        if asked.codes:
            rows = rows.filter(case__kind__code__in=asked.codes)
        if len(asked.statuses) == 1:
            rows = _of_status(rows, next(iter(asked.statuses)))
    first = (asked.page - 1) * asked.size
    page = _told_with(rows).order_by("-case__reported_at", "-pk")[first : first + asked.size]
    return told(list(page), key, absolute)


def _told_with(rows: QuerySet[Report]) -> QuerySet[Report]:
    names = ("case__kind", "case__family", "case__site", "case__division", "case__lead_unit")
    return rows.select_related(*names)


def _of_status(rows: QuerySet[Report], status: str) -> QuerySet[Report]:
    """Those that are open, or closed: by their own state, and where they go on in another case by that one's."""
    upheld = Exists(Objection.objects.filter(case=OuterRef("case"), state=Objection.State.UPHELD))
    elsewhere = rows.annotate(taken_up=upheld).filter(Q(case__state=State.MERGED) | Q(case__state=State.CLOSED, taken_up=True))
    moved = [report.case for report in elsewhere.select_related("case")]
    last = ends(moved)
    counted = [case.pk for case in moved if status_of(last[case.pk]) == status]
    here = Q(case__state__in=OPEN_STATES) | Q(case__state=State.CLOSED, case__disputed_at__isnull=False)
    if status == CLOSED:
        here = Q(case__state=State.REJECTED) | Q(case__state=State.CLOSED, case__disputed_at__isnull=True)
    return rows.filter((here & ~Q(case__in=[case.pk for case in moved])) | Q(case__in=counted))


def request(key: SystemKey | None, number: str, absolute: Callable[[str], str]) -> dict[str, Any]:
    """GET request. Raises Missing: what is not there and what may not be seen are answered alike; NoKey."""
    found = requests(key, Wanted(ids=(number[:30],)), absolute)
    if not found:
        raise Missing(_("The service_request_id is not known here."))
    return found[0]


def request_by_token(token: str) -> dict[str, Any]:
    """GET tokens: the number of the report whose link ends in this. Raises Missing."""
    try:
        report, case = by_token(token)
    except Missing as problem:
        raise Missing(_("The token is not known here.")) from problem
    return {"service_request_id": (report.case if report else case).number, "token": token}


@dataclass(frozen=True)
class Words:
    """What is read of a case's words by who may: names of who worked on it and numbers are covered. ``reason``: why it was not accepted."""

    names: frozenset[str] = frozenset()
    reason: str = ""


def told(reports: list[Report], key: SystemKey | None, absolute: Callable[[str], str]) -> list[dict[str, Any]]:
    """Requests as the standard writes them.

    Everybody: kind, place by its public name, a point to ten metres, times, state, photos that were covered and released. Who brought it, and
    keys that were given the words: also the words (covered), the address, the point itself, the unit, what was done or why not.
    """
    last = ends(report.case for report in reports)
    cases = {case.pk: case for case in last.values()} | {report.case_id: report.case for report in reports}
    changed = _changed(cases)
    photos = public_photos(cases)
    mine = {report.pk for report in reports if key is not None and (key.reads_words or report.system_id == key.pk)}
    words = _words({last[report.case_id].pk for report in reports if report.pk in mine} | {r.case_id for r in reports if r.pk in mine})
    return [_one(report, last[report.case_id], changed, photos, words, report.pk in mine, absolute) for report in reports]


def _changed(cases: Mapping[int, Case]) -> dict[int, datetime]:
    rows = CaseEvent.objects.filter(case__in=list(cases)).order_by().values_list("case").annotate(last=Max("at"))
    return dict(rows)


def _words(case_ids: set[int]) -> dict[int, Words]:
    """Per case the names to cover, and the reason of a rejection. One query."""
    found: dict[int, Words] = {}
    events = CaseEvent.objects.filter(case__in=case_ids).order_by("at", "pk") if case_ids else CaseEvent.objects.none()
    for case, verb, name, note in events.values_list("case", "verb", "actor_name", "note"):
        known = found.get(case, Words())
        reason = note if verb == Verb.REJECT else known.reason
        found[case] = Words(known.names | ({name} if name else set()), reason)
    return found


def _one(
    report: Report, end: Case, changed: Mapping[int, datetime], photos: Mapping[int, list[str]], words: Mapping[int, Words], mine: bool,
    absolute: Callable[[str], str],
) -> dict[str, Any]:  # fmt: skip
    case, status = report.case, status_of(end)
    names = words.get(case.pk, Words()).names | words.get(end.pk, Words()).names
    cover = lambda text: mask_text(text, names) or None if mine else None  # noqa: E731
    place = str(end.site or case.site or case.division or "")
    picture = next(iter([*photos.get(case.pk, ()), *photos.get(end.pk, ())]), None)
    digits = 7 if mine else rules.LAT_LON_DIGITS
    return {
        "service_request_id": case.number,
        "status": status,
        "status_notes": _notes(case, end, words.get(end.pk, Words()), names, mine),
        "service_name": case.kind.name if case.kind else None,
        "service_code": case.kind.code if case.kind else None,
        "description": cover(case.description),
        "agency_responsible": str(end.lead_unit) if mine and end.lead_unit else None,
        "service_notice": None,
        "requested_datetime": written(case.reported_at),
        "updated_datetime": written(max((changed[pk] for pk in {case.pk, end.pk} if pk in changed), default=case.reported_at)),
        "expected_datetime": written(end.due_at) if status == OPEN else None,
        "address": " ".join(part for part in (place, cover(case.address)) if part) or None,
        "address_id": case.site.code if case.site else None,
        "zipcode": None,
        "lat": round(case.lat, digits) if case.lat is not None else None,
        "long": round(case.lon, digits) if case.lon is not None else None,
        "media_url": absolute(picture) if picture else None,
    }  # fmt: skip


def _notes(case: Case, end: Case, words: Words, names: frozenset[str], mine: bool) -> str:
    """How it stands, in a sentence or two."""
    word, sentence, _tone = WORDS[end.state]
    parts = [_("%(word)s. %(sentence)s") % {"word": word, "sentence": "" if end.state in (State.CLOSED, State.REJECTED) else sentence}]
    if end.disputed_at is not None:
        parts = [_("It was closed, and somebody says that it is not solved: the office has to answer.")]
    if end.pk != case.pk:
        parts.append(_("It goes on under the number %(number)s.") % {"number": end.number})
    told = (end.measure if end.state == State.CLOSED else words.reason if end.state == State.REJECTED else "") if mine else ""
    return " ".join(part.strip() for part in [*parts, mask_text(told, names)] if part.strip())
