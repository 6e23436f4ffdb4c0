"""Sponsorship plans: who may sponsor, what is to be sponsored, what is wished, and the pairs.

Leaders have no strength: no table holds a person's result.
"""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.people.models import Person, Unit
from chuangwen.places.models import Division, Grid

__all__ = ["PlanCharge", "PlanEvent", "PlanPair", "PlanPlace", "PlanSponsor", "PlanWish", "SponsorshipPlan"]

class SponsorshipPlan(models.Model):
    """包保方案: one version. ``rules`` are what the principles weigh (``sponsorship.rules``). ``before`` is the plan in force when it was made:
    the one that stability is measured against. ``figures``: fairness of ``before`` and of this one; ``terms``: points by principle.
    ``points`` and ``bound`` as solved; ``clashes``: why there was no plan at all, in sentences."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("sponsorship", "draft")
        SOLVED = "solved", pgettext_lazy("sponsorship", "solved")
        ADJUSTED = "adjusted", pgettext_lazy("sponsorship", "adjusted by hand")
        SIGNED = "signed", pgettext_lazy("sponsorship", "signed")
        RUNNING = "running", pgettext_lazy("sponsorship", "in force")
        ENDED = "ended", pgettext_lazy("sponsorship", "ended")

    name = models.CharField(max_length=100)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="sponsorship_plans")
    version = models.PositiveSmallIntegerField(default=1)
    supersedes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by")
    before = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    starts_on = models.DateField()
    ends_on = models.DateField()
    rules = models.JSONField(default=dict)
    seconds = models.PositiveSmallIntegerField(default=60, validators=[MinValueValidator(1), MaxValueValidator(3600)])
    points = models.FloatField(null=True, blank=True)
    bound = models.FloatField(null=True, blank=True)
    took = models.FloatField(null=True, blank=True, help_text="seconds")
    figures = models.JSONField(default=dict)
    terms = models.JSONField(default=dict)
    clashes = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1, help_text="counts changes, so that two people do not undo each other's")
    made_at = models.DateTimeField()
    made_by = account()
    solved_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = account()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="sponsors__unit", via=("duties.PlanSponsor", "plan_id", "unit"))

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["division", "state"], name="sponsorship_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["division", "name", "version"], name="sponsorship_version"),
            models.UniqueConstraint(fields=["division"], condition=Q(state="running"), name="one_sponsorship_in_force"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="sponsorship_days_forward"),
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "running", "ended"]) | Q(signed_at__isnull=False), name="sponsorship_signed_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("duties:sponsorship", args=[self.pk])

    @property
    def gap(self) -> float | None:
        """Share of its points by which a better plan could still be better, as solved; 0 proven to be the best."""
        if self.points is None or self.bound is None:
            return None
        lacking = self.points - self.bound
        return 0.0 if lacking <= 1e-6 else lacking / max(abs(self.points), 1e-9)


class PlanSponsor(models.Model):
    """包保单位、包保领导: who can answer for places. A leader is a person without strength; of units it is computed from staff, budget and last
    year's result unless it was set by hand."""

    class Kind(models.IntegerChoices):
        LEADER = 0, pgettext_lazy("sponsor", "leader")
        DEPARTMENT = 1, pgettext_lazy("sponsor", "department")
        OFFICE = 2, pgettext_lazy("sponsor", "office")

    plan = models.ForeignKey(SponsorshipPlan, on_delete=models.CASCADE, related_name="sponsors")
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    name = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    staff = models.PositiveIntegerField(null=True, blank=True)
    budget = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True, help_text="10,000 yuan")
    last_result = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True, help_text="of last year's appraisal")
    strength = models.DecimalField(max_digits=9, decimal_places=2, default=Decimal(0))
    strength_by_hand = models.BooleanField(default=False)
    capacity = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(999)])
    least = models.PositiveSmallIntegerField(default=1)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)

    access_scope = AccessScope(division="plan__division", unit="unit")

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "name"], name="sponsor_once_per_plan"),
            models.CheckConstraint(condition=Q(strength__gte=0) & (~Q(kind=0) | Q(strength=0)), name="leaders_have_no_strength"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="sponsor_capacity"),
            models.CheckConstraint(condition=Q(lat__isnull=True) | Q(lat__gte=-90, lat__lte=90), name="sponsor_lat"),
            models.CheckConstraint(condition=Q(lon__isnull=True) | Q(lon__gte=-180, lon__lte=180), name="sponsor_lon"),
        ]

    def __str__(self) -> str:
        return self.name


