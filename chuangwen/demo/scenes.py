"""Which picture tells which problem: a background and a trouble for every kind, fitted to the site type."""

from __future__ import annotations

from chuangwen.demo.wording import spot_group, wording

GROUP_BACKGROUND = {
    "road": "street",
    "crossing": "crossing",
    "estate": "estate",
    "hall": "hall",
    "market": "market",
    "open": "park",
    "shop": "street",
    "school": "street",
    "works": "street",
    "vehicle": "hall",
}
TYPE_BACKGROUND = {
    "back-lane": "lane",
    "urban-village": "lane",
    "building-site": "hoarding",
    "hoarding": "hoarding",
    "river": "river",
    "public-toilet": "toilet",
}
TROUBLE = {
    "litter": "litter", "bin-overflow": "bins", "stickers": "stickers", "dirty-ground": "puddle", "black-spot": "dump", "dirty-toilet": "dirt",
    "waste-sorting": "bins", "river-litter": "floating", "sewage": "puddle", "poultry": "hens", "bare-green": "bed", "pests": "litter",
    "vehicle-parking": "cars", "bike-parking": "bikes", "abandoned-vehicle": "old_car", "stalls": "stalls", "over-line": "goods",
    "illegal-building": "shed", "wires": "wires", "drying": "laundry", "piles": "boxes", "tactile-blocked": "tactile", "dug-up": "pit",
    "touting": "people", "illegal-sign": "ad", "dust": "mud", "traffic-jam": "cars", "road-broken": "pothole", "paving": "paving",
    "manhole": "manhole", "lamp": "lamp", "tactile-broken": "tactile_gap", "ramp": "ramp", "marking": "marking", "facility": "bench",
    "bin-broken": "bins", "drain": "puddle", "parking-bays": "marking", "accessible-toilet": "boxes", "nursing-room": "notice",
    "ad-missing": "ad", "ad-faded": "ad", "ad-wrong": "ad", "ad-blocked": "ad", "ad-kind": "ad", "spitting": "litter", "smoking": "smoke",
    "dog": "dog", "queue": "people", "red-light": "walkers", "jaywalking": "walkers", "no-helmet": "rider", "no-yield": "cars",
    "food-waste": "notice", "damaging-green": "bed", "service-manner": "desk", "not-displayed": "notice", "complaint": "notice",
    "convenience": "desk", "volunteer-post": "post", "not-open": "notice", "food-hygiene": "goods", "minors": "notice",
    "board-outdated": "notice", "campus-trade": "stalls", "extinguisher-missing": "extinguisher", "extinguisher-expired": "extinguisher",
    "exit-blocked": "boxes", "fire-lane": "cars", "ev-charging": "charging", "ev-indoors": "bikes_indoors", "hydrant": "extinguisher",
    "gas-safety": "wires", "emergency-light": "exit_sign", "stairwell-clutter": "boxes", "stairwell-lamp": "bulb", "wall-peeling": "peeling",
    "unmanaged": "dump", "board-missing": "notice", "roof-garden": "tubs", "gate-broken": "gate", "road-in-estate": "pothole",
}  # fmt: skip
TROUBLE_BACKGROUND = {
    "stickers": "wall", "tactile": "ground", "tactile_gap": "ground", "manhole": "ground", "paving": "ground", "lamp": "night",
    "floating": "river", "dirt": "toilet", "mud": "hoarding", "pit": "hoarding", "walkers": "crossing", "rider": "crossing",
    "bed": "park", "peeling": "stairwell", "bulb": "stairwell", "exit_sign": "stairwell", "ramp": "entrance", "gate": "entrance",
}  # fmt: skip
INTERIORS = ("hall", "toilet", "market", "stairwell")
OUTDOORS = {
    "cars",
    "old_car",
    "bikes",
    "pothole",
    "marking",
    "shed",
    "stalls",
    "hens",
    "laundry",
    "dog",
    "tubs",
    "charging",
    "bed",
}
"""Troubles that are met in front of a house when the site is a house."""


def scene_for(kind: str, site_type: str) -> str:
    """ "background/trouble" for a kind of problem at a type of site. KeyError for a kind that nobody can draw."""
    trouble = TROUBLE[kind]
    background = TYPE_BACKGROUND.get(site_type) or GROUP_BACKGROUND[spot_group(site_type)]
    if kind in wording()["indoor_kinds"] and background in ("estate", "street", "lane"):
        background = "stairwell"
    if trouble == "stickers" and background in ("lane", "stairwell"):
        return f"{background}/{trouble}"
    if kind == "accessible-toilet":
        background = "toilet"
    if background in INTERIORS and trouble in OUTDOORS and kind != "ev-indoors":
        background = "street"
    return f"{TROUBLE_BACKGROUND.get(trouble, background)}/{trouble}"


def all_scenes() -> list[str]:
    """Every scene that some kind at some type of site calls for."""
    types = [kind for kinds in wording()["spot_groups"].values() for kind in kinds]
    return sorted({scene_for(kind, each) for kind in TROUBLE for each in types})
