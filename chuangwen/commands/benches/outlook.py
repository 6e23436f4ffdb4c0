"""How long the outlook takes as observations grow, and what an exact plan of repairs gains over the best per hour first."""

import resource
import time
from fractions import Fraction
from typing import Any

import numpy as np

from chuangwen.scoring.engine import example_schemes
from chuangwen.scoring.outlook.arithmetic import Planned, worths
from chuangwen.scoring.outlook.model import Beliefs, Evidence, Fitted, Leaves, fit, strictness
from chuangwen.scoring.outlook.planning import Learning, Repair, Visit, choose, greedy, groups_of, look
from chuangwen.scoring.outlook.simulation import Assessment, Quota, simulate

OBSERVATIONS, SITES, TYPES, AREAS, CRITERIA, ITEMS = 8_000, 700, 45, 16, 60, 12
REPAIRS = 1_000
BUDGET = 60 * 400


def town(observations: int, seed: int = 8) -> tuple[Leaves, Evidence, Assessment]:
    """A generated town: sites grow with the tenth part of the observations, up to 7,000."""
    random = np.random.default_rng(seed)
    sites = min(10 * SITES, max(SITES, SITES * observations // OBSERVATIONS // 10))
    types, areas = random.integers(0, TYPES, sites), random.integers(0, AREAS, sites)
    items = [np.sort(random.choice(CRITERIA, ITEMS, replace=False)) for _ in range(TYPES)]
    rows = np.array([(s, c, types[s], areas[s]) for s in range(sites) for c in items[types[s]]], dtype=np.int64).T
    open_ = np.zeros(rows.shape[1], dtype=np.int64)
    np.add.at(open_, random.integers(0, rows.shape[1], REPAIRS), 1)
    leaf = random.integers(0, rows.shape[1], observations)
    fails = random.random(observations) < random.beta(2, 14, CRITERIA)[rows[1][leaf]]
    share = np.where(fails, random.choice([0.0, 0.33, 0.66], observations), 1.0)
    evidence = Evidence(leaf, share, random.integers(1, 360, observations).astype(float), fails & (random.random(observations) < 0.8))
    quotas = [Quota(np.flatnonzero(types == t), 2) for t in range(TYPES) if (types == t).any()]
    planned = [
        Planned(t, int(c), ("实地考察", f"指标{c % 9}", f"内容{c % 30}", f"标准{c}"), Fraction(1), 2)
        for t in range(TYPES) for c in items[t]
    ]
    found = worths(planned, example_schemes()["loss_per_observation"])
    worth = np.array([float(found.get((int(t), int(c)), 0)) for t, c in zip(rows[2], rows[1], strict=True)])
    return Leaves(rows[0], rows[1], rows[2], rows[3], open_), evidence, Assessment(tuple(quotas), worth)


def measure(multiples: tuple[int, ...] = (1, 10, 100)) -> dict[str, Any]:
    """Seconds to fit, to simulate 4,000 assessments and to order visits, by multiples of a year's observations of a street town; the plan."""
    sizes = []
    for times in multiples:
        leaves, evidence, assessment = town(OBSERVATIONS * times)
        begin = time.perf_counter()
        fitted = fit(leaves, evidence, CRITERIA, Beliefs(), strictness([]))
        fitted_at = time.perf_counter()
        simulate(fitted, assessment, seed=1)
        simulated_at = time.perf_counter()
        look(Learning(fitted, assessment), [Visit(site, 20) for site in range(int(leaves.site.max()) + 1)], 60 * 80)
        sizes.append(
            {
                "observations": len(evidence.leaf), "leaves": len(leaves.site), "fit_s": round(fitted_at - begin, 3),
                "simulate_s": round(simulated_at - fitted_at, 3), "visits_s": round(time.perf_counter() - simulated_at, 3),
                "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )  # fmt: skip
    leaves, evidence, assessment = town(OBSERVATIONS)
    return {"sizes": sizes, "plan": _plan(fit(leaves, evidence, CRITERIA, Beliefs(), strictness([])), assessment)}


def _plan(fitted: Fitted, assessment: Assessment, seed: int = 3) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    at = np.repeat(np.arange(len(fitted.leaves.site)), fitted.leaves.open)
    minutes = random.choice([30, 60, 90, 240, 480, 960, 1440], len(at))
    groups = groups_of([Repair(n, int(leaf), int(m)) for n, (leaf, m) in enumerate(zip(at, minutes, strict=True))], fitted, assessment)
    begin = time.perf_counter()
    exact = choose(groups, BUDGET, seconds=60)
    seconds = time.perf_counter() - begin
    by_hand = greedy(groups, BUDGET)
    return {
        "repairs": len(at), "hours": BUDGET // 60, "seconds": round(seconds, 3), "proven": exact.proven, "chosen": len(exact.chosen),
        "gain_points": round(100 * exact.gain, 6), "greedy_points": round(100 * by_hand.gain, 6),
        "more_than_greedy_points": round(100 * (exact.gain - by_hand.gain), 6),
    }  # fmt: skip
