"""Forms of grounds, posts, pools and rosters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.forms.fields import SiteField, UnitField, UnitsField
from chuangwen.duties.rhythm.forms import units_for
from chuangwen.duties.rosters import hours
from chuangwen.duties.rosters.actions.dividing import why_wrong, written
from chuangwen.duties.rosters.gathering import pool_of
from chuangwen.duties.rosters.models import DutyPost, PoolPerson, Roster, RosterGround, RosterSegment, RosterTurn
from chuangwen.duties.rosters.naming import Naming
from chuangwen.duties.rosters.rules import LONGEST_DAYS, Rules
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.codes import mask_name
from chuangwen.people.models import Account, Unit
from chuangwen.places.forms import DivisionField
from chuangwen.web.forms import Form, LongSelect, offer

SHIFTS_HINT = gettext_lazy(
    "One a line: name, hours, people, days. For example: 早高峰 07:30-09:00 2人 工作日. 2-3人 means two are needed, three may stand there."
)


class GroundForm(Form):
    """A place that is divided into posts."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    stretch = forms.CharField(
        label=gettext_lazy("Stretch of road"), max_length=120, required=False,
        help_text=gettext_lazy("Where it is no site: from where to where, for example 人民路（解放路至站前路）."),
    )  # fmt: skip
    floor = forms.IntegerField(
        label=gettext_lazy("People on every day, at least"), min_value=1, max_value=5000, required=False,
        help_text=gettext_lazy("Over all posts that count towards it; empty: what the posts need."),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    widths = {"name": "col-md-6", "division": "col-md-6", "site": "col-md-6", "stretch": "col-md-6", "floor": "col-md-6"}

    def __init__(self, *args: Any, actor: Actor, ground: RosterGround | None = None, **kwargs: Any):
        if ground is not None:
            names = ("name", "division", "site", "stretch", "floor", "note", "version")
            kwargs["initial"] = {name: getattr(ground, name) for name in names} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, "duties.plan_roster", label=gettext_lazy("Area"))
        self.fields["site"] = SiteField(actor, label=_("Site"), required=False)
        self.layout = [("", ["name", "division", "site", "stretch", "floor", "note"])]


class SegmentForm(Form):
    """A part of a ground."""

    name = forms.CharField(label=gettext_lazy("Segment"), max_length=60)
    order = forms.IntegerField(label=gettext_lazy("Order"), min_value=0, max_value=9999, initial=1)
    leader = forms.CharField(
        label=gettext_lazy("Who leads it"), max_length=80, required=False, help_text=gettext_lazy("A post rather than a name: 分管城建副主任.")
    )
    content = forms.CharField(
        label=gettext_lazy("Answers for what"), max_length=300, required=False, widget=forms.Textarea({"rows": 3, "maxlength": 300})
    )
    widths = {"name": "col-8", "order": "col-4", "leader": "col-md-6", "unit": "col-md-6"}

    def __init__(self, *args: Any, actor: Actor, segment: RosterSegment | None = None, **kwargs: Any):
        if segment is not None:
            kwargs["initial"] = {name: getattr(segment, name) for name in ("name", "order", "leader", "unit", "content")}
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(units_for(actor, "duties.plan_roster"), label=_("Responsible unit"), required=False)
        self.layout = [("", ["name", "order", "leader", "unit", "content"])]


