"""Who answers for a problem (DOMAIN.md section 5): the owner of the site, then responsibility by criterion and site type, then division
and grid. Pure: candidates in, an assignment with its reason out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

OWNER, LEAD, ASSIST = "owner", "lead", "assist"
MOST_ASSISTS = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of responsibility in force. An empty column (None, "") holds for everything.

    ``unit_division`` is where the unit stands, as a path; "" for a unit without a place.
    """

    unit: int
    part: str = LEAD
    criterion: int | None = None
    kind: int | None = None
    family: int | None = None
    site_type: int | None = None
    site: int | None = None
    division: str = ""
    unit_division: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """What is asked for. ``division`` is the path of the place, "" where it is not known."""

    criterion: int | None = None
    kind: int | None = None
    family: int | None = None
    site_type: int | None = None
    site: int | None = None
    division: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One lead, any number of assisting units, and why, in a sentence for people. Without a lead nobody answers by any rule."""

    lead: int | None
    assists: tuple[int, ...] = ()
    reason: str = ""
    rows: tuple[int, ...] = field(default=(), compare=False)


NAMES: dict[str, str | Promise] = {
    "criterion": gettext_lazy("criterion"),
    "kind": gettext_lazy("kind of problem"),
    "family": gettext_lazy("family of problem"),
    "site_type": gettext_lazy("site type"),
    "division": gettext_lazy("place"),
}


def fits(row: Candidate, problem: Problem) -> bool:
    """Whether a row holds for a problem: every column it fills agrees, and a row for no site and no place in particular is not of
    another town's unit."""
    for name in ("criterion", "kind", "family", "site_type", "site"):
        wanted = getattr(row, name)
        if wanted is not None and wanted != getattr(problem, name):
            return False
    if row.division:
        return problem.division.startswith(row.division)
    return row.site is not None or not row.unit_division or problem.division.startswith(row.unit_division)


def strength(row: Candidate) -> tuple[int, ...]:
    """Larger is stronger: the owner of this site; a row for this site; then the criterion, the kind, the family, the site type, each
    stronger the more of them; then the deeper place; then the newer row."""
    return (
        2 if row.part == OWNER and row.site is not None else 1 if row.site is not None else 0,
        int(any(part is not None for part in (row.criterion, row.kind, row.family, row.site_type)) or row.part == OWNER),
        int(row.criterion is not None),
        int(row.kind is not None),
        int(row.family is not None),
        int(row.site_type is not None),
        len(row.division),
        len(row.unit_division),
        row.row,
    )


def responsible_units(candidates: Iterable[Candidate], problem: Problem, locals_: Iterable[Candidate] = ()) -> Assignment:
    """The assignment of ``problem``.

    ``locals_`` are the units that stand for a place itself (community committee, street office; ``division`` is their place): they answer
    for what no row names. Assisting are the units of the assisting rows that hold, strongest first.
    """
    holding = sorted((row for row in candidates if fits(row, problem)), key=strength, reverse=True)
    lead = next((row for row in holding if row.part in (OWNER, LEAD)), None)
    reason = _reason(lead) if lead is not None else ""
    if lead is None:
        places = [row for row in locals_ if row.division and problem.division.startswith(row.division)]
        lead = max(places, key=lambda row: (len(row.division), -row.row), default=None)
        reason = _("The place where it is: no division of responsibility names a unit.") if lead is not None else ""
    if lead is None:
        return Assignment(None, (), _("No unit answers for this by any rule: choose one."))
    assists = tuple(dict.fromkeys(row.unit for row in holding if row.part == ASSIST and row.unit != lead.unit))[:MOST_ASSISTS]
    return Assignment(lead.unit, assists, reason, (lead.row,))


def _reason(row: Candidate) -> str:
    if row.site is not None:
        if row.part == OWNER:
            return _("Owner of the site.")
        return _("Division of responsibility for this site.")
    named = [str(name) for key, name in NAMES.items() if getattr(row, key)]
    if named == [str(NAMES["division"])]:
        return _("Responsible for this place.")
    return _("Division of responsibility by %(what)s.") % {"what": _(", ").join(named)}
