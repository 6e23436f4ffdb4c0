"""What the words in a sheet of problems mean: result and answer make a state, a limit is a day or a span. Pure."""

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chuangwen.cases.models import State
from chuangwen.kernel.chinese import from_numeral, match_key, parse_datetime
from chuangwen.kernel.worktime import Limit, WorkCalendar

YEARS = range(2000, 2100)
"""Days outside are slips of the pen."""
LONGEST = {"working_hours": 400, "working_days": 750}

SPACE = uuid.UUID("6f0c4e5e-3a55-5b0f-9d5d-6a1a7a4e2b11")
"""Under which the identifiers of rows are made."""

CLOSED = (
    "已整改",
    "已完成",
    "已解决",
    "已办结",
    "已结案",
    "已清理",
    "完成",
    "合格",
    "整改完成",
    "整改到位",
    "完成整改",
    "已整改到位",
    "现场解决",
    "已核查",
    "销号",
    "已销号",
    "是",
)
WORKING = ("整改中", "正在整改", "部分整改", "推进中", "办理中", "处理中", "基本完成", "已签收", "待核查", "报送整改结果")
WAITING = (
    "未整改",
    "待整改",
    "未完成",
    "未解决",
    "未处理",
    "未办结",
    "不合格",
    "不达标",
    "不符合",
    "失分",
    "扣分",
    "已交办",
    "已上报",
    "已受理",
    "否",
    "a",
    "b",
    "c",
    "d",
    "待交办",
    "拒签待裁定",
)
DEFERRED = ("缓办", "列入计划", "长期整改", "长期推进", "暂缓")
REJECTED = ("不予受理", "非问题", "不属实", "驳回", "作废")
WORDS: dict[str, State] = {
    match_key(word): state
    for state, words in (
        (State.CLOSED, CLOSED),
        (State.RECTIFYING, WORKING),
        (State.SCREENED, WAITING),
        (State.DEFERRED, DEFERRED),
        (State.REJECTED, REJECTED),
    )
    for word in words
}
_UNDONE = re.compile(r"未|没有|无法|尚|待|暂|计划|正在|拟|将")
_DONE = re.compile(r"已|完成|完毕|到位|清除|清理|更换|修复|解决")

_NUMBER = r"(\d+|[一二两三四五六七八九十百]+)"
_SPANS = (
    (re.compile(rf"{_NUMBER}个?(?:工作)?小?时"), "working_hours"),
    (re.compile(rf"{_NUMBER}个?工作日"), "working_days"),
    (re.compile(rf"{_NUMBER}(?:个?自然日|天|日)"), "calendar_days"),
    (re.compile(rf"{_NUMBER}(?:个?星期|周)"), "weeks"),
    (re.compile(rf"{_NUMBER}个月"), "months"),
)
_FACTORS = {"weeks": 7, "months": 30}
_AT_ONCE = re.compile(r"立行立改|立即|马上|即时|当场|当日|当天")


def state_of(result: str, measure: str) -> State | None:
    """What 结果 and 整改情况 say together: CLOSED, RECTIFYING, DEFERRED, REJECTED, or SCREENED (nothing was done yet). A result that is the
    assessment's (a grade, 失分) leaves it to the answer. None for a word that is not known."""
    word = match_key(result)
    state = WORDS.get(word) if word else State.SCREENED
    if state is not State.SCREENED or not measure.strip():
        return state
    known = WORDS.get(match_key(measure))
    if known is not None:
        return known
    if word in _SAYS_UNDONE:
        return State.RECTIFYING
    return State.RECTIFYING if _UNDONE.search(measure) or not _DONE.search(measure) else State.CLOSED


_SAYS_UNDONE = {match_key(word) for word in ("未整改", "待整改", "未完成", "未解决", "未处理", "未办结", "否")}


@dataclass(frozen=True, slots=True)
class Deadline:
    """What a sheet says of a deadline: a moment, or a span from the report."""

    moment: datetime | None = None
    limit: Limit | None = None


def deadline_of(text: str, calendar: WorkCalendar) -> Deadline | None:
    """2026年11月20日, 2026-11-20 17:30, 3个工作日, 4小时内, 7天, 立行立改 (four working hours). A day means its end. None for anything else."""
    text = text.strip()[:100]
    try:
        moment = parse_datetime(text.removesuffix("前").removesuffix("之"))
    except ValueError:
        pass
    else:
        if moment.year not in YEARS:
            return None
        whole = moment.time() == time()
        return Deadline(moment=(moment + timedelta(days=1, seconds=-1) if whole else moment).replace(tzinfo=calendar.tz))
    for pattern, unit in _SPANS:
        if found := pattern.search(text):
            try:
                amount = from_numeral(found[1]) * _FACTORS.get(unit, 1)
            except ValueError:
                return None
            if not 1 <= amount <= LONGEST.get(unit, 3660):
                return None
            return Deadline(limit=Limit.of(amount, "calendar_days" if unit in _FACTORS else unit))
    return Deadline(limit=Limit(4, "working_hours")) if _AT_ONCE.search(text) else None


def span_to(start: datetime, end: datetime) -> Limit:
    """A limit in calendar days that ends on the day of ``end``: at least one day."""
    days = (end.date() - start.astimezone(end.tzinfo).date()).days
    return Limit(min(max(days, 1), 3660), "calendar_days")


def row_uid(facts: Mapping[str, str], occurrence: int) -> uuid.UUID:
    """The identifier of a row by what it says of place and problem (not of who answers and what was done): the same row in a later
    edition of the sheet is the same case. ``occurrence`` tells rows apart that say the same."""
    told = json.dumps({key: match_key(value) for key, value in facts.items()}, ensure_ascii=False, sort_keys=True)
    return uuid.uuid5(SPACE, hashlib.sha256(f"{told}#{occurrence}".encode()).hexdigest())


def moment_of(given: datetime | None, day: date | None, otherwise: datetime, calendar: WorkCalendar) -> datetime:
    """The moment of a cell; nine in the morning of a day without a time, in the cell or for the whole sheet; never later than now."""
    moment = given.astimezone(calendar.tz) if given is not None else None
    if moment is None and day is not None:
        moment = datetime.combine(day, time(), calendar.tz)
    if moment is None:
        return otherwise
    return min(moment + timedelta(hours=9) if moment.time() == time() else moment, otherwise)
