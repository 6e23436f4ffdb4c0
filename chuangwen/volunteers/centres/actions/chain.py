"""The chain of a county made at once: a centre for the county, an office for each town, a station for each village, as “1 + 9 + 218”.

It is planned without writing anything, shown, and made; made again it makes what is missing and nothing else. A handful of queries for a
county of hundreds."""

from __future__ import annotations

from collections import Counter as Tally
from collections import defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.kernel.models import Counter
from chuangwen.people.models import Unit
from chuangwen.places.actions.sites import next_site_codes
from chuangwen.places.models import Division, Site
from chuangwen.volunteers.centres import rules
from chuangwen.volunteers.centres.access import PLAN
from chuangwen.volunteers.centres.actions.making import COUNTER, check_unit, site_types
from chuangwen.volunteers.centres.models import Centre

BY_LEVEL = {Division.Level.COUNTY: rules.CENTRE, Division.Level.TOWN: rules.OFFICE, Division.Level.VILLAGE: rules.STATION}
ANSWERS = {
    rules.CENTRE: (Unit.Kind.COMMAND, Unit.Kind.LEADING_GROUP), rules.OFFICE: (Unit.Kind.TOWN_OFFICE,), rules.STATION: (Unit.Kind.COMMUNITY,),
}  # fmt: skip
MOST = 5_000


@dataclass(frozen=True)
class Link:
    """What the chain has for a division: ``there`` where it stands already, else what would be made. ``site`` is one that is found and used."""

    division: Division
    kind: str
    name: str
    unit: Unit | None
    there: Centre | None = None
    site: Site | None = None


@dataclass
class ChainPlan:
    """``links`` from the top to the bottom; ``unanswered`` have no unit and get the one that is said."""

    division: Division
    links: list[Link] = field(default_factory=list)

    @property
    def new(self) -> list[Link]:
        return [link for link in self.links if link.there is None]

    @property
    def counts(self) -> dict[str, int]:
        """Kind -> how many there will be."""
        return dict(Tally(link.kind for link in self.links))

    @property
    def unanswered(self) -> list[Link]:
        return [link for link in self.new if link.unit is None]

    @property
    def words(self) -> str:
        return rules.chain_words(self.counts, planned=True)

    @property
    def with_site(self) -> int:
        return sum(link.site is not None for link in self.new)


def plan_chain(division: Division, unit: Unit | None = None) -> ChainPlan:
    """What the chain of a county (or of one town) would be; ``unit`` answers where no unit stands. Five queries, nothing is written.

    Raises Refusal for another place or too large a one."""
    if division.level not in (Division.Level.COUNTY, Division.Level.TOWN):
        raise Refusal(_("The chain is made for a county or for one town or street."), "centres.chain_level", field="division")
    places = list(
        Division.objects.filter(path__startswith=division.path, active=True, level__in=BY_LEVEL).order_by("path").only(
            "id", "path", "depth", "code", "name", "short_name", "level")[: MOST + 1]
    )  # fmt: skip
    if len(places) > MOST:
        raise Refusal(_("More than %(count)d places at once are too many: go town by town.") % {"count": MOST}, "centres.chain_large")
    keys = [place.pk for place in places]
    there = {
        (row.division_id, row.kind): row
        for row in Centre.objects.filter(division__in=keys, kind__in=rules.CHAIN).exclude(state=Centre.State.CLOSED).order_by("-pk")
    }
    units: dict[int, dict[str, Unit]] = defaultdict(dict)
    today = clock.today()
    current = Unit.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today, division__in=keys)
    for one in current.select_related("division").order_by("-path"):
        units[one.division_id or 0][one.kind] = one
    sites: dict[tuple[int, str], Site] = {}
    free = Site.objects.filter(division__in=keys, active=True, practice_centre__isnull=True)
    for site in free.filter(type__code__in=[rules.KINDS[kind].site_type for kind in rules.CHAIN]).select_related("type").order_by("-pk"):
        sites[site.division_id or 0, site.type.code] = site
    plan = ChainPlan(division)
    for place in places:
        kind = BY_LEVEL[Division.Level(place.level)]
        own = next((units[place.pk][which] for which in ANSWERS[kind] if which in units[place.pk]), None)
        plan.links.append(
            Link(
                place, kind, rules.centre_name(place.name, kind), own or unit, there.get((place.pk, kind)),
                sites.get((place.pk, rules.KINDS[kind].site_type)),
            )
        )  # fmt: skip
    return plan


