"""The life of a plan: made, solved, moved by hand, signed, in force, ended; and what cannot be done."""

from decimal import Decimal

import pytest
from django.urls import reverse

from chuangwen.duties.sponsorship import actions, queries
from chuangwen.duties.sponsorship.models import PlanPair, PlanPlace, PlanSponsor, PlanWish, SponsorshipPlan
from chuangwen.duties.sponsorship.states import STATES, TRANSITIONS, Step, after
from chuangwen.kernel import jobs
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry, Job
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Post
from chuangwen.testing.factories import make_account

from .ground import END, START, make_plan, names, solved


@pytest.fixture
def clerk(town):
    return town.actors["clerk"]


def pair_of(plan, sponsor):
    return plan.pairs.get(sponsor__name=sponsor)


def test_what_is_solved_follows_the_three_principles(town):
    plan = solved(town)
    table = names(plan)
    first, second = (str(row) for row in town.communities)
    assert "领导1" in table[first] and "领导2" in table[second]
    assert "站所2" in table[first] and "站所1" in table[second]
    for place in (first, second):
        assert len({"部门1", "部门2"} & set(table[place])) == 1, "one strong department at each place"
    assert plan.state == "solved" and plan.gap == 0
    assert plan.figures["after"]["weak"] == 0 and plan.figures["before"] is None
    assert all(pair.next_cost is not None and pair.next_cost >= 0 for pair in plan.pairs.all())


def test_strength_is_computed_of_staff_budget_and_result_and_a_leader_has_none(town, clerk):
    plan = make_plan(town)
    rows = [
        actions.save_sponsor(clerk, plan_id=plan.pk, name=name, kind=1, staff=staff, budget=Decimal(staff * 10), last_result=Decimal(90))
        for name, staff in (("强", 30), ("弱", 10))
    ]
    rows = [PlanSponsor.objects.get(pk=row.pk) for row in rows]
    assert [row.strength for row in rows] == [Decimal("14.00"), Decimal("6.00")]
    leader = actions.save_sponsor(clerk, plan_id=plan.pk, name="领导9", kind=0, strength=Decimal(9))
    assert leader.strength == 0


def test_no_person_is_given_a_strength_even_past_the_actions(town):
    from django.db import IntegrityError, transaction

    plan = make_plan(town)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanSponsor.objects.create(plan=plan, kind=0, name="某领导", strength=5)


def test_a_wish_is_kept_and_a_contradiction_is_told_in_words(town, clerk):
    plan = make_plan(town)
    sponsor, place = plan.sponsors.get(name="站所1"), plan.places.first()
    actions.save_wish(clerk, plan_id=plan.pk, sponsor=sponsor, place=place, kind="fixed", reason="agreed")
    plan = actions.solve_plan(clerk, plan_id=plan.pk)
    assert "站所1" in names(plan)[place.name]
    for row in plan.sponsors.exclude(kind=0):
        actions.save_wish(clerk, plan_id=plan.pk, sponsor=row, place=place, kind="forbidden", reason="relatives")
    actions.save_place(clerk, plan_id=plan.pk, place_id=place.pk, name=place.name, division=place.division, least=3, most=4, need=Decimal(1))
    told = actions.solve_plan(clerk, plan_id=plan.pk)
    assert told.state == "draft" and told.points is None
    assert any(place.name in sentence for sentence in told.clashes), told.clashes


def test_moving_by_hand_says_what_it_costs_keeps_rules_and_is_held(town, clerk):
    plan = solved(town)
    before, pair = plan.points, pair_of(plan, "站所1")
    there = plan.places.exclude(pk=pair.place_id).get()
    plan = actions.move_pair(clerk, pair_id=pair.pk, place_id=there.pk, expected=plan.revision)
    event = plan.events.first()
    assert plan.state == "adjusted" and event.cost > 0
    assert plan.points == pytest.approx(before + event.cost)
    again = actions.solve_plan(clerk, plan_id=plan.pk)
    assert pair_of(again, "站所1").place_id == there.pk, "what was moved by hand is held"
    assert pair_of(again, "站所1").by_hand


def test_two_change_places(town, clerk):
    plan = solved(town)
    one, other = pair_of(plan, "站所1"), pair_of(plan, "站所2")
    here, there = one.place_id, other.place_id
    plan = actions.move_pair(clerk, pair_id=one.pk, with_pair_id=other.pk)
    assert (pair_of(plan, "站所1").place_id, pair_of(plan, "站所2").place_id) == (there, here)
    assert plan.pairs.count() == 8


def test_a_move_that_breaks_a_rule_is_refused_with_its_name(town, clerk):
    plan = solved(town)
    pair = pair_of(plan, "站所1")
    there = plan.places.exclude(pk=pair.place_id).get()
    plan.places.filter(pk=there.pk).update(most=there.pairs.count())
    with pytest.raises(Refusal) as told:
        actions.move_pair(clerk, pair_id=pair.pk, place_id=there.pk)
    assert there.name in str(told.value) and told.value.code == "duties.move_breaks"
    with pytest.raises(Conflict):
        actions.move_pair(clerk, pair_id=pair.pk, place_id=there.pk, expected=plan.revision + 7)


