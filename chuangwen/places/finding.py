"""Finding a division or a site type by the name that people write."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.near_names import likeness
from chuangwen.places.models import Division

_SUFFIX = re.compile(
    r"(社区居民委员会|社区居委会|居民委员会|居委会|村民委员会|村委会|委员会|社区|街道办事处|街道办|街道|办事处|村|镇|乡|镇人民政府|乡人民政府)$"
)
NEAR = 0.6


def place_key(name: str) -> str:
    """The key under which 新村社区, 新村社区居委会 and 新村 meet; a name that is all suffix stays whole."""
    key = match_key(name)
    return _SUFFIX.sub("", key) or key


def nearest(key: str, known: Iterable[str], *, least: float = NEAR, most: int = 5) -> list[str]:
    """The known keys that are like ``key``, likeliest first."""
    scored = [(likeness(key, other), other) for other in known]
    return [other for score, other in sorted(scored, key=lambda pair: -pair[0]) if score >= least][:most]


@dataclass
class Found:
    """``division`` when exactly one fits; else what else may be meant."""

    division: Division | None = None
    ambiguous: list[Division] = field(default_factory=list)
    near: list[Division] = field(default_factory=list)


class DivisionFinder:
    """The towns and villages where an actor holds a verb, read once: a few thousand rows."""

    def __init__(self, actor: Actor, verb: str):
        rows = access.scoped(actor, verb, Division).filter(active=True, level__gte=Division.Level.COUNTY)
        self.rows = list(rows.only("id", "path", "depth", "code", "name", "short_name", "level").order_by("path"))
        self.by_code = {row.code: row for row in self.rows if row.code}
        self.by_key: dict[str, list[Division]] = defaultdict(list)
        for row in self.rows:
            for key in {place_key(row.name), place_key(row.short_name)} - {""}:
                self.by_key[key].append(row)
        self._asked: dict[tuple[str, str], Found] = {}

    def find(self, town: str | None, village: str | None) -> Found:
        """The division of a row that names town and village, or one of them; a 12-digit code counts as a name."""
        question = (town or "", village or "")
        if question not in self._asked:
            self._asked[question] = self._find(*question)
        return self._asked[question]

    def _find(self, town: str, village: str) -> Found:
        towns = self._named(town, None) if town else []
        if not village:
            return self._one(towns, town, None) if town else Found()
        inside = [
            row for row in self._named(village, Division.Level.VILLAGE) if not town or any(row.under(above) for above in towns)
        ]
        if not inside and not town:
            inside = self._named(village, None)
        return self._one(inside, village, towns or None)

    def _named(self, name: str, level: int | None) -> list[Division]:
        digits = match_key(name)
        if digits.isdigit() and (row := self.by_code.get(digits.ljust(12, "0"))):
            return [row]
        rows = [row for row in self.by_key.get(place_key(name), []) if level is None or row.level == level]
        exact = [row for row in rows if match_key(name) in (match_key(row.name), match_key(row.short_name))]
        if level is None and not exact and len({row.level for row in rows}) > 1:
            rows = [row for row in rows if row.level == min(each.level for each in rows)]
        return exact or rows

    def _one(self, rows: list[Division], name: str, inside: list[Division] | None) -> Found:
        if len(rows) == 1:
            return Found(rows[0])
        if rows:
            return Found(ambiguous=rows)
        keys = {
            key: found
            for key, found in self.by_key.items()
            if inside is None or any(row.under(above) for row in found for above in inside)
        }
        near = [row for key in nearest(place_key(name), keys) for row in keys[key]]
        return Found(near=near[:5])
