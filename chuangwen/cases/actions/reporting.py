"""How a case comes into being, and what may be corrected or added afterwards."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.cases import rules
from chuangwen.cases.actions.base import add_event, link_photos, plain, take, text, word, write
from chuangwen.cases.actions.coming_back import came_back, claim
from chuangwen.cases.actions.evidence import hand_in
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.events import CaseMoved
from chuangwen.cases.models import Case, CaseEvent, CaseParty, Source, State, Verb
from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import DIVISION, Actor
from chuangwen.kernel.geography import Datum as Measure
from chuangwen.kernel.geography import Point
from chuangwen.kernel.identifiers import new_uid
from chuangwen.places.models import Datum, Division, Grid, Site
from chuangwen.standards.models import Criterion, Family, Kind


def report(
    actor: Actor,
    *,
    description: str,
    source: str = Source.PATROL,
    site: Site | None = None,
    division: Division | None = None,
    grid: Grid | None = None,
    address: str = "",
    lat: float | None = None,
    lon: float | None = None,
    datum: str = Datum.WGS84,
    family: Family | None = None,
    kind: Kind | None = None,
    criterion: Criterion | None = None,
    severity: int | None = None,
    before_photos: Sequence[int] = (),
    uid: uuid.UUID | None = None,
    reported_at: datetime | None = None,
) -> Case:
    """Report a problem; returns the case, in state ``reported``.

    With a ``uid`` (made on the phone) a repeated call returns the case of the first. Where the same problem was closed at the same site
    (without a site: near by) within the window, the new case is linked to it as its rebound.
    The place comes from the site, the grid or the division, else from the reporter's own area.

    Raises Denied, Incomplete (no description, no place, foreign photo, a point that is none).
    """
    facts = {
        "description": description, "source": source, "site": site, "division": division, "grid": grid, "address": address, "lat": lat,
        "lon": lon, "datum": datum, "family": family, "kind": kind, "criterion": criterion, "severity": severity, "uid": uid,
        "reported_at": reported_at,
    }  # fmt: skip
    return once(actor, Verb.REPORT, uid, lambda: _report(actor, facts, before_photos))


def once(actor: Actor, verb: Verb, uid: uuid.UUID | None, make) -> Case:
    """Make a case in one transaction; the same ``uid`` again, also at the same time, gives the same case. Raises Incomplete when the
    ``uid`` is another person's."""
    access.require(actor, word(verb))
    known = _known(actor, uid)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        known = _known(actor, uid)
        if known is None:
            raise
        return known


def _known(actor: Actor, uid: uuid.UUID | None) -> Case | None:
    found = Case.objects.select_related("division", "site", "lead_unit").filter(uid=uid).first() if uid is not None else None
    if found is not None and not actor.is_system and found.reported_by_id != actor.account_id:
        raise Incomplete(_("This identifier belongs to another report."), "cases.uid_taken", field="uid")
    return found


def _report(actor: Actor, facts: dict[str, Any], before_photos: Sequence[int]) -> Case:
    case, note = new_case(actor, word(Verb.REPORT), **facts)
    store_new(case)
    event = add_event(actor, Verb.REPORT, case, "", data=note, now=clock.now())
    link_photos(actor, case, event, before=before_photos)
    tell_new(actor, Verb.REPORT, case)
    return case


def tell_new(actor: Actor, verb: Verb, case: Case) -> None:
    events.say(CaseMoved(case.pk, verb.value, "", case.state))
    audit.record(actor, word(verb), case, after=told(case))


def told(case: Case) -> dict[str, Any]:
    """What the trail keeps of a new case."""
    names = (
        "state",
        "source",
        "description",
        "site_id",
        "division_id",
        "family_id",
        "kind_id",
        "criterion_id",
        "severity",
        "lead_unit_id",
        "rebound_of_id",
        "closed_at",
    )
    return {name: plain(getattr(case, name)) for name in names if getattr(case, name) not in (None, "")}


