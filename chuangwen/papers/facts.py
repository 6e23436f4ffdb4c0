"""What composers are given: plain facts, so that a paper can be composed of anything that gathers them. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from chuangwen.papers.figures import Number
from chuangwen.papers.periods import Period


@dataclass(frozen=True)
class Picture:
    """A photo for print. ``source`` is where its file lies."""

    source: Path
    caption: str = ""


@dataclass(frozen=True)
class CaseLine:
    """A case as a paper lists it."""

    number: str
    place: str
    problem: str
    due: datetime | None = None
    state: str = ""
    kind: str = ""
    overdue: bool = False
    rework: int = 0
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True)
class UnitCases:
    """A unit with cases that it answers for: the dispatch sheet, the notices and orders. ``source`` says where they come from;
    ``steps`` what was done about them before, one sentence each."""

    unit: str
    cases: Sequence[CaseLine]
    total: Number
    overdue: Number | None = None
    head: str = ""
    liaison: str = ""
    source: str = ""
    steps: Sequence[str] = ()


@dataclass(frozen=True)
class ScoreLine:
    name: str
    possible: Any
    got: Number
    rate: Any
    counted: int
    read: int
    rank: int | None = None
    peer_group: str = ""
    order: int = 0


@dataclass(frozen=True)
class LossLine:
    """An observation that lost points."""

    site: str
    content: str
    lost: str
    note: str
    units: str


@dataclass(frozen=True)
class RoundFacts:
    """A round for its bulletin. ``index``, where there are scores, is the total: number, possible, rate."""

    name: str
    area: str
    period: Period
    scheme: str
    numbers: Mapping[str, Number]
    possible: Any = None
    rate: Number | None = None
    rows: Mapping[str, Sequence[ScoreLine]] = field(default_factory=dict)
    problems: Sequence[LossLine] = ()
    photos: Sequence[Picture] = ()


@dataclass(frozen=True)
class UnitLine:
    """How a unit stands in a period. ``rate`` is closed in time of the due, a share of one or None; ``enough`` says whether there are
    enough cases to be compared."""

    name: str
    due: Number
    in_time: Number
    rate: Any
    sent_back: int
    overdue: int
    group: str = ""
    enough: bool = True


@dataclass(frozen=True)
class KindLine:
    name: str
    reported: int
    open: int


@dataclass(frozen=True)
class DoneLine:
    """A metric of the ledger over a period: its group, name, unit of measure and total. ``missed`` says the threshold that it does not keep,
    empty where it keeps it or has none."""

    group: str
    name: str
    measure: str
    number: Number
    stock: bool = False
    share: bool = False
    missed: str = ""


@dataclass(frozen=True)
class PeriodFacts:
    """An area in a period: bulletin, briefing, express, work report. ``before`` holds the same numbers of the period before, ``rounds`` the
    names of the rounds that ended in it."""

    area: str
    period: Period
    numbers: Mapping[str, Number]
    before: Mapping[str, Number] = field(default_factory=dict)
    units: Sequence[UnitLine] = ()
    kinds: Sequence[KindLine] = ()
    late: Sequence[CaseLine] = ()
    rounds: Sequence[str] = ()
    photos: Sequence[Picture] = ()
    done: Sequence[DoneLine] = ()


@dataclass(frozen=True)
class AppraisalLine:
    """A unit's result. ``verdict`` is what follows from it: 优秀, 通报表扬, 约谈 …

    ``span``: the ranks that it could as well hold ("2～5"), empty where its rank stands alone."""

    unit: str
    group: str
    points: Number
    rank: str
    verdict: str = ""
    span: str = ""


@dataclass(frozen=True)
class AppraisalFacts:
    """The results of an appraisal for its paper. ``basis`` says by which scheme and of what they were made."""

    area: str
    period: Period
    basis: str
    lines: Sequence[AppraisalLine]
    compared: Number
    measure: str = "得分"
    not_ranked: Sequence[str] = ()


@dataclass(frozen=True)
class CertificateFacts:
    """Whom a certificate is given to. ``code`` verifies it at ``address``; both are empty in a draft."""

    unit: str
    honour: str
    code: str = ""
    address: str = ""
    valid_until: date | None = None


@dataclass(frozen=True)
class SponsorLine:
    """A place with the names of its sponsors."""

    place: str
    leaders: str
    departments: str
    offices: str


@dataclass(frozen=True)
class SponsorshipFacts:
    """The signed sponsorship plan of an area."""

    area: str
    name: str
    period: Period
    lines: Sequence[SponsorLine]
    places: Number
    sponsors: Number
    pairs: Number


@dataclass(frozen=True)
class MeetingItem:
    """An item of an agenda: what was said about it, a paragraph each; ``said``: how much it showed when the meeting opened."""

    title: str
    minutes: Sequence[str]
    said: Number | None = None


@dataclass(frozen=True)
class MeetingResolution:
    """Who does what until when, followed as which case."""

    words: str
    unit: str
    due: str
    case: str


@dataclass(frozen=True)
class MeetingFacts:
    """The confirmed minutes of a meeting. Units came, persons are not named."""

    title: str
    when: str
    place: str
    chair: str
    convener: str
    came: Sequence[str]
    absent: Sequence[str]
    items: Sequence[MeetingItem]
    resolutions: Sequence[MeetingResolution]
    resolved: Number


@dataclass(frozen=True)
class OperationLine:
    """A metric of an operation. ``target`` and ``share`` are empty where nothing was promised; ``each`` is the result for each person and
    day, empty where nobody was counted."""

    name: str
    measure: str
    part: str
    number: Number
    target: str = ""
    share: str = ""
    each: str = ""


@dataclass(frozen=True)
class OperationFacts:
    """A special operation for its report. ``days`` and ``until``: the burn-up of its first metric with a target. ``pairs``: photos before and
    after, in turn. ``back``: what came back in ``window`` days against as many before: (kind, before, after)."""

    area: str
    name: str
    place: str
    kind: str
    period: Period
    aim: str
    lines: Sequence[OperationLine]
    units: Sequence[tuple[str, Sequence[str]]]
    segments: Sequence[tuple[str, str, str, str]] = ()
    days: Sequence[str] = ()
    until: Sequence[float] = ()
    even: Sequence[float] = ()
    pairs: Sequence[Picture] = ()
    window: int = 0
    window_over: bool = False
    back: Sequence[tuple[str, int, int]] = ()
    closed: Number | None = None
    found_again: Number | None = None
    conclusion: str = ""
