"""What pages, the engine and papers read of rounds."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.db.models import Count, Exists, IntegerField, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from chuangwen.fieldwork.models import Observation, ObservationPhoto, ObservationUnit, Round, RoundSite
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.places.models import Site
from chuangwen.standards.models import ChecklistItem, Criterion
from chuangwen.standards.queries import checklist
from chuangwen.standards.queries import criteria as edition_criteria

LOSS = Q(loss__gt=0) | Q(grade__in=["B", "C", "D"]) | Q(conform=False) | Q(defects__gt=0)
AMOUNT = pa.decimal128(9, 4)
ENGINE_COLUMNS = {
    "observation_id": pa.int64(),
    "serial": pa.string(),
    "section": pa.string(),
    "indicator": pa.string(),
    "sub_indicator": pa.string(),
    "criterion": pa.string(),
    "site": pa.string(),
    "site_type": pa.string(),
    "area": pa.string(),
    "departments": pa.list_(pa.string()),
    "source_row": pa.int64(),
    "placed": pa.bool_(),
    "grade": pa.string(),
    "defects": pa.int64(),
    "conform": pa.bool_(),
    "loss": AMOUNT,
    "weight": AMOUNT,
    "observed_on": pa.date32(),
}
_FIELDS = (
    "pk",
    "serial",
    "criterion__requirement__indicator__section__name",
    "criterion__requirement__indicator__name",
    "criterion__requirement__text",
    "criterion__text",
    "site_id",
    "site__type__name",
    "area_id",
    "source_row",
    "placed",
    "grade",
    "defects",
    "conform",
    "loss",
    "weight",
    "observed_on",
)


def engine_table(round: Round, only: Q | None = None) -> pa.Table:
    """The observations of a round as the engine wants them: one Arrow table, in the order of their identifiers. Five queries.

    ``only`` takes some of the rows. Sites, areas and departments go by name; where a round has two of one name (two communities
    called 新华社区 in two streets), the code or place stands behind it, whatever rows are taken.
    """
    rows = Observation.objects.filter(round=round)
    links = ObservationUnit.objects.filter(observation__round=round)
    sites = names(rows.order_by().values_list("site_id", "site__name", "site__code").distinct())
    areas = names(rows.order_by().values_list("area_id", "area__name", "area__code").distinct())
    units = names(links.order_by().values_list("unit_id", "unit__name", "unit__division__name").distinct())
    if only is not None:
        rows = rows.filter(only)
        links = links.filter(observation__in=rows.order_by().values("pk"))
    departments: dict[int, list[str]] = defaultdict(list)
    for observation_id, unit_id in (
        links.order_by("observation_id", "pk").values_list("observation_id", "unit_id").iterator(20_000)
    ):
        departments[observation_id].append(units[unit_id])
    columns: dict[str, list[Any]] = {name: [] for name in ENGINE_COLUMNS}
    for row in rows.order_by("pk").values_list(*_FIELDS).iterator(chunk_size=20_000):
        pk, serial, section, indicator, sub_indicator, criterion, site, site_type, area, source_row, placed, grade, *rest = row
        path = (section, indicator, sub_indicator, criterion)
        place = (sites.get(site), site_type, areas.get(area), departments.get(pk, []))
        for name, value in zip(columns, (pk, serial, *path, *place, source_row, placed, grade or None, *rest), strict=True):
            columns[name].append(value)
    return pa.table({name: pa.array(values, ENGINE_COLUMNS[name]) for name, values in columns.items()})


def names(rows: Iterable[tuple[int | None, str, str | None]]) -> dict[int, str]:
    """Identifier -> name; two of one name are told apart by what stands third (a code, a place), else by their identifier."""
    found = [(pk, name, more) for pk, name, more in rows if pk is not None]
    times = Counter(name for _pk, name, _more in found)
    told = Counter((name, more) for _pk, name, more in found)
    return {
        pk: name if times[name] == 1 else f"{name}（{more if more and told[name, more] == 1 else pk}）"
        for pk, name, more in found
    }


def rounds(actor: Actor) -> QuerySet[Round]:
    """The rounds that the actor may see, with how many of their observations, and losses, the actor sees. The counts are
    subqueries: a list pays for them on the rows that it shows."""
    seen = access.scoped(actor, "fieldwork.see_observations", Observation)
    return (
        access.scoped(actor, "fieldwork.see_rounds", Round)
        .select_related("division", "edition", "assessor")
        .annotate(read=_count(seen), unplaced=_count(seen.filter(placed=False)), losses=_count(seen.filter(LOSS, placed=True)))
    )


def _count(observations: QuerySet[Observation]) -> Coalesce:
    per_round = observations.filter(round=OuterRef("pk")).order_by().values("round").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(per_round, output_field=IntegerField()), 0)


def observations(actor: Actor, round: Round | None = None, *, every: bool = False) -> QuerySet[Observation]:
    """Observations that the actor may see, ready for a list: no query per row. ``every``: also those of blind re-ratings."""
    found = access.scoped(actor, "fieldwork.see_observations", (Observation.every if every else Observation.objects).all())
    if round is not None:
        found = found.filter(round=round)
    return found.select_related(
        "site__type", "site__division", "criterion__requirement__indicator", "area", "round"
    ).prefetch_related("departments", Prefetch("photo_links", ObservationPhoto.objects.select_related("photo").order_by("pk")))


def sees_whole_rounds(actor: Actor) -> bool:
    """Whether the actor sees every observation of a round that is seen; otherwise those of the own unit only."""
    return any(grant.scope in (access.ALL, access.DIVISION) for grant in actor.scopes("fieldwork.see_observations"))


def coverage(round: Round, seen: QuerySet[Observation] | None = None) -> dict[str, int]:
    """rows_read, rows_counted, rows_unplaced, losses, sites of a round, or of those of its observations in ``seen``. One query."""
    rows = Observation.objects.filter(round=round) if seen is None else seen.filter(round=round)
    counts = rows.order_by().aggregate(
        rows_read=Count("pk"),
        rows_unplaced=Count("pk", filter=Q(placed=False)),
        losses=Count("pk", filter=LOSS & Q(placed=True)),
        sites=Count("site", distinct=True),
    )
    return counts | {"rows_counted": counts["rows_read"] - counts["rows_unplaced"]}


@dataclass(frozen=True)
class Slice:
    """One line of a round's breakdown: ``key`` is the identifier that the list of observations filters by."""

    key: Any
    name: str
    read: int
    losses: int
    lost: Decimal | None = None

    @property
    def share(self) -> Decimal | None:
        """The part of the observations in which nothing was wanting."""
        return Decimal(self.read - self.losses) / self.read if self.read else None


