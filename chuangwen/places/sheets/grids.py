"""The importer ``grids``: grids and the small grids in them."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import tidy_name
from chuangwen.kernel.importing import Importer, Plan
from chuangwen.kernel.sheets import Column, Problem, SheetRead
from chuangwen.places.finding import DivisionFinder
from chuangwen.places.models import Grid

COLUMNS = [
    Column(
        "code",
        "网格编码",
        required=True,
        aliases=("编码", "网格编号", "编号"),
        max_length=30,
        example="440902003001-01",
    ),
    Column("name", "网格名称", required=True, aliases=("名称", "网格"), max_length=60, example="第1网格"),
    Column("town", "街道", aliases=("街道", "镇街", "乡镇", "街道乡镇"), example="河东街道"),
    Column(
        "village",
        "社区",
        required=True,
        aliases=("社区", "村社区", "村居", "社区名称"),
        example="新村社区",
    ),
    Column(
        "parent",
        "上级网格编码",
        aliases=("上级网格", "上级网格编码", "所属网格"),
        help=gettext_lazy("For a small grid."),
    ),
]


def plan(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    plan = Plan(rows_read=len(sheet.rows))
    finder = DivisionFinder(actor, "places.edit_grid")
    known = {
        grid.code: grid for grid in Grid.objects.filter(code__in=[row.values["code"] for row in sheet.rows if row.values["code"]])
    }
    codes: dict[str, int] = {}
    work: list[tuple[Grid | None, dict[str, Any]]] = []

    def wrong(row: Any, key: str, message: str, code: str) -> None:
        title = next(str(column.title) for column in COLUMNS if column.key == key)
        plan.problems.append(Problem(row.number, sheet.letters.get(key, ""), title, str(row.values[key] or ""), message, code))

    for row in sheet.rows:
        values = row.values
        if not row.sound or not values["code"]:
            continue
        if values["code"] in codes:
            wrong(row, "code", _("This code stands in row %(row)d already.") % {"row": codes[values["code"]]}, "code_twice")
            continue
        codes[values["code"]] = row.number
        found = finder.find(values["town"], values["village"])
        if found.division is None:
            near = "、".join(division.name for division in found.near or found.ambiguous)
            wrong(
                row,
                "village",
                _("No such community in your area. Near ones: %(near)s.") % {"near": near or "-"},
                "unknown_division",
            )
            continue
        facts = {
            "code": values["code"],
            "name": tidy_name(values["name"]),
            "division_id": found.division.pk,
            "parent": values["parent"],
        }
        there = known.get(values["code"])
        if there is not None and not any(division.pk == there.division_id for division in finder.rows):
            wrong(row, "code", _("This code belongs to a grid outside your area."), "outside")
            continue
        work.append((there, facts))
    parents = dict(
        Grid.objects.filter(code__in={facts["parent"] for _grid, facts in work if facts["parent"]}).values_list("code", "pk")
    )
    codes_of = {facts["code"] for _grid, facts in work}
    for there, facts in work:
        if facts["parent"] and facts["parent"] not in parents and facts["parent"] not in codes_of:
            message = _("There is no grid with the code %(code)s, neither here nor in this sheet.") % {"code": facts["parent"]}
            plan.problems.append(
                Problem(
                    codes[facts["code"]],
                    sheet.letters.get("parent", ""),
                    str(COLUMNS[4].title),
                    facts["parent"],
                    message,
                    "unknown_grid",
                )
            )
        elif there is None:
            plan.creates += 1
        elif (there.name, there.division_id) != (facts["name"], facts["division_id"]) or (
            facts["parent"] and parents.get(facts["parent"]) != there.parent_id
        ):
            plan.updates += 1
        else:
            plan.unchanged += 1
    plan.payload = work
    plan.sample = [{"code": facts["code"], "name": facts["name"]} for _grid, facts in work[:20]]
    return plan


def apply(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    work: list[tuple[Grid | None, dict[str, Any]]] = plan.payload
    new = [
        Grid(code=facts["code"], name=facts["name"], division_id=facts["division_id"]) for there, facts in work if there is None
    ]
    Grid.objects.bulk_create(new, batch_size=500)
    for there, facts in work:
        if there is not None:
            Grid.objects.filter(pk=there.pk).update(name=facts["name"], division_id=facts["division_id"])
    keys = dict(
        Grid.objects.filter(
            code__in={code for _g, facts in work for code in (facts["code"], facts["parent"]) if code}
        ).values_list("code", "pk")
    )
    for _there, facts in work:
        if facts["parent"]:
            Grid.objects.filter(code=facts["code"]).update(parent_id=keys[facts["parent"]])
    return {"made": len(new)}


GRIDS = Importer(
    kind="grids",
    label=gettext_lazy("Grids"),
    verb="places.edit_grid",
    columns=COLUMNS,
    plan=plan,
    apply=apply,
    order=20,
    page="places:grids",
    examples=[
        {"code": "440902003001-01", "name": "第1网格", "town": "河东街道", "village": "新村社区", "parent": None},
        {
            "code": "440902003001-01-01",
            "name": "第1小网格",
            "town": "河东街道",
            "village": "新村社区",
            "parent": "440902003001-01",
        },
    ],
)
