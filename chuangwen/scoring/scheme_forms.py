"""The structured form of a scheme: its common parameters as fields. What it does not show stays as the document has it."""

from collections.abc import Iterable
from copy import deepcopy
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.scoring import scheme_words, words
from chuangwen.scoring.engine.scheme import RANKED_LEVELS
from chuangwen.scoring.scheme_checks import Mistake, mistakes_in
from chuangwen.scoring.scheme_words import METHODS, PLACE_LEVELS, TREE_LEVELS, plain
from chuangwen.web.forms import Form

SPARE_RULES = 3
Path = tuple[Any, ...]


def _shown(value: Any) -> str:
    return "" if value is None else plain(value)


class LinesField(forms.CharField):
    """One thing a line; cleans to a list."""

    widget = forms.Textarea

    def __init__(self, rows: int = 4, **kwargs: Any):
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return [line.strip() for line in text.splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")


class PointsField(forms.DecimalField):
    """An amount with at most four places."""

    def __init__(self, **kwargs: Any):
        super().__init__(decimal_places=4, max_digits=12, widget=forms.NumberInput(attrs={"step": "any"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return _shown(value) if isinstance(value, str | Decimal | int) and value != "" else value


class SchemeForm(Form):
    """``body`` is the document that is changed; ``document()`` gives it with what was typed. ``places`` leads from a path of the document to
    the field that holds it, so that what is wrong stands beside it."""

    layout: list[tuple[Any, list[str]]]

    def __init__(self, data: Any = None, *, body: dict[str, Any], new: bool = False, **kwargs: Any):
        self.body, self.new, self.kind = body, new, body["kind"]
        self.places: dict[Path, str] = {}
        self.rule_rows: list[list[str]] = []
        super().__init__(data, **kwargs)
        self.widths = {}
        self.layout = []
        self._begin()
        {"state_description": self._grades, "loss_per_observation": self._losses, "deduction": self._deduction}.get(
            self.kind, lambda: None
        )()
        if self.kind != "deduction":
            self._levels()
            self._sections()
        self._end()

    def _add(self, name: str, field: forms.Field, value: Any, path: Path, width: str = "col-md-4") -> str:
        field.initial = value
        self.fields[name] = field
        self.widths[name] = width
        self.places[path] = name
        return name

    def _begin(self) -> None:
        names = []
        if self.new:
            names.append(
                self._add("name", forms.CharField(label=_("Name"), max_length=100), self.body.get("name"), ("name",), "col-12")
            )
        note = forms.CharField(
            label=_("In a few words"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
        )
        names.append(self._add("note", note, self.body.get("note", ""), ("note",), "col-12"))
        self.layout.append(("", names))

    def _grades(self) -> None:
        part = self.body["state_description"]
        names = []
        steps = {step["grade"]: step["defects"] for step in part["defect_steps"]}
        for grade in "ABCD":
            share = PointsField(label=_("Share for %(grade)s") % {"grade": grade}, min_value=0, max_value=1)
            names.append(
                self._add(
                    f"share_{grade}",
                    share,
                    _shown(part["grade_shares"][grade]),
                    ("state_description", "grade_shares", grade),
                    "col-6 col-md-3",
                )
            )
        for grade in "ABCD":
            least = forms.IntegerField(label=_("%(grade)s from defects") % {"grade": grade}, min_value=0, required=False)
            names.append(
                self._add(
                    f"defects_{grade}", least, steps.get(grade), ("state_description", "defect_steps", grade), "col-6 col-md-3"
                )
            )
        exact = LinesField(
            label=_("Pass or fail"), required=False, help_text=_("Criteria where only an A gets marks; one a line.")
        )
        names.append(
            self._add("pass_or_fail", exact, list(part["pass_or_fail"]), ("state_description", "pass_or_fail"), "col-12")
        )
        self.layout.append((_("Grades"), names))

    def _losses(self) -> None:
        part = self.body["loss_per_observation"]
        steps = forms.CharField(
            label=_("Losses that may be given"), required=False, help_text=_("With spaces between; empty: any from 0 to 1.")
        )
        empty = forms.ChoiceField(label=_("An empty cell means"), choices=list(scheme_words.EMPTY_LOSS.items()))
        self.layout.append(
            (
                _("Points lost"),
                [
                    self._add(
                        "steps",
                        steps,
                        " ".join(plain(step) for step in part["steps"]),
                        ("loss_per_observation", "steps"),
                        "col-md-6",
                    ),
                    self._add("empty_loss", empty, part["empty_loss"], ("loss_per_observation", "empty_loss"), "col-md-6"),
                ],
            )
        )

    def _deduction(self) -> None:
        part = self.body["deduction"]
        names = []
        bounds = {
            "base": _("Everybody begins with"),
            "floor": _("Not less than"),
            "ceiling": _("Not more than"),
            "default_points": _("Points off where no rule fits"),
            "cap_per_issue": _("Most for one case"),
            "cap_total": _("Most for all cases"),
            "bonus_cap": _("Most for all bonuses"),
        }
        for key, label in bounds.items():
            amount = PointsField(label=label, required=key in ("base", "floor"), min_value=0)
            names.append(self._add(key, amount, _shown(part.get(key)), ("deduction", key)))
        evidence = forms.BooleanField(label=_("Bonuses only with evidence"), required=False)
        names.append(
            self._add("evidence_required", evidence, part["evidence_required"], ("deduction", "evidence_required"), "col-12")
        )
        late, again = part.get("late") or {}, part.get("repetition") or {}
        mode = forms.ChoiceField(
            label=_("Not rectified in time"), choices=[("", _("no matter")), *scheme_words.LATE.items()], required=False
        )
        names.append(self._add("late_mode", mode, late.get("mode", ""), ("deduction", "late", "mode")))
        names.append(
            self._add(
                "late_points",
                PointsField(label=_("Points for lateness"), required=False),
                _shown(late.get("points")),
                ("deduction", "late", "points"),
                "col-md-8",
            )
        )
        how = forms.ChoiceField(
            label=_("The same again"), choices=[("", _("no matter")), *scheme_words.REPETITION.items()], required=False
        )
        names.append(self._add("again_mode", how, again.get("mode", ""), ("deduction", "repetition", "mode")))
        names.append(
            self._add(
                "again_points",
                PointsField(label=_("Points for repetition"), required=False),
                _shown(again.get("points")),
                ("deduction", "repetition", "points"),
            )
        )
        names.append(
            self._add(
                "again_most",
                forms.IntegerField(label=_("Counted at most"), min_value=1, max_value=10, required=False),
                again.get("most", 5),
                ("deduction", "repetition", "most"),
            )
        )
        self.layout.append((_("Points off"), names))
        rules = [*part["rules"], *[{}] * SPARE_RULES]
        for number, rule in enumerate(rules):
            row = []
            for key, label in (("severity", _("Severity")), ("source", _("Source")), ("points", _("Points"))):
                made: forms.Field = (
                    PointsField(label=label, required=False)
                    if key == "points"
                    else forms.CharField(label=label, required=False, max_length=60)
                )
                name = f"rule_{number}_{key}"
                self._add(
                    name,
                    made,
                    _shown(rule.get(key)) if key == "points" else rule.get(key) or "",
                    ("deduction", "rules", number, key),
                )
                row.append(name)
            self.rule_rows.append(row)

    def _levels(self) -> None:
        levels = self.body["levels"]
        names = []
        for level in (*TREE_LEVELS, *PLACE_LEVELS):
            methods = {
                "index": ("ratio_of_sums", "sum_of_parts", "mean_of_means", "weighted_sections"),
                **dict.fromkeys(PLACE_LEVELS, ("ratio_of_sums", "mean_of_means", "as_index")),
            }.get(level, ("ratio_of_sums", "sum_of_parts", "mean_of_means"))
            choice = forms.ChoiceField(label=words.level(level), choices=[(method, METHODS[method]) for method in methods])
            names.append(self._add(f"method_{level}", choice, levels[level]["method"], ("levels", level, "method"), "col-md-6"))
        marks = PointsField(
            label=_("Full marks of a sub-indicator"), required=False, help_text=_("Empty: those of its observations.")
        )
        names.append(
            self._add(
                "marks_sub_indicator",
                marks,
                _shown(levels["sub_indicator"]["marks"]),
                ("levels", "sub_indicator", "marks"),
                "col-md-6",
            )
        )
        impute = forms.BooleanField(
            label=_("A site type that an area lacks counts with the rate of the whole city"),
            required=False,
            help_text=_("Only with the mean over site types."),
        )
        names.append(self._add("impute", impute, levels["area"]["impute"] == "city_mean", ("levels", "area", "impute"), "col-12"))
        self.layout.append((_("How each level is made"), names))

    def _sections(self) -> None:
        weights = [f"{name} {plain(weight)}" for name, weight in self.body["section_weights"].items()]
        field = LinesField(
            label=_("Weights of the sections"),
            required=False,
            rows=3,
            help_text=_("A section and its weight a line: 实地考察 40. Needs the index by weights."),
        )
        self.layout.append((_("Sections"), [self._add("section_weights", field, weights, ("section_weights",), "col-12")]))

    def _end(self) -> None:
        ranking, rounding = self.body["ranking"], self.body["rounding"]
        names = [
            self._add(
                "ranked",
                forms.MultipleChoiceField(
                    label=_("Ranked"),
                    choices=[(level, words.level(level)) for level in RANKED_LEVELS],
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                ),
                list(ranking["levels"]),
                ("ranking", "levels"),
                "col-12",
            ),
            self._add(
                "ties_by",
                forms.ChoiceField(label=_("Ties"), choices=list(scheme_words.TIES.items())),
                ranking["ties_by"],
                ("ranking", "ties_by"),
                "col-md-3",
            ),
        ]
        if self.kind != "deduction":
            smallest = forms.IntegerField(label=_("Smallest sample for a rank"), min_value=0)
            names.append(
                self._add("smallest_sample", smallest, ranking["smallest_sample"], ("ranking", "smallest_sample"), "col-md-3")
            )
        for key, label in (("points", _("Decimals of points")), ("rate", _("Decimals of rates"))):
            places = forms.IntegerField(label=label, min_value=0, max_value=6)
            names.append(self._add(f"round_{key}", places, rounding[key], ("rounding", key), "col-md-3"))
        negative = LinesField(
            label=_("Negative list"), required=False, help_text=_("A code and an event a line: N1 发生重大安全生产事故")
        )
        items = [f"{item['code']} {item['name']}" for item in self.body["negative_list"]]
        names.append(self._add("negative_list", negative, items, ("negative_list",), "col-12"))
        self.layout.append((_("Ranking"), names))

    def rules(self) -> list[list[forms.BoundField]]:
        return [[self[name] for name in row] for row in self.rule_rows]

    def groups(self) -> Iterable[tuple[Any, list[forms.BoundField]]]:
        """As the layout says; the rules stand in a table of their own."""
        in_table = {name for row in self.rule_rows for name in row}
        for heading, names in self.layout:
            yield heading, [self[name] for name in names if name not in in_table]

    # -- from the form to the document --------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        for name in ("section_weights", "negative_list"):
            for line in cleaned.get(name) or []:
                if len(line.split(None if name == "negative_list" else None)) < 2:
                    self.add_error(name, _("“%(line)s” needs two parts with a space between.") % {"line": line[:40]})
        if "steps" in cleaned:
            try:
                [Decimal(step) for step in cleaned["steps"].replace("、", " ").replace(",", " ").split()]
            except ArithmeticError:
                self.add_error("steps", _("Numbers with spaces between, such as 0.1 0.2 0.3 1."))
        if not self.errors:
            self.result = self.document()
            for mistake in mistakes_in(self.result):
                self.add_error(self.field_of(mistake), mistake.sentence)
        return cleaned

    def field_of(self, mistake: Mistake) -> str | None:
        """The field at, or nearest above, the place of a mistake; None for one that concerns the whole."""
        path = mistake.path
        if path[:2] == ("deduction", "rules") and len(path) > 2 and isinstance(path[2], int):
            kept = [number for number, row in enumerate(self.rule_rows) if self.cleaned_data.get(row[2]) is not None]
            if path[2] < len(kept):
                path = ("deduction", "rules", kept[path[2]], *(path[3:] or ("points",)))
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return None

    def document(self) -> dict[str, Any]:
        """The document with what was typed."""
        data, body = self.cleaned_data, deepcopy(self.body)
        body["note"] = data["note"]
        if self.new:
            body["name"] = data["name"]
        if self.kind == "state_description":
            part = body["state_description"]
            part["grade_shares"] = {grade: str(data[f"share_{grade}"]) for grade in "ABCD"}
            part["defect_steps"] = [
                {"defects": data[f"defects_{grade}"], "grade": grade} for grade in "ABCD" if data[f"defects_{grade}"] is not None
            ]
            part["pass_or_fail"] = data["pass_or_fail"]
        elif self.kind == "loss_per_observation":
            part = body["loss_per_observation"]
            part["steps"] = data["steps"].replace("、", " ").replace(",", " ").split()
            part["empty_loss"] = data["empty_loss"]
        elif self.kind == "deduction":
            self._document_of_deduction(body["deduction"])
        if self.kind != "deduction":
            levels = body["levels"]
            for level in (*TREE_LEVELS, *PLACE_LEVELS):
                levels[level]["method"] = data[f"method_{level}"]
            levels["sub_indicator"]["marks"] = _text(data["marks_sub_indicator"])
            levels["area"]["impute"] = "city_mean" if data["impute"] else "none"
            if data["impute"]:
                levels["area"]["over"] = "site_type"
            body["section_weights"] = dict(line.rsplit(None, 1) for line in data["section_weights"])
            body["ranking"]["smallest_sample"] = data["smallest_sample"]
        body["ranking"]["levels"] = data["ranked"]
        body["ranking"]["ties_by"] = data["ties_by"]
        body["rounding"] = {"points": data["round_points"], "rate": data["round_rate"]}
        body["negative_list"] = [dict(zip(("code", "name"), line.split(None, 1), strict=True)) for line in data["negative_list"]]
        return body

    def _document_of_deduction(self, part: dict[str, Any]) -> None:
        data = self.cleaned_data
        for key in ("base", "floor", "ceiling", "default_points", "cap_per_issue", "cap_total", "bonus_cap"):
            part[key] = _text(data[key])
        part["evidence_required"] = data["evidence_required"]
        part["late"] = {"mode": data["late_mode"], "points": _text(data["late_points"])} if data["late_mode"] else None
        part["repetition"] = (
            {"mode": data["again_mode"], "points": _text(data["again_points"]), "most": data["again_most"] or 5}
            if data["again_mode"]
            else None
        )
        part["rules"] = [
            {"severity": data[severity] or None, "source": data[source] or None, "points": _text(data[points])}
            for severity, source, points in self.rule_rows
            if data[points] is not None
        ]


def _text(value: Any) -> str | None:
    return None if value is None else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


class SchemeTextForm(Form):
    """The whole scheme as JSON."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    text = forms.CharField(
        label=gettext_lazy("All parameters (JSON)"),
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 32, "class": "font-monospace", "spellcheck": "false", "data-json": ""}),
    )

    def __init__(self, data: Any = None, *, new: bool = False, **kwargs: Any):
        super().__init__(data, **kwargs)
        if not new:
            del self.fields["name"]
