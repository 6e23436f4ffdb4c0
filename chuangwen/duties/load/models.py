"""The limits of what may be planned on a unit in a week."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.duties.load.rules import TOTAL
from chuangwen.kernel import workload
from chuangwen.kernel.access import AccessScope
from chuangwen.people.models import Unit

USUAL_TOTALS = {Unit.Kind.COMMUNITY: 15, Unit.Kind.TOWN_OFFICE: 20}
"""Of all together in a week, as it comes with the program: why so many and for whom, ``install`` says."""


class LoadLimit(models.Model):
    """How much of a source, or of all together, may be planned on a unit of a kind in one week. No row: no limit. Editable."""

    class Source(models.TextChoices):
        CHECKS = workload.CHECKS, _("inspection rounds that come")
        DUTIES = workload.DUTIES, _("duties at a rhythm")
        FORMS = workload.FORMS, _("records asked for")
        TASKS = workload.TASKS, _("problems due")
        SHIFTS = workload.SHIFTS, _("turns at posts")
        VISITS = workload.VISITS, _("visits of partners")
        MEETINGS = workload.MEETINGS, _("meetings to come to")
        TOTAL = TOTAL, pgettext_lazy("load", "all together")

    source = models.CharField(max_length=10, choices=Source.choices)
    unit_kind = models.CharField(max_length=20, choices=Unit.Kind.choices)
    per_week = models.PositiveSmallIntegerField()

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["source", "unit_kind"]
        constraints = [
            models.UniqueConstraint(fields=["source", "unit_kind"], name="one_limit_per_source_and_kind"),
            models.CheckConstraint(condition=Q(per_week__lte=999), name="limit_is_a_number_of_things"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} · {self.get_unit_kind_display()}: {self.per_week}"
