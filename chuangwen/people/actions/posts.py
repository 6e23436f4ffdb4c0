"""Posts and persons: appointing, ending, correcting, joining two records of one person, opening a telephone number."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, codes
from chuangwen.kernel.access import ALL, DIVISION, Actor
from chuangwen.kernel.errors import Missing
from chuangwen.people.access import MANAGE_POSTS, MERGE, REVEAL
from chuangwen.people.errors import PostRefused
from chuangwen.people.models import Person, Post, Role, Unit
from chuangwen.people.queries import persons
from chuangwen.people.rules import APPOINTABLE, ROLE_OF_POST, last_day_before, mixed
from chuangwen.places.models import Grid

SINGLE = {Post.Kind.FIRST_RESPONSIBLE}
"""Of these a unit has one at a time: a new one follows the old."""
IN_A_UNIT = frozenset({"unit_head", "liaison", "grid_worker"})
"""The roles that somebody who answers for one unit only may give inside it."""


def appointable_roles(actor: Actor) -> list[str]:
    """The codes of the roles that the actor may give with a post."""
    wide = any(grant.scope in (ALL, DIVISION) for grant in actor.scopes(MANAGE_POSTS))
    return [code for code in APPOINTABLE if code != "resident" and (wide or code in IN_A_UNIT)]


def appoint(
    actor: Actor,
    *,
    unit_id: int,
    kind: str,
    person_id: int | None = None,
    name: str = "",
    phone: str = "",
    title: str = "",
    role: str | None = None,
    grid_id: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Post:
    """Give a person a post in a unit: somebody known by ``person_id``, else by name and telephone (made when new).

    ``role`` is the code of the role the post brings; None takes the one that the kind of post usually brings, "" none.
    Raises Denied, Missing, PostRefused.
    """
    starts_on = starts_on or clock.today()
    with transaction.atomic():
        unit = access.fetch(actor, MANAGE_POSTS, Unit.objects.select_related("division"), lock=True, pk=unit_id)
        if unit.ends_on and unit.ends_on < starts_on:
            raise PostRefused(_("The unit is closed."))
        if kind not in Post.Kind.values:
            raise PostRefused(_("There is no such kind of post."), field="kind")
        if ends_on and ends_on < starts_on:
            raise PostRefused(_("The last day lies before the first."), field="ends_on")
        if person_id:
            person = access_person(actor, MANAGE_POSTS, person_id)
        else:
            person = known_or_new(actor, name, phone)
        given = given_role(actor, kind, role)
        require_separate(person, given)
        if Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on), person=person, unit=unit, kind=kind).exists():
            raise PostRefused(_("%(name)s holds this post already.") % {"name": person.name})
        if kind in SINGLE:
            for post in Post.objects.filter(unit=unit, kind=kind, starts_on__lte=starts_on).exclude(ends_on__lt=starts_on):
                finish(post, last_day_before(starts_on))
        grid = Grid.objects.filter(pk=grid_id).first() if grid_id else None
        facts: dict[str, Any] = {"title": title.strip(), "role": given, "grid": grid, "starts_on": starts_on, "ends_on": ends_on}
        post = Post.objects.create(person=person, unit=unit, kind=kind, **facts)
        audit.record(actor, MANAGE_POSTS, post, after=told(post))
    return post


def end_post(actor: Actor, *, post_id: int, last_day: date) -> Post | None:
    """Let a post end with ``last_day``; None when it had not begun by then and is gone altogether."""
    with transaction.atomic():
        post = access.fetch(actor, MANAGE_POSTS, Post.objects.select_related("person", "unit"), lock=True, pk=post_id)
        if post.ends_on and post.ends_on <= last_day:
            raise PostRefused(_("The post has ended already."))
        before = told(post)
        kept = finish(post, last_day)
        audit.record(actor, MANAGE_POSTS, post, before=before, after={"ends_on": last_day if kept else None}, title=str(post))
    return post if kept else None


def finish(post: Post, last_day: date) -> bool:
    """Write the last day of a post; one that had not begun by then never was. Whether it is still there."""
    if last_day < post.starts_on:
        Post.objects.filter(pk=post.pk).delete()
        return False
    post.ends_on = last_day
    post.save(update_fields=["ends_on"])
    return True


def change_post(
    actor: Actor, *, post_id: int, title: str, role: str, grid_id: int | None = None, order: int | None = None
) -> Post:
    """Correct the title, the role or the grid of a post."""
    with transaction.atomic():
        post = access.fetch(actor, MANAGE_POSTS, Post.objects.select_related("person", "unit", "role"), lock=True, pk=post_id)
        before = told(post)
        if role != (post.role.code if post.role else ""):
            given = given_role(actor, post.kind, role)
            require_separate(post.person, given, but=post)
            post.role = given
        post.title = title.strip()
        post.grid = Grid.objects.filter(pk=grid_id).first() if grid_id else None
        if order is not None:
            post.order = order
        after = told(post)
        if before != after:
            post.save()
            audit.record(actor, MANAGE_POSTS, post, before=before, after=after)
    return post


def change_person(actor: Actor, *, person_id: int, name: str, phone: str) -> Person:
    """Correct a person's name or telephone number."""
    with transaction.atomic():
        person = access_person(actor, MANAGE_POSTS, person_id)
        before = told_person(person)
        person.name, person.phone = checked_name(name), checked_phone(phone)
        after = told_person(person)
        person.save()
        audit.record(actor, MANAGE_POSTS, person, before=before, after=after)
    return person


