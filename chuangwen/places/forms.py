"""Forms of the room."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.lazy_json import plain
from chuangwen.places.finding import DivisionFinder
from chuangwen.places.models import Asset, Datum, Division, Grid, Site, SiteType
from chuangwen.web.forms import Form

MOST_OPTIONS = 400
USUAL_MINUTES = 20


def select_of(form: forms.BaseForm, name: str) -> forms.ModelChoiceField:
    """A field of a form that offers rows."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    return field


class DivisionField(forms.Field):
    """A division where an actor holds a verb: a list of them, or, where there are very many, its code or name."""

    def __init__(self, actor: Actor, verb: str, **more: Any):
        self.finder = DivisionFinder(actor, verb)
        self.short = len(self.finder.rows) <= MOST_OPTIONS
        super().__init__(**more)
        if self.short:
            least = min((row.depth for row in self.finder.rows), default=0)
            options = [(str(row.pk), "\u3000" * (row.depth - least) + row.name) for row in self.finder.rows]
            self.widget = forms.Select(choices=[("", "—"), *options])
        else:
            self.widget = forms.TextInput()
            self.help_text = gettext_lazy("The 12-digit code or the whole name.")

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Division):
            return str(value.pk) if self.short else value.code or value.name
        return value

    def clean(self, value: Any) -> Division | None:
        value = super().clean((value or "").strip())
        if not value:
            return None
        if self.short:
            found = next((row for row in self.finder.rows if str(row.pk) == value), None)
        else:
            found = self.finder.find(None, value).division
        if found is None:
            raise forms.ValidationError(_("There is no such division in your area, or several bear the name: give the code."))
        return found


class SiteForm(Form):
    """A site; the point is given in the datum that it was taken in."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    code = forms.CharField(
        label=gettext_lazy("Site code"), max_length=40, required=False, help_text=gettext_lazy("Left empty, it gets one.")
    )
    type = forms.ModelChoiceField(label=gettext_lazy("Site type"), queryset=SiteType.objects.none())
    grid = forms.CharField(
        label=gettext_lazy("Grid"), required=False, help_text=gettext_lazy("The code of the grid."), max_length=30
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    datum = forms.ChoiceField(
        label=gettext_lazy("Coordinate system"),
        choices=Datum.choices,
        initial=Datum.GCJ02,
        help_text=gettext_lazy("Phones, WeChat and Amap give GCJ-02, Baidu BD-09, satellites WGS-84, Tianditu CGCS2000."),
    )
    lon = forms.FloatField(
        label=gettext_lazy("Longitude"),
        required=False,
        min_value=-180,
        max_value=180,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    lat = forms.FloatField(
        label=gettext_lazy("Latitude"),
        required=False,
        min_value=-90,
        max_value=90,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    has_manager = forms.NullBooleanField(
        label=gettext_lazy("Has a property manager"),
        required=False,
        widget=forms.Select(
            choices=[("unknown", gettext_lazy("not known")), ("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))]
        ),
    )
    households = forms.IntegerField(label=gettext_lazy("Households"), required=False, min_value=0, max_value=1_000_000)
    opens_at = forms.TimeField(
        label=gettext_lazy("Opens at"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=gettext_lazy("Both empty: always open."),
    )
    closes_at = forms.TimeField(
        label=gettext_lazy("Closes at"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=300, required=False)

    widths = {
        "name": "col-md-8",
        "code": "col-md-4",
        "type": "col-md-4",
        "division": "col-md-4",
        "grid": "col-md-4",
        "datum": "col-md-4",
        "lon": "col-md-4",
        "lat": "col-md-4",
        "has_manager": "col-md-4",
        "households": "col-md-4",
        "opens_at": "col-md-4",
        "closes_at": "col-md-4",
    }
    layout = [
        ("", ["name", "code", "type", "division", "grid", "address"]),
        (gettext_lazy("Point"), ["datum", "lon", "lat"]),
        (gettext_lazy("Particulars"), ["has_manager", "households", "opens_at", "closes_at", "note"]),
    ]

    def __init__(self, *args: Any, actor: Actor, site: Site | None = None, **kwargs: Any):
        self.actor, self.site = actor, site
        if site is not None:
            kwargs["initial"] = {
                "name": site.name,
                "code": site.code,
                "type": site.type_id,
                "division": site.division,
                "grid": site.grid.code if site.grid else "",
                "address": site.address,
                "datum": site.datum if site.given_lat is not None else Datum.GCJ02,
                "lon": site.given_lon,
                "lat": site.given_lat,
                "has_manager": {True: "true", False: "false"}.get(bool(site.has_manager), "unknown")
                if site.has_manager is not None
                else "unknown",
                "households": site.households,
                "opens_at": site.opens_at,
                "closes_at": site.closes_at,
                "note": site.note,
            }
        super().__init__(*args, **kwargs)
        select_of(self, "type").queryset = SiteType.objects.filter(active=True) | SiteType.objects.filter(
            pk=site.type_id if site else None
        )
        self.fields["division"] = DivisionField(actor, "places.edit_site", label=_("Division"))
        self.order_fields(["name", "code", "type", "division", "grid"])

    def clean_grid(self) -> Grid | None:
        code = self.cleaned_data["grid"].strip()
        if not code:
            return None
        grid = access.scoped(self.actor, "places.see", Grid).filter(code=code).select_related("division").first()
        if grid is None:
            raise forms.ValidationError(_("There is no such grid in your area."))
        return grid

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "lat" in cleaned and "lon" in cleaned and (cleaned["lat"] is None) != (cleaned["lon"] is None):
            self.add_error(
                "lat" if cleaned["lat"] is None else "lon", _("A point has a longitude and a latitude: give both or neither.")
            )
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What the actions take. A code left empty on an existing site stays what it was."""
        facts = dict(self.cleaned_data)
        if self.site is not None and not facts["code"]:
            facts["code"] = self.site.code
        return facts