class DutyPostForm(Form):
    """A post with its shifts."""

    name = forms.CharField(label=pgettext_lazy("duty post", "Post"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=DutyPost.Kind.choices, initial=DutyPost.Kind.FIXED)
    segment = forms.ModelChoiceField(label=gettext_lazy("Segment"), queryset=RosterSegment.objects.none(), required=False)
    qualification = forms.CharField(
        label=gettext_lazy("Qualification asked for"), max_length=40, required=False,
        help_text=gettext_lazy("For example 交通指挥; empty: none."),
    )  # fmt: skip
    order = forms.IntegerField(label=gettext_lazy("Order"), min_value=0, max_value=9999, initial=1)
    shifts = forms.CharField(
        label=gettext_lazy("Shifts"), widget=forms.Textarea({"rows": 4}), max_length=1000, help_text=SHIFTS_HINT,
        initial="早高峰 07:30-09:00 2人 工作日",
    )  # fmt: skip
    on_floor = forms.BooleanField(label=gettext_lazy("Counts towards the people of the day"), required=False, initial=True)
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)
    widths = {"name": "col-md-6", "kind": "col-6 col-md-3", "order": "col-6 col-md-3", "segment": "col-md-6", "unit": "col-md-6",
              "qualification": "col-md-6"}  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, ground: RosterGround, post: DutyPost | None = None, **kwargs: Any):
        if post is not None:
            names = ("name", "kind", "segment", "qualification", "order", "on_floor", "active", "unit")
            lines = "\n".join(written(shift).text for shift in post.shifts.filter(active=True))
            kwargs["initial"] = {name: getattr(post, name) for name in names} | {"shifts": lines}
        super().__init__(*args, **kwargs)
        offer(self, "segment", ground.segments.all())
        self.fields["unit"] = UnitField(
            units_for(actor, "duties.plan_roster"), label=_("Unit whose people stand there"), required=False, empty=_("people of all units")
        )
        self.layout = [("", ["name", "kind", "order", "segment", "unit", "qualification", "shifts", "on_floor", "active"])]

    def clean_shifts(self) -> str:
        try:
            hours.read(self.cleaned_data["shifts"])
        except hours.WrongShift as wrong:
            raise forms.ValidationError(why_wrong(wrong)) from wrong
        return self.cleaned_data["shifts"]


class PoolForm(Form):
    """Somebody of a unit's pool: as little as is needed."""

    name = forms.CharField(
        label=gettext_lazy("What the unit calls them"), max_length=40, help_text=gettext_lazy("A name or a number; nothing else is kept.")
    )
    qualifications = forms.CharField(
        label=gettext_lazy("Qualifications"), max_length=300, required=False, help_text=gettext_lazy("With 、 between: 交通指挥、急救.")
    )
    leads = forms.BooleanField(label=gettext_lazy("Takes turns as leader on duty"), required=False)
    most_per_week = forms.IntegerField(
        label=gettext_lazy("Turns a week, at most"), min_value=0, max_value=7, required=False,
        help_text=gettext_lazy("Empty: as the roster says."),
    )  # fmt: skip
    active = forms.BooleanField(label=gettext_lazy("Takes part"), required=False, initial=True)
    widths = {"name": "col-md-6", "unit": "col-md-6", "account": "col-md-6", "most_per_week": "col-md-6"}

    def __init__(self, *args: Any, actor: Actor, person: PoolPerson | None = None, **kwargs: Any):
        units = units_for(actor, "duties.keep_pool")
        if person is not None:
            names = ("name", "unit", "account", "leads", "most_per_week", "active")
            kwargs["initial"] = {name: getattr(person, name) for name in names} | {"qualifications": "、".join(person.qualifications)}
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(units, label=_("Unit"), initial=str(units[0].pk) if units else "")
        today = clock.today()
        posts = Q(person__posts__unit__in=[unit.pk for unit in units]) & (
            Q(person__posts__ends_on__isnull=True) | Q(person__posts__ends_on__gte=today)
        )
        rows = Account.objects.filter(posts, is_active=True).distinct().order_by("person__name", "pk")
        self.fields["account"] = forms.ModelChoiceField(
            label=_("Account"), queryset=rows, required=False,
            help_text=_("With an account they say their days after signing in; without one by a private link."),
        )  # fmt: skip
        self.layout = [("", ["name", "unit", "account", "most_per_week", "qualifications", "leads", "active"])]

    def clean_qualifications(self) -> list[str]:
        text = self.cleaned_data["qualifications"]
        for mark in ",，;；/":
            text = text.replace(mark, "、")
        return [word.strip() for word in text.split("、") if word.strip()]


