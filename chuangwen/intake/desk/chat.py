"""Messages of a chat group, as they are copied or exported, become proposed cases. Pure.

Read are the usual writings of WeChat, Enterprise WeChat and QQ: a line with name and time above the words (either order), a line
``[time] name: words``, day lines between them, ``[图片]`` and named attachments. What is not understood is kept as words of the message
before it: nothing is lost.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from chuangwen.intake.masking import mask_name, mask_text
from chuangwen.kernel.chinese import natural_key, strip_invisible

MOST_CHARACTERS, MOST_MESSAGES = 400_000, 3_000
TOGETHER = timedelta(minutes=5)
"""A photo belongs to the words of the same sender that came at most so long before or after."""
NAME_LENGTH = 40
TEXT_LENGTH = 2_000


@dataclass
class Message:
    """``at`` is China's time without a zone, None where the text has none. ``photos``: names of attachments, "" for one without a name."""

    sender: str
    at: datetime | None
    lines: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


@dataclass
class Proposed:
    """What may be one case: who said it (masked), when, what (masked), the names of the photos, and whether it looks like a problem."""

    sender: str
    at: datetime | None
    text: str
    photos: list[str]
    likely: bool = True


_DAY = r"(?:(?P<year>\d{4})\s?[年/.-]\s?)?(?P<month>\d{1,2})\s?[月/.-]\s?(?P<day>\d{1,2})日?"
_TIME = r"(?P<half>上午|下午|中午|晚上|凌晨|早上|AM|PM)?\s?(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?:[:：](?P<second>\d{2}))?"
_WEEKDAY = r"(?:\s*(?:星期|周)[一二三四五六日天])?"
_RELATIVE = r"(?P<relative>昨天|今天|前天)"
_WHEN = rf"(?:(?:{_DAY}|{_RELATIVE}){_WEEKDAY}\s*,?\s*)?{_TIME}"
_NAME = rf"(?P<name>[^\r\n]{{1,{NAME_LENGTH}}}?)"
_HEADS = (
    re.compile(rf"^\[{_WHEN}\]\s*{_NAME}[:：]\s?(?P<rest>.*)$"),
    re.compile(rf"^(?P<full>{_WHEN})\s+{_NAME}\s*$"),
    re.compile(rf"^{_NAME}[:：]?\s+{_WHEN}\s*$"),
)
_DAY_LINE = re.compile(rf"^[\s—\-=*·]*{_DAY}{_WEEKDAY}[\s—\-=*·]*$")
_RULE = re.compile(r"^[\s=—\-_*]{6,}$")
_HEADING = re.compile(
    r"^(?:消息记录（|消息记录\(|消息分组[:：]|消息对象[:：]|日期[:：]|Dear[:：,，]?|亲爱的|如下是微信群|以下是微信|.{0,30}的聊天记录如下)"
)
_NAMED_PHOTO = re.compile(
    r"\[?(?:图片|照片|Photo|Image|文件)[:：]\s?(?P<name>[^\]\r\n(（]{1,120}?\.(?:jpe?g|png|webp|gif|bmp))\s*(?:[(（][^)）]*[)）])?\]?",
    re.I,
)
_BARE_PHOTO = re.compile(r"\[(?:图片|照片|Photo|Image)\]|<图片>|【图片】", re.I)
_FILE_LINE = re.compile(r"^(?P<name>[\w.\-]{1,100}\.(?:jpe?g|png|webp|gif|bmp))(?:\s*\((?:文件|附件).*\))?$", re.I)
_NOISE_MARK = re.compile(r"\[[^\[\]\s]{1,6}\]|@[^\s@\u2005]{1,30}[\s\u2005]?")
_SMALL_TALK = re.compile(
    r"^(?:收到+|好的?|好嘞|嗯+|哦+|行|可以|谢谢.{0,6}|辛苦.{0,6}|感谢.{0,8}|ok|OK|Ok|明白|了解|知道了|马上.{0,6}|已?处理.{0,4}|早上好|大家好|"
    r"早|晚安|是的?|对|\+1|1|来了|在|哈+|呵+|赞|点赞|欢迎.{0,10}|请.{0,6}查收|.{0,12}(?:撤回了一条消息|加入了?群聊|修改群名为.*|邀请.*加入.*))"
    r"[。！!~～.\s]*$"
)  # fmt: skip
_PIECES = re.compile(r"[，,。！!~～、；;\s]+")
_LEAST = 4
"""Characters that say something."""


