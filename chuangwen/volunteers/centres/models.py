"""The tree of practice centres with rooms and platforms; tasks, information and self-checks of each; what papers published of a county."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chuangwen.evidence.models import Photo
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.kernel.trees import Tree
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import ChecklistItem
from chuangwen.volunteers.centres import rules


class Centre(Tree):
    """新时代文明实践阵地: a centre, office, station, point or post at its place in the chain. ``unit`` answers for it, ``responsible_post`` is
    the post of the first responsible person. Where it is, its address and its hours are those of ``site``, at which it is inspected;
    ``open_days`` are bits from Monday."""

    class Kind(models.TextChoices):
        CENTRE = rules.CENTRE, pgettext_lazy("practice centre", "centre")
        OFFICE = rules.OFFICE, pgettext_lazy("practice centre", "office")
        STATION = rules.STATION, pgettext_lazy("practice centre", "station")
        POINT = rules.POINT, pgettext_lazy("practice centre", "point")
        POST = rules.POST, pgettext_lazy("practice centre", "post")

    class State(models.TextChoices):
        BUILDING = "building", pgettext_lazy("practice centre", "being built")
        OPEN = "open", pgettext_lazy("practice centre", "in use")
        CLOSED = "closed", pgettext_lazy("practice centre", "given up")

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="practice_centres")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="practice_centres")
    site = models.OneToOneField(Site, on_delete=models.PROTECT, related_name="practice_centre")
    responsible_post = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    about = models.CharField(max_length=500, blank=True)
    open_days = models.PositiveSmallIntegerField(default=rules.EVERY_DAY)
    public = models.BooleanField(default=True, help_text="whether it has a page for everybody")
    started_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    closed_why = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="unit")

    class Meta:
        indexes = [models.Index(fields=["division", "kind"], name="practice_centre_by_place"), models.Index(fields=["name"])]
        constraints = [
            models.CheckConstraint(condition=Q(depth__gt=1) | Q(kind__in=["centre", "office"]), name="practice_centre_on_top"),
            models.CheckConstraint(condition=Q(open_days__gte=1, open_days__lte=rules.EVERY_DAY), name="practice_centre_days"),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_on__isnull=False, closed_on__gte=F("started_on")) & ~Q(closed_why="")),
                name="practice_centre_closed",
            ),
            models.UniqueConstraint(fields=["division"], condition=Q(kind="centre") & ~Q(state="closed"), name="one_practice_centre_per_place"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("volunteers:centre", args=[self.pk])


class CentreRoom(models.Model):
    """功能室: a room of a centre. ``area`` in square metres."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(max_length=60)
    area = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal(0))])
    seats = models.PositiveIntegerField(null=True, blank=True)
    use = models.CharField(max_length=100, blank=True)
    equipment = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    access_scope = AccessScope(division="centre__division", unit="centre__unit")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "name"], name="practice_room_once"),
            models.CheckConstraint(condition=Q(area__isnull=True) | Q(area__gte=0), name="practice_room_area"),
        ]

    def __str__(self) -> str:
        return self.name


class CentrePlatform(models.Model):
    """平台: one of the platforms of a centre (or office): one department leads it, others belong to it."""

    class Kind(models.TextChoices):
        THEORY = "theory", pgettext_lazy("platform", "talks on theory and policy")
        SERVICE = "service", pgettext_lazy("platform", "volunteer service")
        EDUCATION = "education", pgettext_lazy("platform", "education")
        CULTURE = "culture", pgettext_lazy("platform", "culture")
        SCIENCE = "science", pgettext_lazy("platform", "science and technology")
        SPORTS = "sports", pgettext_lazy("platform", "fitness and sports")
        LAW = "law", pgettext_lazy("platform", "legal service")

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="platforms")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    lead = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="led_platforms")
    members = models.ManyToManyField(Unit, blank=True, related_name="platforms")
    about = models.CharField(max_length=300, blank=True)

    access_scope = AccessScope(division="centre__division", unit="centre__unit")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["centre", "kind"], name="platform_once_per_centre")]

    def __str__(self) -> str:
        return self.get_kind_display()


