"""Duties, each time that they fall due, the short records where nothing else proves them, and links of calendars."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.duties.rhythm import recurring, rules, shapes
from chuangwen.evidence.models import Photo
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.identifiers import Identified
from chuangwen.people.models import Unit
from chuangwen.places.models import Division


class Duty(Identified):
    """职责: what units owe at a rhythm. Who owes it is found anew each day: the units of these kinds, of this level, in this area, below this
    unit. ``proofs`` name the records that show it was done (``proofs.PROOFS``)."""

    class Kind(models.TextChoices):
        DAYS = rules.DAYS, _("on the days of the rule")
        PERIODS = rules.PERIODS, _("within periods")

    class OnDayOff(models.TextChoices):
        SKIP = rules.SKIP, _("falls away")
        BEFORE = rules.BEFORE, _("moves to the working day before")
        AFTER = rules.AFTER, _("moves to the working day after")
        STAY = rules.STAY, _("is owed on days off too")

    name = models.CharField(max_length=60)
    content = models.CharField(max_length=500, blank=True)
    basis = models.CharField(max_length=200, blank=True, help_text="the paper that lays it down")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="duties", help_text="the area whose units owe it")
    kinds = models.JSONField(default=list, help_text="kinds of units; empty: all")
    level = models.PositiveSmallIntegerField(null=True, blank=True, choices=Division.Level.choices)
    under = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="only this unit and those below it"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    rule = models.CharField(max_length=recurring.LONGEST)
    times = models.PositiveSmallIntegerField(default=1)
    once_a_day = models.BooleanField(default=True, help_text="several records of one day count as one")
    on_day_off = models.CharField(max_length=6, choices=OnDayOff.choices, default=OnDayOff.SKIP)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    proofs = models.JSONField(default=list)
    remind = models.BooleanField(default=True)
    laid_on = models.DateField(null=True, blank=True, help_text="the last day on which its occurrences were laid out")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("duty")
        constraints = [
            models.UniqueConstraint(fields=["division", "name"], name="duty_name_once_per_area"),
            models.CheckConstraint(condition=Q(times__gte=1, times__lte=99), name="duty_times"),
            models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="duty_days_forward"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("duties:duty", args=[self.pk])

    @property
    def plan(self) -> rules.Plan:
        """Its rhythm as the rules take it."""
        rule = recurring.read(self.rule)
        return rules.Plan(self.kind, rule, self.starts_on, self.ends_on, self.times, self.once_a_day, self.on_day_off)

    @property
    def rhythm(self) -> str:
        """Its rhythm in words."""
        return shapes.words(self.kind, recurring.read(self.rule), self.times, self.on_day_off)


class Occurrence(models.Model):
    """履职: one unit owes one duty once, from ``first`` to ``last``. ``done`` and ``state`` are as the job last found them; ``settled``: nothing
    that comes later changes them. ``asked_*`` is the unit asking to be excused, ``excused_*`` the office doing so."""

    class State(models.TextChoices):
        OPEN = rules.OPEN, pgettext_lazy("duty", "still to be done")
        KEPT = rules.KEPT, pgettext_lazy("duty", "kept")
        MISSED = rules.MISSED, pgettext_lazy("duty", "missed")
        EXCUSED = rules.EXCUSED, pgettext_lazy("duty", "excused")

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="occurrences")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    first = models.DateField()
    last = models.DateField()
    wanted = models.PositiveSmallIntegerField()
    done = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    settled = models.BooleanField(default=False)
    asked_reason = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    excused_reason = models.CharField(max_length=300, blank=True)
    excused_at = models.DateTimeField(null=True, blank=True)
    excused_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    reminded_on = models.DateField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0, help_text="how often it changed: what calendars go by")
    changed_at = models.DateTimeField()

    access_scope = AccessScope(division="unit__division", unit="unit")

    class Meta:
        ordering = ["last", "duty", "unit"]
        indexes = [
            models.Index(fields=["unit", "last"], name="duties_unit_last"),
            models.Index(fields=["last", "state"], name="duties_last_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["duty", "unit", "first"], name="owed_once"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="occurrence_days_forward"),
            models.CheckConstraint(condition=Q(wanted__gte=1), name="occurrence_wants_something"),
            models.CheckConstraint(condition=Q(excused_at__isnull=True) | ~Q(excused_reason=""), name="excused_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.duty} · {self.unit} · {self.first}"

    def get_absolute_url(self) -> str:
        return reverse("duties:occurrence", args=[self.pk])

    @property
    def span(self) -> rules.Span:
        return rules.Span(self.first, self.last, self.wanted)

    @property
    def missing(self) -> int:
        """How often it is still to be done."""
        return max(0, self.wanted - self.done)


class DutyRecord(Identified):
    """One short record, where nothing in the program shows that a duty was done: the day, what, how many people as a number."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="records")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    what = models.CharField(max_length=300)
    people = models.PositiveIntegerField(null=True, blank=True)
    photo = models.ForeignKey(Photo, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    entered_at = models.DateTimeField()

    access_scope = AccessScope(division="unit__division", unit="unit")

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["duty", "day"], name="duties_record_day")]
        constraints = [models.CheckConstraint(condition=Q(people__isnull=True) | Q(people__lte=100_000), name="record_people")]

    def __str__(self) -> str:
        return f"{self.duty} · {self.unit} · {self.day}"


class FeedLink(models.Model):
    """日历订阅: a secret address under which a calendar reads what a unit owes. Only the hash of the secret is kept."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="duty_feeds")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    access_scope = AccessScope(division="unit__division", unit="unit")

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.unit} · {self.name}"
