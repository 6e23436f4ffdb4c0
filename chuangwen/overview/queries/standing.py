"""Where the campaign stands: the index of comparable rounds with its interval, the target, why the index moved, where marks are lost."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.fieldwork import intervals
from chuangwen.fieldwork.intervals import Estimate
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.overview import rules
from chuangwen.overview.models import Target
from chuangwen.overview.rules import Side
from chuangwen.places.models import Site
from chuangwen.scoring.models import ScoreRow, ScoreSheet
from chuangwen.web.charts import Chart, Series

READ = 60
KEPT = 12
ON_SCREEN, ON_PAPER = 6, 4
EXACT = 0.0005
"""Printed rates are rounded to four digits of a share; what differs by less is the same."""


def index_series(actor: Actor) -> list[ScoreRow]:
    """The index of the newest round and of those that can be compared with it, the newest first, at most KEPT: of the same kind and place, by
    the same scheme, one sheet for each (a signed one before a computed one). One query."""
    rows = (
        ScoreRow.objects.filter(
            sheet__in=access.scoped(actor, "scoring.see_scores", ScoreSheet).filter(superseded_by__isnull=True),
            level="index",
            rate__isnull=False,
        )
        .select_related("sheet__round", "sheet__scheme")
        .order_by("-sheet__round__starts_on", "-sheet__round", "-sheet__state", "-sheet__computed_at")[:READ]
    )
    found: dict[int, ScoreRow] = {}
    like: tuple[Any, ...] | None = None
    for row in rows:
        facts = (row.sheet.round.kind, row.sheet.round.division_id, row.sheet.scheme.name)
        like = like or facts
        if facts == like:
            found.setdefault(row.sheet.round_id, row)
    return list(found.values())[:KEPT]


@dataclass(frozen=True)
class Reading:
    """The index of a round; ``half`` is the half width of its interval of 95 %, None where too few sites were seen; all as shares."""

    row: ScoreRow
    rate: float
    half: float | None
    sites: int
    of: int

    @property
    def low(self) -> float | None:
        return max(0.0, self.rate - self.half) if self.half is not None else None

    @property
    def high(self) -> float | None:
        return min(1.0, self.rate + self.half) if self.half is not None else None

    @property
    def url(self) -> str:
        return reverse("scoring:figure", args=[self.row.sheet_id, self.row.pk])

    @property
    def signed(self) -> bool:
        return self.row.sheet.state == ScoreSheet.State.SIGNED


@dataclass(frozen=True)
class Effect:
    """An indicator or an area whose rate moved, with the figure that opens it; ``points`` is what it did to the whole, as a share."""

    name: str
    before: float
    after: float
    points: float
    url: str
    earlier_url: str

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class Others:
    """What the effects that are not listed come to together, so that a table adds up."""

    count: int
    points: float


@dataclass(frozen=True)
class Lost:
    """Where marks are lost: a part, its rate, and how many percentage points of the index are missing because of it (as a share)."""

    name: str
    rate: float
    points: float
    url: str


@dataclass
class Standing:
    """``readings``: the newest first. ``distinct``: whether the last change is more than the choice of the sites explains. ``exact``: whether
    effects and ``mix`` add up to the change of the index."""

    readings: list[Reading]
    target: Target | None = None
    distinct: bool | None = None
    indicators: tuple[Effect, ...] = ()
    areas: tuple[Effect, ...] = ()
    mix: float = 0.0
    exact: bool = False
    lost: tuple[Lost, ...] = ()

    @property
    def now(self) -> Reading | None:
        return self.readings[0] if self.readings else None

    @property
    def before(self) -> Reading | None:
        return self.readings[1] if len(self.readings) > 1 else None

    @property
    def change(self) -> float | None:
        return self.now.rate - self.before.rate if self.now and self.before else None

    @property
    def smaller(self) -> Others | None:
        """The indicators that a screen does not list, in one row."""
        return _others(self.indicators[ON_SCREEN:])

    @property
    def smaller_on_paper(self) -> Others | None:
        """The indicators that a printed page does not list, in one row."""
        return _others(self.indicators[ON_PAPER:])

    @property
    def gap(self) -> float | None:
        """How far above the target the index is (below it: negative)."""
        return self.now.rate - float(self.target.rate) if self.now and self.target else None

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached for sure (True), missed for sure (False), or within the interval (None)."""
        if self.now is None or self.target is None or self.now.low is None or self.now.high is None:
            return None
        goal = float(self.target.rate)
        return True if self.now.low >= goal else False if self.now.high < goal else None

    @property
    def chart(self) -> Chart | None:
        """The index of the comparable rounds with intervals and the target."""
        shown = list(reversed(self.readings))
        if len(shown) < 2:
            return None
        lowest = min([one.low or one.rate for one in shown] + ([float(self.target.rate)] if self.target else []))
        return Chart(
            "line",
            _("Index of comparable rounds"),
            [one.row.sheet.round.name for one in shown],
            [
                Series(
                    _("index, %"),
                    [percent(one.rate) for one in shown],
                    low=[percent(one.low) if one.low is not None else None for one in shown],
                    high=[percent(one.high) if one.high is not None else None for one in shown],
                    tone="accent",
                )
            ],
            unit="%",
            digits=2,
            low=max(0, int(lowest * 100) // 5 * 5),
            high=100,
            mark=self.target.rate * 100 if self.target else None,
            mark_label=_("target") if self.target else "",
            height="sm",
            links=[one.url for one in shown],
        )


def _others(effects: tuple[Effect, ...]) -> Others | None:
    return Others(len(effects), sum(one.points for one in effects)) if effects else None


def percent(share: float) -> float:
    return round(share * 100, 2)


def target_of(actor: Actor) -> Target | None:
    """The target of the highest area of the actor's that has one. One query."""
    return access.scoped(actor, "overview.see_wall", Target).select_related("division").order_by("division__path").first()


def standing(actor: Actor, *, reasons: bool = True) -> Standing:
    """Where the index stands, and with ``reasons`` why it moved and where marks are lost. Five queries at most."""
    rows = index_series(actor)
    if not rows:
        return Standing([], target_of(actor))
    of = access.scoped(actor, "places.see", Site).filter(active=True).count()
    found = Standing(_readings(rows, of), target_of(actor))
    if found.now and found.before:
        found.distinct = rules.apart(found.before.rate, found.now.rate, (found.before.half, found.now.half))
    if reasons and found.now:
        _explain(found)
    return found


def _readings(rows: list[ScoreRow], of: int) -> list[Reading]:
    """Each index with the interval that the spread between its sites gives. One query for all."""
    parts: dict[int, list[tuple[float, float]]] = defaultdict(list)
    sites = ScoreRow.objects.filter(sheet__in=[row.sheet_id for row in rows], level="site").order_by()
    for sheet, got, possible in sites.values_list("sheet", "got", "possible"):
        parts[sheet].append((float(got), float(possible)))
    found = []
    for row in rows:
        estimate: Estimate = intervals.ratio_of_some(parts[row.sheet_id], max(of, len(parts[row.sheet_id])))
        half = (estimate.high - estimate.low) / 2 if estimate.low is not None and estimate.high is not None else None
        found.append(Reading(row, float(row.rate or 0), half, estimate.n, of))
    return found


def _explain(found: Standing) -> None:
    """Fill in why the index moved and where marks are lost. One query."""
    assert found.now is not None
    sheets = [found.now.row.sheet] + ([found.before.row.sheet] if found.before else [])
    rows: dict[tuple[int, str], dict[str, ScoreRow]] = defaultdict(dict)
    wanted = ScoreRow.objects.filter(sheet__in=sheets, level__in=("section", "indicator", "area")).order_by("order")
    for row in wanted:
        rows[row.sheet_id, row.level][row.key] = row
    now = _sides(sheets[0], rows[sheets[0].pk, "section"], rows[sheets[0].pk, "indicator"])
    latest = rows[sheets[0].pk, "indicator"]
    losses = [
        Lost(latest[key].name, side.rate, (1 - side.rate) * side.weight, url_of(latest[key]))
        for key, side in now.items()
        if side.rate is not None
    ]
    found.lost = tuple(sorted(losses, key=lambda lost: -lost.points))
    if found.before is None:
        return
    earlier = rows[sheets[1].pk, "indicator"]
    moved = rules.moves(_sides(sheets[1], rows[sheets[1].pk, "section"], earlier), now)
    found.indicators = tuple(_effect(move, earlier, latest) for move in moved.parts)
    found.mix = moved.mix
    found.exact = found.change is not None and abs(moved.total - found.change) < EXACT
    old, new = rows[sheets[1].pk, "area"], rows[sheets[0].pk, "area"]
    areas = [_effect(move, old, new) for move in rules.moves(_counted(old.values()), _counted(new.values())).parts]
    found.areas = tuple(sorted(areas, key=lambda area: (-abs(area.change), area.name)))


def _sides(sheet: ScoreSheet, sections: dict[str, ScoreRow], indicators: dict[str, ScoreRow]) -> dict[str, Side]:
    """Indicators with what they weigh in the index: their section's weight in the scheme, shared by what was possible; where the scheme has no
    weights, what was possible alone."""
    weights = {key: Decimal(str(weight)) for key, weight in (sheet.scheme.body.get("section_weights") or {}).items()}
    rated = {key: row for key, row in sections.items() if row.rate is not None and row.possible}
    of_section = {key: float(weights.get(row.name, 0) if weights else row.possible) for key, row in rated.items()}
    total = sum(of_section.values())
    inside: dict[str, float] = defaultdict(float)
    for row in indicators.values():
        inside[row.parent] += float(row.possible)
    found = {}
    for key, row in indicators.items():
        if row.parent in of_section and total and inside[row.parent]:
            weight = of_section[row.parent] / total * float(row.possible) / inside[row.parent]
            found[key] = Side(float(row.got / row.possible) if row.possible else None, weight)
    return found


def _counted(rows: Iterable[ScoreRow]) -> dict[str, Side]:
    """Areas with the part of the observations that name them."""
    rows = [row for row in rows if row.rate is not None]
    total = sum(row.counted for row in rows) or 1
    return {row.key: Side(float(row.rate or 0), row.counted / total) for row in rows}


def _effect(move: rules.Move, old: dict[str, ScoreRow], new: dict[str, ScoreRow]) -> Effect:
    row = new[move.key]
    return Effect(row.name, move.before, move.after, move.effect, url_of(row), url_of(old[move.key]))


def url_of(row: ScoreRow) -> str:
    """The page that opens a figure."""
    return reverse("scoring:figure", args=[row.sheet_id, row.pk])
