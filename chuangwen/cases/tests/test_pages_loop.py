"""The whole loop in the pages, by the people who do it: through forms alone, as they are sent by a browser without scripts."""

import re
import uuid

import pytest
from django.urls import reverse

from chuangwen.cases.models import Case, CaseEvent, CasePhoto, State
from chuangwen.cases.tests.loop import look_through
from chuangwen.cases.tests.pictures import upload
from chuangwen.evidence.models import Photo
from chuangwen.fieldwork.models import Observation, ObservationUnit, Round
from chuangwen.kernel import clock
from chuangwen.kernel.models import Job
from chuangwen.people.models import Unit


def page(name: str, *args) -> str:
    return reverse(f"cases:{name}", args=args)


class Browser:
    """A signed-in client that fills in the forms which a page shows: hidden values are sent back as they came."""

    def __init__(self, client):
        self.client = client

    def do(self, case, verb: str, status: int = 303, **fields):
        address = page("verb", case.pk, verb)
        shown = self.client.get(address)
        assert shown.status_code == 200, (verb, shown.status_code)
        answer = self.client.post(address, hidden(shown.content.decode(), address) | fields)
        assert answer.status_code == status, (verb, answer.content.decode()[-3000:] if answer.status_code == 422 else "")
        case.refresh_from_db()
        return answer


def hidden(html: str, address: str = "") -> dict[str, str]:
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    found.pop("csrfmiddlewaretoken", None)
    return {name: value for name, value in found.items() if name in ("version", "uid")}


@pytest.fixture
def people(loop, sign_in):
    return {role: Browser(sign_in(role)) for role in ("clerk", "liaison", "inspector", "grid_worker", "resident", "leader")}


def test_from_a_residents_photo_to_a_closed_case(loop, people):
    shown = people["resident"].client.get(page("report")).content.decode()
    sent = people["resident"].client.post(
        page("report"),
        hidden(shown)
        | {
            "description": "路口垃圾桶满溢",
            "division": loop.town.communities[0].pk,
            "address": "官山一路",
            "before_photos": upload(1),
        },
    )
    case = Case.objects.get()
    assert sent.status_code == 303 and sent["Location"] == page("reported", case.pk)
    told = people["resident"].client.get(sent["Location"]).content.decode()
    assert case.number.split("-")[1] in told
    assert (case.source, case.state) == ("resident", State.REPORTED)

    clerk, liaison, inspector = people["clerk"], people["liaison"], people["inspector"]
    clerk.do(case, "screen", kind=loop.town.kinds["sticker"].pk, severity=3, site="", note="属实")
    assert (case.kind, case.severity, case.state) == (loop.town.kinds["sticker"], 3, State.SCREENED)
    lead, helper = loop.town.units["department"], loop.town.units["community"]
    clerk.do(case, "dispatch", lead=lead.pk, assists=[helper.pk], amount=3, unit="working_days", note="请尽快")
    assert case.lead_unit == lead and (case.limit_amount, case.limit_unit) == (3, "working_days")
    liaison.do(case, "refuse", reason="该路段由市场监督局管理")
    clerk.do(case, "redispatch", lead=lead.pk, amount=2, unit="working_days", note="按清单属你单位")
    assert case.binding
    liaison.do(case, "sign_for")
    liaison.do(case, "pass_on", unit=loop.squad.pk)
    assert case.handling_unit == loop.squad
    liaison.do(case, "hand_back", reason="中队无清运车")
    liaison.do(case, "ask_extension", days=2, reason="需采购材料")
    clerk.do(case, "grant_extension", days=1)
    assert case.extension_days == 1
    clerk.do(case, "defer", until="2026-12-20", plan="2027年改造计划", reason="待资金落实")
    clerk.do(case, "resume")
    liaison.do(case, "submit", measure="已清理干净", after_photos=upload(2))
    inspector.do(case, "send_back", reason="照片不能反映整改情况", photos=upload(3))
    assert case.rework == 1
    liaison.do(case, "submit", measure="已重新清理", after_photos=upload(4))
    inspector.do(case, "verify", status=422, note="现场核查已整改到位")
    look_through(case)
    inspector.do(case, "verify", note="现场核查已整改到位")
    clerk.do(case, "close")
    assert case.state == State.CLOSED and case.in_time
    verbs = list(CaseEvent.objects.filter(case=case).order_by("pk").values_list("verb", flat=True))
    assert verbs[-3:] == ["submit", "verify", "close"]
    ended = people["resident"].client.get(page("detail", case.pk)).content.decode()
    assert "已重新清理" in ended

    clerk.do(case, "rebound", description="又满溢了")
    again = Case.objects.latest("pk")
    assert again.rebound_of == case and again.number in people["clerk"].client.get(page("detail", case.pk)).content.decode()


