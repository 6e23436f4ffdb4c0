"""What pages, API and sheets read of standards."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Post, Unit
from chuangwen.places.models import Site, SiteType
from chuangwen.standards.actions.responsibilities import in_force
from chuangwen.standards.models import (
    ChecklistExample,
    ChecklistItem,
    Criterion,
    Edition,
    Indicator,
    Requirement,
    Responsibility,
    Section,
)

Part = Responsibility.Part
CRITERION_EDITION = "requirement__indicator__section__edition"


def editions(actor: Actor) -> QuerySet[Edition]:
    """The editions, with how many criteria each has."""
    return access.scoped(actor, "standards.see", Edition).annotate(
        criteria_count=Count("sections__indicators__requirements__criteria")
    )


def current_edition() -> Edition | None:
    """The newest edition in force; without one the newest draft."""
    rows = Edition.objects.exclude(state=Edition.State.ARCHIVED).order_by("-year", "-version", "-pk")
    return rows.filter(state=Edition.State.ACTIVE).first() or rows.first()


def tree(edition: Edition) -> list[Section]:
    """The sections with ``indicators``, ``requirements`` and ``criteria`` prefetched: four queries whatever the size."""
    criteria = Prefetch("criteria", Criterion.objects.select_related("family", "kind").order_by("order", "pk"))
    requirements = Prefetch("requirements", Requirement.objects.order_by("order", "pk").prefetch_related(criteria))
    indicators = Prefetch("indicators", Indicator.objects.order_by("order", "pk").prefetch_related(requirements))
    return list(edition.sections.order_by("order", "pk").prefetch_related(indicators))


def criteria(edition: Edition) -> QuerySet[Criterion]:
    """The criteria of an edition in the order of its tree, with the tree above each."""
    rows = Criterion.objects.filter(**{CRITERION_EDITION: edition})
    return rows.select_related("requirement__indicator__section", "family", "kind")


def visible_responsibilities(actor: Actor, verb: str = "standards.see") -> QuerySet[Responsibility]:
    """What concerns the actor's area: rows of units in it, of units above it (a county's department answers for a street too), and of units
    without a place. Other towns' rows are not among them."""
    rows = Responsibility.objects.all()
    if not actor.may(verb):
        return rows.none()
    grants = actor.scopes(verb)
    if any(grant.scope == access.ALL for grant in grants):
        return rows
    found = Q(unit__division__isnull=True)
    for grant in grants:
        if grant.scope == access.DIVISION:
            found |= Q(unit__division__path__startswith=grant.division_path) | _above(grant.division_path, "unit__division__")
        elif grant.scope == access.UNIT:
            found |= Q(unit__path__startswith=grant.unit_path)
    return rows.filter(found)


def _above(path: str, prefix: str) -> Q:
    step = Unit.steplen
    return Q(**{f"{prefix}path__in": [path[:n] for n in range(step, len(path), step)]})


@dataclass
class Answering:
    """Who answers for a criterion."""

    lead: list[Unit] = field(default_factory=list)
    assist: list[Unit] = field(default_factory=list)


def answering(actor: Actor, criteria_ids: Iterable[int], on: date) -> dict[int, Answering]:
    """Criterion -> units in force on a day, one query. Rows for one site type or place only are not a criterion's lead, and left out."""
    rows = visible_responsibilities(actor).filter(
        in_force(on),
        criterion__in=criteria_ids,
        kind__isnull=True,
        site__isnull=True,
        site_type__isnull=True,
        division__isnull=True,
    )
    found: dict[int, Answering] = defaultdict(Answering)
    for row in rows.select_related("unit").order_by("unit__path"):
        assert row.criterion_id is not None
        (found[row.criterion_id].assist if row.part == Part.ASSIST else found[row.criterion_id].lead).append(row.unit)
    return found


def without_lead(actor: Actor, edition: Edition, on: date) -> QuerySet[Criterion]:
    """无人负责: the criteria that no unit of the actor's area leads on a day, by whatever row."""
    leads = visible_responsibilities(actor).filter(in_force(on), criterion=OuterRef("pk")).exclude(part=Part.ASSIST)
    return criteria(edition).filter(~Exists(leads))


