"""Editions and the tree in them. Only a draft's tree is edited; one that is in force is copied to a new version first."""

from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.places.actions.changes import change
from chuangwen.standards.models import (
    ChecklistExample,
    ChecklistItem,
    Criterion,
    Edition,
    Indicator,
    Requirement,
    Responsibility,
    Section,
    Worded,
)

LEVELS: dict[str, tuple[Any, str]] = {
    "section": (Section, "edition"),
    "indicator": (Indicator, "section"),
    "requirement": (Requirement, "indicator"),
    "criterion": (Criterion, "requirement"),
}
EDITION_OF = {
    "section": "edition",
    "indicator": "section__edition",
    "requirement": "indicator__section__edition",
    "criterion": "requirement__indicator__section__edition",
}


def create_edition(
    actor: Actor, *, name: str, year: int | None = None, level: str = "", source: str = "", note: str = ""
) -> Edition:
    """A draft with nothing in it. Raises Conflict when the name is taken."""
    with transaction.atomic():
        access.require(actor, "standards.edit")
        if Edition.objects.filter(name=name).exists():
            raise Conflict(
                _("There is an edition of this name already. Copy it to a new version instead."),
                "standards.name_taken",
                field="name",
            )
        edition = Edition.objects.create(name=name, year=year, level=level, source=source, note=note)
        audit.record(actor, "standards.edit", edition, after={"name": name, "year": year})
    return edition


def edit_edition(actor: Actor, *, edition_id: int, **facts: Any) -> Edition:
    """Change year, level, source or note."""
    with transaction.atomic():
        edition = access.fetch(actor, "standards.edit", Edition, lock=True, pk=edition_id)
        before, after = change(edition, facts)
        if after:
            audit.record(actor, "standards.edit", edition, before=before, after=after)
    return edition


def _turn(actor: Actor, edition_id: int, wanted: str, allowed: tuple[str, ...]) -> Edition:
    with transaction.atomic():
        edition = access.fetch(actor, "standards.edit", Edition, lock=True, pk=edition_id)
        if edition.state not in allowed:
            raise Conflict(
                _("An edition that is %(state)s cannot become so.") % {"state": edition.get_state_display()},
                "standards.wrong_state",
            )
        before, edition.state = edition.state, wanted
        edition.save(update_fields=["state"])
        audit.record(actor, "standards.edit", edition, before={"state": before}, after={"state": wanted})
    return edition


def activate(actor: Actor, *, edition_id: int) -> Edition:
    """Put a draft (or an archived edition) in force. Raises Refusal while it has no criterion."""
    if not Criterion.objects.filter(requirement__indicator__section__edition=edition_id).exists():
        access.fetch(actor, "standards.edit", Edition, pk=edition_id)
        raise Refusal(_("The edition has no criterion yet."), "standards.empty_edition")
    return _turn(actor, edition_id, Edition.State.ACTIVE, (Edition.State.DRAFT, Edition.State.ARCHIVED))


def archive(actor: Actor, *, edition_id: int) -> Edition:
    """Take an edition out of force; what was assessed by it stays."""
    return _turn(actor, edition_id, Edition.State.ARCHIVED, (Edition.State.ACTIVE, Edition.State.DRAFT))


def remove_edition(actor: Actor, *, edition_id: int) -> None:
    """Throw a draft away. Raises Conflict for another state or when something refers to it."""
    with transaction.atomic():
        edition = _draft(access.fetch(actor, "standards.edit", Edition, lock=True, pk=edition_id))
        title = str(edition)
        try:
            edition.delete()
        except ProtectedError:
            raise Conflict(_("Records refer to this edition. Archive it instead."), "standards.in_use") from None
        audit.record(actor, "standards.edit", title=title, before={"name": title}, note=_("removed"))


def copy_edition(actor: Actor, *, edition_id: int, name: str = "", with_responsibilities: bool = True) -> Edition:
    """A draft with the same tree, checklists and (if wanted) responsibilities: the next version of the name, or the first of a new name."""
    with transaction.atomic():
        source = access.fetch(actor, "standards.edit", Edition, lock=True, pk=edition_id)
        name = name or source.name
        last = Edition.objects.filter(name=name).aggregate(last=models.Max("version"))["last"] or 0
        target = Edition.objects.create(
            name=name,
            version=last + 1,
            year=source.year,
            level=source.level,
            source=source.source,
            note=source.note,
            method_weights=source.method_weights,
        )
        new: dict[Any, dict[int, models.Model]] = {None: {source.pk: target}}
        parent: type[models.Model] | None = None
        for level, (model, column) in LEVELS.items():
            rows = list(model._default_manager.filter(**{EDITION_OF[level]: source}).order_by("order", "pk"))
            new[model] = _copies(model, rows, {column: new[parent]})
            parent = model
        criteria = new[Criterion]
        items = list(ChecklistItem.objects.filter(criterion__in=list(criteria)))
        copied = _copies(ChecklistItem, items, {"criterion": criteria})
        _copies(ChecklistExample, list(ChecklistExample.objects.filter(item__in=list(copied))), {"item": copied})
        if with_responsibilities:
            rows = list(Responsibility.objects.filter(criterion__in=list(criteria), ends_on__isnull=True))
            _copies(Responsibility, rows, {"criterion": criteria})
        audit.record(actor, "standards.edit", target, after={"copy of": str(source), "criteria": len(criteria)})
    return target


