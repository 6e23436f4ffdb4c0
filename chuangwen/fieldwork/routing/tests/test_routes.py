"""Routes of a round on pages, by the job and over REST: what is promised to the office, to a team, and to those who are inspected."""

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from chuangwen.fieldwork import actions as rounds
from chuangwen.fieldwork.models import Round, RoundSite, RoundTeam, TeamMember
from chuangwen.fieldwork.routing import actions, jobs, queries
from chuangwen.fieldwork.routing.problem import Reason
from chuangwen.fieldwork.templatetags.routing import kilometres
from chuangwen.kernel import clock
from chuangwen.kernel import jobs as kernel_jobs
from chuangwen.kernel.errors import Conflict, Missing, Refusal
from chuangwen.kernel.models import AuditEntry, Job
from chuangwen.standards.models import Responsibility
from chuangwen.testing.factories import LONG_AGO, make_account, make_site

MONDAY, TUESDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 28)
EARLY = datetime(2026, 11, 23, 6, 0, tzinfo=clock.LOCAL)


@pytest.fixture(autouse=True)
def monday_morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EARLY)


@pytest.fixture
def round_(town):
    """A round of a week with two teams and nine sites."""
    made = rounds.plan_round(
        town.actors["clerk"],
        name="路线测评",
        kind="monthly",
        edition=town.edition,
        division=town.street,
        starts_on=MONDAY,
        ends_on=SATURDAY,
    )
    for number, name in enumerate(("甲组", "乙组")):
        RoundTeam.objects.create(
            round=made, name=name, starts_at=time(9), ends_at=time(17), start_lat=21.66 + number / 50, start_lon=110.92
        )
    for number in range(9):
        site = make_site(
            town.communities[number % 2], town.types["market"], lat=21.66 + number / 300, lon=110.92 + number % 3 / 300
        )
        RoundSite.objects.create(round=made, site=site)
    return made


def plan(town, round_, **how):
    return actions.plan_routes(town.actors["clerk"], round_id=round_.pk, **{"seconds": None, "iterations": 200} | how)


def teams(round_):
    return list(round_.teams.order_by("pk"))


def places(round_):
    return list(round_.site_links.order_by("pk"))


def stands(place):
    place.refresh_from_db()
    return (place.team_id, place.day, place.position)


def get(client, name, *args, status=200, **query):
    response = client.get(reverse(f"fieldwork:{name}", args=args), query)
    assert response.status_code == status, response.status_code
    return response


def post(client, name, *args, **data):
    return client.post(reverse(f"fieldwork:{name}", args=args), data)


# -- planning ----------------------------------------------------------------------------------------------------------


def test_every_site_gets_a_team_a_day_a_position_and_an_hour(town, round_):
    figures = plan(town, round_)
    assert (figures["sites"], figures["left_out"]) == (9, 0)
    rows = places(round_)
    assert all(place.team_id and place.day and place.position and place.arrive_at for place in rows)
    for team in teams(round_):
        for day in {place.day for place in rows}:
            there = sorted(p.position for p in rows if p.team_id == team.pk and p.day == day)
            assert there == list(range(1, len(there) + 1))
    assert all(place.day.weekday() < 5 and time(9) <= place.arrive_at < time(17) for place in rows)
    assert AuditEntry.objects.filter(verb="fieldwork.plan_routes").count() == 1


def test_the_same_round_and_seed_give_the_same_routes(town, round_):
    plan(town, round_, seed=5)
    first = [stands(place) for place in places(round_)]
    plan(town, round_, seed=5)
    assert [stands(place) for place in places(round_)] == first


def test_opening_hours_are_kept(town, round_):
    late = places(round_)[0]
    late.site.opens_at, late.site.closes_at = time(15), time(16)
    late.site.save()
    plan(town, round_)
    late.refresh_from_db()
    assert time(15) <= late.arrive_at <= time(15, 40)


