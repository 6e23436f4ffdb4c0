"""What goes out: a case in a list, a case with its history. Put together by hand and only described by the schemas: validating what our own
tables hold would cost more than reading it."""

import json
import uuid
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Schema

from chuangwen.cases.models import Case, CaseEvent, CaseParty, CasePhoto
from chuangwen.cases.standing import open_verbs, reaches
from chuangwen.evidence.links import photo_url
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.prepared import Prepared
from chuangwen.people.models import Unit
from chuangwen.standards.models import Criterion

Key = Annotated[int, Field(ge=1, lt=2**63)]
"""An identifier as the database can hold it."""


class UnitRef(Schema):
    id: int
    name: str


class CaseOut(Schema):
    """A case as a list holds it. Moments are ISO with their offset; `severity` is 1 (minor) to 4 (urgent); coordinates are WGS-84."""

    id: int
    number: str
    uid: uuid.UUID
    state: str
    urgency: str
    source: str
    severity: int
    description: str
    family: str | None
    kind: str | None
    site: str | None = Field(None, description="the code of the site")
    site_name: str | None
    division: str | None = Field(None, description="12-digit code")
    address: str
    lat: float | None
    lon: float | None
    lead_unit: UnitRef | None
    handling_unit: UnitRef | None
    reported_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    in_time: bool | None
    rework: int
    version: int


