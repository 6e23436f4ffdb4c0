"""What happens to an order, from who asks to who rates."""

from datetime import timedelta

import pytest

from chuangwen.intake import guard
from chuangwen.kernel import clock
from chuangwen.kernel.access import VERBS
from chuangwen.kernel.errors import Denied, Missing, Refusal
from chuangwen.kernel.lives import NotNow
from chuangwen.messaging.models import Received
from chuangwen.places.models import Division, Site
from chuangwen.testing.factories import make_site
from chuangwen.testing.threads import at_once
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer
from chuangwen.volunteers.orders import access, actions, pairing, queries, states
from chuangwen.volunteers.orders.actions import giving, judging
from chuangwen.volunteers.orders.actions.placing import link_of
from chuangwen.volunteers.orders.models import OrderAsk, OrderCallback, OrderEvent, OrderRules, ServiceOrder
from chuangwen.volunteers.orders.states import Step
from chuangwen.volunteers.presence.models import Presence, ServiceEntry

from .ground import MONDAY, make_item, make_order, serve, team_with_leader


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(MONDAY):
        yield


@pytest.fixture
def outsider(monkeypatch):
    monkeypatch.setattr(guard, "check", lambda given: None)
    return access.orderer("居民", "192.0.2.7")


def test_every_pair_of_state_and_step_is_allowed_or_refused_by_the_table(town):
    order = make_order(town, make_item())
    from chuangwen.volunteers.orders.actions.base import LIFE

    for state in states.STATES:
        order.state = state
        for step in Step:
            if states.after(state, step) is None:
                with pytest.raises(NotNow):
                    LIFE.allow(order, step)
            else:
                LIFE.allow(order, step)
    assert set(states.TRANSITIONS.values()) == set(states.STATES)
    assert all(state not in states.ENDED or step in (Step.RATE, Step.CALL) for state, step in states.TRANSITIONS)


def test_an_order_goes_from_a_resident_to_a_team_and_is_rated_by_who_ordered(town, outsider):
    item = make_item()
    crew = team_with_leader(town, "修理队", item)
    order = actions.place_order(
        outsider, proof={}, name="陈婆婆", phone="13800000000", division=town.communities[0], item=item, address="后街12号",
        start=MONDAY + timedelta(hours=1), end=MONDAY + timedelta(days=1),
    )  # fmt: skip
    assert order.state == "pending" and "1380" not in order.phone
    clerk = town.actors["clerk"]
    actions.approve_order(clerk, order_id=order.pk)
    done = serve(town, crew, order)
    assert done.state == "to_rate" and done.team == crew.team
    assert sorted(ServiceEntry.objects.values_list("minutes", "source", "source_id")) == [(50, "order", order.pk)] * 2
    actions.rate_by_link(outsider, token=link_of(order), rating=5, words="谢谢")
    order.refresh_from_db()
    assert (order.state, order.rating) == ("done", 5)
    assert list(OrderEvent.objects.filter(order=order).order_by("pk").values_list("step", flat=True)) == [
        "place", "approve", "dispatch", "take", "assign", "begin", "finish", "rate",
    ]  # fmt: skip


def test_the_same_page_sent_twice_orders_once(town, outsider):
    import uuid

    facts = {
        "proof": {}, "name": "陈婆婆", "phone": "13800000000", "division": town.communities[0], "item": make_item(), "uid": uuid.uuid4(),
        "start": MONDAY, "end": MONDAY + timedelta(days=1),
    }  # fmt: skip
    assert actions.place_order(outsider, **facts).pk == actions.place_order(outsider, **facts).pk
    with pytest.raises(Refusal, match="电话|telephone"):
        actions.place_order(outsider, **(facts | {"uid": uuid.uuid4(), "phone": "12"}))
    assert ServiceOrder.objects.count() == 1


def test_a_machine_without_proof_leaves_nothing(town):
    with pytest.raises(Refusal):
        actions.place_order(
            access.orderer("机器", "192.0.2.8"), proof={}, name="甲", phone="13800000000", division=town.communities[0], item=make_item(),
            start=MONDAY, end=MONDAY + timedelta(days=1),
        )  # fmt: skip
    assert not ServiceOrder.objects.exists()


