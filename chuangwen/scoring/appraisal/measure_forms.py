"""Forms of measures, one for each kind. What a form does not show of a measure stays as the document has it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from chuangwen.scoring.appraisal import words
from chuangwen.scoring.appraisal.scheme_forms import (
    PartForm,
    as_percent,
    as_share,
    severity_field,
    source_field,
    sources,
    text_field,
    text_or,
    text_or_none,
)
from chuangwen.scoring.inputs import SEVERITIES
from chuangwen.scoring.scheme_forms import LinesField, PointsField
from chuangwen.standards.models import Family

FRESH: dict[str, dict[str, Any]] = {
    "case_rate": {"rate": "closed_in_time", "weight": "20"},
    "observation_rate": {"weight": "20"},
    "case_deduction": {"weight": "20", "rules": [{"points": "0.5"}]},
    "tally": {"weight": "10", "kinds": [], "points_each": "1"},
    "bonus": {"kinds": [], "cap": "5"},
    "penalty": {"kinds": [], "cap": "5"},
    "veto": {"kinds": []},
}
"""What a new measure of each kind begins with."""


class MeasureForm(PartForm):
    """Name and weight, then what the kind needs. ``measure`` is the document of the measure; ``key`` "" for a new one."""

    def __init__(self, data: Any = None, *, body: dict[str, Any], kind: str, key: str = ""):
        self.kind, self.key = kind, key
        self.measure = next((one for one in body["measures"] if one["key"] == key), None) or {
            "kind": kind,
            "name": "",
            **FRESH[kind],
        }
        super().__init__(data, body=body)

    def build(self) -> None:
        self.add("name", forms.CharField(label=_("Name"), max_length=100), self.measure["name"], "col-md-8")
        if "weight" in FRESH[self.kind]:
            self.add("weight", PointsField(label=_("Full points"), min_value=0), self.measure["weight"])
        {
            "case_rate": self._case_rate,
            "observation_rate": self._observation_rate,
            "case_deduction": self._deduction,
            "tally": self._tally,
            "bonus": self._bonus,
            "penalty": self._bonus,
            "veto": self._veto,
        }[self.kind]()

    def change(self, given: dict[str, Any]) -> None:
        made = dict(self.measure) | {"name": given["name"], "key": self.key or self._fresh_key()}
        if "weight" in FRESH[self.kind]:
            made["weight"] = str(given["weight"])
        made |= {
            "case_rate": self._told_rate,
            "observation_rate": self._told_rate,
            "case_deduction": self._told_deduction,
            "tally": self._told_tally,
            "bonus": self._told_bonus,
            "penalty": self._told_bonus,
            "veto": lambda given: {"kinds": given["kinds"], "effect": given["effect"]},
        }[self.kind](given)
        measures = self.body["measures"]
        self.body["measures"] = [made if one["key"] == self.key else one for one in measures] if self.key else [*measures, made]

    def _fresh_key(self) -> str:
        taken = {one["key"] for one in self.body["measures"]}
        return next(key for number in range(1, 1000) if (key := f"{self.kind}_{number}") not in taken)

    def _only(self) -> None:
        only = self.measure.get("only") or {}
        boxes = {"size": 5}
        self.add(
            "severities",
            forms.MultipleChoiceField(
                label=_("Only these severities"),
                required=False,
                choices=[(s, s) for s in SEVERITIES.values()],
                widget=forms.SelectMultiple(attrs=boxes),
            ),
            only.get("severities"),
        )
        self.add(
            "sources",
            forms.MultipleChoiceField(
                label=_("Only these sources"), required=False, choices=sources(), widget=forms.SelectMultiple(attrs=boxes)
            ),
            only.get("sources"),
        )
        families = [(name, name) for name in Family.objects.order_by("pk").values_list("name", flat=True)]
        self.add(
            "families",
            forms.MultipleChoiceField(
                label=_("Only these families of problems"),
                required=False,
                choices=families,
                widget=forms.SelectMultiple(attrs=boxes),
            ),
            only.get("families"),
        )

    def _told_only(self, given: dict[str, Any]) -> dict[str, Any]:
        return (self.measure.get("only") or {}) | {name: given[name] for name in ("severities", "sources", "families")}

    def _scaled(self) -> None:
        one = self.measure
        self.points("full_at", _("All points from (%)"), as_percent(one.get("full_at", 1)))
        self.points("none_at", _("No points up to (%)"), as_percent(one.get("none_at", 0)))

    def _without_work(self, default: str) -> None:
        self.choose(
            "without_work",
            _("A unit without any of it"),
            words.WITHOUT_WORK.items(),
            self.measure.get("without_work", default),
            "col-md-8",
        )

    def _case_rate(self) -> None:
        one = self.measure
        self.choose("rate", _("Rate"), words.CASE_RATES.items(), one["rate"], "col-md-6")
        self.choose(
            "of",
            _("Counts for"),
            [("lead", _("the lead unit")), ("handler", _("the unit that handles it"))],
            one.get("of", "lead"),
        )
        self._scaled()
        self._without_work("leave_out")
        self._only()

    def _observation_rate(self) -> None:
        one = self.measure
        self.choose(
            "worth",
            _("Worth of an observation"),
            [("share", _("by grade, loss or conformity")), ("pass", _("whole or nothing"))],
            one.get("worth", "share"),
        )
        self.choose(
            "of",
            _("Counts for"),
            [("departments", _("the departments that it names")), ("holder", _("the unit that answers for the place"))],
            one.get("of", "departments"),
            "col-md-4",
        )
        self._scaled()
        self._without_work("leave_out")
        self.add(
            "site_types",
            LinesField(3, label=_("Only these site types, one a line"), required=False),
            (one.get("only") or {}).get("site_types"),
            "col-md-8",
        )

    def _told_rate(self, given: dict[str, Any]) -> dict[str, Any]:
        told = {
            "full_at": as_share(given["full_at"], "1"),
            "none_at": as_share(given["none_at"], "0"),
            "without_work": given["without_work"],
            "of": given["of"],
        }
        if self.kind == "case_rate":
            return told | {"rate": given["rate"], "only": self._told_only(given)}
        return told | {"worth": given["worth"], "only": (self.measure.get("only") or {}) | {"site_types": given["site_types"]}}

    def _deduction(self) -> None:
        one = self.measure
        late, again, told = one.get("late") or {}, one.get("repetition") or {}, one.get("bulletins") or {}
        self.choose(
            "basis",
            _("Cases that were"),
            [("reported", _("reported in the period")), ("due", _("due in the period")), ("closed", _("closed in the period"))],
            one.get("basis", "reported"),
        )
        self.choose(
            "of",
            _("Counts for"),
            [("lead", _("the lead unit")), ("handler", _("the unit that handles it"))],
            one.get("of", "lead"),
        )
        self.points("floor", _("Lowest points"), one.get("floor", "0"))
        self.points("default_points", _("Where no rule fits"), one.get("default_points"))
        self.points("cap_per_case", _("Most for a single case"), one.get("cap_per_case"))
        self.choose(
            "late_mode",
            _("Late"),
            [("", _("nothing more")), ("add", _("so much more")), ("replace", _("so much instead"))],
            late.get("mode", ""),
        )
        self.points("late_points", _("Points when late"), late.get("points"))
        self.choose(
            "again_mode",
            _("Found again"),
            [
                ("", _("nothing more")),
                ("double", _("doubled each time")),
                ("add", _("so much more each time")),
                ("fixed", _("so much instead")),
            ],
            again.get("mode", ""),
        )
        self.points("again_points", _("Points when found again"), again.get("points"))
        self.add(
            "again_most",
            forms.IntegerField(label=_("At most so many times"), min_value=1, max_value=10, required=False),
            again.get("most", 3),
        )
        self.add(
            "told_times",
            forms.IntegerField(label=_("In so many bulletins running"), min_value=1, max_value=52, required=False),
            told.get("times"),
        )
        self.points("told_points", _("Points for that"), told.get("points"))
        columns = [
            ("severity", _("Severity"), severity_field),
            ("source", _("Source"), source_field),
            ("points", _("Points"), PointsField),
        ]
        self.table("rule", _("Points off by severity and source"), columns, one["rules"])
        self.table("cap", _("Most that such cases take together"), columns, one.get("caps") or [])
        self._without_work("full_marks")
        self._only()

    def _told_deduction(self, given: dict[str, Any]) -> dict[str, Any]:
        columns = ["severity", "source", "points"]
        again = given["again_mode"]
        return {
            "basis": given["basis"],
            "of": given["of"],
            "floor": text_or(given["floor"], "0"),
            "default_points": text_or_none(given["default_points"]),
            "cap_per_case": text_or_none(given["cap_per_case"]),
            "late": {"mode": given["late_mode"], "points": text_or(given["late_points"], "0")} if given["late_mode"] else None,
            "repetition": {
                "mode": again,
                "points": None if again == "double" else text_or_none(given["again_points"]),
                "most": given["again_most"] or 3,
            }
            if again
            else None,
            "bulletins": {"times": given["told_times"], "points": text_or(given["told_points"], "0")}
            if given["told_times"]
            else None,
            "rules": self.read_table("rule", columns, "points"),
            "caps": self.read_table("cap", columns, "points"),
            "without_work": given["without_work"],
            "only": self._told_only(given),
        }

    def _tally(self) -> None:
        one = self.measure
        self.choose(
            "over",
            _("Adds up"),
            [("facts", _("quantities that were entered")), ("entries", _("entries with evidence, one each"))],
            one.get("over", "facts"),
        )
        self.points(
            "points_each",
            _("Points for each"),
            one.get("points_each"),
            hint=_("Either this or the quantity that gives full marks."),
        )
        self.points("target", _("Quantity that gives full marks"), one.get("target"))
        self.add("kinds", LinesField(3, label=_("Kinds, one a line")), one["kinds"], "col-md-8")
        self._without_work("zero")

    def _told_tally(self, given: dict[str, Any]) -> dict[str, Any]:
        return {
            "over": given["over"],
            "kinds": given["kinds"],
            "points_each": text_or_none(given["points_each"]),
            "target": text_or_none(given["target"]),
            "without_work": given["without_work"],
        }

    def _bonus(self) -> None:
        self.points("cap", _("At most, all together"), self.measure.get("cap"))
        columns = [
            ("kind", _("Kind of entry"), text_field),
            ("most_each", _("Most for a single one"), PointsField),
            ("cap", _("Most for all of this kind"), PointsField),
        ]
        self.table("kind", _("Kinds of entries"), columns, self.measure["kinds"])

    def _told_bonus(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"cap": text_or_none(given["cap"]), "kinds": self.read_table("kind", ["kind", "most_each", "cap"], "kind")}

    def _veto(self) -> None:
        self.choose("effect", _("Effect"), words.EFFECTS.items(), self.measure.get("effect", "last"))
        self.add("kinds", LinesField(3, label=_("Kinds, one a line")), self.measure["kinds"], "col-md-8")
