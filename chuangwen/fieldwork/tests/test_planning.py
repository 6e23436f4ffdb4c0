"""Planning a round: quotas, teams, a draw that keeps to the cap and stays on record, one visit for several rounds, sites by hand."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse

from chuangwen.cases import actions as cases
from chuangwen.fieldwork import actions, draw_file, drawing, framing, planning_queries
from chuangwen.fieldwork.models import Draw, FieldSettings, Observation, RoundSite, RoundTeam, Visit
from chuangwen.fieldwork.tests.rounds import DAY, NOW, SEED, a_round, a_team, an_inspector, drawn_round, many_sites, with_quota
from chuangwen.kernel import clock, workload
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.places.models import Site
from chuangwen.testing.factories import make_town


@pytest.fixture(autouse=True)
def the_time():
    with clock.at(NOW):
        yield


def codes(round) -> set[str]:
    return set(round.site_links.filter(purpose="drawn").values_list("site__code", flat=True))


# -- the draw ---------------------------------------------------------------------------------------------------------


def test_a_draw_makes_its_places_with_weight_and_chance_and_can_be_repeated_from_its_file(town):
    round = drawn_round(town, 4, 10)
    draw = round.draws.get()
    assert len(codes(round)) == 4 and codes(round) == set(draw.result["drawn"])
    place = round.site_links.first()
    assert place.weight > 0 and 0 < place.inclusion <= 1 and place.draw == draw
    for write in (draw_file.as_json, draw_file.as_xlsx):
        assert draw_file.verify(draw_file.read(write(planning_queries.document_of(draw)))).ok
    assert AuditEntry.objects.filter(verb="fieldwork.draw").get().after["frame"] == draw.frame_key


def test_a_site_at_its_cap_is_not_drawn_and_a_short_stratum_says_so(town):
    sites = [town.sites[1], *many_sites(town, 3)]
    for site in sites[:2]:
        for days in (3, 9):
            Visit.objects.create(round=a_round(town, f"{site.pk}-{days}"), site=site, at=NOW - timedelta(days=days))
    Visit.objects.create(round=a_round(town, "早"), site=sites[2], at=NOW - timedelta(days=80))
    round = with_quota(town, a_round(town), 4)
    actions.draw_sites(town.actors["clerk"], round_id=round.pk, seed=SEED)
    assert codes(round) == {site.code for site in sites[2:]}
    stratum = round.draws.get().result["strata"][0]
    assert (stratum["capped"], stratum["drawn"], stratum["short"]) == (2, 2, 2)


def test_two_visits_on_one_day_and_rows_of_a_sheet_count_by_the_day(town):
    site = town.sites[1]
    other = a_round(town, "前一轮")
    for hour in (9, 15):
        Visit.objects.create(round=other, site=site, at=datetime.combine(DAY - timedelta(days=2), time(hour), clock.LOCAL))
    for criterion in town.criteria:
        Observation.objects.create(round=other, site=site, criterion=criterion, observed_on=DAY - timedelta(days=5), grade="A")
    assert framing.visits_within([site.pk], a_round(town), 30) == {site.pk: 2}


def test_a_place_waiting_in_a_round_near_by_counts_and_one_in_the_same_days_does_not(town):
    site = town.sites[1]
    same, near, far = (
        a_round(town, "同日"),
        a_round(town, "十天后", starts=DAY + timedelta(days=10)),
        a_round(town, "两月后", starts=DAY + timedelta(days=60)),
    )
    for round in (same, near, far):
        RoundSite.objects.create(round=round, site=site, purpose="added")
    assert framing.visits_within([site.pk], a_round(town, "本轮"), 30) == {site.pk: 1}


def test_open_and_rebounded_cases_long_waits_and_losses_weigh(town):
    quiet, busy = many_sites(town, 2)
    other = a_round(town, "上一轮", starts=DAY - timedelta(days=45))
    for site, grade in ((quiet, "A"), (busy, "D")):
        Visit.objects.create(round=other, site=site, at=NOW - timedelta(days=40 if site is quiet else 90))
        for criterion in town.criteria[:2]:
            Observation.objects.create(
                round=other, site=site, criterion=criterion, observed_on=DAY - timedelta(days=40), grade=grade
            )
    for n in range(2):
        cases.report(town.actors["clerk"], description=f"问题{n}", site=busy, kind=town.kinds["sticker"])
    round = with_quota(town, a_round(town), 1)
    told = {site["code"]: site for site in framing.frame(round, list(round.quotas.select_related("site_type", "area")))["sites"]}
    assert (told[quiet.code]["waited"], told[quiet.code]["open"], told[quiet.code]["losses"]) == (40, 0, 0)
    assert (told[busy.code]["open"], told[busy.code]["read"], told[busy.code]["losses"]) == (2, 2, 2)
    assert told[town.sites[1].code]["waited"] is None, "never visited"


def test_drawing_again_needs_a_reason_keeps_the_first_on_record_and_what_was_added(town):
    round = with_quota(town, a_round(town), 3)
    many_sites(town, 8)
    clerk = town.actors["clerk"]
    actions.draw_sites(clerk, round_id=round.pk, seed="一")
    outside = Site.objects.exclude(code__in=codes(round)).filter(type=town.types["market"]).first()
    actions.add_place(clerk, round_id=round.pk, site=outside, reason="群众反映集中")
    with pytest.raises(Refusal) as refused:
        actions.draw_sites(clerk, round_id=round.pk, seed="二")
    assert refused.value.code == "draws.no_reason"
    actions.draw_sites(clerk, round_id=round.pk, seed="二", reason="配额有误")
    assert [draw.seed for draw in Draw.objects.order_by("number")] == ["一", "二"]
    assert round.site_links.get(purpose="added").site == outside
    assert outside.code not in codes(round) and len(codes(round)) == 3


def test_nothing_is_drawn_where_the_inputs_are_not_those_that_were_announced(town):
    round = with_quota(town, a_round(town), 1)
    key = drawing.frame_key(framing.frame(round, list(round.quotas.select_related("site_type", "area"))))
    cases.report(town.actors["clerk"], description="新问题", site=town.sites[1], kind=town.kinds["sticker"])
    with pytest.raises(Conflict) as changed:
        actions.draw_sites(town.actors["clerk"], round_id=round.pk, seed=SEED, frame_key=key)
    assert changed.value.code == "draws.changed" and not round.site_links.exists()


def test_a_round_of_which_a_drawn_place_was_visited_is_not_drawn_again(town):
    round = drawn_round(town)
    actions.finish_place(town.actors["clerk"], place_id=round.site_links.first().pk)
    with pytest.raises(Conflict):
        actions.draw_sites(town.actors["clerk"], round_id=round.pk, seed="二", reason="重抽")


@pytest.mark.parametrize("seed", ["", "  \n "])
def test_a_draw_needs_a_seed(town, seed):
    with pytest.raises(Refusal) as refused:
        actions.draw_sites(town.actors["clerk"], round_id=with_quota(town, a_round(town), 1).pk, seed=seed)
    assert refused.value.code == "draws.no_seed"


def test_the_inputs_cost_the_same_queries_for_few_and_many_sites(town, django_assert_max_num_queries):
    round = with_quota(town, a_round(town), 5)
    quotas = list(round.quotas.select_related("site_type", "area"))
    for count in (5, 200):
        many_sites(town, count)
        with django_assert_max_num_queries(10):
            framing.frame(round, quotas)


# -- quotas and teams -------------------------------------------------------------------------------------------------


def test_an_area_inside_another_and_one_outside_the_round_are_refused(town):
    round, clerk, market = a_round(town), town.actors["clerk"], town.types["market"]
    with pytest.raises(Refusal) as twice:
        actions.set_quotas(clerk, round_id=round.pk, quotas={(market, town.street): 1, (market, town.communities[0]): 1})
    other = make_town("440902004000", "河西街道", "西")
    with pytest.raises(Refusal) as outside:
        actions.set_quotas(clerk, round_id=round.pk, quotas={(market, other.street): 1})
    assert (twice.value.code, outside.value.code) == ("rounds.quota_twice", "rounds.quota_outside")
    roads = {(market, town.street): 1, (town.types["main_road"], town.communities[0]): 1}
    actions.set_quotas(clerk, round_id=round.pk, quotas=roads)
    assert round.quotas.count() == 2, "two types may be split differently"


def test_a_proposal_takes_each_type_once_and_adds_up(town):
    many_sites(town, 9)
    round = a_round(town)
    shape = planning_queries.grid(planning_queries.areas_of(town.actors["clerk"], round))
    proposed = planning_queries.proposal(shape, 6)
    assert sum(proposed.values()) == 6
    assert {key[0] for key, count in proposed.items() if count} == {type.pk for type in town.types.values()}
    assert all(count <= shape.sites[key] for key, count in proposed.items())


def test_one_person_is_in_one_team_of_a_round(town):
    round = a_round(town)
    anna = an_inspector(town, "anna")
    a_team(town, round, "甲组", anna)
    with pytest.raises(Refusal) as refused:
        a_team(town, round, "乙组", anna)
    assert refused.value.code == "teams.member_twice"
    team = RoundTeam.objects.get(name="甲组")
    actions.save_team(
        town.actors["clerk"], round_id=round.pk, team_id=team.pk, name="甲组", members=[], starts_at=time(9), ends_at=time(12)
    )
    assert not team.members.exists()


def test_who_may_not_observe_is_not_offered_as_a_member(town):
    offered = set(planning_queries.may_go_out(town.actors["clerk"]))
    assert town.accounts["inspector"] in offered and town.accounts["liaison"] not in offered


# -- by hand ----------------------------------------------------------------------------------------------------------


def test_a_drawn_place_that_is_left_out_stays_on_the_list_and_an_added_one_goes(town):
    round, clerk = drawn_round(town), town.actors["clerk"]
    drawn = round.site_links.first()
    added = actions.add_place(clerk, round_id=round.pk, site=town.sites[0], reason="领导点名")
    with pytest.raises(Refusal):
        actions.leave_out(clerk, place_id=drawn.pk, reason=" ")
    actions.leave_out(clerk, place_id=drawn.pk, reason="正在拆除")
    actions.leave_out(clerk, place_id=added.pk, reason="记错了")
    drawn.refresh_from_db()
    assert drawn.skipped_reason == "正在拆除" and not RoundSite.objects.filter(pk=added.pk).exists()
    assert actions.put_back(clerk, place_id=drawn.pk).skipped_at is None


def test_a_site_at_its_cap_is_not_added_by_hand_either(town):
    FieldSettings.objects.create(pk=1, cap_visits=1, cap_days=10)
    Visit.objects.create(round=a_round(town, "前"), site=town.sites[0], at=NOW - timedelta(days=2))
    with pytest.raises(Refusal) as refused:
        actions.add_place(town.actors["clerk"], round_id=a_round(town).pk, site=town.sites[0], reason="再看看")
    assert refused.value.code == "places.cap"


# -- one visit for several rounds -------------------------------------------------------------------------------------


def test_two_rounds_of_the_same_days_that_draw_one_site_share_its_visit(town):
    clerk = town.actors["clerk"]
    first, second = (with_quota(town, a_round(town, name), 1) for name in ("督导", "六乱整治"))
    for round in (first, second):
        actions.draw_sites(clerk, round_id=round.pk, seed=SEED)
    head, joined = first.site_links.get(), second.site_links.get()
    assert joined.merged_with == head and head.merged_with is None
    actions.finish_place(clerk, place_id=head.pk)
    joined.refresh_from_db()
    assert joined.done_at is not None, "one visit served both"


def test_a_shared_visit_can_be_made_two_again_and_one_of_other_days_is_never_shared(town):
    clerk = town.actors["clerk"]
    first, second, later = (
        with_quota(town, a_round(town, name, starts=starts), 1)
        for name, starts in (("督导", DAY), ("整治", DAY), ("下周", DAY + timedelta(days=7)))
    )
    for round in (first, second, later):
        actions.draw_sites(clerk, round_id=round.pk, seed=SEED)
    assert later.site_links.get().merged_with is None
    joined = actions.unmerge_place(clerk, place_id=second.site_links.get().pk)
    actions.finish_place(clerk, place_id=first.site_links.get().pk)
    joined.refresh_from_db()
    assert joined.merged_with is None and joined.done_at is None
    assert actions.merge_places(clerk, round_id=second.pk) == 0, "the other one was visited by now"


def test_a_shared_place_that_cannot_be_visited_is_skipped_for_both(town):
    clerk = town.actors["clerk"]
    rounds = [with_quota(town, a_round(town, name), 1) for name in ("督导", "整治")]
    for round in rounds:
        actions.draw_sites(clerk, round_id=round.pk, seed=SEED)
    actions.skip_place(town.actors["inspector"], place_id=rounds[1].site_links.get().pk, reason="停业")
    assert {round.site_links.get().skipped_reason for round in rounds} == {"停业"}


# -- who may, and the pages -------------------------------------------------------------------------------------------


def test_another_towns_clerk_and_an_inspector_cannot_plan_here(town):
    round = with_quota(town, a_round(town), 1)
    other = make_town("440902004000", "河西街道", "西")
    with pytest.raises(Missing):
        actions.draw_sites(other.actors["clerk"], round_id=round.pk, seed=SEED)
    for act in (
        lambda who: actions.draw_sites(who, round_id=round.pk, seed=SEED),
        lambda who: actions.set_quotas(who, round_id=round.pk, quotas={}),
        lambda who: actions.add_place(who, round_id=round.pk, site=town.sites[0], reason="x"),
    ):
        with pytest.raises(Denied):
            act(town.actors["inspector"])


def test_a_round_is_planned_on_its_pages_from_quotas_to_the_draw(town, sign_in):
    many_sites(town, 6)
    round, client = a_round(town), sign_in("clerk")
    url = lambda name, *args: reverse(f"fieldwork:{name}", args=[round.pk, *args])  # noqa: E731
    grid = client.get(url("quotas"), {"total": 4})
    assert (
        grid.status_code == 200
        and sum(grid.context["form"].fields[name].initial or 0 for name in grid.context["form"].fields) == 4
    )
    fewer = client.get(url("quotas"), {"total": 1})
    assert [page.context["without"] for page in (grid, fewer)] == [0, 2] and "有 2 类不抽" in fewer.content.decode()
    market, community = town.types["market"], town.communities[0]
    assert client.post(url("quotas"), {f"q-{market.pk}-{community.pk}": 2}).status_code == 303
    member = an_inspector(town, "anna")
    facts = {"name": "甲组", "members": [member.pk], "transport": "walk", "starts_at": "08:30", "ends_at": "17:30"}
    assert client.post(url("team-new"), facts).status_code == 303
    assert RoundTeam.objects.get().speed_kmh == 4.5 or float(RoundTeam.objects.get().speed_kmh) == 4.5
    shown = client.get(url("draw-sites"))
    assert shown.context["wanted"] == 2
    answer = client.post(url("draw-sites"), {"seed": SEED, "frame": shown.context["key"]})
    draw = round.draws.get()
    assert answer.headers["Location"] == reverse("fieldwork:draw", args=[draw.pk])
    page = client.get(answer.headers["Location"])
    assert page.context["verified"].ok and page.context["rows"]
    for kind in ("json", "xlsx"):
        file = client.get(reverse("fieldwork:draw-file", args=[draw.pk, kind]))
        assert draw_file.verify(draw_file.read(file.getvalue())).ok
    plan = client.get(url("plan")).content.decode()
    assert "甲组" in plan and SEED in plan
    place = round.site_links.first()
    assert client.get(reverse("fieldwork:place", args=[place.pk])).context["weighed"].weight > 0


def test_why_quotas_are_refused_stands_above_the_long_grid(town, sign_in, monkeypatch):
    def full(planned):
        raise Refusal("这一周负担超限", "duties.full")

    monkeypatch.setattr(workload, "_checks", {"test": full})
    many_sites(town, 6)
    page = sign_in("clerk").post(
        reverse("fieldwork:quotas", args=[a_round(town).pk]), {f"q-{town.types['market'].pk}-{town.communities[0].pk}": 1}
    )
    text = page.content.decode()
    assert page.status_code == 422 and text.index("这一周负担超限") < text.index("cw-quotas")


def test_the_page_before_the_draw_does_not_tell_what_a_seed_would_give(town, sign_in):
    many_sites(town, 6)
    round = with_quota(town, a_round(town), 2)
    client, url = sign_in("clerk"), reverse("fieldwork:draw-sites", args=[round.pk])
    told = [client.get(url, {"seed": seed}) for seed in (SEED, "别的")]
    one, other = ([row.site["code"] for row in answer.context["rows"]] for answer in told)
    drawn = drawing.draw(framing.frame(round, list(round.quotas.select_related("site_type", "area"))), SEED)["drawn"]
    assert one == other and len(one) == 7, "every site with its chance, in the same order whatever the seed"
    assert len(drawn) == 2 and one == sorted(one), "as all chances are the same, by code: the order tells nothing of what is drawn"


def test_the_plan_and_the_places_cost_the_same_for_few_and_many(town, sign_in, django_assert_max_num_queries):
    client = sign_in("clerk")
    round = drawn_round(town, 3, 6)
    for n in range(2):
        a_team(town, round, f"第{n}组", an_inspector(town, f"insp{n}"))
    for more in (0, 60):
        for site in many_sites(town, more):
            RoundSite.objects.create(round=round, site=site, purpose="added")
        with django_assert_max_num_queries(22):
            client.get(reverse("fieldwork:plan", args=[round.pk]))
        with django_assert_max_num_queries(14):
            client.get(reverse("fieldwork:places", args=[round.pk]))


def test_settings_are_changed_on_their_page_and_used_by_the_next_draw(town, sign_in):
    client = sign_in("clerk")
    points = {"base": 1000, "waiting_most": 0, "waiting_days": 180, "open_case": 0, "open_most": 0, "rebounded_case": 0} | {
        "rebounded_most": 0,
        "losses_most": 0,
    }
    facts = {"cap_visits": 1, "cap_days": 10, "rerate_share": "0.1"} | points
    assert client.post(reverse("fieldwork:field-settings"), facts).status_code == 303
    round = drawn_round(town)
    draw = round.draws.get()
    assert draw.inputs["cap"] == {"visits": 1, "days": 10} and {one["weight"] for one in draw.result["sites"].values()} == {1000}
    assert str(round.rerate_share) in ("0.1", "0.100")


def test_the_api_sets_quotas_draws_and_gives_the_file(town, sign_in):
    many_sites(town, 5)
    round, client = a_round(town), sign_in("clerk")
    base = f"/api/v1/rounds/{round.pk}"
    sent = [{"type": "market", "area": town.street.code, "count": 2}]
    assert client.put(f"{base}/quotas", sent, content_type="application/json").json()[0]["count"] == 2
    made = client.post(f"{base}/draws", {"seed": SEED}, content_type="application/json")
    assert made.status_code == 201
    file = client.get(f"{base}/draws/{made.json()['number']}").content
    assert draw_file.verify(draw_file.read(file)).ok
    assert len(client.get(f"{base}/sites").json()["items"]) == 2
    assert client.get(f"{base}/progress").json()["whole"]["places"] == 2
    assert client.get(f"{base}/teams").json() == []
    again = client.post(f"{base}/draws", {"seed": "二"}, content_type="application/json")
    assert again.status_code == 422
