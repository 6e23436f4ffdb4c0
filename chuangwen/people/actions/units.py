"""Units: making, renaming, moving, closing. What was so on a past day stays readable in the placements."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, codes, events
from chuangwen.kernel.access import ALL, Actor
from chuangwen.people.access import MANAGE_UNITS, SEE
from chuangwen.people.errors import SameName, UnitRefused
from chuangwen.people.events import UnitClosed, UnitMoved
from chuangwen.people.models import Placement, Post, Unit
from chuangwen.people.queries import on_day
from chuangwen.people.rules import last_day_before
from chuangwen.places.models import Division

FACTS = ("short_name", "kind", "credit_code", "division", "peer_group", "phone", "address")


def make_unit(
    actor: Actor,
    *,
    name: str,
    kind: str,
    parent_id: int | None = None,
    division_id: int | None = None,
    starts_on: date | None = None,
    **facts: Any,
) -> Unit:
    """Make a unit; without a division it stands in its superior's. Raises Denied, Missing, SameName, UnitRefused."""
    starts_on = starts_on or clock.today()
    with transaction.atomic():
        access.require(actor, MANAGE_UNITS)
        parent = access.fetch(actor, SEE, Unit, lock=True, pk=parent_id) if parent_id else None
        division = _division(actor, division_id) if division_id else parent.division if parent else None
        _require_place(actor, division, parent)
        if parent and parent.ends_on and parent.ends_on < starts_on:
            raise UnitRefused(_("The superior unit is closed."), field="parent")
        _require_free_name(name, parent, division)
        unit = plant(
            parent, {"name": name.strip(), "kind": kind, "division": division, "starts_on": starts_on, **checked_facts(facts)}
        )
        audit.record(actor, MANAGE_UNITS, unit, after=told(unit), title=unit.name)
    return unit


def plant(parent: Unit | None, facts: dict[str, Any]) -> Unit:
    """Put a unit into the tree with its first placement; the caller holds the transaction and has asked for permission."""
    if parent is None:
        list(Unit.objects.select_for_update().filter(depth=1).order_by("path").values_list("pk", flat=True))
        unit = Unit.add_root(**facts)
    else:
        parent.refresh_from_db()
        unit = parent.add_child(**facts)
    Placement.objects.create(unit=unit, parent=parent, name=unit.name, starts_on=unit.starts_on)
    return unit


def rename_unit(actor: Actor, *, unit_id: int, name: str, on: date | None = None) -> Unit:
    """Give a unit another name from ``on`` (today or earlier); before that day it keeps the old one."""
    on = on or clock.today()
    with transaction.atomic():
        unit = access.fetch(actor, MANAGE_UNITS, Unit.objects.select_related("division"), lock=True, pk=unit_id)
        name = name.strip()
        if not name or name == unit.name:
            raise UnitRefused(_("Give the new name."), field="name")
        before = {"name": unit.name}
        _require_free_name(name, unit.get_parent(), unit.division, but=unit)
        replace(unit, on, name=name)
        audit.record(actor, MANAGE_UNITS, unit, before=before, after={"name": name, "on": on}, title=name)
    return unit


def move_unit(actor: Actor, *, unit_id: int, parent_id: int | None, on: date | None = None) -> Unit:
    """Put a unit, with all below it, under another one (or at the top) from ``on`` (today or earlier)."""
    on = on or clock.today()
    with transaction.atomic():
        unit = access.fetch(actor, MANAGE_UNITS, Unit.objects.select_related("division"), lock=True, pk=unit_id)
        parent = access.fetch(actor, SEE, Unit, lock=True, pk=parent_id) if parent_id else None
        old = unit.get_parent()
        if parent == old:
            raise UnitRefused(_("The unit already stands there."), field="parent")
        if parent is not None and parent.under(unit):
            message = _("A unit cannot stand below itself.")
            raise UnitRefused(message, field="parent")
        if parent is not None and parent.ends_on and parent.ends_on < on:
            raise UnitRefused(_("The superior unit is closed."), field="parent")
        _require_free_name(unit.name, parent, unit.division, but=unit)
        replace(unit, on, parent=parent)
        relocate(unit, parent)
        events.say(UnitMoved(unit.pk))
        after = {"parent": parent.name if parent else "", "on": on}
        audit.record(actor, MANAGE_UNITS, unit, before={"parent": old.name if old else ""}, after=after, title=unit.name)
    return unit


def relocate(unit: Unit, parent: Unit | None) -> None:
    """Move a unit in the tree of today."""
    if parent is None:
        unit.move(Unit.get_last_root_node(), "last-sibling")
    else:
        unit.move(parent, "last-child")
    unit.refresh_from_db()


def change_unit(actor: Actor, *, unit_id: int, division_id: int | None, **facts: Any) -> Unit:
    """Change what has no history: short name, kind, code, division, peer group, telephone, address."""
    with transaction.atomic():
        unit = access.fetch(actor, MANAGE_UNITS, Unit.objects.select_related("division"), lock=True, pk=unit_id)
        before = told(unit)
        wanted = checked_facts(facts)
        if division_id != unit.division_id:
            wanted["division"] = _division(actor, division_id) if division_id else None
            _require_place(actor, wanted["division"], unit)
        code = wanted.get("credit_code")
        if code and Unit.objects.filter(credit_code=code).exclude(pk=unit.pk).exists():
            _refuse_code(_("Another unit has this code."))
        for key, value in wanted.items():
            setattr(unit, key, value)
        after = told(unit)
        changed = [key for key in after if before[key] != after[key]]
        if changed:
            unit.save()
            audit.record(
                actor,
                MANAGE_UNITS,
                unit,
                title=unit.name,
                before={k: before[k] for k in changed},
                after={k: after[k] for k in changed},
            )
    return unit


