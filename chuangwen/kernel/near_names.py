"""Names that are almost the same: 诚信建设制度 and 诚信建设制度化, 岭咀 and 嶺咀, 住建局 and 住房和城乡建设局.

Pure. A near match is only ever *offered* to a person for joining. Names that differ in a number (社区2, 社区10; 第一小学,
第二小学) or in a direction (河东, 河西) are different things and are never offered.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from chuangwen.kernel.chinese import match_key

_LONGEST = 40
"""Names longer than this many characters are compared by containment and equality of their keys alone."""
_TELLING = frozenset("0123456789零〇一二三四五六七八九十百甲乙丙丁东西南北中上下前后左右内外大小新老男女")
_ORGANISATIONS = "局委办部院校站所会司队中心"
_ABBREVIATION = 0.7
_ENDINGS = tuple(sorted((
    "社区居民委员会", "居民委员会", "村民委员会", "社区居委会", "居委会", "村委会", "社区", "村", "街道办事处", "街道", "人民政府", "有限公司",
    "服务公司", "物业服务公司", "公司", "服务公司示例", "物业服务公司示例", "公司示例", "管理局", "小学", "中学", "医院", "市场", "公园", "小区",
), key=len, reverse=True))  # fmt: skip
"""What a name says of the kind of thing: sharing it makes two names no likelier to mean the same."""


def near_names(names: Iterable[str], *, least: float = 0.7) -> list[tuple[str, str, float]]:
    """Pairs of different names that may mean the same, likeliest first.

    Gives (a, b, score), ``a`` before ``b`` in the order they came, score from ``least`` to 1: 1 when they differ in script,
    width, spaces or punctuation only; else the share of characters that agree; 0.7 for an organisation's abbreviation.
    Compares a few thousand names in about a second: no pair is looked at that cannot be near.
    """
    order: dict[str, int] = {}
    for name in names:
        order.setdefault(name, len(order))
    spellings: dict[str, list[str]] = defaultdict(list)
    for name in order:
        if key := match_key(name):
            spellings[key].append(name)
    scores = {(a, b): 1.0 for same in spellings.values() for a, b in combinations(same, 2)}
    for left, right in _candidates(list(spellings), least):
        score = likeness(left, right)
        if score >= least:
            scores.update({(a, b): score for a in spellings[left] for b in spellings[right]})
    found = [(min(pair, key=order.__getitem__), max(pair, key=order.__getitem__), score) for pair, score in scores.items()]
    return sorted(found, key=lambda match: (-match[2], order[match[0]], order[match[1]]))


def likeness(left: str, right: str) -> float:
    """How alike two keys (see ``match_key``) are, from 0 to 1; 0 when what tells them apart is a number or a direction."""
    if left == right:
        return 1.0
    distance, differing = _difference(left, right)
    if _TELLING.intersection(differing) or _own_names_differ(left, right):
        return 0.0
    score = 1 - distance / max(len(left), len(right))
    if score < _ABBREVIATION and _is_abbreviation(*sorted((left, right), key=len)):
        return _ABBREVIATION
    return score


def _own_names_differ(left: str, right: str) -> bool:
    """Whether two names end in the same kind of thing and less than half of what stands before it agrees: 方兴社区, 迎宾社区."""
    ending = next((each for each in _ENDINGS if left.endswith(each) and right.endswith(each)), "")
    own = left.removesuffix(ending), right.removesuffix(ending)
    return bool(ending and all(own)) and 2 * _difference(*own)[0] > max(map(len, own))


def _candidates(keys: list[str], least: float) -> set[tuple[str, str]]:
    """Pairs of keys that may reach ``least``: they share what is left after dropping a few characters, one holds the other,
    or one abbreviates the other."""
    place = {key: index for index, key in enumerate(keys)}
    pairs: set[tuple[int, int]] = set()

    def join(a: int, b: int) -> None:
        if a != b:
            pairs.add((min(a, b), max(a, b)))

    shortened: dict[str, list[int]] = defaultdict(list)
    ends: dict[tuple[str, str], list[int]] = defaultdict(list)
    for key, index in place.items():
        for variant in _shortenings(key, least):
            for other in shortened[variant]:
                join(index, other)
            shortened[variant].append(index)
        for length in range(max(2, int(least * len(key) + 0.999)), len(key)):
            for start in range(len(key) - length + 1):
                if (held := place.get(key[start : start + length])) is not None:
                    join(index, held)
        if len(key) >= 3 and key[-1] in _ORGANISATIONS:
            for other in ends[key[0], key[-1]]:
                if _is_abbreviation(*sorted((key, keys[other]), key=len)):
                    join(index, other)
            ends[key[0], key[-1]].append(index)
    return {(keys[a], keys[b]) for a, b in pairs}


def _shortenings(key: str, least: float) -> set[str]:
    """``key`` and what is left of it without one character, for long names without two: two names whose edit distance is that
    small share one of these."""
    if len(key) > _LONGEST:
        return {key}
    variants = {key}
    allowed = min(2, int(len(key) / least - len(key) + 0.001) or int((1 - least) * len(key) + 0.001))
    for _ in range(allowed):
        variants |= {short[:i] + short[i + 1 :] for short in variants for i in range(len(short))}
    return variants


def _difference(left: str, right: str) -> tuple[int, set[str]]:
    """The edit distance and the characters that a shortest edit drops, adds or puts for others."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    stop = 0
    while stop < min(len(left), len(right)) - start and left[-1 - stop] == right[-1 - stop]:
        stop += 1
    a, b = left[start : len(left) - stop], right[start : len(right) - stop]
    if not a or not b:
        return len(a) + len(b), set(a + b)
    row: list[tuple[int, str]] = [(j, b[:j]) for j in range(len(b) + 1)]
    for i, char in enumerate(a, 1):
        previous, row = row, [(i, a[:i])]
        for j, other in enumerate(b, 1):
            if char == other:
                row.append(previous[j - 1])
                continue
            row.append(
                min(
                    (previous[j - 1][0] + 1, previous[j - 1][1] + char + other),
                    (previous[j][0] + 1, previous[j][1] + char),
                    (row[j - 1][0] + 1, row[j - 1][1] + other),
                    key=lambda edit: edit[0],
                )
            )
    return row[-1][0], set(row[-1][1])


def _is_abbreviation(short: str, long: str) -> bool:
    """Whether ``short`` picks characters of ``long`` in order, beginning and ending as it does: 住建局 of 住房和城乡建设局."""
    if not 3 <= len(short) < len(long) or short[0] != long[0] or short[-1] != long[-1] or short[-1] not in _ORGANISATIONS:
        return False
    rest = iter(long)
    return all(char in rest for char in short)
