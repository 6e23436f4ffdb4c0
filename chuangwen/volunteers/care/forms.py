"""Forms of care: the person, the rhythm, the pair, what is recorded by the office, and settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.forms.fields import UnitField, units_to_give
from chuangwen.duties.partnership.forms import words_field
from chuangwen.duties.rhythm import rules as rhythm
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.places.forms import DivisionField
from chuangwen.places.models import Division
from chuangwen.volunteers.care import helpers
from chuangwen.volunteers.care.access import MANAGE, PAIR, SET
from chuangwen.volunteers.care.actions.people import FACTS
from chuangwen.volunteers.care.models import CaredPerson, CarePlan, CareRecord, CareSettings, Contact
from chuangwen.volunteers.corps.models import Team, Volunteer
from chuangwen.web.forms import Form, offer

NO_HEALTH = gettext_lazy("How to help, for example “speak loudly”. Nothing about health: it is not kept.")


class PersonForm(Form):
    """What is kept of somebody, and the consent."""

    name = forms.CharField(label=gettext_lazy("Name of the person"), max_length=40)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=20)
    kind = forms.ChoiceField(label=gettext_lazy("Household"), choices=CaredPerson.Kind.choices)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=120, required=False)
    birth_month = forms.IntegerField(label=gettext_lazy("Birthday: month"), min_value=1, max_value=12, required=False)
    birth_day = forms.IntegerField(label=gettext_lazy("Birthday: day"), min_value=1, max_value=31, required=False)
    birth_year = forms.IntegerField(label=gettext_lazy("Year, if they like"), min_value=1900, max_value=2100, required=False)
    notes = words_field(gettext_lazy("Notes"), 200, 2, required=False, help_text=NO_HEALTH)
    consented_on = forms.DateField(label=gettext_lazy("Agreed on"))
    consent = forms.ChoiceField(label=gettext_lazy("How they agreed"), choices=CaredPerson.Consent.choices)
    family_name = forms.CharField(label=gettext_lazy("Relative"), max_length=40, required=False)
    family_relation = forms.CharField(label=gettext_lazy("How related"), max_length=20, required=False)
    family_phone = forms.CharField(label=gettext_lazy("Telephone of the relative"), max_length=20, required=False)
    family_consented_on = forms.DateField(
        label=gettext_lazy("The relative agreed on"), required=False,
        help_text=gettext_lazy("Shown only to the pair, and when there is an alarm."),
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    widths = {
        "name": "col-md-4", "phone": "col-md-4", "kind": "col-md-4", "division": "col-md-6", "unit": "col-md-6", "address": "col-md-8",
        "team": "col-md-4", "birth_month": "col-4", "birth_day": "col-4", "birth_year": "col-4", "consented_on": "col-md-6",
        "consent": "col-md-6", "family_name": "col-md-4", "family_relation": "col-md-3", "family_phone": "col-md-5",
        "family_consented_on": "col-md-6",
    }  # fmt: skip
    layout = [
        (gettext_lazy("The person"), ["name", "phone", "kind", "division", "unit", "address", "team", "birth_month", "birth_day", "birth_year",
                                      "notes"]),
        (gettext_lazy("Consent"), ["consented_on", "consent"]),
        (gettext_lazy("A relative, if they agree"), ["family_name", "family_relation", "family_phone", "family_consented_on"]),
    ]  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, row: CarePlan | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, MANAGE, label=_("Community"))
        rows = self.fields["division"].finder.rows
        self.fields["unit"] = UnitField(units_to_give(actor, MANAGE, rows[-1] if rows else None), label=_("Unit that answers for it"))
        teams = Team.objects.filter(state=Team.State.ACTIVE, division__in=[one.pk for one in rows])
        self.fields["team"] = forms.ModelChoiceField(teams.order_by("path"), label=_("Team of the pair"), required=False)
        if row is None:
            self.fields["consented_on"].initial = clock.today()
            return
        for name in FACTS:
            if name in self.fields:
                self.fields[name].initial = getattr(row.person, name)
        self.fields["team"].initial, self.fields["revision"].initial = row.team_id, row.revision


EVERY = (
    ("", pgettext_lazy("care", "not owed")), ("day", gettext_lazy("every day")), ("workday", gettext_lazy("every working day")),
    ("week", gettext_lazy("so many times a week")), ("month", gettext_lazy("so many times a month")),
)  # fmt: skip
SHAPES = {
    "day": (rhythm.DAYS, "FREQ=DAILY", rhythm.STAY), "workday": (rhythm.DAYS, "FREQ=DAILY", rhythm.SKIP),
    "week": (rhythm.PERIODS, "FREQ=WEEKLY;BYDAY=MO", rhythm.STAY), "month": (rhythm.PERIODS, "FREQ=MONTHLY;BYMONTHDAY=1", rhythm.STAY),
}  # fmt: skip
KINDS = (Contact.CALL, Contact.VISIT, Contact.EVENT)


class RhythmForm(Form):
    """How often each kind of contact is owed. A rule that none of the choices says stands written out and is kept."""

    calls_count = forms.BooleanField(
        label=gettext_lazy("Telephone minutes count as hours of service"), required=False,
        help_text=gettext_lazy("Only calls that are begun and ended in the program, with their real length."),
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, plan: CarePlan, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.written = {row.kind: row for row in plan.rhythms.all()}
        for kind in KINDS:
            row = self.written.get(kind)
            told = (row.span, row.rule, row.on_day_off) if row else None
            shape = next((key for key, known in SHAPES.items() if known == told), "written" if row else "")
            choices = [*EVERY, *([("written", _("as it stands: %(rule)s") % {"rule": row})] if shape == "written" else [])]
            self.fields[f"{kind}_every"] = forms.ChoiceField(label=kind.label, choices=choices, required=False, initial=shape)
            self.fields[f"{kind}_times"] = forms.IntegerField(
                label=_("Times"), min_value=1, max_value=7, initial=row.times if row else 1, required=False
            )
        self.fields["calls_count"].initial, self.fields["revision"].initial = plan.calls_count, plan.revision
        self.widths = {f"{kind}_every": "col-8" for kind in KINDS} | {f"{kind}_times": "col-4" for kind in KINDS}
        self.order_fields([name for kind in KINDS for name in (f"{kind}_every", f"{kind}_times")])

    def rhythms(self) -> list[dict[str, Any]]:
        """The rows as the action takes them."""
        found = []
        for kind in KINDS:
            every, times = self.cleaned_data[f"{kind}_every"], self.cleaned_data[f"{kind}_times"] or 1
            if every == "written":
                row = self.written[kind]
                found.append({"kind": kind, "span": row.span, "rule": row.rule, "times": times, "on_day_off": row.on_day_off})
            elif every:
                span, rule, off = SHAPES[every]
                found.append({"kind": kind, "span": span, "rule": rule, "times": times if span == rhythm.PERIODS else 1, "on_day_off": off})
        return found


class HelpersForm(Form):
    """The pair and those who stand in; who suits best stands first."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    widths = {"first": "col-md-6", "second": "col-md-6", "third": "col-md-4", "fourth": "col-md-4", "fifth": "col-md-4"}

    def __init__(self, *args: Any, plan: CarePlan, **kwargs: Any):
        super().__init__(*args, **kwargs)
        there = list(plan.person.helpers.select_related("volunteer__person"))
        best = helpers.proposals(plan.person, 12)
        options = [(str(row.volunteer_id), str(row.volunteer)) for row in there]
        options += [(str(volunteer.pk), _told(choice, volunteer)) for choice, volunteer in best]
        labels = (
            ("first", _("First of the pair")), ("second", _("Second of the pair")), ("third", _("Stands in first")),
            ("fourth", _("Stands in second")), ("fifth", _("Stands in third")),
        )  # fmt: skip
        pair = {row.role: row.volunteer_id for row in there}
        waiting = [row.volunteer_id for row in sorted(there, key=lambda row: row.order) if row.role == "stand_in"]
        now = [pair.get("first"), pair.get("second"), *(waiting + [None] * 3)[:3]]
        for (name, label), initial in zip(labels, now, strict=True):
            self.fields[name] = forms.ChoiceField(label=label, choices=[("", "—"), *options], required=False, initial=initial)
        self.fields["revision"].initial = plan.revision

    def chosen(self, *names: str) -> list[Volunteer]:
        keys = [int(self.cleaned_data[name]) for name in names if self.cleaned_data.get(name)]
        rows = Volunteer.objects.in_bulk(keys)
        return [rows[key] for key in keys]


