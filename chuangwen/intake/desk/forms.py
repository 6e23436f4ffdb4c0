"""Forms of the desk: an order of the hotline by keyboard alone, messages of a chat, the settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.cases.forms.fields import KindField, SiteField
from chuangwen.intake.models import IntakeSettings
from chuangwen.kernel.access import Actor
from chuangwen.places.forms import DivisionField
from chuangwen.web.forms import Form, ModelForm

MOST_ARCHIVE = 200 * 2**20


class DeskForm(Form):
    """One order of a hotline. The order of the fields is the order in which a caller tells it."""

    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    description = forms.CharField(
        label=pgettext_lazy("case", "What is wrong"), max_length=500,
        widget=forms.Textarea({"rows": 3, "maxlength": 500, "autofocus": True}),
    )  # fmt: skip
    address = forms.CharField(label=_("Where exactly"), max_length=200, required=False)
    reference = forms.CharField(
        label=_("Order number"), max_length=60, required=False, help_text=_("Of the hotline. The same number twice is one case.")
    )
    contact = forms.CharField(
        label=_("Caller's telephone"), max_length=100, required=False, help_text=_("Encrypted, deleted on schedule.")
    )
    reported_at = forms.DateTimeField(label=_("Called at"), required=False)
    wanted_by = forms.DateTimeField(label=_("Answer wanted by"), required=False)

    widths = {
        "description": "col-12", "site": "col-md-6", "division": "col-md-6", "address": "col-md-6", "kind": "col-md-6",
        "reference": "col-md-6", "contact": "col-md-6", "reported_at": "col-md-6", "wanted_by": "col-md-6",
    }  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["site"] = SiteField(
            actor, label=_("Site"), required=False, help_text=_("Name or code; empty where it is no site.")
        )
        self.fields["division"] = DivisionField(actor, "intake.enter", label=_("Community"), required=False)
        self.fields["kind"] = KindField(label=_("Kind of problem"), required=False, empty=_("Not sure"))
        self.order_fields(
            ["description", "site", "division", "address", "kind", "reference", "contact", "reported_at", "wanted_by"]
        )

    def facts(self) -> dict[str, Any]:
        names = ("description", "site", "division", "address", "kind", "contact", "reference", "wanted_by", "reported_at", "uid")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name) not in (None, "")}


class PasteForm(Form):
    """Messages of a chat group, pasted or as an export."""

    title = forms.CharField(label=_("Name of the group"), max_length=80, required=False)
    text = forms.CharField(
        label=_("Messages"), required=False, max_length=400_000, strip=False,
        help_text=_("Select the messages in WeChat, Enterprise WeChat or QQ, copy, and paste them here: with names and times."),
        widget=forms.Textarea({"rows": 12}),
    )  # fmt: skip
    archive = forms.FileField(
        label=_("Photos as a ZIP file"), required=False,
        help_text=_("The export of the chat, or simply its photos packed together. A text file in it is read as well."),
        widget=forms.ClearableFileInput({"accept": ".zip,application/zip"}),
    )  # fmt: skip

    def clean_archive(self) -> Any:
        given = self.cleaned_data["archive"]
        if given and given.size > MOST_ARCHIVE:
            raise forms.ValidationError(_("The archive is larger than %(limit)d MB.") % {"limit": MOST_ARCHIVE >> 20})
        return given

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("text") or "").strip() and not cleaned.get("archive") and "archive" not in self.errors:
            self.add_error("text", forms.ValidationError(_("Paste messages, or choose a ZIP file.")))
        return cleaned


class ProposalForm(Form):
    """One proposed case: what a person makes of it."""

    description = forms.CharField(
        label=pgettext_lazy("case", "What is wrong"), max_length=500, widget=forms.Textarea({"rows": 3})
    )
    address = forms.CharField(label=_("Where exactly"), max_length=200, required=False)

    widths = {"description": "col-12", "site": "col-md-6", "division": "col-md-6", "kind": "col-md-6", "address": "col-md-6"}

    def __init__(
        self, *args: Any, actor: Actor, kinds: Any = None, photos: int = 0, division: DivisionField | None = None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.fields["site"] = SiteField(actor, label=_("Site"), required=False)
        self.fields["division"] = DivisionField(actor, "intake.enter", label=_("Community"), required=False)
        self.fields["kind"] = KindField(kinds, label=_("Kind of problem"), required=False, empty=_("Not sure"))
        self.fields["without"] = forms.MultipleChoiceField(required=False, choices=[(str(n), str(n)) for n in range(photos)])
        self.order_fields(["description", "site", "division", "kind", "address", "without"])

    def facts(self) -> dict[str, Any]:
        names = ("description", "site", "division", "kind", "address")
        facts = {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name) not in (None, "")}
        return facts | {"without": [int(n) for n in self.cleaned_data["without"]]}


class ContactForm(Form):
    reason = forms.CharField(
        label=_("What is it needed for?"), max_length=200, help_text=_("It stands in the audit trail, with your name."),
    )  # fmt: skip


class SettingsForm(ModelForm):
    class Meta:
        model = IntakeSettings
        fields = [
            "contact_days", "contact_longest", "reports_per_hour", "reports_per_day", "near_metres", "telephone", "opening", "jurisdiction",
            "open311_open",
        ]  # fmt: skip
        labels = {
            "contact_days": _("Delete contacts so many days after the end"), "contact_longest": _("And at the latest after so many days"),
            "reports_per_hour": _("Reports an hour from one address"), "reports_per_day": _("Reports a day from one address or telephone"),
            "near_metres": _("Near by, in metres"), "telephone": _("Telephone for who would rather call"),
            "opening": _("Words above the residents' page"), "jurisdiction": _("jurisdiction_id of Open311"),
            "open311_open": _("How reports go on may be read by Open311 without a key"),
        }  # fmt: skip
        help_texts = {
            "reports_per_hour": _("A whole housing estate may share one address: not too few."),
            "jurisdiction": _("Empty: the 12-digit code of the highest division."),
            "open311_open": _("Kind, place, times and state, no words and no names."),
        } | dict.fromkeys(
            ("contact_days", "contact_longest", "reports_per_day", "near_metres", "telephone", "opening"), ""
        )

    widths = dict.fromkeys(
        ("contact_days", "contact_longest", "reports_per_hour", "reports_per_day", "near_metres", "telephone", "jurisdiction"), "col-md-6"
    )
