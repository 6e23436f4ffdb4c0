"""Training on the town's own closed cases."""

from collections.abc import Callable, Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases.models import Case, Source, State
from chuangwen.intake.learning import training
from chuangwen.intake.learning.training import Sample, TooFew
from chuangwen.intake.models import CategoryModel
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal

MOST = 20_000
"""So many of the newest closed cases are learned from."""
KEPT = 5
"""So many older models are kept to compare with."""


def closed_cases() -> Iterator[Sample]:
    """Closed cases with a kind, newest first."""
    rows = (
        Case.objects.filter(state=State.CLOSED, kind__isnull=False)
        .exclude(source=Source.HISTORY)
        .order_by("-closed_at", "-pk")
        .values_list("description", "site__type__code", "division__code", "kind__code", "kind__family__code")[:MOST]
    )
    for text, site_type, place, kind, family in rows:
        yield Sample(text, site_type or "", place or "", kind, family)


def train(actor: Actor, *, told: Callable[[int, int], None] | None = None) -> CategoryModel:
    """Learn from the closed cases, test by cross-validation, keep the model. Raises Refusal where there are too few to learn from."""
    access.require(actor, "intake.train")
    try:
        samples = training.usable(list(closed_cases()))
    except TooFew as few:
        raise Refusal(
            _(
                "There are only %(count)s closed cases that can be learned from; at least %(least)d are needed, in two families or more. "
                "Until then keywords propose the kind."
            )
            % {"count": few, "least": training.LEAST_SAMPLES},
            "intake.too_few_samples",
        ) from few
    facts = training.tested(samples, told)
    model = training.fit(samples)
    with transaction.atomic():
        row = CategoryModel.objects.create(trained_at=clock.now(), samples=len(samples), facts=facts, body=model.dumped())
        old = CategoryModel.objects.order_by("-pk").values_list("pk", flat=True)[KEPT:]
        CategoryModel.objects.filter(pk__in=list(old)).delete()
        audit.record(actor, "intake.train", row, after={"samples": row.samples, "accuracy": round(facts["accuracy"], 4)})
    return row
