"""建设标准: what a practice centre is built by, after 两牌两制度、一栏一背景、两公开四展示 (Hubei bulletin 7 of 2019, Hefeng).

The words are our own; an office changes them in its edition like any other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chuangwen.standards.models import wording
from chuangwen.volunteers.centres.rules import CENTRE, OFFICE, POINT, POST, STATION

REQUIREMENT = ("E2.9", "文明实践阵地按建设标准布置：两牌两制度、一栏一背景、两公开四展示")
INDICATOR = "E2"
"""The indicator of the shipped edition that it joins; in another edition the first whose name speaks of 文明实践 or 志愿服务."""
SITE_TYPES = (
    ("practice-centre", "新时代文明实践中心"), ("practice-office", "新时代文明实践所"), ("practice-station", "新时代文明实践站"),
    ("practice-point", "新时代文明实践点"), ("practice-post", "新时代文明实践岗"),
)  # fmt: skip
WHOLE = (CENTRE, OFFICE, STATION)


@dataclass(frozen=True)
class Item:
    """``part``: which of the five words of the standard it belongs to; ``kinds``: at which kinds of centres it is looked at."""

    number: int
    part: str
    text: str
    kinds: tuple[str, ...] = WHOLE
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return f"{REQUIREMENT[0]}.{self.number}"

    @property
    def words(self) -> str:
        """What people read: the text with its thresholds."""
        return wording(self.text, self.parameters)


ITEMS = (
    Item(1, "两牌", "门口挂有新时代文明实践阵地名称牌，样式统一、牌面完好清洁", (*WHOLE, POINT, POST)),
    Item(2, "两牌", "志愿服务队伍牌挂在醒目处，名称与登记的队伍一致", (*WHOLE, POINT, POST)),
    Item(3, "两制度", "工作职责和值班安排上墙，内容是现行的", (*WHOLE, POINT)),
    Item(4, "两制度", "志愿服务制度上墙，写明招募、培训、记录和激励办法"),
    Item(5, "一栏", "设有文明实践宣传栏，每季度更新不少于{times}次", (*WHOLE, POINT), {"times": 1}),
    Item(6, "一背景", "活动室有统一的主题背景，标识使用规范，可容纳{seats}人以上活动", WHOLE, {"seats": 20}),
    Item(7, "两公开", "组织架构、第一责任人职务和联系电话公开", (*WHOLE, POINT)),
    Item(8, "两公开", "服务项目清单和当月活动安排公开", (*WHOLE, POINT, POST)),
    Item(9, "四展示", "展示理论政策宣讲内容，过时的及时更换"),
    Item(10, "四展示", "展示活动现场和成效，最近一次在{months}个月以内", (*WHOLE, POINT), {"months": 3}),
    Item(11, "四展示", "展示身边好人、文明家庭等先进典型"),
    Item(12, "四展示", "展示居民公约、村规民约和移风易俗倡议"),
)
