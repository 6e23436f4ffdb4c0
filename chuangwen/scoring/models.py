"""Schemes as data, score sheets and their signatures."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chuangwen.fieldwork.models import Round
from chuangwen.kernel.access import AccessScope


class Scheme(models.Model):
    """考核办法: versioned scoring rules; ``body`` follows the schema of ``engine``. A version that was used is never edited."""

    name = models.CharField(max_length=100)
    version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=24)
    body = models.JSONField()
    locked = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["name", "-version"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="scheme_version")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class ScoreSheet(models.Model):
    """成绩单: the result of one scheme on one round at one time. Once signed it never changes; a later one supersedes it."""

    class State(models.TextChoices):
        COMPUTED = "computed", _("computed")
        SIGNED = "signed", _("signed")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="score_sheets")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="score_sheets")
    state = models.CharField(max_length=8, choices=State.choices, default=State.COMPUTED)
    computed_at = models.DateTimeField()
    computed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    coverage = models.JSONField(default=dict)
    input_digest = models.CharField(max_length=64)
    file_key = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    key_fingerprint = models.CharField(max_length=80, blank=True)
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by")

    access_scope = AccessScope(division="round__division")

    class Meta:
        ordering = ["-computed_at"]
        constraints = [models.CheckConstraint(condition=~Q(state="signed") | ~Q(file_key=""), name="signed_has_file")]

    def __str__(self) -> str:
        return f"{self.round} · {self.scheme}"


class ScoreRow(models.Model):
    """One figure of a score sheet: printed values as decimals, exact ones as "numerator/denominator".

    ``level`` is index, section, indicator, sub_indicator, criterion, area, department, site_type, site, unit or total; ``key`` and
    ``parent`` are the engine's (names joined by "/"), ``name`` the last of them.
    """

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.CASCADE, related_name="rows")
    level = models.CharField(max_length=16)
    key = models.TextField()
    name = models.CharField(max_length=600)
    parent = models.TextField(blank=True)
    order = models.PositiveIntegerField()
    possible = models.DecimalField(max_digits=16, decimal_places=6)
    got = models.DecimalField(max_digits=16, decimal_places=6)
    possible_exact = models.CharField(max_length=200)
    got_exact = models.CharField(max_length=200)
    rate = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    rank = models.PositiveIntegerField(null=True)
    peer_group = models.CharField(max_length=40, blank=True)
    counted = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    vetoed = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)

    access_scope = AccessScope(division="sheet__round__division")

    class Meta:
        ordering = ["order"]
        indexes = [models.Index(fields=["sheet", "level", "rank"])]
        constraints = [models.UniqueConstraint(fields=["sheet", "order"], name="one_place_per_figure")]

    def __str__(self) -> str:
        return self.name


from chuangwen.scoring.appraisal.models import (  # noqa: E402  parts of the room with tables of their own; Django looks for them here
    Appraisal,
    AppraisalObjection,
    AppraisalRow,
    AppraisalScheme,
    Consequence,
    ManualEntry,
)
from chuangwen.scoring.outlook.models import (  # noqa: E402  the tables of the outlook lean on Scheme
    AssessmentPlan,
    Forecast,
    ForecastRepair,
    ForecastVisit,
    PlanQuota,
    RepairEffort,
)

__all__ = [
    "Appraisal",
    "AppraisalObjection",
    "AppraisalRow",
    "AppraisalScheme",
    "AssessmentPlan",
    "Consequence",
    "Forecast",
    "ForecastRepair",
    "ForecastVisit",
    "ManualEntry",
    "PlanQuota",
    "RepairEffort",
    "Scheme",
    "ScoreRow",
    "ScoreSheet",
]
