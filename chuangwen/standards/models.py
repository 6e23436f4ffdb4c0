"""Editions of the standard, problem families, checklists, responsibility."""

import re
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from chuangwen.kernel.access import AccessScope
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site, SiteType


def wording(template: str, parameters: dict[str, Any]) -> str:
    """The template with its {names} filled in; a name that has no value stays as it stands."""
    return re.sub(r"\{(\w+)\}", lambda found: str(parameters.get(found[1], found[0])), template)


class Family(models.Model):
    """问题大类: environment, order, infrastructure ... editable."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40, unique=True)
    order = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Kind(models.Model):
    """问题小类: stickers, cars on the pavement ...; ``lists`` names the lists it belongs to (ten_disorders, six_disorders, infrastructure)."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="kinds")
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    lists = models.JSONField(default=list, blank=True)
    severity = models.PositiveSmallIntegerField(default=2)
    keywords = models.JSONField(default=list, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["family__order", "order"]

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """测评体系版本: one published standard: year, level, source. Only a draft is edited; a used one is copied."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("in force")
        ARCHIVED = "archived", _("archived")

    name = models.CharField(max_length=100)
    version = models.PositiveSmallIntegerField(default=1)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    level = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    method_weights = models.JSONField(default=dict, blank=True, help_text="percent by method of assessment")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["-year", "name", "-version"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="edition_version")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}" if self.version > 1 else self.name


class Section(models.Model):
    """测评项目."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sections")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    weight = models.DecimalField(max_digits=7, decimal_places=3, default=1)
    order = models.PositiveSmallIntegerField(default=0)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="section_code")]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """指标."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="indicators")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    weight = models.DecimalField(max_digits=7, decimal_places=3, default=1)
    order = models.PositiveSmallIntegerField(default=0)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["section__order", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["section", "code"], name="indicator_code")]

    def __str__(self) -> str:
        return self.name


class Requirement(models.Model):
    """测评内容: the sub-indicator of an indicator; ``number`` is its trailing number where a sheet has one (公共服务10)."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="requirements")
    code = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.CharField(max_length=500)
    order = models.PositiveSmallIntegerField(default=0)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["indicator__section__order", "indicator__order", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["indicator", "code"], name="requirement_code")]

    def __str__(self) -> str:
        return self.text


class Worded(models.Model):
    """Something whose words hold thresholds: ``template`` has {names} that ``parameters`` fill; ``text`` is what people read.

    Without a template the text is written as it is.
    """

    text = models.CharField(max_length=600)
    template = models.CharField(max_length=600, blank=True)
    parameters = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        if self.template:
            self.text = wording(self.template, self.parameters)
        super().save(*args, **kwargs)


class Criterion(Worded):
    """测评标准: what is looked at and how it is marked."""

    class Method(models.TextChoices):
        DOCUMENTS = "documents", _("document review")
        FIELD = "field", _("field visit")
        SURVEY = "survey", _("survey")
        ONLINE = "online", _("on-line check")
        OVERALL = "overall", _("overall view")

    class Grading(models.TextChoices):
        GRADED = "graded", _("graded A to D")
        PASS_FAIL = "pass_fail", _("pass or fail")
        LOSS = "loss", _("points lost")

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="criteria")
    code = models.CharField(max_length=40)
    method = models.CharField(max_length=10, choices=Method.choices, default=Method.FIELD)
    grading = models.CharField(max_length=10, choices=Grading.choices, default=Grading.GRADED)
    full_marks = models.DecimalField(max_digits=7, decimal_places=3, default=1)
    family = models.ForeignKey(Family, null=True, blank=True, on_delete=models.SET_NULL, related_name="criteria")
    kind = models.ForeignKey(Kind, null=True, blank=True, on_delete=models.SET_NULL, related_name="criteria")
    severity = models.PositiveSmallIntegerField(default=2)
    veto = models.BooleanField(default=False)
    keywords = models.JSONField(default=list, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = [
            "requirement__indicator__section__order",
            "requirement__indicator__order",
            "requirement__order",
            "order",
            "pk",
        ]
        constraints = [models.UniqueConstraint(fields=["requirement", "code"], name="criterion_code")]

    def __str__(self) -> str:
        return self.text


class ChecklistItem(Worded):
    """点位标准: a criterion as it applies to one site type, in the words for that place, with thresholds and exemptions.

    ``kind``, ``severity`` and ``grading`` say what differs from the criterion at this type of place; empty: as the criterion has it.
    """

    site_type = models.ForeignKey(SiteType, on_delete=models.CASCADE, related_name="checklist")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="checklist_items")
    code = models.CharField(max_length=60, blank=True)
    exemptions = models.CharField(max_length=300, blank=True)
    kind = models.ForeignKey(Kind, null=True, blank=True, on_delete=models.SET_NULL, related_name="checklist_items")
    severity = models.PositiveSmallIntegerField(null=True, blank=True)
    grading = models.CharField(max_length=10, choices=Criterion.Grading.choices, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["order", "pk"]
        indexes = [models.Index(fields=["site_type", "criterion"])]

    def __str__(self) -> str:
        return self.text


class ChecklistExample(models.Model):
    """样例照片: what right, or wrong, looks like for an item of a checklist. The picture is stored without the camera's data.

    ``file_key`` names the picture (at most 1600 pixels), ``thumbnail_key`` a small copy, both JPEG.
    """

    item = models.ForeignKey(ChecklistItem, on_delete=models.CASCADE, related_name="examples")
    right = models.BooleanField(help_text="True: so it should be; False: this is a fault")
    caption = models.CharField(max_length=100, blank=True)
    file_key = models.CharField(max_length=64)
    thumbnail_key = models.CharField(max_length=64)
    order = models.PositiveSmallIntegerField(default=0)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["item", "-right", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "file_key"], name="example_once_per_item")]

    def __str__(self) -> str:
        return self.caption or (pgettext("example", "right") if self.right else pgettext("example", "wrong"))


class Responsibility(models.Model):
    """责任分工: lead and assisting units for what is named (criterion, site type, site, kind or family of problem, division), for a time.

    A row holds where all the columns that it fills hold; the more of them, the stronger it is (see ``rules``).
    """

    class Part(models.TextChoices):
        LEAD = "lead", _("lead")
        ASSIST = "assist", _("assisting")
        OWNER = "owner", _("owner of the site")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="responsibilities")
    part = models.CharField(max_length=10, choices=Part.choices, default=Part.LEAD)
    criterion = models.ForeignKey(Criterion, null=True, blank=True, on_delete=models.CASCADE, related_name="responsibilities")
    kind = models.ForeignKey(Kind, null=True, blank=True, on_delete=models.CASCADE, related_name="responsibilities")
    family = models.ForeignKey(Family, null=True, blank=True, on_delete=models.CASCADE, related_name="responsibilities")
    site_type = models.ForeignKey(SiteType, null=True, blank=True, on_delete=models.CASCADE, related_name="responsibilities")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.CASCADE, related_name="responsibilities")
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.CASCADE, related_name="responsibilities")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(unit="unit", division="unit__division")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(criterion__isnull=False)
                | Q(kind__isnull=False)
                | Q(family__isnull=False)
                | Q(site_type__isnull=False)
                | Q(site__isnull=False)
                | Q(division__isnull=False),
                name="responsible_for_something",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="responsibility_days_forward"
            ),
        ]

    def __str__(self) -> str:
        things = [self.criterion, self.kind, self.family, self.site_type, self.site, self.division]
        return f"{self.unit} · {self.get_part_display()} · {'、'.join(str(thing) for thing in things if thing is not None)}"[:200]
