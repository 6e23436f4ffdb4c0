"""What the generated rows became: their keys and the records that were made of them. Grows from left to right as the rooms are filled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from chuangwen.demo.records import TownData
from chuangwen.fieldwork.models import Observation, Round
from chuangwen.people.models import Account, Person, Role, Unit
from chuangwen.places.models import Division, Grid, Site, SiteType
from chuangwen.standards.models import ChecklistItem, Criterion, Edition, Family, Kind

STREET = "440902003000"


@dataclass
class Keys:
    """Generated key → record. ``now`` is the moment at which the town stands still, ``photos`` how many are drawn at most (None: all)."""

    data: TownData
    now: datetime
    photos: int | None = None
    divisions: dict[str, Division] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)
    types: dict[str, SiteType] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    """By role."""
    account_ids: dict[str, int] = field(default_factory=dict)
    """By the person's key."""
    edition: Edition | None = None
    criteria: dict[str, Criterion] = field(default_factory=dict)
    items: dict[str, ChecklistItem] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    observations: dict[str, Observation] = field(default_factory=dict)

    @property
    def street(self) -> Division:
        return self.divisions[STREET]
