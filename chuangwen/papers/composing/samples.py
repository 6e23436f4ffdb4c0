"""Generated facts with which templates are tried out and fields are explained. Nothing in them is anybody's."""

from datetime import date, datetime
from fractions import Fraction

from chuangwen.kernel.clock import LOCAL
from chuangwen.papers.facts import (
    AppraisalFacts,
    AppraisalLine,
    CaseLine,
    CertificateFacts,
    DoneLine,
    KindLine,
    MeetingFacts,
    MeetingItem,
    MeetingResolution,
    OperationFacts,
    OperationLine,
    PeriodFacts,
    SponsorLine,
    SponsorshipFacts,
    UnitCases,
    UnitLine,
)
from chuangwen.papers.figures import Number
from chuangwen.papers.periods import Period

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
DUE = datetime(2026, 12, 2, 17, 30, tzinfo=LOCAL)


def number(key: str, label: str, value: int | str) -> Number:
    counted = value if isinstance(value, int) else 1
    return Number(key, label, str(value), key, {"起止": "2026-11-16至2026-11-22"}, counted, counted)


def _case(n: int) -> CaseLine:
    return CaseLine(f"2026-{n:06d}", f"健康北路{n}号", "人行道地砖破损，盲道被占用", DUE, "整改中", "路面破损", n == 1)


def unit_cases() -> UnitCases:
    return UnitCases(
        "城市管理和综合执法局",
        [_case(1), _case(2)],
        number("cases.open", "在办件数", 2),
        number("cases.overdue", "逾期未办结件数", 1),
        "李四 13800000000",
        "王五 13800000000",
        "十一月实地测评",
        ["11月16日系统提醒。"],
    )


def period() -> PeriodFacts:
    from chuangwen.papers.figures import QUERIES
    from chuangwen.papers.gathering.periods import NUMBERS

    numbers = {name: number(name, QUERIES[name].label, 40 - n) for n, name in enumerate(NUMBERS)}
    unit = UnitLine("城管局", number("due:1", "应办结", 12), number("in_time:1", "按期办结", 11), Fraction(11, 12), 1, 0)
    banners = DoneLine("宣传氛围", "悬挂横幅", "条", number("ledger:banners", "悬挂横幅", 315))
    return PeriodFacts(
        "河东街道", WEEK, numbers, numbers, [unit], [KindLine("乱张贴", 9, 2)], [_case(1)], ["十一月实地测评"], done=[banners]
    )


def appraisal() -> AppraisalFacts:
    line = AppraisalLine("城管局", "职能部门", number("points:1", "城管局得分", "95.60"), "1", "优秀")
    return AppraisalFacts(
        "河东街道", Period(date(2026, 1, 1), date(2026, 12, 31)), "年度考核办法", [line], number("compared", "参评单位数", 1)
    )


def certificate() -> CertificateFacts:
    return CertificateFacts("双山社区居民委员会", "2026年度文明单位", "ABCDEFGH23456789", "/papers/certificates/")


def sponsorship() -> SponsorshipFacts:
    line = SponsorLine("双山社区", "张三", "城管局、民政局", "宣传教育组")
    return SponsorshipFacts(
        "河东街道", "河东街道包保工作方案", Period(date(2027, 1, 1), date(2027, 12, 31)), [line],
        number("sponsored_places", "包保点位数", 1), number("sponsors", "包保领导和单位数", 4), number("sponsorship_pairs", "包保关系数", 4),
    )  # fmt: skip


def meeting() -> MeetingFacts:
    items = [MeetingItem("逾期问题", ["会议要求责任单位限期办结。"], number("agenda:cases", "逾期问题项数", 3))]
    resolutions = [MeetingResolution("清理后街小广告", "双山社区", "2026年11月30日", "20261123-001")]
    return MeetingFacts(
        "创建工作调度会", "2026年11月23日9时", "街道三楼会议室", "河东街道 办事处主任", "河东街道创文办", ["双山社区", "城管局"], [], items,
        resolutions, number("meeting_resolutions", "会议议定事项数", 1),
    )  # fmt: skip


def operation() -> OperationFacts:
    return OperationFacts(
        "河东街道", "十乱集中整治", "健康北路", "十乱整治", Period(date(2026, 11, 2), date(2026, 11, 20)), "集中整治乱贴乱画",
        [
            OperationLine("清理牛皮癣", "块", "work", number("operation:stickers", "清理牛皮癣", 3200), "3,000", "106.7%", "8"),
            OperationLine("出动工作人员", "人次", "people", number("operation:staff-deployed", "出动工作人员", 400)),
        ],
        [("双山社区", ["1,200", "150"]), ("岭咀社区", ["2,000", "250"])], [("健康北路", "党工委委员", "双山社区", "清理牛皮癣")],
        ["11.2", "11.3"], [100.0, 3200.0], [157.9, 315.8],
    )  # fmt: skip
