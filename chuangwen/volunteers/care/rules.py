"""Care without a database: words about health that are not kept, birthdays, what proves a contact. Pure."""

from __future__ import annotations

import re
from datetime import date, time

WELL, NOT_REACHED, NEEDS_HELP = "well", "not_reached", "needs_help"
PROVES = (WELL, NEEDS_HELP)
"""A call that reached nobody keeps nothing: it is tried again, and the alarm goes on."""

ALARM_AT = time(18, 0)
STEP_MINUTES = 60
KEEP_DAYS = 180
AHEAD_DAYS = 14
LATE_DAYS = 7
"""So long after its day a record that comes late (a phone without signal) still counts."""
LONGEST_CALL = 4 * 60
"""Minutes; a call that was not ended is not counted as an evening."""

_HEALTH = (
    "病", "癌", "肿瘤", "糖尿", "血压", "血糖", "血脂", "血栓", "脑梗", "心梗", "心脏", "冠心", "中风", "偏瘫", "瘫痪", "痴呆", "抑郁",
    "躁狂", "精神分裂", "精神障碍", "精神异常", "焦虑症", "自杀", "帕金森", "阿尔茨海默", "失智", "失能", "白内障", "青光眼", "关节炎",
    "风湿", "肺炎", "肝炎", "肾炎", "胃炎", "哮喘", "肺结核", "艾滋", "梅毒", "感染", "骨折", "手术", "化疗", "放疗", "透析", "支架",
    "输液", "打针", "胰岛素", "吃药", "服药", "用药", "药物", "降压药", "安眠药", "医嘱", "诊断", "确诊", "住院", "出院", "复查",
    "体检结果", "病历", "发烧", "发热", "咳嗽", "头晕", "头痛", "胸闷", "失眠", "尿失禁", "大小便失禁", "过敏", "癫痫", "残疾等级",
    "智力障碍", "智障", "耳聋", "失明", "截肢", "后遗症", "并发症", "综合征", "综合症", "炎症", "溃疡", "结石", "贫血", "甲亢", "dementia",
    "diabetes", "hypertension", "cancer", "stroke", "surgery", "diagnos", "medication", "hiv",
)  # fmt: skip
_HARMLESS = ("毛病", "通病", "弊病", "看病号", "病虫害", "水管感染", "打针织", "支架桥")
"""What holds such letters and says nothing about anybody's health."""
_HEALTH_WORDS = re.compile("|".join(sorted(map(re.escape, _HEALTH), key=len, reverse=True)), re.IGNORECASE)


def medical_word(text: str) -> str | None:
    """The first word about somebody's health in a text; None where there is none. PIPL Art. 28: health is sensitive data, and nobody who calls
    or visits needs it. Says the word as it stands there, so that the person sees what to leave out."""
    plain = text
    for phrase in _HARMLESS:
        plain = plain.replace(phrase, "　" * len(phrase))
    found = _HEALTH_WORDS.search(plain)
    return found[0] if found else None


_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def sound_birthday(month: int | None, day: int | None, year: int | None, today: date) -> bool:
    """Whether month and day (29 February too) are a day of some year, both or none; the year within 120 years."""
    if month is None or day is None:
        return month is None and day is None and year is None
    if not (1 <= month <= 12 and 1 <= day <= _LONGEST[month - 1]):
        return False
    if year is None:
        return True
    try:
        born = date(year, month, day)
    except ValueError:
        return False
    return today.year - 120 <= year and born <= today


def birthday_rule(month: int, day: int) -> str:
    """The rule (RFC 5545) of a birthday; who was born on 29 February has it on the last day of February."""
    return f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={-1 if (month, day) == (2, 29) else day}"


def birthday_in(year: int, month: int, day: int) -> date:
    """The day in a year."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 2, 28)


def quarter(day: date) -> tuple[int, int]:
    """Year and quarter (1 to 4) of a day."""
    return day.year, (day.month - 1) // 3 + 1


def months_of(number: int) -> tuple[int, int, int]:
    """The months of a quarter."""
    first = number * 3 - 2
    return first, first + 1, first + 2


def read_birthday(text: str) -> tuple[int | None, int, int]:
    """Year (or None), month and day of a written birthday: 1948-03-05, 3-5, 03/05, 3月5日, 1948年3月5日. Raises ValueError."""
    numbers = re.findall(r"\d+", text)
    if re.fullmatch(r"\d{8}", text.strip()):
        numbers = [text.strip()[:4], text.strip()[4:6], text.strip()[6:]]
    if len(numbers) == 2 and max(map(len, numbers)) <= 2:
        return None, int(numbers[0]), int(numbers[1])
    if len(numbers) == 3 and len(numbers[0]) == 4:
        return int(numbers[0]), int(numbers[1]), int(numbers[2])
    raise ValueError(text)