def test_who_enters_for_others_waits_for_the_check_unless_they_may_check(town):
    item = make_item()
    mine = make_order(town, item)
    grid = actions.enter_order(
        town.actors[
            "grid_worker"
        ], name="李大爷", division=town.communities[0], item=item, channel="grid", start=MONDAY, end=MONDAY + timedelta(days=2)
    )
    assert (mine.state, grid.state) == ("waiting", "pending")
    with pytest.raises(Denied):
        actions.approve_order(town.actors["grid_worker"], order_id=grid.pk)
    with pytest.raises(Denied):
        actions.enter_order(
            town.actors[
                "grid_worker"
            ], name="李大爷", division=town.street, item=item, channel="grid", start=MONDAY, end=MONDAY + timedelta(days=2)
        )
    back = actions.refuse_order(town.actors["clerk"], order_id=grid.pk, reason="不属于志愿服务")
    assert back.state == "refused" and back.reason == "不属于志愿服务"
    assert Received.objects.filter(account=town.accounts["grid_worker"]).exists(), "who entered it hears why"


def test_only_the_leader_of_the_team_that_was_asked_takes_it(town):
    item = make_item()
    crew, other = team_with_leader(town, "修理队", item), team_with_leader(town, "邻里队", item)
    order = make_order(town, item)
    actions.dispatch_order(town.actors["clerk"], order_id=order.pk, serving_team_id=crew.team.pk)
    assert Received.objects.filter(account=crew.account).count() == 1
    for actor, team in ((other.actor, other.team), (other.actor, crew.team), (town.actors["resident"], crew.team)):
        with pytest.raises(Missing):
            actions.take_order(actor, order_id=order.pk, serving_team_id=team.pk)
    with pytest.raises(Missing):
        actions.decline_order(other.actor, order_id=order.pk, reason="没空")
    taken = actions.take_order(crew.actor, order_id=order.pk, serving_team_id=crew.team.pk)
    assert taken.state == "serving" and OrderAsk.objects.get().state == "taken"
    with pytest.raises(Refusal):
        actions.assign_volunteers(crew.actor, order_id=order.pk, volunteer_ids=[other.member.pk])


def test_what_is_declined_goes_to_the_next_and_never_back(town):
    item = make_item()
    near, far = team_with_leader(town, "近队", item), team_with_leader(town, "远队", item, lat=21.668)
    order = make_order(town, item)
    actions.dispatch_order(town.actors["clerk"], order_id=order.pk, serving_team_id=near.team.pk)
    actions.decline_order(near.actor, order_id=order.pk, reason="人手不够")
    order.refresh_from_db()
    assert (order.state, order.team, order.passes) == ("offered", far.team, 1)
    actions.decline_order(far.actor, order_id=order.pk, reason="也没空")
    order.refresh_from_db()
    assert (order.state, order.team, order.mode) == ("offered", None, "open"), "nobody is left to be asked: it is offered openly"


def test_what_nobody_answers_in_working_time_is_passed_on_then_opened_then_told_to_the_desk(town):
    item = make_item()
    first, second = team_with_leader(town, "一队", item), team_with_leader(town, "二队", item)
    order = make_order(town, item, end=MONDAY + timedelta(days=20))
    actions.dispatch_order(town.actors["clerk"], order_id=order.pk, serving_team_id=first.team.pk)
    order.refresh_from_db()
    assert order.due_at == MONDAY.replace(hour=15, minute=30), "four working hours from nine: the noon break does not count"
    with clock.at(order.due_at - timedelta(minutes=1)):
        assert giving.pass_on_due() == {"passed": 0, "opened": 0, "stuck": 0}
    went = []
    for _round in range(3):
        order.refresh_from_db()
        with clock.at(order.due_at):
            went.append(next(key for key, count in giving.pass_on_due().items() if count))
            assert not any(giving.pass_on_due().values()), "run twice it does nothing more"
    order.refresh_from_db()
    assert went == ["passed", "opened", "stuck"] and (order.state, order.stuck) == ("waiting", True)
    assert set(OrderAsk.objects.values_list("team", "state")) == {(first.team.pk, "lapsed"), (second.team.pk, "lapsed")}
    assert Received.objects.filter(account=town.accounts["clerk"], notice__kind="volunteers.order_stuck").exists()


