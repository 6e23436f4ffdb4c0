"""The life of a paper: checked, countersigned, signed, sent, received, instructed, archived; and what cannot happen."""

from datetime import timedelta

import pytest
from django.urls import reverse

from chuangwen.cases.models import Case, CaseEvent, Source
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.messaging.models import Received
from chuangwen.papers import actions, queries
from chuangwen.papers.models import Paper, PaperParty, PaperVersion, State
from chuangwen.papers.states import TABLE, TRANSITIONS, Verb, from_state, transition
from chuangwen.papers.tests.life import draft, sent, signed, some_cases
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Post
from chuangwen.testing.factories import make_account, make_town
from chuangwen.testing.threads import at_once


def test_the_table_leads_from_draft_to_archive_and_every_state_is_reached():
    reached, todo = {State.DRAFT}, [State.DRAFT]
    while todo:
        for step in from_state(todo.pop()):
            news = {step.new_state} | ({State.COUNTERSIGNED} if step.verb == Verb.AGREE else set())
            todo += [state for state in news if state not in reached]
            reached |= news
    assert reached == set(State)
    assert transition(State.VOID, Verb.SEND) is None and transition(State.DRAFT, Verb.SIGN) is None
    assert from_state(State.VOID) == []
    assert all(step.reason for step in TRANSITIONS) and len(TABLE) == len(TRANSITIONS)


def test_nothing_is_signed_that_was_not_checked(town):
    some_cases(town)
    paper = draft(town, "dispatch_sheet")
    with pytest.raises(Conflict):
        actions.sign_paper(town.actors["leader"], paper_id=paper.pk)
    with pytest.raises(Denied):
        actions.sign_paper(town.actors["clerk"], paper_id=paper.pk)
    paper.refresh_from_db()
    assert (paper.state, paper.number) == (State.DRAFT, None)


def test_a_signer_is_told_when_the_figures_are_no_longer_those_that_he_looked_at(town):
    some_cases(town, 2)
    paper = draft(town, "dispatch_sheet")
    seen = actions.figures_digest(actions.figures_now(paper))
    actions.check_paper(town.actors["clerk"], paper_id=paper.pk, figures_seen=seen)
    some_cases(town, 1)
    with pytest.raises(Conflict) as told:
        actions.sign_paper(town.actors["leader"], paper_id=paper.pk, figures_seen=seen)
    assert told.value.code == "papers.figures_changed"
    now = actions.figures_digest(actions.figures_now(Paper.objects.get(pk=paper.pk)))
    assert actions.sign_paper(town.actors["leader"], paper_id=paper.pk, figures_seen=now).state == State.SIGNED


def test_countersigners_answer_in_turn_and_an_objection_leads_back_to_the_draft(town):
    some_cases(town)
    clerk, leader, head = town.actors["clerk"], town.actors["leader"], town.actors["unit_head"]
    paper = draft(town, "dispatch_sheet")
    actions.check_paper(clerk, paper_id=paper.pk)
    units = [town.units["department"], town.units["office"]]
    actions.ask_countersign(clerk, paper_id=paper.pk, units=units, in_turn=True)
    with pytest.raises(Conflict) as early:
        actions.countersign(leader, paper_id=paper.pk, agree=True)
    assert early.value.code == "papers.not_your_turn"
    with pytest.raises(Conflict):
        actions.sign_paper(leader, paper_id=paper.pk)
    assert actions.countersign(head, paper_id=paper.pk, agree=True).state == State.COUNTERSIGNING
    with pytest.raises(Refusal):
        actions.countersign(leader, paper_id=paper.pk, agree=False)
    assert actions.countersign(leader, paper_id=paper.pk, agree=False, words="时限太紧").state == State.DRAFT
    assert not PaperParty.objects.filter(paper=paper, part="countersigner").exists()
    actions.check_paper(clerk, paper_id=paper.pk)
    actions.ask_countersign(clerk, paper_id=paper.pk, units=units)
    for who in (leader, head):
        last = actions.countersign(who, paper_id=paper.pk, agree=True)
    assert last.state == State.COUNTERSIGNED
    assert actions.sign_paper(leader, paper_id=paper.pk).number


def test_only_the_person_who_was_asked_by_name_countersigns(town):
    some_cases(town)
    clerk, leader = town.actors["clerk"], town.actors["leader"]
    paper = draft(town, "dispatch_sheet")
    actions.check_paper(clerk, paper_id=paper.pk)
    deputy = make_account("deputy", town.roles["leader"], town.units["office"], kind=Post.Kind.DEPUTY)
    actions.ask_countersign(clerk, paper_id=paper.pk, people=[(town.units["office"], deputy.person)])
    with pytest.raises(Missing):
        actions.countersign(leader, paper_id=paper.pk, agree=True)
    assert actions.countersign(actor_of(deputy), paper_id=paper.pk, agree=True).state == State.COUNTERSIGNED


