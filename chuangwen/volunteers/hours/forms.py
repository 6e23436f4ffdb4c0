"""Forms of hours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Unit
from chuangwen.places.forms import DivisionField
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.hours import words
from chuangwen.volunteers.hours.access import NOTE, SHARE
from chuangwen.volunteers.hours.actions.off_duty import OFFICE_KINDS
from chuangwen.volunteers.hours.models import DoubtRecord, OffDuty, StarLevel
from chuangwen.volunteers.presence.models import ServiceEntry
from chuangwen.web import formatting
from chuangwen.web.forms import Form, offer


def why(label: Any, *, required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, required=required, widget=forms.Textarea({"rows": 3, "maxlength": 300}), **more)


class ProposeForm(Form):
    """What the entry should count instead."""

    hours = forms.IntegerField(label=pgettext_lazy("hours", "Hours"), min_value=0, max_value=24)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=0, max_value=59, initial=0)
    reason = why(gettext_lazy("Why it has to be corrected"), help_text=gettext_lazy("The volunteer reads it."))
    widths = {"hours": "col-6", "minutes": "col-6"}

    def __init__(self, *args: Any, entry: ServiceEntry, **kwargs: Any):
        kwargs["initial"] = {"hours": entry.minutes // 60, "minutes": entry.minutes % 60} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    @property
    def whole(self) -> int:
        return self.cleaned_data["hours"] * 60 + self.cleaned_data["minutes"]


class AgreeForm(Form):
    answer = why(gettext_lazy("Note"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AnswerForm(Form):
    answer = why(gettext_lazy("Why it stays as it is"))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReasonForm(Form):
    reason = why(gettext_lazy("Reason"))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class StrikeForm(Form):
    """Which records count no longer, and why."""

    entries = forms.MultipleChoiceField(label=gettext_lazy("Records that count no longer"), widget=forms.CheckboxSelectMultiple)
    reason = why(gettext_lazy("Reason"), help_text=gettext_lazy("The volunteers read it."))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, rows: list[DoubtRecord], **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "entries", [(str(row.entry_id), told(row.entry)) for row in rows if row.entry.counts])


def told(entry: ServiceEntry) -> str:
    return f"{entry.volunteer.person.name} · {entry.title} · {formatting.day(entry.day)} · {words.served(entry.minutes)}"


class NothingForm(Form):
    """There is nothing to say."""


class SharedDeviceForm(Form):
    """What the device is called and where it stands; ``identifier`` is put in by its browser."""

    name = forms.CharField(label=pgettext_lazy("hours", "What and where"), max_length=60, help_text=gettext_lazy("Tablet of the team room"))
    identifier = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, SHARE, label=_("Area"))


class OwnOffDutyForm(Form):
    """When one is on leave or works by turns."""

    kind = forms.ChoiceField(label=pgettext_lazy("off duty", "What it is"), choices=OffDuty.Kind.choices)
    starts_on = forms.DateField(label=gettext_lazy("From"))
    ends_on = forms.DateField(label=gettext_lazy("Until"))
    half = forms.ChoiceField(label=pgettext_lazy("off duty", "Which part of the day"), choices=OffDuty.Half.choices, required=False)
    widths = {"kind": "col-md-6", "half": "col-md-6", "starts_on": "col-6", "ends_on": "col-6"}

    def __init__(self, *args: Any, **kwargs: Any):
        today = clock.today()
        kwargs["initial"] = {"starts_on": today, "ends_on": today} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def clean_half(self) -> str:
        return self.cleaned_data["half"] or OffDuty.Half.DAY


class OffDutyForm(OwnOffDutyForm):
    """The same as the unit says it, of one of its people or of all."""

    widths = OwnOffDutyForm.widths | {"unit": "col-md-6", "number": "col-md-6"}
    number = forms.CharField(
        label=gettext_lazy("Number of the volunteer"), max_length=20, required=False,
        help_text=gettext_lazy("Left open: the whole unit works by shifts or has flexible hours."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        units = access.scoped(actor, NOTE, Unit).filter(kind__in=OFFICE_KINDS).order_by("path")
        self.fields["unit"] = forms.ModelChoiceField(units, label=_("Unit"))
        self.order_fields(["unit", "number", "kind", "half", "starts_on", "ends_on"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        number = given.pop("number", "").strip()
        given["volunteer"] = Volunteer.objects.select_related("person").filter(number=number).first() if number else None
        if number and given["volunteer"] is None:
            self.add_error("number", _("There is no volunteer with this number."))
        return given


class WhyForm(Form):
    reason = why(gettext_lazy("Reason"))


class AskForm(Form):
    """For which time the certificate is wanted."""

    starts_on = forms.DateField(label=gettext_lazy("From"))
    ends_on = forms.DateField(label=gettext_lazy("Until"))
    purpose = forms.CharField(label=pgettext_lazy("hours", "What it is for"), max_length=100, required=False)
    with_commendations = forms.BooleanField(
        label=gettext_lazy("With commendations"), required=False, help_text=gettext_lazy("What was given in this time stands on it too.")
    )
    widths = {"starts_on": "col-6", "ends_on": "col-6"}

    def __init__(self, *args: Any, **kwargs: Any):
        today = clock.today()
        kwargs["initial"] = {"starts_on": today.replace(month=1, day=1), "ends_on": today} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class LadderForm(Form):
    """From how many hours on each star is given."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for row in StarLevel.objects.order_by("level"):
            self.fields[f"level_{row.level}"] = forms.IntegerField(
                label=row.name, min_value=1, max_value=100_000, initial=row.hours, help_text=_("hours")
            )

    def hours(self) -> dict[int, int]:
        return {int(name.removeprefix("level_")): value for name, value in self.cleaned_data.items()}