def test_what_was_pinned_by_hand_stays_when_planned_again(town, round_):
    plan(town, round_)
    clerk, (_first, second) = town.actors["clerk"], teams(round_)
    wanted = places(round_)[4]
    actions.move_place(clerk, place_id=wanted.pk, team=second, day=TUESDAY, position=1)
    other = places(round_)[7]
    actions.move_place(clerk, place_id=other.pk, team=second, day=TUESDAY, position=1)
    assert stands(other) == (second.pk, TUESDAY, 1) and stands(wanted) == (second.pk, TUESDAY, 2)
    plan(town, round_, seed=9)
    assert stands(other) == (second.pk, TUESDAY, 1) and stands(wanted) == (second.pk, TUESDAY, 2)
    actions.unpin(clerk, round_id=round_.pk)
    assert not round_.site_links.filter(pinned=True).exists()


def test_a_hand_made_choice_on_a_day_off_is_kept(town, round_):
    """Saturday is in the round, but nobody works: a person may still send a team, and planning does not take it back."""
    wanted = places(round_)[0]
    actions.move_place(town.actors["clerk"], place_id=wanted.pk, team=teams(round_)[0], day=SATURDAY)
    plan(town, round_)
    assert stands(wanted) == (teams(round_)[0].pk, SATURDAY, 1)


def test_visited_places_are_not_planned_again(town, round_):
    plan(town, round_)
    done = places(round_)[2]
    done.done_at = clock.now()
    done.save()
    before = stands(done)
    assert plan(town, round_, seed=3)["sites"] == 8
    assert stands(done) == before


def test_days_that_are_over_are_not_planned(town, round_, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EARLY + timedelta(days=1, hours=5))
    plan(town, round_)
    assert {place.day for place in places(round_)} <= {MONDAY + timedelta(n) for n in (2, 3, 4)}
    monkeypatch.setattr(clock, "now", lambda: EARLY + timedelta(days=20))
    with pytest.raises(Refusal) as refused:
        plan(town, round_)
    assert refused.value.code == "routes.no_day"


def test_places_merged_or_left_out_are_on_no_route(town, round_):
    merged, skipped = places(round_)[:2]
    other = Round.objects.create(name="另一轮", edition=town.edition, division=town.street, starts_on=MONDAY, ends_on=SATURDAY)
    merged.merged_with = RoundSite.objects.create(round=other, site=merged.site)
    merged.save()
    skipped.skipped_at, skipped.skipped_reason = clock.now(), "停业"
    skipped.save()
    assert plan(town, round_)["sites"] == 7
    assert stands(merged) == stands(skipped) == (None, None, None)


def test_a_change_while_planning_is_not_overwritten(town, round_):
    plan(town, round_)
    victim = places(round_)[0]

    def meddle(_share):
        if not RoundSite.objects.get(pk=victim.pk).pinned:
            RoundSite.objects.filter(pk=victim.pk).update(pinned=True)

    with pytest.raises(Conflict) as refused:
        actions.plan_routes(town.actors["clerk"], round_id=round_.pk, seconds=1.0, tell=meddle)
    assert refused.value.code == "routes.changed"


def test_nothing_is_planned_without_teams_or_sites(town, round_):
    round_.site_links.all().delete()
    with pytest.raises(Refusal) as refused:
        plan(town, round_)
    assert refused.value.code == "routes.no_site"
    round_.teams.all().delete()
    with pytest.raises(Refusal) as refused:
        plan(town, round_)
    assert refused.value.code == "routes.no_team"


# -- nobody inspects the own unit --------------------------------------------------------------------------------------


def owner(unit, part="owner", **thing):
    return Responsibility.objects.create(unit=unit, part=part, starts_on=LONG_AGO, **thing)


def test_a_team_is_not_sent_to_a_site_of_the_unit_that_employs_it(town, round_):
    first, second = teams(round_)
    first.unit = town.units["department"]
    first.save()
    mine = places(round_)[:3]
    for place, part in zip(mine, ("owner", "lead", "owner"), strict=True):
        owner(town.units["department"], part, site=place.site)
    plan(town, round_)
    assert {stands(place)[0] for place in mine} == {second.pk}
    with pytest.raises(Refusal) as refused:
        actions.move_place(town.actors["clerk"], place_id=mine[0].pk, team=first, day=MONDAY)
    assert refused.value.code == "routes.own_unit"


def test_a_team_is_not_sent_to_a_site_of_the_unit_of_one_of_its_members(town, round_):
    first, second = teams(round_)
    member = make_account("duty", town.roles["inspector"], town.units["department"])
    TeamMember.objects.create(team=second, account=member)
    owner(town.units["department"], "lead", site_type=town.types["market"])
    plan(town, round_)
    assert {stands(place)[0] for place in places(round_)} == {first.pk}