def _told(choice: Any, volunteer: Volunteer) -> str:
    """Why somebody suits: way, free time, how many people already."""
    way = _("%(n)d m away") % {"n": round(choice.metres)} if choice.metres is not None else str(volunteer.division)
    return _("%(name)s (%(way)s, free %(free)d times a week, looks after %(load)d)") % {
        "name": volunteer, "way": way, "free": choice.free, "load": choice.load,
    }  # fmt: skip


class RecordForm(Form):
    """What the office or the leader records."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(kind.value, kind.label) for kind in (Contact.CALL, Contact.VISIT)])
    outcome = forms.ChoiceField(label=gettext_lazy("How it was"), choices=CareRecord.Outcome.choices, widget=forms.RadioSelect, initial="well")
    words = words_field(gettext_lazy("In a few words"), 200, 2, required=False, help_text=NO_HEALTH)


class ReasonForm(Form):
    reason = words_field(gettext_lazy("Reason"), 200)


class LookForm(Form):
    """Why somebody from above the community opens a person's page."""

    reason = words_field(
        gettext_lazy("Reason"), 200,
        help_text=gettext_lazy("For example a complaint that is looked into, a visit on a holiday. Nothing about health."),
    )  # fmt: skip


class AwayForm(ReasonForm):
    until = forms.DateField(label=gettext_lazy("Until (may be left open)"), required=False)


