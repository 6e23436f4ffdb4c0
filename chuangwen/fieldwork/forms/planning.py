"""Planning a round: quotas, teams, the draw, places by hand, the settings that hold for all rounds."""

from collections.abc import Iterator, Mapping
from datetime import time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.fieldwork.drawing import MOST_SEED
from chuangwen.fieldwork.models import FieldSettings, Round, RoundTeam
from chuangwen.fieldwork.planning_queries import Grid, may_go_out
from chuangwen.fieldwork.weighing import DEFAULT_POINTS
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Account, Unit
from chuangwen.places.models import Division, Site, SiteType
from chuangwen.web.forms import Form, offer

SPEEDS = {
    RoundTeam.Transport.WALK: Decimal("4.5"),
    RoundTeam.Transport.BICYCLE: Decimal("12"),
    RoundTeam.Transport.CAR: Decimal("25"),
}
"""km/h through a town, with stops: common practice, editable per team."""
SEED_HELP = gettext_lazy(
    "Anything public that nobody here can choose and that is known only after the inputs were fixed: the winning numbers of a named "
    "lottery on a named day, the closing value of an index. Whoever has the seed and the file of the draw can repeat it."
)


class QuotaGrid(Form):
    """How many sites of each type are drawn in each area; cells without a site have no field."""

    template_name = "fieldwork/fields/quota_grid.html"

    def __init__(self, *args: Any, grid: Grid, proposed: Mapping[tuple[int, int], int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.grid = grid
        for key, count in grid.sites.items():
            label = _("%(type)s, %(area)s") % {"type": grid.type_names[key[0]], "area": grid.area_names[key[1]]}
            attrs = {"class": "form-control-sm cw-quota", "inputmode": "numeric", "aria-label": label}
            self.fields[self.cell(*key)] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=count,
                initial=proposed.get(key) or None,
                label=label,
                widget=forms.NumberInput(attrs=attrs),
            )

    @staticmethod
    def cell(type_id: int, area_id: int) -> str:
        return f"q-{type_id}-{area_id}"

    def rows(self) -> Iterator[tuple[SiteType, int, list[tuple[Any, int]]]]:
        """Type, its sites, and for each area the bound field (None where there is no site) with the number of sites."""
        for type in self.grid.types:
            cells = [(type.pk, area.pk) for area in self.grid.areas]
            counts = [self.grid.sites.get(key, 0) for key in cells]
            yield type, sum(counts), [(self[self.cell(*key)] if n else None, n) for key, n in zip(cells, counts, strict=True)]

    def quotas(self) -> dict[tuple[SiteType, Division], int]:
        types, areas = {type.pk: type for type in self.grid.types}, {area.pk: area for area in self.grid.areas}
        return {(types[t], areas[a]): self.cleaned_data.get(self.cell(t, a)) or 0 for t, a in self.grid.sites}


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class MembersField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, account: Account) -> str:
        return f"{account}（{account.username}）"