def test_a_unit_sees_what_was_sent_to_it_and_nothing_else(town):
    some_cases(town)
    liaison = town.actors["liaison"]
    paper = draft(town, "dispatch_sheet")
    assert not queries.seen(liaison).exists()
    signed(town, paper)
    assert not queries.seen(liaison).exists()
    actions.send_paper(town.actors["clerk"], paper_id=paper.pk, units=[town.units["department2"]])
    assert not queries.seen(liaison).exists()
    actions.send_paper(town.actors["clerk"], paper_id=paper.pk, units=[town.units["department"]])
    assert list(queries.seen(liaison)) == [paper]
    assert actions.docx_of(liaison, paper_id=paper.pk)[:2] == b"PK"
    actions.withdraw_paper(town.actors["clerk"], paper_id=paper.pk, words="有误")
    assert list(queries.seen(liaison)) == [paper] and not queries.readable(liaison).exists()
    with pytest.raises(Missing):
        actions.docx_of(liaison, paper_id=paper.pk)


def test_receipts_are_given_once_and_late_ones_are_listed(town):
    some_cases(town)
    paper = sent(town, draft(town, "dispatch_sheet"), "department", "department2")
    clerk, liaison = town.actors["clerk"], town.actors["liaison"]
    actions.note_read(liaison, paper_id=paper.pk)
    party = PaperParty.objects.get(paper=paper, unit=town.units["department"])
    assert party.read_at and not party.answer
    first = actions.receive_paper(liaison, paper_id=paper.pk)
    assert actions.receive_paper(town.actors["unit_head"], paper_id=paper.pk).done_at == first.done_at
    PaperParty.objects.filter(paper=paper).update(due_at=clock.now() - timedelta(minutes=1))
    assert [row.unit for row in queries.receipts(clerk, late=True)] == [town.units["department2"]]
    assert queries.seen(clerk).filter(queries.waiting_condition(clerk, "receipts_late")).get() == paper
    with pytest.raises(Missing):
        actions.receive_paper(make_actor_of_nobody(town), paper_id=paper.pk)


def make_actor_of_nobody(town):
    """A liaison of a unit to which nothing was sent."""
    return actor_of(make_account("elsewhere", town.roles["liaison"], town.units["community2"], kind=Post.Kind.LIAISON))


def test_an_instruction_becomes_a_case_with_the_way_in_both_directions(town, sign_in):
    some_cases(town)
    paper = sent(town, draft(town, "bulletin"))
    due = clock.today() + timedelta(days=5)
    instruction = actions.instruct(
        town.actors["leader"], paper_id=paper.pk, leader="组长", words="月底前整改到位", unit=town.units["department"], due_on=due
    )
    case = Case.objects.get(pk=instruction.case_id)
    assert (case.source, case.state, case.lead_unit) == (Source.LEADER, "dispatched", town.units["department"])
    assert case.due_at.astimezone(clock.LOCAL).date() == due
    assert CaseEvent.objects.filter(case=case, verb="dispatch").exists()
    page = sign_in("clerk").get(reverse("papers:paper", args=[paper.pk])).content.decode()
    assert case.number in page and "月底前整改到位" in page
    assert (
        reverse("papers:paper", args=[paper.pk]) in sign_in("clerk").get(reverse("cases:detail", args=[case.pk])).content.decode()
    )


def test_every_version_of_a_draft_is_kept_and_its_changed_figures_are_told(town, sign_in):
    some_cases(town, 2)
    paper = draft(town, "dispatch_sheet")
    actions.change_draft(town.actors["clerk"], paper_id=paper.pk, content={"demands": ["务必按时"]})
    assert list(PaperVersion.objects.filter(paper=paper).values_list("number", flat=True)) == [2, 1]
    some_cases(town, 1)
    page = sign_in("clerk").get(reverse("papers:paper", args=[paper.pk])).content.decode()
    assert "2 → 3" in page


def test_a_signed_paper_keeps_its_file_whatever_comes(town):
    some_cases(town)
    paper = signed(town, draft(town, "bulletin"))
    before = actions.docx_of(town.actors["clerk"], paper_id=paper.pk)
    some_cases(town, 3)
    for change in (
        lambda: actions.change_draft(town.actors["clerk"], paper_id=paper.pk, content={"title": "别的"}),
        lambda: actions.take_back(town.actors["clerk"], paper_id=paper.pk),
        lambda: actions.discard_draft(town.actors["clerk"], paper_id=paper.pk),
    ):
        with pytest.raises(Conflict):
            change()
    actions.void_paper(town.actors["leader"], paper_id=paper.pk, words="作废")
    assert actions.docx_of(town.actors["clerk"], paper_id=paper.pk) == before


