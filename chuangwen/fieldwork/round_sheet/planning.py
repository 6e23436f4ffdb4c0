"""Looking at every row of a round's workbook: what would become of it; nothing is written."""

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from chuangwen.fieldwork.models import Observation, ObservationSheet, Round
from chuangwen.fieldwork.round_sheet.reading import Line, Work, joined_names, questions, read_lines
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import tidy_name
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.importing import Plan
from chuangwen.kernel.sheets import Problem, SheetRead


def plan(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    """Look at every row; nothing is written.

    Facts: rows_read, rows_counted, rows_unplaced, duplicate_serials, sites, losses, indicators, departments."""
    name = tidy_name(parameters.get("round") or "")
    if not name:
        raise Refusal(_("Which round do these observations belong to? Give its name."), "observations.no_round")
    round = Round.objects.filter(name=name).first()
    if round is not None:
        access.fetch(actor, "fieldwork.import_observations", Round, pk=round.pk)
        if round.state == Round.State.CLOSED:
            raise Refusal(_("The round “%(name)s” is closed.") % {"name": name}, "observations.round_closed")
    joined = joined_names(parameters)
    lines = read_lines(sheet, joined)
    stored = _stored_sheet(round, parameters)
    known = (
        {
            row: (pk, hash)
            for pk, row, hash in Observation.objects.filter(sheet=stored).values_list("pk", "source_row", "source_hash")
            if row is not None
        }
        if stored
        else {}
    )
    made = Plan(rows_read=len(lines), payload=Work(round, stored, lines, known))
    for line in lines:
        if line.number not in known:
            made.creates += 1
        elif known[line.number][1] != line.hash:
            made.updates += 1
        else:
            made.unchanged += 1
    serials = Counter(line.serial for line in lines if line.serial)
    repeated = [serial for serial, count in serials.items() if count > 1]
    placed = [line for line in lines if not line.reason]
    made.questions = questions(lines, parameters)
    made.facts = {
        "round": name,
        "rows_counted": len(placed),
        "rows_unplaced": len(lines) - len(placed),
        "duplicate_serials": repeated,
        "sites": len({line.site_code or line.site for line in placed}),
        "losses": sum(1 for line in placed if is_loss(line)),
        "indicators": len({line.indicator for line in placed}),
        "sub_indicators": len({(line.indicator, line.sub, line.requirement) for line in placed}),
        "departments": len({unit for line in placed for unit in line.units}),
        "areas": sorted({line.area for line in placed if line.area}),
        "unplaced": [{"row": line.number, "serial": line.serial, "reason": line.reason} for line in lines if line.reason][:200],
    }
    if repeated:
        made.warnings.append(
            _("Serial numbers that occur more than once: %(list)s. All rows are kept.") % {"list": "、".join(repeated[:20])}
        )
    if len(lines) > len(placed):
        made.warnings.append(
            _("%(count)d rows cannot be placed; they are stored, counted as read, and not scored.")
            % {"count": len(lines) - len(placed)}
        )
    gone = set(known) - {line.number for line in lines}
    if gone:
        made.problems.append(
            Problem(
                0,
                "",
                "",
                "",
                _(
                    "%(count)d rows that were imported from this sheet earlier are no longer in it. Nothing is removed by an "
                    "import; give the sheet another name or correct the observations by hand."
                )
                % {"count": len(gone)},
                "observations.rows_gone",
            )
        )
    made.sample = [
        {
            "row": line.number,
            "indicator": line.indicator,
            "sub": line.sub,
            "site": line.site,
            "area": line.area,
            "units": "、".join(line.units),
            "loss": str(line.loss) if line.loss is not None else line.grade or line.conform,
        }
        for line in lines[:20]
    ]
    return made


def is_loss(line: Line | Observation) -> bool:
    """Whether something was found wanting."""
    return bool(line.loss) or line.grade in ("B", "C", "D") or line.conform is False or bool(line.defects)


def _stored_sheet(round: Round | None, parameters: dict[str, Any]) -> ObservationSheet | None:
    if round is None:
        return None
    sheets = ObservationSheet.objects.filter(round=round)
    return sheets.filter(content_hash=parameters["file_hash"]).first() or sheets.filter(name=sheet_name(parameters)).first()


def sheet_name(parameters: dict[str, Any]) -> str:
    return (parameters.get("file_name") or "observations.xlsx")[:200]
