"""Forms of messages: what a person wants, a way out, a trial."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.messaging.actions import PREFERENCES
from chuangwen.messaging.kinds import NORMAL
from chuangwen.messaging.models import URGENCIES, Channel, Preferences, Way
from chuangwen.people.models import Unit
from chuangwen.web.forms import Form


class PreferencesForm(Form):
    """How I am reached beside the inbox, and when not."""

    mail = forms.EmailField(
        label=gettext_lazy("My mail address"), required=False, help_text=gettext_lazy("Empty: no mail. The inbox always has everything.")
    )
    mail_urgent = forms.ChoiceField(label=gettext_lazy("What is urgent, by mail"), choices=Way.choices)
    mail_normal = forms.ChoiceField(label=gettext_lazy("What is to be done, by mail"), choices=Way.choices)
    mail_low = forms.ChoiceField(label=gettext_lazy("What is for information, by mail"), choices=Way.choices)
    sms_urgent = forms.BooleanField(label=gettext_lazy("What is urgent also by SMS"), required=False)
    sms_normal = forms.BooleanField(label=gettext_lazy("What is to be done also by SMS"), required=False)
    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"))
    quiet_to = forms.TimeField(label=gettext_lazy("Quiet until"), help_text=gettext_lazy("What was gathered comes then."))
    quiet_noon = forms.BooleanField(label=gettext_lazy("Quiet in the noon break, too"), required=False)
    widths = dict.fromkeys(("mail_urgent", "mail_normal", "mail_low"), "col-md-4") | {"quiet_from": "col-6", "quiet_to": "col-6"}
    layout = [
        (gettext_lazy("Mail"), ["mail", "mail_urgent", "mail_normal", "mail_low"]),
        (gettext_lazy("SMS, where the office has a gateway"), ["sms_urgent", "sms_normal"]),
        (gettext_lazy("Quiet hours: only what is urgent comes through"), ["quiet_from", "quiet_to", "quiet_noon"]),
    ]

    def __init__(self, data: Any = None, files: Any = None, *, row: Preferences):
        super().__init__(data, files, initial={name: getattr(row, name) for name in PREFERENCES})


class ChannelForm(Form):
    """A way on which messages leave the product."""

    name = forms.CharField(label=gettext_lazy("Name of the way"), max_length=60)
    kind = forms.ChoiceField(label=pgettext_lazy("channel", "Kind"), choices=Channel.Kind.choices)
    address = forms.CharField(
        label=pgettext_lazy("channel", "Address"), required=False, max_length=1000, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "The webhook address of the group as WeCom, DingTalk or Feishu show it, or an Apprise address: "
            "mailtos://user:password@smtp.example.com?from=office@example.com, json://gateway/send?phone={to}. "
            "It is kept encrypted and never shown again; empty keeps the one that is there."
        ),
    )  # fmt: skip
    secret = forms.CharField(
        label=gettext_lazy("Secret of the signature"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}), help_text=gettext_lazy("Only where a DingTalk group signs."),
    )  # fmt: skip
    least_urgency = forms.TypedChoiceField(
        label=gettext_lazy("Only what is at least"), coerce=int, choices=URGENCIES, initial=NORMAL
    )
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)
    widths = {"name": "col-md-6", "kind": "col-md-6", "least_urgency": "col-md-6", "unit": "col-md-6"}

    def __init__(self, data: Any = None, files: Any = None, *, row: Channel | None = None):
        names = ("name", "kind", "unit", "least_urgency", "active")
        super().__init__(data, files, initial={name: getattr(row, name) for name in names} if row is not None else {})
        self.fields["unit"] = forms.ModelChoiceField(
            Unit.objects.filter(ends_on__isnull=True).order_by("path"), label=_("Group of"), required=False, empty_label=_("everybody"),
            help_text=_("A robot hears of what this unit and those below it are told. For mail and SMS it has no meaning."),
        )  # fmt: skip
        self.order_fields(["name", "kind", "address", "secret", "unit", "least_urgency", "active"])


class TrialForm(Form):
    """To whom a trial goes."""

    to = forms.CharField(
        label=gettext_lazy("To"), required=False, max_length=200, help_text=gettext_lazy("A mail address or a telephone number.")
    )

    def __init__(self, data: Any = None, files: Any = None, *, per_person: bool):
        super().__init__(data, files)
        if not per_person:
            del self.fields["to"]
