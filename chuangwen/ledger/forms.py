"""Forms of the ledger: many facts of one day at once, one fact with its evidence, corrections, metrics, scopes of totals, layouts of sheets."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from chuangwen.cases.forms.fields import PhotoForm, SiteField, UnitField
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.ledger import layouts, queries, rules
from chuangwen.ledger.actions.facts import NewFact
from chuangwen.ledger.actions.metrics import FIELDS
from chuangwen.ledger.layouts import Head
from chuangwen.ledger.models import Fact, Metric
from chuangwen.people.models import Unit
from chuangwen.places.forms import DivisionField
from chuangwen.places.models import Division
from chuangwen.web.forms import DateInput, Form

MOST_PLACES = 400
NUMBER = {"inputmode": "decimal", "step": "any", "min": "0", "autocomplete": "off"}


def number_field(**more: Any) -> forms.DecimalField:
    """A quantity as it is typed; what no quantity can be is said by the action."""
    attrs = NUMBER | more.pop("attrs", {})
    return forms.DecimalField(
        required=more.pop("required", False),
        max_digits=15,
        decimal_places=rules.PLACES,
        min_value=0,
        widget=forms.NumberInput(attrs),
        **more,
    )


def default_unit(actor: Actor, units: Sequence[Unit]) -> Unit | None:
    """The own unit where it is among those for which the actor records, else the first."""
    return next((unit for unit in units if unit.pk in actor.unit_ids), units[0] if units else None)


def decisions_of(fact: Fact) -> list[tuple[str, str]]:
    return [(f"correct:{fact.pk}", _("Correct this one: %(fact)s of “%(unit)s”") % {"fact": fact, "unit": fact.unit})]


def decision_field(found: Sequence[Fact]) -> forms.ChoiceField:
    """What to do with something that may be in the ledger already."""
    choices = [("leave", _("It is the same: leave it as it is"))]
    for fact in found[:4]:
        if getattr(fact, "is_mine", False):
            choices += decisions_of(fact)
    choices.append(("add", _("It is something else: add it as well")))
    return forms.ChoiceField(
        label=_("May stand in the ledger already"), choices=choices, widget=forms.RadioSelect, required=False
    )


class DayForm(Form):
    """Several metrics of one day at once: what is left empty is not entered."""

    uid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    widths = {
        "unit": "col-md-6",
        "day": "col-6 col-md-3",
        "division": "col-6 col-md-3",
        "operation": "col-md-6",
        "source_words": "col-md-6",
    }
    head = ("unit", "day", "division", "operation", "source_words")

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        actor: Actor,
        metrics: Sequence[Metric],
        units: Sequence[Unit],
        initial: Any = None,
    ):
        own = default_unit(actor, units)
        super().__init__(data, files, initial={"uid": uuid.uuid4(), "unit": own, "day": clock.today()} | (initial or {}))
        self.metrics = {metric.pk: metric for metric in metrics}
        self.doubles: dict[int, list[Fact]] = {}
        self.fields["unit"] = UnitField(units, label=_("Unit"))
        self.fields["day"] = forms.DateField(label=_("Day"), widget=DateInput())
        self.fields["division"] = DivisionField(
            actor,
            "places.see",
            label=pgettext_lazy("ledger", "Place"),
            required=False,
            help_text=_("Left empty: the unit's own."),
        )
        self.fields["operation"] = forms.CharField(
            label=_("Special operation"), max_length=60, required=False, widget=forms.TextInput({"list": "offered-operations"})
        )
        self.fields["source_words"] = forms.CharField(
            label=pgettext_lazy("ledger", "Source"),
            max_length=200,
            required=False,
            help_text=_("The record that says so: book and page, list."),
        )
        for metric in metrics:
            label = f"{metric.name}（{metric.measure}）"
            self.fields[f"m{metric.pk}"] = number_field(label=label, attrs={"aria-label": label})
            if metric.is_share:
                whole = _("%(metric)s: of how many") % {"metric": metric.name}
                self.fields[f"b{metric.pk}"] = number_field(
                    label=whole, attrs={"aria-label": whole, "placeholder": _("of how many")}
                )

    def heads(self) -> Iterable[forms.BoundField]:
        return [self[name] for name in self.head]

    def line(self, metric: Metric) -> dict[str, Any]:
        """A metric's fields for the page."""
        asked = self[f"d{metric.pk}"] if f"d{metric.pk}" in self.fields else None
        return {
            "metric": metric, "field": self[f"m{metric.pk}"], "whole": self[f"b{metric.pk}"] if metric.is_share else None, "asked": asked,
            "found": self.doubles.get(metric.pk, []),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(f"m{pk}") is not None for pk in self.metrics):
            raise ValidationError(_("Fill in at least one quantity."), code="empty")
        unit = cleaned.get("unit")
        if unit is None and "unit" not in self.errors:
            self.add_error("unit", _("Choose the unit."))
        elif unit is not None and cleaned.get("division") is None and "division" not in self.errors:
            cleaned["division"] = unit.division
            if unit.division is None:
                self.add_error("division", _("The unit has no area of its own: choose the place."))
        return cleaned

    def entries(self) -> list[NewFact]:
        facts = self.cleaned_data
        base = facts.get("uid") or uuid.uuid4()
        return [
            NewFact(
                metric, facts[f"m{pk}"], facts["day"], facts["unit"], facts["division"], out_of=facts.get(f"b{pk}"),
                operation=facts["operation"], source_words=facts["source_words"], uid=uuid.uuid5(base, f"{metric.code}"),
            )
            for pk, metric in self.metrics.items() if facts.get(f"m{pk}") is not None
        ]  # fmt: skip

    def decided(self, entries: Sequence[NewFact]) -> dict[int, str]:
        """What was decided of entries that may be doubles, by their index."""
        found = {}
        for index, entry in enumerate(entries):
            word = str(self.data.get(f"d{entry.metric.pk}", ""))[:40]
            if word:
                found[index] = word
        return found

    def ask(self, entries: Sequence[NewFact], found: Mapping[int, list[Fact]]) -> None:
        """Ask about those that may be in the ledger already."""
        for index, facts in found.items():
            pk = entries[index].metric.pk
            self.doubles[pk] = facts
            self.fields[f"d{pk}"] = decision_field(facts)