class PlanPlace(models.Model):
    """包保点位: a village, a community, a group. ``need``: how much of all strength is its due (households, population, open cases)."""

    plan = models.ForeignKey(SponsorshipPlan, on_delete=models.CASCADE, related_name="places")
    name = models.CharField(max_length=80)
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    grid = models.ForeignKey(Grid, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    need = models.DecimalField(max_digits=11, decimal_places=2, default=Decimal(1), validators=[MinValueValidator(Decimal("0.01"))])
    least = models.PositiveSmallIntegerField(default=1)
    most = models.PositiveSmallIntegerField(default=3, validators=[MinValueValidator(1), MaxValueValidator(999)])
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)

    access_scope = AccessScope(division="plan__division")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "name"], name="place_once_per_plan"),
            models.CheckConstraint(condition=Q(need__gt=0), name="place_needs_something"),
            models.CheckConstraint(condition=Q(lat__isnull=True) | Q(lat__gte=-90, lat__lte=90), name="sponsored_lat"),
            models.CheckConstraint(condition=Q(lon__isnull=True) | Q(lon__gte=-180, lon__lte=180), name="sponsored_lon"),
        ]

    def __str__(self) -> str:
        return self.name


class PlanCharge(models.Model):
    """A leader is in charge of a place (挂点、分管)."""

    plan = models.ForeignKey(SponsorshipPlan, on_delete=models.CASCADE, related_name="charges")
    sponsor = models.ForeignKey(PlanSponsor, on_delete=models.CASCADE, related_name="charges")
    place = models.ForeignKey(PlanPlace, on_delete=models.CASCADE, related_name="charges")

    access_scope = AccessScope(division="plan__division")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sponsor", "place"], name="in_charge_once")]


class PlanWish(models.Model):
    """A pair that has to be, or must not be, and why."""

    class Kind(models.TextChoices):
        FIXED = "fixed", pgettext_lazy("sponsorship wish", "has to be")
        FORBIDDEN = "forbidden", pgettext_lazy("sponsorship wish", "must not be")

    class Reason(models.TextChoices):
        HAND = "hand", _("chosen by hand")
        AGREED = "agreed", _("agreed with the unit")
        RELATIVES = "relatives", _("relatives in the place")
        LAST_CYCLE = "last_cycle", _("was there in the last cycle")
        OTHER = "other", pgettext_lazy("sponsorship wish", "other reason")

    plan = models.ForeignKey(SponsorshipPlan, on_delete=models.CASCADE, related_name="wishes")
    sponsor = models.ForeignKey(PlanSponsor, on_delete=models.CASCADE, related_name="wishes")
    place = models.ForeignKey(PlanPlace, on_delete=models.CASCADE, related_name="wishes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=12, choices=Reason.choices, default=Reason.OTHER)
    note = models.CharField(max_length=200, blank=True)

    access_scope = AccessScope(division="plan__division")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["sponsor", "place"], name="one_wish_per_pair")]

    def __str__(self) -> str:
        return f"{self.sponsor} – {self.place}"


class PlanPair(models.Model):
    """Who answers for which place. ``next_cost``: points that the best plan without this pair would cost more, where that was solved exactly."""

    plan = models.ForeignKey(SponsorshipPlan, on_delete=models.CASCADE, related_name="pairs")
    sponsor = models.ForeignKey(PlanSponsor, on_delete=models.CASCADE, related_name="pairs")
    place = models.ForeignKey(PlanPlace, on_delete=models.CASCADE, related_name="pairs")
    by_hand = models.BooleanField(default=False)
    next_cost = models.FloatField(null=True, blank=True)

    access_scope = AccessScope(division="plan__division")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["sponsor", "place"], name="pair_once")]

    def __str__(self) -> str:
        return f"{self.sponsor} – {self.place}"


class PlanEvent(models.Model):
    """What happened to a plan, told in a sentence."""

    plan = models.ForeignKey(SponsorshipPlan, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(max_length=10)
    at = models.DateTimeField()
    account = account()
    words = models.CharField(max_length=300)
    cost = models.FloatField(null=True, blank=True, help_text="points that a change by hand cost")

    access_scope = AccessScope(division="plan__division")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.words
