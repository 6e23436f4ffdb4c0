"""What the rules of a roster say, with their limits. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from chuangwen.duties.rosters.arithmetic.problem import Weights

LONGEST_DAYS = 31
LIMITS: dict[str, tuple[int, int]] = {
    "rest_hours": (0, 36), "per_week": (1, 7), "early_before": (0, 720), "weekend": (0, 50), "early": (0, 50), "rather_not": (0, 100),
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """``rest_hours`` between turns of different days; ``per_week`` turns at most; one that begins before ``early_before`` (minutes of the day)
    is early. ``weekend``, ``early``: what unevenness of these weighs against that of all turns; ``rather_not``: points of a turn on a day
    that somebody would rather be spared. ``approve``: a change of turns is approved by the office."""

    rest_hours: int = 11
    per_week: int = 5
    early_before: int = 450
    weekend: int = 2
    early: int = 2
    rather_not: int = 6
    approve: bool = True

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Rules:
        """From what is stored; what is not there is as usual."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    def wrong(self) -> str | None:
        """The first number that lies outside its limits."""
        return next((name for name, (low, high) in LIMITS.items() if not low <= getattr(self, name) <= high), None)

    @property
    def weights(self) -> Weights:
        return Weights(weekend=float(self.weekend), early=float(self.early), rather_not=float(self.rather_not))
