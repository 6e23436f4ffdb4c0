"""What the generator makes: plain rows that name each other by keys. No database, no Django.

Times are aware (Asia/Shanghai), coordinates WGS-84 degrees, shares of marks exact decimals. `generated` is False only for what a
public source gives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from chuangwen.kernel.worktime import LOCAL

NOW = time(10, 40)
"""The moment of the day at which the demonstration stands still."""
Ring = list[list[float]]


@dataclass(frozen=True)
class Division:
    """A node of the division tree; `parent` is the code of the division above; `outline` a GeoJSON Polygon or None."""

    code: str
    name: str
    short_name: str
    level: int
    parent: str | None
    outline: dict[str, Any] | None
    outline_generated: bool = True


@dataclass(frozen=True)
class Grid:
    """A grid (parent None) or a small grid of a community."""

    code: str
    name: str
    community: str
    parent: str | None
    outline: dict[str, Any]
    generated: bool = True


@dataclass(frozen=True)
class Fact:
    """A figure that the report gives; `quantity` is None where the report masks it; `at_least` where it says 多 (more than)."""

    code: str
    metric: str
    quantity: int | None
    unit: str
    at_least: bool
    period: str
    sentence: str
    note: str = ""


@dataclass(frozen=True)
class Site:
    """A place that is assessed. `origin`: report, or generated. `names` says whether the name, too, is generated."""

    code: str
    name: str
    type: str
    community: str
    grid: str
    lat: float
    lon: float
    address: str
    has_manager: bool | None
    households: int | None
    note: str
    name_generated: bool
    generated: bool = True


@dataclass(frozen=True)
class Asset:
    """How many of a thing stand on a site; 0 is known to be none."""

    site: str
    kind: str
    quantity: int
    state: str
    checked_on: date
    generated: bool = True


@dataclass(frozen=True)
class Unit:
    """An organisation. `edition_name` is the department's name in the shipped edition, when it answers for criteria."""

    key: str
    parent: str | None
    kind: str
    name: str
    short_name: str
    division: str
    starts_on: date
    peer_group: str = ""
    phone: str = ""
    edition_name: str = ""
    sponsors: str = ""
    generated: bool = True


@dataclass(frozen=True)
class Person:
    """An invented person with an invented number (1990000xxxx)."""

    key: str
    name: str
    phone: str
    generated: bool = True


@dataclass(frozen=True)
class Post:
    """A person's place in a unit; `role` is the code of what it allows, empty for none."""

    person: str
    unit: str
    kind: str
    title: str
    role: str
    starts_on: date
    ends_on: date | None = None
    grid: str | None = None


@dataclass(frozen=True)
class Round:
    """One planned assessment with the sites that were drawn for it. `kind`: monthly or weekly."""

    key: str
    name: str
    kind: str
    starts_on: date
    ends_on: date
    assessor: str
    sites: tuple[str, ...]


@dataclass(frozen=True)
class Visit:
    """Somebody at a site at a time."""

    key: str
    round: str
    site: str
    person: str
    at: datetime


@dataclass(frozen=True)
class Observation:
    """One criterion's result at a site.

    Graded criteria have `grade` A to D and `defects`; pass-or-fail ones have `conform`. `loss` is the share of the marks lost
    (0 to 1), in both. `units` are the departments that it counts for, `kind` the problem when there is one.
    """

    key: str
    round: str
    visit: str
    site: str
    community: str
    criterion: str
    item: str
    grade: str
    defects: int | None
    conform: bool | None
    loss: Decimal
    full_marks: int
    severity: str
    kind: str | None
    note: str
    units: tuple[str, ...]
    person: str
    at: datetime


@dataclass(frozen=True)
class PhotoRecipe:
    """How to draw a photo (see pictures.draw): the place decides what is seen, the shot how it is seen; ``name`` of the file where the
    stage does not say it."""

    scene: str
    place: int
    stage: str
    shot: int
    taken_at: datetime
    lat: float
    lon: float
    name: str = ""


@dataclass(frozen=True)
class CaseEvent:
    """Something that happened to a case. `offset` is the time since the case was reported."""

    verb: str
    before: str
    after: str
    at: datetime
    offset: timedelta
    unit: str
    actor: str
    note: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    photos: tuple[PhotoRecipe, ...] = ()


@dataclass(frozen=True)
class Case:
    """A problem and all that happened to it until `today`. `state` is the one after its last event."""

    key: str
    source: str
    description: str
    family: str
    kind: str
    severity: str
    site: str
    community: str
    grid: str
    address: str
    lat: float
    lon: float
    criterion: str | None
    round: str | None
    observation: str | None
    reported_at: datetime
    lead: str | None
    assisting: tuple[str, ...]
    handling: str | None
    limit_amount: int
    limit_unit: str
    due_at: datetime | None
    state: str
    rework: int
    solved_on_spot: bool
    measure: str
    deferred_until: date | None
    merged_into: str | None
    rebound_of: str | None
    events: tuple[CaseEvent, ...]
    with_pictures: bool


@dataclass(frozen=True)
class Duty:
    """A row of responsibility: a unit's part (lead, assist, owner) for what is named; `division` means the whole street."""

    unit: str
    part: str
    criterion: str | None = None
    site_type: str | None = None
    site: str | None = None
    division: bool = False


@dataclass(frozen=True)
class TownData:
    """The whole demonstration."""

    today: date
    seed: int
    divisions: list[Division]
    grids: list[Grid]
    facts: list[Fact]
    units: list[Unit]
    people: list[Person]
    posts: list[Post]
    sites: list[Site]
    assets: list[Asset]
    duties: list[Duty]
    rounds: list[Round]
    visits: list[Visit]
    observations: list[Observation]
    cases: list[Case]

    @property
    def now(self) -> datetime:
        """The moment at which the town stands still."""
        return datetime.combine(self.today, NOW, LOCAL)
