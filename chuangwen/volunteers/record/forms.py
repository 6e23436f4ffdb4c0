"""Forms of the record beside hours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.forms.fields import PhotoForm
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer
from chuangwen.volunteers.presence.models import ServiceEntry
from chuangwen.volunteers.record.access import COMMEND, TAKE
from chuangwen.volunteers.record.models import Commendation, RecordRules, ServiceAppraisal
from chuangwen.web.forms import Form, ModelForm, offer

MOST_TEAMS = 2_000


def words(label: Any, *, limit: int = 300, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, widget=forms.Textarea({"rows": rows, "maxlength": limit}), **more)


class CommendationForm(PhotoForm):
    """What was given, by whom, proven by a number or a photo."""

    title = forms.CharField(
        label=gettext_lazy("Commendation"), max_length=80,
        help_text=gettext_lazy("As the document says. Stars are not entered: they come from hours."),
    )  # fmt: skip
    level = forms.ChoiceField(label=pgettext_lazy("commendation", "Level"), choices=Commendation.Level.choices, initial="county")
    given_by = forms.CharField(label=gettext_lazy("Given by"), max_length=80)
    day = forms.DateField(label=pgettext_lazy("commendation", "Given on"))
    document_number = forms.CharField(
        label=pgettext_lazy("commendation", "Number of the document"), max_length=60, required=False,
        help_text=gettext_lazy("Or a photo of it below."),
    )  # fmt: skip
    team = forms.TypedChoiceField(label=gettext_lazy("For service in the team"), coerce=int, empty_value=None, required=False)
    photo_fields = {"photos": (gettext_lazy("Photo of the document"), gettext_lazy("Where there is no number."))}
    widths = {"level": "col-md-6", "given_by": "col-md-6", "day": "col-md-6", "document_number": "col-md-6"}

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, volunteer: Volunteer, **kwargs: Any):
        kwargs["initial"] = {"day": clock.today()} | kwargs.get("initial", {})
        super().__init__(data, files, actor=actor, **kwargs)
        mine = Membership.objects.filter(volunteer=volunteer, joined_on__isnull=False).values("team")
        rows = access.scoped(actor, COMMEND, Team).filter(pk__in=mine).order_by("path")
        recorded = [("", "—"), *((str(row.pk), row.name) for row in rows)]
        offer(self, "team", recorded)


class ReasonForm(Form):
    reason = words(gettext_lazy("Reason"), help_text=gettext_lazy("The volunteer reads it."))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AppraiseForm(Form):
    """A word of the list for a service, and a remark."""

    grade = forms.ChoiceField(
        label=gettext_lazy("Quality of the service"), choices=ServiceAppraisal.Grade.choices, widget=forms.RadioSelect, initial="good"
    )
    remark = forms.CharField(
        label=gettext_lazy("Remark"), max_length=100, required=False,
        help_text=gettext_lazy("About this service. Needed where something is to be improved. The volunteer reads it."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("grade") == ServiceAppraisal.Grade.LACKING and not (cleaned.get("remark") or "").strip():
            self.add_error("remark", gettext_lazy("Say what is to be improved."))
        return cleaned


class ObjectForm(Form):
    words = words(
        pgettext_lazy("objection", "What is wrong"), help_text=gettext_lazy("Who answers reads it, and who keeps the record.")
    )


class MissingForm(Form):
    words = words(gettext_lazy("What is missing"), help_text=gettext_lazy("Day, service, team; or the commendation and who gave it."))


class ObjectHoursForm(ObjectForm):
    """What the hours should be."""

    hours = forms.IntegerField(label=gettext_lazy("Should be, hours"), min_value=0, max_value=24)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=0, max_value=59, initial=0)
    field_order = ["hours", "minutes", "words"]
    widths = {"hours": "col-6", "minutes": "col-6"}

    def __init__(self, *args: Any, entry: ServiceEntry, **kwargs: Any):
        kwargs["initial"] = {"hours": entry.minutes // 60, "minutes": entry.minutes % 60} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    @property
    def whole(self) -> int:
        return int(self.cleaned_data["hours"]) * 60 + int(self.cleaned_data["minutes"])


class AnswerForm(Form):
    answer = words(pgettext_lazy("record", "Answer"), help_text=gettext_lazy("The volunteer reads it."))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ComplaintForm(Form):
    """What somebody complains about at the desk."""

    day = forms.DateField(label=gettext_lazy("Day of the service"))
    order_number = forms.CharField(label=gettext_lazy("Number of the order"), max_length=20, required=False)
    words = words(pgettext_lazy("complaint", "What happened"), limit=500, rows=4)
    name = forms.CharField(label=gettext_lazy("Who complains"), max_length=40, required=False,
                           help_text=gettext_lazy("Only where they want an answer. It is deleted some time after that."))  # fmt: skip
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)
    field_order = ["team", "day", "order_number", "words", "name", "phone"]
    widths = {"day": "col-md-6", "order_number": "col-md-6", "name": "col-md-6", "phone": "col-md-6"}

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        kwargs["initial"] = {"day": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        rows = access.scoped(actor, TAKE, Team).exclude(state="closed").order_by("path")[:MOST_TEAMS]
        field = forms.TypedChoiceField(label=gettext_lazy("Which team served"), coerce=int)
        field.choices = [("", "—"), *((str(row.pk), row.name) for row in rows)]
        self.fields["team"] = field
        self.order_fields(self.field_order)


class AnswerComplaintForm(Form):
    founded = forms.TypedChoiceField(
        label=gettext_lazy("The complaint is"), coerce=lambda text: text == "yes", widget=forms.RadioSelect,
        choices=[("yes", pgettext_lazy("complaint", "founded")), ("no", pgettext_lazy("complaint", "not founded"))],
    )  # fmt: skip
    answer = words(
        pgettext_lazy("record", "Answer"), help_text=gettext_lazy("What was found and what is done. Who complained reads it, or is told it.")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ComplainForm(Form):
    words = words(pgettext_lazy("complaint", "What happened"), limit=500, rows=5)


class RulesForm(ModelForm):
    class Meta:
        model = RecordRules
        fields = ["objection_days", "complaint_days", "keep_days"]
