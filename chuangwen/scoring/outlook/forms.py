"""Forms of assessment plans and of hours of work."""

from collections import Counter
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.places.models import Division, Site, SiteType
from chuangwen.scoring.forms import SchemeField
from chuangwen.scoring.models import Scheme
from chuangwen.scoring.outlook.models import AssessmentPlan, RepairEffort
from chuangwen.standards.models import Edition, Family, Kind
from chuangwen.standards.queries import current_edition
from chuangwen.web.forms import Form, offer

MOST_SITES = 999


class PlanForm(Form):
    """How the assessors are expected to come. One number for each site type that has a checklist."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    division = forms.ModelChoiceField(label=gettext_lazy("Area"), queryset=Division.objects.none(), empty_label=None)
    edition = forms.ModelChoiceField(label=gettext_lazy("Edition"), queryset=Edition.objects.none(), empty_label=None)
    scheme = SchemeField(label=gettext_lazy("Scheme"), queryset=Scheme.objects.none(), empty_label=None)
    thresholds = forms.CharField(
        label=gettext_lazy("Marks to reach"), max_length=60,
        help_text=gettext_lazy("Marks of 100, the one that matters most first: 90, 85"),
    )  # fmt: skip
    half_life_days = forms.IntegerField(
        label=gettext_lazy("Half-life of evidence, days"), validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=gettext_lazy("What was seen so long ago counts half."),
    )  # fmt: skip
    standing = forms.DecimalField(
        label=gettext_lazy("Chance that an open problem is still found"), min_value=Decimal(0), max_value=Decimal("0.99"), decimal_places=2,
    )  # fmt: skip
    rebound = forms.DecimalField(
        label=gettext_lazy("Share of closed problems that are back"), min_value=Decimal(0), max_value=Decimal(1), decimal_places=2
    )
    widths = dict.fromkeys(("division", "edition", "scheme", "thresholds"), "col-md-6") | dict.fromkeys(
        ("half_life_days", "standing", "rebound"), "col-md-4"
    )

    def __init__(self, *args: Any, actor: Actor, plan: AssessmentPlan | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        places = access.scoped(actor, "scoring.plan_outlook", Division).filter(level__lte=Division.Level.TOWN).order_by("path")
        offer(self, "division", places)
        offer(self, "edition", Edition.objects.exclude(state=Edition.State.ARCHIVED))
        offer(self, "scheme", access.scoped(actor, "scoring.see_schemes", Scheme).exclude(kind="deduction"))
        self._initial(plan)
        self._types(plan)

    def _initial(self, plan: AssessmentPlan | None) -> None:
        plan_or_usual = plan or AssessmentPlan()
        for name in ("half_life_days", "standing", "rebound"):
            self.fields[name].initial = getattr(plan_or_usual, name)
        self.fields["thresholds"].initial = "、".join(plan_or_usual.thresholds)
        if plan is not None:
            for name in ("name", "division", "edition", "scheme"):
                self.fields[name].initial = getattr(plan, name)
        else:
            self.fields["edition"].initial = current_edition()
            used = self.fields["scheme"].queryset.filter(score_sheets__isnull=False)
            self.fields["scheme"].initial = used.order_by("-score_sheets__computed_at").first()

    def _types(self, plan: AssessmentPlan | None) -> None:
        there = Counter(Site.objects.filter(active=True).order_by().values_list("type_id", flat=True))
        counts = dict(plan.quotas.values_list("site_type_id", "count")) if plan else {}
        self.types = list(SiteType.objects.filter(active=True, checklist__isnull=False).distinct().order_by("order", "name"))
        for type_ in self.types:
            name = f"count_{type_.pk}"
            self.fields[name] = forms.IntegerField(
                label=type_.name, required=False, min_value=0, max_value=MOST_SITES, initial=counts.get(type_.pk, 0 if plan else 1),
                help_text=_("%(count)d sites there") % {"count": there[type_.pk]},
            )  # fmt: skip
            self.widths = self.widths | {name: "col-6 col-md-3 col-xl-2"}
        self.layout = [
            ("", ["name", "division", "edition", "scheme", "thresholds"]),
            (gettext_lazy("What is known, and how long it holds"), ["half_life_days", "standing", "rebound"]),
            (gettext_lazy("How many sites of each type are drawn"), [f"count_{type_.pk}" for type_ in self.types]),
        ]

    def clean_thresholds(self) -> list[str]:
        text = self.cleaned_data["thresholds"]
        for mark in "、，,；;/":
            text = text.replace(mark, " ")
        return text.split()

    def counts(self) -> dict[int, int]:
        """Site type -> how many are drawn."""
        return {type_.pk: self.cleaned_data.get(f"count_{type_.pk}") or 0 for type_ in self.types}


class EffortForm(Form):
    """Hours by family, and by kind where a kind differs; empty: the median of closed cases stands in."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = RepairEffort.objects.all()
        self.known = {("kind", row.kind_id): row.hours for row in rows if row.kind_id}
        self.known |= {("family", row.family_id): row.hours for row in rows if row.family_id}
        self.subjects: dict[str, Family | Kind] = {}
        layout = []
        for family in Family.objects.filter(active=True).prefetch_related("kinds"):
            names = [self._field("family", family, _("All of this family"))]
            names += [self._field("kind", kind, kind.name) for kind in family.kinds.all() if kind.active]
            layout.append((family.name, names))
        self.layout = layout

    def _field(self, what: str, subject: Family | Kind, label: str) -> str:
        name = f"{what}_{subject.pk}"
        self.subjects[name] = subject
        self.fields[name] = forms.DecimalField(
            label=label, required=False, min_value=Decimal("0.1"), max_value=Decimal(10_000), decimal_places=1,
            initial=self.known.get((what, subject.pk)),
        )  # fmt: skip
        self.widths = self.widths | {name: "col-6 col-md-3 col-xl-2"}
        return name

    def changes(self) -> list[tuple[Family | Kind, Decimal | None]]:
        """What differs from what is stored."""
        found = []
        for name, subject in self.subjects.items():
            what = name.partition("_")[0]
            if self.cleaned_data[name] != self.known.get((what, subject.pk)):
                found.append((subject, self.cleaned_data[name]))
        return found


class BudgetForm(Form):
    """How many hours of work, how many visits."""

    hours = forms.DecimalField(
        label=gettext_lazy("Hours of work"), min_value=Decimal("0.5"), max_value=Decimal(100_000), decimal_places=1, initial=Decimal(40)
    )
    visits = forms.IntegerField(label=gettext_lazy("Sites to look at"), min_value=1, max_value=60, initial=10)
