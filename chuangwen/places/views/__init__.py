"""Pages of the room: divisions, grids, sites, gaps."""
