"""Forms of the kernel's pages: bringing in a sheet, answering its questions, the work calendar."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from chuangwen.kernel import actions
from chuangwen.kernel.access import Actor
from chuangwen.kernel.importing import Importer, Parameter
from chuangwen.kernel.worktime import UNITS, Limit
from chuangwen.web.forms import DateInput, Form, TimeInput

LARGEST = 50 * 2**20  # bytes of a sheet that is brought in
UNIT_LABELS = {
    "working_hours": pgettext_lazy("deadline", "working hours"),
    "working_days": pgettext_lazy("deadline", "working days"),
    "calendar_days": pgettext_lazy("deadline", "calendar days"),
}
SPANS = 3  # spans of hours that a working day may have


class SuggestInput(forms.TextInput):
    """Free text with a list of what is known already."""

    template_name = "web/system/suggest.html"

    def __init__(self, options: Iterable[str], attrs: dict[str, Any] | None = None):
        super().__init__(attrs)
        self.options = list(dict.fromkeys(options))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs'].get('id', name)}-known"
        return context | {"options": self.options}


class ImportForm(Form):
    """The file and what an importer asks besides it. ``parameters()`` is what the importer gets."""

    file = forms.FileField(label=gettext_lazy("File"), max_length=200)

    def __init__(self, importer: Importer, actor: Actor, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.importer = importer
        ends = ".xlsx,.csv,.txt" if importer.csv else ".xlsx"
        self.fields["file"].widget.attrs |= {"accept": ends, "class": "cw-drop"}
        self.fields["file"].help_text = _("%(kinds)s, at most %(size)d MB. Choose it, or drag it here.") % {
            "kinds": ends.replace(",", "、"),
            "size": LARGEST // 2**20,
        }
        for parameter in importer.parameters:
            self.fields[f"p_{parameter.key}"] = _field(parameter, actor)

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(
                _("The file is larger than %(size)d MB. Take out pictures, or split the table into several files.")
                % {"size": LARGEST // 2**20}
            )
        return file

    def parameters(self) -> dict[str, Any]:
        found = {parameter.key: self.cleaned_data.get(f"p_{parameter.key}") for parameter in self.importer.parameters}
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in found.items() if value}


def _field(parameter: Parameter, actor: Actor) -> forms.Field:
    choices = parameter.choices(actor) if parameter.choices else []
    about: dict[str, Any] = {"label": parameter.label, "required": parameter.required, "help_text": parameter.help}
    if parameter.kind == "date":
        return forms.DateField(widget=DateInput, **about)
    if parameter.kind == "choice":
        return forms.ChoiceField(choices=[("", "—"), *choices], **about)
    widget = SuggestInput([value for value, _label in choices]) if choices else None
    return forms.CharField(max_length=200, widget=widget, **about)


class QuestionsForm(Form):
    """What only a person can decide, a choice each. ``questions`` and ``given`` as an ImportRun keeps them."""

    def __init__(self, questions: list[dict[str, Any]], given: Mapping[str, str], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.keys: dict[str, str] = {}
        for question in questions:
            name = f"q_{hashlib.sha256(question['key'].encode()).hexdigest()[:16]}"
            self.keys[name] = question["key"]
            self.fields[name] = forms.ChoiceField(
                label=question["text"],
                choices=[tuple(answer) for answer in question["answers"]],
                initial=given.get(question["key"], question["default"]),
                widget=forms.RadioSelect,
            )

    def answers(self) -> dict[str, str]:
        return {self.keys[name]: value for name, value in self.cleaned_data.items()}


class DaysForm(Form):
    """Days of the work calendar, from one to another, set alike."""

    first = forms.DateField(label=pgettext_lazy("deadline", "First day"))
    last = forms.DateField(
        label=pgettext_lazy("deadline", "Last day"), required=False, help_text=gettext_lazy("Left empty: one day only.")
    )
    what = forms.ChoiceField(
        label=gettext_lazy("These days are"),
        widget=forms.RadioSelect,
        choices=[
            ("off", gettext_lazy("days off")),
            ("work", pgettext_lazy("calendar", "worked")),
            ("plain", gettext_lazy("as their weekday: Monday to Friday worked")),
        ],
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=40, required=False, help_text=gettext_lazy("The festival, or why.")
    )

    widths = {"first": "col-sm-6", "last": "col-sm-6"}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", pgettext("deadline", "The last day lies before the first."))
        return data

    @property
    def works(self) -> bool | None:
        return {"off": False, "work": True, "plain": None}[self.cleaned_data["what"]]


class HoursForm(Form):
    """The hours of a working day: up to three spans, at least one."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.widths = {}
        known = actions.working_hours()
        for number in range(SPANS):
            starts, ends = known[number] if number < len(known) else (None, None)
            self.fields[f"starts{number}"] = forms.TimeField(
                label=_("Span %(number)d, from") % {"number": number + 1}, required=number == 0, initial=starts, widget=TimeInput
            )
            self.fields[f"ends{number}"] = forms.TimeField(
                label=pgettext("hours", "until"), required=number == 0, initial=ends, widget=TimeInput
            )
            self.widths |= {f"starts{number}": "col-6", f"ends{number}": "col-6"}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        spans = self.spans(data)
        for number in range(SPANS):
            if bool(data.get(f"starts{number}")) != bool(data.get(f"ends{number}")) and f"ends{number}" not in self.errors:
                self.add_error(f"ends{number}", _("A span needs its beginning and its end."))
        if any(starts >= ends for starts, ends in spans):
            self.add_error(None, _("Each span begins before it ends."))
        if any(earlier[1] > later[0] for earlier, later in zip(spans, spans[1:], strict=False)):
            self.add_error(None, _("The spans overlap."))
        return data

    def spans(self, data: Mapping[str, Any] | None = None) -> list[tuple[time, time]]:
        data = self.cleaned_data if data is None else data
        pairs = [(data.get(f"starts{number}"), data.get(f"ends{number}")) for number in range(SPANS)]
        return sorted((starts, ends) for starts, ends in pairs if starts and ends)


class LimitForm(Form):
    """The calculator: when is a limit used up that begins at a moment."""

    start = forms.DateTimeField(label=gettext_lazy("Begins at"))
    amount = forms.IntegerField(label=pgettext_lazy("deadline", "Limit"), min_value=1, max_value=366, initial=3)
    unit = forms.ChoiceField(label=pgettext_lazy("deadline", "in"), choices=[(unit, UNIT_LABELS[unit]) for unit in UNITS])

    widths = {"amount": "col-5", "unit": "col-7"}

    def limit(self) -> Limit:
        return Limit(self.cleaned_data["amount"], self.cleaned_data["unit"])
