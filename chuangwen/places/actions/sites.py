"""Sites, what stands on them, and their types."""

from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.kernel.models import Counter
from chuangwen.places.actions.changes import change, edit_coded
from chuangwen.places.models import Asset, Datum, Division, Grid, Site, SiteType
from chuangwen.places.points import located


def next_site_codes(count: int) -> list[str]:
    """Free codes of our own: DW00001 and so on. Must run inside the transaction that uses them; three queries however many."""
    counter = Counter.objects.select_for_update().get_or_create(name="places/site")[0]
    taken = set(Site.objects.filter(code__startswith="DW").values_list("code", flat=True))
    found: list[str] = []
    while len(found) < count:
        counter.value += 1
        code = f"DW{counter.value:05d}"
        if code not in taken:
            found.append(code)
    counter.save(update_fields=["value"])
    return found


def _checked(code: str | None, division: Division | None, grid: Grid | None, *, besides: int | None = None) -> None:
    if code and Site.objects.filter(code=code).exclude(pk__in=[besides] if besides else []).exists():
        raise Conflict(_("There is a site with the code %(code)s already.") % {"code": code}, "places.code_taken", field="code")
    if grid is not None and division is not None and not grid.division.under(division) and not division.under(grid.division):
        raise Refusal(_("The grid lies in another division than the site."), "places.grid_elsewhere", field="grid")


def create_site(
    actor: Actor,
    *,
    name: str,
    type: SiteType,
    division: Division,
    code: str = "",
    grid: Grid | None = None,
    lat: float | None = None,
    lon: float | None = None,
    datum: str = Datum.WGS84,
    uid: UUID | None = None,
    **facts: Any,
) -> Site:
    """Make a site. ``lat`` and ``lon`` are degrees of ``datum``; ``facts`` are address, has_manager, households, opens_at, closes_at, note,
    generated.

    Without a code it gets one of ours. Raises Denied, Refusal, Conflict.
    """
    with transaction.atomic():
        access.require(actor, "places.edit_site", division=division)
        _checked(code, division, grid)
        _check_hours(facts.get("opens_at"), facts.get("closes_at"))
        if uid is not None:
            facts["uid"] = uid
        site = Site.objects.create(
            code=code or next_site_codes(1)[0],
            name=name,
            type=type,
            division=division,
            grid=grid,
            **located(lat, lon, datum),
            **facts,
        )
        audit.record(
            actor, "places.edit_site", site, after={"code": site.code, "name": name, "type": type.code, "division": division.pk}
        )
    return site


def edit_site(actor: Actor, *, site_id: int, **facts: Any) -> Site:
    """Change columns of a site; ``lat``, ``lon`` and ``datum`` come together and are degrees as given."""
    with transaction.atomic():
        site = access.fetch(actor, "places.edit_site", Site, lock=True, pk=site_id)
        if facts.get("division") is not None:
            access.require(actor, "places.edit_site", division=facts["division"])
        _checked(facts.get("code"), facts.get("division", site.division), facts.get("grid", site.grid), besides=site.pk)
        _check_hours(facts.get("opens_at", site.opens_at), facts.get("closes_at", site.closes_at))
        if "lat" in facts:
            facts |= located(facts["lat"], facts.pop("lon"), facts["datum"])
        before, after = change(site, facts)
        if after:
            audit.record(actor, "places.edit_site", site, before=before, after=after)
    return site


def _check_hours(opens_at: time | None, closes_at: time | None) -> None:
    if (opens_at is None) != (closes_at is None):
        text = _("Opening hours have a beginning and an end: give both or neither.")
        raise Refusal(text, "places.half_hours", fields={"closes_at" if opens_at else "opens_at": text})
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        text = _("It closes before it opens; for hours past midnight write 23:59.")
        raise Refusal(text, "places.hours", fields={"closes_at": text})


def set_site_active(actor: Actor, *, site_id: int, active: bool) -> Site:
    """Take a site out of use or back into it. What was observed there stays."""
    return edit_site(actor, site_id=site_id, active=active)


def record_asset(
    actor: Actor, *, site_id: int, kind: str, quantity: int | None, state: str = "", checked_on: date | None = None
) -> Asset:
    """Say how many of a thing stand on a site: one row per kind, the newest count holds. None: some, not counted."""
    with transaction.atomic():
        site = access.fetch(actor, "places.edit_asset", Site, lock=True, pk=site_id)
        if kind not in Asset.Kind.values:
            raise Refusal(_("Unknown kind of thing: %(kind)s.") % {"kind": kind}, "places.unknown_asset", field="kind")
        asset = Asset.objects.filter(site=site, kind=kind).first()
        facts = {"quantity": quantity, "state": state, "checked_on": checked_on}
        if asset is None:
            asset = Asset.objects.create(site=site, kind=kind, **facts)
            before, after = dict[str, Any](), facts
        else:
            before, after = change(asset, facts)
        if after:
            audit.record(actor, "places.edit_asset", site, before=before, after=after | {"kind": kind})
    return asset


def remove_asset(actor: Actor, *, asset_id: int) -> None:
    """Forget a count that was wrong: afterwards nobody is said to have looked."""
    with transaction.atomic():
        asset = access.fetch(actor, "places.edit_asset", Asset.objects.select_related("site"), lock=True, pk=asset_id)
        site, facts = asset.site, {"kind": asset.kind, "quantity": asset.quantity, "state": asset.state}
        asset.delete()
        audit.record(actor, "places.edit_asset", site, before=facts, note=_("removed"))


def edit_site_type(actor: Actor, *, type_id: int | None = None, **facts: Any) -> SiteType:
    """Make a site type (no ``type_id``) or change one: code, name, group, service_minutes, order, active."""
    return edit_coded(actor, "places.edit_type", SiteType, type_id, facts, unique=("code", "name"))
