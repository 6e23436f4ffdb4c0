"""Forms of units, posts and persons. What may be chosen is what the actor may manage."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.people import actions, queries
from chuangwen.people.access import MANAGE_POSTS, MANAGE_UNITS, SEE
from chuangwen.people.models import Person, Post, Role, Unit
from chuangwen.places.models import Division, Grid
from chuangwen.web.forms import Form, offer

MOST_OPTIONS = 3000


class TreeChoiceField(forms.ModelChoiceField):
    """One node of a tree, indented by its depth."""

    def __init__(self, queryset: QuerySet, **kwargs: Any):
        super().__init__(queryset.order_by("path"), **kwargs)
        self.least = min((node.depth for node in list(queryset.order_by("path")[:1])), default=1)

    def label_from_instance(self, node: Any) -> str:
        return "　" * max(0, node.depth - self.least) + node.name


def _divisions(actor: Actor) -> QuerySet[Division]:
    return access.scoped(actor, MANAGE_UNITS, Division).filter(active=True)


class UnitFactsForm(Form):
    """What a unit has besides its name and place."""

    widths = {
        "short_name": "col-md-6",
        "kind": "col-md-6",
        "credit_code": "col-md-6",
        "peer_group": "col-md-6",
        "phone": "col-md-4",
        "address": "col-md-8",
    }
    short_name = forms.CharField(label=_("Short name"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("Kind of unit"), choices=Unit.Kind.choices)
    division = forms.Field(label=_("Area it belongs to"))
    credit_code = forms.CharField(label=_("Unified social credit code"), max_length=18, required=False)
    peer_group = forms.CharField(
        label=_("Peer group"), max_length=40, required=False, help_text=_("Units of one group are compared with each other.")
    )
    phone = forms.CharField(label=_("Office telephone"), max_length=30, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["division"] = TreeChoiceField(_divisions(actor), label=_("Area it belongs to"), required=False)


class NewUnitForm(UnitFactsForm):
    field_order = ["name", "short_name", "parent", "division"]
    widths = UnitFactsForm.widths | {"name": "col-md-6", "parent": "col-md-6", "division": "col-md-6"}
    name = forms.CharField(label=_("Name"), max_length=80)
    parent = forms.Field(label=_("Superior unit"))
    starts_on = forms.DateField(label=_("First day"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, actor=actor, **kwargs)
        self.fields["parent"] = TreeChoiceField(
            queries.units(actor, SEE), label=_("Superior unit"), required=False, empty_label=_("none (at the top)")
        )
        self.fields["division"].help_text = _("Left empty, it is that of the superior unit.")
        self.fields["starts_on"].initial = clock.today()
        self.order_fields(self.field_order)


class RenameForm(Form):
    name = forms.CharField(label=_("New name"), max_length=80)
    on = forms.DateField(label=_("From which day"), help_text=_("Before that day the organisation shows the old name."))


class MoveForm(Form):
    parent = forms.Field(label=_("Superior unit"))
    on = forms.DateField(label=_("From which day"), help_text=_("Before that day the organisation shows the old place."))

    def __init__(self, *args: Any, actor: Actor, unit: Unit, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = queries.units(actor, SEE).exclude(path__startswith=unit.path)
        self.fields["parent"] = TreeChoiceField(
            choices, label=_("Superior unit"), required=False, empty_label=_("none (at the top)")
        )
        self.order_fields(["parent", "on"])


class LastDayForm(Form):
    last_day = forms.DateField(label=_("Last day"), help_text=_("From the day after, it gives no rights any more."))


class AppointForm(Form):
    """A person and the post."""

    widths = {"name": "col-md-6", "phone": "col-md-6", "kind": "col-md-6", "title": "col-md-6", "role": "col-md-6", "grid": "col-md-6",
              "starts_on": "col-md-6", "ends_on": "col-md-6"}  # fmt: skip
    person = forms.Field(label=_("Person"))
    name = forms.CharField(label=_("Name of the person"), max_length=40, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)
    kind = forms.ChoiceField(
        label=_("Kind of post"), choices=Post.Kind.choices, help_text=_("A new first responsible person follows the present one.")
    )
    title = forms.CharField(label=pgettext_lazy("post", "Title"), max_length=60, required=False)
    role = forms.ChoiceField(label=_("Role in the system"), required=False)
    grid = forms.Field(label=_("Grid"))
    starts_on = forms.DateField(label=_("First day"))
    ends_on = forms.DateField(label=_("Last day"), required=False)
    layout = [
        (pgettext_lazy("post", "Who"), ["person", "name", "phone"]),
        (_("Post"), ["kind", "title", "role", "grid", "starts_on", "ends_on"]),
    ]

    def __init__(self, *args: Any, actor: Actor, unit: Unit, **kwargs: Any):
        super().__init__(*args, **kwargs)
        persons = queries.persons(actor, MANAGE_POSTS).order_by("name", "pk")
        known = forms.ModelChoiceField(persons, label=_("Person"), required=False, empty_label=_("somebody new (name below)"))
        known.label_from_instance = _with_end_of_number
        self.fields["person"] = known
        names = dict(Role.objects.values_list("code", "name"))
        usual = [("usual", _("what the kind of post usually brings")), ("", _("none"))]
        offer(self, "role", usual + [(code, names.get(code, code)) for code in actions.appointable_roles(actor)])
        self.fields["role"].initial = "usual"
        grids = Grid.objects.filter(division__path__startswith=unit.division.path) if unit.division else Grid.objects.none()
        self.fields["grid"] = forms.ModelChoiceField(grids, label=_("Grid"), required=False)
        self.fields["starts_on"].initial = clock.today()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("person") and not cleaned.get("name", "").strip():
            self.add_error("name", _("Choose a person or give a name."))
        return cleaned


def _with_end_of_number(person: Person) -> str:
    return f"{person.name} …{person.phone[-4:]}" if person.phone else person.name


class PostForm(Form):
    """What can be corrected on a post."""

    title = forms.CharField(label=pgettext_lazy("post", "Title"), max_length=60, required=False)
    role = forms.ChoiceField(label=_("Role in the system"), required=False)
    grid = forms.Field(label=_("Grid"))
    order = forms.IntegerField(label=_("Order"), min_value=0, max_value=9999, help_text=_("Lower numbers stand first."))

    def __init__(self, *args: Any, actor: Actor, post: Post, **kwargs: Any):
        super().__init__(*args, **kwargs)
        names = dict(Role.objects.values_list("code", "name"))
        codes = actions.appointable_roles(actor)
        if post.role and post.role.code not in codes:
            codes = [post.role.code, *codes]
        offer(self, "role", [("", _("none"))] + [(code, names.get(code, code)) for code in codes])
        grids = (
            Grid.objects.filter(division__path__startswith=post.unit.division.path) if post.unit.division else Grid.objects.none()
        )
        self.fields["grid"] = forms.ModelChoiceField(grids, label=_("Grid"), required=False)
        self.order_fields(["title", "role", "grid", "order"])


class PersonForm(Form):
    name = forms.CharField(label=_("Name of the person"), max_length=40)
    phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)


class MergeForm(Form):
    gone = forms.Field(label=_("The other record"))

    def __init__(self, *args: Any, actor: Actor, person: Person, **kwargs: Any):
        super().__init__(*args, **kwargs)
        same = queries.persons(actor, "people.merge").exclude(pk=person.pk).filter(name=person.name)
        choice = forms.ModelChoiceField(
            same,
            label=_("The other record"),
            help_text=_("Its posts and records go over to this person; the record itself disappears."),
        )
        choice.label_from_instance = _with_end_of_number
        self.fields["gone"] = choice


class DayForm(Form):
    """The day whose organisation is shown."""

    day = forms.DateField(label=_("As of"), required=False)
