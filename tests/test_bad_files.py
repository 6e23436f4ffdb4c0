"""Whatever file is sent: a sentence in Chinese that says what is wrong and where, and nothing stored."""

import re
import sys
from datetime import date
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from chuangwen import commands
from chuangwen.duties.inspection_days import actions as inspections
from chuangwen.duties.inspection_days.models import Inspection
from chuangwen.duties.operations.models import Operation
from chuangwen.duties.operations.tests.ground import running
from chuangwen.duties.partnership.tests.ground import running as met_pair
from chuangwen.duties.rosters.models import RosterGround
from chuangwen.duties.sponsorship.models import SponsorshipPlan
from chuangwen.duties.sponsorship.tests.ground import make_plan
from chuangwen.kernel import importing, jobs
from chuangwen.kernel.chinese import to_traditional
from chuangwen.kernel.importing import IMPORTERS, preview
from chuangwen.kernel.models import ImportRun
from chuangwen.kernel.sheets import SheetError
from chuangwen.ledger.models import Metric
from chuangwen.volunteers.corps.tests.standing import make_team
from tests.bad_files import CHINESE, bomb, long_workbook, rows_of_ours, with_macros, workbook
from tests.parts import brought as brought_by_parts
from tests.parts import standing

GOOD: dict[str, dict[str, object]] = {
    "divisions": {"code": "440902003009", "name": "新村社区"},
    "grids": {"code": "WG-901", "name": "第9网格", "town": "河东街道", "village": "第1社区"},
    "sites": {"name": "新村农贸市场", "type": "农贸市场", "town": "河东街道", "village": "第1社区", "households": "86"},
    "units": {
        "name": "综合执法队",
        "kind": "成员单位",
        "division": "河东街道",
        "liaison": "李示例",
        "liaison_phone": "19900000002",
    },
    "standard": {
        "section": "公共环境",
        "indicator": "公共服务",
        "requirement": "厕所管理",
        "criterion": "厕所干净",
        "full_marks": "2",
    },
    "observations": {
        "serial": "A1",
        "indicator": "公共服务1",
        "site": "主干道1",
        "loss": "0.2",
        "area": "河东街道",
        "unit2": "城管局",
    },
    "cases": {"town": "河东街道", "village": "第1社区", "site": "主次干道1", "description": "墙面有小广告", "due": "2026-11-27"},
    "facts": {"day": "2026-11-20", "metric": "悬挂横幅", "quantity": "12", "village": "第1社区"},
    "hotline": {"reference": "RX1", "description": "路灯不亮", "village": "第1社区", "wanted_by": "2026-11-27"},
    "sponsorship_sponsors": {"name": "综合执法队", "kind": "站所", "staff": "28", "capacity": "2"},
    "sponsorship_places": {"name": "新村社区", "need": "3200", "most": "3"},
    "sponsorship_wishes": {"sponsor": "部门1", "place": "第1社区", "kind": "不得结对"},
    "roster_posts": {"name": "站前路口", "shifts": "早高峰 07:30-09:00 2人", "kind": "固定岗"},
    "roster_people": {"unit": "城管局", "name": "示例一"},
    "inspection_assignments": {"place": "第1社区", "unit": "城管局", "people": "6", "day": "2026-11-27"},
    "duties": {"name": "入户宣传", "shape": "每月", "times": "2", "proofs": "登记一次", "starts_on": "2026-12-01"},
    "operation_segments": {"name": "站前广场东侧", "unit": "城管局", "order": "2"},
    "partnerships": {"unit": "城管局", "village": "第1社区", "aim": "书香村", "paired_on": "2026-11-02"},
    "partner_inputs": {
        "name": "更换宣传栏", "kind": "物资", "quantity": "14", "measure": "块", "day": "2026-11-20", "village": "第2社区", "unit": "城管局",
    },
    "works": {"name": "后街路面", "unit": "城管局", "village": "第1社区", "planned_start": "2026-12-01", "planned_end": "2027-01-20"},
} | {kind: good for kind, (good, _wrong) in brought_by_parts("SHEETS").items()}
"""A sound row of each kind, by the keys of its columns."""
WRONG: dict[str, dict[str, object]] = {
    "divisions": {"code": "四四零九"},
    "grids": {"village": "没有这个社区"},
    "sites": {"households": "很多户"},
    "units": {"liaison_phone": "打单位电话"},
    "standard": {"full_marks": "两分多"},
    "observations": {"loss": "扣很多"},
    "cases": {"reported_at": "2026年13月45日"},
    "facts": {"quantity": "许多"},
    "hotline": {"called_at": "2026年13月45日"},
    "sponsorship_sponsors": {"staff": "二十多"},
    "sponsorship_places": {"need": "很多户"},
    "sponsorship_wishes": {"kind": "随便"},
    "roster_posts": {"kind": "随便"},
    "roster_people": {"most_per_week": "很多"},
    "inspection_assignments": {"people": "许多"},
    "duties": {"shape": "随便"},
    "operation_segments": {"unit": "没有这个单位"},
    "partnerships": {"unit": "没有这个单位"},
    "partner_inputs": {"quantity": "很多"},
    "works": {"budget": "很多钱"},
} | {kind: wrong for kind, (_good, wrong) in brought_by_parts("SHEETS").items()}
"""What cannot be understood in one cell of it."""
PARAMETERS = {"observations": {"round": "新一轮"}, "standard": {"edition": "新版"}}
OF_A_PLAN = {"sponsorship_sponsors", "sponsorship_places", "sponsorship_wishes"}
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(ord("0"), ord("9") + 1)})


