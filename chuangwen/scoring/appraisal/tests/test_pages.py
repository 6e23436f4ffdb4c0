"""The pages of unit appraisal: what each shows, to whom, and the editor of a scheme with plain forms."""

from datetime import timedelta

import pytest
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.scoring.appraisal import actions
from chuangwen.scoring.appraisal.models import (
    Appraisal,
    AppraisalObjection,
    AppraisalRow,
    AppraisalScheme,
    Consequence,
    ManualEntry,
)
from chuangwen.scoring.appraisal.states import TOLD

from .ground import MONTH, make_scheme


def url(name, *args):
    return reverse(f"scoring:{name}", args=args)


@pytest.fixture
def told(ground):
    return ground.opened()


def test_the_office_opens_a_result_down_to_every_record(ground, told, sign_in):
    page = sign_in("clerk")
    assert ground.unit.name in page.get(url("appraisals")).content.decode() or page.get(url("appraisals")).status_code == 200
    body = page.get(url("appraisal", told.pk)).content.decode()
    for unit in ("community", "community2", "department"):
        assert ground.town.units[unit].name in body
    assert "红榜" in body and "黑榜" in body and "名次区间" in body
    row = AppraisalRow.objects.get(appraisal=told, unit=ground.unit)
    assert "25.00" in page.get(url("appraisal-row", row.pk)).content.decode()
    figure = page.get(url("appraisal-figure", row.pk, "in_time")).content.decode()
    assert figure.count("/cases/") >= 8, "each of the eight cases is opened from here"
    sheet = page.get(url("appraisal-rows", told.pk), {"export": "xlsx"})
    assert sheet.status_code == 200 and sheet["Content-Type"].startswith("application/vnd.openxmlformats")


def test_a_unit_finds_its_result_objects_and_reads_the_answer(ground, told, sign_in):
    page = sign_in("liaison")
    row = AppraisalRow.objects.get(appraisal=told, unit=ground.unit)
    assert url("appraisal-row", row.pk) in page.get(url("own-appraisals")).content.decode()
    assert url("appraisal-object", row.pk) in page.get(url("appraisal-row", row.pk)).content.decode()
    answer = page.post(url("appraisal-object", row.pk), {"measure": "in_time", "words": "有 3 件未超期"})
    objection = AppraisalObjection.objects.get()
    assert answer.status_code == 303 and answer["Location"] == url("appraisal-objection", objection.pk)
    actions.answer_objection(ground.clerk, objection_id=objection.pk, upheld=False, answer="复核照片显示超期")
    assert "复核照片显示超期" in page.get(url("appraisal-objection", objection.pk)).content.decode()
    other = AppraisalRow.objects.get(appraisal=told, unit=ground.town.units["community"])
    assert page.get(url("appraisal-row", other.pk)).status_code == 404
    assert page.get(url("appraisal", told.pk)).status_code == 403


def test_only_whoever_may_object_is_told_until_when(ground, told, sign_in):
    row = AppraisalRow.objects.get(appraisal=told, unit=ground.unit)
    for role, shown in (("liaison", True), ("clerk", False), ("leader", False)):
        body = sign_in(role).get(url("appraisal-row", row.pk)).content.decode()
        assert ("前提出异议" in body, url("appraisal-object", row.pk) in body) == (shown, shown), role
    with clock.at(told.objections_until + timedelta(minutes=1)):
        assert "前提出异议" not in sign_in("liaison").get(url("appraisal-row", row.pk)).content.decode(), "the time is over"


def test_an_unfinished_result_is_not_shown_to_units(ground, sign_in):
    appraisal = ground.computed()
    row = AppraisalRow.objects.get(appraisal=appraisal, unit=ground.unit)
    page = sign_in("liaison")
    for state in Appraisal.State.values:
        Appraisal.objects.filter(pk=appraisal.pk).update(
            state=state, objections_until=appraisal.computed_at, signed_at=appraisal.computed_at
        )
        assert page.get(url("appraisal-row", row.pk)).status_code == (200 if state in TOLD else 404), state


