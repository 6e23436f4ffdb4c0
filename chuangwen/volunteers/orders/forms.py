"""Forms of orders: the open page, the desk, the leader, the service list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.intake import placing
from chuangwen.intake.residents.forms import Guarded
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.places.forms import DivisionField
from chuangwen.volunteers.corps.models import Skill, Team
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import pairing, queries, rules
from chuangwen.volunteers.orders.models import OrderCallback, OrderRules, ServiceItem, ServiceKind, ServiceOrder
from chuangwen.web.forms import Form, offer

MOST_TEAMS = 2000
MOST_CHOICE = 60
"""So many teams a resident is shown to choose among."""
PARTS = [
    ("", gettext_lazy("any time of the day")), ("morning", gettext_lazy("in the morning (8 to 12)")),
    ("afternoon", gettext_lazy("in the afternoon (12 to 18)")), ("evening", gettext_lazy("in the evening (18 to 21)")),
]  # fmt: skip


def grouped(items: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for item in items:
        groups.setdefault(item.kind.name, []).append((str(item.pk), item.name))
    return list(groups.items())


class WhenMixin(forms.Form):
    """A day (and perhaps a last one) and a part of the day; ``span`` gives the two moments."""

    def span(self) -> tuple[Any, Any]:
        cleaned = self.cleaned_data
        start, end = rules.span_of(cleaned["day"], cleaned["part"], clock.LOCAL)
        last = cleaned.get("last_day")
        return start, rules.span_of(last, cleaned["part"], clock.LOCAL)[1] if last else end


def day_field() -> forms.DateField:
    return forms.DateField(label=gettext_lazy("On which day?"))


def part_field(**more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("At what time of the day?"), choices=PARTS, required=False, **more)


class PlaceForm(Guarded, WhenMixin):
    """What somebody without an account orders; large, few fields, works without script."""

    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    item = forms.ChoiceField(label=gettext_lazy("What do you need?"), required=False)
    team = forms.ChoiceField(
        label=gettext_lazy("Which team? (if you like)"), required=False,
        help_text=gettext_lazy("It is asked first. If it cannot come, another is asked."),
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("In your own words"), max_length=300, required=False, widget=forms.Textarea({"rows": 2, "maxlength": 300}),
        help_text=gettext_lazy("Needed where it is not on the list; a small wish may stand here too."),
    )  # fmt: skip
    wish = forms.BooleanField(label=gettext_lazy("It is a small wish (for a child, an old person, somebody in need)"), required=False)
    name = forms.CharField(label=gettext_lazy("Name of whoever is helped"), max_length=40, widget=forms.TextInput({"autocomplete": "name"}))
    phone = forms.CharField(
        label=gettext_lazy("Telephone"), max_length=30, widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("Only whoever comes calls it. It is stored encrypted."),
    )  # fmt: skip
    community = forms.ChoiceField(label=gettext_lazy("Community"))
    address = forms.CharField(
        label=gettext_lazy("Where exactly?"), max_length=120, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    day = day_field()
    part = part_field(widget=forms.RadioSelect)
    helper = forms.CharField(
        label=gettext_lazy("You order for somebody else? Your name"), max_length=40, required=False,
        help_text=gettext_lazy("A neighbour or relative may order for an old person."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.items = {str(item.pk): item for item in ServiceItem.objects.filter(active=True, public=True).select_related("kind")}
        offer(self, "item", [("", _("Something that is not on the list")), *grouped(self.items.values())])
        offer(self, "community", [("", _("Choose")), *placing.communities()])
        self.fields["day"].initial = clock.today() + timedelta(days=1)
        item = self.items.get(str(self["item"].value() or ""))
        found = pairing.choosable(item)[:MOST_CHOICE] if item else ()
        self.teams = {str(team.pk): team for team in found}
        offering = [("", _("Any team")), *((key, team.name) for key, team in self.teams.items())]
        offer(self, "team", offering)
        self.fields["team"].error_messages["invalid_choice"] = _("This team does not offer this service there: choose another, or none.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["division"] = placing.division_by_code(cleaned.get("community") or "")
        if cleaned["division"] is None and "community" not in self.errors:
            self.add_error("community", _("Choose the community."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The arguments of ``actions.place_order`` beside the proof."""
        cleaned, (start, end) = self.cleaned_data, self.span()
        item = self.items.get(cleaned["item"])
        kind = ServiceOrder.Kind.WISH if cleaned["wish"] else ServiceOrder.Kind.ORDER if item else ServiceOrder.Kind.NEED
        names = ("words", "name", "phone", "address", "helper", "division", "uid")
        return {name: cleaned.get(name) for name in names} | {
            "item": item, "kind": kind, "start": start, "end": end, "wished": self.teams.get(cleaned["team"]),
        }  # fmt: skip