def make_chain(actor: Actor, *, division: Division, unit: Unit | None = None, generated: bool = False) -> dict[str, int]:
    """Make what is missing of the chain; how many of each kind were made. Done twice it makes nothing the second time.

    Raises Denied, Refusal where a centre would have no unit or a unit of another area, Conflict where the towns' offices hang elsewhere."""
    access.require(actor, PLAN, division=division)
    with transaction.atomic():
        list(Division.objects.select_for_update().filter(pk=division.pk))  # two at once make it once
        plan = plan_chain(division, unit)
        if plan.unanswered:
            words = _("%(count)d of them would have no unit that answers: say which does.") % {"count": len(plan.unanswered)}
            raise Refusal(words, "centres.chain_unit", field="unit")
        if unit is not None:
            for link in plan.new:
                if link.unit is unit:
                    check_unit(unit, link.division)
        made = _write(plan, generated)
        if made:
            audit.record(actor, PLAN, title=_("The chain of %(place)s") % {"place": division}, after={"made": made, "chain": plan.words})
    return made


def _write(plan: ChainPlan, generated: bool) -> dict[str, int]:
    """New centres with their sites under those above them. Paths are given here as the tree would give them, all at once."""
    new = plan.new
    if not new:
        return {}
    types, today = site_types(), clock.today()
    without = [link for link in new if link.site is None]
    codes = next_site_codes(len(without)) if without else []
    fresh = Site.objects.bulk_create([
        Site(code=code, name=link.name, type=types[link.kind], division=link.division, generated=generated)
        for code, link in zip(codes, without, strict=True)
    ], batch_size=500)  # fmt: skip
    sites = {(site.division_id, link.kind): site for site, link in zip(fresh, without, strict=True)}
    counter = Counter.objects.select_for_update().get_or_create(name=COUNTER)[0]
    standing: dict[str, Centre] = {link.division.path: link.there for link in plan.links if link.there is not None}
    above = _above(plan.division)
    last = _last_children()
    grown: Tally[int] = Tally()
    rows: list[Centre] = []
    for link in new:
        parent = next((standing[path] for path in reversed(link.division.ancestor_paths[:-1]) if path in standing), above)
        if parent is None and not rules.KINDS[link.kind].root:
            raise Conflict(_("“%(name)s” would hang nowhere: its town has no office.") % {"name": link.name}, "centres.chain_broken")
        top = parent.path if parent is not None else ""
        last[top] += 1
        counter.value += 1
        depth = len(top) // Centre.steplen + 1
        row = Centre(
            path=Centre._get_path(top, depth, last[top]), depth=depth, numchild=0, number=f"WM{counter.value:05d}", name=link.name,
            kind=link.kind, division=link.division, unit=link.unit, site=link.site or sites[link.division.pk, link.kind], started_on=today,
            generated=generated,
        )  # fmt: skip
        if parent is not None and parent.pk:
            grown[parent.pk] += 1
        elif parent is not None:
            parent.numchild += 1
        standing[link.division.path] = row
        rows.append(row)
    counter.save(update_fields=["value"])
    Centre.objects.bulk_create(rows, batch_size=500)
    for pk, count in grown.items():
        Centre.objects.filter(pk=pk).update(numchild=F("numchild") + count)
    return dict(Tally(link.kind for link in new))


def _above(division: Division) -> Centre | None:
    """The centre of the county above a town of which alone the chain is made."""
    paths = division.ancestor_paths[:-1]
    rows = Centre.objects.filter(kind=rules.CENTRE, division__path__in=paths).exclude(state=Centre.State.CLOSED)
    return rows.order_by("-division__depth").first()


def _last_children() -> dict[str, int]:
    """Path of a node (empty: the top) -> the step of its last child. One query; the tree of centres is as small as the county."""
    found: dict[str, int] = defaultdict(int)
    step = Centre.steplen
    for path in Centre.objects.order_by("path").values_list("path", flat=True):
        found[path[:-step]] = max(found[path[:-step]], Centre._str2int(path[-step:]))
    return found
