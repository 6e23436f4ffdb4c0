"""The small form of each verb: what is asked, with what is already known filled in, and what the action is given."""

from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from chuangwen.cases import actions, phrases
from chuangwen.cases.actions.evidence import why_not_acceptable
from chuangwen.cases.actions.timing import MOST_DAYS
from chuangwen.cases.forms.fields import (
    KindField,
    PhotoForm,
    Phrased,
    SiteField,
    UnitField,
    UnitsField,
    units_below,
    units_to_give,
)
from chuangwen.cases.models import Case, CaseParty, CasePhoto, LimitUnit, State, Verb
from chuangwen.cases.queries import perhaps_back, similar_open
from chuangwen.cases.queries.detail import one
from chuangwen.cases.rules import key_in
from chuangwen.cases.telling import SEVERITIES
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.worktime import Limit
from chuangwen.places.forms import DivisionField
from chuangwen.web import formatting


class VerbForm(PhotoForm):
    """The base: knows the case and the version that the person looked at.

    ``takes``: the fields that the action takes as they are; what else it takes is said by ``arguments``. ``note``, where it stands in
    ``takes`` and the form has no field of this name, becomes a text that may stay empty.
    """

    verb: ClassVar[Verb]
    takes: ClassVar[tuple[str, ...]] = ()
    required_words: ClassVar[dict[str, Any]] = {}
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, case: Case, initial: dict[str, Any] | None = None):
        self.case = case
        super().__init__(data, files, actor=actor, initial={"version": case.version} | (initial or {}))
        for name, label in self.required_words.items():
            self.fields[name] = forms.CharField(label=label, max_length=500, widget=Phrased(self.phrases()))
        if "note" in self.takes and "note" not in self.fields:
            self.fields["note"] = forms.CharField(
                label=pgettext("case", "Note"), required=False, max_length=500, widget=Phrased(self.phrases(), {"rows": 2})
            )
        self.prepare()
        self.order_fields([*self.required_words, *self.photo_fields])

    def phrases(self) -> tuple[str, ...]:
        return phrases.REASONS.get(self.verb.value, ())

    def prepare(self) -> None:
        """Add the fields that depend on the case."""

    def arguments(self) -> dict[str, Any]:
        """What the action takes besides the case."""
        return {name: self.cleaned_data[name] for name in self.takes if name in self.cleaned_data}

    def act(self, **more: Any) -> Any:
        """Do it. Raises what the action raises."""
        return getattr(actions, self.verb.value)(self.actor, case_id=self.case.pk, **self.arguments(), **more)


class Version(VerbForm):
    """Verbs that ask nothing, or a note that may stay empty."""

    takes = ("note",)


class SignForForm(Version):
    verb = Verb.SIGN_FOR


class CloseForm(Version):
    verb = Verb.CLOSE


class ResumeForm(Version):
    verb = Verb.RESUME


class ReasonForm(VerbForm):
    """Verbs that need a reason."""

    takes = ("reason",)
    required_words = {"reason": gettext_lazy("Reason")}


class RejectForm(ReasonForm):
    verb = Verb.REJECT


class RefuseForm(ReasonForm):
    verb = Verb.REFUSE


class HandBackForm(ReasonForm):
    verb = Verb.HAND_BACK


class DenyExtensionForm(ReasonForm):
    verb = Verb.DENY_EXTENSION


class SendBackForm(ReasonForm):
    """Why a photo was found not acceptable stands there already."""

    verb = Verb.SEND_BACK
    required_words = {"reason": gettext_lazy("What is still wrong")}
    photo_fields = {"photos": (gettext_lazy("Photos"), "")}

    def prepare(self) -> None:
        self.fields["reason"].initial = why_not_acceptable(self.case)[:500]

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"photos": self.photos("photos")}


class VerifyForm(VerbForm):
    verb = Verb.VERIFY
    takes = ("note",)
    photo_fields = {"photos": (gettext_lazy("Photos of the check"), "")}

    def prepare(self) -> None:
        if self.actor.may("cases.close"):
            self.fields["and_close"] = forms.BooleanField(label=_("Close it in the same step"), required=False, initial=True)

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {
            "photos": self.photos("photos"),
            "and_close": self.cleaned_data.get("and_close", False),
        }


class SubmitForm(VerbForm):
    """Thirty seconds on a phone: the photo, a sentence to tap, send."""

    verb = Verb.SUBMIT
    takes = ("measure",)
    photo_fields = {"after_photos": (gettext_lazy("Photos after"), gettext_lazy("From the same place as the photo before."))}
    wanted = ("after_photos",)

    def prepare(self) -> None:
        self.fields["measure"] = forms.CharField(
            label=pgettext("case", "What was done"), max_length=500, widget=Phrased(measures(self.case), {"rows": 2})
        )

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"after_photos": self.photos("after_photos")}


