"""What the phone carries of fieldwork: where to go, the sites, their checklists, the outlines for a map without signal.

What somebody gets: the places of the teams they are in, in rounds under way; and every place of rounds under way that were not divided
among teams, where they may observe. A place that is joined to one of another round is part of that one's stop. A site that is to be rated
again looks like any other, and nothing of what was found there comes along.

The number of queries does not depend on the number of places.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import time
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from chuangwen.fieldwork.models import Round, RoundSite, RoundTeam, TeamMember
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import pinyin_initials
from chuangwen.kernel.lazy_json import plain
from chuangwen.phone import checklists
from chuangwen.places.models import Division, Site, SiteType
from chuangwen.standards.models import ChecklistExample, Edition, Family
from chuangwen.standards.queries import example_address, examples_for

MOST_STOPS, MOST_SITES, MOST_OUTLINES = 3_000, 3_000, 600
_initials = lru_cache(maxsize=20_000)(pinyin_initials)


# -- where to go ------------------------------------------------------------------------------------------------------


def running(actor: Actor) -> QuerySet[Round]:
    """The rounds under way in which the actor goes out: in a team, or in one without teams in an own area."""
    member = TeamMember.objects.filter(team__round=OuterRef("pk"), account=actor.account_id)
    without = access.scoped(actor, "fieldwork.see_rounds", Round).filter(~Exists(RoundTeam.objects.filter(round=OuterRef("pk"))))
    return Round.objects.filter(state=Round.State.RUNNING).filter(Exists(member) | Q(pk__in=without.order_by().values("pk")))


def places(actor: Actor) -> QuerySet[RoundSite]:
    """The places to which the actor goes, where they may observe; see the head of this file."""
    mine = TeamMember.objects.filter(account=actor.account_id).order_by().values("team")
    here = access.scoped(actor, "fieldwork.observe", RoundSite).filter(round__in=running(actor).order_by().values("pk"))
    return here.filter(Q(team__in=mine) | Q(team__isnull=True, round__teams__isnull=True))


def _stops(actor: Actor) -> list[list[RoundSite]]:
    """The places that are visited together: the first of each list gives the day and the order."""
    own = list(places(actor).select_related("merged_with__round").order_by("day", "position", "pk").distinct()[:MOST_STOPS])
    heads = {place.pk: [place] for place in own if place.merged_with_id is None}
    for place in own:
        head = place.merged_with
        if head is None:
            continue
        if head.pk in heads:
            heads[head.pk].append(place)
        elif head.round.state != Round.State.RUNNING or head.team_id is None:
            heads[place.pk] = [place]  # nobody else goes there for it
    joined = RoundSite.objects.filter(merged_with__in=heads, round__state=Round.State.RUNNING).order_by("pk")
    for place in joined:
        together = heads[place.merged_with_id or 0]
        if place.pk not in {one.pk for one in together}:
            together.append(place)
    return list(heads.values())


def rounds(actor: Actor) -> dict[str, Any]:
    """``fieldwork.rounds``: ``{"rounds": [...], "stops": [...]}``.

    A round is ``{"id", "name", "kind", "starts_on", "ends_on", "edition", "teams": [name], "open"}``.

    A stop is ``{"id", "round_sites": [id], "rounds": [id], "site", "team", "day", "position", "arrive_at", "done", "skipped"}``: one visit
    that serves all its round sites. ``open``: any site of the area may be visited in this round (it has no places of its own).
    """
    stops = _stops(actor)
    keys = {place.round_id for stop in stops for place in stop}
    found = running(actor).annotate(drawn=Exists(RoundSite.objects.filter(round=OuterRef("pk"))))
    own = {round.pk: round for round in found}
    others = Round.objects.filter(pk__in=keys - set(own)) if keys - set(own) else []
    teams: dict[int, list[str]] = defaultdict(list)
    for round_id, name in TeamMember.objects.filter(account=actor.account_id, team__round__in=keys | set(own)).values_list(
        "team__round", "team__name"
    ):
        teams[round_id].append(name)
    return {
        "rounds": [
            {
                "id": round.pk,
                "name": round.name,
                "kind": round.kind,
                "starts_on": round.starts_on,
                "ends_on": round.ends_on,
                "edition": round.edition_id,
                "teams": sorted(teams[round.pk]),
                "open": not getattr(round, "drawn", True),
            }
            for round in sorted((*own.values(), *others), key=lambda round: (round.starts_on, round.pk))
        ],
        "stops": [_stop(together) for together in stops],
    }


def _stop(together: list[RoundSite]) -> dict[str, Any]:
    first = together[0]
    return {
        "id": first.pk,
        "round_sites": [place.pk for place in together],
        "rounds": [place.round_id for place in together],
        "site": first.site_id,
        "team": first.team_id,
        "day": first.day,
        "position": first.position,
        "arrive_at": _clock(first.arrive_at),
        "done": all(place.done_at for place in together),
        "skipped": first.skipped_reason if first.skipped_at else "",
    }


def _clock(moment: time | None) -> str | None:
    return f"{moment:%H:%M}" if moment else None


# -- the sites --------------------------------------------------------------------------------------------------------


def _wanted_sites(actor: Actor) -> QuerySet[Site]:
    """The sites of the stops; in rounds without places of their own all sites in use of the round's area."""
    joined = RoundSite.objects.filter(merged_with__in=places(actor).order_by().values("pk"))
    wanted = Q(pk__in=places(actor).order_by().values("site")) | Q(pk__in=joined.order_by().values("site"))
    without = running(actor).filter(~Exists(RoundSite.objects.filter(round=OuterRef("pk"))))
    for path in without.order_by().values_list("division__path", flat=True).distinct():
        wanted |= Q(active=True, division__in=Division.subtree_ids(path)) if path else Q(active=True)
    return access.scoped(actor, "fieldwork.observe", Site).filter(wanted)


