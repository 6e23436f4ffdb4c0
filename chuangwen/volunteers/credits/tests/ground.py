"""A programme with a reward, a place, and holders of each kind."""

from dataclasses import dataclass
from typing import Any

from chuangwen.kernel.access import SYSTEM
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer
from chuangwen.volunteers.credits import actions
from chuangwen.volunteers.credits.actions.earning import earn_hours
from chuangwen.volunteers.credits.models import CreditAccount, CreditPlace, CreditProgramme, CreditReward
from chuangwen.volunteers.presence.tests.standing import make_entry


@dataclass
class Ground:
    programme: CreditProgramme
    reward: CreditReward
    place: CreditPlace
    token: str
    mine: CreditAccount
    household: CreditAccount
    shop: CreditAccount
    team: Any
    volunteer: Any


def make_ground(town: Any, stock: int = 10, cost: int = 5, account: bool = True) -> Ground:
    """The resident is a volunteer who takes part."""
    volunteer = make_volunteer(town.communities[0], "积分志愿者", town.accounts["resident"] if account else None)
    team = make_team(town.communities[0], town.units["community"], "积分服务队")
    programme = actions.open_credits(SYSTEM, division=town.street, name="文明积分")
    place = actions.save_credit_place(SYSTEM, programme_id=programme.pk, name="积分超市", division=town.communities[0])
    place, token = actions.give_place_link(SYSTEM, credit_place_id=place.pk)
    reward = actions.save_reward(SYSTEM, programme_id=programme.pk, kind="ride", name="公交乘车一次", cost=cost, pieces=stock, places=[place])
    mine = actions.join_credits(SYSTEM, volunteer_id=volunteer.pk)
    household = actions.enter_household(SYSTEM, division=town.communities[0], name="3栋502户", unit=town.units["community"])
    shop = actions.enter_shop(SYSTEM, site=town.sites[0], unit=None)
    return Ground(programme, reward, place, token, mine, household, shop, team, volunteer)


def served(ground: Ground, minutes: int) -> Any:
    """Hours that counted, served today."""
    entry = make_entry(ground.volunteer, ground.team, minutes, days=0)
    entry.day = ground.mine.joined_on
    entry.save(update_fields=["day"])
    earn_hours(entry.pk)
    ground.mine.refresh_from_db()
    return entry
