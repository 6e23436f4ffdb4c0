"""A contest from the call to the published results; who must not score."""

from datetime import timedelta
from decimal import Decimal

import pytest

from chuangwen.kernel import clock
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.lives import NotNow
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Post
from chuangwen.volunteers.contest import actions
from chuangwen.volunteers.contest.actions.living import missing_scores
from chuangwen.volunteers.contest.models import ContestResult, ContestScore, Juror
from chuangwen.volunteers.corps.models import Membership
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer

from .ground import enter, give, judged, make_contest, make_teams


def test_a_team_leader_enters_a_project_of_their_own_team_and_of_no_other(town):
    contest = make_contest(town)
    clerk = town.actors["clerk"]
    leader = make_volunteer(town.communities[0], "队长", town.accounts["resident"])
    mine = make_team(town.communities[0], town.units["community"], "我的队", leader)
    other = make_teams(town, 1)[0]
    actor = actor_of(type(town.accounts["resident"]).objects.get(pk=town.accounts["resident"].pk))
    facts = {"contest_id": contest.pk, "title": "助学", "summary": "课后辅导"}
    with pytest.raises(Conflict):
        actions.enter_project(actor, team_id=mine.pk, **facts)
    actions.call_contest(clerk, contest_id=contest.pk)
    with pytest.raises(Missing):
        actions.enter_project(actor, team_id=other.pk, **facts)
    entry = actions.enter_project(actor, team_id=mine.pk, **facts)
    assert entry.number == 1 and entry.state == "entered"
    with pytest.raises(Conflict):
        actions.enter_project(actor, team_id=mine.pk, **facts)
    with clock.at(clock.now() + timedelta(days=11)), pytest.raises(Refusal) as late:
        actions.enter_project(actor, team_id=mine.pk, **facts | {"title": "另一个"})
    assert late.value.code == "contest.days"


def test_a_team_of_another_place_is_not_for_this_contest(town, other_town):
    contest = make_contest(town)
    actions.call_contest(town.actors["clerk"], contest_id=contest.pk)
    team = make_team(other_town.communities[0], other_town.units["community"], "他镇队")
    with pytest.raises(Refusal) as wrong:
        actions.enter_project(town.actors["clerk"].unhindered(), contest_id=contest.pk, team_id=team.pk, title="x", summary="y")
    assert wrong.value.code == "contest.team"


def test_what_was_not_admitted_says_why_and_may_be_changed_and_entered_anew(town):
    contest, clerk = make_contest(town), town.actors["clerk"]
    actions.call_contest(clerk, contest_id=contest.pk)
    entry = enter(town, contest, make_teams(town, 1)[0])
    with pytest.raises(Refusal):
        actions.reject_entry(clerk, entry_pk=entry.pk, reason=" ")
    actions.reject_entry(clerk, entry_pk=entry.pk, reason="预算不明")
    changed = actions.edit_entry(clerk, entry_pk=entry.pk, title="银龄陪伴", summary="附预算", budget=Decimal("10"))
    assert changed.state == "entered" and changed.reason == ""


def test_the_jury_begins_when_all_is_decided_and_enough_are_there(town):
    contest, clerk = make_contest(town), town.actors["clerk"]
    actions.call_contest(clerk, contest_id=contest.pk)
    entry = enter(town, contest, make_teams(town, 1)[0])
    for code in ("contest.undecided", "contest.jury"):
        with pytest.raises(Refusal) as wrong:
            actions.close_entries(clerk, contest_id=contest.pk)
        assert wrong.value.code == code
        if code == "contest.undecided":
            actions.admit_entry(clerk, entry_pk=entry.pk)


def _points(contest, value="10"):
    return {criterion.pk: Decimal(value) for criterion in contest.criteria.all()}


def test_somebody_of_the_unit_of_the_team_cannot_score_it(town):
    contest, (entry, *_), actors = judged(town, jurors=4)
    person = Juror.objects.get(account=actors[0].account_id).account.person
    Post.objects.create(person=person, unit=town.units["community"], kind="member", starts_on=clock.today())
    with pytest.raises(Denied) as refused:
        actions.score_entry(actors[0], entry_pk=entry.pk, points=_points(contest))
    assert refused.value.code == "contest.conflict" and not ContestScore.objects.exists()


def test_a_member_of_the_team_and_who_declared_a_relation_cannot_score_it_others_can(town):
    contest, (first, second, _third), actors = judged(town)
    person = Juror.objects.get(account=actors[0].account_id).account.person
    from chuangwen.volunteers.corps.models import Volunteer

    volunteer = Volunteer.objects.create(
        number="V9", person=person, state="active", division=town.street, registered_on=clock.today(), agreed_at=clock.now()
    )
    Membership.objects.create(team=first.team, volunteer=volunteer, state="member", asked_at=clock.now(), joined_on=clock.today())
    actions.declare_conflict(actors[1], entry_pk=second.pk, reason="与负责人是亲属")
    for actor, entry in ((actors[0], first), (actors[1], second)):
        with pytest.raises(Denied):
            actions.score_entry(actor, entry_pk=entry.pk, points=_points(contest))
    actions.score_entry(actors[0], entry_pk=second.pk, points=_points(contest))
    assert missing_scores(contest) == 9 - 2 - 1


