"""Twelve months of rounds, visits and observations."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from chuangwen.demo.filling.keys import Keys
from chuangwen.fieldwork.models import Observation, ObservationUnit, Round, RoundSite, Visit
from chuangwen.standards.actions.shipping import severity_levels

KINDS = {"monthly": Round.Kind.MONTHLY, "weekly": Round.Kind.WEEKLY}


def fill_fieldwork(keys: Keys) -> None:
    """Rounds that have been walked are closed, but for the newest supervision, in which the desk may still enter something."""
    _rounds(keys)
    _observations(keys)


def _state(keys: Keys, row, newest: str) -> str:
    if row.starts_on > keys.data.today:
        return Round.State.PLANNED
    return Round.State.RUNNING if row.ends_on >= keys.data.today or row.key == newest else Round.State.CLOSED


def _rounds(keys: Keys) -> None:
    newest = [row.key for row in keys.data.rounds if row.kind == "weekly"][-1]
    made = Round.objects.bulk_create(
        Round(
            name=row.name,
            kind=KINDS[row.kind],
            state=_state(keys, row, newest),
            edition=keys.edition,
            division=keys.street,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            assessor=keys.units[row.assessor],
            generated=True,
        )
        for row in keys.data.rounds
    )
    keys.rounds = {row.key: each for row, each in zip(keys.data.rounds, made, strict=True)}
    RoundSite.objects.bulk_create(
        (RoundSite(round=keys.rounds[row.key], site=keys.sites[code]) for row in keys.data.rounds for code in row.sites),
        batch_size=500,
    )


def _observations(keys: Keys) -> None:
    """Graded criteria keep grade and defects, the others whether they conform; the weight is the criterion's full marks."""
    teams = {row.key: keys.units[row.assessor] for row in keys.data.rounds}
    visits = Visit.objects.bulk_create(
        (
            Visit(
                round=keys.rounds[row.round],
                site=keys.sites[row.site],
                unit=teams[row.round],
                account_id=keys.account_ids.get(row.person),
                at=row.at,
            )
            for row in keys.data.visits
        ),
        batch_size=500,
    )
    by_key = {row.key: visit for row, visit in zip(keys.data.visits, visits, strict=True)}
    serials: dict[str, int] = defaultdict(int)
    rows = []
    for row in keys.data.observations:
        serials[row.round] += 1
        rows.append(
            Observation(
                round=keys.rounds[row.round],
                visit=by_key[row.visit],
                site=keys.sites[row.site],
                criterion=keys.criteria[row.criterion],
                area=keys.divisions[row.community],
                serial=f"{serials[row.round]:04d}",
                grade=row.grade,
                defects=row.defects,
                conform=row.conform,
                weight=Decimal(row.full_marks),
                note=row.note,
                severity=severity_levels()[row.severity],
                observed_on=row.at.date(),
                account_id=keys.account_ids.get(row.person),
            )
        )
    made = Observation.objects.bulk_create(rows, batch_size=500)
    keys.observations = {row.key: each for row, each in zip(keys.data.observations, made, strict=True)}
    ObservationUnit.objects.bulk_create(
        (
            ObservationUnit(observation=keys.observations[row.key], unit=keys.units[unit])
            for row in keys.data.observations
            for unit in row.units
        ),
        batch_size=500,
    )
