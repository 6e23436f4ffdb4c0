"""The columns in which problems are exchanged, as they are read (DOMAIN.md section 5), with those of our own export after them."""

from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Source
from chuangwen.kernel.sheets import Column

COLUMNS = (
    Column("serial", "序号", aliases=("编号序", "No."), max_length=40, width=6),
    Column(
        "site_code",
        "点位编码",
        aliases=("点位编号",),
        max_length=40,
        help=_("The code of a site that is known; else the site is looked up by its name."),
    ),
    Column("town", "街道", aliases=("镇街", "乡镇", "所属街道", "街道乡镇"), max_length=60),
    Column("village", "社区", aliases=("村居", "村社区", "所属社区"), max_length=60),
    Column("type", "类别", aliases=("点位类型", "点位类别", "类型"), max_length=40),
    Column("site", "点位名称", aliases=("点位", "名称", "地点", "位置"), max_length=120, width=20),
    Column("indicator", "指标", aliases=("测评指标",), max_length=200),
    Column("requirement", "测评内容", max_length=500, width=24),
    Column("criterion", "标准", aliases=("测评标准",), max_length=600, width=24),
    Column(
        "description",
        "存在问题",
        required=True,
        aliases=("问题", "问题描述", "存在的问题"),
        max_length=500,
        width=30,
        example="墙面有小广告",
    ),
    Column(
        "result",
        "结果",
        aliases=("整改结果", "状态", "是否整改"),
        max_length=40,
        help=_("How far it is: 未整改, 整改中, 已整改, 缓办, 不予受理; left empty, the answer tells."),
    ),
    Column(
        "units",
        "责任单位",
        aliases=("牵头单位", "整改单位"),
        max_length=400,
        width=20,
        help=_("Several are separated by 、; the first leads."),
    ),
    Column("group", "专项工作组", aliases=("工作组", "专班"), max_length=100),
    Column(
        "photos",
        "照片",
        aliases=("问题照片", "整改前照片"),
        max_length=500,
        help=_("Not brought in: photos are added on the page of the case."),
    ),
    Column(
        "due",
        "整改时限",
        aliases=("整改期限", "完成时限", "时限"),
        max_length=60,
        width=18,
        help=_("A day, or a span such as 3个工作日, 4小时, 7天."),
        example="2026-11-27",
    ),
    Column("measure", "整改情况", aliases=("整改措施", "落实情况"), max_length=500, width=30),
    Column("after_photos", "整改照片", aliases=("整改后照片",), max_length=500),
    Column(
        "number",
        "编号",
        aliases=("问题编号", "件号", "案件编号"),
        max_length=30,
        width=18,
        help=_("Of a case that is here already; such a row changes nothing."),
    ),
    Column("assists", "协办单位", aliases=("配合单位",), max_length=400, width=20),
    Column("family", "问题大类", aliases=("大类",), max_length=40),
    Column("kind", "问题小类", aliases=("小类", "问题类型"), max_length=40),
    Column("source", "来源", aliases=("问题来源",), kind="choice", choices=Source.choices),
    Column(
        "reported_at", "上报时间", kind="datetime", aliases=("上报日期", "发现日期", "检查日期", "日期", "发现时间", "检查时间")
    ),
    Column("closed_at", "结案时间", kind="datetime", aliases=("结案日期", "完成时间", "整改完成时间")),
)
TITLES = {column.key: str(column.title) for column in COLUMNS}