def test_parallel_signing_numbers_each_series_without_gaps(shared_database):
    town = make_town()
    some_cases(town, 3)
    papers = [
        actions.draft_paper(SYSTEM, kind=kind, unit=town.units["department"], division=town.street)
        for kind in ("dispatch_sheet", "rectification") * 4
    ]
    for paper in papers:
        actions.check_paper(SYSTEM, paper_id=paper.pk)
    numbers = at_once(lambda n: actions.sign_paper(SYSTEM, paper_id=papers[n].pk).number, len(papers))
    for word in ("交", "改"):
        series = [n for n in numbers if word in n]
        assert sorted(int(n.split("〕")[1][:-1]) for n in series) == [1, 2, 3, 4]


def test_a_certificate_is_verified_by_anybody_with_its_code(town, client):
    paper = signed(town, draft(town, "certificate", content={"honour": "文明单位标兵"}))
    code = f"{paper.code[:4]}-{paper.code[4:].lower()}"
    page = client.get(reverse("papers:certificates"), {"code": code}).content.decode()
    assert "文明单位标兵" in page and "城管局" in page and "alert-success" in page
    actions.void_paper(town.actors["leader"], paper_id=paper.pk, words="有误")
    assert "alert-success" not in client.get(reverse("papers:certificates"), {"code": code}).content.decode()
    assert "城管局" not in client.get(reverse("papers:certificates"), {"code": "A" * 16}).content.decode()


def test_the_pages_take_a_paper_through_its_whole_life(town, sign_in):
    some_cases(town)
    clerk, leader, liaison = sign_in("clerk"), sign_in("leader"), sign_in("liaison")
    made = clerk.post(reverse("papers:draft", args=["dispatch_sheet"]), {"unit": town.units["department"].pk})
    assert made.status_code == 303, made.content.decode()[:2000]
    paper = Paper.objects.get()
    at = lambda name: reverse(f"papers:{name}", args=[paper.pk])  # noqa: E731
    assert clerk.post(at("edit"), {"title": "第1次交办", "demands": "一\n二", "cases": []}).status_code == 303
    assert clerk.post(at("check")).status_code == 303
    assert leader.post(at("send-back"), {"words": "再核"}).status_code == 303
    assert "再核" in clerk.get(at("paper")).content.decode()
    assert clerk.post(at("check")).status_code == 303
    assert leader.post(at("sign")).status_code == 303
    assert clerk.post(at("send"), {"units": [town.units["department"].pk], "days": 1}).status_code == 303
    assert "签收" in liaison.get(at("paper")).content.decode()
    assert liaison.post(at("receive"), {"words": ""}).status_code == 303
    assert clerk.get(reverse("papers:receipts")).content.decode().count("城管局") >= 1
    assert clerk.post(at("archive")).status_code == 303
    paper.refresh_from_db()
    assert (paper.state, paper.title) == (State.ARCHIVED, "第1次交办")
    assert [event.verb for event in paper.events.all()] == [
        "draft", "change", "check", "send_back", "check", "sign", "send", "receive", "archive",
    ]  # fmt: skip


def told(town, role: str) -> list[str]:
    rows = Received.objects.filter(account=town.accounts[role], notice__kind__startswith="papers.").order_by("pk")
    return [row.notice.title for row in rows.select_related("notice")]


def test_each_is_told_of_what_waits_for_them_and_nobody_twice(town):
    some_cases(town)
    paper = draft(town, "dispatch_sheet")
    name = f"《{paper.title}》"
    actions.check_paper(town.actors["clerk"], paper_id=paper.pk)
    assert told(town, "leader") == [f"{name}待您签发"] and told(town, "clerk") == told(town, "unit_head") == []
    actions.ask_countersign(town.actors["clerk"], paper_id=paper.pk, units=[town.units["department"]])
    assert told(town, "unit_head") == [f"{name}待您会签"] and told(town, "liaison") == []
    actions.countersign(town.actors["unit_head"], paper_id=paper.pk, agree=False, words="第二条有误")
    assert told(town, "clerk") == [f"有单位对{name}提出会签意见"]
    sent(town, signed(town, Paper.objects.get(pk=paper.pk)))
    assert told(town, "clerk")[1:] == [f"{name}已签发，请发送"]
    assert told(town, "liaison") == [f"请签收{name}"] and told(town, "unit_head")[1:] == [f"请签收{name}"]
    assert told(town, "inspector") == told(town, "grid_worker") == []
