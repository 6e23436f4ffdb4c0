"""Forms of appraisals: the period, the steps, objections, entries by hand."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.scoring.appraisal import queries
from chuangwen.scoring.appraisal.models import AppraisalScheme, PeriodKind
from chuangwen.scoring.appraisal.periods import Span, span_of
from chuangwen.web.forms import Form, offer

FIRST_YEAR, LAST_YEAR = 2000, 2100
EVIDENCE = {"accept": "application/pdf,image/jpeg,image/png"}


class PeriodForm(Form):
    """Which area, which period (by a day that lies in it)."""

    widths = {"division": "col-md-6", "period": "col-6 col-md-3", "day": "col-6 col-md-3"}
    division = forms.ModelChoiceField(label=gettext_lazy("Appraised area"), queryset=Division.objects.none(), empty_label=None)
    period = forms.ChoiceField(label=pgettext_lazy("appraisal", "Period"), choices=())
    day = forms.DateField(label=gettext_lazy("A day in the period"))

    def __init__(self, *args: Any, actor: Actor, periods: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "division", queries.areas(actor))
        self.fields["division"].initial = queries.areas(actor).first()
        offer(self, "period", [(kind, label) for kind, label in PeriodKind.choices if kind in periods])
        self.fields["day"].initial = last_span(periods[0]).start

    def clean_day(self) -> date:
        day = self.cleaned_data["day"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(_("The year lies too far away."))
        return day

    def span(self) -> Span:
        return span_of(self.cleaned_data["period"], self.cleaned_data["day"])


def last_span(kind: str, today: date | None = None) -> Span:
    """The last period of this kind that is over."""
    return span_of(kind, today or clock.today()).before


def periods_of(scheme: AppraisalScheme) -> list[str]:
    """The kinds of period that a scheme knows, its own first."""
    return [scheme.body["period"], *(rollup["period"] for rollup in scheme.body.get("rollups", []))]


class ComputeForm(PeriodForm):
    """Compute a period; a reason where the units have seen it before."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is computed again"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Needed when the units have seen an earlier version."),
    )


class ReasonForm(Form):
    reason = forms.CharField(label=gettext_lazy("Why it is computed again"), max_length=300)


class OpenForm(Form):
    days = forms.IntegerField(
        label=gettext_lazy("Working days for objections"),
        min_value=1,
        max_value=60,
        initial=3,
        help_text=gettext_lazy("Units see their own result with every record behind it and may object."),
    )


class SureForm(Form):
    """What somebody who checks or signs has to have looked at."""

    seen = forms.BooleanField(label=gettext_lazy("I have looked at the coverage, the places and the lists."))


class ObjectionForm(Form):
    measure = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    words = forms.CharField(
        label=gettext_lazy("What the unit objects to"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Name the case, observation or entry, so that it can be looked up."),
    )
    file = forms.FileField(
        label=gettext_lazy("Proof"),
        required=False,
        widget=forms.FileInput(attrs=EVIDENCE),
        help_text=gettext_lazy("PDF, JPEG or PNG, at most 10 MB."),
    )

    def __init__(self, *args: Any, figures: list[dict[str, Any]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "measure", [("", _("the result as a whole")), *((one["key"], one["name"]) for one in figures)])


class AnswerForm(Form):
    upheld = forms.TypedChoiceField(
        label=gettext_lazy("Reply to the objection"),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        choices=[
            ("1", gettext_lazy("Upheld: the records are corrected and the result computed again")),
            ("0", gettext_lazy("Dismissed: the result stands")),
        ],
    )
    answer = forms.CharField(
        label=gettext_lazy("Grounds"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Name the record: number of the case, day of the check, file."),
    )


class DecideForm(Form):
    confirmed = forms.TypedChoiceField(
        label=gettext_lazy("Your decision"),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        choices=[("1", gettext_lazy("Confirm")), ("0", gettext_lazy("Do not adopt"))],
    )
    note = forms.CharField(
        label=gettext_lazy("Remark"), required=False, max_length=300, help_text=gettext_lazy("Needed when it is dropped.")
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Up to when the title stands as warned or suspended."),
    )

    def __init__(self, *args: Any, usual: date | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if usual is None:
            del self.fields["until"]
        else:
            self.fields["until"].initial = usual


class EntryForm(Form):
    """An award, adopted information, activities held."""

    widths = {"unit": "col-md-6", "kind": "col-md-6", "day": "col-md-4", "points": "col-6 col-md-4", "quantity": "col-6 col-md-4"}
    unit = forms.ModelChoiceField(label=gettext_lazy("Unit"), queryset=Unit.objects.none())
    kind = forms.CharField(label=gettext_lazy("Kind of entry"), max_length=60)
    day = forms.DateField(label=gettext_lazy("Day"))
    points = forms.DecimalField(
        label=gettext_lazy("Points"),
        required=False,
        max_digits=9,
        decimal_places=4,
        help_text=gettext_lazy("For bonuses and penalties; empty where the scheme gives them."),
    )
    quantity = forms.DecimalField(
        label=gettext_lazy("Quantity"),
        required=False,
        max_digits=18,
        decimal_places=4,
        help_text=gettext_lazy("For what is added up, such as activities held."),
    )
    words = forms.CharField(label=gettext_lazy("Content of the entry"), max_length=300)
    link = forms.URLField(label=gettext_lazy("Link to the evidence"), required=False, max_length=300, assume_scheme="https")
    file = forms.FileField(
        label=gettext_lazy("Proof"),
        required=False,
        widget=forms.FileInput(attrs=EVIDENCE),
        help_text=gettext_lazy("PDF, JPEG or PNG, at most 10 MB. A file or a link is needed."),
    )

    def __init__(self, *args: Any, actor: Actor, kinds: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        units = access.scoped(actor, "scoring.enter_manually", Unit).order_by("path")
        offer(self, "unit", units)
        if units[:2].count() == 1:
            self.fields["unit"].initial = units.first()
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind of entry"),
            choices=[(kind, kind) for kind in kinds],
            help_text=_("The kinds that the schemes of appraisal count."),
        )
        self.order_fields(["unit", "kind", "day", "points", "quantity", "words", "link", "file"])
        self.fields["day"].initial = clock.today()


class CheckEntryForm(Form):
    counts = forms.TypedChoiceField(
        label=gettext_lazy("Does it count?"),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        choices=[("1", gettext_lazy("Yes: the evidence shows it")), ("0", gettext_lazy("No"))],
    )
    refused = forms.CharField(label=gettext_lazy("Why not"), required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("counts") is False and not cleaned.get("refused", "").strip():
            self.add_error("refused", _("Say why it does not count."))
        return cleaned


def uploaded(form: Form) -> dict[str, Any]:
    """The file of a form as an action takes it."""
    file = form.cleaned_data.get("file")
    return {"content": file.read(), "file_name": file.name} if file else {}
