"""What was found: recorded, corrected, photographed."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.evidence.forms import PhotosField
from chuangwen.fieldwork.forms.rounds import TreeChoice
from chuangwen.fieldwork.models import Observation
from chuangwen.fieldwork.results import GRADES, SEVERITIES, plain
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.identifiers import new_uid
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.standards.models import Criterion
from chuangwen.web.forms import Form, offer


class ButtonChoice(forms.RadioSelect):
    """A few choices as one row of large buttons, each with its key on the keyboard."""

    def __init__(self, keys: Iterable[str] = (), tones: Iterable[str] = (), **kwargs: Any):
        super().__init__(**kwargs)
        self.keys, self.tones = list(keys), list(tones)

    def create_option(self, name: str, value: Any, label: Any, selected: Any, index: Any, **more: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, selected, index, **more)
        option["key"] = self.keys[index] if index < len(self.keys) else ""
        option["tone"] = self.tones[index] if index < len(self.tones) else ""
        return option


BUTTONS = "fieldwork/fields/buttons.html"
LOSS = "fieldwork/fields/loss.html"
TEMPLATES = {"grade": BUTTONS, "conform": BUTTONS, "loss": LOSS, "severity": BUTTONS}


class ResultForm(Form):
    """How it came out, as the grading asks; note and severity."""

    layout_of: dict[str, list[str]] = {
        Criterion.Grading.GRADED: ["grade", "defects"],
        Criterion.Grading.PASS_FAIL: ["conform"],
        Criterion.Grading.LOSS: ["loss"],
    }
    widths = {"grade": "col-sm-8", "defects": "col-sm-4", "severity": "col-12"}

    def __init__(self, *args: Any, grading: str, every: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        wanted = [name for names in self.layout_of.values() for name in names] if every else self.layout_of[grading]
        made: dict[str, forms.Field] = {
            "grade": forms.ChoiceField(
                label=_("Grade"),
                choices=[(grade, grade) for grade in GRADES],
                widget=ButtonChoice(keys="abcd", tones=("ok", "warn", "warn", "bad")),
                required=False,
            ),
            "defects": forms.IntegerField(
                label=_("Number of defects"),
                min_value=0,
                max_value=9999,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            ),
            "conform": forms.TypedChoiceField(
                label=_("Result"),
                choices=[("1", _("conforms")), ("0", _("does not conform"))],
                coerce=lambda value: value == "1",
                empty_value=None,
                widget=ButtonChoice(keys="12", tones=("ok", "bad")),
                required=False,
            ),
            "loss": forms.DecimalField(
                label=_("Points lost"),
                min_value=Decimal(0),
                max_value=Decimal(1),
                decimal_places=4,
                required=False,
                widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            ),
        }
        self.grading = grading
        fields = {name: made[name] for name in wanted}
        fields["note"] = forms.CharField(
            label=_("What was found"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
        )
        fields["severity"] = forms.TypedChoiceField(
            label=_("Severity"),
            choices=list(SEVERITIES.items()),
            coerce=int,
            widget=ButtonChoice(tones=("quiet", "quiet", "warn", "bad")),
            initial=2,
        )
        for name, template in TEMPLATES.items():
            if name in fields:
                fields[name].template_name = template
        self.fields = fields | self.fields

    def result(self) -> dict[str, Any]:
        """loss, grade, conform, defects: None or "" for what was not said."""
        return {
            "loss": self.cleaned_data.get("loss"),
            "grade": self.cleaned_data.get("grade") or "",
            "conform": self.cleaned_data.get("conform"),
            "defects": self.cleaned_data.get("defects"),
        }


class DepartmentsField(forms.ModelMultipleChoiceField):
    """The departments that an observation counts for: those that answer for it are offered first and ticked."""

    widget = forms.CheckboxSelectMultiple


class RecordForm(ResultForm):
    """One criterion at one site, at the desk. ``uid`` makes a form that is sent twice one observation."""

    observed_on = forms.DateField(label=gettext_lazy("Day"))
    departments = DepartmentsField(label=gettext_lazy("Counts for"), queryset=Unit.objects.none(), required=False)
    photos = PhotosField(label=gettext_lazy("Photos"), required=False)
    uid = forms.UUIDField(widget=forms.HiddenInput)
    widths = ResultForm.widths | {"observed_on": "col-sm-4", "departments": "col-12"}
    field_order = ["grade", "defects", "conform", "loss", "note", "photos", "severity", "departments", "observed_on", "uid"]

    def __init__(
        self,
        *args: Any,
        grading: str,
        severity: int,
        day: date,
        units: Iterable[Unit] = (),
        answering: Iterable[Unit] = (),
        **kwargs: Any,
    ):
        kwargs["initial"] = {
            "severity": severity,
            "observed_on": day,
            "uid": new_uid(),
            "departments": [unit.pk for unit in answering],
        } | kwargs.get("initial", {})
        super().__init__(*args, grading=grading, **kwargs)
        offer(self, "departments", Unit.objects.filter(pk__in=[unit.pk for unit in units]))
        if not list(units):
            del self.fields["departments"]
        self.order_fields(self.field_order)


class CorrectForm(ResultForm):
    """A correction, with its reason."""

    area = TreeChoice(label=gettext_lazy("Area it counts for"), queryset=Division.objects.none(), required=False)
    departments = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Departments it counts for"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=gettext_lazy("Hold Ctrl to choose several."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for the correction"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It stays in the audit trail with what was there before."),
    )
    widths = {"area": "col-md-6", "departments": "col-md-6"}

    def __init__(self, *args: Any, actor: Actor, observation: Observation, **kwargs: Any):
        grading = grading_of(observation)
        kwargs["initial"] = {
            "loss": plain(observation.loss) if observation.loss is not None else None,
            "grade": observation.grade,
            "conform": None if observation.conform is None else "1" if observation.conform else "0",
            "defects": observation.defects,
            "note": observation.note,
            "severity": observation.severity,
            "area": observation.area_id,
            "departments": list(observation.departments.values_list("pk", flat=True)),
        }
        super().__init__(*args, grading=grading, **kwargs)
        areas = access.scoped(actor, "fieldwork.see_observations", Division)
        if observation.site is not None and observation.site.division is not None:
            around = observation.site.division.path[: Division.steplen * max(1, observation.site.division.depth - 2)]
            areas = areas.filter(path__startswith=around)
        if observation.area_id:
            areas = areas | Division.objects.filter(pk=observation.area_id)
        offer(self, "area", areas.order_by("path"))
        own = Unit.objects.filter(pk__in=observation.departments.values("pk"))
        offer(self, "departments", (access.scoped(actor, "people.see", Unit) | own).order_by("path"))
        self.order_fields(["grade", "defects", "conform", "loss", "note", "severity", "area", "departments", "reason"])


def grading_of(observation: Observation) -> str:
    """How an observation was graded: by what it says, else by its criterion."""
    if observation.loss is not None:
        return Criterion.Grading.LOSS
    if observation.conform is not None:
        return Criterion.Grading.PASS_FAIL
    if observation.grade or observation.defects is not None or observation.criterion is None:
        return Criterion.Grading.GRADED
    return observation.criterion.grading


class PhotosForm(Form):
    photos = PhotosField(label=gettext_lazy("Photos"))
