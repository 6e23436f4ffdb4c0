"""The kernel's own tables: audit trail, jobs, imports, calendar, answers already given."""

from django.conf import settings
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import AccessScope


def _address(name: str, pk: int) -> str:
    """The page of a record; nothing where the pages are not there (a command on a machine without them)."""
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


class AuditHead(models.Model):
    """The end of the audit chain: one row, locked while an entry is added."""

    number = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)


class AuditEntry(models.Model):
    """Who did what, when, from where, before and after. Written by ``audit.record`` alone; never changed, never removed."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True, db_index=True)
    actor_name = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=45, blank=True)
    verb = models.CharField(max_length=60, db_index=True)
    kind = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=200, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    note = models.TextField(blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    access_scope = AccessScope(shared=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "object_id"])]

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("the audit trail is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("the audit trail is append-only")


class Job(models.Model):
    """Something longer than a second. The row is the queue, the lease, the progress and the answer."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200, blank=True)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    cancel_asked = models.BooleanField(default=False)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    result_url = models.CharField(max_length=200, blank=True)

    access_scope = AccessScope(own="account")

    class Meta:
        indexes = [models.Index(fields=["state", "not_before"])]

    def __str__(self) -> str:
        return self.title or self.kind

    def get_absolute_url(self) -> str:
        return _address("job", self.pk)

    @property
    def ended(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)

    @property
    def percent(self) -> int:
        return 100 if self.state == self.State.DONE else min(99, self.done * 100 // self.total) if self.total else 0


class Schedule(models.Model):
    """When a job that recurs by itself is due next."""

    kind = models.CharField(max_length=60, unique=True)
    next_at = models.DateTimeField()


class ImportRun(models.Model):
    """A sheet that somebody brought: stored, read, shown, then applied as a whole or not at all."""

    class State(models.TextChoices):
        READING = "reading", _("being read")
        READY = "ready", _("ready to apply")
        REFUSED = "refused", _("has errors")
        APPLIED = "applied", _("applied")
        FAILED = "failed", _("failed")

    kind = models.CharField(max_length=40)
    file_key = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    report = models.JSONField(default=dict)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    access_scope = AccessScope(own="account")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return _address("import-run", self.pk)


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a statutory holiday or a shifted working day. Editable."""

    day = models.DateField(unique=True)
    works = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class WorkingHours(models.Model):
    """The office's hours on a working day; several rows make a day with a noon break."""

    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["starts"]
        constraints = [models.CheckConstraint(condition=models.Q(starts__lt=models.F("ends")), name="hours_forward")]


class GivenAnswer(models.Model):
    """What was answered to a request with an Idempotency-Key, so that a repeated one gets the same and does nothing."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField(blank=True)
    content_type = models.CharField(max_length=60, default="application/json")
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="one_answer_per_key")]


class Counter(models.Model):
    """A sequence without gaps per name (``paper/河东创文/2026``): taken inside the transaction that uses the number."""

    name = models.CharField(max_length=120, unique=True)
    value = models.PositiveBigIntegerField(default=0)

    @classmethod
    def take(cls, name: str) -> int:
        """The next number; safe under parallel use, given back when the transaction is rolled back."""
        counter = cls.objects.select_for_update().get_or_create(name=name)[0]
        counter.value += 1
        counter.save(update_fields=["value"])
        return counter.value