class RosterForm(Form):
    """The days of a roster, who takes part, its rules."""

    starts_on = forms.DateField(label=gettext_lazy("First day"))
    ends_on = forms.DateField(label=gettext_lazy("Last day"), help_text=gettext_lazy("At most 31 days."))
    rest_hours = forms.IntegerField(label=gettext_lazy("Hours of rest between turns"), min_value=0, max_value=36)
    per_week = forms.IntegerField(label=gettext_lazy("Turns a week, at most"), min_value=1, max_value=7)
    early_before = forms.TimeField(label=gettext_lazy("Early is before"), widget=forms.TimeInput({"type": "time"}))
    weekend = forms.IntegerField(label=gettext_lazy("Weight of even days off"), min_value=0, max_value=50)
    early = forms.IntegerField(label=gettext_lazy("Weight of even early turns"), min_value=0, max_value=50)
    rather_not = forms.IntegerField(label=gettext_lazy("Points of a turn on a day rather not"), min_value=0, max_value=100)
    approve = forms.BooleanField(label=gettext_lazy("Changes of turns are approved by the office"), required=False)
    seconds = forms.IntegerField(label=gettext_lazy("Longest time to arrange, seconds"), min_value=1, max_value=3600, initial=60)
    widths = dict.fromkeys(("starts_on", "ends_on", "ground", "seconds"), "col-6 col-md-4") | dict.fromkeys(
        ("rest_hours", "per_week", "early_before", "weekend", "early", "rather_not"), "col-6 col-md-4"
    )

    def __init__(self, *args: Any, actor: Actor, roster: Roster | None = None, grounds: Any = None, **kwargs: Any):
        asked = roster.asked if roster is not None else Rules()
        initial: dict[str, Any] = asked.plain() | {"early_before": hours.clock(asked.early_before)}
        if roster is not None:
            chosen = [row.unit for row in roster.taking_part.select_related("unit")]
            initial |= {"starts_on": roster.starts_on, "ends_on": roster.ends_on, "seconds": roster.seconds, "units": chosen}
        else:
            first = (clock.today().replace(day=28) + timedelta(days=5)).replace(day=1)
            initial |= {"starts_on": first, "ends_on": (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)}
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if grounds is not None:
            self.fields["ground"] = forms.ModelChoiceField(label=_("Ground"), queryset=grounds, empty_label=None)
        pools = set(PoolPerson.objects.filter(active=True).order_by().values_list("unit", flat=True).distinct())
        units = [unit for unit in units_for(actor, "duties.plan_roster") if unit.pk in pools]
        self.fields["units"] = UnitsField(
            units, label=_("Units whose people take part"), initial=initial.get("units", units if len(units) <= 12 else []),
            help_text=_("Only units with people in their pool are listed."),
        )  # fmt: skip
        first_row = ["ground"] if grounds is not None else []
        self.layout = [
            ("", [*first_row, "starts_on", "ends_on", "units"]),
            (gettext_lazy("Rules"), ["rest_hours", "per_week", "early_before", "approve"]),
            (gettext_lazy("What is even, and what it weighs"), ["weekend", "early", "rather_not", "seconds"]),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and not first <= last < first + timedelta(days=LONGEST_DAYS):
            self.add_error("ends_on", _("A roster is of 1 to %(days)d days.") % {"days": LONGEST_DAYS})
        return given

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        early = given["early_before"]
        rules = Rules(
            given["rest_hours"], given["per_week"], min(early.hour * 60 + early.minute, 720), given["weekend"], given["early"],
            given["rather_not"], given["approve"],
        )  # fmt: skip
        return {name: given[name] for name in ("starts_on", "ends_on", "units", "seconds")} | {"rules": rules}


class AskForm(Form):
    """Until when people answer."""

    answers_by = forms.DateField(label=gettext_lazy("Answers until"))


class SureRosterForm(Form):
    """What somebody who publishes has to have looked at."""

    seen = forms.BooleanField(label=gettext_lazy("I have looked at the roster and at where people are missing."))


class TurnPersonForm(Form):
    """Who is to take a turn."""

    def __init__(self, *args: Any, turn: RosterTurn, pool: Sequence[PoolPerson] | None = None, **kwargs: Any):
        """``pool``: who takes part, where that was asked already."""
        super().__init__(*args, **kwargs)
        leads = turn.shift.post.kind == DutyPost.Kind.LEAD
        people = [one for one in (pool_of(turn.roster) if pool is None else pool) if one.leads == leads and one.pk != turn.person_id]
        self.people = {str(one.pk): one for one in people}
        choices = [(key, f"{one.name}（{one.unit}）") for key, one in self.people.items()]
        self.fields["person"] = forms.ChoiceField(label=_("To whom"), choices=choices, widget=LongSelect)

    @property
    def chosen(self) -> PoolPerson:
        return self.people[self.cleaned_data["person"]]


class ChangeForm(TurnPersonForm):
    """Who is asked, and for which of their turns."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)

    def __init__(
        self, *args: Any, turn: RosterTurn, names: Naming, free: Sequence[PoolPerson] = (), pool: Sequence[PoolPerson] | None = None,
        **kwargs: Any,
    ):  # fmt: skip
        """``free``: who could take it as it is, in the order of the rule; they stand first, all others are asked for a swap."""
        super().__init__(*args, turn=turn, pool=pool, **kwargs)
        self.fields["person"].label = gettext_lazy("Who takes it instead")

        def name(one: PoolPerson) -> str:
            """Colleagues of whose turn it is stand by name: of several masked ones nobody could tell whom they ask."""
            known = names.named(one, turn.roster_id) or one.unit_id == turn.person.unit_id
            return one.name if known else mask_name(one.name)

        told = {key: name(one) for key, one in self.people.items()}
        first = [str(one.pk) for one in free if str(one.pk) in self.people]
        rest = [key for key in self.people if key not in set(first)]
        self.fields["person"].choices = [
            (label, [(key, f"{told[key]}（{self.people[key].unit}）") for key in keys])
            for label, keys in ((_("can stand in, in the order of the rule"), first), (_("cannot stand in as it is: offer a swap"), rest))
            if keys
        ]  # fmt: skip
        today = clock.today()
        rows = turn.roster.turns.filter(called_off=False, day__gte=today, person__in=[one.pk for one in self.people.values()])
        self.turns = {str(one.pk): one for one in rows.select_related("shift__post", "person").order_by("day", "pk")[:400]}
        choices = [("", _("none: they stand in")), *((key, f"{told[str(one.person_id)]} · {one}") for key, one in self.turns.items())]
        self.fields["in_exchange"] = forms.ChoiceField(label=_("In exchange for their turn"), choices=choices, required=False)
        self.layout = [("", ["person", "in_exchange", "reason"])]

    @property
    def exchange(self) -> RosterTurn | None:
        return self.turns.get(self.cleaned_data.get("in_exchange") or "")


class PresentForm(Form):
    """How many people were there."""

    day = forms.DateField(label=gettext_lazy("Day"))
    present = forms.IntegerField(
        label=gettext_lazy("How many people were there"), min_value=0, max_value=5000, help_text=gettext_lazy("A number only, no names.")
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    widths = {"day": "col-6", "present": "col-6"}


class UnitLinkForm(Form):
    """Of which unit."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        units: list[Unit] = units_for(actor, "duties.keep_pool")
        self.fields["unit"] = UnitField(units, label=_("Unit"), initial=str(units[0].pk) if units else "")


def month_of(text: Any) -> date:
    """The first day of the month that an address names (2026-12); for everything else of the one in which the days ahead lie."""
    today = clock.today() + timedelta(days=3)
    try:
        year, month = str(text or "").split("-")[:2]
        return date(min(max(int(year), 2000), 2100), int(month), 1)
    except (ValueError, TypeError):
        return today.replace(day=1)
