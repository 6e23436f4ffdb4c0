"""Metrics, facts with their evidence, and the layouts of the sheets that units keep."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chuangwen.evidence.models import Photo
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.kernel.identifiers import Identified
from chuangwen.ledger import rules
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Grid, Site


class Metric(models.Model):
    """指标项: something that is counted, with what it takes to add it up (see ``rules``).

    ``target`` is a threshold: of each period of ``span`` (empty: of any total); of shares in percent. ``reporter_kind`` says which kind
    of units is asked for it, ``rhythm`` how often. ``aliases`` are other titles under which sheets know it.
    """

    class Adds(models.TextChoices):
        SUM = rules.SUM, pgettext_lazy("metric", "added up")
        LAST = rules.LAST, pgettext_lazy("metric", "a stock: what was said last, added up over places")
        MEAN = rules.MEAN, pgettext_lazy("metric", "mean")
        MAX = rules.MAX, pgettext_lazy("metric", "highest")
        MIN = rules.MIN, pgettext_lazy("metric", "lowest")
        SHARE = rules.SHARE, pgettext_lazy("metric", "a share: parts over wholes")

    class Direction(models.TextChoices):
        AT_LEAST = rules.AT_LEAST, pgettext_lazy("metric", "at least")
        AT_MOST = rules.AT_MOST, pgettext_lazy("metric", "at most")

    class Span(models.TextChoices):
        WEEK = "week", pgettext_lazy("metric", "each week")
        MONTH = "month", pgettext_lazy("metric", "each month")
        YEAR = "year", pgettext_lazy("metric", "each year")

    class Rhythm(models.TextChoices):
        DAY = "day", pgettext_lazy("metric", "daily")
        WEEK = "week", pgettext_lazy("metric", "weekly")
        MONTH = "month", pgettext_lazy("metric", "monthly")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=40, unique=True)
    group = models.CharField(max_length=20)
    measure = models.CharField(max_length=12, help_text="unit of measure: 条, 平方米, 户次")
    adds = models.CharField(max_length=5, choices=Adds.choices, default=Adds.SUM)
    digits = models.PositiveSmallIntegerField(default=0, help_text="places after the point that people see")
    direction = models.CharField(max_length=8, choices=Direction.choices, blank=True)
    target = models.DecimalField(max_digits=15, decimal_places=4, null=True, blank=True)
    span = models.CharField(max_length=5, choices=Span.choices, blank=True)
    reporter_kind = models.CharField(max_length=20, choices=Unit.Kind.choices, blank=True)
    rhythm = models.CharField(max_length=5, choices=Rhythm.choices, blank=True)
    aliases = models.JSONField(default=list, blank=True)
    explanation = models.CharField(max_length=300, blank=True)
    order = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(adds__in=["sum", "last", "mean", "max", "min", "share"]), name="metric_adds"),
            models.CheckConstraint(
                condition=Q(direction="", target__isnull=True) | (~Q(direction="") & Q(target__isnull=False)),
                name="metric_threshold_whole",
            ),
            models.CheckConstraint(condition=Q(digits__lte=rules.PLACES), name="metric_digits"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("ledger:metric", args=[self.pk])

    @property
    def is_share(self) -> bool:
        return self.adds == self.Adds.SHARE

    @property
    def is_stock(self) -> bool:
        return self.adds == self.Adds.LAST


class Fact(Identified):
    """台账记录: a counted quantity. Nothing is edited or deleted: a correction is a new fact that names the old one (``corrects``), and to take
    one back is a correction that counts nothing (``void``). ``counts`` is true of the newest of a chain, unless it is void; only these add up.

    ``amount`` and ``base`` (the whole, of shares) are whole ten-thousandths, so that every total is exact on every database.
    """

    class Source(models.TextChoices):
        ENTERED = "entered", pgettext_lazy("fact", "entered")
        SHEET = "sheet", pgettext_lazy("fact", "sheet")
        SYSTEM = "system", pgettext_lazy("fact", "other system")
        REPORT = "report", pgettext_lazy("fact", "report")
        RECORD = "record", pgettext_lazy("fact", "record in this program")

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="facts")
    amount = models.BigIntegerField()
    base = models.BigIntegerField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="a fact over several days counts on the last of them")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    grid = models.ForeignKey(Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    operation = models.CharField(max_length=60, blank=True, help_text="the special operation that it belongs to")
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.ENTERED)
    source_words = models.CharField(
        max_length=200, blank=True, help_text="the record that says so: page of a book, sheet and row"
    )
    source_url = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)
    corrects = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by")
    origin = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="chain")
    reason = models.CharField(max_length=200, blank=True, help_text="why it corrects")
    void = models.BooleanField(default=False)
    counts = models.BooleanField(default=True)
    generated = models.BooleanField(default=False)
    entered_at = models.DateTimeField()
    entered_by = account()

    access_scope = AccessScope(division="division", unit="unit", own="entered_by")

    class Meta:
        ordering = ["-ends_on", "-pk"]
        indexes = [
            models.Index(fields=["metric", "counts", "ends_on", "division", "amount", "base"], name="ledger_totals"),
            models.Index(fields=["division", "ends_on"]),
            models.Index(fields=["unit", "ends_on"]),
            models.Index(fields=["operation", "ends_on", "division"], name="ledger_operations"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="fact_days_forward"),
            models.CheckConstraint(condition=Q(amount__gte=0, amount__lte=10**14), name="fact_amount"),
            models.CheckConstraint(condition=Q(base__isnull=True) | Q(base__gt=0, base__lte=10**14), name="fact_base"),
            models.CheckConstraint(condition=Q(base__isnull=True) | Q(amount__lte=F("base")), name="fact_part_of_whole"),
            models.CheckConstraint(condition=Q(void=False) | Q(counts=False), name="fact_void_counts_nothing"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, origin__isnull=True, void=False)
                | (Q(corrects__isnull=False, origin__isnull=False) & ~Q(reason="")),
                name="fact_correction_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.told}"

    def get_absolute_url(self) -> str:
        return reverse("ledger:fact", args=[self.pk])

    @property
    def quantity(self) -> Decimal:
        return rules.quantity_of(self.amount) or Decimal(0)

    @property
    def out_of(self) -> Decimal | None:
        return rules.quantity_of(self.base)

    @property
    def told(self) -> str:
        """The quantity with its unit of measure, a share with its whole."""
        return (
            f"{self.quantity:,f}{self.metric.measure}"
            if self.base is None
            else f"{self.quantity:,f}/{self.out_of:,f}{self.metric.measure}"
        )


class FactPhoto(models.Model):
    """A photo that is evidence of a fact."""

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="photos")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")

    access_scope = AccessScope(division="fact__division", unit="fact__unit", own="fact__entered_by")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["fact", "photo"], name="one_photo_once_per_fact")]


class SheetLayout(models.Model):
    """How a sheet that a unit keeps is to be read: remembered with the first one, recognised by its titles afterwards. ``body``: see
    ``layouts``."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    signature = models.CharField(max_length=64, help_text="SHA-256 over the titles")
    titles = models.JSONField(default=list)
    body = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = account()
    used_at = models.DateTimeField(null=True, blank=True)

    access_scope = AccessScope(division="unit__division", unit="unit", own="made_by")

    class Meta:
        ordering = ["-used_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "signature"], name="one_layout_per_unit_and_titles")]

    def __str__(self) -> str:
        return self.name


class SheetUpload(models.Model):
    """A sheet that was brought and whose layout is not known yet: it waits for somebody to say what its columns mean."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    file_key = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    day = models.DateField(null=True, blank=True, help_text="the day of rows that name none")
    brought_at = models.DateTimeField()
    account = account()

    access_scope = AccessScope(division="unit__division", unit="unit", own="account")

    def __str__(self) -> str:
        return self.file_name