def told(plan):
    """Who stands where, and which of it by hand."""
    return sorted(plan.pairs.values_list("sponsor__name", "place__name", "by_hand"))


def test_what_was_moved_by_hand_stays_in_the_next_version(town, clerk):
    plan = solved(town)
    for pair in plan.pairs.select_related("place").order_by("pk"):
        for place in plan.places.exclude(pk=pair.place_id):
            try:
                actions.move_pair(clerk, pair_id=pair.pk, place_id=place.pk)
            except Refusal:
                continue
            break
        else:
            continue
        break
    moved = [row for row in told(plan) if row[2]]
    assert moved, "one of them can be moved"
    actions.sign_plan(town.actors["leader"], plan_id=plan.pk)
    actions.start_plan(clerk, plan_id=plan.pk)
    fresh = actions.new_version(clerk, plan_id=plan.pk)
    assert told(fresh) == told(plan)
    actions.solve_plan(clerk, plan_id=fresh.pk)
    stands = {row[:2] for row in told(fresh)}
    assert {row[:2] for row in moved} <= stands


def test_a_plan_is_signed_put_in_force_and_the_next_is_measured_against_it(town, clerk):
    leader = town.actors["leader"]
    plan = solved(town)
    with pytest.raises(Denied):
        actions.sign_plan(clerk, plan_id=plan.pk)
    actions.sign_plan(leader, plan_id=plan.pk)
    actions.start_plan(clerk, plan_id=plan.pk)
    fresh = actions.new_version(clerk, plan_id=plan.pk)
    assert (fresh.version, fresh.state, fresh.before) == (2, "draft", plan)
    assert told(fresh) == told(plan) and not set(fresh.pairs.values_list("pk", flat=True)) & set(plan.pairs.values_list("pk", flat=True))
    assert not fresh.pairs.filter(next_cost__isnull=False).exists(), "what the next best costs was reckoned for the plan before"
    fresh = actions.solve_plan(clerk, plan_id=fresh.pk)
    assert fresh.figures["after"]["kept"] == fresh.figures["after"]["running"] == 8, "nothing speaks for a change"
    actions.sign_plan(leader, plan_id=fresh.pk)
    actions.start_plan(clerk, plan_id=fresh.pk)
    plan.refresh_from_db()
    assert plan.state == "ended" and plan.ended_at
    with pytest.raises(Refusal):
        actions.new_version(clerk, plan_id=plan.pk)
    assert actions.end_plan(clerk, plan_id=fresh.pk).state == "ended"


def test_what_is_not_in_the_table_of_states_cannot_be_done(town, clerk):
    leader = town.actors["leader"]
    plan = solved(town)
    pair = plan.pairs.first()
    doing = {
        Step.EDIT: lambda: actions.edit_plan(clerk, plan_id=plan.pk, name=plan.name, starts_on=START, ends_on=END),
        Step.SOLVE: lambda: actions.start_solving(clerk, plan_id=plan.pk),
        Step.MOVE: lambda: actions.move_pair(clerk, pair_id=pair.pk, place_id=pair.place_id),
        Step.SIGN: lambda: actions.sign_plan(leader, plan_id=plan.pk),
        Step.START: lambda: actions.start_plan(clerk, plan_id=plan.pk),
        Step.END: lambda: actions.end_plan(clerk, plan_id=plan.pk),
    }
    assert set(doing) == set(Step)
    for state in STATES:
        for step in Step:
            if after(state, step) is not None:
                continue
            SponsorshipPlan.objects.filter(pk=plan.pk).update(state=state, signed_at=plan.made_at)
            with pytest.raises(Conflict):
                doing[step]()
    assert set(TRANSITIONS.values()) <= set(STATES)


def test_who_sponsors_sees_the_plan_once_it_is_signed_and_others_never(town, clerk):
    plan = solved(town)
    liaison = town.actors["liaison"]
    assert not queries.plans(liaison).exists()
    actions.sign_plan(town.actors["leader"], plan_id=plan.pk)
    assert queries.plans(liaison).get() == plan, "the liaison's unit sponsors a place"
    assert not queries.plans(town.actors["grid_worker"]).exists()
    with pytest.raises(Denied):
        actions.solve_plan(liaison, plan_id=plan.pk)