class FactForm(PhotoForm):
    """One fact with everything that can be said of it."""

    photo_fields = {"photos": (gettext_lazy("Evidence"), gettext_lazy("Photos that show it, before and after."))}
    widths = {
        "quantity": "col-6", "out_of": "col-6", "unit": "col-md-6", "division": "col-md-6", "starts_on": "col-6", "ends_on": "col-6",
        "operation": "col-md-6", "site": "col-md-6", "source_words": "col-md-6", "source_url": "col-md-6",
    }  # fmt: skip

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        actor: Actor,
        metric: Metric,
        units: Sequence[Unit],
        found: Sequence[Fact] = (),
        initial: Any = None,
    ):
        own = default_unit(actor, units)
        super().__init__(data, files, actor=actor, initial={"unit": own, "ends_on": clock.today()} | (initial or {}))
        self.metric = metric
        self.fields["quantity"] = number_field(label=_("Quantity (%(measure)s)") % {"measure": metric.measure}, required=True)
        if metric.is_share:
            self.fields["out_of"] = number_field(
                label=_("Of how many (%(measure)s)") % {"measure": metric.measure}, required=True
            )
        self.fields["starts_on"] = forms.DateField(
            label=_("From"), required=False, widget=DateInput(), help_text=_("Only for several days; it counts on the last.")
        )
        self.fields["ends_on"] = forms.DateField(label=_("Day"), widget=DateInput())
        self.fields["unit"] = UnitField(units, label=_("Unit"))
        self.fields["division"] = DivisionField(
            actor,
            "places.see",
            label=pgettext_lazy("ledger", "Place"),
            required=False,
            help_text=_("Left empty: the unit's own."),
        )
        self.fields["site"] = SiteField(actor, label=_("Site"), required=False)
        self.fields["operation"] = forms.CharField(label=_("Special operation"), max_length=60, required=False)
        self.fields["source_words"] = forms.CharField(
            label=pgettext_lazy("ledger", "Source"),
            max_length=200,
            required=False,
            help_text=_("The record that says so: book and page, list."),
        )
        self.fields["source_url"] = forms.URLField(
            label=_("Link to the source"), max_length=300, required=False, assume_scheme="https"
        )
        self.fields["note"] = forms.CharField(label=pgettext_lazy("ledger", "Note"), max_length=300, required=False)
        self.ask(found)
        self.order_fields(
            ["decision", "quantity", "out_of", "unit", "division", "starts_on", "ends_on", "photos", "operation", "site", "source_words",
             "source_url", "note"]
        )  # fmt: skip

    def ask(self, found: Sequence[Fact]) -> None:
        if found:
            self.fields["decision"] = decision_field(found)
            self.order_fields(["decision"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        unit = cleaned.get("unit")
        if unit is None and "unit" not in self.errors:
            self.add_error("unit", _("Choose the unit."))
        elif unit is not None and cleaned.get("division") is None and "division" not in self.errors:
            cleaned["division"] = unit.division
            if unit.division is None:
                self.add_error("division", _("The unit has no area of its own: choose the place."))
        return cleaned

    def entry(self) -> NewFact:
        facts = self.cleaned_data
        names = (
            "quantity",
            "out_of",
            "ends_on",
            "starts_on",
            "unit",
            "division",
            "site",
            "operation",
            "source_words",
            "source_url",
            "note",
        )
        given = {name: facts[name] for name in names if name in facts}
        return NewFact(self.metric, photos=self.photos("photos"), uid=facts.get("uid") or uuid.uuid4(), **given)


class CorrectForm(PhotoForm):
    """What is right, and why."""

    photo_fields = {"photos": (gettext_lazy("Evidence"), gettext_lazy("Photos that show it, before and after."))}
    widths = {"quantity": "col-6", "out_of": "col-6"}

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, fact: Fact):
        super().__init__(data, files, actor=actor, initial={"quantity": fact.quantity, "out_of": fact.out_of, "note": fact.note})
        metric = fact.metric
        self.fields["quantity"] = number_field(label=_("Quantity (%(measure)s)") % {"measure": metric.measure}, required=True)
        if metric.is_share:
            self.fields["out_of"] = number_field(
                label=_("Of how many (%(measure)s)") % {"measure": metric.measure}, required=True
            )
        self.fields["reason"] = forms.CharField(label=_("Why it is corrected"), max_length=200)
        self.fields["note"] = forms.CharField(label=pgettext_lazy("ledger", "Note"), max_length=300, required=False)
        self.order_fields(["quantity", "out_of", "reason", "note", "photos"])


class ReasonForm(Form):
    reason = forms.CharField(label=gettext_lazy("Why it is taken back"), max_length=200, widget=forms.Textarea({"rows": 2}))


class MorePhotosForm(PhotoForm):
    """Evidence that comes later."""

    photo_fields = {"photos": (gettext_lazy("Evidence"), gettext_lazy("Photos that show it, before and after."))}
    wanted = ("photos",)


class MetricForm(Form):
    """A metric of the dictionary."""

    layout = [
        ("", ["name", "group", "measure", "adds", "digits", "explanation"]),
        (gettext_lazy("Threshold"), ["direction", "target", "span"]),
        (gettext_lazy("Who reports it"), ["reporter_kind", "rhythm"]),
        (gettext_lazy("In sheets"), ["aliases", "active"]),
    ]
    widths = {
        "name": "col-md-6", "group": "col-md-6", "measure": "col-6 col-md-3", "adds": "col-12 col-md-6", "digits": "col-6 col-md-3",
        "direction": "col-6 col-md-4", "target": "col-6 col-md-4", "span": "col-md-4", "reporter_kind": "col-6", "rhythm": "col-6",
    }  # fmt: skip

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    group = forms.CharField(label=gettext_lazy("Group of metrics"), max_length=20)
    measure = forms.CharField(label=gettext_lazy("Unit of measure"), max_length=12)
    adds = forms.ChoiceField(label=gettext_lazy("How it adds up"), choices=Metric.Adds.choices)
    digits = forms.IntegerField(label=gettext_lazy("Places after the point"), min_value=0, max_value=rules.PLACES, initial=0)
    explanation = forms.CharField(
        label=gettext_lazy("What counts"), max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("Is to be"), choices=[("", gettext_lazy("no threshold")), *Metric.Direction.choices], required=False
    )
    target = forms.DecimalField(
        label=gettext_lazy("Threshold"), required=False, max_digits=15, decimal_places=4, min_value=0,
        help_text=gettext_lazy("Of shares in percent."),
    )  # fmt: skip
    span = forms.ChoiceField(
        label=gettext_lazy("Holds for"), choices=[("", gettext_lazy("any total")), *Metric.Span.choices], required=False
    )
    reporter_kind = forms.ChoiceField(
        label=gettext_lazy("Reported by"), choices=[("", gettext_lazy("any unit")), *Unit.Kind.choices], required=False
    )
    rhythm = forms.ChoiceField(
        label=pgettext_lazy("ledger", "How often"),
        choices=[("", gettext_lazy("as it comes")), *Metric.Rhythm.choices],
        required=False,
    )
    aliases = forms.CharField(
        label=gettext_lazy("Other titles"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Under which sheets know it, separated by 、."),
    )
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, data: Any = None, files: Any = None, *, row: Metric | None = None):
        initial = {name: getattr(row, name) for name in FIELDS} | {"aliases": "、".join(row.aliases)} if row else {}
        super().__init__(data, files, initial=initial)

    def clean_aliases(self) -> list[str]:
        parts = self.cleaned_data["aliases"].replace("，", "、").replace(",", "、").split("、")
        return list(dict.fromkeys(part.strip()[:40] for part in parts if part.strip()))[:20]

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}


