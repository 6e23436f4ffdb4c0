"""Reporting a problem: the photo first, then a few words. What somebody's role makes plain is not asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from chuangwen.cases import phrases
from chuangwen.cases.forms.fields import KindField, PhotoForm, Phrased, SiteField
from chuangwen.cases.models import Case, Source
from chuangwen.cases.telling import SEVERITIES
from chuangwen.kernel.access import DIVISION, OWN, UNIT, Actor
from chuangwen.places.forms import DivisionField
from chuangwen.places.models import Datum, Division

MOST_COMMUNITIES = 400
ANY_PHRASES = ("地面有垃圾", "垃圾桶满溢", "墙面有小广告", "机动车乱停放", "占道经营", "路面破损", "公益广告破损", "楼道堆放杂物")

SOURCES = {
    "grid_worker": Source.PATROL, "inspector": Source.PATROL, "leader": Source.LEADER, "unit_head": Source.SELF_CHECK,
    "liaison": Source.SELF_CHECK, "clerk": Source.HOTLINE,
}  # fmt: skip
"""What a report of somebody in this role usually comes from."""


def source_of(actor: Actor) -> Source:
    """The source that the form proposes. Residents are not asked."""
    if is_resident(actor):
        return Source.RESIDENT
    return next((source for role, source in SOURCES.items() if role in actor.roles), Source.PATROL)


def is_resident(actor: Actor) -> bool:
    """Whether somebody reports for themselves alone: no area, no unit of theirs stands behind it."""
    scopes = {grant.scope for grant in actor.scopes("cases.report")}
    return OWN in scopes and not scopes & {DIVISION, UNIT, "all"}


class ReportForm(PhotoForm):
    """``facts`` is what the action takes."""

    photo_fields = {
        "before_photos": (gettext_lazy("Photos"), gettext_lazy("What is wrong, and where: one near, one from farther off.")),
        "after_photos": (gettext_lazy("Photos after"), ""),
    }
    description = forms.CharField(label=pgettext_lazy("case", "What is wrong"), max_length=500, widget=Phrased(ANY_PHRASES))
    address = forms.CharField(
        label=gettext_lazy("Where exactly"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("road and number, building, what stands beside it")}),
    )
    lat = forms.FloatField(label=gettext_lazy("Latitude"), required=False, widget=forms.NumberInput(attrs={"step": "any"}))
    lon = forms.FloatField(label=gettext_lazy("Longitude"), required=False, widget=forms.NumberInput(attrs={"step": "any"}))
    datum = forms.ChoiceField(label=gettext_lazy("Coordinate system"), choices=Datum.choices, initial=Datum.WGS84, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, initial: dict[str, Any] | None = None):
        super().__init__(data, files, actor=actor, initial=initial or {})
        self.resident = is_resident(actor)
        if self.resident:
            self._for_residents()
        else:
            self._for_staff()
        if not self.resident and actor.may("cases.solve_on_spot"):
            self.fields["on_spot"] = forms.BooleanField(label=_("Solved on the spot"), required=False)
            self.fields["measure"] = forms.CharField(
                label=pgettext("case", "What was done"),
                required=False,
                max_length=500,
                widget=Phrased(phrases.ANY_MEASURE, {"rows": 2}),
            )
        else:
            del self.fields["after_photos"], self.fields["after_photos_kept"]

    def _for_residents(self) -> None:
        rows = list(Division.objects.filter(active=True, level=Division.Level.VILLAGE).order_by("path")[: MOST_COMMUNITIES + 1])
        last = Case.objects.filter(reported_by=self.actor.account_id).order_by("-pk").values_list("division", flat=True).first()
        self.communities = {str(row.pk): row for row in rows[:MOST_COMMUNITIES]}
        self.fields["division"] = forms.ChoiceField(
            label=_("Community"), choices=[("", _("Choose")), *[(key, row.name) for key, row in self.communities.items()]],
            initial=str(last) if last else "",
        )  # fmt: skip

    def _for_staff(self) -> None:
        actor = self.actor
        self.fields["site"] = SiteField(
            actor,
            label=_("Site"),
            required=False,
            help_text=_("Name or code. Empty where it is no site: then the community and the address say where."),
        )
        self.fields["division"] = DivisionField(actor, "cases.report", label=_("Community"), required=False)
        rows = self.fields["division"].finder.rows
        if len(rows) == 1:
            self.fields["division"].initial = rows[0]
        self.fields["kind"] = KindField(label=_("Kind of problem"), required=False, empty=_("Not sure"))
        self.fields["severity"] = forms.TypedChoiceField(label=_("Severity"), coerce=int, choices=SEVERITIES, initial=2)
        self.fields["source"] = forms.ChoiceField(
            label=_("Source"), initial=source_of(actor),
            choices=[(value, label) for value, label in Source.choices if value not in (Source.HISTORY, Source.ROUND)],
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (cleaned.get("lat") is None) != (cleaned.get("lon") is None):
            self.add_error("lat", _("A point has a longitude and a latitude: give both or neither."))
        if self.resident and cleaned.get("division"):
            cleaned["division"] = self.communities[cleaned["division"]]
        return cleaned

    @property
    def solved(self) -> bool:
        return bool(self.cleaned_data.get("on_spot"))

    def facts(self) -> dict[str, Any]:
        names = ("description", "site", "division", "address", "lat", "lon", "kind", "uid")
        facts = {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name) not in (None, "")}
        facts["datum"] = self.cleaned_data.get("datum") or Datum.WGS84
        facts["source"] = Source.RESIDENT if self.resident else self.cleaned_data["source"]
        if not self.resident:
            facts["severity"] = self.cleaned_data["severity"]
        facts["before_photos"] = self.photos("before_photos")
        if self.solved:
            facts |= {"measure": self.cleaned_data["measure"], "after_photos": self.photos("after_photos")}
        return facts
