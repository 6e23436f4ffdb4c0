"""Somebody who is cared for in the small town, with a pair and somebody who stands in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.people.actors import actor_of
from chuangwen.testing import factories
from chuangwen.volunteers.care import actions
from chuangwen.volunteers.care.models import CaredPerson
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer

DAY = date(2026, 11, 2)
"""A Monday."""
NAMES = ("甲", "乙", "丙", "丁", "戊", "己")


def at(hour: int = 10, minute: int = 0, days: int = 0) -> datetime:
    return datetime.combine(DAY + timedelta(days=days), time(hour, minute), tzinfo=clock.LOCAL)


def make_person(town: Any, name: str = "赵婆婆", **more: Any) -> CaredPerson:
    facts = {
        "phone": "19900000011", "division": town.communities[0], "unit": town.units["community"], "consented_on": clock.today(),
        "consent": "paper", "kind": "alone", "birth_month": 11, "birth_day": 20, "lat": 21.66, "lon": 110.92,
    } | more  # fmt: skip
    return actions.make_cared_person(SYSTEM, name=name, **facts)


class Neighbours:
    """A team whose leader and members have accounts of residents; the first two are the pair, the third stands in."""

    def __init__(self, town: Any):
        self.town = town
        self.accounts = [factories.make_account(f"neighbour-{n}", town.roles["resident"], None) for n in range(len(NAMES))]
        self.volunteers = [
            make_volunteer(town.communities[0], f"志愿者{name}", account, free=0b111, lat=21.66 + n / 1000, lon=110.92)
            for n, (name, account) in enumerate(zip(NAMES, self.accounts, strict=True))
        ]
        self.leader = self.volunteers[5]
        self.team = make_team(town.communities[0], town.units["community"], "邻里守望队", self.leader)

    def actor(self, n: int) -> Any:
        """Anew at each time, as a request does it."""
        self.accounts[n].refresh_from_db()
        return actor_of(self.accounts[n])

    def look_after(self, person: CaredPerson) -> CaredPerson:
        actions.edit_cared_person(SYSTEM, person_id=person.pk, team=self.team)
        one, two, three = self.volunteers[:3]
        actions.set_helpers(SYSTEM, person_id=person.pk, pair=[one, two], stand_ins=[three])
        return person
