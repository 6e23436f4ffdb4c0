"""The editor of a scheme, part by part: each form changes its part of the document and leaves the rest as it is.

What the schema check finds stands at the head of the form in its own sentences; a part that is saved is a scheme that holds.
"""

from copy import deepcopy
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.models import Source
from chuangwen.people.models import Unit
from chuangwen.scoring.appraisal import words
from chuangwen.scoring.appraisal.models import AppraisalScheme, Consequence, PeriodKind
from chuangwen.scoring.inputs import SEVERITIES
from chuangwen.scoring.scheme_forms import LinesField, PointsField
from chuangwen.web.forms import Form, offer

SPARE = 3
PERCENT = Decimal(100)


class NewSchemeForm(Form):
    """A new scheme begins as a copy."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    base = forms.ModelChoiceField(
        label=gettext_lazy("Begin with a copy of"), queryset=AppraisalScheme.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, schemes: Any, chosen: int | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, "base", schemes)
        self.fields["base"].initial = chosen


class PartForm(Form):
    """Base of the parts. ``document()`` gives the whole scheme with what was typed; ``tables`` are rows of fields, shown as tables."""

    def __init__(self, data: Any = None, *, body: dict[str, Any]):
        self.body = deepcopy(body)
        self.tables: list[tuple[Any, list[Any], list[list[str]]]] = []
        super().__init__(data)
        self.widths = {}
        self.build()

    def build(self) -> None:
        """Add the fields."""
        raise NotImplementedError

    def change(self, given: dict[str, Any]) -> None:
        """Write what was typed into ``body``."""
        raise NotImplementedError

    def document(self) -> dict[str, Any]:
        self.change(self.cleaned_data)
        return self.body

    def add(self, name: str, field: forms.Field, value: Any, width: str = "col-6 col-md-4") -> None:
        field.initial = value
        self.fields[name] = field
        self.widths[name] = width

    def points(self, name: str, label: Any, value: Any, *, hint: Any = "", width: str = "col-6 col-md-4") -> None:
        self.add(name, PointsField(label=label, required=False, help_text=hint), "" if value is None else str(value), width)

    def choose(self, name: str, label: Any, choices: Any, value: Any, width: str = "col-6 col-md-4", hint: Any = "") -> None:
        self.add(name, forms.ChoiceField(label=label, choices=list(choices), help_text=hint), value, width)

    def check(self, name: str, label: Any, value: Any) -> None:
        self.add(name, forms.BooleanField(label=label, required=False), bool(value), "col-md-8")

    def table(self, name: str, heading: Any, columns: list[tuple[str, Any, Any]], values: list[dict[str, Any]]) -> None:
        """Rows of fields: ``columns`` are (key, label, function that makes a field); three empty rows at the end."""
        rows = []
        for number, value in enumerate([*values, *({} for _spare in range(SPARE))]):
            row = []
            for key, label, make in columns:
                field = make()
                field.required, field.label, field.initial = False, label, value.get(key)
                self.fields[f"{name}_{number}_{key}"] = field
                row.append(f"{name}_{number}_{key}")
            rows.append(row)
        self.tables.append((heading, [label for _key, label, _make in columns], rows))

    def read_table(self, name: str, columns: list[str], needed: str) -> list[dict[str, Any]]:
        """The rows whose ``needed`` column was filled in."""
        found, number = [], 0
        while f"{name}_{number}_{needed}" in self.cleaned_data:
            row = {key: _told(self.cleaned_data[f"{name}_{number}_{key}"]) for key in columns}
            if row[needed] not in (None, ""):
                found.append({key: value if value != "" else None for key, value in row.items()})
            number += 1
        return found

    def in_tables(self) -> set[str]:
        return {name for _heading, _labels, rows in self.tables for row in rows for name in row}

    def groups(self) -> Any:
        """What stands in tables is not shown a second time among the fields."""
        hidden = self.in_tables()
        for heading, fields in super().groups():
            yield heading, [field for field in fields if field.name not in hidden]

    def shown_tables(self) -> list[tuple[Any, list[Any], list[list[forms.BoundField]]]]:
        return [(heading, labels, [[self[name] for name in row] for row in rows]) for heading, labels, rows in self.tables]


def _told(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def severity_field() -> forms.Field:
    return forms.ChoiceField(choices=[("", _("any")), *((name, name) for name in SEVERITIES.values())])


def source_field() -> forms.Field:
    return forms.ChoiceField(choices=[("", _("any")), *sources()])


def text_field() -> forms.Field:
    return forms.CharField(max_length=60)


def sources() -> list[tuple[str, str]]:
    """The sources of cases: by their Chinese name, which is what a scheme holds, shown in the language of the page."""
    with translation.override("zh-hans"):
        chinese = {source.value: str(source.label) for source in Source}
    return [(chinese[source.value], str(source.label)) for source in Source]


def unit_kinds() -> list[tuple[str, str]]:
    """The kinds of units, likewise."""
    with translation.override("zh-hans"):
        chinese = {kind.value: str(kind.label) for kind in Unit.Kind}
    return [(chinese[kind.value], str(kind.label)) for kind in Unit.Kind]


class BasicForm(PartForm):
    """Name and note, the sum of weights, bounds, small samples, ties, confidence, places."""

    def build(self) -> None:
        body = self.body
        self.add(
            "note",
            forms.CharField(label=_("Explanation"), required=False, widget=forms.Textarea(attrs={"rows": 4})),
            body["note"],
            "col-12",
        )
        self.choose("period", pgettext_lazy("appraisal", "Period"), PeriodKind.choices, body["period"])
        self.points("scale", _("Sum of the weights"), body["scale"], hint=_("Weights are brought to this sum."))
        self.points("floor", _("Lowest score"), body["floor"])
        self.points("ceiling", _("Highest score"), body["ceiling"])
        small = body["small"]
        self.add("smallest", forms.IntegerField(label=_("Smallest sample"), min_value=0), small["smallest"])
        self.choose("treat", _("Units with a smaller sample"), words.TREATMENTS.items(), small["treat"], "col-md-4")
        self.add(
            "strength",
            forms.IntegerField(
                label=_("Strength of shrinking"),
                min_value=1,
                required=False,
                help_text=_("How many records the group's rate weighs; empty: estimated."),
            ),
            small["strength"],
        )
        self.choose("idle", _("Units without any counted record"), words.IDLE.items(), small.get("idle", "rank"), "col-md-4")
        self.choose(
            "ties_by", _("Ties"), [("exact", _("equal before rounding")), ("printed", _("equal as printed"))], body["ties_by"]
        )
        self.points("confidence", _("Confidence of intervals (%)"), as_percent(body["confidence"]))

    def change(self, given: dict[str, Any]) -> None:
        self.body |= {name: given[name] for name in ("note", "period", "ties_by")}
        self.body |= {name: text_or_none(given[name]) for name in ("ceiling",)}
        self.body |= {
            "scale": text_or(given["scale"], "100"),
            "floor": text_or(given["floor"], "0"),
            "confidence": as_share(given["confidence"], "0.9"),
        }
        self.body["small"] = {"smallest": given["smallest"], "treat": given["treat"], "strength": given["strength"]}
        self.body["small"]["idle"] = given["idle"]


class GroupsForm(PartForm):
    """Peer groups by kinds or by name."""

    def build(self) -> None:
        def kinds() -> forms.Field:
            return forms.MultipleChoiceField(choices=unit_kinds(), widget=forms.SelectMultiple(attrs={"size": 4}))

        self.table(
            "group",
            _("Peer groups"),
            [
                ("name", _("Name"), text_field),
                ("kinds", _("Every unit of these kinds"), kinds),
                ("units", _("Units by name, one a line"), lambda: LinesField(3)),
            ],
            self.body["groups"],
        )

    def change(self, given: dict[str, Any]) -> None:
        rows = self.read_table("group", ["name", "kinds", "units"], "name")
        self.body["groups"] = [{"name": row["name"], "kinds": row["kinds"] or [], "units": row["units"] or []} for row in rows]


class ListsForm(PartForm):
    """Red and black list."""

    def build(self) -> None:
        lists = self.body["lists"]
        red, black = lists["red"] or {}, lists["black"] or {}
        self.add("red_top", forms.IntegerField(label=_("Red list: the first"), min_value=1, required=False), red.get("top"))
        self.points("red_at_least", _("Red list: score of at least"), red.get("at_least"))
        self.add(
            "black_last", forms.IntegerField(label=_("Black list: the last"), min_value=1, required=False), black.get("last")
        )
        self.points("black_below", _("Black list: score below"), black.get("below"))
        self.points("black_always_below", _("Black list whatever the place: score below"), black.get("always_below"))
        self.choose("over", _("Counted"), [("group", _("inside every peer group")), ("all", _("over all units"))], lists["over"])
        self.add(
            "smallest_group",
            forms.IntegerField(label=_("No list where fewer are ranked than"), min_value=0),
            lists["smallest_group"],
        )
        self.choose(
            "ties", _("Who shares the last place of a list"), [("in", _("is on it")), ("out", _("is not on it"))], lists["ties"]
        )
        self.check(
            "spare_indistinct",
            _("Nobody goes on the black list whose rank could as well lie in the better half"),
            lists["spare_indistinct"],
        )

    def change(self, given: dict[str, Any]) -> None:
        red = {"top": given["red_top"], "at_least": text_or_none(given["red_at_least"])}
        black = {
            "last": given["black_last"],
            "below": text_or_none(given["black_below"]),
            "always_below": text_or_none(given["black_always_below"]),
        }
        self.body["lists"] = {
            "red": red if any(value is not None for value in red.values()) else None,
            "black": black if any(value is not None for value in black.values()) else None,
            "over": given["over"],
            "smallest_group": given["smallest_group"],
            "ties": given["ties"],
            "spare_indistinct": given["spare_indistinct"],
        }


class StepsForm(PartForm):
    """What follows by repetition; the last step that fits is the one that is proposed."""

    def build(self) -> None:
        def number() -> forms.Field:
            return forms.IntegerField(min_value=1, max_value=60)

        self.table(
            "step",
            _("What follows by repetition"),
            [
                (
                    "list",
                    _("Red or black"),
                    lambda: forms.ChoiceField(choices=[("black", words.STEP_LISTS["black"]), ("red", words.STEP_LISTS["red"])]),
                ),
                ("times", _("Times"), number),
                ("within", _("Within periods"), number),
                ("running", _("Without a gap"), forms.BooleanField),
                ("missing", _("A period not signed"), lambda: forms.ChoiceField(choices=list(words.MISSING.items()))),
                ("step", _("Then"), lambda: forms.ChoiceField(choices=Consequence.Kind.choices)),
                ("words", _("Explanation"), text_field),
            ],
            self.body["consequences"],
        )

    def change(self, given: dict[str, Any]) -> None:
        rows = self.read_table("step", ["list", "times", "within", "running", "missing", "step", "words"], "times")
        self.body["consequences"] = [
            row | {"words": row["words"] or "", "within": row["within"] or row["times"], "missing": row["missing"] or "breaks"}
            for row in rows
        ]


class RollupsForm(PartForm):
    """Longer periods made of the results of shorter ones."""

    def build(self) -> None:
        known = {rollup["period"]: rollup for rollup in self.body["rollups"]}
        for kind, label in PeriodKind.choices[1:]:
            one = known.get(kind)
            self.choose(
                f"{kind}_method",
                label,
                [("", _("none")), ("mean", _("mean of the parts")), ("sum", _("sum of the parts"))],
                one["method"] if one else "",
            )
            self.add(
                f"{kind}_weights",
                forms.CharField(
                    label=_("Weights in their order"),
                    required=False,
                    help_text=_("Empty: all alike; else numbers with spaces between."),
                ),
                " ".join(one["weights"]) if one else "",
            )
            self.choose(
                f"{kind}_missing",
                _("A part that is missing"),
                [("leave_out", _("is left out")), ("zero", _("counts as zero"))],
                one["missing"] if one else "leave_out",
            )

    def change(self, given: dict[str, Any]) -> None:
        self.body["rollups"] = [
            {
                "period": kind,
                "method": given[f"{kind}_method"],
                "missing": given[f"{kind}_missing"],
                "weights": given[f"{kind}_weights"].replace("，", " ").replace(",", " ").split(),
            }
            for kind, _label in PeriodKind.choices[1:]
            if given[f"{kind}_method"]
        ]


class TextForm(Form):
    """The whole document."""

    body = forms.CharField(
        label=gettext_lazy("All parameters (JSON)"),
        widget=forms.Textarea(attrs={"rows": 28, "class": "font-monospace", "spellcheck": "false"}),
    )


def as_percent(value: Any) -> Any:
    return None if value is None else f"{(Decimal(str(value)) * PERCENT).normalize():f}"


def as_share(value: Decimal | None, default: str) -> str:
    return default if value is None else f"{(value / PERCENT).normalize():f}"


def text_or(value: Any, default: str) -> str:
    return default if value is None else str(value)


def text_or_none(value: Any) -> Any:
    return None if value is None else str(value)
