"""What a plan's principles weigh, as its page keeps them; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chuangwen.duties.sponsorship.arithmetic.problem import Rules

FIELDS = (
    "charge", "near_department", "near_office", "change", "weak", "enough", "overload", "tolerance",
    "leaders_each", "departments_each", "offices_each", "weight_staff", "weight_budget", "weight_result",
)  # fmt: skip
DEFAULTS: dict[str, float] = {
    "charge": 10, "near_department": 0.2, "near_office": 1, "change": 2, "weak": 40, "enough": 90, "overload": 20, "tolerance": 125,
    "leaders_each": 0, "departments_each": 0, "offices_each": 0, "weight_staff": 50, "weight_budget": 30, "weight_result": 20,
}  # fmt: skip
"""``enough`` and ``tolerance`` and the weights of strength in percent; ``near_*`` points per kilometre; the rest points."""


@dataclass(frozen=True)
class Limits:
    """What a figure may be."""

    least: float
    most: float
    whole: bool = False


LIMITS = {
    "charge": Limits(0, 1000), "near_department": Limits(0, 100), "near_office": Limits(0, 100), "change": Limits(0, 1000),
    "weak": Limits(0, 1000), "enough": Limits(10, 100, True), "overload": Limits(0, 1000), "tolerance": Limits(100, 300, True),
    "leaders_each": Limits(0, 20, True), "departments_each": Limits(0, 20, True), "offices_each": Limits(0, 20, True),
    "weight_staff": Limits(0, 100, True), "weight_budget": Limits(0, 100, True), "weight_result": Limits(0, 100, True),
}  # fmt: skip


def complete(kept: Mapping[str, Any]) -> dict[str, float]:
    """All figures, the usual where none is kept, each within its limits."""
    found = {}
    for name in FIELDS:
        limits = LIMITS[name]
        value = min(max(float(kept.get(name, DEFAULTS[name])), limits.least), limits.most)
        found[name] = int(value) if limits.whole else value
    return found


def weighed(kept: Mapping[str, Any]) -> Rules:
    """The rules as the solver takes them."""
    given = complete(kept)
    return Rules(
        charge=given["charge"], near=(0.0, given["near_department"], given["near_office"]), change=given["change"], weak=given["weak"],
        enough=given["enough"] / 100, overload=given["overload"], tolerance=given["tolerance"] / 100,
        at_least=(int(given["leaders_each"]), int(given["departments_each"]), int(given["offices_each"])),
    )  # fmt: skip