BREAKDOWNS = {
    "indicator": (
        "criterion__requirement__indicator",
        "criterion__requirement__indicator__name",
        "criterion__requirement__indicator__order",
    ),
    "area": ("area", "area__name", "area__path"),
    "type": ("site__type", "site__type__name", "site__type__order"),
    "department": ("unit_links__unit", "unit_links__unit__name", "unit_links__unit__name"),
    "site": ("site", "site__name", "site__code"),
}


def breakdown(seen: QuerySet[Observation], by: str) -> list[Slice]:
    """The placed observations in ``seen`` by indicator, area, type, department or site: read, losses, points lost. One query.

    An observation that names several departments stands in each of their lines.
    """
    key, name, order = BREAKDOWNS[by]
    rows = (
        seen.filter(placed=True)
        .order_by(order, key)
        .values_list(key, name, order)
        .annotate(read=Count("pk"), losses=Count("pk", filter=LOSS), lost=Sum("loss"))
    )
    return [Slice(pk, label or "", read, losses, lost) for pk, label, _order, read, losses, lost in rows]


def unplaced_reasons(seen: QuerySet[Observation]) -> list[tuple[str, int]]:
    """Why observations could not be placed, and how many each; the commonest first. One query."""
    rows = seen.filter(placed=False).order_by().values_list("unplaced_reason").annotate(n=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def duplicate_serials(seen: QuerySet[Observation]) -> list[tuple[str, int]]:
    """Serial numbers that occur more than once, and how often. One query."""
    rows = seen.exclude(serial="").order_by("serial").values_list("serial").annotate(n=Count("pk")).filter(n__gt=1)
    return sorted(rows, key=lambda row: [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _parts(row[0])])


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"(\d{1,18})", text) if part]


@dataclass(frozen=True)
class CriterionCoverage:
    """How a criterion of the edition fared in a round. ``listed``: whether the checklist of some site type asks for it."""

    criterion: Criterion
    read: int
    losses: int
    listed: bool


