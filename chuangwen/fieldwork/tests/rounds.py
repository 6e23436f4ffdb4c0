"""What tests of drawn rounds begin with: a town with many sites, a round with quotas and teams."""

from datetime import date, datetime, time, timedelta
from typing import Any

from chuangwen.fieldwork import actions
from chuangwen.fieldwork.models import Round, RoundSite, RoundTeam, Visit
from chuangwen.kernel import clock
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Account, Post
from chuangwen.testing.factories import Town, make_account, make_site

DAY = date(2026, 11, 16)
NOW = datetime.combine(DAY, time(10), clock.LOCAL)
SEED = "双色球 2026131 期"


def many_sites(town: Town, count: int, type: str = "market") -> list[Any]:
    """So many more sites of a type, half in each community."""
    return [make_site(town.communities[n % 2], town.types[type], lat=21.66 + n / 2000, lon=110.92) for n in range(count)]


def a_round(town: Town, name: str = "十一月督导", *, starts: date = DAY, days: int = 5, **more: Any) -> Round:
    facts = {"kind": "weekly", "edition": town.edition, "division": town.street} | more
    return actions.plan_round(
        town.actors["clerk"], name=name, starts_on=starts, ends_on=starts + timedelta(days=days - 1), **facts
    )


def with_quota(town: Town, round: Round, count: int, type: str = "market") -> Round:
    return actions.set_quotas(town.actors["clerk"], round_id=round.pk, quotas={(town.types[type], town.street): count})


def drawn_round(town: Town, count: int = 4, sites: int = 10, **more: Any) -> Round:
    """A round for which some of many markets were drawn, under way."""
    many_sites(town, sites)
    round = with_quota(town, a_round(town, **more), count)
    actions.draw_sites(town.actors["clerk"], round_id=round.pk, seed=SEED)
    return actions.move_round(town.actors["clerk"], round_id=round.pk, state="running")


def an_inspector(town: Town, username: str, role: str = "inspector") -> Account:
    return make_account(username, town.roles[role], town.units["office"], kind=Post.Kind.INSPECTOR)


def a_team(town: Town, round: Round, name: str, *members: Account, **more: Any) -> RoundTeam:
    return actions.save_team(
        town.actors["clerk"], round_id=round.pk, name=name, members=members, starts_at=time(8, 30), ends_at=time(17, 30), **more
    )


def visit(account: Account, place: RoundSite, results: dict[Any, dict[str, Any]], at: datetime = NOW) -> None:
    """Somebody records results (criterion -> loss, grade, conform) at a place and finishes it."""
    actor = actor_of(account)
    with clock.at(at):
        for criterion, result in results.items():
            actions.record_observation(
                actor, round=place.round, site=place.site, criterion=criterion, observed_on=at.date(), **result
            )
        Visit.objects.create(round=place.round, site=place.site, round_site=place, team=place.team, account=account, at=at)
        actions.finish_place(actor, place_id=place.pk)
