"""The building standard put into an edition: a requirement with its criteria, and what of it is looked at at each kind of centre."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.standards.models import ChecklistItem, Criterion, Edition, Family, Indicator, Kind, Requirement
from chuangwen.volunteers.centres import rules
from chuangwen.volunteers.centres.actions.base import refuse
from chuangwen.volunteers.centres.actions.making import site_types
from chuangwen.volunteers.centres.standard import INDICATOR, ITEMS, REQUIREMENT


def takes_standard(edition: Edition) -> bool:
    """Whether the standard may go in: a draft, or an edition by which nothing has been assessed yet."""
    return edition.state == Edition.State.DRAFT or (
        edition.state == Edition.State.ACTIVE and not Round.objects.filter(edition=edition).exists()
    )


def has_standard(edition: Edition) -> bool:
    return Requirement.objects.filter(indicator__section__edition=edition, code=REQUIREMENT[0]).exists()


def bring_standard(actor: Actor, *, edition_id: int) -> int:
    """Put the building standard into an edition; how many items of checklists that makes. Once it is there the office edits it.

    Raises Denied, Missing, Conflict (it is there, or the edition was used), Refusal where no indicator fits."""
    with transaction.atomic():
        edition = access.fetch(actor, "standards.edit", Edition, lock=True, pk=edition_id)
        if has_standard(edition):
            raise Conflict(_("This edition has the building standard already."), "centres.standard_there")
        if not takes_standard(edition):
            raise Conflict(_("This edition has been used: copy it, and put the standard into the copy."), "centres.edition_used")
        count = put_in(edition)
        audit.record(actor, "standards.edit", edition, after={"requirement": REQUIREMENT[0], "criteria": len(ITEMS), "items": count})
    return count


def put_in(edition: Edition) -> int:
    """The rows themselves; the caller asks for rights."""
    mine = Indicator.objects.filter(section__edition=edition)
    indicator = mine.filter(code=INDICATOR).first() or mine.filter(Q(name__contains="文明实践") | Q(name__contains="志愿服务")).first()
    if indicator is None:
        raise refuse(_("The edition has no indicator on volunteering or practice centres: make one first."), "no_indicator")
    last = Requirement.objects.filter(indicator=indicator).aggregate(n=Max("order"))["n"] or 0
    requirement = Requirement.objects.create(indicator=indicator, code=REQUIREMENT[0], text=REQUIREMENT[1], order=last + 1)
    family = Family.objects.filter(code="service").first()
    kind = Kind.objects.filter(code="not-displayed").first()
    types = site_types()
    count = 0
    for item in ITEMS:
        words = {"template": item.text if item.parameters else "", "parameters": item.parameters, "text": item.text}
        criterion = Criterion(
            requirement=requirement, code=item.code, method=Criterion.Method.FIELD, grading=Criterion.Grading.PASS_FAIL, family=family,
            kind=kind, severity=1, order=item.number, **words,
        )  # fmt: skip
        criterion.save()
        for centre in item.kinds:
            site_type = types[centre]
            row = ChecklistItem(
                site_type=site_type, criterion=criterion, code=f"{rules.KINDS[centre].site_type}/b{item.number:02d}",
                order=500 + item.number, **words,
            )  # fmt: skip
            row.save()
            count += 1
    return count
