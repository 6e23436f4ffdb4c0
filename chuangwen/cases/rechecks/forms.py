"""Forms of silent re-checks: what was found, who goes, the draw by hand, the settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.forms.fields import PhotoForm, Phrased
from chuangwen.cases.models import Recheck, RecheckSettings
from chuangwen.cases.rechecks.actions import SETTINGS
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Account
from chuangwen.places.forms import DivisionField
from chuangwen.web.forms import Form

FOUND = ("现场保持良好", "问题再次出现", "现场无法进入", "无法确认原位置")


class ResultForm(PhotoForm):
    """What the second look found."""

    photo_fields = {"photos": (gettext_lazy("Photos of how it looks now"), "")}
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor):
        super().__init__(data, files, actor=actor)
        self.fields["result"] = forms.ChoiceField(
            label=_("What did you find?"), choices=Recheck.Result.choices, widget=forms.RadioSelect
        )
        self.fields["note"] = forms.CharField(
            label=pgettext_lazy("case", "Note"), required=False, max_length=500, widget=Phrased(FOUND, {"rows": 2}),
            help_text=_("Needed where it could not be told."),
        )  # fmt: skip
        self.order_fields(["photos", "result", "note"])


class AssignForm(Form):
    """One of those who are independent of the case."""

    def __init__(self, data: Any = None, files: Any = None, *, accounts: list[tuple[Account, int]], initial: Any = None):
        super().__init__(data, files, initial={"account": str(initial) if initial else ""})
        self.accounts = {str(account.pk): account for account, _load in accounts}
        choices = [
            (str(account.pk), _("%(name)s · %(count)d to look at") % {"name": account, "count": load})
            for account, load in accounts
        ]
        self.fields["account"] = forms.ChoiceField(label=_("Who goes"), choices=choices, widget=forms.RadioSelect)

    def clean_account(self) -> Account:
        return self.accounts[self.cleaned_data["account"]]


class DropForm(Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class DrawForm(Form):
    """A draw by hand."""

    widths = {"division": "col-md-6", "share": "col-md-6"}

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, settings: RecheckSettings):
        super().__init__(data, files)
        self.fields["division"] = DivisionField(
            actor, "cases.draw_rechecks", label=_("Place"), required=False, help_text=_("Empty: everything that you answer for.")
        )
        self.fields["share"] = forms.DecimalField(
            label=_("Share, in percent"), min_value=0, max_value=100, decimal_places=2, initial=settings.share
        )


class SettingsForm(Form):
    """How many, which ones weigh more, when."""

    share = forms.DecimalField(label=gettext_lazy("Share, in percent"), min_value=0, max_value=100, decimal_places=2)
    at_most = forms.IntegerField(label=gettext_lazy("At most, by one draw"), min_value=1, max_value=5000)
    random_part = forms.IntegerField(
        label=gettext_lazy("Of these purely at random, in percent"), min_value=0, max_value=100,
        help_text=gettext_lazy("What is found at random speaks for all; the rest goes where the risk is."),
    )  # fmt: skip
    weekly = forms.BooleanField(label=gettext_lazy("Drawn by itself every week"), required=False)
    from_days = forms.IntegerField(label=gettext_lazy("Closed at least days ago"), min_value=0, max_value=365)
    to_days = forms.IntegerField(label=gettext_lazy("Closed at most days ago"), min_value=1, max_value=730)
    days_to_visit = forms.IntegerField(label=gettext_lazy("Days for the visit"), min_value=1, max_value=90)
    weight_rebounds = forms.IntegerField(
        label=gettext_lazy("Problems of the unit came back before"), min_value=1, max_value=50,
        help_text=gettext_lazy("How many times as likely as a plain case; 1: no more likely."),
    )  # fmt: skip
    weight_doubts = forms.IntegerField(label=gettext_lazy("Photos were in doubt"), min_value=1, max_value=50)
    weight_rushed = forms.IntegerField(label=gettext_lazy("Submitted just before the deadline"), min_value=1, max_value=50)
    weight_rework = forms.IntegerField(label=gettext_lazy("Was sent back"), min_value=1, max_value=50)
    rushed_percent = forms.IntegerField(
        label=gettext_lazy("Just before: the last percent of the time"), min_value=1, max_value=100
    )
    layout = [
        (gettext_lazy("How many"), ["share", "at_most", "random_part", "weekly"]),
        (gettext_lazy("When"), ["from_days", "to_days", "days_to_visit"]),
        (
            gettext_lazy("What makes one more likely"),
            ["weight_rebounds", "weight_doubts", "weight_rushed", "weight_rework", "rushed_percent"],
        ),
    ]
    widths = dict.fromkeys(SETTINGS, "col-md-6")

    def __init__(self, data: Any = None, files: Any = None, *, settings: RecheckSettings):
        super().__init__(data, files, initial={name: getattr(settings, name) for name in SETTINGS})