def test_a_community_does_not_inspect_its_own_community(town, round_):
    first, second = teams(round_)
    first.unit = town.units["community"]
    first.save()
    plan(town, round_)
    here = [place for place in places(round_) if place.site.division_id == town.communities[0].pk]
    assert here and {stands(place)[0] for place in here} == {second.pk}


def test_an_assisting_unit_and_one_that_no_longer_answers_may_go(town, round_):
    first = teams(round_)[0]
    first.unit = town.units["department"]
    first.save()
    place = places(round_)[0]
    owner(town.units["department"], "assist", site=place.site)
    gone = owner(town.units["department"], "owner", site=place.site)
    gone.ends_on = MONDAY - timedelta(1)
    gone.save()
    actions.move_place(town.actors["clerk"], place_id=place.pk, team=first, day=MONDAY)
    assert stands(place) == (first.pk, MONDAY, 1)


def test_a_site_is_rated_again_by_another_team_only(town, round_):
    first, second = teams(round_)
    original = places(round_)[0]
    original.team, original.day, original.done_at = first, MONDAY, clock.now()
    original.save()
    again = RoundSite.objects.create(round=round_, site=original.site, purpose="rerate", rerate_of=original)
    waits = RoundSite.objects.create(round=round_, site=places(round_)[1].site, purpose="rerate", rerate_of=places(round_)[1])
    plan(town, round_)
    assert stands(again)[0] == second.pk
    found = queries.routes_of(town.actors["clerk"], round_)
    assert {place.pk: reason for place, reason in found.left_out} == {waits.pk: Reason.NOT_RATED}


# -- by hand -----------------------------------------------------------------------------------------------------------


def test_moving_renumbers_both_routes_and_reckons_the_hours_anew(town, round_, sign_in):
    plan(town, round_)
    client, rows = sign_in("clerk"), places(round_)
    moved = max(rows, key=lambda place: place.position)
    target = next(team for team in teams(round_) if team.pk != moved.team_id)
    facts = {"team": target.pk, "day": "2026-11-27", "position": "1"}
    response = post(client, "route-place-move", moved.pk, **facts)
    assert response.status_code == 303 and response["Location"].endswith("?day=2026-11-27")
    moved.refresh_from_db()
    assert (moved.team_id, moved.day, moved.position, moved.pinned) == (target.pk, date(2026, 11, 27), 1, True)
    assert moved.arrive_at >= time(9)
    for (team, day), group in _groups(round_).items():
        assert sorted(place.position for place in group) == list(range(1, len(group) + 1)), (team, day)


def _groups(round_):
    found: dict = {}
    for place in places(round_):
        found.setdefault((place.team_id, place.day), []).append(place)
    return found


def test_arrows_move_by_one_and_taking_off_leaves_it_to_be_planned(town, round_, sign_in):
    first = teams(round_)[0]
    for place in places(round_)[:3]:
        actions.move_place(town.actors["clerk"], place_id=place.pk, team=first, day=MONDAY)
    a, b, c = places(round_)[:3]
    client = sign_in("clerk")
    post(client, "route-place-step", c.pk, step="-1")
    assert [stands(p)[2] for p in (a, c, b)] == [1, 2, 3]
    post(client, "route-place-step", a.pk, step="1")
    assert [stands(p)[2] for p in (c, a, b)] == [1, 2, 3]
    post(client, "route-place-step", b.pk, step="1")
    assert [stands(p)[2] for p in (c, a, b)] == [1, 2, 3]
    post(client, "route-place-unpin", c.pk)
    c.refresh_from_db()
    assert not c.pinned and c.position == 1
    post(client, "route-place-off", c.pk)
    assert stands(c) == (None, None, None) and [stands(p)[2] for p in (a, b)] == [1, 2]
    post(client, "routes-unpin", round_.pk)
    assert not round_.site_links.filter(pinned=True).exists()


