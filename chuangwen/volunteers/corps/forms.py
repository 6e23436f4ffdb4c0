"""Forms of teams and volunteers: the week as a grid, skills in groups, who applies, what a team is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from chuangwen.cases.forms.fields import SiteField, UnitField, units_to_give
from chuangwen.intake import placing
from chuangwen.intake.residents.forms import Guarded
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import UNIT, Actor
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.volunteers.corps import queries, rules
from chuangwen.volunteers.corps.access import ENROL, MANAGE_TEAMS, MANAGE_VOLUNTEERS, TRAIN
from chuangwen.volunteers.corps.models import Membership, Skill, Team, Volunteer
from chuangwen.web.forms import Form, offer

DAYS = [
    pgettext_lazy("weekday", "Mon"), pgettext_lazy("weekday", "Tue"), pgettext_lazy("weekday", "Wed"), pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"), pgettext_lazy("weekday", "Sat"), pgettext_lazy("weekday", "Sun"),
]  # fmt: skip
PARTS = [gettext_lazy("morning"), gettext_lazy("afternoon"), gettext_lazy("evening")]


class Boxes(forms.Widget):
    """Boxes in an order of their own; values as text."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name) if hasattr(data, "getlist") else list(data.get(name) or [])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return ""


class WeekInput(Boxes):
    template_name = "volunteers/corps/week_input.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        chosen = {str(one) for one in value or []}
        return super().get_context(name, None, attrs) | {"week": week_rows(chosen), "parts": PARTS}


def week_rows(chosen: set[str]) -> list[tuple[Any, list[tuple[int, Any, bool]]]]:
    """Days with (number, part, whether it is chosen)."""
    return [
        (day, [(place * rules.PARTS + part, PARTS[part], str(place * rules.PARTS + part) in chosen) for part in range(rules.PARTS)])
        for place, day in enumerate(DAYS)
    ]  # fmt: skip


class WeekField(forms.Field):
    """When somebody has time; cleans to the bits of the week."""

    widget = WeekInput

    def prepare_value(self, value: Any) -> Any:
        return [str(number) for number in rules.parts(value)] if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        try:
            return rules.bits(int(one) for one in value or [] if len(str(one)) <= 2)
        except ValueError as problem:
            raise forms.ValidationError(_("These are no times of the week.")) from problem


class SkillsInput(Boxes):
    template_name = "volunteers/corps/skills_input.html"
    groups: list[tuple[str, list[tuple[str, str]]]] = []

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        chosen = {str(one) for one in value or []}
        groups = [(group, [(key, word, key in chosen) for key, word in rows]) for group, rows in self.groups]
        return super().get_context(name, None, attrs) | {"groups": groups}


class SkillsField(forms.Field):
    """Skills of the list; cleans to keys."""

    widget = SkillsInput

    def __init__(self, **more: Any):
        super().__init__(required=False, **more)
        self.widget.groups = queries.grouped_skills()

    def prepare_value(self, value: Any) -> Any:
        return [str(getattr(one, "pk", one)) for one in value or []]

    def clean(self, value: Any) -> list[int]:
        known = {key for _group, rows in self.widget.groups for key, _name in rows}
        if not set(value or []) <= known:
            raise forms.ValidationError(_("One of the skills is not on the list."))
        return sorted({int(one) for one in value or []})


class PlaceField(forms.ChoiceField):
    """A community or town; cleans to the division."""

    def __init__(self, groups: Iterable[Any], **more: Any):
        super().__init__(choices=[("", "—"), *groups], **more)

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, Division) else value

    def clean(self, value: Any) -> Division | None:
        return placing.division_by_code(super().clean(value) or "")


