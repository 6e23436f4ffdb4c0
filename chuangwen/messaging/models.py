"""Notices, who got them, the ways on which they go out, each delivery, and what a person wants."""

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from chuangwen.kernel.access import AccessScope
from chuangwen.messaging.kinds import LOW, NORMAL, URGENT, label_of
from chuangwen.people.models import Unit

URGENCIES = (
    (LOW, pgettext_lazy("urgency", "for information")),
    (NORMAL, pgettext_lazy("urgency", "to be done")),
    (URGENT, pgettext_lazy("urgency", "urgent")),
)


class Notice(models.Model):
    """Something that was told once. ``key`` keeps it from being told twice; ``about`` names the record (``cases.case:12``)."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    text = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=200, blank=True)
    urgency = models.PositiveSmallIntegerField(choices=URGENCIES, default=NORMAL)
    about = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()

    access_scope = AccessScope(shared=True)

    def __str__(self) -> str:
        return self.title

    @property
    def kind_label(self) -> str:
        return label_of(self.kind)


class Received(models.Model):
    """A notice in somebody's inbox."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="received", db_index=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="received")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    access_scope = AccessScope(own="account")

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"]),
            models.Index(fields=["account"], condition=Q(read_at__isnull=True), name="received_unread"),
        ]
        constraints = [models.UniqueConstraint(fields=["account", "notice"], name="nobody_gets_it_twice")]

    def __str__(self) -> str:
        return str(self.notice)


class Channel(models.Model):
    """A way out of the product. ``sealed`` holds the address with its password or token, encrypted; pages show it masked.

    Mail and SMS go to each person; a robot speaks in one group, that of ``unit`` (or of all, where none is named).
    """

    class Kind(models.TextChoices):
        MAIL = "mail", pgettext_lazy("channel", "mail")
        SMS = "sms", pgettext_lazy("channel", "SMS gateway")
        WECOM = "wecom", pgettext_lazy("channel", "WeCom robot")
        DINGTALK = "dingtalk", pgettext_lazy("channel", "DingTalk robot")
        FEISHU = "feishu", pgettext_lazy("channel", "Feishu robot")
        OTHER = "other", pgettext_lazy("channel", "other group")

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    sealed = models.TextField(editable=False)
    masked = models.CharField(max_length=200, editable=False)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    least_urgency = models.PositiveSmallIntegerField(choices=URGENCIES, default=NORMAL)
    active = models.BooleanField(default=True)

    access_scope = AccessScope(shared=True)

    def __str__(self) -> str:
        return self.name

    @property
    def per_person(self) -> bool:
        return self.kind in (self.Kind.MAIL, self.Kind.SMS)


class Delivery(models.Model):
    """One notice on one way to one person or group. ``digest``: it waits for the message that gathers several."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "waiting")
        SENT = "sent", pgettext_lazy("delivery", "sent")
        FAILED = "failed", pgettext_lazy("delivery", "failed")
        DROPPED = "dropped", pgettext_lazy("delivery", "not sent")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    digest = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    access_scope = AccessScope(shared=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], condition=Q(state="waiting"), name="deliveries_due")]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel", "account"], name="delivered_once_to_a_person"),
            models.UniqueConstraint(fields=["notice", "channel"], condition=Q(account__isnull=True), name="delivered_once_to_a_group"),
        ]


class Way(models.TextChoices):
    """How something reaches a person beside the inbox."""

    NOW = "now", pgettext_lazy("way", "at once")
    DIGEST = "digest", pgettext_lazy("way", "gathered, once a day")
    OFF = "off", pgettext_lazy("way", "not")


class Preferences(models.Model):
    """What a person wants. Without a row the defaults hold: the inbox alone, until an address is given."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="message_preferences")
    mail = models.EmailField(blank=True)
    mail_urgent = models.CharField(max_length=6, choices=Way.choices, default=Way.NOW)
    mail_normal = models.CharField(max_length=6, choices=Way.choices, default=Way.DIGEST)
    mail_low = models.CharField(max_length=6, choices=Way.choices, default=Way.OFF)
    sms_urgent = models.BooleanField(default=True)
    sms_normal = models.BooleanField(default=False)
    quiet_from = models.TimeField(default=time(21))
    quiet_to = models.TimeField(default=time(8))
    quiet_noon = models.BooleanField(default=True)

    access_scope = AccessScope(own="account")
