"""Duties that papers of campaigns lay down, offered as beginnings in the editor: nothing is owed by anybody until an office saves one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chuangwen.duties.rhythm import proofs, rules, shapes
from chuangwen.people.models import Unit
from chuangwen.places.models import Division

DAHE = "巴州区大和乡《创建全国文明城市包保工作方案》（2022年）"
HEDONG = "茂南区河东街道创文工作开展情况汇报"
TRAFFIC = "揭阳市榕城区交警大队创文工作汇报"
VISIT, ANSWERED, CHECKED, PATROLLED = "fieldwork.visit", "cases.answered", "cases.verified", "cases.patrolled"
MEETING, PARTNER_VISIT = "duties.meeting", "duties.partner_visit"


@dataclass(frozen=True)
class Example:
    """What the form is filled in with. ``given``: the fields of the form that differ from the usual."""

    key: str
    name: str
    content: str
    basis: str
    shape: shapes.Shape
    kinds: tuple[str, ...]
    proofs: tuple[str, ...]
    times: int = 1
    level: int | None = None
    on_day_off: str = rules.SKIP
    given: dict[str, Any] = field(default_factory=dict)

    def initial(self) -> dict[str, Any]:
        """As the form takes it."""
        return {
            "name": self.name, "content": self.content, "basis": self.basis, "kinds": list(self.kinds), "level": self.level,
            "shape": self.shape.shape, "times": self.times, "every": self.shape.every, "weekdays": list(self.shape.weekdays),
            "month_days": "、".join(map(str, self.shape.month_days)), "written": self.shape.written, "written_periods": self.shape.periods,
            "on_day_off": self.on_day_off, "proofs": list(self.proofs),
        } | self.given  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """As the action takes it, without the area and the days."""
        return {
            "name": self.name, "content": self.content, "basis": self.basis, "kinds": self.kinds, "level": self.level,
            "kind": self.shape.kind, "rule": self.shape.rule().text, "times": self.times, "on_day_off": self.on_day_off,
            "proofs": list(self.proofs),
        } | self.given  # fmt: skip


_Kind = Unit.Kind
EXAMPLES: tuple[Example, ...] = (
    Example(
        "study", "专题研究创文工作", "领导班子每周至少专题研究一次创文工作，研究解决重点难点问题。", DAHE, shapes.Shape(shapes.WEEK),
        (_Kind.TOWN_OFFICE,), (MEETING, proofs.RECORD), level=Division.Level.TOWN,
    ),
    Example(
        "on_the_spot", "到包保区域开展工作", "单位工作人员至少每周二次定期到包保区域（含集贸市场）开展工作，主要时间节点全力到一线、守点位。",
        DAHE, shapes.Shape(shapes.WEEK), (_Kind.DEPARTMENT,), (VISIT, CHECKED, ANSWERED, PARTNER_VISIT), times=2,
    ),
    Example(
        "door_to_door", "入户宣传、问卷调查", "每月至少组织两次创建全国文明城市入户宣传、问卷调查，提高居民知晓率、参与率和满意度。", DAHE,
        shapes.Shape(shapes.MONTH), (_Kind.COMMUNITY,), (proofs.RECORD,), times=2, level=Division.Level.VILLAGE,
    ),
    Example(
        "clean_home", "周五“清洁家园”", "联系包联单位，对城中村、老旧小区、内街内巷的卫生黑点进行全面整治。", HEDONG,
        shapes.Shape(shapes.WEEKDAYS, (4,)), (_Kind.COMMUNITY,), (ANSWERED, PATROLLED, proofs.RECORD), level=Division.Level.VILLAGE,
        on_day_off=rules.BEFORE,
    ),
    Example(
        "persuasion", "包联日文明劝导", "每周星期五包联日组织社区干部、志愿者联合包联单位开展交通劝导、环境卫生劝导和文明宣传。", HEDONG,
        shapes.Shape(shapes.WEEKDAYS, (4,)), (_Kind.COMMUNITY, _Kind.TOWN_OFFICE), (proofs.RECORD,), on_day_off=rules.BEFORE,
    ),
    Example(
        "grid_patrol", "网格定期巡查", "网格员定期开展巡查，及时整改存在问题，落实网格内测评点位要求。", HEDONG, shapes.Shape(shapes.WEEK),
        (_Kind.COMMUNITY,), (PATROLLED, VISIT, ANSWERED), times=3, level=Division.Level.VILLAGE,
    ),
    Example(
        "posts", "执勤岗点督导检查", "督导检查组对辖区执勤岗点、重点路段逐一检查，做到高峰疏导、平峰管控、夜间巡逻三个到位。", TRAFFIC,
        shapes.Shape(shapes.WORKDAYS), (_Kind.DEPARTMENT,), (VISIT, CHECKED, ANSWERED), given={"remind": False},
    ),
)  # fmt: skip
"""Whom an example names is a kind of unit; the office chooses the area, and one unit where only one is meant."""


def example(key: str) -> Example | None:
    return next((one for one in EXAMPLES if one.key == key), None)
