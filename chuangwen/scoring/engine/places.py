"""Areas, departments, site types and sites: the same observations, cut another way."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from .observed import PATH, Cell
from .result import ScoreRow
from .scheme import Scheme
from .tree import criterion_marks, grow

PLACES = ("area", "department", "site_type", "site")


def columns_needed(scheme: Scheme, level: str) -> list[str]:
    """By which columns besides its own the sums of a level have to be kept apart."""
    rules = getattr(scheme.levels, level)
    depth = 4 if scheme.levels.criterion.marks_by_name or rules.method == "as_index" else 0
    if rules.method == "mean_of_means" and rules.over != "site_type":
        depth = max(depth, PATH.index(rules.over) + 1)
    columns = list(PATH[:depth])
    if rules.method == "mean_of_means" and rules.over == "site_type" and level != "site_type":
        columns.append("site_type")
    return columns


def place_rows(scheme: Scheme, level: str, cells: list[Cell], city: dict[str, Fraction]) -> list[ScoreRow]:
    """Rows of a level from sums by (its own column, *columns_needed). `city`: rate of every site type over all observations."""
    columns = [level, *columns_needed(scheme, level)]
    places: dict[str, list[tuple[dict[str, str], Cell]]] = defaultdict(list)
    for cell in cells:
        keys = dict(zip(columns, cell.keys, strict=True))
        if keys[level]:
            places[keys[level]].append((keys, cell))
    return [_place(scheme, level, name, members, city) for name, members in places.items()]


def city_rates(scheme: Scheme, cells: list[Cell], columns: list[str]) -> dict[str, Fraction]:
    """Rate of every site type over all observations, pooled. `cells` by ("site_type", *columns)."""
    pooled: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for cell in cells:
        keys = dict(zip(["site_type", *columns], cell.keys, strict=True))
        marks = criterion_marks(scheme, _path(keys))
        pooled[keys["site_type"]][0] += cell.weight * marks
        pooled[keys["site_type"]][1] += cell.got * marks
    return {name: got / possible for name, (possible, got) in pooled.items() if name and possible}


def _place(
    scheme: Scheme, level: str, name: str, members: list[tuple[dict[str, str], Cell]], city: dict[str, Fraction]
) -> ScoreRow:
    rules = getattr(scheme.levels, level)
    read = sum(cell.read for _, cell in members)
    counted = sum(cell.counted for _, cell in members)
    note = ""
    if rules.method == "as_index":
        root = grow(((_path(keys), cell) for keys, cell in members), scheme)
        possible, got, counted, note = root.possible, root.got, root.counted, "".join(root.notes)
    elif rules.method == "ratio_of_sums":
        possible, got = _pooled(scheme, members)
    else:
        possible, got, counted, note = _mean(scheme, level, members, city, counted)
    return ScoreRow(level, name, name, "index", possible, got, counted, read, note=note)


def _mean(scheme, level, members, city, counted) -> tuple[Fraction, Fraction, int, str]:
    rules = getattr(scheme.levels, level)
    note = ""
    parts: dict[tuple[str, ...], list] = defaultdict(list)
    for keys, cell in members:
        parts[_part(rules.over, keys)].append((keys, cell))
    if rules.over == "site_type":
        nameless = sum(cell.counted for _, cell in parts.pop(("",), []))
        counted -= nameless
        if nameless:
            note += f"有 {nameless} 条观测没有点位类型，未计入。"
    sums = {part: _pooled(scheme, group) for part, group in parts.items()}
    rates = {part: got / possible for part, (possible, got) in sums.items() if possible}
    if rates and rules.impute == "city_mean":
        lacking = [part for part in city if (part,) not in rates]
        rates |= {(part,): city[part] for part in lacking}
        if lacking:
            note += f"缺 {len(lacking)} 类点位，按全市均值计。"
    return Fraction(len(rates)), sum(rates.values(), Fraction(0)), counted, note


def _pooled(scheme: Scheme, members) -> tuple[Fraction, Fraction]:
    possible = got = Fraction(0)
    for keys, cell in members:
        marks = criterion_marks(scheme, _path(keys))
        possible += cell.weight * marks
        got += cell.got * marks
    return possible, got


def _part(over: str, keys: dict[str, str]) -> tuple[str, ...]:
    if over == "site_type":
        return (keys["site_type"],)
    return tuple(keys[name] for name in PATH[: PATH.index(over) + 1])


def _path(keys: dict[str, str]) -> tuple[str, ...]:
    return tuple(keys.get(name, "") for name in PATH)
