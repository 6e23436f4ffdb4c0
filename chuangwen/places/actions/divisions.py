"""Divisions: one by one, and many at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max, ProtectedError, Value
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.kernel.codes import LEVELS, parse_division_code
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.places.actions.changes import change
from chuangwen.places.models import Division


def _checked_code(code: str | None, level: int, *, besides: int | None = None) -> str | None:
    """The code in twelve digits; None for none. Raises Refusal."""
    if not code:
        return None
    try:
        parsed = parse_division_code(code)
    except ValueError:
        raise Refusal(_("A division code has 12 digits, such as 440902003001."), "places.bad_code", field="code") from None
    if LEVELS.index(parsed.level) + 1 != level:
        raise Refusal(
            _("The code %(code)s belongs to another level.") % {"code": parsed.code},
            "places.code_of_another_level",
            field="code",
        )
    if Division.objects.filter(code=parsed.code).exclude(pk__in=[besides] if besides else []).exists():
        raise Conflict(
            _("There is a division with the code %(code)s already.") % {"code": parsed.code},
            "places.code_taken",
            field="code",
        )
    return parsed.code


def create_division(
    actor: Actor,
    *,
    name: str,
    level: int,
    parent: Division | None = None,
    code: str | None = None,
    short_name: str = "",
    outline: dict[str, Any] | None = None,
) -> Division:
    """Put a division under ``parent`` (none: at the top, for who may edit everything). Raises Denied, Refusal, Conflict."""
    with transaction.atomic():
        access.require(actor, "places.edit_division", division=parent or Division(path="", name=""))
        if parent is not None:
            parent = Division.objects.select_for_update().get(pk=parent.pk)
            if level <= parent.level:
                raise Refusal(_("A division stands below one of a higher level."), "places.level", field="level")
        facts = {"name": name, "level": level, "code": _checked_code(code, level), "short_name": short_name, "outline": outline}
        division = parent.add_child(**facts) if parent else Division.add_root(**facts)
        audit.record(actor, "places.edit_division", division, after={"name": name, "code": division.code, "level": level})
    return division


def edit_division(actor: Actor, *, division_id: int, **facts: Any) -> Division:
    """Change name, short_name, code, outline or active."""
    with transaction.atomic():
        division = access.fetch(actor, "places.edit_division", Division, lock=True, pk=division_id)
        if "code" in facts:
            facts["code"] = _checked_code(facts["code"], division.level, besides=division.pk)
        before, after = change(division, facts)
        if after:
            audit.record(actor, "places.edit_division", division, before=before, after=after)
    return division


def remove_division(actor: Actor, *, division_id: int) -> None:
    """Take away a division that nothing stands in. Raises Conflict when something does: it can be made inactive instead."""
    with transaction.atomic():
        division = access.fetch(actor, "places.edit_division", Division, lock=True, pk=division_id)
        if division.numchild:
            raise Conflict(_("Other divisions stand below this one."), "places.not_empty")
        title = str(division)
        try:
            division.delete()
        except ProtectedError:
            raise Conflict(
                _("Sites, grids or units stand in this division. Make it inactive instead."), "places.not_empty"
            ) from None
        audit.record(actor, "places.edit_division", title=title, before={"name": title, "code": division.code}, note=_("removed"))


def grow(rows: Sequence[tuple[str | None, dict[str, Any]]]) -> list[Division]:
    """Make many divisions with a handful of queries: ``(code of the parent or None, columns)``, parents before their children.

    The caller asks for rights and writes the trail. Children are put behind those that are there.
    """
    parents = Division.objects.in_bulk([code for code, _facts in rows if code], field_name="code")
    last = _last_children({parent.depth + 1 for parent in parents.values()} | {1})
    made: list[Division] = []
    by_code: dict[str, Division] = {}
    grown: dict[int, int] = defaultdict(int)
    for parent_code, facts in rows:
        parent = by_code.get(parent_code or "") or parents.get(parent_code or "")
        above = parent.path if parent else ""
        last[above] += 1
        depth = len(above) // Division.steplen + 1
        division = Division(path=Division._get_path(above, depth, last[above]), depth=depth, numchild=0, **facts)
        if parent is not None and parent.pk:
            grown[parent.pk] += 1
        elif parent is not None:
            parent.numchild += 1
        if division.code:
            by_code[division.code] = division
        made.append(division)
    Division.objects.bulk_create(made, batch_size=500)
    for pk, count in grown.items():
        Division.objects.filter(pk=pk).update(numchild=F("numchild") + count)
    return made


def _last_children(depths: set[int]) -> dict[str, int]:
    """Path of a node -> position of its last child, for the nodes that have children at ``depths``. One query per depth."""
    found: dict[str, int] = defaultdict(int)
    for depth in depths:
        start = (depth - 1) * Division.steplen
        above = Substr("path", 1, start) if start else Value("")
        rows = Division.objects.filter(depth=depth).order_by().annotate(above=above).values("above").annotate(last=Max("path"))
        found.update({row["above"]: Division._str2int(row["last"][start:]) for row in rows if row["last"]})
    return found
