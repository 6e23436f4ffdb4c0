"""Where: divisions, grids, sites, site types, assets."""
