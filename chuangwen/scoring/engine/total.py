"""From the index to the total: earlier years, the test of work with minors, the negative list; then ranks among peers."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .reasons import InputError
from .result import ScoreRow, rounded
from .scheme import Scheme
from .scheme_errors import sentences

Marks = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=8, allow_inf_nan=False)]


class EarlierYear(BaseModel):
    """What an earlier year of the cycle got, in marks of 100."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    year: Annotated[int, Field(ge=1990, le=2200)]
    marks: Marks


class NegativeEvent(BaseModel):
    """Something on the negative list happened: to the whole city (level index) or to one place or unit."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    code: Annotated[str, Field(min_length=1, max_length=200)]
    level: Literal["index", "area", "department", "site_type", "site", "unit"] = "index"
    key: Annotated[str, Field(max_length=400)] = ""


class Context(BaseModel):
    """What a total needs besides this round's tables. `minors`: the result of the separate test, in marks of 100."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    earlier_years: tuple[EarlierYear, ...] = ()
    minors: Marks | None = None
    negatives: tuple[NegativeEvent, ...] = ()

    def document(self) -> dict[str, Any]:
        """The context as a JSON value."""
        return self.model_dump(mode="json")


def read_context(document: Context | dict[str, Any] | str | bytes | None) -> Context:
    """A checked context. Raises InputError."""
    if isinstance(document, Context):
        return document
    try:
        if isinstance(document, str | bytes):
            document = json.loads(document, parse_float=Decimal)
        elif document is None:
            document = {}
        return Context.model_validate(document)
    except ValidationError as error:
        raise InputError(sentences(error)) from error
    except (ValueError, RecursionError) as error:
        raise InputError(["总分的附加数据不是合法的 JSON 文本。"]) from error


def total_row(scheme: Scheme, index: ScoreRow, context: Context) -> ScoreRow | None:
    """The total in marks of 100, where the scheme has more than the index. What is missing is said and nothing is guessed."""
    if not scheme.year_weights and scheme.minors is None:
        return None
    missing = []
    this_year = index.rate_exact
    if this_year is None:
        missing.append("本轮总指数")
    got = Fraction(0) if this_year is None else this_year * 100
    notes = []
    if scheme.year_weights:
        weights = [Fraction(weight) for weight in scheme.year_weights]
        earlier = sorted(context.earlier_years, key=lambda year: year.year)
        if len(earlier) != len(weights) - 1 or len({year.year for year in earlier}) != len(earlier):
            missing.append(f"往年成绩（应有 {len(weights) - 1} 年，现有 {len(earlier)} 年）")
        else:
            marks = [*(Fraction(year.marks) for year in earlier), got]
            got = sum((weight * mark for weight, mark in zip(weights, marks, strict=True)), Fraction(0)) / sum(weights)
    barred = False
    if scheme.minors is not None:
        if context.minors is None:
            missing.append("未成年人测评成绩")
        else:
            share = Fraction(scheme.minors.share) / 100
            got = got * (1 - share) + Fraction(context.minors) * share
            barred = context.minors < scheme.minors.threshold
            if barred:
                notes.append(f"未成年人测评低于 {scheme.minors.threshold} 分，不得申报。")
    if missing:
        notes = [f"缺{'、'.join(missing)}，不能合成总分。"]
        return ScoreRow("total", "total", "total", "", Fraction(0), Fraction(0), index.counted, index.read, note="".join(notes))
    return ScoreRow(
        "total", "total", "total", "", Fraction(100), got, index.counted, index.read, vetoed=barred, note="".join(notes)
    )


def vetoed(scheme: Scheme, rows: list[ScoreRow], context: Context) -> list[ScoreRow]:
    """The rows with the negative list applied. An event that the scheme or the result does not know raises InputError."""
    names = {item.code: item.name for item in scheme.negative_list}
    unknown = [f"负面清单没有编号“{event.code}”。" for event in context.negatives if event.code not in names]
    there = {(row.level, row.key) for row in rows}
    hit: dict[tuple[str, str], list[str]] = defaultdict(list)
    for event in context.negatives:
        if event.level == "index":
            targets = [target for target in (("index", "index"), ("total", "total")) if target in there]
        else:
            targets = [(event.level, event.key)] if (event.level, event.key) in there else []
        if not targets:
            unknown.append(f"成绩中没有负面清单所指的“{event.key or event.level}”。")
        for target in targets:
            hit[target].append(names.get(event.code, event.code))
    if unknown:
        raise InputError(unknown)
    return [
        replace(row, vetoed=True, note=row.note + f"负面清单一票否决：{'、'.join(hit[row.level, row.key])}。")
        if (row.level, row.key) in hit else row
        for row in rows
    ]


def ranked(scheme: Scheme, rows: list[ScoreRow]) -> list[ScoreRow]:
    """The rows with peer groups and ranks: best rate first, equal ones share a place (1, 1, 3)."""
    groups: dict[tuple[str, str], list[Fraction]] = defaultdict(list)
    placed = [_in_group(scheme, row) for row in rows]
    for row in placed:
        if _can_be_ranked(scheme, row):
            groups[row.level, row.peer_group].append(_compared(scheme, row))
    places = {group: _places(values) for group, values in groups.items()}
    smallest = scheme.ranking.smallest_sample
    result = []
    for row in placed:
        if _can_be_ranked(scheme, row):
            row = replace(row, rank=places[row.level, row.peer_group][_compared(scheme, row)])
        elif row.level in scheme.ranking.levels and row.rate_exact is not None and row.counted < smallest:
            row = replace(row, note=row.note + f"样本不足（少于 {smallest} 条），不排名。")
        result.append(row)
    return result


def _places(values: list[Fraction]) -> dict[Fraction, int]:
    places: dict[Fraction, int] = {}
    for place, value in enumerate(sorted(values, reverse=True), start=1):
        places.setdefault(value, place)
    return places


def _in_group(scheme: Scheme, row: ScoreRow) -> ScoreRow:
    group = scheme.peers(row.level).get(row.key, "")
    return replace(row, peer_group=group) if group else row


def _can_be_ranked(scheme: Scheme, row: ScoreRow) -> bool:
    ranking = scheme.ranking
    return (
        row.level in ranking.levels and row.rate_exact is not None and not row.vetoed
        and (scheme.kind == "deduction" or row.counted >= ranking.smallest_sample)
    )


def _compared(scheme: Scheme, row: ScoreRow) -> Fraction:
    rate = row.rate_exact
    assert rate is not None
    return Fraction(rounded(rate, scheme.rounding.rate)) if scheme.ranking.ties_by == "printed" else rate
