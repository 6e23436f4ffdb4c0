"""Generated days for the benchmark and the tests: orders and teams of a county town, from a seed. Knows no Django."""

from __future__ import annotations

from statistics import mean
from typing import Any

import numpy as np

from chuangwen.volunteers.orders.matching import Answer, Ask, Crew, greedy, solve

ITEMS, SKILLS = 64, 10
LAT, LON, SIDE = 21.66, 110.92, 0.045
"""A town five kilometres wide."""


def day_of(orders: int, teams: int, seed: int = 1) -> tuple[list[Ask], list[Crew]]:
    """So many orders of one day and so many teams. Each team offers some items of two kinds and has their skills; half of the orders come from
    a third of the ground, as old estates do; one in ten takes two visits."""
    random = np.random.default_rng(seed)
    crews = []
    for key in range(teams):
        kinds = random.choice(SKILLS, 2, replace=False)
        items = [int(item) for item in range(ITEMS) if item % SKILLS in kinds and random.random() < 0.6]
        weekly = int(random.choice([5, 10, 15]))
        room = {slot: int(random.integers(0, 4)) for slot in range(3)}
        most = min(int(random.integers(1, 7)), max(1, sum(room.values())))
        crews.append(
            Crew(
                key, LAT + SIDE * random.random(), LON + SIDE * random.random(), 1200, frozenset(items), frozenset(
                    int(k) for k in kinds
                ), room, most,
                int(random.integers(0, weekly + 1)), weekly,
            )
        )  # fmt: skip
    asks = []
    for key in range(orders):
        dense = random.random() < 0.5
        lat, lon = (LAT + SIDE * (0.33 + 0.33 * random.random() if dense else random.random()) for _ in range(1)), random.random()
        item = int(random.integers(ITEMS))
        slots = [(), (0, 1), (1, 2), (2,)][int(random.integers(4))]
        asks.append(
            Ask(
                key, item, next(lat), LON + SIDE * (0.33 + 0.33 * lon if dense else lon), frozenset({item % SKILLS}), slots,
                120 if random.random() < 0.1 else 60, int(random.integers(0, 8)),
            )
        )  # fmt: skip
    return asks, crews


def told(answer: Answer, asks: list[Ask], crews: list[Crew]) -> dict[str, Any]:
    """What a plan is like: how many are served, how far it is, how long those who are left have waited, how evenly the work lies (the standard
    deviation of load over weekly work among teams that could do something)."""
    waited = {ask.key: ask.waited for ask in asks}
    visits = {ask.key: ask.visits for ask in asks}
    got: dict[int, int] = {}
    for place in answer.placed:
        got[place.crew] = got.get(place.crew, 0) + visits[place.ask]
    shares = [(crew.load + got.get(crew.key, 0)) / crew.weekly for crew in crews]
    return {
        "served": len(answer.placed), "left": len(answer.unserved),
        "mean_m": round(mean(place.cost.metres or 0 for place in answer.placed)) if answer.placed else None,
        "left_waited_days": round(mean(waited[one.ask] for one in answer.unserved), 2) if answer.unserved else 0.0,
        "uneven": round(
            float(np.std(shares)), 4
        ), "busiest": round(max(shares), 2), "points": answer.points, "seconds": round(answer.seconds, 3),
    }  # fmt: skip


def measured(orders: int, teams: int = 500, seconds: float = 60.0) -> list[dict[str, Any]]:
    """The optimum beside the nearest team by hand, on one generated day."""
    asks, crews = day_of(orders, teams)
    best, by_hand = solve(asks, crews, seconds=seconds), greedy(asks, crews)
    return [
        {"orders": orders, "teams": teams, "how": name} | told(answer, asks, crews) | {"gap": f"{answer.gap:.4%}" if name == "optimum" else "—"}
        for name, answer in (("optimum", best), ("nearest", by_hand))
    ]
