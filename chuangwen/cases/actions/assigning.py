"""Who gets a case and how long it may take: the rules of standards and deadlines, asked for one case or for many."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chuangwen.cases import clocks, loop_settings
from chuangwen.cases.clocks import Clock, Pause, Rule
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import Case
from chuangwen.cases.rules import ASSISTS, may_be_given
from chuangwen.kernel import clock, office_calendar
from chuangwen.kernel.access import ALL, DIVISION, Actor
from chuangwen.kernel.worktime import Limit
from chuangwen.people.models import Unit
from chuangwen.standards.responsibility import Assignment, Problem
from chuangwen.standards.responsibility_queries import ResponsibilityBook


@dataclass
class Choice:
    """Who answers for a case and why. ``lead`` is None where no rule names a unit. ``limit``: the rule of the table, where it was asked for."""

    lead: Unit | None
    assists: list[Unit] = field(default_factory=list)
    reason: str = ""
    limit: Limit | None = None

    def data(self) -> dict[str, Any]:
        """For the event: keys and names, so that the history reads the same when units are renamed."""
        return {
            "lead": self.lead.pk if self.lead else None, "lead_name": str(self.lead) if self.lead else "",
            "assists": [unit.pk for unit in self.assists], "assist_names": [str(unit) for unit in self.assists], "reason": self.reason,
        }  # fmt: skip


def problem_of(case: Case) -> Problem:
    """What the rules of responsibility are asked. Wants ``site`` and ``division`` loaded."""
    return Problem(
        criterion=case.criterion_id,
        kind=case.kind_id,
        family=case.family_id,
        site=case.site_id,
        site_type=case.site.type_id if case.site else None,
        division=case.division.path if case.division else "",
    )


def book_for(cases: Iterable[Case]) -> ResponsibilityBook:
    """The rows of responsibility that these cases need: two queries."""
    return ResponsibilityBook.load(clock.today(), sites={case.site_id for case in cases if case.site_id is not None})


def choose(case: Case) -> Choice:
    """Who answers for one case. Three queries, and one for its site where that is not loaded."""
    return resolved({case.pk: book_for([case]).answer(problem_of(case))})[case.pk]


def resolved(answers: dict[int, Assignment]) -> dict[int, Choice]:
    """Assignments with their units in place of keys: one query for any number."""
    keys = {key for answer in answers.values() for key in (answer.lead, *answer.assists) if key is not None}
    units = Unit.objects.select_related("division").in_bulk(keys) if keys else {}
    return {
        key: Choice(units.get(answer.lead) if answer.lead else None, [units[u] for u in answer.assists if u in units], answer.reason)
        for key, answer in answers.items()
    }  # fmt: skip


def check_units(actor: Actor, verb: str, case: Case, lead: Unit, assists: Iterable[Unit]) -> list[Unit]:
    """The assisting units without the lead and without doubles. Raises Incomplete for a unit that has ended or belongs to another town."""
    given = tuple(grant.division_path for grant in actor.scopes(verb) if grant.scope == DIVISION)
    anywhere = any(grant.scope == ALL for grant in actor.scopes(verb))
    others = [unit for unit in {unit.pk: unit for unit in assists}.values() if unit.pk != lead.pk]
    if len(others) > ASSISTS:
        raise Incomplete(_("At most %(count)d assisting units.") % {"count": ASSISTS}, "cases.too_many_units", field="assists")
    today, place = clock.today(), case.division.path if case.division else ""
    for unit in (lead, *others):
        where = "lead" if unit is lead else "assists"
        if unit.starts_on > today or unit.ends_on is not None and unit.ends_on < today:
            raise Incomplete(_("%(unit)s does not exist any more.") % {"unit": unit}, "cases.unit_ended", field=where)
        if not anywhere and not may_be_given(unit.division.path if unit.division else "", place, given):
            raise Incomplete(_("%(unit)s does not answer for this place.") % {"unit": unit}, "cases.unit_elsewhere", field=where)
    return others


def limit_of(case: Case) -> Limit:
    """How long the case may take by the table of deadlines; the office's default where no row fits."""
    rule = rule_of(case)
    settings = loop_settings.get()
    return rule.limit if rule is not None else Limit.of(settings.default_amount, settings.default_unit)


def rule_of(case: Case) -> Rule | None:
    """The row of the table that fits."""
    return clocks.choose_limit(
        loop_settings.deadline_rules(), source=case.source, kind=case.kind_id, family=case.family_id, severity=case.severity
    )


def arbitration_limit() -> Limit:
    """How long the office may take over a refused case."""
    settings = loop_settings.get()
    return Limit.of(settings.arbitration_amount, settings.arbitration_unit)


def started(
    limit: Limit, now: datetime, *, pauses: list[Pause] | None = None, start: datetime | None = None, extension_days: int = 0
) -> dict[str, Any]:
    """The columns of a clock that runs at ``now``: begun at ``start`` (now), with closed pauses and granted days."""
    begin = start or now
    times = clocks.run(
        office_calendar.calendar(),
        begin,
        limit,
        pauses=pauses or [],
        extension_days=extension_days,
        supervise_after=loop_settings.get().supervise_after_limits,
    )
    return {
        "limit_amount": limit.amount, "limit_unit": limit.unit, "clock_at": begin, "pauses": clocks.stored(pauses or []), "paused_at": None,
        "extension_days": extension_days, **moments(times, now),
    }  # fmt: skip


def moments(times: Clock, now: datetime) -> dict[str, Any]:
    """The columns for the moments of a clock and how it stands at ``now``."""
    return {
        "half_at": times.half_at, "due_at": times.due_at, "supervise_at": times.supervise_at,
        "urgency": clocks.urgency_at(now, times.half_at, times.due_at, times.supervise_at),
        "next_at": clocks.next_look(now, times.half_at, times.due_at, times.supervise_at),
    }  # fmt: skip


def limit_on(case: Case) -> Limit:
    """The limit under which the case runs; by the table where none was kept."""
    if case.limit_amount is None:
        return limit_of(case)
    return Limit.of(case.limit_amount, case.limit_unit)
