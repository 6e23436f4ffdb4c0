"""From the shipped data into the tables."""

from decimal import Decimal
from typing import Any

from django.db import transaction

from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.places.models import SiteType
from chuangwen.standards import shipped
from chuangwen.standards.models import ChecklistItem, Criterion, Edition, Family, Indicator, Kind, Requirement, Section


def install_shipped(actor: Actor) -> dict[str, int]:
    """Put in what is missing; returns how many of each were made.

    Site types, families and kinds are known by their codes: rows that are there stay as they are. The example edition is made with its
    checklists once; whoever edits or removes items of it keeps it so.
    """
    with transaction.atomic():
        access.require(actor, "standards.edit")
        made = {"site_types": _site_types(), "families": _families(), "kinds": _kinds()} | _edition()
        if any(made.values()):
            audit.record(actor, "standards.edit", title=shipped.edition().name, after=made)
    return made


def _site_types() -> int:
    groups = {group.code: group.name for group in shipped.site_type_groups()}
    codes, names = set(SiteType.objects.values_list("code", flat=True)), set(SiteType.objects.values_list("name", flat=True))
    rows = [
        SiteType(code=each.code, name=each.name, group=groups[each.group], order=order * 10)
        for order, each in enumerate(shipped.site_types(), 1)
        if each.code not in codes and each.name not in names
    ]
    SiteType.objects.bulk_create(rows)
    return len(rows)


def _families() -> int:
    known = set(Family.objects.values_list("code", flat=True))
    rows = [
        Family(code=each.code, name=each.name, order=order * 10)
        for order, each in enumerate(shipped.families().families, 1)
        if each.code not in known
    ]
    Family.objects.bulk_create(rows)
    return len(rows)


def severity_levels() -> dict[str, int]:
    """Shipped code of a severity -> 1 (minor) to 4 (urgent)."""
    return {severity.code: severity.level for severity in shipped.families().severities}


def _kinds() -> int:
    known = set(Kind.objects.values_list("code", flat=True))
    families, levels = {family.code: family for family in Family.objects.all()}, severity_levels()
    rows = [
        Kind(
            code=each.code,
            name=each.name,
            family=families[each.family],
            lists=list(each.list_codes),
            severity=levels[each.severity],
            keywords=list(each.keywords),
            order=order * 10,
        )
        for order, each in enumerate(shipped.families().kinds, 1)
        if each.code not in known
    ]
    Kind.objects.bulk_create(rows)
    return len(rows)


def _edition() -> dict[str, int]:
    """The example edition with its tree and checklists; nothing when it was made before."""
    data = shipped.edition()
    if Edition.objects.filter(name=data.name).exists():
        return {"editions": 0, "criteria": 0, "checklist_items": 0}
    edition = Edition.objects.create(
        name=data.name,
        year=data.year,
        level=data.level,
        note=data.note,
        method_weights=data.method_weights,
        state=Edition.State.ACTIVE,
    )
    families, kinds, levels = _by_code(Family), _by_code(Kind), severity_levels()
    sections = {
        each.code: Section(edition=edition, code=each.code, name=each.name, weight=Decimal(each.weight), order=order)
        for order, each in enumerate(data.sections, 1)
    }
    Section.objects.bulk_create(sections.values())
    indicators = {
        each.code: Indicator(
            section=sections[each.section], code=each.code, name=each.name, weight=Decimal(each.weight), order=order
        )
        for order, each in enumerate(data.indicators, 1)
    }
    Indicator.objects.bulk_create(indicators.values())
    requirements = {
        each.code: Requirement(indicator=indicators[each.indicator], code=each.code, text=each.text, order=order)
        for order, each in enumerate(data.requirements, 1)
    }
    Requirement.objects.bulk_create(requirements.values())
    criteria = {
        each.code: Criterion(
            requirement=requirements[each.requirement],
            code=each.code,
            text=each.text,
            template=each.template if each.parameters else "",
            parameters=each.parameters,
            method=each.method,
            grading=each.grading,
            full_marks=Decimal(each.full_marks),
            family=families[each.family],
            kind=kinds[each.kinds[0]] if each.kinds else None,
            severity=levels[each.severity],
            keywords=list(each.keywords),
            order=order,
        )
        for order, each in enumerate(data.criteria, 1)
    }
    Criterion.objects.bulk_create(criteria.values())
    types = _by_code(SiteType)
    items = [
        ChecklistItem(
            site_type=types[each.site_type],
            criterion=criteria[each.criterion],
            code=each.code,
            text=each.text,
            parameters=each.parameters,
            template=each.template if each.parameters else "",
            exemptions="；".join(each.exemptions),
            kind=kinds[each.kinds[0]] if each.kinds else None,
            severity=levels[each.severity],
            grading=each.grading,
            order=order,
        )
        for order, each in enumerate(shipped.checklist_items(), 1)
        if each.site_type in types
    ]
    ChecklistItem.objects.bulk_create(items, batch_size=500)
    return {"editions": 1, "criteria": len(criteria), "checklist_items": len(items)}


def _by_code(model: Any) -> dict[str, Any]:
    return {row.code: row for row in model.objects.all()}
