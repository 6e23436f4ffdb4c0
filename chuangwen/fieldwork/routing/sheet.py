"""Route sheets as a workbook: one row a visit."""

from collections.abc import Iterable

from chuangwen.fieldwork.models import Round
from chuangwen.fieldwork.routing.queries import DayRoute, time_of
from chuangwen.kernel.sheets import write_table
from chuangwen.kernel.sheets.columns import Column

COLUMNS = [
    Column("day", "日期", kind="date"),
    Column("team", "小组"),
    Column("number", "序号", kind="int"),
    Column("arrive", "到达时间"),
    Column("leave", "离开时间"),
    Column("code", "点位编码"),
    Column("name", "点位名称", width=26),
    Column("type", "点位类型"),
    Column("division", "街道社区"),
    Column("address", "地址", width=30),
    Column("hours", "开放时间"),
    Column("minutes", "检查分钟数", kind="int"),
    Column("metres", "距上一点（米）", kind="int"),
    Column("pinned", "人工指定"),
    Column("lon", "经度"),
    Column("lat", "纬度"),
    Column("remark", "备注", width=20),
]


def route_sheet(round: Round, routes: Iterable[DayRoute]) -> bytes:
    """The visits of routes in their order, as .xlsx with the columns that offices exchange."""
    return write_table(COLUMNS, rows(routes), title=f"{round.name} 检查路线", sheet_name="路线")


def rows(routes: Iterable[DayRoute]) -> Iterable[dict]:
    """A row a visit; times as HH:MM."""
    for route in routes:
        for number, (place, call) in enumerate(route.lines, 1):
            site = place.site
            yield {
                "day": route.day,
                "team": route.team.name,
                "number": number,
                "arrive": f"{time_of(call.arrives):%H:%M}" if call else "",
                "leave": f"{time_of(call.leaves):%H:%M}" if call else "",
                "code": site.code,
                "name": site.name,
                "type": site.type.name,
                "division": site.division.name if site.division else "",
                "address": site.address,
                "hours": f"{site.opens_at:%H:%M}–{site.closes_at:%H:%M}" if site.opens_at and site.closes_at else "",
                "minutes": site.type.service_minutes,
                "metres": call.metres if call else None,
                "pinned": "是" if place.pinned else "",
                "lon": site.lon,
                "lat": site.lat,
                "remark": "" if call else "无坐标",
            }
