"""The pages and the REST resource of the ladder: every one answers, forms do what they say, mistakes stand beside the field."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from chuangwen.cases.escalation import actions
from chuangwen.cases.escalation.install import install_ladder
from chuangwen.cases.models import Case, EscalationRule, EscalationSettings, EscalationStep, SupervisingOffice
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.people import actions as people


@pytest.fixture
def step(loop) -> EscalationStep:
    """A listed supervision that its unit has to answer."""
    made = actions.propose(
        loop.clerk, case_ids=[loop.at("rectifying").pk, loop.at("dispatched").pk], level=3, reason="超期未整改", asks="公开承诺"
    )
    actions.approve(loop.actors["leader"], step_id=made.pk)
    return actions.issue(loop.clerk, step_id=made.pk)


def test_every_page_answers_the_office(loop, step, sign_in):
    install_ladder()
    proposed = actions.propose(loop.clerk, case_ids=[loop.at("rectifying").pk], level=2, reason="超期", asks="整改")
    rule = EscalationRule.objects.first()
    office = SupervisingOffice.objects.create(division=loop.town.street, organ="河东创文办", code="河东")
    clerk, leader = sign_in("clerk"), sign_in("leader")
    case = step.links.first().case_id
    for address, words in {
        "/cases/escalations/": step.number, "/cases/escalations/?waiting=to_approve": "待批准", f"/cases/escalations/{step.pk}/": "公开承诺",
        f"/cases/escalations/{step.pk}/withdraw/": "撤回", f"/cases/escalations/{step.pk}/settle/": "认定",
        "/cases/escalations/promises/": "承诺",
        "/cases/escalations/rules/": "时限过半", "/cases/escalations/rules/new/": "触发条件", f"/cases/escalations/rules/{rule.pk}/": "下发对象",
        "/cases/escalations/settings/": "申诉裁定时限", f"/cases/escalations/offices/{office.pk}/": "河东创文办",
        "/cases/escalations/offices/new/": "文号冠字", "/cases/escalations/new/": "城管局", f"/cases/escalations/new/?case={case}": "所涉问题",
        f"/cases/{case}/": "挂牌督办", f"/people/units/{loop.town.units['department'].pk}/": "挂牌督办",
    }.items():  # fmt: skip
        page = clerk.get(address)
        assert page.status_code == 200 and words in page.content.decode(), address
    assert leader.get(f"/cases/escalations/{proposed.pk}/approve/").status_code == 200
    home = leader.get("/").content.decode()
    assert "待批准督办" in home and "waiting=to_approve" in home
    sheet = clerk.get("/cases/escalations/?export=xlsx")
    assert sheet.status_code == 200 and sheet.headers["Content-Type"].endswith("sheet")


def test_the_list_keeps_its_filters_and_approves_many(loop, step, sign_in):
    made = [
        actions.propose(loop.clerk, case_ids=[loop.at("rectifying").pk], level=2, reason=f"超期{n}", asks="整改") for n in range(2)
    ]
    leader = sign_in("leader")
    page = leader.get("/cases/escalations/?state=proposed&level=2").content.decode()
    assert "超期1" in page and step.number not in page
    answer = leader.post("/cases/escalations/", {"action": "approve", "selected": [row.pk for row in made], "confirmed": "1"})
    assert answer.status_code in (200, 302, 303)
    assert set(EscalationStep.objects.filter(pk__in=[row.pk for row in made]).values_list("state", flat=True)) == {"approved"}


def test_one_step_over_many_cases_of_a_list(loop, sign_in):
    cases = [loop.at("rectifying") for _n in range(3)]
    facts = {"level": 2, "reason": "超期", "asks": "整改", "answer_amount": 1, "answer_unit": "working_days"}
    answer = sign_in("clerk").post("/cases/", {"action": "escalate", "selected": [case.pk for case in cases], "confirmed": "1"} | facts)
    assert answer.status_code == 303
    assert EscalationStep.objects.get().links.count() == 3


def test_a_unit_answers_and_appeals_on_its_pages(loop, step, sign_in):
    unit = sign_in("liaison")
    address = f"/cases/escalations/{step.pk}/"
    assert "答复" in unit.get(address).content.decode()
    day = (clock.today() + timedelta(days=3)).isoformat()
    wrong = unit.post(f"{address}answer/", {"measure": "整改", "promised_on": "2020-01-01", "promise": "清完"})
    assert wrong.status_code == 422 and "日期" in wrong.content.decode()
    assert unit.post(f"{address}answer/", {"measure": "整改", "promised_on": day, "promise": "三日清完"}).status_code == 303
    assert unit.post(f"{address}appeal/", {"words": "已整改", "uid": ""}).status_code == 303
    step.refresh_from_db()
    assert step.state == "answered" and step.appealed_at is not None
    leader = sign_in("leader")
    assert "已整改" in leader.get(f"{address}decide/").content.decode()
    assert leader.post(f"{address}decide/", {"granted": "0", "words": "维持"}).status_code == 303
    assert "三日清完" in sign_in("clerk").get("/cases/escalations/promises/").content.decode()


def test_residents_see_promises_only_where_the_office_says_so(loop, step, client):
    actions.answer(loop.unit, step_id=step.pk, measure="整改", promise="三日清完", promised_on=clock.today())
    assert client.get("/promises/").status_code == 404
    EscalationSettings.objects.update_or_create(pk=1, defaults={"public_promises": True})
    page = client.get("/promises/").content.decode()
    assert "三日清完" in page and "城管局" in page
    assert not any(str(account) in page for account in loop.town.accounts.values() if account.person_id)
    assert "/promises/" in client.get("/report/").content.decode()


def test_a_proposal_by_hand_over_the_cases_of_a_unit(loop, sign_in):
    cases = [loop.at("rectifying") for _n in range(2)]
    clerk, unit = sign_in("clerk"), loop.town.units["department"]
    facts = {"cases": [case.pk for case in cases], "level": "2", "reason": "超期", "asks": "整改", "answer_amount": "1",
             "answer_unit": "working_days"}  # fmt: skip
    assert clerk.post(f"/cases/escalations/new/?unit={unit.pk}", facts).status_code == 303
    again = clerk.post(f"/cases/escalations/new/?unit={unit.pk}", facts)
    assert again.status_code == 422 and cases[0].number in again.content.decode()


def test_rules_settings_and_offices_are_edited(loop, sign_in):
    install_ladder()
    clerk = sign_in("clerk")
    facts = {"level": "2", "trigger": "rework", "count": "3", "severity": "2", "climb": "1", "answer_amount": "2", "answer_unit": "working_days",
             "asks": "整改", "active": "on"}  # fmt: skip
    assert clerk.post("/cases/escalations/rules/new/", facts).status_code == 303
    rule = EscalationRule.objects.get(count=3)
    assert clerk.post(f"/cases/escalations/rules/{rule.pk}/", facts | {"level": "1"}).status_code == 422
    assert clerk.post(f"/cases/escalations/rules/{rule.pk}/remove/").status_code == 303
    settings = {"appeal_amount": "2", "appeal_unit": "working_days", "promise_days": "10", "public_promises": "on"}
    assert clerk.post("/cases/escalations/settings/", settings).status_code == 303
    assert EscalationSettings.objects.get().by_rule is False
    office = {"organ": "河东创文办", "code": "河东", "division": str(loop.town.street.pk), "order_word": "督字", "listed_word": "指令字",
              "talk_word": "约谈字", "hand_over_word": "移送字"}  # fmt: skip
    assert clerk.post("/cases/escalations/offices/new/", office).status_code == 303
    assert clerk.post("/cases/escalations/offices/new/", office | {"talk_word": "督字"}).status_code == 422
    assert sign_in("liaison").get("/cases/escalations/rules/new/").status_code == 403


def test_a_case_whose_arbitration_ran_over_says_so(loop, sign_in):
    case = loop.at("refused")
    Case.objects.filter(pk=case.pk).update(urgency="overdue")
    assert "裁定已超过时限" in sign_in("leader").get(f"/cases/{case.pk}/").content.decode()


def test_the_ladder_over_rest(loop):
    def program(role: str) -> Client:
        return Client(headers={"Authorization": f"Bearer {people.make_token(SYSTEM, loop.town.accounts[role], '程序')}"})

    clerk, leader, unit = program("clerk"), program("leader"), program("liaison")

    def post(client, address, **body):
        return client.post(f"/api/v1/escalations{address}", data=json.dumps(body), content_type="application/json")

    case = loop.at("rectifying")
    made = post(clerk, "", cases=[case.pk], level="order", reason="超期", asks="整改")
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert (made.json()["case_numbers"], made.json()["verbs"]) == ([case.number], ["withdraw"])
    assert post(clerk, "", cases=[case.pk], level="pardon", reason="x").status_code == 422
    assert post(clerk, f"/{key}/approve").status_code == 403
    assert post(leader, f"/{key}/approve", expected_version=9).status_code == 409
    assert post(leader, f"/{key}/approve").json()["state"] == "approved"
    assert unit.get(f"/api/v1/escalations/{key}").status_code == 404
    assert post(clerk, f"/{key}/issue").json()["number"] == "督字〔2026〕1号"
    day = clock.today().isoformat()
    assert post(unit, f"/{key}/answer", measure="整改", promised_on=day).json()["state"] == "answered"
    assert post(unit, f"/{key}/appeal", words="已整改").json()["appealed"] is True
    assert post(leader, f"/{key}/decide", granted=False, words="维持").json()["state"] == "answered"
    assert post(clerk, f"/{key}/settle", kept=False, note="未整改").json()["state"] == "broken"
    assert post(clerk, f"/{key}/end").json()["state"] == "ended"
    listed = clerk.get("/api/v1/escalations?state=ended&level=order").json()
    assert [item["id"] for item in listed["items"]] == [key] and listed["items"][0]["open"] == 1
