"""Themes, activities with their shifts, who signed up, who was there, photos, ratings, calendars."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chuangwen.evidence.models import Photo
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.kernel.identifiers import Identified
from chuangwen.places.models import Division, Site
from chuangwen.volunteers.activities.festivals import FESTIVALS
from chuangwen.volunteers.corps.models import LATITUDES, LONGITUDES, Skill, Team, Volunteer
from chuangwen.volunteers.presence.models import Presence

MOST_PLACES = 2000


class Theme(models.Model):
    """一月一主题: what the activities of a month are about. ``month`` is its first day."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="activity_themes")
    month = models.DateField()
    name = models.CharField(max_length=60)
    about = models.CharField(max_length=500, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["division", "month"], name="one_theme_a_month"),
        ]

    def __str__(self) -> str:
        return self.name


class Activity(Identified):
    """活动. ``division``, ``site``, ``place``, ``lat`` and ``lon`` (degrees, WGS-84) say where; ``first_at`` and ``last_at`` are the begin of
    the first and the end of the last shift. ``copied_from`` is the activity of an earlier year that it was drafted from. ``served`` people
    were served and ``came`` volunteers were present, as they stood when it was closed."""

    class Kind(models.TextChoices):
        CLEAN = "clean", pgettext_lazy("activity", "cleaning up")
        PERSUADE = "persuade", pgettext_lazy("activity", "civilised conduct")
        FESTIVAL = "festival", pgettext_lazy("activity", "our festivals")
        CARE = "care", pgettext_lazy("activity", "care and help")
        LECTURE = "lecture", pgettext_lazy("activity", "talks on theory")
        CULTURE = "culture", pgettext_lazy("activity", "culture and sports")
        SCIENCE = "science", pgettext_lazy("activity", "science and health")
        LAW = "law", pgettext_lazy("activity", "law")
        MINORS = "minors", pgettext_lazy("activity", "for minors")
        FAMILY = "family", pgettext_lazy("activity", "family virtues")
        TRAINING = "training", pgettext_lazy("activity", "training of volunteers")
        OTHER = "other", pgettext_lazy("activity", "other activities")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("activity", "draft")
        ASKED = "asked", pgettext_lazy("activity", "to be approved")
        APPROVED = "approved", pgettext_lazy("activity", "approved")
        OPEN = "open", pgettext_lazy("activity", "sign-up open")
        HELD = "held", pgettext_lazy("activity", "held")
        CLOSED = "closed", pgettext_lazy("activity", "closed with result")
        CALLED_OFF = "called_off", pgettext_lazy("activity", "called off")

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.OTHER)
    festival = models.CharField(max_length=16, blank=True, choices=[(one.code, one.name) for one in FESTIVALS.values()])
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.SET_NULL, related_name="activities")
    about = models.CharField(max_length=1000, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="activities")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="volunteer_activities")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    place = models.CharField(max_length=120, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    skills = models.ManyToManyField(Skill, blank=True, related_name="+")
    leader = models.ForeignKey(Volunteer, null=True, blank=True, on_delete=models.PROTECT, related_name="led_activities")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    first_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="why it was sent back or called off")
    result = models.CharField(max_length=500, blank=True)
    served = models.PositiveIntegerField(null=True, blank=True)
    came = models.PositiveIntegerField(null=True, blank=True)
    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies")
    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = account()
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="team__unit", own="leader__person__account")

    class Meta:
        ordering = ["-first_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "first_at"], name="activity_by_time"),
            models.Index(fields=["division", "first_at"], name="activity_by_place"),
            models.Index(fields=["team", "first_at"], name="activity_by_team"),
        ]
        constraints = [
            models.CheckConstraint(condition=LATITUDES & LONGITUDES, name="activity_on_earth"),
            models.CheckConstraint(condition=~Q(state="called_off") | ~Q(reason=""), name="activity_called_off_why"),
            models.CheckConstraint(condition=~Q(state="closed") | ~Q(result="") & Q(came__isnull=False), name="activity_closed_with_result"),
            models.CheckConstraint(
                condition=~Q(state__in=["asked", "approved", "open", "held", "closed"]) | Q(first_at__isnull=False, last_at__isnull=False),
                name="activity_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("volunteers:activity", args=[self.pk])

    @property
    def where(self) -> str:
        """The place in words."""
        return self.place or (self.site.name if self.site_id and self.site else self.division.name)


class Shift(Identified):
    """场次: from when to when with how many places. ``taken`` of them are given; ``arrivals`` counts who asked, so that the waiting list has an
    order. The constraint holds whatever happens at once: never more than there are places."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)])
    taken = models.PositiveIntegerField(default=0)
    arrivals = models.PositiveIntegerField(default=0)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    access_scope = AccessScope(division="activity__division", unit="activity__team__unit", own="activity__leader__person__account")

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["starts_at"], name="activity_shift_by_time")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="activity_shift_forward"),
            models.CheckConstraint(condition=Q(places__gte=1, places__lte=MOST_PLACES), name="activity_shift_places"),
            models.CheckConstraint(condition=Q(taken__lte=F("places")), name="no_more_than_places"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def free(self) -> int:
        return self.places - self.taken


class SignUp(models.Model):
    """报名. ``order``: the how-manieth asked. ``wrong``: wrong codes tried, after some of which only the leader enters who was there."""

    class State(models.TextChoices):
        IN = "in", pgettext_lazy("sign-up", "signed up")
        WAITING = "waiting", pgettext_lazy("sign-up", "on the waiting list")
        WITHDRAWN = "withdrawn", pgettext_lazy("sign-up", "withdrawn")

    OPEN = ("in", "waiting")

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="sign_ups")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="sign_ups")
    state = models.CharField(max_length=10, choices=State.choices)
    order = models.PositiveIntegerField()
    asked_at = models.DateTimeField()
    in_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    wrong = models.PositiveSmallIntegerField(default=0)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(own="volunteer__person__account")

    class Meta:
        ordering = ["order"]
        indexes = [models.Index(fields=["volunteer", "state"], name="sign_up_by_volunteer")]
        constraints = [
            models.UniqueConstraint(fields=["shift", "order"], name="sign_up_in_order"),
            models.UniqueConstraint(fields=["shift", "volunteer"], condition=Q(state__in=["in", "waiting"]), name="signed_up_once"),
            models.CheckConstraint(condition=~Q(state="in") | Q(in_at__isnull=False), name="sign_up_in_since"),
            models.CheckConstraint(condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False), name="sign_up_withdrawn_when"),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.volunteer_id} {self.state}"


class Attendance(models.Model):
    """What is known of a presence at a shift beside its times: by the code of which thirty seconds, how far from the place (metres; empty: the
    place was not told, or the activity has no point)."""

    presence = models.OneToOneField(Presence, on_delete=models.CASCADE, related_name="attendance")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="attendances")
    begin_step = models.BigIntegerField(null=True, blank=True)
    end_step = models.BigIntegerField(null=True, blank=True)
    begin_metres = models.PositiveIntegerField(null=True, blank=True)
    end_metres = models.PositiveIntegerField(null=True, blank=True)

    access_scope = AccessScope(
        division="shift__activity__division", unit="shift__activity__team__unit", own="shift__activity__leader__person__account"
    )


class ActivityPhoto(models.Model):
    """A photo of an activity: before, during, after."""

    class Stage(models.TextChoices):
        BEFORE = "before", pgettext_lazy("activity photo", "before")
        DURING = "during", pgettext_lazy("activity photo", "during")
        AFTER = "after", pgettext_lazy("activity photo", "after")

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="photos")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=6, choices=Stage.choices)

    access_scope = AccessScope(division="activity__division", unit="activity__team__unit", own="activity__leader__person__account")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "photo"], name="one_photo_once_per_activity")]


class ActivityOpinion(models.Model):
    """What somebody who was there thinks of the activity: 1 (poor) to 5 (very good). Never of a person; who said it is told nobody."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="opinions")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="+")
    grade = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    access_scope = AccessScope(own="volunteer__person__account")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "volunteer"], name="one_opinion_each"),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=5), name="opinion_grade"),
        ]


class ActivityEvent(models.Model):
    """What happened to an activity, told in a sentence."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(max_length=10)
    at = models.DateTimeField()
    account = account()
    words = models.CharField(max_length=300)

    access_scope = AccessScope(division="activity__division", unit="activity__team__unit", own="activity__leader__person__account")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.words


class ActivityCalendar(models.Model):
    """日历订阅: a secret address under which a calendar reads a volunteer's own shifts, or those of a team. Only the hash is kept."""

    volunteer = models.ForeignKey(Volunteer, null=True, blank=True, on_delete=models.CASCADE, related_name="calendars")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="calendars")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = account()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    access_scope = AccessScope(own="created_by")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(volunteer__isnull=False, team__isnull=True) | Q(volunteer__isnull=True, team__isnull=False), name="calendar_of_one"
            )
        ]

    def __str__(self) -> str:
        return str(self.volunteer or self.team)
