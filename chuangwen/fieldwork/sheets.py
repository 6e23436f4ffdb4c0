"""The sheet of a round: its columns, and the importer. What is done with the rows stands in ``round_sheet``."""

from django.utils.translation import gettext_lazy as _

from chuangwen.fieldwork import round_sheet
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import importing
from chuangwen.kernel.sheets import Column

RESULTS = [
    ("conform", "合格"),
    ("fail", "不合格"),
    ("conform", "符合"),
    ("fail", "不符合"),
    ("A", "A"),
    ("B", "B"),
    ("C", "C"),
    ("D", "D"),
    ("D", "C#"),
]

COLUMNS = [
    Column("serial", "序号", max_length=60, example="河东街道1"),
    Column(
        "indicator",
        "项目",
        required=False,
        aliases=("指标", "测评指标", "测评项目"),
        max_length=120,
        example="公共服务1",
        help="指标名称；末尾的数字是分项编号",
    ),
    Column("requirement", "测评内容", max_length=500),
    Column("criterion", "标准", aliases=("测评标准",), max_length=600),
    Column("site_code", "点位编码", max_length=40),
    Column("site", "考察点位", aliases=("点位名称", "点位", "实地点位"), max_length=120, example="主干道1"),
    Column("site_type", "点位类型", aliases=("类别", "点位类别"), max_length=40),
    Column("loss", "扣分", kind="decimal", places=4, least=0, most=1, example=0.2, help="0 到 1；空白表示不扣分"),
    Column("result", "结果", aliases=("等级", "评定"), kind="choice", choices=RESULTS, help="合格/不合格，或 A、B、C、D（C#）"),
    Column("defects", "问题数", aliases=("问题个数",), kind="int", least=0, most=9999),
    Column("area", "区域", aliases=("街道", "所属街道", "乡镇（街道）"), max_length=60, example="河东街道"),
    Column("unit1", "责任单位", aliases=("责任单位1",), kind="list"),
    Column("unit2", "责任单位2", kind="list", example="市容市政局"),
    Column("unit3", "责任单位3", kind="list"),
    Column("note", "存在问题", aliases=("问题描述", "备注"), max_length=500),
    Column("observed_on", "日期", aliases=("检查日期", "测评日期"), kind="date"),
]


def _rounds(actor):
    from chuangwen.kernel import access

    return [(r.name, r.name) for r in access.scoped(actor, "fieldwork.see_rounds", Round)[:200]]


importing.register(
    importing.Importer(
        kind="observations",
        label=_("Observations of a round"),
        verb="fieldwork.import_observations",
        columns=COLUMNS,
        plan=round_sheet.plan,
        apply=round_sheet.apply,
        order=50,
        page="fieldwork:rounds",
        parameters=[
            importing.Parameter(
                "round", _("Round"), "text", required=True, choices=_rounds, help=_("A new name makes a new round.")
            ),
            importing.Parameter("date", _("Day of the assessment"), "date", help=_("Used where a row has no day of its own.")),
            importing.Parameter(
                "edition",
                _("Edition of the standard"),
                "text",
                help=_("Empty: the round keeps the indicators of its own sheet as an edition of its own."),
            ),
        ],
        help=_("One row per observation. Empty points mean that nothing was lost."),
    )
)