@dataclass(frozen=True)
class Coverage:
    """How many criteria of an edition a unit leads and assists with."""

    unit: Unit
    leads: int
    assists: int
    others: int


def coverage(actor: Actor, edition: Edition, on: date) -> list[Coverage]:
    """Per unit that answers for anything: criteria led and assisted, and rows for site types, sites, kinds, families. Two queries."""
    rows = (
        visible_responsibilities(actor)
        .filter(in_force(on))
        .filter(Q(criterion__isnull=True) | Q(**{f"criterion__{CRITERION_EDITION}": edition}))
    )
    leads: dict[int, set[int]] = defaultdict(set)
    assists: dict[int, set[int]] = defaultdict(set)
    others: dict[int, int] = defaultdict(int)
    for unit_id, part, criterion in rows.order_by().values_list("unit", "part", "criterion"):
        if criterion is None:
            others[unit_id] += 1
        else:
            (assists if part == Part.ASSIST else leads)[unit_id].add(criterion)
    units = Unit.objects.filter(pk__in={*leads, *assists, *others}).order_by("path")
    return [Coverage(unit, len(leads[unit.pk]), len(assists[unit.pk]), others[unit.pk]) for unit in units]


def checklist(site_type: SiteType, edition: Edition | None = None) -> QuerySet[ChecklistItem]:
    """The items of a type's checklist, in their order; of one edition or of all that are not archived."""
    rows = ChecklistItem.objects.filter(site_type=site_type).select_related(
        "criterion__requirement__indicator__section__edition", "kind__family", "criterion__family", "criterion__kind"
    )
    path = f"criterion__{CRITERION_EDITION}"
    return rows.filter(**{path: edition}) if edition else rows.exclude(**{f"{path}__state": Edition.State.ARCHIVED})


def examples_for(item_ids: Iterable[int]) -> dict[int, list[ChecklistExample]]:
    """Item of a checklist -> its example photos, those of right first. One query; an item that has none is not named."""
    found: dict[int, list[ChecklistExample]] = defaultdict(list)
    for example in ChecklistExample.objects.filter(item__in=list(item_ids)).order_by("item", "-right", "order", "pk"):
        found[example.item_id].append(example)
    return dict(found)


def examples_of_criteria(criteria_ids: Iterable[int], most: int = 4) -> dict[int, list[ChecklistExample]]:
    """Criterion -> example photos from the checklists on which it stands, right and wrong in turn, at most ``most``. One query."""
    sides: dict[int, tuple[list[ChecklistExample], list[ChecklistExample]]] = defaultdict(lambda: ([], []))
    rows = ChecklistExample.objects.filter(item__criterion__in=list(criteria_ids)).select_related("item")
    for example in rows.order_by("item__site_type__order", "item__order", "order", "pk"):
        sides[example.item.criterion_id][0 if example.right else 1].append(example)
    return {
        criterion: [example for pair in zip_longest(*both) for example in pair if example is not None][:most]
        for criterion, both in sides.items()
    }


def example_address(example: ChecklistExample, variant: str = "view") -> str:
    """Where the picture is had by whoever is signed in and may see standards; ``variant`` is view or thumb."""
    return reverse("standards:example", args=[example.pk, variant])


def shown_examples(examples: Iterable[ChecklistExample]) -> list[dict[str, Any]]:
    """For ``web/components/photos.html``."""
    return [
        {
            "url": example_address(example),
            "thumbnail": example_address(example, "thumb"),
            "caption": example.caption,
            "alt": f"{pgettext('example', 'right') if example.right else pgettext('example', 'wrong')} {example.caption}".strip(),
            "badge": (pgettext("example", "right"), "ok") if example.right else (pgettext("example", "wrong"), "bad"),
        }
        for example in examples
    ]


@dataclass
class Task:
    """One line of a task book."""

    part: str
    section: Section
    indicator: Indicator
    requirement: Requirement
    criterion: Criterion
    lead: list[Unit]
    assist: list[Unit]
    site_types: list[str]
    photos: list[dict[str, Any]] = field(default_factory=list)

    @property
    def part_label(self) -> str:
        return str(Part(self.part).label)