class EnterForm(Form, WhenMixin):
    """The need of somebody, told at the desk, by telephone or on a visit (志愿服务需求征集表)."""

    kind = forms.ChoiceField(label=pgettext_lazy("service order", "Kind"), choices=ServiceOrder.Kind.choices)
    item = forms.ModelChoiceField(
        label=gettext_lazy("Service"), queryset=ServiceItem.objects.filter(active=True).select_related("kind"), required=False
    )
    words = forms.CharField(
        label=gettext_lazy("What is needed"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Needed where it is not on the list."),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("For whom"), max_length=40)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=120, required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("How it came"), choices=[one for one in ServiceOrder.Channel.choices if one[0] not in ("page", "sheet")]
    )
    helper = forms.CharField(label=gettext_lazy("Who told it for them"), max_length=40, required=False)
    day = forms.DateField(label=gettext_lazy("First day that suits"))
    last_day = forms.DateField(label=gettext_lazy("Last day that suits"), required=False)
    part = part_field()
    people = forms.IntegerField(label=gettext_lazy("Volunteers needed"), min_value=1, max_value=50, required=False)
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team that they would like"), queryset=Team.objects.none(), required=False, empty_label=gettext_lazy("Any team"),
        help_text=gettext_lazy("It is asked first. If it cannot come, another is asked."),
    )  # fmt: skip
    widths = dict.fromkeys(("kind", "item", "team", "name", "phone", "division", "address", "channel", "helper"), "col-md-6") | {
        "day": "col-6 col-md-3", "last_day": "col-6 col-md-3", "part": "col-md-3", "people": "col-md-3"}  # fmt: skip
    layout = [
        (gettext_lazy("What"), ["kind", "item", "team", "words"]), (
            gettext_lazy("For whom"), ["name", "phone", "division", "address", "channel", "helper"]
        ),
        (gettext_lazy("When"), ["day", "last_day", "part", "people"]),
    ]  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, verbs.ENTER, label=_("Community"))
        self.fields["day"].initial = clock.today() + timedelta(days=1)
        rows = self.fields["division"].finder.rows
        teams = pairing.offering(rows)
        offer(self, "team", teams if self.is_bound else teams[:MOST_TEAMS])

    def facts(self) -> dict[str, Any]:
        start, end = self.span()
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("day", "last_day", "part", "team")}
        return given | {"start": start, "end": end, "wished": self.cleaned_data["team"]}


class EditForm(Form):
    item = forms.ModelChoiceField(label=gettext_lazy("Service"), queryset=ServiceItem.objects.select_related("kind"), required=False)
    words = forms.CharField(label=gettext_lazy("What is needed"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}))
    name = forms.CharField(label=gettext_lazy("For whom"), max_length=40)
    phone = forms.CharField(
        label=gettext_lazy("Another telephone"), max_length=30, required=False, help_text=gettext_lazy("Left empty, the known one stays.")
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=120, required=False)
    start = forms.DateTimeField(label=gettext_lazy("Suits from"))
    end = forms.DateTimeField(label=gettext_lazy("Suits until"))
    people = forms.IntegerField(label=gettext_lazy("Volunteers needed"), min_value=1, max_value=50)
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
    widths = dict.fromkeys(("item", "name", "phone", "address", "start", "end", "people"), "col-md-6")
    layout = [("", ["item", "name", "words", "phone", "address", "start", "end", "people"])]

    def __init__(self, *args: Any, row: ServiceOrder, **kwargs: Any):
        names = ("item", "words", "name", "address", "people")
        local = {name: getattr(row, name).astimezone(clock.LOCAL) for name in ("start", "end")}
        super().__init__(*args, initial={name: getattr(row, name) for name in names} | local | {"expected": row.revision}, **kwargs)


def reason_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, widget=forms.Textarea({"rows": 3}))


class ReasonForm(Form):
    reason = reason_field(gettext_lazy("Reason"))


class DirectForm(Form):
    team = forms.ModelChoiceField(
        label=pgettext_lazy("volunteers", "Team"), queryset=Team.objects.none(),
        help_text=gettext_lazy("Teams that offer this service come first."),
    )  # fmt: skip
    reason = reason_field(gettext_lazy("Why the team is not asked"))

    def __init__(self, *args: Any, order: ServiceOrder, **kwargs: Any):
        from chuangwen.volunteers.orders.pairing import teams_near

        super().__init__(*args, **kwargs)
        offered = Team.objects.filter(pk=OuterRef("pk"), offers__item=order.item_id)
        teams = teams_near(order.division).annotate(offered=Exists(offered)).order_by("-offered", "name", "pk")
        # The stubs know the field as any field; a sliced query could not be searched for what was chosen.
        offer(self, "team", teams if self.is_bound else teams[:MOST_TEAMS])