def test_the_editor_changes_each_part_with_plain_forms(ground, sign_in):
    page, scheme = sign_in("clerk"), ground.scheme
    assert page.get(url("appraisal-scheme", scheme.pk)).status_code == 200
    for part in ("basic", "groups", "lists", "steps", "rollups", "text"):
        assert page.get(url("appraisal-scheme-part", scheme.pk, part)).status_code == 200, part
    for kind in ("case_rate", "observation_rate", "case_deduction", "tally", "bonus", "penalty", "veto"):
        assert page.get(url("appraisal-measure-new", scheme.pk, kind)).status_code == 200, kind
    given = {
        "name": "信息采用",
        "weight": "10",
        "over": "entries",
        "kinds": "信息采用\n典型经验",
        "points_each": "2",
        "target": "",
        "without_work": "zero",
    }
    assert page.post(url("appraisal-measure-new", scheme.pk, "tally"), given).status_code == 303
    scheme.refresh_from_db()
    made = scheme.body["measures"][-1]
    assert (made["kinds"], made["points_each"], made["key"]) == (["信息采用", "典型经验"], "2", "tally_1")
    wrong = page.post(url("appraisal-measure-edit", scheme.pk, "tally_1"), given | {"target": "5"})
    assert wrong.status_code == 422 and "只能写一个" in wrong.content.decode()
    assert page.post(url("appraisal-measure-move", scheme.pk, "tally_1")).status_code == 303
    assert page.post(url("appraisal-measure-remove", scheme.pk, "in_time")).status_code == 303
    scheme.refresh_from_db()
    assert [one["key"] for one in scheme.body["measures"]] == ["tally_1"]
    lists = {
        "red_top": "3",
        "red_at_least": "90",
        "black_last": "",
        "black_below": "",
        "black_always_below": "60",
        "over": "all",
        "smallest_group": "0",
        "ties": "out",
    }
    assert page.post(url("appraisal-scheme-part", scheme.pk, "lists"), lists).status_code == 303
    scheme.refresh_from_db()
    assert scheme.body["lists"]["red"] == {"top": 3, "at_least": "90"} and scheme.body["lists"]["black"]["always_below"] == "60"


def test_a_deduction_is_written_in_rows(ground, sign_in):
    page, scheme = sign_in("clerk"), ground.scheme
    given = {
        "name": "扣分", "weight": "50", "basis": "due", "of": "lead", "floor": "0", "default_points": "0.1", "cap_per_case": "5",
        "late_mode": "add", "late_points": "1", "again_mode": "double", "again_points": "", "again_most": "3",
        "told_times": "2", "told_points": "2",
        "without_work": "full_marks",
        "rule_0_severity": "一般", "rule_0_source": "", "rule_0_points": "0.3",
        "rule_1_severity": "", "rule_1_source": "暗访", "rule_1_points": "0.5",
    }  # fmt: skip
    assert page.post(url("appraisal-measure-new", scheme.pk, "case_deduction"), given).status_code == 303
    scheme.refresh_from_db()
    made = scheme.body["measures"][-1]
    assert [(rule["severity"], rule["source"], rule["points"]) for rule in made["rules"]] == [
        ("一般", None, "0.3"),
        (None, "暗访", "0.5"),
    ]
    assert made["repetition"] == {"mode": "double", "points": None, "most": 3} and made["bulletins"] == {
        "times": 2,
        "points": "2",
    }


def test_a_used_scheme_is_edited_into_its_next_version(ground, sign_in):
    ground.computed()
    page = sign_in("clerk")
    answer = page.post(url("appraisal-scheme-part", ground.scheme.pk, "steps"), {})
    newest = AppraisalScheme.objects.get(name=ground.scheme.name, version=2)
    assert answer["Location"] == url("appraisal-scheme", newest.pk) and newest.body["consequences"] == []


