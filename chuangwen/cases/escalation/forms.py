"""Forms of the ladder: a proposal, what is said on each step, rules, settings, offices."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.escalation import rules
from chuangwen.cases.escalation.actions.tuning import OFFICE, RULE, SETTINGS
from chuangwen.cases.escalation.telling import rung
from chuangwen.cases.forms.fields import PhotoForm, Phrased, UnitField
from chuangwen.cases.models import (
    Case,
    EscalationRule,
    EscalationSettings,
    Level,
    LimitUnit,
    StepState,
    SupervisingOffice,
    Trigger,
)
from chuangwen.cases.telling import SEVERITIES
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Unit
from chuangwen.places.forms import DivisionField
from chuangwen.standards.models import Family
from chuangwen.web.forms import Form

WHY = ("超期未整改", "整改不到位", "同类问题反复出现", "群众反映强烈", "上级交办")
ASKS = ("立即整改并反馈照片", "主要负责同志过问", "说明原因和措施，明确完成日期", "公开承诺整改内容和完成日期")
MEASURES = ("已安排人员现场整改", "已联系施工单位，材料到位后动工", "已纳入今日工作安排", "明确专人负责，每日反馈进度")
MOST_CLIMB = 4


class StepForm(Form):
    """Which step, why, what is asked, until when an answer."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("Which step"), coerce=int, choices=Level.choices, initial=Level.ORDER, widget=forms.RadioSelect,
        help_text=gettext_lazy("A reminder goes out at once. The others wait until a leader approves them."),
    )  # fmt: skip
    reason = forms.CharField(
        label=pgettext_lazy("escalation", "Why"), max_length=rules.TEXT, widget=Phrased(WHY, {"rows": 2, "maxlength": rules.TEXT})
    )
    asks = forms.CharField(
        label=gettext_lazy("What is asked of the unit"), max_length=rules.TEXT, required=False,
        widget=Phrased(ASKS, {"rows": 2, "maxlength": rules.TEXT}),
    )  # fmt: skip
    answer_amount = forms.IntegerField(label=gettext_lazy("Answer within"), min_value=1, max_value=999, initial=1)
    answer_unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=LimitUnit.choices, initial=LimitUnit.WORKING_DAYS)
    widths = {"answer_amount": "col-6", "answer_unit": "col-6"}


class ProposeForm(StepForm):
    """The same over cases that are ticked, addressed to one of the units above them."""

    def __init__(
        self, data: Any = None, files: Any = None, *, cases: list[Case], ticked: list[int], units: list[Unit], initial: Any = None
    ):
        super().__init__(data, files, initial=(initial or {}) | {"cases": [str(pk) for pk in ticked]})
        choices = [(str(case.pk), f"{case.number} · {case.description[:40]}") for case in cases]
        self.fields["cases"] = forms.MultipleChoiceField(
            label=_("Problems in this step"), choices=choices, widget=forms.CheckboxSelectMultiple
        )
        self.fields["unit"] = UnitField(units, label=_("Addressed to"), required=False, empty=_("the unit that works on it"))
        self.order_fields(["cases", "level", "unit", "reason", "asks", "answer_amount", "answer_unit"])

    def clean_cases(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["cases"]]


class NoteForm(Form):
    note = forms.CharField(label=pgettext_lazy("case", "Note"), required=False, max_length=500, widget=forms.Textarea({"rows": 2}))


class ReasonForm(Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea({"rows": 3}))


class AnswerForm(Form):
    """What is done, what is promised until when."""

    def __init__(self, data: Any = None, files: Any = None, *, listed: bool):
        super().__init__(data, files)
        self.fields["measure"] = forms.CharField(
            label=_("What do you do about it?"), max_length=500, widget=Phrased(MEASURES, {"rows": 3})
        )
        self.fields["promised_on"] = forms.DateField(label=_("Put right by"))
        if listed:
            self.fields["promise"] = forms.CharField(
                label=_("What do you promise?"), max_length=rules.TEXT, widget=forms.Textarea({"rows": 2}),
                help_text=_("Published under the name of the unit until the day is over. Name no person."),
            )  # fmt: skip


class AppealForm(PhotoForm):
    """What is wrong with the step, and what shows it."""

    photo_fields = {"photos": (gettext_lazy("Photos that show it"), "")}

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor):
        super().__init__(data, files, actor=actor)
        self.fields["words"] = forms.CharField(
            label=_("What is wrong with this step?"), max_length=500, widget=forms.Textarea({"rows": 4})
        )
        self.order_fields(["words", "photos"])


class DecideForm(Form):
    """Granted or denied, and why."""

    granted = forms.TypedChoiceField(
        label=pgettext_lazy("escalation", "Decision"), coerce=lambda value: value == "1", widget=forms.RadioSelect,
        choices=[("1", gettext_lazy("Granted: the step is withdrawn")), ("0", gettext_lazy("Denied: the step stands"))],
    )  # fmt: skip
    words = forms.CharField(label=gettext_lazy("Why: the unit reads it"), max_length=500, widget=forms.Textarea({"rows": 3}))