class ItemForm(Form):
    name = forms.CharField(label=gettext_lazy("Name of the service"), max_length=40)
    kind = forms.ModelChoiceField(label=pgettext_lazy("service item", "Kind"), queryset=ServiceKind.objects.all())
    about = forms.CharField(label=gettext_lazy("What is done"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}))
    minutes = forms.IntegerField(label=gettext_lazy("Usual minutes"), min_value=10, max_value=480, initial=60)
    people = forms.IntegerField(label=gettext_lazy("Usual number of volunteers"), min_value=1, max_value=50, initial=2)
    mode = forms.ChoiceField(label=gettext_lazy("How it is given out"), choices=ServiceItem.Mode.choices)
    skills = forms.ModelMultipleChoiceField(
        label=gettext_lazy(
            "Skills that are needed"
        ), queryset=Skill.objects.filter(active=True), required=False, widget=forms.CheckboxSelectMultiple
    )
    public = forms.BooleanField(label=gettext_lazy("Residents can order it themselves"), required=False, initial=True)
    active = forms.BooleanField(label=pgettext_lazy("service item", "On the list"), required=False, initial=True)
    widths = dict.fromkeys(("name", "kind"), "col-md-6") | dict.fromkeys(("minutes", "people", "mode"), "col-md-4")
    layout = [("", ["name", "kind", "about", "minutes", "people", "mode", "skills", "public", "active"])]

    def __init__(self, *args: Any, row: ServiceItem | None = None, **kwargs: Any):
        names = ("name", "kind", "about", "minutes", "people", "mode", "public", "active")
        initial = {name: getattr(row, name) for name in names} | {"skills": row.skills.all()} if row else {}
        super().__init__(*args, initial=initial, **kwargs)


class OffersForm(Form):
    items = forms.MultipleChoiceField(label=gettext_lazy("What the team offers"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, team: Team, **kwargs: Any):
        super().__init__(*args, initial={"items": [str(key) for key in queries.offers_of(team)]}, **kwargs)
        self.rows = {str(item.pk): item for item in ServiceItem.objects.filter(active=True).select_related("kind")}
        offer(self, "items", grouped(self.rows.values()))

    def chosen(self) -> list[ServiceItem]:
        return [self.rows[key] for key in self.cleaned_data["items"]]


class CallForm(Form):
    result = forms.ChoiceField(label=gettext_lazy("What they said"), choices=OrderCallback.Result.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=gettext_lazy("In their words"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}))


class PlanForm(Form):
    day = forms.DateField(label=gettext_lazy("Day"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        area = DivisionField(actor, verbs.DISPATCH, label=_("Area"))
        area.initial = area.finder.rows[0] if area.finder.rows else None
        self.fields["division"] = area
        self.fields["day"].initial = clock.today() + timedelta(days=1)


class RulesForm(Form):
    accept_hours = forms.IntegerField(label=gettext_lazy("A team answers within, working hours"), min_value=1, max_value=80)
    open_hours = forms.IntegerField(label=gettext_lazy("An open offer stands for, working hours"), min_value=1, max_value=160)
    most_passes = forms.IntegerField(label=gettext_lazy("Passed on from team to team at most, times"), min_value=0, max_value=20)
    rate_days = forms.IntegerField(label=gettext_lazy("Rating is waited for, days"), min_value=1, max_value=60)
    call_share = forms.IntegerField(label=gettext_lazy("Share that is called back, percent"), min_value=0, max_value=100)
    call_days = forms.IntegerField(label=gettext_lazy("Called back within, days"), min_value=1, max_value=30)

    def __init__(self, *args: Any, row: OrderRules, **kwargs: Any):
        super().__init__(*args, initial={name: getattr(row, name) for name in self.base_fields}, **kwargs)


class AssignForm(Form):
    volunteers = forms.MultipleChoiceField(label=pgettext_lazy("service order", "Who goes"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, order: ServiceOrder, **kwargs: Any):
        super().__init__(*args, initial={"volunteers": [str(row.volunteer_id) for row in order.sent.all()]}, **kwargs)
        people = queries.members(order.team) if order.team else []
        offer(self, "volunteers", [(str(one.pk), str(one)) for one in people])


class FinishForm(Form):
    result = forms.CharField(label=pgettext_lazy("service order", "What was done"), max_length=300, widget=forms.Textarea({"rows": 3}))


class CancelForm(Form):
    reason = forms.CharField(label=gettext_lazy("Why (if you like)"), max_length=200, required=False)
