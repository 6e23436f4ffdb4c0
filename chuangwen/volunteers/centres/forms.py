"""Forms of centres: the centre, rooms, platforms, tasks, information, self-checks, the chain, published figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.cases.forms.fields import PhotoForm, SiteField, UnitField, UnitsField, units_to_give
from chuangwen.duties.partnership.forms import words_field
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.places.forms import DivisionField
from chuangwen.places.models import Division
from chuangwen.standards.models import ChecklistItem, Edition
from chuangwen.volunteers.centres import rules, words
from chuangwen.volunteers.centres.access import PLAN
from chuangwen.volunteers.centres.actions.checks import NO, NOT_HERE, YES
from chuangwen.volunteers.centres.models import Centre, CentreInformation, CentrePlatform, CentreRoom
from chuangwen.web.forms import Form

PHOTOS = (gettext_lazy("Photos"), gettext_lazy("Up to nine; they stand in the evidence room."))
PLACE = ("name", "unit", "address", "opens_at", "closes_at", "open_days", "responsible_post", "phone", "about", "public")


class DaysField(forms.TypedMultipleChoiceField):
    """Days of the week as bits."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **more: Any):
        super().__init__(choices=[], coerce=int, **more)

    def prepare_value(self, value: Any) -> Any:
        return [str(n) for n in range(7) if value >> n & 1] if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        return sum(1 << day for day in super().clean(value))


