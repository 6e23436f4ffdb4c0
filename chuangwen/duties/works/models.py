"""Works with their stages, money, contract, photos, and the cases that wait for them. Sums are exact decimals of yuan."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.cases.models import Case
from chuangwen.evidence.models import Photo
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.kernel.identifiers import Identified
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site


def _yuan(**more):
    return models.DecimalField(max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal(0))], **more)


class Work(Identified):
    """工程、整治项目. ``planned_end`` is the end as planned now, ``first_end`` as it was planned first; between them lie the slips."""

    class Kind(models.TextChoices):
        ROAD = "road", pgettext_lazy("work", "road and pavement")
        BARRIER_FREE = "barrier_free", pgettext_lazy("work", "barrier-free path")
        TOILET = "toilet", pgettext_lazy("work", "public toilet")
        WASTE = "waste", pgettext_lazy("work", "waste site")
        FIRE = "fire", pgettext_lazy("work", "fire equipment")
        LIGHTING = "lighting", pgettext_lazy("work", "lighting")
        DRAINAGE = "drainage", pgettext_lazy("work", "drainage")
        ESTATE = "estate", pgettext_lazy("work", "old estate")
        GREEN = "green", pgettext_lazy("work", "greenery")
        MARKET = "market", pgettext_lazy("work", "market")
        OTHER = "other", pgettext_lazy("work", "other works")

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("work", "planned")
        RUNNING = "running", pgettext_lazy("work", "under way")
        STOPPED = "stopped", pgettext_lazy("work", "stopped")
        FINISHED = "finished", pgettext_lazy("work", "finished")
        CALLED_OFF = "called_off", pgettext_lazy("work", "called off")

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OTHER)
    content = models.CharField(max_length=500, blank=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="works")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="works")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="works")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    planned_start = models.DateField()
    planned_end = models.DateField()
    first_end = models.DateField()
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    slips = models.PositiveSmallIntegerField(default=0)
    slipped_past = models.DateField(null=True, blank=True, help_text="the planned end whose passing was told already")
    reason = models.CharField(max_length=300, blank=True, help_text="why it stopped, slipped or was called off")
    result = models.CharField(max_length=300, blank=True)
    budget = _yuan(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = account()
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="unit")

    class Meta:
        ordering = ["planned_start", "pk"]
        verbose_name = _("work")
        indexes = [models.Index(fields=["state", "planned_end"], name="works_by_end")]
        constraints = [
            models.UniqueConstraint(fields=["division", "name"], name="work_name_once_per_place"),
            models.CheckConstraint(condition=Q(planned_end__gte=F("planned_start")), name="work_days_forward"),
            models.CheckConstraint(condition=Q(budget__isnull=True) | Q(budget__gte=0), name="work_budget"),
            models.CheckConstraint(condition=~Q(state__in=["finished", "called_off"]) | Q(ended_on__isnull=False), name="work_ended_when"),
            models.CheckConstraint(condition=~Q(state__in=["stopped", "called_off"]) | ~Q(reason=""), name="work_stopped_why"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("duties:work", args=[self.pk])

    @property
    def slipped_days(self) -> int:
        """By how many days the end lies later than it was planned first."""
        return max(0, (self.planned_end - self.first_end).days)


class WorkStage(models.Model):
    """A stage of a work: planned and actual days."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="stages")
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=60)
    planned_start = models.DateField()
    planned_end = models.DateField()
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    access_scope = AccessScope(division="work__division", unit="work__unit")

    class Meta:
        ordering = ["order", "planned_start", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["work", "name"], name="stage_once_per_work"),
            models.CheckConstraint(condition=Q(planned_end__gte=F("planned_start")), name="stage_days_forward"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(started_on__isnull=False, ended_on__gte=F("started_on")), name="stage_ended_after_begin"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WorkFund(models.Model):
    """Money asked for, and what was granted."""

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("fund", "applied for")
        GRANTED = "granted", pgettext_lazy("fund", "granted")
        DENIED = "denied", pgettext_lazy("fund", "denied")

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="funds")
    source = models.CharField(max_length=60)
    applied = _yuan()
    applied_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.APPLIED)
    granted = _yuan(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    access_scope = AccessScope(division="work__division", unit="work__unit")

    class Meta:
        ordering = ["applied_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(applied__gt=0), name="fund_applied"),
            models.CheckConstraint(
                condition=Q(state="granted", granted__gt=0, answered_on__isnull=False) | (~Q(state="granted") & Q(granted__isnull=True)),
                name="fund_granted_whole",
            ),
            models.CheckConstraint(condition=Q(answered_on__isnull=True) | Q(answered_on__gte=F("applied_on")), name="fund_days_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.applied}"


class WorkContract(models.Model):
    """A contract with an organisation."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="contracts")
    number = models.CharField(max_length=40)
    contractor = models.CharField(max_length=80, help_text="an organisation, no person")
    amount = _yuan()
    signed_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)

    access_scope = AccessScope(division="work__division", unit="work__unit")

    class Meta:
        ordering = ["signed_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["work", "number"], name="contract_once_per_work"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="contract_amount"),
            models.CheckConstraint(condition=Q(due_on__isnull=True) | Q(due_on__gte=F("signed_on")), name="contract_days_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.contractor}"


class WorkPhoto(models.Model):
    """A photo of a work or one of its stages: before, during, after."""

    class Stage(models.TextChoices):
        BEFORE = "before", pgettext_lazy("work photo", "before")
        DURING = "during", pgettext_lazy("work photo", "during")
        AFTER = "after", pgettext_lazy("work photo", "after")

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="photos")
    of = models.ForeignKey(WorkStage, null=True, blank=True, on_delete=models.SET_NULL, related_name="photos")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=6, choices=Stage.choices)

    access_scope = AccessScope(division="work__division", unit="work__unit")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["work", "photo"], name="one_photo_once_per_work")]


class WorkCase(models.Model):
    """A case that is deferred against a work. ``until``: the day to which it was deferred; ``returned_at`` and ``why`` once it came back."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="works")
    until = models.DateField()
    linked_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)

    access_scope = AccessScope(division="work__division", unit="work__unit")

    class Meta:
        ordering = ["-linked_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["case"], condition=Q(returned_at__isnull=True), name="case_waits_for_one_work")]


class WorkEvent(models.Model):
    """What happened to a work, told in a sentence."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(max_length=10)
    at = models.DateTimeField()
    account = account()
    words = models.CharField(max_length=300)

    access_scope = AccessScope(division="work__division", unit="work__unit")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.words
