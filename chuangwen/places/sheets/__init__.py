"""Sheets of places: the public list of divisions, grids, sites."""

from chuangwen.kernel.importing import register
from chuangwen.places.sheets.divisions import DIVISIONS
from chuangwen.places.sheets.grids import GRIDS
from chuangwen.places.sheets.sites import SITES

for importer in (DIVISIONS, GRIDS, SITES):
    register(importer)
