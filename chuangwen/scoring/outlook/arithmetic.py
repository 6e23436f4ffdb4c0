"""What one observation of a planned assessment is worth to the index: by the scheme, exactly, and by the engine's own tree.

A plan fixes how many sites of each type are looked at, and their checklists fix which criteria: so every denominator of the index is
fixed before anybody goes out, and the index is a linear function of the shares that the observations get, whatever the levels of
the scheme (ratio of sums, sum of parts, mean of means, weighted sections). `worths` grows the engine's tree over the planned
weights and goes down it once for the coefficients; that they are the engine's own is tested exactly, for schemes of every kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chuangwen.scoring.engine.observed import Cell
from chuangwen.scoring.engine.scheme import Scheme
from chuangwen.scoring.engine.tree import Node, criterion_marks, grow, parts_of

Path = tuple[str, str, str, str]
"""Section, indicator, sub-indicator, criterion."""


@dataclass(frozen=True)
class Planned:
    """A criterion that is rated at every drawn site of a type: `weight` of the observation, `sites` drawn of the type."""

    site_type: int
    criterion: int
    path: Path
    weight: Fraction
    sites: int


def worths(planned: Sequence[Planned], scheme: Scheme) -> dict[tuple[int, int], Fraction]:
    """(site type, criterion) -> by how much the index's rate rises when one such observation has all instead of nothing.

    The rates lie between 0 and 1. A plan in which nothing is rated gives nothing.
    """
    weights: dict[Path, Fraction] = defaultdict(Fraction)
    for item in planned:
        weights[item.path] += item.weight * item.sites
    root = grow(((path, Cell(path, 1, 1, 0, weight, Fraction(0))) for path, weight in weights.items() if weight), scheme)
    per_weight: dict[Path, Fraction] = {}
    if root.possible:
        _push(root, 1 / root.possible, scheme, weights, per_weight)
    return {(item.site_type, item.criterion): item.weight * per_weight.get(item.path, Fraction(0)) for item in planned}


def _push(node: Node, factor: Fraction, scheme: Scheme, weights: Mapping[Path, Fraction], per_weight: dict[Path, Fraction]) -> None:
    """Down an evaluated tree: `factor` is what one more mark of the node adds to the index's rate; at the end stand its observations."""
    level = getattr(scheme.levels, node.level)
    method = getattr(level, "method", "ratio_of_sums")
    parts = parts_of(node) if method in ("sum_of_parts", "mean_of_means") else list(node.children.values())
    if method == "ratio_of_sums":
        inner = node.pooled_possible
    elif method == "sum_of_parts":
        inner = sum((part.possible for part in parts), Fraction(0))
    else:
        inner = Fraction(len(parts)) if method == "mean_of_means" else node.possible
    if not inner:
        return
    factor *= node.possible / inner
    if method == "ratio_of_sums":
        for path in weights:
            if path[: len(node.path)] == node.path:
                per_weight[path] = factor * criterion_marks(scheme, path)
        return
    for part in parts:
        each = factor
        if method == "mean_of_means":
            each = factor / part.possible
        elif method == "weighted_sections":
            each = factor * Fraction(scheme.section_weights.get(part.path[0], Decimal(0))) / part.possible
        if each:
            _push(part, each, scheme, weights, per_weight)
