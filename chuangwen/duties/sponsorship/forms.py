"""Forms of sponsorship plans: the plan and its weights, sponsors, places, wishes, what is taken from the records, moves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.duties.sponsorship import rules
from chuangwen.duties.sponsorship.models import PlanPlace, PlanSponsor, PlanWish, SponsorshipPlan
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Person, Unit
from chuangwen.people.queries import on_day
from chuangwen.places.forms import DivisionField
from chuangwen.web.forms import Form, offer

LABELS: dict[str, Any] = {
    "charge": gettext_lazy("A leader at a place that is not theirs, points"),
    "near_department": gettext_lazy("A kilometre to a department's place, points"),
    "near_office": gettext_lazy("A kilometre to an office's place, points"),
    "change": gettext_lazy("A pair that is new, points"),
    "weak": gettext_lazy("A place left without strength, points"),
    "enough": gettext_lazy("A place is weak below this share of its due, %"),
    "overload": gettext_lazy("A sponsor with twice the work it bears, points"),
    "tolerance": gettext_lazy("Overloaded from this share of an average load, %"),
    "leaders_each": gettext_lazy("Leaders at each place, at least"),
    "departments_each": gettext_lazy("Departments at each place, at least"),
    "offices_each": gettext_lazy("Offices at each place, at least"),
    "weight_staff": gettext_lazy("Strength: weight of staff, %"),
    "weight_budget": gettext_lazy("Strength: weight of budget, %"),
    "weight_result": gettext_lazy("Strength: weight of last year's result, %"),
}
DEGREES = {"max_digits": 10, "decimal_places": 6, "required": False}


class PlanForm(Form):
    """Name, days, and what the principles weigh."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    starts_on = forms.DateField(label=pgettext_lazy("sponsorship", "In force from"))
    ends_on = forms.DateField(label=pgettext_lazy("sponsorship", "until"))
    seconds = forms.IntegerField(
        label=gettext_lazy("Longest time to solve, seconds"), min_value=1, max_value=3600, initial=60,
        help_text=gettext_lazy("A township is solved in seconds; a county or a city gets better with more."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, plan: SponsorshipPlan | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if plan is None:
            self.fields["division"] = DivisionField(actor, "duties.plan_sponsorship", label=gettext_lazy("Area"))
        else:
            for name in ("name", "starts_on", "ends_on", "seconds"):
                self.fields[name].initial = getattr(plan, name)
        kept = rules.complete(plan.rules if plan else {})
        for name in rules.FIELDS:
            limits = rules.LIMITS[name]
            kind = forms.IntegerField if limits.whole else forms.FloatField
            self.fields[name] = kind(label=LABELS[name], min_value=limits.least, max_value=limits.most, initial=kept[name])
        self.widths = dict.fromkeys(("starts_on", "ends_on", "seconds", "division"), "col-md-6") | dict.fromkeys(rules.FIELDS, "col-6 col-md-4")
        self.layout = [
            ("", ["name", "division", "starts_on", "ends_on", "seconds"]),
            (gettext_lazy("What the three principles weigh"), ["charge", "near_department", "near_office", "weak", "enough"]),
            (gettext_lazy("Load and stability"), ["overload", "tolerance", "change"]),
            (gettext_lazy("What every place has"), ["leaders_each", "departments_each", "offices_each"]),
            (gettext_lazy("How strength is computed"), ["weight_staff", "weight_budget", "weight_result"]),
        ]

    def weights(self) -> dict[str, float]:
        return {name: self.cleaned_data[name] for name in rules.FIELDS}


class RecordsForm(Form):
    """Who of the records sponsors; the communities of the area are the places."""

    most = forms.IntegerField(label=gettext_lazy("Sponsors per place, at most"), min_value=1, max_value=99, initial=3)

    def __init__(self, *args: Any, plan: SponsorshipPlan, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        units = access.scoped(actor, "people.see", Unit).filter(on_day(clock.today())).order_by("path")
        leading = units.filter(kind__in=(Unit.Kind.LEADING_GROUP, Unit.Kind.COMMAND))
        people = Person.objects.filter(posts__unit__in=leading.values("pk"), posts__ends_on__isnull=True).distinct().order_by("pk")
        offices = (Unit.Kind.TOWN_OFFICE, Unit.Kind.WORKING_GROUP)
        for name, label, rows in (
            ("leaders", gettext_lazy("Leaders"), people[:200]),
            ("departments", pgettext_lazy("sponsor", "Departments"), units.filter(kind=Unit.Kind.DEPARTMENT)),
            ("offices", gettext_lazy("Offices and working groups"), units.filter(kind__in=offices)),
        ):
            chosen = list(rows)
            field = forms.ModelMultipleChoiceField(
                label=label, queryset=type(chosen[0])._default_manager.filter(pk__in=[row.pk for row in chosen]) if chosen else rows.none(),
                required=False, initial=[row.pk for row in chosen], widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip
            if not chosen:
                field.help_text = gettext_lazy("None of these is in your area: bring in a sheet, or add them one by one among the sponsors.")
            self.fields[name] = field


class PointMixin(Form):
    """Where something is, in degrees of WGS-84."""

    lat = forms.DecimalField(label=gettext_lazy("Latitude"), min_value=-90, max_value=90, **DEGREES)
    lon = forms.DecimalField(label=gettext_lazy("Longitude"), min_value=-180, max_value=180, **DEGREES)

    def facts(self, *names: str) -> dict[str, Any]:
        found = {name: self.cleaned_data[name] for name in names}
        return found | {name: None if self.cleaned_data[name] is None else float(self.cleaned_data[name]) for name in ("lat", "lon")}


class SponsorForm(PointMixin):
    """Who sponsors, how strong, how many places."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.TypedChoiceField(label=gettext_lazy("Kind"), coerce=int, choices=PlanSponsor.Kind.choices)
    staff = forms.IntegerField(label=gettext_lazy("Staff"), min_value=0, max_value=1_000_000, required=False)
    budget = forms.DecimalField(
        label=gettext_lazy("Budget, 10,000 yuan"), min_value=0, max_value=Decimal(10**9), decimal_places=2, required=False
    )
    last_result = forms.DecimalField(label=gettext_lazy("Last year's result"), min_value=0, max_value=1000, decimal_places=2, required=False)
    strength = forms.DecimalField(
        label=gettext_lazy("Strength set by hand"), min_value=0, max_value=100_000, decimal_places=2, required=False,
        help_text=gettext_lazy("Empty: computed of staff, budget and result. A unit that is average in everything has 10; leaders have none."),
    )  # fmt: skip
    capacity = forms.IntegerField(label=gettext_lazy("Places at most"), min_value=1, max_value=999, initial=1)
    least = forms.IntegerField(label=gettext_lazy("Places at least"), min_value=0, max_value=999, initial=1)
    charges = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Places that the leader is in charge of"), queryset=PlanPlace.objects.none(), required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )  # fmt: skip
    widths = {"name": "col-md-8", "kind": "col-md-4"} | dict.fromkeys(
        ("staff", "budget", "last_result", "strength", "capacity", "least", "lat", "lon"), "col-6 col-md-3"
    )
    layout = [
        ("", ["name", "kind", "capacity", "least", "lat", "lon"]),
        (gettext_lazy("Strength of a unit"), ["staff", "budget", "last_result", "strength"]),
        (gettext_lazy("Of a leader"), ["charges"]),
    ]

    def __init__(self, *args: Any, plan: SponsorshipPlan, row: PlanSponsor | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "charges", plan.places.order_by("pk"))
        if row is not None:
            for name in ("name", "kind", "staff", "budget", "last_result", "capacity", "least", "lat", "lon"):
                self.fields[name].initial = getattr(row, name)
            self.fields["strength"].initial = row.strength if row.strength_by_hand else None
            self.fields["charges"].initial = list(row.charges.values_list("place_id", flat=True))


class PlaceForm(PointMixin):
    """What is sponsored."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    need = forms.DecimalField(
        label=gettext_lazy("Need"), min_value=Decimal("0.01"), max_value=Decimal(10**8), decimal_places=2, initial=1,
        help_text=gettext_lazy("Households, population, grids or open cases: the same measure for all places."),
    )  # fmt: skip
    least = forms.IntegerField(label=gettext_lazy("Sponsors at least"), min_value=0, max_value=999, initial=1)
    most = forms.IntegerField(label=gettext_lazy("Sponsors at most"), min_value=1, max_value=999, initial=3)
    widths = {"name": "col-md-8", "need": "col-md-4"} | dict.fromkeys(("least", "most", "lat", "lon"), "col-6 col-md-3")
    layout = [("", ["name", "need", "least", "most", "lat", "lon"])]

    def __init__(self, *args: Any, plan: SponsorshipPlan, row: PlanPlace | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if row is not None:
            for name in ("name", "need", "least", "most", "lat", "lon"):
                self.fields[name].initial = getattr(row, name)


class WishForm(Form):
    """A pair that has to be, or must not be."""

    sponsor = forms.ModelChoiceField(label=gettext_lazy("Sponsor"), queryset=PlanSponsor.objects.none())
    place = forms.ModelChoiceField(label=pgettext_lazy("sponsorship", "Place"), queryset=PlanPlace.objects.none())
    kind = forms.ChoiceField(label=gettext_lazy("The pair"), choices=PlanWish.Kind.choices, widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=PlanWish.Reason.choices)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    widths = {"sponsor": "col-md-6", "place": "col-md-6", "reason": "col-md-6", "note": "col-md-6"}

    def __init__(self, *args: Any, plan: SponsorshipPlan, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "sponsor", plan.sponsors.order_by("kind", "pk"))
        offer(self, "place", plan.places.order_by("pk"))


class SureForm(Form):
    """What somebody who signs has to have looked at."""

    seen = forms.BooleanField(label=gettext_lazy("I have looked at the table, the fairness figures and what changes."))


class PlainForm(Form):
    """Nothing is asked; the page asks once more."""


class TryForm(Form):
    """Where a pair could go: for the page that says what it would cost."""

    place = forms.ModelChoiceField(label=gettext_lazy("To another place"), queryset=PlanPlace.objects.none(), empty_label=None)

    def __init__(self, *args: Any, plan: SponsorshipPlan, but: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "place", plan.places.exclude(pk=but).order_by("pk"))
