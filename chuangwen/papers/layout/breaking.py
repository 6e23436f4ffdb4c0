"""Where a title or the name of an organ breaks into lines: even lines, whole words (GB/T 9704-2012, 7.3.1: 词意完整, 长短适宜)."""

import re
from functools import cache

# Words of the trade that a line must not cut, and phrases that a line likes to begin or end with.
WORDS = (  # noqa: SIM905 - one word per line would be a page
    "全国文明城市 文明城市 文明办 创建 指挥部 领导小组 办公室 测评 通报 通知 情况 问题 整改 交办 督办 检查 "
    "简报 方案 工作 关于 街道 社区 办事处 委员会 精神文明 建设 志愿 服务 环境 卫生 专项 行动 综合 实地 考察 "
    "季度 月份 上半年 下半年 落实 开展 组织 单位 责任 人民政府 文件 印发 报告 请示 决定 意见 公益广告 市场 "
    "点位 模拟 排名 成绩 结果 典型 表扬 批评 重点 包保 联点共建 新时代 实践 中心 印章 会议"
).split()
KEEP = re.compile(
    "|".join(
        [
            *sorted(WORDS, key=len, reverse=True),
            r"[A-Za-z0-9.%]+[年月日期号次个件]*",
            r"第[一二三四五六七八九十0-9]+[轮次期季批]?",
        ]
    )
)
GOOD_BEFORE = ("创建", "第", "的通", "情况的", "工作", "20", "《")
GOOD_AFTER = ("关于", "市", "区", "县", "街道", "年", "、", "》")
NEVER_FIRST = "的、，。；：！？）》”〕年月日号"
NEVER_LAST = "（《“〔第"


def width(text: str) -> float:
    """Width in full characters; letters and digits take half of one."""
    return sum(0.5 if ord(character) < 0x2E80 and character not in "“”‘’—…·" else 1.0 for character in text)


def balanced(text: str, capacity: float) -> list[str]:
    """Break `text` into the fewest lines of at most `capacity` full characters, about equally long, no word cut.

    A line feed in the text is a break by hand and is kept; then nothing else is broken unless a line is too long.
    """
    lines: list[str] = []
    for piece in text.strip().split("\n"):
        piece = piece.strip()
        count = max(1, -int(-width(piece) // capacity))
        while True:
            found = _split(piece, count, capacity)
            if found is not None:
                lines.extend(found)
                break
            count += 1
    return lines


def _split(text: str, count: int, capacity: float) -> list[str] | None:
    if count == 1:
        return [text] if width(text) <= capacity or len(text) < 2 else None
    if count > len(text):
        return list(text)
    cost_at = [_cost(text, place) for place in range(len(text) + 1)]
    ideal = width(text) / count

    @cache
    def best(start: int, lines: int) -> tuple[float, tuple[int, ...]] | None:
        if lines == 1:
            rest = width(text[start:])
            return (abs(rest - ideal) ** 2, ()) if rest <= capacity else None
        options = []
        for end in range(start + 1, len(text) - lines + 2):
            wide = width(text[start:end])
            if wide > capacity:
                break
            tail = best(end, lines - 1)
            if tail is not None:
                options.append(((wide - ideal) ** 2 + cost_at[end] + tail[0], (end, *tail[1])))
        return min(options, default=None)

    found = best(0, count)
    if found is None:
        return None
    places = [0, *found[1], len(text)]
    return [text[a:b] for a, b in zip(places, places[1:], strict=False)]


def _cost(text: str, place: int) -> float:
    """How bad a break before text[place] is; about the square of the characters by which a line may be uneven for it."""
    if place in (0, len(text)):
        return 0.0
    cost = 12.0
    if text[place] in NEVER_FIRST or text[place - 1] in NEVER_LAST:
        cost += 400
    if any(match.start() < place < match.end() for match in KEEP.finditer(text)):
        cost += 200
    if any(text.startswith(word, place) for word in GOOD_BEFORE):
        cost -= 6
    if any(text.endswith(word, 0, place) for word in GOOD_AFTER):
        cost -= 6
    if text.count("《", 0, place) > text.count("》", 0, place):
        cost += 30
    return cost
