"""What earns credits: rules, and records of conduct with their evidence."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chuangwen.evidence.models import Photo
from chuangwen.fieldwork.models import Observation
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account as who
from chuangwen.kernel.identifiers import Identified
from chuangwen.volunteers.credits.models.ledger import CreditAccount, CreditProgramme


class CreditRule(models.Model):
    """How credits are earned: ``amount`` for each ``minutes`` served (hours) or for each record. ``most_a_month``: what a holder can earn by it
    in a calendar month (0: no bound)."""

    class Source(models.TextChoices):
        HOURS = "hours", pgettext_lazy("credits", "hours served")
        CONDUCT = "conduct", pgettext_lazy("credits", "civilised conduct")
        WASTE = "waste", pgettext_lazy("credits", "waste sorting")
        DUTIES = "duties", pgettext_lazy("credits", "five duties before the door")

    RECORDED = ("conduct", "waste", "duties")

    programme = models.ForeignKey(CreditProgramme, on_delete=models.PROTECT, related_name="rules")
    source = models.CharField(max_length=8, choices=Source.choices)
    name = models.CharField(max_length=60)
    amount = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    minutes = models.PositiveSmallIntegerField(default=0, help_text="hours only: for each so many whole minutes")
    most_a_month = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)

    access_scope = AccessScope(division="programme__division")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="credit_rule_once"),
            models.UniqueConstraint(
                fields=["programme"], condition=Q(source="hours", active=True), name="one_credit_rule_for_hours"
            ),
            models.CheckConstraint(condition=Q(amount__gte=1, amount__lte=10_000), name="credit_rule_amount"),
            models.CheckConstraint(condition=~Q(source="hours") | Q(minutes__gte=1), name="credit_rule_minutes"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("volunteers:credit-rule", args=[self.pk])


class CreditRecord(Identified):
    """Conduct that a community recorded with its evidence. Somebody else confirms it (four eyes); only then does it earn. ``observation``: the
    result of an inspection of the shop's site, which stands in place of a photo and proves one record."""

    class State(models.TextChoices):
        RECORDED = "recorded", pgettext_lazy("credit record", "to be confirmed")
        CONFIRMED = "confirmed", pgettext_lazy("credit record", "confirmed")
        REFUSED = "refused", pgettext_lazy("credit record", "not confirmed")
        STRUCK = "struck", pgettext_lazy("credit record", "struck")

    rule = models.ForeignKey(CreditRule, on_delete=models.PROTECT, related_name="records")
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="records")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECORDED)
    day = models.DateField()
    words = models.CharField(max_length=200, blank=True)
    observation = models.ForeignKey(Observation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = who(db_index=True)
    recorded_at = models.DateTimeField()
    decided_by = who()
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="account__division", unit="account__unit")

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        indexes = [models.Index(fields=["state", "recorded_at"], name="credit_record_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["observation"], condition=Q(state__in=["recorded", "confirmed"]), name="inspection_earns_once"
            ),
            models.UniqueConstraint(
                fields=["rule", "account", "day"], condition=Q(state__in=["recorded", "confirmed"]), name="conduct_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(recorded_by__isnull=True) | ~Q(decided_by=F("recorded_by")), name="conduct_two_eyes"
            ),
            models.CheckConstraint(condition=Q(state="recorded") | Q(decided_at__isnull=False), name="conduct_decided_at"),
            models.CheckConstraint(condition=~Q(state__in=["refused", "struck"]) | ~Q(reason=""), name="conduct_refused_why"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.day}"

    def get_absolute_url(self) -> str:
        return reverse("volunteers:credit-record", args=[self.pk])


class CreditRecordPhoto(models.Model):
    """A photo as evidence. The same picture (by its content) proves one record; one that was refused leaves it free."""

    record = models.ForeignKey(CreditRecord, on_delete=models.CASCADE, related_name="photos")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")
    file_key = models.CharField(max_length=64)
    counts = models.BooleanField(default=True)

    access_scope = AccessScope(division="record__account__division", unit="record__account__unit")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["file_key"], condition=Q(counts=True), name="picture_earns_once")]

    def get_stage_display(self) -> str:
        return str(self.record)
