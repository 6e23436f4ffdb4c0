"""What is decided without looking anything up: numbers, losses, rebounds, whose turn it is, texts that fit. Pure."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

NUMBER = re.compile(r"(?:(\d{8})-)?0*(\d{1,18})")
NOTE, DESCRIPTION, PHOTOS, ASSISTS = 500, 500, 20, 10


def case_number(day: date, key: int) -> str:
    """``20261121-0042``: the day of the report and the case's own key. What follows the dash is unique alone: it is what one says on the
    phone."""
    return f"{day:%Y%m%d}-{key:04d}"


def key_in(text: str) -> int | None:
    """The case's key in what somebody typed: 20261121-0042, 0042, 42; None when it is no number of a case."""
    found = NUMBER.fullmatch(text.strip())
    if not found or int(found[2]) >= 2**63:
        return None
    return int(found[2])


def is_loss(*, grade: str, defects: int | None, conform: bool | None, loss: Decimal | None) -> bool:
    """Whether an observation says that something is wrong: points lost, a grade below A, not conforming, or defects counted."""
    return bool(loss and loss > 0) or grade in ("B", "C", "D") or conform is False or bool(defects and defects > 0)


def loss_note(*, note: str, criterion: str, grade: str, defects: int | None, loss: Decimal | None) -> str:
    """The description of a case that is made from an observation: what was written there, else the criterion; never empty."""
    text = note.strip() or criterion.strip()
    if text:
        return text[:DESCRIPTION]
    if defects:
        return f"{defects} 处不达标"
    if grade:
        return f"评为 {grade} 等"
    return f"扣分 {loss.normalize():f}" if loss else "不达标"


def rebounds_since(now: datetime, days: int) -> datetime:
    """Cases closed at this moment or later come back as a rebound."""
    return now - timedelta(days=days)


def under(path: str, above: str) -> bool:
    """Whether a place in a tree is ``above`` or below it. Nothing stands under an empty path."""
    return bool(above) and path.startswith(above)


def may_be_given(unit_division: str, case_division: str, giver_divisions: tuple[str, ...]) -> bool:
    """Whether a unit may be given a case: it stands above or at the case's place (the city's bureau), or within the area of whoever
    gives it; a unit without a place (a company for the whole city) always may."""
    if not unit_division:
        return True
    return under(case_division, unit_division) or any(under(unit_division, giver) for giver in giver_divisions)
