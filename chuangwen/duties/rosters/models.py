"""Segments, posts and their shifts, pools of people, rosters with their turns, changes asked for, how many were there, private links.

Of people little is kept: a name as the unit calls them, what they can do, when they cannot come. No table adds up what a person did.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.duties.rosters import hours
from chuangwen.duties.rosters.rules import Rules
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.kernel.identifiers import Identified
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.web import formatting


class RosterGround(models.Model):
    """执勤区域: a place that is divided into segments and posts: an area, a site, or a named stretch of road. ``floor``: people needed on every
    day over the posts that count towards it."""

    name = models.CharField(max_length=60)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    stretch = models.CharField(max_length=120, blank=True, help_text="a named stretch of road")
    floor = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="posts__unit", via=("duties.DutyPost", "ground_id", "unit"))

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("ground of posts")
        constraints = [
            models.UniqueConstraint(fields=["division", "name"], name="ground_name_once_per_area"),
            models.CheckConstraint(condition=Q(floor__isnull=True) | Q(floor__gte=1, floor__lte=5000), name="ground_floor"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("duties:roster-ground", args=[self.pk])


class RosterSegment(models.Model):
    """段面: a part of a ground with who leads it (a post or a unit rather than a name), the unit that answers for it and for what."""

    ground = models.ForeignKey(RosterGround, on_delete=models.CASCADE, related_name="segments")
    order = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=60)
    leader = models.CharField(max_length=80, blank=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    content = models.CharField(max_length=300, blank=True)

    access_scope = AccessScope(division="ground__division", unit="unit")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["ground", "name"], name="segment_name_once_per_ground")]

    def __str__(self) -> str:
        return self.name


class DutyPost(models.Model):
    """岗位: where people stand. With ``unit`` only its people stand there; ``qualification`` is what they have to have."""

    class Kind(models.TextChoices):
        FIXED = "fixed", pgettext_lazy("duty post", "fixed post")
        MOBILE = "mobile", pgettext_lazy("duty post", "mobile team")
        LEAD = "lead", pgettext_lazy("duty post", "leader on duty")

    ground = models.ForeignKey(RosterGround, on_delete=models.CASCADE, related_name="posts")
    segment = models.ForeignKey(RosterSegment, null=True, blank=True, on_delete=models.SET_NULL, related_name="posts")
    order = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.FIXED)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    qualification = models.CharField(max_length=40, blank=True)
    on_floor = models.BooleanField(default=True)
    active = models.BooleanField(default=True)

    access_scope = AccessScope(division="ground__division", unit="unit")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["ground", "name"], name="duty_post_name_once_per_ground")]

    def __str__(self) -> str:
        return self.name


class PostShift(Identified):
    """班次: hours of a post with the people that are needed, and how many may stand there. ``windows``: minutes of the day, one or two pairs; an
    end that is not after its beginning lies on the next day."""

    class Days(models.TextChoices):
        EVERY = hours.EVERY, _("every day")
        WORKDAYS = hours.WORKDAYS, _("working days")
        DAYS_OFF = hours.DAYS_OFF, pgettext_lazy("shift", "days off")

    post = models.ForeignKey(DutyPost, on_delete=models.CASCADE, related_name="shifts")
    order = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=20)
    windows = models.JSONField()
    least = models.PositiveSmallIntegerField(default=1)
    most = models.PositiveSmallIntegerField(default=1)
    days = models.CharField(max_length=8, choices=Days.choices, default=Days.EVERY)
    active = models.BooleanField(default=True)

    access_scope = AccessScope(division="post__ground__division", unit="post__unit")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["post", "name"], name="shift_name_once_per_post"),
            models.CheckConstraint(condition=Q(most__gte=F("least")) & Q(most__gte=1, most__lte=500), name="shift_people"),
        ]

    def __str__(self) -> str:
        return f"{self.post} · {self.name}"

    @property
    def spans(self) -> list[tuple[int, int]]:
        return [(int(start), int(end)) for start, end in self.windows]

    @property
    def hours(self) -> str:
        return hours.told(self.spans)

    @property
    def hour_parts(self) -> list[str]:
        """Each of its pairs of hours by itself, so that a page breaks its line between them alone."""
        return [hours.told([span]) for span in self.spans]


class PoolPerson(models.Model):
    """排班人员: somebody of a unit who can stand at posts, by the name that the unit uses. ``leads``: takes turns as leader on duty instead."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="pool")
    name = models.CharField(max_length=40)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="pool")
    qualifications = models.JSONField(default=list)
    leads = models.BooleanField(default=False)
    most_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    active = models.BooleanField(default=True)
    answered_at = models.DateTimeField(null=True, blank=True, help_text="when they last said on which days they can come")
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="unit__division", unit="unit", own="account")

    class Meta:
        ordering = ["unit__path", "name", "pk"]
        verbose_name = _("person of a pool")
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="pool_name_once_per_unit"),
            models.UniqueConstraint(fields=["unit", "account"], name="pool_account_once_per_unit"),
            models.CheckConstraint(condition=Q(most_per_week__isnull=True) | Q(most_per_week__lte=7), name="pool_per_week"),
        ]

    def __str__(self) -> str:
        return self.name


