"""The form of a key of another system."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import Actor
from chuangwen.places.forms import DivisionField
from chuangwen.web.forms import Form


class KeyForm(Form):
    name = forms.CharField(label=_("Which system"), max_length=60, help_text=_("For example: the city's 12345 platform."))
    per_hour = forms.IntegerField(label=_("Reports an hour at most"), min_value=1, max_value=100_000, initial=300)
    reads_words = forms.BooleanField(
        label=_("May read the words of all reports from outside in its area"), required=False,
        help_text=_("Names and numbers are covered. What it brought itself it can always read."),
    )  # fmt: skip
    media_hosts = forms.CharField(
        label=_("Hosts whose pictures are fetched"), max_length=300, required=False,
        help_text=_("From media_url; several with a space between. Pictures elsewhere are not fetched: their address becomes a remark."),
    )  # fmt: skip

    widths = {"name": "col-md-6", "division": "col-md-6", "per_hour": "col-md-6", "media_hosts": "col-12", "reads_words": "col-12"}

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, "intake.manage_keys", label=_("For which area"), required=False)
        self.fields["division"].help_text = _("Reports from elsewhere are refused. Leave it empty for the whole town.")
        self.order_fields(["name", "division", "per_hour", "reads_words", "media_hosts"])
