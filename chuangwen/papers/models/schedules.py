"""What is drafted by itself: which paper, of which period, when; and which periods have been drafted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from chuangwen.kernel.access import AccessScope
from chuangwen.papers.models.papers import Kind, Paper
from chuangwen.papers.models.templates import PaperTemplate
from chuangwen.people.models import Unit
from chuangwen.places.models import Division


class PaperSchedule(models.Model):
    """``every`` week on ``day`` 1 to 7 (Monday is 1), every month or quarter on its ``day``-th day, at ``at``, for the period before.

    With ``on_workday`` a day that is not worked is moved to the next one that is.
    """

    class Every(models.TextChoices):
        WEEK = "week", pgettext_lazy("paper schedule", "week")
        MONTH = "month", pgettext_lazy("paper schedule", "month")
        QUARTER = "quarter", pgettext_lazy("paper schedule", "quarter")
        YEAR = "year", pgettext_lazy("paper schedule", "year")

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    division = models.ForeignKey(Division, null=True, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="whose draft it is"
    )
    template = models.ForeignKey(PaperTemplate, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    every = models.CharField(max_length=8, choices=Every.choices, default=Every.WEEK)
    day = models.PositiveSmallIntegerField(default=1)
    at = models.TimeField()
    on_workday = models.BooleanField(default=True)
    active = models.BooleanField(default=True)
    since = models.DateTimeField(help_text="what was due before is not drafted")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.CheckConstraint(condition=Q(day__gte=1, day__lte=28), name="schedule_day")]

    def __str__(self) -> str:
        return self.name


class ScheduledDraft(models.Model):
    """A period that a schedule has drafted. The row is written first: it is the lock by which no period is drafted twice."""

    schedule = models.ForeignKey(PaperSchedule, on_delete=models.CASCADE, related_name="drafts")
    period_from = models.DateField()
    due_at = models.DateTimeField()
    paper = models.ForeignKey(Paper, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    words = models.CharField(max_length=300, blank=True, help_text="why there was nothing to draft")

    class Meta:
        ordering = ["-period_from"]
        constraints = [models.UniqueConstraint(fields=["schedule", "period_from"], name="one_draft_per_period")]
