"""What an appraisal is about besides the tables: the days, the units, where they stood before. Checked data, no rules."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from chuangwen.scoring.engine.reasons import InputError
from chuangwen.scoring.engine.scheme import Name

from .scheme import Period

Rational = Annotated[str, Field(pattern=r"^-?\d{1,200}/[1-9]\d{0,200}$", max_length=420)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UnitIn(_Part):
    """A unit that may be appraised: its name (unique), its kind in words, the peer group that it carries."""

    name: Name
    kind: str = ""
    peers: str = ""


class Standing(_Part):
    """Where a unit stood in an earlier period: on the red list or on the black one."""

    period: Name
    unit: Name
    mark: Literal["red", "black"]


class PartScore(_Part):
    """A unit's result in one part of a longer period, exact, with the variance of its sampling error."""

    unit: Name
    score: Rational
    variance: Rational = "0/1"
    counted: Annotated[int, Field(ge=0)] = 0
    read: Annotated[int, Field(ge=0)] = 0

    @property
    def exact(self) -> Fraction:
        return Fraction(self.score)


class PartIn(_Part):
    """The result of one part (a month of a quarter): its label and every unit's score."""

    period: Name
    scores: tuple[PartScore, ...] = ()


class AppraisalContext(_Part):
    """`start` and `end`: the first and last day, both counted. `earlier`: labels of the earlier periods of the calendar in their order,
    `unsigned` those of them that have no signed result, `standings` who was on which list in the others. `parts`: for a longer period, the
    results that it is made of, in their order."""

    period: Period
    label: Name
    start: date
    end: date
    units: Annotated[tuple[UnitIn, ...], Field(min_length=1, max_length=20_000)]
    earlier: tuple[Name, ...] = ()
    unsigned: tuple[Name, ...] = ()
    standings: tuple[Standing, ...] = ()
    parts: tuple[PartIn, ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> AppraisalContext:
        if self.end < self.start:
            raise ValueError("days")
        names = [unit.name for unit in self.units]
        if len(set(names)) != len(names):
            raise ValueError("unit_twice")
        return self

    def document(self) -> dict[str, Any]:
        """The context as a JSON value that `read_appraisal_context` takes."""
        return self.model_dump(mode="json")


def read_appraisal_context(document: AppraisalContext | dict[str, Any] | str | bytes) -> AppraisalContext:
    """A checked context from JSON text or a JSON value. Raises InputError."""
    if isinstance(document, AppraisalContext):
        return document
    try:
        data = json.loads(document) if isinstance(document, str | bytes) else document
        return AppraisalContext.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError([_TOLD.get(str((first.get("ctx") or {}).get("error")), f"考核的期间或单位写得不对：{first['loc']}。")]) from error
    except (ValueError, RecursionError) as error:
        raise InputError(["考核的期间和单位不是合法的 JSON。"]) from error


_TOLD = {"days": "考核期间的结束日期早于开始日期。", "unit_twice": "参加考核的单位有重名。"}
