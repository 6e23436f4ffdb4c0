"""Schemes of unit appraisal, results with every version, what was entered by hand, objections, what follows.

No table holds a person's result.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.people.models import Unit
from chuangwen.places.models import Division


class PeriodKind(models.TextChoices):
    WEEK = "week", pgettext_lazy("appraisal", "week")
    MONTH = "month", pgettext_lazy("appraisal", "month")
    QUARTER = "quarter", pgettext_lazy("appraisal", "quarter")
    YEAR = "year", pgettext_lazy("appraisal", "year")


class AppraisalScheme(models.Model):
    """单位考核办法: versioned rules of unit appraisal; ``body`` follows the schema of ``engine.appraisal``. A version that was used is never
    edited."""

    name = models.CharField(max_length=100)
    version = models.PositiveSmallIntegerField(default=1)
    period = models.CharField(max_length=8, choices=PeriodKind.choices)
    body = models.JSONField()
    locked = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["name", "-version"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="appraisal_scheme_version")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Appraisal(models.Model):
    """考核结果: one version of one period by one scheme. ``file_key`` is the file with everything that it was computed from, signed once it
    is signed; it never changes. A later version names it as ``supersedes`` and says why."""

    class State(models.TextChoices):
        COMPUTED = "computed", pgettext_lazy("appraisal", "computed")
        CHECKED = "checked", pgettext_lazy("appraisal", "checked")
        OPEN = "open", pgettext_lazy("appraisal", "open for objection")
        SETTLED = "settled", pgettext_lazy("appraisal", "objections answered")
        SIGNED = "signed", pgettext_lazy("appraisal", "signed")
        PUBLISHED = "published", pgettext_lazy("appraisal", "published")

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    scheme = models.ForeignKey(AppraisalScheme, on_delete=models.PROTECT, related_name="appraisals")
    period = models.CharField(max_length=8, choices=PeriodKind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    label = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.COMPUTED)
    supersedes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by")
    reason = models.CharField(max_length=300, blank=True, help_text="why it was computed again")
    coverage = models.JSONField(default=dict)
    input_digest = models.CharField(max_length=64)
    file_key = models.CharField(max_length=64)
    key_fingerprint = models.CharField(max_length=80, blank=True)
    computed_at = models.DateTimeField()
    computed_by = account()
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = account()
    opened_at = models.DateTimeField(null=True, blank=True)
    objections_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = account()
    published_at = models.DateTimeField(null=True, blank=True)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["division", "period", "starts_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="appraisal_days_forward"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | Q(computed_by__isnull=True) | ~Q(checked_by=F("computed_by")),
                name="appraisal_checked_by_somebody_else",
            ),
            models.CheckConstraint(condition=~Q(state="open") | Q(objections_until__isnull=False), name="appraisal_open_until"),
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "published"]) | Q(signed_at__isnull=False), name="appraisal_signed_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.scheme.name}"


class AppraisalRow(models.Model):
    """One unit's result: printed score, exact one as "numerator/denominator"; place in its group with the interval of places that it could as
    well hold. ``figures``: one document per measure, see ``engine.appraisal.result.Figure``."""

    class Mark(models.TextChoices):
        RED = "red", pgettext_lazy("appraisal", "red list")
        BLACK = "black", pgettext_lazy("appraisal", "black list")

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="rows")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    group = models.CharField(max_length=200)
    order = models.PositiveIntegerField()
    score = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    score_exact = models.TextField(blank=True)
    variance_exact = models.TextField(default="0/1")
    rank = models.PositiveIntegerField(null=True)
    ranked = models.PositiveIntegerField(default=0)
    tied = models.BooleanField(default=False)
    best = models.PositiveIntegerField(null=True)
    worst = models.PositiveIntegerField(null=True)
    alike = models.PositiveIntegerField(default=0)
    mark = models.CharField(max_length=5, choices=Mark.choices, blank=True)
    vetoes = models.JSONField(default=list)
    counted = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    proposed = models.CharField(max_length=4, blank=True, help_text="number of the scheme's step that follows by repetition")
    figures = models.JSONField(default=list)

    access_scope = AccessScope(division="appraisal__division", unit="unit")

    class Meta:
        ordering = ["order"]
        indexes = [models.Index(fields=["unit", "appraisal"])]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "unit"], name="one_row_per_unit"),
            models.UniqueConstraint(fields=["appraisal", "order"], name="one_place_per_row"),
        ]

    def __str__(self) -> str:
        return self.name


class ManualEntry(models.Model):
    """手工记录: what no record of the product tells: an award, adopted information, activities held. It counts only with evidence, and once
    somebody else has checked it. ``quantity``: a fact that is added up; else ``points``, or what the scheme gives."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    day = models.DateField()
    points = models.DecimalField(max_digits=9, decimal_places=4, null=True, blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    words = models.CharField(max_length=300)
    link = models.URLField(max_length=300, blank=True)
    file_key = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    entered_at = models.DateTimeField()
    entered_by = account()
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = account()
    refused = models.CharField(max_length=300, blank=True, help_text="why whoever checked it did not let it count")

    access_scope = AccessScope(division="unit__division", unit="unit")

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["unit", "day"]), models.Index(fields=["day", "kind"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | Q(entered_by__isnull=True) | ~Q(checked_by=F("entered_by")),
                name="entry_checked_by_somebody_else",
            ),
            models.CheckConstraint(condition=Q(points__isnull=True) | Q(points__gt=0), name="entry_points_positive"),
            models.CheckConstraint(condition=Q(quantity__isnull=True) | Q(quantity__gte=0), name="entry_quantity"),
            models.CheckConstraint(condition=Q(points__isnull=True) | Q(quantity__isnull=True), name="entry_points_or_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.words}"

    @property
    def evidence(self) -> str:
        """What proves it, in words; empty where nothing does."""
        return self.file_name or self.link


class AppraisalObjection(models.Model):
    """A unit finds its result wrong and has to be answered with the record. One waits at a time for a unit and a measure."""

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("appraisal objection", "waits for an answer")
        UPHELD = "upheld", pgettext_lazy("appraisal objection", "upheld")
        DISMISSED = "dismissed", pgettext_lazy("appraisal objection", "dismissed")

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="objections")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=40, blank=True, help_text="which measure it is about; empty: the whole")
    words = models.CharField(max_length=500)
    file_key = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    raised_at = models.DateTimeField()
    raised_by = account()
    due_at = models.DateTimeField(help_text="by when the office answers")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    answer = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = account()

    access_scope = AccessScope(division="appraisal__division", unit="unit")

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appraisal", "unit", "measure"], condition=Q(state="pending"), name="one_appraisal_objection_waits"
            ),
            models.CheckConstraint(
                condition=Q(state="pending") | (Q(answered_at__isnull=False) & ~Q(answer="")), name="appraisal_objection_answered"
            ),
        ]

    def __str__(self) -> str:
        return self.words


