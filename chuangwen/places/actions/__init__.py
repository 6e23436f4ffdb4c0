"""What changes places: divisions, grids, site types, sites and what stands on them."""

from chuangwen.places.actions.divisions import create_division, edit_division, grow, remove_division
from chuangwen.places.actions.grids import create_grid, edit_grid, remove_grid
from chuangwen.places.actions.sites import (
    create_site,
    edit_site,
    edit_site_type,
    record_asset,
    remove_asset,
    set_site_active,
)

__all__ = [
    "create_division",
    "create_grid",
    "create_site",
    "edit_division",
    "edit_grid",
    "edit_site",
    "edit_site_type",
    "grow",
    "record_asset",
    "remove_asset",
    "remove_division",
    "remove_grid",
    "set_site_active",
]
