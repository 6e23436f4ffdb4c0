"""Two rounds whose sites were drawn: one that is over, with places rated again blind, and one under way with three teams.

Done with the rights of the demonstration's clerk, by the actions that the pages call; only visits and observations are written at once.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Min, OuterRef, Subquery

from chuangwen.demo.duties import Duties
from chuangwen.demo.filling.keys import Keys
from chuangwen.demo.records import Observation as Row
from chuangwen.demo.records import Site as SiteRow
from chuangwen.demo.records import Visit as VisitRow
from chuangwen.demo.rounds import observe, risk
from chuangwen.fieldwork import actions
from chuangwen.fieldwork.models import Observation, ObservationUnit, Round, RoundSite, TeamMember, Visit
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.worktime import WorkCalendar
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Account
from chuangwen.standards import shipped
from chuangwen.standards.actions.shipping import severity_levels

TEAMS = {
    "督导一组": ("group-8", 0, "bicycle", 12),
    "督导二组": ("group-8", 2, "bicycle", 12),
    "测评公司组": ("assessor", 0, "car", 25),
}
"""Name -> unit, which of its inspectors (two from there on), how it goes, km/h."""
OVER = {"unmanaged-estate": 6, "estate": 6, "restaurant": 4, "back-lane": 4, "community": 4}
UNDER_WAY = {
    "unmanaged-estate": 9,
    "estate": 6,
    "back-lane": 5,
    "restaurant": 4,
    "pharmacy": 2,
    "farmers-market": 2,
    "public-toilet": 2,
}
SHARE_AGAIN = Decimal("0.3")
AGREED = 0.86
"""How often the second team comes to the first one's result."""
HOUR = 60


def fill_drawn_rounds(keys: Keys, calendar: WorkCalendar) -> int:
    """Both rounds; and every place of the earlier rounds that was visited is marked so. How many rounds."""
    _mark_visited()
    return len([_over(keys, calendar), _under_way(keys, calendar)])


def _mark_visited() -> None:
    first = Visit.objects.filter(round=OuterRef("round"), site=OuterRef("site")).order_by().values("round").annotate(at=Min("at"))
    RoundSite.objects.update(done_at=Subquery(first.values("at")))


def _clerk(keys: Keys) -> Actor:
    return replace(actor_of(keys.accounts["clerk"]), channel="command")


def _drawn(keys: Keys, name: str, kind: str, first: date, last: date, quotas: dict[str, int], seed: str) -> Round:
    """A round with its teams, quotas and draw, made the day before it began."""
    clerk = _clerk(keys)
    assert keys.edition is not None
    with clock.at(datetime.combine(first - timedelta(days=1), time(16, 30), clock.LOCAL)):
        round = actions.plan_round(
            clerk,
            name=name,
            kind=kind,
            edition=keys.edition,
            division=keys.street,
            starts_on=first,
            ends_on=last,
            assessor=keys.units["group-8"],
            rerate_share=SHARE_AGAIN if kind == Round.Kind.UNANNOUNCED else None,
            generated=True,
        )
        actions.set_quotas(
            clerk, round_id=round.pk, quotas={(keys.types[type], keys.street): count for type, count in quotas.items()}
        )
        for team, (unit, place, transport, speed) in TEAMS.items():
            actions.save_team(
                clerk,
                round_id=round.pk,
                name=team,
                unit=keys.units[unit],
                members=_members(keys, unit, place),
                transport=transport,
                speed_kmh=Decimal(speed),
                starts_at=time(8, 30),
                ends_at=time(17, 30),
            )
        actions.draw_sites(clerk, round_id=round.pk, seed=seed)
        return actions.move_round(clerk, round_id=round.pk, state=Round.State.RUNNING)


