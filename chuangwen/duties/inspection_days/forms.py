"""Forms of inspection days: the days, a place in a hurry, who goes there, a problem, a thing on the list, the summary."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.forms.fields import PhotoForm, UnitField, kinds_in_use
from chuangwen.duties.inspection_days import matching
from chuangwen.duties.inspection_days.actions.finding import BY_ASSESSORS, BY_OURSELVES
from chuangwen.duties.inspection_days.actions.placing import MOST_PEOPLE
from chuangwen.duties.inspection_days.models import AfterItem, DrawnPlace, Inspection, PlaceAssignment
from chuangwen.duties.meetings.forms import PostField, units_here
from chuangwen.duties.meetings.models import Meeting
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Post, Unit
from chuangwen.people.queries import on_day
from chuangwen.places.forms import DivisionField
from chuangwen.web import formatting
from chuangwen.web.forms import Form, offer

PLAN, PLACE, FIND = "duties.plan_inspection", "duties.enter_drawn_place", "duties.work_up_inspection"


class InspectionForm(Form):
    """What is expected, from when to when."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("For example: 2026年度省级实地测评"))
    assessors = forms.CharField(
        label=gettext_lazy("Who sends the assessors"), max_length=80, required=False, help_text=gettext_lazy("An office or company; no names.")
    )
    first = forms.DateField(label=gettext_lazy("First day"))
    last = forms.DateField(label=gettext_lazy("Last day"))
    hours = forms.IntegerField(
        label=gettext_lazy("Working hours for a problem that is reported now"), min_value=1, max_value=80, initial=4
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes for the day"), max_length=500, required=False, widget=forms.Textarea({"rows": 3, "maxlength": 500})
    )
    widths = dict.fromkeys(("first", "last"), "col-6 col-md-3") | {"hours": "col-md-6", "division": "col-md-6", "assessors": "col-md-6"}
    layout = [("", ["name", "division", "assessors", "first", "last", "hours", "notes"])]

    def __init__(self, *args: Any, actor: Actor, row: Inspection | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if row is None:
            self.fields["division"] = DivisionField(actor, PLAN, label=gettext_lazy("Area"))
            self.fields["first"].initial = self.fields["last"].initial = clock.today()
        else:
            for name in ("name", "assessors", "first", "last", "hours", "notes"):
                self.fields[name].initial = getattr(row, name)


class PlaceForm(Form):
    """A drawn place by a few letters of its name."""

    text = forms.CharField(
        label=gettext_lazy("Community or site"), max_length=120, help_text=gettext_lazy("A few letters of its name are enough, or its code."),
        widget=forms.TextInput({"list": "drawn-offered", "autocomplete": "off", "autofocus": True}),
    )  # fmt: skip
    day = forms.TypedChoiceField(label=pgettext_lazy("inspection", "Day"), coerce=str)
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)
    widths = {"text": "col-md-6", "day": "col-md-3", "note": "col-md-3"}

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any):
        super().__init__(*args, **kwargs)
        days = [inspection.first + timedelta(days=n) for n in range((inspection.last - inspection.first).days + 1)]
        offer(self, "day", [(day.isoformat(), f"{day.month}月{day.day}日") for day in days])
        self.fields["day"].initial = min(max(clock.today(), inspection.first), inspection.last).isoformat()
        self.offered = matching.offered(inspection.division) if not self.is_bound or self.errors else []


class AssignForm(Form):
    """Which unit, or which post of it, goes to a place."""

    part = forms.ChoiceField(label=gettext_lazy("As what"), choices=PlaceAssignment.Part.choices, initial=PlaceAssignment.Part.PRESENT)
    people = forms.IntegerField(
        label=pgettext_lazy("inspection", "People"), min_value=1, max_value=MOST_PEOPLE, required=False,
        help_text=gettext_lazy("How many; empty where it is not known yet."),
    )  # fmt: skip
    task = forms.CharField(label=pgettext_lazy("inspection", "What for"), max_length=200, required=False)
    widths = {"unit": "col-md-6", "post": "col-md-6", "part": "col-6 col-md-3", "people": "col-6 col-md-3", "task": "col-md-6"}

    def __init__(self, *args: Any, actor: Actor, place: DrawnPlace, known: PlaceAssignment | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        units = units_here(actor, PLACE, place.inspection.division)
        self.fields["unit"] = UnitField(units, label=gettext_lazy("Unit"))
        posts = Post.objects.filter(on_day(clock.today()), unit__in=[unit.pk for unit in units]).select_related("unit")
        self.fields["post"] = PostField(
            posts.order_by("unit__path", "order", "pk"), label=gettext_lazy("A post of it"), required=False,
            help_text=gettext_lazy("Only where one certain post has to be there; else the unit is enough."),
        )  # fmt: skip
        if known is not None:
            for name in ("unit", "post", "part", "people", "task"):
                self.fields[name].initial = getattr(known, name)
        self.layout = [("", ["unit", "post", "part", "people", "task"])]


class ProblemForm(PhotoForm):
    """A problem at a drawn place: words and a photo, the rest is known."""

    description = forms.CharField(
        label=gettext_lazy("What is wrong"), max_length=500, widget=forms.Textarea({"rows": 3, "maxlength": 500, "autofocus": True})
    )
    seen_by = forms.ChoiceField(
        label=gettext_lazy("Seen by"), initial=BY_OURSELVES, widget=forms.RadioSelect,
        choices=[(BY_OURSELVES, gettext_lazy("ourselves")), (BY_ASSESSORS, gettext_lazy("the assessors"))],
    )  # fmt: skip
    photo_fields = {"photo": (gettext_lazy("Photo"), gettext_lazy("Not needed, but quicker than words."))}
    widths = {"kind": "col-md-6", "unit": "col-md-6"}
    layout = [("", ["description", "photo", "seen_by", "kind", "unit"])]

    def __init__(self, *args: Any, actor: Actor, place: DrawnPlace, units: list[Unit], **kwargs: Any):
        super().__init__(*args, actor=actor, **kwargs)
        kinds = kinds_in_use()
        self.kinds = {str(kind.pk): kind for kind in kinds}
        self.fields["kind"] = forms.ChoiceField(
            label=gettext_lazy("Kind of problem"), required=False,
            choices=[("", gettext_lazy("by itself")), *((str(kind.pk), kind.name) for kind in kinds)],
        )  # fmt: skip
        self.fields["unit"] = UnitField(
            units, label=gettext_lazy("Who puts it right"), required=False, empty=gettext_lazy("by the rules, else who is in charge there")
        )

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "description": given["description"], "seen_by": given["seen_by"], "kind": self.kinds.get(given["kind"]), "unit": given["unit"],
            "photos": self.photos("photo"), "uid": given["uid"],
        }  # fmt: skip