class PoolDay(models.Model):
    """What somebody said of a day. No row: can come."""

    class Word(models.TextChoices):
        CANNOT = "cannot", _("cannot come")
        RATHER_NOT = "rather", _("rather not")
        PREFERS = "prefers", pgettext_lazy("day", "gladly")

    person = models.ForeignKey(PoolPerson, on_delete=models.CASCADE, related_name="said")
    day = models.DateField()
    word = models.CharField(max_length=8, choices=Word.choices)

    access_scope = AccessScope(division="person__unit__division", unit="person__unit", own="person__account")

    class Meta:
        ordering = ["day", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="one_word_per_day")]


class Roster(models.Model):
    """排班表: who stands where in a month (or a shorter time) on one ground. ``figures``: what it costs by what; ``lacks``: where people are
    missing, in sentences."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("roster", "draft")
        ASKING = "asking", pgettext_lazy("roster", "asking for days")
        SOLVED = "solved", pgettext_lazy("roster", "arranged")
        PUBLISHED = "published", pgettext_lazy("roster", "published")
        CANCELLED = "cancelled", pgettext_lazy("roster", "called off")

    ground = models.ForeignKey(RosterGround, on_delete=models.PROTECT, related_name="rosters")
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    units = models.ManyToManyField(Unit, through="RosterUnit", related_name="+")
    rules = models.JSONField(default=dict)
    seconds = models.PositiveSmallIntegerField(default=60)
    answers_by = models.DateField(null=True, blank=True)
    points = models.FloatField(null=True, blank=True)
    bound = models.FloatField(null=True, blank=True)
    took = models.FloatField(null=True, blank=True)
    figures = models.JSONField(default=dict)
    lacks = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = account()
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="ground__division", unit="units", via=("duties.RosterUnit", "roster_id", "unit"))

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["ground", "starts_on"], condition=~Q(state="cancelled"), name="one_roster_per_ground_and_day"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="roster_days_forward"),
            models.CheckConstraint(condition=~Q(state="published") | Q(published_at__isnull=False), name="roster_published_when"),
        ]

    def __str__(self) -> str:
        return f"{self.ground} {formatting.day(self.starts_on)} – {formatting.short_day(self.ends_on, self.starts_on)}"

    def get_absolute_url(self) -> str:
        return reverse("duties:roster", args=[self.pk])

    @property
    def days(self) -> list[date]:
        return [self.starts_on + timedelta(days=n) for n in range((self.ends_on - self.starts_on).days + 1)]

    @property
    def asked(self) -> Rules:
        return Rules.of(self.rules)

    @property
    def gap(self) -> float | None:
        """Share of its points by which a better roster could still be better, as solved; 0 proven to be the best."""
        if self.points is None or self.bound is None:
            return None
        lacking = self.points - self.bound
        return 0.0 if lacking <= 1e-6 * max(1.0, abs(self.points)) else lacking / max(abs(self.points), 1e-9)


class RosterUnit(models.Model):
    """A unit whose pool takes part in a roster."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="taking_part")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    access_scope = AccessScope(division="roster__ground__division", unit="unit")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["roster", "unit"], name="unit_once_per_roster")]