def test_a_score_given_before_a_relation_came_to_light_is_left_out_when_counted(town):
    contest, entries, actors = judged(town, titles=("甲", "乙"), jurors=4)
    for actor in actors:
        for entry in entries:
            give(actor, entry, "40", "40")
    juror = Juror.objects.get(account=actors[0].account_id)
    give(actors[0], entries[0], "50", "50")
    actions.declare_conflict(town.actors["clerk"], entry_pk=entries[0].pk, reason="同事举报属实", juror_id=juror.pk)
    actions.count_contest(town.actors["clerk"], contest_id=contest.pk)
    first = ContestResult.objects.get(entry=entries[0])
    assert first.total == 80 and first.jurors == 3 and first.told["conflicts"] == 1 and first.tied and first.rank == 1


def test_who_is_no_juror_or_left_scores_nothing(town):
    contest, entries, actors = judged(town, jurors=4)
    with pytest.raises(Missing):
        actions.score_entry(town.actors["clerk"], entry_pk=entries[0].pk, points=_points(contest))
    actions.remove_juror(town.actors["clerk"], juror_id=Juror.objects.get(account=actors[3].account_id).pk)
    with pytest.raises(Missing):
        actions.score_entry(actors[3], entry_pk=entries[0].pk, points=_points(contest))
    for wrong in ({}, _points(contest, "50.5"), _points(contest, "10.3")):
        with pytest.raises(Refusal):
            actions.score_entry(actors[0], entry_pk=entries[0].pk, points=wrong)


def test_counting_asks_for_missing_scores_freezes_and_publishing_asks_for_reasons(town):
    clerk = town.actors["clerk"]
    contest, entries, actors = judged(town, first=1, second=1, third=0)
    for n, actor in enumerate(actors):
        give(actor, entries[0], "40", str(40 + n))
        give(actor, entries[1], "41", "41")
    with pytest.raises(Refusal) as wrong:
        actions.count_contest(clerk, contest_id=contest.pk)
    assert wrong.value.code == "contest.missing" and "3" in str(wrong.value)
    actions.count_contest(clerk, contest_id=contest.pk, incomplete=True)
    rows = {row.entry_id: row for row in ContestResult.objects.all()}
    assert (rows[entries[1].pk].total, rows[entries[1].pk].prize) == (82, "first")
    assert (rows[entries[0].pk].total, rows[entries[0].pk].rank, rows[entries[0].pk].prize) == (81, 2, "second")
    assert rows[entries[2].pk].total is None and rows[entries[2].pk].rank is None
    with pytest.raises(Conflict):
        give(actors[0], entries[2], "50", "50")
    reasons = {entries[1].pk: "居民反馈好"}
    with pytest.raises(Refusal) as wrong:
        actions.publish_contest(clerk, contest_id=contest.pk, verdict="整体水平提升", reasons=reasons)
    assert f"reason_{entries[0].pk}" in wrong.value.fields
    actions.publish_contest(clerk, contest_id=contest.pk, verdict="整体水平提升", reasons=reasons | {entries[0].pk: "成效扎实"})
    for act in (actions.count_again, actions.call_off_contest):
        with pytest.raises(NotNow):
            act(clerk, contest_id=contest.pk, reason="重来")


def test_counting_again_needs_a_reason_and_gives_the_same(town):
    clerk = town.actors["clerk"]
    contest, entries, actors = judged(town, titles=("甲",))
    for actor, points in zip(actors, ("10", "20.5", "30"), strict=True):
        give(actor, entries[0], points)
    actions.count_contest(clerk, contest_id=contest.pk)
    was = ContestResult.objects.get()
    actions.count_again(clerk, contest_id=contest.pk, reason="复核分数")
    assert not ContestResult.objects.exists()
    actions.count_contest(clerk, contest_id=contest.pk)
    now = ContestResult.objects.get()
    assert now.told["exact"] == was.told["exact"] == "121/6" and now.total == Decimal("20.1667")


def test_with_the_extremes_left_out_enough_jurors_are_asked_for(town):
    with pytest.raises(Refusal) as wrong:
        make_contest(town, method="trimmed", trim=2, least_jurors=4)
    assert wrong.value.code == "contest.trim"


def test_documents_are_known_by_their_content_and_photos_are_ones_own(town):
    contest, clerk = make_contest(town), town.actors["clerk"]
    actions.call_contest(clerk, contest_id=contest.pk)
    entry = enter(town, contest, make_teams(town, 1)[0])
    actions.add_entry_papers(clerk, entry_pk=entry.pk, documents=[("方案.exe", b"%PDF-1.4 x")])
    assert entry.documents.get().file_name == "方案.pdf"
    with pytest.raises(Refusal):
        actions.add_entry_papers(clerk, entry_pk=entry.pk, documents=[("方案.pdf", b"MZ")])
    with pytest.raises(Refusal):
        actions.add_entry_papers(clerk, entry_pk=entry.pk, photos=[10**9])