def read(text: str, *, today: date) -> tuple[list[Message], int]:
    """The messages in order, and how many characters beyond the limits were not read.

    ``today`` gives the year and day that a text leaves out.
    """
    text = strip_invisible(text[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").replace("\x00", ""))
    cut = 0
    messages: list[Message] = []
    day: date | None = None
    for line in text.split("\n"):
        stripped = line.strip()
        if not stripped:
            continue
        found_day = _day_line(stripped, today)
        if found_day is not None:
            day = found_day
            continue
        if _RULE.match(stripped) or (_HEADING.match(stripped) and not messages):
            continue
        head = _head(stripped, day, today)
        if head is not None:
            if len(messages) >= MOST_MESSAGES:
                cut += len(stripped)
                break
            messages.append(head)
            continue
        if not messages:
            messages.append(Message("", None))
        _take_line(messages[-1], stripped)
    return [message for message in messages if message.text or message.photos], cut


def _head(line: str, day: date | None, today: date) -> Message | None:
    """The beginning of a message, or None."""
    for pattern in _HEADS:
        found = pattern.match(line)
        if found is None:
            continue
        name = found["name"].strip().rstrip(":：").strip()
        if not name or not re.search(r"[^\W\d_]", name):
            continue
        at = _moment(found, day, today)
        if at is None:
            continue
        message = Message(name, at)
        if "rest" in pattern.groupindex and found["rest"].strip():
            _take_line(message, found["rest"].strip())
        return message
    return None


def _moment(found: re.Match[str], day: date | None, today: date) -> datetime | None:
    """The moment that a head names; None for numbers that are no time."""
    hour = int(found["hour"])
    half = (found["half"] or "").upper()
    if half in ("下午", "晚上", "PM") and hour < 12 or half == "中午" and hour < 10:
        hour += 12
    elif half in ("凌晨", "上午", "AM") and hour == 12:
        hour = 0
    on: date | None = day or today
    if found["month"]:
        on = _date(found, today)
    elif found["relative"]:
        on = today - timedelta(days={"今天": 0, "昨天": 1, "前天": 2}[found["relative"]])
    if on is None:
        return None
    try:
        return datetime.combine(on, time(hour, int(found["minute"]), int(found["second"] or 0)))
    except ValueError:
        return None


def _date(found: re.Match[str], today: date) -> date | None:
    """The day; without a year the last one that has come."""
    try:
        if found["year"]:
            day = date(int(found["year"]), int(found["month"]), int(found["day"]))
            return day if 2000 <= day.year <= today.year + 1 else None
        day = date(today.year, int(found["month"]), int(found["day"]))
        return day if day <= today + timedelta(days=1) else date(today.year - 1, day.month, day.day)
    except ValueError:
        return None


def _day_line(line: str, today: date) -> date | None:
    found = _DAY_LINE.match(line)
    return _date(found, today) if found else None


def _take_line(message: Message, line: str) -> None:
    """A line of a message: words, photos, or both."""
    alone = _FILE_LINE.match(line)
    if alone:
        message.photos.append(alone["name"])
        return
    message.photos += [found["name"].strip() for found in _NAMED_PHOTO.finditer(line)]
    rest = _NAMED_PHOTO.sub(" ", line)
    message.photos += [""] * len(_BARE_PHOTO.findall(rest))
    rest = _BARE_PHOTO.sub(" ", rest).strip()
    if rest:
        message.lines.append(rest)


# -- photos of the archive --------------------------------------------------------------------------------------------

_STAMP = re.compile(r"(?<!\d)(20\d{2})[-_]?(\d{2})[-_]?(\d{2})[-_ T]?(\d{2})[-_.:]?(\d{2})(?:[-_.:]?(\d{2}))?")
_EPOCH = re.compile(r"(?<!\d)(1[5-9]\d{8})(\d{3})?(?!\d)")


def moment_in(name: str) -> datetime | None:
    """When a photo was taken or saved, by its name (微信图片_20261120093015.jpg, mmexport1795138215000.jpg); China's time."""
    found = _STAMP.search(name)
    if found:
        try:
            return datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
        except ValueError:
            return None
    found = _EPOCH.search(name)
    if found:
        return datetime(1970, 1, 1) + timedelta(seconds=int(found[1]), hours=8)  # noqa: DTZ001  China has one time, without changes
    return None


def assign(messages: Sequence[Message], names: Iterable[str]) -> list[str]:
    """Give the photos of an archive to the places of the messages: by name, then by the time in the name, then in order. Changes
    ``messages`` (names that the archive does not have become empty places); returns the names that are left over."""
    waiting = sorted(names, key=natural_key)
    by_base = {_base(name): name for name in waiting}
    open_places: list[tuple[Message, int]] = []
    for message in messages:
        for at, asked in enumerate(message.photos):
            name = by_base.get(_base(asked)) if asked else None
            if name is not None and name in waiting:
                message.photos[at] = name
                waiting.remove(name)
            else:
                message.photos[at] = ""
                open_places.append((message, at))
    timed = [(moment, name) for name in waiting if (moment := moment_in(name)) is not None]
    for moment, name in sorted(timed):
        near = [
            (abs(message.at - moment), number)
            for number, (message, _at) in enumerate(open_places)
            if message.at is not None and abs(message.at - moment) <= TOGETHER
        ]
        if near:
            message, at = open_places.pop(min(near)[1])
            message.photos[at] = name
            waiting.remove(name)
    untimed = [name for name in waiting if moment_in(name) is None]
    for (message, at), name in zip(list(open_places), untimed, strict=False):
        message.photos[at] = name
        waiting.remove(name)
    for message in messages:
        message.photos = [name for name in message.photos if name]
    return waiting


def _base(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1].strip().lower()


# -- putting together -------------------------------------------------------------------------------------------------


def proposed(messages: Sequence[Message], left_over: Sequence[str] = ()) -> list[Proposed]:
    """What the messages propose, in order; names of people and numbers masked. Words and the photos of the same sender near them are one;
    further words of the same sender right after, without a photo between, belong to it as well."""
    names = {message.sender for message in messages if message.sender} | {
        re.split(r"[（(<@＠]", message.sender)[0].strip() for message in messages
    }
    groups: list[list[Message]] = []
    for message in messages:
        group = next((each for each in reversed(groups[-4:]) if each[-1].sender == message.sender), None)
        if group is not None and _belongs(group, message):
            group.append(message)
        else:
            groups.append([message])
    found = []
    for group in groups:
        words = "\n".join(message.text for message in group if message.text)
        photos = list(dict.fromkeys(name for message in group for name in message.photos))
        text = mask_text(words, names)[:TEXT_LENGTH]
        found.append(Proposed(mask_name(group[0].sender), group[0].at, text, photos, bool(photos) or says_something(words)))
    if left_over:
        found.append(Proposed("", None, "", list(left_over)))
    return found


def _belongs(group: list[Message], message: Message) -> bool:
    """Whether a message goes on with what its sender said: near in time, and not a second story with a photo of its own."""
    last, first = group[-1], group[0]
    if last.at is not None and message.at is not None and not timedelta() <= message.at - last.at <= TOGETHER:
        return False
    if (last.at is None) != (message.at is None) or last.at is None:
        return False
    if message.photos and not message.text:
        return True
    if message.text and first.text and not any(says_something(each.text) for each in group):
        return False  # a greeting before a story is no part of it
    if first.text and message.text and any(each.photos for each in group):
        return False  # words after a finished story with photos begin another
    return says_something(message.text) or not message.text


def says_something(text: str) -> bool:
    """Whether words may tell of a problem: long enough, and not mere politeness."""
    bare = _NOISE_MARK.sub("", text).strip()
    letters = re.sub(r"[\W_]+", "", bare)
    pieces = [piece for piece in _PIECES.split(bare) if piece]
    return len(letters) >= _LEAST and not all(_SMALL_TALK.match(piece) for piece in pieces)