def measures(case: Case) -> tuple[str, ...]:
    """What is usually done about this family of problems."""
    return phrases.MEASURE.get(case.family.code, phrases.ANY_MEASURE) if case.family else phrases.ANY_MEASURE


class SolveForm(SubmitForm):
    verb = Verb.SOLVE_ON_SPOT
    photo_fields = {
        "before_photos": (gettext_lazy("Photos before"), ""),
        "after_photos": (gettext_lazy("Photos after"), ""),
    }
    wanted = ("before_photos", "after_photos")

    def prepare(self) -> None:
        super().prepare()
        if CasePhoto.objects.filter(case=self.case, stage=CasePhoto.Stage.BEFORE).exists():
            del self.fields["before_photos"], self.fields["before_photos_kept"]

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"before_photos": self.photos("before_photos")}

    def act(self, **more: Any) -> Any:
        return actions.solve_reported(self.actor, case_id=self.case.pk, **self.arguments(), **more)


class CommentForm(VerbForm):
    verb = Verb.COMMENT
    takes = ("note",)
    required_words = {"note": gettext_lazy("Remark")}
    photo_fields = {"photos": (gettext_lazy("Photos"), "")}

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"photos": self.photos("photos")}

    def act(self, **more: Any) -> Any:
        more.pop("expected_version", None)
        return super().act(**more)


class ReboundForm(VerbForm):
    verb = Verb.REBOUND
    photo_fields = {"before_photos": (gettext_lazy("Photos of how it looks now"), "")}

    def prepare(self) -> None:
        self.fields["description"] = forms.CharField(
            label=_("What is wrong again"), max_length=500, initial=self.case.description, widget=Phrased(attrs={"rows": 2})
        )

    def arguments(self) -> dict[str, Any]:
        return {"description": self.cleaned_data["description"], "before_photos": self.photos("before_photos")}


class DisputeForm(VerbForm):
    """What is not solved, in the words of who found it so."""

    verb = Verb.DISPUTE
    required_words = {"words": gettext_lazy("What is not solved")}
    photo_fields = {"photos": (gettext_lazy("Photos of how it looks now"), "")}

    def arguments(self) -> dict[str, Any]:
        return {"words": self.cleaned_data["words"], "photos": self.photos("photos")}

    def act(self, **more: Any) -> Any:
        more.pop("expected_version", None)
        return super().act(**more).case


class AnswerDisputeForm(VerbForm):
    """Goes on, or stays closed with a sentence."""

    verb = Verb.ANSWER_DISPUTE

    def prepare(self) -> None:
        self.fields["uphold"] = forms.TypedChoiceField(
            label=_("Answer"),
            coerce=lambda value: value == "1",
            choices=[("1", _("Right: the problem goes on in a new case")), ("0", _("It stays closed, for this reason"))],
            widget=forms.RadioSelect,
            initial="1",
        )
        self.fields["answer"] = forms.CharField(
            label=_("What we answer"),
            required=False,
            max_length=500,
            widget=Phrased(self.phrases(), {"rows": 2}),
            help_text=_("Who objected reads this. Needed where it stays closed."),
        )
        self.order_fields(["uphold", "answer"])

    def arguments(self) -> dict[str, Any]:
        return {"uphold": self.cleaned_data["uphold"], "answer": self.cleaned_data["answer"]}


class FactsForm(VerbForm):
    """What is known of a case, to be corrected."""

    names: ClassVar[tuple[str, ...]] = ("description", "kind", "severity", "site", "division", "address")
    widths = {"kind": "col-md-8", "severity": "col-md-4", "division": "col-md-6", "address": "col-md-6"}

    def prepare(self) -> None:
        case = self.case
        made: dict[str, Any] = {
            "description": lambda: forms.CharField(
                label=_("Description"), max_length=500, initial=case.description, widget=forms.Textarea(attrs={"rows": 3})
            ),
            "kind": lambda: KindField(label=_("Kind of problem"), required=False, initial=case.kind),
            "severity": lambda: forms.TypedChoiceField(
                label=_("Severity"), coerce=int, choices=SEVERITIES, initial=case.severity
            ),
            "site": lambda: SiteField(self.actor, label=_("Site"), required=False, initial=case.site),
            "division": lambda: DivisionField(
                self.actor, f"cases.{self.verb.value}", label=_("Division"), required=False, initial=case.division
            ),
            "address": lambda: forms.CharField(label=_("Address"), max_length=200, required=False, initial=case.address),
        }
        for name in self.names:
            if name in ("site", "division") and not self.actor.may("places.see"):
                continue
            self.fields[name] = made[name]()

    def changes(self) -> dict[str, Any]:
        """What the person changed: fields that stand as they stood are left out."""
        found = {name: self.cleaned_data[name] for name in self.names if name in self.fields and name in self.cleaned_data}
        if found.get("division") is None:
            found.pop("division", None)
        if "site" in found and found["site"] != self.case.site and found["site"] is not None:
            found.pop("division", None)
        return {name: value for name, value in found.items() if getattr(self.case, name) != value}