class FoundForm(Form):
    """A thing on the list: what was found, what is to be done, by whom, until when."""

    found = forms.CharField(label=gettext_lazy("What was found"), max_length=300, widget=forms.Textarea({"rows": 2, "maxlength": 300}))
    todo = forms.CharField(
        label=gettext_lazy("What is to be done"), max_length=300, required=False, widget=forms.Textarea({"rows": 2, "maxlength": 300})
    )
    due_on = forms.DateField(label=gettext_lazy("Until"), required=False)
    widths = {"place": "col-md-4", "unit": "col-md-5", "due_on": "col-md-3"}
    layout = [("", ["found", "todo", "place", "unit", "due_on"])]

    def __init__(self, *args: Any, actor: Actor, inspection: Inspection, row: AfterItem | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.places = {place.pk: place for place in inspection.places.select_related("site", "division")}
        self.fields["place"] = forms.TypedChoiceField(
            label=gettext_lazy("Drawn place"), required=False, coerce=int, empty_value=None,
            choices=[("", gettext_lazy("none in particular")), *((key, str(place)) for key, place in self.places.items())],
        )  # fmt: skip
        self.fields["unit"] = UnitField(units_here(actor, FIND, inspection.division), label=gettext_lazy("Unit that does it"), required=False)
        if row is not None:
            for name in ("found", "todo", "due_on", "unit"):
                self.fields[name].initial = getattr(row, name)
            self.fields["place"].initial = row.place_id

    def facts(self) -> dict[str, Any]:
        return self.cleaned_data | {"place": self.places.get(self.cleaned_data["place"] or 0)}


AS_CASE, IN_MEETING, NOTHING = "case", "meeting", "nothing"


class FollowForm(Form):
    """What becomes of a thing: a case, a resolution of a meeting that is open, or nothing with a reason."""

    way = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"), initial=AS_CASE, widget=forms.RadioSelect,
        choices=[
            (AS_CASE, gettext_lazy("a case of a unit")), (IN_MEETING, gettext_lazy("a resolution of a meeting that is open")),
            (NOTHING, gettext_lazy("nothing is to be done")),
        ],
    )  # fmt: skip
    due_on = forms.DateField(label=gettext_lazy("Until"), required=False)
    reason = forms.CharField(label=gettext_lazy("Why nothing is to be done"), max_length=200, required=False)
    widths = {"unit": "col-md-8", "due_on": "col-md-4", "meeting": "col-md-6", "reason": "col-md-6"}
    layout = [("", ["way", "unit", "due_on", "meeting", "reason"])]

    def __init__(self, *args: Any, actor: Actor, row: AfterItem, **kwargs: Any):
        super().__init__(*args, **kwargs)
        units = units_here(actor, FIND, row.inspection.division)
        self.fields["unit"] = UnitField(units, label=gettext_lazy("Unit that does it"), required=False, initial=row.unit)
        self.fields["due_on"].initial = row.due_on
        open_ones = access.scoped(actor, "duties.keep_minutes", Meeting).filter(state=Meeting.State.HELD).order_by("-starts_at")[:20]
        self.fields["meeting"] = forms.TypedChoiceField(
            label=gettext_lazy("Meeting whose minutes are open"), required=False, coerce=int, empty_value=None,
            choices=[("", "—"), *((one.pk, f"{one.title}（{formatting.day(one.starts_at)}）") for one in open_ones)],
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("way") == IN_MEETING and not given.get("meeting"):
            self.add_error("meeting", gettext_lazy("Choose a meeting."))
        return given


class SummaryForm(Form):
    """How it went."""

    summary = forms.CharField(
        label=gettext_lazy("Summary"), max_length=4000, widget=forms.Textarea({"rows": 8, "maxlength": 4000}),
        help_text=gettext_lazy("The figures are added by themselves, as they stand now."),
    )  # fmt: skip
