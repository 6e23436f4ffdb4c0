"""The importers: ``facts`` in our own columns, ``own-facts`` in those of a unit, by a layout that is remembered (``layouts``)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.importing import Importer, Parameter, Plan, register
from chuangwen.kernel.sheets import Column, Row, SheetError, SheetRead, letter, read_tables
from chuangwen.ledger import layouts, queries, rules
from chuangwen.ledger.actions.facts import import_facts
from chuangwen.ledger.actions.sheets import KIND
from chuangwen.ledger.layouts import Line, Lines
from chuangwen.ledger.models import SheetLayout
from chuangwen.ledger.reading import Planner
from chuangwen.people.models import Unit

COLUMNS = [
    Column("first", "开始日期", kind="date", aliases=("起始日期",), help=gettext_lazy("Only for a fact over several days.")),
    Column("day", "日期", kind="date", required=True, aliases=("结束日期", "统计日期", "填报日期"), example="2026-11-20"),
    Column("metric", "指标", required=True, aliases=("指标项", "指标名称", "项目"), max_length=60, example="悬挂横幅"),
    Column("quantity", "数量", kind="decimal", required=True, places=rules.PLACES, least=0, most=float(rules.LARGEST), example="12"),
    Column(
        "out_of", "总数", kind="decimal", places=rules.PLACES, least=0, most=float(rules.LARGEST),
        help=gettext_lazy("Only for shares: of how many."),
    ),
    Column("town", "街道", aliases=("乡镇", "镇街"), max_length=60, example="河东街道"),
    Column("village", "社区", aliases=("村社区", "村居", "地点"), max_length=60, example="双山社区"),
    Column("unit", "单位", aliases=("填报单位", "责任单位"), max_length=80, help=gettext_lazy("Left empty: your own unit.")),
    Column("operation", "专项行动", aliases=("专项",), max_length=60),
    Column("source", "依据", aliases=("来源", "凭证"), max_length=200, help=gettext_lazy("The record that says so.")),
    Column("note", "备注", aliases=("说明",), max_length=300),
]  # fmt: skip
TITLES = {column.key: str(column.title) for column in COLUMNS}
WORDS = {
    "facts": pgettext_lazy("sheet", "facts"), "entered": pgettext_lazy("sheet", "facts entered"),
    "corrected": pgettext_lazy("sheet", "facts corrected"), "quantity": pgettext_lazy("sheet", "quantity"),
    "metric": pgettext_lazy("sheet", "metric"), "day": pgettext_lazy("sheet", "day"), "village": pgettext_lazy("sheet", "place"),
    "unit": pgettext_lazy("sheet", "unit"),
}  # fmt: skip


def own_unit(actor: Actor) -> Unit | None:
    """The unit whose facts these are where a sheet names none: the one unit of the person."""
    units = list(Unit.objects.filter(pk__in=actor.unit_ids).select_related("division").order_by("pk")[:2])
    return units[0] if len(units) == 1 else None


def plan_facts(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    """What the rows of our own template would do."""
    found = Lines(rows=len(sheet.rows))
    for row in sheet.rows:
        if row.sound:
            found.lines.append(_line(row, sheet))
    return Planner(actor, parameters, unit=own_unit(actor)).run(found, parameters.get("file_name", ""))


def _line(row: Row, sheet: SheetRead) -> Line:
    values = row.values
    texts = {name: values[name] or "" for name in ("metric", "town", "village", "unit", "operation", "note", "source")}
    raw = {name: str(values[name] if values[name] is not None else "")[:40] for name in TITLES}
    return Line(
        row.number, quantity=values["quantity"], out_of=values["out_of"], first=values["first"] or values["day"], last=values["day"],
        letters=dict(sheet.letters), titles=TITLES, raw=raw, **texts,
    )  # fmt: skip


def apply(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    """Write what was planned."""
    return import_facts(actor, new=plan.payload.new, right=plan.payload.right)


def read_own(content: bytes, parameters: dict[str, Any]) -> SheetRead:
    """A unit's own sheet by its layout. Raises SheetError where the sheet lacks a column that the layout reads."""
    head = layouts.find_head(read_tables(content, allow_csv=True, max_rows=layouts.MOST_ROWS))
    layout = _layout(parameters)
    there = {*head.keys, *([layouts.DAYS] if head.dated else [])}
    columns = {key: role for key, role in layout.body["columns"].items() if key in there}
    if len(columns) < len(layout.body["columns"]):
        gone = [pgettext("sheet", "days") if key == layouts.DAYS else key for key in layout.body["columns"] if key not in there]
        raise SheetError(
            _("The sheet lacks columns that “%(layout)s” reads: %(names)s. Bring it as a new sheet.")
            % {"layout": layout.name, "names": "、".join(gone)},
            "ledger.other_titles",
        )
    day = date.fromisoformat(parameters["day"]) if parameters.get("day") else None
    found = layouts.read_lines(head, columns, day=day)
    return SheetRead(
        rows=[Row(line.row, {"line": line, "rows": found.rows, "warnings": found.warnings}, []) for line in found.lines],
        problems=found.problems,
        header_row=head.last + 1,
        unknown_columns=[
            f"{title}（{letter(n)}）"
            for n, (title, key) in enumerate(zip(head.titles, head.keys, strict=True))
            if key and key not in columns
        ],
        missing_columns=[],
        sheet_name=head.table.name,
        problem_count=len(found.problems),
    )


