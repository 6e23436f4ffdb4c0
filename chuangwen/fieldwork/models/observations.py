"""Visits, and what was observed on them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from chuangwen.evidence.models import Photo
from chuangwen.fieldwork.models.rounds import Round, RoundSite, RoundTeam
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.identifiers import Identified
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Criterion


class Visit(Identified):
    """走访/检查: someone at a site at a time."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="visits")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="visits")
    round_site = models.ForeignKey(
        RoundSite,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="visits",
        help_text="the place in the round it served",
    )
    team = models.ForeignKey(RoundTeam, null=True, blank=True, on_delete=models.SET_NULL, related_name="visits")
    unit = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="whose people went, where no team is named",
    )
    entry_uid = models.UUIDField(null=True, blank=True, unique=True, help_text="the phone's entry that made this visit")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    lat = models.FloatField(null=True, blank=True, help_text="where it was finished, as the phone said once; WGS-84")
    lon = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)

    access_scope = AccessScope(division="site__division", own="account")

    class Meta:
        indexes = [models.Index(fields=["round", "site"])]
        constraints = [
            models.CheckConstraint(condition=Q(lat__isnull=True) | Q(lat__gte=-90, lat__lte=90), name="visit_lat"),
            models.CheckConstraint(condition=Q(lon__isnull=True) | Q(lon__gte=-180, lon__lte=180), name="visit_lon"),
        ]


class ObservationSheet(models.Model):
    """A workbook whose rows became observations of a round. The same content, or the same name again, is the same sheet."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="sheets")
    name = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64)
    rows_read = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "name"], name="one_sheet_per_name_in_a_round")]

    def __str__(self) -> str:
        return self.name


class FirstRatings(models.Manager["Observation"]):
    """What was observed, without the results of blind re-ratings: those are compared, never counted."""

    def get_queryset(self) -> models.QuerySet["Observation"]:
        return super().get_queryset().filter(rerating=False)


class Observation(Identified):
    """观测: one criterion's result at a site. What a row of a sheet could not say is null, and ``placed`` is then false with the reason."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="observations")
    visit = models.ForeignKey(Visit, null=True, blank=True, on_delete=models.PROTECT, related_name="observations")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="observations")
    criterion = models.ForeignKey(Criterion, null=True, blank=True, on_delete=models.PROTECT, related_name="observations")
    area = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    serial = models.CharField(max_length=60, blank=True)
    grade = models.CharField(max_length=1, blank=True, choices=[(g, g) for g in "ABCD"])
    defects = models.PositiveSmallIntegerField(null=True, blank=True)
    conform = models.BooleanField(null=True, blank=True)
    loss = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)
    weight = models.DecimalField(max_digits=7, decimal_places=3, default=1)
    note = models.CharField(max_length=500, blank=True)
    severity = models.PositiveSmallIntegerField(default=2)
    observed_on = models.DateField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sheet = models.ForeignKey(ObservationSheet, null=True, blank=True, on_delete=models.PROTECT, related_name="observations")
    source_row = models.PositiveIntegerField(null=True, blank=True)
    source_hash = models.CharField(max_length=16, blank=True)
    placed = models.BooleanField(default=True)
    rerating = models.BooleanField(
        default=False, help_text="made by the second team of a blind re-rating: compared with the first, never scored"
    )
    unplaced_reason = models.CharField(max_length=200, blank=True)
    objects = FirstRatings()
    every: models.Manager["Observation"] = models.Manager()
    departments = models.ManyToManyField(Unit, through="ObservationUnit", related_name="observations")

    access_scope = AccessScope(
        division="round__division", own="account", via=("fieldwork.ObservationUnit", "observation_id", "unit")
    )

    class Meta:
        indexes = [models.Index(fields=["round", "placed"]), models.Index(fields=["site", "criterion"])]
        constraints = [
            models.CheckConstraint(condition=Q(loss__isnull=True) | Q(loss__gte=0, loss__lte=1), name="loss_between_0_and_1"),
            models.UniqueConstraint(fields=["sheet", "source_row"], name="one_observation_per_row"),
        ]

    def __str__(self) -> str:
        return self.serial or f"#{self.pk}"


class ObservationUnit(models.Model):
    """A department that an observation counts for: none, one or several."""

    observation = models.ForeignKey(Observation, on_delete=models.CASCADE, related_name="unit_links")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "observation"], name="observation_counts_once_per_unit")]


class ObservationPhoto(models.Model):
    observation = models.ForeignKey(Observation, on_delete=models.CASCADE, related_name="photo_links")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["observation", "photo"], name="observation_photo_once")]
