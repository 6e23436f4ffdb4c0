"""How inspectors put it: sentences for problems, repairs, refusals (wording.json), with numbers drawn into {2-5}."""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "wording.json"
RANGE = re.compile(r"\{(\d+)-(\d+)\}")


@cache
def wording() -> dict[str, Any]:
    """wording.json as it stands."""
    return json.loads(FILE.read_text(encoding="utf-8"))


@cache
def _group_of() -> dict[str, str]:
    return {kind: group for group, kinds in wording()["spot_groups"].items() for kind in kinds}


def spot_group(site_type: str) -> str:
    """road, crossing, estate, hall, market, open, shop, school, works or vehicle; KeyError for a type that no group names."""
    return _group_of()[site_type]


def phrase(template: str, rng: random.Random) -> str:
    """The template with a whole number from each range; ranges of hundreds of metres are rounded to tens."""

    def number(match: re.Match[str]) -> str:
        low, high = int(match[1]), int(match[2])
        drawn = rng.randint(low, high)
        return str(round(drawn, -1) if high >= 100 else drawn)

    return RANGE.sub(number, template)


def kinds_at(kinds: tuple[str, ...], site_type: str) -> tuple[str, ...]:
    """Those of the kinds that can be met at such a site (no stairwell at a bus stop); all of them when none fits."""
    group, allowed = spot_group(site_type), wording()["kind_groups"]
    return tuple(kind for kind in kinds if group in allowed.get(kind, [group])) or kinds


def spot(kind: str, site_type: str, rng: random.Random) -> str:
    """Where at the site: 东侧, 3栋楼下, 熟食区旁; what is met in a house is told with the stairwell."""
    group = spot_group(site_type)
    if group == "estate" and kind in wording()["indoor_kinds"]:
        group = "stairwell"
    return phrase(rng.choice(wording()["spots"][group]), rng)


def problem(kind: str, site_name: str, site_type: str, rng: random.Random) -> str:
    """健康北路与计星北路交叉口东侧，垃圾桶满溢，周边散落垃圾约2平方米."""
    group = spot_group(site_type)
    said = [each.rpartition("|") for each in wording()["problems"][kind]]
    fitting = [text for groups, _, text in said if not groups or group in groups.split(",")] or [text for *_, text in said]
    return f"{site_name}{spot(kind, site_type, rng)}，{phrase(rng.choice(fitting), rng)}"


def fix(kind: str, rng: random.Random) -> str:
    """What was done about it."""
    return phrase(rng.choice(wording()["fixes"][kind]), rng)


def reason(of: str, rng: random.Random) -> str:
    """One of the reasons: reject, refuse, send_back, extension, deny, defer."""
    return phrase(rng.choice(wording()[f"{of}_reasons"]), rng)
