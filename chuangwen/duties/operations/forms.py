"""Forms of operations: what it is, who takes part, segments, what is counted, a unit's day, photos."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from chuangwen.cases.forms.fields import PhotoForm, UnitField, UnitsField
from chuangwen.duties.operations import queries
from chuangwen.duties.operations.models import Counted, Operation, OperationPhoto, Segment
from chuangwen.duties.operations.states import DRAFT
from chuangwen.fieldwork.forms.rounds import TreeChoice
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.ledger.forms import number_field
from chuangwen.ledger.models import Fact, Metric
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.standards.models import Kind as ProblemKind
from chuangwen.web.forms import DateInput, Form, offer

MOST_UNITS = 1000


class ProblemsField(forms.ModelMultipleChoiceField):
    """Kinds of problems by their names."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class OperationForm(Form):
    """What the operation is."""

    name = forms.CharField(
        label=gettext_lazy("Name of the operation"), max_length=60,
        help_text=gettext_lazy("Facts of the ledger bear it; each name is given once. With the place or the year: 火车南站集中整治二十天."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=pgettext_lazy("operation", "Kind"), choices=Operation.Kind.choices)
    division = TreeChoice(label=gettext_lazy("Area"), queryset=Division.objects.none(), empty_label=None)
    place = forms.CharField(label=gettext_lazy("Where in the area"), max_length=100, required=False)
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DateInput())
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput())
    rhythm = forms.ChoiceField(
        label=gettext_lazy("Figures are asked for"), choices=Operation.Rhythm.choices,
        help_text=gettext_lazy("Each time is a form on each unit, and counts in what falls on it."),
    )  # fmt: skip
    remind = forms.BooleanField(label=gettext_lazy("Remind units in the afternoon that have not told"), required=False, initial=True)
    window = forms.IntegerField(
        label=gettext_lazy("Days looked at afterwards"), min_value=1, max_value=90, initial=14,
        help_text=gettext_lazy("What is newly reported then is compared with as many days before."),
    )  # fmt: skip
    problems = ProblemsField(
        label=gettext_lazy("Kinds of problems"), queryset=ProblemKind.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all of them."),
    )  # fmt: skip
    aim = forms.CharField(label=gettext_lazy("Aim"), max_length=500, required=False, widget=forms.Textarea({"rows": 3}))
    basis = forms.CharField(label=gettext_lazy("Basis"), max_length=200, required=False, help_text=gettext_lazy("The paper that lays it down."))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    layout = [
        ("", ["name", "kind", "division", "place", "starts_on", "ends_on", "aim", "basis"]),
        (gettext_lazy("Figures"), ["rhythm", "remind"]),
        (gettext_lazy("What it is about"), ["problems", "window"]),
    ]
    widths = dict.fromkeys(("kind", "division", "place", "rhythm", "window"), "col-md-6") | dict.fromkeys(
        ("starts_on", "ends_on"), "col-6 col-md-3"
    )

    def __init__(self, *args: Any, actor: Actor, operation: Operation | None = None, **kwargs: Any):
        names = ("name", "kind", "division", "place", "starts_on", "ends_on", "aim", "basis", "rhythm", "remind", "window", "version")
        given: dict[str, Any] = {"starts_on": clock.today()}
        if operation is not None:
            given = {name: getattr(operation, name) for name in names}
            given["problems"] = list(operation.problems.values_list("pk", flat=True))
        kwargs["initial"] = given | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        places = access.scoped(actor, queries.RUN, Division).filter(active=True).order_by("path")
        offer(self, "division", places if self.is_bound else places[:MOST_UNITS])
        kinds = ProblemKind.objects.filter(Q(active=True)).select_related("family").order_by("family__order", "order", "pk")
        offer(self, "problems", kinds)
        if operation is not None and operation.state != DRAFT:
            for name in ("name", "division", "starts_on"):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first."))
        return given

    def facts(self) -> dict[str, Any]:
        """What the action takes."""
        given = dict(self.cleaned_data)
        given["expected"] = given.pop("version")
        given["problems"] = list(given["problems"])
        return given