def test_a_team_that_cannot_does_not_take_an_open_offer(town):
    item = make_item()
    able, unable = team_with_leader(town, "能队", item), team_with_leader(town, "否队", None)
    far = team_with_leader(town, "远队", item, lat=21.70)
    order = make_order(town, item)
    actions.open_order(town.actors["clerk"], order_id=order.pk)
    for crew in (unable, far):
        with pytest.raises(Refusal):
            actions.take_order(crew.actor, order_id=order.pk, serving_team_id=crew.team.pk)
    assert actions.take_order(able.actor, order_id=order.pk, serving_team_id=able.team.pk).team == able.team


def test_a_directive_is_not_asked_about_and_only_the_office_takes_it_back(town):
    crew = team_with_leader(town, "应急队", None)
    order = make_order(town, make_item())
    with pytest.raises(Refusal):
        actions.direct_order(town.actors["clerk"], order_id=order.pk, serving_team_id=crew.team.pk, reason=" ")
    alone = make_team(town.communities[0], town.units["community"], "无人能答的队", make_volunteer(town.communities[0], "队长无账号"))
    with pytest.raises(Refusal, match="登录的队长"):
        actions.direct_order(town.actors["clerk"], order_id=order.pk, serving_team_id=alone.pk, reason="台风转移")
    actions.direct_order(town.actors["clerk"], order_id=order.pk, serving_team_id=crew.team.pk, reason="台风转移")
    with pytest.raises(NotNow):
        actions.decline_order(crew.actor, order_id=order.pk, reason="不去")
    back = actions.recall_order(town.actors["clerk"], order_id=order.pk, reason="已由社区安排")
    assert back.state == "waiting" and back.team is None


def test_hours_come_from_presence_only(town):
    item = make_item()
    crew = team_with_leader(town, "修理队", item)
    order = make_order(town, item)
    actions.dispatch_order(town.actors["clerk"], order_id=order.pk, serving_team_id=crew.team.pk)
    actions.take_order(crew.actor, order_id=order.pk, serving_team_id=crew.team.pk)
    with pytest.raises(Refusal):
        actions.finish_service(crew.actor, order_id=order.pk, result="做完了")
    actions.assign_volunteers(crew.actor, order_id=order.pk, volunteer_ids=[crew.leader.pk])
    begun = actions.begin_own_service(crew.actor, order_id=order.pk)
    assert actions.begin_own_service(crew.actor, order_id=order.pk).pk == begun.pk and begun.began_by == Presence.Proof.TASK
    for refused in (lambda: actions.assign_volunteers(crew.actor, order_id=order.pk, volunteer_ids=[crew.member.pk]),
                    lambda: actions.cancel_order(town.actors["clerk"], order_id=order.pk, reason="不用了")):  # fmt: skip
        with pytest.raises(Refusal):
            refused()
    with clock.at(MONDAY + timedelta(minutes=30)):
        actions.end_own_service(crew.actor, order_id=order.pk)
    with clock.at(MONDAY + timedelta(minutes=90)):
        actions.finish_service(crew.actor, order_id=order.pk, result="做完了")
        assert actions.end_own_service(crew.actor, order_id=order.pk).pk == begun.pk, "a phone that sends it again after the order has ended"
        assert actions.begin_own_service(crew.actor, order_id=order.pk, at=MONDAY).pk == begun.pk
    assert ServiceEntry.objects.get().minutes == 30, "finishing the order later adds nothing to who went"


def test_neither_who_served_nor_who_entered_it_rates(town, outsider):
    item = make_item()
    crew = team_with_leader(town, "修理队", item)
    order = serve(town, crew, make_order(town, item))
    for account in (crew.account.pk, town.accounts["clerk"].pk):
        with pytest.raises(Denied):
            actions.rate_by_link(outsider, token=link_of(order), rating=5, account_id=account)
    with pytest.raises(Missing):
        actions.rate_by_link(outsider, token="x" * 24, rating=5)
    with pytest.raises(Denied):
        actions.rate_by_link(town.actors["clerk"], token=link_of(order), rating=5)
    actions.rate_by_link(outsider, token=link_of(order), rating=2, account_id=town.accounts["resident"].pk)
    assert ServiceOrder.objects.get().rating == 2
    assert VERBS[access.FOLLOW].default == {}


