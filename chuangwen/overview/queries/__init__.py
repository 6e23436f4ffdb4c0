"""What the pages of the room show: put together from the queries of the rooms, never from their tables."""

from chuangwen.overview.queries.ground import (
    LAYERS,
    PERIODS,
    Asked,
    area_shapes,
    areas,
    asked,
    box_in,
    site_points,
    squares,
    table,
    view,
)
from chuangwen.overview.queries.home import home
from chuangwen.overview.queries.leader import LeaderView, leader
from chuangwen.overview.queries.search import brought, search
from chuangwen.overview.queries.standing import Standing, standing, target_of
from chuangwen.overview.queries.wall import WallView, display_actor, link_of, outlines, wall

__all__ = [
    "LAYERS",
    "PERIODS",
    "Asked",
    "LeaderView",
    "Standing",
    "WallView",
    "area_shapes",
    "areas",
    "asked",
    "box_in",
    "brought",
    "display_actor",
    "home",
    "leader",
    "link_of",
    "outlines",
    "search",
    "site_points",
    "squares",
    "standing",
    "table",
    "target_of",
    "view",
    "wall",
]
