"""Checklists of site types; families and kinds of problems. These are working tables: they are edited at any time."""

from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.places.actions.changes import edit_coded
from chuangwen.places.models import SiteType
from chuangwen.standards.actions.editions import _change_worded
from chuangwen.standards.models import ChecklistItem, Criterion, Family, Kind


def edit_item(
    actor: Actor,
    *,
    item_id: int | None = None,
    site_type: SiteType | None = None,
    criterion: Criterion | None = None,
    **facts: Any,
) -> ChecklistItem:
    """Put a criterion on the checklist of a type, or change one that is on it (text, template, parameters, exemptions, kind, severity,
    grading, order)."""
    with transaction.atomic():
        access.require(actor, "standards.edit")
        if item_id is None:
            assert site_type is not None and criterion is not None
            last = ChecklistItem.objects.filter(site_type=site_type).aggregate(last=Max("order"))["last"] or 0
            item = ChecklistItem.objects.create(
                site_type=site_type, criterion=criterion, **{"order": last + 1, "text": criterion.text} | facts
            )
            before, after = dict[str, Any](), {"site_type": site_type.code, "criterion": criterion.code}
        else:
            item = access.fetch(actor, "standards.edit", ChecklistItem, lock=True, pk=item_id)
            before, after = _change_worded(item, facts | ({"criterion": criterion} if criterion is not None else {}))
        if after:
            audit.record(actor, "standards.edit", item, before=before, after=after)
    return item


def remove_item(actor: Actor, *, item_id: int) -> None:
    """Take an item off its checklist. Raises Conflict when observations refer to it."""
    with transaction.atomic():
        item = access.fetch(actor, "standards.edit", ChecklistItem.objects.select_related("site_type"), lock=True, pk=item_id)
        title, facts = str(item), {"site_type": item.site_type.code, "text": item.text}
        try:
            item.delete()
        except ProtectedError:
            raise Conflict(_("Records refer to it, so it cannot be removed."), "standards.in_use") from None
        audit.record(actor, "standards.edit", title=title, before=facts, note=_("removed"))


def edit_family(actor: Actor, *, family_id: int | None = None, **facts: Any) -> Family:
    """Make or change a family of problems: code, name, order, active."""
    return edit_coded(actor, "standards.edit_kinds", Family, family_id, facts)


def edit_kind(actor: Actor, *, kind_id: int | None = None, **facts: Any) -> Kind:
    """Make or change a kind of problem: code, name, family, lists, severity, keywords, order, active."""
    return edit_coded(actor, "standards.edit_kinds", Kind, kind_id, facts)