def new_case(
    actor: Actor,
    verb: str,
    *,
    description: str,
    source: str,
    site: Site | None = None,
    division: Division | None = None,
    grid: Grid | None = None,
    address: str = "",
    lat: float | None = None,
    lon: float | None = None,
    datum: str = Datum.WGS84,
    family: Family | None = None,
    kind: Kind | None = None,
    criterion: Criterion | None = None,
    severity: int | None = None,
    uid: uuid.UUID | None = None,
    reported_at: datetime | None = None,
    rebound_of: Case | None = None,
) -> tuple[Case, dict[str, Any]]:
    """A case that is not stored yet, with its place, kind, point and what it is the rebound of, and the facts for its event. At most three
    queries, none where everything was loaded."""
    now = clock.now()
    if source not in Source.values:
        raise Incomplete(_("There is no such source."), "cases.source_unknown", field="source")
    place = _place(actor, verb, site, grid, division)
    access.require(actor, verb, division=place)
    if kind is None and criterion is not None and criterion.kind_id:
        kind = criterion.kind
    severity = severity or (kind.severity if kind is not None else criterion.severity if criterion is not None else 2)
    if not 1 <= severity <= 4:
        raise Incomplete(_("The severity is a number from 1 to 4."), "cases.severity", field="severity")
    family_id = (
        kind.family_id
        if kind is not None
        else family.pk
        if family is not None
        else criterion.family_id
        if criterion is not None
        else None
    )
    case = Case(
        uid=uid or new_uid(), state=State.REPORTED, source=source, site=site, division=place, grid=grid, criterion=criterion, kind=kind,
        family_id=family_id, severity=severity, reported_by_id=actor.account_id, reported_at=min(reported_at or now, now), rebound_of=rebound_of,
        description=text(description, "description", limit=rules.DESCRIPTION, required=_("Say in a few words what is wrong.")),
        address=text(address, "address", limit=200) or (site.address if site is not None else ""),
    )  # fmt: skip
    if grid is None and site is not None:
        case.grid_id = site.grid_id
    _locate(case, site, lat, lon, datum)
    if case.rebound_of is None:
        case.rebound_of = came_back(case, now)
    else:
        claim(case.rebound_of, now)
    return case, {"rebound_of": case.rebound_of.number} if case.rebound_of is not None else {}


def store_new(case: Case) -> None:
    """Insert the case and give it its number."""
    case.save(force_insert=True)
    case.number = rules.case_number(case.reported_at.astimezone(clock.LOCAL).date(), case.pk)
    Case.objects.filter(pk=case.pk).update(number=case.number)


def _place(actor: Actor, verb: str, site: Site | None, grid: Grid | None, division: Division | None) -> Division:
    place = (site.division if site is not None else None) or (grid.division if grid is not None else None) or division
    if place is not None:
        return place
    paths = sorted(
        {grant.division_path for grant in actor.scopes(verb) if grant.scope == DIVISION and grant.division_path}, key=len
    )
    own = Division.objects.filter(path=paths[0]).first() if paths else None
    if own is None:
        raise Incomplete(_("Say where it is: choose a site or a community."), "cases.no_place", field="division")
    return own


def _locate(case: Case, site: Site | None, lat: float | None, lon: float | None, datum: str) -> None:
    """The point as it was given, else the site's."""
    if lat is None or lon is None:
        if site is not None:
            case.given_lat, case.given_lon, case.datum, case.lat, case.lon = (
                site.given_lat,
                site.given_lon,
                site.datum,
                site.lat,
                site.lon,
            )
        return
    try:
        point = Point(lat, lon, Measure(datum.upper())).to(Measure.WGS84)
    except ValueError as problem:
        raise Incomplete(
            _("There is no such place on earth: check latitude, longitude and datum."), "cases.no_point", field="lat"
        ) from problem
    case.given_lat, case.given_lon, case.datum, case.lat, case.lon = lat, lon, datum.lower(), point.lat, point.lon


def solve_on_spot(
    actor: Actor,
    *,
    description: str,
    measure: str,
    before_photos: Sequence[int],
    after_photos: Sequence[int],
    source: str = Source.PATROL,
    site: Site | None = None,
    division: Division | None = None,
    grid: Grid | None = None,
    address: str = "",
    lat: float | None = None,
    lon: float | None = None,
    datum: str = Datum.WGS84,
    family: Family | None = None,
    kind: Kind | None = None,
    criterion: Criterion | None = None,
    severity: int | None = None,
    uid: uuid.UUID | None = None,
) -> Case:
    """Report a problem and its solution in one: the case is closed at once. Needs a photo of before and one of after (DOMAIN.md, R10).

    Raises what ``report`` raises, Incomplete without both photos.
    """

    def make() -> Case:
        now = clock.now()
        _both(before_photos, after_photos)
        case, data = new_case(
            actor, word(Verb.SOLVE_ON_SPOT), description=description, source=source, site=site, division=division, grid=grid,
            address=address, lat=lat, lon=lon, datum=datum, family=family, kind=kind, criterion=criterion, severity=severity, uid=uid,
        )  # fmt: skip
        for name, value in on_spot(actor, case, measure, now).items():
            setattr(case, name, value)
        case.state = State.CLOSED
        store_new(case)
        hand_in(actor, case, after_photos, before_photos=before_photos, not_before=None, now=now)
        event = add_event(actor, Verb.SOLVE_ON_SPOT, case, "", note=case.measure, data=data, now=now)
        link_photos(actor, case, event, before=before_photos, after=after_photos)
        if case.lead_unit_id is not None:
            CaseParty.objects.create(case=case, unit_id=case.lead_unit_id, part=CaseParty.Part.LEAD)
        tell_new(actor, Verb.SOLVE_ON_SPOT, case)
        return case

    return once(actor, Verb.SOLVE_ON_SPOT, uid, make)