def _members(keys: Keys, unit: str, place: int) -> list[Account]:
    """Two inspectors of a unit with an account each; those who do not sign in in the demonstration get one without a password."""
    posts = [post for post in keys.data.posts if post.unit == unit and post.kind == "inspector" and post.ends_on is None]
    found = []
    for post in posts[place : place + 2]:
        person = keys.people[post.person]
        account = Account.objects.filter(person=person).first()
        found.append(account or Account.objects.create(username=f"{unit}-{posts.index(post) + 1}", password="!", person=person))
    return found


def _spread(keys: Keys, round: Round, days: list[date]) -> list[RoundSite]:
    """Each place to a team and a day, neighbours together."""
    places = list(round.site_links.select_related("site__division", "site__type").order_by("site__division__path", "site__code"))
    teams = list(round.teams.order_by("pk"))
    for number, place in enumerate(places):
        place.team = teams[number * len(teams) // len(places)]
    for team in teams:
        own = [place for place in places if place.team == team]
        for number, place in enumerate(own):
            place.day = days[number * len(days) // len(own)]
            place.position = 1 + sum(other.day == place.day for other in own[:number])
            place.arrive_at = time(8 + place.position, 20)
    RoundSite.objects.bulk_update(places, ["team", "day", "position", "arrive_at"])
    return places


def _over(keys: Keys, calendar: WorkCalendar) -> Round:
    """Unannounced visits a month ago, all walked but one; three in ten were rated again by another team."""
    last = calendar.workday_after(keys.data.today - timedelta(days=24))
    days = [calendar.workday_after(last - timedelta(days=7)), last]
    name = f"{days[0].year}年{days[0].month}月随机暗访"
    round = _drawn(
        keys,
        name,
        Round.Kind.UNANNOUNCED,
        days[0],
        last + timedelta(days=2),
        OVER,
        f"演示 {days[0]:%Y-%m-%d} 会上当众掷骰 3 6 1 4 2 5",
    )
    places = _spread(keys, round, days)
    clerk = _clerk(keys)
    closed, *walked = places
    with clock.at(_moment(closed)):
        actions.leave_out(clerk, place_id=closed.pk, reason="店铺停业装修，无法进入")
    results = _walk(keys, walked, random.Random("drawn-over"))
    with clock.at(datetime.combine(last, time(17, 40), clock.LOCAL)):
        actions.draw_reratings(clerk, round_id=round.pk, seed=f"演示 {last:%Y-%m-%d} 会上当众掷骰 2 2 5 1 6 3")
    again = list(round.site_links.filter(purpose="rerate").select_related("site__division", "site__type", "team"))
    for number, place in enumerate(again):
        place.day, place.position = last + timedelta(days=1), number + 1
    RoundSite.objects.bulk_update(again, ["day", "position"])
    _rate_again(keys, again, results, random.Random("drawn-again"))
    with clock.at(datetime.combine(last + timedelta(days=3), time(9), clock.LOCAL)):
        return actions.move_round(clerk, round_id=round.pk, state=Round.State.CLOSED)


def _under_way(keys: Keys, calendar: WorkCalendar) -> Round:
    """A supervision that began two days ago and ends in two: what lies before this moment was walked."""
    today = keys.data.today
    days = [today + timedelta(days=step) for step in range(-2, 3)]
    seed = f"演示 {days[0]:%Y-%m-%d} 会上当众摇号 4 0 7"
    round = _drawn(keys, f"{days[0].month}月{days[0].day}日起随机督导", Round.Kind.WEEKLY, days[0], days[-1], UNDER_WAY, seed)
    places = _spread(keys, round, days)
    before = [place for place in places if _moment(place) + timedelta(minutes=25) < keys.now and place.merged_with_id is None]
    skipped, *walked = before
    with clock.at(_moment(skipped)):
        actions.skip_place(actor_of(keys.accounts["inspector"]), place_id=skipped.pk, reason="道路施工围蔽，人车无法进入")
    _walk(keys, walked, random.Random("drawn-now"))
    asked_for = keys.sites[next(row.code for row in keys.data.sites if row.type == "square")]
    if not round.site_links.filter(site=asked_for).exists():
        actions.add_place(_clerk(keys), round_id=round.pk, site=asked_for, reason="街道主要领导要求一并查看")
    return round


def _moment(place: RoundSite) -> datetime:
    assert place.day is not None
    return datetime.combine(place.day, time(8, 40), clock.LOCAL) + timedelta(minutes=HOUR * ((place.position or 1) - 1))


def _walk(keys: Keys, places: Iterable[RoundSite], rng: random.Random) -> dict[int, list[Row]]:
    """Visit places and rate what their checklists ask. Site -> what was found there."""
    by_code = {row.code: row for row in keys.data.sites}
    answers = Duties(keys.data.units)
    found: dict[int, list[Row]] = {}
    for place in places:
        row, at = by_code[place.site.code], _moment(place)
        visit = VisitRow(f"drawn/{place.pk}", "", row.code, "", at)
        found[place.site_id] = list(_rated(row, visit, answers, keys.data.today, rng))
    _keep(keys, places, found, rerating=False)
    return found


def _rated(row: SiteRow, visit: VisitRow, answers: Duties, today: date, rng: random.Random) -> Iterable[Row]:
    for step, item in enumerate(shipped.checklist(row.type)):
        holder = answers.who(row, item.criterion)[1]
        chance = risk(row, item.family, visit.at.date(), today)
        yield observe(visit, row, item, holder, visit.at + timedelta(seconds=45 * step), chance, rng)


def _rate_again(keys: Keys, places: list[RoundSite], first: dict[int, list[Row]], rng: random.Random) -> None:
    """The second team mostly comes to the same; where it does not, one grade or the other verdict."""
    second: dict[int, list[Row]] = {}
    for place in places:
        rows = []
        for row in first[place.site_id]:
            if rng.random() > AGREED:
                if row.grade:
                    grade = "ABCD"[max(0, min(3, "ABCD".index(row.grade) + rng.choice((-1, 1))))]
                    row = replace(row, grade=grade, defects="ABCD".index(grade), note=row.note if grade != "A" else "")
                else:
                    row = replace(row, conform=not row.conform, note="" if not row.conform else "复评时发现不符合")
            rows.append(row)
        second[place.site_id] = rows
    _keep(keys, places, second, rerating=True)


def _keep(keys: Keys, places: Iterable[RoundSite], found: dict[int, list[Row]], *, rerating: bool) -> None:
    """Visits and observations of places, written at once; the places count as visited."""
    places = list(places)
    members = TeamMember.objects.filter(team__in={place.team_id for place in places}).order_by("-pk")
    who = dict(members.values_list("team", "account"))
    visits = Visit.objects.bulk_create(
        Visit(
            round_id=place.round_id,
            site=place.site,
            round_site=place,
            team=place.team,
            unit=place.team.unit if place.team else None,
            account_id=who.get(place.team_id or 0),
            at=_moment(place),
        )
        for place in places
    )
    made, units = [], []
    for place, visit in zip(places, visits, strict=True):
        for row in found[place.site_id]:
            made.append(
                Observation(
                    round_id=place.round_id,
                    visit=visit,
                    site=place.site,
                    criterion=keys.criteria[row.criterion],
                    area=keys.divisions[row.community],
                    grade=row.grade,
                    defects=row.defects,
                    conform=row.conform,
                    weight=Decimal(row.full_marks),
                    note=row.note,
                    severity=severity_levels()[row.severity],
                    observed_on=visit.at.date(),
                    account_id=visit.account_id,
                    rerating=rerating,
                )
            )
            units.append(row.units)
        place.done_at = visit.at + timedelta(minutes=20)
    Observation.every.bulk_create(made, batch_size=500)
    ObservationUnit.objects.bulk_create(
        (ObservationUnit(observation=one, unit=keys.units[unit]) for one, each in zip(made, units, strict=True) for unit in each),
        batch_size=500,
    )
    RoundSite.objects.bulk_update(places, ["done_at"])
