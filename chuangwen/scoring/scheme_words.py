"""A scheme in readable words: what it counts and how, as short tables. Pure: the document in, tables out."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.scoring import words

METHODS: dict[str, str | Promise] = {
    "ratio_of_sums": gettext_lazy("marks got / marks possible, all observations pooled"),
    "sum_of_parts": gettext_lazy("sum of its parts"),
    "mean_of_means": gettext_lazy("mean of the rates of its parts"),
    "weighted_sections": gettext_lazy("rates of the sections by their weights"),
    "as_index": gettext_lazy("by the arithmetic of the index"),
}
TREE_LEVELS = ("sub_indicator", "indicator", "section", "index")
PLACE_LEVELS = ("area", "department", "site_type", "site")
TIES = {
    "exact": gettext_lazy("by the exact value"),
    "printed": gettext_lazy("by the printed value"),
}
EMPTY_LOSS = {"zero": gettext_lazy("nothing was lost"), "missing": gettext_lazy("nothing was recorded: not counted")}
LATE = {"add": gettext_lazy("so much more"), "replace": gettext_lazy("so much instead")}
REPETITION = {
    "double": gettext_lazy("doubled each time"),
    "add": gettext_lazy("so much more each time"),
    "fixed": gettext_lazy("so much at once"),
}
MISSING_SECTION = {"leave_out": gettext_lazy("is left out"), "zero": gettext_lazy("counts as nothing got")}


@dataclass
class Table:
    """One short table: a title, heads, rows of cells, a sentence below."""

    title: str
    heads: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    note: str = ""


def described(body: dict[str, Any]) -> list[Table]:
    """The whole scheme, most important first."""
    tables = []
    part = body.get(body.get("kind", "")) or {}
    if body.get("kind") == "state_description":
        tables += _state_description(part)
    if body.get("kind") == "loss_per_observation":
        tables += _loss(part)
    if body.get("kind") == "deduction":
        tables += _deduction(part)
    else:
        tables += _levels(body)
    tables += _whole(body)
    return tables


def plain(value: Any) -> str:
    """1.50 is 1.5; nothing is a dash."""
    if value is None or value == "":
        return "—"
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Any) -> str:
    from decimal import Decimal

    return f"{plain(Decimal(str(value)) * 100)}%"


def _state_description(part: dict[str, Any]) -> list[Table]:
    shares = part.get("grade_shares") or {}
    steps = {step["grade"]: step["defects"] for step in part.get("defect_steps") or []}
    others = sorted(steps.values())
    rows = []
    for grade in "ABCD":
        least = steps.get(grade)
        above = next((number for number in others if least is not None and number > least), None)
        if least is None:
            defects = "—"
        elif above is None:
            defects = _("%(least)d or more") % {"least": least}
        else:
            defects = str(least) if above == least + 1 else f"{least}–{above - 1}"
        rows.append([grade, percent(shares.get(grade, 0)), defects])
    aliases = part.get("grade_aliases") or {}
    note = "；".join(_("%(alias)s is read as %(grade)s") % {"alias": alias, "grade": grade} for alias, grade in aliases.items())
    tables = [Table(_("Grades"), [_("Grade"), _("Share of the full marks"), _("Number of defects")], rows, note)]
    if part.get("pass_or_fail"):
        names = [[name] for name in part["pass_or_fail"]]
        tables.append(Table(_("Pass or fail"), [_("Criterion")], names, _("Only an A gets marks, and gets all of them.")))
    return tables


def _loss(part: dict[str, Any]) -> list[Table]:
    steps = "、".join(plain(step) for step in part.get("steps") or []) or _("any from 0 to 1")
    return [
        Table(
            _("Points lost"),
            [],
            [
                [_("Losses that may be given"), steps],
                [_("An empty cell means"), EMPTY_LOSS.get(part.get("empty_loss", "zero"), "")],
            ],
            _("An observation is worth one minus its loss."),
        )
    ]


def _deduction(part: dict[str, Any]) -> list[Table]:
    rules = [
        [rule.get("severity") or _("any"), rule.get("source") or _("any"), plain(rule["points"])]
        for rule in part.get("rules") or []
    ]
    tables = [
        Table(
            _("Points off"),
            [_("Severity"), _("Source"), _("Points")],
            rules,
            _("The rule that names both goes first, then severity, then source. Otherwise: %(points)s.")
            % {"points": plain(part.get("default_points"))},
        )
    ]
    bounds = [
        [_("Everybody begins with"), plain(part.get("base"))],
        [_("Not less than"), plain(part.get("floor"))],
        [_("Not more than"), plain(part.get("ceiling"))],
        [_("Most for one case"), plain(part.get("cap_per_issue"))],
        [_("Most for all cases"), plain(part.get("cap_total"))],
    ]
    late = part.get("late")
    if late:
        bounds.append([_("Not rectified in time"), f"{plain(late['points'])}（{LATE.get(late.get('mode', 'add'))}）"])
    repetition = part.get("repetition")
    if repetition:
        points = f"{plain(repetition.get('points'))} · " if repetition.get("points") is not None else ""
        most = _("at most %(count)d times") % {"count": repetition.get("most", 5)}
        bounds.append([_("The same again"), f"{points}{REPETITION.get(repetition.get('mode', 'double'))}，{most}"])
    tables.append(Table(_("Bounds"), [], bounds))
    if part.get("caps"):
        caps = [[cap.get("severity") or _("any"), cap.get("source") or _("any"), plain(cap["points"])] for cap in part["caps"]]
        tables.append(Table(_("Most for one sort of case"), [_("Severity"), _("Source"), _("Points")], caps))
    if part.get("bonuses"):
        bonuses = [[bonus["kind"], plain(bonus.get("most_each")), plain(bonus.get("cap"))] for bonus in part["bonuses"]]
        evidence = _("Only with evidence.") if part.get("evidence_required", True) else ""
        total = _("All together at most %(points)s.") % {"points": plain(part["bonus_cap"])} if part.get("bonus_cap") else ""
        tables.append(Table(_("Bonuses"), [_("Kind"), _("Most each"), _("Most in all")], bonuses, f"{total}{evidence}"))
    return tables


def _levels(body: dict[str, Any]) -> list[Table]:
    levels = body.get("levels") or {}
    rows = []
    for name in (*TREE_LEVELS, *PLACE_LEVELS):
        level = levels.get(name) or {}
        method = str(METHODS.get(level.get("method", ""), "—"))
        more = []
        if level.get("method") == "mean_of_means" and level.get("over"):
            more.append(_("over %(parts)s") % {"parts": words.level(level["over"])})
        if level.get("impute") == "city_mean":
            more.append(_("a site type that an area lacks counts with the rate of the whole city"))
        if level.get("marks"):
            more.append(_("full marks %(marks)s") % {"marks": plain(level["marks"])})
        rows.append([words.level(name), "，".join([method, *more])])
    tables = [Table(_("How each level is made"), [_("Score level"), _("Arithmetic")], rows)]
    named = []
    for name in ("criterion", *TREE_LEVELS):
        for thing, marks in ((levels.get(name) or {}).get("marks_by_name") or {}).items():
            named.append([words.level(name), thing, plain(marks)])
    if named:
        usual = plain((levels.get("criterion") or {}).get("marks", 1))
        note = _("Every other criterion has %(marks)s.") % {"marks": usual}
        tables.append(Table(_("Full marks by name"), [_("Score level"), _("Name"), _("Full marks")], named, note))
    return tables


def _whole(body: dict[str, Any]) -> list[Table]:
    tables = []
    if body.get("section_weights"):
        rows = [[name, plain(weight)] for name, weight in body["section_weights"].items()]
        note = _("A section without observations %(how)s.") % {
            "how": MISSING_SECTION.get(body.get("missing_section", "leave_out"))
        }
        tables.append(Table(_("Weights of the sections"), [_("Section"), _("Weight")], rows, note))
    total = []
    if body.get("year_weights"):
        total.append([_("Weights of the years, oldest first"), " : ".join(plain(weight) for weight in body["year_weights"])])
    minors = body.get("minors")
    if minors:
        total.append(
            [
                _("Test of the work with minors"),
                _("below %(threshold)s cannot apply; %(share)s %% of the total")
                % {"threshold": plain(minors["threshold"]), "share": plain(minors["share"])},
            ]
        )
    if total:
        tables.append(Table(_("Total"), [], total))
    if body.get("negative_list"):
        rows = [[item["code"], item["name"]] for item in body["negative_list"]]
        tables.append(Table(_("Negative list"), [_("Code"), _("Event")], rows, _("Whoever it happened to is vetoed.")))
    ranking, rounding = body.get("ranking") or {}, body.get("rounding") or {}
    rows = [
        [_("Ranked"), "、".join(words.level(name) for name in ranking.get("levels") or []) or _("nothing is ranked")],
        [_("Ties"), f"{TIES.get(ranking.get('ties_by', 'exact'))}；" + _("equal ones share a place (1, 1, 3)")],
        [_("Smallest sample for a rank"), plain(ranking.get("smallest_sample") or 0)],
        [
            _("Printed decimals"),
            _("points %(points)d, rates %(rate)d") % {"points": rounding.get("points", 4), "rate": rounding.get("rate", 6)},
        ],
    ]
    groups = [
        [words.level(level), name, group]
        for level, members in (ranking.get("peer_groups") or {}).items()
        for name, group in members.items()
    ]
    tables.append(
        Table(_("Ranking"), [], rows, _("Nothing that is compared or added is ever rounded; printed values are rounded half up."))
    )
    if groups:
        tables.append(Table(_("Peer groups"), [_("Score level"), _("Name"), _("Peer group")], groups))
    return tables