class EditForm(FactsForm):
    verb = Verb.EDIT

    def arguments(self) -> dict[str, Any]:
        return {"changes": self.changes()}


class ScreenForm(FactsForm):
    """Accept a report; what it says of kind, severity and site is put right in the same step."""

    verb = Verb.SCREEN
    takes = ("note",)
    names = ("kind", "severity", "site")

    def act(self, **more: Any) -> Any:
        changes = self.changes()
        if changes:
            case = actions.edit(self.actor, case_id=self.case.pk, changes=changes, **more)
            more = more | {"expected_version": case.version}
        return super().act(**more)


class OtherCaseForm(VerbForm):
    """Another case, chosen from those that come into question or named by its number; ``argument`` is what the action calls it."""

    takes = ("note",)
    argument: ClassVar[str]
    like_label: ClassVar[Any]
    number_label: ClassVar[Any]

    def likely(self) -> list[Case]:
        """The cases that come into question."""
        return []

    def told(self, other: Case) -> str:
        return f"{other.number} · {other.description[:40]} · {other.get_state_display()}"

    def prepare(self) -> None:
        found = self.likely()
        if found:
            self.fields["like"] = forms.ChoiceField(
                label=self.like_label,
                required=False,
                widget=forms.RadioSelect,
                choices=[(str(other.pk), self.told(other)) for other in found],
            )
        self.fields["number"] = forms.CharField(
            label=self.number_label,
            required=False,
            max_length=30,
            help_text=_("The whole number, or what follows its dash."),
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        )
        self.order_fields(["like", "number", "note"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        text = (cleaned.get("number") or "").strip()
        key = key_in(text) if text else int(cleaned.get("like") or 0)
        if not key:
            self.add_error("number", _("There is no case with this number.") if text else _("Choose a case, or give its number."))
            return cleaned
        try:
            cleaned["other"] = one(self.actor, key)
        except Refusal:
            self.add_error("number", _("There is no case with this number."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {self.argument: self.cleaned_data["other"].pk}


class MergeForm(OtherCaseForm):
    verb = Verb.MERGE
    argument = "into_id"
    like_label = gettext_lazy("Like this one, and open")
    number_label = gettext_lazy("Number of the case that it is part of")

    def likely(self) -> list[Case]:
        return similar_open(self.actor, self.case)


class LinkReboundForm(OtherCaseForm):
    verb = Verb.LINK_REBOUND
    argument = "old_id"
    like_label = gettext_lazy("Closed, and perhaps back")
    number_label = gettext_lazy("Number of the closed case that is back")

    def likely(self) -> list[Case]:
        return [one.case for one in perhaps_back(self.actor, self.case)]

    def told(self, other: Case) -> str:
        return f"{other.number} · {other.description[:40]} · {formatting.day(other.closed_at) if other.closed_at else ''}"


class DispatchForm(VerbForm):
    """Whom the rules name is chosen already, with the reason; the due moment stands below the limit before it is sent."""

    verb = Verb.DISPATCH
    takes = ("lead", "assists", "note")
    widths = {"amount": "col-6", "unit": "col-6"}

    def prepare(self) -> None:
        self.choice = actions.suggest(self.case)
        units = units_to_give(self.actor, f"cases.{self.verb.value}", self.case.division)
        lead = self.lead_at_first()
        first = [unit for unit in (self.choice.lead,) if unit is not None]
        self.fields["lead"] = UnitField(
            units, first=first, label=_("Lead unit"), initial=lead, help_text=self.choice.reason, empty=_("Choose a unit")
        )
        known = {unit.pk for unit in units}
        self.fields["assists"] = UnitsField(
            units + [unit for unit in self.choice.assists if unit.pk not in known],
            label=pgettext("case", "Assisting units"),
            required=False,
            initial=self.assists_at_first(),
        )
        limit = self.choice.limit
        assert limit is not None
        follow = {
            "hx-get": reverse("cases:due"),
            "hx-trigger": "change, input delay:300ms",
            "hx-target": "#due-shown",
            "hx-include": "closest form",
        }
        self.fields["amount"] = forms.IntegerField(
            label=_("Limit"), min_value=1, max_value=999, initial=limit.amount, widget=forms.NumberInput(attrs=follow)
        )
        self.fields["unit"] = forms.ChoiceField(
            label=_("Counted in"), choices=LimitUnit.choices, initial=limit.unit, widget=forms.Select(attrs=follow)
        )
        self.order_fields(["lead", "assists", "amount", "unit", "note"])

    def lead_at_first(self) -> Any:
        return self.choice.lead

    def assists_at_first(self) -> Any:
        return self.choice.assists

    def limit(self) -> Limit:
        return Limit(self.cleaned_data["amount"], self.cleaned_data["unit"])

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"limit": self.limit()}


class RedispatchForm(DispatchForm):
    """Over a refusal: to another unit, or bindingly to the same. Nothing is chosen beforehand but by the person."""

    verb = Verb.REDISPATCH

    def lead_at_first(self) -> Any:
        refused = (
            self.case.state == State.REFUSED and self.choice.lead is not None and self.choice.lead.pk == self.case.lead_unit_id
        )
        return None if refused else self.choice.lead

    def assists_at_first(self) -> Any:
        parts = CaseParty.objects.filter(case=self.case, part=CaseParty.Part.ASSIST).select_related("unit")
        return [party.unit for party in parts] or self.choice.assists


class PassOnForm(VerbForm):
    verb = Verb.PASS_ON
    takes = ("unit", "note")

    def prepare(self) -> None:
        lead, holder = self.case.lead_unit, self.case.handling_unit or self.case.lead_unit
        assert lead is not None and holder is not None
        paths = [grant.unit_path for grant in self.actor.scopes("cases.pass_on") if grant.unit_path]
        top = lead if not paths or any(lead.path.startswith(path) for path in paths) else holder
        units = units_below(top, [lead.pk, holder.pk])
        empty = _("Choose a unit") if units else _("There is no unit below yours")
        self.fields["unit"] = UnitField(units, label=_("Unit that does it"), empty=empty)
        self.order_fields(["unit", "note"])


class AskExtensionForm(VerbForm):
    verb = Verb.ASK_EXTENSION
    takes = ("days", "reason")
    required_words = {"reason": gettext_lazy("Reason")}

    def prepare(self) -> None:
        self.fields["days"] = forms.IntegerField(
            label=_("Working days more"),
            min_value=1,
            max_value=MOST_DAYS,
            initial=3,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        )
        self.fields["reason"].max_length = 300
        self.order_fields(["days", "reason"])


class GrantExtensionForm(VerbForm):
    verb = Verb.GRANT_EXTENSION
    takes = ("days", "note")

    def prepare(self) -> None:
        self.fields["days"] = forms.IntegerField(
            label=_("Working days granted"),
            min_value=1,
            max_value=MOST_DAYS,
            initial=self.case.extension_asked,
            help_text=_("Asked for: %(days)s. %(reason)s")
            % {"days": self.case.extension_asked, "reason": self.case.extension_reason},
        )
        self.order_fields(["days", "note"])


class DeferForm(VerbForm):
    verb = Verb.DEFER
    takes = ("until", "plan", "reason")
    required_words = {"reason": gettext_lazy("Reason")}

    def prepare(self) -> None:
        self.fields["until"] = forms.DateField(
            label=pgettext("case", "Until"),
            initial=self.case.deferred_until,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
        self.fields["plan"] = forms.CharField(
            label=_("Plan"),
            max_length=300,
            initial=self.case.deferred_plan,
            help_text=_("Which works, which budget, which year: against what it is put off."),
        )
        self.order_fields(["until", "plan", "reason"])


FORMS: dict[Verb, type[VerbForm]] = {
    form.verb: form
    for form in (
        SignForForm, CloseForm, ResumeForm, RejectForm, RefuseForm, HandBackForm, DenyExtensionForm, SendBackForm, VerifyForm, SubmitForm,
        SolveForm, CommentForm, ReboundForm, EditForm, ScreenForm, MergeForm, DispatchForm, RedispatchForm, PassOnForm, AskExtensionForm,
        GrantExtensionForm, DeferForm, DisputeForm, AnswerDisputeForm, LinkReboundForm,
    )
}  # fmt: skip
