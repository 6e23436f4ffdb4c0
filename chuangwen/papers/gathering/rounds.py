"""A round for its bulletin."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from chuangwen.fieldwork import queries as fieldwork
from chuangwen.fieldwork.models import Observation, ObservationPhoto, Round
from chuangwen.kernel import files
from chuangwen.kernel.errors import Missing
from chuangwen.papers.facts import LossLine, Picture, RoundFacts, ScoreLine
from chuangwen.papers.figures import Number, Scope, ask
from chuangwen.papers.periods import Period
from chuangwen.scoring.models import ScoreRow, ScoreSheet

if TYPE_CHECKING:
    from chuangwen.papers.composing.registry import Subject

MOST_PROBLEMS = 60
MOST_PHOTOS = 4


def picture_of(key: str, caption: str) -> Picture | None:
    """A photo for print, or None when its file is gone."""
    try:
        return Picture(files.path_of(key), caption)
    except Missing:
        return None


def round_facts(subject: Subject) -> RoundFacts:
    """Everything that a bulletin of the round says. About a dozen queries."""
    round, sheet = subject.round, subject.sheet
    assert round is not None
    scope = Scope(round=round)
    lost = Observation.objects.filter(fieldwork.LOSS, round=round, placed=True)
    problems = list(
        lost.select_related("site", "area", "criterion__requirement__indicator")
        .prefetch_related("departments")
        .order_by("-loss", "-grade", "pk")[:MOST_PROBLEMS]
    )
    numbers = {
        "sites": ask("fieldwork.sites", scope, key="sites"),
        "read": ask("fieldwork.observations", scope, key="read"),
        "counted": ask("fieldwork.counted", scope, key="counted"),
        "losses": ask("fieldwork.losses", scope, key="losses"),
        "problems": ask("fieldwork.losses", scope, key="problems", label="失分记录数"),
        "cases_all": ask("cases.of_round", scope, key="cases_all"),
        "cases_closed": ask("cases.closed_of_round", scope, key="cases_closed"),
        "cases_open": ask("cases.open", scope, key="cases_open"),
        "cases_overdue": ask("cases.overdue", scope, key="cases_overdue", label="逾期件数"),
    }
    scores = _scores(round, sheet, numbers) if sheet is not None else {}
    return RoundFacts(
        name=round.name,
        area=str(round.division) if round.division else "",
        period=Period(round.starts_on, round.ends_on),
        scheme=str(sheet.scheme) if sheet else "",
        numbers=numbers,
        problems=[_loss_line(o) for o in problems],
        photos=_photos(lost),
        **scores,
    )


def _scores(round: Round, sheet: ScoreSheet, numbers: dict[str, Number]) -> dict[str, Any]:
    """Index and rows by level; ``numbers`` gets the index."""
    parameters = {"轮次": round.name, "考核办法": str(sheet.scheme)}
    rows: dict[str, list[ScoreLine]] = {}
    found: dict[str, Any] = {"rows": rows}
    for row in sheet.rows.all():
        page = reverse("scoring:figure", args=[sheet.pk, row.pk])
        if row.level == "index":
            numbers["index_got"] = _number("index_got", "总指数得分", number_of(row.got), "scoring.index", parameters, row, page)
            found["possible"] = row.possible
            found["rate"] = _number("index_rate", "总指数得分率", _percent(row.rate), "scoring.index", parameters, row, page)
            continue
        got = _number(
            f"{row.level}:{row.order}", f"{row.name}得分", number_of(row.got), f"scoring.{row.level}", parameters, row, page
        )
        rows.setdefault(row.level, []).append(
            ScoreLine(
                row.name, row.possible, got, _fraction(row.rate), row.counted, row.read, row.rank, row.peer_group, row.order
            )
        )
    return found


def _fraction(rate: Decimal | None) -> Fraction | None:
    return None if rate is None else Fraction(rate)


def _percent(rate: Decimal | None) -> str:
    return "—" if rate is None else f"{rate * 100:.2f}%"


def number_of(value: Decimal) -> str:
    text = f"{value:.4f}"
    return text.rstrip("0").rstrip(".")


def _number(key: str, label: str, value: str, query: str, parameters: dict[str, str], row: ScoreRow, page: str) -> Number:
    return Number(key, label, value, query, parameters, row.counted, row.read, page)


def _loss_line(o: Observation) -> LossLine:
    lost = number_of(o.loss) if o.loss is not None else o.grade or ("不合格" if o.conform is False else str(o.defects or ""))
    units = "、".join(u.short_name or u.name for u in o.departments.all()) or "待明确"
    return LossLine(o.site.name if o.site else "", _content_of(o), lost, o.note or "—", units)


def _content_of(observation: Observation) -> str:
    criterion = observation.criterion
    if criterion is None:
        return ""
    requirement = criterion.requirement
    return criterion.text if criterion.text != requirement.text else f"{requirement.indicator.name}{requirement.number or ''}"


def _photos(lost: Any) -> list[Picture]:
    links = (
        ObservationPhoto.objects.filter(observation__in=lost)
        .select_related("photo", "observation__site")
        .order_by("-observation__loss", "pk")
    )
    found = []
    for link in links[: MOST_PHOTOS * 2]:
        site = link.observation.site
        picture = picture_of(link.photo.file_key, f"{site.name if site else ''}：{link.observation.note or '存在问题'}"[:40])
        if picture is not None and len(found) < MOST_PHOTOS:
            found.append(picture)
    return found
