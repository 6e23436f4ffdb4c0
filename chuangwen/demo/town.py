"""The town as public sources give it (town.json), and the generated shape of its communities and grids.

The outlines are not the true ones: a square lattice is bent by a smooth map of the plane onto itself, so that communities and small
grids part the town without gap or overlap, however finely they are cut.
"""

from __future__ import annotations

import json
import math
import random
from functools import cache
from pathlib import Path
from typing import Any

from chuangwen.demo.records import Division, Fact, Grid

FILE = Path(__file__).parent / "town.json"
SIDE = 4
"""The town is a lattice of SIDE × SIDE communities."""
CELL_METRES = 1000.0
METRES_PER_DEGREE = 111_320.0
SMALL_GRIDS = 105
STEPS = 12
"""Each side of a community is drawn with this many segments; 2, 3 and 4 small grids side by side fall on its points."""


@cache
def town() -> dict[str, Any]:
    """town.json as it stands."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def facts() -> list[Fact]:
    """The report's figures, each with its sentence."""
    return [Fact(**row) for row in town()["facts"]]


def place(across: float, up: float) -> tuple[float, float]:
    """(lat, lon) in WGS-84 of a point of the lattice, 0 to SIDE both ways, north up."""
    x = across - SIDE / 2
    y = up - SIDE / 2
    bent_x = x + 0.13 * math.sin(1.9 * y + 0.4) + 0.05 * math.sin(5.1 * y + 1.3 * x)
    bent_y = y + 0.11 * math.sin(1.7 * x + 1.1) + 0.05 * math.cos(4.3 * x - 1.1 * y)
    centre = town()["centre"]
    lat = centre["lat"] + bent_y * CELL_METRES / METRES_PER_DEGREE
    lon = centre["lon"] + bent_x * CELL_METRES / (METRES_PER_DEGREE * math.cos(math.radians(centre["lat"])))
    return round(lat, 6), round(lon, 6)


def outline(left: float, bottom: float, right: float, top: float) -> dict[str, Any]:
    """GeoJSON Polygon of a rectangle of the lattice, bent; corners must lie on multiples of 1/STEPS."""
    a, b, c, d = (round(value * STEPS) for value in (left, bottom, right, top))
    walk = [(x, b) for x in range(a, c)] + [(c, y) for y in range(b, d)]
    walk += [(x, d) for x in range(c, a, -1)] + [(a, y) for y in range(d, b, -1)]
    ring = [list(reversed(place(x / STEPS, y / STEPS))) for x, y in (*walk, walk[0])]
    return {"type": "Polygon", "coordinates": [ring]}


def community_cell(number: int) -> tuple[int, int]:
    """(column, row) of the community with this number, 0 to 15."""
    return number % SIDE, SIDE - 1 - number // SIDE


def divisions() -> list[Division]:
    """Province to street, then the sixteen communities with generated outlines."""
    rows: list[Division] = []
    parent: str | None = None
    for row in town()["divisions"]:
        shape = outline(0, 0, SIDE, SIDE) if row["level"] == 4 else None
        rows.append(Division(**row, parent=parent, outline=shape))
        parent = row["code"]
    for number, row in enumerate(town()["communities"]):
        column, up = community_cell(number)
        rows.append(Division(**row, level=5, parent=parent, outline=outline(column, up, column + 1, up + 1)))
    return rows


def small_grid_boxes(count: int) -> list[tuple[float, float, float, float]]:
    """Rectangles (left, bottom, right, top) that part a unit square into two rows of 3 or 4; `count` is 6 or 7."""
    boxes = []
    for row, across in enumerate({6: (3, 3), 7: (3, 4)}[count]):
        bottom, top = (0.5, 1.0) if row == 0 else (0.0, 0.5)
        boxes += [(i / across, bottom, (i + 1) / across, top) for i in range(across)]
    return boxes


def grids() -> list[Grid]:
    """16 grids, one per community, and 105 small grids below them: nine communities have seven, seven have six."""
    rows: list[Grid] = []
    communities = town()["communities"]
    sevens = SMALL_GRIDS - 6 * len(communities)
    for number, community in enumerate(communities):
        column, up = community_cell(number)
        code = community["code"][-3:]
        whole = outline(column, up, column + 1, up + 1)
        name = community["short_name"].removesuffix("社区").removesuffix("居委会")
        rows.append(Grid(f"W{code}", f"{name}网格", community["code"], None, whole))
        for i, (left, bottom, right, top) in enumerate(small_grid_boxes(7 if number < sevens else 6), start=1):
            shape = outline(column + left, up + bottom, column + right, up + top)
            rows.append(Grid(f"W{code}-{i:02d}", f"{name}第{i}小网格", community["code"], f"W{code}", shape))
    return rows


def spot_in(number: int, rng: random.Random) -> tuple[str, float, float]:
    """A point in the community with this number: the code of its small grid, lat, lon."""
    column, up = community_cell(number)
    sevens = SMALL_GRIDS - 6 * len(town()["communities"])
    boxes = small_grid_boxes(7 if number < sevens else 6)
    i = rng.randrange(len(boxes))
    left, bottom, right, top = boxes[i]
    inset = 0.03
    across = column + rng.uniform(left + inset, right - inset)
    height = up + rng.uniform(bottom + inset, top - inset)
    lat, lon = place(across, height)
    return f"W{town()['communities'][number]['code'][-3:]}-{i + 1:02d}", lat, lon
