"""Forms of the table of deadlines, of its try-out and of the settings of the loop."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.forms.fields import KindField, kinds_in_use
from chuangwen.cases.models import DeadlineRule, LimitUnit, LoopSettings, Source
from chuangwen.cases.telling import SEVERITIES
from chuangwen.standards.models import Family
from chuangwen.web.forms import Form

ANY = gettext_lazy("any")


def severity_field(**more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Severity"), required=False, coerce=int, empty_value=None, choices=[("", ANY), *SEVERITIES], **more
    )


def source_field(**more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Source"), required=False, choices=[("", ANY), *Source.choices], **more)


class DeadlineForm(Form):
    """A row of the table: conditions (empty fits everything) and the limit."""

    amount = forms.IntegerField(label=gettext_lazy("Limit"), min_value=1, max_value=999)
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=LimitUnit.choices, initial=LimitUnit.WORKING_DAYS)
    works = forms.BooleanField(
        label=gettext_lazy("Building works"),
        required=False,
        help_text=gettext_lazy("Put off against a plan rather than done within the limit."),
    )
    note = forms.CharField(label=pgettext_lazy("case", "Note"), required=False, max_length=200)
    active = forms.BooleanField(label=gettext_lazy("In force"), required=False, initial=True)

    widths = {
        "family": "col-md-6",
        "kind": "col-md-6",
        "severity": "col-md-6",
        "source": "col-md-6",
        "amount": "col-6",
        "unit": "col-6",
    }
    layout = [
        (gettext_lazy("Which problems"), ["family", "kind", "severity", "source"]),
        (gettext_lazy("How long"), ["amount", "unit", "works", "note", "active"]),
    ]

    def __init__(self, data: Any = None, files: Any = None, *, rule: DeadlineRule | None = None):
        initial = {}
        if rule is not None:
            initial = {
                name: getattr(rule, name)
                for name in ("family", "kind", "severity", "source", "amount", "unit", "works", "note", "active")
            }
        super().__init__(data, files, initial=initial)
        self.fields["family"] = forms.ModelChoiceField(
            Family.objects.order_by("order"), label=_("Family"), required=False, empty_label=str(ANY)
        )
        kinds = kinds_in_use()
        if rule is not None and rule.kind is not None and rule.kind not in kinds:
            kinds.append(rule.kind)
        self.fields["kind"] = KindField(kinds, label=_("Kind of problem"), required=False, empty=ANY)
        self.fields["severity"] = severity_field()
        self.fields["source"] = source_field()


class TryForm(Form):
    """A made-up problem: what would its deadline be?"""

    widths = {"kind": "col-md-5", "severity": "col-6 col-md-3", "source": "col-6 col-md-4"}

    def __init__(self, data: Any = None):
        super().__init__(data)
        self.fields["kind"] = KindField(label=_("Kind of problem"), required=False, empty=_("not known"))
        self.fields["severity"] = forms.TypedChoiceField(label=_("Severity"), coerce=int, choices=SEVERITIES, initial=2)
        self.fields["source"] = forms.ChoiceField(label=_("Source"), choices=Source.choices, initial=Source.PATROL)


class SettingsForm(Form):
    """What an office sets once for its loop."""

    default_amount = forms.IntegerField(label=gettext_lazy("Limit where no rule fits"), min_value=1, max_value=999)
    default_unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=LimitUnit.choices)
    arbitration_amount = forms.IntegerField(label=gettext_lazy("Time for arbitrating a refusal"), min_value=1, max_value=999)
    arbitration_unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=LimitUnit.choices)
    objection_amount = forms.IntegerField(label=gettext_lazy("Time for answering an objection"), min_value=1, max_value=999)
    objection_unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=LimitUnit.choices)
    supervise_after_limits = forms.IntegerField(
        label=gettext_lazy("Supervision after"),
        min_value=1,
        max_value=20,
        help_text=gettext_lazy("How many more limits over the deadline before a case goes to supervision."),
    )
    rebound_days = forms.IntegerField(
        label=gettext_lazy("Rebound within days"),
        min_value=0,
        max_value=3660,
        help_text=gettext_lazy("The same problem at the same site within so many days after closing is a rebound."),
    )
    rebound_metres = forms.IntegerField(
        label=gettext_lazy("Rebound within metres"),
        min_value=0,
        max_value=2000,
        help_text=gettext_lazy("Where no site is named: the same kind of problem so near is the same problem."),
    )
    widths = dict.fromkeys(
        (
            "default_amount", "default_unit", "arbitration_amount", "arbitration_unit", "objection_amount", "objection_unit",
            "supervise_after_limits", "rebound_days", "rebound_metres",
        ),
        "col-6",
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, settings: LoopSettings):
        super().__init__(data, files, initial={name: getattr(settings, name) for name in self.widths})