class CasePage(Schema):
    items: list[CaseOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class EventOut(Schema):
    at: datetime
    verb: str
    actor: str
    unit: str | None
    before: str
    after: str
    note: str
    data: dict[str, Any]


class PhotoOut(Schema):
    id: int
    stage: str
    view: str
    thumb: str


class CaseDetailOut(CaseOut):
    criterion: str | None
    round: str | None
    assigned_reason: str
    assists: list[UnitRef]
    binding: bool
    limit_amount: int | None
    limit_unit: str
    extension_days: int
    extension_asked: int | None
    deferred_until: date | None
    measure: str
    solved_on_spot: bool
    rebound_of: str | None
    merged_into: str | None
    filed_at: datetime | None
    dispatched_at: datetime | None
    signed_at: datetime | None
    submitted_at: datetime | None
    verbs: list[str] = Field(description="what this account can do to it now")
    events: list[EventOut]
    photos: list[PhotoOut]


class Problem(Schema):
    code: str
    message: str
    fields: dict[str, str] | list[dict[str, str]] | None = None


REFUSED = {403: Problem, 404: Problem, 409: Problem, 422: Problem}


def at(moment: datetime | date | None) -> str | None:
    if isinstance(moment, datetime):
        return moment.astimezone(clock.LOCAL).isoformat()
    return moment.isoformat() if moment is not None else None


def unit_ref(unit: Unit | None) -> dict[str, Any] | None:
    return {"id": unit.pk, "name": unit.name} if unit is not None else None


LISTED = (
    "pk", "number", "uid", "state", "urgency", "source", "severity", "description", "family__code", "kind__code", "site__code", "site__name",
    "division__code", "address", "lat", "lon", "lead_unit_id", "lead_unit__name", "handling_unit_id", "handling_unit__name", "reported_at",
    "due_at", "closed_at", "in_time", "rework", "version",
)  # fmt: skip


def line(found: Any) -> dict[str, Any]:
    """CaseOut from a row of ``LISTED``: a list makes no models, which would cost more than the query."""
    return {
        "id": found.pk,
        "number": found.number,
        "uid": str(found.uid),
        "state": found.state,
        "urgency": found.urgency,
        "source": found.source,
        "severity": found.severity,
        "description": found.description,
        "family": found.family__code,
        "kind": found.kind__code,
        "site": found.site__code,
        "site_name": found.site__name,
        "division": found.division__code,
        "address": found.address,
        "lat": found.lat,
        "lon": found.lon,
        "lead_unit": {"id": found.lead_unit_id, "name": found.lead_unit__name} if found.lead_unit_id else None,
        "handling_unit": {"id": found.handling_unit_id, "name": found.handling_unit__name} if found.handling_unit_id else None,
        "reported_at": at(found.reported_at),
        "due_at": at(found.due_at),
        "closed_at": at(found.closed_at),
        "in_time": found.in_time,
        "rework": found.rework,
        "version": found.version,
    }


def row(case: Case) -> dict[str, Any]:
    """CaseOut. Wants site, division, family, kind and units loaded; no query."""
    return {
        "id": case.pk,
        "number": case.number,
        "uid": str(case.uid),
        "state": case.state,
        "urgency": case.urgency,
        "source": case.source,
        "severity": case.severity,
        "description": case.description,
        "family": case.family.code if case.family else None,
        "kind": case.kind.code if case.kind else None,
        "site": case.site.code if case.site else None,
        "site_name": case.site.name if case.site else None,
        "division": case.division.code if case.division else None,
        "address": case.address,
        "lat": case.lat,
        "lon": case.lon,
        "lead_unit": unit_ref(case.lead_unit),
        "handling_unit": unit_ref(case.handling_unit),
        "reported_at": at(case.reported_at),
        "due_at": at(case.due_at),
        "closed_at": at(case.closed_at),
        "in_time": case.in_time,
        "rework": case.rework,
        "version": case.version,
    }


WHOLE = (
    "id", "number", "uid", "state", "urgency", "source", "severity", "description", "address", "lat", "lon", "reported_at", "due_at",
    "closed_at", "in_time", "rework", "version", "assigned_reason", "binding", "limit_amount", "limit_unit", "extension_days",
    "extension_asked", "deferred_until", "measure", "solved_on_spot", "filed_at", "dispatched_at", "signed_at", "submitted_at",
    "disputed_at", "reported_by_id", "submitted_by_id", "criterion_id", "round_id", "rebound_of_id", "merged_into_id", "lead_unit_id",
    "handling_unit_id", "division_id", "family__code", "kind__code", "site__code", "site__name", "division__code", "division__path",
    "lead_unit__name", "lead_unit__path", "handling_unit__name", "handling_unit__path",
)  # fmt: skip
PLAIN = (
    "id", "number", "state", "urgency", "source", "severity", "description", "address", "lat", "lon", "in_time", "rework", "version",
    "assigned_reason", "binding", "limit_amount", "limit_unit", "extension_days", "extension_asked", "measure", "solved_on_spot",
)  # fmt: skip
MOMENTS = (
    "reported_at", "due_at", "closed_at", "deferred_until", "filed_at", "dispatched_at", "signed_at", "submitted_at",
)  # fmt: skip
"""One case is read by queries that are compiled once: building models and queries for it cost more than all the rest of the answer."""
_CASE = Prepared(lambda case: Case.objects.filter(pk=case).values_list(*WHOLE), case=-1)
_PARTIES = Prepared(
    lambda case: CaseParty.objects.filter(case=case).order_by("pk").values_list("part", "unit_id", "unit__name", "unit__path"),
    case=-1,
)
_EVENTS = Prepared(
    lambda case: (
        CaseEvent.objects.filter(case=case)
        .order_by("at", "pk")
        .values_list("at", "verb", "actor_name", "unit__name", "before", "after", "note", "data")
    ),
    case=-1,
)
_PHOTOS = Prepared(lambda case: CasePhoto.objects.filter(case=case).order_by("pk").values_list("photo_id", "stage"), case=-1)


class _Placed:
    """A node of a tree as far as rights ask: its path."""

    __slots__ = ("path",)

    def __init__(self, path: str):
        self.path = path


class _Row:
    """A case as rights and buttons look at it, without a model."""

    def __init__(self, facts: dict[str, Any]):
        self.__dict__.update(facts)
        for name in ("division", "lead_unit", "handling_unit"):
            path = facts[f"{name}__path"]
            setattr(self, name, _Placed(path) if path is not None else None)


def named(facts: dict[str, Any]) -> dict[str, Any]:
    """What few cases have beside them, asked for only where it is: whole rows joined to each case would cost more than all the rest."""
    others = [key for key in (facts["rebound_of_id"], facts["merged_into_id"]) if key is not None]
    numbers: dict[Any, str | None] = dict(Case.objects.filter(pk__in=others).values_list("pk", "number")) if others else {}
    criterion = Criterion.objects.filter(pk=facts["criterion_id"]).values_list("text", flat=True) if facts["criterion_id"] else ()
    round = Round.objects.filter(pk=facts["round_id"]).values_list("name", flat=True) if facts["round_id"] else ()
    return {
        "criterion": next(iter(criterion), None),
        "round": next(iter(round), None),
        "rebound_of": numbers.get(facts["rebound_of_id"]),
        "merged_into": numbers.get(facts["merged_into_id"]),
    }


def whole(actor: Actor, case_id: int) -> dict[str, Any]:
    """CaseDetailOut: four queries, and up to three for what few cases have. Raises Denied, Missing."""
    access.require(actor, "cases.see")
    found = _CASE.first(case=case_id) if 0 < case_id < 2**63 else None
    parties = _PARTIES.rows(case=case_id) if found is not None else []
    paths = [path for _part, _unit, _name, path in parties]
    facts = dict(zip(WHOLE, found, strict=True)) if found is not None else {}
    case: Any = _Row(facts) if facts else None
    if case is None or not _seen(actor, case, paths):
        raise Missing(_("There is no such record, or it is not in your area."))
    answer = {name: facts[name] for name in PLAIN} | {name: at(facts[name]) for name in MOMENTS}
    return (
        answer
        | named(facts)
        | {
            "uid": str(case.uid),
            "family": facts["family__code"],
            "kind": facts["kind__code"],
            "site": facts["site__code"],
            "site_name": facts["site__name"],
            "division": facts["division__code"],
            "lead_unit": {"id": case.lead_unit_id, "name": facts["lead_unit__name"]} if case.lead_unit_id else None,
            "handling_unit": {"id": case.handling_unit_id, "name": facts["handling_unit__name"]}
            if case.handling_unit_id
            else None,
            "assists": [{"id": unit, "name": name} for part, unit, name, _path in parties if part == CaseParty.Part.ASSIST],
            "verbs": [verb.value for verb in open_verbs(actor, case, paths)],
            "events": [
                {
                    "at": at(moment),
                    "verb": verb,
                    "actor": name,
                    "unit": unit,
                    "before": before,
                    "after": after,
                    "note": note,
                    "data": data,
                }
                for moment, verb, name, unit, before, after, note, data in _EVENTS.rows(case=case_id)
            ],
            "photos": [photo_ref(actor, photo, stage) for photo, stage in _PHOTOS.rows(case=case_id)],
        }
    )


def _seen(actor: Actor, case: Any, paths: list[str]) -> bool:
    """Whether the list of the cases that the actor sees would hold it. In memory, but for cases of a round, which may be hidden from who
    rates a site of it again (``listeners``): they are looked for in that list."""
    if case.round_id is not None and access.veiled(actor, Case):
        return access.scoped(actor, "cases.see", Case).filter(pk=case.id).exists()
    return reaches(actor, "cases.see", case, paths)


def photo_ref(actor: Actor, photo: int, stage: str) -> dict[str, Any]:
    account = actor.account_id
    return {"id": photo, "stage": stage, "view": photo_url(photo, account), "thumb": photo_url(photo, account, "thumb")}


def answer(data: Any, status: int = 200) -> HttpResponse:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
