"""How an observation came out, in words and colours. Pure: knows the four ways of grading, no table and no page."""

from decimal import Decimal
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

GRADES = ("A", "B", "C", "D")
SEVERITIES: dict[int, str | Promise] = {
    1: gettext_lazy("minor"),
    2: gettext_lazy("normal"),
    3: gettext_lazy("serious"),
    4: gettext_lazy("urgent"),
}
COMMON_LOSSES = ("0", "0.1", "0.2", "0.3", "1")
"""What surveying teams usually take off (DOMAIN.md section 6); any other share can be typed."""


class Result(Protocol):
    """What has a result: one or several of the four."""

    loss: Decimal | None
    grade: str
    conform: bool | None
    defects: int | None


def is_wanting(result: Result) -> bool:
    """Whether something was found wanting."""
    return bool(result.loss) or result.grade in ("B", "C", "D") or result.conform is False or bool(result.defects)


def in_words(result: Result) -> str:
    """未失分, 扣 0.2, B, 不合格, 3 处问题; several joined."""
    parts = []
    if result.loss is not None:
        parts.append(_("%(points)s lost") % {"points": plain(result.loss)} if result.loss else _("nothing lost"))
    if result.grade:
        parts.append(result.grade)
    if result.conform is not None:
        parts.append(_("conforms") if result.conform else _("does not conform"))
    if result.defects is not None and (result.defects or not parts):
        parts.append(ngettext("%(count)d defect", "%(count)d defects", result.defects) % {"count": result.defects})
    return " · ".join(parts) or _("no result")


def for_sheet(result: Result) -> str:
    """The word of the column 结果 in exchanged sheets: a grade, 合格 or 不合格; empty where points say it."""
    if result.grade:
        return result.grade
    if result.conform is not None:
        return "合格" if result.conform else "不合格"
    return ""


def tone(result: Result) -> str:
    """The colour that goes with the words."""
    if not is_wanting(result):
        return "ok"
    worst = (result.loss is not None and result.loss >= 1) or result.grade == "D" or result.conform is False
    return "bad" if worst else "warn"


def nothing_wanting(grading: str) -> dict[str, Any]:
    """The result that says that all is well, as the grading of a criterion asks for it."""
    well: dict[str, dict[str, Any]] = {"graded": {"grade": "A"}, "pass_fail": {"conform": True}, "loss": {"loss": Decimal(0)}}
    return well[grading]


def plain(value: Decimal) -> str:
    """0.2000 is 0.2."""
    return f"{value.normalize():f}"
