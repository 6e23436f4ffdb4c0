"""Forms of works: the work, its stages, money, contract, steps, and the cases that wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.forms.fields import PhotoForm, SiteField, UnitField, units_to_give
from chuangwen.cases.models import Case, State
from chuangwen.duties.partnership.forms import words_field
from chuangwen.duties.works.actions.base import MOST_YUAN
from chuangwen.duties.works.models import Work, WorkContract, WorkFund, WorkPhoto, WorkStage
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.places.forms import DivisionField
from chuangwen.web.forms import Form, offer

PLAN = "duties.plan_works"
HOW = (gettext_lazy("Photos"), gettext_lazy("Up to nine; they stand in the evidence room."))


def yuan_field(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_value=MOST_YUAN, max_digits=14, decimal_places=2, **more)


class WorkForm(Form):
    """What a work is. The planned end of a known one is moved by itself, with the reason."""

    name = forms.CharField(label=gettext_lazy("Name of the work"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Work.Kind.choices)
    content = words_field(gettext_lazy("What is to be done"), 500, 3, required=False)
    planned_start = forms.DateField(label=gettext_lazy("Planned start"))
    planned_end = forms.DateField(label=gettext_lazy("Planned end"))
    budget = yuan_field(gettext_lazy("Budget, yuan"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    widths = {"name": "col-md-8", "kind": "col-md-4", "division": "col-md-6", "unit": "col-md-6", "site": "col-md-6", "budget": "col-md-6",
              "planned_start": "col-6", "planned_end": "col-6"}  # fmt: skip
    layout = [("", ["name", "kind", "division", "site", "unit", "budget", "planned_start", "planned_end", "content"])]

    def __init__(self, *args: Any, actor: Actor, row: Work | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, PLAN, label=_("Area"))
        self.fields["site"] = SiteField(actor, label=_("Site"), required=False)
        rows = self.fields["division"].finder.rows
        self.fields["unit"] = UnitField(units_to_give(actor, PLAN, rows[-1] if rows else None), label=_("Responsible unit"))
        if row is not None:
            del self.fields["division"], self.fields["planned_end"]
            for name in ("name", "kind", "content", "planned_start", "budget", "site", "unit", "revision"):
                self.fields[name].initial = getattr(row, name)
        else:
            self.fields["planned_start"].initial = clock.today() + timedelta(days=7)
            self.fields["planned_end"].initial = clock.today() + timedelta(days=67)


class StageForm(PhotoForm):
    """A stage with its photos before and after."""

    name = forms.CharField(label=gettext_lazy("Name of the stage"), max_length=60)
    order = forms.IntegerField(label=gettext_lazy("Order"), min_value=0, max_value=999, initial=0)
    planned_start = forms.DateField(label=gettext_lazy("Planned start"))
    planned_end = forms.DateField(label=gettext_lazy("Planned end"))
    started_on = forms.DateField(label=gettext_lazy("Begun on"), required=False)
    ended_on = forms.DateField(label=gettext_lazy("Ended on"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    photo_fields = {"before": (pgettext_lazy("work photo", "Photos before"), ""), "after": (pgettext_lazy("work photo", "Photos after"), "")}
    widths = {"name": "col-8", "order": "col-4"} | dict.fromkeys(("planned_start", "planned_end", "started_on", "ended_on"), "col-6")
    layout = [("", ["name", "order", "planned_start", "planned_end", "started_on", "ended_on", "note", "before", "after"])]

    def __init__(self, *args: Any, work: Work, row: WorkStage | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if row is not None:
            for name in ("name", "order", "planned_start", "planned_end", "started_on", "ended_on", "note"):
                self.fields[name].initial = getattr(row, name)
        else:
            self.fields["order"].initial = work.stages.count()
            self.fields["planned_start"].initial, self.fields["planned_end"].initial = work.planned_start, work.planned_end


class FundForm(Form):
    source = forms.CharField(label=gettext_lazy("Asked of"), max_length=60, help_text=gettext_lazy("Upper level, town budget, repair fund …"))
    applied = yuan_field(gettext_lazy("Applied for, yuan"))
    applied_on = forms.DateField(label=gettext_lazy("Applied on"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    widths = {"applied": "col-6", "applied_on": "col-6"}

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["initial"] = {"applied_on": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class GrantForm(Form):
    granted = yuan_field(gettext_lazy("Granted, yuan"), required=False, help_text=gettext_lazy("Left empty: denied."))
    answered_on = forms.DateField(label=gettext_lazy("Answered on"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    widths = {"granted": "col-6", "answered_on": "col-6"}

    def __init__(self, *args: Any, row: WorkFund, **kwargs: Any):
        kwargs["initial"] = {"answered_on": row.answered_on or clock.today(), "granted": row.granted or row.applied, "note": row.note}
        super().__init__(*args, **kwargs)


class ContractForm(Form):
    number = forms.CharField(label=gettext_lazy("Contract number"), max_length=40)
    contractor = forms.CharField(label=gettext_lazy("Contractor (organisation)"), max_length=80)
    amount = yuan_field(gettext_lazy("Sum, yuan"))
    signed_on = forms.DateField(label=gettext_lazy("Signed on"))
    due_on = forms.DateField(label=gettext_lazy("Due on"), required=False)
    widths = {"number": "col-md-6", "contractor": "col-md-6", "amount": "col-md-4", "signed_on": "col-6 col-md-4", "due_on": "col-6 col-md-4"}

    def __init__(self, *args: Any, row: WorkContract | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if row is not None:
            for name in ("number", "contractor", "amount", "signed_on", "due_on"):
                self.fields[name].initial = getattr(row, name)


class StartForm(PhotoForm):
    on = forms.DateField(label=gettext_lazy("Begun on"))
    photo_fields = {"before": (pgettext_lazy("work photo", "Photos before"), "")}

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["initial"] = {"on": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class EndWorkForm(PhotoForm):
    on = forms.DateField(label=gettext_lazy("Ended on"))
    result = words_field(gettext_lazy("What came of it"), 300)
    photo_fields = {"after": (pgettext_lazy("work photo", "Photos after"), "")}

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["initial"] = {"on": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class SlipForm(Form):
    planned_end = forms.DateField(label=gettext_lazy("New planned end"))
    reason = words_field(gettext_lazy("Reason"))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class WorkPhotosForm(PhotoForm):
    stage = forms.ChoiceField(label=gettext_lazy("What they show"), choices=WorkPhoto.Stage.choices, initial="during")
    photo_fields = {"photos": HOW}
    wanted = ("photos",)


class DeferForm(Form):
    """A case that waits for the work."""

    number = forms.CharField(label=gettext_lazy("Number of the case"), max_length=40)
    reason = words_field(gettext_lazy("Why it waits"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        self.actor = actor
        super().__init__(*args, **kwargs)

    def clean_number(self) -> Case:
        rows = access.scoped(self.actor, "cases.defer", Case).filter(number=self.cleaned_data["number"].strip())
        found = rows.filter(state__in=(State.DISPATCHED, State.RECTIFYING, State.DEFERRED)).first()
        if found is None:
            raise forms.ValidationError(_("There is no such case in your area that can be deferred."))
        return found


class ForCaseForm(Form):
    """The work for which a case waits."""

    work = forms.ModelChoiceField(label=gettext_lazy("Work"), queryset=Work.objects.none(), empty_label=None)
    reason = words_field(gettext_lazy("Why it waits"), initial=gettext_lazy("It is part of the work."))

    def __init__(self, *args: Any, rows: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "work", rows)


class ReasonForm(Form):
    """A reason."""

    reason = words_field(gettext_lazy("Reason"), 300)
