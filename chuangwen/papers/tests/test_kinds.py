"""Every kind of paper: drafted from the records, laid out, its figures open their rows, valid for Word."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from openxml_audit import OpenXmlValidator

from chuangwen.cases.models import Case
from chuangwen.kernel import clock
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.papers import actions, making
from chuangwen.papers.composing import KINDS
from chuangwen.papers.figures import QUERIES
from chuangwen.papers.layout import Heading, Para
from chuangwen.papers.models import Kind, Paper
from chuangwen.papers.periods import Period
from chuangwen.papers.tests.life import draft, signed, some_cases, this_week
from chuangwen.scoring.appraisal.actions import decide_consequence
from chuangwen.scoring.models import Appraisal, AppraisalRow, AppraisalScheme, Consequence


def words(docx: bytes) -> str:
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return "".join(etree.fromstring(package.read("word/document.xml")).itertext())


def valid(docx: bytes, tmp_path) -> list[str]:
    """What Word would find wrong with the file."""
    path = tmp_path / "paper.docx"
    path.write_bytes(docx)
    result = OpenXmlValidator().validate(path)
    return [f"{error.part_uri if hasattr(error, 'part_uri') else ''} {error.description}" for error in result.errors]


def test_there_is_a_description_for_every_kind_and_no_other():
    assert set(KINDS) == set(Kind.values)
    for kind in KINDS.values():
        assert set(kind.queries) <= set(QUERIES), kind.kind


@pytest.mark.parametrize("kind", Kind.values)
def test_each_kind_is_drafted_signed_and_valid_for_word(town, kind, tmp_path):
    some_cases(town, 6)
    paper = draft(town, kind)
    assert paper.state == Paper.State.DRAFT and paper.title
    before = actions.docx_of(town.actors["clerk"], paper_id=paper.pk)
    assert valid(before, tmp_path) == []
    done = signed(town, paper)
    file = actions.docx_of(town.actors["clerk"], paper_id=paper.pk)
    assert valid(file, tmp_path) == []
    text = words(file)
    if KINDS[kind].issues:
        assert f"第{done.issue}期（总第{done.total_issue}期）" in text and done.number.endswith("1期")
    else:
        assert done.number in text and done.number.endswith(f"〔{clock.today().year}〕1号")


def test_a_talk_that_follows_from_an_appraisal_is_drafted_as_a_notice_once_it_is_confirmed(town):
    some_cases(town, 4, late=2)
    unit = Case.objects.filter(urgency="overdue").values_list("lead_unit", flat=True).first()
    day = clock.today()
    scheme = AppraisalScheme.objects.create(name="周红黑榜", period="week", body={}, created_at=clock.now())
    result = Appraisal.objects.create(
        division=town.street, scheme=scheme, period="week", starts_on=day - timedelta(days=7), ends_on=day, label="2026年第48周",
        state="published", computed_at=clock.now(), opened_at=clock.now(), objections_until=clock.now(), signed_at=clock.now(),
    )  # fmt: skip
    for kind, drafted in (("praise", 0), ("talk", 1)):
        Consequence.objects.all().delete()
        follows = Consequence.objects.create(appraisal=result, unit_id=unit, kind=kind, grounds="黑榜：2026年第47周、2026年第48周")
        assert Paper.objects.count() == 0
        decide_consequence(town.actors["leader"], consequence_id=follows.pk, confirmed=True)
        assert Paper.objects.filter(kind=Kind.TALK_NOTICE, unit=unit, state=Paper.State.DRAFT).count() == drafted
    text = words(actions.docx_of(town.actors["clerk"], paper_id=Paper.objects.get().pk))
    assert "《周红黑榜》" in text and "2026年第47周、2026年第48周" in text


def test_a_criticism_by_name_is_drafted_as_an_express_and_the_two_show_each_other(town, sign_in):
    some_cases(town, 4, late=2)
    day, unit = clock.today(), town.units["department"]
    scheme = AppraisalScheme.objects.create(name="周红黑榜", period="week", body={}, created_at=clock.now())
    result = Appraisal.objects.create(
        division=town.street, scheme=scheme, period="week", starts_on=day - timedelta(days=7), ends_on=day, label="2026年第48周",
        state="published", computed_at=clock.now(), opened_at=clock.now(), objections_until=clock.now(), signed_at=clock.now(),
    )  # fmt: skip
    follows = Consequence.objects.create(
        appraisal=result, unit=unit, kind="notice", words="限期书面说明", grounds="黑榜：2026年第46周、2026年第48周"
    )
    decide_consequence(town.actors["leader"], consequence_id=follows.pk, confirmed=True)
    paper = Paper.objects.get(consequence=follows)
    assert (paper.kind, paper.state, paper.period_from, paper.period_to) == (Kind.EXPRESS, "draft", result.starts_on, result.ends_on)
    text = words(actions.docx_of(town.actors["clerk"], paper_id=paper.pk))
    assert unit.name in text and "通报批评" in text and "2026年第46周" in text and "限期书面说明" in text
    clerk, there = sign_in("clerk"), f"/scoring/appraisals/consequences/{follows.pk}/"
    assert f"/papers/{paper.pk}/" in clerk.get(there).content.decode()
    assert there in clerk.get(f"/papers/{paper.pk}/").content.decode()


def test_each_figure_of_a_period_opens_as_many_rows_as_it_says(town, sign_in):
    """The list behind the address counts what the paper says; so does the query that the paper names."""
    from django.urls import resolve

    some_cases(town, 5, late=2)
    paper = draft(town, "bulletin", period=this_week())
    clerk = sign_in("clerk")
    checked = 0
    for figure in paper.figures:
        if not figure["query"].startswith("cases.") or "÷" in figure["query"]:
            continue
        page = clerk.get(figure["rows"])
        assert page.status_code == 200 and resolve(figure["rows"].split("?")[0]).view_name == "cases:list"
        assert page.context["rows"].count == figure["counted"] == int(figure["value"]), figure
        checked += 1
    assert checked >= 8


def test_the_work_report_says_what_was_done_what_is_wrong_what_comes_and_what_is_proposed(town):
    some_cases(town, 5)
    content = {
        "doings": ["强化组织领导。成立领导小组。"],
        "problems": ["停车位不足。"],
        "proposals": ["建议增加停车位。"],
        "signatory": "张三",
    }
    paper = draft(town, "work_report", content=content)
    text = words(actions.docx_of(town.actors["clerk"], paper_id=paper.pk))
    places = [text.index(word) for word in ("一、主要工作及成效", "二、存在的主要问题", "三、下一步工作打算", "四、相关建议")]
    assert places == sorted(places)
    assert "（一）强化组织领导。" in text and "签发人：" in text and "张三" in text


def test_an_order_about_what_is_late_is_refused_where_nothing_is_late(town):
    some_cases(town, 2, late=0)
    for kind in ("supervision", "hq_order", "talk_notice"):
        with pytest.raises(Refusal) as refused:
            draft(town, kind)
        assert "城管局" in str(refused.value)


def test_a_notice_is_about_the_cases_that_were_chosen(town):
    cases = some_cases(town, 4)
    paper = draft(town, "rectification", cases=[cases[2].pk])
    text = words(actions.docx_of(town.actors["clerk"], paper_id=paper.pk))
    assert cases[2].number in text and cases[1].number not in text
    assert paper.figures[0]["value"] == "1"
    with pytest.raises(Refusal):
        draft(town, "rectification", cases=[10**9])


def test_no_person_is_ranked_in_the_annual_appraisal(town):
    some_cases(town, 6)
    made = making.make(draft(town, "annual_appraisal"), making.office_for(town.street))
    printed = " ".join(
        part.text if isinstance(part, Heading) else str(part) for part in made.layout.body if isinstance(part, Heading | Para)
    )
    assert not any(account.person and account.person.name in printed for account in town.accounts.values())


def test_the_command_line_prints_any_kind_over_any_period(town):
    some_cases(town, 3)
    for kind in ("bulletin", "work_report", "briefing", "express", "annual_appraisal"):
        data = actions.print_paper(town.actors["clerk"], kind=kind, period="month")
        assert data[:2] == b"PK"
    with pytest.raises(Refusal):
        actions.print_paper(town.actors["clerk"], kind="bulletin")
    with pytest.raises(Refusal):
        actions.print_paper(town.actors["clerk"], kind="bulletin", period="soon")
    with pytest.raises(Refusal):
        actions.print_paper(town.actors["clerk"], kind="nonsense", period="week")


@pytest.mark.parametrize("kind", ["sponsorship", "operation", "meeting_minutes"])
def test_a_paper_about_a_plan_an_operation_or_a_meeting_is_printed_by_its_name(town, kind):
    kept = draft(town, kind)
    named = kept.plan or kept.operation or kept.meeting
    assert named is not None
    name = named.title if kind == "meeting_minutes" else named.name
    for about in (None, name):
        assert actions.print_paper(town.actors["clerk"], kind=kind, about=about)[:2] == b"PK"
    with pytest.raises(Missing):
        actions.print_paper(town.actors["clerk"], kind=kind, about="没有这个")


def test_the_command_names_every_kind():
    from chuangwen.commands.data import PAPERS

    assert set(PAPERS) == set(KINDS)


def test_a_period_of_other_days_is_compared_with_as_many_days_before():
    today = clock.today()
    assert Period(today - timedelta(days=2), today).before() == Period(today - timedelta(days=5), today - timedelta(days=3))


def test_the_annual_appraisal_prints_what_was_signed_for_its_period(town):
    clerk = town.actors["clerk"]
    unit, other, few = town.units["department"], town.units["department2"], town.units["community"]
    paper = draft(town, "annual_appraisal")
    scheme = AppraisalScheme.objects.create(name="考核办法", period="year", body={}, created_at=clock.now())
    facts = {"division": town.street, "scheme": scheme, "period": "year", "starts_on": paper.period_from, "ends_on": paper.period_to}
    result = Appraisal.objects.create(
        **facts, label="本年", state="signed", computed_at=clock.now(), signed_at=clock.now(), input_digest="-", file_key="-"
    )
    told = {"group": "职能部门", "ranked": 2, "counted": 9, "read": 10}
    rows = [(unit, "96.5", 1, "red"), (other, "80", 2, ""), (few, None, None, "")]
    for order, (one, score, rank, mark) in enumerate(rows):
        AppraisalRow.objects.create(
            appraisal=result, unit=one, name=one.name, order=order, score=score, rank=rank, mark=mark, best=rank and 1, worst=rank and 2, **told
        )
    again = draft(town, "annual_appraisal")
    text = words(actions.docx_of(clerk, paper_id=again.pk))
    assert "《考核办法》（第1版）" in text and "96.50" in text and "红榜" in text and "1～2" in text
    assert f"不参加比较的单位：{few.name}" in text
    opened = {figure["value"]: figure["rows"] for figure in again.figures}
    assert opened["96.50"] == reverse("scoring:appraisal-row", args=[result.rows.get(rank=1).pk])
    assert opened["2"] == reverse("scoring:appraisal", args=[result.pk])
