"""Small worlds for the tests of the outlook: sites, checklists and evidence as numbers."""

from fractions import Fraction

import numpy as np

from chuangwen.scoring.outlook.arithmetic import Planned, worths
from chuangwen.scoring.outlook.model import Beliefs, Evidence, Leaves, Strictness, fit
from chuangwen.scoring.outlook.simulation import Assessment, Quota


def leaves(types: list[int], items: dict[int, list[int]], areas: list[int] | None = None, open_: dict[int, int] | None = None) -> Leaves:
    """One site per entry of ``types``; ``items``: type -> criteria; ``open_``: leaf -> open cases."""
    areas = areas or [0] * len(types)
    rows = [(site, criterion, type_, areas[site]) for site, type_ in enumerate(types) for criterion in items[type_]]
    columns = np.array(rows, dtype=np.int64).T
    counts = np.zeros(len(rows), dtype=np.int64)
    for leaf, number in (open_ or {}).items():
        counts[leaf] = number
    return Leaves(*columns, counts)


def evidence(rows: list[tuple]) -> Evidence:
    """(leaf, share, age in days, handled) per observation."""
    filled = [(*row, *(0.0, False)[len(row) - 2 :]) for row in rows]
    leaf, share, age, handled = zip(*filled, strict=True) if filled else ((), (), (), ())
    return Evidence(np.array(leaf, dtype=np.int64), np.array(share, dtype=float), np.array(age, dtype=float), np.array(handled, dtype=bool))


def fitted(which: Leaves, rows: list[tuple], *, tau: float = 0.0, **beliefs: float):
    return fit(which, evidence(rows), int(which.criterion.max()) + 1, Beliefs(**beliefs), Strictness.fixed(tau))


def assessment(which: Leaves, counts: dict[int, int], scheme, weight: Fraction = Fraction(1)) -> Assessment:
    """So many sites of each type, every criterion of weight ``weight``, in one indicator per criterion."""
    quotas, planned = [], []
    for type_, count in counts.items():
        sites = np.unique(which.site[which.type == type_])
        quotas.append(Quota(sites, count))
        planned += [
            Planned(type_, int(criterion), path(int(criterion)), weight, min(count, len(sites)))
            for criterion in np.unique(which.criterion[which.type == type_])
        ]
    found = worths(planned, scheme)
    worth = np.array([float(found.get((t, c), 0)) for t, c in zip(which.type, which.criterion, strict=True)])
    return Assessment(tuple(quotas), worth)


def path(criterion: int) -> tuple[str, str, str, str]:
    return ("实地考察", f"指标{criterion % 2}", f"内容{criterion}", f"标准{criterion}")