def _copies(model: type[models.Model], rows: list[Any], maps: dict[str, dict[int, models.Model]]) -> dict[int, models.Model]:
    """New rows with the same columns, foreign keys led to the copies; old key -> new row."""
    made = []
    for row in rows:
        facts = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields if not field.primary_key}
        for column, targets in maps.items():
            facts[f"{column}_id"] = targets[facts[f"{column}_id"]].pk
        made.append(model(**facts))
    model._default_manager.bulk_create(made, batch_size=500)
    return {row.pk: copy for row, copy in zip(rows, made, strict=True)}


def _draft(edition: Edition) -> Edition:
    if edition.state != Edition.State.DRAFT:
        raise Conflict(_("Only a draft can be edited. Copy the edition to a new version and edit that."), "standards.not_a_draft")
    return edition


def edit_node(
    actor: Actor, *, level: str, node_id: int | None = None, parent_id: int | None = None, **facts: Any
) -> models.Model:
    """Make (with ``parent_id``) or change a section, indicator, requirement or criterion of a draft.

    ``level`` is the word of ``LEVELS``; the parent of a section is the edition. A code that is left empty is made from the parent's.
    Raises Conflict when the edition is no draft or the code is taken beside it.
    """
    model, column = LEVELS[level]
    above = EDITION_OF[level]
    with transaction.atomic():
        if node_id is not None:
            node = access.fetch(actor, "standards.edit", model._default_manager.select_related(above), lock=True, pk=node_id)
            parent = getattr(node, column)
        else:
            parent_model = model._meta.get_field(column).related_model
            parent = access.fetch(actor, "standards.edit", parent_model, pk=parent_id)
            node = None
        _draft(edition_of(parent))
        beside = model._default_manager.filter(**{column: parent})
        if not facts.get("code"):
            facts["code"] = node.code if node is not None else _free_code(parent, beside)
        if beside.filter(code=facts["code"]).exclude(pk__in=[node_id] if node_id else []).exists():
            raise Conflict(
                _("The code %(code)s is taken beside it.") % {"code": facts["code"]},
                "standards.code_taken",
                field="code",
            )
        if node is None:
            last = beside.aggregate(last=models.Max("order"))["last"] or 0
            node = model._default_manager.create(**{column: parent}, order=last + 1, **facts)
            before, after = dict[str, Any](), {"level": level, "code": facts["code"]}
        else:
            before, after = _change_worded(node, facts)
        if after:
            audit.record(actor, "standards.edit", node, before=before, after=after)
    return node


def _change_worded(node: Any, facts: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Like ``change``, and the text that a template makes is saved with it."""
    old: Any = getattr(node, "text", None)
    before, after = change(node, facts)
    if after and isinstance(node, Worded) and node.template:
        node.save()
        if node.text != old:
            before["text"], after["text"] = old, node.text
    return before, after


def edition_of(node: Any) -> Edition:
    """The edition that a node of its tree, or itself, belongs to."""
    while not isinstance(node, Edition):
        node = (
            node.edition
            if isinstance(node, Section)
            else node.section
            if isinstance(node, Indicator)
            else (node.indicator if isinstance(node, Requirement) else node.requirement)
        )
    return node


def _free_code(parent: Any, beside: models.QuerySet) -> str:
    """The parent's code with the next number behind it."""
    stem = "" if isinstance(parent, Edition) else f"{parent.code}."
    taken = set(beside.values_list("code", flat=True))
    number = len(taken) + 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def move_node(actor: Actor, *, level: str, node_id: int, up: bool) -> None:
    """Change places with the one before or behind it."""
    model, column = LEVELS[level]
    with transaction.atomic():
        node = access.fetch(actor, "standards.edit", model, lock=True, pk=node_id)
        _draft(edition_of(node))
        rows = list(model._default_manager.filter(**{column: getattr(node, column)}).order_by("order", "pk"))
        place = [row.pk for row in rows].index(node.pk)
        other = place - 1 if up else place + 1
        if not 0 <= other < len(rows):
            return
        rows[place], rows[other] = rows[other], rows[place]
        for order, row in enumerate(rows, 1):
            if row.order != order:
                model._default_manager.filter(pk=row.pk).update(order=order)
        audit.record(actor, "standards.edit", node, before={"place": place + 1}, after={"place": other + 1})


def remove_node(actor: Actor, *, level: str, node_id: int) -> None:
    """Take a node and everything below it out of a draft. Raises Conflict when something refers to it."""
    model, _column = LEVELS[level]
    with transaction.atomic():
        node = access.fetch(actor, "standards.edit", model, lock=True, pk=node_id)
        _draft(edition_of(node))
        title = str(node)
        try:
            node.delete()
        except ProtectedError:
            raise Conflict(_("Records refer to it, so it cannot be removed."), "standards.in_use") from None
        audit.record(actor, "standards.edit", title=title, before={"level": level, "code": node.code}, note=_("removed"))
