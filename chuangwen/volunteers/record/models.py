"""Commendations, appraisals of services, objections to what stands in a record, complaints about services, and the days of the rules."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.evidence.models import Photo
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.models import Team, Volunteer
from chuangwen.volunteers.hours.models import HoursCorrection
from chuangwen.volunteers.presence.models import ServiceEntry, Source


class Standing(models.TextChoices):
    """What commendations and appraisals can be. What was withdrawn stays to be seen, with its reason."""

    STANDS = "stands", pgettext_lazy("record", "stands")
    WITHDRAWN = "withdrawn", pgettext_lazy("record", "withdrawn")


class Commendation(models.Model):
    """表彰奖励 (民政部令第67号): its name, by whom, when; proven by the number of the document or a photo. ``unit`` keeps the record, for the
    ``team`` where it was given for service in one. Stars come from hours and never stand here."""

    class Level(models.TextChoices):
        NATIONAL = "national", pgettext_lazy("commendation", "national")
        PROVINCE = "province", pgettext_lazy("commendation", "provincial")
        CITY = "city", pgettext_lazy("commendation", "of the prefecture-level city")
        COUNTY = "county", pgettext_lazy("commendation", "of the county or district")
        TOWN = "town", pgettext_lazy("commendation", "of the town or street")
        COMMUNITY = "community", pgettext_lazy("commendation", "of the community or village")
        ORGANISATION = "organisation", pgettext_lazy("commendation", "of the volunteer organisation")

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="commendations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    level = models.CharField(max_length=12, choices=Level.choices)
    given_by = models.CharField(max_length=80)
    day = models.DateField()
    document_number = models.CharField(max_length=60, blank=True)
    photo = models.ForeignKey(Photo, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=Standing.choices, default=Standing.STANDS)
    made_at = models.DateTimeField()
    made_by = account()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = account()
    reason = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="volunteer__division", unit="unit", own="volunteer__person__account")

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["volunteer", "state", "day"], name="commendation_by_volunteer")]
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "title", "given_by", "day"], condition=Q(state="stands"), name="commended_once"),
            models.CheckConstraint(condition=~Q(document_number="") | Q(photo__isnull=False), name="commendation_is_proven"),
            models.CheckConstraint(condition=Q(state="stands") | ~Q(reason="") & Q(ended_at__isnull=False), name="commendation_withdrawn_why"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(given_by=""), name="commendation_named"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("volunteers:record-commendation", args=[self.pk])


class ServiceAppraisal(models.Model):
    """服务质量评价 by who organised the service: a word of a fixed list, and a remark. Of one service, never of a person as a whole."""

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", pgettext_lazy("appraisal of a service", "excellent")
        GOOD = "good", pgettext_lazy("appraisal of a service", "good")
        SOUND = "sound", pgettext_lazy("appraisal of a service", "sound")
        LACKING = "lacking", pgettext_lazy("appraisal of a service", "to be improved")

    entry = models.ForeignKey(ServiceEntry, on_delete=models.PROTECT, related_name="appraisals")
    grade = models.CharField(max_length=10, choices=Grade.choices)
    remark = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=Standing.choices, default=Standing.STANDS)
    made_at = models.DateTimeField()
    made_by = account()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = account()
    reason = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="entry__volunteer__division", unit="entry__team__unit", own="entry__volunteer__person__account")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry"], condition=Q(state="stands"), name="one_appraisal_stands"),
            models.CheckConstraint(condition=~Q(grade="lacking") | ~Q(remark=""), name="appraisal_lacking_says_what"),
            models.CheckConstraint(condition=Q(state="stands") | ~Q(reason="") & Q(ended_at__isnull=False), name="appraisal_withdrawn_why"),
        ]

    def __str__(self) -> str:
        return str(self.get_grade_display())

    def get_absolute_url(self) -> str:
        return reverse("volunteers:hours-entry", args=[self.entry_id])


class RecordObjection(models.Model):
    """异议: a volunteer says that something in the own record is wrong or missing. Of hours it is put right by a ``correction``, which two
    people make; ``minutes`` is what they should be in the volunteer's eyes. ``due_on``: the last day on which it is answered in time."""

    class Kind(models.TextChoices):
        HOURS = "hours", pgettext_lazy("objection", "hours")
        APPRAISAL = "appraisal", pgettext_lazy("objection", "an appraisal")
        COMMENDATION = "commendation", pgettext_lazy("objection", "a commendation")
        MISSING = "missing", pgettext_lazy("objection", "something is missing")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("objection", "to be answered")
        CORRECTING = "correcting", pgettext_lazy("objection", "correction proposed")
        UPHELD = "upheld", pgettext_lazy("objection", "upheld")
        REFUSED = "refused", pgettext_lazy("objection", "not upheld")
        TAKEN_BACK = "taken_back", pgettext_lazy("objection", "taken back")

    WAITING = ("open", "correcting")

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="objections")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    entry = models.ForeignKey(ServiceEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="objections")
    appraisal = models.ForeignKey(ServiceAppraisal, null=True, blank=True, on_delete=models.PROTECT, related_name="objections")
    commendation = models.ForeignKey(Commendation, null=True, blank=True, on_delete=models.PROTECT, related_name="objections")
    words = models.CharField(max_length=300)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    asked_by = account()
    due_on = models.DateField()
    answer = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = account()
    correction = models.OneToOneField(HoursCorrection, null=True, blank=True, on_delete=models.PROTECT, related_name="objection")
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="volunteer__division", unit="unit", own="volunteer__person__account")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="record_objection_by_due")]
        constraints = [
            models.UniqueConstraint(fields=["entry"], condition=Q(state__in=["open", "correcting"]), name="one_objection_to_hours"),
            models.UniqueConstraint(fields=["appraisal"], condition=Q(state="open"), name="one_objection_to_an_appraisal"),
            models.UniqueConstraint(fields=["commendation"], condition=Q(state="open"), name="one_objection_to_a_commendation"),
            models.CheckConstraint(
                condition=Q(kind="hours", entry__isnull=False, appraisal__isnull=True, commendation__isnull=True)
                | Q(kind="appraisal", entry__isnull=True, appraisal__isnull=False, commendation__isnull=True)
                | Q(kind="commendation", entry__isnull=True, appraisal__isnull=True, commendation__isnull=False)
                | Q(kind="missing", entry__isnull=True, appraisal__isnull=True, commendation__isnull=True),
                name="objection_to_one_thing",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="objection_says_what"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "taken_back"]) | ~Q(answer="") & Q(answered_at__isnull=False), name="objection_answered_why"
            ),
            models.CheckConstraint(condition=Q(minutes__isnull=True) | Q(kind="hours", minutes__lte=1440), name="objection_minutes"),
            models.CheckConstraint(condition=~Q(state="correcting") | Q(correction__isnull=False), name="objection_with_correction"),
        ]

    def __str__(self) -> str:
        return self.about if self.kind == self.Kind.MISSING else f"{self.get_kind_display()} · {self.about}"

    @property
    def about(self) -> str:
        """What it is about, in a few words."""
        if self.entry_id and self.entry:
            return self.entry.title
        if self.appraisal_id and self.appraisal:
            return self.appraisal.entry.title
        return self.commendation.title if self.commendation_id and self.commendation else str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("volunteers:record-objection", args=[self.pk])