class SettleForm(Form):
    """Fulfilled, or not kept."""

    def __init__(self, data: Any = None, files: Any = None, *, state: str):
        super().__init__(data, files)
        choices = [("1", _("Fulfilled: all its problems are put right"))]
        if state != StepState.BROKEN:
            choices.append(("0", _("Not kept")))
        self.fields["kept"] = forms.TypedChoiceField(
            label=_("What do you find?"), coerce=lambda value: value == "1", choices=choices, widget=forms.RadioSelect
        )
        self.fields["note"] = forms.CharField(
            label=_("What you found"), required=False, max_length=500, widget=forms.Textarea({"rows": 2}),
            help_text=_("Needed where it was not kept."),
        )  # fmt: skip


class RuleForm(Form):
    """When the next step is proposed by itself."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("Which step"), coerce=int, choices=[pair for pair in Level.choices if pair[0] != Level.HAND_OVER]
    )
    trigger = forms.ChoiceField(label=pgettext_lazy("escalation", "When"), choices=Trigger.choices)
    count = forms.IntegerField(
        label=gettext_lazy("How many times"), min_value=0, max_value=5, initial=0, required=False,
        help_text=gettext_lazy("Only where the rule counts something."),
    )  # fmt: skip
    severity = forms.TypedChoiceField(label=gettext_lazy("At least so serious"), coerce=int, choices=SEVERITIES, initial=1)
    answer_amount = forms.IntegerField(label=gettext_lazy("Answer within"), min_value=1, max_value=999, initial=1)
    answer_unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=LimitUnit.choices, initial=LimitUnit.WORKING_DAYS)
    asks = forms.CharField(
        label=gettext_lazy("What is asked of the unit"), max_length=rules.TEXT, required=False, widget=forms.Textarea({"rows": 2})
    )
    active = forms.BooleanField(label=gettext_lazy("In force"), required=False, initial=True)
    widths = {name: "col-md-6" for name in RULE if name not in ("asks", "active")}
    layout = [
        (pgettext_lazy("escalation", "When"), ["trigger", "count", "family", "severity"]),
        (pgettext_lazy("escalation", "What happens"), ["level", "climb", "answer_amount", "answer_unit", "asks", "active"]),
    ]

    def __init__(self, data: Any = None, files: Any = None, *, row: EscalationRule | None = None):
        super().__init__(data, files, initial={name: getattr(row, name) for name in RULE} if row is not None else {})
        self.fields["family"] = forms.ModelChoiceField(
            Family.objects.order_by("order"), label=_("Family"), required=False, empty_label=_("any")
        )
        self.fields["climb"] = forms.TypedChoiceField(
            label=_("Addressed to"), coerce=int, choices=[(n, rung(n)) for n in range(MOST_CLIMB)]
        )

    def clean_count(self) -> int:
        return self.cleaned_data["count"] or 0


class LadderForm(Form):
    """What an office sets once for its ladder."""

    by_rule = forms.BooleanField(
        label=gettext_lazy("Steps are proposed by themselves"), required=False,
        help_text=gettext_lazy("By the rules. A leader approves each; reminders go out at once."),
    )  # fmt: skip
    appeal_amount = forms.IntegerField(label=gettext_lazy("An appeal is decided within"), min_value=1, max_value=999)
    appeal_unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=LimitUnit.choices)
    promise_days = forms.IntegerField(label=gettext_lazy("A promise reaches ahead, in days, at most"), min_value=1, max_value=366)
    public_promises = forms.BooleanField(
        label=gettext_lazy("Promises of listed supervision are public"), required=False,
        help_text=gettext_lazy("On the page of the residents: unit, what is promised, until when, kept or not. Never a person."),
    )  # fmt: skip
    widths = {"appeal_amount": "col-6", "appeal_unit": "col-6"}

    def __init__(self, data: Any = None, files: Any = None, *, settings: EscalationSettings):
        super().__init__(data, files, initial={name: getattr(settings, name) for name in SETTINGS})


class OfficeForm(Form):
    """Whose numbers an area's steps bear."""

    organ = forms.CharField(label=gettext_lazy("Office"), max_length=100)
    code = forms.CharField(
        label=gettext_lazy("Characters before the word"), max_length=20,
        help_text=gettext_lazy("The short name of the place or office, at the beginning of each number."),
    )  # fmt: skip
    order_word = forms.CharField(label=gettext_lazy("Word of supervision orders"), max_length=10, initial="督字")
    listed_word = forms.CharField(label=gettext_lazy("Word of listed supervision"), max_length=10, initial="指令字")
    talk_word = forms.CharField(label=gettext_lazy("Word of talks"), max_length=10, initial="约谈字")
    hand_over_word = forms.CharField(label=gettext_lazy("Word of hand-overs"), max_length=10, initial="移送字")
    widths = {name: "col-md-6" for name in OFFICE if name.endswith("_word")}

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, row: SupervisingOffice | None = None):
        super().__init__(data, files, initial={name: getattr(row, name) for name in OFFICE} if row is not None else {})
        self.fields["division"] = DivisionField(
            actor, "cases.see_steps", label=_("Place"), required=False,
            help_text=_("Steps about problems in it, and below it where no nearer office stands. Empty: everywhere else."),
        )  # fmt: skip
        self.order_fields(["organ", "division", "code"])
