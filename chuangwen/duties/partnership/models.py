"""Pairs of a unit and a village, what the village needs, the pair's package, what was put in, who came, photos, and what happened."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chuangwen.duties.partnership import rules
from chuangwen.duties.sponsorship.models import PlanPair
from chuangwen.evidence.models import Photo
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.kernel.identifiers import Identified
from chuangwen.ledger.models import Fact, Metric
from chuangwen.people.models import Unit
from chuangwen.places.models import Division


def _edges() -> list[float]:
    return list(rules.RINGS)


class Partnership(Identified):
    """结对共建: ``unit`` and the village or community ``division``. ``pair``: the line of the signed plan that it was drawn from. ``aim`` is the
    highlight aimed at, ``result`` what came of it. ``last_active_on``: when something was last recorded; of a new pair the day of pairing."""

    class State(models.TextChoices):
        PAIRED = "paired", pgettext_lazy("partnership", "first contact owed")
        CONTACTED = "contacted", pgettext_lazy("partnership", "in contact, package to be drawn up")
        RUNNING = "running", pgettext_lazy("partnership", "package under way")
        FINISHED = "finished", pgettext_lazy("partnership", "finished")
        CALLED_OFF = "called_off", pgettext_lazy("partnership", "called off")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="partnerships")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="partnerships")
    pair = models.ForeignKey(PlanPair, null=True, blank=True, on_delete=models.SET_NULL, related_name="partnerships")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PAIRED)
    paired_on = models.DateField()
    contact_due = models.DateField()
    contacted_on = models.DateField(null=True, blank=True)
    aim = models.CharField(max_length=200, blank=True)
    adopted_on = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=500, blank=True)
    reached = models.BooleanField(null=True, blank=True, help_text="whether the highlight was reached")
    ended_on = models.DateField(null=True, blank=True)
    last_active_on = models.DateField()
    reminded_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = account()
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="parties__unit", via=("duties.PartnershipParty", "partnership_id", "unit"))

    class Meta:
        ordering = ["-paired_on", "-pk"]
        indexes = [
            models.Index(fields=["division", "state"], name="partnership_by_place"),
            models.Index(fields=["state", "last_active_on"], name="partnership_by_silence"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "division"], condition=Q(state__in=["paired", "contacted", "running"]), name="one_open_partnership"
            ),
            models.CheckConstraint(condition=Q(state__in=["paired", "called_off"]) | Q(contacted_on__isnull=False), name="partnership_met"),
            models.CheckConstraint(condition=~Q(state="finished") | ~Q(result=""), name="partnership_finished_with_a_result"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} – {self.division}"

    def get_absolute_url(self) -> str:
        return reverse("duties:partnership", args=[self.pk])


class PartnershipParty(models.Model):
    """The units on both sides: the one that comes, and those of the village. They see the pair and keep its records."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="parties")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    access_scope = AccessScope(division="partnership__division", unit="unit")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "unit"], name="party_once")]


class PartnershipNeed(models.Model):
    """What the village needs, as it was found on the spot."""

    class Kind(models.TextChoices):
        ENVIRONMENT = "environment", pgettext_lazy("need", "clean surroundings")
        FACILITIES = "facilities", pgettext_lazy("need", "facilities")
        PUBLICITY = "publicity", pgettext_lazy("need", "publicity")
        CULTURE = "culture", pgettext_lazy("need", "culture and sport")
        CUSTOMS = "customs", pgettext_lazy("need", "customs")
        CARE = "care", pgettext_lazy("need", "care for people")
        ORDER = "order", pgettext_lazy("need", "order and parking")
        OTHER = "other", pgettext_lazy("need", "something else")

    class State(models.TextChoices):
        FOUND = "found", pgettext_lazy("need", "found")
        IN_HAND = "in_hand", pgettext_lazy("need", "in hand")
        MET = "met", pgettext_lazy("need", "met")
        LEFT = "left", pgettext_lazy("need", "cannot be met")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="needs")
    words = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OTHER)
    state = models.CharField(max_length=8, choices=State.choices, default=State.FOUND)
    answer = models.CharField(max_length=200, blank=True, help_text="what was done, or why it cannot be met")
    found_on = models.DateField()
    settled_on = models.DateField(null=True, blank=True)

    access_scope = AccessScope(division="partnership__division", unit="partnership__unit")

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(state="left") | ~Q(answer=""), name="need_left_with_a_reason")]

    def __str__(self) -> str:
        return self.words


