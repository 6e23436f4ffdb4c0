"""The texts that a person may write and the fields of templates that several kinds have in common."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.papers.composing.base import moment_of
from chuangwen.papers.composing.registry import Field, TextField
from chuangwen.papers.facts import PeriodFacts, UnitCases

TITLE = TextField("title", _("Title"))
ADDRESSEE = TextField("addressee", _("Addressee"), help=_("Ends with a colon, for example 各社区，各有关单位："))


def OPENING(standard: str = "") -> TextField:  # noqa: N802  read as one of the texts
    return TextField("opening", _("Opening words"), "text", standard=standard)


def DEMANDS(*standard: str) -> TextField:  # noqa: N802
    return TextField("demands", _("What is asked for"), "lines", help=_("A paragraph per line."), standard="\n".join(standard))


def lines(key: str, label: Any, *standard: str) -> TextField:
    """Several paragraphs, one a line."""
    return TextField(key, label, "lines", help=_("A paragraph per line."), standard="\n".join(standard))


DEADLINE = TextField(
    "deadline", pgettext_lazy("paper", "To be done by"), help=pgettext_lazy("paper", "In words, for example 2026年12月10日前")
)
SIGNATORY = TextField(
    "signatory", pgettext_lazy("paper", "Signatory"), help=pgettext_lazy("paper", "Stands in the head of papers that go upwards.")
)

COMMON = (
    Field("title", "标题", "关于2026年第47周创建工作情况的通报"),
    Field("red_head", "发文机关标志", "河东街道创建全国文明城市指挥部办公室文件"),
    Field("number", "发文字号（签发前为空）", "河东创文〔2026〕3号"),
    Field("issue", "期号（简报、快报）", "12"),
    Field("total_issue", "总期号（简报、快报）", "86"),
    Field("addressee", "主送机关", "各社区，各有关单位"),
    Field("organ", "发文机关署名", "河东街道创建全国文明城市指挥部办公室"),
    Field("date", "成文日期", "2026年11月23日"),
    Field("signatory", "签发人（上行文）", "张三"),
    Field("copies", "抄送", "区创文指挥部"),
    Field("print_organ", "印发机关", "河东街道创文办"),
    Field("opening", "开头的话", "现将有关情况通报如下："),
    Field("demands", "要求（逐段）", ["各责任单位逐项认领。", "整改后上传照片。"]),
    Field("seal", "公章（签发后才有，放在成文日期前）", ""),
    Field(
        "paragraphs",
        "正文全文（逐段：level 为标题级别，正文为0；text 为文字，标题带序号）",
        [{"level": 1, "text": "一、总体情况"}, {"level": 0, "text": "本周检查点位42个。"}],
    ),
    Field(
        "figures",
        "全文数据（逐个：name 名称，value 数值）",
        [{"name": "检查点位数", "value": "42"}],
    ),
)
"""What every kind gives to its templates."""

CASE_FIELDS = (
    Field("unit", "责任单位", "城市管理和综合执法局"),
    Field("head", "第一责任人及电话", "李四 13800000000"),
    Field("liaison", "联络员及电话", "王五 13800000000"),
    Field("source", "问题来源", "十一月实地测评"),
    Field("total", "问题件数", "2"),
    Field("deadline", "办结时限", "2026年12月2日前"),
    Field(
        "cases",
        "问题清单（逐件：index 序号，number 编号，place 点位，problem 存在问题，due 整改时限，state 办理情况）",
        [
            {
                "index": "1",
                "number": "2026-000012",
                "place": "健康北路",
                "problem": "人行道地砖破损",
                "due": "2026年12月2日17:30",
                "state": "整改中",
            }
        ],
    ),
    Field("photos", "整改前照片（逐张：image 图片，caption 说明）", [{"image": "", "caption": "1. 健康北路（整改前）"}]),
    Field("steps", "此前催办、督办情况（逐条）", ["11月16日系统提醒。"]),
)


def case_values(facts: UnitCases) -> dict[str, Any]:
    dues = [case.due for case in facts.cases if case.due]
    return {
        "unit": facts.unit,
        "head": facts.head,
        "liaison": facts.liaison,
        "source": facts.source,
        "total": facts.total.value,
        "deadline": f"{moment_of(max(dues))}前" if dues else "",
        "steps": list(facts.steps),
        "cases": [
            {
                "index": str(n),
                "number": case.number,
                "place": case.place,
                "problem": case.problem,
                "due": moment_of(case.due),
                "state": case.state,
            }
            for n, case in enumerate(facts.cases, 1)
        ],
        "photos": [
            {"image": picture.source, "caption": f"{n}. {case.place or case.number}（整改前）"}
            for n, case in enumerate(facts.cases, 1)
            for picture in case.pictures[:4]
        ],
    }


PERIOD_FIELDS = (
    Field("area", "区域", "河东街道"),
    Field("period", "期间", "2026年11月16日至22日"),
    Field("units", "各单位情况（逐个：name 单位，due 应办结，in_time 按期办结，rate 按期办结率，sent_back 返工，overdue 逾期）", [
        {"name": "城管局", "due": "12", "in_time": "11", "rate": "91.67%", "sent_back": "1", "overdue": "0"}
    ]),
    Field("late", "逾期问题（逐件：index 序号，number 编号，place 点位，problem 存在问题，due 整改时限）", [
        {"index": "1", "number": "2026-000012", "place": "健康北路", "problem": "地砖破损", "due": "2026年11月18日17:30"}
    ]),
    Field("reported", "上报问题件数", "42"),
    Field("closed", "办结件数", "38"),
    Field("due", "应办结件数", "40"),
    Field("in_time", "按期办结件数", "36"),
    Field("rate", "按期办结率", "90.00%"),
    Field("open", "在办件数", "12"),
    Field("overdue", "逾期未办结件数", "3"),
    Field("sites", "检查点位数", "56"),
)  # fmt: skip


def period_values(facts: PeriodFacts) -> dict[str, Any]:
    from chuangwen.papers.composing.base import rate_of
    from chuangwen.papers.composing.period_parts import overall_rate

    numbers = facts.numbers
    return {
        "area": facts.area,
        "period": facts.period.days,
        "reported": numbers["cases.reported"].value,
        "closed": numbers["cases.closed"].value,
        "due": numbers["cases.due_left"].value,
        "in_time": numbers["cases.closed_in_time"].value,
        "rate": rate_of(overall_rate(facts)),
        "open": numbers["cases.open"].value,
        "overdue": numbers["cases.overdue"].value,
        "sites": numbers["fieldwork.sites"].value,
        "units": [
            {
                "name": unit.name,
                "due": unit.due.value,
                "in_time": unit.in_time.value,
                "rate": rate_of(unit.rate),
                "sent_back": str(unit.sent_back),
                "overdue": str(unit.overdue),
            }
            for unit in facts.units
        ],
        "late": [
            {"index": str(n), "number": c.number, "place": c.place, "problem": c.problem, "due": moment_of(c.due)}
            for n, c in enumerate(facts.late, 1)
        ],
    }


DONE_FIELD = Field(
    "done",
    "台账数据（逐项：group 分类，name 指标，value 数值，measure 计量单位）",
    [{"group": "宣传氛围", "name": "悬挂横幅", "value": "315", "measure": "条"}],
)


def report_values(facts: PeriodFacts) -> dict[str, Any]:
    """The values of a period with what was done."""
    done = [{"group": line.group, "name": line.name, "value": line.number.value, "measure": line.measure} for line in facts.done]
    return period_values(facts) | {"done": done}
