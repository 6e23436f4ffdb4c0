"""Proposed corrections, doubts about records, the ladder of stars, certificates of service."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.models import Team, Volunteer
from chuangwen.volunteers.presence.models import ServiceEntry


class HoursCorrection(models.Model):
    """What somebody proposes to put right in an entry, and what somebody else decided. ``made``: the entry that took the old one's place."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("hours", "waits for a decision")
        AGREED = "agreed", pgettext_lazy("hours", "corrected")
        REFUSED = "refused", pgettext_lazy("hours", "not corrected")

    entry = models.ForeignKey(ServiceEntry, on_delete=models.PROTECT, related_name="proposals")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    minutes = models.PositiveIntegerField(validators=[MinValueValidator(0)])
    reason = models.CharField(max_length=300)
    proposed_at = models.DateTimeField()
    proposed_by = account()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = account()
    answer = models.CharField(max_length=300, blank=True)
    made = models.OneToOneField(ServiceEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="proposal")
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="entry__volunteer__division", unit="entry__team__unit", own="entry__volunteer__person__account")

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        indexes = [models.Index(fields=["state", "proposed_at"], name="hours_correction_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["entry"], condition=Q(state="proposed"), name="one_correction_waits"),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_proposed_why"),
            models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="correction_by_two"),
            models.CheckConstraint(condition=Q(state="proposed") | Q(decided_at__isnull=False), name="correction_decided_when"),
            models.CheckConstraint(condition=Q(made__isnull=True, state__in=["proposed", "refused"]) | Q(made__isnull=False, state="agreed"),
                                   name="correction_made_an_entry"),
            models.CheckConstraint(condition=Q(minutes__lte=1440), name="corrected_within_a_day"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.entry)

    def get_absolute_url(self) -> str:
        return reverse("volunteers:hours-entry", args=[self.entry_id])


class Doubt(models.Model):
    """A question about records, found by ``detecting``; ``facts`` are what its sentence needs. It ends explained (they are kept), struck (some
    of them count no longer) or lapsed (they were put right meanwhile). A doubt is never about a person as such."""

    class Kind(models.TextChoices):
        OVERLAP = "overlap", pgettext_lazy("hours", "two things at once")
        JOURNEY = "journey", pgettext_lazy("hours", "impossible journey")
        DEVICE = "device", pgettext_lazy("hours", "many signed in by one phone")
        PATTERN = "pattern", pgettext_lazy("hours", "lists with odd patterns")
        WORKING = "working_time", pgettext_lazy("hours", "in working time")
        LONG = "long_day", pgettext_lazy("hours", "too long a day")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("hours", "to be looked at")
        EXPLAINED = "explained", pgettext_lazy("hours", "explained, kept")
        STRUCK = "struck", pgettext_lazy("hours", "struck")
        LAPSED = "lapsed", pgettext_lazy("hours", "put right meanwhile")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    facts = models.JSONField(default=dict)
    day = models.DateField()
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = account()
    reason = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="team__unit")

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [
            models.Index(fields=["state", "kind", "day"], name="hours_doubt_by_state"), models.Index(fields=["key"], name="hours_doubt_by_key"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(state="open"), name="one_open_hours_doubt_of_a_key"),
            models.CheckConstraint(condition=Q(state="open") | (~Q(reason="") & Q(decided_at__isnull=False)), name="hours_doubt_ended_why"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"

    def get_absolute_url(self) -> str:
        return reverse("volunteers:hours-doubt", args=[self.pk])


class DoubtRecord(models.Model):
    """A record that a doubt names. ``struck``: it was taken out for this doubt."""

    doubt = models.ForeignKey(Doubt, on_delete=models.CASCADE, related_name="records")
    entry = models.ForeignKey(ServiceEntry, on_delete=models.PROTECT, related_name="doubts")
    struck = models.BooleanField(default=False)

    access_scope = AccessScope(division="doubt__division", unit="doubt__team__unit")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["doubt", "entry"], name="record_once_in_a_hours_doubt")]


