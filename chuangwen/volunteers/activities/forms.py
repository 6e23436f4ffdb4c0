"""Forms of activities: the activity, its shifts, its steps, who was there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.forms.fields import PhotoForm, SiteField
from chuangwen.duties.partnership.forms import words_field
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.places.forms import DivisionField
from chuangwen.volunteers.activities.access import APPROVE, PLAN
from chuangwen.volunteers.activities.models import MOST_PLACES, Activity, ActivityPhoto, Shift
from chuangwen.volunteers.corps.models import Skill, Team, Volunteer
from chuangwen.web.forms import Form, offer

HOW = (gettext_lazy("Photos"), gettext_lazy("Up to nine; they stand in the evidence room."))
MOST_TEAMS = 1000


class LocalDateTimeField(forms.DateTimeField):
    """A moment here, as the browser's own picker gives it."""

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(clock.LOCAL).replace(tzinfo=None) if isinstance(value, datetime) and value.tzinfo else value


class VolunteerField(forms.ModelChoiceField):
    """A volunteer of a team by name and number."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.name}（{obj.number}）"


def members(team: Team) -> Any:
    rows = Volunteer.objects.filter(memberships__team=team, memberships__state__in=("member", "deputy"), state=Volunteer.State.ACTIVE)
    return rows.select_related("person").order_by("person__name", "pk")


class ActivityForm(Form):
    """What an activity is; a new one with its first shift."""

    title = forms.CharField(label=gettext_lazy("Name of the activity"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Activity.Kind.choices)
    festival = forms.ChoiceField(
        label=gettext_lazy("Festival or day"), choices=[("", "—"), *Activity._meta.get_field("festival").choices], required=False
    )
    place = forms.CharField(label=gettext_lazy("Where people meet"), max_length=120, required=False)
    about = words_field(gettext_lazy("What is done, what to bring"), 1000, 3, required=False)
    skills = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Skills wanted"), queryset=Skill.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    starts_at = LocalDateTimeField(label=pgettext_lazy("shift", "From"))
    ends_at = LocalDateTimeField(label=pgettext_lazy("shift", "Until"))
    places = forms.IntegerField(label=gettext_lazy("Places on the shift"), min_value=1, max_value=MOST_PLACES, initial=20)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    widths = {"title": "col-md-8", "kind": "col-md-4", "team": "col-md-6", "festival": "col-md-6", "site": "col-md-6", "place": "col-md-6",
              "starts_at": "col-6 col-md-4", "ends_at": "col-6 col-md-4", "places": "col-md-4", "leader": "col-md-6"}  # fmt: skip
    layout = [("", ["title", "kind", "team", "leader", "festival", "site", "place", "starts_at", "ends_at", "places", "about", "skills"])]

    def __init__(self, *args: Any, actor: Actor, row: Activity | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["site"] = SiteField(actor, label=_("Site"), required=False)
        offer(self, "skills", Skill.objects.filter(active=True))
        if row is None:
            teams = access.scoped(actor, PLAN, Team).filter(state=Team.State.ACTIVE).order_by("path")[:MOST_TEAMS]
            self.fields["team"] = TeamField(teams, label=_("Volunteer team"))
            start = datetime.combine(clock.today() + timedelta(days=7), datetime.min.time()).replace(hour=9)
            self.fields["starts_at"].initial, self.fields["ends_at"].initial = start, start + timedelta(hours=2)
            return
        for name in ("starts_at", "ends_at", "places"):
            del self.fields[name]
        self.fields["leader"] = VolunteerField(queryset=members(row.team), label=_("Leader"), required=False)
        for name in ("title", "kind", "festival", "place", "about", "site", "revision", "leader"):
            self.fields[name].initial = getattr(row, name)
        self.fields["skills"].initial = row.skills.all()


class TeamField(forms.ChoiceField):
    """One of the given teams. Cleans to a team."""

    def __init__(self, teams: Any, **more: Any):
        self.teams = {str(team.pk): team for team in teams}
        super().__init__(choices=[("", "—"), *((key, team.name) for key, team in self.teams.items())], **more)

    def clean(self, value: Any) -> Team | None:
        return self.teams.get(super().clean(value))


class ShiftForm(Form):
    starts_at = LocalDateTimeField(label=pgettext_lazy("shift", "From"))
    ends_at = LocalDateTimeField(label=pgettext_lazy("shift", "Until"))
    places = forms.IntegerField(label=gettext_lazy("Places on the shift"), min_value=1, max_value=MOST_PLACES, initial=20)
    widths = {"starts_at": "col-6 col-md-4", "ends_at": "col-6 col-md-4", "places": "col-md-4"}

    def __init__(self, *args: Any, row: Shift | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if row is not None:
            for name in ("starts_at", "ends_at", "places"):
                self.fields[name].initial = getattr(row, name)


class ReasonForm(Form):
    reason = words_field(gettext_lazy("Reason"), 200)


class CloseForm(PhotoForm):
    """What came of it."""

    result = words_field(gettext_lazy("What came of it"), 500, 3)
    served = forms.IntegerField(label=gettext_lazy("People served"), min_value=0, max_value=10_000_000, required=False)
    double = forms.ChoiceField(
        label=gettext_lazy("Where the ledger holds it already"), required=False,
        choices=[("", "—"), ("add", gettext_lazy("both are right: count this too")), ("leave", gettext_lazy("it is the same: leave that one"))],
        help_text=gettext_lazy("Only where you are asked."),
    )  # fmt: skip
    photo_fields = {"photos": HOW}


class ActivityPhotosForm(PhotoForm):
    stage = forms.ChoiceField(label=gettext_lazy("What they show"), choices=ActivityPhoto.Stage.choices, initial="during")
    photo_fields = {"photos": HOW}
    wanted = ("photos",)


class MonthForm(Form):
    """A month, as its first day or any of it."""

    month = forms.DateField(label=gettext_lazy("A day of the month"))

    def __init__(self, *args: Any, **kwargs: Any):
        following = (clock.today().replace(day=28) + timedelta(days=5)).replace(day=1)
        kwargs["initial"] = {"month": following} | {k: v for k, v in kwargs.get("initial", {}).items() if v}
        super().__init__(*args, **kwargs)


class ThemeForm(MonthForm):
    name = forms.CharField(label=gettext_lazy("Theme of the month"), max_length=60)
    about = words_field(gettext_lazy("About the theme"), 500, 3, required=False)
    layout = [("", ["month", "division", "name", "about"])]
    widths = {"month": "col-md-6", "division": "col-md-6"}

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, APPROVE, label=_("Area"))
        rows = self.fields["division"].finder.rows
        self.fields["division"].initial = rows[0] if rows else None


class TeamChoiceForm(Form):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["team"] = TeamField(access.scoped(actor, PLAN, Team).order_by("path")[:MOST_TEAMS], label=_("Volunteer team"))


class MemberForm(Form):
    """Somebody of the team."""

    def __init__(self, *args: Any, shift: Shift, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["volunteer"] = VolunteerField(queryset=members(shift.activity.team), label=_("Volunteer"))


class PresentForm(Form):
    """Who was there from when to when."""

    began_at = LocalDateTimeField(label=gettext_lazy("Came at"))
    ended_at = LocalDateTimeField(label=gettext_lazy("Left at"), required=False, help_text=gettext_lazy("Left empty: still there."))
    layout = [("", ["volunteer", "began_at", "ended_at"])]
    widths = {"began_at": "col-6", "ended_at": "col-6"}

    def __init__(self, *args: Any, shift: Shift, volunteer: int | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        signed = Volunteer.objects.filter(sign_ups__shift=shift, sign_ups__state="in")
        keys = [*members(shift.activity.team).values_list("pk", flat=True), *signed.values_list("pk", flat=True)]
        rows = Volunteer.objects.filter(pk__in=keys).select_related("person").order_by("person__name", "pk")
        self.fields["volunteer"] = VolunteerField(queryset=rows, label=_("Volunteer"), initial=volunteer)
        self.fields["began_at"].initial = shift.starts_at
        self.fields["ended_at"].initial = shift.ends_at if shift.ends_at <= clock.now() else None


class EndForm(Form):
    ended_at = LocalDateTimeField(label=gettext_lazy("Left at"))


class OpinionForm(Form):
    grade = forms.TypedChoiceField(
        label=gettext_lazy("How was the activity?"), coerce=int, widget=forms.RadioSelect, initial=5,
        choices=[(5, pgettext_lazy("opinion", "very good")), (4, pgettext_lazy("opinion", "good")), (3, pgettext_lazy("opinion", "all right")),
                 (2, pgettext_lazy("opinion", "not good")), (1, pgettext_lazy("opinion", "poor"))],
    )  # fmt: skip
    words = forms.CharField(label=gettext_lazy("In words"), max_length=200, required=False, help_text=gettext_lazy("Your name is not shown."))


def first_of(text: str | None) -> date:
    """The month that an address asks for (2026-11), else this one."""
    try:
        return date.fromisoformat(f"{text or ''}-01")
    except ValueError:
        return clock.today().replace(day=1)