class CentreForm(Form):
    """What a centre is. Kind, place and what it hangs under are said once."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    opens_at = forms.TimeField(label=gettext_lazy("Opens at"), required=False)
    closes_at = forms.TimeField(label=gettext_lazy("Closes at"), required=False, help_text=gettext_lazy("Both left empty: open all day."))
    open_days = DaysField(label=gettext_lazy("Open on"), initial=rules.EVERY_DAY)
    responsible_post = forms.CharField(
        label=gettext_lazy("Post of the first responsible person"), max_length=60, required=False,
        help_text=gettext_lazy("The post, not the person: secretary of the party committee of the street …"),
    )  # fmt: skip
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)
    about = words_field(gettext_lazy("What it offers"), 500, 3, required=False)
    public = forms.BooleanField(label=gettext_lazy("Has a page for everybody"), required=False, initial=True)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    widths = {"name": "col-md-8", "kind": "col-md-4", "division": "col-md-6", "above": "col-md-6", "unit": "col-md-6", "site": "col-md-6",
              "address": "col-md-6", "opens_at": "col-6 col-md-3", "closes_at": "col-6 col-md-3", "responsible_post": "col-md-6",
              "phone": "col-md-6"}  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, row: Centre | None = None, above: Centre | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        open_days = self.fields["open_days"]
        assert isinstance(open_days, DaysField)
        open_days.choices = [(n, name) for n, name in enumerate(words.weekdays())]
        if row is None:
            self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=Centre.Kind.choices)
            self.fields["division"] = DivisionField(actor, PLAN, label=_("Area"))
            rows = access.scoped(actor, PLAN, Centre).exclude(state=Centre.State.CLOSED).exclude(kind=rules.POST).order_by("path")
            self.fields["above"] = forms.ModelChoiceField(rows, label=_("Hangs under"), required=False, initial=above)
            self.fields["site"] = SiteField(
                actor, label=_("Site"), required=False, help_text=_("Where it is inspected. Left empty: a new site is made.")
            )
        divisions = list(access.scoped(actor, PLAN, Division).order_by("path")[:1])
        self.fields["unit"] = UnitField(units_to_give(actor, PLAN, divisions[0] if divisions else None), label=_("Responsible unit"))
        self.layout = [("", [name for name in (
            "name", "kind", "division", "above", "unit", "site", "address", "opens_at", "closes_at", "open_days", "responsible_post", "phone",
            "about", "public") if name in self.fields])]  # fmt: skip
        if row is not None:
            for name in ("name", "unit", "open_days", "responsible_post", "phone", "about", "public", "revision"):
                self.fields[name].initial = getattr(row, name)
            for name in ("address", "opens_at", "closes_at"):
                self.fields[name].initial = getattr(row.site, name)


class RoomForm(Form):
    name = forms.CharField(label=gettext_lazy("Room"), max_length=60)
    area = forms.DecimalField(
        label=gettext_lazy("Area, m²"), min_value=0, max_value=100_000, max_digits=8, decimal_places=2, required=False
    )
    seats = forms.IntegerField(label=gettext_lazy("Seats"), min_value=0, max_value=10_000, required=False)
    use = forms.CharField(label=gettext_lazy("Use"), max_length=100, required=False)
    equipment = words_field(gettext_lazy("Equipment"), 300, required=False)
    widths = {"name": "col-md-6", "area": "col-6 col-md-3", "seats": "col-6 col-md-3"}

    def __init__(self, *args: Any, row: CentreRoom | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if row is not None:
            for name in ("name", "area", "seats", "use", "equipment"):
                self.fields[name].initial = getattr(row, name)


class PlatformForm(Form):
    kind = forms.ChoiceField(label=gettext_lazy("Platform"), choices=CentrePlatform.Kind.choices)
    about = forms.CharField(label=gettext_lazy("What it does"), max_length=300, required=False)
    layout = [("", ["kind", "lead", "members", "about"])]

    def __init__(self, *args: Any, actor: Actor, centre: Centre, row: CentrePlatform | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        units = units_to_give(actor, PLAN, centre.division)
        self.fields["lead"] = UnitField(units, label=_("Lead department"))
        self.fields["members"] = UnitsField([unit for unit in units if unit.kind == "department"], label=_("Member departments"), required=False)
        if row is not None:
            self.fields["kind"].initial, self.fields["lead"].initial, self.fields["about"].initial = row.kind, row.lead, row.about
            self.fields["members"].initial = list(row.members.all())


class TaskForm(Form):
    """A task for several centres at once."""

    title = forms.CharField(label=gettext_lazy("The task in short"), max_length=100)
    content = words_field(gettext_lazy("In detail"), 500, 3, required=False)
    due_on = forms.DateField(label=gettext_lazy("Due by"))
    centres = forms.ModelMultipleChoiceField(
        Centre.objects.none(), label=gettext_lazy("Centres"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Actor, chosen: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["centres"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = access.scoped(actor, PLAN, Centre).exclude(state=Centre.State.CLOSED).order_by("path")
        field.initial = list(chosen)
        self.fields["due_on"].initial = clock.today() + timedelta(days=14)


class ReportForm(PhotoForm):
    result = words_field(gettext_lazy("What the centre did"), 500, 3)
    done_on = forms.DateField(label=gettext_lazy("Done on"))
    link = forms.CharField(label=gettext_lazy("Address where it can be seen"), max_length=300, required=False)
    photo_fields = {"photos": PHOTOS}

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["initial"] = {"done_on": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class InformationForm(Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=150)
    sent_on = forms.DateField(label=gettext_lazy("Sent on"))
    link = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["initial"] = {"sent_on": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class AdoptForm(Form):
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=CentreInformation.Level.choices)
    where = forms.CharField(label=gettext_lazy("Taken over by"), max_length=100, required=False)
    adopted_on = forms.DateField(label=gettext_lazy("Taken over on"))
    link = forms.CharField(label=gettext_lazy("Address where it can be read"), max_length=300, required=False)

    def __init__(self, *args: Any, row: CentreInformation, **kwargs: Any):
        kwargs["initial"] = {"adopted_on": clock.today(), "link": row.link}
        super().__init__(*args, **kwargs)


class CheckForm(PhotoForm):
    """A point after the other: yes, no, does not apply; and what is wanting."""

    day = forms.DateField(label=gettext_lazy("Day"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)
    photo_fields = {"photos": PHOTOS}

    def __init__(self, *args: Any, items: list[ChecklistItem], **kwargs: Any):
        self.items = items
        kwargs["initial"] = {"day": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        choices = [(YES, _("met")), (NO, _("not met")), (NOT_HERE, _("does not apply"))]
        for n, item in enumerate(items, 1):
            self.fields[f"item_{item.pk}"] = forms.ChoiceField(
                label=f"{n}. {item.text}", choices=choices, widget=forms.RadioSelect, required=False
            )
            self.fields[f"note_{item.pk}"] = forms.CharField(label=_("What is wanting"), max_length=200, required=False)
        mine = [name for item in items for name in (f"item_{item.pk}", f"note_{item.pk}")]
        self.widths = dict.fromkeys((f"item_{item.pk}" for item in items), "col-md-7") | dict.fromkeys(
            (f"note_{item.pk}" for item in items), "col-md-5"
        )
        self.layout = [("", ["day", *mine, "note", *(name for name in ("photos", "photos_kept") if name in self.fields)])]

    def answers(self) -> dict[int, str]:
        return {item.pk: self.cleaned_data.get(f"item_{item.pk}", "") for item in self.items}

    def notes(self) -> dict[int, str]:
        return {item.pk: self.cleaned_data.get(f"note_{item.pk}", "") for item in self.items}


class ChainForm(Form):
    """For which county or town, and who answers where no unit stands."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, PLAN, label=_("County or town"))
        self.fields["unit"] = UnitField(
            units_to_give(actor, PLAN, None), label=_("Answers where no unit stands"), required=False, empty=_("nobody: refuse then")
        )


class FigureForm(Form):
    name = forms.CharField(label=gettext_lazy("What is counted"), max_length=60)
    quantity = forms.DecimalField(label=gettext_lazy("Quantity"), min_value=0, max_value=10**12, max_digits=15, decimal_places=2)
    measure = forms.CharField(label=gettext_lazy("Counted in units of"), max_length=12)
    about = forms.BooleanField(label=gettext_lazy("The paper says “more than”"), required=False)
    day = forms.DateField(label=gettext_lazy("Published on"))
    source = forms.CharField(label=gettext_lazy("Published in"), max_length=200)
    widths = {"name": "col-md-6", "quantity": "col-6 col-md-3", "measure": "col-6 col-md-3"}

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, PLAN, label=_("Area"))
        self.layout = [("", ["division", "name", "quantity", "measure", "about", "day", "source"])]


class StandardForm(Form):
    edition = forms.ModelChoiceField(Edition.objects.none(), label=gettext_lazy("Edition"), empty_label=None)

    def __init__(self, *args: Any, editions: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["edition"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = editions


class ReasonForm(Form):
    reason = words_field(gettext_lazy("Reason"), 200)