class OffDuty(models.Model):
    """When somebody who holds an office was not bound to office hours, or a whole unit (``volunteer`` None) works by turns: what explains
    records in working time before they are asked about. Kind and days alone are kept, no cause: whoever is ill or marries need not say so here.

    ``by_unit``: the unit says it of its people, and it holds whenever it is said; what somebody says of themselves holds for what begins after
    ``said_at``. ``half``: of one day, the morning until 13:00 or the afternoon from then."""

    class Kind(models.TextChoices):
        LEAVE = "leave", pgettext_lazy("off duty", "on leave")
        SWAPPED = "swapped", pgettext_lazy("off duty", "day off in lieu")
        SHIFTS = "shifts", pgettext_lazy("off duty", "works by shifts")
        FLEXIBLE = "flexible", pgettext_lazy("off duty", "flexible hours")

    class Half(models.TextChoices):
        DAY = "day", pgettext_lazy("off duty", "whole days")
        MORNING = "am", pgettext_lazy("off duty", "morning")
        AFTERNOON = "pm", pgettext_lazy("off duty", "afternoon")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    volunteer = models.ForeignKey(Volunteer, null=True, blank=True, on_delete=models.CASCADE, related_name="off_duty")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    half = models.CharField(max_length=3, choices=Half.choices, default=Half.DAY)
    by_unit = models.BooleanField()
    said_at = models.DateTimeField()
    said_by = account()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = account()
    reason = models.CharField(max_length=200, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="unit__division", unit="unit", own="volunteer__person__account")

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["ends_on", "starts_on"], name="off_duty_by_days")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="off_duty_forward"),
            models.CheckConstraint(condition=Q(half="day") | Q(starts_on=F("ends_on")), name="half_of_one_day"),
            models.CheckConstraint(
                condition=Q(volunteer__isnull=False) | Q(by_unit=True, kind__in=["shifts", "flexible"]), name="unit_off_by_turns"
            ),
            models.CheckConstraint(condition=Q(ended_at__isnull=True) | ~Q(reason=""), name="off_duty_withdrawn_why"),
            models.UniqueConstraint(
                fields=["unit", "volunteer", "kind", "starts_on", "ends_on", "half", "by_unit"],
                condition=Q(ended_at__isnull=True, volunteer__isnull=False), name="off_duty_said_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer.person.name if self.volunteer else self.unit} {self.get_kind_display()} {self.starts_on}"

    def get_absolute_url(self) -> str:
        return reverse("volunteers:hours-off-duty-end", args=[self.pk])


class StarLevel(models.Model):
    """星级: a rung of the ladder, reached with so many counted hours."""

    level = models.PositiveSmallIntegerField(unique=True)
    hours = models.PositiveIntegerField(unique=True, validators=[MinValueValidator(1)])
    name = models.CharField(max_length=20)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["hours"]
        constraints = [models.CheckConstraint(condition=Q(hours__gt=0), name="star_needs_hours")]

    def __str__(self) -> str:
        return self.name


class HoursCertificate(models.Model):
    """志愿服务记录证明 (民政部令第67号): issued by the organisation (``unit``) when the volunteer asks, without charge. What it said stays:
    counted ``minutes`` from ``starts_on`` to ``ends_on``, ``lines`` (what, how often, minutes) and, where asked for, ``commendations`` of that
    time. ``code`` verifies it without the database."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("certificate", "asked for")
        ISSUED = "issued", pgettext_lazy("certificate", "issued")
        REFUSED = "refused", pgettext_lazy("certificate", "not issued")
        WITHDRAWN = "withdrawn", pgettext_lazy("certificate", "withdrawn")

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="certificates")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    starts_on = models.DateField()
    ends_on = models.DateField()
    purpose = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField()
    asked_by = account()
    number = models.CharField(max_length=40, null=True, blank=True, unique=True)
    code = models.TextField(blank=True)
    minutes = models.PositiveIntegerField(default=0)
    star = models.CharField(max_length=20, blank=True)
    lines = models.JSONField(default=list)
    with_commendations = models.BooleanField(default=False)
    commendations = models.JSONField(default=list)
    issued_on = models.DateField(null=True, blank=True)
    issued_by = account()
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    pdf_key = models.CharField(max_length=64, blank=True)
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="volunteer__division", unit="unit", own="volunteer__person__account")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["state", "asked_at"], name="hours_certificate_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="certificate_days_forward"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "refused"]) | (Q(number__isnull=False, issued_on__isnull=False, minutes__gt=0) & ~Q(code="")),
                name="certificate_issued_whole",
            ),
            models.CheckConstraint(condition=Q(state__in=["asked", "issued"]) | ~Q(reason=""), name="certificate_ended_why"),
            models.UniqueConstraint(fields=["volunteer"], condition=Q(state="asked"), name="one_certificate_asked_for"),
        ]

    def __str__(self) -> str:
        return self.number or self.get_state_display()

    def get_absolute_url(self) -> str:
        return reverse("volunteers:hours-certificate", args=[self.pk])