def test_what_a_period_not_signed_does_is_a_field_of_the_editor_and_told_on_the_page_of_the_scheme(ground, sign_in):
    page, scheme = sign_in("clerk"), ground.scheme
    step = {"step_0_list": "black", "step_0_times": "2", "step_0_within": "2", "step_0_running": "on", "step_0_step": "talk"}
    assert page.post(url("appraisal-scheme-part", scheme.pk, "steps"), step | {"step_0_missing": "pass_over"}).status_code == 303
    scheme.refresh_from_db()
    assert [(one["running"], one["missing"]) for one in scheme.body["consequences"]] == [(True, "pass_over")]
    assert "遇未签发的期跳过不计" in page.get(url("appraisal-scheme", scheme.pk)).content.decode()


def test_a_trial_and_a_comparison_store_nothing(ground, sign_in):
    page = sign_in("clerk")
    period = {"division": ground.town.street.pk, "period": "month", "day": "2026-10-14"}
    body = page.get(url("appraisal-scheme-trial", ground.scheme.pk), period).content.decode()
    assert ground.unit.name in body and "25.00" in body
    harder = make_scheme("更严", measures=[ground.scheme.body["measures"][0] | {"none_at": "0.5"}])
    answer = page.get(url("appraisal-scheme-compare"), period | {"a": ground.scheme.pk, "b": harder.pk})
    assert "75.00" in answer.content.decode() and "50.00" in answer.content.decode()
    assert page.get(url("appraisal-scheme-compare"), period | {"a": ground.scheme.pk, "b": 0}).status_code == 422
    assert not Appraisal.objects.exists()


def test_a_comparison_begins_with_the_newest_version_and_the_one_before(ground, sign_in):
    def chosen(query: str = "") -> list[int | str]:
        form = page.get(url("appraisal-scheme-compare") + query).context["form"]
        return [int(form[name].value()) if form[name].value() else "" for name in ("a", "b")]

    page = sign_in("clerk")
    AppraisalScheme.objects.exclude(pk=ground.scheme.pk).delete()
    assert chosen() == ["", ""], "there is nothing to compare it with"
    ground.computed()
    page.post(url("appraisal-scheme-part", ground.scheme.pk, "steps"), {})
    second = AppraisalScheme.objects.get(name=ground.scheme.name, version=2)
    assert chosen() == [ground.scheme.pk, second.pk]
    other = make_scheme("另一办法")
    assert chosen() == [ground.scheme.pk, second.pk], "versions of one scheme come first"
    assert chosen(f"?a={other.pk}&b={second.pk}") == [other.pk, second.pk], "what the address says stays"


def test_every_step_is_a_page_and_a_job_computes(ground, sign_in):
    from chuangwen.kernel import jobs

    page, leader = sign_in("clerk"), sign_in("leader")
    given = {"division": ground.town.street.pk, "period": "month", "day": MONTH.start.isoformat(), "reason": ""}
    assert "job=" in page.post(url("appraisal-compute", ground.scheme.pk), given)["Location"]
    jobs.run_waiting()
    appraisal = Appraisal.objects.get()
    assert page.post(url("appraisal-check", appraisal.pk), {"seen": "on"}).status_code == 422, "not by whoever computed it"
    assert leader.post(url("appraisal-check", appraisal.pk), {"seen": "on"}).status_code == 303
    assert page.post(url("appraisal-open", appraisal.pk), {"days": "3"}).status_code == 303
    assert page.post(url("appraisal-settle", appraisal.pk), {"seen": "on"}).status_code == 422, "units may still object"
    Appraisal.objects.update(objections_until=appraisal.computed_at)
    assert page.post(url("appraisal-settle", appraisal.pk), {"seen": "on"}).status_code == 303
    assert page.get(url("appraisal-file", appraisal.pk)).status_code == 404
    assert leader.post(url("appraisal-sign", appraisal.pk), {"seen": "on"}).status_code == 303
    assert page.post(url("appraisal-publish", appraisal.pk), {"seen": "on"}).status_code == 303
    assert page.get(url("appraisal-file", appraisal.pk)).status_code == 200
    assert "约谈" in leader.get(url("appraisal-consequences")).content.decode()


