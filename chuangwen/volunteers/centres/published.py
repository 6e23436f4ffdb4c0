"""What the papers published about two real counties, to be entered as it stands there: 2019年湖北精神文明建设简报第七期 (22 August 2019). Data.

(name, quantity, measure, whether the paper says "more than", kind of centre or of team that this program counts itself)."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Published(NamedTuple):
    name: str
    quantity: Decimal
    measure: str
    about: bool = False
    counted: str = ""


SOURCE = "2019年湖北精神文明建设简报第七期（湖北省文明办）"
DAY = date(2019, 8, 22)


def _row(name: str, quantity: int | str, measure: str, about: bool = False, counted: str = "") -> Published:
    return Published(name, Decimal(quantity), measure, about, counted)


FIGURES: dict[str, tuple[Published, ...]] = {
    "422828": (  # 鹤峰县
        _row("新时代文明实践中心", 1, "个", counted="centre"),
        _row("新时代文明实践所", 9, "个", counted="office"),
        _row("新时代文明实践站", 218, "个", counted="station"),
        _row("志愿服务队", 1200, "支", True, "teams"),
        _row("志愿者", 23000, "人", True, "volunteers"),
        _row("志愿者占全县总人口", 11, "%"),
        _row("县级特色志愿服务支队", 19, "支"),
        _row("平台", 6, "个", counted="platforms"),
    ),
    "420281": (  # 大冶市
        _row("市级志愿服务总队", 1, "支", counted="team:corps"),
        _row("镇级志愿服务支队", 14, "支", counted="team:brigade"),
        _row("村（社区）级志愿服务小队", 439, "支", counted="team:team"),
        _row("特色志愿服务队", 12, "支", counted="team:special"),
        _row("平台", 7, "个", counted="platforms"),
        _row("新时代文明实践主题广场", 3, "个"),
        _row("志愿服务点（基地）", 52, "个", counted="point"),
        _row("基层精神文明建设示范村", 20, "个"),
        _row("农村祠堂转化的文化活动阵地", 643, "家"),
        _row("祠堂覆盖的行政村", 322, "个"),
        _row("市级文明实践项目", 64, "项"),
        _row("乡镇实践所项目", 203, "项"),
        _row("志愿服务活动", 930, "场", True),
        _row("活动覆盖的村（社区）", 439, "个"),
        _row("服务群众", 158000, "人", True),
        _row("商街自治委员会", 68, "个"),
        _row("社会组织", 84, "个"),
        _row("编制", 50, "名"),
        _row("新增编制", 35, "名"),
        _row("专项资金", 2000000, "元"),
    ),
}
"""By the six digits of the county's code."""