class RosterTurn(Identified):
    """班: somebody in a shift on a day. When another takes it over, this one is called off and a new one is made, so that each calendar hears of
    its own. ``sequence`` counts what calendars have to hear."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="turns")
    shift = models.ForeignKey(PostShift, on_delete=models.PROTECT, related_name="turns")
    day = models.DateField()
    person = models.ForeignKey(PoolPerson, on_delete=models.PROTECT, related_name="turns")
    by_hand = models.BooleanField(default=False)
    stands_in = models.BooleanField(default=False)
    called_off = models.BooleanField(default=False)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    access_scope = AccessScope(division="roster__ground__division", unit="person__unit", own="person__account")

    class Meta:
        ordering = ["day", "shift", "pk"]
        indexes = [
            models.Index(fields=["person", "day"], name="duties_turn_person"),
            models.Index(fields=["roster", "day"], name="duties_turn_roster"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["shift", "day", "person"], condition=Q(called_off=False), name="turn_once"),
        ]

    def __str__(self) -> str:
        return f"{formatting.day(self.day)} {self.shift}"

    def get_absolute_url(self) -> str:
        return reverse("duties:roster-turn", args=[self.pk])


class TurnChange(models.Model):
    """换班、替班: a turn is to be taken over by another, who may give one in exchange. Asked, agreed by the other, approved where the rule says
    so; withdrawn by whoever asked while nobody has answered."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("turn change", "asked")
        AGREED = "agreed", pgettext_lazy("turn change", "agreed, waits for approval")
        DONE = "done", pgettext_lazy("turn change", "done")
        DECLINED = "declined", pgettext_lazy("turn change", "declined")
        REFUSED = "refused", pgettext_lazy("turn change", "not approved")
        WITHDRAWN = "withdrawn", pgettext_lazy("turn change", "withdrawn")

    turn = models.ForeignKey(RosterTurn, on_delete=models.CASCADE, related_name="changes")
    other = models.ForeignKey(PoolPerson, on_delete=models.CASCADE, related_name="+")
    in_exchange = models.ForeignKey(RosterTurn, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = account()
    answered_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = account()

    access_scope = AccessScope(division="turn__roster__ground__division", unit="other__unit", own="other__account")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["turn"], condition=Q(state__in=["asked", "agreed"]), name="one_open_change_per_turn"),
        ]

    def __str__(self) -> str:
        return f"{self.turn} → {self.other}"

    @property
    def open(self) -> bool:
        return self.state in (self.State.ASKED, self.State.AGREED)


class PostDay(models.Model):
    """到岗人数: how many people were there, as a number. ``planned`` as the roster stood."""

    shift = models.ForeignKey(PostShift, on_delete=models.PROTECT, related_name="counted")
    day = models.DateField()
    planned = models.PositiveSmallIntegerField()
    present = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=200, blank=True)
    counted_at = models.DateTimeField()
    counted_by = account()

    access_scope = AccessScope(division="shift__post__ground__division", unit="shift__post__unit")

    class Meta:
        ordering = ["-day", "shift"]
        constraints = [
            models.UniqueConstraint(fields=["shift", "day"], name="counted_once_per_shift_and_day"),
            models.CheckConstraint(condition=Q(present__lte=5000), name="present_people"),
        ]


class RosterEvent(models.Model):
    """What happened to a roster, told in a sentence."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(max_length=10)
    at = models.DateTimeField()
    account = account()
    words = models.CharField(max_length=300)
    cost = models.FloatField(null=True, blank=True)

    access_scope = AccessScope(division="roster__ground__division")

    class Meta:
        ordering = ["-at", "-pk"]


class RosterLink(models.Model):
    """A secret address: of a person (days, own turns, their calendar) or of a unit (the calendar of its posts). Only the hash is kept."""

    person = models.ForeignKey(PoolPerson, null=True, blank=True, on_delete=models.CASCADE, related_name="links")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = account()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    access_scope = AccessScope(division="unit__division", unit="unit", own="person__account")

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return str(self.person or self.unit)