class ScopeForm(Form):
    """Of which days, where, by whom, in which operation. What the address asks for and cannot be is answered by the usual."""

    start = forms.DateField(label=pgettext_lazy("ledger", "From"), required=False)
    end = forms.DateField(label=pgettext_lazy("ledger", "To"), required=False)

    def __init__(self, data: Any, *, actor: Actor, initial: tuple[date, date], by: bool = False):
        self.places = {row.path: row for row in _places(actor, data.get("division", ""))}
        self.units = {row.path: row for row in queries.units_of(actor, "ledger.see", clock.today())}
        self.operations = queries.operations(actor)
        self.usual = initial
        super().__init__(data if data else None, initial={"start": initial[0], "end": initial[1]})
        self.fields["division"] = _choice(
            pgettext("ledger", "Place"), [(path, _indented(row, self.places.values())) for path, row in self.places.items()]
        )
        self.fields["unit"] = _choice(
            _("Unit"), [(path, _indented(row, self.units.values())) for path, row in self.units.items()]
        )
        self.fields["operation"] = _choice(_("Special operation"), [(name, name) for name in self.operations])
        if by:
            words = [("", _("fitting")), ("day", _("by day")), ("week", _("by week")), ("month", _("by month"))]
            self.fields["by"] = forms.ChoiceField(label=_("Bars"), choices=words, required=False)
        self.valid = self.is_bound and self.is_valid()

    def given(self, name: str) -> Any:
        return self.cleaned_data.get(name) if self.is_bound else None

    def scope(self) -> queries.Scope:
        start, end = self.given("start") or self.usual[0], self.given("end") or self.usual[1]
        start, end = sorted(
            (min(max(start, date(2000, 1, 1)), date(2100, 12, 31)), min(max(end, date(2000, 1, 1)), date(2100, 12, 31)))
        )
        return queries.Scope(
            start,
            end,
            self.places.get(self.given("division") or ""),
            self.units.get(self.given("unit") or ""),
            self.given("operation") or None,
        )

    def bars(self, scope: queries.Scope) -> str:
        asked = self.given("by")
        most = {"day": 120, "week": 900, "month": 4000}
        if asked and (scope.end - scope.start).days <= most[asked]:
            return asked
        return rules.fitting(scope.start, scope.end) if (scope.end - scope.start).days <= 4000 else "year"


