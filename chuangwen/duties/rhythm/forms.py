"""Forms of duties: the editor in the words that people use, a short record, a reason, a calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.forms.fields import PhotoForm, UnitField
from chuangwen.duties.rhythm import proofs, recurring, rules, shapes
from chuangwen.duties.rhythm.models import Duty, Occurrence
from chuangwen.fieldwork.forms.rounds import TreeChoice
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.people import queries as people
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.web.forms import Form, offer

MOST_UNITS = 1000
EVERY = [(n, n) for n in range(1, 5)]


def units_for(actor: Actor, verb: str) -> list[Unit]:
    """The units of today at which the actor may do this, in the order of the organisation."""
    found = access.scoped(actor, verb, Unit).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today()))
    return list(found.select_related("division").order_by("path")[:MOST_UNITS])


class DutyForm(Form):
    """Who owes what at which rhythm, and what shows it."""

    name = forms.CharField(label=gettext_lazy("Name of the duty"), max_length=60)
    content = forms.CharField(
        label=gettext_lazy("What is to be done"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )
    basis = forms.CharField(
        label=gettext_lazy("Basis"), max_length=200, required=False, help_text=gettext_lazy("The paper that lays it down.")
    )
    division = TreeChoice(label=gettext_lazy("Area"), queryset=Division.objects.none(), empty_label=None)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of units"), choices=Unit.Kind.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all of them."),
    )  # fmt: skip
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level of their area"), required=False, coerce=int, empty_value=None,
        choices=[("", gettext_lazy("any level")), *Division.Level.choices],
    )  # fmt: skip
    shape = forms.ChoiceField(label=gettext_lazy("Rhythm"), choices=shapes.SHAPES, initial=shapes.WEEK)
    times = forms.IntegerField(label=gettext_lazy("How many times"), min_value=1, max_value=99, initial=1)
    every = forms.TypedChoiceField(
        label=gettext_lazy("Every so many weeks"), choices=EVERY, coerce=int, initial=1, required=False, empty_value=1
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"), choices=list(enumerate(shapes.NAMES)), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    month_days = forms.CharField(
        label=gettext_lazy("Days of the month"), max_length=100, required=False, help_text=gettext_lazy("1, 15; -1 is the last day")
    )
    written = forms.CharField(
        label=gettext_lazy("Rule"), max_length=recurring.LONGEST, required=False, help_text="FREQ=MONTHLY;BYDAY=1MO"
    )
    written_periods = forms.BooleanField(label=gettext_lazy("The days of the rule begin periods"), required=False)
    on_day_off = forms.ChoiceField(
        label=gettext_lazy("What falls on a day off"), choices=Duty.OnDayOff.choices, initial=rules.SKIP,
        help_text=gettext_lazy("By the statutory calendar with its shifted working days."),
    )  # fmt: skip
    once_a_day = forms.BooleanField(label=gettext_lazy("Several records of one day count as one"), required=False, initial=True)
    starts_on = forms.DateField(label=gettext_lazy("First day"))
    ends_on = forms.DateField(label=gettext_lazy("Last day"), required=False)
    proofs = forms.MultipleChoiceField(
        label=gettext_lazy("What shows that it was done"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("What the program has already is never asked for again. A short record is for what nothing else shows."),
    )  # fmt: skip
    remind = forms.BooleanField(label=gettext_lazy("Remind once before the time is over"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    layout = [
        ("", ["name", "content", "basis"]),
        (gettext_lazy("Who owes it"), ["division", "level", "under", "kinds"]),
        (gettext_lazy("When it is owed"), [
            "shape", "times", "every", "weekdays", "month_days", "written", "written_periods", "on_day_off", "starts_on", "ends_on",
        ]),
        (gettext_lazy("What shows it"), ["proofs", "once_a_day", "remind"]),
    ]  # fmt: skip
    widths = (
        dict.fromkeys(("division", "level", "shape", "on_day_off", "written", "month_days"), "col-md-6")
        | dict.fromkeys(("times", "every", "starts_on", "ends_on"), "col-6 col-md-3")
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, duty: Duty | None = None, **kwargs: Any):
        kwargs["initial"] = initial_of(duty) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        places = access.scoped(actor, "duties.edit_duty", Division).filter(active=True, level__lte=Division.Level.TOWN).order_by("path")
        offer(self, "division", places[:MOST_UNITS] if not self.is_bound else places)
        units = list(people.units(actor, "duties.edit_duty").order_by("path")[:MOST_UNITS])
        self.fields["under"] = UnitField(
            units, label=_("Only this unit and those below it"), required=False, empty=_("all units of the area")
        )
        self.widths = self.widths | {"under": "col-12"}
        offer(self, "proofs", [(key, proof.label) for key, proof in proofs.PROOFS.items()])

    def clean_month_days(self) -> tuple[int, ...]:
        text = self.cleaned_data["month_days"]
        for mark in "、，；;日号":
            text = text.replace(mark, ",")
        words = [word.strip() for word in text.replace(" ", ",").split(",") if word.strip()]
        if not all(word.lstrip("-").isdecimal() and len(word) <= 3 and int(word) in (*range(1, 32), *range(-31, 0)) for word in words):
            raise forms.ValidationError(_("Days of the month are numbers from 1 to 31: 1, 15."))
        return tuple(sorted({int(word) for word in words}))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        shape = given.get("shape")
        needed = {shapes.WEEKDAYS: "weekdays", shapes.MONTH_DAYS: "month_days", shapes.WRITTEN: "written"}.get(shape or "")
        if needed and not given.get(needed) and needed not in self.errors:
            self.add_error(needed, _("Fill this in for the rhythm that you chose."))
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first."))
        if not self.errors:
            try:
                self.shaped().rule()
            except recurring.WrongRule as wrong:
                self.add_error("written", _("This part of the rule cannot be read: %(part)s") % {"part": wrong.part})
        return given

    def shaped(self) -> shapes.Shape:
        given = self.cleaned_data
        return shapes.Shape(
            given["shape"], tuple(given["weekdays"]), given["month_days"], given["every"] or 1, given["written"], given["written_periods"]
        )

    def facts(self) -> dict[str, Any]:
        """What the action takes."""
        given, shape = self.cleaned_data, self.shaped()
        names = ("name", "content", "basis", "division", "kinds", "level", "under", "times", "once_a_day", "starts_on", "ends_on", "proofs",
                 "remind")  # fmt: skip
        on_day_off = rules.SKIP if shape.shape == shapes.WORKDAYS else given["on_day_off"]
        return {name: given[name] for name in names} | {
            "kind": shape.kind, "rule": shape.rule().text, "on_day_off": on_day_off, "expected_version": given["version"],
        }  # fmt: skip

    def plan(self) -> rules.Plan:
        """The rhythm that the form says."""
        facts = self.facts()
        return rules.Plan(
            facts["kind"], recurring.read(facts["rule"]), facts["starts_on"], facts["ends_on"], facts["times"], facts["once_a_day"],
            facts["on_day_off"],
        )  # fmt: skip


def initial_of(duty: Duty | None) -> dict[str, Any]:
    if duty is None:
        return {"starts_on": recurring.week_of(clock.today()) + timedelta(days=7)}
    shape = shapes.shape_of(duty.kind, recurring.read(duty.rule), duty.on_day_off)
    same = ("name", "content", "basis", "division", "kinds", "level", "under", "times", "once_a_day", "on_day_off", "starts_on", "ends_on",
            "proofs", "remind", "version")  # fmt: skip
    return {name: getattr(duty, name) for name in same} | {
        "shape": shape.shape, "every": shape.every, "weekdays": list(shape.weekdays), "month_days": "、".join(map(str, shape.month_days)),
        "written": shape.written, "written_periods": shape.periods,
    }  # fmt: skip


class EndForm(Form):
    """The last day of a duty."""

    on = forms.DateField(label=gettext_lazy("Last day"), help_text=gettext_lazy("What would begin later is taken away; what was kept stays."))


class RecordForm(PhotoForm):
    """One short record: the day, what, how many people, perhaps a photo."""

    day = forms.DateField(label=gettext_lazy("Day"))
    what = forms.CharField(label=pgettext_lazy("duty", "What was done"), max_length=300, widget=forms.Textarea({"rows": 2, "maxlength": 300}))
    people = forms.IntegerField(
        label=gettext_lazy("How many people took part"), min_value=0, max_value=100_000, required=False,
        help_text=gettext_lazy("A number only, no names."),
    )  # fmt: skip
    photo_fields = {"photo": (gettext_lazy("Photo"), gettext_lazy("Not needed; one is enough."))}
    widths = {"day": "col-6", "people": "col-6"}
    layout = [("", ["day", "people", "what", "photo"])]

    def __init__(self, *args: Any, row: Occurrence, **kwargs: Any):
        today = clock.today()
        kwargs["initial"] = {"day": min(max(row.first, today), row.last) if row.first <= today else row.first} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs |= {"min": _iso(row.first), "max": _iso(min(row.last, today))}


def _iso(day: date) -> str:
    return day.isoformat()


class ReasonForm(Form):
    """A reason."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea({"rows": 3, "maxlength": 300}))


class FeedForm(Form):
    """Of which unit, and for what."""

    name = forms.CharField(
        label=gettext_lazy("For whom or what"), max_length=60, help_text=gettext_lazy("For example: the phone of the liaison.")
    )

    def __init__(self, *args: Any, actor: Actor, unit: int | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        units = units_for(actor, "duties.give_feed")
        self.fields["unit"] = UnitField(units, label=_("Unit"), initial=str(unit or (units[0].pk if units else "")))
        self.layout = [("", ["unit", "name"])]
