"""Distance that planned routes save against nearest-neighbour routing: generated towns, and public instances of known optimum."""

import math
import random
import time
from datetime import date, timedelta
from typing import Any

from chuangwen.commands.benches.known_routes import OPTIMA, known
from chuangwen.fieldwork.routing.nearest import nearest_plan
from chuangwen.fieldwork.routing.problem import DAY, Problem, Stop, Team
from chuangwen.fieldwork.routing.solving import SECONDS, solve

HOUR = 3600
SIZES = (100, 300, 1000)


def town(sites: int, seed: int = 20261121) -> Problem:
    """A generated town: sites crowd round a centre and four sub-centres; a third keep office hours, some a market's; five working days.

    Teams go by bicycle at 12 km/h from the offices they belong to, and are not sent to the fiftieth part of sites that are their own unit's.
    """
    chance = random.Random(f"{seed}-{sites}")
    spread = 0.012 * math.sqrt(sites / 100) + 0.01
    centres = [(21.66, 110.92)] + [(21.66 + chance.gauss(0, 2 * spread), 110.92 + chance.gauss(0, 2 * spread)) for _n in range(4)]

    def place() -> tuple[float, float]:
        lat, lon = chance.choice(centres)
        return lat + chance.gauss(0, spread), lon + chance.gauss(0, spread)

    hours = [(0, DAY)] * 6 + [(9 * HOUR, 17 * HOUR)] * 3 + [(8 * HOUR, 13 * HOUR)]
    stops = []
    for key in range(sites):
        opens, closes = chance.choice(hours)
        stops.append(Stop(key, *place(), service=60 * chance.choice((10, 15, 20, 30)), opens=opens, closes=closes))
    teams = [
        Team(
            number,
            *place(),
            speed=12 / 3.6,
            starts=8 * HOUR + HOUR // 2,
            ends=17 * HOUR + HOUR // 2,
            own=frozenset(chance.sample(range(sites), sites // 50)),
        )
        for number in range(math.ceil(sites / 60))
    ]
    return Problem(tuple(stops), tuple(teams), tuple(date(2026, 11, 23) + timedelta(n) for n in range(5)))


def measure_town(sites: int, seconds: float) -> dict[str, Any]:
    """Kilometres of both, and how long planning took in all (seconds)."""
    problem = town(sites)
    started = time.perf_counter()
    walked = nearest_plan(problem)
    walked_s = time.perf_counter() - started
    started = time.perf_counter()
    planned = solve(problem, seconds=seconds)
    return {
        "sites": sites,
        "teams": len(problem.teams),
        "days": len(problem.days),
        "nearest_km": round(walked.metres / 1000, 1),
        "nearest_visits": walked.visits,
        "nearest_s": round(walked_s, 2),
        "planned_km": round(planned.metres / 1000, 1),
        "planned_visits": planned.visits,
        "planned_s": round(time.perf_counter() - started, 1),
        "saved_km": round((walked.metres - planned.metres) / 1000, 1),
        "saved_share": round(1 - planned.metres / walked.metres, 4),
        "late": sum(route.lateness for route in planned.routes),
    }


def measure_known(name: str, seconds: float) -> dict[str, Any]:
    """The length found beside the published optimum, in the instance's own units."""
    problem = known(name)
    walked, planned = nearest_plan(problem), solve(problem, seconds=seconds)
    return {
        "instance": name,
        "optimum": OPTIMA[name],
        "planned": planned.metres / 10,
        "gap": round(planned.metres / 10 / OPTIMA[name] - 1, 4),
        "visits": planned.visits,
        "nearest": walked.metres / 10,
        "nearest_visits": walked.visits,
    }


def measure(sizes: tuple[int, ...] = SIZES, seconds: float = SECONDS) -> dict[str, Any]:
    """Towns of these sizes, each planned for at most ``seconds``, and the public instances."""
    return {
        "seconds": seconds,
        "towns": [measure_town(sites, seconds) for sites in sizes],
        "known": [measure_known(name, min(seconds, 3.0)) for name in OPTIMA],
        "note": "PyVRP's package ships no instances; those shown are the first 25 customers of two of Solomon's.",
    }