def test_a_community_looks_up_who_answers_for_it_in_the_signed_plan_alone(town, clerk, client):
    plan = solved(town)
    account = make_account("cadre", town.roles["unit_head"], town.units["community"], kind=Post.Kind.HEAD)
    cadre = actor_of(account)
    assert town.units["community"].division in town.communities
    assert not plan.sponsors.filter(unit=town.units["community"]).exists(), "the community sponsors nothing"
    assert not queries.plans(cadre).exists()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "还没有写明贵单位" in client.get(reverse("duties:sponsorships")).content.decode()
    actions.sign_plan(town.actors["leader"], plan_id=plan.pk)
    assert queries.plans(cadre).get() == plan
    assert "领导1" in client.get(plan.get_absolute_url()).content.decode()
    assert client.get(reverse("duties:sponsorship-pair", args=[plan.pairs.first().pk])).status_code == 200
    PlanPlace.objects.filter(plan=plan).update(division=None)
    assert client.get(plan.get_absolute_url()).status_code == 404


def test_relatives_are_read_by_those_who_weigh_and_by_nobody_else(town, clerk, sign_in):
    plan = make_plan(town)
    sponsor, place = plan.sponsors.get(name="部门4"), plan.places.first()
    actions.save_wish(clerk, plan_id=plan.pk, sponsor=sponsor, place=place, kind="forbidden", reason="relatives")
    actions.solve_plan(clerk, plan_id=plan.pk)
    actions.sign_plan(town.actors["leader"], plan_id=plan.pk)
    wishes = reverse("duties:sponsorship-wishes", args=[plan.pk])
    for role in ("clerk", "leader"):
        assert "亲属" in sign_in(role).get(wishes).content.decode()
    liaison = sign_in("liaison")
    assert liaison.get(wishes).status_code == 403
    assert wishes not in liaison.get(plan.get_absolute_url()).content.decode()


def test_a_job_solves_it_and_a_second_press_finds_the_same_job(town, clerk):
    plan = make_plan(town)
    job = actions.start_solving(clerk, plan_id=plan.pk)
    assert actions.start_solving(clerk, plan_id=plan.pk) == job
    Job.objects.filter(pk=job.pk).update(arguments=job.arguments | {"actor": {"account": town.accounts["clerk"].pk, "system": False}})
    jobs.run_waiting()
    plan.refresh_from_db()
    job.refresh_from_db()
    assert (job.state, plan.state) == ("done", "solved"), job.error
    assert plan.pairs.count() == 8


def test_a_job_that_is_stopped_changes_nothing(town, clerk):
    plan = make_plan(town)

    def stop(done, total, message):
        raise jobs.Cancelled

    with pytest.raises(jobs.Cancelled):
        actions.solve_plan(clerk, plan_id=plan.pk, tell=stop)
    plan.refresh_from_db()
    assert plan.state == "draft" and not plan.pairs.exists()


def test_an_answer_to_an_old_question_is_not_stored(town, clerk):
    plan = make_plan(town)

    def meddle(done, total, message):
        if SponsorshipPlan.objects.get(pk=plan.pk).revision == plan.revision:
            actions.edit_plan(clerk, plan_id=plan.pk, name="另一名称", starts_on=START, ends_on=END)

    with pytest.raises(Conflict):
        actions.solve_plan(clerk, plan_id=plan.pk, tell=meddle)
    assert not PlanPair.objects.filter(plan=plan).exists()


def test_sponsors_and_places_are_taken_from_the_records_once(town, clerk):
    plan = actions.make_plan(clerk, name="取自台账", division=town.street, starts_on=START, ends_on=END)
    person = town.accounts["leader"].person
    given = {"leaders": [person], "departments": [town.units["department"], town.units["department2"]], "offices": [town.units["office"]]}
    actions.take_from_records(clerk, plan_id=plan.pk, **given)
    assert set(plan.places.values_list("name", flat=True)) == {str(row) for row in town.communities}
    assert plan.sponsors.get(kind=0).capacity == 2
    assert plan.sponsors.get(unit=town.units["department"]).staff == 2
    assert all(place.lat is not None for place in plan.places.all())
    count = plan.sponsors.count()
    actions.take_from_records(clerk, plan_id=plan.pk, **given)
    assert (plan.sponsors.count(), plan.places.count()) == (count, 2)


def test_a_row_of_another_plan_is_no_row_of_this_one(town, clerk):
    one, other = make_plan(town), make_plan(town, "另一方案")
    with pytest.raises(Refusal):
        actions.remove_sponsor(clerk, plan_id=one.pk, sponsor_id=other.sponsors.first().pk)
    with pytest.raises(Refusal):
        actions.save_wish(clerk, plan_id=one.pk, sponsor=other.sponsors.first(), place=one.places.first(), kind="fixed")
    with pytest.raises(Missing):
        actions.edit_plan(clerk, plan_id=10**9, name="无", starts_on=START, ends_on=END)
    assert not PlanWish.objects.exists()


def test_each_step_leaves_its_entry_in_the_trail(town, clerk):
    plan = solved(town)
    actions.sign_plan(town.actors["leader"], plan_id=plan.pk)
    entries = AuditEntry.objects.filter(kind="duties.sponsorshipplan", object_id=str(plan.pk)).order_by("number")
    assert entries.last().verb == "duties.sign_sponsorship"
    assert {entry.after.get("step") for entry in entries} >= {"edit", "solve", "sign"}
