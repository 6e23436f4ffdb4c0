"""Forms of the room."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.pictures import PictureError, inspect
from chuangwen.people.models import Unit
from chuangwen.places.forms import CodeTableForm, select_of
from chuangwen.places.models import SiteType
from chuangwen.standards.models import (
    ChecklistItem,
    Criterion,
    Edition,
    Family,
    Indicator,
    Kind,
    Requirement,
    Responsibility,
    Section,
)
from chuangwen.web.forms import Form

SEVERITIES = [(1, gettext_lazy("minor")), (2, gettext_lazy("normal")), (3, gettext_lazy("serious")), (4, gettext_lazy("urgent"))]
LISTS = [
    ("ten_disorders", gettext_lazy("ten disorders")),
    ("six_disorders", gettext_lazy("six disorders")),
    ("infrastructure", gettext_lazy("infrastructure list")),
]


class ParametersField(forms.CharField):
    """Thresholds, one per line: ``count = 4``. Numbers become numbers."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{name} = {each}" for name, each in value.items()) if isinstance(value, dict) else value

    def clean(self, value: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for line in (super().clean(value) or "").splitlines():
            if not line.strip():
                continue
            name, mark, given = line.partition("=")
            name, given = name.strip(), given.strip()
            if not mark or not name.isidentifier() or not given:
                raise forms.ValidationError(
                    _("“%(line)s” is no threshold; write for example count = 4.") % {"line": line.strip()}
                )
            try:
                found[name] = json.loads(given)
            except ValueError:
                found[name] = given
        return found


class WordsField(forms.CharField):
    """Words separated by 、."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        text = (super().clean(value) or "").replace("，", "、").replace(",", "、").replace(" ", "、")
        return list(dict.fromkeys(word for word in text.split("、") if word))


def _filled(row: Any, names: list[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


class EditionForm(Form):
    """An edition."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    year = forms.IntegerField(label=gettext_lazy("Year"), required=False, min_value=1990, max_value=2100)
    level = forms.CharField(
        label=gettext_lazy("Level"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("For example national, province, county."),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Who published it, under which number."),
    )
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=300, required=False)

    widths = {"name": "col-md-6", "year": "col-md-3", "level": "col-md-3"}

    def __init__(self, *args: Any, edition: Edition | None = None, **kwargs: Any):
        if edition is not None:
            kwargs["initial"] = _filled(edition, ["year", "level", "source", "note"])
        super().__init__(*args, **kwargs)
        if edition is not None:
            del self.fields["name"]


class CopyForm(Form):
    """A copy of an edition."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("The same name makes the next version; another one a new edition."),
    )
    with_responsibilities = forms.BooleanField(
        label=gettext_lazy("Take the responsibilities along"), required=False, initial=True
    )


class NodeForm(Form):
    """A section, indicator or requirement."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40, required=False, help_text=gettext_lazy("Left empty, it gets the next one.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    text = forms.CharField(label=gettext_lazy("Text"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    weight = forms.DecimalField(label=gettext_lazy("Weight"), max_digits=7, decimal_places=3, min_value=0, initial=1)

    widths = {"code": "col-md-3", "name": "col-md-6", "weight": "col-md-3", "text": "col-md-9"}

    def __init__(self, *args: Any, level: str, node: Any = None, **kwargs: Any):
        names = ["code", "text"] if level == "requirement" else ["code", "name", "weight"]
        if node is not None:
            kwargs["initial"] = _filled(node, names)
        super().__init__(*args, **kwargs)
        for name in list(self.fields):
            if name not in names:
                del self.fields[name]


class CriterionForm(Form):
    """A criterion."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40, required=False, help_text=gettext_lazy("Left empty, it gets the next one.")
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A threshold stands in braces: at least {count} ads."),
    )
    parameters = ParametersField(
        label=gettext_lazy("Thresholds"), required=False, help_text=gettext_lazy("One per line: count = 4")
    )
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=Criterion.Method.choices)
    grading = forms.ChoiceField(label=gettext_lazy("Grading"), choices=Criterion.Grading.choices)
    full_marks = forms.DecimalField(label=gettext_lazy("Full marks"), max_digits=7, decimal_places=3, min_value=0, initial=1)
    family = forms.ModelChoiceField(label=gettext_lazy("Family of problems"), queryset=Family.objects.none(), required=False)
    kind = forms.ModelChoiceField(label=gettext_lazy("Kind of problem"), queryset=Kind.objects.none(), required=False)
    severity = forms.TypedChoiceField(label=gettext_lazy("Severity"), choices=SEVERITIES, coerce=int, initial=2)
    veto = forms.BooleanField(label=gettext_lazy("A failure vetoes the whole"), required=False)
    keywords = WordsField(label=gettext_lazy("Keywords"), required=False, max_length=200)

    widths = {
        "code": "col-md-3",
        "method": "col-md-3",
        "grading": "col-md-3",
        "full_marks": "col-md-3",
        "family": "col-md-4",
        "kind": "col-md-4",
        "severity": "col-md-4",
    }
    layout = [
        ("", ["code", "method", "grading", "full_marks", "text", "parameters"]),
        (gettext_lazy("Problems"), ["family", "kind", "severity", "keywords", "veto"]),
    ]

    def __init__(self, *args: Any, criterion: Criterion | None = None, **kwargs: Any):
        if criterion is not None:
            kwargs["initial"] = _filled(
                criterion, ["code", "parameters", "method", "grading", "full_marks", "severity", "veto", "keywords"]
            ) | {"text": criterion.template or criterion.text, "family": criterion.family_id, "kind": criterion.kind_id}
        super().__init__(*args, **kwargs)
        select_of(self, "family").queryset = Family.objects.filter(active=True)
        select_of(self, "kind").queryset = Kind.objects.filter(active=True)

    def facts(self) -> dict[str, Any]:
        return worded(dict(self.cleaned_data))


def worded(facts: dict[str, Any]) -> dict[str, Any]:
    """The text as template and as words: with thresholds it is both, without them it is plain."""
    from chuangwen.standards.models import wording

    facts["template"] = facts["text"] if facts["parameters"] else ""
    facts["text"] = wording(facts["text"], facts["parameters"])
    return facts


class ItemForm(Form):
    """A criterion as it applies to a site type."""

    criterion = forms.ModelChoiceField(label=gettext_lazy("Criterion"), queryset=Criterion.objects.none())
    text = forms.CharField(
        label=gettext_lazy("Text for this place"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Left empty, the criterion's own words."),
    )
    parameters = ParametersField(
        label=gettext_lazy("Thresholds"), required=False, help_text=gettext_lazy("One per line: count = 4")
    )
    exemptions = forms.CharField(label=gettext_lazy("What does not count as a fault"), max_length=300, required=False)
    kind = forms.ModelChoiceField(
        label=gettext_lazy("Kind of problem"),
        queryset=Kind.objects.none(),
        required=False,
        empty_label=gettext_lazy("as the criterion has it"),
    )
    grading = forms.ChoiceField(
        label=gettext_lazy("Grading"),
        choices=[("", gettext_lazy("as the criterion has it")), *Criterion.Grading.choices],
        required=False,
    )
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", gettext_lazy("as the criterion has it")), *SEVERITIES],
    )
    order = forms.IntegerField(label=gettext_lazy("Order"), min_value=0, max_value=32000, required=False)

    widths = {"kind": "col-md-4", "grading": "col-md-3", "severity": "col-md-3", "order": "col-md-2"}

    def __init__(self, *args: Any, edition: Edition | None, item: ChecklistItem | None = None, **kwargs: Any):
        self.item = item
        if item is not None:
            kwargs["initial"] = _filled(item, ["parameters", "exemptions", "grading", "severity", "order"]) | {
                "criterion": item.criterion_id,
                "text": item.template or item.text,
                "kind": item.kind_id,
            }
        super().__init__(*args, **kwargs)
        mine = Criterion.objects.filter(pk__in=[item.criterion_id] if item else [])
        field = Criterion.Method.FIELD
        select_of(self, "criterion").queryset = (
            Criterion.objects.filter(requirement__indicator__section__edition=edition, method=field) | mine
        )
        select_of(self, "criterion").label_from_instance = lambda row: f"{row.code} {row.text}"
        select_of(self, "kind").queryset = Kind.objects.filter(active=True)

    def facts(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        if facts["order"] is None:
            del facts["order"]
        if not facts["text"]:
            facts["text"] = facts["criterion"].text
        return worded(facts)


class ExampleChangeForm(Form):
    """What an example shows."""

    right = forms.ChoiceField(
        label=gettext_lazy("What it shows"),
        choices=[("1", gettext_lazy("right: so it should be")), ("0", gettext_lazy("wrong: this is a fault"))],
        widget=forms.RadioSelect,
        initial="1",
    )
    caption = forms.CharField(
        label=gettext_lazy("Caption"), max_length=100, required=False, help_text=gettext_lazy("What to look at, in a few words.")
    )

    def facts(self) -> dict[str, Any]:
        return {"right": self.cleaned_data["right"] == "1", "caption": self.cleaned_data["caption"]}


class ExampleForm(ExampleChangeForm):
    """A further example."""

    photo = forms.FileField(
        label=gettext_lazy("Photo"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
    )

    field_order = ["photo", "right", "caption"]

    def clean_photo(self) -> bytes:
        content = self.cleaned_data["photo"].read()
        try:
            inspect(content)
        except PictureError as problem:
            raise ValidationError(str(problem), code="no_picture") from problem
        return content

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"content": self.cleaned_data["photo"]}


class FamilyForm(CodeTableForm):
    """A family of problems."""


class KindForm(CodeTableForm):
    """A kind of problem."""

    family = forms.ModelChoiceField(label=gettext_lazy("Family of problems"), queryset=Family.objects.none())
    severity = forms.TypedChoiceField(label=gettext_lazy("Severity"), choices=SEVERITIES, coerce=int, initial=2)
    lists = forms.MultipleChoiceField(
        label=gettext_lazy("Counted on the lists"), choices=LISTS, required=False, widget=forms.CheckboxSelectMultiple
    )
    keywords = WordsField(
        label=gettext_lazy("Keywords"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Separated by 、; a report that holds one is proposed as this kind."),
    )

    field_order = ["name", "code", "family", "severity", "lists", "keywords", "order", "active"]
    widths = CodeTableForm.widths | {"family": "col-md-6", "severity": "col-md-6"}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        select_of(self, "family").queryset = Family.objects.filter(active=True)


def assignable_units(actor: Actor) -> Any:
    """The units that the actor may make answer for something."""
    return access.scoped(actor, "standards.assign", Unit).filter(ends_on__isnull=True).order_by("path")


class AssignForm(Form):
    """One lead and any number of assisting units, from a day on."""

    lead = forms.ModelChoiceField(label=gettext_lazy("Leading unit"), queryset=Unit.objects.none(), required=False)
    assist = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Assisting units"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    starts_on = forms.DateField(label=gettext_lazy("From"))
    ends_on = forms.DateField(label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: until further notice."))
    replace = forms.BooleanField(label=gettext_lazy("Relieve those who answered before"), required=False, initial=True)
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)

    widths = {"lead": "col-md-6", "starts_on": "col-md-3", "ends_on": "col-md-3"}
    layout = [("", ["lead", "starts_on", "ends_on", "assist", "replace", "note"])]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        kwargs.setdefault("initial", {"starts_on": clock.today(), "replace": True})
        super().__init__(*args, **kwargs)
        for name in ("lead", "assist"):
            select_of(self, name).queryset = assignable_units(actor)
            select_of(self, name).label_from_instance = lambda unit: unit.name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("lead") and not cleaned.get("assist"):
            self.add_error("lead", _("Choose a unit."))
        return cleaned


class ResponsibilityForm(AssignForm):
    """Responsibility for what is named: all that is filled in must hold together."""

    site_type = forms.ModelChoiceField(label=gettext_lazy("Site type"), queryset=SiteType.objects.none(), required=False)
    family = forms.ModelChoiceField(label=gettext_lazy("Family of problems"), queryset=Family.objects.none(), required=False)
    kind = forms.ModelChoiceField(label=gettext_lazy("Kind of problem"), queryset=Kind.objects.none(), required=False)

    widths = AssignForm.widths | {"site_type": "col-md-4", "family": "col-md-4", "kind": "col-md-4"}
    layout = [
        (gettext_lazy("For what"), ["site_type", "family", "kind"]),
        (gettext_lazy("Who"), ["lead", "starts_on", "ends_on", "assist", "replace", "note"]),
    ]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, actor=actor, **kwargs)
        select_of(self, "site_type").queryset = SiteType.objects.filter(active=True)
        select_of(self, "family").queryset = Family.objects.filter(active=True)
        select_of(self, "kind").queryset = Kind.objects.filter(active=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in ("site_type", "family", "kind")):
            self.add_error("site_type", _("Say for what: a site type, a family or a kind of problem."))
        return cleaned


class EndForm(Form):
    """The last day of a responsibility."""

    ends_on = forms.DateField(label=gettext_lazy("Last day"))


NODE_MODELS = {"section": Section, "indicator": Indicator, "requirement": Requirement, "criterion": Criterion}
PART_LABELS = dict(Responsibility.Part.choices)