class TeamForm(Form):
    """Who goes out, when and how."""

    name = forms.CharField(label=gettext_lazy("Name of the team"), max_length=60)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Employed by"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=gettext_lazy("The team is not sent to sites that this unit answers for."),
    )
    members = MembersField(
        label=gettext_lazy("Members"),
        queryset=Account.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=gettext_lazy("Hold Ctrl to choose several."),
    )
    transport = forms.ChoiceField(
        label=gettext_lazy("Goes"), choices=RoundTeam.Transport.choices, initial=RoundTeam.Transport.BICYCLE
    )
    speed_kmh = forms.DecimalField(
        label=gettext_lazy("Speed in km/h"),
        min_value=Decimal("0.5"),
        max_value=Decimal(120),
        decimal_places=1,
        required=False,
        help_text=gettext_lazy("Left empty: 4.5 on foot, 12 by bicycle, 25 by car."),
    )
    starts_at = forms.TimeField(label=gettext_lazy("Works from"), widget=TimeInput(), initial=time(8, 30))
    ends_at = forms.TimeField(label=gettext_lazy("Works until"), widget=TimeInput(), initial=time(17, 30))
    start_lat = forms.FloatField(
        label=gettext_lazy("Start: latitude"),
        required=False,
        min_value=-90,
        max_value=90,
        widget=forms.NumberInput(attrs={"step": "any"}),
        help_text=gettext_lazy("WGS-84, as the map of this program gives it; empty: at the first place."),
    )
    start_lon = forms.FloatField(
        label=gettext_lazy("Start: longitude"),
        required=False,
        min_value=-180,
        max_value=180,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    widths = dict.fromkeys(
        ("name", "unit", "transport", "speed_kmh", "starts_at", "ends_at", "start_lat", "start_lon"), "col-md-6"
    )

    def __init__(self, *args: Any, actor: Actor, round: Round, team: RoundTeam | None = None, **kwargs: Any):
        if team is not None:
            kwargs["initial"] = {name: getattr(team, name) for name in self.base_fields if name != "members"} | {
                "members": list(team.members.values_list("account", flat=True))
            }
        super().__init__(*args, **kwargs)
        units = access.scoped(actor, "people.see", Unit)
        if round.assessor_id:
            units = units | Unit.objects.filter(pk=round.assessor_id)
        offer(self, "unit", units.order_by("name"))
        offer(self, "members", may_go_out(actor, round, team))
        if team is None:
            self.fields["unit"].initial = round.assessor_id
            self.fields["name"].initial = _("Team %(n)d") % {"n": round.teams.count() + 1}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("speed_kmh") is None and data.get("transport"):
            data["speed_kmh"] = SPEEDS[data["transport"]]
        return data


class SeedForm(Form):
    seed = forms.CharField(label=gettext_lazy("Seed"), max_length=MOST_SEED, help_text=SEED_HELP)


class DrawForm(SeedForm):
    """The seed of a draw; ``frame`` holds it to the inputs that were shown."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is drawn again"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    frame = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, again: bool, key: str, **kwargs: Any):
        kwargs["initial"] = {"frame": key} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if not again:
            del self.fields["reason"]


class RerateForm(SeedForm):
    """The seed of the draw of places that are rated again."""


class ReasonForm(Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class PlaceForm(ReasonForm):
    """A site that is added to a round by hand."""

    code = forms.CharField(label=gettext_lazy("Site"), max_length=120, help_text=gettext_lazy("Its code or its whole name."))
    team = forms.ModelChoiceField(label=gettext_lazy("Team"), queryset=RoundTeam.objects.none(), required=False)
    field_order = ["code", "reason", "team"]

    def __init__(self, *args: Any, actor: Actor, round: Round, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.actor = actor
        offer(self, "team", round.teams.all())

    def clean_code(self) -> Site:
        text = self.cleaned_data["code"].strip()
        reach = access.scoped(self.actor, "fieldwork.observe", Site).filter(active=True)
        found = list(reach.filter(code=text)) or list(reach.filter(name=text)[:2])
        if len(found) != 1:
            raise ValidationError(_("There is no such site in your area, or several bear the name: give the code."))
        return found[0]


POINT_LABELS = {
    "base": gettext_lazy("Base of every site"),
    "waiting_most": gettext_lazy("Long without a visit, at most"),
    "waiting_days": gettext_lazy("Days without a visit for all of these points"),
    "open_case": gettext_lazy("Each open case"),
    "open_most": gettext_lazy("Open cases, at most"),
    "rebounded_case": gettext_lazy("Each case that came back"),
    "rebounded_most": gettext_lazy("Cases that came back, at most"),
    "losses_most": gettext_lazy("Losses of the last round, at most"),
}


class SettingsForm(Form):
    """The inspection cap, the share that is rated again, the points of the risk weights."""

    cap_visits = forms.IntegerField(label=gettext_lazy("At most so many visits to a site"), min_value=1, max_value=1000)
    cap_days = forms.IntegerField(label=gettext_lazy("within so many days"), min_value=1, max_value=3660)
    rerate_share = forms.DecimalField(
        label=gettext_lazy("Share rated again by another team"),
        min_value=Decimal(0),
        max_value=Decimal(1),
        decimal_places=3,
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )
    layout = [
        (gettext_lazy("Inspection cap"), ["cap_visits", "cap_days"]),
        (gettext_lazy("Blind re-rating"), ["rerate_share"]),
        (gettext_lazy("Risk weights, in thousandths of the weight of a site of which nothing is known"), list(DEFAULT_POINTS)),
    ]
    widths = dict.fromkeys(("cap_visits", "cap_days", "rerate_share", *DEFAULT_POINTS), "col-md-6")

    def __init__(self, *args: Any, settings: FieldSettings, **kwargs: Any):
        kwargs["initial"] = {
            "cap_visits": settings.cap_visits,
            "cap_days": settings.cap_days,
            "rerate_share": f"{settings.rerate_share.normalize():f}",
        } | settings.points
        super().__init__(*args, **kwargs)
        for name, label in POINT_LABELS.items():
            self.fields[name] = forms.IntegerField(label=label, min_value=1 if name == "base" else 0, max_value=100_000)

    def facts(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {name: data[name] for name in ("cap_visits", "cap_days", "rerate_share")} | {
            "points": {name: data[name] for name in DEFAULT_POINTS}
        }
