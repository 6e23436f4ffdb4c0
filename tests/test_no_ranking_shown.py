"""Nothing that is shown ranks persons: every page as whoever sees it, every sheet, every kind of paper. What tables, lists, the API and messages
hold is looked through in ``test_no_ranking_of_persons.py``; here is what templates, sheets written by hand and papers make of it."""

import io
import zipfile

import openpyxl
import pytest

from chuangwen.kernel.access import ROLES
from chuangwen.papers import actions
from chuangwen.papers.models import Kind
from chuangwen.papers.tests.life import draft, some_cases
from chuangwen.people.models import Person
from chuangwen.web.lists import ListPage
from tests.rankings import ranking_in, tables_of_page, tables_of_paper, tables_of_sheet
from tests.routes import rooms, routes
from tests.samples import samples_of
from tests.walk import Visitor

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST = ("clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker", "system_admin", "security_admin", "audit_admin", "resident")
"""In whose eyes a page is looked at: the first of them who sees it."""
ALLOWED: dict[str, str] = {}
"""Addresses that show a result beside a person all the same: each with the reason."""


def tables_in(answer):
    """The tables of an answer, whatever it is."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/html"):
        yield from tables_of_page(content.decode())
    elif kind.startswith(SHEET):
        yield from tables_of_sheet(content)


def seen(visitors, route, sample, place, **query):
    """The answer to the first role that sees the address; None where nobody of them does."""
    for visitor in visitors.values():
        given = sample if not query else type(sample)(sample.find, sample.shared, sample.own, lambda _place: query)
        answer = visitor.ask(route, "GET", given, place)
        if answer.status_code == 200:
            return answer
    return None


def names() -> list[str]:
    return [name for name in Person.objects.values_list("name", flat=True) if len(name) > 1]


@pytest.mark.long  # every page and sheet of all rooms: minutes
@pytest.mark.parametrize("room", [room for room in rooms() if room != "api"])
def test_no_page_and_no_sheet_shows_a_result_beside_a_person(world, room):
    visitors = {role: Visitor(world.here, role) for role in FIRST}
    assert set(FIRST) == set(ROLES)
    persons, wrong, looked = names(), [], 0
    for route in routes():
        if route.room != room or route.api:
            continue
        for sample in samples_of(route).values():
            page = getattr(route.view, "view_class", None)
            exports = isinstance(page, type) and issubclass(page, ListPage)
            for query in ({}, {"export": "xlsx"}) if exports else ({},):
                answer = seen(visitors, route, sample, world.here, **query)
                if answer is None:
                    continue
                looked += 1
                found = [told for table in tables_in(answer) if (told := ranking_in(table, persons))]
                wrong += [f"{route.name} {query or ''}: {told}" for told in found if route.name not in ALLOWED]
    assert wrong == []
    assert looked or room in ("phone",), "somebody sees something of the room"


@pytest.mark.parametrize("kind", Kind.values)
def test_no_paper_shows_a_result_beside_a_person(world, kind):
    town, things = world.here.town, world.here.things
    some_cases(town, 3)
    about = {"sponsorship": {"plan": things["signed_sponsorship"]}, "operation": {"operation": things["ended_operation"]}}.get(kind)
    paper = actions.draft_paper(town.actors["clerk"], kind=kind, **about) if about else draft(town, kind)
    tables = list(tables_of_paper(actions.docx_of(town.actors["clerk"], paper_id=paper.pk)))
    assert [told for table in tables if (told := ranking_in(table, names()))] == []


# -- the search itself finds what it is for ----------------------------------------------------------------------------

BAD = [
    [["名次", "姓名"], ["1", "张三"]],
    [["督导员", "本月上报次数"], ["李四", "12"]],
    [["排名", "对象"], ["1", "王五"]],  # the title says nothing, the cell names a person
    [["十一月排行", ""], ["名次", "单位"], ["1", "双山社区、王五"]],
    [["网格员", "积分", "单位"], ["李四", "30", "双山社区"]],
]
GOOD = [
    [["名次", "单位", "得分"], ["1", "双山社区", "96.2"]],
    [["单位", "得分", "录入人"], ["双山社区", "3", "王五"]],  # who did it
    [["单位", "得分", "备注"], ["双山社区", "3", "王五在场时拍摄的照片不清"]],  # in running words
    [["姓名", "单位", "电话"], ["王五", "双山社区", "13800000000"]],
]


def as_page(table):
    rows = "".join(f"<tr>{''.join(f'<td><a>{cell}</a></td>' for cell in row)}</tr>" for row in table)
    return f"<html><body><table><tbody>{rows}</tbody></table></body></html>"


def as_sheet(table):
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in table:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def as_paper(table):
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    rows = "".join(
        f"<w:tr>{''.join(f'<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>' for cell in row)}</w:tr>" for row in table
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {space}><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>")
    return target.getvalue()


FORMS = [(as_page, tables_of_page), (as_sheet, tables_of_sheet), (as_paper, tables_of_paper)]


@pytest.mark.parametrize(("written", "read"), FORMS, ids=["page", "sheet", "paper"])
def test_a_ranking_of_persons_is_found_wherever_it_stands_and_what_is_none_is_not(written, read):
    for table in BAD:
        assert any(ranking_in(one, ["王五"]) for one in read(written(table))), table
    for table in GOOD:
        assert not any(ranking_in(one, ["王五"]) for one in read(written(table))), table


def test_a_persons_place_among_the_facts_of_a_page_is_found():
    page = "<html><body><dl><dt>姓名</dt><dd>王五</dd><dt>名次</dt><dd>3</dd></dl></body></html>"
    assert any(ranking_in(table) for table in tables_of_page(page))


def test_a_page_that_began_to_rank_persons_would_fail_the_walk(world, monkeypatch):
    """The walk itself, with one detail page whose template shows a place beside a name."""
    route = next(route for route in routes() if route.name == "scoring:appraisal-row")
    visitors = {"clerk": Visitor(world.here, "clerk")}
    sample = samples_of(route)[""]
    sound = seen(visitors, route, sample, world.here)
    assert sound is not None and not any(ranking_in(table, names()) for table in tables_in(sound))
    person = names()[0]
    monkeypatch.setattr("chuangwen.scoring.appraisal.words.value_of", lambda figure: person)
    broken = seen(visitors, route, sample, world.here)
    assert any(ranking_in(table, names()) for table in tables_in(broken))
