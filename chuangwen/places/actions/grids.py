"""Grids."""

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.places.actions.changes import change
from chuangwen.places.models import Division, Grid


def _checked(code: str, division: Division, parent: Grid | None, *, besides: Grid | None = None) -> None:
    if Grid.objects.filter(code=code).exclude(pk__in=[besides.pk] if besides else []).exists():
        raise Conflict(_("There is a grid with the code %(code)s already.") % {"code": code}, "places.code_taken", field="code")
    above = parent
    while above is not None:
        if besides is not None and above.pk == besides.pk:
            raise Refusal(_("A grid cannot hold itself."), "places.grid_in_itself", field="parent")
        if above.division_id != division.pk:
            raise Refusal(
                _("A small grid lies in the same division as the grid that holds it."),
                "places.grid_elsewhere",
                field="parent",
            )
        above = above.parent


def create_grid(
    actor: Actor, *, code: str, name: str, division: Division, parent: Grid | None = None, outline: dict[str, Any] | None = None
) -> Grid:
    with transaction.atomic():
        access.require(actor, "places.edit_grid", division=division)
        _checked(code, division, parent)
        grid = Grid.objects.create(code=code, name=name, division=division, parent=parent, outline=outline)
        audit.record(actor, "places.edit_grid", grid, after={"code": code, "name": name, "division": division.pk})
    return grid


def edit_grid(actor: Actor, *, grid_id: int, **facts: Any) -> Grid:
    """Change code, name, division, parent or outline."""
    with transaction.atomic():
        grid = access.fetch(actor, "places.edit_grid", Grid, lock=True, pk=grid_id)
        division = facts.get("division", grid.division)
        access.require(actor, "places.edit_grid", division=division)
        _checked(facts.get("code", grid.code), division, facts.get("parent", grid.parent), besides=grid)
        before, after = change(grid, facts)
        if after:
            audit.record(actor, "places.edit_grid", grid, before=before, after=after)
    return grid


def remove_grid(actor: Actor, *, grid_id: int) -> None:
    """Take away a grid; sites and posts in it stay without one. Raises Conflict while smaller grids are in it."""
    with transaction.atomic():
        grid = access.fetch(actor, "places.edit_grid", Grid, lock=True, pk=grid_id)
        title = f"{grid.code} {grid.name}"
        try:
            grid.delete()
        except ProtectedError:
            raise Conflict(_("Smaller grids or records stand in this grid."), "places.not_empty") from None
        audit.record(actor, "places.edit_grid", title=title, before={"code": grid.code, "name": grid.name}, note=_("removed"))
