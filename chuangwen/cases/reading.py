"""Reading a sheet of problems: each row becomes a case where it stands in the loop, or is told to be here already.

Known sites, criteria and units are found by their names in every writing; a unit that is only *like* a known one is asked about. What is
not found stays open (no site, no unit) and is told. Nothing is written before ``apply``.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chuangwen.cases import clocks, rules
from chuangwen.cases.actions.assigning import limit_of, moments
from chuangwen.cases.actions.base import event_of
from chuangwen.cases.events import CaseMoved
from chuangwen.cases.models import Case, CaseEvent, CaseParty, Source, State, Urgency, Verb
from chuangwen.cases.sheet_columns import TITLES
from chuangwen.cases.sheet_rules import YEARS, Deadline, deadline_of, moment_of, row_uid, span_to, state_of
from chuangwen.kernel import clock, events, office_calendar
from chuangwen.kernel.access import DIVISION, Actor
from chuangwen.kernel.chinese import match_key, normalise_name, parse_date
from chuangwen.kernel.importing import Plan, Question
from chuangwen.kernel.sheets import Problem, Row, SheetRead
from chuangwen.people.models import Unit
from chuangwen.places.finding import DivisionFinder, nearest
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Criterion, Edition, Family, Kind

BATCH = 500
_SEPARATED = re.compile(r"[、，,；;\n/]+")


@dataclass
class Wanted:
    """A case that is to be made."""

    case: Case
    units: list[Unit]
    data: dict[str, Any]


@dataclass
class Known:
    """What the rows are compared with, read once."""

    sites_by_code: dict[str, Site] = field(default_factory=dict)
    sites_by_name: dict[tuple[str, int | None], Site] = field(default_factory=dict)
    criteria: dict[str, list[Criterion]] = field(default_factory=dict)
    units: dict[str, list[Unit]] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)


class Reader:
    """One reading of a sheet."""

    def __init__(self, actor: Actor, sheet: SheetRead, parameters: dict[str, Any]):
        self.actor, self.sheet, self.parameters = actor, sheet, parameters
        self.plan = Plan(rows_read=len(sheet.rows))
        self.finder = DivisionFinder(actor, "cases.import")
        self.inside = {division.pk: division for division in self.finder.rows}
        self.calendar, self.now = office_calendar.calendar(), clock.now()
        self.source = str(parameters.get("source") or Source.HISTORY)
        self.day = _day(parameters.get("date"))
        self.home = self._home()
        self.known = Known()
        self.counted: Counter[str] = Counter()
        self.asked: set[str] = set()
        self.lost: Counter[str] = Counter()

    def run(self) -> Plan:
        if self.source not in Source.values:
            self.plan.problems.append(Problem(0, "", "", self.source, _("There is no such source."), "source_unknown"))
            return self.plan
        rows = [row for row in self.sheet.rows if row.sound and row.values["description"]]
        self._read_known(rows)
        wanted = [found for row in rows if (found := self._take(row)) is not None]
        there = set(Case.objects.filter(uid__in=[each.case.uid for each in wanted]).values_list("uid", flat=True))
        fresh = [each for each in wanted if each.case.uid not in there]
        self.plan.unchanged += len(wanted) - len(fresh)
        self.plan.creates = len(fresh)
        self.plan.facts = {str(State(state).label): count for state, count in Counter(each.case.state for each in fresh).items()}
        self.plan.sample = [
            {
                "description": each.case.description,
                "state": str(State(each.case.state).label),
                "units": "、".join(str(unit) for unit in each.units),
            }
            for each in fresh[:20]
        ]
        self._tell_lost()
        self.plan.payload = fresh
        return self.plan

    def wrong(self, row: Row, key: str, message: str, code: str) -> None:
        self.plan.problems.append(
            Problem(row.number, self.sheet.letters.get(key, ""), TITLES[key], str(row.values[key] or ""), message, code)
        )

    def _tell_lost(self) -> None:
        sentences = {
            "site": ngettext(
                "%(count)d site is not known: its name is kept as the address.",
                "%(count)d sites are not known: their names are kept as addresses.",
                self.lost["site"],
            ),
            "criterion": ngettext(
                "%(count)d criterion is not in an edition in force: the case stands without it.",
                "%(count)d criteria are not in an edition in force: the cases stand without them.",
                self.lost["criterion"],
            ),
            "unit": ngettext(
                "%(count)d row names a unit that is not known.",
                "%(count)d rows name units that are not known.",
                self.lost["unit"],
            ),
            "ownerless": ngettext(
                "%(count)d case will stand without a responsible unit.",
                "%(count)d cases will stand without a responsible unit.",
                self.lost["ownerless"],
            ),
            "photos": ngettext(
                "The photos of %(count)d row are not brought in.",
                "The photos of %(count)d rows are not brought in.",
                self.lost["photos"],
            ),
        }
        self.plan.warnings += [sentences[key] % {"count": self.lost[key]} for key in sentences if self.lost[key]]

    def _home(self) -> Division | None:
        """Where a row lies that names no place: the actor's own area."""
        paths = sorted({grant.division_path for grant in self.actor.scopes("cases.import") if grant.scope == DIVISION}, key=len)
        return next((division for division in self.finder.rows if paths and division.path == paths[0]), None)

    def _read_known(self, rows: list[Row]) -> None:
        for site in Site.objects.filter(division__in=self.inside).select_related("type", "division"):
            self.known.sites_by_code[site.code] = site
            self.known.sites_by_name.setdefault((match_key(site.name), site.division_id), site)
            self.known.sites_by_name.setdefault((match_key(site.name), None), site)
        if any(row.values["criterion"] for row in rows):
            active = Criterion.objects.filter(requirement__indicator__section__edition__state=Edition.State.ACTIVE)
            for criterion in active.select_related("requirement__indicator", "kind"):
                self.known.criteria.setdefault(match_key(criterion.text), []).append(criterion)
        today = clock.today()
        for unit in Unit.objects.filter(starts_on__lte=today).exclude(ends_on__lt=today).select_related("division"):
            if self._is_near(unit):
                for key in {match_key(unit.name), match_key(unit.short_name)} - {""}:
                    self.known.units.setdefault(key, []).append(unit)
        self.known.families = {match_key(family.name): family for family in Family.objects.all()}
        self.known.kinds = {match_key(kind.name): kind for kind in Kind.objects.select_related("family")}

    def _is_near(self, unit: Unit) -> bool:
        given = tuple(grant.division_path for grant in self.actor.scopes("cases.import"))
        here = self.home.path if self.home else ""
        return self.actor.is_system or rules.may_be_given(unit.division.path if unit.division else "", here, given)

    # what a row means

    def _take(self, row: Row) -> Wanted | None:
        values: dict[str, Any] = {key: value if value is not None else "" for key, value in row.values.items()}
        if values["number"] and self._is_here(str(values["number"])):
            self.plan.unchanged += 1
            return None
        state = state_of(values["result"], values["measure"])
        if state is None:
            self.wrong(
                row,
                "result",
                _("“%(value)s” is no result. Write 未整改, 整改中, 已整改, 缓办 or 不予受理.") % {"value": values["result"]},
                "unknown_result",
            )
            return None
        deadline = deadline_of(values["due"], self.calendar) if values["due"] else Deadline()
        if deadline is None:
            self.wrong(
                row,
                "due",
                _("“%(value)s” is no deadline. Write a day such as 2026-11-27, or 3个工作日, 4小时, 7天.")
                % {"value": values["due"]},
                "unknown_deadline",
            )
            return None
        unlikely = next((key for key in ("reported_at", "closed_at") if values[key] and values[key].year not in YEARS), None)
        if unlikely:
            self.wrong(row, unlikely, _("This day cannot be right."), "unlikely_day")
            return None
        place = self._place(row, values)
        if place is None:
            return None
        site, division = place
        units = self._units(values)
        reported = moment_of(values["reported_at"] or None, self.day, self.now, self.calendar)
        case = self._case(values, site, division, reported)
        told = ("serial", "site_code", "town", "village", "site", "indicator", "requirement", "criterion", "description")
        facts = {key: str(values[key]) for key in told} | {"reported_at": str(values["reported_at"])}
        mark = str(row_uid(facts, 0))
        case.uid = row_uid(facts, self.counted[mark])
        self.counted[mark] += 1
        if not self._stand(row, case, state, units, deadline, values):
            return None
        if values["photos"] or values["after_photos"]:
            self.lost["photos"] += 1
        data = {
            "row": row.number,
            "file": self.parameters.get("file_name", ""),
            "result": values["result"],
            "units": values["units"],
        }
        return Wanted(case, units, data)

    def _is_here(self, number: str) -> bool:
        key = rules.key_in(number)
        return key is not None and Case.objects.filter(pk=key, number=number.strip(), division__in=self.inside).exists()

    def _place(self, row: Row, values: dict[str, Any]) -> tuple[Site | None, Division] | None:
        code, name = str(values["site_code"]), str(values["site"])
        site = self.known.sites_by_code.get(code) if code else None
        if code and site is None and not name:
            self.wrong(row, "site_code", _("There is no site with this code in your area."), "unknown_site")
            return None
        division: Division | None = None
        if values["town"] or values["village"]:
            found = self.finder.find(values["town"] or None, values["village"] or None)
            division = found.division
            if division is None and site is None:
                near = "、".join(each.name for each in (found.ambiguous or found.near)[:5]) or "-"
                key = "village" if values["village"] else "town"
                self.wrong(
                    row, key, _("No such community in your area. Near ones: %(near)s.") % {"near": near}, "unknown_division"
                )
                return None
        if site is None and name:
            site = self.known.sites_by_name.get((match_key(name), division.pk if division else None))
            self.lost["site"] += site is None
        place = (site.division if site else None) or division or self.home
        if place is None:
            self.wrong(row, "village", _("Say where it is: choose a site or a community."), "no_division")
            return None
        return site, place

    def _units(self, values: dict[str, Any]) -> list[Unit]:
        names = [
            name
            for text in (values["units"], values["assists"], values["group"])
            for name in _SEPARATED.split(str(text))
            if name.strip()
        ]
        units = [unit for name in names if (unit := self._unit(name)) is not None]
        self.lost["unit"] += len(units) < len(names)
        return list({unit.pk: unit for unit in units}.values())[: rules.ASSISTS + 1]

    def _unit(self, name: str) -> Unit | None:
        key = match_key(name)
        rows = self.known.units.get(key, [])
        if len(rows) == 1:
            return rows[0]
        near = rows or [self.known.units[other][0] for other in nearest(key, list(self.known.units))]
        if not near:
            return None
        question = f"unit:{normalise_name(name)}"
        if question not in self.asked:
            self.asked.add(question)
            answers = [*((str(unit.pk), unit.name) for unit in near), ("none", _("none of these"))]
            self.plan.questions.append(Question(question, _("Which unit is “%(name)s”?") % {"name": name}, answers, "none"))
        answer = str(self.parameters.get(question) or "none")
        return next((unit for unit in near if str(unit.pk) == answer), None)

    def _criterion(self, values: dict[str, Any]) -> Criterion | None:
        if not values["criterion"]:
            return None
        rows = self.known.criteria.get(match_key(values["criterion"]), [])
        for key, name in (("requirement", "requirement.text"), ("indicator", "requirement.indicator.name")):
            if len(rows) > 1 and values[key]:
                rows = [row for row in rows if match_key(_path(row, name)) == match_key(values[key])] or rows
        self.lost["criterion"] += not rows
        return rows[0] if rows else None

    def _case(self, values: dict[str, Any], site: Site | None, division: Division, reported: datetime) -> Case:
        criterion = self._criterion(values)
        words = [match_key(values[key]) for key in ("kind", "family", "type")]
        kind = next((self.known.kinds[word] for word in words if word in self.known.kinds), criterion.kind if criterion else None)
        family = (
            kind.family_id
            if kind
            else next((self.known.families[word].pk for word in words if word in self.known.families), None)
        )
        case = Case(
            source=values["source"] or self.source,
            description=values["description"],
            site=site,
            division=division,
            criterion=criterion,
            kind=kind,
            family_id=family,
            severity=kind.severity if kind else criterion.severity if criterion else 2,
            reported_at=reported,
            reported_by_id=self.actor.account_id,
            address=(site.address if site else str(values["site"]))[:200],
            grid_id=site.grid_id if site else None,
        )
        if site is not None:
            case.given_lat, case.given_lon, case.datum, case.lat, case.lon = (
                site.given_lat,
                site.given_lon,
                site.datum,
                site.lat,
                site.lon,
            )
        return case

    def _stand(self, row: Row, case: Case, state: State, units: list[Unit], deadline: Deadline, values: dict[str, Any]) -> bool:
        """Bring the case where the row says it stands. False when that cannot be."""
        case.state, case.measure, case.lead_unit, case.handling_unit = state, values["measure"], None, None
        if units:
            case.lead_unit = case.handling_unit = units[0]
            case.assigned_reason = "导入台账中的责任单位"
        elif state in (State.SCREENED, State.RECTIFYING, State.DEFERRED):
            case.state = State.SCREENED
            self.lost["ownerless"] += 1
            return True
        if state == State.REJECTED:
            case.lead_unit = case.handling_unit = None
            return True
        if case.state == State.SCREENED:
            case.state = State.DISPATCHED
        case.dispatched_at = case.filed_at = case.clock_at = case.reported_at
        limit = deadline.limit or (span_to(case.reported_at, deadline.moment) if deadline.moment else limit_of(case))
        case.limit_amount, case.limit_unit = limit.amount, limit.unit
        for name, value in moments(clocks.run(self.calendar, case.reported_at, limit), self.now).items():
            setattr(case, name, value)
        if state == State.CLOSED:
            self._ended(case, values["closed_at"] or None)
        elif state == State.DEFERRED:
            if deadline.moment is None or deadline.moment <= self.now:
                self.wrong(
                    row, "due", _("A deferred problem needs the day to come until which it is deferred."), "deferred_until"
                )
                return False
            case.deferred_until, case.deferred_reason, case.paused_at = deadline.moment.date(), case.measure[:300], self.now
            case.urgency, case.next_at = Urgency.NONE, clocks.end_of_day(self.calendar, case.deferred_until)
        return True

    def _ended(self, case: Case, closed_at: datetime | None) -> None:
        """Closed when the row says; where it does not, there is no clock, so that no rate counts the case as late or in time."""
        case.urgency, case.next_at = Urgency.NONE, None
        moment = moment_of(closed_at, None, self.now, self.calendar) if closed_at is not None else case.reported_at
        case.submitted_at = case.closed_at = max(moment, case.reported_at)
        if closed_at is None or case.due_at is None:
            case.due_at = case.half_at = case.supervise_at = None
        else:
            case.in_time = case.closed_at <= case.due_at
            case.handled_minutes = clocks.handled_minutes(self.calendar, case.reported_at, case.closed_at)


