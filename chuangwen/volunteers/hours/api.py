"""The REST resource of hours: ``/api/v1/volunteer-hours``. One's own record, and whether a certificate is genuine (open to anybody); what the
desk does is in ``desk_api``."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.paging import page_of
from chuangwen.volunteers.hours import desk_api, queries
from chuangwen.web.views import actor_of

router = Router()
router.add_router("", desk_api.router)


class OwnHoursOut(Schema):
    """What counts of one's own record. Minutes."""

    minutes: int
    transferred: int = Field(description="of them from other systems")
    services: int
    level: int | None = Field(description="level of the ladder that is reached")
    missing: int = Field(description="minutes to the next level; 0 at the top")


class OwnEntryOut(Schema):
    """A line of one's own record; one that counts no longer stays with its reason."""

    id: int
    kind: str = Field(description="presence, correction or transfer")
    title: str
    day: date
    minutes: int
    counts: bool
    team: str | None
    corrects: int | None
    from_system: str
    from_number: str
    reason: str


class OwnEntryPage(Schema):
    items: list[OwnEntryOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class VerifyHoursIn(Schema):
    code: str = Field(max_length=3000, description="the code, or the address that the QR code holds")


class VerifyHoursOut(Schema):
    """`genuine`: signed by this installation and on file; `valid`: not withdrawn since. The name is masked."""

    genuine: bool
    valid: bool
    number: str | None
    name: str | None
    minutes: int | None
    first: date | None
    last: date | None
    organ: str | None
    issued_on: date | None
    problem: str


def _own(request: HttpRequest) -> Any:
    actor = actor_of(request)
    access.require(actor, queries.OWN)
    found = queries.own_volunteer(actor)
    if found is None:
        raise Missing("没有登记为志愿者。")
    return found


@router.get("/mine", response=OwnHoursOut, summary="本人的志愿服务时长")
def own_hours(request: HttpRequest):
    totals = queries.totals(_own(request))
    star = totals.standing
    return {
        "minutes": totals.minutes, "transferred": totals.transferred, "services": totals.services, "missing": star.missing,
        "level": star.now.level if star.now else None,
    }  # fmt: skip


@router.get("/mine/entries", response=OwnEntryPage, summary="本人的志愿服务记录")
def own_entries(request: HttpRequest, limit: int = 50, after: int | None = None):
    """Newest first; entries that count no longer are among them."""
    volunteer = _own(request)
    page = page_of(queries.entries(actor_of(request), queries.OWN).filter(volunteer=volunteer), limit=limit, after=after)
    names = ("kind", "title", "day", "minutes", "counts", "from_system", "from_number", "reason")
    items = [
        {name: getattr(row, name) for name in names} | {"id": row.pk, "team": row.team.name if row.team else None, "corrects": row.corrects_id}
        for row in page["items"]
    ]
    return {"items": items, "next": page["next"]}


@router.post("/verify", response=VerifyHoursOut, summary="查验志愿服务记录证明", auth=None)
def verify_certificate(request: HttpRequest, body: VerifyHoursIn):
    """Open to anybody who has the code."""
    found = queries.verified(body.code.replace("\x00", ""))
    told = found.told
    return {
        "genuine": found.genuine and not found.problem, "valid": found.valid, "problem": found.problem or found.reason,
        "number": told.number if told else None, "name": told.name if told else None, "minutes": told.minutes if told else None,
        "first": told.first if told else None, "last": told.last if told else None, "organ": told.organ if told else None,
        "issued_on": told.day if told else None,
    }  # fmt: skip
