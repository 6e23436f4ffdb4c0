"""The organisation of today and of any day before: units, where they stood, who held which post."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import ALL, Actor
from chuangwen.kernel.errors import Denied
from chuangwen.people.access import SEE
from chuangwen.people.models import Person, Placement, Post, Unit

DUTY = (Post.Kind.FIRST_RESPONSIBLE, Post.Kind.LIAISON)
"""The duty contacts of a unit: whom one calls."""


def on_day(day: date) -> Q:
    """What is in force on a day, of anything with ``starts_on`` and an inclusive ``ends_on``."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def units(actor: Actor, verb: str = SEE, *, closed: bool = False) -> QuerySet[Unit]:
    """The units on which the actor may do ``verb``; those that exist today unless ``closed`` ones are wanted too."""
    found = access.scoped(actor, verb, Unit)
    return found if closed else found.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today()))


def persons(actor: Actor, verb: str = SEE) -> QuerySet[Person]:
    """The persons on whom the actor may do ``verb``: whoever holds or held a post in a unit that it reaches."""
    if any(grant.scope == ALL for grant in actor.scopes(verb)):
        return Person.objects.all()
    return Person.objects.filter(pk__in=access.scoped(actor, verb, Post).order_by().values("person_id"))


def allows(actor: Actor, verb: str, unit: Unit) -> bool:
    """Whether the actor may do ``verb`` at this unit (its division must be loaded, or costs a query)."""
    try:
        access.require(actor, verb, division=unit.division, unit=unit)
    except Denied:
        return False
    return True


@dataclass(frozen=True)
class Contact:
    """A person in a post. ``phone`` is empty for whoever may not call."""

    post_id: int
    person_id: int
    name: str
    kind: str
    title: str
    phone: str = ""


@dataclass
class Node:
    """A unit at its place in the organisation of a day. ``level`` counts from 0 at the top."""

    unit_id: int
    name: str
    kind: str
    kind_label: str
    level: int
    phone: str = ""
    first_responsible: Contact | None = None
    liaisons: list[Contact] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many units stand below."""
        return len(self.children) + sum(child.size for child in self.children)


def contacts(unit_ids: Iterable[int], day: date, kinds: Iterable[str] = DUTY) -> dict[int, list[Post]]:
    """Posts of these kinds in force on the day, by unit, with their persons. One query."""
    found: dict[int, list[Post]] = defaultdict(list)
    posts = Post.objects.filter(on_day(day), unit__in=list(unit_ids), kind__in=list(kinds)).select_related("person")
    for post in posts.order_by("order", "starts_on", "pk"):
        found[post.unit_id].append(post)
    return found


def as_contact(post: Post, may_call: bool) -> Contact:
    label = post.title or post.get_kind_display()
    return Contact(post.pk, post.person_id, post.person.name, post.kind, label, post.person.phone if may_call else "")


def organisation_on(actor: Actor, day: date, *, call_verb: str = "people.call") -> list[Node]:
    """The trees of units that the actor sees, as they stood on ``day``: names, places and duty contacts of that day.

    A unit whose superior is not seen, or did not exist that day, stands at the top. Three queries whatever the size.
    """
    seen = {unit.pk: unit for unit in units(actor, closed=True).select_related("division")}
    order = {pk: unit.path for pk, unit in seen.items()}
    placed = [p for p in Placement.objects.filter(on_day(day), unit__in=list(seen)) if p.unit_id in seen]
    posts = contacts([p.unit_id for p in placed], day)
    nodes: dict[int, Node] = {}
    parents: dict[int, int | None] = {}
    for placement in sorted(placed, key=lambda p: order[p.unit_id]):
        unit = seen[placement.unit_id]
        calls = allows(actor, call_verb, unit)
        node = Node(unit.pk, placement.name, unit.kind, str(unit.get_kind_display()), 0, unit.phone)
        for post in posts.get(unit.pk, ()):
            contact = as_contact(post, calls)
            if post.kind == Post.Kind.LIAISON:
                node.liaisons.append(contact)
            elif node.first_responsible is None:
                node.first_responsible = contact
        nodes[unit.pk] = node
        parents[unit.pk] = placement.parent_id
    roots = []
    for pk, node in nodes.items():
        parent = parents[pk]
        if parent in nodes and parent != pk and not _circular(pk, parents):
            nodes[parent].children.append(node)
        else:
            roots.append(node)
    _number(roots, 0)
    return roots


def _circular(start: int, parents: dict[int, int | None]) -> bool:
    """Whether the way up from a unit comes back to it (placements that were changed by hand)."""
    step, seen = parents.get(start), {start}
    while step is not None and step in parents:
        if step in seen:
            return True
        seen.add(step)
        step = parents[step]
    return False


def _number(nodes: list[Node], level: int) -> None:
    for node in nodes:
        node.level = level
        _number(node.children, level + 1)


def flat(nodes: list[Node]) -> list[Node]:
    """The nodes in reading order."""
    return [each for node in nodes for each in (node, *flat(node.children))]