def sites(actor: Actor) -> dict[str, Any]:
    """``fieldwork.sites``: ``{"sites": [...], "types": [{"id", "code", "name", "icon"}], "divisions": [{"id", "name"}]}``.

    A site is ``{"id", "code", "name", "initials", "type", "division", "lat", "lon", "address", "opens_at", "closes_at"}``; degrees in WGS-84.
    """
    rows = list(_wanted_sites(actor).order_by("code")[:MOST_SITES])
    types = SiteType.objects.filter(pk__in={site.type_id for site in rows})
    divisions = (
        Division.objects.filter(pk__in={site.division_id for site in rows}).order_by("path").only("pk", "name", "short_name")
    )
    return {
        "sites": [
            {
                "id": site.pk,
                "code": site.code,
                "name": site.name,
                "initials": _initials(site.name),
                "type": site.type_id,
                "division": site.division_id,
                "lat": site.lat,
                "lon": site.lon,
                "address": site.address,
                "opens_at": _clock(site.opens_at),
                "closes_at": _clock(site.closes_at),
            }
            for site in rows
        ],
        "types": [{"id": type.pk, "code": type.code, "name": type.name, "icon": type.icon} for type in types],
        "divisions": [{"id": division.pk, "name": str(division)} for division in divisions],
    }


# -- what is asked there ----------------------------------------------------------------------------------------------


def lists(actor: Actor) -> dict[str, Any]:
    """``standards.checklists``: ``{"lists": [{"type", "edition", "etag", "items": [...]}], "families": [{"id", "code", "name"}],
    "editions": [{"id", "name"}]}``.

    A list is for a site type in an edition; one without ``type`` serves the types that have none of their own in it. Items are as
    ``phone.checklists.Listed.told`` says: id (null: the criterion itself), criterion, text, exemptions, grading (graded | pass_fail | loss),
    severity, family, keywords, initials; and ``examples`` [{"address", "right", "caption"}] where there are any. A visit names the
    ``etag`` of each list that it was made with.
    """
    pairs = _pairs(actor)
    found = checklists.read(pairs)
    checklists.give(found)
    examples = examples_for(item.item for one in found for item in one.items if item.item is not None)
    return {
        "lists": [
            {
                "type": one.site_type,
                "edition": one.edition,
                "etag": one.etag,
                "items": [item.told() | _examples(examples.get(item.item or 0)) for item in one.items],
            }
            for one in found
        ],
        "families": list(Family.objects.order_by("order", "pk").values("id", "code", "name")),
        "editions": [
            {"id": edition.pk, "name": str(edition)}
            for edition in Edition.objects.filter(pk__in={pair[1] for pair in pairs}).order_by("pk")
        ],
    }


def _examples(examples: list[ChecklistExample] | None) -> dict[str, Any]:
    """What right and wrong look like; the pictures are fetched by their addresses and never change under them."""
    told = [{"address": example_address(one), "right": one.right, "caption": one.caption} for one in examples or ()]
    return {"examples": told} if told else {}


def _pairs(actor: Actor) -> set[tuple[int, int]]:
    """The site types and editions of the places to go to."""
    mine = places(actor).order_by()
    rows = RoundSite.objects.filter(Q(pk__in=mine.values("pk")) | Q(merged_with__in=mine.values("pk"))).order_by()
    found = set(rows.values_list("site__type", "round__edition").distinct())
    without = running(actor).filter(~Exists(RoundSite.objects.filter(round=OuterRef("pk"))))
    editions: Iterable[int] = without.order_by().values_list("edition", flat=True).distinct()
    for edition in editions:
        types = _wanted_sites(actor).order_by().values_list("type", flat=True).distinct()
        found |= {(type, edition) for type in types}
    return found


# -- outlines ---------------------------------------------------------------------------------------------------------


def _divisions(actor: Actor) -> QuerySet[Division]:
    """Streets and communities of the actor's area that have an outline."""
    here = access.scoped(actor, "places.see", Division).filter(active=True, outline__isnull=False)
    return here.filter(level__gte=Division.Level.TOWN).order_by("path")[:MOST_OUTLINES]


def outlines(actor: Actor) -> dict[str, Any]:
    """``places.outlines``: a GeoJSON FeatureCollection with id, name and level of each division; degrees with five decimals (a metre)."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"id": division.pk, "name": str(division), "level": division.level},
                "geometry": _rounded(plain(division.outline)),
            }
            for division in _divisions(actor)
        ],
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return {key: _rounded(one) for key, one in value.items()} if isinstance(value, dict) else value


def outlines_mark(actor: Actor) -> str:
    """Changes when an outline or a name does: a hash of the columns as they are stored, which reads no geometry."""
    digest = hashlib.sha256()
    rows = _divisions(actor).annotate(stored=Cast("outline", TextField()))
    for row in rows.values_list("pk", "name", "short_name", "level", "stored"):
        digest.update(repr(row).encode())
    return digest.hexdigest()[:32]