def this_year() -> tuple[date, date]:
    return clock.today().replace(month=1, day=1), clock.today()


def this_month() -> tuple[date, date]:
    return rules.bucket_of("month", clock.today())


def spans() -> list[tuple[str, date, date]]:
    """Usual periods, for links."""
    today = clock.today()
    week, month = rules.bucket_of("week", today), rules.bucket_of("month", today)
    before = rules.bucket_of("month", month[0] - timedelta(days=1))
    year = rules.bucket_of("year", today)
    return [(_("This week"), *week), (_("This month"), *month), (_("Last month"), *before), (_("This year"), *year)]


def _places(actor: Actor, chosen: str) -> list[Division]:
    """The places that the control offers: all where they are few, else the upper ones and the chosen one."""
    found = access.scoped(actor, "places.see", Division).filter(active=True, level__gte=Division.Level.COUNTY).order_by("path")
    rows = list(found.only("pk", "path", "depth", "name", "short_name", "level")[: MOST_PLACES + 1])
    if len(rows) <= MOST_PLACES:
        return rows
    upper = list(found.filter(level__lte=Division.Level.TOWN)[:MOST_PLACES])
    if chosen and len(chosen) < 250 and chosen not in {row.path for row in upper}:
        upper += list(found.filter(path=chosen)[:1])
    return upper