@pytest.mark.parametrize("change", ["done", "skipped", "closed", "other_round", "outside"])
def test_what_cannot_be_moved_is_refused(town, round_, change):
    place, team, day = places(round_)[0], teams(round_)[0], MONDAY
    if change == "done":
        place.done_at = clock.now()
    elif change == "skipped":
        place.skipped_at = clock.now()
    elif change == "closed":
        Round.objects.filter(pk=round_.pk).update(state="closed")
    elif change == "outside":
        day = MONDAY - timedelta(1)
    else:
        other = Round.objects.create(name="别的", edition=town.edition, division=town.street, starts_on=MONDAY, ends_on=MONDAY)
        team = RoundTeam.objects.create(round=other, name="丙组", starts_at=time(9), ends_at=time(17))
    place.save()
    with pytest.raises((Refusal, Conflict)):
        actions.move_place(town.actors["clerk"], place_id=place.pk, team=team, day=day)
    assert stands(place) == (None, None, None)


def test_a_site_without_coordinates_is_told_and_can_be_put_on_a_route_by_hand(town, round_, sign_in):
    lost = places(round_)[0]
    type(lost.site).objects.filter(pk=lost.site_id).update(lat=None, lon=None)
    assert plan(town, round_)["left_out"] == 1
    html = get(sign_in("clerk"), "routes", round_.pk).content.decode()
    assert "点位没有坐标" in html and lost.site.name in html
    there = next(place for place in places(round_) if place.day)
    actions.move_place(town.actors["clerk"], place_id=lost.pk, team=there.team, day=there.day, position=1)
    plan(town, round_)
    assert stands(lost)[:2] == (there.team_id, there.day)
    get(sign_in("clerk"), "routes", round_.pk, day=there.day.isoformat())


# -- pages, sheets, REST -----------------------------------------------------------------------------------------------


def test_a_job_plans_tells_its_progress_and_opens_the_routes(town, round_, sign_in, monkeypatch):
    client = sign_in("clerk")
    monkeypatch.setattr("chuangwen.fieldwork.routing.views.SECONDS", 0.6)
    response = post(client, "routes-plan", round_.pk, detour="1.45", even="on")
    job = Job.objects.get(kind=jobs.KIND)
    assert response["Location"] == reverse("fieldwork:routes", args=[round_.pk]) + f"?job={job.pk}"
    assert f'id="job-{job.pk}"' in client.get(response["Location"]).content.decode()
    kernel_jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == "done" and job.result["sites"] == 9, job.error
    round_.refresh_from_db()
    assert round_.detour == Decimal("1.45")
    assert "甲组" in client.get(job.result_url).content.decode()
    Job.objects.filter(pk=job.pk).update(done=95, total=100, message="正在寻找更短的路线")  # the last that was told
    over = client.get(response["Location"]).content.decode()
    assert "正在寻找" not in over and "95 / 100" not in over, "what is over does not say that it is looking"


def test_planning_stops_when_asked_to_and_changes_nothing(town, round_):
    job = jobs.start(town.actors["clerk"], round_, detour=Decimal("1.3"), even=False, seconds=20.0)
    seen = []

    def progress(run, done, total, message=""):
        seen.append((done, total))
        raise kernel_jobs.Cancelled

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel_jobs.Run, "progress", progress)
        kernel_jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == "cancelled" and seen
    assert all(place.team_id is None for place in places(round_))


def test_the_page_shows_routes_of_a_day_and_asks_a_constant_number_of_queries(
    town, round_, sign_in, django_assert_max_num_queries
):
    plan(town, round_)
    client = sign_in("clerk")
    day = places(round_)[0].day
    html = get(client, "routes", round_.pk, day=day.isoformat()).content.decode()
    for place in places(round_):
        assert (place.site.name in html) == (place.day == day)
    for number in range(40):
        site = make_site(town.communities[0], town.types["market"], lat=21.66, lon=110.9 + number / 1000)
        RoundSite.objects.create(round=round_, site=site, team=teams(round_)[0], day=day, position=20 + number)
    with django_assert_max_num_queries(16):
        get(client, "routes", round_.pk, day=day.isoformat())


def test_lines_go_from_the_start_over_the_stops_and_back(town, round_, sign_in):
    plan(town, round_)
    place = places(round_)[0]
    found = get(sign_in("clerk"), "route-lines", round_.pk, day=place.day.isoformat()).json()
    for feature in found["features"]:
        line = feature["geometry"]["coordinates"]
        assert line[0] == line[-1] and line[1:-1] == [stop["at"] for stop in feature["properties"]["stops"]]
    titles = [stop["title"] for feature in found["features"] for stop in feature["properties"]["stops"]]
    assert any(place.site.name in title for title in titles)