def test_who_ordered_cancels_until_somebody_is_there(town, outsider):
    item = make_item()
    crew = team_with_leader(town, "修理队", item)
    order = make_order(town, item)
    actions.dispatch_order(town.actors["clerk"], order_id=order.pk, serving_team_id=crew.team.pk)
    gone = actions.cancel_by_link(outsider, token=link_of(order))
    assert (gone.state, gone.team) == ("cancelled", None)
    assert Received.objects.filter(account=crew.account).count() == 2, "the leader hears that nobody waits for them"
    with pytest.raises(NotNow):
        actions.cancel_by_link(outsider, token=link_of(order))


def test_a_share_of_the_served_is_drawn_and_called_back_until_the_third_try(town):
    OrderRules.objects.create(pk=1, call_share=100)
    item = make_item()
    order = serve(town, team_with_leader(town, "修理队", item), make_order(town, item))
    row, clerk = OrderCallback.objects.get(order=order), town.actors["clerk"]
    for _try in range(2):
        assert actions.call_back(clerk, callback_id=row.pk, result="unreached").result == ""
    assert actions.call_back(clerk, callback_id=row.pk, result="content", words="很满意").tries == 3
    with pytest.raises(Refusal):
        actions.call_back(clerk, callback_id=row.pk, result="not")


def test_the_share_that_is_called_back_is_the_share_of_the_rules():
    from uuid import UUID

    from chuangwen.volunteers.orders.rules import drawn

    found = sum(drawn(UUID(int=n), 10) for n in range(10_000))
    assert 900 < found < 1100
    assert all(drawn(UUID(int=n), 30) for n in range(2000) if drawn(UUID(int=n), 10)), "a greater share asks the same ones and more"


def test_what_nobody_rates_ends_by_itself_without_a_rating(town):
    item = make_item()
    order = serve(town, team_with_leader(town, "修理队", item), make_order(town, item))
    with clock.at(MONDAY + timedelta(days=6)):
        assert judging.close_unrated() == 0
    with clock.at(MONDAY + timedelta(days=8)):
        assert judging.close_unrated() == 1
    order.refresh_from_db()
    assert (order.state, order.rating) == ("done", None)


def test_of_eight_teams_that_reach_for_an_open_offer_exactly_one_has_it(shared_database):
    from chuangwen.testing.factories import make_town

    town = make_town()
    with clock.at(MONDAY):
        item = make_item()
        crews = [team_with_leader(town, f"第{n}队", item) for n in range(8)]
        order = make_order(town, item)
        actions.open_order(town.actors["clerk"], order_id=order.pk)

        def reach(n):
            try:
                actions.take_order(crews[n].actor, order_id=order.pk, serving_team_id=crews[n].team.pk)
            except NotNow:
                return None
            return crews[n].team.pk

        found = [key for key in at_once(reach, 8) if key is not None]
    order.refresh_from_db()
    assert found == [order.team_id]
    assert OrderAsk.objects.filter(order=order, state="taken").count() == 1


def test_a_days_plan_is_solved_by_the_job_and_asks_its_teams(town):
    from chuangwen.kernel import jobs

    item = make_item()
    crews = [team_with_leader(town, f"{n}队", item, weekly=1) for n in range(2)]
    orders = [make_order(town, item, name=f"居民{n}") for n in range(3)]
    alone = make_order(town, make_item("无人会的事", code="none"), words="")
    alone.item.skills.clear()
    clerk = town.actors["clerk"]
    plan, _job = actions.make_order_plan(clerk, division=town.street, day=MONDAY.date())
    jobs.run_waiting()
    plan.refresh_from_db()
    assert plan.state == "ready" and plan.orders == 4 and plan.points == plan.bound
    assert {row.why for row in plan.rows.filter(team__isnull=True)} == {"full", "nobody"}
    assert actions.use_order_plan(clerk, order_plan_id=plan.pk) == (2, 0)
    assert set(ServiceOrder.objects.filter(state="offered").values_list("team", flat=True)) == {crew.team.pk for crew in crews}
    assert len(orders) == 3 and ServiceOrder.objects.filter(state="waiting").count() == 2
    plan.refresh_from_db()
    assert plan.state == "used"


def test_who_is_served_is_told_to_no_team_of_another_county(town, other_town):
    order = make_order(town, make_item())
    far = make_team(other_town.communities[0], other_town.units["community"], "外县服务队")
    for give in (actions.dispatch_order, lambda *who, **facts: actions.direct_order(*who, reason="不能等", **facts)):
        with pytest.raises(Refusal) as told:
            give(town.actors["clerk"], order_id=order.pk, serving_team_id=far.pk)
        assert told.value.code == "orders.team"
    order.refresh_from_db()
    assert (order.state, order.team) == ("waiting", None)