def units_in(operation: Operation) -> list[Unit]:
    """The units of today that can take part: those of the area, and those above it. One query."""
    today, division = clock.today(), operation.division
    reach = Q(division__path__startswith=division.path) | Q(division__path__in=division.ancestor_paths) | Q(division__isnull=True)
    rows = Unit.objects.filter(reach, Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today)
    return list(rows.exclude(kind=Unit.Kind.ASSESSOR).select_related("division").order_by("path")[:MOST_UNITS])


class UnitsForm(Form):
    """Who takes part."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    widths = {"telling": "col-md-6", "helping": "col-md-6"}

    def __init__(self, *args: Any, operation: Operation, **kwargs: Any):
        rows = list(operation.units.select_related("unit"))
        kwargs["initial"] = {
            "telling": [row.unit for row in rows if row.tells], "helping": [row.unit for row in rows if not row.tells],
            "version": operation.version,
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        units = units_in(operation)
        known = {unit.pk for unit in units}
        units += [row.unit for row in rows if row.unit_id not in known]
        self.fields["telling"] = UnitsField(units, label=_("Take part and tell figures"), required=False)
        self.fields["helping"] = UnitsField(units, label=_("Take part, are not asked for figures"), required=False)


class SegmentForm(Form):
    """A part of the place with who answers for it."""

    name = forms.CharField(label=gettext_lazy("Segment"), max_length=60)
    leader = forms.CharField(
        label=gettext_lazy("Leader who answers for it"), max_length=40, required=False,
        help_text=gettext_lazy("As papers call them; needed for the table of segments alone."),
    )  # fmt: skip
    content = forms.CharField(label=gettext_lazy("What is to be done there"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}))
    order = forms.IntegerField(label=pgettext_lazy("operation", "Order"), min_value=0, max_value=9999, initial=0, required=False)
    widths = {"name": "col-md-6", "unit": "col-md-6", "leader": "col-md-6", "order": "col-6 col-md-3"}

    def __init__(self, *args: Any, operation: Operation, segment: Segment | None = None, **kwargs: Any):
        names = ("name", "unit", "leader", "content", "order")
        kwargs["initial"] = {name: getattr(segment, name) for name in names} if segment else {"order": operation.segments.count() + 1}
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(units_in(operation), label=_("Unit that answers for it"))
        self.order_fields(["name", "unit", "leader", "order", "content"])

    def clean_order(self) -> int:
        return self.cleaned_data["order"] or 0


class CountedForm(Form):
    """A metric and what is to be reached."""

    part = forms.ChoiceField(label=gettext_lazy("Counts as"), choices=Counted.Part.choices)
    widths = {"metric": "col-md-6", "part": "col-6 col-md-3", "target": "col-6 col-md-3"}

    def __init__(self, *args: Any, metrics: Sequence[Metric], **kwargs: Any):
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        self.metrics = {str(metric.pk): metric for metric in metrics}
        for metric in metrics:
            groups.setdefault(metric.group, []).append((str(metric.pk), f"{metric.name}（{metric.measure}）"))
        self.fields["metric"] = forms.ChoiceField(label=_("Metric"), choices=[("", "—"), *groups.items()])
        self.fields["target"] = number_field(label=pgettext("operation", "Target"))
        self.fields["target"].help_text = _("Left empty: it is counted, nothing is promised.")
        self.order_fields(["metric", "part", "target"])

    def clean_metric(self) -> Metric:
        return self.metrics[self.cleaned_data["metric"]]


class TodayForm(Form):
    """A unit's figures of one day. An empty field is not told; nought is."""

    uid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(label=pgettext_lazy("operation", "Note"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, counted: Sequence[Counted], told: Mapping[int, list[Fact]], day: date):
        initial: dict[str, Any] = {"uid": uuid.uuid4(), "day": day}
        for row in counted:
            if told.get(row.metric_id):
                initial[f"m{row.metric_id}"] = plain(sum((fact.quantity for fact in told[row.metric_id]), Decimal(0)))
        super().__init__(data, initial=initial)
        self.counted = {row.metric_id: row for row in counted}
        self.asked: dict[int, list[Fact]] = {}
        self.fields["day"] = forms.DateField(label=_("Day"), widget=DateInput())
        for row in counted:
            label = f"{row.metric.name}（{row.metric.measure}）"
            self.fields[f"m{row.metric_id}"] = number_field(
                label=label, attrs={"aria-label": label, "class": "form-control form-control-lg", "enterkeyhint": "next"}
            )

    def quantities(self) -> dict[int, Decimal]:
        found = self.cleaned_data
        return {key: found[f"m{key}"] for key in self.counted if found.get(f"m{key}") is not None}

    def decided(self) -> dict[int, str]:
        """What was decided of what the ledger knows already."""
        return {key: word for key in self.counted if (word := str(self.data.get(f"d{key}", ""))[:40])}

    def ask(self, found: Mapping[int, list[Fact]], unit: Unit, operation: Operation) -> None:
        """Ask about what the ledger knows."""
        self.asked = dict(found)
        for key, facts in found.items():
            takes = [
                (f"take:{fact.pk}", _("The same: let %(fact)s count for this operation") % {"fact": fact.told})
                for fact in facts[:3] if fact.unit_id == unit.pk and not fact.operation
            ]  # fmt: skip
            choices = [*takes, ("add", _("Further work: add it as well")), ("leave", _("The same as told elsewhere: leave it"))]
            self.fields[f"d{key}"] = forms.ChoiceField(
                label=_("In the ledger already"), choices=choices, widget=forms.RadioSelect, required=False, initial=choices[0][0]
            )

    def line(
        self, key: int, before: Mapping[int, Decimal], elsewhere: Mapping[int, list[Fact]], told: Mapping[int, list[Fact]]
    ) -> dict[str, Any]:
        """A metric's field for the page."""
        return {
            "counted": self.counted[key], "field": self[f"m{key}"], "before": before.get(key), "told": bool(told.get(key)),
            "elsewhere": elsewhere.get(key, []), "found": self.asked.get(key, []),
            "asked": self[f"d{key}"] if f"d{key}" in self.fields else None,
        }  # fmt: skip


def plain(number: Decimal) -> Decimal:
    """Without needless noughts."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


class ShotForm(PhotoForm):
    """Photos of a spot."""

    stage = forms.ChoiceField(label=pgettext_lazy("operation photo", "When"), choices=OperationPhoto.Stage.choices, widget=forms.RadioSelect)
    photo_fields = {"photos": (gettext_lazy("Photos"), gettext_lazy("From where the one before was taken."))}
    wanted = ("photos",)
    layout = [("", ["unit", "spot", "stage", "photos"])]
    widths = {"unit": "col-md-6", "spot": "col-md-6"}

    def __init__(self, *args: Any, actor: Actor, units: Sequence[Unit], spots: Sequence[str], **kwargs: Any):
        own = next((unit for unit in units if unit.pk in actor.unit_ids), units[0] if units else None)
        kwargs["initial"] = {"unit": own, "stage": OperationPhoto.Stage.BEFORE} | kwargs.get("initial", {})
        super().__init__(*args, actor=actor, **kwargs)
        self.fields["unit"] = UnitField(units, label=_("Unit"))
        self.fields["spot"] = forms.CharField(
            label=_("Spot"), max_length=60, help_text=_("Before and after bear the same name.") + (" " + "、".join(spots[:8]) if spots else "")
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("unit") is None and "unit" not in self.errors:
            self.add_error("unit", _("Choose the unit."))
        return given


class ReasonForm(Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea({"rows": 3}))


class ConclusionForm(Form):
    """By which paper an operation was reported, where that was made elsewhere."""

    paper = forms.CharField(
        label=gettext_lazy("Number of the paper"), max_length=60, widget=forms.TextInput({"placeholder": "××发〔2026〕12号"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it was made elsewhere"), max_length=300,
        help_text=gettext_lazy("For example: reported together with other work by the district."),
    )
    conclusion = forms.CharField(
        label=gettext_lazy("What is to be said about it"), max_length=500, required=False, widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("The figures of now are kept as they were reported."),
    )  # fmt: skip