class NeedForm(Form):
    """A need that goes on."""

    words = words_field(
        gettext_lazy("What is needed"), 200, 3, help_text=gettext_lazy("Others read it: leave out name, number and whatever concerns health.")
    )
    way = forms.ChoiceField(label=gettext_lazy("Goes on as"))

    def __init__(self, *args: Any, ways: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "way", [(way.name, way.label) for way in ways])


class GatheringForm(Form):
    """An event with many."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(kind.value, kind.label) for kind in (Contact.EVENT, Contact.BIRTHDAY)])
    day = forms.DateField(label=gettext_lazy("Day"))
    words = words_field(gettext_lazy("What it was"), 200, 2)

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["initial"] = {"day": clock.today()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)


class CloseForm(Form):
    words = words_field(gettext_lazy("How the person was found"), 200)


class PairingForm(Form):
    """Where many are paired."""

    anew = forms.BooleanField(
        label=gettext_lazy("Deal out anew all pairs that were not made by hand"), required=False,
        help_text=gettext_lazy("Else only those who miss somebody get somebody."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, PAIR, label=_("Area"))
        self.order_fields(["division", "anew"])


class SettingsForm(Form):
    """When an alarm is raised, and how long data is kept."""

    alarm_at = forms.TimeField(label=gettext_lazy("Alarm where nobody has called by"))
    step_minutes = forms.IntegerField(label=gettext_lazy("The next are told after (minutes)"), min_value=5, max_value=480)
    keep_days = forms.IntegerField(
        label=gettext_lazy("Days that data is kept after the end"), min_value=1, max_value=1095,
        help_text=gettext_lazy("Then person, records and alarms are deleted; hours of volunteers stay and name nobody."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        areas = access.scoped(actor, SET, Division).filter(active=True, level__lte=Division.Level.VILLAGE)
        self.fields["division"] = forms.ModelChoiceField(areas.order_by("path"), label=_("Area"), empty_label=None)
        now = CareSettings.objects.filter(division__in=areas).order_by("division__path").first() or CareSettings()
        for name in ("alarm_at", "step_minutes", "keep_days"):
            self.fields[name].initial = getattr(now, name)
        if now.division_id:
            self.fields["division"].initial = now.division_id
        self.order_fields(["division"])