class PartnershipItem(models.Model):
    """One line of the pair's own package (共建套餐). ``progress`` in percent; one that is dropped says why."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="items")
    words = models.CharField(max_length=200)
    need = models.ForeignKey(PartnershipNeed, null=True, blank=True, on_delete=models.SET_NULL, related_name="items")
    due_on = models.DateField()
    progress = models.PositiveSmallIntegerField(default=0)
    done_on = models.DateField(null=True, blank=True)
    dropped = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=200, blank=True)

    access_scope = AccessScope(division="partnership__division", unit="partnership__unit")

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="item_progress"),
            models.CheckConstraint(
                condition=Q(progress=100, done_on__isnull=False) | (Q(done_on__isnull=True) & ~Q(progress=100)), name="item_done_when"
            ),
        ]

    def __str__(self) -> str:
        return self.words


class PartnershipInput(Identified):
    """What was put in, with quantity and unit of measure. Nothing is edited: a correction is a new record that names the old one, to take one
    back is a correction that counts nothing. ``fact``: the same quantity in the ledger, where a metric fits."""

    class Kind(models.TextChoices):
        GOODS = "goods", pgettext_lazy("input", "goods")
        MONEY = "money", pgettext_lazy("input", "money")
        SERVICE = "service", pgettext_lazy("input", "service")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="inputs")
    item = models.ForeignKey(PartnershipItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="inputs")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=60)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    measure = models.CharField(max_length=12)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True, help_text="what it was worth, yuan")
    day = models.DateField()
    metric = models.ForeignKey(Metric, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    fact = models.ForeignKey(Fact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by")
    reason = models.CharField(max_length=200, blank=True, help_text="why it corrects")
    void = models.BooleanField(default=False)
    counts = models.BooleanField(default=True)
    entered_at = models.DateTimeField()
    entered_by = account()

    access_scope = AccessScope(division="partnership__division", unit="partnership__unit")

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["counts", "day"], name="partnership_input_day")]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="input_is_something"),
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="input_value"),
            models.CheckConstraint(condition=Q(void=False) | Q(counts=False), name="input_void_counts_nothing"),
            models.CheckConstraint(condition=Q(corrects__isnull=True, void=False) | ~Q(reason=""), name="input_corrected_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.told}"

    @property
    def told(self) -> str:
        """The quantity with its unit of measure."""
        whole = self.quantity == self.quantity.to_integral_value()
        return f"{self.quantity.quantize(Decimal(1)) if whole else self.quantity.normalize():,f}{self.measure}"


class PartnershipVisit(models.Model):
    """Somebody of the unit comes: a talk and a look at the place, or a special team. ``held_on`` empty: it is planned."""

    class Kind(models.TextChoices):
        CONTACT = "contact", pgettext_lazy("partner visit", "talk and look at the place")
        MEDICAL = "medical", pgettext_lazy("partner visit", "medical team")
        LEGAL = "legal", pgettext_lazy("partner visit", "legal team")
        COUNSELLING = "counselling", pgettext_lazy("partner visit", "counselling team")
        CULTURE = "culture", pgettext_lazy("partner visit", "culture team")
        SCIENCE = "science", pgettext_lazy("partner visit", "science and technology team")
        CLEANING = "cleaning", pgettext_lazy("partner visit", "cleaning together")
        OTHER = "other", pgettext_lazy("partner visit", "another team")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="visits")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    planned_on = models.DateField()
    held_on = models.DateField(null=True, blank=True)
    what = models.CharField(max_length=300, blank=True)
    came = models.PositiveIntegerField(null=True, blank=True, help_text="how many came; a number only")
    served = models.PositiveIntegerField(null=True, blank=True, help_text="how many were served; a number only")
    cancelled = models.CharField(max_length=200, blank=True)

    access_scope = AccessScope(division="partnership__division", unit="partnership__unit")

    class Meta:
        ordering = ["-planned_on", "-pk"]
        indexes = [models.Index(fields=["planned_on"], name="partner_visit_day")]
        constraints = [
            models.CheckConstraint(condition=Q(held_on__isnull=True) | (~Q(what="") & Q(cancelled="")), name="partner_visit_held"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_on or self.planned_on}"


class PartnershipPhoto(models.Model):
    """A photo that shows progress; before, or as it is now."""

    class Stage(models.TextChoices):
        BEFORE = "before", pgettext_lazy("partnership photo", "before")
        NOW = "now", pgettext_lazy("partnership photo", "progress")
        RESULT = "result", pgettext_lazy("partnership photo", "result")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="photos")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=6, choices=Stage.choices, default=Stage.NOW)
    item = models.ForeignKey(PartnershipItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="photos")
    visit = models.ForeignKey(PartnershipVisit, null=True, blank=True, on_delete=models.SET_NULL, related_name="photos")

    access_scope = AccessScope(division="partnership__division", unit="partnership__unit")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["partnership", "photo"], name="one_photo_once_per_partnership")]


class PartnershipEvent(models.Model):
    """What happened to a pair, told in a sentence."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(max_length=10)
    at = models.DateTimeField()
    account = account()
    words = models.CharField(max_length=300)

    access_scope = AccessScope(division="partnership__division", unit="partnership__unit")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.words


class PartnershipSettings(models.Model):
    """For an area and all below it: after how many days without a record a pair is silent, and the centre with its rings."""

    division = models.OneToOneField(Division, on_delete=models.CASCADE, related_name="+")
    silent_days = models.PositiveSmallIntegerField(default=rules.SILENT_DAYS)
    rings = models.JSONField(default=_edges)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)

    access_scope = AccessScope(division="division")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(silent_days__gte=1, silent_days__lte=366), name="partnership_silent_days"),
            models.CheckConstraint(condition=Q(lat__isnull=True) | Q(lat__gte=-90, lat__lte=90), name="partnership_centre_lat"),
            models.CheckConstraint(condition=Q(lon__isnull=True) | Q(lon__gte=-180, lon__lte=180), name="partnership_centre_lon"),
        ]
