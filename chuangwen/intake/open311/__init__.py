"""Open311 GeoReport v2: how other systems bring reports and read how they go on."""