def parameters(kind: str) -> dict[str, object]:
    """What is said beside the file."""
    if kind == "operation_segments":
        return {"operation": str(Operation.objects.get(state=Operation.State.RUNNING).pk)}
    if kind == "inspection_assignments":
        return {"inspection": str(Inspection.objects.get(state=Inspection.State.ON).pk)}
    if kind == "roster_posts":
        return {"ground": str(RosterGround.objects.get().pk)}
    return {"plan": str(SponsorshipPlan.objects.get().pk)} if kind in OF_A_PLAN else dict(PARAMETERS.get(kind, {}))


def titles(kind: str) -> dict[str, str]:
    with translation.override("zh-hans"):
        return {column.key: str(column.title) for column in IMPORTERS[kind].columns}


def sheet(kind: str, *rows: dict[str, object], change=lambda value: value) -> bytes:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    names = titles(kind)
    return workbook([change(names[key]) for key in keys], [[change(row.get(key)) for key in keys] for row in rows])


def failing(kind: str) -> dict[str, bytes]:
    """Files that must be refused, by what they are."""
    row = GOOD[kind]
    required = next((c.key for c in IMPORTERS[kind].columns if c.required and c.key in row), next(iter(row)))
    return {
        "text.xlsx": "点位名称,类型\n新村农贸市场,农贸市场\n".encode("gb18030")
        if not IMPORTERS[kind].csv
        else b"\xff\xfe\x00\x01" * 40,
        "empty.xlsx": b"",
        "macros.xlsx": with_macros(sheet(kind, row)),
        "wrong.xlsx": workbook(["姓名", "工资", "奖金"], [["张示例", 1, 2]]),
        "error.xlsx": sheet(kind, row, row | {required: "=1/0"}),
        "cell.xlsx": sheet(kind, row, row | WRONG[kind]),
    }


KINDS = sorted(kind for kind, importer in IMPORTERS.items() if importer.read is None)
"""Those with columns of ours; sheets with titles of their own are walked in the ledger's tests."""


@pytest.fixture(autouse=True)
def _beside(town):
    """What the sheet of facts counts, and the plan that sheets of sponsors, places and wishes belong to."""
    Metric.objects.create(code="banners", name="悬挂横幅", group="宣传氛围", measure="条")
    make_plan(town)
    RosterGround.objects.create(name="站前广场", division=town.street)
    running(town)
    met_pair(town, place=1, paired_on=date(2026, 11, 2))
    day = date(2026, 11, 27)
    expected = inspections.prepare_inspection(town.actors["clerk"], name="测评", division=town.street, first=day, last=day)
    inspections.start_inspection(town.actors["clerk"], inspection_id=expected.pk)
    make_team(town.communities[0], town.units["community"], "邻里服务队")
    for part in standing():
        getattr(part, "beside", lambda _town: None)(town)


@pytest.fixture
def clerk(town, sign_in) -> Client:
    return sign_in("clerk")


def test_every_kind_of_sheet_has_a_sound_and_a_wrong_row_here():
    assert set(KINDS) == set(GOOD) == set(WRONG)


