"""How an external assessment is expected to be made, what was forecast of it, and what to do before it."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from chuangwen.cases.models import Case
from chuangwen.fieldwork.models import Round
from chuangwen.kernel.access import AccessScope
from chuangwen.places.models import Division, Site, SiteType
from chuangwen.standards.models import Edition, Family, Kind


def usual_thresholds() -> list[str]:
    """85 and 90 marks of 100."""
    return ["85", "90"]


class AssessmentPlan(models.Model):
    """测评方案: how the assessors are expected to come: in which area, by which edition and scheme, how many sites of each type.

    ``thresholds`` are marks of 100 as text, the one that matters most first. The rest are the parameters of the model (``model.Beliefs``).
    """

    name = models.CharField(max_length=100, unique=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="assessment_plans")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    scheme = models.ForeignKey("scoring.Scheme", on_delete=models.PROTECT, related_name="+")
    thresholds = models.JSONField(default=usual_thresholds)
    half_life_days = models.PositiveSmallIntegerField(default=90, validators=[MinValueValidator(1), MaxValueValidator(3650)])
    standing = models.DecimalField(
        max_digits=3, decimal_places=2, default=Decimal("0.90"), help_text="chance that an open problem is still found"
    )
    rebound = models.DecimalField(
        max_digits=3, decimal_places=2, default=Decimal("0.10"), help_text="share of closed problems that are back when somebody looks"
    )
    changed_at = models.DateTimeField()
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(half_life_days__gte=1), name="half_life_is_a_time"),
            models.CheckConstraint(condition=Q(standing__gte=0, standing__lt=1), name="standing_is_a_share"),
            models.CheckConstraint(condition=Q(rebound__gte=0, rebound__lte=1), name="rebound_is_a_share"),
        ]

    def __str__(self) -> str:
        return self.name


class PlanQuota(models.Model):
    """How many sites of a type the assessors draw in the plan's area."""

    plan = models.ForeignKey(AssessmentPlan, on_delete=models.CASCADE, related_name="quotas")
    site_type = models.ForeignKey(SiteType, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField()

    access_scope = AccessScope(division="plan__division")

    class Meta:
        ordering = ["site_type__order", "site_type__name"]
        constraints = [models.UniqueConstraint(fields=["plan", "site_type"], name="one_quota_per_type_in_a_plan")]

    def __str__(self) -> str:
        return f"{self.site_type}: {self.count}"


class RepairEffort(models.Model):
    """How many hours of work a problem takes: of a kind, else of a family. Without a row the median time of closed cases stands in."""

    kind = models.OneToOneField(Kind, null=True, blank=True, on_delete=models.CASCADE, related_name="repair_effort")
    family = models.OneToOneField(Family, null=True, blank=True, on_delete=models.CASCADE, related_name="repair_effort")
    hours = models.DecimalField(max_digits=6, decimal_places=1)

    access_scope = AccessScope(shared=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__isnull=True, family__isnull=False) | Q(kind__isnull=False, family__isnull=True),
                name="effort_of_a_kind_or_a_family",
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="effort_is_something"),
        ]

    def __str__(self) -> str:
        return f"{self.kind or self.family}: {self.hours}"


class Forecast(models.Model):
    """预测: what was to be expected of an assessment, by what was known before ``as_of``. Shares of 1; ``low`` to ``high`` is the 90 % interval.

    With a round it is one of the past, forecast as if on its eve; ``actual`` is what came and ``rank`` where that lay among the simulated
    results. ``chances``: threshold (marks) -> chance. ``histogram``: [from, to, how many]. ``drivers``: what takes most off. ``evidence``: what
    it rests on. ``parameters``: everything to repeat it, with the seed.
    """

    plan = models.ForeignKey(AssessmentPlan, on_delete=models.CASCADE, related_name="forecasts")
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.CASCADE, related_name="forecasts")
    target = models.CharField(max_length=100)
    as_of = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    threshold = models.DecimalField(max_digits=7, decimal_places=4, help_text="the first threshold of the plan, a share of 1")
    mean = models.DecimalField(max_digits=7, decimal_places=6)
    low = models.DecimalField(max_digits=7, decimal_places=6)
    high = models.DecimalField(max_digits=7, decimal_places=6)
    chance = models.DecimalField(max_digits=7, decimal_places=6, help_text="of reaching the first threshold")
    chances = models.JSONField(default=dict)
    histogram = models.JSONField(default=list)
    drivers = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    parameters = models.JSONField(default=dict)
    actual = models.DecimalField(max_digits=7, decimal_places=6, null=True, blank=True)
    rank = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)

    access_scope = AccessScope(division="plan__division")

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["plan", "round", "-made_at"], name="scoring_forecasts_latest")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "round"], condition=Q(round__isnull=False), name="one_forecast_per_past_round"),
            models.CheckConstraint(condition=Q(low__lte=models.F("high")), name="forecast_interval_forward"),
            models.CheckConstraint(condition=Q(chance__gte=0, chance__lte=1), name="forecast_chance_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.target} · {self.as_of}"

    def get_absolute_url(self) -> str:
        return reverse("scoring:outlook", args=[self.pk])

    @property
    def address(self) -> str:
        """Of its page."""
        return self.get_absolute_url()


class ForecastRepair(models.Model):
    """What putting one open case right, and nothing else, adds to the expected index of a forecast (``gain``, a share of 1), and why.

    ``group`` joins the cases at one site and criterion, which do not add up; ``ifs``: what the group gains when 1, 2 ... of it are done.
    """

    forecast = models.ForeignKey(Forecast, on_delete=models.CASCADE, related_name="repairs")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    gain = models.DecimalField(max_digits=12, decimal_places=10)
    minutes = models.PositiveIntegerField()
    rate = models.FloatField(help_text="gain per hour")
    group = models.PositiveIntegerField()
    ifs = models.JSONField(default=list)
    why: models.JSONField = models.JSONField(default=dict)

    access_scope = AccessScope(division="forecast__plan__division")

    class Meta:
        ordering = ["-rate", "case"]
        indexes = [models.Index(fields=["forecast", "-rate"], name="scoring_repairs_best")]
        constraints = [models.UniqueConstraint(fields=["forecast", "case"], name="repair_once_per_forecast")]

    def __str__(self) -> str:
        return str(self.case)


class ForecastVisit(models.Model):
    """A site to look at, in the order in which most is learnt per minute. ``share``: what it takes off the forecast's variance, of 1."""

    forecast = models.ForeignKey(Forecast, on_delete=models.CASCADE, related_name="visits")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    share = models.FloatField()
    left = models.FloatField(help_text="of the variance, after this and all before it, as a share of what there was")
    bound = models.FloatField(help_text="what the best choice of the same minutes could take off at most")
    why: models.JSONField = models.JSONField(default=dict)

    access_scope = AccessScope(division="forecast__plan__division")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["forecast", "site"], name="visit_once_per_forecast"),
            models.UniqueConstraint(fields=["forecast", "position"], name="visits_in_order"),
        ]

    def __str__(self) -> str:
        return str(self.site)