def _indented(row: Any, rows: Iterable[Any]) -> str:
    least = min((one.depth for one in rows), default=0)
    return "\u3000" * (row.depth - least) + row.name


def _choice(label: Any, options: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", _("all")), *options], required=False)


class SheetForm(Form):
    """A sheet that a unit keeps."""

    file = forms.FileField(
        label=gettext_lazy("File"), max_length=200, widget=forms.FileInput({"accept": ".xlsx,.csv", "class": "cw-drop"})
    )
    day = forms.DateField(
        label=gettext_lazy("Day of rows that name none"), required=False,
        help_text=gettext_lazy("Its year holds for days without one, such as 11月3日."),
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, units: Sequence[Unit]):
        super().__init__(data, files, initial={"unit": default_unit(actor, units)})
        self.fields["unit"] = UnitField(
            units, label=_("Unit that keeps the sheet"), help_text=_("Its facts, where a row names no unit.")
        )
        self.order_fields(["unit", "file", "day"])

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > 50 * 2**20:
            raise ValidationError(
                _("The file is larger than %(size)d MB. Take out pictures, or split the table into several files.") % {"size": 50}
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("unit") is None and "unit" not in self.errors:
            self.add_error("unit", _("Choose the unit."))
        return cleaned


class LayoutForm(Form):
    """What each column of a sheet means."""

    name = forms.CharField(label=gettext_lazy("Name of this sheet"), max_length=60)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        head: Head,
        proposed: Mapping[str, str],
        metrics: Sequence[Metric],
        name: str = "",
    ):
        super().__init__(data, files, initial={"name": name})
        self.head = head
        choices = layout_choices(metrics)
        self.columns: list[tuple[int, str, str]] = []
        for number, (key, title) in enumerate(zip(head.keys, head.titles, strict=True)):
            if key:
                self.columns.append((number, key, title))
                self.fields[f"c{number}"] = forms.ChoiceField(
                    label=title, choices=choices, required=False, initial=proposed.get(key, ""),
                    widget=forms.Select(attrs={"aria-label": _("What “%(title)s” means") % {"title": title}}),
                )  # fmt: skip

        if head.dated:
            by_day = [(f"days:{metric.code}", f"{metric.name}（{metric.measure}）") for metric in metrics if not metric.is_share]
            self.fields["cdays"] = forms.ChoiceField(
                label=head.dated_title, required=False, initial=proposed.get(layouts.DAYS, ""),
                choices=[
                    ("", _("is not read")), ("days", _("quantities by day; a column names the metric")), (_("All count one metric"), by_day),
                ],
            )  # fmt: skip

    def chosen(self) -> dict[str, str]:
        found = {
            key: self.cleaned_data[f"c{number}"] for number, key, _title in self.columns if self.cleaned_data.get(f"c{number}")
        }
        return found | ({layouts.DAYS: self.cleaned_data["cdays"]} if self.cleaned_data.get("cdays") else {})


def layout_choices(metrics: Sequence[Metric]) -> list[Any]:
    """Every meaning that a column can have."""
    words = {
        "day": _("day (or month, or days from – to)"), "first": _("first day"), "last": _("last day"), "town": _("place: town or street"),
        "village": _("place: village or community"), "unit": pgettext_lazy("ledger", "unit"), "operation": _("special operation"),
        "source": pgettext_lazy("ledger", "source"), "note": pgettext_lazy("ledger", "note"), "metric": _("metric (a line per fact)"),
        "quantity": _("quantity (a line per fact)"), "out_of": _("whole of a share (a line per fact)"),
    }  # fmt: skip
    choices: list[Any] = [("", _("is not read")), (_("About the fact"), [(role, words[role]) for role in layouts.SINGLE])]
    for group, members in queries.groups_of(metrics).items():
        options: list[tuple[str, str]] = []
        for metric in members:
            options.append((f"metric:{metric.code}", f"{metric.name}（{metric.measure}）"))
            if metric.is_share:
                options.append((f"whole:{metric.code}", _("%(metric)s: of how many") % {"metric": metric.name}))
        choices.append((group, options))
    return choices
