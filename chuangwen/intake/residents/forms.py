"""The forms of the open pages. They work without script; the page's script makes them easier."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chuangwen.evidence.forms import PhotosField, PhotosInput
from chuangwen.intake import placing
from chuangwen.intake.residents.actions import MOST_PHOTOS, WORDS
from chuangwen.places.models import Datum
from chuangwen.standards.models import Kind
from chuangwen.web.forms import Form, offer

MOST_BYTES = 60 * 2**20
"""Of a whole report with its photos."""


class ResidentPhotos(PhotosField):
    """Up to three photos."""

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, bytes]]:
        given = [f for f in (data if isinstance(data, list | tuple) else [data]) if f]
        if len(given) > MOST_PHOTOS:
            raise forms.ValidationError(_("At most %(count)d photos.") % {"count": MOST_PHOTOS}, code="too_many")
        return super().clean(given, initial)


class Trap(forms.TextInput):
    """A field that people do not see and machines fill in."""


class Guarded(Form):
    """What every open form carries against machines."""

    website = forms.CharField(
        required=False, max_length=200, label=_("Leave empty"), widget=Trap({"autocomplete": "off", "tabindex": "-1"})
    )
    altcha = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    question = forms.CharField(required=False, max_length=600, widget=forms.HiddenInput)
    sum = forms.CharField(
        required=False, max_length=4, label=_("Sum"), widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})
    )

    def proof(self) -> dict[str, str]:
        """What goes to the guard."""
        return {name: str(self.cleaned_data.get(name) or "") for name in ("website", "altcha", "question", "sum")}


def kind_choices(kinds: list[Kind]) -> list[Any]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind in kinds:
        groups.setdefault(kind.family.name, []).append((str(kind.pk), kind.name))
    return [("", _("I do not know, the office may decide")), *groups.items()]


class ReportForm(Guarded):
    """A resident's report. Clean gives ``site``, ``division``, ``kind`` as records."""

    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    photos = ResidentPhotos(
        required=False, label=_("Photos"), help_text=_("One to three photos help most. It works without, too.")
    )
    description = forms.CharField(
        max_length=500, label=_("What is wrong?"), widget=forms.Textarea({"rows": 3, "maxlength": 500}),
        help_text=_("A few words are enough, such as: the bin is full and smells."),
    )  # fmt: skip
    site = forms.CharField(required=False, max_length=200, label=_("Name of the place"))
    site_code = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    community = forms.ChoiceField(required=False, label=_("Community"))
    address = forms.CharField(
        required=False, max_length=200, label=_("Where exactly?"), help_text=_("Street and number, or what is beside it."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    datum = forms.ChoiceField(required=False, choices=Datum.choices, widget=forms.HiddenInput)
    kind = forms.ChoiceField(required=False, label=_("What kind of problem is it?"))
    contact = forms.CharField(
        required=False, max_length=100, label=_("Your telephone (if you like)"),
        help_text=_("Only for a question about this report. It is stored encrypted and deleted after it has ended."),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.kinds = {str(kind.pk): kind for kind in Kind.objects.filter(active=True).select_related("family")}
        offer(self, "kind", kind_choices(list(self.kinds.values())))
        offer(self, "community", [("", _("Choose")), *placing.communities()])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        code, name = cleaned.get("site_code") or "", cleaned.get("site") or ""
        site = placing.site_by_code(code) if code else None
        if site is None and name:
            same = placing.sites_like(name)
            site = same[0] if len(same) == 1 or (same and same[0].name == name) else None
        cleaned["site"] = site
        if site is None and name and not cleaned.get("address"):
            cleaned["address"] = name[:200]
        cleaned["kind"] = self.kinds.get(cleaned.get("kind") or "")
        cleaned["division"] = placing.division_by_code(cleaned.get("community") or "")
        if (cleaned.get("lat") is None) != (cleaned.get("lon") is None):
            cleaned["lat"] = cleaned["lon"] = None
        point = placing.point_of(cleaned.get("lat"), cleaned.get("lon"), cleaned.get("datum") or "wgs84")
        cleaned["place"] = None
        if site is None and point is not None:
            found = placing.place_at(point)
            cleaned["place"] = found
            cleaned["site"] = found.site
            cleaned["division"] = found.division or cleaned["division"]
        if cleaned["site"] is None and cleaned["division"] is None and "community" not in self.errors:
            self.add_error(
                "community",
                forms.ValidationError(_("Say where it is: on the map, by the name of the place, or by its community.")),
            )
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The arguments of ``residents.actions.send`` beside proof and proposal."""
        names = ("description", "site", "division", "address", "lat", "lon", "kind", "photos", "contact", "uid")
        return {name: self.cleaned_data.get(name) for name in names} | {"datum": self.cleaned_data.get("datum") or "wgs84"}


class RateForm(Form):
    rating = forms.TypedChoiceField(
        coerce=int, choices=[(5, _("very good")), (4, _("good")), (3, _("middling")), (2, _("bad")), (1, _("very bad"))],
        label=_("How was it handled?"), widget=forms.RadioSelect,
    )  # fmt: skip
    words = forms.CharField(required=False, max_length=WORDS, label=_("Words (if you like)"), widget=forms.Textarea({"rows": 2}))


class NotSolvedForm(Form):
    words = forms.CharField(max_length=500, label=_("What is not solved?"), widget=forms.Textarea({"rows": 3, "maxlength": 500}))
    photos = ResidentPhotos(required=False, label=_("Photos of how it is now"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["photos"].widget = PhotosInput({"accept": "image/*"})


class AddForm(Form):
    words = forms.CharField(
        max_length=500, label=_("What do you want to add?"), widget=forms.Textarea({"rows": 2, "maxlength": 500})
    )


class WithdrawForm(Form):
    reason = forms.CharField(required=False, max_length=200, label=_("Why (if you like)"))