def test_rejected_and_merged_with_their_reasons(loop, people):
    first, second, third = loop.report(loop.clerk), loop.report(loop.clerk), loop.report(loop.clerk, description="没有问题")
    people["clerk"].do(second, "merge", like=first.pk)
    assert second.merged_into == first
    people["clerk"].do(third, "reject", status=422, reason="")
    people["clerk"].do(third, "reject", reason="经核实不存在该问题")
    assert third.state == State.REJECTED


def test_solved_on_the_spot_with_both_photos(loop, people):
    worker = people["grid_worker"].client
    facts = {
        "description": "楼道小广告", "division": loop.town.communities[0].pk, "severity": 1, "source": "patrol", "on_spot": "on",
        "measure": "当场清除", "uid": str(uuid.uuid4()), "site": loop.town.sites[0].code,
    }  # fmt: skip
    short = worker.post(page("report"), facts | {"before_photos": upload(5)})
    assert short.status_code == 422 and not Case.objects.exists()
    kept = re.search(r'name="before_photos_kept" value="(\d+)"', short.content.decode())
    assert kept, "the photo that was sent stays with the form"
    done = worker.post(page("report"), facts | {"before_photos_kept": kept[1], "after_photos": upload(6)})
    case = Case.objects.get()
    assert done.status_code == 303 and case.state == State.CLOSED and case.solved_on_spot
    assert set(CasePhoto.objects.values_list("stage", flat=True)) == {"before", "after"}


def test_a_report_sent_twice_is_one_case_with_one_photo(loop, people):
    client = people["grid_worker"].client
    facts = hidden(client.get(page("report")).content.decode()) | {
        "description": "垃圾桶满溢", "site": loop.town.sites[0].name, "severity": 2, "source": "patrol",
    }  # fmt: skip
    answers = {client.post(page("report"), facts | {"before_photos": upload(7)})["Location"] for _ in range(2)}
    assert len(answers) == 1 and Case.objects.count() == 1 and Photo.objects.count() == 1


