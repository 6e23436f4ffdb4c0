"""Operations, who takes part, their segments, what they count, photos before and after. What was done stands in the ledger alone: facts bear
the operation's name, which is its own in the whole house and stays once it has started."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.duties.operations import rules, states
from chuangwen.evidence.models import Photo
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.kernel.identifiers import Identified
from chuangwen.ledger.models import Metric
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.standards.models import Kind as ProblemKind


class Operation(Identified):
    """专项行动. ``rhythm`` says how often units are asked for figures, ``window`` how many days afterwards are looked at for what came back.
    ``problems`` are the kinds of problems that it is about. ``figures``: the totals as they stood when it was reported. ``report_paper`` is the
    number of the paper that reported it, ``report_reason`` why that one was made elsewhere (empty: it was signed in this program)."""

    class Kind(models.TextChoices):
        TEN = "ten", _("ten disorders")
        SIX = "six", _("six disorders")
        ASSAULT = "assault", _("concentrated action at one place")
        HYGIENE = "hygiene", _("hygiene month")
        TRAFFIC = "traffic", _("traffic order")
        PUBLICITY = "publicity", _("publicity")
        OTHER = "other", pgettext_lazy("operation", "other")

    class State(models.TextChoices):
        DRAFT = states.DRAFT, pgettext_lazy("operation", "draft")
        RUNNING = states.RUNNING, pgettext_lazy("operation", "running")
        ENDED = states.ENDED, pgettext_lazy("operation", "ended")
        REPORTED = states.REPORTED, pgettext_lazy("operation", "reported")
        CANCELLED = states.CANCELLED, pgettext_lazy("operation", "cancelled")

    class Rhythm(models.TextChoices):
        DAY = rules.DAY, _("every day")
        WORKDAY = rules.WORKDAY, _("every working day")
        WEEK = rules.WEEK, _("once a week")

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.OTHER)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="operations")
    place = models.CharField(max_length=100, blank=True, help_text="where in the area: the station square")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    starts_on = models.DateField()
    ends_on = models.DateField()
    aim = models.CharField(max_length=500, blank=True)
    basis = models.CharField(max_length=200, blank=True, help_text="the paper that lays it down")
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices, default=Rhythm.DAY)
    window = models.PositiveSmallIntegerField(default=14, help_text="days afterwards that are compared with as many before")
    remind = models.BooleanField(default=True)
    problems = models.ManyToManyField(ProblemKind, blank=True, related_name="+")
    figures = models.JSONField(default=list)
    conclusion = models.CharField(max_length=500, blank=True)
    report_paper = models.CharField(max_length=60, blank=True)
    report_reason = models.CharField(max_length=300, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = account(db_index=False)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="counts changes, so that two people do not undo each other's")
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", via=("duties.OperationUnit", "operation_id", "unit"))

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["state", "ends_on"], name="operation_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="operation_days_forward"),
            models.CheckConstraint(condition=Q(window__gte=1, window__lte=90), name="operation_window"),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="cancelled_with_a_reason"),
            models.CheckConstraint(condition=~Q(state="reported") | ~Q(report_paper=""), name="operation_reported_by_a_paper"),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "ended", "reported"]) | Q(started_at__isnull=False), name="operation_started_when"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("duties:operation", args=[self.pk])


class OperationUnit(models.Model):
    """参战单位: a unit that takes part. ``tells``: it is asked for figures."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    tells = models.BooleanField(default=True)

    access_scope = AccessScope(division="operation__division", unit="unit")

    class Meta:
        ordering = ["unit__path"]
        constraints = [models.UniqueConstraint(fields=["operation", "unit"], name="unit_once_per_operation")]

    def __str__(self) -> str:
        return str(self.unit)


class Segment(models.Model):
    """段面: a part of the place with the leader and the unit that answer for it, and what they have to do there."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="segments")
    name = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    leader = models.CharField(max_length=40, blank=True, help_text="who answers for it, as papers call them")
    content = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    access_scope = AccessScope(division="operation__division", unit="unit")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["operation", "name"], name="segment_once_per_operation")]

    def __str__(self) -> str:
        return self.name


class Counted(models.Model):
    """What an operation counts: a metric of the ledger that adds up, as what is done, as who and what is deployed, or as what it costs.
    ``target`` may be left open: it is counted, and nothing is promised."""

    class Part(models.TextChoices):
        WORK = "work", pgettext_lazy("operation counts", "what is done")
        PEOPLE = "people", pgettext_lazy("operation counts", "people deployed")
        VEHICLES = "vehicles", pgettext_lazy("operation counts", "vehicles deployed")
        COST = "cost", pgettext_lazy("operation counts", "cost")

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="counted")
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=8, choices=Part.choices, default=Part.WORK)
    target = models.DecimalField(max_digits=15, decimal_places=4, null=True, blank=True)

    access_scope = AccessScope(division="operation__division")

    class Meta:
        ordering = ["metric__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "metric"], name="metric_once_per_operation"),
            models.CheckConstraint(condition=Q(target__isnull=True) | Q(target__gt=0), name="operation_target_above_nought"),
        ]

    def __str__(self) -> str:
        return f"{self.metric}"


class OperationPhoto(models.Model):
    """A photo of a spot before or after; what has the same spot stands side by side."""

    class Stage(models.TextChoices):
        BEFORE = "before", pgettext_lazy("operation photo", "before")
        AFTER = "after", pgettext_lazy("operation photo", "after")

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="photos")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    spot = models.CharField(max_length=60)
    stage = models.CharField(max_length=6, choices=Stage.choices)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    added_at = models.DateTimeField()
    added_by = account(db_index=False)

    access_scope = AccessScope(division="operation__division", unit="unit")

    class Meta:
        ordering = ["spot", "-stage", "pk"]
        constraints = [models.UniqueConstraint(fields=["operation", "photo", "stage"], name="one_photo_once_per_operation")]

    def __str__(self) -> str:
        return f"{self.spot} · {self.get_stage_display()}"
