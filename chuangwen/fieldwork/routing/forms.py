"""Forms of routes."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chuangwen.fieldwork.models import RoundSite, RoundTeam
from chuangwen.web.formatting import day as day_text
from chuangwen.web.forms import Form, offer


class PlanForm(Form):
    """How routes are planned."""

    detour = forms.DecimalField(
        label=_("Detour factor"),
        min_value=Decimal(1),
        max_value=Decimal(3),
        decimal_places=2,
        help_text=_("How much longer the way by the streets is than the straight line; 1.3 holds for most towns."),
    )
    even = forms.BooleanField(
        label=_("Make the days alike in length"),
        required=False,
        initial=True,  # otherwise one team walks the whole day and the other stays at home
        help_text=_("The ways get somewhat longer, and no day is much fuller than another."),
    )

    widths = {"detour": "col-md-4", "even": "col-md-8"}


class MoveForm(Form):
    """Where a place goes."""

    team = forms.ModelChoiceField(label=_("Team"), queryset=RoundTeam.objects.none())
    day = forms.TypedChoiceField(label=_("Day"), coerce=date.fromisoformat)
    position = forms.IntegerField(
        label=_("Position on the route"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("1 is the first visit of the day; left empty, the place comes last."),
    )

    widths = {"team": "col-md-4", "day": "col-md-4", "position": "col-md-4"}

    def __init__(self, *args: Any, place: RoundSite, days: Iterable[date], **kwargs: Any):
        initial = {"team": place.team_id, "day": place.day and place.day.isoformat(), "position": place.position}
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        offer(self, "team", RoundTeam.objects.filter(round=place.round_id).order_by("name", "pk"))
        offer(self, "day", [(day.isoformat(), day_text(day)) for day in days])