class Consequence(models.Model):
    """What follows by repetition: proposed when a result is published, and only done when a leader confirms it.

    A title that was confirmed as warned or suspended stands so up to the day ``until``, that day counted; it is withdrawn when a later version
    of the result no longer gives it.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("consequence", "proposed")
        CONFIRMED = "confirmed", pgettext_lazy("consequence", "confirmed")
        DROPPED = "dropped", pgettext_lazy("consequence", "dropped")
        WITHDRAWN = "withdrawn", pgettext_lazy("consequence", "withdrawn")

    class Kind(models.TextChoices):
        PRAISE = "praise", _("praised by name")
        NOTICE = "notice", _("criticised by name")
        TALK = "talk", _("talk")
        TITLE_WARNED = "title_warned", _("title warned")
        TITLE_REVOKED = "title_revoked", _("title to be revoked")

    TITLES = (Kind.TITLE_WARNED, Kind.TITLE_REVOKED)

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="consequences")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    words = models.CharField(max_length=200, blank=True)
    grounds = models.CharField(max_length=300, help_text="in which periods it was on the list")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    note = models.CharField(max_length=300, blank=True)
    until = models.DateField(null=True, blank=True, help_text="last day on which a title stands as warned or suspended")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = account()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    access_scope = AccessScope(division="appraisal__division", unit="unit")

    class Meta:
        ordering = ["-appraisal__starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "unit"], name="one_consequence_per_unit"),
            models.CheckConstraint(condition=Q(state="proposed") | Q(decided_at__isnull=False), name="consequence_decided_when"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(kind__in=["title_warned", "title_revoked"]), name="consequence_until_of_titles"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False), name="consequence_withdrawn_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_kind_display()}"
