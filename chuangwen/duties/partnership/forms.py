"""Forms of partnerships: pairing, a plan to draw from, contacts and teams, needs, the package, inputs and their corrections, ends, settings."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.forms.fields import PhotoForm, UnitField, units_to_give
from chuangwen.duties.partnership import queries, rules
from chuangwen.duties.partnership.models import (
    Partnership,
    PartnershipInput,
    PartnershipItem,
    PartnershipNeed,
    PartnershipVisit,
)
from chuangwen.duties.sponsorship import queries as sponsorship
from chuangwen.duties.sponsorship.models import SponsorshipPlan
from chuangwen.duties.sponsorship.states import RUNNING, SIGNED
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.ledger import queries as ledger
from chuangwen.places.forms import DivisionField
from chuangwen.places.models import Division
from chuangwen.web.forms import Form, offer

PAIR = "duties.pair_units"
PHOTO = (gettext_lazy("Photos"), gettext_lazy("Up to nine; they stand in the evidence room."))


def words_field(label: Any, most: int = 200, rows: int = 2, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea({"rows": rows, "maxlength": most}), **more)


class PairForm(Form):
    """A unit and a village."""

    paired_on = forms.DateField(label=gettext_lazy("Paired on"))
    contact_due = forms.DateField(
        label=gettext_lazy("First contact by"), required=False,
        help_text=gettext_lazy("Left empty: the last working day of the month, at least five working days."),
    )  # fmt: skip
    aim = forms.CharField(
        label=gettext_lazy("Highlight aimed at"), max_length=200, required=False, help_text=gettext_lazy("One village, one highlight.")
    )
    widths = {"unit": "col-md-6", "division": "col-md-6", "paired_on": "col-6", "contact_due": "col-6"}
    layout = [("", ["unit", "division", "paired_on", "contact_due", "aim"])]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        kwargs["initial"] = {"paired_on": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, PAIR, label=_("Village or community"))
        villages = [row for row in self.fields["division"].finder.rows if row.level == Division.Level.VILLAGE]
        self.fields["unit"] = UnitField(units_to_give(actor, PAIR, villages[0] if villages else None), label=_("Unit"))


class DrawForm(Form):
    """A signed plan."""

    plan = forms.ModelChoiceField(label=gettext_lazy("Sponsorship plan"), queryset=SponsorshipPlan.objects.none(), empty_label=None)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "plan", sponsorship.plans(actor).filter(state__in=(SIGNED, RUNNING)).order_by("-signed_at", "-pk"))


class EditPairForm(Form):
    aim = forms.CharField(label=gettext_lazy("Highlight aimed at"), max_length=200, required=False)
    contact_due = forms.DateField(label=gettext_lazy("First contact by"))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class HeldForm(PhotoForm):
    """Somebody was there."""

    day = forms.DateField(label=gettext_lazy("Day"))
    what = words_field(pgettext_lazy("duty", "What was done"), 300)
    came = forms.IntegerField(
        label=gettext_lazy("How many came"), min_value=0, max_value=100_000, required=False, help_text=gettext_lazy("A number only, no names.")
    )
    photo_fields = {"photos": PHOTO}
    widths = {"day": "col-6", "came": "col-6", "kind": "col-md-6", "served": "col-6"}
    layout = [("", ["kind", "day", "came", "served", "what", "photos"])]

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["initial"] = {"day": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class TeamForm(HeldForm):
    """A special team was there."""

    kind = forms.ChoiceField(label=gettext_lazy("Who came"), choices=PartnershipVisit.Kind.choices, initial="medical")
    served = forms.IntegerField(label=gettext_lazy("How many people were served"), min_value=0, max_value=100_000, required=False)


class PlannedTeamForm(HeldForm):
    """A planned team was there: which one is known."""

    served = forms.IntegerField(label=gettext_lazy("How many people were served"), min_value=0, max_value=100_000, required=False)


class PlanVisitForm(Form):
    """A team is to come."""

    kind = forms.ChoiceField(label=gettext_lazy("Who is to come"), choices=PartnershipVisit.Kind.choices, initial="medical")
    planned_on = forms.DateField(label=gettext_lazy("Day"))
    what = words_field(gettext_lazy("What is planned"), 300, required=False)
    widths = {"kind": "col-md-6", "planned_on": "col-md-6"}

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["initial"] = {"planned_on": clock.today() + timedelta(days=7)} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class NeedForm(Form):
    """What is needed and how it stands."""

    words = words_field(gettext_lazy("What is needed"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=PartnershipNeed.Kind.choices)
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=PartnershipNeed.State.choices)
    answer = words_field(gettext_lazy("What was done, or why it cannot be met"), required=False)
    widths = {"kind": "col-6", "state": "col-6"}

    def __init__(self, *args: Any, row: PartnershipNeed | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if row is not None:
            for name in ("words", "kind", "state", "answer"):
                self.fields[name].initial = getattr(row, name)


class ItemForm(PhotoForm):
    """A line of the package, and how far it is."""

    words = words_field(gettext_lazy("What is to be done"))
    due_on = forms.DateField(label=gettext_lazy("Due on"))
    progress = forms.IntegerField(label=gettext_lazy("Progress, percent"), min_value=0, max_value=100, initial=0)
    need = forms.ModelChoiceField(label=gettext_lazy("Answers the need"), queryset=PartnershipNeed.objects.none(), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    photo_fields = {"photos": PHOTO}
    widths = {"due_on": "col-6", "progress": "col-6"}
    layout = [("", ["words", "due_on", "progress", "need", "note", "photos"])]

    def __init__(self, *args: Any, pair: Partnership, row: PartnershipItem | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "need", pair.needs.all())
        if pair.adopted_on is None:
            for name in ("progress", "photos", "photos_kept"):
                del self.fields[name]
        if row is not None:
            for name in ("words", "due_on", "progress", "need", "note"):
                if name in self.fields:
                    self.fields[name].initial = getattr(row, name)
        else:
            self.fields["due_on"].initial = clock.today() + timedelta(days=30)


class InputForm(PhotoForm):
    """What was put in."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=PartnershipInput.Kind.choices)
    name = forms.CharField(label=gettext_lazy("What was put in"), max_length=60, help_text=gettext_lazy("Boards, books, a medical day …"))
    quantity = forms.DecimalField(label=gettext_lazy("Quantity"), max_value=Decimal(10) ** 9, max_digits=14, decimal_places=4)
    measure = forms.CharField(
        label=gettext_lazy("Unit of measure"), max_length=12, required=False, help_text=gettext_lazy("块, 册, 场 …; money is in yuan.")
    )
    value = forms.DecimalField(
        label=gettext_lazy("Worth, yuan"), min_value=0, max_value=Decimal(10) ** 9, max_digits=14, decimal_places=2, required=False
    )
    day = forms.DateField(label=gettext_lazy("Day"))
    item = forms.ModelChoiceField(label=gettext_lazy("For the line of the package"), queryset=PartnershipItem.objects.none(), required=False)
    metric = forms.ChoiceField(
        label=gettext_lazy("Counted in the ledger as"), required=False,
        help_text=gettext_lazy("Counted there once, with this record as its source; nobody need report it again."),
    )  # fmt: skip
    double = forms.ChoiceField(
        label=gettext_lazy("If the ledger has it already"), required=False,
        choices=[("", gettext_lazy("ask me")), ("leave", gettext_lazy("it is the same: count it once")),
                 ("add", gettext_lazy("it is another: count both"))],
    )  # fmt: skip
    photo_fields = {"photos": PHOTO}
    widths = {"kind": "col-6", "day": "col-6", "name": "col-md-6", "quantity": "col-6 col-md-3", "measure": "col-6 col-md-3",
              "value": "col-md-6", "item": "col-md-6", "metric": "col-md-6", "double": "col-md-6"}  # fmt: skip
    layout = [("", ["kind", "day", "name", "quantity", "measure", "value", "item"]), (gettext_lazy("Ledger"), ["metric", "double"]),
              ("", ["photos"])]  # fmt: skip

    def __init__(self, *args: Any, pair: Partnership, **kwargs: Any):
        kwargs["initial"] = {"day": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        offer(self, "item", pair.items.filter(dropped=""))
        found = [metric for metric in ledger.metrics() if metric.adds == "sum"]
        self.metrics = {str(metric.pk): metric for metric in found}
        groups = [
            (name, [(str(metric.pk), f"{metric.name}（{metric.measure}）") for metric in members])
            for name, members in ledger.groups_of(found).items()
        ]
        offer(self, "metric", [("", _("the metric that fits by name and unit")), ("-", _("not in the ledger")), *groups])

    def facts(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        names = ("kind", "name", "quantity", "measure", "value", "day", "item", "double")
        return {name: given[name] for name in names} | {
            "metric": self.metrics.get(given["metric"]), "in_ledger": given["metric"] != "-", "photos": self.photos("photos"),
            "uid": given.get("uid"),
        }  # fmt: skip


class CorrectionForm(Form):
    """The right quantity, or that nothing was put in at all."""

    quantity = forms.DecimalField(
        label=gettext_lazy("Right quantity"), max_value=Decimal(10) ** 9, max_digits=14, decimal_places=4, required=False
    )
    value = forms.DecimalField(
        label=gettext_lazy("Worth, yuan"), min_value=0, max_value=Decimal(10) ** 9, max_digits=14, decimal_places=2, required=False
    )
    take_back = forms.BooleanField(label=gettext_lazy("Take it back altogether"), required=False)
    reason = words_field(gettext_lazy("Reason"))
    widths = {"quantity": "col-6", "value": "col-6"}


class WhyForm(Form):
    """A reason."""

    reason = words_field(gettext_lazy("Reason"))


class FinishForm(PhotoForm):
    """The result."""

    result = words_field(gettext_lazy("What came of it"), 500, 4)
    reached = forms.TypedChoiceField(
        label=gettext_lazy("The highlight was reached"), choices=[("1", gettext_lazy("yes")), ("", gettext_lazy("no"))], coerce=bool,
        empty_value=False, required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    photo_fields = {"photos": PHOTO}


class SettingsForm(Form):
    """Silence and rings of an area."""

    silent_days = forms.IntegerField(label=gettext_lazy("A pair is silent after so many days without a record"), min_value=1, max_value=366)
    rings = forms.CharField(
        label=gettext_lazy("Rings around the centre, km"), max_length=100, help_text=gettext_lazy("Outer edges from the inside out: 1, 2, 3, 5")
    )
    lat = forms.FloatField(label=gettext_lazy("Latitude of the centre"), required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(
        label=gettext_lazy("Longitude of the centre"), required=False, min_value=-180, max_value=180,
        help_text=gettext_lazy("WGS-84. Left empty: the middle of all places."),
    )  # fmt: skip
    widths = {"silent_days": "col-md-6", "rings": "col-md-6", "lat": "col-6", "lon": "col-6"}

    def __init__(self, *args: Any, area: Division, **kwargs: Any):
        known = queries.settings_at(area.path)
        kwargs["initial"] = {
            "silent_days": known.silent_days, "rings": "、".join(f"{edge:g}" for edge in known.rings),
            "lat": known.centre.lat if known.centre else None, "lon": known.centre.lon if known.centre else None,
        } | kwargs.get("initial", {})  # fmt: skip
        super().__init__(*args, **kwargs)

    def clean_rings(self) -> tuple[float, ...]:
        text = self.cleaned_data["rings"]
        for mark in "、，；; ":
            text = text.replace(mark, ",")
        try:
            return rules.sound_edges(float(part) for part in text.split(",") if part)
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("Give the edges of the rings in kilometres, 1 to 12 of them, none above 500.")) from None


class AreaForm(Form):
    """Which area."""

    area = forms.ModelChoiceField(label=gettext_lazy("Area"), queryset=Division.objects.none(), empty_label=None)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "area", access.scoped(actor, queries.SEE, Division).filter(level__lt=Division.Level.VILLAGE).order_by("path"))
