"""What pages, API and exports read of appraisals."""

import contextlib
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from chuangwen.kernel import access, clock, files
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.places.models import Division
from chuangwen.scoring.appraisal.actions.computing import Computed, signed_before
from chuangwen.scoring.appraisal.models import (
    Appraisal,
    AppraisalObjection,
    AppraisalRow,
    AppraisalScheme,
    Consequence,
    ManualEntry,
)
from chuangwen.scoring.appraisal.periods import Span
from chuangwen.scoring.appraisal.result_file import content_of
from chuangwen.scoring.appraisal.states import PUBLISHED, TOLD
from chuangwen.scoring.engine import InputError
from chuangwen.scoring.engine.appraisal.reasons import reason_text
from chuangwen.scoring.engine.appraisal.records import source_of
from chuangwen.scoring.engine.appraisal.run import contributions
from chuangwen.scoring.engine.result import rounded


def appraisals(actor: Actor) -> QuerySet[Appraisal]:
    """Those that the actor sees, with how many units stand in each and how many objections wait."""
    waiting = AppraisalObjection.objects.filter(appraisal=OuterRef("pk"), state=AppraisalObjection.State.PENDING).order_by()
    rows = AppraisalRow.objects.filter(appraisal=OuterRef("pk")).order_by()

    def counted(found: QuerySet) -> Subquery:
        return Subquery(found.values("appraisal").annotate(n=Count("pk")).values("n"))

    return (
        access.scoped(actor, "scoring.see_appraisals", Appraisal)
        .select_related("scheme", "division", "superseded_by")
        .annotate(units=counted(rows), objections_waiting=counted(waiting))
    )


def newest() -> Q:
    """The condition that an appraisal has no later version."""
    return Q(superseded_by__isnull=True)


def waiting(actor: Actor) -> Q:
    """The condition of the newest versions at which the actor has the next step: to check what somebody else computed, to open, to answer an
    objection, to settle when the time is over, to sign, to publish, to decide what follows."""
    state, found = Appraisal.State, Q(pk__in=[])
    if actor.may("scoring.check_appraisal"):
        found |= Q(state=state.COMPUTED) & ~Q(computed_by=actor.account_id)
    if actor.may("scoring.conduct_appraisal"):
        found |= Q(state__in=(state.CHECKED, state.SIGNED)) | Q(state=state.OPEN, objections_until__lte=clock.now())
    if actor.may("scoring.answer_objection"):
        pending = AppraisalObjection.objects.filter(state=AppraisalObjection.State.PENDING).order_by()
        found |= Q(pk__in=pending.values("appraisal"))
    if actor.may("scoring.sign_appraisal"):
        found |= Q(state=state.SETTLED)
    if actor.may("scoring.decide_consequence"):
        proposed = Consequence.objects.filter(state=Consequence.State.PROPOSED).order_by()
        found |= Q(pk__in=proposed.values("appraisal"))
    return newest() & found


def to_sign(actor: Actor) -> QuerySet[Appraisal]:
    """The results that wait for the actor's signature, the newest first."""
    found = access.scoped(actor, "scoring.sign_appraisal", Appraisal).filter(newest(), state=Appraisal.State.SETTLED)
    return found.select_related("scheme").order_by("-starts_on", "-pk")


def schemes(actor: Actor) -> QuerySet[AppraisalScheme]:
    """Schemes with how many results that the actor sees each was used for."""
    seen = access.scoped(actor, "scoring.see_appraisals", Appraisal).filter(scheme=OuterRef("pk")).order_by().values("scheme")
    return access.scoped(actor, "scoring.see_appraisal_schemes", AppraisalScheme).annotate(
        used=Subquery(seen.annotate(n=Count("pk")).values("n"))
    )


def two_to_compare(found: QuerySet[AppraisalScheme]) -> dict[str, int]:
    """Which two a comparison begins with: the newest version that has one before it (``b``) and that one (``a``); where no scheme has two
    versions, the two that were made last. Empty where there is only one. One query."""
    rows = list(found.order_by("-created_at", "-pk").values_list("pk", "name", "version"))
    for pk, name, version in rows:
        before = [(earlier, one) for one, other, earlier in rows if other == name and earlier < version]
        if before:
            return {"a": max(before)[1], "b": pk}
    return {"a": rows[1][0], "b": rows[0][0]} if len(rows) > 1 else {}


