"""From the lines of a sheet to facts: names become metrics, places and units; what is in the ledger already is told from what is new.

The same sheet twice plans nothing. What is of the same thing and counts otherwise is a question, never an answer.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.importing import Plan, Question
from chuangwen.ledger import queries, rules
from chuangwen.ledger.actions.facts import NewFact, check_entry, check_place
from chuangwen.ledger.layouts import Line, Lines
from chuangwen.ledger.models import Fact, Metric
from chuangwen.people.models import Unit
from chuangwen.places.finding import DivisionFinder
from chuangwen.places.models import Division

SEVERAL, DIFFERS, ALIKE = "ledger:several", "ledger:differs", "ledger:alike"
NAMED = 5
FIELD = {"quantity": "quantity", "out_of": "out_of", "day": "day", "starts_on": "day", "division": "village", "metric": "metric"}


def metrics_by_title(found: Iterable[Metric]) -> dict[str, Metric]:
    """Every title under which a metric is known, as keys; names beat other titles."""
    named: dict[str, Metric] = {}
    rows = list(found)
    for metric in rows:
        named.setdefault(match_key(metric.name), metric)
    for metric in rows:
        for title in (metric.code, *metric.aliases):
            named.setdefault(match_key(str(title)), metric)
    return named


@dataclass
class Work:
    """What applying does: facts to add, and facts to put right with the new quantity."""

    new: list[NewFact] = field(default_factory=list)
    right: list[tuple[Fact, NewFact]] = field(default_factory=list)


class Planner:
    """One reading of a sheet. ``unit`` is whose facts these are where a line names none."""

    def __init__(self, actor: Actor, parameters: Mapping[str, Any], *, unit: Unit | None = None, today: date | None = None):
        self.actor, self.parameters, self.unit = actor, parameters, unit
        self.today = today or clock.today()
        self.metrics = metrics_by_title(queries.metrics())
        self.finder = DivisionFinder(actor, "places.see")
        self.units: dict[str, list[Unit]] = defaultdict(list)
        for one in queries.units_of(actor, "ledger.import", self.today):
            for key in dict.fromkeys((match_key(one.name), match_key(one.short_name))):
                if key:
                    self.units[key].append(one)
        self.places: dict[tuple[int, int], Refusal | None] = {}
        self.plan = Plan(0)

    def run(self, found: Lines, file_name: str) -> Plan:
        plan = self.plan
        plan.rows_read, plan.problems, plan.warnings = found.rows, list(found.problems), list(found.warnings)
        entries: list[tuple[Line, NewFact]] = []
        for line in found.lines:
            entry = self._entry(line, file_name)
            if entry is not None:
                entries.append((line, entry))
        plan.payload = self._compare(entries)
        plan.facts = {"facts": len(entries)}
        plan.sample = [self._shown(line, entry) for line, entry in entries[:20]]
        return plan

    def _wrong(self, line: Line, name: str, message: str, code: str) -> None:
        value = line.raw.get(name, "")
        sentence = _("“%(value)s” %(message)s") % {"value": value, "message": message} if value else message
        self.plan.problems.append(line.problem(name, sentence, code))

    def _entry(self, line: Line, file_name: str) -> NewFact | None:
        metric = self.metrics.get(match_key(line.metric))
        if metric is None:
            self._wrong(
                line,
                "metric",
                _("is no metric of the dictionary. Use a name that is in it, or add it there first."),
                "unknown_metric",
            )
        unit = self._unit(line)
        division = self._division(line, unit) if unit is not None else None
        if line.last is None and not line.raw.get("day"):  # a day that could not be read was told already
            self._wrong(line, "day", _("The row names no day. Fill it in, or say the day of the whole sheet."), "no_day")
        if metric is None or unit is None or division is None or line.last is None:
            return None
        words = _("%(file)s, row %(row)d") % {"file": file_name or _("sheet"), "row": line.row}
        entry = NewFact(
            metric, Decimal(line.quantity), line.last, unit, division, starts_on=line.first, out_of=line.out_of, operation=line.operation,
            source=Fact.Source.SHEET, source_words=line.source or words, note=line.note,
        )  # fmt: skip
        try:
            check_entry(entry, today=self.today)
        except Refusal as refusal:
            self._wrong(line, FIELD.get(next(iter(refusal.fields), ""), "quantity"), str(refusal), refusal.code)
            return None
        return entry

    def _unit(self, line: Line) -> Unit | None:
        if not line.unit:
            if self.unit is None:
                self._wrong(line, "unit", _("The row names no unit."), "no_unit")
            return self.unit
        found = self.units.get(match_key(line.unit), [])
        if len(found) == 1:
            return found[0]
        if found:
            self._wrong(line, "unit", _("is the name of several units: write the full one."), "several_units")
        else:
            self._wrong(line, "unit", _("is no unit for which you record."), "unknown_unit")
        return None

    def _division(self, line: Line, unit: Unit) -> Division | None:
        division = unit.division
        name = "village" if line.village else "town"
        if line.village or line.town:
            found = self.finder.find(line.town or None, line.village or None)
            if found.division is None:
                near = "、".join(dict.fromkeys(row.name for row in (*found.ambiguous, *found.near)))
                message = (
                    _("is no place of your area. Is it one of these: %(near)s?") % {"near": near}
                    if near
                    else _("is no place of your area.")
                )
                self._wrong(line, name, message, "unknown_place")
                return None
            division = found.division
        if division is None:
            self._wrong(line, name, _("The row names no place, and the unit has none."), "no_place")
            return None
        key = (unit.pk, division.pk)
        if key not in self.places:
            try:
                check_place(self.actor, "ledger.import", unit, division)
                self.places[key] = None
            except Refusal as refusal:
                self.places[key] = refusal
        if (refused := self.places[key]) is not None:
            self._wrong(line, name if line.letters.get(name) else "unit", str(refused), refused.code)
            return None
        return division

    # -- against the ledger ----------------------------------------------------------------------------------------------

    def _compare(self, entries: list[tuple[Line, NewFact]]) -> Work:
        work, plan = Work(), self.plan
        said = [entry.said() for _line, entry in entries]
        rows = queries.near(said)
        there: dict[Any, list[Fact]] = defaultdict(list)
        for fact in rows:
            there[queries.slot_of(fact)].append(fact)
        slots: dict[Any, list[int]] = defaultdict(list)
        for index, one in enumerate(said):
            slots[one.slot].append(index)
        several, differing, fresh = [], [], []
        for slot, indexes in slots.items():
            if len(indexes) > 1:
                several.append(indexes)
            known = Counter((fact.amount, fact.base) for fact in there[slot])
            left = []
            for index in indexes:
                mark = (said[index].amount, _base(entries[index][1]))
                if known[mark]:
                    known[mark] -= 1
                    plan.unchanged += 1
                else:
                    left.append(index)
            others = [fact for fact in there[slot] if known[fact.amount, fact.base] > 0]
            if left and others:
                differing.append((left, others))
            else:
                fresh += left
        self._ask_several(several, entries)
        fresh += self._ask_differing(differing, entries, work)
        work.new = [entries[index][1] for index in self._ask_alike(sorted(fresh), entries, rows)]
        plan.creates, plan.updates = len(work.new), len(work.right)
        return work

    def _answer(self, key: str, text: str, answers: list[tuple[str, str]], default: str) -> str:
        self.plan.questions.append(Question(key, text, answers, default))
        return str(self.parameters.get(key) or default)

    def _ask_several(self, several: list[list[int]], entries: list[tuple[Line, NewFact]]) -> None:
        if not several:
            return
        named = "；".join(
            f"{entries[indexes[0]][1].metric}：{'、'.join(str(entries[index][0].row) for index in indexes[:8])}"
            for indexes in several[:NAMED]
        )
        word = self._answer(
            SEVERAL,
            _("Several rows tell of the same metric, day, place and unit (rows %(rows)s). What are they?") % {"rows": named},
            [
                ("separate", _("separate pieces of work: they add up")),
                ("twice", _("the same entered twice: I shall mend the sheet")),
            ],
            "separate",
        )
        if word == "twice":
            for indexes in several:
                for index in indexes[1:]:
                    line = entries[index][0]
                    message = _("The same metric, day, place and unit stand in row %(row)d already.") % {
                        "row": entries[indexes[0]][0].row
                    }
                    self.plan.problems.append(line.problem("quantity", message, "twice"))

    def _ask_differing(
        self, differing: list[tuple[list[int], list[Fact]]], entries: list[tuple[Line, NewFact]], work: Work
    ) -> list[int]:
        """Those that are added all the same."""
        if not differing:
            return []
        lines = []
        for left, others in differing[:NAMED]:
            entry = entries[left[0]][1]
            lines.append(
                _("%(metric)s, %(day)s, %(place)s: the ledger has %(old)s, the sheet %(new)s")
                % {
                    "metric": entry.metric,
                    "day": entry.ends_on.isoformat(),
                    "place": entry.division,
                    "old": "、".join(fact.told for fact in others[:3]),
                    "new": "、".join(_told(entries[index][1]) for index in left[:3]),
                }  # fmt: skip
            )
        more = len(differing) - len(lines)
        text = "；".join(lines) + (_(" and %(count)d more") % {"count": more} if more > 0 else "")
        word = self._answer(
            DIFFERS,
            _("The ledger counts otherwise: %(lines)s. What holds?") % {"lines": text},
            [
                ("leave", _("the ledger: leave these rows out")),
                ("correct", _("the sheet: correct the ledger, keeping what it said")),
                ("add", _("both: these are further pieces of work")),
            ],
            "leave",
        )
        if word == "add":
            return [index for left, _others in differing for index in left]
        if word == "leave":
            return self._left(sum(len(left) for left, _others in differing))
        added = []
        for left, others in differing:
            pairs = list(zip(others, left, strict=False))
            work.right += [(fact, entries[index][1]) for fact, index in pairs]
            added += left[len(pairs) :]
        return added

    def _left(self, count: int) -> list[int]:
        self.plan.warnings.append(_("%(count)d rows are left out by the answers below.") % {"count": count})
        return []

    def _ask_alike(self, fresh: list[int], entries: list[tuple[Line, NewFact]], rows: list[Fact]) -> list[int]:
        """Whether the same quantity that another unit tells of the same place and days is the same thing."""
        found = queries.doubles([entries[index][1].said() for index in fresh], rows)
        alike = {
            fresh[position]: others[0]
            for position, facts in found.items()
            if (others := [fact for fact in facts if fact.unit_id != entries[fresh[position]][1].unit.pk])
        }
        if not alike:
            return fresh
        named = "；".join(
            _("row %(row)d: %(fact)s of “%(unit)s”") % {"row": entries[index][0].row, "fact": fact, "unit": fact.unit}
            for index, fact in list(alike.items())[:NAMED]
        )
        word = self._answer(
            ALIKE,
            _("Another unit has told the same quantity for this place and these days (%(rows)s). Is it the same thing?")
            % {"rows": named},
            [("leave", _("the same: leave these rows out")), ("add", _("no: add them as well"))],
            "leave",
        )
        if word == "add":
            return fresh
        self._left(len(alike))
        return [index for index in fresh if index not in alike]

    def _shown(self, line: Line, entry: NewFact) -> dict[str, Any]:
        days = entry.ends_on.isoformat()
        if entry.starts_on and entry.starts_on != entry.ends_on:
            days = f"{entry.starts_on.isoformat()} – {days}"
        return {
            "row": line.row, "day": days, "metric": entry.metric.name, "quantity": _told(entry), "village": entry.division.name,
            "unit": entry.unit.name,
        }  # fmt: skip


def _base(entry: NewFact) -> int | None:
    return rules.amount_of(entry.out_of) if entry.out_of is not None else None


def _told(entry: NewFact) -> str:
    whole = f"/{entry.out_of:f}" if entry.out_of is not None else ""
    return f"{entry.quantity:f}{whole}{entry.metric.measure}"
