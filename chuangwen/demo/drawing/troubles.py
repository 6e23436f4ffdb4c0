"""All troubles by name.

Each takes the canvas, the stage of the background, whether it is bad, and a generator that is seeded by the place, so that things stand
where they stood before.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from chuangwen.demo.drawing import floor_troubles as floor
from chuangwen.demo.drawing import wall_troubles as wall
from chuangwen.demo.drawing.canvas import Canvas, Stage

Trouble = Callable[[Canvas, Stage, bool, random.Random], None]
TROUBLES: dict[str, Trouble] = {
    each.__name__: each
    for each in (
        floor.litter,
        floor.bins,
        floor.puddle,
        floor.dump,
        floor.dirt,
        floor.hens,
        floor.bed,
        floor.cars,
        floor.old_car,
        floor.bikes,
        floor.stalls,
        floor.goods,
        floor.shed,
        floor.boxes,
        floor.tactile,
        floor.tactile_gap,
        floor.paving,
        floor.manhole,
        floor.pit,
        floor.mud,
        floor.pothole,
        floor.marking,
        floor.bench,
        floor.floating,
        wall.stickers,
        wall.wires,
        wall.laundry,
        wall.ramp,
        wall.ad,
        wall.notice,
        wall.smoke,
        wall.desk,
        wall.post,
        wall.extinguisher,
        wall.charging,
        wall.exit_sign,
        wall.bulb,
        wall.peeling,
        wall.gate,
        wall.lamp,
        wall.people,
        wall.walkers,
        wall.rider,
        wall.dog,
        wall.bikes_indoors,
        wall.tubs,
    )
}
