"""Score sheets of the months, one of them signed; and the papers that tell of the town."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

from chuangwen.demo.filling import papers
from chuangwen.demo.filling.keys import Keys
from chuangwen.demo.filling.standards import make_scheme
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.overview.actions import set_target
from chuangwen.people.actors import actor_of
from chuangwen.scoring import actions as scoring
from chuangwen.scoring.models import ScoreSheet


def fill_scores(keys: Keys) -> int:
    """A sheet for each month, computed by the clerk the day after it ended; last month's is signed by the leader, the newest waits for it.

    Done with the rights of the demonstration's own people. How many sheets.
    """
    clerk, leader, walked = _actor(keys, "clerk"), _actor(keys, "leader"), _walked(keys)
    scheme = make_scheme(keys, clerk)
    sheets = [scoring.compute_round(clerk, round=each, scheme=scheme) for each in walked]
    for sheet, each in zip(sheets, walked, strict=True):
        moment = datetime.combine(each.ends_on + timedelta(days=1), time(16, 20), clock.LOCAL)
        ScoreSheet.objects.filter(pk=sheet.pk).update(computed_at=min(moment, keys.now))
    scoring.sign_sheet(leader, sheet_id=sheets[-2].pk)
    return len(sheets)


def fill_target(keys: Keys) -> None:
    """What the street wants to reach: set by its leader."""
    set_target(
        _actor(keys, "leader"), division=keys.street, name="省级实地测评", rate=Decimal("0.90"), due_on=keys.data.today + timedelta(days=75)
    )


def _actor(keys: Keys, role: str) -> Actor:
    return replace(actor_of(keys.accounts[role]), channel="command")


def _walked(keys: Keys) -> list[Round]:
    """The monthly rounds that have ended, oldest first."""
    return [keys.rounds[row.key] for row in keys.data.rounds if row.kind == "monthly" and row.ends_on < keys.data.today]


def fill_papers(keys: Keys) -> int:
    """Papers of every kind and state. How many."""
    return papers.fill_papers(keys, _walked(keys))
