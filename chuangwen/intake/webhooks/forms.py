"""The form of an address that is told."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chuangwen.intake.webhooks.rules import CLOSED, CREATED, EVENTS
from chuangwen.kernel.access import Actor
from chuangwen.places.forms import DivisionField
from chuangwen.web.forms import Form


class WebhookForm(Form):
    name = forms.CharField(label=_("Which system"), max_length=60)
    url = forms.CharField(
        label=_("Address"), max_length=300, widget=forms.URLInput(),
        help_text=_("https, where the other side can. Redirects are not followed, and addresses of this machine are refused."),
    )  # fmt: skip
    events = forms.MultipleChoiceField(
        label=_("Tell it when"), choices=EVENTS, widget=forms.CheckboxSelectMultiple, initial=[CREATED, CLOSED]
    )
    outside_only = forms.BooleanField(
        label=_("Only of cases that were reported from outside"), required=False, initial=True,
        help_text=_("Otherwise also of what inspections and patrols find."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    widths = {"name": "col-md-6", "division": "col-md-6", "url": "col-12", "events": "col-12", "outside_only": "col-12", "active": "col-12"}

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, "intake.manage_webhooks", label=_("Of which area"), required=False)
        self.fields["division"].help_text = _("Leave it empty for the whole town.")
        self.order_fields(["name", "division", "url", "events", "outside_only", "active"])