def _layout(parameters: dict[str, Any]) -> SheetLayout:
    key = str(parameters.get("layout", ""))
    found = (
        SheetLayout.objects.select_related("unit__division").filter(pk=int(key)).first()
        if key.isdigit() and len(key) < 18
        else None
    )
    if found is None:
        raise Missing(_("Nobody has said how this sheet is to be read. Bring it as a new one."))
    return found


def plan_own(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    """What a unit's own sheet would do."""
    layout = access.fetch(actor, "ledger.import", SheetLayout.objects.select_related("unit__division"), pk=_layout(parameters).pk)
    found = Lines([row.values["line"] for row in sheet.rows], list(sheet.problems))
    if sheet.rows:
        found.rows, found.warnings = sheet.rows[0].values["rows"], sheet.rows[0].values["warnings"]
    return Planner(actor, parameters, unit=layout.unit).run(found, parameters.get("file_name", ""))


register(
    Importer(
        kind="facts", label=gettext_lazy("Facts of the ledger"), verb="ledger.import", columns=COLUMNS, plan=plan_facts, apply=apply, csv=True,
        order=70, page="ledger:facts", words=WORDS,
        help=gettext_lazy("One row per fact: day, metric, quantity, place, unit. Sheets with columns of your own are brought in below."),
        examples=[
            {"day": "2026-11-20", "metric": "悬挂横幅", "quantity": 12, "village": "双山社区", "source": "宣传台账第3页"},
            {"day": "2026-11-20", "metric": "路灯亮灯", "quantity": 482, "out_of": 500, "village": "双山社区"},
        ],
    )
)  # fmt: skip
register(
    Importer(
        kind=KIND, label=gettext_lazy("Sheets that units keep"), verb="ledger.import", columns=COLUMNS, plan=plan_own, apply=apply, csv=True,
        order=71, page="ledger:facts", words=WORDS, read=read_own, start="ledger:sheet-new",
        help=gettext_lazy("Any table with titles of its own: say once what its columns mean; next time it is recognised."),
        parameters=[
            Parameter(
                "layout", gettext_lazy("Layout"), "choice", required=True,
                choices=lambda actor: [(str(one.pk), f"{one.name} · {one.unit}") for one in queries.layouts(actor)],
            ),
            Parameter("day", gettext_lazy("Day of rows that name none"), "date"),
        ],
    )
)  # fmt: skip