def test_the_way_is_compared_with_going_on_to_the_nearest(town, round_, sign_in):
    plan(town, round_)
    response = get(sign_in("clerk"), "routes-compared", round_.pk)
    found = queries.routes_of(town.actors["clerk"], round_)
    walked = queries.walked(found)
    assert walked.visits == 9 and walked.metres >= found.metres > 0
    assert response.context["own"] in response.content.decode()


def test_a_way_that_is_no_shorter_saves_nothing_and_not_less():
    assert [kilometres(metres) for metres in (-49, 49, -51, 12_345)] == ["0.0", "0.0", "-0.1", "12.3"]


def test_a_route_sheet_is_printed_and_comes_as_a_workbook(town, round_, sign_in):
    plan(town, round_)
    client, team = sign_in("clerk"), places(round_)[0].team
    mine = [place for place in places(round_) if place.team_id == team.pk]
    html = get(client, "route-papers", round_.pk, team=team.pk).content.decode()
    assert all((place.site.name in html) == (place in mine) for place in places(round_))
    book = openpyxl.load_workbook(io.BytesIO(get(client, "route-workbook", round_.pk, team=team.pk).content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[1][:3] == ("日期", "小组", "序号")
    assert sorted(row[6] for row in rows[2:]) == sorted(place.site.name for place in mine)


def test_routes_over_rest_are_those_of_the_page(town, round_, sign_in):
    plan(town, round_)
    answer = sign_in("clerk").get(f"/api/v1/rounds/{round_.pk}/routes").json()
    told = {
        visit["place_id"]: (route["team_id"], date.fromisoformat(route["day"]), visit["position"])
        for route in answer["routes"]
        for visit in route["visits"]
    }
    assert told == {place.pk: stands(place) for place in places(round_)}
    assert answer["metres"] == sum(route["metres"] for route in answer["routes"]) > 0
    day = answer["routes"][0]["day"]
    some = sign_in("clerk").get(f"/api/v1/rounds/{round_.pk}/routes", {"day": day}).json()
    assert {route["day"] for route in some["routes"]} == {day}


def test_those_who_are_inspected_do_not_see_where_somebody_will_come(town, round_, sign_in):
    plan(town, round_)
    for role in ("liaison", "unit_head", "grid_worker", "resident"):
        get(sign_in(role), "routes", round_.pk, status=403)
        assert sign_in(role).get(f"/api/v1/rounds/{round_.pk}/routes").status_code == 403


def test_an_inspector_sees_the_own_team_only_and_changes_nothing(town, round_, sign_in):
    plan(town, round_)
    mine, other = teams(round_)
    for number, team in enumerate((mine, other)):
        place = places(round_)[number]
        actions.move_place(town.actors["clerk"], place_id=place.pk, team=team, day=MONDAY, position=1)
    client = sign_in("inspector")
    assert not get(client, "routes", round_.pk).context["found"].routes
    TeamMember.objects.create(team=mine, account=town.accounts["inspector"])
    answer = client.get(f"/api/v1/rounds/{round_.pk}/routes").json()
    assert {route["team_id"] for route in answer["routes"]} == {mine.pk} and answer["left_out"] == []
    get(client, "route-papers", round_.pk)
    assert post(client, "route-place-off", places(round_)[0].pk).status_code == 403
    get(client, "routes-plan", round_.pk, status=403)


def test_another_town_reaches_neither_routes_nor_places(town, other_town, round_, sign_in):
    plan(town, round_)
    place = places(round_)[0]
    with pytest.raises(Missing):
        actions.move_place(other_town.actors["clerk"], place_id=place.pk, team=teams(round_)[0], day=MONDAY)
    with pytest.raises(Missing):
        actions.plan_routes(other_town.actors["clerk"], round_id=round_.pk, seconds=1)


def test_a_planner_finds_the_routes_from_the_round(town, round_, sign_in):
    html = get(sign_in("clerk"), "round", round_.pk).content.decode()
    assert reverse("fieldwork:routes", args=[round_.pk]) in html
