"""Divisions with outlines, grids, sites and what stands on them."""

from __future__ import annotations

from chuangwen.demo.filling.keys import Keys
from chuangwen.places.models import Asset, Datum, Division, Grid, Site, SiteType


def fill_places(keys: Keys) -> None:
    """Divisions that are there already (from the public list) are kept, and get their outlines. Outlines are generated and say so."""
    _divisions(keys)
    _grids(keys)
    _sites(keys)


def _divisions(keys: Keys) -> None:
    known = {row.code: row for row in Division.objects.filter(code__in=[row.code for row in keys.data.divisions])}
    for row in keys.data.divisions:
        outline = row.outline | {"generated": True} if row.outline else None
        division = known.get(row.code)
        if division is None:
            facts = {"code": row.code, "name": row.name, "short_name": row.short_name, "level": row.level, "outline": outline}
            parent = Division.objects.get(pk=keys.divisions[row.parent].pk) if row.parent else None
            division = parent.add_child(**facts) if parent else Division.add_root(**facts)
        elif outline and not division.outline:
            division.outline = outline
            division.short_name = division.short_name or row.short_name
            division.save(update_fields=["outline", "short_name"])
        keys.divisions[row.code] = division


def _grids(keys: Keys) -> None:
    for level in (False, True):
        rows = [row for row in keys.data.grids if bool(row.parent) is level]
        made = Grid.objects.bulk_create(
            Grid(
                division=keys.divisions[row.community],
                parent=keys.grids[row.parent] if row.parent else None,
                code=row.code,
                name=row.name,
                outline=row.outline,
                generated=row.generated,
            )
            for row in rows
        )
        keys.grids |= {grid.code: grid for grid in made}


def _sites(keys: Keys) -> None:
    keys.types = {kind.code: kind for kind in SiteType.objects.all()}
    made = Site.objects.bulk_create(
        Site(
            code=row.code,
            name=row.name,
            type=keys.types[row.type],
            division=keys.divisions[row.community],
            grid=keys.grids[row.grid],
            address=row.address,
            given_lat=row.lat,
            given_lon=row.lon,
            datum=Datum.WGS84,
            lat=row.lat,
            lon=row.lon,
            has_manager=row.has_manager,
            households=row.households,
            note=row.note,
            generated=row.generated,
        )
        for row in keys.data.sites
    )
    keys.sites = {site.code: site for site in made}
    Asset.objects.bulk_create(
        Asset(
            site=keys.sites[row.site],
            kind=row.kind,
            quantity=row.quantity,
            state=row.state,
            checked_on=row.checked_on,
            generated=row.generated,
        )
        for row in keys.data.assets
    )
