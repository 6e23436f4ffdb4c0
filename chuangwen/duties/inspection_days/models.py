"""Inspections by external assessors: the drawn places, who is there, what is to be done afterwards.

Units and posts stand at places; where a person is, is not recorded.
"""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chuangwen.cases.models import Case
from chuangwen.duties.inspection_days import states
from chuangwen.duties.meetings.models import Resolution
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.kernel.identifiers import Identified
from chuangwen.people.models import Post, Unit
from chuangwen.places.models import Division, Site


class Inspection(Identified):
    """测评日、迎检日: one or several days. ``hours``: working hours in which a problem that is reported now has to be put right. ``revision``
    counts every change, so that a page knows whether it has to be read again. ``figures``: the numbers as they stood when it was closed."""

    class State(models.TextChoices):
        EXPECTED = states.EXPECTED, pgettext_lazy("inspection", "expected")
        ON = states.ON, pgettext_lazy("inspection", "assessors are here")
        OVER = states.OVER, pgettext_lazy("inspection", "over, to be worked up")
        CLOSED = states.CLOSED, pgettext_lazy("inspection", "closed")

    name = models.CharField(max_length=80)
    assessors = models.CharField(max_length=80, blank=True, help_text="who sends them; no names of persons")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="inspections")
    state = models.CharField(max_length=10, choices=State.choices, default=State.EXPECTED)
    first = models.DateField()
    last = models.DateField()
    hours = models.PositiveSmallIntegerField(default=4)
    notes = models.CharField(max_length=500, blank=True)
    summary = models.TextField(blank=True, max_length=4000)
    figures = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = account()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["-first", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="inspection_days_forward"),
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=80), name="inspection_hours"),
            models.CheckConstraint(condition=~Q(state="closed") | Q(closed_at__isnull=False), name="inspection_closed_when"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("duties:inspection", args=[self.pk])


class DrawnPlace(models.Model):
    """抽中的社区或点位, for one of the days. ``state``: whether the assessors are there."""

    class State(models.TextChoices):
        WAITING = states.WAITING, pgettext_lazy("drawn place", "not yet visited")
        THERE = states.THERE, pgettext_lazy("drawn place", "assessors are there")
        LEFT = states.LEFT, pgettext_lazy("drawn place", "visited")

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="places")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    state_at = models.DateTimeField(null=True, blank=True)
    known_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    access_scope = AccessScope(
        division="inspection__division", unit="assignments__unit", via=("duties.PlaceAssignment", "place_id", "unit")
    )

    class Meta:
        ordering = ["day", "known_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "day", "site"], condition=Q(site__isnull=False), name="site_drawn_once_a_day"),
            models.UniqueConstraint(
                fields=["inspection", "day", "division"], condition=Q(site__isnull=True), name="community_drawn_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.site.name if self.site else str(self.division)

    def get_absolute_url(self) -> str:
        return reverse("duties:inspection-place", args=[self.pk])


class PlaceAssignment(models.Model):
    """Who is at a drawn place: a unit, or a post of it, with how many people. ``people``: None where nobody has said yet. ``reason``: why it
    was proposed."""

    class Part(models.TextChoices):
        LEAD = "lead", pgettext_lazy("inspection", "in charge there")
        PRESENT = "present", pgettext_lazy("inspection", "present")
        STANDBY = "standby", pgettext_lazy("inspection", "stand-by")

    place = models.ForeignKey(DrawnPlace, on_delete=models.CASCADE, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    part = models.CharField(max_length=8, choices=Part.choices, default=Part.PRESENT)
    people = models.PositiveSmallIntegerField(null=True, blank=True)
    task = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=100, blank=True)

    access_scope = AccessScope(division="place__inspection__division", unit="unit")

    class Meta:
        ordering = ["part", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["place", "unit"], condition=Q(post__isnull=True), name="unit_at_place_once"),
            models.UniqueConstraint(fields=["place", "unit", "post"], condition=Q(post__isnull=False), name="post_at_place_once"),
            models.CheckConstraint(condition=Q(people__isnull=True) | Q(people__gte=1, people__lte=999), name="people_at_place"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.place}"


class AfterItem(Identified):
    """事后清单: what the assessors pointed out, and what is to be done. It becomes a case, or a resolution of a meeting, or is dropped for a
    reason."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="after_items")
    place = models.ForeignKey(DrawnPlace, null=True, blank=True, on_delete=models.SET_NULL, related_name="after_items")
    found = models.CharField(max_length=300)
    todo = models.CharField(max_length=300, blank=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    case = models.OneToOneField(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="after_item")
    resolution = models.OneToOneField(Resolution, null=True, blank=True, on_delete=models.SET_NULL, related_name="after_item")
    dropped_reason = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()
    entered_by = account()

    access_scope = AccessScope(division="inspection__division")

    class Meta:
        ordering = ["inspection", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(case__isnull=True) | Q(resolution__isnull=True), name="followed_in_one_way"),
        ]

    def __str__(self) -> str:
        return self.found[:60]

    @property
    def is_open(self) -> bool:
        """Nobody has said yet what becomes of it."""
        return self.case_id is None and self.resolution_id is None and not self.dropped_reason


class InspectionEvent(models.Model):
    """What happened on an inspection, told in a sentence."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(max_length=10)
    at = models.DateTimeField()
    account = account()
    words = models.CharField(max_length=300)

    access_scope = AccessScope(division="inspection__division")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.words
