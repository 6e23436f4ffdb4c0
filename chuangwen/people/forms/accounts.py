"""Forms of accounts, tokens and roles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import ROLES
from chuangwen.people.models import Person, Role
from chuangwen.people.rules import ADMINISTRATORS
from chuangwen.web.forms import Form, offer

LIFETIMES = [("30", _("30 days")), ("90", _("90 days")), ("365", _("one year")), ("", _("without end"))]


class TokenForm(Form):
    name = forms.CharField(
        label=_("What for"), max_length=60, help_text=_("For example: the exchange with the hotline platform.")
    )
    days = forms.ChoiceField(label=_("Valid for"), choices=LIFETIMES, required=False, initial="90")


class NewAccountForm(Form):
    """A user name, and for whom."""

    username = forms.CharField(
        label=_("User name"), max_length=60, help_text=_("Letters, digits or Chinese characters, without spaces. It stays.")
    )
    person = forms.Field(label=_("Person"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        free = Person.objects.filter(account__isnull=True).order_by("name", "pk")
        choice = forms.ModelChoiceField(
            free, label=_("Person"), required=False, empty_label=_("nobody (an administrator's account)")
        )
        choice.label_from_instance = lambda person: f"{person.name} …{person.phone[-4:]}" if person.phone else person.name
        choice.help_text = _("Rights come from the posts of the person.")
        self.fields["person"] = choice


class OwnRoleForm(Form):
    """The administrator's role of an account."""

    role = forms.ChoiceField(label=_("Role"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        names = dict(Role.objects.values_list("code", "name"))
        codes = [code for code in ROLES if code in ADMINISTRATORS | {"resident"}]
        offer(self, "role", [("", _("none of its own"))] + [(code, names.get(code, code)) for code in codes])


class RoleForm(Form):
    name = forms.CharField(label=_("Name"), max_length=40)
    idle_minutes = forms.IntegerField(label=_("Minutes of rest after which a session ends"), min_value=1, max_value=480)
    needs_second_factor = forms.BooleanField(label=_("Asks for a second factor at sign-in"), required=False)