def test_entries_by_hand(ground, sign_in):
    make_scheme(
        "有荣誉",
        measures=[*ground.scheme.body["measures"], {"kind": "bonus", "key": "b", "name": "荣誉", "kinds": [{"kind": "荣誉"}]}],
    )
    page, clerk = sign_in("liaison"), sign_in("clerk")
    given = {
        "unit": ground.unit.pk,
        "kind": "荣誉",
        "day": "2026-10-20",
        "points": "2",
        "words": "市级表彰",
        "link": "https://example.cn/1",
    }
    assert page.post(url("appraisal-entry-new"), given | {"link": ""}).status_code == 422
    assert page.post(url("appraisal-entry-new"), given).status_code == 303
    entry = ManualEntry.objects.get()
    assert page.get(url("appraisal-entry", entry.pk)).status_code == 200
    assert clerk.post(url("appraisal-entry-check", entry.pk), {"counts": "0", "refused": ""}).status_code == 422
    assert clerk.post(url("appraisal-entry-check", entry.pk), {"counts": "1"}).status_code == 303
    assert "计入" in clerk.get(url("appraisal-entries")).content.decode()


def test_the_api_says_the_same(ground, told, sign_in):
    page = sign_in("clerk")
    listed = page.get("/api/v1/appraisals").json()["items"]
    assert [(one["label"], one["state"]) for one in listed] == [("2026年10月", "open")]
    units = {one["unit"]: one for one in page.get(f"/api/v1/appraisals/{told.pk}/units").json()["items"]}
    mine = units[ground.unit.name]
    assert (float(mine["score"]), mine["mark"], mine["measures"][0]["counted"]) == (25.0, "black", 8)
    records = page.get(f"/api/v1/appraisals/units/{mine['id']}/in_time").json()
    assert records["source"] == "cases" and len(records["items"]) == 8
    unit = sign_in("liaison")
    assert [one["unit"] for one in unit.get("/api/v1/appraisals/own").json()["items"]] == [ground.unit.name]
    assert unit.get("/api/v1/appraisals").status_code == 403


def test_who_has_the_next_step_finds_it_in_the_navigation_and_on_a_list(ground, sign_in):
    appraisal = ground.signed()
    address = reverse("scoring:appraisals")
    assert sign_in("clerk").get(address, {"waiting": "1"}).context["rows"].count == 1
    assert sign_in("leader").get(address, {"waiting": "1"}).context["rows"].count == 0
    actions.publish_appraisal(ground.clerk, appraisal_id=appraisal.pk)
    follows = Consequence.objects.get(appraisal=appraisal)
    page = sign_in("leader").get(reverse("scoring:appraisal", args=[appraisal.pk])).content.decode()
    assert f'href="{reverse("scoring:appraisal-decide", args=[follows.pk])}"' in page
    assert "/decide/" not in sign_in("clerk").get(reverse("scoring:appraisal", args=[appraisal.pk])).content.decode()


def test_a_unit_that_only_one_of_two_schemes_appraises_has_a_dash_and_no_score_in_the_other(ground, sign_in):
    narrow = make_scheme("只考核社区", groups=[{"name": "社区", "kinds": ["社区"]}])
    asked = {"a": ground.scheme.pk, "b": narrow.pk, "division": ground.town.street.pk, "period": "month", "day": str(MONTH.start)}
    page = sign_in("clerk").get(url("appraisal-scheme-compare"), asked)
    gone = [move for move in page.context["moves"] if move.after is None]
    assert gone and page.content.decode().count(f"{gone[0].before.score} → —") >= 1
