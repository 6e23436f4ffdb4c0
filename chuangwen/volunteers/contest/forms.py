"""Forms of contests: what it is, criteria, jury, a project, its papers, scores, the words of publication."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.cases.forms.fields import PhotoForm, UnitField, units_to_give
from chuangwen.duties.partnership.forms import words_field
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.places.forms import DivisionField
from chuangwen.volunteers.contest.access import ENTER, HOLD
from chuangwen.volunteers.contest.actions.entering import MOST_YUAN
from chuangwen.volunteers.contest.actions.living import USUAL
from chuangwen.volunteers.contest.models import Contest, ContestEntry, ContestResult
from chuangwen.volunteers.corps.models import Team
from chuangwen.web.forms import FilesField, Form

SAID = ("title", "starts_on", "entries_until", "judged_until", "rhythm", "terms", "method", "trim", "least_jurors", "first", "second", "third")


def criteria_in(text: str) -> list[tuple[str, str, int]]:
    """Lines 名称｜说明｜满分. Raises ValidationError for a line that is no such."""
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        parts = [part.strip() for part in line.replace("|", "｜").split("｜")]
        if len(parts) not in (2, 3) or not parts[-1].isascii() or not parts[-1].isdigit() or len(parts[-1]) > 3:
            raise forms.ValidationError(_("A line is: name｜what is meant｜points. This is not: %(line)s") % {"line": line[:40]})
        found.append((parts[0], parts[1] if len(parts) == 3 else "", int(parts[-1])))
    return found


class ContestForm(Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=100)
    rhythm = forms.ChoiceField(label=gettext_lazy("Held how often"), choices=Contest.Rhythm.choices, initial=Contest.Rhythm.BIMONTHLY)
    starts_on = forms.DateField(label=gettext_lazy("Projects from"))
    entries_until = forms.DateField(label=gettext_lazy("Projects until"))
    judged_until = forms.DateField(label=gettext_lazy("Jury until"))
    method = forms.ChoiceField(label=gettext_lazy("How scores are put together"), choices=Contest.Method.choices, initial=Contest.Method.MEAN)
    trim = forms.IntegerField(label=gettext_lazy("Left out at each end"), min_value=1, max_value=5, initial=1)
    least_jurors = forms.IntegerField(label=gettext_lazy("Scores needed for a result"), min_value=1, max_value=50, initial=3)
    first = forms.IntegerField(label=gettext_lazy("First prizes"), min_value=1, max_value=50, initial=1)
    second = forms.IntegerField(label=gettext_lazy("Second prizes"), min_value=0, max_value=100, initial=2)
    third = forms.IntegerField(label=gettext_lazy("Third prizes"), min_value=0, max_value=100, initial=3)
    criteria = words_field(gettext_lazy("What is scored"), 2000, 6, help_text=gettext_lazy("A line each: name｜what is meant｜points."))
    terms = words_field(gettext_lazy("Rules"), 3000, 5, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    widths = {"title": "col-md-8", "rhythm": "col-md-4", "method": "col-md-6"} | dict.fromkeys(
        ("starts_on", "entries_until", "judged_until", "first", "second", "third"), "col-6 col-md-4"
    ) | dict.fromkeys(("trim", "least_jurors"), "col-6 col-md-3")  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, row: Contest | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        lines = USUAL
        if row is None:
            self.fields["division"] = DivisionField(actor, HOLD, label=_("Area"))
            rows = self.fields["division"].finder.rows
            self.fields["unit"] = UnitField(units_to_give(actor, HOLD, rows[-1] if rows else None), label=_("Held by"))
            today = clock.today()
            for name, days in (("starts_on", 0), ("entries_until", 20), ("judged_until", 35)):
                self.fields[name].initial = today + timedelta(days=days)
        else:
            for name in (*SAID, "revision"):
                self.fields[name].initial = getattr(row, name)
            lines = tuple((one.name, one.about, one.most) for one in row.criteria.all())
        self.fields["criteria"].initial = "\n".join(f"{name}｜{about}｜{most}" for name, about, most in lines)
        order = ("title", "rhythm", "division", "unit", *SAID[1:4], *SAID[6:], "criteria", "terms")
        self.layout = [("", [name for name in order if name in self.fields])]

    def clean_criteria(self) -> list[tuple[str, str, int]]:
        return criteria_in(self.cleaned_data["criteria"])

    def said(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in SAID}


class JurorForm(Form):
    username = forms.CharField(
        label=gettext_lazy("Account name"), max_length=150,
        help_text=gettext_lazy("Whoever works in the unit of a team, or belongs to it, cannot score that team's project."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, contest: Contest, **kwargs: Any):
        super().__init__(*args, **kwargs)
        units = units_to_give(actor, HOLD, contest.division)
        self.fields["unit"] = UnitField(units, label=_("On behalf of"), required=False)


class EntryForm(PhotoForm):
    title = forms.CharField(label=gettext_lazy("Title of the project"), max_length=80)
    summary = words_field(gettext_lazy("What it does"), 2000, 6)
    served = forms.CharField(label=gettext_lazy("Whom it serves"), max_length=200, required=False)
    budget = forms.DecimalField(
        label=gettext_lazy("Budget, yuan"), min_value=0, max_value=MOST_YUAN, max_digits=12, decimal_places=2, initial=Decimal(0)
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    photo_fields = {"photos": (gettext_lazy("Photos"), gettext_lazy("Up to nine; they stand in the evidence room."))}

    def __init__(self, *args: Any, row: ContestEntry | None = None, place: Any = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if row is None:
            teams = access.scoped(self.actor, ENTER, Team).filter(state=Team.State.ACTIVE, division__path__startswith=place.path)
            self.fields["team"] = forms.ModelChoiceField(teams.order_by("name", "pk"), label=_("Volunteer team"))
        else:
            for name in ("title", "summary", "served", "budget", "revision"):
                self.fields[name].initial = getattr(row, name)
            for name in ("photos", "photos_kept"):
                self.fields.pop(name, None)
        order = ("team", "title", "summary", "served", "budget", "photos", "photos_kept")
        self.layout = [("", [name for name in order if name in self.fields])]


class PapersForm(PhotoForm):
    documents = FilesField(label=gettext_lazy("Documents"), required=False, help_text=gettext_lazy("PDF, JPEG or PNG, at most 10 MB each."))
    photo_fields = {"photos": (gettext_lazy("Photos"), gettext_lazy("Up to nine; they stand in the evidence room."))}


class ScoreForm(Form):
    """Points on every criterion, in halves."""

    def __init__(self, *args: Any, criteria: list[Any], given: dict[int, Decimal], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for one in criteria:
            label = _("%(name)s (0 to %(most)d)") % {"name": one.name, "most": one.most}
            field = forms.DecimalField(
                label=label, help_text=one.about, min_value=0, max_value=one.most, max_digits=5, decimal_places=1, step_size=Decimal("0.5"),
                initial=given.get(one.pk),
            )  # fmt: skip
            self.fields[f"criterion_{one.pk}"] = field
        self.keys = [one.pk for one in criteria]

    def points(self) -> dict[int, Decimal]:
        return {key: self.cleaned_data[f"criterion_{key}"] for key in self.keys}


class CountForm(Form):
    incomplete = forms.BooleanField(label=gettext_lazy("Count although scores are missing"), required=False)


class PublishForm(Form):
    """The verdict, and a word on each project with a prize."""

    verdict = words_field(gettext_lazy("Verdict"), 500, 3)

    def __init__(self, *args: Any, rows: list[ContestResult], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.keys = [row.entry_id for row in rows]
        for row in rows:
            label = f"{row.entry.title} · {row.get_prize_display()}"
            self.fields[f"reason_{row.entry_id}"] = words_field(label, 300)

    def reasons(self) -> dict[int, str]:
        return {key: self.cleaned_data[f"reason_{key}"] for key in self.keys}


class ReasonForm(Form):
    reason = words_field(gettext_lazy("Reason"), 200)