class CentreTask(models.Model):
    """工作任务: given to a centre, due on a day, reported with what was done, accepted or sent back. Accepted it counts in the ledger."""

    class State(models.TextChoices):
        GIVEN = rules.GIVEN, pgettext_lazy("centre task", "to be done")
        REPORTED = rules.REPORTED, pgettext_lazy("centre task", "reported")
        DONE = rules.DONE, pgettext_lazy("centre task", "done")
        CALLED_OFF = rules.CALLED_OFF, pgettext_lazy("centre task", "called off")

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="tasks")
    title = models.CharField(max_length=100)
    content = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.GIVEN)
    given_on = models.DateField()
    given_by = account()
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=300, blank=True)
    reported_by = account()
    reason = models.CharField(max_length=300, blank=True, help_text="why it was sent back or called off")
    returns = models.PositiveSmallIntegerField(default=0)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = account()
    photos = models.ManyToManyField(Photo, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="centre__division", unit="centre__unit")

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="centre_tasks_by_day"), models.Index(fields=["centre", "due_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("given_on")), name="centre_task_due"),
            models.CheckConstraint(
                condition=~Q(state__in=["reported", "done"]) | (Q(done_on__isnull=False, done_on__gte=F("given_on")) & ~Q(result="")),
                name="centre_task_reported",
            ),
            models.CheckConstraint(condition=~Q(state="called_off") | ~Q(reason=""), name="centre_task_called_off_why"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("volunteers:centre-task", args=[self.pk])

    @property
    def in_time(self) -> bool:
        """Whether what was reported was done by its day."""
        return self.done_on is not None and self.done_on <= self.due_on


class CentreInformation(models.Model):
    """信息: what a centre sent in, and where it was taken over; struck with a reason when it was not so. Each counts in the ledger."""

    class Level(models.TextChoices):
        COUNTY = "county", pgettext_lazy("information", "county")
        CITY = "city", pgettext_lazy("information", "city")
        PROVINCE = "province", pgettext_lazy("information", "province")
        NATION = "nation", pgettext_lazy("information", "nation")

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="information")
    title = models.CharField(max_length=150)
    sent_on = models.DateField()
    sent_by = account()
    level = models.CharField(max_length=8, choices=Level.choices, blank=True)
    adopted_on = models.DateField(null=True, blank=True)
    adopted_where = models.CharField(max_length=100, blank=True)
    link = models.CharField(max_length=300, blank=True)
    struck_on = models.DateField(null=True, blank=True)
    struck_why = models.CharField(max_length=200, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="centre__division", unit="centre__unit")

    class Meta:
        ordering = ["-sent_on", "-pk"]
        indexes = [models.Index(fields=["centre", "sent_on"], name="centre_information_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(level="", adopted_on__isnull=True)
                | (~Q(level="") & Q(adopted_on__isnull=False, adopted_on__gte=F("sent_on")) & ~Q(link="")),
                name="centre_information_adopted",
            ),
            models.CheckConstraint(condition=Q(struck_on__isnull=True) | ~Q(struck_why=""), name="centre_information_struck_why"),
        ]

    def __str__(self) -> str:
        return self.title


class CentreCheck(models.Model):
    """自查: a centre looks at itself by the checklist of its type. ``met`` of ``asked`` points; what does not apply is not asked."""

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="checks")
    day = models.DateField()
    met = models.PositiveSmallIntegerField()
    asked = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = account()
    photos = models.ManyToManyField(Photo, blank=True, related_name="+")
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="centre__division", unit="centre__unit")

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(asked__gte=1, met__lte=F("asked")), name="centre_check_part_of_whole")]

    def __str__(self) -> str:
        return f"{self.centre} {self.day:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("volunteers:centre-check", args=[self.pk])


class CentreCheckItem(models.Model):
    """One point of a self-check, in the words that it had; ``met`` empty: does not apply."""

    check_of = models.ForeignKey(CentreCheck, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(ChecklistItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    text = models.CharField(max_length=600)
    met = models.BooleanField(null=True)
    note = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField()

    access_scope = AccessScope(division="check_of__centre__division", unit="check_of__centre__unit")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["check_of", "order"], name="centre_check_item_once")]

    def __str__(self) -> str:
        return self.text


class CentreFigure(models.Model):
    """A figure that a paper published of a county, as it stands there, with source and day. ``counted``: what this program counts itself and
    shows beside it; ``about``: the paper says “more than”."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    quantity = models.DecimalField(max_digits=16, decimal_places=2, validators=[MinValueValidator(Decimal(0))])
    measure = models.CharField(max_length=12)
    about = models.BooleanField(default=False)
    counted = models.CharField(max_length=20, blank=True)
    day = models.DateField()
    source = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField(default=0)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["division__path", "-day", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["division", "name", "day"], name="centre_figure_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="centre_figure_quantity"),
        ]

    def __str__(self) -> str:
        return self.name
