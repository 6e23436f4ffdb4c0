"""What the pages of planning read: the grid of types and areas, who may go out, the places of a round and why they are in it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet

from chuangwen.fieldwork import draw_file, drawing
from chuangwen.fieldwork.models import Draw, Round, RoundSite, RoundTeam
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Account, Post, RoleGrant, Unit
from chuangwen.people.queries import on_day
from chuangwen.places.models import Division, Site, SiteType

MOST_AREAS = 40


@dataclass(frozen=True)
class Grid:
    """Types × areas with how many active sites each cell holds: ``sites[type, area]``, by their identifiers; empty cells are not there."""

    types: list[SiteType]
    areas: list[Division]
    sites: Mapping[tuple[int, int], int]

    @property
    def type_names(self) -> dict[int, str]:
        return {type.pk: type.name for type in self.types}

    @property
    def area_names(self) -> dict[int, str]:
        return {area.pk: area.name for area in self.areas}


def areas_of(actor: Actor, round: Round, *, level: int | None = None) -> list[Division]:
    """The areas that a round can be split into: those of a level below the round's area, by default the next below; the area itself where
    there are none. One query or two."""
    reach = access.scoped(actor, "fieldwork.see_rounds", Division).filter(active=True)
    if round.division is not None:
        reach = reach.filter(path__startswith=round.division.path)
    if level is None:
        level = (round.division.level if round.division else Division.Level.COUNTY) + 1
    found = list(reach.filter(level=level).order_by("path")[:MOST_AREAS])
    return found or ([round.division] if round.division else [])


def grid(areas: list[Division]) -> Grid:
    """How many active sites of each type lie in each area. Two queries."""
    counts: dict[tuple[int, int], int] = defaultdict(int)
    if areas:
        paths = {area.path: area.pk for area in areas}
        lengths = sorted({len(path) for path in paths}, reverse=True)
        around = Q(pk__in=[])
        for area in areas:
            around |= Q(division__path__startswith=area.path)
        rows = Site.objects.filter(around, active=True).order_by().values_list("type", "division__path").annotate(n=Count("pk"))
        for type_id, path, n in rows:
            area = next(paths[path[:length]] for length in lengths if path[:length] in paths)
            counts[type_id, area] += n
    types = [type for type in SiteType.objects.all() if any(key[0] == type.pk for key in counts)]
    return Grid(types, areas, dict(counts))


def proposal(shape: Grid, total: int) -> dict[tuple[int, int], int]:
    """``total`` sites split over the cells in proportion to their sites; each type that has any is drawn at least once while the number
    reaches, where most of its sites are; among areas with as many, where fewest were proposed so far."""
    once: dict[tuple[int, int], int] = {}
    given: Counter[int] = Counter()
    for type in shape.types[:total]:
        cells = [key for key in shape.sites if key[0] == type.pk]
        best = max(cells, key=lambda key: (shape.sites[key], -given[key[1]], -key[1]))
        once[best] = 1
        given[best[1]] += 1
    rest = {key: count - once.get(key, 0) for key, count in shape.sites.items()}
    more = drawing.proportional(rest, max(0, total - len(once)))
    return {key: once.get(key, 0) + more.get(key, 0) for key in shape.sites}


def quotas_of(round: Round) -> dict[tuple[int, int], int]:
    """(type, area) -> how many are drawn. One query."""
    return {(type_id, area_id): count for type_id, area_id, count in round.quotas.values_list("site_type", "area", "count")}


def may_go_out(actor: Actor, round: Round | None = None, team: RoundTeam | None = None) -> QuerySet[Account]:
    """The accounts that may be in a team: in use, of a post in force or a role that may record observations, in units that the actor sees
    or that assess the round; and who is in the team already."""
    roles = RoleGrant.objects.filter(verb="fieldwork.observe").values("role")
    units = access.scoped(actor, "people.see", Unit)
    where = Q(unit__in=units.order_by().values("pk"))
    if round is not None and round.assessor is not None:
        where |= Q(unit__path__startswith=round.assessor.path)
    posts = Post.objects.filter(where, on_day(clock.today()), role__in=roles)
    wanted = Q(person__in=posts.order_by().values("person")) | Q(base_role__in=roles)
    if team is not None:
        wanted |= Q(pk__in=team.members.order_by().values("account"))
    return Account.objects.filter(wanted, is_active=True).select_related("person").order_by("person__name", "username")


def teams_of(round: Round) -> list[RoundTeam]:
    """The teams with their members and how many places each has, was at and rates again. Three queries."""
    counts = {
        "places": Count("sites", distinct=True),
        "done": Count("sites", filter=Q(sites__done_at__isnull=False), distinct=True),
    }
    return list(
        round.teams.select_related("unit").prefetch_related("members__account__person").annotate(**counts).order_by("name")
    )


def places(actor: Actor, round: Round | None = None, verb: str = "fieldwork.see_rounds") -> QuerySet[RoundSite]:
    """The places of a round that the actor may see, ready for a list."""
    found = access.scoped(actor, verb, RoundSite)
    if round is not None:
        found = found.filter(round=round)
    return found.select_related("site__type", "site__division", "team", "merged_with__round", "merged_with__team", "round")


def draws_of(round: Round) -> QuerySet[Draw]:
    """The draws of a round without their inputs and results, newest first."""
    return round.draws.defer("inputs", "result").select_related("account__person")


@dataclass(frozen=True)
class Weighed:
    """A site of a draw with why it weighs what it weighs. Points are thousandths; ``chance`` is a share."""

    site: Mapping[str, Any]
    state: str
    weight: int
    parts: Mapping[str, int]
    chance: Fraction
    type_name: str
    area_name: str

    @property
    def share(self) -> float:
        """The chance, rounded as machines do."""
        return float(self.chance)


def weighed(inputs: Mapping[str, Any], result: Mapping[str, Any]) -> list[Weighed]:
    """Every site of a draw: the drawn first, then by chance. No query."""
    names = {(quota["type"], quota["area"]): (quota["type_name"], quota["area_name"]) for quota in inputs["quotas"]}
    found = []
    for site in inputs["sites"]:
        told = result["sites"][site["code"]]
        found.append(
            Weighed(
                site,
                told["state"],
                told["weight"],
                told["parts"],
                Fraction(told["chance"]),
                *names[site["type"], site["area"]],
            )
        )
    order = {drawing.DRAWN: 0, drawing.ADDED: 1, drawing.NOT_DRAWN: 2, drawing.CAPPED: 3}
    return sorted(found, key=lambda one: (order[one.state], one.type_name, one.area_name, -one.chance, one.site["code"]))


def shared_with(round: Round) -> QuerySet[RoundSite]:
    """The places of other rounds that stand for places of this one, or this one's for them: one visit serves both."""
    return (
        RoundSite.objects.filter(Q(round=round, merged_with__isnull=False) | Q(merged_with__round=round))
        .select_related("site__type", "round", "merged_with__round")
        .order_by("site__code")
    )


def document_of(draw: Draw) -> dict[str, Any]:
    """The signed document of a draw, as it is exported."""
    round = draw.round
    return draw_file.document(
        procedure=draw.procedure,
        seed=draw.seed,
        inputs=draw.inputs,
        result=draw.result,
        round={
            "name": round.name,
            "kind": round.kind,
            "starts_on": round.starts_on.isoformat(),
            "ends_on": round.ends_on.isoformat(),
        },
        number=draw.number,
        reason=draw.reason,
        drawn_at=draw.drawn_at.isoformat(),
    )