def test_a_verb_sent_twice_is_done_once(loop, people):
    case, clerk = loop.report(), people["clerk"].client
    facts = {"version": case.version, "lead": loop.town.units["department"].pk, "amount": 1, "unit": "working_days"}
    first, second = (clerk.post(page("verb", case.pk, "dispatch"), facts) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert CaseEvent.objects.filter(case=case, verb="dispatch").count() == 1


def test_a_remark_sent_twice_stands_once(loop, people):
    case, clerk = loop.report(), people["clerk"].client
    for _ in range(2):
        assert clerk.post(page("verb", case.pk, "comment"), {"note": "请尽快处理"}).status_code == 303
    assert CaseEvent.objects.filter(case=case, verb="comment").count() == 1


def test_who_comes_second_is_told_who_was_quicker_and_how_it_stands(loop, people):
    case = loop.report()
    version = case.version
    loop.do("reject", case)
    late = people["leader"].client.post(page("verb", case.pk, "comment"), {"note": "x", "version": version})
    assert late.status_code == 303, "a remark disturbs nobody"
    answer = people["clerk"].client.post(page("verb", case.pk, "screen"), {"version": version, "severity": 2})
    text = answer.content.decode()
    assert answer.status_code == 409 and "不属于我单位职责" in text and "不予受理" in text


def test_an_old_form_does_not_undo_what_was_decided_since(loop, people):
    case = loop.at(State.RECTIFYING)
    version = case.version
    loop.do("ask_extension", case)
    answer = people["liaison"].client.post(
        page("verb", case.pk, "submit"),
        {"version": version, "measure": "已清理", "after_photos": upload(8), "uid": str(uuid.uuid4())},
    )
    case.refresh_from_db()
    assert answer.status_code == 409 and case.state == State.RECTIFYING


def test_a_submission_without_a_photo_is_put_right_beside_the_field(loop, people):
    case = loop.at(State.RECTIFYING)
    people["liaison"].do(case, "submit", status=422, measure="已清理")
    assert case.state == State.RECTIFYING


def test_a_script_named_like_a_photo_is_refused(loop, people):
    from django.core.files.uploadedfile import SimpleUploadedFile

    case = loop.at(State.RECTIFYING)
    bad = SimpleUploadedFile("x.jpg", b"<script>alert(1)</script>", "image/jpeg")
    people["liaison"].do(case, "submit", status=422, measure="已清理", after_photos=bad)
    assert not Photo.objects.filter(name="x.jpg").exists()


def test_another_persons_photo_is_not_shown_by_guessing_its_key(loop, people):
    case = loop.at(State.SUBMITTED)
    foreign = CasePhoto.objects.get(case=case, stage="after").photo_id
    answer = people["resident"].client.post(page("report"), {"description": "", "before_photos_kept": str(foreign)})
    assert answer.status_code == 422 and f"/{foreign}/thumb" not in answer.content.decode()


def test_nobody_passes_their_own_work(loop, people):
    case = loop.at(State.SUBMITTED)
    assert people["liaison"].client.get(page("verb", case.pk, "verify")).status_code == 403


def test_the_form_for_dispatching_shows_the_due_moment_before_it_is_sent(loop, people):
    case = loop.report()
    assert "到期" in people["clerk"].client.get(page("verb", case.pk, "dispatch")).content.decode()
    told = people["clerk"].client.get(page("due"), {"amount": "1", "unit": "working_days"}).content.decode()
    assert "2026年11月18日" in told
    assert people["clerk"].client.get(page("due"), {"amount": "x", "unit": "moons"}).status_code == 200


@pytest.fixture
def round(loop):
    town = loop.town
    made = Round.objects.create(
        name="十一月测评", edition=town.edition, division=town.street, starts_on=clock.today(), ends_on=clock.today()
    )
    for number in range(3):
        one = Observation.objects.create(
            round=made,
            site=town.sites[number],
            criterion=town.criteria[number] if number else None,
            loss="0.3",
            observed_on=clock.today(),
            note=f"失分{number}",
        )
        if number:
            ObservationUnit.objects.create(observation=one, unit=town.units["department"])
    return made


@pytest.fixture
def nobody_local(loop):
    """No unit stands for a place itself, so that only named units answer."""
    Unit.objects.filter(kind=Unit.Kind.COMMUNITY).update(division=None)
    Unit.objects.filter(kind=Unit.Kind.TOWN_OFFICE).update(kind=Unit.Kind.DEPARTMENT)


def test_losses_of_a_round_are_shown_with_their_units_before_they_become_cases(loop, nobody_local, people, round):
    clerk = people["clerk"].client
    text = clerk.get(page("from-round", round.pk)).content.decode()
    assert loop.town.units["department"].name in text and "无对应单位" in text and not Case.objects.exists()
    done = clerk.post(page("from-round", round.pk), {"dispatch": "1"})
    assert done.status_code == 200 and Case.objects.count() == 3
    assert Case.objects.filter(state=State.DISPATCHED).count() == 2
    clerk.post(page("from-round", round.pk), {"dispatch": "1"})
    assert Case.objects.count() == 3
    panel = clerk.get(reverse("fieldwork:round", args=[round.pk])).content.decode()
    assert f"{page('list')}?round={round.pk}" in panel


def test_many_losses_become_cases_in_the_background(loop, people, round, monkeypatch):
    from chuangwen.cases.views import rounds
    from chuangwen.kernel import jobs

    monkeypatch.setattr(rounds, "AS_A_JOB", 2)
    answer = people["clerk"].client.post(page("from-round", round.pk), {"dispatch": "1"})
    job = Job.objects.get(kind="cases.from_round")
    assert answer["Location"] == page("from-round-job", job.pk)
    assert people["clerk"].client.get(answer["Location"]).status_code == 200
    jobs.run_waiting()
    assert Case.objects.count() == 3
    assert Case.objects.first().number in people["clerk"].client.get(answer["Location"]).content.decode()
    assert people["leader"].client.get(answer["Location"]).status_code == 403


def test_losses_of_another_towns_round_are_not_there(loop, round, other_town, sign_in):
    assert sign_in("clerk", other_town).get(page("from-round", round.pk)).status_code == 404
