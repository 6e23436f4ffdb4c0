"""Papers: drafted from a round, numbered without gaps, kept for good, each figure with its source."""

import io
import zipfile

import pytest
from django.urls import reverse

from chuangwen.fieldwork.models import Observation
from chuangwen.kernel import files, importing, jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.papers import actions, queries
from chuangwen.papers.layout import Table
from chuangwen.papers.making import make, office_for
from chuangwen.papers.models import IssuingOffice, Paper
from chuangwen.papers.tests.life import signed
from chuangwen.scoring import actions as scoring
from chuangwen.scoring.install import install_schemes
from chuangwen.scoring.models import ScoreRow
from chuangwen.testing.factories import make_division, make_town
from chuangwen.testing.sheets import workbook
from chuangwen.testing.threads import at_once


def words(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return package.read("word/document.xml").decode()


@pytest.fixture
def round_of_town(town):
    install_schemes()
    rows = [
        ["1", "公共服务1", "主干道1", None, None, town.street.name, "城管局", None],
        ["2", "公共服务1", "主干道2", 0.2, None, town.street.name, "城管局", None],
        ["3", "公共服务2", "社区1", 1, None, town.street.name, "市场监督局", None],
    ]
    importing.bring_in(town.actors["clerk"], "observations", workbook(rows), {"round": "十一月测评"}, file_name="r.xlsx")
    scoring.compute_round(town.actors["clerk"], round_name="十一月测评")
    return Observation.objects.first().round


def test_a_bulletin_says_what_the_scores_say_and_names_the_query_of_each_figure(town, round_of_town):
    paper = actions.draft_paper(town.actors["clerk"], kind="bulletin", round=round_of_town)
    text = words(actions.docx_of(town.actors["clerk"], paper_id=paper.pk))
    assert "十一月测评" in text and "城管局" in text and "数据来源" in text
    by_key = {f["key"]: f for f in paper.figures}
    assert by_key["sites"]["value"] == "3" and by_key["losses"]["value"] == "2"
    assert by_key["index_got"]["query"] == "scoring.index"
    assert (by_key["read"]["counted"], by_key["read"]["read"]) == (3, 3)


def test_units_of_different_peer_groups_stand_in_tables_of_their_own(town, round_of_town):
    for name, group in (("城管局", "执法部门"), ("市场监督局", "监管部门")):
        assert ScoreRow.objects.filter(level="department", name=name).update(peer_group=group)
    paper = actions.draft_paper(town.actors["clerk"], kind="bulletin", round=round_of_town)
    tables = [part.caption for part in make(paper, office_for(town.street)).layout.body if isinstance(part, Table)]
    assert {"各责任单位得分（执法部门）", "各责任单位得分（监管部门）"} <= set(tables)


def test_an_issued_paper_has_a_number_and_never_changes(town, round_of_town):
    paper = actions.draft_paper(town.actors["clerk"], kind="bulletin", round=round_of_town)
    issued = signed(town, paper)
    assert issued.number.endswith(f"〔{issued.paper_date.year}〕1号")
    before = actions.docx_of(town.actors["clerk"], paper_id=paper.pk)
    assert issued.number in words(before)
    Observation.objects.update(loss="0.3")
    assert actions.docx_of(town.actors["clerk"], paper_id=paper.pk) == before
    assert actions.sign_paper(town.actors["leader"], paper_id=paper.pk).number == issued.number
    for change in (
        lambda: actions.change_draft(town.actors["clerk"], paper_id=paper.pk, content={"title": "别的"}),
        lambda: actions.discard_draft(town.actors["clerk"], paper_id=paper.pk),
    ):
        with pytest.raises(Conflict):
            change()


def test_numbers_run_without_gaps_and_a_discarded_draft_takes_none(town, round_of_town):
    clerk = town.actors["clerk"]
    papers = [actions.draft_paper(clerk, kind="bulletin", round=round_of_town) for _n in range(3)]
    actions.discard_draft(clerk, paper_id=papers[0].pk)
    numbers = [signed(town, paper).number for paper in papers[1:]]
    assert [n.split("〕")[1] for n in numbers] == ["1号", "2号"]


def test_parallel_issuing_gives_each_number_once(shared_database):
    town = make_town()
    install_schemes()
    rows = [["1", "公共服务1", "主干道1", 0.2, None, town.street.name, "城管局", None]]
    importing.bring_in(SYSTEM, "observations", workbook(rows), {"round": "并发"}, file_name="r.xlsx")
    round = Observation.objects.first().round
    papers = [actions.draft_paper(SYSTEM, kind="bulletin", round=round) for _n in range(8)]
    for paper in papers:
        actions.check_paper(SYSTEM, paper_id=paper.pk)
    numbers = at_once(lambda n: actions.sign_paper(SYSTEM, paper_id=papers[n].pk).number, len(papers))
    assert sorted(int(n.split("〕")[1][:-1]) for n in numbers) == list(range(1, 9))


def test_two_offices_never_number_with_the_same_characters(town, round_of_town):
    """Two areas of one name: the second is told to choose characters of its own instead of failing."""
    elsewhere = make_division("330110003000", town.street.name, 4)
    IssuingOffice.objects.create(division=elsewhere, organ="他处", red_head="他处文件", code=office_for(town.street).code)
    paper = actions.draft_paper(town.actors["clerk"], kind="bulletin", round=round_of_town)
    with pytest.raises(Refusal) as refused:
        signed(town, paper)
    assert refused.value.code == "papers.code_taken"
    paper.refresh_from_db()
    assert paper.state == Paper.State.CHECKED and paper.number is None


def test_a_dispatch_sheet_without_a_case_is_refused_in_words(town, round_of_town):
    with pytest.raises(Refusal) as refused:
        actions.draft_paper(town.actors["clerk"], kind="dispatch_sheet", round=round_of_town, unit=town.units["department"])
    assert "城管局" in str(refused.value)


def test_nobody_drafts_issues_or_sees_papers_of_another_town(town, other_town, round_of_town):
    paper = actions.draft_paper(town.actors["clerk"], kind="bulletin", round=round_of_town)
    with pytest.raises(Missing):
        actions.docx_of(other_town.actors["clerk"], paper_id=paper.pk)
    with pytest.raises(Missing):
        actions.sign_paper(other_town.actors["leader"], paper_id=paper.pk)
    with pytest.raises((Denied, Missing)):
        actions.draft_paper(other_town.actors["clerk"], kind="bulletin", round=round_of_town)
    with pytest.raises(Denied):
        actions.sign_paper(town.actors["clerk"], paper_id=paper.pk)
    assert not queries.papers(town.actors["liaison"]).filter(pk=paper.pk).exists()


def test_the_office_of_an_area_signs_its_papers(town, round_of_town, sign_in):
    clerk = sign_in("clerk")
    assert clerk.get(reverse("papers:office")).status_code == 200
    facts = {
        "organ": "河东街道创文办",
        "red_head": "河东街道创文办文件",
        "code": "河东创文",
        "print_organ": "",
        "copies": "区创文办",
    }
    assert clerk.post(reverse("papers:office"), facts).status_code == 303
    paper = actions.draft_paper(town.actors["clerk"], kind="bulletin", round=round_of_town)
    assert signed(town, paper).number == f"河东创文〔{paper.paper_date.year}〕1号"


@pytest.mark.django_db(transaction=True)
def test_dispatch_sheets_for_all_units_are_a_job():
    from chuangwen.testing import factories

    town = factories.make_town()
    rows = [
        ["1", "公共服务1", "主干道1", 0.2, None, town.street.name, "城管局", None],
        ["2", "公共服务1", "主干道2", 0.3, None, town.street.name, "市场监督局", None],
    ]
    importing.bring_in(SYSTEM, "observations", workbook(rows), {"round": "批量"}, file_name="r.xlsx")
    round = Observation.objects.first().round
    from chuangwen.cases import actions as cases

    cases.cases_from_round(town.actors["clerk"], round=round)
    job = jobs.start(
        town.actors["clerk"], "papers.dispatch_sheets", {"round": round.pk, "actor": importing.carry(town.actors["clerk"])}
    )
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == "done", job.error
    assert job.result["made"] == 2
    with zipfile.ZipFile(io.BytesIO(files.read(job.result["file"]))) as archive:
        assert len(archive.namelist()) == 2 and all(archive.read(name)[:2] == b"PK" for name in archive.namelist())
    assert Paper.objects.filter(kind="dispatch_sheet").count() == 2