def criterion_coverage(round: Round, seen: QuerySet[Observation]) -> list[CriterionCoverage]:
    """Every criterion of the round's edition in the order of its tree, also those that nobody looked at. Two queries."""
    counts = {
        pk: (read, losses)
        for pk, read, losses in seen.filter(round=round, placed=True)
        .order_by()
        .values_list("criterion")
        .annotate(read=Count("pk"), losses=Count("pk", filter=LOSS))
    }
    listed = ChecklistItem.objects.filter(criterion=OuterRef("pk"))
    return [
        CriterionCoverage(criterion, *counts.get(criterion.pk, (0, 0)), listed=criterion.listed)
        for criterion in edition_criteria(round.edition).annotate(listed=Exists(listed))
    ]


# Desk entry


@dataclass(frozen=True)
class Item:
    """A criterion to look at on a site: in the words of its checklist where it has one, with what was recorded in this round."""

    criterion: Criterion
    text: str
    grading: str
    severity: int
    exemptions: str = ""
    recorded: Observation | None = None

    @property
    def key(self) -> int:
        return self.criterion.pk


def items_for(round: Round, site: Site, *, rerating: bool = False) -> list[Item]:
    """What the checklist of the site's type asks for, in its order; without a checklist every criterion of the edition that is looked at on
    the spot. With ``rerating``, what is recorded is what the second team of a blind re-rating recorded. Two queries."""
    done: dict[int, Observation] = {}
    for observation in Observation.every.filter(round=round, site=site, rerating=rerating).order_by("pk"):
        if observation.criterion_id is not None:
            done[observation.criterion_id] = observation
    listed = checklist(site.type, round.edition)
    items = [
        Item(
            entry.criterion,
            entry.text,
            entry.grading or entry.criterion.grading,
            entry.severity or entry.criterion.severity,
            entry.exemptions,
            done.get(entry.criterion_id),
        )
        for entry in listed
    ]
    known = {item.key for item in items}
    rest = edition_criteria(round.edition)
    if items:
        rest = rest.filter(pk__in=[pk for pk in done if pk not in known])
    else:
        rest = rest.filter(Q(method=Criterion.Method.FIELD) | Q(pk__in=list(done)))
    return items + [Item(c, c.text, c.grading, c.severity, "", done.get(c.pk)) for c in rest]


def suggested_sites(actor: Actor, text: str, *, most: int = 12) -> list[Site]:
    """Sites where the actor may observe whose code begins with, or whose name holds, each word. One query, few rows of however many."""
    found = access.scoped(actor, "fieldwork.observe", Site).filter(active=True)
    for word in text.split()[:4]:
        found = found.filter(Q(code__istartswith=word) | Q(name__icontains=word))
    return list(found.select_related("type", "division").order_by("code")[:most])


def sites_of(actor: Actor, round: Round, *, most: int = 12) -> list[Site]:
    """The sites that were drawn for the round, those without an observation first."""
    seen = Observation.objects.filter(round=round, site=OuterRef("pk"))
    places = RoundSite.objects.filter(round=round, skipped_at__isnull=True, site=OuterRef("pk"))
    drawn = access.scoped(actor, "fieldwork.observe", Site).filter(Exists(places)).annotate(seen=Exists(seen))
    return list(drawn.select_related("type", "division").order_by("seen", "code")[:most])


def photos_of(actor: Actor, round: Round) -> QuerySet[ObservationPhoto]:
    """The photos of the observations of a round that the actor sees, newest first."""
    seen = access.scoped(actor, "fieldwork.see_observations", Observation).filter(round=round)
    return (
        ObservationPhoto.objects.filter(observation__in=seen.order_by().values("pk"))
        .select_related("photo", "observation__site", "observation__criterion")
        .order_by("-pk")
    )


def last_rounds_at(actor: Actor, site: Site, *, most: int = 6) -> list[dict[str, Any]]:
    """The last rounds in which something was observed at a site: round, day, read, losses. One query."""
    rows = (
        access.scoped(actor, "fieldwork.see_observations", Observation)
        .filter(site=site, placed=True)
        .order_by()
        .values("round", "round__name")
        .annotate(day=Max("observed_on"), read=Count("pk"), losses=Count("pk", filter=LOSS))
        .order_by("-day", "-round")[:most]
    )
    return [dict(row) for row in rows]
