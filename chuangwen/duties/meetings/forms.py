"""Forms of meetings: the meeting itself, an item, who came, a resolution, why it is called off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.forms.fields import UnitField, UnitsField, units_to_give
from chuangwen.duties.meetings import queries
from chuangwen.duties.meetings.models import AgendaItem, Meeting, MeetingUnit, Resolution
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Post, Unit
from chuangwen.people.queries import on_day
from chuangwen.places.forms import DivisionField
from chuangwen.places.models import Division, Site
from chuangwen.web import formatting
from chuangwen.web.forms import Form, offer

PLAN = "duties.plan_meeting"
CHAIRS = (Post.Kind.FIRST_RESPONSIBLE, Post.Kind.HEAD, Post.Kind.DEPUTY)


def units_here(actor: Actor, verb: str, division: Division | None) -> list[Unit]:
    """The units of today that can be invited or given something at a place."""
    return units_to_give(actor, verb, division)


class PostField(forms.ModelChoiceField):
    """A post by its unit and title, without the name of who holds it."""

    def label_from_instance(self, post: Any) -> str:
        return f"{post.unit} {post.title or post.get_kind_display()}"


class SiteField(forms.CharField):
    """A site by its code or its whole name. Cleans to a site or None."""

    def __init__(self, sites: Any, **more: Any):
        self.sites = sites
        super().__init__(max_length=120, **more)

    def prepare_value(self, value: Any) -> Any:
        return value.name if isinstance(value, Site) else value

    def clean(self, value: Any) -> Site | None:
        text = super().clean(value)
        if not text:
            return None
        found = list(self.sites.filter(Q(code=text) | Q(name=text))[:2])
        if len(found) != 1:
            raise forms.ValidationError(_("There is no such site in your area, or several bear the name: give the code."))
        return found[0]


class MeetingForm(Form):
    """What kind of meeting, when and where, who takes the chair, which units are to come."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Meeting.Kind.choices, initial=Meeting.Kind.COORDINATION)
    starts_at = forms.DateTimeField(label=pgettext_lazy("meeting", "Begins"))
    minutes = forms.IntegerField(label=gettext_lazy("Minutes it lasts"), min_value=5, max_value=1440, initial=60)
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), max_length=120)
    purpose = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=300, required=False, widget=forms.Textarea({"rows": 2, "maxlength": 300})
    )
    widths = {
        "kind": "col-md-6", "division": "col-md-6", "starts_at": "col-7 col-md-4", "minutes": "col-5 col-md-2", "place": "col-md-6",
        "convener": "col-md-6", "chair": "col-md-6", "site": "col-md-6", "follows": "col-md-6",
    }  # fmt: skip
    layout = [
        ("", ["title", "kind", "division", "starts_at", "minutes", "place", "site", "purpose"]),
        (pgettext_lazy("meeting", "Who"), ["convener", "chair", "units"]),
        (gettext_lazy("Series"), ["follows"]),
    ]

    def __init__(self, *args: Any, actor: Actor, meeting: Meeting | None = None, follows: int | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        if meeting is None:
            self.fields["division"] = DivisionField(actor, PLAN, label=gettext_lazy("Area"))
        division = meeting.division if meeting else _largest(actor)
        units = units_here(actor, PLAN, division)
        self.fields["convener"] = UnitField(units, label=gettext_lazy("Convening unit"))
        self.fields["units"] = UnitsField(
            units, label=gettext_lazy("Units that are to come"), required=False,
            help_text=gettext_lazy("A week in which one of them has too many meetings already is refused, with weeks that have room."),
        )  # fmt: skip
        offer(self, "units", [(str(unit.pk), unit.name) for unit in units])  # beside each other, so without the tree's indents
        posts = Post.objects.filter(on_day(clock.today()), kind__in=CHAIRS, unit__in=[unit.pk for unit in units]).select_related("unit")
        self.fields["chair"] = PostField(
            posts.order_by("unit__path", "order", "pk"), label=gettext_lazy("Post that takes the chair"), required=False
        )
        self.fields["site"] = SiteField(
            access.scoped(actor, PLAN, Site), label=gettext_lazy("Site, for an on-site session"), required=False,
            help_text=gettext_lazy("Its name or code; what is resolved then stands at this site on the map."),
        )  # fmt: skip
        if meeting is None:
            before = queries.may_follow(actor)
            self.fields["follows"] = forms.TypedChoiceField(
                label=gettext_lazy("Meeting before this one"), required=False, coerce=int, empty_value=None,
                choices=[("", gettext_lazy("none: a series begins")),
                         *((row.pk, f"{row.title}（{formatting.day(row.starts_at)}）") for row in before)],
                help_text=gettext_lazy("What was resolved there and is not done comes to the agenda by itself."),
            )  # fmt: skip
            self._before = {row.pk: row for row in before}
            self._first(division, units, self._before.get(follows or 0))
        else:
            self._stand(meeting)

    def _first(self, division: Division | None, units: list[Unit], before: Meeting | None) -> None:
        """What a new meeting begins with: that of the meeting before it, where one is named."""
        given: dict[str, Any] = {"division": division}
        office = next((unit for unit in units if unit.kind == Unit.Kind.COMMAND), units[0] if units else None)
        given["convener"] = office
        if before is not None:
            names = ("title", "kind", "minutes", "place", "purpose", "convener", "chair", "division", "site")
            given |= {name: getattr(before, name) for name in names} | {"follows": before.pk}
            given["units"] = list(before.invited.values_list("unit", flat=True))
        for name, value in given.items():
            if value is not None and name in self.fields:
                self.fields[name].initial = value

    def _stand(self, meeting: Meeting) -> None:
        for name in ("title", "kind", "starts_at", "minutes", "place", "purpose", "convener", "chair", "site"):
            self.fields[name].initial = getattr(meeting, name)
        self.fields["units"].initial = list(meeting.invited.values_list("unit", flat=True))

    def facts(self) -> dict[str, Any]:
        """What the action takes."""
        names = ["title", "kind", "starts_at", "minutes", "place", "purpose", "convener", "chair", "site", "units"]
        given = {name: self.cleaned_data[name] for name in names}
        if self.meeting is None:
            given |= {"division": self.cleaned_data["division"], "follows": self._before.get(self.cleaned_data["follows"] or 0)}
        return given


def _largest(actor: Actor) -> Division | None:
    paths = sorted({grant.division_path for grant in actor.scopes(PLAN) if grant.division_path}, key=len)
    return Division.objects.filter(path=paths[0]).first() if paths else Division.objects.order_by("depth", "pk").first()


class ItemForm(Form):
    """An item of the agenda."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=100)
    words = forms.CharField(
        label=gettext_lazy("To be prepared"), max_length=500, required=False, widget=forms.Textarea({"rows": 4, "maxlength": 500})
    )

    def __init__(self, *args: Any, item: AgendaItem | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if item is not None:
            self.fields["title"].initial, self.fields["words"].initial = item.title, item.words


class CameForm(Form):
    """Which units came, and why the others did not."""

    def __init__(self, *args: Any, invited: list[MeetingUnit], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.invited = invited
        for row in invited:
            self.fields[f"came_{row.unit_id}"] = forms.BooleanField(label=str(row.unit), required=False, initial=row.came is not False)
            self.fields[f"words_{row.unit_id}"] = forms.CharField(
                label=_("%(unit)s: why not, or who was excused") % {"unit": row.unit}, max_length=200, required=False, initial=row.words
            )
        self.widths = {f"came_{row.unit_id}": "col-md-5 mb-2" for row in invited} | {f"words_{row.unit_id}": "col-md-7 mb-2" for row in invited}
        self.layout = [("", [name for row in invited for name in (f"came_{row.unit_id}", f"words_{row.unit_id}")])]

    def came(self) -> dict[int, bool]:
        return {row.unit_id: self.cleaned_data[f"came_{row.unit_id}"] for row in self.invited}

    def words(self) -> dict[int, str]:
        return {row.unit_id: self.cleaned_data[f"words_{row.unit_id}"] for row in self.invited}


class ResolutionForm(Form):
    """Who does what until when."""

    words = forms.CharField(
        label=gettext_lazy("What is to be done"), max_length=400, widget=forms.Textarea({"rows": 3, "maxlength": 400})
    )
    due_on = forms.DateField(label=gettext_lazy("Until"))
    widths = {"unit": "col-md-8", "due_on": "col-md-4"}

    def __init__(self, *args: Any, actor: Actor, meeting: Meeting, row: Resolution | None = None, item: int | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        units = units_here(actor, "duties.keep_minutes", meeting.division)
        first = [unit for unit in units if unit.pk in set(meeting.invited.values_list("unit", flat=True))]
        rest = [unit for unit in units if unit not in first]
        self.fields["unit"] = UnitField([*first, *rest], label=gettext_lazy("Unit that does it"))
        items = [(one.pk, one.title) for one in meeting.agenda.all()]
        self.fields["item"] = forms.TypedChoiceField(
            label=gettext_lazy("Item of the agenda"), required=False, coerce=int, empty_value=None, choices=[("", "—"), *items], initial=item
        )
        if row is not None:
            for name in ("words", "due_on", "unit"):
                self.fields[name].initial = getattr(row, name)
            self.fields["item"].initial = row.item_id
        self.layout = [("", ["words", "unit", "due_on", "item"])]

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"words": given["words"], "unit": given["unit"], "due_on": given["due_on"], "item_id": given["item"]}


class WhyForm(Form):
    """A reason."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea({"rows": 3, "maxlength": 300}))
