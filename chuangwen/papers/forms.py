"""Forms of papers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.duties.operations import queries as operations
from chuangwen.duties.operations.states import TOLD as OPERATIONS_TOLD
from chuangwen.duties.sponsorship import queries as sponsorship
from chuangwen.duties.sponsorship.states import TOLD as PLANS_TOLD
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.papers import queries
from chuangwen.papers.composing import CASES, KINDS, OPERATION, PERIOD, PLAN, ROUND, UNIT, PaperKind
from chuangwen.papers.gathering.units import cases_of
from chuangwen.papers.making import subject_of
from chuangwen.papers.models import Paper, PaperSchedule, PaperTemplate, TemplateVersion
from chuangwen.papers.periods import Period, read_period
from chuangwen.people import queries as people
from chuangwen.people.models import Person, Unit
from chuangwen.web.forms import DateInput, Form, TimeInput, offer

MOST_UNITS = 600
SPANS = (
    ("last-week", pgettext_lazy("paper", "last week")),
    ("week", pgettext_lazy("paper", "this week")),
    ("last-month", pgettext_lazy("paper", "last month")),
    ("month", pgettext_lazy("paper", "this month")),
    ("last-quarter", pgettext_lazy("paper", "last quarter")),
    ("quarter", pgettext_lazy("paper", "this quarter")),
    ("last-year", pgettext_lazy("paper", "last year")),
    ("year", pgettext_lazy("paper", "this year")),
    ("free", pgettext_lazy("paper", "other days")),
)
ASKED_AT_ONCE = ("honour", "when", "where", "who", "deadline")
"""Texts that are asked for when a paper is drafted, because it says little without them."""


def units_seen(actor: Actor) -> Any:
    return people.units(actor).order_by("path")


class NamedUnits(forms.ModelMultipleChoiceField):
    """Units by their full names."""

    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class NamedUnit(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        count = getattr(obj, "open_count", None)
        return obj.name if count is None else f"{obj.name}（{count}）"


def template_field(actor: Actor, kind: str) -> forms.ModelChoiceField:
    """Which template lays the paper out: the newest version of each that is offered."""
    offered = queries.templates(actor, kind=kind, verb="papers.draft").filter(active=True)
    newest = [version.pk for one in offered.prefetch_related("versions") for version in list(one.versions.all())[:1]]
    return TemplateChoice(
        label=pgettext_lazy("paper", "Layout"),
        queryset=TemplateVersion.objects.filter(pk__in=newest).select_related("template"),
        required=False,
        empty_label=pgettext_lazy("paper", "built-in layout (GB/T 9704)"),
    )


class TemplateChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.template.name


class DraftForm(Form):
    """What a paper of a kind is about."""

    def __init__(
        self, data: Any = None, files: Any = None, *, actor: Actor, kind: PaperKind, initial: dict[str, Any] | None = None
    ):
        super().__init__(data, files, initial={"span": "last-week"} | (initial or {}))
        self.kind = kind
        if ROUND in kind.asks:
            rounds = access.scoped(actor, "papers.draft", Round) if actor.may("papers.draft") else Round.objects.none()
            self.fields["round"] = forms.ModelChoiceField(
                label=_("Round"), queryset=rounds, required=ROUND in kind.needs, empty_label=pgettext_lazy("paper", "none")
            )
        if UNIT in kind.asks:
            self.fields["unit"] = NamedUnit(label=_("Unit"), queryset=units_seen(actor), required=UNIT in kind.needs)
        if PLAN in kind.asks:
            plans = sponsorship.plans(actor).filter(state__in=PLANS_TOLD).order_by("-signed_at", "-pk")
            self.fields["plan"] = forms.ModelChoiceField(label=_("Sponsorship plan"), queryset=plans, required=PLAN in kind.needs)
        if OPERATION in kind.asks:
            rows = operations.operations(actor).filter(state__in=OPERATIONS_TOLD).order_by("-starts_on", "-pk")
            self.fields["operation"] = forms.ModelChoiceField(
                label=_("Special operation"), queryset=rows, required=OPERATION in kind.needs
            )
        if PERIOD in kind.asks and UNIT not in kind.needs:
            self.fields["span"] = forms.ChoiceField(
                label=pgettext_lazy("paper", "Period"), choices=SPANS, required=PERIOD in kind.needs
            )
            for name, label in (("start", pgettext_lazy("paper", "First day")), ("end", pgettext_lazy("paper", "Last day"))):
                self.fields[name] = forms.DateField(label=label, required=False, widget=DateInput())
            self.widths = {"span": "col-md-4", "start": "col-md-4", "end": "col-md-4"}
            self.fields["start"].help_text = pgettext_lazy("paper", "For other days")
        for text in kind.texts:
            if text.key in ASKED_AT_ONCE:
                self.fields[text.key] = forms.CharField(label=text.label, max_length=200, required=False, help_text=text.help)
        self.fields["template"] = template_field(actor, kind.kind)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("span") == "free":
            start, end = found.get("start"), found.get("end")
            if not start or not end:
                self.add_error("start", _("Give the first and the last day."))
            elif start > end:
                self.add_error("end", _("The last day lies before the first."))
        return found

    def subject(self) -> dict[str, Any]:
        """What the action takes."""
        found = self.cleaned_data
        span, round = found.get("span"), found.get("round")
        period = None
        if span and round is None:
            period = Period(found["start"], found["end"]) if span == "free" else read_period(span, clock.today())
        content = {key: found[key].strip() for key in ASKED_AT_ONCE if found.get(key, "").strip()}
        return {
            "round": round,
            "unit": found.get("unit"),
            "plan": found.get("plan"),
            "operation": found.get("operation"),
            "period": period,
            "template": found.get("template"),
            "content": content,
        }


class TextsForm(Form):
    """The words of a draft that a person may change; an empty field takes the paper's own."""

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, kind: PaperKind, paper: Paper):
        content = paper.content
        initial: dict[str, Any] = {"template": paper.template_id}
        super().__init__(data, files, initial=initial)
        self.kind = kind
        for text in kind.texts:
            value = content.get(text.key, text.standard)
            initial[text.key] = "\n".join(value) if isinstance(value, list) else value
            self.fields[text.key] = self._field(text)
        if CASES in kind.takes:
            found = cases_of(subject_of(paper, ())).order_by("due_at", "pk")
            self.fields["cases"] = CaseChoice(
                label=pgettext_lazy("paper", "Cases in the paper"),
                queryset=found,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=pgettext_lazy("paper", "None ticked: all that the kind finds by itself."),
            )
            initial["cases"] = list(paper.cases.values_list("pk", flat=True))
        self.fields["template"] = template_field(actor, paper.kind)

    @staticmethod
    def _field(text: Any) -> forms.CharField:
        if text.shape == "line":
            return forms.CharField(label=text.label, max_length=200, required=False, help_text=text.help)
        rows, most = {"text": (3, 1000), "lines": (6, 8000), "articles": (16, 30000)}[text.shape]
        area = forms.Textarea(attrs={"rows": rows})
        return forms.CharField(label=text.label, max_length=most, required=False, widget=area, help_text=text.help)

    def content(self) -> dict[str, Any]:
        """The texts that differ from the paper's own words."""
        found: dict[str, Any] = {}
        for text in self.kind.texts:
            value = self.cleaned_data[text.key].replace("\r\n", "\n").strip()
            if not value or value == text.standard.strip():
                continue
            found[text.key] = [line.strip() for line in value.splitlines() if line.strip()] if text.shape == "lines" else value
        return found

    def cases(self) -> list[int] | None:
        return [case.pk for case in self.cleaned_data["cases"]] if "cases" in self.fields else None


class CaseChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {obj.description}"[:90]


class WordsForm(Form):
    """A few words that have to be said."""

    words = forms.CharField(label=pgettext_lazy("paper", "Words"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class CountersignersForm(Form):
    """Who is asked to countersign."""

    units = NamedUnits(
        label=pgettext_lazy("paper", "Units"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 10}),
    )
    leaders = forms.MultipleChoiceField(
        label=pgettext_lazy("paper", "Leaders"), required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    in_turn = forms.BooleanField(
        label=pgettext_lazy("paper", "One after the other"),
        required=False,
        help_text=pgettext_lazy("paper", "Otherwise all are asked at once."),
    )
    days = forms.IntegerField(label=pgettext_lazy("paper", "Working days to answer"), min_value=1, max_value=60, initial=2)

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor):
        super().__init__(data, files)
        units = units_seen(actor)
        offer(self, "units", units)
        self._people = {
            f"{post.unit_id}:{post.person_id}": (post.unit, post.person) for post in queries.countersigning_posts(units)
        }
        offer(self, "leaders", [(key, f"{person} · {unit}") for key, (unit, person) in self._people.items()])

    def people(self) -> list[tuple[Unit, Person]]:
        return [self._people[key] for key in self.cleaned_data["leaders"]]


class AnswerForm(Form):
    """A countersigner's answer."""

    agree = forms.ChoiceField(
        label=pgettext_lazy("paper", "Answer"),
        widget=forms.RadioSelect,
        choices=(("yes", pgettext_lazy("paper", "I agree")), ("no", pgettext_lazy("paper", "I object"))),
    )
    words = forms.CharField(
        label=pgettext_lazy("paper", "Words"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=pgettext_lazy("paper", "Needed for an objection."),
    )


class SendForm(Form):
    """Whom a paper goes to."""

    units = NamedUnits(
        label=pgettext_lazy("paper", "Units"), queryset=Unit.objects.none(), widget=forms.SelectMultiple(attrs={"size": 16})
    )
    days = forms.IntegerField(
        label=pgettext_lazy("paper", "Working days to send the receipt"), min_value=1, max_value=60, initial=1
    )

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, initial: dict[str, Any] | None = None):
        super().__init__(data, files, initial=initial)
        offer(self, "units", units_seen(actor))


class ReceiveForm(Form):
    words = forms.CharField(label=pgettext_lazy("paper", "Remark"), max_length=500, required=False)


class InstructionForm(Form):
    """A leader's words on a paper."""

    leader = forms.CharField(label=pgettext_lazy("paper", "Leader"), max_length=40)
    words = forms.CharField(label=pgettext_lazy("paper", "Instruction"), max_length=480, widget=forms.Textarea(attrs={"rows": 4}))
    given_on = forms.DateField(label=pgettext_lazy("paper", "Given on"), widget=DateInput())
    unit = NamedUnit(
        label=pgettext_lazy("paper", "Unit that is to act"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=pgettext_lazy("paper", "A case is opened and dispatched to the unit; without one the words are only recorded."),
    )
    due_on = forms.DateField(label=pgettext_lazy("paper", "Until"), required=False, widget=DateInput())

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, initial: dict[str, Any] | None = None):
        super().__init__(data, files, initial=initial)
        offer(self, "unit", units_seen(actor))


class OfficeForm(Form):
    """Whose name stands in the red head, and the characters of the numbers."""

    organ = forms.CharField(
        label=_("Issuing organ"), max_length=100, help_text=_("As it signs, for example 河东街道创建全国文明城市指挥部办公室")
    )
    red_head = forms.CharField(label=_("Red head"), max_length=120)
    code = forms.CharField(
        label=_("Characters of the number"), max_length=20, help_text=_("For example 河东创文, which gives 河东创文〔2026〕3号")
    )
    print_organ = forms.CharField(label=_("Printed by"), max_length=100, required=False)
    copies = forms.CharField(label=_("Copies to"), max_length=300, required=False)


class SealForm(Form):
    seal = forms.FileField(
        label=pgettext_lazy("paper", "Picture of the seal"),
        help_text=pgettext_lazy(
            "paper",
            "A square PNG or JPEG of the red seal; white becomes transparent. It is set over the organ and the date at signing.",
        ),
    )


class TemplateForm(Form):
    """A template and its file."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=Paper.Kind.choices)
    name = forms.CharField(label=pgettext_lazy("paper", "Name"), max_length=80)
    file = forms.FileField(label=pgettext_lazy("paper", "Word file (.docx)"))
    note = forms.CharField(label=pgettext_lazy("paper", "What is new"), max_length=200, required=False)


class VersionForm(Form):
    file = forms.FileField(label=pgettext_lazy("paper", "Word file (.docx)"))
    note = forms.CharField(label=pgettext_lazy("paper", "What is new"), max_length=200, required=False)


class ScheduleForm(Form):
    """Which paper is drafted by itself when."""

    name = forms.CharField(label=pgettext_lazy("paper", "Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind of paper"))
    every = forms.ChoiceField(label=pgettext_lazy("paper schedule", "Every"), choices=PaperSchedule.Every.choices)
    day = forms.IntegerField(
        label=pgettext_lazy("paper schedule", "Day"),
        min_value=1,
        max_value=28,
        initial=1,
        help_text=pgettext_lazy(
            "paper schedule", "Of the week: 1 is Monday, 7 Sunday; else the day of the month, quarter or year."
        ),
    )
    at = forms.TimeField(label=pgettext_lazy("paper schedule", "Time"), widget=TimeInput(), initial="08:00")
    on_workday = forms.BooleanField(
        label=pgettext_lazy("paper schedule", "On a day off: the next working day"), required=False, initial=True
    )
    unit = NamedUnit(
        label=pgettext_lazy("paper schedule", "Unit whose draft it is"), queryset=Unit.objects.none(), required=False
    )
    template = forms.ModelChoiceField(
        label=pgettext_lazy("paper", "Layout"),
        queryset=PaperTemplate.objects.none(),
        required=False,
        empty_label=pgettext_lazy("paper", "built-in layout (GB/T 9704)"),
    )
    active = forms.BooleanField(label=pgettext_lazy("paper schedule", "In use"), required=False, initial=True)
    widths = {"every": "col-md-4", "day": "col-md-4", "at": "col-md-4"}

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, row: PaperSchedule | None = None):
        names = ("name", "kind", "every", "day", "at", "on_workday", "unit", "template", "active")
        super().__init__(data, files, initial={name: getattr(row, name) for name in names} if row else None)
        kinds = [(code, kind.kind.label) for code, kind in KINDS.items() if PERIOD in kind.asks and UNIT not in kind.needs]
        offer(self, "kind", kinds)
        offer(self, "unit", units_seen(actor))
        offer(self, "template", queries.templates(actor, verb="papers.edit_schedules").filter(active=True))
