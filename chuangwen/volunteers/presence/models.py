"""Presences, and the hours that come from them."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.models import Team, Volunteer


class Source(models.TextChoices):
    """What somebody was present at."""

    SHIFT = "shift", pgettext_lazy("volunteers", "activity")
    ORDER = "order", pgettext_lazy("volunteers", "order")
    CARE = "care", pgettext_lazy("volunteers", "care visit")


class Presence(models.Model):
    """到场: a volunteer was at something from a time to a time. ``uid`` is made on the phone, so that a repeated record is one. Place is asked
    at the begin and at the end and never between (degrees, WGS-84, accuracy in metres). ``device`` is a short hash of the phone, to find one
    phone that signs in many people; ``skew`` (seconds) how wrong its clock was."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("volunteers", "present")
        ENDED = "ended", pgettext_lazy("volunteers", "ended")
        VOID = "void", pgettext_lazy("volunteers", "not counted")

    class Proof(models.TextChoices):
        CODE = "code", pgettext_lazy("volunteers", "code on the spot")
        LEADER = "leader", pgettext_lazy("volunteers", "entered by the leader")
        TASK = "task", pgettext_lazy("volunteers", "task accepted and finished")

    uid = models.UUIDField(unique=True)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="presences")
    source = models.CharField(max_length=8, choices=Source.choices)
    source_id = models.BigIntegerField()
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="presences")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    began_at = models.DateTimeField()
    began_lat = models.FloatField(null=True, blank=True)
    began_lon = models.FloatField(null=True, blank=True)
    began_accuracy = models.PositiveIntegerField(null=True, blank=True)
    began_by = models.CharField(max_length=8, choices=Proof.choices)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_lat = models.FloatField(null=True, blank=True)
    ended_lon = models.FloatField(null=True, blank=True)
    ended_accuracy = models.PositiveIntegerField(null=True, blank=True)
    ended_by = models.CharField(max_length=8, choices=Proof.choices, blank=True)
    device = models.CharField(max_length=16, blank=True)
    skew = models.IntegerField(default=0)
    received_at = models.DateTimeField()
    entered_by = account(db_index=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="volunteer__division", unit="team__unit", own="volunteer__person__account")

    class Meta:
        ordering = ["-began_at", "-pk"]
        indexes = [
            models.Index(fields=["source", "source_id"], name="presence_by_source"),
            models.Index(fields=["volunteer", "began_at"], name="presence_by_time"),
            models.Index(fields=["device", "began_at"], name="presence_by_device"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["volunteer"], condition=Q(state="open"), name="present_at_one_thing"),
            models.CheckConstraint(condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")), name="presence_forward"),
            models.CheckConstraint(condition=~Q(state="ended") | Q(ended_at__isnull=False), name="presence_ended_at"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.get_source_display()} {self.source_id}"


class SharedDevice(models.Model):
    """A phone or tablet that a desk has openly registered as shared: many sign in with it, which is no question then. ``device`` is the mark
    that presences carry. What is ended stays, since records of its time do."""

    device = models.CharField(max_length=16)
    name = models.CharField(max_length=60)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    registered_by = account()
    ended_at = models.DateTimeField(null=True, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["device"], condition=Q(ended_at__isnull=True), name="device_shared_once"),
            models.CheckConstraint(condition=~Q(device="") & ~Q(name=""), name="shared_device_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("volunteers:hours-device", args=[self.pk])


class ServiceEntry(models.Model):
    """志愿服务记录 (民政部令第67号): minutes that a volunteer served. It comes from a presence. A correction is a new entry that names the one
    it replaces, which stays and counts no longer; what another system recorded is a transfer and says from where. ``counts``: it adds up."""

    class Kind(models.TextChoices):
        PRESENCE = "presence", pgettext_lazy("volunteers", "from presence")
        CORRECTION = "correction", pgettext_lazy("volunteers", "correction")
        TRANSFER = "transfer", pgettext_lazy("volunteers", "from another system")

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    presence = models.ForeignKey(Presence, null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    corrects = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by")
    source = models.CharField(max_length=8, choices=Source.choices, blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    title = models.CharField(max_length=120)
    day = models.DateField()
    minutes = models.PositiveIntegerField(validators=[MinValueValidator(0)])
    counts = models.BooleanField(default=True)
    from_system = models.CharField(max_length=60, blank=True)
    from_number = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = account()
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="volunteer__division", unit="team__unit", own="volunteer__person__account")

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [
            models.Index(fields=["volunteer", "counts", "day"], name="entry_by_volunteer"),
            models.Index(fields=["source", "source_id"], name="entry_by_source"),
            models.Index(fields=["team", "day"], name="entry_by_team"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["presence"], condition=Q(kind="presence"), name="one_entry_of_a_presence"),
            models.UniqueConstraint(
                fields=["volunteer", "from_system", "from_number"], condition=Q(kind="transfer") & ~Q(from_number=""), name="transferred_once"
            ),
            models.CheckConstraint(condition=~Q(kind="presence") | Q(presence__isnull=False), name="hours_come_from_presence"),
            models.CheckConstraint(condition=~Q(kind="correction") | Q(corrects__isnull=False) & ~Q(reason=""), name="correction_says_why"),
            models.CheckConstraint(condition=~Q(kind="transfer") | ~Q(from_system=""), name="transfer_says_from_where"),
            models.CheckConstraint(condition=Q(minutes__lte=1440), name="entry_within_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.day} {self.minutes}"
