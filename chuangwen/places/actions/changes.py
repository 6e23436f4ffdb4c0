"""Writing what a form or a sheet gives into a row, and telling what changed."""

from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict

M = TypeVar("M", bound=Model)


def plain(value: Any) -> Any:
    """A value for the audit trail: rows by key and name."""
    return f"{value.pk} {value}" if isinstance(value, Model) else value


def change(row: Model, facts: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the columns that differ and save them; returns what they were and what they are (both empty: nothing differed)."""
    before, after = {}, {}
    for name, value in facts.items():
        old = getattr(row, name)
        if old != value:
            before[name], after[name] = plain(old), plain(value)
            setattr(row, name, value)
    if after:
        row.save(update_fields=list(after))
    return before, after


def edit_coded(
    actor: Actor, verb: str, model: type[M], key: int | None, facts: dict[str, Any], *, unique: tuple[str, ...] = ("code",)
) -> M:
    """Make a row of a code table (no ``key``) or change one. Raises Conflict where a ``unique`` column is taken."""
    with transaction.atomic():
        access.require(actor, verb)
        others = model._default_manager.exclude(pk__in=[key] if key else [])
        for column in unique:
            if column in facts and others.filter(**{column: facts[column]}).exists():
                said = _("“%(value)s” is taken already.") % {"value": facts[column]}
                raise Conflict(said, f"{verb.split('.')[0]}.taken", field=column)
        if key is None:
            row = model._default_manager.create(**facts)
            before, after = dict[str, Any](), {name: plain(value) for name, value in facts.items()}
        else:
            row = access.fetch(actor, verb, model, lock=True, pk=key)
            before, after = change(row, facts)
        if after:
            audit.record(actor, verb, row, before=before, after=after)
    return row