def merge_persons(actor: Actor, *, keep_id: int, gone_id: int) -> Person:
    """Join two records of one person: everything that points at ``gone`` points at ``keep`` afterwards.

    Refused when both have an account: one of them has to be closed and taken from the person first.
    """
    with transaction.atomic():
        keep, gone = access_person(actor, MERGE, keep_id), access_person(actor, MERGE, gone_id)
        if keep.pk == gone.pk:
            raise PostRefused(_("These are the same record."))
        if hasattr(keep, "account") and hasattr(gone, "account"):
            raise PostRefused(_("Both have an account. A person has one: let the system administrator close one first."))
        roles = {post.role.code for person in (keep, gone) for post in person.posts.select_related("role") if post.role}
        if mixed(roles):
            raise PostRefused(_("An administrator's post cannot be joined with other work."))
        twice = [one for one in Person._meta.related_objects if one.one_to_one and all(hasattr(who, one.name) for who in (keep, gone))]
        if twice:
            raise PostRefused(_("Both hold something that a person has only once, such as a registration. Only one record can keep it."))
        moved = 0
        for relation in Person._meta.related_objects:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: gone})
            moved += rows.update(**{relation.field.name: keep})
        if not keep.phone and gone.phone:
            keep.phone = gone.phone
            keep.save(update_fields=["phone"])
        audit.record(actor, MERGE, keep, before=told_person(gone) | {"id": gone.pk}, after={"records_moved": moved})
        Person.objects.filter(pk=gone.pk).delete()
    return keep


def reveal_phone(actor: Actor, *, person_id: int) -> str:
    """The telephone number of a person; that it was opened is in the trail."""
    with transaction.atomic():
        person = access_person(actor, REVEAL, person_id)
        audit.record(actor, REVEAL, person)
    return person.phone


def access_person(actor: Actor, verb: str, person_id: int) -> Person:
    """A person on whom the actor may do ``verb``. Raises Denied, Missing."""
    access.require(actor, verb)
    person = persons(actor, verb).filter(pk=person_id).first()
    if person is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    return person


def known_or_new(actor: Actor, name: str, phone: str, verb: str = MANAGE_POSTS) -> Person:
    """Somebody with exactly this name and telephone number whom the actor reaches, else a new record."""
    name, phone = checked_name(name), checked_phone(phone)
    known = persons(actor, verb).filter(name=name, phone=phone).order_by("pk").first() if phone else None
    return known or Person.objects.create(name=name, phone=phone)


def checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 40:
        raise PostRefused(_("Give the person's name."), field="name")
    return name


def checked_phone(phone: str) -> str:
    if not phone.strip():
        return ""
    try:
        return codes.parse_phone(phone)
    except ValueError as wrong:
        message = _("This is not a telephone number.")
        raise PostRefused(message, field="phone") from wrong


def given_role(actor: Actor, kind: str, role: str | None) -> Role | None:
    """The role that a post brings, when the actor may give it."""
    code = ROLE_OF_POST.get(kind, "") if role is None else role
    if not code:
        return None
    if role is not None and code not in appointable_roles(actor):
        message = _("You cannot give this role with a post.")
        raise PostRefused(message, field="role")
    found = Role.objects.filter(code=code).first()
    if found is not None and found.code not in appointable_roles(actor):
        return None
    return found


def require_separate(person: Person, role: Role | None, *, but: Post | None = None) -> None:
    """An administrator holds no other role (DOMAIN.md section 2, rule 7)."""
    if role is None:
        return
    held = set(
        Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today()), person=person, role__isnull=False)
        .exclude(pk=but.pk if but else None)
        .values_list("role__code", flat=True)
    )
    account = getattr(person, "account", None)
    if account is not None and account.base_role:
        held.add(account.base_role.code)
    if mixed(held | {role.code}):
        raise PostRefused(_("An administrator's post cannot be joined with other work."))


def told(post: Post) -> dict[str, Any]:
    """A post as the audit trail tells it."""
    return {
        "person": post.person.name,
        "unit": post.unit.name,
        "kind": post.kind,
        "title": post.title,
        "role": post.role.code if post.role else "",
        "starts_on": post.starts_on,
        "ends_on": post.ends_on,
    }


def told_person(person: Person) -> dict[str, Any]:
    return {"name": person.name, "phone": codes.mask_phone(person.phone) if person.phone else ""}