def newest_scheme_versions() -> Q:
    """The condition that a scheme has no later version."""
    later = AppraisalScheme.objects.filter(name=OuterRef("name"), version__gt=OuterRef("version"))
    return ~Q(Exists(later))


def areas(actor: Actor) -> QuerySet[Division]:
    """The divisions for which the actor may have units appraised: those that have units, the highest first."""
    return access.scoped(actor, "scoring.appraise", Division).filter(units__isnull=False).distinct().order_by("path")


def own_rows(actor: Actor) -> QuerySet[AppraisalRow]:
    """A unit's own results, once they are told; the office sees everybody's. The newest version of each period."""
    return (
        access.scoped(actor, "scoring.see_own_appraisal", AppraisalRow)
        .filter(appraisal__state__in=TOLD, appraisal__superseded_by__isnull=True)
        .select_related("appraisal__scheme", "appraisal__superseded_by", "unit")
    )


def row_for(actor: Actor, pk: int) -> AppraisalRow:
    """One unit's row: for the office in any state, for the unit itself once it is told. Raises Missing, Denied."""
    rows = AppraisalRow.objects.select_related("appraisal__scheme", "appraisal__division", "unit")
    if actor.may("scoring.see_appraisals"):
        with contextlib.suppress(Missing):
            return access.fetch(actor, "scoring.see_appraisals", rows, pk=pk)
    return access.fetch(actor, "scoring.see_own_appraisal", rows.filter(appraisal__state__in=TOLD), pk=pk)


def objections(actor: Actor) -> QuerySet[AppraisalObjection]:
    """Objections of the actor's area or unit."""
    return access.scoped(actor, "scoring.see_own_appraisal", AppraisalObjection).select_related(
        "appraisal__scheme", "unit", "answered_by__person"
    )


def entries(actor: Actor) -> QuerySet[ManualEntry]:
    """What was entered by hand in the actor's area or unit, with how the unit's titles stand (``title_kind``, ``title_until``)."""
    title = Consequence.objects.filter(_standing(), unit=OuterRef("unit")).order_by("kind", "-until", "-pk")  # suspended before warned
    return (
        access.scoped(actor, "scoring.see_own_appraisal", ManualEntry)
        .select_related("unit", "entered_by__person", "checked_by__person")
        .annotate(title_kind=Subquery(title.values("kind")[:1]), title_until=Subquery(title.values("until")[:1]))
    )


def consequences(actor: Actor) -> QuerySet[Consequence]:
    """What follows, for whom sees the appraisals."""
    return access.scoped(actor, "scoring.see_appraisals", Consequence).select_related(
        "appraisal__scheme", "unit", "decided_by__person"
    )


def standing_titles(actor: Actor) -> QuerySet[Consequence]:
    """The titles that stand as warned or suspended today in the actor's area or unit, the one that ends first in front."""
    found = access.scoped(actor, "scoring.see_own_appraisal", Consequence).filter(_standing())
    return found.select_related("appraisal__scheme", "unit").order_by("until", "pk")


def _standing() -> Q:
    lasting = Q(until__isnull=True) | Q(until__gte=clock.today())
    return lasting & Q(state=Consequence.State.CONFIRMED, kind__in=Consequence.TITLES)


@dataclass
class Group:
    """A peer group of a result: its rows in the order of places."""

    name: str
    rows: list[AppraisalRow] = field(default_factory=list)

    @property
    def ranked(self) -> int:
        return sum(1 for row in self.rows if row.rank is not None)


def groups_of(appraisal: Appraisal) -> list[Group]:
    """The rows of a result by peer group, each with how it stood the period before (``earlier``: score, rank). Three queries."""
    rows = list(appraisal.rows.select_related("unit"))
    span = Span(appraisal.starts_on, appraisal.ends_on, appraisal.period)
    last = signed_before(appraisal.division, appraisal.scheme.name, span).first()
    before = {row.unit_id: row for row in AppraisalRow.objects.filter(appraisal=last)} if last else {}
    groups: dict[str, Group] = {}
    for row in rows:
        row.earlier = before.get(row.unit_id)  # type: ignore[attr-defined]  # carried by the row for the page
        groups.setdefault(row.group, Group(row.group)).rows.append(row)
    return list(groups.values())


