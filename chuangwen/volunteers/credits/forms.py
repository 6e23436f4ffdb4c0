"""Forms of credits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.forms.fields import PhotoForm, SiteField
from chuangwen.fieldwork.models import Observation
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.places.forms import DivisionField
from chuangwen.volunteers.credits import queries
from chuangwen.volunteers.credits.models import CreditAccount, CreditPlace, CreditProgramme, CreditReward, CreditRule
from chuangwen.web.forms import Form

RECORD, RUN = "volunteers.record_conduct", "volunteers.run_credits"


def why(label: Any, most: int = 200) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea({"rows": 2, "maxlength": most}))


class WhyForm(Form):
    reason = why(gettext_lazy("Why"))


class ProgrammeForm(Form):
    """A new programme."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, initial="文明积分")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, RUN, label=_("Area"))


class EditProgrammeForm(Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    valid_months = forms.IntegerField(
        label=gettext_lazy("Credits can be spent for (months)"), min_value=0, max_value=120,
        help_text=gettext_lazy("To the end of the month so many months later; 0: for ever. What was earned already keeps its day."),
    )  # fmt: skip
    notice_days = forms.IntegerField(label=gettext_lazy("Notice before they lapse (days)"), min_value=0, max_value=366)
    voucher_days = forms.IntegerField(label=gettext_lazy("A voucher can be used for (days)"), min_value=1, max_value=366)
    transfers = forms.BooleanField(label=gettext_lazy("Holders may pass credits on"), required=False)
    about = forms.CharField(
        label=gettext_lazy("What holders should know"), max_length=500, required=False, widget=forms.Textarea({"rows": 3, "maxlength": 500})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    widths = {"valid_months": "col-md-4", "notice_days": "col-md-4", "voucher_days": "col-md-4"}

    def __init__(self, *args: Any, row: CreditProgramme, **kwargs: Any):
        names = ("name", "valid_months", "notice_days", "voucher_days", "transfers", "about", "revision")
        kwargs["initial"] = {name: getattr(row, name) for name in names}
        super().__init__(*args, **kwargs)


class CloseForm(Form):
    closes_on = forms.DateField(label=gettext_lazy("Last day to spend credits"))
    reason = why(gettext_lazy("Why it ends"))


class OfProgramme(Form):
    """Something of a programme, new or changed: the programme is chosen where there are several and it is new."""

    def __init__(self, *args: Any, actor: Actor, row: Any = None, names: tuple[str, ...] = (), **kwargs: Any):
        if row is not None:
            kwargs["initial"] = {name: getattr(row, name) for name in names} | {"revision": row.revision} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["revision"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
        if row is None:
            rows = queries.programmes(actor, RUN).exclude(state=CreditProgramme.State.CLOSED)
            self.fields["programme"] = forms.ModelChoiceField(label=_("Programme"), queryset=rows, empty_label=None)


class RuleForm(OfProgramme):
    """How credits are earned."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    source = forms.ChoiceField(label=gettext_lazy("Earned for"), choices=CreditRule.Source.choices)
    amount = forms.IntegerField(label=gettext_lazy("Credits"), min_value=1, max_value=10_000, initial=1)
    minutes = forms.IntegerField(
        label=gettext_lazy("For each so many minutes"), min_value=1, max_value=1440, initial=30, help_text=gettext_lazy("Of hours only.")
    )
    most_a_month = forms.IntegerField(
        label=gettext_lazy("At most in a month"), min_value=0, max_value=1_000_000, initial=0, help_text=gettext_lazy("0: no bound.")
    )
    active = forms.BooleanField(label=gettext_lazy("In force"), required=False, initial=True)
    widths = {"source": "col-md-6", "name": "col-md-6", "amount": "col-md-4", "minutes": "col-md-4", "most_a_month": "col-md-4"}

    def __init__(self, *args: Any, row: CreditRule | None = None, **kwargs: Any):
        super().__init__(*args, row=row, names=("name", "source", "amount", "minutes", "most_a_month", "active"), **kwargs)
        if row is not None and not row.minutes:
            self.initial["minutes"] = 30


class RewardForm(OfProgramme):
    """What credits give."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CreditReward.Kind.choices)
    cost = forms.IntegerField(label=gettext_lazy("Credits for one"), min_value=1, max_value=1_000_000)
    most_a_month = forms.IntegerField(
        label=gettext_lazy("At most a holder and month"), min_value=0, max_value=1000, initial=0, help_text=gettext_lazy("0: no bound.")
    )
    about = forms.CharField(label=pgettext_lazy("reward", "What it is"), max_length=300, required=False)
    active = forms.BooleanField(label=gettext_lazy("Can be had now"), required=False, initial=True)
    widths = {"kind": "col-md-6", "name": "col-md-6", "cost": "col-md-4", "most_a_month": "col-md-4", "pieces": "col-md-4"}

    def __init__(self, *args: Any, actor: Actor, row: CreditReward | None = None, **kwargs: Any):
        super().__init__(*args, actor=actor, row=row, names=("name", "kind", "cost", "most_a_month", "about", "active"), **kwargs)
        rows = queries.places(actor).filter(active=True)
        if row is None:
            self.fields["pieces"] = forms.IntegerField(label=_("Pieces in stock"), min_value=0, max_value=1_000_000, initial=0)
        else:
            rows = rows.filter(programme=row.programme_id)
            self.initial["places"] = [place.pk for place in row.places.all()]
        self.fields["places"] = forms.ModelMultipleChoiceField(
            label=_("Where it is handed out"), queryset=rows, required=False, widget=forms.CheckboxSelectMultiple,
            help_text=_("None chosen: at every place of the programme."),
        )  # fmt: skip


class StockForm(Form):
    pieces = forms.IntegerField(
        label=gettext_lazy("Pieces"), min_value=-1_000_000, max_value=1_000_000,
        help_text=gettext_lazy("With a minus: gone, broken, handed back."),
    )  # fmt: skip
    words = forms.CharField(label=gettext_lazy("Where from, or why"), max_length=120)


class PlaceForm(OfProgramme):
    """Where rewards are handed out."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=120, required=False)
    hours = forms.CharField(label=gettext_lazy("Opening hours"), max_length=80, required=False)
    active = forms.BooleanField(label=gettext_lazy("Hands rewards out"), required=False, initial=True)

    def __init__(self, *args: Any, actor: Actor, row: CreditPlace | None = None, **kwargs: Any):
        super().__init__(*args, actor=actor, row=row, names=("name", "address", "hours", "active", "division"), **kwargs)
        self.fields["division"] = DivisionField(actor, RUN, label=_("Community"))


class HouseholdForm(Form):
    """A household by its door."""

    name = forms.CharField(
        label=gettext_lazy("Door"), max_length=60, help_text=gettext_lazy("Building and number, such as 3栋502户. No name of a person.")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(actor, RECORD, label=_("Community"))


class ShopForm(Form):
    """A shop by its site."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["site"] = SiteField(actor, label=_("Shop or stall"))


class RecordForm(PhotoForm):
    """Conduct of one holder, with its evidence."""

    day = forms.DateField(label=gettext_lazy("Day"))
    words = forms.CharField(label=gettext_lazy("What was observed"), max_length=200, required=False)
    photo_fields = {"photos": (gettext_lazy("Photos"), gettext_lazy("Up to nine. The same picture is evidence of one record only."))}

    def __init__(self, *args: Any, actor: Actor, account: CreditAccount, **kwargs: Any):
        kwargs["initial"] = {"day": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, actor=actor, **kwargs)
        rows = account.programme.rules.filter(source__in=CreditRule.RECORDED, active=True)
        if account.kind != CreditAccount.Kind.SHOP:
            rows = rows.exclude(source=CreditRule.Source.DUTIES)
        self.fields["rule"] = forms.ModelChoiceField(label=_("Earned for"), queryset=rows, empty_label=None)
        self.order_fields(["rule", "day", "words", "photos"])
        if account.site_id:
            found = Observation.objects.filter(site=account.site_id).exclude(conform=False).order_by("-observed_on", "-pk")
            keys = list(found.values_list("pk", flat=True)[:20])
            self.fields["observation"] = forms.ModelChoiceField(
                label=_("Inspection that shows it"), required=False, empty_label=_("none: the photos show it"),
                queryset=Observation.objects.filter(pk__in=keys).select_related("round").order_by("-observed_on", "-pk"),
            )  # fmt: skip
            self.fields["observation"].label_from_instance = lambda row: f"{row.round} · {row.observed_on} · {row}"


class RedeemForForm(Form):
    """What a household or shop takes."""

    def __init__(self, *args: Any, account: CreditAccount, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = account.programme.rewards.filter(active=True, stock__gt=0, cost__lte=account.balance)
        self.fields["reward"] = forms.ModelChoiceField(label=_("Reward"), queryset=rows, empty_label=None)
        self.fields["reward"].label_from_instance = lambda row: f"{row} · {row.cost}"
        self.fields["uid"] = forms.UUIDField(widget=forms.HiddenInput, required=False)


class TransferForm(Form):
    to_number = forms.CharField(label=gettext_lazy("Number of the other holder"), max_length=24)
    amount = forms.IntegerField(label=gettext_lazy("Credits"), min_value=1, max_value=1_000_000)
    uid = forms.UUIDField(widget=forms.HiddenInput, required=False)


class CodeForm(Form):
    """A code that somebody shows; the time where it was handed out without a network."""

    code = forms.CharField(
        label=gettext_lazy("Code of the voucher"), max_length=600,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "form-control-lg", "autofocus": True}),
        help_text=gettext_lazy("Twelve digits, or what the scanner reads."),
    )  # fmt: skip
    used_at = forms.DateTimeField(
        label=gettext_lazy("Handed out at"), required=False,
        help_text=gettext_lazy("Only when it was handed out without a network, at most seven days ago."),
    )  # fmt: skip


class UseForm(CodeForm):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = queries.places(actor).filter(active=True)
        self.fields["place"] = forms.ModelChoiceField(label=_("Redeeming place"), queryset=rows, empty_label=None)
        self.order_fields(["place", "code", "used_at"])
