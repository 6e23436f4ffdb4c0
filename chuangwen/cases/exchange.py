"""The sheet of cases that people exchange: the columns of DOMAIN.md section 5, from what the list shows.

Towns, photos and assisting units are looked up for a thousand cases at a time, so that an export of any size costs few queries.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from chuangwen.cases.models import Case, CaseParty, CasePhoto
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.web.list_parts import ListColumn

CHUNK = 1_000


def _of(name: str) -> Any:
    return lambda case: case.exchanged.get(name, "")


COLUMNS = [
    ListColumn("serial", "序号", _of("serial"), kind="int", width=6),
    ListColumn("number", "编号", width=16),
    ListColumn("site_code", "点位编码", "site.code"),
    ListColumn("town", "街道", _of("town")),
    ListColumn("village", "社区", _of("village")),
    ListColumn("type", "类别", "site.type.name"),
    ListColumn("site", "点位名称", lambda case: case.site.name if case.site else case.address, width=24),
    ListColumn("indicator", "指标", "criterion.requirement.indicator.name"),
    ListColumn("requirement", "测评内容", "criterion.requirement.text", width=24),
    ListColumn("criterion", "标准", "criterion.text", width=28),
    ListColumn("description", "存在问题", width=36),
    ListColumn("state", "结果", "get_state_display"),
    ListColumn("lead", "责任单位", "lead_unit.name", width=20),
    ListColumn("assists", "协办单位", _of("assists"), width=20),
    ListColumn("working_group", "专项工作组", _of("working_group")),
    ListColumn("before", "照片", _of("before")),
    ListColumn("due_at", "整改时限", kind="datetime"),
    ListColumn("measure", "整改情况", width=30),
    ListColumn("after", "整改照片", _of("after")),
    ListColumn("family", "问题大类", "family.name"),
    ListColumn("kind", "问题小类", "kind.name"),
    ListColumn("source", "来源", "get_source_display"),
    ListColumn("reported_at", "上报时间", kind="datetime"),
    ListColumn("closed_at", "结案时间", kind="datetime"),
]  # fmt: skip
BESIDE = ("site__type", "criterion__requirement__indicator")


def rows(columns: Sequence[ListColumn], queryset: QuerySet[Case]) -> Iterator[dict[str, Any]]:
    """The lines of the sheet, in the order of the queryset."""
    serial, chunk = 0, []
    for case in queryset.select_related(*BESIDE, "division", "lead_unit", "family", "kind").iterator(chunk_size=CHUNK):
        chunk.append(case)
        if len(chunk) == CHUNK:
            yield from _lines(columns, chunk, serial)
            serial, chunk = serial + CHUNK, []
    yield from _lines(columns, chunk, serial)


def _lines(columns: Sequence[ListColumn], cases: list[Case], before: int) -> Iterator[dict[str, Any]]:
    if not cases:
        return
    keys = [case.pk for case in cases]
    step = Division.steplen
    above = {case.division.path[:n] for case in cases if case.division for n in range(step, len(case.division.path) + 1, step)}
    towns = dict(Division.objects.filter(path__in=above, level=Division.Level.TOWN).values_list("path", "name"))
    photos: dict[tuple[int, str], list[str]] = {}
    for case_id, stage, photo in (
        CasePhoto.objects.filter(case__in=keys).order_by("pk").values_list("case_id", "stage", "photo_id")
    ):
        photos.setdefault((case_id, stage), []).append(f"P{photo}")
    assists: dict[int, list[tuple[str, str]]] = {}
    parties = CaseParty.objects.filter(case__in=keys, part=CaseParty.Part.ASSIST).order_by("pk")
    for case_id, name, kind in parties.values_list("case_id", "unit__name", "unit__kind"):
        assists.setdefault(case_id, []).append((name, kind))
    for number, case in enumerate(cases, before + 1):
        path = case.division.path if case.division else ""
        helping = assists.get(case.pk, [])
        case.exchanged = {  # type: ignore[attr-defined]  # carried by the row for the sheet
            "serial": number,
            "town": next((towns[path[:n]] for n in range(len(path), 0, -step) if path[:n] in towns), ""),
            "village": case.division.name if case.division and case.division.level == Division.Level.VILLAGE else "",
            "assists": "、".join(name for name, kind in helping if kind != Unit.Kind.WORKING_GROUP),
            "working_group": "、".join(name for name, kind in helping if kind == Unit.Kind.WORKING_GROUP),
            "before": "、".join(photos.get((case.pk, CasePhoto.Stage.BEFORE), [])),
            "after": "、".join(photos.get((case.pk, CasePhoto.Stage.AFTER), [])),
        }
        yield {column.key: column.sheet_value(case) for column in columns}