def _path(row: Any, path: str) -> str:
    for part in path.split("."):
        row = getattr(row, part)
    return row


def _day(value: Any) -> date | None:
    if not value:
        return None
    day = value if isinstance(value, date) else parse_date(str(value))
    return day if day.year in YEARS else None


def plan(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    """What bringing in the sheet would do. Reads a handful of tables once; two queries for any number of rows beside."""
    return Reader(actor, sheet, parameters).run()


def apply(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    """Make the cases of a plan, with their parties and an event each, in batches."""
    wanted: list[Wanted] = plan.payload
    now = clock.now()
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        cases = [each.case for each in batch]
        Case.objects.bulk_create(cases, batch_size=BATCH)
        for case in cases:
            case.number = rules.case_number(case.reported_at.astimezone(clock.LOCAL).date(), case.pk)
        Case.objects.bulk_update(cases, ["number"], batch_size=BATCH)
        CaseParty.objects.bulk_create(
            [
                CaseParty(case=each.case, unit=unit, part=CaseParty.Part.ASSIST if place else CaseParty.Part.LEAD)
                for each in batch
                if each.case.lead_unit_id is not None
                for place, unit in enumerate(each.units)
            ],
            batch_size=BATCH,
        )
        CaseEvent.objects.bulk_create(
            [event_of(actor, Verb.IMPORT, each.case, "", data=each.data, now=now) for each in batch], batch_size=BATCH
        )
        for case in cases:
            events.say(CaseMoved(case.pk, Verb.IMPORT.value, "", case.state))
    return {"cases": len(wanted)}
