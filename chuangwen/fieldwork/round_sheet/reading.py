"""Rows of a round's workbook as lines, with what is asked about names that are only like each other."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from chuangwen.fieldwork.models import ObservationSheet, Round
from chuangwen.kernel.chinese import match_key, split_trailing_number, tidy_name
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.importing import Question
from chuangwen.kernel.near_names import near_names
from chuangwen.kernel.sheets import SheetRead
from chuangwen.standards.models import Edition, Indicator

NEAR = 0.75
UNIT_COLUMNS = ("unit1", "unit2", "unit3")


@dataclass
class Line:
    """A row as it will be stored. ``requirement`` is (indicator, number or None, text)."""

    number: int
    serial: str
    indicator: str
    sub: int | None
    requirement: str
    criterion: str
    site: str
    site_code: str
    site_type: str
    area: str
    units: tuple[str, ...]
    loss: Decimal | None
    grade: str
    conform: bool | None
    defects: int | None
    note: str
    observed_on: date | None
    reason: str = ""
    hash: str = ""


@dataclass
class Work:
    """What ``plan`` hands to ``apply``."""

    round: Round | None
    sheet: ObservationSheet | None
    lines: list[Line] = field(default_factory=list)
    known: dict[int, tuple[int, str]] = field(default_factory=dict)


class Spelling:
    """The first writing of each name: writings that differ in script, width, spaces or quotes alone are one name."""

    def __init__(self) -> None:
        self.first: dict[tuple[str, str], str] = {}

    def __call__(self, kind: str, text: str | None) -> str:
        written = tidy_name(text or "")
        return self.first.setdefault((kind, match_key(written) or written), written) if written else ""


def read_lines(sheet: SheetRead, joined: dict[tuple[str, str], str]) -> list[Line]:
    present = set(sheet.letters)
    if not {"loss", "result", "defects"} & present:
        raise Refusal(
            _("The sheet has none of the columns 扣分, 结果, 问题数: nothing says how an observation came out."),
            "observations.no_result",
        )
    if not {"indicator", "criterion", "requirement"} & present or not {"site", "site_code"} & present:
        raise Refusal(
            _("The sheet needs a column 项目 (or 测评内容, 标准) and a column 考察点位 (or 点位编码)."), "observations.no_place"
        )
    lines, spelled = [], Spelling()
    for row in sheet.rows:
        values = row.values
        text, sub = split_trailing_number(values.get("indicator") or "")
        name = spelled("indicator", text)
        name = joined.get(("indicator", name), name)
        result = values.get("result")
        loss = values.get("loss")
        if loss is None and "loss" in present and result is None and values.get("defects") is None:
            loss = Decimal(0)
        site = spelled("site", values.get("site"))
        units = tuple(
            dict.fromkeys(
                joined.get(("unit", unit), unit)
                for key in UNIT_COLUMNS
                for u in values.get(key) or []
                if (unit := spelled("unit", u))
            )
        )
        line = Line(
            number=row.number,
            serial=tidy_name(values.get("serial") or "")[:60],
            indicator=name,
            sub=sub,
            requirement=spelled("requirement", values.get("requirement")),
            criterion=spelled("criterion", values.get("criterion")),
            site=site,
            site_code=(values.get("site_code") or "").strip(),
            site_type=tidy_name(values.get("site_type") or "") or split_trailing_number(site)[0] or site,
            area=joined.get(("area", a), a) if (a := spelled("area", values.get("area"))) else "",
            units=units,
            loss=loss,
            grade=result if result in ("A", "B", "C", "D") else "",
            conform={"conform": True, "fail": False}.get(result or ""),
            defects=values.get("defects"),
            note=(values.get("note") or "").strip(),
            observed_on=values.get("observed_on"),
        )
        missing = [
            label
            for label, there in (
                (_("indicator"), line.indicator or line.requirement or line.criterion),
                (_("site"), line.site or line.site_code),
            )
            if not there
        ]
        line.reason = _("The row names no %(what)s.") % {"what": "、".join(missing)} if missing else ""
        line.hash = hashlib.sha256(
            json.dumps(
                [
                    line.serial,
                    line.indicator,
                    line.sub,
                    line.requirement,
                    line.criterion,
                    line.site,
                    line.site_code,
                    line.site_type,
                    line.area,
                    line.units,
                    str(line.loss),
                    line.grade,
                    line.conform,
                    line.defects,
                    line.note,
                    str(line.observed_on),
                ],
                ensure_ascii=False,
            ).encode()
        ).hexdigest()[:16]
        lines.append(line)
    return lines


def edition_named(name: str) -> Edition | None:
    name = name.strip()
    if not name:
        return None
    edition = Edition.objects.filter(name=name).order_by("-version").first()
    if edition is None:
        raise Refusal(_("There is no edition “%(name)s”.") % {"name": name}, "observations.no_edition")
    return edition


def questions(lines: list[Line], parameters: dict[str, Any]) -> list[Question]:
    """Pairs of names that almost match, per kind; what a person has answered is not asked again."""
    edition = edition_named(parameters.get("edition") or "")
    known = set(Indicator.objects.filter(section__edition=edition).values_list("name", flat=True)) if edition else set()
    kinds = {
        "indicator": ({line.indicator for line in lines if line.indicator} | known, _("indicators")),
        "unit": ({unit for line in lines for unit in line.units}, _("departments")),
        "area": ({line.area for line in lines if line.area}, _("areas")),
    }
    counts = {
        "indicator": Counter(line.indicator for line in lines),
        "unit": Counter(u for line in lines for u in line.units),
        "area": Counter(line.area for line in lines),
    }
    answers = parameters.get("answers") or {}
    questions = []
    for kind, (names, label) in kinds.items():
        for left, right, _score in near_names(sorted(names), least=NEAR):
            key = f"join:{kind}:{left}:{right}"
            if key in answers:
                continue
            questions.append(
                Question(
                    key,
                    _(
                        "The %(kind)s “%(left)s” (%(left_count)d rows) and “%(right)s” (%(right_count)d rows) almost match. Are they the same?"
                    )
                    % {
                        "kind": label,
                        "left": left,
                        "right": right,
                        "left_count": counts[kind][left],
                        "right_count": counts[kind][right],
                    },
                    [
                        ("apart", _("No, keep them apart")),
                        (f"to:{left}", _("Yes, both are “%(name)s”") % {"name": left}),
                        (f"to:{right}", _("Yes, both are “%(name)s”") % {"name": right}),
                    ],
                    "apart",
                )
            )
    return questions


def joined_names(parameters: dict[str, Any]) -> dict[tuple[str, str], str]:
    joined = {}
    for key, value in (parameters.get("answers") or {}).items():
        parts = key.split(":")
        if len(parts) == 4 and parts[0] == "join" and str(value).startswith("to:"):
            target = value[3:]
            joined |= {(parts[1], name): target for name in parts[2:] if name != target}
    return joined
