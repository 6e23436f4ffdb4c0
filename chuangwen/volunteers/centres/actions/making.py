"""Centres are set up with the site at which they are inspected, edited, given up and taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.lives import needed, one_of
from chuangwen.kernel.models import Counter
from chuangwen.people.models import Unit
from chuangwen.places.actions.sites import create_site, edit_site
from chuangwen.places.models import Division, Site, SiteType
from chuangwen.volunteers.centres import rules
from chuangwen.volunteers.centres.access import PLAN
from chuangwen.volunteers.centres.actions.base import EARLIEST, refuse, taken
from chuangwen.volunteers.centres.models import Centre
from chuangwen.volunteers.centres.standard import SITE_TYPES

COUNTER = "volunteers/centre"


def make_centre(
    actor: Actor,
    *,
    name: str,
    kind: str,
    division: Division,
    unit: Unit,
    above: Centre | None = None,
    site: Site | None = None,
    address: str = "",
    opens_at: time | None = None,
    closes_at: time | None = None,
    open_days: int = rules.EVERY_DAY,
    responsible_post: str = "",
    phone: str = "",
    about: str = "",
    state: str = Centre.State.OPEN,
    started_on: date | None = None,
    public: bool = True,
    generated: bool = False,
) -> Centre:
    """Set a centre up under another (none: a centre or an office at the top). Without ``site`` one is made at which it is inspected.

    Raises Denied, Refusal (kind, place and what it hangs under do not fit; the site is another's), Conflict."""
    access.require(actor, PLAN, division=division)
    facts = _facts(name, responsible_post, phone, about, open_days)
    one_of(kind, Centre.Kind, "kind")
    if state not in (Centre.State.OPEN, Centre.State.BUILDING):
        raise refuse(_("A new centre is in use or being built."), "state", "state")
    started = started_on or clock.today()
    if not EARLIEST <= started <= clock.today():
        raise refuse(_("The day lies in the future or too far back."), "day", "started_on")
    check_unit(unit, division)
    with transaction.atomic():
        parent = taken(actor, PLAN, above.pk) if above is not None else None
        check_place(kind, division, parent)
        if kind == rules.CENTRE and Centre.objects.filter(kind=kind, division=division).exclude(state=Centre.State.CLOSED).exists():
            raise Conflict(_("“%(place)s” has its practice centre already.") % {"place": division}, "centres.centre_there", field="kind")
        place = _site(actor, kind, division, site, facts["name"], address, opens_at, closes_at, generated)
        row = Centre(
            number=f"WM{Counter.take(COUNTER):05d}", kind=kind, state=state, division=division, unit=unit, site=place, public=public,
            started_on=started, generated=generated, **facts,
        )  # fmt: skip
        made: Centre = parent.add_child(instance=row) if parent is not None else Centre.add_root(instance=row)
        audit.record(actor, PLAN, made, after=_told(made))
    return made


def _facts(name: str, responsible_post: str, phone: str, about: str, open_days: int) -> dict[str, Any]:
    if not 1 <= open_days <= rules.EVERY_DAY:
        raise refuse(_("Choose at least one day of the week."), "open_days", "open_days")
    return {
        "name": needed(name, "name", _("A centre has a name."), limit=120), "responsible_post": responsible_post.strip()[:60],
        "phone": phone.strip()[:30], "about": about.strip()[:500], "open_days": open_days,
    }  # fmt: skip


def check_unit(unit: Unit, division: Division) -> None:
    """What a centre does counts for its unit, so the unit's area holds the centre. Raises Refusal."""
    if unit.division is not None and not division.path.startswith(unit.division.path):
        raise refuse(_("“%(place)s” lies outside the area of “%(unit)s”.") % {"place": division, "unit": unit}, "unit", "unit")


def check_place(kind: str, division: Division, parent: Centre | None) -> None:
    """Whether kind, place and what it hangs under fit. Raises Refusal."""
    wrong = rules.fits(kind, division.level, parent.kind if parent is not None else None)
    label = Centre.Kind(kind).label
    if wrong == "division":
        raise refuse(_("A %(kind)s does not stand in a place of this level.") % {"kind": label}, "level", "division")
    if wrong:
        words = _("A %(kind)s does not hang there.") if parent is not None else _("A %(kind)s hangs under another centre: say which.")
        raise refuse(words % {"kind": label}, "above", "above")
    if parent is not None and not division.path.startswith(parent.division.path):
        raise refuse(_("It lies outside the area of “%(name)s”.") % {"name": parent}, "above", "above")


def site_types() -> dict[str, SiteType]:
    """The site type of each kind; those that an installation does not have are made. One query where all are there."""
    wanted = {rule.site_type: kind for kind, rule in rules.KINDS.items()}
    found = {row.code: row for row in SiteType.objects.filter(code__in=wanted)}
    for order, (code, name) in enumerate(SITE_TYPES):
        if code not in found:
            found[code] = SiteType.objects.get_or_create(code=code, defaults={"name": name, "group": "文明实践", "order": 900 + order})[0]
    return {kind: found[code] for code, kind in wanted.items()}


def _site(
    actor: Actor, kind: str, division: Division, site: Site | None, name: str, address: str, opens_at: time | None, closes_at: time | None,
    generated: bool,
) -> Site:  # fmt: skip
    if site is None:
        return create_site(
            actor.unhindered(), name=name, type=site_types()[kind], division=division, address=address.strip()[:200], opens_at=opens_at,
            closes_at=closes_at, generated=generated,
        )  # fmt: skip
    found = access.fetch(actor, "places.see", Site.objects.select_related("division", "type"), lock=True, pk=site.pk)
    if found.division is None or not found.division.path.startswith(division.path):
        raise refuse(_("The site lies in another place."), "site", "site")
    if found.type_id != site_types()[kind].pk:
        words = _("The site is a “%(type)s”: it would be inspected by another standard.") % {"type": found.type}
        raise refuse(words, "site_type", "site")
    if Centre.objects.filter(site=found).exists():
        raise Conflict(_("This site belongs to another practice centre already."), "centres.site_taken", field="site")
    if opens_at is not None or closes_at is not None or address.strip():
        edit_site(
            actor.unhindered(), site_id=found.pk, opens_at=opens_at, closes_at=closes_at, address=address.strip()[:200] or found.address
        )
    return found


def _told(centre: Centre) -> dict[str, Any]:
    return {
        "name": centre.name, "kind": centre.kind, "division": centre.division_id, "unit": centre.unit_id, "site": centre.site_id,
        "state": centre.state,
    }  # fmt: skip


def edit_centre(
    actor: Actor,
    *,
    centre_id: int,
    name: str,
    unit: Unit | None = None,
    address: str | None = None,
    opens_at: time | None = None,
    closes_at: time | None = None,
    open_days: int = rules.EVERY_DAY,
    responsible_post: str = "",
    phone: str = "",
    about: str = "",
    public: bool = True,
    expected: int | None = None,
) -> Centre:
    """Change what a centre is; address and hours are its site's. Raises Denied, Missing, Conflict (changed since), Refusal."""
    facts = _facts(name, responsible_post, phone, about, open_days)
    with transaction.atomic():
        centre = taken(actor, PLAN, centre_id)
        if expected is not None and expected != centre.revision:
            raise Conflict(_("Somebody has changed this meanwhile. Look at it again before you go on."), "centres.changed")
        if unit is not None:
            check_unit(unit, centre.division)
            facts["unit"] = unit
        before = _told(centre)
        for key, value in (facts | {"public": public}).items():
            setattr(centre, key, value)
        centre.revision += 1
        centre.save()
        place: dict[str, Any] = {"opens_at": opens_at, "closes_at": closes_at}
        if address is not None:
            place["address"] = address.strip()[:200]
        edit_site(actor.unhindered(), site_id=centre.site_id, **place)
        audit.record(actor, PLAN, centre, before=before, after=_told(centre))
    return centre


def close_centre(actor: Actor, *, centre_id: int, reason: str) -> Centre:
    """It is given up. Raises Conflict while centres below it are in use, Refusal without a reason."""
    with transaction.atomic():
        centre = taken(actor, PLAN, centre_id)
        words = needed(reason, "reason", _("Say why."), limit=200)
        below = Centre.objects.filter(path__startswith=centre.path).exclude(pk=centre.pk).exclude(state=Centre.State.CLOSED).count()
        if below:
            raise Conflict(_("%(count)d centres below it are still in use.") % {"count": below}, "centres.not_last")
        before = centre.state
        centre.state, centre.closed_on, centre.closed_why = Centre.State.CLOSED, clock.today(), words
        centre.revision += 1
        centre.save()
        audit.record(actor, PLAN, centre, before={"state": before}, after={"state": centre.state}, note=words)
    return centre


def open_centre(actor: Actor, *, centre_id: int) -> Centre:
    """What was being built is in use now; what was given up is taken up again. Raises Conflict for one in use, or where another stands."""
    with transaction.atomic():
        centre = taken(actor, PLAN, centre_id, open_only=False)
        if centre.state == Centre.State.OPEN:
            raise Conflict(_("It is in use."), "centres.open")
        parent = centre.get_parent()
        if parent is not None and parent.state == Centre.State.CLOSED:
            raise Conflict(_("“%(name)s” above it was given up.") % {"name": parent}, "centres.above_closed")
        others = Centre.objects.filter(kind=rules.CENTRE, division=centre.division).exclude(pk=centre.pk).exclude(state=Centre.State.CLOSED)
        if centre.kind == rules.CENTRE and others.exists():
            raise Conflict(_("“%(place)s” has its practice centre already.") % {"place": centre.division}, "centres.centre_there")
        before = centre.state
        centre.state, centre.closed_on, centre.closed_why = Centre.State.OPEN, None, ""
        centre.revision += 1
        centre.save()
        audit.record(actor, PLAN, centre, before={"state": before}, after={"state": centre.state})
    return centre


def bring_centres(actor: Actor, *, rows: Sequence[dict[str, Any]]) -> int:
    """Centres of a sheet, those above before those below, all or none: new ones, and what changed of known ones. How many were written.

    ``above`` is a centre or the name of one that stands further up in the sheet. Raises Denied, Refusal, Conflict."""
    access.require(actor, PLAN)
    made: dict[str, Centre] = {}
    with transaction.atomic():
        for row in rows:
            if row["centre"] is not None:
                edit_centre(actor, centre_id=row["centre"].pk, **row["facts"])
                continue
            above = row["above"]
            found = made.get(above) if isinstance(above, str) else above
            made[row["facts"]["name"]] = make_centre(actor, kind=row["kind"], division=row["division"], above=found, **row["facts"])
        audit.record(actor, PLAN, title=_("%(count)d practice centres of a sheet") % {"count": len(rows)}, after={"new": len(made)})
    return len(rows)