class AssetForm(Form):
    """How many of a thing stand on a site."""

    kind = forms.ChoiceField(label=gettext_lazy("Thing"), choices=Asset.Kind.choices)
    quantity = forms.IntegerField(
        label=gettext_lazy("How many"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=gettext_lazy("0 for none; empty: some, not counted."),
    )
    state = forms.CharField(label=gettext_lazy("State"), max_length=60, required=False)
    checked_on = forms.DateField(label=gettext_lazy("Looked at on"), required=False)

    widths = {"kind": "col-md-6", "quantity": "col-md-6", "state": "col-md-6", "checked_on": "col-md-6"}


class DivisionForm(Form):
    """A division below another one."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    short_name = forms.CharField(label=gettext_lazy("Short name"), max_length=30, required=False)
    code = forms.CharField(
        label=gettext_lazy("Division code"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("12 digits; empty while it is not known."),
    )
    outline = forms.JSONField(
        label=gettext_lazy("Outline"),
        required=False,
        help_text=gettext_lazy("A GeoJSON geometry in WGS-84, as drawing programs export it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    widths = {"name": "col-md-5", "short_name": "col-md-3", "code": "col-md-4", "level": "col-md-4"}

    def __init__(self, *args: Any, parent: Division | None = None, division: Division | None = None, **kwargs: Any):
        self.division = division
        if division is not None:
            known = {name: getattr(division, name) for name in ("name", "short_name", "code", "active")}
            kwargs["initial"] = known | {"outline": plain(division.outline)}
        super().__init__(*args, **kwargs)
        if division is None:
            del self.fields["active"]
            lowest = parent.level + 1 if parent else 1
            self.fields["level"] = forms.TypedChoiceField(
                label=_("Level"), coerce=int, choices=[c for c in Division.Level.choices if c[0] >= lowest]
            )

    def clean_outline(self) -> Any:
        outline = self.cleaned_data["outline"]
        if not outline:
            return None
        if isinstance(outline, dict) and outline.get("type") == "Feature":
            outline = outline.get("geometry")
        if (
            not isinstance(outline, dict)
            or outline.get("type") not in ("Polygon", "MultiPolygon")
            or not isinstance(outline.get("coordinates"), list)
        ):
            raise forms.ValidationError(_("Give a GeoJSON geometry of the type Polygon or MultiPolygon."))
        return outline


class GridForm(Form):
    """A grid, or a small grid in one."""

    code = forms.CharField(label=gettext_lazy("Grid code"), max_length=30)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    parent = forms.CharField(
        label=gettext_lazy("Code of the larger grid"), max_length=30, required=False, help_text=gettext_lazy("For a small grid.")
    )

    widths = {"code": "col-md-6", "name": "col-md-6", "division": "col-md-6", "parent": "col-md-6"}

    def __init__(self, *args: Any, actor: Actor, grid: Grid | None = None, **kwargs: Any):
        self.actor = actor
        if grid is not None:
            kwargs["initial"] = {
                "code": grid.code,
                "name": grid.name,
                "division": grid.division,
                "parent": grid.parent.code if grid.parent else "",
            }
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, "places.edit_grid", label=_("Division"))

    def clean_parent(self) -> Grid | None:
        code = self.cleaned_data["parent"].strip()
        if not code:
            return None
        grid = access.scoped(self.actor, "places.see", Grid).filter(code=code).select_related("division").first()
        if grid is None:
            raise forms.ValidationError(_("There is no such grid in your area."))
        return grid


class CodeTableForm(Form):
    """A row of a code table; a table with more columns adds fields of the same names."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9_-]*$",
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Small letters, digits and dashes."),
    )
    order = forms.IntegerField(label=gettext_lazy("Order"), min_value=0, max_value=32000, initial=900)
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    widths = {"name": "col-md-5", "code": "col-md-4", "order": "col-md-3"}

    def __init__(self, *args: Any, row: Model | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if row is not None:
            self.initial = {name: getattr(row, name) for name in self.fields} | dict(self.initial)


class SiteTypeForm(CodeTableForm):
    """A site type."""

    group = forms.CharField(label=gettext_lazy("Group"), max_length=40, required=False)
    service_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes that an inspection takes"), min_value=1, max_value=480, initial=USUAL_MINUTES, required=False
    )

    field_order = ["name", "code", "group", "service_minutes", "order", "active"]
    widths = dict.fromkeys(("name", "code", "group", "service_minutes", "order"), "col-md-6")

    def clean_service_minutes(self) -> int:
        return self.cleaned_data["service_minutes"] or USUAL_MINUTES