def test_without_a_point_the_middle_of_the_community_is_taken_and_said_to_be(town):
    item, community = make_item(), town.communities[0]
    ring = [[110.91, 21.65], [110.93, 21.65], [110.93, 21.67], [110.91, 21.67], [110.91, 21.65]]
    Division.objects.filter(pk=community.pk).update(outline={"type": "Polygon", "coordinates": [ring]})
    with_point = team_with_leader(town, "有点队", item, lat=21.66, lon=110.922)
    without = team_with_leader(town, "无点队", item, lat=None, lon=None)
    order = make_order(town, item)
    assert order.lat is None, "what nobody said is not stored as if somebody had"
    near = {team.pk: one for team, one in pairing.ranked(order)[0]}
    assert abs(near[with_point.team.pk].cost.metres - 207) < 5 and near[without.team.pk].cost.metres == 0
    actions.dispatch_order(town.actors["clerk"], order_id=order.pk, serving_team_id=with_point.team.pk)
    assert "按社区中心估算" in OrderAsk.objects.get().why and "位置未知" not in OrderAsk.objects.get().why
    exact = make_order(town, item, lat=21.66, lon=110.92)
    actions.dispatch_order(town.actors["clerk"], order_id=exact.pk, serving_team_id=with_point.team.pk)
    assert "按社区中心估算" not in OrderAsk.objects.get(order=exact).why
    # Without an outline the sites say where the community is; a street is too large for that.
    Division.objects.filter(pk=community.pk).update(outline=None)
    make_site(community, town.types["market"], lat=21.6, lon=110.9)
    make_site(community, town.types["market"], lat=21.7, lon=110.92)
    sites = Site.objects.filter(division=community, lat__isnull=False)
    [ask] = pairing.asks_of([order])
    assert ask.about and ask.lat == pytest.approx(sum(site.lat for site in sites) / len(sites))
    ServiceOrder.objects.filter(pk=order.pk).update(division=town.street)
    order.refresh_from_db()
    [ask] = pairing.asks_of([order])
    assert ask.lat is None and not ask.about


def test_what_was_served_stands_in_the_ledger_once_and_names_nobody(town):
    from chuangwen.ledger.install import install_metrics
    from chuangwen.ledger.models import Fact

    install_metrics()
    item = make_item()
    crew = team_with_leader(town, "修理队", item)
    wish = make_order(town, item, kind="wish", words="王婆婆想修收音机")
    for order in (make_order(town, item), wish, make_order(town, item)):
        serve(town, crew, order)
    rows = Fact.objects.filter(counts=True).order_by("pk").values_list("metric__code", "amount", "unit")
    unit = town.units["community"].pk
    assert list(rows) == [("orders-met", 10_000, unit), ("wishes-met", 10_000, unit), ("orders-met", 10_000, unit)]
    assert {fact.source_words.split(" ", 1)[1] for fact in Fact.objects.all()} == {item.name}, "neither a name nor what they said"
    wish.refresh_from_db()
    assert Fact.objects.get(metric__code="wishes-met").source_url == wish.get_absolute_url()


def test_a_wish_in_free_words_is_offered_openly_and_any_team_near_by_takes_it_and_none_that_is_far(town):
    near, far = team_with_leader(town, "邻里队", None), team_with_leader(town, "远方队", None, lat=22.5, lon=112.0, reach=1200)
    wish = make_order(town, None, kind="wish", words="想要一副老花镜", lat=21.66, lon=110.92)
    near.team.lat, near.team.lon, near.team.reach = 21.661, 110.921, 1200
    near.team.save(update_fields=["lat", "lon", "reach"])
    assert pairing.takers(wish, 20) == [near.team]
    assert "公开抢单" in pairing.ranked(wish)[1]
    actions.open_order(town.actors["clerk"], order_id=wish.pk)
    assert [row.pk for row in queries.led(near.actor)[0].open] == [wish.pk]
    assert queries.led(far.actor)[0].open == []
    with pytest.raises(Refusal):
        actions.take_order(far.actor, order_id=wish.pk, serving_team_id=far.team.pk)
    taken = actions.take_order(near.actor, order_id=wish.pk, serving_team_id=near.team.pk)
    assert (taken.state, taken.team) == ("serving", near.team)
