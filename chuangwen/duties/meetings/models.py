"""Meetings, who is invited, what is on the agenda, what was said and what was resolved.

Attendance is of units: no table says which person came.
"""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.cases.models import Case
from chuangwen.duties.meetings import states
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.kernel.identifiers import Identified
from chuangwen.people.models import Post, Unit
from chuangwen.places.models import Division, Site


class Meeting(Identified):
    """会议、现场会. ``follows`` is the one before it in its series and ``root`` the first: what was resolved there is asked for here. ``chair``:
    the post that takes the chair; what it is called is kept in ``chair_words``. ``sequence`` is what calendars go by."""

    class Kind(models.TextChoices):
        REGULAR = "regular", pgettext_lazy("meeting", "regular meeting")
        COORDINATION = "coordination", pgettext_lazy("meeting", "coordination meeting")
        PROMOTION = "promotion", pgettext_lazy("meeting", "promotion meeting")
        ON_SITE = "on_site", pgettext_lazy("meeting", "on-site session")
        SPECIAL = "special", pgettext_lazy("meeting", "meeting on one subject")

    class State(models.TextChoices):
        PLANNED = states.PLANNED, pgettext_lazy("meeting", "planned")
        INVITED = states.INVITED, pgettext_lazy("meeting", "units invited")
        HELD = states.HELD, pgettext_lazy("meeting", "held, minutes open")
        CONFIRMED = states.CONFIRMED, pgettext_lazy("meeting", "minutes confirmed")
        CLOSED = states.CLOSED, pgettext_lazy("meeting", "closed")
        CANCELLED = states.CANCELLED, pgettext_lazy("meeting", "cancelled")

    title = models.CharField(max_length=100)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="meetings")
    convener = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    chair = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    chair_words = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60, help_text="how long it is planned to last")
    purpose = models.CharField(max_length=300, blank=True)
    follows = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")
    root = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="series")
    revision = models.PositiveIntegerField(default=1, help_text="counts changes, so that two people do not undo each other's")
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = account()
    invited_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = account()
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.CharField(max_length=300, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="invited__unit", via=("duties.MeetingUnit", "meeting_id", "unit"))

    class Meta:
        ordering = ["-starts_at", "-pk"]
        indexes = [
            models.Index(fields=["division", "state"], name="duties_meeting_state"),
            models.Index(fields=["starts_at"], name="duties_meeting_time"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=1440), name="meeting_minutes"),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(cancelled_reason=""), name="meeting_cancelled_why"),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "confirmed", "closed"]) | Q(opened_at__isnull=False), name="meeting_held_when"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "closed"]) | Q(confirmed_at__isnull=False), name="meeting_confirmed_when"
            ),
            models.CheckConstraint(condition=Q(follows__isnull=True) | ~Q(follows=F("id")), name="meeting_follows_another"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("duties:meeting", args=[self.pk])

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class MeetingUnit(models.Model):
    """An invited unit, and whether it came; ``words``: why it did not, or whom it excused."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invited")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    came = models.BooleanField(null=True, blank=True)
    words = models.CharField(max_length=200, blank=True)

    access_scope = AccessScope(division="meeting__division", unit="unit")

    class Meta:
        ordering = ["unit__path"]
        constraints = [models.UniqueConstraint(fields=["meeting", "unit"], name="invited_once")]

    def __str__(self) -> str:
        return str(self.unit)


class AgendaItem(models.Model):
    """议题. ``source`` says what it is drawn from (``proposing.SOURCES``); empty: by hand. ``rows`` are frozen when the meeting opens, so
    that the minutes stay true: before, they are read anew at each look."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=16, blank=True)
    title = models.CharField(max_length=100)
    words = models.CharField(max_length=500, blank=True)
    rows = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0, help_text="how many there were, also where fewer are kept")
    taken_at = models.DateTimeField(null=True, blank=True)
    minutes = models.TextField(blank=True, max_length=8000)
    minutes_revision = models.PositiveIntegerField(default=0)
    minutes_at = models.DateTimeField(null=True, blank=True)

    access_scope = AccessScope(division="meeting__division")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "source"], condition=~Q(source=""), name="agenda_source_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Resolution(Identified):
    """议定事项: who does what until when. Once the minutes are confirmed it is a case, and its state is the case's."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="resolutions")
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="resolutions")
    position = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=400)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    case = models.OneToOneField(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="resolution")
    entered_at = models.DateTimeField()
    entered_by = account()

    access_scope = AccessScope(division="meeting__division", unit="unit")

    class Meta:
        ordering = ["meeting", "position", "pk"]
        verbose_name = _("resolution")

    def __str__(self) -> str:
        return self.words[:60]

    def get_absolute_url(self) -> str:
        return reverse("cases:detail", args=[self.case_id]) if self.case_id else self.meeting.get_absolute_url()

    def standing(self, now: datetime) -> str:
        """How it stands, by its case (loaded with it)."""
        return states.standing(self.case.state, self.case.due_at, now) if self.case else states.NOTED


class MeetingEvent(models.Model):
    """What happened to a meeting, told in a sentence."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(max_length=10)
    at = models.DateTimeField()
    account = account()
    words = models.CharField(max_length=300)

    access_scope = AccessScope(division="meeting__division")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.words