def places_of(actor: Actor, verb: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Towns and communities where the actor holds the verb; with a unit's scope those of the places of these units. Two queries."""
    rows = Division.objects.filter(active=True, code__isnull=False, level__gte=Division.Level.TOWN)
    grants = actor.scopes(verb)
    paths = [grant.division_path for grant in grants if grant.scope == access.DIVISION]
    units = [grant.unit_path for grant in grants if grant.scope == UNIT]
    if units:
        paths += [path for path in Unit.objects.filter(path__in=units).values_list("division__path", flat=True) if path]
    found: list[tuple[str, list[tuple[str, str]]]] = []
    every = any(grant.scope in (access.ALL, access.OWN) for grant in grants)
    for path, code, name, level in rows.order_by("path").values_list("path", "code", "name", "level"):
        if not every and not any(path.startswith(one) for one in paths):
            continue
        if level == Division.Level.TOWN or not found:
            found.append((name, [(code, name)]))
        else:
            found[-1][1].append((code, name))
    return found


def teams_to_choose(rows: Any) -> list[tuple[str, str]]:
    found = rows.order_by("path").values_list("pk", "name", "depth")
    return [(str(key), "\u3000" * (depth - 1) + name) for key, name, depth in found]


class TeamChoice(forms.TypedChoiceField):
    """A team, or none; cleans to its key."""

    def __init__(self, rows: Any, **more: Any):
        super().__init__(choices=[("", "—"), *teams_to_choose(rows)], coerce=int, empty_value=None, required=False, **more)


# -- who applies ------------------------------------------------------------------------------------------------------


class ApplicationFields(forms.Form):
    """What is asked of everybody who registers, and what of minors."""

    phone = forms.CharField(
        label=gettext_lazy("Telephone"), max_length=20, widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"})
    )
    community = forms.Field(label=gettext_lazy("Community where you mostly serve"))
    skills = forms.Field(label=gettext_lazy("What you can do"))
    free = WeekField(label=gettext_lazy("When you have time"), required=False)
    born_on = forms.DateField(
        label=gettext_lazy("Day of birth, only under 18"), required=False,
        help_text=gettext_lazy("Adults leave it empty; it is not kept of them."),
    )
    guardian_name = forms.CharField(label=gettext_lazy("Guardian's name"), max_length=40, required=False)
    guardian_phone = forms.CharField(
        label=gettext_lazy("Guardian's telephone"), max_length=20, required=False, widget=forms.TextInput({"inputmode": "tel"})
    )
    guardian_consents = forms.BooleanField(
        label=gettext_lazy("I am the guardian and agree (needed under 14)"), required=False
    )
    agrees = forms.BooleanField(label=gettext_lazy("I have read the privacy notice and agree"), required=False)

    def facts(self) -> dict[str, Any]:
        """The arguments of the action."""
        given = dict(self.cleaned_data)
        given["division"] = given.pop("community")
        for name in ("website", "altcha", "question", "sum", "again"):
            given.pop(name, None)
        given["team_id"] = given.pop("team", None)
        return given

    def open_up(self) -> None:
        """Fields that ask the database."""
        self.fields["community"] = PlaceField(placing.communities(), label=gettext_lazy("Community where you mostly serve"))
        self.fields["skills"] = SkillsField(label=gettext_lazy("What you can do"))
        self.fields["team"] = TeamChoice(queries.open_teams(), label=gettext_lazy("Team that you want to join"))


ORDER = ["name", "phone", "community", "team", "skills", "free", "born_on", "guardian_name", "guardian_phone", "guardian_consents"]


class RegisterForm(ApplicationFields, Guarded):
    """The open page."""

    name = forms.CharField(label=pgettext_lazy("volunteers", "Name"), max_length=40, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label=gettext_lazy("Password of your own"), max_length=128, strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least ten characters, not digits alone. You sign in with your telephone number."),
    )  # fmt: skip
    again = forms.CharField(
        label=pgettext_lazy("volunteers", "The same again"), max_length=128, strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.open_up()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", forms.ValidationError(_("The two are not the same.")))
        return cleaned


class BecomeForm(ApplicationFields, Form):
    """With an own account."""

    widths = {"born_on": "col-md-4", "guardian_name": "col-md-4", "guardian_phone": "col-md-4"}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.open_up()
        self.order_fields([*ORDER, "agrees"])


class EnrolForm(ApplicationFields, Form):
    """The desk registers somebody."""

    name = forms.CharField(label=pgettext_lazy("volunteers", "Name"), max_length=40)
    widths = {"name": "col-md-6", "phone": "col-md-6", "community": "col-md-6", "team": "col-md-6", "born_on": "col-md-4",
              "guardian_name": "col-md-4", "guardian_phone": "col-md-4"}  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.open_up()
        self.fields["community"] = PlaceField(places_of(actor, ENROL), label=_("Community"))
        self.fields["team"] = TeamChoice(access.scoped(actor, ENROL, Team).exclude(state="closed"), label=pgettext("volunteers", "Team"))
        self.fields["agrees"].label = _("The person has read the privacy notice and agrees")
        self.fields["guardian_consents"].label = _("The guardian agrees (needed under 14)")
        self.order_fields([*ORDER, "agrees"])


class RecordForm(Form):
    """What volunteers put right themselves, or the desk for them."""

    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=20, widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}))
    community = forms.Field(label=gettext_lazy("Community"))
    skills = forms.Field(label=gettext_lazy("Skills"))
    free = WeekField(label=gettext_lazy("Free times"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Actor, row: Volunteer, own: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        groups = placing.communities() if own else places_of(actor, MANAGE_VOLUNTEERS)
        self.fields["community"] = PlaceField(groups, label=_("Community"), initial=row.division)
        self.fields["skills"] = SkillsField(label=_("Skills"), initial=list(row.skills.all()))
        self.fields["phone"].initial, self.fields["free"].initial = row.person.phone, row.free
        self.fields["revision"].initial = row.revision
        if own:
            del self.fields["revision"]


class DocumentForm(Form):
    number = forms.CharField(
        label=gettext_lazy("Number of your identity card"), max_length=24, required=False, widget=forms.TextInput({"autocomplete": "off"}),
        help_text=gettext_lazy("Only where a certificate asks for it. It is stored encrypted, no page shows it. Left empty, it is deleted."),
    )  # fmt: skip


class FirstPasswordForm(Form):
    password = forms.CharField(
        label=gettext_lazy("Password of your own"), max_length=128, strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least ten characters, not digits alone. You sign in with your telephone number."),
    )  # fmt: skip


class ReasonForm(Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea({"rows": 2, "maxlength": 200}))


class MaybeReasonForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason (if you like)"), max_length=200, required=False, widget=forms.Textarea({"rows": 2, "maxlength": 200})
    )


# -- teams ------------------------------------------------------------------------------------------------------------


class TeamForm(Form):
    """What a team is."""

    name = forms.CharField(label=pgettext_lazy("volunteers", "Name of the team"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Team.Kind.choices, initial=Team.Kind.TEAM)
    about = forms.CharField(
        label=gettext_lazy("What it does"), max_length=500, required=False, widget=forms.Textarea({"rows": 2, "maxlength": 500})
    )
    phone = forms.CharField(label=gettext_lazy("Telephone of the team"), max_length=30, required=False)
    reach = forms.IntegerField(label=gettext_lazy("How far it goes, metres"), min_value=0, max_value=200_000, initial=1200,
                               help_text=gettext_lazy("1,200 m is about fifteen minutes on foot."))  # fmt: skip
    weekly = forms.IntegerField(label=gettext_lazy("Orders a week"), min_value=0, max_value=1000, initial=0,
                                help_text=gettext_lazy("How many it takes; 0: it does not say."))  # fmt: skip
    lat = forms.FloatField(label=gettext_lazy("Latitude (WGS-84)"), min_value=-90, max_value=90, required=False)
    lon = forms.FloatField(label=gettext_lazy("Longitude (WGS-84)"), min_value=-180, max_value=180, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    widths = {"name": "col-md-8", "kind": "col-md-4", "parent": "col-md-6", "unit": "col-md-6", "division": "col-md-6", "site": "col-md-6",
              "phone": "col-md-4", "reach": "col-6 col-md-4", "weekly": "col-6 col-md-4", "lat": "col-6", "lon": "col-6"}  # fmt: skip
    layout = [("", ["name", "kind", "parent", "unit", "division", "site", "about", "phone", "reach", "weekly", "skills", "lat", "lon"])]

    def __init__(self, *args: Any, actor: Actor, row: Team | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["division"] = PlaceField(places_of(actor, MANAGE_TEAMS), label=_("Area"))
        found = units_to_give(actor, MANAGE_TEAMS, None)
        if any(grant.scope == UNIT for grant in actor.scopes(MANAGE_TEAMS)):
            own = access.scoped(actor, MANAGE_TEAMS, Unit).filter(starts_on__lte=today).order_by("path")
            found = list({unit.pk: unit for unit in (*own, *found)}.values())
        self.fields["unit"] = UnitField(found, label=pgettext("volunteers", "Unit that answers for it"))
        self.fields["site"] = SiteField(actor, label=_("Where it is found (site)"), required=False)
        self.fields["skills"] = SkillsField(label=_("What it can do"))
        if row is None:
            parents = Team.objects.exclude(state="closed").filter(kind__in=("corps", "brigade"))
            self.fields["parent"] = TeamChoice(parents, label=_("Stands under"))
            del self.fields["revision"]
            return
        del self.fields["kind"]
        for name in ("name", "about", "phone", "reach", "weekly", "lat", "lon", "division", "unit", "site", "revision"):
            self.fields[name].initial = getattr(row, name)
        self.fields["skills"].initial = list(row.skills.all())


class LeaderForm(Form):
    leader = forms.TypedChoiceField(label=gettext_lazy("Leader"), coerce=int, empty_value=None, required=False,
                                    help_text=gettext_lazy("One of the members, at least 18. Left empty: nobody for now."))  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, row: Team, **kwargs: Any):
        super().__init__(*args, **kwargs)
        adults = queries.years_before(clock.today(), rules.ADULT)
        rows = Membership.objects.filter(team=row, state__in=Membership.IN, volunteer__state="active")
        rows = rows.exclude(volunteer__born_on__gt=adults).order_by("joined_on", "pk")
        choices = [(str(key), f"{name}（{number}）") for key, name, number in
                   rows.values_list("volunteer", "volunteer__person__name", "volunteer__number")]  # fmt: skip
        offer(self, "leader", [("", "—"), *choices])
        self.fields["leader"].initial = row.leader_id


# -- training, insurance, skills --------------------------------------------------------------------------------------


class WhoFields(Form):
    """Members of teams, and single volunteers by their numbers."""

    teams = forms.MultipleChoiceField(label=gettext_lazy("All members of"), required=False)
    numbers = forms.CharField(
        label=gettext_lazy("Numbers of volunteers"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Separated by spaces or lines."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.actor = actor
        rows = queries.teams(actor).exclude(state="closed")
        offer(self, "teams", teams_to_choose(rows))
        self.fields["teams"].widget.attrs["size"] = "6"

    def clean_numbers(self) -> list[int]:
        words = dict.fromkeys(self.cleaned_data["numbers"].upper().replace(",", " ").replace("，", " ").replace("、", " ").split())
        known = dict(queries.volunteers(self.actor).filter(number__in=list(words)[:2000]).values_list("number", "pk"))
        missing = [word for word in words if word not in known]
        if missing:
            raise forms.ValidationError(_("Not found in your area: %(numbers)s") % {"numbers": "、".join(missing[:10])})
        return list(known.values())

    def people(self) -> dict[str, Any]:
        return {"volunteers": self.cleaned_data["numbers"], "teams": [int(key) for key in self.cleaned_data["teams"]]}


class TrainingForm(WhoFields):
    """A course that was held."""

    title = forms.CharField(label=gettext_lazy("Course"), max_length=80)
    topic = forms.CharField(label=gettext_lazy("Topic"), max_length=40, required=False)
    day = forms.DateField(label=gettext_lazy("Day"))
    hours = forms.DecimalField(label=pgettext_lazy("volunteers", "Hours"), min_value=0, max_value=100, max_digits=5, decimal_places=2)
    by = forms.CharField(label=gettext_lazy("Held by (organisation)"), max_length=60, required=False)
    skill = forms.TypedChoiceField(label=gettext_lazy("Qualifies for"), coerce=int, empty_value=None, required=False)
    months = forms.IntegerField(label=gettext_lazy("Valid for, months"), min_value=0, max_value=120, initial=0,
                                help_text=gettext_lazy("0: without end."))  # fmt: skip
    widths = {"title": "col-md-8", "topic": "col-md-4", "day": "col-6 col-md-3", "hours": "col-6 col-md-3", "by": "col-md-6",
              "division": "col-md-6", "unit": "col-md-6", "skill": "col-md-6", "months": "col-md-6"}  # fmt: skip
    layout = [("", ["title", "topic", "day", "hours", "by", "division", "unit", "skill", "months"]), (gettext_lazy("Who took part"),
              ["teams", "numbers"])]  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, actor=actor, **kwargs)
        self.fields["day"].initial = clock.today()
        at_place(self, actor)
        rows = Skill.objects.filter(active=True).values_list("pk", "name")
        offer(self, "skill", [("", "—"), *((str(key), name) for key, name in rows)])

    def facts(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in ("title", "topic", "day", "by", "division", "unit", "months")}
        return given | {"minutes": int(self.cleaned_data["hours"] * 60), "skill_id": self.cleaned_data["skill"]} | self.people()


class InsuranceForm(WhoFields):
    """A policy."""

    insurer = forms.CharField(label=gettext_lazy("Insurer"), max_length=60)
    policy_number = forms.CharField(label=gettext_lazy("Policy number"), max_length=40)
    starts_on = forms.DateField(label=gettext_lazy("From"))
    ends_on = forms.DateField(label=gettext_lazy("Until"))
    covers = forms.CharField(label=gettext_lazy("What it covers"), max_length=200, required=False)
    widths = dict.fromkeys(("insurer", "policy_number", "division", "unit"), "col-md-6") | dict.fromkeys(("starts_on", "ends_on"), "col-6")
    layout = [("", ["insurer", "policy_number", "starts_on", "ends_on", "covers", "division", "unit"]), (gettext_lazy("Whom it covers"),
              ["teams", "numbers"])]  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, actor=actor, **kwargs)
        at_place(self, actor)

    def facts(self) -> dict[str, Any]:
        names = ("insurer", "policy_number", "starts_on", "ends_on", "covers", "division", "unit")
        return {name: self.cleaned_data[name] for name in names} | self.people()


def at_place(form: forms.Form, actor: Actor) -> None:
    """Area and unit of a record, where the actor may keep it."""
    form.fields["division"] = PlaceField(places_of(actor, TRAIN), label=_("Area"))
    own = access.scoped(actor, TRAIN, Unit).order_by("path")
    form.fields["unit"] = UnitField(list(own[:1000]), label=_("Unit"))


class SkillForm(Form):
    name = forms.CharField(label=gettext_lazy("Skill"), max_length=40)
    group = forms.CharField(label=gettext_lazy("Group"), max_length=40, required=False)
    qualified = forms.BooleanField(label=gettext_lazy("Takes a training"), required=False)
    active = forms.BooleanField(label=gettext_lazy("Is offered"), required=False, initial=True)

    def __init__(self, *args: Any, row: Skill | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if row is not None:
            for name in ("name", "group", "qualified", "active"):
                self.fields[name].initial = getattr(row, name)

