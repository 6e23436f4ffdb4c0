"""A result from its computation to its publication: every step by whom it may be, every version kept."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from chuangwen.cases.models import Case
from chuangwen.kernel import clock, files
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.messaging.models import Received
from chuangwen.scoring.appraisal import actions, queries
from chuangwen.scoring.appraisal.models import (
    Appraisal,
    AppraisalObjection,
    AppraisalRow,
    AppraisalScheme,
    Consequence,
    ManualEntry,
)
from chuangwen.scoring.appraisal.periods import span_of, weekly_bulletins
from chuangwen.scoring.appraisal.result_file import content_of, verify_appraisal_file
from chuangwen.scoring.appraisal.states import STATES, TRANSITIONS, Step, after

from .ground import LATER, MONTH, RATE, make_case, make_scheme


def row_of(appraisal, unit):
    return AppraisalRow.objects.get(appraisal=appraisal, unit=unit)


def test_a_month_is_computed_from_the_cases_of_the_month(ground):
    make_case(ground.unit, day=date(2026, 9, 14))  # another month
    appraisal = ground.computed()
    row = row_of(appraisal, ground.unit)
    assert (row.score, row.counted, row.read) == (25, 8, 8)
    assert row_of(appraisal, ground.town.units["community"]).mark == "red" and row.mark == "black"
    assert ground.scheme.pk and AppraisalScheme.objects.get(pk=ground.scheme.pk).locked


def test_computing_again_without_change_gives_the_same_version(ground):
    assert ground.computed().pk == ground.computed().pk


def test_a_corrected_record_makes_another_version_and_the_old_one_stays(ground):
    first = ground.computed()
    before = row_of(first, ground.unit).score
    Case.objects.filter(lead_unit=ground.unit).update(in_time=True)
    second = ground.computed()
    assert (second.version, second.supersedes_id) == (2, first.pk)
    assert row_of(first, ground.unit).score == before == 25
    assert row_of(second, ground.unit).score == 100


def test_the_whole_life(ground, tmp_path):
    appraisal = ground.signed()
    appraisal = actions.publish_appraisal(ground.clerk, appraisal_id=appraisal.pk)
    assert appraisal.state == Appraisal.State.PUBLISHED
    path = tmp_path / "result.cwappraisal"
    path.write_bytes(files.read(Appraisal.objects.get(pk=appraisal.pk).file_key))
    answer = verify_appraisal_file(path)
    assert answer.ok, answer.problems
    assert answer.meta["signed_by"] == ground.leader.name
    follows = Consequence.objects.filter(appraisal=appraisal, unit=ground.unit).get()
    assert (follows.kind, follows.state) == ("talk", "proposed") and MONTH.label in follows.grounds
    assert actions.decide_consequence(ground.leader, consequence_id=follows.pk, confirmed=True).state == "confirmed"


def test_a_file_in_which_a_record_was_changed_does_not_verify(ground, tmp_path):
    import zipfile

    source, changed = tmp_path / "a.cwappraisal", tmp_path / "b.cwappraisal"
    source.write_bytes(files.read(ground.signed().file_key))
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(changed, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "cases.jsonl":
                content = content.replace(b"true", b"false", 1)
            new.writestr(entry.filename, content)
    assert not verify_appraisal_file(changed).ok


def test_the_page_that_verifies_scores_takes_results_of_units_too(ground, sign_in):
    appraisal = ground.signed()
    content = files.read(Appraisal.objects.get(pk=appraisal.pk).file_key)
    client, address = sign_in("clerk"), reverse("scoring:verify")
    answer = client.post(address, {"file": SimpleUploadedFile("r.cwappraisal", content)})
    assert answer.status_code == 200 and answer.context["found"].ok and MONTH.label in answer.content.decode()
    changed = bytearray(content)
    changed[len(content) // 3] ^= 1
    answer = client.post(address, {"file": SimpleUploadedFile("r.cwappraisal", bytes(changed))})
    assert answer.status_code == 422 and not answer.context["found"].ok


def test_only_the_steps_of_the_table_can_be_taken(ground):
    """Each pair of state and step by the action itself: what the table allows goes on from there, what it does not is a conflict."""
    appraisal, moment = ground.computed(), clock.now()
    acts = {
        Step.CHECK: (actions.check_appraisal, ground.leader), Step.OPEN: (actions.open_appraisal, ground.clerk),
        Step.SETTLE: (actions.settle_appraisal, ground.clerk), Step.SIGN: (actions.sign_appraisal, ground.leader),
        Step.PUBLISH: (actions.publish_appraisal, ground.clerk),
    }  # fmt: skip
    for state in STATES:
        for step, (act, who) in acts.items():
            Consequence.objects.all().delete()
            Appraisal.objects.filter(pk=appraisal.pk).update(
                state=state,
                opened_at=moment,
                objections_until=moment - timedelta(days=1),
                signed_at=moment,
                computed_by=None,
                checked_by=None,
            )
            if after(state, step) is None:
                with pytest.raises(Conflict):
                    act(who, appraisal_id=appraisal.pk)
                assert Appraisal.objects.get(pk=appraisal.pk).state == state
            else:
                assert act(who, appraisal_id=appraisal.pk).state == TRANSITIONS[state, step]


def test_whoever_computed_does_not_check(ground):
    appraisal = ground.computed()
    with pytest.raises(Refusal):
        actions.check_appraisal(ground.clerk, appraisal_id=appraisal.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appraisal.objects.filter(pk=appraisal.pk).update(checked_by=appraisal.computed_by_id)


def test_units_object_while_it_is_open_and_no_longer(ground):
    appraisal = ground.opened()
    row = row_of(appraisal, ground.unit)
    with clock.at(appraisal.objections_until + timedelta(minutes=1)), pytest.raises(Conflict):
        actions.object_to(ground.liaison, row_id=row.pk, words="太迟了")
    objection = actions.object_to(ground.liaison, row_id=row.pk, words="3 件是在期限内整改的", measure="in_time")
    assert objection.due_at > objection.raised_at
    with pytest.raises(Conflict):
        actions.object_to(ground.liaison, row_id=row.pk, words="再说一次", measure="in_time")
    with clock.at(appraisal.objections_until + timedelta(minutes=1)), pytest.raises(Refusal, match="1"):
        actions.settle_appraisal(ground.clerk, appraisal_id=appraisal.pk)


def test_the_units_are_told_that_they_can_object_that_it_is_final_and_what_follows(ground):
    def told() -> list[str]:
        rows = Received.objects.filter(account=ground.liaison.account_id, notice__kind__startswith="scoring.")
        return list(rows.order_by("pk").values_list("notice__title", flat=True))

    ground.computed()
    assert told() == []
    appraisal = ground.signed()
    actions.publish_appraisal(ground.clerk, appraisal_id=appraisal.pk)
    follows = Consequence.objects.get(appraisal=appraisal, unit=ground.unit)
    actions.decide_consequence(ground.leader, consequence_id=follows.pk, confirmed=True)
    opened, published, what = told()
    assert MONTH.label in opened and "异议" in opened and "已公布" in published
    assert what.startswith(f"{MONTH.label}：")


def test_the_office_hears_of_an_objection_the_unit_of_its_answer_and_the_leader_of_what_waits(ground):
    def told(actor) -> list[str]:
        rows = Received.objects.filter(
            account=actor.account_id, notice__kind__in=("scoring.objection", "scoring.appraisal_waits")
        )
        return list(rows.order_by("pk").values_list("notice__title", flat=True))

    appraisal = ground.opened()
    objection = actions.object_to(ground.liaison, row_id=row_of(appraisal, ground.unit).pk, words="记错了")
    assert [str(ground.unit) in title and "异议" in title for title in told(ground.clerk)] == [True]
    actions.answer_objection(ground.clerk, objection_id=objection.pk, upheld=False, answer="现场照片显示超期")
    assert ["已答复" in title and "不成立" in title for title in told(ground.liaison)] == [True]
    assert told(ground.leader) == []
    with clock.at(appraisal.objections_until + timedelta(minutes=1)):
        actions.settle_appraisal(ground.clerk, appraisal_id=appraisal.pk)
        assert ["签署" in title for title in told(ground.leader)] == [True]
        actions.sign_appraisal(ground.leader, appraisal_id=appraisal.pk)
        actions.publish_appraisal(ground.clerk, appraisal_id=appraisal.pk)
    assert "决定" in told(ground.leader)[-1]


def test_a_result_waits_for_whoever_has_the_next_step_and_for_nobody_else(ground):
    def waits(actor) -> bool:
        return queries.appraisals(actor).filter(queries.waiting(actor)).exists()

    def both() -> tuple[bool, bool]:
        return waits(ground.clerk), waits(ground.leader)

    appraisal = ground.computed()
    assert both() == (False, True)  # whoever computed does not check
    actions.check_appraisal(ground.leader, appraisal_id=appraisal.pk)
    assert both() == (True, False)
    appraisal = actions.open_appraisal(ground.clerk, appraisal_id=appraisal.pk)
    assert both() == (False, False)
    objection = actions.object_to(ground.liaison, row_id=row_of(appraisal, ground.unit).pk, words="记错了")
    assert both() == (True, False)
    actions.answer_objection(ground.clerk, objection_id=objection.pk, upheld=False, answer="现场照片显示超期")
    assert both() == (False, False)
    with clock.at(appraisal.objections_until + timedelta(minutes=1)):
        assert both() == (True, False)
        actions.settle_appraisal(ground.clerk, appraisal_id=appraisal.pk)
        assert both() == (False, True) and list(queries.to_sign(ground.leader)) == [appraisal]
        actions.sign_appraisal(ground.leader, appraisal_id=appraisal.pk)
        assert both() == (True, False) and not queries.to_sign(ground.leader).exists()
        actions.publish_appraisal(ground.clerk, appraisal_id=appraisal.pk)
    assert both() == (False, True)
    follows = Consequence.objects.get(appraisal=appraisal)
    actions.decide_consequence(ground.leader, consequence_id=follows.pk, confirmed=True)
    assert both() == (False, False)


def test_an_upheld_objection_asks_for_another_version(ground):
    appraisal = ground.opened()
    objection = actions.object_to(ground.liaison, row_id=row_of(appraisal, ground.unit).pk, words="记错了")
    actions.answer_objection(ground.clerk, objection_id=objection.pk, upheld=True, answer="案件 T-1 的提交时间已更正")
    with clock.at(appraisal.objections_until + timedelta(minutes=1)):
        with pytest.raises(Refusal):
            actions.settle_appraisal(ground.clerk, appraisal_id=appraisal.pk)
        Case.objects.filter(lead_unit=ground.unit).update(in_time=True)
        with pytest.raises(Refusal):
            ground.computed()  # the units have seen it: a reason is needed
        second = ground.computed(reason="异议成立，更正记录")
        with pytest.raises(Conflict):
            actions.settle_appraisal(ground.clerk, appraisal_id=appraisal.pk)
        actions.check_appraisal(ground.leader, appraisal_id=second.pk)
        assert actions.settle_appraisal(ground.clerk, appraisal_id=second.pk).state == Appraisal.State.SETTLED
        assert row_of(second, ground.unit).score == 100


def test_an_answer_needs_its_grounds_and_is_given_once(ground):
    objection = actions.object_to(ground.liaison, row_id=row_of(ground.opened(), ground.unit).pk, words="记错了")
    with pytest.raises(Refusal):
        actions.answer_objection(ground.clerk, objection_id=objection.pk, upheld=False, answer=" ")
    actions.answer_objection(ground.clerk, objection_id=objection.pk, upheld=False, answer="现场照片显示超期")
    with pytest.raises(Conflict):
        actions.answer_objection(ground.clerk, objection_id=objection.pk, upheld=True, answer="又说")


def test_a_version_that_no_unit_has_seen_is_not_settled(ground):
    appraisal = ground.computed()
    actions.check_appraisal(ground.leader, appraisal_id=appraisal.pk)
    with pytest.raises(Refusal):
        actions.settle_appraisal(ground.clerk, appraisal_id=appraisal.pk)


def test_a_unit_sees_its_own_result_once_it_is_told_and_nobody_elses(ground):
    appraisal = ground.computed()
    mine, other = row_of(appraisal, ground.unit), row_of(appraisal, ground.town.units["department2"])
    with pytest.raises(Missing):
        queries.row_for(ground.liaison, mine.pk)
    ground.opened(appraisal)
    assert queries.row_for(ground.liaison, mine.pk) == mine
    with pytest.raises(Missing):
        queries.row_for(ground.liaison, other.pk)
    assert list(queries.own_rows(ground.liaison)) == [mine]
    with pytest.raises(Denied):
        actions.sign_appraisal(ground.liaison, appraisal_id=appraisal.pk)


def test_a_figure_opens_the_very_records_that_it_was_made_of(ground):
    appraisal = ground.computed()
    Case.objects.filter(lead_unit=ground.unit).update(in_time=True)  # corrected later: does not change this version
    behind = queries.behind(row_of(appraisal, ground.unit), "in_time")
    assert {line["id"] for line in behind.found} == set(Case.objects.filter(lead_unit=ground.unit).values_list("pk", flat=True))
    assert sum(line["worth"] for line in behind.found) == 2


def test_black_lists_are_remembered_from_signed_results(ground):
    scheme = make_scheme("两次约谈", consequences=[{"list": "black", "times": 2, "within": 2, "running": True, "step": "talk"}])
    ground.scheme = scheme
    with clock.at(clock.now()):
        for number in range(8):
            for unit, good in ((ground.town.units["community"], 8), (ground.unit, 1)):
                make_case(unit, day=date(2026, 9, 14), in_time=number < good)
        september = ground.signed(ground.computed(MONTH.before))
        assert row_of(september, ground.unit).proposed == ""
        october = ground.computed()
        assert row_of(october, ground.unit).proposed == "0"
        assert content_of(files.path_of(october.file_key), only=()).context.earlier == ("2026年9月",)


def test_the_grounds_of_a_step_name_the_periods_that_count_and_no_older_ones(ground):
    ground.scheme = make_scheme("三期两次", consequences=[{"list": "black", "times": 2, "within": 3, "step": "notice"}])
    spans = [span_of("month", date(2026, number, 14)) for number in (6, 7, 8, 9)]
    worst = {6: ground.unit, 7: ground.town.units["community"], 8: ground.town.units["community"], 9: ground.unit}
    for span in spans:
        for unit in (ground.town.units["community"], ground.unit):
            make_case(unit, day=span.start, in_time=unit != worst[span.start.month])
        ground.signed(ground.computed(span))
    october = actions.publish_appraisal(ground.clerk, appraisal_id=ground.signed().pk)
    follows = Consequence.objects.get(appraisal=october, unit=ground.unit)
    assert follows.grounds.endswith("：2026年9月、2026年10月")


@pytest.mark.parametrize(("missing", "follows"), [("breaks", False), ("pass_over", True)])
def test_weeks_45_and_47_are_not_running_when_46_was_never_signed(ground, missing, follows):
    step = {"list": "black", "times": 2, "within": 2, "running": True, "missing": missing, "step": "talk", "words": "约谈"}
    ground.scheme = make_scheme("周榜", period="week", consequences=[step], rollups=[])
    weeks = [span_of("week", date(2026, 11, 2)), span_of("week", date(2026, 11, 9)), span_of("week", date(2026, 11, 16))]
    for week in weeks:
        for unit in (ground.town.units["community"], ground.unit):
            make_case(unit, day=week.start, in_time=unit != ground.unit)
    with clock.at(LATER + timedelta(days=30)):
        ground.signed(ground.computed(weeks[0]))
        ground.computed(weeks[1])  # computed, never signed
        last = ground.signed(ground.computed(weeks[2]))
        context = content_of(files.path_of(last.file_key), only=()).context
        assert (context.earlier, context.unsigned) == (("2026年第45周", "2026年第46周"), ("2026年第46周",))
        actions.publish_appraisal(ground.clerk, appraisal_id=last.pk)
    found = Consequence.objects.filter(appraisal=last, unit=ground.unit)
    assert found.exists() == follows
    if follows:
        assert found.get().grounds == "黑榜：2026年第45周、2026年第47周（2026年第46周未签发）"
    else:
        assert "2026年第46周未签发" in row_of(last, ground.unit).note


def test_what_an_earlier_version_proposed_falls_with_it_and_what_was_confirmed_is_not_proposed_again(ground):
    first = actions.publish_appraisal(ground.clerk, appraisal_id=ground.signed().pk)
    wrong = Consequence.objects.get(appraisal=first)
    make_case(ground.town.units["community"])
    second = ground.computed(reason="更正记录")
    with pytest.raises(Conflict):
        actions.decide_consequence(ground.leader, consequence_id=wrong.pk, confirmed=True)
    actions.publish_appraisal(ground.clerk, appraisal_id=ground.signed(second).pk)
    wrong.refresh_from_db()
    assert (wrong.state, wrong.decided_by_id) == ("dropped", ground.clerk.account_id) and "2" in wrong.note
    right = Consequence.objects.get(appraisal=second)
    assert (right.unit, right.state) == (ground.unit, "proposed")
    actions.decide_consequence(ground.leader, consequence_id=right.pk, confirmed=True)
    make_case(ground.town.units["community"])
    third = ground.signed(ground.computed(reason="再次更正"))
    actions.publish_appraisal(ground.clerk, appraisal_id=third.pk)
    assert not Consequence.objects.filter(appraisal=third, unit=ground.unit).exists()


def test_a_quarter_is_made_of_signed_months_only(ground):
    quarter = span_of("quarter", date(2026, 10, 14))
    with pytest.raises(Refusal):
        ground.computed(quarter)
    ground.signed()
    result = ground.computed(quarter)
    row = row_of(result, ground.unit)
    assert row.score == 25 and [figure["name"] for figure in row.figures] == ["2026年10月", "2026年11月", "2026年12月"]


def test_entries_count_with_evidence_once_somebody_else_has_checked_them(ground):
    tally = {
        "kind": "tally",
        "key": "info",
        "name": "信息",
        "weight": "10",
        "over": "entries",
        "kinds": ["信息采用"],
        "points_each": "2",
    }
    ground.scheme = make_scheme("有信息", measures=[RATE | {"weight": "90"}, tally])
    facts = {"unit": ground.unit, "kind": "信息采用", "day": date(2026, 10, 20), "words": "省级采用"}
    with pytest.raises(Refusal):
        actions.enter_manually(ground.liaison, **facts)
    with pytest.raises(Refusal):
        actions.enter_manually(ground.liaison, **facts, content=b"MZ an executable", file_name="a.exe")
    entry = actions.enter_manually(ground.liaison, **facts, content=b"%PDF-1.4 proof", file_name="采用.pdf")
    figure = next(one for one in row_of(ground.computed(), ground.unit).figures if one["key"] == "info")
    assert (figure["points"], figure["counted"], figure["read"]) == ("0.00", 0, 1)
    with pytest.raises(Denied):
        actions.check_entry(ground.liaison, entry_id=entry.pk)
    actions.check_entry(ground.clerk, entry_id=entry.pk)
    figure = next(one for one in row_of(ground.computed(), ground.unit).figures if one["key"] == "info")
    assert (figure["points"], figure["counted"], figure["read"]) == ("2.00", 1, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        ManualEntry.objects.filter(pk=entry.pk).update(checked_by=ground.liaison.account_id)


def test_a_used_scheme_gets_a_next_version_and_an_unused_one_is_changed(ground):
    saved = actions.save_appraisal_scheme(
        ground.clerk, name=ground.scheme.name, body=ground.scheme.body | {"note": "一"}, based_on=ground.scheme
    )
    assert saved.pk == ground.scheme.pk
    ground.scheme.refresh_from_db()
    ground.computed()
    saved = actions.save_appraisal_scheme(
        ground.clerk, name=ground.scheme.name, body=ground.scheme.body | {"note": "二"}, based_on=ground.scheme
    )
    assert saved.version == 2 and AppraisalScheme.objects.get(version=1, name=saved.name).body["note"] == "一"
    with pytest.raises(Conflict):
        actions.save_appraisal_scheme(ground.clerk, name=ground.scheme.name, body=ground.scheme.body, based_on=ground.scheme)


def test_two_versions_on_the_same_records_say_who_moves_and_why(ground):
    harder = ground.scheme.body | {"measures": [RATE | {"none_at": "0.5"}]}
    first, second = actions.compare_schemes(
        ground.clerk, before=ground.scheme.body, after=harder, division=ground.town.street, span=MONTH
    )
    moves = {move.unit: move for move in queries.moves(first, second)}
    move = moves[ground.town.units["community2"].name]
    assert (move.before.score, move.after.score) == (75, 50)
    assert [(name, float(a), float(b)) for name, a, b in move.parts] == [("按期结案率", 75.0, 50.0)]
    assert not Appraisal.objects.exists()


def test_whoever_has_no_work_falls_out_of_the_ranking_and_the_comparison_says_why(ground):
    before = ground.scheme.body | {"measures": [RATE | {"without_work": "full_marks"}]}
    after = before | {"small": {"smallest": 0, "treat": "rank", "idle": "unranked"}}
    found = queries.moves(
        *actions.compare_schemes(ground.clerk, before=before, after=after, division=ground.town.street, span=MONTH)
    )
    idle = next(move for move in found if move.unit == ground.town.units["department2"].name)
    assert (idle.before.rank, idle.after.rank, idle.moved, idle.remark) == (1, None, True, "无工作量，不排名。")
    assert idle.parts == (("按期结案率", 100, None),), "what is left out brings nothing, not nought"
    busy = next(move for move in found if move.unit == ground.town.units["community2"].name)
    assert busy.by is not None and busy.by > 0 and busy.remark == ""


def test_periods_are_called_as_papers_call_them():
    assert [span_of(kind, date(2026, 11, 4)).label for kind in ("week", "month", "quarter", "year")] == [
        "2026年第45周", "2026年11月", "2026年第4季度", "2026年"
    ]  # fmt: skip
    assert span_of("week", date(2027, 1, 1)).label == "2026年第53周"
    assert [part.label for part in span_of("quarter", date(2026, 2, 3)).parts("month")] == ["2026年1月", "2026年2月", "2026年3月"]
    assert span_of("month", date(2026, 3, 31)).before == span_of("month", date(2026, 2, 1))


def test_a_case_stands_in_the_bulletin_of_every_monday_after_its_day():
    due = date(2026, 10, 14)  # a Wednesday
    assert [weekly_bulletins(due, date(2026, 10, day)) for day in (14, 18, 19, 25, 26)] == [0, 0, 1, 1, 2]


def test_nobody_of_another_town_reaches_a_result(ground, other_town):
    appraisal = ground.computed()
    with pytest.raises(Missing):
        actions.check_appraisal(other_town.actors["clerk"], appraisal_id=appraisal.pk)
    assert list(queries.appraisals(other_town.actors["clerk"])) == []
    assert not AppraisalObjection.objects.exists()