@dataclass(frozen=True)
class Behind:
    """The records behind a figure: in the order of their numbers, each with ``id``, ``counted``, ``reason`` (Chinese), ``worth``, ``weight``.
    ``source``: cases, observations, facts, entries."""

    source: str
    found: list[dict[str, Any]]

    @property
    def counted(self) -> int:
        return sum(1 for line in self.found if line["counted"])


def behind(row: AppraisalRow, key: str) -> Behind:
    """What a figure is made of, from the file of this version: what has changed since does not change it. Raises KeyError."""
    body = row.appraisal.scheme.body
    if row.appraisal.period != body["period"]:
        return Behind("parts", [])
    measure = next((one for one in body["measures"] if one["key"] == key), None)
    if measure is None:
        raise KeyError(key)
    path = files.path_of(row.appraisal.file_key)
    rules = content_of(path, only=()).scheme
    source = source_of(rules.measure(key))
    content = content_of(path, only=(source,))
    try:
        table = contributions(content.tables, content.scheme, content.context, unit=row.name, measure=key)
    except InputError:
        return Behind(source, [])
    found = [
        {
            **line,
            "reason": reason_text(line["reason"]) if line["reason"] else "",
            "worth": line["worth"] if line["counted"] else None,
        }
        for line in table.to_pylist()
    ]
    return Behind(source, found)


@dataclass(frozen=True)
class Move:
    """How a unit fares under two schemes on the same records: the score and place under each, and what each measure brings under each."""

    unit: str
    group: str
    before: Any
    after: Any
    parts: tuple[tuple[str, Decimal | None, Decimal | None], ...]

    @property
    def by(self) -> int | None:
        """Places gained (positive) or lost."""
        if self.before is None or self.after is None or self.before.rank is None or self.after.rank is None:
            return None
        return self.before.rank - self.after.rank

    @property
    def moved(self) -> bool:
        """Whether its place is another, or it has one under one scheme alone."""
        places = [None if side is None else side.rank for side in (self.before, self.after)]
        return places[0] != places[1]

    @property
    def remark(self) -> str:
        """Why it has no place under the second scheme."""
        return self.after.note if self.after is not None and self.after.rank is None else ""

    @property
    def difference(self) -> Decimal | None:
        """Points gained or lost."""
        if self.before is None or self.after is None or self.before.score is None or self.after.score is None:
            return None
        return self.after.score - self.before.score


def moves(first: Computed, second: Computed) -> list[Move]:
    """Every unit of either result, who moves most first; the contributions are as they enter the score (scaled, capped)."""
    one, other = ({row.unit: row for row in computed.result.rows} for computed in (first, second))
    found = []
    for unit in dict.fromkeys([*one, *other]):
        before, after = one.get(unit), other.get(unit)
        parts: dict[str, list[Decimal | None]] = defaultdict(lambda: [None, None])
        for side, (row, computed) in enumerate(((before, first), (after, second))):
            for name, points in brought(row, Fraction(computed.rules.scale)) if row is not None else ():
                parts[name][side] = rounded(points, 2)
        group = (after or before).group  # type: ignore[union-attr]  # one of the two has the unit
        found.append(Move(unit, group, before, after, tuple((name, a, b) for name, (a, b) in parts.items())))
    return sorted(found, key=lambda move: (-abs(move.by or 0), not move.moved, -abs(move.difference or Decimal(0)), move.unit))


def brought(row: Any, scale: Fraction) -> list[tuple[str, Fraction]]:
    """What each measure brings to a unit's score, as it enters it: (name, points); what is left out is not there."""
    possible = sum((figure.possible for figure in row.figures), Fraction(0))
    if not possible or row.score_exact is None:
        return []
    counted = [figure for figure in row.figures if figure.possible or figure.kind in ("bonus", "penalty", "veto")]
    return [(figure.name, figure.points * scale / possible if figure.possible else figure.points) for figure in counted]


def published_lists(actor: Actor, appraisal: Appraisal) -> list[AppraisalRow]:
    """The red and black list of a published result, for everybody in its area who sees a result of its own there. One query."""
    if appraisal.state != PUBLISHED:
        return []
    return list(appraisal.rows.exclude(mark="").select_related("unit").order_by("-mark", "order"))
