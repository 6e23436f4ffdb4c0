"""A story that is played into the tables leaves what the actions of the closed loop leave."""

from collections import Counter
from datetime import UTC, date, timedelta

import pytest

from chuangwen.cases import actions
from chuangwen.cases.actions.ticking import tick
from chuangwen.cases.models import Case, CaseEvent, CaseParty
from chuangwen.cases.tests.loop import look_through
from chuangwen.demo.stories import TRANSITIONS
from chuangwen.demo.tests.conftest import NOW
from chuangwen.evidence.models import Photo
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Unit

OFFICE = Actor(name="演示", is_system=True, channel="command")
OWN = {
    "id", "uid", "number", "version", "generated", "source", "round", "observation", "reported_by", "submitted_by", "rebound_of",
    "rebounded_at", "given_lat", "given_lon", "lat", "lon",
}  # fmt: skip
"""Columns that tell two cases apart, or who works rather than what is done."""
EACH = 2


@pytest.fixture
def chosen(town_data):
    """Some stories for each verb of the loop, the newest ones."""
    found, seen = [], Counter()
    for case in reversed(town_data.cases):
        verbs = {event.verb for event in case.events} - {"report", "rebound"}
        if case.source not in ("round", "unannounced") and any(seen[verb] < EACH for verb in verbs):
            found.append(case)
            seen.update(verbs)
    assert all(seen[verb] >= EACH for verb in set(TRANSITIONS) - {"report", "rebound"}), seen
    return found


def act(case, event, row, originals, units, photos):
    """The action of an event, done at its moment."""
    verb, note, case_id = event.verb, event.note, case.pk
    before, after = photos
    match verb:
        case "solve_on_spot":
            actor = Actor(name="演示", is_system=True, channel="command", unit_ids=(units[event.unit].pk,))
            actions.solve_reported(actor, case_id=case_id, measure=note, before_photos=[before], after_photos=[after])
        case "reject" | "refuse" | "send_back" | "deny_extension":
            getattr(actions, verb)(OFFICE, case_id=case_id, reason=note)
        case "merge":
            actions.merge(OFFICE, case_id=case_id, into_id=originals[event.data["into"]].pk, note=note)
        case "pass_on":
            actions.pass_on(OFFICE, case_id=case_id, unit=units[event.data["to"]], note=note)
        case "ask_extension":
            actions.ask_extension(OFFICE, case_id=case_id, days=event.data["working_days"], reason=note)
        case "defer":
            plan = CaseEvent.objects.filter(case=originals[row.key], verb="defer").first().data["plan"]
            until = date.fromisoformat(event.data["until"])
            actions.defer(OFFICE, case_id=case_id, until=until, reason=note, plan=plan)
        case "submit":
            actions.submit(OFFICE, case_id=case_id, measure=note, after_photos=[after])
            look_through(case)
        case _:
            getattr(actions, verb)(OFFICE, case_id=case_id, note=note)


def look(case_id, until):
    """The job looks at the clocks once a minute."""
    while (moment := Case.objects.values_list("next_at", flat=True).get(pk=case_id)) is not None:
        seen = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        if seen >= until:
            return
        tick(seen)


def columns(case):
    return {
        field.name: getattr(case, field.attname) for field in Case._meta.concrete_fields if field.name not in OWN
    }


def told(case):
    rows = CaseEvent.objects.filter(case=case).exclude(verb__in=("report", "rebound", "escalate")).order_by("at", "pk")
    return [(e.verb, e.at, e.before, e.after, e.note, e.data) for e in rows]


@pytest.mark.long
def test_played_cases_are_what_the_actions_would_have_made(report, town_data, chosen):
    ordered = Case.objects.select_related("site", "division", "kind", "criterion", "grid").order_by("pk")
    originals = {row.key: case for row, case in zip(town_data.cases, ordered[: len(town_data.cases)], strict=True)}
    names = {unit.name: unit for unit in Unit.objects.all()}
    units = {row.key: names[row.name] for row in town_data.units}
    photos = list(Photo.objects.values_list("pk", flat=True)[:2])
    for row in chosen:
        first = originals[row.key]
        with clock.at(row.reported_at.astimezone(UTC)):
            case = actions.report(
                OFFICE, description=row.description, source=row.source, site=first.site, grid=first.grid, address=row.address,
                kind=first.kind, criterion=first.criterion, severity=first.severity,
            )  # fmt: skip
        for event in row.events[1:]:
            if event.verb == "rebound":
                continue
            look(case.pk, event.at)
            with clock.at(event.at.astimezone(UTC)):
                act(case, event, row, originals, units, photos)
        look(case.pk, NOW)
        again = Case.objects.get(pk=case.pk)
        assert columns(again) == columns(first), row
        assert told(again) == told(first), row
        assert set(CaseParty.objects.filter(case=again).values_list("unit", "part")) == set(
            CaseParty.objects.filter(case=first).values_list("unit", "part")
        ), row