@dataclass
class TaskBook:
    """任务书: what an edition asks of a unit on a day. ``tasks`` in the order of the edition; ``sites`` it owns; ``others`` in words."""

    unit: Unit
    edition: Edition
    on: date
    tasks: list[Task]
    sites: list[Site]
    others: list[Responsibility]
    posts: list[Post]

    @property
    def leads(self) -> list[Task]:
        return [task for task in self.tasks if task.part != Part.ASSIST]

    @property
    def assists(self) -> list[Task]:
        return [task for task in self.tasks if task.part == Part.ASSIST]

    @property
    def marks(self) -> Decimal:
        """The marks of the criteria that the unit leads."""
        return sum((task.criterion.full_marks for task in self.leads), Decimal(0))


def task_book(unit: Unit, edition: Edition, on: date, actor: Actor = access.SYSTEM) -> TaskBook:
    """The task book of ``unit``: nine queries, whatever its length. Units named beside it are those that ``actor`` may see."""
    own = list(
        Responsibility.objects.filter(in_force(on), unit=unit).select_related(
            "criterion", "kind", "family", "site_type", "site__type", "division"
        )
    )
    parts: dict[int, str] = {}
    for row in own:
        if row.criterion_id and row.site_id is None and parts.get(row.criterion_id, Part.ASSIST) == Part.ASSIST:
            parts[row.criterion_id] = row.part
    found = list(criteria(edition).filter(pk__in=parts))
    beside = answering(actor, [criterion.pk for criterion in found], on)
    types: dict[int, list[str]] = defaultdict(list)
    for criterion_id, name in (
        ChecklistItem.objects.filter(criterion__in=found)
        .order_by("site_type__order")
        .values_list("criterion", "site_type__name")
        .distinct()
    ):
        types[criterion_id].append(name)
    examples = examples_of_criteria(criterion.pk for criterion in found)
    tasks = []
    for criterion in found:
        requirement = criterion.requirement
        answers = beside.get(criterion.pk, Answering())
        tasks.append(
            Task(
                parts[criterion.pk],
                requirement.indicator.section,
                requirement.indicator,
                requirement,
                criterion,
                answers.lead,
                answers.assist,
                types.get(criterion.pk, []),
                shown_examples(examples.get(criterion.pk, [])),
            )
        )
    sites = [row.site for row in own if row.site is not None]
    others = [row for row in own if row.criterion_id is None and row.site_id is None]
    return TaskBook(unit, edition, on, tasks, sites, others, posts_of(unit, on))


def posts_of(unit: Unit, on: date) -> list[Post]:
    """First responsible person, head and liaisons of a unit on a day."""
    kinds = (Post.Kind.FIRST_RESPONSIBLE, Post.Kind.HEAD, Post.Kind.LIAISON)
    rows = Post.objects.filter(in_force(on), unit=unit, kind__in=kinds).select_related("person")
    return sorted(rows, key=lambda post: (kinds.index(Post.Kind(post.kind)), post.order))


def responsible_for_site(actor: Actor, site: Site, on: date) -> list[Responsibility]:
    """Rows that name the site itself, its type or the place it lies in (not a criterion), strongest first."""
    here = Q(site=site) | Q(site__isnull=True, site_type=site.type_id)
    if site.division is not None:
        here |= Q(
            site__isnull=True,
            site_type__isnull=True,
            criterion__isnull=True,
            kind__isnull=True,
            family__isnull=True,
            division__path__in=site.division.ancestor_paths,
        )
    rows = visible_responsibilities(actor).filter(in_force(on)).filter(here).filter(criterion__isnull=True)
    fitting = [
        row
        for row in rows.select_related("unit", "unit__division", "division", "kind", "family", "site_type", "site")
        if row.division is None or (site.division is not None and site.division.under(row.division))
    ]
    return sorted(fitting, key=lambda row: (row.site_id is None, row.site_type_id is None, row.part))


def thing_in_words(row: Responsibility) -> str:
    """What a responsibility is for, in words."""
    parts: list[Any] = [row.site, row.criterion, row.kind, row.family, row.site_type, row.division]
    return _(", ").join(str(part) for part in parts if part is not None)


def thing_besides_criterion(row: Responsibility) -> str:
    """What narrows a criterion's responsibility: a site, a site type, a place; empty when nothing does."""
    return _(", ").join(str(part) for part in (row.site, row.site_type, row.division) if part is not None)
