"""Silent re-checks on the phone: what is carried, and what was found when it comes in."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import CasePhoto, Recheck
from chuangwen.cases.rechecks import actions, queries
from chuangwen.evidence.links import photo_url
from chuangwen.kernel.access import Actor
from chuangwen.phone.entries import Incoming


def handle(actor: Actor, entry: Incoming) -> dict[str, Any]:
    """``cases.recheck`` {recheck, result: solved | back | unclear, note, photos: [uid], lat, lon}: what a second look found.

    Raises Missing (not theirs, or given to somebody else meanwhile), NotNow (done already), Incomplete.
    """
    data = entry.data
    key = data.get("recheck")
    if isinstance(key, bool) or not isinstance(key, int):
        raise Incomplete(_("This entry does not say which re-check it is about."), "cases.recheck_unknown", field="recheck")
    photos = [entry.photos[uid].pk for uid in named_photos(data) if uid in entry.photos]
    found = actions.recheck(
        actor, recheck_id=key, result=str(data.get("result") or ""), note=str(data.get("note") or ""), photos=photos,
        lat=_degrees(data.get("lat")), lon=_degrees(data.get("lon")), at=entry.at,
    )  # fmt: skip
    if found.new_case is not None:
        entry.notes.append(_("The problem goes on as %(number)s.") % {"number": found.new_case})
    return {"recheck": found.pk, "result": found.result, "case": found.new_case.number if found.new_case else None}


def named_photos(data: dict[str, Any]) -> list[UUID]:
    """The photos that an entry names. What is no identifier names nothing."""
    found = []
    for text in data.get("photos") or ():
        try:
            found.append(UUID(str(text)))
        except ValueError:
            continue
    return found


def _degrees(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def carry(actor: Actor) -> list[dict[str, Any]]:
    """``cases.rechecks``: what the account is to look at again, the most urgent first, with how it looked before and after. Two queries."""
    rows = list(queries.mine(actor))
    photos: dict[int, dict[str, list[dict[str, str]]]] = {}
    links = CasePhoto.objects.filter(case__in=[row.case_id for row in rows], stage__in=("before", "after")).order_by("pk")
    for case, stage, photo in links.values_list("case_id", "stage", "photo_id"):
        photos.setdefault(case, {}).setdefault(stage, []).append(
            {"thumb": photo_url(photo, actor.account_id, "thumb"), "view": photo_url(photo, actor.account_id)}
        )
    return [_carried(row, photos.get(row.case_id, {})) for row in rows]


def _carried(row: Recheck, photos: dict[str, list[dict[str, str]]]) -> dict[str, Any]:
    case = row.case
    return {
        "id": row.pk, "case": case.number, "description": case.description, "measure": case.measure,
        "site": case.site.name if case.site else "", "site_code": case.site.code if case.site else "",
        "address": case.address, "place": case.division.name if case.division else "", "lat": case.lat, "lon": case.lon,
        "kind": str(case.kind or case.family or ""), "due_on": row.due_on.isoformat(), "before": photos.get("before", []),
        "after": photos.get("after", []),
    }  # fmt: skip
