"""What pages, command line and papers read of scores."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chuangwen.fieldwork.models import Observation, Round
from chuangwen.kernel import access, files
from chuangwen.kernel.access import Actor
from chuangwen.kernel.near_names import near_names
from chuangwen.places.models import Site
from chuangwen.scoring import inputs, words
from chuangwen.scoring.engine import InputError, contributions
from chuangwen.scoring.engine.result import reason_text
from chuangwen.scoring.models import Scheme, ScoreRow, ScoreSheet
from chuangwen.scoring.score_file import tables_of_file

NEAR = 0.75
"""As the importer of a round's sheet asks."""
COMPARED = ("total", "index", "section", "indicator", "area", "department", "site_type", "unit")

GROUPS = {
    "sections": "section",
    "indicators": "indicator",
    "areas": "area",
    "departments": "department",
    "site_types": "site_type",
    "units": "unit",
}


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() and abs(value) >= 2 else float(value)


def figure(row: ScoreRow) -> dict[str, Any]:
    """One figure with its coverage."""
    return {
        "possible": _number(row.possible),
        "got": float(row.got),
        "rate": float(row.rate) if row.rate is not None else None,
        "rank": row.rank,
        "coverage": {"counted": row.counted, "read": row.read},
        **({"note": row.note} if row.note else {}),
        **({"vetoed": True} if row.vetoed else {}),
    }


def as_figures(sheet: ScoreSheet) -> dict[str, Any]:
    """index, indicators, areas, departments ...: each with possible, got, rate, rank, coverage (counted of read)."""
    rows = list(sheet.rows.all())
    figures: dict[str, Any] = {"round": sheet.round.name, "scheme": str(sheet.scheme), "sheet": sheet.pk, "state": sheet.state}
    for row in rows:
        if row.level in ("index", "total"):
            figures[row.level] = figure(row)
    for group, level in GROUPS.items():
        of_level = [row for row in rows if row.level == level]
        names = [row.name for row in of_level]
        if of_level:
            figures[group] = {(row.name if names.count(row.name) == 1 else row.key): figure(row) for row in of_level}
    return figures | {
        "coverage": sheet.coverage | {"counted": sheet.coverage.get("rows_counted"), "read": sheet.coverage.get("rows_read")}
    }


def as_text(sheet: ScoreSheet) -> str:
    """The same for a terminal."""
    lines = [f"{sheet.round.name} · {sheet.scheme}"]
    labels = {"index": "总指数", "total": "总分", "indicator": "指标", "area": "区域", "department": "责任单位", "unit": "单位"}
    for row in sheet.rows.filter(level__in=list(labels)):
        rate = f"{row.rate * 100:.2f}%" if row.rate is not None else "—"
        rank = f"第 {row.rank} 名" if row.rank else "不排名"
        marks = f"{row.got.normalize():f} / {row.possible.normalize():f}"
        lines.append(f"  {labels[row.level]} {row.name}：{marks} = {rate}（{rank}；计入 {row.counted}，读取 {row.read}）")
    return "\n".join(lines)


def sheets(actor: Actor) -> QuerySet[ScoreSheet]:
    return access.scoped(actor, "scoring.see_scores", ScoreSheet).select_related(
        "round", "scheme", "signed_by__person", "computed_by__person"
    )