def solve_reported(
    actor: Actor,
    *,
    case_id: int,
    measure: str,
    after_photos: Sequence[int],
    before_photos: Sequence[int] = (),
    expected_version: int | None = None,
) -> Case:
    """Close on the spot a case that was reported and not dispatched yet. Needs an after photo, and a before photo unless it has one."""
    with transaction.atomic():
        case = take(actor, Verb.SOLVE_ON_SPOT, case_id, expected_version)
        has_before = bool(before_photos) or case.photo_links.filter(stage="before").exists()
        _both((0,) if has_before else (), after_photos)
        now = clock.now()
        changes = on_spot(actor, case, measure, now)
        hand_in(actor, case, after_photos, before_photos=before_photos, not_before=None, now=now)
        write(
            actor,
            Verb.SOLVE_ON_SPOT,
            case,
            changes,
            note=changes["measure"],
            before_photos=before_photos,
            after_photos=after_photos,
            now=now,
        )
        if case.lead_unit_id is not None:
            CaseParty.objects.get_or_create(case=case, unit_id=case.lead_unit_id, defaults={"part": CaseParty.Part.LEAD})
    return case


def _both(before: Sequence[int], after: Sequence[int]) -> None:
    if not before or not after:
        field = "after_photos" if before else "before_photos"
        raise Incomplete(_("Solving on the spot needs a photo of before and one of after."), "cases.photos_missing", field=field)


def on_spot(actor: Actor, case: Case, measure: str, now: datetime) -> dict[str, Any]:
    """What closing on the spot sets."""
    unit_id = actor.unit_ids[0] if actor.unit_ids else case.lead_unit_id
    return {
        "measure": text(measure, "measure", required=_("Say what was done.")), "solved_on_spot": True, "lead_unit_id": unit_id,
        "handling_unit_id": unit_id, "filed_at": now, "submitted_at": now, "closed_at": now, "in_time": True, "handled_minutes": 0,
        "submitted_by_id": actor.account_id, "next_at": None, "urgency": "none",
    }  # fmt: skip


SAME_REMARK = timedelta(minutes=2)
EDITABLE = ("description", "address", "family", "kind", "criterion", "severity", "site", "division", "grid")


def edit(actor: Actor, *, case_id: int, changes: dict[str, Any], expected_version: int | None = None) -> Case:
    """Correct what is known of a case: ``changes`` holds any of EDITABLE. Deadlines that run are not moved by it.

    A new site brings its division; both the old and the new place must be the actor's. Raises Incomplete for anything else.
    """
    with transaction.atomic():
        case = take(actor, Verb.EDIT, case_id, expected_version)
        unknown = set(changes) - set(EDITABLE)
        if unknown:
            raise Incomplete(
                _("This cannot be changed: %(names)s.") % {"names": "、".join(sorted(unknown))}, "cases.not_editable"
            )
        wanted = dict(changes)
        if "description" in wanted:
            wanted["description"] = text(
                wanted["description"], "description", limit=rules.DESCRIPTION, required=_("Say in a few words what is wrong.")
            )
        if "address" in wanted:
            wanted["address"] = text(wanted["address"], "address", limit=200)
        if "severity" in wanted and wanted["severity"] not in (1, 2, 3, 4):
            raise Incomplete(_("The severity is a number from 1 to 4."), "cases.severity", field="severity")
        if wanted.get("kind") is not None:
            wanted["family"] = wanted["kind"].family
        site = wanted.get("site")
        if site is not None:
            wanted |= {
                "division": site.division or case.division,
                "lat": site.lat,
                "lon": site.lon,
                "given_lat": site.given_lat,
                "given_lon": site.given_lon,
                "datum": site.datum,
                "grid": wanted.get("grid") or site.grid,
            }
        if "division" in wanted:
            if wanted["division"] is None:
                raise Incomplete(_("Say where it is: choose a site or a community."), "cases.no_place", field="division")
            access.require(actor, word(Verb.EDIT), division=wanted["division"])
        wanted = {name: value for name, value in wanted.items() if getattr(case, name) != value}
        if not wanted:
            return case
        told_before = {name: str(getattr(case, name) or "") for name in wanted if name in EDITABLE}
        data = {"changed": {name: [old, str(wanted[name] or "")] for name, old in told_before.items()}}
        write(actor, Verb.EDIT, case, wanted, data=data)
    return case


def comment(actor: Actor, *, case_id: int, note: str, photos: Sequence[int] = ()) -> CaseEvent:
    """Add a remark, with photos where wanted. The state stays, and so does the version: a remark disturbs nobody's open form.

    The same words by the same person within two minutes are the same remark: an impatient tap says nothing twice.
    """
    with transaction.atomic():
        case = take(actor, Verb.COMMENT, case_id)
        words = text(note, "note", required=_("A remark has some words."))
        same = CaseEvent.objects.filter(case=case, verb=Verb.COMMENT, note=words, account_id=actor.account_id)
        said = same.filter(at__gt=clock.now() - SAME_REMARK).first() if actor.account_id is not None and not photos else None
        if said is not None:
            return said
        event = add_event(actor, Verb.COMMENT, case, case.state, note=words, now=clock.now())
        link_photos(actor, case, event, other=photos)
        events.say(CaseMoved(case.pk, Verb.COMMENT.value, case.state, case.state))
        audit.record(actor, word(Verb.COMMENT), case, note=words)
    return event
