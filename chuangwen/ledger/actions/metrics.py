"""Editing the dictionary."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import pinyin_initials, tidy_name
from chuangwen.kernel.errors import Refusal
from chuangwen.ledger.models import Fact, Metric

FIELDS = (
    "name", "group", "measure", "adds", "digits", "direction", "target", "span", "reporter_kind", "rhythm", "aliases", "explanation", "active",
)  # fmt: skip


def save_metric(actor: Actor, *, changes: dict[str, Any], metric_id: int | None = None) -> Metric:
    """Add a metric, or change one: any of FIELDS. How it adds up and its unit of measure stay once facts are counted in it: they would come
    to mean something else. Raises Refusal."""
    assert set(changes) <= {*FIELDS, "code"}, "only what an office may choose"
    access.require(actor, "ledger.edit_metrics")
    with transaction.atomic():
        row: Metric = (
            access.fetch(actor, "ledger.edit_metrics", Metric, lock=True, pk=metric_id) if metric_id is not None else Metric()
        )
        before = facts_of(row) if row.pk else None
        used = bool(row.pk) and Fact.objects.filter(metric=row).exists()
        for name, value in changes.items():
            if used and name in ("adds", "measure") and value != getattr(row, name):
                raise Refusal(
                    _("Facts are counted in this already. Add another metric and take this one out of use."),
                    "ledger.metric_used",
                    field=name,
                )
            setattr(row, name, value)
        row.name = tidy_name(row.name)
        if not row.name or Metric.objects.filter(name=row.name).exclude(pk=row.pk).exists():
            raise Refusal(_("Each metric has a name of its own."), "ledger.metric_name", field="name")
        if bool(row.direction) != (row.target is not None):
            raise Refusal(
                _("A threshold is a number and whether it is reached from above or below."), "ledger.threshold", field="target"
            )
        if not row.code:
            row.code = _free_code(row.name)
        if row.pk is None:
            row.order = (
                Metric.objects.filter(group=row.group).order_by("-order").values_list("order", flat=True).first() or 9000
            ) + 1
        try:
            row.clean_fields()
        except ValidationError as problem:
            name = next(iter(problem.message_dict))
            raise Refusal("、".join(problem.message_dict[name]), "ledger.metric", field=name) from problem
        row.save()
        audit.record(actor, "ledger.edit_metrics", row, before=before, after=facts_of(row))
    return row


def _free_code(name: str) -> str:
    base = (pinyin_initials(name) or "metric")[:34]
    taken = set(Metric.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for code in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if code not in taken)


def facts_of(row: Metric) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("code", *FIELDS)}
