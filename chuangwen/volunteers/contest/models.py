"""Contests of volunteer projects: what is judged, the projects entered by teams, the jury with its conflicts of interest, scores, results."""

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
from chuangwen.people.models import Account, Unit
from chuangwen.places.models import Division
from chuangwen.volunteers.contest import rules
from chuangwen.volunteers.corps.models import Team


class Contest(models.Model):
    """志愿服务项目大赛: every two months or yearly. ``method`` says how the jury's totals become one; ``trim`` how many of the
    highest and of the lowest are left out; fewer than ``least_jurors`` scores give no result. Prizes are numbers of places; whoever is tied at
    the last place gets it too. ``follows``: out of which one the rhythm made it; each is followed once."""

    class Rhythm(models.TextChoices):
        BIMONTHLY = "bimonthly", pgettext_lazy("contest", "every two months")
        YEARLY = "yearly", pgettext_lazy("contest", "yearly")
        ONCE = "once", pgettext_lazy("contest", "once")

    class State(models.TextChoices):
        DRAFT = rules.DRAFT, pgettext_lazy("contest", "being prepared")
        OPEN = rules.OPEN, pgettext_lazy("contest", "open for projects")
        JUDGING = rules.JUDGING, pgettext_lazy("contest", "being judged")
        COUNTED = rules.COUNTED, pgettext_lazy("contest", "counted")
        PUBLISHED = rules.PUBLISHED, pgettext_lazy("contest", "published")
        CALLED_OFF = rules.CALLED_OFF, pgettext_lazy("contest", "called off")

    class Method(models.TextChoices):
        MEAN = rules.MEAN, pgettext_lazy("contest", "mean of all jurors")
        TRIMMED = rules.TRIMMED, pgettext_lazy("contest", "mean without the highest and the lowest")

    title = models.CharField(max_length=100)
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.BIMONTHLY)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="project_contests")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="project_contests")
    terms = models.TextField(max_length=3000, blank=True)
    starts_on = models.DateField()
    entries_until = models.DateField()
    judged_until = models.DateField()
    method = models.CharField(max_length=8, choices=Method.choices, default=Method.MEAN)
    trim = models.PositiveSmallIntegerField(default=1)
    least_jurors = models.PositiveSmallIntegerField(default=3)
    first = models.PositiveSmallIntegerField(default=1)
    second = models.PositiveSmallIntegerField(default=2)
    third = models.PositiveSmallIntegerField(default=3)
    counted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=500, blank=True, help_text="what is said with the results")
    reason = models.CharField(max_length=300, blank=True, help_text="why it was called off or counted anew")
    revision = models.PositiveIntegerField(default=1)
    follows = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="following")
    made_by = account()
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="unit")

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["division", "title"], name="contest_title_once_per_place"),
            models.CheckConstraint(condition=Q(entries_until__gte=F("starts_on"), judged_until__gte=F("entries_until")), name="contest_days"),
            models.CheckConstraint(condition=Q(least_jurors__gte=1, trim__gte=1, first__gte=1), name="contest_counts"),
            models.CheckConstraint(condition=Q(method="mean") | Q(least_jurors__gt=2 * F("trim")), name="contest_trim_leaves_some"),
            models.CheckConstraint(
                condition=~Q(state__in=["counted", "published"]) | Q(counted_at__isnull=False), name="contest_counted_when"
            ),
            models.CheckConstraint(condition=~Q(state="published") | Q(published_at__isnull=False), name="contest_published_when"),
            models.CheckConstraint(condition=~Q(follows=F("id")), name="contest_follows_another"),
            models.CheckConstraint(condition=~Q(state="called_off") | ~Q(reason=""), name="contest_called_off_why"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("volunteers:contest", args=[self.pk])


class ContestCriterion(models.Model):
    """评分项: what jurors score, from nought to ``most`` points, to half a point."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="criteria")
    name = models.CharField(max_length=40)
    about = models.CharField(max_length=200, blank=True)
    most = models.PositiveSmallIntegerField(default=20)
    order = models.PositiveSmallIntegerField(default=0)

    access_scope = AccessScope(division="contest__division", unit="contest__unit")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "name"], name="contest_criterion_once"),
            models.CheckConstraint(condition=Q(most__gte=1, most__lte=100), name="contest_criterion_most"),
        ]

    def __str__(self) -> str:
        return self.name


class ContestEntry(models.Model):
    """参赛项目: a project of a team."""

    class State(models.TextChoices):
        ENTERED = rules.ENTERED, pgettext_lazy("contest entry", "entered")
        ADMITTED = rules.ADMITTED, pgettext_lazy("contest entry", "admitted")
        REJECTED = rules.REJECTED, pgettext_lazy("contest entry", "not admitted")
        WITHDRAWN = rules.WITHDRAWN, pgettext_lazy("contest entry", "withdrawn")

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="entries")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="contest_entries")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    summary = models.TextField(max_length=2000)
    served = models.CharField(max_length=200, blank=True, help_text="whom it serves, and how many")
    budget = models.DecimalField(max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(Decimal(0))])
    state = models.CharField(max_length=10, choices=State.choices, default=State.ENTERED)
    reason = models.CharField(max_length=300, blank=True)
    entered_at = models.DateTimeField()
    entered_by = account()
    photos = models.ManyToManyField(Photo, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="contest__division", unit="team__unit", own="team__leader__person__account")

    class Meta:
        ordering = ["contest", "number"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "number"], name="contest_entry_number"),
            models.UniqueConstraint(fields=["contest", "team", "title"], name="contest_entry_once"),
            models.CheckConstraint(condition=Q(budget__gte=0), name="contest_entry_budget"),
            models.CheckConstraint(condition=~Q(state="rejected") | ~Q(reason=""), name="contest_entry_rejected_why"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("volunteers:contest-entry", args=[self.pk])


class EntryDocument(models.Model):
    """A document of an entry: PDF, JPEG or PNG, known by its content."""

    entry = models.ForeignKey(ContestEntry, on_delete=models.CASCADE, related_name="documents")
    file_key = models.CharField(max_length=64)
    file_name = models.CharField(max_length=120)
    added_at = models.DateTimeField()
    added_by = account()

    access_scope = AccessScope(division="entry__contest__division", unit="entry__team__unit", own="entry__team__leader__person__account")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "file_key"], name="entry_document_once")]

    def __str__(self) -> str:
        return self.file_name


class Juror(models.Model):
    """评委: an account that scores the projects of a contest. ``unit``: on whose behalf, where the account has no post."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="jurors")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="juries")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    left_on = models.DateField(null=True, blank=True)

    access_scope = AccessScope(division="contest__division", unit="contest__unit", own="account")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["contest", "account"], name="juror_once_per_contest")]

    def __str__(self) -> str:
        return str(self.account.person or self.account)