def brought(client: Client, kind: str, name: str, content: bytes) -> tuple[int, str, ImportRun | None]:
    """Bring a file through the page and have it read: status, words of the page, and the run where there is one."""
    data = {"file": SimpleUploadedFile(name, content)} | {f"p_{key}": value for key, value in parameters(kind).items()}
    answer = client.post(reverse("import-kind", kwargs={"kind": kind}), data)
    if answer.status_code != 302:
        return answer.status_code, answer.content.decode(), None
    jobs.run_waiting()
    page = client.get(answer.headers["Location"])
    return page.status_code, page.content.decode(), ImportRun.objects.latest("pk")


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_sheet_through_the_page_is_answered_in_words_and_stores_nothing(clerk, kind):
    before = rows_of_ours()
    for name, content in failing(kind).items():
        status, words, run = brought(clerk, kind, name, content)
        assert status in (200, 422) and CHINESE.search(words), name
        if run is not None:
            assert run.state == ImportRun.State.REFUSED, (name, run.report)
            clerk.post(reverse("import-confirm", args=[run.pk]))
            jobs.run_waiting()
            told = run.report.get("refusal") or run.report["problems"]
            assert told, name
            if name in ("error.xlsx", "cell.xlsx"):
                assert {one["row"] for one in told} == {3} and all(CHINESE.search(one["message"]) for one in told), (name, told)
    assert rows_of_ours() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_sheet_on_the_command_line_ends_with_one_a_sentence_with_the_row_and_nothing_stored(
    town, kind, tmp_path, monkeypatch, capsys
):
    settings = [f"{key}={value}" for key, value in parameters(kind).items()]
    before = rows_of_ours()
    for name, content in failing(kind).items():
        file = tmp_path / name
        file.write_bytes(content)
        words = ["chuangwen", "import", kind, str(file), *(part for one in settings for part in ("--set", one))]
        monkeypatch.setattr(sys, "argv", words)
        assert commands.main() == 1, name
        said = capsys.readouterr().err
        assert CHINESE.search(said) and "Traceback" not in said, (name, said)
        if name in ("error.xlsx", "cell.xlsx"):
            assert re.search(r"第\s*3\s*行|[A-Z]3", said), (name, said)
    assert rows_of_ours() == before


def test_a_bomb_is_refused_by_every_kind_without_unpacking_it(town):
    before, content = rows_of_ours(), bomb()
    for kind in KINDS:
        with translation.override("zh-hans"), pytest.raises(SheetError) as refused:
            preview(town.actors["clerk"], kind, content, parameters(kind))
        assert CHINESE.search(str(refused.value)), kind
    assert rows_of_ours() == before


def test_two_hundred_thousand_and_one_rows_are_refused_with_the_number_that_is_taken(town):
    names, row = titles("divisions"), GOOD["divisions"]
    content = long_workbook([names[key] for key in row], [*row.values()])
    with translation.override("zh-hans"), pytest.raises(SheetError) as refused:
        preview(town.actors["clerk"], "divisions", content, {})
    assert "200000" in str(refused.value).replace(" ", "") and CHINESE.search(str(refused.value))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_by_the_one_reader_that_counts_the_rows(town, kind, monkeypatch):
    monkeypatch.setattr(importing, "read_sheet", partial(importing.read_sheet, max_rows=2))
    with pytest.raises(SheetError) as refused:
        preview(town.actors["clerk"], kind, sheet(kind, *[GOOD[kind]] * 3), parameters(kind))
    assert refused.value.code == "sheets.too_many_rows"


def told(town, kind: str, content: bytes) -> tuple[int, int, int, set[int]]:
    plan = preview(town.actors["clerk"], kind, content, parameters(kind))
    return plan.rows_read, plan.creates, plan.updates, {problem.row for problem in plan.problems}


@pytest.mark.parametrize("kind", KINDS)
def test_full_width_digits_traditional_characters_and_dates_as_text_are_understood_as_the_plain_sheet(town, kind):
    plain = told(town, kind, sheet(kind, GOOD[kind]))
    assert plain[0] == 1 and plain[3] == set(), "the sound row is sound"
    wide = {key: value.translate(FULL_WIDTH) if isinstance(value, str) else value for key, value in GOOD[kind].items()}
    assert told(town, kind, sheet(kind, wide)) == plain
    assert told(town, kind, sheet(kind, GOOD[kind], change=lambda v: to_traditional(v) if isinstance(v, str) else v)) == plain
    dated = [c.key for c in IMPORTERS[kind].columns if c.kind in ("date", "datetime") or c.key == "due"]
    dated = [key for key in dated if key != "born_on"]  # who is so young needs a guardian
    last = max((str(GOOD[kind][key]) for key in dated if key in GOOD[kind]), default="2026-11-27")
    for form in ("%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d", "wide"):
        days = {key: date.fromisoformat(str(GOOD[kind].get(key, last))) for key in dated}
        written = {key: str(day).replace("2", "２") if form == "wide" else day.strftime(form) for key, day in days.items()}
        if dated:
            assert told(town, kind, sheet(kind, GOOD[kind] | written)) == plain, form