class ServiceComplaint(models.Model):
    """投诉 about a service, by who was served or by somebody for them. Only who answers it sees it; it stands in no volunteer's record.
    ``phone`` is sealed; name and telephone are deleted when the days of the rules are over. ``source`` and ``source_id``: the order it is
    about."""

    class Channel(models.TextChoices):
        LINK = "link", pgettext_lazy("complaint", "by the link of the order")
        DESK = "desk", pgettext_lazy("complaint", "at the desk or by telephone")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("complaint", "to be answered")
        FOUNDED = "founded", pgettext_lazy("complaint", "founded")
        UNFOUNDED = "unfounded", pgettext_lazy("complaint", "not founded")

    number = models.CharField(max_length=20, unique=True)
    channel = models.CharField(max_length=4, choices=Channel.choices)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=Source.choices, blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    day = models.DateField()
    words = models.CharField(max_length=500)
    name = models.CharField(max_length=40, blank=True)
    phone = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    asked_by = account()
    due_on = models.DateField()
    answer = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = account()
    forgotten_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="unit")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="service_complaint_by_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=Q(state="open") & ~Q(source=""), name="one_open_complaint_of_a_service"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="complaint_says_what"),
            models.CheckConstraint(condition=Q(state="open") | ~Q(answer="") & Q(answered_at__isnull=False), name="complaint_answered_why"),
            models.CheckConstraint(condition=Q(source="") | Q(source_id__isnull=False), name="complaint_of_one_service"),
            models.CheckConstraint(condition=Q(forgotten_at__isnull=True) | Q(name="", phone=""), name="complaint_forgotten"),
            models.CheckConstraint(condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("asked_at")), name="complaint_forward"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("volunteers:record-complaint", args=[self.pk])


class RecordRules(models.Model):
    """Within how many working days objections and complaints are answered, and after how many days an answered complaint forgets who made it.
    One row. 民政部令第67号 says 及时 and no number: the numbers shipped are ours, and the office sets its own."""

    objection_days = models.PositiveSmallIntegerField(
        _("An objection is answered within, working days"), default=10, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    complaint_days = models.PositiveSmallIntegerField(
        _("A complaint is answered within, working days"), default=10, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    keep_days = models.PositiveSmallIntegerField(
        _("Who complained is kept after the answer, days"), default=180, validators=[MinValueValidator(30), MaxValueValidator(1100)]
    )

    access_scope = AccessScope(shared=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="record_rules_once")]

    def __str__(self) -> str:
        return f"{self.objection_days}/{self.complaint_days}/{self.keep_days}"