def close_unit(actor: Actor, *, unit_id: int, last_day: date) -> Unit:
    """Give a unit its last day; its posts end with it. Refused while units below it go on."""
    with transaction.atomic():
        unit = access.fetch(actor, MANAGE_UNITS, Unit.objects.select_related("division"), lock=True, pk=unit_id)
        if unit.ends_on is not None:
            raise UnitRefused(_("The unit is closed already."))
        if last_day < unit.starts_on:
            raise UnitRefused(_("The last day lies before the first."), field="last_day")
        going_on = [c.name for c in unit.get_children() if c.ends_on is None or c.ends_on > last_day]
        if going_on:
            raise UnitRefused(
                _("Units below it go on: %(names)s. Move or close them first.") % {"names": "、".join(going_on[:10])}
            )
        unit.ends_on = last_day
        unit.save(update_fields=["ends_on"])
        Placement.objects.filter(unit=unit, ends_on__isnull=True).update(ends_on=last_day)
        posts = Post.objects.filter(unit=unit).exclude(ends_on__lte=last_day)
        ended = posts.filter(starts_on__lte=last_day).update(ends_on=last_day)
        posts.filter(starts_on__gt=last_day).delete()
        events.say(UnitClosed(unit.pk))
        audit.record(actor, MANAGE_UNITS, unit, title=unit.name, after={"ends_on": last_day, "posts_ended": ended})
    return unit


def replace(unit: Unit, on: date, **change: Any) -> None:
    """Write a change of name or superior into the placements from ``on``, and the name onto the unit itself."""
    if on > clock.today():
        raise UnitRefused(_("The day lies in the future."), field="on")
    current = Placement.objects.select_for_update().filter(on_day(on), unit=unit).order_by("-starts_on").first()
    latest = Placement.objects.filter(unit=unit).order_by("-starts_on").first()
    if current is None or latest is None or current.pk != latest.pk:
        message = _("On that day the unit stood otherwise, or did not exist. Take a day after its last change.")
        raise UnitRefused(message, field="on")
    if current.starts_on == on:
        for key, value in change.items():
            setattr(current, key, value)
        current.save()
    else:
        facts = {"name": current.name, "parent": current.parent, **change}
        Placement.objects.filter(pk=current.pk).update(ends_on=last_day_before(on))
        Placement.objects.create(unit=unit, starts_on=on, ends_on=current.ends_on, **facts)
    if "name" in change:
        unit.name = change["name"]
        unit.save(update_fields=["name"])


def checked_facts(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a unit as they are stored. Raises UnitRefused for a code with a wrong check character."""
    unknown = set(facts) - set(FACTS) - {"generated"}
    if unknown:
        raise TypeError(f"unknown facts of a unit: {sorted(unknown)}")
    checked = {key: value.strip() if isinstance(value, str) else value for key, value in facts.items()}
    if "credit_code" in checked:
        code = (checked["credit_code"] or "").upper()
        if code and not codes.is_credit_code(code):
            _refuse_code(_("The unified social credit code is not right: 18 characters with a check character at the end."))
        checked["credit_code"] = code or None
    if checked.get("kind") is not None and checked["kind"] not in Unit.Kind.values:
        raise UnitRefused(_("There is no such kind of unit."), field="kind")
    return checked


def told(unit: Unit) -> dict[str, Any]:
    """A unit as the audit trail tells it."""
    return {
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "credit_code": unit.credit_code or "",
        "division": unit.division.name if unit.division else "",
        "peer_group": unit.peer_group,
        "phone": unit.phone,
        "address": unit.address,
    }


def _refuse_code(message: str) -> None:
    raise UnitRefused(message, field="credit_code")


def _division(actor: Actor, division_id: int) -> Division:
    """A division in which the actor may manage units. Raises Missing."""
    return access.fetch(actor, MANAGE_UNITS, Division, pk=division_id)


def _require_place(actor: Actor, division: Division | None, unit: Unit | None) -> None:
    if division is None and not any(grant.scope == ALL for grant in actor.scopes(MANAGE_UNITS)):
        message = _("Say in which area the unit is.")
        raise UnitRefused(message, field="division")
    access.require(actor, MANAGE_UNITS, division=division, unit=unit)


def _require_free_name(name: str, parent: Unit | None, division: Division | None, *, but: Unit | None = None) -> None:
    """Beside it, under the same superior and in the same division, no other unit in force has the name."""
    beside = parent.get_children() if parent else Unit.get_root_nodes()
    same = beside.filter(on_day(clock.today()), name=name.strip(), division=division)
    if same.exclude(pk=but.pk if but else None).exists():
        message = _("There is already a unit of this name here.")
        raise SameName(message, field="name")
