"""Reports from outside: who may follow them, what was given in confidence, suggestions, pasted chats, the model that proposes kinds, and other
systems: their keys, and what they are told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.cases.models import Case
from chuangwen.evidence.models import Photo
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.identifiers import Identified
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Kind


class Channel(models.TextChoices):
    """By which way a report came in."""

    RESIDENT = "resident", pgettext_lazy("report", "residents' page")
    HOTLINE = "hotline", pgettext_lazy("report", "hotline")
    CHAT = "chat", pgettext_lazy("report", "chat group")
    OPEN311 = "open311", pgettext_lazy("report", "other system")


class Proposer(models.TextChoices):
    """What proposed the kind of problem."""

    NONE = "", pgettext_lazy("report", "nothing proposed")
    MODEL = "model", pgettext_lazy("report", "the trained model")
    KEYWORDS = "keywords", pgettext_lazy("report", "keywords")


class SystemKey(models.Model):
    """A key with which another system brings reports by Open311 and reads how they go on. Only its hash is kept (SHA-256 of 256 random bits).

    ``division``: reports are taken, and others read, inside it alone; without one everywhere. ``reads_words``: it also reads what others
    wrote (with numbers and names covered); what it brought itself it always reads. ``media_hosts``: the hosts, with spaces between, from which
    pictures named by ``media_url`` are fetched.
    """

    name = models.CharField(max_length=60)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reads_words = models.BooleanField(default=False)
    per_hour = models.PositiveIntegerField(default=300, help_text="requests posted in an hour")
    media_hosts = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    last_used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.CheckConstraint(condition=Q(per_hour__gt=0), name="system_key_per_hour")]

    def __str__(self) -> str:
        return self.name


class Report(Identified):
    """What somebody outside reported: one case, and what belongs to who reported it.

    ``token_hash`` is the SHA-256 of the secret of the link to follow it. ``contact`` is encrypted and taken away when ``contact_until`` has
    come. ``proposed_share`` (0 to 1) is how sure the proposal was; ``kind_kept`` whether the person kept the proposed kind (null: not asked).
    ``reference`` is the number by which the sender knows it (a hotline's order), unique per channel. ``wanted_by``: until when the sender
    wants an answer.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="outside_report")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    contact = models.TextField(blank=True, editable=False)
    contact_until = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    system = models.ForeignKey(SystemKey, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    wanted_by = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    proposed_kind = models.ForeignKey(Kind, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    proposed_share = models.FloatField(null=True, blank=True)
    proposed_by = models.CharField(max_length=8, choices=Proposer.choices, blank=True)
    kind_kept = models.BooleanField(null=True, blank=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    rating_words = models.CharField(max_length=300, blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)
    disputed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="case__division")

    class Meta:
        indexes = [models.Index(fields=["channel", "received_at"]), models.Index(fields=["contact_until"])]
        constraints = [
            models.CheckConstraint(condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5), name="report_rating"),
            models.UniqueConstraint(fields=["channel", "reference"], condition=~Q(reference=""), name="report_reference_once"),
        ]

    def __str__(self) -> str:
        return str(self.case)


class ReportPhoto(models.Model):
    """A photo that came with a report: whoever holds the link may see it."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="photos")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "photo"], name="report_photo_once")]


class Follower(models.Model):
    """Somebody who found the same problem reported already and follows that case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="followers")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    since = models.DateTimeField()
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="case__division")


