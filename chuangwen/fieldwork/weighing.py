"""The weight of a site in a draw: pure, in whole thousandths, each part with its reason.

A site that nobody has seen for long, that has open or rebounded cases, or that did badly, is drawn more often. Every site keeps the base
weight, so that none is safe from being drawn and none is certain.
"""

from dataclasses import dataclass
from fractions import Fraction

DEFAULT_POINTS: dict[str, int] = {
    "base": 1000,
    "waiting_most": 1000,
    "waiting_days": 180,
    "open_case": 250,
    "open_most": 1000,
    "rebounded_case": 500,
    "rebounded_most": 1500,
    "losses_most": 1000,
}
"""Common practice, editable. Points are thousandths of the base weight of a site; ``waiting_days`` are calendar days without a visit after
which the points for waiting are full; ``losses_most`` is what a site gets where every observation of its last round showed a loss."""


@dataclass(frozen=True)
class Risk:
    """What is known of a site when a round is drawn. ``waited``: days since the last visit, None: never visited. ``read`` and ``losses``
    count the observations of the last round that looked at it."""

    waited: int | None = None
    open_cases: int = 0
    rebounded: int = 0
    read: int = 0
    losses: int = 0


def parts(risk: Risk, points: dict[str, int]) -> dict[str, int]:
    """The weight of a site in parts, in thousandths: base, waiting, open, rebounded, losses. Whole numbers, rounded down."""
    days = points["waiting_days"]
    waited = days if risk.waited is None else max(0, min(risk.waited, days))
    return {
        "base": points["base"],
        "waiting": int(Fraction(points["waiting_most"] * waited, days)) if days else 0,
        "open": min(points["open_case"] * risk.open_cases, points["open_most"]),
        "rebounded": min(points["rebounded_case"] * risk.rebounded, points["rebounded_most"]),
        "losses": points["losses_most"] * risk.losses // risk.read if risk.read else 0,
    }


def weight(risk: Risk, points: dict[str, int]) -> int:
    """The sum of the parts, in thousandths; at least 1."""
    return max(1, sum(parts(risk, points).values()))