def schemes(actor: Actor) -> QuerySet[Scheme]:
    """Schemes with how many of the sheets that the actor sees used each."""
    seen = access.scoped(actor, "scoring.see_scores", ScoreSheet).filter(scheme=OuterRef("pk")).order_by().values("scheme")
    used = Coalesce(Subquery(seen.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
    return access.scoped(actor, "scoring.see_schemes", Scheme).annotate(used=used)


def newest_versions() -> Q:
    """The condition that a scheme has no later version."""
    return ~Q(Exists(Scheme.objects.filter(name=OuterRef("name"), version__gt=OuterRef("version"))))


def heads_of(sheets: Iterable[ScoreSheet]) -> dict[int, ScoreRow]:
    """The index of each sheet, or, for a deduction that has none, nothing. One query."""
    rows = ScoreRow.objects.filter(sheet__in=[sheet.pk for sheet in sheets], level="index")
    return {row.sheet_id: row for row in rows}


HEADS = Prefetch("rows", ScoreRow.objects.filter(level="index"), to_attr="heads")
"""The index beside each sheet of a list."""


def latest_sheet(round: Round) -> ScoreSheet | None:
    """The newest sheet of a round, signed ones first."""
    return ScoreSheet.objects.filter(round=round).select_related("scheme", "round").order_by("-state", "-computed_at").first()


@dataclass(frozen=True)
class Behind:
    """The rows behind a figure: ``found`` has one entry per observation, issue or bonus in their order: id, counted, reason (in Chinese), role,
    share or points. ``kind`` is observation or issue. ``stale``: the records have changed since the figure was computed, and what
    is shown is as they are now; a signed sheet's are read from its file and are never stale."""

    found: list[dict[str, Any]]
    kind: str
    stale: bool = False
    signed: bool = False

    @property
    def counted(self) -> int:
        return sum(1 for row in self.found if row["counted"])


def behind(row: ScoreRow) -> Behind:
    """What a figure is made of. Reads the signed file of a signed sheet, else the records as they are."""
    sheet = row.sheet
    signed = sheet.state == ScoreSheet.State.SIGNED
    deduction = sheet.scheme.kind == "deduction"
    if signed:
        tables = tables_of_file(files.path_of(sheet.file_key))
        given = inputs.Inputs(tables["observations"], tables["issues"], tables["bonuses"])
        stale = False
    else:
        given = inputs.inputs_of(sheet.round, sheet.scheme.kind)
        stale = given.digest != sheet.input_digest
    key = "" if row.level in ("index", "total") else row.key
    try:
        table = contributions(
            given.observations, sheet.scheme.body, level=row.level, key=key, issues=given.issues, bonuses=given.bonuses
        )
    except InputError:
        return Behind([], "issue" if deduction else "observation", stale, signed)
    found = []
    for line in table.to_pylist():
        found.append(
            {
                "id": line.get("observation_id", line.get("id")),
                "kind": line.get("kind", "observation"),
                "counted": line["counted"],
                "reason": reason_text(line["reason"]) if line["reason"] else "",
                "role": line.get("role", "own"),
                "share": line.get("share", line.get("points")),
            }
        )
    return Behind(found, "issue" if deduction else "observation", stale, signed)


def rows_behind(row: ScoreRow) -> tuple[QuerySet[Observation], dict[int, tuple[bool, str]]]:
    """The observations behind a figure, and for each whether it counted, and if not why."""
    found = {line["id"]: (line["counted"], line["reason"]) for line in behind(row).found if line["kind"] == "observation"}
    observations = Observation.objects.filter(pk__in=list(found)).select_related(
        "site__type", "criterion__requirement__indicator", "area"
    )
    return observations.prefetch_related("departments").order_by("pk"), found


@dataclass
class Line:
    """A figure as a table shows it, with the figures below it."""

    row: ScoreRow
    rank: str
    tied: bool
    why: str
    parts: list["Line"] = field(default_factory=list)

    @property
    def key_text(self) -> str:
        """For the class by which the parts of an indicator are shown and hidden."""
        return str(self.row.pk)

    @property
    def full(self) -> bool:
        return self.row.counted == self.row.read


SHOWN_LEVELS = ("total", "index", "section", "indicator", "sub_indicator", "area", "department", "site_type", "unit")


def tables_of_sheet(sheet: ScoreSheet) -> dict[str, list[Line]]:
    """The figures of a sheet by level, ranked levels by rank; sub-indicators under their indicators. One query; criteria and single sites
    are left to the list of all figures."""
    rows = list(sheet.rows.filter(level__in=SHOWN_LEVELS).order_by("order"))
    ties = words.tied(rows)
    lines: dict[str, list[Line]] = defaultdict(list)
    by_key: dict[tuple[str, str], Line] = {}
    for row in rows:
        line = Line(
            row,
            words.rank_in_words(row, ties),
            (row.level, row.peer_group, row.rank) in ties,
            words.why_unranked(row, sheet.scheme.body),
        )
        by_key[row.level, row.key] = line
        if row.level == "sub_indicator":
            above = by_key.get(("indicator", row.parent))
            if above is not None:
                above.parts.append(line)
                continue
        lines[row.level].append(line)
    for level in ("area", "department", "site_type", "unit"):
        lines[level].sort(key=lambda line: (line.row.peer_group, line.row.rank is None, line.row.rank or 0, line.row.order))
    return dict(lines)


def near_names_of(sheet: ScoreSheet) -> list[dict[str, Any]]:
    """Names of indicators, departments, areas that almost match: they are offered for joining and never joined in silence."""
    levels = ("indicator", "department", "area")
    rows = {(row.level, row.name): row for row in sheet.rows.filter(level__in=levels)}
    found = []
    for level in levels:
        for left, right, _score in near_names([name for at, name in rows if at == level], least=NEAR):
            found.append({"level": level, "left": rows[level, left], "right": rows[level, right]})
    return found


def differences(before: Iterable[Any], after: Iterable[Any], levels: Iterable[str] = COMPARED) -> list[dict[str, Any]]:
    """What differs between two results (ScoreRows of sheets, or of the engine), by level and key, in the order of the later one.

    ``move`` is how many places a row rose (negative: fell); ``change`` the difference of the rates.
    """
    wanted = set(levels)
    earlier = {(row.level, row.key): row for row in before if row.level in wanted}
    later = {(row.level, row.key): row for row in after if row.level in wanted}
    lines = []
    for key in [*later, *(key for key in earlier if key not in later)]:
        one, other = earlier.get(key), later.get(key)
        row = other or one
        assert row is not None
        line = {"level": row.level, "key": row.key, "name": row.name, "before": one, "after": other}
        lines.append(line | {"change": None, "move": None, "fall": None, "same": False} | _moved(one, other))
    return lines


def _moved(one: Any, other: Any) -> dict[str, Any]:
    """How far a row that both results have went from one to the other."""
    if one is None or other is None:
        return {}
    found: dict[str, Any] = {"same": (one.got, one.possible, one.rank) == (other.got, other.possible, other.rank)}
    if one.rate is not None and other.rate is not None:
        found["change"] = other.rate - one.rate
    if one.rank and other.rank:
        found |= {"move": one.rank - other.rank, "fall": other.rank - one.rank}
    return found


def last_results_at(actor: Actor, site: Site, *, most: int = 6) -> list[ScoreRow]:
    """The figures of a site on the newest score sheets that scored it. One query."""
    rounds = Observation.objects.filter(site=site).order_by().values("round")
    seen = access.scoped(actor, "scoring.see_scores", ScoreSheet).filter(round__in=rounds).order_by().values("pk")
    rows = ScoreRow.objects.filter(sheet__in=seen, level="site", key__in=[site.name, f"{site.name}（{site.code}）"])
    return list(rows.select_related("sheet__round", "sheet__scheme").order_by("-sheet__computed_at")[:most])


def beside_published(sheet: ScoreSheet) -> dict[str, Any] | None:
    """Our figures beside the publisher's: what differs, and which indicators and how many observations the publisher had left out.

    ``index``: ours and theirs; ``rows``: one entry per figure that both or only the publisher have (``differs``, ``missing_parts``);
    ``left_out``: what the publisher does not have at all; ``partly``: indicators that the publisher made of fewer sub-indicators, with
    ``missing_names`` and ``missing_rows`` where the figures tell which; ``left_out_rows``, ``missing_rows``: observations in the former,
    and in both.
    """
    published = sheet.round.published
    if not published:
        return None
    levels = tuple(PUBLISHED.values())
    rows = {(row.level, row.name): row for row in sheet.rows.filter(level__in=(*levels, "index"))}
    parts: dict[str, list[ScoreRow]] = defaultdict(list)
    for row in sheet.rows.filter(level="sub_indicator").order_by("order"):
        parts[row.parent].append(row)
    compared: list[dict[str, Any]] = []
    left_out: list[dict[str, Any]] = []
    for group, level in PUBLISHED.items():
        theirs = published.get(group) or {}
        word = words.level(level)
        for (of, name), row in rows.items():
            if of != level or not theirs:
                continue
            their, mine = theirs.get(name), figure(row)
            entry = {"group": group, "name": name, "word": word, "pk": row.pk, "ours": mine, "theirs": their}
            if their is None:
                left_out.append(entry | {"rows": row.counted})
                continue
            entry["differs"] = _differs(row, their)
            entry["missing_parts"] = max(0, round(float(row.possible) - their["possible"]))
            if entry["missing_parts"] and level == "indicator":
                entry |= _which_parts(parts[row.key], their)
            compared.append(entry)
        known = {name for of, name in rows if of == level}
        compared += [
            {"group": group, "name": name, "word": word, "ours": None, "theirs": their, "differs": True, "missing_parts": 0}
            for name, their in theirs.items()
            if name not in known
        ]
    index = next((row for (level, _name), row in rows.items() if level == "index"), None)
    theirs = published.get("index")
    partly = [entry for entry in compared if entry["missing_parts"] and entry["group"] == "indicators"]
    whole = [entry for entry in left_out if entry["group"] == "indicators"]
    left_out_rows = sum(entry["rows"] for entry in whole)
    return {
        "index": {"ours": figure(index) if index else None, "theirs": theirs},
        "theirs_rate": theirs["got"] / theirs["possible"] if theirs and theirs["possible"] else None,
        "rows": compared,
        "different": [entry for entry in compared if entry["differs"]],
        "agree": sum(1 for entry in compared if not entry["differs"]),
        "left_out": left_out,
        "left_out_rows": left_out_rows,
        "partly": partly,
        "missing_rows": left_out_rows + sum(entry.get("missing_rows", 0) for entry in partly),
    }


PUBLISHED = {"indicators": "indicator", "departments": "department", "areas": "area"}


def _differs(row: ScoreRow, their: dict[str, Any]) -> bool:
    return round(abs(float(row.got) - their["got"]), 3) > 0.001 or float(row.possible) != their["possible"]


def _which_parts(parts: list[ScoreRow], their: dict[str, Any]) -> dict[str, Any]:
    """The sub-indicators that a publisher had left out, when the first ones alone give exactly what was published: a program that stops
    counting leaves out the last. Otherwise nothing is said, for it cannot be known."""
    kept = round(their["possible"])
    if not 0 < kept < len(parts) or abs(float(sum(row.got for row in parts[:kept])) - their["got"]) > 0.0015:
        return {}
    gone = parts[kept:]
    return {"missing_names": [row.name for row in gone], "missing_rows": sum(row.counted for row in gone)}
