"""Reporting a problem."""

import uuid
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Schema

from chuangwen.cases import actions
from chuangwen.cases.api.answers import REFUSED, CaseOut, Key, answer, row
from chuangwen.cases.api.router import router
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import Source
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.prepared import Prepared
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Family, Kind
from chuangwen.web.views import actor_of


class CaseIn(Schema):
    """A problem to report. Without `site`, `division` or a point inside the account's own area says where. With `uid` a repeated call gives
    the case of the first."""

    description: str = Field(max_length=500)
    source: str = Source.SYSTEM.value
    kind: str | None = Field(None, description="code of the kind of problem")
    family: str | None = Field(None, description="code of the family, where the kind is not known")
    site: str | None = Field(None, description="code of the site")
    division: str | None = Field(None, description="12-digit code")
    severity: int | None = Field(None, ge=1, le=4)
    address: str = Field("", max_length=200)
    lat: float | None = None
    lon: float | None = None
    datum: str = Field("wgs84", pattern="^(wgs84|gcj02|bd09|cgcs2000)$")
    uid: uuid.UUID | None = None
    photos: list[Key] = Field(default=[], max_length=20, description="identifiers from POST /photos, of how it looks before")


def coded(model: Any, code: str | None, field: str, rows: Any = None) -> Any:
    """The row with this code. Raises Incomplete."""
    if not code:
        return None
    found = (model.objects.all() if rows is None else rows).filter(code=code).first()
    if found is None:
        raise Incomplete(
            _("There is nothing with the code %(code)s.") % {"code": code[:60]}, f"cases.unknown_{field}", field=field
        )
    return found


_KIND, _FAMILY = ([field.attname for field in model._meta.concrete_fields] for model in (Kind, Family))
_KIND_BY_CODE = Prepared(
    lambda code: Kind.objects.filter(code=code).values_list(*_KIND, *(f"family__{name}" for name in _FAMILY)), code="\N{BELL}"
)


def kind_of(code: str | None) -> Kind | None:
    """The kind with this code and its family. Raises Incomplete."""
    if not code:
        return None
    found = _KIND_BY_CODE.first(code=code)
    if found is None:
        return coded(Kind, code, "kind")
    kind = Kind.from_db("default", _KIND, found[: len(_KIND)])
    kind.family = Family.from_db("default", _FAMILY, found[len(_KIND) :])
    return kind


SITE = (
    "code", "name", "type", "grid", "address", "given_lat", "given_lon", "datum", "lat", "lon", "division__code", "division__path",
    "division__name",
)  # fmt: skip


def site_of(actor: Actor, code: str | None) -> Site | None:
    if not code:
        return None
    verb = "places.see" if actor.may("places.see") else "cases.report"
    return coded(Site, code, "site", access.scoped(actor, verb, Site.objects.select_related("division").only(*SITE)))


@router.post("", response={201: CaseOut} | REFUSED, summary="Report a problem")
def create_case(request: HttpRequest, body: CaseIn):
    actor = actor_of(request)
    access.require(actor, "cases.report")
    kind = kind_of(body.kind)
    case = actions.report(
        actor,
        description=body.description,
        source=body.source,
        kind=kind,
        family=coded(Family, body.family, "family") if kind is None else None,
        site=site_of(actor, body.site),
        division=coded(Division, body.division, "division"),
        severity=body.severity,
        address=body.address,
        lat=body.lat,
        lon=body.lon,
        datum=body.datum,
        uid=body.uid,
        before_photos=body.photos,
    )
    if kind is not None and case.family_id == kind.family_id:
        case.family = kind.family
    return answer(row(case), 201)