class Suggestion(Identified):
    """意见建议: what burdens people or could be better, from anybody, with a name or without."""

    class Subject(models.TextChoices):
        BURDEN = "burden", pgettext_lazy("suggestion", "formalism and burden")
        PRODUCT = "product", pgettext_lazy("suggestion", "this system")
        WORK = "work", pgettext_lazy("suggestion", "the campaign's work")
        OTHER = "other", pgettext_lazy("suggestion", "something else")

    subject = models.CharField(max_length=8, choices=Subject.choices)
    words = models.CharField(max_length=1000)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    contact = models.TextField(blank=True, editable=False)
    contact_until = models.DateField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    received_at = models.DateTimeField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    public_words = models.CharField(
        max_length=1000, blank=True, help_text="what the public list shows of it; the office edits it"
    )
    published = models.BooleanField(default=False)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(shared=True)

    class Meta:
        indexes = [models.Index(fields=["answered_at", "received_at"]), models.Index(fields=["published", "answered_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(published=False) | Q(answered_at__isnull=False), name="published_when_answered")
        ]

    def __str__(self) -> str:
        return self.words[:40]


class ChatPaste(models.Model):
    """Messages of a chat group that somebody pasted, until each of its proposals is confirmed, merged or dropped."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=80, blank=True)
    pasted_at = models.DateTimeField()
    messages = models.PositiveIntegerField(default=0)
    remarks = models.JSONField(default=list, blank=True, help_text="what could not be read, in words")
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(own="account")

    def __str__(self) -> str:
        return self.title


class ChatProposal(models.Model):
    """A case that the messages seem to tell of. ``sender`` is masked; ``photos`` are [{key, thumbnail, name}] in the file store: they become
    evidence when a person confirms. ``likely`` is false for small talk, which is shown apart."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("chat", "to be looked at")
        CONFIRMED = "confirmed", pgettext_lazy("chat", "became a case")
        MERGED = "merged", pgettext_lazy("chat", "put together with another")
        DROPPED = "dropped", pgettext_lazy("chat", "dropped")

    paste = models.ForeignKey(ChatPaste, on_delete=models.CASCADE, related_name="proposals")
    position = models.PositiveSmallIntegerField()
    sender = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    text = models.CharField(max_length=2000, blank=True)
    photos = models.JSONField(default=list, blank=True)
    likely = models.BooleanField(default=True)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.ForeignKey(Kind, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    share = models.FloatField(null=True, blank=True)
    proposed_by = models.CharField(max_length=8, choices=Proposer.choices, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    access_scope = AccessScope(own="paste__account")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["paste", "position"], name="chat_position")]


class CategoryModel(models.Model):
    """A trained model: numbers only (see ``learning.model``), with how well it did. The newest one is used."""

    trained_at = models.DateTimeField()
    samples = models.PositiveIntegerField()
    facts = models.JSONField(default=dict)
    body = models.BinaryField(editable=False)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["-pk"]


class IntakeSettings(models.Model):
    """What an office sets for reports from outside: one row."""

    contact_days = models.PositiveSmallIntegerField(
        default=30, help_text="a contact is deleted so many days after the case ended"
    )
    contact_longest = models.PositiveSmallIntegerField(default=180, help_text="and at the latest so many days after it came in")
    reports_per_hour = models.PositiveSmallIntegerField(default=10, help_text="from one address")
    reports_per_day = models.PositiveSmallIntegerField(default=30, help_text="from one address, and with one telephone number")
    near_metres = models.PositiveSmallIntegerField(default=150, help_text="so far away a report counts as near by")
    telephone = models.CharField(max_length=30, blank=True, help_text="shown to residents who would rather call")
    opening = models.CharField(max_length=200, blank=True, help_text="shown above the residents' page")
    jurisdiction = models.CharField(
        max_length=60, blank=True, help_text="jurisdiction_id of Open311; the code of the highest division where it is empty"
    )
    open311_open = models.BooleanField(default=True, help_text="without a key too, how reports go on can be read, without their words")

    access_scope = AccessScope(shared=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="intake_settings_once"),
            models.CheckConstraint(
                condition=Q(contact_longest__gt=0, reports_per_hour__gt=0, reports_per_day__gt=0, near_metres__gt=0),
                name="intake_settings_positive",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Reports from outside"))


class Tally(models.Model):
    """How often something was done under a key within a window of time; the key is a keyed hash, no address."""

    key = models.CharField(max_length=64)
    ends_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    access_scope = AccessScope(shared=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "ends_at"], name="one_tally_per_window")]


class SpentSolution(models.Model):
    """A solved challenge that was used: it is not taken a second time."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    access_scope = AccessScope(shared=True)


class Webhook(models.Model):
    """An address that is told what happens to cases, each message signed. ``secret`` is encrypted; while ``old_secret`` holds (until
    ``old_until``) messages bear both signatures. ``division``: cases inside it alone. ``outside_only``: cases reported from outside alone."""

    name = models.CharField(max_length=60)
    url = models.URLField(max_length=300)
    events = models.JSONField(default=list)
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outside_only = models.BooleanField(default=True)
    secret = models.TextField(editable=False)
    old_secret = models.TextField(blank=True, editable=False)
    old_until = models.DateTimeField(null=True, blank=True, editable=False)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Delivery(Identified):
    """One message to a webhook: written in the transaction of what it tells of, sent by a job until it is taken or given up.

    ``body`` is sent as it stands, so that a repetition is the same message. ``attempts`` is the log: [{at, status, ms, error}].
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "to be sent")
        DELIVERED = "delivered", pgettext_lazy("delivery", "taken")
        FAILED = "failed", pgettext_lazy("delivery", "given up")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=30)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tried = models.PositiveSmallIntegerField(default=0)
    attempts = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(shared=True)

    class Meta:
        indexes = [
            models.Index(fields=["webhook", "next_at"], condition=Q(state="waiting"), name="deliveries_waiting"),
            models.Index(fields=["created_at"]),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(state="waiting") | Q(next_at__isnull=False), name="a_waiting_delivery_has_its_time")
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.uid}"
