"""Imports: shown before they are done, done whole or not at all, done once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from chuangwen.kernel import access, clock, importing, jobs, sheets
from chuangwen.kernel.access import NOBODY, SYSTEM, Actor, Grant
from chuangwen.kernel.errors import Denied, Missing, Refusal
from chuangwen.kernel.importing import IMPORTERS, Importer, ImportRefused, Plan, Question
from chuangwen.kernel.models import AuditEntry, Counter, ImportRun, Job
from chuangwen.kernel.sheets import Column, Problem
from chuangwen.people.models import Account

State = ImportRun.State
COLUMNS = [
    Column("name", "名称", required=True, max_length=20, example="东风路"),
    Column("value", "数值", kind="int", least=0),
    Column("day", "日期", kind="date"),
]


def plan(actor, sheet, parameters):
    """Counters by name; a name ending in 化 is like the one without."""
    known = dict(Counter.objects.values_list("name", "value"))
    made = Plan(rows_read=len(sheet.rows), payload=[])
    names = {row.values["name"] for row in sheet.rows} | set(known)
    for row in sheet.rows:
        if not row.sound:
            continue
        name, value = row.values["name"], row.values["value"] or 0
        if name == "坏":
            made.problems.append(Problem(row.number, "A", "名称", name, "不能叫“坏”。", "bad"))
            continue
        near = name.removesuffix("化")
        if near != name and near in names:
            key = f"join:{near}:{name}"
            made.questions.append(Question(key, f"“{near}”和“{name}”相同吗？", [("apart", "不同"), ("join", "相同")], "apart"))
            name = near if parameters.get(key) == "join" else name
        if known.get(name) == value:
            made.unchanged += 1
            continue
        made.creates += name not in known
        made.updates += name in known
        made.payload.append((name, value))
    made.facts = {"day": date(2026, 1, 5), "share": Decimal("0.5"), "asked": parameters.get("answers")}
    made.sample = [row.values for row in sheet.rows]
    return made


def apply(actor, plan, parameters):
    for name, value in plan.payload:
        Counter.objects.update_or_create(name=name, defaults={"value": value})
        if value == 666:
            raise RuntimeError("broken in the middle")
        if value == 555:
            raise Refusal("第五行不能保存")
    return {"made": len(plan.payload)}


@pytest.fixture(autouse=True)
def _importer(monkeypatch):
    monkeypatch.setitem(access.VERBS, "test.bring", access.Verb("test.bring", "bring"))
    importer = Importer("things", "东西", "test.bring", COLUMNS, plan, apply)
    monkeypatch.setitem(IMPORTERS, "things", importer)
    monkeypatch.setattr(importing, "ACTOR_BUILDERS", [lambda pk: actor_for(Account.objects.get(pk=pk))])


def actor_for(account) -> Actor:
    grants = {"kernel.import": (Grant(access.OWN),), "test.bring": (Grant(access.ALL),)}
    return Actor(account_id=account.pk, name="测试员", grants=grants)


@pytest.fixture
def account(db):
    return Account.objects.create_user("bringer", "河东-Pass-2026")


@pytest.fixture
def actor(account):
    return actor_for(account)


def book(*rows) -> bytes:
    return sheets.write_table(COLUMNS, [list(row) + [None] * (3 - len(row)) for row in rows])


GOOD = [("甲", 1), ("乙", 2, date(2026, 1, 5)), ("丙", 3)]


def read(actor, content, name="东西.xlsx", parameters=None):
    run = importing.receive(actor, "things", content, name, parameters or {})
    jobs.run_waiting()
    run.refresh_from_db()
    return run


def confirm(actor, run):
    importing.confirm(actor, run)
    jobs.run_waiting()
    run.refresh_from_db()
    return run


# -- in one go --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_sound_sheet_is_brought_in_and_noted_once():
    report = importing.bring_in(SYSTEM, "things", book(*GOOD), {}, file_name="东西.xlsx")
    assert {k: report[k] for k in importing.COUNTS} == {"rows_read": 3, "creates": 3, "updates": 0, "unchanged": 0}
    assert report["result"] == {"made": 3}
    assert dict(Counter.objects.values_list("name", "value")) == {"甲": 1, "乙": 2, "丙": 3}
    entry = AuditEntry.objects.get(verb="kernel.import")
    assert entry.title == "东西 东西.xlsx" and entry.after["creates"] == 3


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing_and_is_not_noted_again():
    for _n in range(2):
        report = importing.bring_in(SYSTEM, "things", book(*GOOD), {})
    assert (report["creates"], report["updates"], report["unchanged"]) == (0, 0, 3)
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("bad", [("坏", 1), ("丁", "很多"), ("", 4), ("戊", -1)])
def test_one_wrong_row_keeps_everything_out_and_is_named(bad):
    with pytest.raises(ImportRefused) as refused:
        importing.bring_in(SYSTEM, "things", book(*GOOD, bad), {})
    assert [problem.row for problem in refused.value.problems] == [5]
    assert not Counter.objects.exists() and not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("value", [555, 666])
def test_an_error_in_the_middle_of_applying_leaves_nothing(value):
    with pytest.raises((RuntimeError, Refusal)):
        importing.bring_in(SYSTEM, "things", book(*GOOD, ("丁", value)), {})
    assert not Counter.objects.exists() and not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_what_looks_like_something_known_stays_apart_until_a_person_joins_it():
    importing.bring_in(SYSTEM, "things", book(("诚信", 1)), {})
    asked = importing.preview(SYSTEM, "things", book(("诚信化", 2)), {})
    assert [question.key for question in asked.questions] == ["join:诚信:诚信化"] and asked.creates == 1
    assert importing.preview(SYSTEM, "things", book(("诚信化", 2)), {"answers": {"join:诚信:诚信化": "join"}}).updates == 1
    assert importing.preview(SYSTEM, "things", book(("诚信化", 2)), {"join:诚信:诚信化": "join"}).updates == 1


@pytest.mark.django_db
def test_the_report_is_plain_data_whatever_an_importer_puts_in():
    report = importing.preview(SYSTEM, "things", book(*GOOD), {}).report()
    assert report["facts"]["day"] == "2026-01-05" and report["facts"]["share"] == "0.5"
    assert report["sample"][1]["day"] == "2026-01-05"


@pytest.mark.django_db
def test_columns_that_nobody_reads_are_said_so():
    content = sheets.write_table([*COLUMNS, Column("x", "心情")], [["甲", 1, None, "好"]])
    assert importing.preview(SYSTEM, "things", content, {}).warnings == ["以下各列不读取：心情（D）。"]


@pytest.mark.django_db
def test_more_problems_than_are_listed_are_counted():
    content = book(*[(f"名{n}", "不是数") for n in range(1_203)])
    report = importing.preview(SYSTEM, "things", content, {}).report()
    assert report["problem_count"] == 1_203 and len(report["problems"]) == importing.KEPT


@pytest.mark.django_db
def test_a_kind_that_is_not_and_a_post_that_may_not_are_refused(account):
    with pytest.raises(Refusal) as refused:
        importing.preview(SYSTEM, "no-such", b"", {})
    assert refused.value.status == 404
    for who in (NOBODY, Actor(account_id=account.pk, grants={"kernel.import": (Grant(access.OWN),)})):
        with pytest.raises(Denied):
            importing.preview(who, "things", book(*GOOD), {})
        with pytest.raises(Denied):
            importing.receive(who, "things", book(*GOOD), "a.xlsx", {})
    assert not ImportRun.objects.exists()


# -- by way of the page -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_sheet_is_shown_then_applied(actor):
    run = read(actor, book(*GOOD))
    assert run.state == State.READY and run.report["creates"] == 3
    assert not Counter.objects.exists()
    run = confirm(actor, run)
    assert run.state == State.APPLIED and run.applied_at and run.report["result"] == {"made": 3}
    assert Counter.objects.count() == 3
    assert run.job.result_url == run.get_absolute_url()


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_apply_once(actor):
    run = read(actor, book(*GOOD))
    importing.confirm(actor, run)
    importing.confirm(actor, run)
    assert jobs.run_waiting() == 1
    importing.confirm(actor, run)
    assert jobs.run_waiting() == 0
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_twice_in_a_moment_is_one_run_and_later_a_new_one(actor):
    content = book(*GOOD)
    first = importing.receive(actor, "things", content, "东西.xlsx", {"round": "一"})
    again = importing.receive(actor, "things", content, "东西.xlsx", {"round": "一"})
    other = importing.receive(actor, "things", content, "东西.xlsx", {"round": "二"})
    assert first.pk == again.pk != other.pk
    assert Job.objects.count() == 2
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert importing.receive(actor, "things", content, "东西.xlsx", {"round": "一"}).pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_a_sheet_with_problems_cannot_be_confirmed(actor):
    run = read(actor, book(*GOOD, ("坏", 1)))
    assert run.state == State.REFUSED and run.report["problem_count"] == 1
    run = confirm(actor, run)
    assert run.state == State.REFUSED and not Counter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_no_sheet_is_refused_in_words(actor):
    run = read(actor, "只是文字".encode())
    assert run.state == State.REFUSED and "文本文件" in run.report["refusal"]
    assert run.job.state == Job.State.DONE


@pytest.mark.django_db(transaction=True)
def test_answers_are_kept_and_the_sheet_is_read_again(actor):
    run = read(actor, book(("诚信", 1), ("诚信化", 2)))
    assert run.report["creates"] == 2
    importing.answer(actor, run, {"join:诚信:诚信化": "join"})
    jobs.run_waiting()
    run.refresh_from_db()
    assert run.parameters["answers"] == {"join:诚信:诚信化": "join"}
    confirm(actor, run)
    assert dict(Counter.objects.values_list("name", "value")) == {"诚信": 2}


@pytest.mark.django_db(transaction=True)
def test_answers_for_a_sheet_that_was_applied_or_is_being_read_do_nothing(actor):
    run = importing.receive(actor, "things", book(*GOOD), "a.xlsx", {})
    importing.answer(actor, run, {"a:b": "c"})
    assert Job.objects.count() == 1
    jobs.run_waiting()
    run.refresh_from_db()
    confirm(actor, run)
    assert importing.answer(actor, run, {"a:b": "c"}).state == State.APPLIED
    assert jobs.run_waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_what_changed_meanwhile_is_shown_again_before_it_is_applied(actor):
    run = read(actor, book(*GOOD))
    Counter.objects.create(name="甲", value=9)
    run = confirm(actor, run)
    assert run.state == State.READY and run.report["changed_since"]
    assert (run.report["creates"], run.report["updates"]) == (2, 1)
    assert Counter.objects.get(name="甲").value == 9 and Counter.objects.count() == 1
    assert confirm(actor, run).state == State.APPLIED
    assert Counter.objects.get(name="甲").value == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["import.preview", "import.apply"])
def test_a_worker_that_was_killed_at_work_is_followed_by_one_that_ends_the_same(actor, kind):
    run = importing.receive(actor, "things", book(*GOOD), "a.xlsx", {})
    if kind == "import.apply":
        jobs.run_waiting()
        run = importing.confirm(actor, run)
    job = jobs._claim("killed")
    assert job.kind == kind and jobs.run_waiting() == 0
    with clock.at(clock.now() + jobs.LEASE * 2):
        assert jobs.put_back_lost() == 1
        jobs.run_waiting()
    run.refresh_from_db()
    assert run.state == (State.READY if kind == "import.preview" else State.APPLIED)
    assert Counter.objects.count() == (0 if kind == "import.preview" else 3)
    assert AuditEntry.objects.count() == (0 if kind == "import.preview" else 1)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_was_only_slow_does_not_apply_a_second_time(actor):
    run = read(actor, book(*GOOD))
    run = importing.confirm(actor, run)
    slow = jobs._claim("slow")
    Job.objects.filter(pk=slow.pk).update(state=Job.State.QUEUED, worker="")
    jobs.run_waiting()
    jobs.run_one(slow)
    run.refresh_from_db()
    assert run.state == State.APPLIED and AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_apply_that_breaks_stores_nothing_and_can_be_read_again(actor):
    run = confirm(actor, read(actor, book(*GOOD, ("丁", 666))))
    assert run.job.state == Job.State.FAILED and importing.interrupted(run)
    assert not Counter.objects.exists() and not AuditEntry.objects.exists()
    importing.answer(actor, run, {})
    jobs.run_waiting()
    run.refresh_from_db()
    assert run.state == State.READY


@pytest.mark.django_db(transaction=True)
def test_an_apply_that_is_refused_says_why(actor):
    run = confirm(actor, read(actor, book(*GOOD, ("丁", 555))))
    assert run.state == State.FAILED and run.report == {"refusal": "第五行不能保存"}
    assert not Counter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_stopped_job_leaves_an_interrupted_sheet(actor):
    run = importing.receive(actor, "things", book(*GOOD), "a.xlsx", {})
    jobs.cancel(run.job)
    assert jobs.run_waiting() == 0
    assert importing.interrupted(ImportRun.objects.get(pk=run.pk))


@pytest.mark.django_db(transaction=True)
def test_an_old_job_that_is_run_again_does_not_undo_what_came_after(actor):
    run = read(actor, book(*GOOD))
    old = run.job
    confirm(actor, run)
    Job.objects.filter(pk=old.pk).update(state=Job.State.QUEUED)
    jobs.run_waiting()
    run.refresh_from_db()
    assert run.state == State.APPLIED
    assert Job.objects.get(pk=old.pk).result == {"superseded": True}


@pytest.mark.django_db(transaction=True)
def test_rights_are_those_of_the_moment_when_the_job_runs(actor, monkeypatch):
    run = importing.receive(actor, "things", book(*GOOD), "a.xlsx", {})
    monkeypatch.setattr(importing, "ACTOR_BUILDERS", [lambda pk: NOBODY])
    jobs.run_waiting()
    run.refresh_from_db()
    assert run.state == State.REFUSED and not Counter.objects.exists()


@pytest.mark.django_db
def test_a_run_of_somebody_else_is_nobodys(actor):
    run = importing.receive(actor, "things", book(*GOOD), "a.xlsx", {})
    stranger = actor_for(Account.objects.create_user("stranger", "河东-Pass-2026"))
    for verb in (importing.confirm, lambda who, run: importing.answer(who, run, {})):
        with pytest.raises(Missing):
            verb(stranger, run)