class JurorConflict(models.Model):
    """回避: why a juror does not score an entry, declared by the juror or said by the office. What follows from units and teams needs no row."""

    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="conflicts")
    entry = models.ForeignKey(ContestEntry, on_delete=models.CASCADE, related_name="conflicts")
    reason = models.CharField(max_length=200)
    declared_at = models.DateTimeField()
    declared_by = account()

    access_scope = AccessScope(division="juror__contest__division", unit="juror__contest__unit", own="juror__account")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["juror", "entry"], name="conflict_once")]

    def __str__(self) -> str:
        return self.reason


class ContestScore(models.Model):
    """What one juror gave one entry on one criterion, exact to half a point."""

    juror = models.ForeignKey(Juror, on_delete=models.PROTECT, related_name="scores")
    entry = models.ForeignKey(ContestEntry, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(ContestCriterion, on_delete=models.PROTECT, related_name="scores")
    points = models.DecimalField(max_digits=5, decimal_places=1)
    at = models.DateTimeField()

    access_scope = AccessScope(division="juror__contest__division", unit="juror__contest__unit", own="juror__account")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["juror", "entry", "criterion"], name="score_once"),
            models.CheckConstraint(condition=Q(points__gte=0, points__lte=100), name="score_range"),
        ]


class ContestResult(models.Model):
    """The result of an entry as it was counted; never changed, only counted anew as a whole. ``total`` rounded to four places for reading: ranks
    are by exact fractions. ``told``: the totals that came in, and what was left out with the reason, without names of jurors."""

    class Prize(models.TextChoices):
        FIRST = "first", pgettext_lazy("contest prize", "first prize")
        SECOND = "second", pgettext_lazy("contest prize", "second prize")
        THIRD = "third", pgettext_lazy("contest prize", "third prize")

    entry = models.OneToOneField(ContestEntry, on_delete=models.PROTECT, related_name="outcome")
    total = models.DecimalField(max_digits=9, decimal_places=4, null=True, blank=True)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    tied = models.BooleanField(default=False)
    prize = models.CharField(max_length=8, choices=Prize.choices, blank=True)
    jurors = models.PositiveSmallIntegerField()
    told = models.JSONField(default=dict)
    words = models.CharField(max_length=300, blank=True)

    access_scope = AccessScope(division="entry__contest__division", unit="entry__team__unit", own="entry__team__leader__person__account")

    class Meta:
        ordering = [F("rank").asc(nulls_last=True), "entry__number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total__isnull=True, rank__isnull=True, prize="") | Q(total__isnull=False, rank__gte=1), name="result_whole"
            )
        ]
